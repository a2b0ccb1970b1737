import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { answerOf } from '../forms/answers.ts'
import type { Order } from '../orders/model.ts'
import type { ReservedLine } from '../ticket-reservations/model.ts'
import { newTicketNumbers } from './code.ts'
import { insertTickets, type NewTicket } from './store.ts'

/**
 * Issues an order's tickets, one per place, in line order (R193); each with a guest of its own where guests are assigned
 * separately, else with the buyer's name (R205).
 */
export async function issueTickets(
  tx: Tx,
  order: Order,
  lines: readonly ReservedLine[],
  { actor, now }: { actor: Activity['actor']; now: Date },
): Promise<void> {
  const places = lines.flatMap((line, lineIndex) =>
    Array.from({ length: line.quantity - line.removedQuantity }, () => ({ line, lineIndex })),
  )
  const numbers = newTicketNumbers(order.orderNumber, places.length)
  const tickets = places.map(({ line, lineIndex }, ticketIndex): NewTicket => {
    const form = order.guestsAssigned ? (order.guestForms[ticketIndex] ?? null) : null
    const answer = (name: string) => (form ? answerOf(form.inputValues, name) : null)
    return {
      ticketNumber: numbers[ticketIndex] ?? '',
      orderNumber: order.orderNumber,
      eventId: order.eventId,
      ticketDefinitionId: line.ticketDefinitionId,
      lineIndex,
      ticketIndex,
      name: line.ticketName,
      priceMinor: line.priceMinor,
      currency: line.currency,
      policy: line.policy,
      firstName: answer('firstName') ?? order.firstName,
      lastName: answer('lastName') ?? order.lastName,
      email: answer('email') ?? order.email,
      form,
    }
  })
  await Promise.all([
    insertTickets(tx, order.siteId, tickets, now),
    record(
      tx,
      tickets.map(({ ticketNumber }) => ({
        siteId: order.siteId,
        entityKind: 'ticket',
        entityId: ticketNumber,
        sequence: 1,
        kind: 'ticket.issued',
        data: { orderNumber: order.orderNumber },
        actor,
        occurredAt: now,
      })),
    ),
  ])
}
