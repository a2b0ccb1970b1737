import { money, toLegacyMoney } from '../money.ts'
import type { Order } from '../orders/model.ts'
import { checkoutFormOf, invoicePreviewUrl } from '../orders/wire.ts'
import { toWireInvoice } from '../pricing/wire.ts'
import { isFree } from '../ticket-definitions/model.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import type { Ticket } from '../tickets/model.ts'
import { toWireAnswers } from '../tickets/wire.ts'
import { present } from '../wire/plain-object.ts'
import type { EventType } from './event-types.ts'
import { type Fact, isOfAnonymizing } from './model.ts'
import type { States } from './states.ts'

/** What is told of an order (section 11): the bare objects of the older webhooks, there are no others. */
export function orderContent(fact: Fact, eventType: EventType, states: States): unknown {
  const { entityId: orderNumber, occurredAt: timestamp, data } = fact
  const order = states.orders.get(orderNumber)
  if (!order) return { timestamp, orderNumber, eventId: data.eventId }
  const tickets = (states.tickets.get(orderNumber) ?? []).slice(0, TICKETS_MAX).map(each => toShortTicket(each))
  const { eventId, contactId, memberId, createdAt: created, updatedAt: updated } = order
  const bought = present({
    timestamp,
    language: new Intl.Locale(states.site.locale).language,
    locale: states.site.locale,
    eventId,
    orderNumber,
    contactId,
    memberId,
    created,
    updated,
    firstName: order.firstName,
    lastName: order.lastName,
    email: order.email,
    checkoutForm: toWireAnswers(checkoutFormOf(order)),
    status: statusAt(order, fact),
  })
  const invoice = toWireInvoice(order.invoice, invoicePreviewUrl(order, states.viewer))
  const reservationId = order.ticketReservationId
  switch (eventType) {
    case 'wix.events.ticketing.events.OrderInitiated':
      return {
        ...bought,
        invoice,
        reservationId,
        markedAsPaid: order.markedPaidBy !== null,
        marketingConsent: order.marketingConsent, // R171
      }
    case 'wix.events.ticketing.events.OrderConfirmed':
    case 'wix.events.ticketing.events.OrderPaid':
      return { ...bought, silent: order.silent, method: order.method ?? '', tickets, invoice, reservationId }
    case 'wix.events.ticketing.events.OrderDeleted':
      return present({
        timestamp,
        eventId,
        orderNumber,
        contactId,
        memberId,
        created,
        updated,
        anonymized: order.anonymizedAt !== null,
        orderType: order.guestsAssigned ? 'ASSIGNED_TICKETS' : 'UNASSIGNED_TICKETS',
        triggeredByAnonymizeRequest: isOfAnonymizing(fact),
        tickets,
      })
    default:
      return {
        ...bought,
        confirmed: order.confirmedAt !== null && order.canceledAt === null,
        method: order.method ?? '',
        tickets,
        archived: order.archivedAt !== null,
        triggeredByAnonymizeRequest: isOfAnonymizing(fact),
      }
  }
}

/** The first ones are told (section 11). */
const TICKETS_MAX = 50

/** The status that the fact brought about; what came after has a fact of its own. */
function statusAt(order: Order, { sequence, data }: Fact): unknown {
  return order.revision > sequence ? (data.status ?? order.status) : order.status
}

function toShortTicket(ticket: Ticket) {
  return present({
    ticketNumber: ticket.ticketNumber,
    ticketDefinitionId: ticket.ticketDefinitionId,
    checkIn: ticket.checkedInAt && { created: ticket.checkedInAt },
    price: toLegacyMoney(money(ticket.priceMinor, ticket.currency)),
    archived: ticket.archivedAt !== null,
    firstName: ticket.firstName,
    lastName: ticket.lastName,
    email: ticket.email,
    contactId: ticket.contactId,
    confirmed: ticket.orderConfirmed,
    memberId: ticket.memberId,
    form: toWireAnswers(ticket.form ?? ticket.orderForm),
    ticketName: ticket.name,
    anonymized: ticket.anonymized,
    seatId: ticket.seatId,
    canceled: ticket.canceledAt !== null,
  })
}

/** A reservation in the older words, with how much is held and sold of what it is for (R148). */
export function reservationChange(
  { entityId: reservationId, occurredAt: timestamp }: Fact,
  reservation: TicketReservation | undefined,
  { definitions }: States,
): unknown {
  if (!reservation) return { timestamp, reservationId }
  const { eventId, expiresAt, status, lines, updatedAt } = reservation
  const quantities = new Map<string, number>()
  for (const { ticketDefinitionId: id, quantity } of lines) quantities.set(id, (quantities.get(id) ?? 0) + quantity)
  return {
    timestamp,
    eventId,
    reservationId,
    expires: expiresAt,
    status: `RESERVATION_${status}`,
    quantities: [...quantities].map(([ticketDefinitionId, quantity]) => ({ ticketDefinitionId, quantity })),
    counts: [...quantities.keys()].flatMap(ticketDefinitionId => {
      const definition = definitions.get(ticketDefinitionId)
      return definition
        ? [
            {
              timestamp,
              ticketDefinitionId,
              confirmedCount: definition.sold,
              pendingCount: definition.reserved,
              paidExists: !isFree(definition), // inferred: whether there are tickets of it that cost something
            },
          ]
        : []
    }),
    updatedDate: updatedAt,
  }
}
