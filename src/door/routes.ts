import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { admissionOpensAt, type StoredEvent } from '../events/model.ts'
import { listEventsById } from '../events/store.ts'
import { placeOf } from '../events/wire.ts'
import type { App, Deps } from '../http/app.ts'
import { readDoorCodeUrl } from '../identities/door-code.ts'
import { type Identity, visibleEvents } from '../identities/identity.ts'
import type { Keys } from '../identities/keys.ts'
import { allows } from '../identities/permissions.ts'
import { invalid } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, Instant, Maybe, OneOf, Text } from '../wire/shapes.ts'
import { boundedByDevice } from './bounds.ts'
import { parseGuestNumber } from './entries.ts'
import { countsOf, getDoorEvent, listDoorEvents } from './events.ts'
import { doorFigures } from './figures.ts'
import { listEntries, parsePlace } from './list.ts'
import { momentOf, SCAN_KINDS } from './model.ts'
import { type ReadScan, takeScans, whoOf } from './scan.ts'
import { tellEntries, tellResults } from './told.ts'
import { DoorEventOut, EntryOut, FiguresOut, ScanResultOut } from './wire.ts'

const Params = Type.Object({ eventId: Guid })
const ScanIn = Type.Object({
  id: Guid,
  kind: OneOf(SCAN_KINDS),
  number: Maybe(Text(0, 100)),
  code: Maybe(Text(0, 4096)),
  date: Instant,
  gate: Maybe(Text(0, 50)),
  device: Text(1, 64),
  offline: Maybe(Type.Boolean()),
  accepted: Maybe(Type.Boolean()),
  anyway: Maybe(Type.Boolean()),
})

/** Whoever lets guests in, on- and offline: of our own API (docs/door.md). */
export function doorRoutes({ sql, keys }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/door/events'
    app.get(
      path,
      {
        schema: {
          querystring: Type.Object({
            q: Type.Optional(Text(0, 100)),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
          }),
          response: {
            200: Type.Object({
              events: Type.Array(DoorEventOut),
              publicKey: Type.Unsafe<object>({ type: 'object', additionalProperties: true }),
            }),
          },
        },
        config: boundedByDevice(120),
      },
      async ({ query, identity, now }) => {
        const { siteId } = identity
        const visible = visibleEvents(identity, [])
        const eventIds = identity.kind === 'staff' && identity.eventIds !== null ? visible : null
        const wanted = { eventIds, q: query.q?.trim() ?? '', limit: query.limit ?? 20, now }
        const ids = await listDoorEvents(sql, siteId, wanted)
        const [site, events, counts] = await Promise.all([
          getSite(sql, siteId),
          listEventsById(sql, siteId, ids),
          countsOf(sql, siteId, ids),
        ])
        const byId = new Map(events.map(event => [event.eventId, event]))
        return {
          events: ids
            .flatMap(id => byId.get(id) ?? [])
            .map(event => {
              const { admits, came, inside } = counts.get(event.eventId) ?? { admits: 0, came: 0, inside: 0 }
              const { name, address } = placeOf(event, site.locale)
              return {
                id: event.eventId,
                title: event.title,
                kind: event.initialType,
                ...present({ startDate: event.startAt, endDate: event.endAt, timeZoneId: event.timeZone }),
                place: [name, address].filter(Boolean).join(', '),
                ...present({ admissionOpensDate: admissionOpensAt(event) }),
                gates: event.gates,
                reentry: event.reentry,
                admits,
                came,
                inside,
                ...mayDo(identity, event),
              }
            }),
          publicKey: keys.tickets.publicKey.export({ format: 'jwk' }),
        }
      },
    )

    app.get(
      `${path}/:eventId/list`,
      {
        schema: {
          params: Params,
          querystring: Type.Object({
            after: Type.Optional(Text(1, 500)),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
          }),
          response: {
            200: Type.Object({
              entries: Type.Array(EntryOut),
              removed: Type.Array(Type.String()),
              cursor: Type.String(),
              hasMore: Type.Boolean(),
            }),
          },
        },
        config: boundedByDevice(600),
      },
      async ({ params, query, identity }) => {
        const event = await getDoorEvent(sql, params.eventId, identity)
        const after = query.after === undefined ? null : parsePlace(query.after, event)
        if (query.after !== undefined && after === null)
          throw invalid('after', 'must be a cursor that an answer about this event gave', 'CURSOR')
        const { entries, ...page } = await listEntries(sql, event, { after, limit: query.limit ?? 1000 })
        return { entries: await tellEntries(sql, event, entries), ...page }
      },
    )

    app.post(
      `${path}/:eventId/scans`,
      {
        schema: {
          params: Params,
          body: Type.Object({
            /** What the device's clock shows as it sends. */
            sentDate: Maybe(Instant),
            scans: Type.Array(ScanIn, { minItems: 1, maxItems: 200 }),
          }),
          response: { 200: Type.Object({ results: Type.Array(ScanResultOut) }) },
        },
        config: boundedByDevice(600),
      },
      async ({ params, body, identity, now }) => {
        const event = await getDoorEvent(sql, params.eventId, identity)
        const sentDate = body.sentDate ? new Date(body.sentDate) : null
        const scans = body.scans.map((scan, index) =>
          readScan(scan, { field: `scans[${index}]`, keys, identity, sentDate, now }),
        )
        const taken = await inTransaction(sql, tx => takeScans(tx, { event, scans }, { identity, now }))
        return { results: await tellResults(sql, event, { taken, identity }) }
      },
    )

    app.get(
      `${path}/:eventId/figures`,
      {
        schema: { params: Params, response: { 200: Type.Object({ figures: FiguresOut }) } },
        config: boundedByDevice(120),
      },
      async ({ params, identity, now }) => {
        const event = await getDoorEvent(sql, params.eventId, identity)
        const { gates, minutes, ...figures } = await doorFigures(sql, event, now)
        return {
          figures: {
            ...figures,
            gates: gates.map(({ gate, ...counts }) => ({ ...present({ gate }), ...counts })),
            minutes: minutes.map(({ minute, entered }) => ({ date: minute, entered })),
          },
        }
      },
    )
  }
}

/** What else somebody may do at the door, besides letting guests in. */
function mayDo(identity: Identity, { initialType }: StoredEvent): { mayAddGuests: boolean; maySell: boolean } {
  if (initialType === 'RSVP') return { mayAddGuests: allows(identity, 'ADD_GUESTS'), maySell: false }
  const mayAddGuests = allows(identity, 'MANAGE_ORDERS')
  return { mayAddGuests, maySell: mayAddGuests && allows(identity, 'TICKET_RESERVATION_UPDATE') }
}

/** @throws InvalidRequest unless there is a number or a code, or one of those for whom an RSVP's code stands */
function readScan(
  scan: Static<typeof ScanIn>,
  {
    field,
    keys,
    identity,
    ...clock
  }: { field: string; keys: Keys; identity: Identity; sentDate: Date | null; now: Date },
): ReadScan {
  const { number = null, code = null, offline, accepted, anyway } = scan
  const signed = code === null ? null : readDoorCodeUrl(code.trim(), keys)
  const rsvpId = signed?.kind === 'RSVP' ? signed.number : null
  const printed = number === null ? null : asPrinted(number)
  const isOneOfThem = printed !== null && rsvpId !== null && parseGuestNumber(printed)?.rsvpId === rsvpId
  if ((number === null) === (code === null) && !isOneOfThem)
    throw invalid(`${field}.number`, 'give a number or a code', 'REQUIRED_ONE_OF_FIELD')
  const deviceAt = new Date(scan.date)
  return {
    scanId: scan.id.toLowerCase(),
    kind: scan.kind,
    at: momentOf({ date: deviceAt, offline: offline ?? false }, clock),
    deviceAt,
    gate: scan.gate?.trim() ?? '',
    device: scan.device,
    by: whoOf(identity),
    offline: offline ?? false,
    accepted: accepted ?? false,
    anyway: anyway ?? false,
    number: signed?.kind === 'TICKET' ? signed.number : printed,
    rsvpId,
    codeOfEventId: signed?.eventId ?? null,
  }
}

/** A number as we write it, however it was typed; of an RSVP's guest it is an id. Null for what is none. */
function asPrinted(number: string): string | null {
  const typed = number.replace(/\s/g, '')
  if (parseGuestNumber(typed.toLowerCase())) return typed.toLowerCase()
  return TICKET_NUMBER.test(typed) ? typed.toUpperCase() : null
}

const TICKET_NUMBER = /^[A-Za-z0-9-]{1,36}$/
