import { isCurrency } from '../money.ts'
import { InvalidRequest, type Violation, violation } from '../refusals.ts'
import { isTimeZone } from '../time.ts'
import { present } from '../wire/plain-object.ts'
import {
  type Address,
  type Image,
  type Location,
  type OnlineConferencing,
  RESERVATION_MINUTES_DEFAULT,
  RSVP_DEFAULTS,
  type RsvpSettings,
  type StoredEvent,
  TICKET_LIMIT_DEFAULT,
} from './model.ts'
import type { DateAndTimeChanges, EventChanges, LocationChanges, RegistrationChanges } from './schemas.ts'

/**
 * `event` as a request wants it, on create (from a blank one) as on update: absent members stay, null clears, the
 * schedule is replaced as one unit, location and registration merge member-wise (api 8.1, 8.2, events 1.8). The slug is
 * not among it, for it depends on the site's other events.
 * @throws InvalidRequest with everything that is wrong
 */
export function withChanges(event: StoredEvent, wire: EventChanges): StoredEvent {
  const wrong: Violation[] = []
  const display = wire.eventDisplaySettings
  if (isTooDeep(wire.description)) wrong.push(violation('event.description', 'nests too deep', 'TOO_DEEP'))
  if (isTooDeep(wire.seoSettings))
    wrong.push(violation('event.seoSettings.advancedSeoData', 'nests too deep', 'TOO_DEEP'))
  const changed: StoredEvent = {
    ...event,
    title: wire.title ?? event.title,
    shortDescription: chosen(wire.shortDescription, event.shortDescription, null),
    detailedDescription: chosen(wire.detailedDescription, event.detailedDescription, null),
    description: chosen(wire.description, event.description, null),
    mainImage: chosen(wire.mainImage && imageOf(wire.mainImage), event.mainImage, null),
    guestListPublic: chosen(inside(wire.guestListSettings, 'displayedPublicly'), event.guestListPublic, false),
    onlineConferencing: conferencingOf(event.onlineConferencing, wire.onlineConferencing),
    seoSettings: seoSettingsOf(event.seoSettings, wire.seoSettings),
    agendaEnabled: chosen(inside(wire.agendaSettings, 'enabled'), event.agendaEnabled, false),
    detailsButtonHidden: chosen(inside(display, 'hideEventDetailsButton'), event.detailsButtonHidden, false),
    detailsPageHidden: chosen(inside(display, 'hideEventDetailsPage'), event.detailsPageHidden, false),
    ...(wire.location && { location: locationOf(event.location, wire.location, wrong) }),
    ...(wire.dateAndTimeSettings && scheduleOf(event, wire.dateAndTimeSettings, wrong)),
    ...(wire.registration && registrationOf(event, wire.registration, wrong)),
  }
  if (changed.onlineConferencing?.enabled && changed.dateTbd)
    wrong.push(misconfigured('event.onlineConferencing.enabled', 'needs a decided date and time'))
  if (wrong.length > 0) throw new InvalidRequest(wrong)
  return changed
}

/** A contradiction between members that are each in order (events 1.16). */
export function misconfigured(field: string, description: string): Violation {
  return violation(field, description, 'INVALID_EVENT_CONFIGURATION')
}

/** `sent` when something was sent, `cleared` when that is null, else `stored`. */
function chosen<T>(sent: T | null | undefined, stored: T, cleared: T): T {
  return sent === undefined ? stored : (sent ?? cleared)
}

/** A member of an optional group; a group that is null clears all of its members. */
function inside<T extends object, K extends keyof T>(group: T | null | undefined, name: K): T[K] | null | undefined {
  return group === null ? null : group?.[name]
}

/** Deeper than any text is, and than JSON can be written or stored without running out of stack. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) return true
    level = level.flatMap(item => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return false
}

const DEPTH_MAX = 100

function imageOf({ id, height, width, url, altText, filename }: NonNullable<EventChanges['mainImage']>): Image {
  return present({ id, height, width, url, altText, filename }) as Image // present leaves out what is absent
}

/** Of a picture of the site's that is not there, or is being removed at this moment. */
export function imageGone(): InvalidRequest {
  return new InvalidRequest([violation('event.mainImage.id', 'names a picture that is not there any more', 'UNKNOWN')])
}

function conferencingOf(
  stored: OnlineConferencing | null,
  sent: EventChanges['onlineConferencing'],
): OnlineConferencing | null {
  if (!sent) return sent === undefined ? stored : null
  return present({
    enabled: chosen(sent.enabled, stored?.enabled ?? false, false),
    type: chosen(sent.type, stored?.type ?? 'MEETING', 'MEETING'),
    providerId: chosen(sent.providerId?.toLowerCase(), stored?.providerId, undefined),
  }) as OnlineConferencing // present leaves out what is absent
}

function seoSettingsOf(stored: StoredEvent['seoSettings'], sent: EventChanges['seoSettings']) {
  const advancedSeoData = chosen(inside(sent, 'advancedSeoData'), stored.advancedSeoData, undefined)
  return advancedSeoData ? { advancedSeoData } : {}
}

function locationOf(stored: Location, sent: LocationChanges, wrong: Violation[]): Location {
  // A type of its own only once it was said or follows from the rest: a blank event has no name, no address.
  const typed = stored.name !== undefined || stored.address !== undefined || stored.type === 'ONLINE'
  const said = chosen(sent.type, typed ? stored.type : undefined, undefined)
  const locationTbd = chosen(sent.locationTbd, stored.locationTbd, false)
  const type = said ?? 'VENUE'
  const name = chosen(sent.name, stored.name, undefined)?.trim() || undefined
  const address = sent.address ? addressOf(sent.address, wrong) : sent.address === null ? undefined : stored.address
  const placed = type === 'ONLINE' || address || (name && (locationTbd || said))
  if (!placed) wrong.push(violation('event.location.address', 'must not be blank', 'REQUIRED_FIELD'))
  return { type, locationTbd, ...(name && { name }), ...(address && { address }) }
}

function addressOf(sent: NonNullable<LocationChanges['address']>, wrong: Violation[]): Address | undefined {
  if (sent.country && !isCountry(sent.country))
    wrong.push(violation('event.location.address.country', 'must be an ISO 3166-1 alpha-2 code', 'COUNTRY'))
  const { latitude, longitude } = sent.geocode ?? {}
  const { number, name } = sent.streetAddress ?? {}
  const given = (text: string | null | undefined) => text?.trim() || undefined
  const address: Address = present({
    streetAddress: given(number) || given(name) ? present({ number: given(number), name: given(name) }) : undefined,
    addressLine: given(sent.addressLine),
    addressLine2: given(sent.addressLine2),
    city: given(sent.city),
    subdivision: given(sent.subdivision),
    country: given(sent.country),
    postalCode: given(sent.postalCode),
    formattedAddress: given(sent.formattedAddress),
    geocode: typeof latitude === 'number' && typeof longitude === 'number' ? { latitude, longitude } : undefined,
  }) as Address // present leaves out what is absent
  return Object.keys(address).length > 0 ? address : undefined
}

function isCountry(code: string): boolean {
  return COUNTRIES.of(code) !== undefined
}

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

type Schedule = Pick<
  StoredEvent,
  'dateTbd' | 'dateTbdMessage' | 'startAt' | 'endAt' | 'timeZone' | 'hideEndDate' | 'showTimeZone'
>

function scheduleOf(stored: StoredEvent, sent: DateAndTimeChanges, wrong: Violation[]): Partial<Schedule> {
  const at = 'event.dateAndTimeSettings'
  const found = wrong.length
  if (sent.recurringEvents?.individualEventDates?.length)
    wrong.push(
      misconfigured(`${at}.recurringEvents.individualEventDates`, 'can only be given when an event is created'),
    )
  const timeZone = chosen(sent.timeZoneId, stored.timeZone, null)
  if (timeZone !== null && !isTimeZone(timeZone))
    wrong.push(violation(`${at}.timeZoneId`, 'must be the name of an IANA time zone', 'TIME_ZONE'))
  const flags = { timeZone, hideEndDate: sent.hideEndDate ?? false, showTimeZone: sent.showTimeZone ?? false }

  if (sent.dateAndTimeTbd) {
    // inferred: dates sent along with it are ignored (events 1.6.9, 1.6.10).
    const dateTbdMessage = sent.dateAndTimeTbdMessage?.trim() ?? ''
    if (dateTbdMessage === '')
      wrong.push(violation(`${at}.dateAndTimeTbdMessage`, 'must not be blank while the date is open', 'REQUIRED_FIELD'))
    return { ...flags, dateTbd: true, dateTbdMessage, startAt: null, endAt: null }
  }

  const { startDate, endDate } = sent
  if (!startDate) wrong.push(violation(`${at}.startDate`, 'must not be empty', 'REQUIRED_FIELD'))
  if (!endDate)
    wrong.push(violation(`${at}.endDate`, 'must be defined: an event has no negative duration', 'REQUIRED_FIELD'))
  if (timeZone === null)
    wrong.push(violation(`${at}.timeZoneId`, 'must name a time zone: none is not supported', 'REQUIRED_FIELD'))
  if (!startDate || !endDate || wrong.length > found) return {}
  const startAt = new Date(startDate)
  const endAt = new Date(endDate)
  if (endAt < startAt)
    wrong.push(
      violation(`${at}.endDate`, 'must not be before startDate: an event has no negative duration', 'NOT_AFTER'),
    )
  return { ...flags, dateTbd: false, dateTbdMessage: null, startAt, endAt }
}

function registrationOf(stored: StoredEvent, sent: RegistrationChanges, wrong: Violation[]): Partial<StoredEvent> {
  const at = 'event.registration'
  if (sent.initialType && sent.initialType !== stored.initialType)
    wrong.push(misconfigured(`${at}.initialType`, `stays ${stored.initialType} for the life of the event`))
  return {
    registrationDisabled: chosen(sent.registrationDisabled, stored.registrationDisabled, false),
    registrationPaused: chosen(sent.registrationPaused, stored.registrationPaused, false),
    allowedGuestTypes: chosen(sent.allowedGuestTypes, stored.allowedGuestTypes, 'VISITOR_OR_MEMBER'),
    externalUrl: chosen(inside(sent.external, 'url'), stored.externalUrl, null),
    ...(sent.rsvp !== undefined && { rsvpSettings: rsvpSettingsOf(stored.rsvpSettings, sent.rsvp, wrong) }),
    ...(sent.tickets !== undefined && ticketSettingsOf(stored, sent.tickets ?? NO_SETTINGS, wrong)),
  }
}

function rsvpSettingsOf(stored: RsvpSettings, sent: RegistrationChanges['rsvp'], wrong: Violation[]): RsvpSettings {
  if (!sent) return RSVP_DEFAULTS
  const instant = (text: string | null | undefined) => (text ? new Date(text).toISOString() : text)
  const startDate = chosen(instant(sent.startDate), stored.startDate, undefined)
  const endDate = chosen(instant(sent.endDate), stored.endDate, undefined)
  if (startDate && endDate && endDate < startDate)
    wrong.push(violation('event.registration.rsvp.endDate', 'must not be before startDate', 'NOT_AFTER'))
  return present({
    responseType: chosen(sent.responseType, stored.responseType, RSVP_DEFAULTS.responseType),
    waitlistEnabled: chosen(sent.waitlistEnabled, stored.waitlistEnabled, false),
    limit: chosen(sent.limit, stored.limit, undefined),
    startDate,
    endDate,
  }) as RsvpSettings // present leaves out what is absent
}

/** Every member cleared; the currency stays, for tickets always have one. */
const NO_SETTINGS = {
  guestsAssignedSeparately: null,
  ticketLimitPerOrder: null,
  reservationDurationInMinutes: null,
  taxSettings: null,
}

function ticketSettingsOf(
  stored: StoredEvent,
  sent: NonNullable<RegistrationChanges['tickets']>,
  wrong: Violation[],
): Partial<StoredEvent> {
  if (typeof sent.currency === 'string' && !isCurrency(sent.currency))
    wrong.push(violation('event.registration.tickets.currency', 'must be an ISO 4217 currency', 'CURRENCY'))
  return {
    guestsAssignedSeparately: chosen(sent.guestsAssignedSeparately, stored.guestsAssignedSeparately, false),
    ticketLimitPerOrder: chosen(sent.ticketLimitPerOrder, stored.ticketLimitPerOrder, TICKET_LIMIT_DEFAULT),
    currency: sent.currency ?? stored.currency,
    reservationMinutes: chosen(
      sent.reservationDurationInMinutes,
      stored.reservationMinutes,
      RESERVATION_MINUTES_DEFAULT,
    ),
    ...taxOf(stored, sent.taxSettings, wrong),
  }
}

const NO_TAX = { taxType: null, taxName: null, taxRate: null, taxOnDonations: null }

function taxOf(
  stored: StoredEvent,
  sent: NonNullable<RegistrationChanges['tickets']>['taxSettings'],
  wrong: Violation[],
): Partial<StoredEvent> {
  if (!sent) return sent === null ? NO_TAX : {}
  const taxType = chosen(sent.type, stored.taxType, null)
  const taxName = chosen(sent.name, stored.taxName, null)
  const rate = chosen(sent.rate, stored.taxRate, null)
  const taxRate = rate === null ? null : String(Number(rate)) // at most three decimals: 21.550 is 21.55
  const at = 'event.registration.tickets.taxSettings'
  if (taxType === null && taxName === null && taxRate === null) return NO_TAX
  for (const [name, value] of Object.entries({ type: taxType, name: taxName, rate: taxRate }))
    if (value === null) wrong.push(violation(`${at}.${name}`, 'must not be empty', 'REQUIRED_FIELD'))
  if (taxRate !== null && (Number(taxRate) < 0.001 || Number(taxRate) > 100))
    wrong.push(violation(`${at}.rate`, 'must be from 0.001 to 100', Number(taxRate) > 100 ? 'MAX' : 'MIN'))
  return {
    taxType,
    taxName,
    taxRate,
    taxOnDonations: chosen(sent.appliedToDonations, stored.taxOnDonations, null) ?? true,
  }
}
