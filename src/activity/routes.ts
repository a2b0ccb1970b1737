import { Readable } from 'node:stream'
import { type Static, Type } from 'typebox'
import type { Sql } from '../db/connect.ts'
import type { App, Deps } from '../http/app.ts'
import { actorOf } from '../identities/identity.ts'
import { isGuid } from '../ids.ts'
import { invalid } from '../refusals.ts'
import { type CsvColumn, csvOf } from '../wire/csv.ts'
import { present } from '../wire/plain-object.ts'
import { AnyObject, Guid, Instant, InstantOut, OneOf, Text } from '../wire/shapes.ts'
import { recordExport } from './exports.ts'
import { type ActivityFilter, type ListedActivity, listActivities, type Place } from './list.ts'
import { ENTITY_KINDS } from './record.ts'

const Filter = {
  entityKind: Type.Optional(OneOf(ENTITY_KINDS)),
  entityId: Type.Optional(Text(1, 100)),
  eventId: Type.Optional(Guid),
  actorKind: Type.Optional(Type.String({ pattern: '^[a-z]{1,20}$' })),
  actorId: Type.Optional(Text(1, 100)),
  kind: Type.Optional(Type.String({ pattern: '^[a-z_]{1,50}(\\.[a-z_]{0,50})?$' })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
}
const OfExport = { ...Filter, format: Type.Optional(OneOf(['CSV', 'NDJSON'])) }
const ActivityOut = Type.Object({
  occurredDate: InstantOut,
  kind: Type.String(),
  entityKind: Type.String(),
  entityId: Type.String(),
  sequence: Type.Integer(),
  eventId: Type.Optional(Type.String()),
  data: AnyObject,
  actor: Type.Object({
    kind: Type.String(),
    id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    address: Type.Optional(Type.String()),
  }),
})

/** Who did what, when and from where: of our own API, for the organizer. */
export function activityRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/activities',
      {
        schema: {
          querystring: Type.Object({
            ...Filter,
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
            cursor: Type.Optional(Text(1, 100)),
          }),
          response: { 200: Type.Object({ activities: Type.Array(ActivityOut), cursor: Type.Optional(Type.String()) }) },
        },
        config: { permission: 'READ_ACTIVITIES' },
      },
      async ({ query: { limit = 50, cursor, ...filter }, identity }) => {
        const before = cursor === undefined ? null : placeOf(cursor)
        const { activities, next } = await listActivities(sql, filterOf(filter, identity.siteId), { before, limit })
        return { activities: activities.map(toWire), ...present({ cursor: next && cursorOf(next) }) }
      },
    )

    app.get(
      '/boxoffice/v1/activities/export',
      {
        schema: { querystring: Type.Object(OfExport) },
        config: { permission: 'READ_ACTIVITIES' },
      },
      async ({ query, identity, now }, reply) => {
        const { format = 'CSV', ...asked } = query
        const { type, name, write } = FORMATS[format]
        const filter = filterOf(asked, identity.siteId)
        const taken = { siteId: identity.siteId, list: 'activities', query, members: Object.keys(OfExport) }
        await recordExport(sql, taken, { actor: actorOf(identity), now })
        reply.type(type).header('content-disposition', `attachment; filename="${name}"`)
        return reply.send(write(pages(sql, filter)))
      },
    )
  }
}

/** One page after the other, each read when the one before it has left. */
async function* pages(sql: Sql, filter: ActivityFilter): AsyncGenerator<ListedActivity[]> {
  for (let before: Place | null = null; ; ) {
    const { activities, next }: { activities: ListedActivity[]; next: Place | null } = await listActivities(
      sql,
      filter,
      { before, limit: PAGE },
    )
    yield activities
    if (next === null) return
    before = next
  }
}

const PAGE = 500

const COLUMNS: readonly CsvColumn<ListedActivity>[] = [
  { header: 'occurred', cell: ({ occurredAt }) => occurredAt.toISOString() },
  { header: 'actor kind', cell: ({ actorKind }) => actorKind },
  { header: 'actor id', cell: ({ actorId }) => actorId },
  { header: 'actor name', cell: ({ actorName }) => actorName },
  { header: 'address', cell: ({ actorAddress }) => actorAddress },
  { header: 'kind', cell: ({ kind }) => kind },
  { header: 'entity kind', cell: ({ entityKind }) => entityKind },
  { header: 'entity id', cell: ({ entityId }) => entityId },
  { header: 'sequence', cell: ({ sequence }) => sequence },
  { header: 'event id', cell: ({ eventId }) => eventId },
  { header: 'data', cell: ({ data }) => JSON.stringify(data) },
]

const FORMATS = {
  CSV: {
    type: 'text/csv; charset=utf-8',
    name: 'activities.csv',
    write: (from: AsyncIterable<ListedActivity[]>) => csvOf(from, COLUMNS),
  },
  NDJSON: {
    type: 'application/x-ndjson; charset=utf-8',
    name: 'activities.ndjson',
    write: (from: AsyncIterable<ListedActivity[]>) => Readable.from(lines(from)),
  },
} as const

async function* lines(from: AsyncIterable<ListedActivity[]>) {
  for await (const page of from) yield page.map(each => `${JSON.stringify(toWire(each))}\n`).join('')
}

type WireFilter = { [Name in keyof typeof Filter]?: string }

function filterOf(wire: WireFilter, siteId: string): ActivityFilter {
  const { entityKind = null, entityId = null, eventId, actorKind = null, actorId = null, kind = null, from, to } = wire
  if (entityId !== null && entityKind === null)
    throw invalid('entityKind', 'must be given with entityId', 'NEEDS_ANOTHER')
  if (actorId !== null && actorKind === null) throw invalid('actorKind', 'must be given with actorId', 'NEEDS_ANOTHER')
  return {
    siteId,
    entityKind: entityKind as ActivityFilter['entityKind'], // one of them, by its schema
    entityId: entityId !== null && isGuid(entityId) ? entityId.toLowerCase() : entityId,
    eventId: eventId?.toLowerCase() ?? null,
    actorKind,
    actorId,
    kind,
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
  }
}

function toWire(activity: ListedActivity): Static<typeof ActivityOut> {
  const { occurredAt, kind, entityKind, entityId, sequence, eventId, data } = activity
  const { actorKind, actorId, actorName, actorAddress } = activity
  return {
    occurredDate: occurredAt,
    kind,
    entityKind,
    entityId,
    sequence,
    ...present({ eventId }),
    data,
    actor: { kind: actorKind, ...present({ id: actorId || null, name: actorName, address: actorAddress }) },
  }
}

function cursorOf({ xact, activityId }: Place): string {
  return Buffer.from(JSON.stringify([xact, activityId])).toString('base64url')
}

function placeOf(cursor: string): Place {
  try {
    const [xact, activityId, ...more] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Number.isSafeInteger(xact) && Number.isSafeInteger(activityId) && more.length === 0) return { xact, activityId }
  } catch {
    // Said below.
  }
  throw invalid('cursor', 'must be a cursor that an answer gave', 'CURSOR')
}
