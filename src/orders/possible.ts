import { keptMinor, type Payment } from '../payments/model.ts'
import { statusAt, type TicketReservation } from '../ticket-reservations/model.ts'
import { archiveActionOf, confirmActionOf, hasEnded, type Order, WAITING_STATUSES } from './model.ts'

/** What an organizer can do to an order as it is now; who may is a matter of permissions. */
export const ORDER_ACTIONS = [
  'CONFIRM',
  'CAPTURE',
  'VOID',
  'REFUND',
  'CANCEL',
  'ARCHIVE',
  'UNARCHIVE',
  'EDIT_GUESTS',
  'RESEND',
  'ANONYMIZE',
] as const
export type OrderAction = (typeof ORDER_ACTIONS)[number]

/** @param state what the order hangs on; `reservation` null: it was deleted */
export function possibleActions(
  order: Order,
  state: { reservation: TicketReservation | null; payments: readonly Payment[]; eventIsThere: boolean; now: Date },
): OrderAction[] {
  return ORDER_ACTIONS.filter(action => isPossible(action, order, state))
}

function isPossible(
  action: OrderAction,
  order: Order,
  { reservation, payments, eventIsThere, now }: Parameters<typeof possibleActions>[1],
): boolean {
  const held = reservation && statusAt(reservation, now)
  switch (action) {
    case 'CONFIRM': {
      const confirming = confirmActionOf(order.status)
      return confirming === 'pay' || (confirming === 'issue' && held === 'PENDING')
    }
    case 'CAPTURE':
    case 'VOID':
      return order.status === 'AUTHORIZED' && payments.every(({ asked }) => asked !== 'CAPTURE')
    case 'REFUND':
      return (order.status === 'PAID' || hasEnded(order)) && keptMinor(payments) > 0
    case 'CANCEL':
      return !hasEnded(order) && (held === 'PENDING' || held === 'CONFIRMED')
    case 'ARCHIVE':
      return order.archivedAt === null && archiveActionOf(order.status) !== null
    case 'UNARCHIVE':
      return order.archivedAt !== null
    case 'EDIT_GUESTS':
      return order.anonymizedAt === null && eventIsThere
    case 'RESEND':
      return order.confirmedAt !== null && !hasEnded(order) && order.archivedAt === null && order.email !== ''
    case 'ANONYMIZE':
      return order.anonymizedAt === null && !WAITING_STATUSES.includes(order.status)
  }
}
