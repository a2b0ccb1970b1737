import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { lockReservations } from '../ticket-reservations/store.ts'
import { confirmReservations, type Sale } from './checkout.ts'
import { orderActivity } from './end.ts'
import { confirmActionOf, type Order } from './model.ts'
import { changedOrder, listReservationIdsOf, lockOrders, writeOrders } from './store.ts'

/**
 * Confirm Order: the organizer says that these are paid, all of them or none (R183 to R185).
 * @throws Refusal ORDER_NOT_FOUND, ORDER_ACTION_NOT_AVAILABLE
 */
export async function confirmOrders(
  tx: Tx,
  { eventId, orderNumbers }: { eventId: string; orderNumbers: readonly string[] },
  { identity, now }: { identity: Identity; now: Date },
): Promise<Order[]> {
  const { siteId } = identity
  refuseOtherEvents(identity, eventId)
  const actor = actorOf(identity)
  // Reservations first, each by id, then the orders: everybody locks in this order.
  const reservationIds = await listReservationIdsOf(tx, siteId, orderNumbers)
  const locked = await lockReservations(tx, siteId, reservationIds)
  const reservations = new Map(locked.map(each => [each.ticketReservationId, each]))
  const orders = await lockOrders(tx, siteId, orderNumbers)
  const missing = orderNumbers.find(
    number => !orders.some(order => order.orderNumber === number && order.eventId === eventId),
  )
  if (missing) throw new Refusal('ORDER_NOT_FOUND', 'The event has no such order.', { orderNumber: missing })

  const confirmed: Order[] = []
  const paid: Order[] = []
  const issued: Sale[] = []
  for (const order of orders) {
    const reservation = reservations.get(order.ticketReservationId) ?? null
    switch (confirmActionOf(order.status)) {
      case 'keep':
        confirmed.push(order)
        break
      case 'pay': {
        const marked = changedOrder(order, { status: 'PAID', paidAt: now, markedPaidBy: actor }, now)
        paid.push(marked)
        confirmed.push(marked)
        break
      }
      case 'issue': {
        if (!reservation || statusAt(reservation, now) !== 'PENDING') throw notAvailable(order)
        const change = { status: 'PAID', paidAt: now, confirmedAt: now, markedPaidBy: actor } as const
        const sold = changedOrder(order, change, now)
        issued.push({ order: sold, reservation, actor })
        confirmed.push(sold)
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
  return confirmed
}

function notAvailable({ orderNumber, status }: Order): Refusal {
  return new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} can no longer be confirmed.`, {
    orderNumber,
    status,
  })
}
