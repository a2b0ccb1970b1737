import type { Activity } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { shareEvents } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { lockRsvpCounts, moveRsvpCounts } from '../inventory/rsvp-counts.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue } from '../queue/store.ts'
import { Refusal } from '../refusals.ts'
import { compileFilter } from '../wire/query.ts'
import { type Rsvp, totalGuestsOf } from './model.ts'
import { compileSearch, RSVP_FIELDS, type SearchDetails, wordsOf } from './queries.ts'
import { deleteRsvps, getRsvp, listNextRsvps, lockRsvps, recordRsvps, rsvpNotFound } from './store.ts'
import { freedBy } from './update.ts'
import { toWireWithoutPeople } from './wire.ts'

type Caller = { identity: Identity; now: Date }

/** Deletes an RSVP and gives its places back. @throws Refusal RSVP_NOT_FOUND */
export async function removeRsvp(tx: Tx, rsvpId: string, { identity, now }: Caller): Promise<void> {
  const { siteId } = identity
  const found = await getRsvp(tx, siteId, rsvpId)
  const [removed] = await remove(tx, siteId, { found: [found], actor: actorOf(identity), now })
  if (!removed) throw rsvpNotFound(rsvpId)
}

/** The same for several of one event: all of those named or none (inferred: events 14). */
export async function removeRsvpsOf(
  tx: Tx,
  { eventId, rsvpIds }: { eventId: string; rsvpIds: readonly string[] },
  { identity, now }: Caller,
): Promise<void> {
  const { siteId } = identity
  const found = rsvpIds.map(rsvpId => ({ rsvpId, eventId }))
  const removed = await remove(tx, siteId, { found, actor: actorOf(identity), now })
  const missing = rsvpIds.find(rsvpId => !removed.some(each => each.rsvpId === rsvpId && each.eventId === eventId))
  if (missing) throw rsvpNotFound(missing)
}

export type RsvpFilter = {
  filter: Readonly<Record<string, unknown>> | null
  search: SearchDetails | null
}

/**
 * Enqueues the deletion of all RSVPs that are found now.
 * @throws Refusal EMPTY_FILTER where everything would be found; FILTER_PARSER_ERROR
 */
export async function removeRsvpsLater(
  tx: Tx,
  { filter, search }: RsvpFilter,
  { identity, now }: Caller,
): Promise<string> {
  if (Object.keys(filter ?? {}).length === 0 && wordsOf(search).length === 0)
    throw new Refusal('EMPTY_FILTER', 'Say which RSVPs: an empty filter would find all of them.')
  // Both refuse what the job could not read.
  compileFilter(tx, RSVP_FIELDS, filter, now)
  compileSearch(tx, search, 'search')
  const { siteId } = identity
  const payload: RsvpFilter = { filter, search }
  const [jobId] = await enqueue(tx, [{ siteId, kind: deleteRsvpJobs.name, payload, actor: actorOf(identity) }], now)
  if (jobId === undefined) throw new Error('a job was enqueued without an id')
  return jobId
}

/** The job: so many at a time, in id order. */
export const deleteRsvpJobs: JobKind = {
  name: 'rsvp.delete',
  attemptsMax: 10,
  work: async (job, now) => tx => removeNext(tx, job, now),
}

async function removeNext(tx: Tx, { siteId, payload, position, actor, createdAt }: Job, now: Date): Promise<Piece> {
  const { filter, search } = payload as RsvpFilter // written by `removeRsvpsLater` alone
  const matching = tx`${compileFilter(tx, RSVP_FIELDS, filter, createdAt)} and ${compileSearch(tx, search, 'search')}`
  const found = await listNextRsvps(
    tx,
    { siteId, eventIds: null, where: matching },
    { after: position as string | null, limit: RSVPS_MAX, createdBefore: createdAt }, // written below alone
  )
  const removed = await remove(tx, siteId, { found, actor, now })
  return {
    progress: { matched: found.length, deleted: removed.length },
    position: found.length < RSVPS_MAX ? null : (found.at(-1)?.rsvpId ?? null),
  }
}

/** Small enough that nobody waits long for the counts, which are locked meanwhile. */
export const RSVPS_MAX = 200

async function remove(
  tx: Tx,
  siteId: string,
  { found, actor, now }: { found: readonly Pick<Rsvp, 'rsvpId' | 'eventId'>[]; actor: Activity['actor']; now: Date },
): Promise<Rsvp[]> {
  const eventIds = [...new Set(found.map(({ eventId }) => eventId))]
  await shareEvents(tx, siteId, eventIds)
  const rsvps = await lockRsvps(
    tx,
    siteId,
    found.map(({ rsvpId }) => rsvpId),
  )
  const ours = rsvps.filter(({ eventId }) => eventIds.includes(eventId))
  const locked = await lockRsvpCounts(tx, siteId, eventIds)
  await deleteRsvps(
    tx,
    siteId,
    ours.map(({ rsvpId }) => rsvpId),
  )
  const movements = ours.map(rsvp => {
    const { eventId, status } = rsvp
    return { eventId, status, rsvps: -1, guests: -totalGuestsOf(rsvp) }
  })
  await moveRsvpCounts(tx, siteId, { locked, movements })
  await recordRsvps(
    tx,
    ours.map(rsvp => ({ ...rsvp, revision: rsvp.revision + 1 })),
    // The webhook tells the RSVP as it was last, and it can be read nowhere else any more; nobody is named in it.
    { what: 'deleted', actor, now, dataOf: rsvp => ({ ...freedBy(rsvp, null), rsvp: toWireWithoutPeople(rsvp) }) },
  )
  return ours
}
