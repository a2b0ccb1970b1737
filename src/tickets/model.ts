import type { GuestForm, OrderStatus } from '../orders/model.ts'
import { invalid } from '../refusals.ts'
import type { SeatInfo } from '../seating/model.ts'
import { covers } from '../wire/masks.ts'

/** The admission of one guest (spec/ticketing.md section 10), with what every answer shows of its order. */
export type Ticket = {
  siteId: string
  ticketNumber: string
  orderNumber: string
  eventId: string
  ticketDefinitionId: string
  lineIndex: number
  ticketIndex: number
  revision: number
  name: string
  priceMinor: number
  currency: string
  policy: string
  /** Where its guest sits or stands, with the labels of that as they were when it was reserved; null: anywhere. */
  seatId: string | null
  seatInfo: SeatInfo | null
  firstName: string
  lastName: string
  email: string
  /** null: the buyer's answers stand for this ticket too (R205). */
  form: GuestForm | null
  checkedInAt: Date | null
  checkedInBy: { kind: string; id: string } | null
  /** The scan at the door by which it was; null: not by the door. */
  checkInScanId: string | null
  /** Since when its guest, who came in, is out for the moment, and by which scan; null: is not. */
  outAt: Date | null
  outScanId: string | null
  archivedAt: Date | null
  canceledAt: Date | null
  createdAt: Date
  updatedAt: Date
  orderStatus: OrderStatus
  orderArchived: boolean
  orderConfirmed: boolean
  /** BCP 47; null: as the site is. */
  orderLocale: string | null
  orderFirstName: string
  orderLastName: string
  orderForm: GuestForm
  contactId: string | null
  memberId: string | null
  visitorId: string | null
  anonymized: boolean
  channel: 'ONLINE' | 'OFFLINE_POS'
}

/** What an update changes of a ticket; what is absent stays. */
export type TicketChange = { archived?: boolean; form?: GuestForm }

/**
 * The change that a request means (R202): what its mask names, from the body, where what is absent is cleared; without a
 * mask everything. inferred: only who names the guest clears it, for a ticket without a guest is none.
 * @throws InvalidRequest on `fields` for a path that cannot be updated
 */
export function ticketChangeOf(
  { archived, form }: { archived?: boolean | null | undefined; form?: GuestForm | null | undefined },
  mask: readonly string[],
): TicketChange {
  const unknown = mask.find(path => !MASK_PATHS.has(path))
  if (unknown !== undefined) throw invalid('fields', `cannot update "${unknown}"`, 'FIELD_NOT_ALLOWED')
  const namesForm = mask.some(path => path.startsWith('guestDetails'))
  return {
    ...(covers(mask, 'archived') && { archived: archived ?? false }),
    ...(namesForm && { form: form ?? { inputValues: [] } }),
    ...(mask.length === 0 && form && { form }),
  }
}

const MASK_PATHS: ReadonlySet<string> = new Set([
  'archived',
  'guestDetails',
  'guestDetails.form',
  'guestDetails.form.inputValues',
])

/** What a door makes of a ticket: it admits, was used, or does not admit, and why (R199, R208). */
export type Admission = 'VALID' | 'CHECKED_IN' | 'CANCELED' | 'ARCHIVED' | 'NOT_CONFIRMED'

export function admissionOf(
  ticket: Pick<Ticket, 'canceledAt' | 'archivedAt' | 'orderArchived' | 'orderConfirmed' | 'checkedInAt'>,
): Admission {
  if (ticket.canceledAt) return 'CANCELED'
  if (ticket.archivedAt || ticket.orderArchived) return 'ARCHIVED'
  if (!ticket.orderConfirmed) return 'NOT_CONFIRMED'
  return ticket.checkedInAt ? 'CHECKED_IN' : 'VALID'
}

/** Whether a ticket may come in, or has: only such a one shows its code. */
export function isGenuine(admission: Admission): admission is 'VALID' | 'CHECKED_IN' {
  return admission === 'VALID' || admission === 'CHECKED_IN'
}
