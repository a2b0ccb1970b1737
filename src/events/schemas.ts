import { type Static, Type } from 'typebox'
import { FormOut } from '../forms/wire.ts'
import {
  AnyObject,
  Anything,
  Count,
  FieldSet,
  Guid,
  Instant,
  InstantOut,
  LegacyMoneyOut,
  Maybe,
  Nothing,
  OneOf,
  PagingMetadataOut,
  pageIn,
  Query,
  Text,
} from '../wire/shapes.ts'

/** What `fields` can ask for beyond the members that are always there (events 1.15). */
export const FIELDSETS = [
  'DETAILS',
  'TEXTS',
  'REGISTRATION',
  'URLS',
  'FORM',
  'DASHBOARD',
  'FEED',
  'ONLINE_CONFERENCING_SESSION',
  'SEO_SETTINGS',
  'AGENDA',
  'CATEGORIES',
] as const
export type Fieldset = (typeof FIELDSETS)[number]

const Fields = FieldSet(FIELDSETS)

const AddressIn = Type.Object({
  streetAddress: Maybe(Type.Object({ number: Maybe(Text(0, 100)), name: Maybe(Text(0, 250)) })),
  addressLine: Maybe(Text(0, 250)),
  addressLine2: Maybe(Text(0, 250)),
  city: Maybe(Text(0, 100)),
  subdivision: Maybe(Text(0, 20)),
  country: Maybe(Type.String({ pattern: '^([A-Z]{2})?$' })),
  postalCode: Maybe(Text(0, 100)),
  formattedAddress: Maybe(Text(0, 1000)),
  geocode: Maybe(
    Type.Object({
      latitude: Maybe(Type.Number({ minimum: -90, maximum: 90 })),
      longitude: Maybe(Type.Number({ minimum: -180, maximum: 180 })),
    }),
  ),
})

const LocationIn = Type.Object({
  name: Maybe(Text(0, 50)),
  type: Maybe(OneOf(['VENUE', 'ONLINE'])),
  locationTbd: Maybe(Type.Boolean()),
  address: Maybe(AddressIn),
})

/** When one occurrence of a recurring event takes place (events 2.2.1, 2.2.3). */
const OccurrenceIn = Type.Object({
  startDate: Instant,
  endDate: Instant,
  timeZoneId: Text(1, 100),
  showTimeZone: Maybe(Type.Boolean()),
})

const DateAndTimeIn = Type.Object({
  dateAndTimeTbd: Maybe(Type.Boolean()),
  dateAndTimeTbdMessage: Maybe(Text(0, 100)),
  startDate: Maybe(Instant),
  endDate: Maybe(Instant),
  timeZoneId: Maybe(Text(0, 100)),
  hideEndDate: Maybe(Type.Boolean()),
  showTimeZone: Maybe(Type.Boolean()),
  recurringEvents: Maybe(Type.Object({ individualEventDates: Maybe(Type.Array(OccurrenceIn, { maxItems: 1000 })) })),
})

const InitialType = OneOf(['RSVP', 'TICKETING'])

const registrationMembers = {
  rsvp: Maybe(
    Type.Object({
      responseType: Maybe(OneOf(['YES_ONLY', 'YES_AND_NO'])),
      limit: Maybe(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
      waitlistEnabled: Maybe(Type.Boolean()),
      startDate: Maybe(Instant),
      endDate: Maybe(Instant),
    }),
  ),
  tickets: Maybe(
    Type.Object({
      guestsAssignedSeparately: Maybe(Type.Boolean()),
      ticketLimitPerOrder: Maybe(Type.Integer({ minimum: 1, maximum: 50 })),
      currency: Maybe(Type.String({ maxLength: 3 })),
      reservationDurationInMinutes: Maybe(Type.Integer({ minimum: 5, maximum: 30 })),
      taxSettings: Maybe(
        Type.Object({
          type: Maybe(OneOf(['INCLUDED_IN_PRICE', 'ADDED_AT_CHECKOUT'])),
          name: Maybe(Text(1, 10)),
          rate: Maybe(Type.String({ pattern: '^\\d{1,3}(\\.\\d{1,3})?$' })),
          appliedToDonations: Maybe(Type.Boolean()),
        }),
      ),
    }),
  ),
  external: Maybe(Type.Object({ url: Maybe(Type.String({ format: 'url', maxLength: 2000 })) })),
  allowedGuestTypes: Maybe(OneOf(['VISITOR_OR_MEMBER', 'MEMBER'])),
  registrationPaused: Maybe(Type.Boolean()),
  registrationDisabled: Maybe(Type.Boolean()),
}

const KeywordIn = Type.Object({
  term: Maybe(Text(0, 1000)),
  isMain: Maybe(Type.Boolean()),
  origin: Maybe(Text(0, 1000)),
})

const optionalMembers = {
  shortDescription: Maybe(Text(0, 500)),
  detailedDescription: Maybe(Text(0, 50_000)),
  description: Maybe(AnyObject),
  mainImage: Maybe(
    Type.Object({
      id: Text(1, 1000),
      height: Count,
      width: Count,
      url: Maybe(Text(0, 2000)),
      altText: Maybe(Text(0, 1000)),
      filename: Maybe(Text(0, 1000)),
    }),
  ),
  guestListSettings: Maybe(Type.Object({ displayedPublicly: Maybe(Type.Boolean()) })),
  onlineConferencing: Maybe(
    Type.Object({
      enabled: Maybe(Type.Boolean()),
      providerId: Maybe(Guid),
      type: Maybe(OneOf(['MEETING', 'WEBINAR'])),
    }),
  ),
  seoSettings: Maybe(
    Type.Object({
      slug: Maybe(Type.String({ maxLength: 130 })),
      advancedSeoData: Maybe(
        Type.Object({
          tags: Maybe(Type.Array(AnyObject, { maxItems: 100 })),
          settings: Maybe(
            Type.Object({
              preventAutoRedirect: Maybe(Type.Boolean()),
              keywords: Maybe(Type.Array(KeywordIn, { maxItems: 5 })),
            }),
          ),
        }),
      ),
    }),
  ),
  agendaSettings: Maybe(Type.Object({ enabled: Maybe(Type.Boolean()) })),
  eventDisplaySettings: Maybe(
    Type.Object({ hideEventDetailsButton: Maybe(Type.Boolean()), hideEventDetailsPage: Maybe(Type.Boolean()) }),
  ),
}

const NewEventIn = Type.Object({
  title: Text(1, 120),
  location: LocationIn,
  dateAndTimeSettings: DateAndTimeIn,
  registration: Type.Object({ initialType: InitialType, ...registrationMembers }),
  ...optionalMembers,
})

const EventChangesIn = Type.Object({
  title: Type.Optional(Text(1, 120)),
  location: Type.Optional(LocationIn),
  dateAndTimeSettings: Type.Optional(DateAndTimeIn),
  registration: Type.Optional(Type.Object({ initialType: Maybe(InitialType), ...registrationMembers })),
  ...optionalMembers,
  // Read-only: ignored as they are, refused when they are something else (events 1.8.7).
  status: Type.Optional(Anything),
  slug: Type.Optional(Anything),
  form: Type.Optional(Anything),
  summaries: Type.Optional(Anything),
})

/** An event in a request: absent members stay, null clears (api 8.1). */
export type EventChanges = Static<typeof EventChangesIn>
export type NewEvent = Static<typeof NewEventIn>
export type LocationChanges = Static<typeof LocationIn>
export type DateAndTimeChanges = Static<typeof DateAndTimeIn>
export type OccurrenceDates = Static<typeof OccurrenceIn>
export type RegistrationChanges = NonNullable<EventChanges['registration']>

const MoneyOut = Type.Object({ value: Type.String(), currency: Type.String(), formattedValue: Type.String() })

const AddressOut = Type.Object({
  streetAddress: Type.Optional(
    Type.Object({ number: Type.Optional(Type.String()), name: Type.Optional(Type.String()) }),
  ),
  addressLine: Type.Optional(Type.String()),
  addressLine2: Type.Optional(Type.String()),
  city: Type.Optional(Type.String()),
  subdivision: Type.Optional(Type.String()),
  country: Type.Optional(Type.String()),
  countryFullname: Type.Optional(Type.String()),
  postalCode: Type.Optional(Type.String()),
  formattedAddress: Type.Optional(Type.String()),
  geocode: Type.Optional(Type.Object({ latitude: Type.Number(), longitude: Type.Number() })),
})

export const LocationOut = Type.Object({
  name: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  locationTbd: Type.Optional(Type.Boolean()),
  address: Type.Optional(AddressOut),
})

export const DateAndTimeOut = Type.Object({
  dateAndTimeTbd: Type.Boolean(),
  dateAndTimeTbdMessage: Type.Optional(Type.String()),
  startDate: Type.Optional(InstantOut),
  endDate: Type.Optional(InstantOut),
  timeZoneId: Type.Optional(Type.String()),
  hideEndDate: Type.Boolean(),
  showTimeZone: Type.Boolean(),
  recurrenceStatus: Type.String(),
  recurringEvents: Type.Object({
    individualEventDates: Type.Array(AnyObject),
    categoryId: Type.Optional(Type.String()),
  }),
  formatted: Type.Object({
    dateAndTime: Type.String(),
    startDate: Type.String(),
    startTime: Type.String(),
    endDate: Type.String(),
    endTime: Type.String(),
  }),
})

export const PageUrlOut = Type.Object({ base: Type.String(), path: Type.String() })

const RegistrationOut = Type.Object({
  type: Type.String(),
  status: Type.String(),
  initialType: Type.String(),
  allowedGuestTypes: Type.String(),
  registrationPaused: Type.Boolean(),
  registrationDisabled: Type.Boolean(),
  external: Type.Optional(Type.Object({ url: Type.String() })),
  rsvp: Type.Optional(
    Type.Object({
      responseType: Type.String(),
      limit: Type.Optional(Type.Integer()),
      waitlistEnabled: Type.Boolean(),
      startDate: Type.Optional(Type.String()),
      endDate: Type.Optional(Type.String()),
    }),
  ),
  tickets: Type.Optional(
    Type.Object({
      guestsAssignedSeparately: Type.Boolean(),
      ticketLimitPerOrder: Type.Integer(),
      currency: Type.String(),
      lowestPrice: Type.Optional(MoneyOut),
      highestPrice: Type.Optional(MoneyOut),
      soldOut: Type.Boolean(),
      taxSettings: Type.Optional(
        Type.Object({
          type: Type.String(),
          name: Type.String(),
          rate: Type.String(),
          appliedToDonations: Type.Boolean(),
        }),
      ),
      reservationDurationInMinutes: Type.Integer(),
    }),
  ),
})

const SummariesOut = Type.Object({
  tickets: Type.Optional(
    Type.Object({
      ticketsSold: Type.Integer(),
      revenue: LegacyMoneyOut,
      currencyLocked: Type.Boolean(),
      totalOrders: Type.Integer(),
      totalSales: LegacyMoneyOut,
    }),
  ),
  rsvps: Type.Optional(
    Type.Object({
      totalCount: Type.Integer(),
      yesCount: Type.Integer(),
      noCount: Type.Integer(),
      waitlistCount: Type.Integer(),
    }),
  ),
  cancellation: Type.Optional(Type.Object({ canceledDate: InstantOut, actorType: Type.String() })),
})

/** An event in answers (events 1.4, 1.15). */
export const EventOut = Type.Object({
  id: Type.String(),
  title: Type.String(),
  slug: Type.String(),
  location: LocationOut,
  dateAndTimeSettings: DateAndTimeOut,
  status: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  publishedDate: Type.Optional(InstantOut),
  instanceId: Type.String(),
  guestListSettings: Type.Object({ displayedPublicly: Type.Boolean() }),
  eventDisplaySettings: Type.Object({
    hideEventDetailsButton: Type.Boolean(),
    hideEventDetailsPage: Type.Boolean(),
  }),
  shortDescription: Type.Optional(Type.String()),
  mainImage: Type.Optional(
    Type.Object({
      id: Type.String(),
      url: Type.Optional(Type.String()),
      height: Type.Integer(),
      width: Type.Integer(),
      altText: Type.Optional(Type.String()),
      filename: Type.Optional(Type.String()),
    }),
  ),
  calendarUrls: Type.Optional(Type.Object({ google: Type.String(), ics: Type.String() })),
  detailedDescription: Type.Optional(Type.String()),
  description: Type.Optional(Anything),
  registration: Type.Optional(RegistrationOut),
  eventPageUrl: Type.Optional(PageUrlOut),
  form: Type.Optional(FormOut),
  summaries: Type.Optional(SummariesOut),
  onlineConferencing: Type.Optional(
    Type.Object({
      enabled: Type.Boolean(),
      providerId: Type.Optional(Type.String()),
      type: Type.String(),
      session: Type.Object({ hostLink: Type.String(), guestLink: Type.String(), sessionCreated: Type.Boolean() }),
    }),
  ),
  seoSettings: Type.Optional(
    Type.Object({ slug: Type.String(), advancedSeoData: Type.Optional(AnyObject), hidden: Type.Boolean() }),
  ),
  agendaSettings: Type.Optional(Type.Object({ enabled: Type.Boolean(), pageUrl: PageUrlOut })),
  categories: Type.Optional(
    Type.Object({
      categories: Type.Array(
        Type.Object({
          id: Type.String(),
          name: Type.String(),
          createdDate: InstantOut,
          hidden: Type.Boolean(),
          type: Type.String(),
        }),
      ),
    }),
  ),
})
export type WireEvent = Static<typeof EventOut>

const ById = Type.Object({ eventId: Guid })
const OneEventOut = { 200: Type.Object({ event: EventOut }) }

export const CreateEvent = {
  body: Type.Object({ event: NewEventIn, draft: Maybe(Type.Boolean()), fields: Fields }),
  response: OneEventOut,
}
export const GetEvent = { params: ById, querystring: Type.Object({ fields: Fields }), response: OneEventOut }
export const GetEventBySlug = {
  params: Type.Object({ slug: Text(1, 130) }),
  querystring: Type.Object({ fields: Fields }),
  response: OneEventOut,
}
export const UpdateEvent = {
  params: ById,
  // inferred: who wants to overwrite nothing says which state of the event it has seen (events 1.8.1).
  body: Type.Object({ event: EventChangesIn, fields: Fields, ifUpdatedDate: Maybe(Instant) }),
  response: OneEventOut,
}
/** The client sends a body, others may send none. */
export const CloneEvent = {
  params: ById,
  body: Maybe(Type.Object({ event: Maybe(EventChangesIn), draft: Maybe(Type.Boolean()), fields: Fields })),
  response: OneEventOut,
}
/** Publish and cancel: the client sends a body, others may send none. */
export const ActOnEvent = {
  params: ById,
  body: Maybe(Type.Object({ fields: Fields })),
  response: OneEventOut,
}
export const DeleteEvent = { params: ById, response: { 200: Type.Object({ eventId: Type.String() }) } }
/** The outer filter is a query of which all but the inner filter may be left out (events 1.11.7). */
export const ChangeEventsByFilter = {
  body: Type.Object({
    filter: Type.Object({
      filter: AnyObject,
      sort: Maybe(Type.Array(AnyObject, { maxItems: 20 })),
      paging: Maybe(
        Type.Object({
          limit: Maybe(Type.Integer({ minimum: 0, maximum: 1000 })),
          offset: Maybe(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
        }),
      ),
    }),
  }),
  response: { 200: Nothing },
}
export const QueryEvents = {
  body: Maybe(Type.Object({ query: Maybe(Query), fields: Fields, includeDrafts: Maybe(Type.Boolean()) })),
  response: { 200: Type.Object({ events: Type.Array(EventOut), pagingMetadata: PagingMetadataOut }) },
}
export const CountEventsByStatus = {
  body: Maybe(
    Type.Object({
      filter: Maybe(AnyObject),
      facet: Maybe(Type.Array(Text(1, 100), { maxItems: 20 })),
      includeDrafts: Maybe(Type.Boolean()),
    }),
  ),
  response: {
    200: Type.Object({
      pagingMetadata: PagingMetadataOut,
      facets: Type.Record(Type.String(), Type.Object({ counts: Type.Record(Type.String(), Type.Integer()) })),
    }),
  },
}
export const ListEventsByCategory = {
  params: Type.Object({ categoryId: Guid }),
  querystring: Type.Object({
    paging: Type.Optional(
      Type.Object({
        ...pageIn(100),
      }),
    ),
    fields: Fields,
  }),
  response: QueryEvents.response,
}
export const GetCalendarFile = { params: ById, querystring: Type.Object({ siteId: Guid }) }
