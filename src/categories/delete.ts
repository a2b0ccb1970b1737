import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { categoryNotFound } from './model.ts'
import { deleteCategory } from './store.ts'

/** Takes the category off its events, which stay (events 8.5.4). @throws Refusal CATEGORY_NOT_FOUND */
export async function removeCategory(tx: Tx, categoryId: string, identity: Identity, now: Date): Promise<void> {
  const { siteId } = identity
  const category = await deleteCategory(tx, siteId, categoryId)
  if (!category) throw categoryNotFound(categoryId)
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
