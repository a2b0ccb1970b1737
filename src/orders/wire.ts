import { type Static, Type } from 'typebox'
import { type LinkPurpose, linkToken } from '../identities/link.ts'
import { money, toLegacyMoney } from '../money.ts'
import { InvoiceOut, toWireInvoice } from '../pricing/wire.ts'
import { baseOf } from '../sites/hosts.ts'
import type { Ticket } from '../tickets/model.ts'
import { AnswersOut, type TicketLinks, TicketOut, toWireAnswers, toWireTicket } from '../tickets/wire.ts'
import { PASSES_OF_BUNDLE_MAX } from '../wallet/keys.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, LegacyMoneyOut } from '../wire/shapes.ts'
import type { GuestForm, Order } from './model.ts'

export const OrderOut = Type.Object({
  orderNumber: Type.String(),
  reservationId: Type.Optional(Type.String()),
  snapshotId: Type.Optional(Type.String()),
  eventId: Type.String(),
  contactId: Type.Optional(Type.String()),
  memberId: Type.Optional(Type.String()),
  created: Type.Optional(InstantOut),
  updated: Type.Optional(InstantOut),
  firstName: Type.Optional(Type.String()),
  lastName: Type.Optional(Type.String()),
  fullName: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  checkoutForm: Type.Optional(AnswersOut),
  confirmed: Type.Optional(Type.Boolean()),
  status: Type.String(),
  method: Type.Optional(Type.String()),
  ticketsQuantity: Type.Optional(Type.Integer()),
  totalPrice: Type.Optional(LegacyMoneyOut),
  ticketsPdf: Type.Optional(Type.String()),
  tickets: Type.Optional(Type.Array(TicketOut)),
  archived: Type.Optional(Type.Boolean()),
  anonymized: Type.Boolean(),
  invoice: Type.Optional(InvoiceOut),
  fullyCheckedIn: Type.Boolean(),
  channel: Type.Optional(Type.String()),
  marketingConsent: Type.Optional(Type.Boolean()),
})

export const ORDER_FIELDSETS = ['TICKETS', 'DETAILS', 'FORM', 'INVOICE'] as const
export type OrderFieldset = (typeof ORDER_FIELDSETS)[number]

export type OrderLinks = Omit<TicketLinks, 'wallet'>

/** An order with the groups that were asked for; without DETAILS its status stays unsaid (R178, R179). */
export function toWireOrder(
  order: Order,
  tickets: readonly Ticket[],
  fieldsets: readonly OrderFieldset[],
  links: TicketLinks,
): Static<typeof OrderOut> {
  return {
    orderNumber: order.orderNumber,
    eventId: order.eventId,
    ...present({ contactId: order.contactId, memberId: order.memberId }),
    anonymized: order.anonymizedAt !== null,
    fullyCheckedIn: order.fullyCheckedIn,
    status: 'NA_ORDER_STATUS',
    ...(fieldsets.includes('DETAILS') && toDetails(order, links)),
    ...(fieldsets.includes('FORM') && { checkoutForm: toWireAnswers(checkoutFormOf(order)) }),
    ...(fieldsets.includes('INVOICE') && { invoice: toWireInvoice(order.invoice, invoicePreviewUrl(order, links)) }),
    ...(fieldsets.includes('TICKETS') && {
      tickets: tickets.map(ticket => toWireTicket(ticket, ['TICKET_DETAILS', 'GUEST_DETAILS', 'GUEST_FORM'], links)),
    }),
  }
}

/** The buyer's answers; where every ticket has a guest with answers of its own, the buyer's name and e-mail. */
export function checkoutFormOf({
  guestsAssigned,
  guestForms,
  firstName,
  lastName,
  email,
}: Pick<Order, 'guestsAssigned' | 'firstName' | 'lastName' | 'email'> & {
  guestForms: readonly GuestForm[]
}): GuestForm {
  if (!guestsAssigned) return guestForms[0] ?? { inputValues: [] }
  const answers = Object.entries({ firstName, lastName, email }).map(([inputName, value]) => ({ inputName, value }))
  return { inputValues: answers.filter(({ value }) => value !== '') }
}

function toDetails(order: Order, links: OrderLinks) {
  return {
    reservationId: order.ticketReservationId,
    ...present({ snapshotId: order.snapshotId, ticketsPdf: ticketsPdfUrl(order, links) }),
    method: order.method ?? '',
    created: order.createdAt,
    updated: order.updatedAt,
    firstName: order.firstName,
    lastName: order.lastName,
    fullName: `${order.firstName} ${order.lastName}`.trim(),
    ...(order.email && { email: order.email }),
    confirmed: order.confirmedAt !== null && order.canceledAt === null,
    status: order.status,
    ticketsQuantity: order.ticketsQuantity,
    totalPrice: toLegacyMoney(money(order.grandTotalMinor, order.currency)),
    archived: order.archivedAt !== null,
    channel: order.channel,
    marketingConsent: order.marketingConsent,
  }
}

/** The order's own page: whoever holds the link sees it, nobody guesses it (R167, R207). */
export function orderPageUrl({ siteId, orderNumber }: Named, links: OrderLinks): string {
  return `${baseOf(siteId, links.publicUrl)}/orders/${orderNumber}?token=${tokenOf('order', { siteId, orderNumber }, links)}`
}

/** Where a buyer comes back to from paying: it leads on to wherever that buyer came from, or to the order's page. */
export function orderReturnUrl({ siteId, orderNumber }: Named, links: OrderLinks): string {
  return `${baseOf(siteId, links.publicUrl)}/orders/${orderNumber}/return?token=${tokenOf('order', { siteId, orderNumber }, links)}`
}

/** Where a form of that page is sent, or asked about (order-action-routes.ts). */
export function orderActionUrl(
  action: 'payment' | 'gift-card' | 'cancel' | 'resend' | 'guest',
  { siteId, orderNumber }: Named,
  links: OrderLinks,
) {
  return `${baseOf(siteId, links.publicUrl)}/orders/${orderNumber}/${action}?token=${tokenOf('order', { siteId, orderNumber }, links)}`
}

/** Where a buyer says who comes with a ticket, or, with null, who bought (guest-routes.ts). */
export function guestUrl(order: Named, ticket: Pick<Ticket, 'ticketNumber'> | null, links: OrderLinks): string {
  const url = orderActionUrl('guest', order, links)
  return ticket ? `${url}&ticket=${ticket.ticketNumber}` : url
}

/** The calendar file of an order; its secret is that of the page, which the file leads to. */
export function orderCalendarUrl({ siteId, orderNumber }: Named, links: OrderLinks): string {
  return `${baseOf(siteId, links.publicUrl)}/orders/${orderNumber}/calendar.ics?token=${tokenOf('order', { siteId, orderNumber }, links)}`
}

/** All tickets of an order to print (R207); null while it has none. */
export function ticketsPdfUrl(
  { siteId, orderNumber, confirmedAt }: Named & Pick<Order, 'confirmedAt'>,
  links: OrderLinks,
) {
  if (!confirmedAt) return null
  const token = tokenOf('tickets', { siteId, orderNumber }, links)
  return `${baseOf(siteId, links.publicUrl)}/orders/${orderNumber}/tickets.pdf?token=${token}`
}

/** The tickets of an order for Apple Wallet, as many at once as it takes; none without the keys to sign them. */
export function passBundlesOf(
  { order, tickets }: { order: Named; tickets: readonly Ticket[] },
  links: TicketLinks,
): { url: string; from: number; to: number }[] {
  if (!links.wallet.apple) return []
  const url = `${baseOf(order.siteId, links.publicUrl)}/orders/${order.orderNumber}/tickets.pkpasses?token=${tokenOf('tickets', order, links)}`
  return Array.from({ length: Math.ceil(tickets.length / PASSES_OF_BUNDLE_MAX) }, (_, index) => ({
    url: index === 0 ? url : `${url}&part=${index + 1}`,
    from: index * PASSES_OF_BUNDLE_MAX + 1,
    to: Math.min((index + 1) * PASSES_OF_BUNDLE_MAX, tickets.length),
  }))
}

/** The invoice of an order that is paid, else null (R40). */
export function invoicePreviewUrl({ siteId, orderNumber, status }: Named & Pick<Order, 'status'>, links: OrderLinks) {
  if (status !== 'PAID') return null
  return `${baseOf(siteId, links.publicUrl)}/orders/${orderNumber}/invoice?token=${tokenOf('invoice', { siteId, orderNumber }, links)}`
}

type Named = Pick<Order, 'siteId' | 'orderNumber'>

function tokenOf(purpose: LinkPurpose, { siteId, orderNumber }: Named, { keys }: OrderLinks): string {
  return linkToken({ purpose, siteId, number: orderNumber }, keys)
}
