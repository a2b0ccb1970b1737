import type { Db, Fragment } from '../db/connect.ts'

/** An event as stored; see migrations/0002-events.sql. */
export type StoredEvent = {
  siteId: string
  eventId: string
  revision: number
  title: string
  slug: string
  shortDescription: string | null
  detailedDescription: string | null
  description: unknown
  mainImage: unknown
  location: Record<string, unknown>
  dateTbd: boolean
  dateTbdMessage: string | null
  startAt: Date | null
  endAt: Date | null
  timeZone: string | null
  hideEndDate: boolean
  showTimeZone: boolean
  initialType: 'RSVP' | 'TICKETING'
  registrationDisabled: boolean
  registrationPaused: boolean
  externalUrl: string | null
  allowedGuestTypes: 'VISITOR_OR_MEMBER' | 'MEMBER'
  rsvpSettings: Record<string, unknown>
  guestsAssignedSeparately: boolean
  ticketLimitPerOrder: number
  currency: string
  taxType: 'INCLUDED_IN_PRICE' | 'ADDED_AT_CHECKOUT' | null
  taxName: string | null
  /** Percent, as a decimal text. */
  taxRate: string | null
  taxOnDonations: boolean | null
  reservationMinutes: number
  guestListPublic: boolean
  onlineConferencing: Record<string, unknown> | null
  seoSettings: Record<string, unknown>
  agendaEnabled: boolean
  detailsButtonHidden: boolean
  detailsPageHidden: boolean
  createdAt: Date
  updatedAt: Date
  publishedAt: Date | null
  canceledAt: Date | null
  canceledBy: { kind: string; id: string } | null
}

export type EventStatus = 'DRAFT' | 'UPCOMING' | 'STARTED' | 'ENDED' | 'CANCELED'

/** What the clock makes of an event (events 1.2): computed on every read, never stored. */
export function statusOf(
  event: Pick<StoredEvent, 'publishedAt' | 'canceledAt' | 'startAt' | 'endAt'>,
  now: Date,
): EventStatus {
  if (event.canceledAt) return 'CANCELED'
  if (!event.publishedAt) return 'DRAFT'
  if (event.endAt && event.endAt <= now) return 'ENDED'
  if (event.startAt && event.startAt <= now) return 'STARTED'
  return 'UPCOMING'
}

/** `statusOf` in SQL, over a table or alias named `events`. */
export function statusSql(db: Db, now: Date): Fragment {
  return db`
    case
      when events.canceled_at is not null then 'CANCELED'
      when events.published_at is null then 'DRAFT'
      when events.end_at <= ${now} then 'ENDED'
      when events.start_at <= ${now} then 'STARTED'
      else 'UPCOMING'
    end`
}

/** `registration.type` (events 3.1). */
export function registrationTypeOf(
  event: Pick<StoredEvent, 'externalUrl' | 'registrationDisabled' | 'initialType'>,
): 'RSVP' | 'TICKETING' | 'EXTERNAL' | 'NONE' {
  if (event.registrationDisabled) return 'NONE'
  return event.externalUrl ? 'EXTERNAL' : event.initialType
}

/** Whether `event` sells or takes registrations at all right now; stock is another question (R75). */
export function acceptsRegistrations(
  event: Pick<
    StoredEvent,
    | 'publishedAt'
    | 'canceledAt'
    | 'startAt'
    | 'endAt'
    | 'externalUrl'
    | 'registrationDisabled'
    | 'registrationPaused'
    | 'initialType'
  >,
  now: Date,
): boolean {
  const status = statusOf(event, now)
  return (
    (status === 'UPCOMING' || status === 'STARTED') &&
    registrationTypeOf(event) === event.initialType &&
    !event.registrationPaused
  )
}
