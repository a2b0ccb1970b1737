import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue } from '../queue/store.ts'
import { invalid } from '../refusals.ts'
import { compileFilter, type WireQuery } from '../wire/query.ts'
import { compileEventQuery, EVENT_FIELDS } from './queries.ts'
import { cancelEvents, deleteEvents, listEvents, lockNextEvents } from './store.ts'
import { activity } from './transitions.ts'

type Caller = { identity: Identity; now: Date }

/**
 * Cancels or deletes, in the background, every event that `query` finds now, drafts among them; what cannot be canceled
 * is left as it is (events 1.11.6, 1.11.9). With paging, that page of them alone.
 * @throws InvalidRequest for a filter that would find all events (inferred: events 1.11.8)
 */
export async function changeEventsLater(
  tx: Tx,
  { kind, query }: { kind: JobKind; query: WireQuery },
  { identity, now }: Caller,
): Promise<void> {
  const filter = query.filter ?? {}
  if (Object.keys(filter).length === 0)
    throw invalid('filter.filter', 'must not be empty: it would find all events', 'REQUIRED_FIELD')
  const { siteId } = identity
  const paging = query.paging && { ...query.paging, limit: query.paging.limit ?? PAGE_MAX }
  const compiled = compileEventQuery(tx, { ...query, filter, paging: paging ?? {} }, now, 'filter') // refuses what cannot be read
  const page = paging && (await listEvents(tx, { siteId, includeDrafts: true, query: compiled }))
  const payload: Payload = { filter, eventIds: page?.map(({ eventId }) => eventId) ?? null }
  await enqueue(tx, [{ siteId, kind: kind.name, payload, actor: actorOf(identity) }], now)
}

/** `eventIds` are those of the page that was asked for; null: all that the filter finds. */
type Payload = { filter: Readonly<Record<string, unknown>>; eventIds: readonly string[] | null }

const PAGE_MAX = 1000

export const cancelJobs: JobKind = {
  name: 'event.cancel',
  attemptsMax: 10,
  work: async (job, now) => tx => changeNext(tx, job, { change: cancelEvents, kind: 'event.canceled', now }),
}

export const deleteJobs: JobKind = {
  name: 'event.delete',
  attemptsMax: 10,
  work: async (job, now) => tx => changeNext(tx, job, { change: deleteEvents, kind: 'event.deleted', now }),
}

type Change = {
  change: typeof cancelEvents | typeof deleteEvents
  kind: 'event.canceled' | 'event.deleted'
  now: Date
}

async function changeNext(tx: Tx, job: Job, { change, kind, now }: Change): Promise<Piece> {
  const { siteId, payload, position, actor, createdAt } = job
  const { filter, eventIds } = payload as Payload // written by `changeEventsLater` alone
  const found = await lockNextEvents(tx, siteId, {
    after: position as string | null, // written below alone
    limit: EVENTS_MAX,
    // What the clock decides is decided as of the request, so that no event slips away while the job waits.
    where: compileFilter(tx, EVENT_FIELDS, filter, createdAt),
    createdBefore: createdAt,
    eventIds,
  })
  const changed = await change(tx, { siteId, eventIds: found, by: actor, now })
  await record(
    tx,
    changed.map(each => activity({ siteId, ...each }, kind, { actor, now })),
  )
  return {
    progress: { matched: found.length, changed: changed.length },
    position: found.length < EVENTS_MAX ? null : (found.at(-1) ?? null),
  }
}

/** Small enough that nobody waits long for what is locked meanwhile. */
export const EVENTS_MAX = 200
