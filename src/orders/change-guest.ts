import type { Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { findEvent } from '../events/store.ts'
import type { Answer } from '../forms/answers.ts'
import { Refusal } from '../refusals.ts'
import { admissionOf, type Ticket } from '../tickets/model.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { updateTickets } from '../tickets/update.ts'
import { hasEnded, type Order } from './model.ts'
import { type Caller, lockOwn } from './pay-again.ts'
import { updateOrder } from './update.ts'

/** What decides whether a buyer may say anew who comes. */
export type Changeable = {
  order: Pick<Order, 'status' | 'confirmedAt' | 'archivedAt' | 'anonymizedAt' | 'guestsAssigned' | 'email'>
  tickets: readonly Ticket[]
  event: Pick<StoredEvent, 'startAt' | 'canceledAt' | 'guestsChangeable'> | null
}

/**
 * Whose answers a buyer may change alone, as long as the organizer allows it and the event has not begun: those of the
 * tickets' guests, each until its ticket is used; where guests have no answers of their own, the buyer's, after whom
 * all tickets are named, until the first of them is used.
 */
export function changeableGuests(
  { order, tickets, event }: Changeable,
  now: Date,
): { order: boolean; tickets: Ticket[] } {
  const isOpen =
    event?.guestsChangeable === true &&
    event.canceledAt === null &&
    (event.startAt === null || event.startAt > now) &&
    order.confirmedAt !== null &&
    !hasEnded(order) &&
    order.archivedAt === null &&
    order.anonymizedAt === null
  const unused = isOpen ? tickets.filter(ticket => admissionOf(ticket) === 'VALID') : []
  if (order.guestsAssigned) return { order: false, tickets: unused.filter(({ form }) => form !== null) }
  const isUnused = unused.length > 0 && tickets.every(({ checkedInAt }) => checkedInAt === null)
  return { order: isUnused && order.email !== '', tickets: [] }
}

export type GuestChange = {
  orderNumber: string
  /** null: whoever bought, after whom the tickets are named. */
  ticketNumber: string | null
  /** Of which state of the ticket, or of the order, it was made. */
  revision: string
  inputValues: Answer[]
}

/**
 * Another guest, or other answers, by whoever bought (R174, R202, R203): the same as the organizer's update is, and judged
 * by the same form. The buyer's own address stays: the organizer's mails go there.
 * @throws Refusal ORDER_NOT_FOUND; ORDER_ACTION_NOT_AVAILABLE when it is the organizer's to do; ABORTED when somebody
 *   else was first; INVALID_FORM_RESPONSE
 */
export async function changeGuest(tx: Tx, change: GuestChange, caller: Caller): Promise<void> {
  const { orderNumber, ticketNumber, revision, inputValues } = change
  const { identity, now } = caller
  const { order } = await lockOwn(tx, orderNumber, caller)
  const { eventId } = order
  const tickets = await listTicketsOfOrders(tx, identity.siteId, [orderNumber])
  const event = await findEvent(tx, identity.siteId, eventId)
  const changeable = changeableGuests({ order, tickets, event }, now)
  if (ticketNumber === null && changeable.order) {
    const answers = [
      ...inputValues.filter(({ inputName }) => inputName !== 'email'),
      { inputName: 'email', value: order.email },
    ]
    const update = { eventId, orderNumber, archived: null, checkoutForm: { inputValues: answers }, revision }
    await updateOrder(tx, update, caller)
    return
  }
  if (!changeable.tickets.some(ticket => ticket.ticketNumber === ticketNumber))
    throw new Refusal(
      'ORDER_ACTION_NOT_AVAILABLE',
      `The guests of order ${orderNumber} cannot be changed by its buyer.`,
      {
        orderNumber,
        status: order.status,
        action: 'CHANGE_GUEST',
      },
    )
  const named = { eventId, ticketNumbers: [ticketNumber ?? ''] }
  await updateTickets(tx, { ...named, change: { form: { inputValues } }, revision }, caller)
}
