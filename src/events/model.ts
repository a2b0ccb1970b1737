import type { Db, Fragment } from '../db/connect.ts'
import { type Inventory, unsoldOf } from '../inventory/store.ts'
import { Refusal } from '../refusals.ts'
import { addMinutes } from '../time.ts'

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
  mainImage: Image | null
  location: Location
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
  rsvpSettings: RsvpSettings
  guestsAssignedSeparately: boolean
  ticketLimitPerOrder: number
  currency: string
  taxType: 'INCLUDED_IN_PRICE' | 'ADDED_AT_CHECKOUT' | null
  taxName: string | null
  /** Percent, as a decimal text. */
  taxRate: string | null
  taxOnDonations: boolean | null
  reservationMinutes: number
  /** Whether authorized payments are captured by themselves before the provider's limit; else they are voided. */
  autoCapture: boolean
  /** Whether guests may choose to pay in person (spec/ticketing.md 9.1, manual payment). */
  offlinePayment: boolean
  /** Whether buyers may say anew who comes with their tickets. */
  guestsChangeable: boolean
  /** How long before its start guests are let in; null: at any time. */
  admissionMinutes: number | null
  /** Whether guests who have left may come in again. */
  reentry: boolean
  /** What the gates at its door are called. */
  gates: string[]
  guestListPublic: boolean
  onlineConferencing: OnlineConferencing | null
  seoSettings: { advancedSeoData?: Record<string, unknown> }
  agendaEnabled: boolean
  detailsButtonHidden: boolean
  detailsPageHidden: boolean
  createdAt: Date
  updatedAt: Date
  publishedAt: Date | null
  canceledAt: Date | null
  canceledBy: { kind: string; id: string } | null
  /** Of an occurrence of a recurring event: what they have in common, and the id of their category (events 2.2.8). */
  seriesId: string | null
}

/** Where an event is (events 1.5). */
export type Location = {
  type: 'VENUE' | 'ONLINE'
  locationTbd: boolean
  name?: string
  address?: Address
}

/** Its members as they were sent; what a server computes is computed when it is shown. */
export type Address = {
  streetAddress?: { number?: string; name?: string }
  addressLine?: string
  addressLine2?: string
  city?: string
  subdivision?: string
  country?: string
  postalCode?: string
  /** Shown only when no other member says where it is. */
  formattedAddress?: string
  geocode?: { latitude: number; longitude: number }
}

export type Image = {
  id: string
  height: number
  width: number
  url?: string
  altText?: string
  filename?: string
}

/** Dates as RFC 3339 in UTC, for they are kept in a document (events 3.2). */
export type RsvpSettings = {
  responseType: 'YES_ONLY' | 'YES_AND_NO'
  waitlistEnabled: boolean
  /** Absent: unlimited. */
  limit?: number
  startDate?: string
  endDate?: string
}

export type OnlineConferencing = { enabled: boolean; type: 'MEETING' | 'WEBINAR'; providerId?: string }

/** An event of today with every default and nothing of its own yet; `withChanges` fills it (events 1.7). */
export function blankEvent({
  siteId,
  eventId,
  initialType,
  currency,
  now,
}: Pick<StoredEvent, 'siteId' | 'eventId' | 'initialType' | 'currency'> & { now: Date }): StoredEvent {
  return {
    siteId,
    eventId,
    revision: 1,
    title: '',
    slug: '',
    shortDescription: null,
    detailedDescription: null,
    description: null,
    mainImage: null,
    location: { type: 'VENUE', locationTbd: false },
    dateTbd: false,
    dateTbdMessage: null,
    startAt: null,
    endAt: null,
    timeZone: null,
    hideEndDate: false,
    showTimeZone: false,
    initialType,
    registrationDisabled: false,
    registrationPaused: false,
    externalUrl: null,
    allowedGuestTypes: 'VISITOR_OR_MEMBER', // inferred: events 3.1.5
    rsvpSettings: RSVP_DEFAULTS,
    guestsAssignedSeparately: false,
    ticketLimitPerOrder: TICKET_LIMIT_DEFAULT,
    currency,
    taxType: null,
    taxName: null,
    taxRate: null,
    taxOnDonations: null,
    reservationMinutes: RESERVATION_MINUTES_DEFAULT,
    autoCapture: true,
    offlinePayment: false,
    guestsChangeable: true,
    admissionMinutes: ADMISSION_MINUTES_DEFAULT,
    reentry: false,
    gates: [],
    guestListPublic: false,
    onlineConferencing: null,
    seoSettings: {},
    agendaEnabled: false,
    detailsButtonHidden: false,
    detailsPageHidden: false,
    createdAt: now,
    updatedAt: now,
    publishedAt: null,
    canceledAt: null,
    canceledBy: null,
    seriesId: null,
  }
}

/** Tickets of one order, unless the event says otherwise (events 3.3). */
export const TICKET_LIMIT_DEFAULT = 20
export const RESERVATION_MINUTES_DEFAULT = 20
/** How long before the start guests are let in, unless the event says otherwise. */
const ADMISSION_MINUTES_DEFAULT = 120
/** inferred: events 3.2. */
export const RSVP_DEFAULTS: RsvpSettings = { responseType: 'YES_ONLY', waitlistEnabled: false }

/** From when on guests are let in; null: at any time, also where nobody knows yet when the event starts. */
export function admissionOpensAt({
  startAt,
  admissionMinutes,
}: Pick<StoredEvent, 'startAt' | 'admissionMinutes'>): Date | null {
  return startAt && admissionMinutes !== null ? addMinutes(startAt, -admissionMinutes) : null
}

export const EVENT_STATUSES = ['DRAFT', 'UPCOMING', 'STARTED', 'ENDED', 'CANCELED'] as const
export type EventStatus = (typeof EVENT_STATUSES)[number]

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

/**
 * Whether an event has `status`, in SQL: as `statusSql(…) = status`, but of columns that the planner knows something
 * about. Of an expression it takes half a percent to be true, and reads and sorts a whole table for the page of a list.
 */
export function hasStatusSql(db: Db, status: string, now: Date): Fragment {
  const live = db`events.canceled_at is null and events.published_at is not null`
  switch (status) {
    case 'CANCELED':
      return db`(events.canceled_at is not null)`
    case 'DRAFT':
      return db`(events.canceled_at is null and events.published_at is null)`
    case 'ENDED':
      return db`(${live} and events.end_at <= ${now})`
    case 'STARTED':
      return db`(${live} and events.start_at <= ${now} and (events.end_at > ${now} or events.end_at is null))`
    case 'UPCOMING':
      return db`(${live} and (events.start_at > ${now} or events.start_at is null)
                 and (events.end_at > ${now} or events.end_at is null))`
    default:
      return db`false`
  }
}

/** `registration.type` (events 3.1). */
export function registrationTypeOf(
  event: Pick<StoredEvent, 'externalUrl' | 'registrationDisabled' | 'initialType'>,
): 'RSVP' | 'TICKETING' | 'EXTERNAL' | 'NONE' {
  if (event.registrationDisabled) return 'NONE'
  return event.externalUrl ? 'EXTERNAL' : event.initialType
}

/** What decides whether an event takes registrations. */
export type Registration = Pick<
  StoredEvent,
  | 'publishedAt'
  | 'canceledAt'
  | 'startAt'
  | 'endAt'
  | 'externalUrl'
  | 'registrationDisabled'
  | 'registrationPaused'
  | 'initialType'
>

/** Whether `event` sells or takes registrations at all right now; stock is another question (R75). */
export function acceptsRegistrations(event: Registration, now: Date): boolean {
  const status = statusOf(event, now)
  return (
    (status === 'UPCOMING' || status === 'STARTED') &&
    registrationTypeOf(event) === event.initialType &&
    !event.registrationPaused
  )
}

/** What an event's ticket definitions say about it at one moment (R76, R77). */
export type TicketFigures = {
  /** Over definitions that guests can see; null without any. */
  lowestMinor: number | null
  highestMinor: number | null
  /** Of its definitions; null without any. */
  currency: string | null
  /** There are definitions, and none has free capacity. */
  soldOut: boolean
  /** A guest can buy one right now: visible, in its sale period, not sold out. */
  purchasable: boolean
}

export const NO_TICKETS: TicketFigures = {
  lowestMinor: null,
  highestMinor: null,
  currency: null,
  soldOut: false,
  purchasable: false,
}

/** What of a ticket definition counts in the figures of its event. */
export type Offered = Pick<Inventory, 'actualLimit' | 'reserved' | 'sold'> & {
  hidden: boolean
  /** null with options. */
  priceMinor: number | null
  pricingOptions: readonly { amountMinor: number }[]
  currency: string
  saleStartAt: Date | null
  saleEndAt: Date | null
}

/** What an event's definitions say about it at `now` (R76, R77). */
export function figuresOf(definitions: readonly Offered[], now: Date): TicketFigures {
  const shown = definitions.filter(({ hidden }) => !hidden)
  const prices = shown.flatMap(({ priceMinor, pricingOptions }) =>
    priceMinor === null ? pricingOptions.map(option => option.amountMinor) : [priceMinor],
  )
  const currencies = definitions.map(({ currency }) => currency)
  return {
    lowestMinor: prices.length === 0 ? null : Math.min(...prices),
    highestMinor: prices.length === 0 ? null : Math.max(...prices),
    currency: currencies.toSorted().at(-1) ?? null,
    soldOut: definitions.length > 0 && definitions.every(each => unsoldOf(each) === 0),
    purchasable: shown.some(
      each =>
        unsoldOf(each) !== 0 &&
        (each.saleStartAt === null || each.saleStartAt <= now) &&
        (each.saleEndAt === null || each.saleEndAt > now),
    ),
  }
}

export type RegistrationStatus =
  | 'CLOSED_AUTOMATICALLY'
  | 'CLOSED_MANUALLY'
  | 'OPEN_RSVP'
  | 'OPEN_RSVP_WAITLIST_ONLY'
  | 'OPEN_TICKETS'
  | 'OPEN_EXTERNAL'
  | 'SCHEDULED_RSVP'

/**
 * `registration.status` (events 3.1): computed on every read.
 * @param yesGuests how many people come, by their RSVPs
 */
export function registrationStatusOf(
  event: StoredEvent,
  { tickets, yesGuests }: { tickets: TicketFigures; yesGuests: number },
  now: Date,
): RegistrationStatus {
  if (event.registrationDisabled) return 'CLOSED_MANUALLY'
  const status = statusOf(event, now)
  // inferred: drafts too (events 3.1.2).
  if (status !== 'UPCOMING' && status !== 'STARTED') return 'CLOSED_AUTOMATICALLY'
  if (event.registrationPaused) return 'CLOSED_MANUALLY' // inferred: events 3.1.4
  switch (registrationTypeOf(event)) {
    case 'NONE':
      return 'CLOSED_MANUALLY'
    case 'EXTERNAL':
      return 'OPEN_EXTERNAL'
    case 'TICKETING':
      return tickets.purchasable ? 'OPEN_TICKETS' : 'CLOSED_AUTOMATICALLY'
    case 'RSVP': {
      const { startDate, endDate, limit, waitlistEnabled } = event.rsvpSettings
      if (startDate !== undefined && now < new Date(startDate)) return 'SCHEDULED_RSVP'
      if (endDate !== undefined && new Date(endDate) <= now) return 'CLOSED_AUTOMATICALLY'
      if (limit === undefined || yesGuests < limit) return 'OPEN_RSVP'
      return waitlistEnabled ? 'OPEN_RSVP_WAITLIST_ONLY' : 'CLOSED_AUTOMATICALLY'
    }
  }
}

/** The rule that forbids publishing `event`, or null (events 1.2, 1.11.2). */
export function refusalToPublish(event: StoredEvent): Refusal | null {
  if (!event.publishedAt) return null
  // inferred: which of the two codes a canceled event gets.
  return event.canceledAt
    ? new Refusal('INVALID_EVENT_STATUS_TRANSITION', 'A canceled event cannot be published.', { status: 'CANCELED' })
    : new Refusal('EVENT_ALREADY_PUBLISHED', 'The event is published already.')
}

/** The rule that forbids canceling `event` at `now`, or null (events 1.2, 1.11.4). */
export function refusalToCancel(event: StoredEvent, now: Date): Refusal | null {
  const status = statusOf(event, now)
  if (status === 'UPCOMING' || status === 'STARTED') return null
  const description = 'Only a published event that has not ended can be canceled.'
  return new Refusal('INVALID_EVENT_STATUS_TRANSITION', description, { status })
}

/** The first characters of a text, at most so many: half of a pair of code units would be no character. */
export function cropped(text: string, lengthMax: number): string {
  return text.slice(0, lengthMax).replace(/[\uD800-\uDBFF]$/, '')
}

export function isDraft(event: Pick<StoredEvent, 'publishedAt'>): boolean {
  return event.publishedAt === null
}

/** What a series says of one of its occurrences. */
export type Occurrence = Pick<StoredEvent, 'eventId' | 'publishedAt' | 'canceledAt' | 'startAt' | 'endAt'>

export type RecurrenceStatus =
  | 'ONE_TIME'
  | 'RECURRING'
  | 'RECURRING_UPCOMING'
  | 'RECURRING_RECENTLY_ENDED'
  | 'RECURRING_RECENTLY_CANCELED'

/**
 * Where an event stands in its series: the next to come, the last that ended when none is to come, or the last that was
 * canceled when all are (inferred precedence: events 2.2.12).
 * @param occurrences of its series, itself among them
 */
export function recurrenceStatusOf(
  { eventId, seriesId }: Pick<StoredEvent, 'eventId' | 'seriesId'>,
  occurrences: readonly Occurrence[],
  now: Date,
): RecurrenceStatus {
  if (seriesId === null) return 'ONE_TIME'
  const live = occurrences.filter(each => each.publishedAt && !each.canceledAt)
  const next = firstBy(
    live.filter(({ startAt }) => startAt && startAt > now),
    ({ startAt }) => Number(startAt),
  )
  if (next) return next.eventId === eventId ? 'RECURRING_UPCOMING' : 'RECURRING'
  if (live.length > 0) {
    const ended = live.filter(each => statusOf(each, now) === 'ENDED')
    const last = firstBy(ended, ({ endAt }) => -Number(endAt))
    return last?.eventId === eventId ? 'RECURRING_RECENTLY_ENDED' : 'RECURRING'
  }
  const canceled = occurrences.filter(({ canceledAt }) => canceledAt)
  const last = firstBy(canceled, ({ canceledAt }) => -Number(canceledAt))
  return last?.eventId === eventId ? 'RECURRING_RECENTLY_CANCELED' : 'RECURRING'
}

/** The one with the smallest value; of several such the one with the smallest id, so that every reader finds the same. */
function firstBy(occurrences: readonly Occurrence[], value: (each: Occurrence) => number): Occurrence | undefined {
  return occurrences.toSorted((a, b) => value(a) - value(b) || (a.eventId < b.eventId ? -1 : 1))[0]
}
