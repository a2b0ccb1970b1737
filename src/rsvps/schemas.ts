import { Type } from 'typebox'
import { AnyObject, CursorPaging, Email, FieldSet, Guid, ListOf, Maybe, OneOf, Text } from '../wire/shapes.ts'
import { AGGREGATION_TYPES, INTERVALS } from './aggregations.ts'
import { Name, RSVP_FIELDSETS, RSVP_MEMBERS, RsvpOut, Status } from './wire.ts'

export const Fields = FieldSet(RSVP_FIELDSETS, 3)
export const FieldsInQuery = ListOf(OneOf(RSVP_FIELDSETS), 3)
export const OneRsvp = Type.Object({ rsvp: RsvpOut })
export const RsvpParams = Type.Object({ rsvpId: Guid })
const Revision = Type.String({ pattern: '^\\d{1,15}$' })
export const ChangedRsvp = {
  revision: Revision,
  status: Type.Optional(Status),
  firstName: Type.Optional(Name),
  lastName: Type.Optional(Name),
  email: Type.Optional(Email),
  ...RSVP_MEMBERS,
}
export const SearchIn = Type.Object({
  mode: Maybe(OneOf(['OR', 'AND'])),
  expression: Maybe(Text(0, 100)),
  fields: Maybe(Type.Array(Text(0, 200), { maxItems: 20 })),
  fuzzy: Maybe(Type.Boolean()),
})
const Bound = Maybe(Type.Number())
const AggregationIn = Type.Object({
  name: Maybe(Text(0, 100)),
  type: OneOf(AGGREGATION_TYPES),
  fieldPath: Text(1, 200),
  value: Maybe(
    Type.Object({
      sortType: Maybe(OneOf(['COUNT', 'VALUE'])),
      sortDirection: Maybe(OneOf(['ASC', 'DESC'])),
      limit: Maybe(Type.Integer({ minimum: 1, maximum: 250 })),
      missingValues: Maybe(OneOf(['EXCLUDE', 'INCLUDE'])),
      includeOptions: Maybe(Type.Object({ addToBucket: Maybe(Text(0, 20)) })),
    }),
  ),
  range: Maybe(Type.Object({ buckets: Maybe(Type.Array(Type.Object({ from: Bound, to: Bound }), { maxItems: 50 })) })),
  scalar: Maybe(Type.Object({ type: Maybe(OneOf(['COUNT_DISTINCT', 'MIN', 'MAX'])) })),
  dateHistogram: Maybe(Type.Object({ interval: Maybe(OneOf(INTERVALS)) })),
})
const Counted = Type.Object({ value: Type.String(), count: Type.Integer() })
const Results = (result: typeof Counted) => Type.Optional(Type.Object({ results: Type.Array(result) }))
const AggregationOut = Type.Object({
  name: Type.Optional(Type.String()),
  type: Type.String(),
  fieldPath: Type.String(),
  values: Results(Counted),
  ranges: Type.Optional(
    Type.Object({
      results: Type.Array(
        Type.Object({
          from: Type.Optional(Type.Number()),
          to: Type.Optional(Type.Number()),
          count: Type.Integer(),
        }),
      ),
    }),
  ),
  scalar: Type.Optional(Type.Object({ type: Type.String(), value: Type.Optional(Type.Number()) })),
  dateHistogram: Results(Counted),
})
const CursorMetadataOut = Type.Object({
  count: Type.Integer(),
  cursors: Type.Object({ next: Type.Optional(Type.String()), prev: Type.Optional(Type.String()) }),
  hasNext: Type.Boolean(),
})
export const Page = { rsvps: Type.Array(RsvpOut), pagingMetadata: CursorMetadataOut }
export const CheckInMembers = {
  guestIds: Maybe(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: 11 })),
  fields: Fields,
}

/** A search of the API (api 6.6); `filter` and `sort` are judged by `wire/query.ts`. */
export const SearchRequest = Type.Object({
  filter: Maybe(AnyObject),
  sort: Maybe(Type.Array(AnyObject, { maxItems: 10 })),
  cursorPaging: Maybe(CursorPaging),
  search: Maybe(SearchIn),
  aggregations: Maybe(Type.Array(AggregationIn, { maxItems: 10 })),
  timeZone: Maybe(Text(1, 50)),
})
export const SearchAnswer = Type.Object({
  ...Page,
  aggregationData: Type.Optional(Type.Object({ results: Type.Array(AggregationOut) })),
})
export const SummariesAnswer = Type.Object({
  summaries: Type.Array(
    Type.Object({
      eventId: Type.String(),
      yesGuestCount: Type.Integer(),
      noGuestCount: Type.Integer(),
      waitlistGuestCount: Type.Integer(),
      totalRsvpCount: Type.Integer(),
    }),
  ),
})
