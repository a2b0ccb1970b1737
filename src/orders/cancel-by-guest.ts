import type { Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { findEvent } from '../events/store.ts'
import { actorOf } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { statusAt, type TicketReservation } from '../ticket-reservations/model.ts'
import { transition } from '../ticket-reservations/store.ts'
import type { Ticket } from '../tickets/model.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { endOrderOf } from './end.ts'
import type { Order } from './model.ts'
import { type Caller, lockOwn } from './pay-again.ts'
import { findOrder } from './store.ts'

/** What decides whether a guest may cancel. */
export type Cancelable = {
  order: Order
  reservation: TicketReservation | null
  tickets: readonly Ticket[]
  event: Pick<StoredEvent, 'startAt'> | null
}

/**
 * Whether the buyer may give an order back alone (R135; inferred: docs/contract.md): as long as no money of theirs would
 * need a decision of the organizer's, the event has not begun, and nobody is inside.
 */
export function isCancelable({ order, reservation, tickets, event }: Cancelable, now: Date): boolean {
  if (reservation === null || order.archivedAt !== null || event === null) return false
  if (event.startAt !== null && event.startAt <= now) return false
  switch (order.status) {
    case 'FREE':
    case 'OFFLINE_PENDING':
      return tickets.every(({ checkedInAt }) => checkedInAt === null)
    case 'INITIATED':
    case 'PARTIALLY_PAID':
      return statusAt(reservation, now) === 'PENDING'
    default:
      return false
  }
}

/**
 * Cancels an order for its buyer: its tickets admit nobody any more and are on sale again, and what a gift card has paid
 * of it goes back.
 * @throws Refusal ORDER_NOT_FOUND; ORDER_ACTION_NOT_AVAILABLE when it is the organizer's to decide
 */
export async function cancelByGuest(tx: Tx, orderNumber: string, caller: Caller): Promise<Order> {
  const { identity, now } = caller
  const { siteId } = identity
  const { order, reservation } = await lockOwn(tx, orderNumber, caller)
  const [tickets, event] = [
    await listTicketsOfOrders(tx, siteId, [orderNumber]),
    await findEvent(tx, siteId, order.eventId),
  ]
  if (reservation === null || !isCancelable({ order, reservation, tickets, event }, now))
    throw new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} cannot be canceled by its buyer.`, {
      orderNumber,
      status: order.status,
      action: 'CANCEL',
    })
  const actor = actorOf(identity)
  const named = [{ ticketReservationId: reservation.ticketReservationId, actor }]
  await transition(tx, { siteId, named, from: ['PENDING', 'CONFIRMED'], to: 'CANCELED_MANUALLY', now })
  await endOrderOf(tx, { siteId, orderNumber, actor, now })
  const canceled = await findOrder(tx, siteId, orderNumber)
  if (!canceled) throw new Error(`order ${orderNumber} is gone`)
  return canceled
}
