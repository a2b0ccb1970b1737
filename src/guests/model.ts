import type { Answer } from '../forms/answers.ts'
import type { GuestForm, OrderStatus } from '../orders/model.ts'
import type { CheckIn, Rsvp } from '../rsvps/model.ts'

export type AttendanceStatus = 'ATTENDING' | 'IN_WAITLIST' | 'NOT_ATTENDING'

/** Tickets and check-ins that one entry shows at most; the published schemas take no more. */
export const TICKETS_SHOWN_MAX = 50

/** One entry of who is connected with an event: seen in RSVPs, orders and tickets, stored nowhere (events 12.1). */
export type Guest = {
  guestId: string
  eventId: string
  /** Of a BUYER and a TICKET_HOLDER only. */
  orderNumber: string | null
  orderStatus: OrderStatus | null
  /** null: nobody's, or not known whose. */
  contactId: string | null
  memberId: string | null
  attendanceStatus: AttendanceStatus
  /** Since when it is that. */
  attendanceStatusAt: Date
  /** Whether everybody behind the entry is inside. */
  checkedIn: boolean
  /** How many people are behind the entry. */
  totalGuests: number
  revision: number
  createdAt: Date
  updatedAt: Date
  /** Of the RSVP or order. */
  sourceCreatedAt: Date
  sourceUpdatedAt: Date
  /** Empty when nobody said it, or it was forgotten. */
  firstName: string
  lastName: string
  email: string
} & (
  | ({ guestType: 'RSVP'; rsvpId: string; rsvpStatus: Rsvp['status'] } & Pick<
      Rsvp,
      'answers' | 'guestNames' | 'checkIns'
    >)
  | ({ guestType: 'BUYER' } & OfOrder)
  | ({
      guestType: 'TICKET_HOLDER'
      ticketNumber: string
      /** null: the buyer's answers stand for this ticket too. */
      form: GuestForm | null
    } & OfOrder)
)
type OfOrder = { guestsAssigned: boolean; guestForms: readonly GuestForm[]; tickets: readonly GuestTicket[] }

/** A ticket behind an entry; the date as RFC 3339, for it comes in a document. */
export type GuestTicket = {
  number: string
  definitionId: string
  name: string
  checkedInAt: string | null
  checkedInBy: CheckIn['by']
}

/**
 * What the first answer to a control of this kind says, of several parts one after the other; null when there is none.
 * Ids of such controls begin with their kind, and name their only input (events 4.5.6, 4.5.7).
 */
export function firstAnswerTo(kind: 'phone' | 'address', answers: readonly Answer[]): string | null {
  const named = new RegExp(`^${kind}(-[0-9a-f]{16})?$`)
  const texts = answers
    .filter(({ inputName }) => named.test(inputName))
    .map(({ value, values }) => (values && values.length > 0 ? values : [value ?? '']))
    .map(parts => parts.filter(part => part.trim() !== '').join(', '))
  return texts.find(text => text !== '') ?? null
}
