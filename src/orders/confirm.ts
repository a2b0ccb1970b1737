import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { lockInventory } from '../inventory/store.ts'
import { Refusal } from '../refusals.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { lockReservations } from '../ticket-reservations/store.ts'
import { confirmReservation } from './checkout.ts'
import { orderActivity } from './end.ts'
import { confirmActionOf, type Order } from './model.ts'
import { changeOrder, listReservationIdsOf, lockOrders } from './store.ts'

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

  const issuing = orders.filter(order => confirmActionOf(order.status) === 'issue')
  const lines = issuing.flatMap(order => reservations.get(order.ticketReservationId)?.lines ?? [])
  // All stock at once, by id: order by order, two organizers could wait for each other.
  if (issuing.length > 1) await lockInventory(tx, siteId, [...new Set(lines.map(line => line.ticketDefinitionId))])

  const confirmed: Order[] = []
  for (const order of orders) {
    const reservation = reservations.get(order.ticketReservationId) ?? null
    switch (confirmActionOf(order.status)) {
      case 'keep':
        confirmed.push(order)
        break
      case 'pay': {
        const paid = await changeOrder(tx, order, { status: 'PAID', paidAt: now, markedPaidBy: actor }, now)
        await record(tx, [orderActivity(paid, 'paid', { actor, now, data: { silent: order.silent } })])
        confirmed.push(paid)
        break
      }
      case 'issue': {
        if (!reservation || statusAt(reservation, now) !== 'PENDING') throw notAvailable(order)
        const change = { status: 'PAID', paidAt: now, confirmedAt: now, markedPaidBy: actor } as const
        const paid = await changeOrder(tx, order, change, now)
        await confirmReservation(tx, paid, reservation, { actor, now })
        confirmed.push(paid)
        break
      }
      case null:
        throw notAvailable(order)
    }
  }
  return confirmed
}

function notAvailable({ orderNumber, status }: Order): Refusal {
  return new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} can no longer be confirmed.`, {
    orderNumber,
    status,
  })
}
