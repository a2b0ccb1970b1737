import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TObject, type TProperties, Type } from 'typebox'
import { recordExport } from '../activity/exports.ts'
import type { Db } from '../db/connect.ts'
import { findEvent } from '../events/store.ts'
import { actorOf, type Identity, visibleEvents } from '../identities/identity.ts'
import { getSite, type Site } from '../sites/store.ts'
import { languageOf } from '../texts/language.ts'
import { textsIn } from '../texts/texts.ts'
import { addSeconds } from '../time.ts'
import { type CsvColumn, csvOf, SEPARATORS } from '../wire/csv.ts'
import { Guid, Instant, ListOf, OneOf, Text } from '../wire/shapes.ts'
import { type Columns, columnsIn } from './columns.ts'
import { refuseUnreadable, type Unit, unitOf } from './model.ts'
import { type Cut, findFirstMoment, listStarts, type Scope } from './store.ts'

/** What every report can be asked: of which events (none: all), from when until when (exclusive). */
export const ASKED = { eventId: ListOf(Guid, 100), from: Type.Optional(Instant), to: Type.Optional(Instant) }
export type Asked = Static<TObject<typeof ASKED>>

/** How a file is to be written. */
export const FILE = { separator: Type.Optional(OneOf(SEPARATORS)), lang: Type.Optional(Text(2, 35)) }

export type Ask = { scope: Scope; timeZone: string; site: Site }

/**
 * What a report is about: the events that its reader may see, from the first order until now unless said otherwise, in
 * the time zone of the event where it is one alone, else of the site.
 */
export async function askOf(db: Db, asked: Asked, { identity, now }: { identity: Identity; now: Date }): Promise<Ask> {
  const { siteId } = identity
  const eventIds = visibleEvents(
    identity,
    (asked.eventId ?? []).map(id => id.toLowerCase()),
  )
  const [only, ...others] = eventIds
  const [site, event] = await Promise.all([
    getSite(db, siteId),
    only !== undefined && others.length === 0 ? findEvent(db, siteId, only) : null,
  ])
  const to = asked.to === undefined ? addSeconds(now, 1) : new Date(asked.to)
  const from = asked.from === undefined ? await findFirstMoment(db, siteId, eventIds) : new Date(asked.from)
  const earliest = from ?? addSeconds(to, -86_400)
  // Nobody said when it begins, and it ends before that: an hour of it is as empty as all.
  const begins = asked.from === undefined && earliest >= to ? addSeconds(to, -3600) : earliest
  const scope = { siteId, eventIds, from: begins, to }
  refuseUnreadable(scope, 'MONTH')
  return { scope, timeZone: event?.timeZone ?? site.timeZone, site }
}

/** The units that a report over time is cut into, and when each begins. */
export async function cutOf(
  db: Db,
  { scope, timeZone }: Pick<Ask, 'scope' | 'timeZone'>,
  { unit, finest }: { unit: Unit | undefined; finest: Unit },
): Promise<{ cut: Cut; startDates: Date[] }> {
  const cut = { unit: unit ?? unitOf(scope, finest), timeZone }
  refuseUnreadable(scope, cut.unit)
  return { cut, startDates: await listStarts(db, scope, cut) }
}

export function periodOf({ scope: { from, to }, timeZone: timeZoneId }: Pick<Ask, 'scope' | 'timeZone'>, unit?: Unit) {
  return { from, to, timeZoneId, ...(unit && { unit }) }
}

/**
 * Answers with a file, in the language that its reader chose or the site's, once it is written down who takes it.
 * @param of.asked the members of the query that say what is in it
 */
export async function sendFile<Row>(
  db: Db,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  {
    name,
    asked,
    site,
    timeZone,
    columns,
    pages,
  }: {
    name: string
    asked: TProperties
    site: Site
    timeZone: string
    columns: (columns: Columns) => CsvColumn<Row>[]
    pages: AsyncIterable<readonly Row[]>
  },
) {
  const { separator } = request.query as Static<TObject<typeof FILE>> // by its route's schema
  const texts = textsIn(languageOf(request, site))
  const { query, identity, now } = request
  const taken = { siteId: identity.siteId, list: name, query: query as object, members: Object.keys(asked) }
  await recordExport(db, taken, { actor: actorOf(identity), now })
  reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .header('cache-control', 'private, no-store')
  return reply.send(csvOf(pages, columns(columnsIn(texts, timeZone)), separator))
}
