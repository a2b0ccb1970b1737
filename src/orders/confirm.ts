import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { isOpen, keptMinor, letGo, type Payment } from '../payments/model.ts'
import { insertPayments, listPaymentsOf, type NewPayment, writePayments } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { confirmReservations, type Sale } from './checkout.ts'
import { orderActivity } from './end.ts'
import { confirmActionOf, type Order } from './model.ts'
import { changedOrder, lockOrdersOf, type NamedOrders, writeOrders } from './store.ts'

/**
 * Confirm Order: the organizer says that these are paid, all of them or none (R183 to R185).
 * @throws Refusal ORDER_NOT_FOUND, ORDER_ACTION_NOT_AVAILABLE
 */
export async function confirmOrders(
  tx: Tx,
  named: NamedOrders,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Order[]> {
  const { siteId } = identity
  const actor = actorOf(identity)
  const markedPaidBy = { kind: actor.kind, id: actor.id }
  const { orders, reservations } = await lockOrdersOf(tx, named, identity)
  const numbers = orders.map(order => order.orderNumber)
  const payments = Map.groupBy(await listPaymentsOf(tx, siteId, numbers), ({ orderNumber }) => orderNumber)

  const confirmed: Order[] = []
  const paid: Order[] = []
  const issued: Sale[] = []
  const taken: NewPayment[] = []
  for (const order of orders) {
    const reservation = reservations.get(order.ticketReservationId) ?? null
    switch (confirmActionOf(order.status)) {
      case 'keep':
        confirmed.push(order)
        break
      case 'pay': {
        const marked = changedOrder(order, { status: 'PAID', paidAt: now, markedPaidBy }, now)
        paid.push(marked)
        confirmed.push(marked)
        taken.push(...takenByHand(marked, payments.get(order.orderNumber)))
        break
      }
      case 'issue': {
        if (!reservation || statusAt(reservation, now) !== 'PENDING') throw notAvailable(order)
        const change = { status: 'PAID', paidAt: now, confirmedAt: now, markedPaidBy } as const
        const sold = changedOrder(order, change, now)
        issued.push({ order: sold, reservation, actor })
        confirmed.push(sold)
        taken.push(...takenByHand(sold, payments.get(order.orderNumber)))
        break
      }
      case null:
        throw notAvailable(order)
    }
  }
  await writeOrders(tx, siteId, [...paid, ...issued.map(({ order }) => order)])
  await record(
    tx,
    paid.map(order => orderActivity(order, 'paid', { actor, now, data: { silent: order.silent } })),
  )
  await confirmReservations(tx, siteId, issued, now)
  await insertPayments(tx, siteId, taken, now)
  const open = issued.flatMap(({ order }) => payments.get(order.orderNumber) ?? []).filter(isOpen)
  await writePayments(
    tx,
    siteId,
    open.map(payment => letGo(payment, now)),
  )
  return confirmed
}

/** Law 5: what somebody says was paid is a payment too, through a person. */
function takenByHand(order: Order, payments: readonly Payment[] = []): NewPayment[] {
  const amountMinor = order.grandTotalMinor - keptMinor(payments)
  if (amountMinor === 0) return []
  const { orderNumber, currency } = order
  const paymentId = newGuid()
  const ordinal = payments.length + 1
  return [{ paymentId, orderNumber, ordinal, provider: 'manual', status: 'CAPTURED', amountMinor, currency }]
}

function notAvailable({ orderNumber, status }: Order): Refusal {
  return new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} can no longer be confirmed.`, {
    orderNumber,
    status,
  })
}
