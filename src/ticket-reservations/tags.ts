import type { Activity } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity, mayActOn } from '../identities/identity.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue } from '../queue/store.ts'
import { Refusal } from '../refusals.ts'
import { compileFilter } from '../wire/query.ts'
import { notFound } from './cancel.ts'
import { isTooMany, retagged, sameTags, TAGS_MAX, type TagChange } from './tag-model.ts'
import { examineNext, lockTagged, RESERVATION_FIELDS, type Tagged, writeTags } from './tag-store.ts'

type Caller = { identity: Identity; now: Date }

/**
 * Changes the tags of the named reservations, whatever their status, each by itself (R138).
 * @returns for each id, in order, null or why not
 */
export async function changeTags(
  tx: Tx,
  { ids, change }: { ids: readonly string[]; change: TagChange },
  { identity, now }: Caller,
): Promise<(Refusal | null)[]> {
  const { siteId } = identity
  const locked = await lockTagged(tx, siteId, [...new Set(ids)])
  const reachable = locked.filter(each => mayActOn(identity, each.eventId))
  const { refused } = await retag(tx, siteId, { stored: reachable, change, actor: actorOf(identity), now })
  const byId = new Map(locked.map(each => [each.ticketReservationId, each]))
  return ids.map(id => {
    const stored = byId.get(id)
    if (!stored) return notFound(id)
    const { eventId } = stored
    if (!mayActOn(identity, eventId))
      return new Refusal('PERMISSION_DENIED', 'You were not given this event.', { eventId })
    return refused.has(id) ? tooManyTags(id) : null
  })
}

/** Enqueues the same for all that a filter finds among those that are there now; an empty one finds all (R140). */
export async function changeTagsLater(
  tx: Tx,
  { filter, change }: { filter: Readonly<Record<string, unknown>>; change: TagChange },
  { identity, now }: Caller,
): Promise<string> {
  compileFilter(tx, RESERVATION_FIELDS, filter, now) // refuses what the job could not read
  const eventIds = identity.kind === 'staff' ? identity.eventIds : null
  const payload: TagPayload = { filter, change, eventIds }
  const { siteId } = identity
  const [jobId] = await enqueue(tx, [{ siteId, kind: tagJobs.name, payload, actor: actorOf(identity) }], now)
  if (jobId === undefined) throw new Error('a job was enqueued without an id')
  return jobId
}

type TagPayload = {
  filter: Readonly<Record<string, unknown>>
  change: TagChange
  eventIds: readonly string[] | null
}

/** The job: so many reservations at a time, in id order. What has too many tags already is counted and left as it is. */
export const tagJobs: JobKind = {
  name: 'ticket_reservation.tags',
  attemptsMax: 10,
  work: async (job, now) => tx => tagNext(tx, job, now),
}

async function tagNext(tx: Tx, { siteId, payload, position, actor, createdAt }: Job, now: Date): Promise<Piece> {
  const { filter, change, eventIds } = payload as TagPayload // written by `changeTagsLater` alone
  const examined = await examineNext(tx, siteId, {
    after: position as string | null, // written below alone
    limit: EXAMINED_MAX,
    // What the clock decides is decided as of the request, so that nothing slips away while the job waits.
    where: compileFilter(tx, RESERVATION_FIELDS, filter, createdAt),
    createdBefore: createdAt,
    eventIds,
  })
  const wanted = examined.flatMap(each => (each.wanted ? [each.ticketReservationId] : []))
  const stored = await lockTagged(tx, siteId, wanted)
  const { changed, refused } = await retag(tx, siteId, { stored, change, actor, now })
  return {
    progress: { examined: examined.length, matched: stored.length, changed, refused: refused.size },
    position: examined.length < EXAMINED_MAX ? null : (examined.at(-1)?.ticketReservationId ?? null),
  }
}

/** Small enough that the rows are not locked for long, for buyers cancel and pay meanwhile. */
export const EXAMINED_MAX = 500

/** inferred: tagged as wanted already is a success that writes nothing. */
async function retag(
  tx: Tx,
  siteId: string,
  { stored, change, actor, now }: { stored: readonly Tagged[]; change: TagChange; actor: Activity['actor']; now: Date },
): Promise<{ changed: number; refused: ReadonlySet<string> }> {
  const after = stored.map(each => ({ ...each, ...retagged(each, change) }))
  const refused = new Set(after.filter(isTooMany).map(each => each.ticketReservationId))
  const changed = after.filter((each, index) => {
    const before = stored[index]
    return before && !refused.has(each.ticketReservationId) && !sameTags(before, each)
  })
  await writeTags(tx, siteId, changed, { actor, now })
  return { changed: changed.length, refused }
}

function tooManyTags(ticketReservationId: string): Refusal {
  return new Refusal('FAILED_PRECONDITION', `A reservation has at most ${TAGS_MAX} tags of each list.`, {
    ticketReservationId,
    reason: 'TOO_MANY_TAGS',
    limit: TAGS_MAX,
  })
}
