import { type Static, Type } from 'typebox'
import type { Keys } from '../identities/keys.ts'
import { linkToken } from '../identities/link.ts'
import { money, toLegacyMoney } from '../money.ts'
import { baseOf } from '../sites/hosts.ts'
import type { Wallet } from '../wallet/keys.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, LegacyMoneyOut } from '../wire/shapes.ts'
import { checkInUrl } from './code.ts'
import type { Ticket } from './model.ts'

export const AnswersOut = Type.Object({
  inputValues: Type.Array(
    Type.Object({
      inputName: Type.String(),
      value: Type.Optional(Type.String()),
      values: Type.Optional(Type.Array(Type.String())),
    }),
  ),
})

/** What the older shapes say of a place (R83), and of a price. */
export const TicketDetailsOut = Type.Object({
  seatId: Type.Optional(Type.String()),
  sectionLabel: Type.Optional(Type.String()),
  areaLabel: Type.Optional(Type.String()),
  tableLabel: Type.Optional(Type.String()),
  rowLabel: Type.Optional(Type.String()),
  seatLabel: Type.Optional(Type.String()),
  planId: Type.Optional(Type.String()),
  capacity: Type.Optional(Type.Integer()),
  pricingOptionId: Type.Optional(Type.String()),
  priceOverride: Type.Optional(Type.String()),
})

/** The place of a ticket or of a line; nothing where it has none. */
export function toTicketDetails({ seatId, seatInfo }: Pick<Ticket, 'seatId' | 'seatInfo'>) {
  if (seatId === null || seatInfo === null) return {}
  const { configurationId: planId, ...labels } = seatInfo
  return { seatId, ...labels, planId }
}

export const TicketOut = Type.Object({
  ticketNumber: Type.String(),
  orderNumber: Type.Optional(Type.String()),
  ticketDefinitionId: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  price: Type.Optional(LegacyMoneyOut),
  free: Type.Optional(Type.Boolean()),
  policy: Type.Optional(Type.String()),
  checkIn: Type.Optional(Type.Object({ created: InstantOut })),
  orderStatus: Type.Optional(Type.String()),
  orderArchived: Type.Optional(Type.Boolean()),
  orderFullName: Type.Optional(Type.String()),
  guestFullName: Type.Optional(Type.String()),
  guestDetails: Type.Optional(
    Type.Object({
      guestAssigned: Type.Boolean(),
      firstName: Type.String(),
      lastName: Type.String(),
      email: Type.Optional(Type.String()),
      contactId: Type.Optional(Type.String()),
      form: Type.Optional(AnswersOut),
    }),
  ),
  archived: Type.Optional(Type.Boolean()),
  memberId: Type.Optional(Type.String()),
  anonymized: Type.Boolean(),
  checkInUrl: Type.Optional(Type.String()),
  ticketPdfUrl: Type.Optional(Type.String()),
  walletPassUrl: Type.Optional(Type.String()),
  googleWalletUrl: Type.Optional(Type.String()),
  channel: Type.Optional(Type.String()),
  ticketDetails: Type.Optional(TicketDetailsOut),
  canceled: Type.Optional(Type.Boolean()),
})

export const TICKET_FIELDSETS = ['TICKET_DETAILS', 'GUEST_DETAILS', 'GUEST_FORM'] as const
export type TicketFieldset = (typeof TICKET_FIELDSETS)[number]

/** What the links of a ticket are made with. */
export type TicketLinks = { keys: Keys; publicUrl: string; wallet: Wallet }

/** A ticket with the groups that were asked for; its number is always there (R197). */
export function toWireTicket(
  ticket: Ticket,
  fieldsets: readonly TicketFieldset[],
  links: TicketLinks,
): Static<typeof TicketOut> {
  const withGuest = fieldsets.includes('GUEST_DETAILS') || fieldsets.includes('GUEST_FORM')
  return {
    ticketNumber: ticket.ticketNumber,
    ...present({ memberId: ticket.memberId }),
    anonymized: ticket.anonymized,
    ...(fieldsets.includes('TICKET_DETAILS') && toDetails(ticket, links)),
    ...(withGuest && {
      guestDetails: {
        guestAssigned: ticket.form !== null,
        firstName: ticket.firstName,
        lastName: ticket.lastName,
        ...(ticket.email && { email: ticket.email }),
        ...present({ contactId: ticket.contactId }),
        ...(fieldsets.includes('GUEST_FORM') && { form: toWireAnswers(ticket.form ?? ticket.orderForm) }),
      },
    }),
  }
}

function toDetails(ticket: Ticket, links: TicketLinks) {
  return {
    orderNumber: ticket.orderNumber,
    ticketDefinitionId: ticket.ticketDefinitionId,
    name: ticket.name,
    price: toLegacyMoney(money(ticket.priceMinor, ticket.currency)),
    free: ticket.priceMinor === 0,
    policy: ticket.policy,
    ...(ticket.checkedInAt && { checkIn: { created: ticket.checkedInAt } }),
    orderStatus: ticket.orderStatus,
    orderArchived: ticket.orderArchived,
    orderFullName: `${ticket.orderFirstName} ${ticket.orderLastName}`.trim(),
    guestFullName: `${ticket.firstName} ${ticket.lastName}`.trim(),
    archived: ticket.archivedAt !== null,
    checkInUrl: checkInUrl(ticket, links),
    ticketPdfUrl: ticketPdfUrl(ticket, links),
    ...present({ walletPassUrl: walletPassUrl(ticket, links), googleWalletUrl: googleWalletUrl(ticket, links) }),
    channel: ticket.channel,
    ...(ticket.seatId !== null && { ticketDetails: toTicketDetails(ticket) }),
    canceled: ticket.canceledAt !== null,
  }
}

/** One ticket to print (R207). */
export function ticketPdfUrl(ticket: Named, links: Omit<TicketLinks, 'wallet'>): string {
  return linkTo('ticket.pdf', ticket, links)
}

/** The same for Apple Wallet; null without the keys to sign it. */
export function walletPassUrl(ticket: Named, links: TicketLinks): string | null {
  return links.wallet.apple && linkTo('pass.pkpass', ticket, links)
}

/** The same for Google Wallet, by way of an address of ours. */
export function googleWalletUrl(ticket: Named, links: TicketLinks): string | null {
  return links.wallet.google && linkTo('google-wallet', ticket, links)
}

type Named = Pick<Ticket, 'siteId' | 'ticketNumber'>

/** One secret opens a ticket in each of its forms. */
function linkTo(
  form: string,
  { siteId, ticketNumber }: Named,
  { keys, publicUrl }: Omit<TicketLinks, 'wallet'>,
): string {
  const token = linkToken({ purpose: 'ticket', siteId, number: ticketNumber }, keys)
  return `${baseOf(siteId, publicUrl)}/tickets/${ticketNumber}/${form}?token=${token}`
}

export function toWireAnswers({ inputValues }: NonNullable<Ticket['form']>): Static<typeof AnswersOut> {
  return {
    inputValues: inputValues.map(({ inputName, value, values }) => ({
      inputName,
      ...present({ value, values: values && [...values] }),
    })),
  }
}
