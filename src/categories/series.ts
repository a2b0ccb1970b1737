import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { cropped, type StoredEvent } from '../events/model.ts'
import { occurrencesOf } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Category } from './model.ts'
import { insertAssignments, insertCategories } from './store.ts'

/**
 * Gives a recurring event that was just published the hidden category that holds its occurrences together, in the order
 * of their dates (events 2.2.7 to 2.2.9). Nothing for any other event, and for drafts.
 */
export async function gatherSeries(tx: Tx, event: StoredEvent, identity: Identity, now: Date): Promise<void> {
  const { siteId, seriesId } = event
  if (seriesId === null || event.publishedAt === null) return
  const category: Category = {
    categoryId: seriesId,
    revision: 1,
    name: cropped(event.title, NAME_LENGTH_MAX),
    states: ['RECURRING_EVENT', 'HIDDEN'],
    createdAt: now,
  }
  await insertCategories(tx, siteId, [category])
  const occurrences = (await occurrencesOf(tx, siteId, [seriesId])).get(seriesId) ?? []
  await insertAssignments(
    tx,
    siteId,
    occurrences.map(({ eventId }) => ({ categoryId: seriesId, eventId })),
  )
  await record(tx, [
    {
      siteId,
      entityKind: 'category',
      entityId: seriesId,
      sequence: 1,
      kind: 'category.created',
      data: { recurring: true, events: occurrences.length },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
}

const NAME_LENGTH_MAX = 30
