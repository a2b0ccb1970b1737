import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { refuseIf } from '../refusals.ts'
import { type Category, categoryNotFound, refusalToManage } from './model.ts'
import { type CategoryChange, lockCategory, updateCategory } from './store.ts'

/** @throws Refusal CATEGORY_NOT_FOUND, PERMISSION_DENIED */
export async function changeCategory(tx: Tx, change: CategoryChange, identity: Identity, now: Date): Promise<Category> {
  const { siteId } = identity
  const before = await lockCategory(tx, siteId, change.categoryId)
  if (!before) throw categoryNotFound(change.categoryId)
  refuseIf(refusalToManage([...before.states, ...(change.states ?? [])], identity))

  const category = await updateCategory(tx, siteId, change)
  if (!category) throw new Error('a locked category is gone')
  await record(tx, [
    {
      siteId,
      entityKind: 'category',
      entityId: category.categoryId,
      sequence: category.revision,
      kind: 'category.updated',
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return category
}
