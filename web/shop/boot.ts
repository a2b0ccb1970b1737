import type { Amount } from '../shared/money.ts'

/** What the server tells a guest's page: the page's data, so that it is shown before anything is asked for. */
export type Boot = {
  /** Of the texts; one of `languages`. */
  language: string
  direction: 'ltr' | 'rtl'
  /** By their own names. */
  languages: readonly { language: string; name: string }[]
  site: BootSite
  /** When the server looked: what depends on the time reads as it did then, until the script has taken over. */
  now: string
  page: ShopPage
  /** Where the page is shown before guests see it: it asks for nothing, and nothing can be bought. */
  preview?: BootPreview
  /** Answers of the API that the page begins with, by the question that it would ask (`keyOf`). */
  answers: Readonly<Record<string, unknown>>
}

export type BootSite = {
  siteId: string
  /** Where its pages are: `/`, or `/s/{siteId}/` where it shares its host with other sites. */
  home: string
  name: string
  /** BCP 47: how dates and money are spelled. */
  locale: string
  /** Percent of the price that is added where a definition says so, as a decimal text. */
  serviceFeePercent: string
}

export type BootPreview = {
  /** When the address ends, and the zone in which that is told. */
  until: string
  timeZoneId: string
  /** Whether the event is; else only its schedule is looked at beforehand. */
  isPublished: boolean
  /** Whether the schedule is not the one that is published. */
  isScheduleDraft: boolean
  /** Where the preview of the event is, and what its address says besides. */
  path: string
  query: string
}

export type ShopPage =
  | { kind: 'events'; search: EventsSearch }
  | ({ kind: 'event' } & EventPageData)
  | ({ kind: 'schedule' } & SchedulePageData)
  | {
      kind: 'checkout'
      slug: string
      /** As the address says it; '': it says none. */
      reservationId: string
      /** Whether this browser came by a redirect session (api 14). */
      redirected: boolean
      /** In the order in which the organizer shows them. */
      policies: readonly BootPolicy[]
    }
  | { kind: 'notFound' }
  /** The event is not published yet. */
  | { kind: 'notYet' }

/** What guests accept before they order. */
export type BootPolicy = { id: string; name: string; body: string }

/** What the address of the list says: `?q=&category=&page=`. */
export type EventsSearch = { q: string; category: string | null; page: number }

/** What does not change while a guest looks at it; HTML in it is safe. */
export type EventPageData = {
  event: EventShown
  /** HTML; empty where there is none. */
  description: string
  policies: readonly { id: string; name: string; html: string }[]
  schedule: readonly ScheduleItem[]
  /** Of a recurring event. */
  otherDates: readonly { slug: string; startDate: string; timeZoneId: string }[]
}

export type SchedulePageData = Pick<EventPageData, 'event' | 'schedule'>

export type ScheduleItem = {
  id: string
  name: string
  startDate: string
  endDate: string
  timeZoneId: string
  /** HTML; empty where there is none. */
  description: string
  stageName: string
  tags: readonly string[]
  canceled: boolean
}

/* What pages read of the API's answers. */

/** Such as `{ value: '10.00', currency: 'EUR' }`. */

export type EventShown = {
  id: string
  title: string
  slug: string
  status: 'DRAFT' | 'UPCOMING' | 'STARTED' | 'ENDED' | 'CANCELED'
  shortDescription?: string
  mainImage?: { id?: string; url?: string; width: number; height: number; altText?: string }
  location: {
    name?: string
    type?: string
    locationTbd?: boolean
    address?: {
      addressLine?: string
      streetAddress?: { number?: string; name?: string }
      city?: string
      postalCode?: string
      subdivision?: string
      country?: string
      formattedAddress?: string
      geocode?: { latitude: number; longitude: number }
    }
  }
  dateAndTimeSettings: {
    dateAndTimeTbd: boolean
    dateAndTimeTbdMessage?: string
    startDate?: string
    endDate?: string
    timeZoneId?: string
    hideEndDate: boolean
    showTimeZone: boolean
    recurringEvents?: { categoryId?: string }
  }
  eventDisplaySettings: { hideEventDetailsButton: boolean; hideEventDetailsPage: boolean }
  calendarUrls?: { google: string; ics: string }
  registration: Registration
  categories?: { categories: readonly { id: string; name: string; type: string }[] }
  agendaSettings?: { enabled: boolean }
}

export type Registration = {
  type: 'RSVP' | 'TICKETING' | 'EXTERNAL' | 'NONE'
  status: RegistrationStatus
  initialType: 'RSVP' | 'TICKETING'
  allowedGuestTypes: string
  registrationPaused: boolean
  external?: { url: string }
  rsvp?: {
    responseType: 'YES_ONLY' | 'YES_AND_NO'
    limit?: number
    waitlistEnabled: boolean
    startDate?: string
    endDate?: string
  }
  tickets?: {
    ticketLimitPerOrder: number
    currency: string
    lowestPrice?: Amount
    highestPrice?: Amount
    soldOut: boolean
    taxSettings?: {
      type: 'INCLUDED_IN_PRICE' | 'ADDED_AT_CHECKOUT'
      name: string
      rate: string
      appliedToDonations: boolean
    }
    reservationDurationInMinutes: number
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

export type SaleStatus = 'SALE_SCHEDULED' | 'SALE_STARTED' | 'SALE_ENDED'

/** A ticket definition as guests see it. */
export type Definition = {
  id: string
  name: string
  description?: string
  policyText?: string
  limitPerCheckout: number
  pricingMethod: {
    fixedPrice?: Amount
    guestPrice?: Amount
    pricingOptions?: { optionDetails: readonly { optionId: string; name: string; price: Amount }[] }
    free: boolean
  }
  feeType: 'FEE_INCLUDED' | 'FEE_ADDED_AT_CHECKOUT' | 'NO_FEE'
  salePeriod?: { startDate?: string; endDate?: string; displayNotOnSale: boolean }
  saleStatus: SaleStatus
  sortIndex: number
  seatingDetails?: { places: readonly Place[] }
}

/** A seat, or an area with room for many, that can still be had. */
export type Place = {
  placeId: string
  label: string
  sectionLabel: string
  elementLabel: string
  availableCapacity: number
}

/** How many tickets are left, all the time: docs/live.md. */
export type Live = Numbers & {
  eventId: string
  status: EventShown['status']
  registrationStatus: RegistrationStatus
  nextReleaseDate?: string
  lastReleaseDate?: string
  seatsVersion?: string | number
  ticketDefinitions: readonly (Numbers & { id: string; name: string; saleStatus: SaleStatus })[]
}

export type Numbers = { sold: number; held: number; unsold?: number; soldOut: boolean; nextChangeDate?: string }

export type UpcomingEvents = {
  shows: readonly { event: EventShown; moreDates: number; nextSaleDate?: string }[]
  categories: readonly { id: string; name: string }[]
  total: number
  page: number
  pageSize: number
}

/** Something to ask the API: an address, or an address and what is sent there. */
export type Question = string | { path: string; body: object }

export function keyOf(question: Question): string {
  return typeof question === 'string' ? question : `${question.path} ${JSON.stringify(question.body)}`
}

/** Of what an event's page is made. */
export const EVENT_FIELDSETS = [
  'DETAILS',
  'TEXTS',
  'REGISTRATION',
  'URLS',
  'SEO_SETTINGS',
  'CATEGORIES',
  'AGENDA',
] as const

/** The questions that pages ask; the server asks the same ones before (`Boot.answers`). */
export const questions = {
  eventBySlug: (slug: string): string =>
    `/events/v3/events/slug/${encodeURIComponent(slug)}?${EVENT_FIELDSETS.map(each => `fields=${each}`).join('&')}`,
  /** Of an event, all that guests can get, with the places that are left. */
  definitions: (eventId: string): Question => ({
    path: '/events/v3/ticket-definitions/available/query',
    body: { query: { filter: { eventId }, paging: { limit: 100 } }, fields: ['SEATING_DETAILS'] },
  }),
  /** The registration form of an event. */
  form: (eventId: string): string => `/events/v3/events/${eventId}?fields=FORM`,
  availability: (eventId: string): string => `/boxoffice/v1/events/${eventId}/availability`,
  upcoming: ({ q, category, page }: EventsSearch): string =>
    `/boxoffice/v1/upcoming-events${searchOf({ q, category, page })}`,
}

/** The page of an event, or one `behind` it; in a preview, its preview. */
export function eventPathOf(
  { preview, site }: Pick<Boot, 'preview' | 'site'>,
  slug: string,
  behind: '' | '/schedule' = '',
): string {
  return preview
    ? `${preview.path}${behind}?${preview.query}`
    : `${site.home}event-details/${encodeURIComponent(slug)}${behind}`
}

/** The same for the checkout. */
export const addresses = {
  eventForCheckout: (slug: string) =>
    `/events/v3/events/slug/${encodeURIComponent(slug)}?fields=DETAILS&fields=REGISTRATION&fields=FORM`,
  checkoutOptions: '/events/v1/checkout/options',
  paymentMethods: (eventId: string) => `/boxoffice/v1/events/${eventId}/payment-methods`,
}

/** `?q=&category=&page=`, leaving out what says nothing. */
export function searchOf({ q, category, page }: EventsSearch): string {
  const said = new URLSearchParams({
    ...(q !== '' && { q }),
    ...(category && { category }),
    ...(page > 1 && { page: String(page) }),
  }).toString()
  return said && `?${said}`
}
