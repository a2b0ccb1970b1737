import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { occurrencesOf } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { categoryNotFound } from './model.ts'
import { deleteCategory } from './store.ts'

/**
 * Takes the category off its events, which stay (events 8.5.4). What holds a recurring event together stays with it
 * (inferred: events 8.5.16).
 * @throws Refusal CATEGORY_NOT_FOUND, CATEGORY_OF_RECURRING_EVENT
 */
export async function removeCategory(tx: Tx, categoryId: string, identity: Identity, now: Date): Promise<void> {
  const { siteId } = identity
  const category = await deleteCategory(tx, siteId, categoryId)
  if (!category) throw categoryNotFound(categoryId)
  const occurrences = (await occurrencesOf(tx, siteId, [category.categoryId])).get(category.categoryId) ?? []
  if (occurrences.length > 0)
    throw new Refusal('CATEGORY_OF_RECURRING_EVENT', 'A recurring event is held together by this category.', {
      categoryId: category.categoryId,
      events: occurrences.length,
    })
  await record(tx, [
    {
      siteId,
      entityKind: 'category',
      entityId: category.categoryId,
      sequence: category.revision + 1,
      kind: 'category.deleted',
      data: { name: category.name },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
}
