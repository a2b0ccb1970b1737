import type { StoredForm } from '../forms/model.ts'
import { toWireForm } from '../forms/wire.ts'
import type { RsvpCounts } from '../inventory/rsvp-counts.ts'
import { isOurs } from '../media/model.ts'
import { formatMinor, localMoney, money, toLegacyMoney } from '../money.ts'
import { baseOf, storefrontOf } from '../sites/hosts.ts'
import type { Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { present } from '../wire/plain-object.ts'
import { type CalendarEntry, googleCalendarUrl } from './calendar.ts'
import { formattedOf } from './formatted.ts'
import {
  type Address,
  type Image,
  type Location,
  NO_TICKETS,
  type Occurrence,
  type RecurrenceStatus,
  recurrenceStatusOf,
  registrationStatusOf,
  registrationTypeOf,
  type StoredEvent,
  statusOf,
  type TicketFigures,
} from './model.ts'
import type { Fieldset, WireEvent } from './schemas.ts'
import type { EventCategory, Sales } from './store.ts'

/** What an answer about an event is made with. */
export type View = { site: Site; publicUrl: string; fields: ReadonlySet<Fieldset>; now: Date }

/** What other tables say about it; only what the fieldsets ask for is loaded. */
export type Related = {
  tickets?: TicketFigures | undefined
  /** Absent: nobody has answered yet. */
  rsvps?: RsvpCounts | undefined
  form?: StoredForm | undefined
  sales?: Sales | undefined
  categories?: readonly EventCategory[] | undefined
  /** Of its series, itself among them. */
  occurrences?: readonly Occurrence[] | undefined
}

/** Members that were not asked for are absent (events 1.15). */
export function toWireEvent(event: StoredEvent, related: Related, view: View): WireEvent {
  const { fields, now, publicUrl, site } = view
  const base = baseOf(event.siteId, publicUrl)
  const when = <T>(fieldset: Fieldset, value: () => T) => (fields.has(fieldset) ? value() : undefined)
  return present({
    id: event.eventId,
    title: event.title,
    slug: event.slug,
    location: toWireLocation(event.location, site.locale),
    dateAndTimeSettings: toWireDateAndTime(
      event,
      site.locale,
      recurrenceStatusOf(event, related.occurrences ?? [], now),
    ),
    status: statusOf(event, now),
    createdDate: event.createdAt,
    updatedDate: event.updatedAt,
    publishedDate: event.publishedAt,
    instanceId: event.siteId, // inferred: the site stands for the installed app
    guestListSettings: { displayedPublicly: event.guestListPublic },
    eventDisplaySettings: {
      hideEventDetailsButton: event.detailsButtonHidden,
      hideEventDetailsPage: event.detailsPageHidden,
    },
    shortDescription: when('DETAILS', () => event.shortDescription),
    mainImage: when('DETAILS', () => event.mainImage && shownImage(event.mainImage, base)),
    calendarUrls: when('DETAILS', () => calendarUrlsOf(event, view)),
    detailedDescription: when('TEXTS', () => event.detailedDescription), // inferred: it goes with the other text
    description: when('TEXTS', () => event.description),
    registration: when('REGISTRATION', () => toWireRegistration(event, related, view)),
    eventPageUrl: when('URLS', () => eventPageUrlOf(event, publicUrl)),
    form: when('FORM', () => related.form && toWireForm(related.form)),
    summaries: when('DASHBOARD', () => toWireSummaries(event, related)),
    onlineConferencing: when('ONLINE_CONFERENCING_SESSION', () => toWireConferencing(event)),
    seoSettings: when('SEO_SETTINGS', () => ({ slug: event.slug, ...event.seoSettings, hidden: false })),
    agendaSettings: when('AGENDA', () => ({
      enabled: event.agendaEnabled,
      pageUrl: { base: storefrontOf(event.siteId, publicUrl), path: `${pagePathOf(event)}/schedule` },
    })),
    categories: when('CATEGORIES', () => ({ categories: (related.categories ?? []).slice(0, 10).map(toWireCategory) })),
  }) as WireEvent // present leaves out what is absent
}

/**
 * `location`, with what a server computes: the address on one line, its country's name (events 1.5.6), and a name for
 * what is nowhere (inferred: events 1.5.7).
 */
export function toWireLocation({ address, ...place }: Location, locale: string): WireEvent['location'] {
  const location = place.type === 'ONLINE' ? { name: textsIn(locale).page('event.online'), ...place } : place
  if (!address) return location
  const formattedAddress = addressLineOf(address, locale)
  const countryFullname = address.country && countryName(address.country, locale)
  return {
    ...location,
    address: {
      ...address,
      ...(countryFullname && { countryFullname }),
      ...(formattedAddress !== '' && { formattedAddress }),
    },
  }
}

/** Where it is, for people: its name, and its address on one line; empty texts where that is not known. */
export function placeOf(
  { location }: Pick<StoredEvent, 'location'>,
  locale: string,
): { name: string; address: string } {
  const { name = '', address } = toWireLocation(location, locale)
  return { name, address: location.locationTbd ? '' : (address?.formattedAddress ?? '') }
}

/** inferred: without a geocoder, the parts in the order of an envelope; without parts, the line that was sent. */
export function addressLineOf(address: Address, locale: string): string {
  const { streetAddress, country } = address
  const region = address.subdivision?.replace(/^[A-Z]{2}-/, '')
  const parts = [
    address.addressLine ?? [streetAddress?.number, streetAddress?.name].filter(Boolean).join(' '),
    address.addressLine2,
    address.city,
    [region, address.postalCode].filter(Boolean).join(' '),
    country && countryName(country, locale),
  ]
  const line = parts.filter(Boolean).join(', ')
  return line === '' ? (address.formattedAddress ?? '') : line
}

function countryName(code: string, locale: string): string {
  const names = COUNTRY_NAMES.get(locale) ?? new Intl.DisplayNames(locale, { type: 'region' })
  COUNTRY_NAMES.set(locale, names)
  return names.of(code) ?? code
}

const COUNTRY_NAMES = new Map<string, Intl.DisplayNames>()

/** @param recurrenceStatus where the series is not known, no more than that there is one */
export function toWireDateAndTime(
  event: StoredEvent,
  locale: string,
  recurrenceStatus: RecurrenceStatus = event.seriesId === null ? 'ONE_TIME' : 'RECURRING',
): WireEvent['dateAndTimeSettings'] {
  return present({
    dateAndTimeTbd: event.dateTbd,
    dateAndTimeTbdMessage: event.dateTbdMessage,
    startDate: event.startAt,
    endDate: event.endAt,
    timeZoneId: event.timeZone,
    hideEndDate: event.hideEndDate,
    showTimeZone: event.showTimeZone,
    recurrenceStatus,
    recurringEvents: {
      individualEventDates: [], // only the category links what belongs together (events 2.2.11)
      ...(event.publishedAt && present({ categoryId: event.seriesId })),
    },
    formatted: formattedOf(event, locale),
  }) as WireEvent['dateAndTimeSettings'] // present leaves out what is absent
}

/** One that was uploaded here has the address of today, whatever that was when the event was told of it. */
function shownImage(image: Image, base: string): Image {
  return isOurs(image.id) ? { ...image, url: `${base}/${image.id}` } : image
}

/** `eventPageUrl`: where the public page of the event is. */
export function eventPageUrlOf(
  event: Pick<StoredEvent, 'siteId' | 'slug'>,
  publicUrl: string,
): { base: string; path: string } {
  return { base: storefrontOf(event.siteId, publicUrl), path: pagePathOf(event) }
}

function pagePathOf({ slug }: Pick<StoredEvent, 'slug'>): string {
  return `/event-details/${slug}`
}

/** What a calendar says about `event`; null while its date is open. */
export function calendarEntryOf(
  event: StoredEvent,
  { site, publicUrl }: Pick<View, 'site' | 'publicUrl'>,
): CalendarEntry | null {
  const { startAt, endAt } = event
  if (!startAt || !endAt) return null
  const { name, address } = placeOf(event, site.locale)
  return {
    uid: `${event.eventId}@boxoffice`,
    sequence: event.revision - 1,
    changedAt: event.updatedAt,
    startAt,
    endAt: event.hideEndDate ? null : endAt,
    timeZone: event.timeZone,
    title: event.title,
    description: event.shortDescription ?? '',
    place: [name, address].filter(Boolean).join(', '),
    geocode: event.location.locationTbd ? null : (event.location.address?.geocode ?? null),
    pageUrl: encodeURI(storefrontOf(event.siteId, publicUrl) + pagePathOf(event)),
    canceled: event.canceledAt !== null,
  }
}

export function calendarUrlsOf(event: StoredEvent, view: Pick<View, 'site' | 'publicUrl'>): WireEvent['calendarUrls'] {
  const entry = calendarEntryOf(event, view)
  if (!entry) return undefined
  const ics = `${baseOf(event.siteId, view.publicUrl)}/boxoffice/v1/events/${event.eventId}/calendar.ics?siteId=${event.siteId}`
  return { google: googleCalendarUrl(entry), ics }
}

function toWireRegistration(
  event: StoredEvent,
  { tickets = NO_TICKETS, rsvps }: Related,
  { now, site }: View,
): WireEvent['registration'] {
  const isRsvp = event.initialType === 'RSVP'
  return {
    type: registrationTypeOf(event),
    status: registrationStatusOf(event, { tickets, yesGuests: rsvps?.yesGuests ?? 0 }, now),
    initialType: event.initialType,
    allowedGuestTypes: event.allowedGuestTypes,
    registrationPaused: event.registrationPaused,
    registrationDisabled: event.registrationDisabled,
    ...(event.externalUrl && { external: { url: event.externalUrl } }),
    // Settings of the other type are stored but mean nothing (events 3.3.5).
    ...(isRsvp ? { rsvp: event.rsvpSettings } : { tickets: toWireTickets(event, tickets, site.locale) }),
  }
}

function toWireTickets(event: StoredEvent, tickets: TicketFigures, locale: string) {
  const currency = tickets.currency ?? event.currency
  const price = (minor: number) => {
    return { value: formatMinor(minor, currency), currency, formattedValue: localMoney(money(minor, currency), locale) }
  }
  const { lowestMinor, highestMinor } = tickets
  return {
    guestsAssignedSeparately: event.guestsAssignedSeparately,
    ticketLimitPerOrder: event.ticketLimitPerOrder,
    currency,
    ...(lowestMinor !== null && { lowestPrice: price(lowestMinor) }),
    ...(highestMinor !== null && { highestPrice: price(highestMinor) }),
    soldOut: tickets.soldOut,
    ...(event.taxType &&
      event.taxName &&
      event.taxRate && {
        taxSettings: {
          type: event.taxType,
          name: event.taxName,
          rate: String(Number(event.taxRate)), // the column keeps three decimals: 21.550 is 21.55
          appliedToDonations: event.taxOnDonations ?? true,
        },
      }),
    reservationDurationInMinutes: event.reservationMinutes,
  }
}

function toWireSummaries(event: StoredEvent, { sales, rsvps }: Related): WireEvent['summaries'] {
  const amount = (minor: number) => toLegacyMoney(money(minor, sales?.currency ?? event.currency))
  return {
    ...(event.initialType === 'TICKETING' && {
      tickets: {
        ticketsSold: sales?.ticketsSold ?? 0,
        revenue: amount(sales?.revenueMinor ?? 0),
        currencyLocked: sales !== undefined,
        totalOrders: sales?.totalOrders ?? 0,
        totalSales: amount(sales?.totalSalesMinor ?? 0),
      },
    }),
    ...(event.initialType === 'RSVP' && { rsvps: toWireRsvps(rsvps) }),
    ...(event.canceledAt && {
      cancellation: { canceledDate: event.canceledAt, actorType: actorTypeOf(event.canceledBy) },
    }),
  }
}

/** RSVPs, not the people behind them. */
function toWireRsvps(counts: RsvpCounts | undefined) {
  const { yesRsvps = 0, noRsvps = 0, waitlistRsvps = 0 } = counts ?? {}
  return {
    totalCount: yesRsvps + noRsvps + waitlistRsvps,
    yesCount: yesRsvps,
    noCount: noRsvps,
    waitlistCount: waitlistRsvps,
  }
}

/** An API key acts as an app; the name of a person is shown for users only, and no identity is one yet. */
function actorTypeOf(actor: StoredEvent['canceledBy']): string {
  if (actor?.kind === 'admin') return 'APP'
  return actor === null || actor.kind === 'clock' ? 'SYSTEM' : 'USER'
}

function toWireConferencing({ onlineConferencing }: StoredEvent): WireEvent['onlineConferencing'] {
  // inferred: without a conferencing service there never is a session (events 1.10.3); the client promises both links.
  const session = { hostLink: '', guestLink: '', sessionCreated: false }
  return onlineConferencing ? { ...onlineConferencing, session } : undefined
}

function toWireCategory({ categoryId, name, createdAt, states }: EventCategory) {
  const type = states.includes('RECURRING_EVENT') ? 'RECURRING_EVENT' : 'MANUAL'
  return { id: categoryId, name, createdDate: createdAt, hidden: false, type }
}
