import type { Tx } from '../db/connect.ts'
import { EVENT_FIELDS } from '../events/queries.ts'
import { listNextEvents } from '../events/store.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue } from '../queue/store.ts'
import { compileFilter } from '../wire/query.ts'
import { assign, type By, unassign } from './assign.ts'
import { CATEGORIES_PER_EVENT_MAX } from './model.ts'
import { listAssignments } from './store.ts'

type Wanted = { categoryIds: readonly string[]; filter: Readonly<Record<string, unknown>> }

/**
 * Puts every event that the filter finds now into the categories, or takes it out, in the background (events 8.5.8);
 * drafts too (events 8.5.14). inferred: a category that is not there is left out, and so is an event that would be in more
 * than ten.
 */
export async function changeAssignmentsLater(
  tx: Tx,
  { kind, ...wanted }: Wanted & { kind: JobKind },
  { siteId, actor, now }: By,
): Promise<void> {
  compileFilter(tx, EVENT_FIELDS, wanted.filter, now) // refuses what the job could not read
  await enqueue(tx, [{ siteId, kind: kind.name, payload: wanted, actor }], now)
}

export const assignJobs: JobKind = {
  name: 'category.assign_events',
  attemptsMax: 10,
  work: async (job, now) => tx => changeNext(tx, job, { change: assign, now }),
}

export const unassignJobs: JobKind = {
  name: 'category.unassign_events',
  attemptsMax: 10,
  work: async (job, now) => tx => changeNext(tx, job, { change: unassign, now }),
}

async function changeNext(
  tx: Tx,
  { siteId, payload, position, actor, createdAt }: Job,
  { change, now }: { change: typeof assign | typeof unassign; now: Date },
): Promise<Piece> {
  const { categoryIds, filter } = payload as Wanted // written by `changeAssignmentsLater` alone
  const found = await listNextEvents(tx, siteId, {
    after: position as string | null, // written below alone
    limit: EVENTS_MAX,
    where: compileFilter(tx, EVENT_FIELDS, filter, createdAt),
    createdBefore: createdAt,
    eventIds: null,
  })
  const roomy = change === assign ? await withRoom(tx, siteId, { eventIds: found, categoryIds }) : found
  const outcomes = await change(tx, { categoryIds, eventIds: roomy }, { siteId, actor, now })
  // One that is full keeps all out; it was let in meanwhile elsewhere, so the next attempt finds it.
  const full = outcomes.find(({ refusal }) => refusal?.code === 'CATEGORIES_LIMIT_REACHED')
  if (full) throw new Error('an event was put into other categories meanwhile')
  return {
    progress: { matched: found.length, full: found.length - roomy.length },
    position: found.length < EVENTS_MAX ? null : (found.at(-1) ?? null),
  }
}

/** Those of the events that can be in all of the categories besides those that they are in already. */
async function withRoom(
  tx: Tx,
  siteId: string,
  { eventIds, categoryIds }: { eventIds: readonly string[]; categoryIds: readonly string[] },
): Promise<string[]> {
  const existing = Map.groupBy(await listAssignments(tx, siteId, eventIds), ({ eventId }) => eventId)
  return eventIds.filter(eventId => {
    const before = existing.get(eventId)?.map(({ categoryId }) => categoryId) ?? []
    return new Set([...before, ...categoryIds]).size <= CATEGORIES_PER_EVENT_MAX
  })
}

export const EVENTS_MAX = 100
