/** Where answers differ from the client's schemas and types on purpose. */
type Deviation = {
  /** The methods, by id. */
  of: RegExp
  /** What the judge says of them; groups of places before the member do not matter. */
  problem: RegExp
  /** What a reader of the table of coverage is told, with the rule that allows it. */
  note: string
}

/** One that no answer needs any more fails the test. */
export const DEVIATIONS: readonly Deviation[] = [
  {
    of: /^ticketDefinitionsV2\./,
    problem: /\bsortIndex: is not in the schema$/,
    note: '`sortIndex` comes too (spec 5.1, R100).',
  },
  {
    of: /^ticketDefinitions\./,
    problem: /\bstate: is missing$/,
    note: '`state` of a definition is absent, as unset lists may be (api 3.1.3).',
  },
  {
    of: /^ticketReservations\./,
    problem: /\beventSettingsSnapshot: is not in the schema$/,
    note: 'An empty `eventSettingsSnapshot` comes too; the types know it (R120).',
  },
  {
    of: /^staffMembers\./,
    problem: /\ballEvents: is not in the schema$/,
    note: '`allEvents` comes too, as in REST (events 9.4).',
  },
  {
    of: /^wixEventsV2\./,
    problem: /\bcategories: is not in the schema$/,
    note: '`categories` come too, as in REST (events 1.4).',
  },
  {
    of: /^wixEventsV2\./,
    problem: /\baddress\.(formatted|countryFullname): is not in the schema$/,
    note: 'Addresses have `formatted` and `countryFullname` too (api 3.5).',
  },
  {
    of: /^wixEventsV2\./,
    problem: /\buserId: is missing$/,
    note: 'There is no `userId`: no person is behind an API key (events 1.4).',
  },
  {
    of: /^wixEventsV2\./,
    problem: /\bcancellation\.actor(Name|Email): is missing$/,
    note: '`actorName` and `actorEmail` come only where a person canceled (events 1.15.3).',
  },
  {
    of: /^(orders|rsvp)\./,
    problem: /\b(memberId|snapshotId): is missing$/,
    note: '`memberId` and `snapshotId` are absent where there is none: the schema wants GUIDs (R178, R192, events 14).',
  },
  {
    of: /^orders\.posCheckout$/,
    problem: /\border\.(contactId|email): is missing$/,
    note: '`contactId` and `email` are absent, for nobody says who buys: the schema wants a GUID and an address (R189, R192).',
  },
  {
    of: /^orders\./,
    problem: /\bticketsPdf: is missing$/,
    note: '`ticketsPdf` comes with the confirmation (R207).',
  },
  {
    of: /^(orders|tickets)\./,
    problem: /\bwalletPassUrl: is missing$/,
    note: 'There are no wallet passes (R197); the schema wants an address.',
  },
  {
    of: /^guests\./,
    problem: /\badditionalDetails\.(rsvpStatus|orderStatus): is missing$/,
    note: 'A guest has the status of its RSVP or of its order: there is no other (events 12.3.2).',
  },
  {
    of: /^rsvp(V2)?\.createRsvp$/,
    problem: /\brsvp(PageUrl|CodeImageUrl): is not in the (schema|interface)$/,
    note: '`rsvpPageUrl` and `rsvpCodeImageUrl` come too: where the code for the door is (events 13.4.14).',
  },
  {
    of: /^redirects\./,
    problem: /\bshortUrl: is missing$/,
    note: 'There is no `shortUrl`: `fullUrl` is short (api 14.1).',
  },
]
