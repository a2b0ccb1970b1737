import type { Activity } from '../activity/record.ts'
import { answerOf } from '../forms/answers.ts'
import type { Order } from '../orders/model.ts'
import type { ReservedLine } from '../ticket-reservations/model.ts'
import { newTicketNumbers } from './code.ts'
import type { Ticket } from './model.ts'

/**
 * The tickets of a confirmed order, one per place, in line order (R193); each with a guest of its own where guests are
 * assigned separately, else with the buyer's name (R205).
 */
export function ticketsOf(order: Order, lines: readonly ReservedLine[], now: Date): Ticket[] {
  const places = lines.flatMap((line, lineIndex) =>
    Array.from({ length: line.quantity - line.removedQuantity }, () => ({ line, lineIndex })),
  )
  const numbers = newTicketNumbers(order.orderNumber, places.length)
  return places.map(({ line, lineIndex }, ticketIndex) => {
    const form = order.guestsAssigned ? (order.guestForms[ticketIndex] ?? null) : null
    const answer = (name: string) => (form ? answerOf(form.inputValues, name) : null)
    return {
      siteId: order.siteId,
      ticketNumber: numbers[ticketIndex] ?? '',
      orderNumber: order.orderNumber,
      eventId: order.eventId,
      ticketDefinitionId: line.ticketDefinitionId,
      lineIndex,
      ticketIndex,
      revision: 1,
      name: line.ticketName,
      priceMinor: line.priceMinor,
      currency: line.currency,
      policy: line.policy,
      seatId: line.seatId,
      seatInfo: line.seatInfo,
      firstName: answer('firstName') ?? order.firstName,
      lastName: answer('lastName') ?? order.lastName,
      email: answer('email') ?? order.email,
      form,
      checkedInAt: null,
      checkedInBy: null,
      checkInScanId: null,
      outAt: null,
      outScanId: null,
      archivedAt: null,
      canceledAt: null,
      createdAt: now,
      updatedAt: now,
      orderStatus: order.status,
      orderArchived: order.archivedAt !== null,
      orderConfirmed: order.confirmedAt !== null,
      orderLocale: order.locale,
      orderFirstName: order.firstName,
      orderLastName: order.lastName,
      orderForm: order.guestForms[0] ?? { inputValues: [] },
      contactId: order.contactId,
      memberId: order.memberId,
      visitorId: order.visitorId,
      anonymized: order.anonymizedAt !== null,
      channel: order.channel,
    }
  })
}

/** The fact that a ticket was issued. */
export function ticketIssued(
  { siteId, ticketNumber, orderNumber, createdAt }: Ticket,
  actor: Activity['actor'],
): Activity {
  return {
    siteId,
    entityKind: 'ticket',
    entityId: ticketNumber,
    sequence: 1,
    kind: 'ticket.issued',
    data: { orderNumber },
    actor,
    occurredAt: createdAt,
  }
}
