import { type Answer, answerOf } from '../forms/answers.ts'
import { type Input, liveControls, type StoredForm } from '../forms/model.ts'
import { discountOf } from '../pricing/model.ts'
import type { SeatInfo } from '../seating/model.ts'
import type { CsvColumn } from '../wire/csv.ts'
import type { Columns } from './columns.ts'
import type { MovementRow, OrderRow, RsvpRow, TicketRow } from './export-store.ts'

export function orderColumns({ plain, amount, moment }: Columns): CsvColumn<OrderRow>[] {
  return [
    plain('orderNumber', row => row.orderNumber),
    moment('ordered', row => row.createdAt),
    plain('event', row => row.eventTitle),
    plain('status', row => row.status),
    plain('channel', row => row.channel),
    plain('method', row => row.method || null),
    plain('firstName', row => row.firstName),
    plain('lastName', row => row.lastName),
    plain('email', row => row.email),
    plain('tickets', row => row.ticketsQuantity),
    plain('currency', row => row.currency),
    amount('subTotal', row => row.invoice.subTotalMinor),
    amount('discounts', row => discountOf(row.invoice)),
    plain('couponCode', ({ invoice: { discounts = [] } }) =>
      discounts.flatMap(each => (each.kind === 'COUPON' ? each.code : [])).join(', '),
    ),
    amount('tax', row => row.invoice.tax?.amountMinor ?? 0),
    amount('fees', row => row.grandTotalMinor - row.revenueMinor),
    amount('total', row => row.grandTotalMinor),
    amount('refunded', row => row.refundedMinor),
    moment('confirmed', row => row.confirmedAt),
    moment('paid', row => row.paidAt),
    moment('canceled', row => row.canceledAt),
    moment('archived', row => row.archivedAt),
    plain('marketingConsent', row => String(row.marketingConsent)),
    plain('eventId', row => row.eventId),
  ]
}

export function ticketColumns({ plain, amount, moment }: Columns): CsvColumn<TicketRow>[] {
  return [
    plain('ticketNumber', row => row.ticketNumber),
    plain('orderNumber', row => row.orderNumber),
    plain('event', row => row.eventTitle),
    plain('ticketDefinition', row => row.name),
    plain('seat', row => seatOf(row.seatInfo)),
    plain('firstName', row => row.firstName),
    plain('lastName', row => row.lastName),
    plain('email', row => row.email),
    plain('currency', row => row.currency),
    amount('price', row => row.priceMinor),
    plain('orderStatus', row => row.orderStatus),
    moment('issued', row => row.createdAt),
    moment('checkedIn', row => row.checkedInAt),
    moment('canceled', row => row.canceledAt),
    moment('archived', row => row.archivedAt),
  ]
}

export function movementColumns({ plain, amount, moment }: Columns): CsvColumn<MovementRow>[] {
  return [
    moment('moved', row => row.movedAt),
    plain('kind', row => row.kind),
    plain('orderNumber', row => row.orderNumber),
    plain('event', row => row.eventTitle),
    plain('method', row => row.method),
    plain('currency', row => row.currency),
    amount('captured', row => (row.kind === 'PAYMENT' ? row.amountMinor : 0)),
    amount('refunded', row => (row.kind === 'REFUND' ? row.amountMinor : 0)),
    plain('reason', row => row.reason),
    plain('paymentId', row => row.paymentId),
    plain('providerRef', row => row.providerRef),
  ]
}

/** One person, or who answered with those who come along. */
export type GuestRow = {
  type: 'TICKET_HOLDER' | 'RSVP'
  attendance: 'ATTENDING' | 'IN_WAITLIST' | 'NOT_ATTENDING'
  firstName: string
  lastName: string
  email: string
  totalGuests: number
  guestNames: readonly string[]
  answers: readonly Answer[]
  ticket: Pick<TicketRow, 'ticketNumber' | 'orderNumber' | 'name' | 'seatInfo'> | null
  checkedInAt: Date | null
}

export function guestOfTicket(ticket: TicketRow): GuestRow {
  const { firstName, lastName, email, form, orderForm, checkedInAt, canceledAt, archivedAt } = ticket
  const isIn = ['PAID', 'FREE', 'OFFLINE_PENDING'].includes(ticket.orderStatus) && !ticket.orderArchived
  return {
    type: 'TICKET_HOLDER',
    attendance: isIn && canceledAt === null && archivedAt === null ? 'ATTENDING' : 'NOT_ATTENDING',
    firstName,
    lastName,
    email,
    totalGuests: 1,
    guestNames: [],
    answers: (form ?? orderForm)?.inputValues ?? [],
    ticket,
    checkedInAt,
  }
}

const ATTENDANCE = { YES: 'ATTENDING', WAITLIST: 'IN_WAITLIST', NO: 'NOT_ATTENDING' } as const

export function guestOfRsvp({ status, ...rsvp }: RsvpRow): GuestRow {
  return { ...rsvp, type: 'RSVP', attendance: ATTENDANCE[status], ticket: null }
}

/** @param form the event's: what it asks now has a column each, what it asked before is in one at the end */
export function guestColumns({ plain, moment }: Columns, form: StoredForm | undefined): CsvColumn<GuestRow>[] {
  const asked = liveControls(form ?? { controls: [] }).flatMap(({ inputs }) => inputs)
  const others = asked.filter(({ name }) => !OWN_COLUMNS.has(name))
  const known = new Set([...OWN_COLUMNS, ...others.map(({ name }) => name)])
  return [
    plain('guestType', row => row.type),
    plain('attendance', row => row.attendance),
    plain('firstName', row => row.firstName),
    plain('lastName', row => row.lastName),
    plain('email', row => row.email),
    plain('guests', row => row.totalGuests),
    plain('guestNames', row => row.guestNames.join(', ')),
    plain('orderNumber', row => row.ticket?.orderNumber ?? null),
    plain('ticketNumber', row => row.ticket?.ticketNumber ?? null),
    plain('ticketDefinition', row => row.ticket?.name ?? null),
    plain('seat', row => seatOf(row.ticket?.seatInfo ?? null)),
    moment('checkedIn', row => row.checkedInAt),
    ...others.map(
      ({ name, label }: Input): CsvColumn<GuestRow> => ({ header: label, cell: row => said(row.answers, name) }),
    ),
    plain('otherAnswers', row =>
      row.answers
        .filter(({ inputName }) => !known.has(inputName))
        .map(({ inputName }) => `${inputName}: ${said(row.answers, inputName) ?? ''}`)
        .join('\n'),
    ),
  ]
}

const OWN_COLUMNS: ReadonlySet<string> = new Set(['firstName', 'lastName', 'email'])

/** All texts of an answer: an address has several, and so have boxes that were ticked. */
function said(answers: readonly Answer[], inputName: string): string | null {
  const values = answers.find(answer => answer.inputName === inputName)?.values ?? []
  return values.length > 0 ? values.join(', ') : answerOf(answers, inputName)
}

function seatOf(seat: SeatInfo | null): string | null {
  if (!seat) return null
  const { sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel } = seat
  return [sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel].filter(label => label).join(' ')
}
