import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { Refusal, refuseIf } from '../refusals.ts'
import { refusalToCancel, refusalToPublish, type StoredEvent } from './model.ts'
import { deleteEvents, getEvent, lockDraftsOfSeries, lockEvent, publishEvents, updateEvent } from './store.ts'

/**
 * Makes a draft public; the clock picks its status (events 1.11.1). Of a recurring event all drafts are published with
 * it (inferred: events 2.2.9).
 */
export async function publishDraftEvent(tx: Tx, eventId: string, identity: Identity, now: Date): Promise<StoredEvent> {
  const { siteId } = identity
  const { seriesId } = await getEvent(tx, siteId, eventId)
  const drafts = seriesId === null ? [eventId] : await lockDraftsOfSeries(tx, siteId, seriesId)
  refuseIf(refusalToPublish(await lockEvent(tx, siteId, eventId)))
  const published = await publishEvents(tx, { siteId, eventIds: drafts, now })
  await record(
    tx,
    published.map(each => activity({ siteId, ...each }, 'event.published', { actor: actorOf(identity), now })),
  )
  return getEvent(tx, siteId, eventId)
}

/** Closes an event for good; its orders stay as they are (events 1.11.4, 1.11.5). */
export async function cancelEvent(tx: Tx, eventId: string, identity: Identity, now: Date): Promise<StoredEvent> {
  const event = await lockEvent(tx, identity.siteId, eventId)
  refuseIf(refusalToCancel(event, now))
  return change(tx, { ...event, canceledAt: now, canceledBy: actorOf(identity) }, 'event.canceled', identity, now)
}

/**
 * Removes an event and what belongs to it alone: form, policies, schedule, category assignments. Definitions, orders,
 * tickets and reservations stay for the books (inferred: events 1.12.5).
 */
export async function removeEvent(tx: Tx, eventId: string, identity: Identity, now: Date): Promise<StoredEvent> {
  const event = await lockEvent(tx, identity.siteId, eventId)
  const { siteId } = identity
  const deleted = await deleteEvents(tx, { siteId, eventIds: [event.eventId] })
  await record(
    tx,
    deleted.map(each => activity({ siteId, ...each }, 'event.deleted', { actor: actorOf(identity), now })),
  )
  return event
}

/** Writes `event`, which was locked and changed, as its next revision, with the fact that this is and what that says. */
export async function change(
  tx: Tx,
  event: StoredEvent,
  kind: 'event.canceled' | 'event.updated',
  identity: Identity,
  now: Date,
  data: Readonly<Record<string, unknown>> = {},
): Promise<StoredEvent> {
  const changed = { ...event, revision: event.revision + 1, updatedAt: now }
  await updateEvent(tx, changed)
  await record(tx, [activity(changed, kind, { actor: actorOf(identity), now, data })])
  return changed
}

/** The fact that made an event what it is now. */
export function activity(
  { siteId, eventId, revision }: Pick<StoredEvent, 'siteId' | 'eventId' | 'revision'>,
  kind: `event.${string}`,
  { actor, now, data = {} }: { actor: Activity['actor']; now: Date; data?: Record<string, unknown> },
): Activity {
  return { siteId, entityKind: 'event', entityId: eventId, sequence: revision, kind, data, actor, occurredAt: now }
}

/**
 * Who says which state of an event was seen overwrites no other.
 * @param seen its `updatedDate`; null: nobody says
 * @throws Refusal ABORTED
 */
export function refuseUnseen({ updatedAt }: StoredEvent, seen: Date | null): void {
  if (seen && seen.getTime() !== updatedAt.getTime())
    throw new Refusal('ABORTED', 'The event has changed since you read it. Read it again.', { updatedDate: updatedAt })
}
