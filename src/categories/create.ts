import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { InvalidRequest, type Refusal } from '../refusals.ts'
import { type Category, type CategoryState, refusalToManage, statesOf } from './model.ts'
import { insertCategories } from './store.ts'

export type NewCategory = { name: string; states?: CategoryState[] | null }

type Result = Category | Refusal | InvalidRequest

/** Makes each category that may be made; in request order, the others' refusals (events 8.5.1). */
export async function createCategories(
  tx: Tx,
  wanted: readonly (NewCategory | InvalidRequest)[],
  identity: Identity,
  now: Date,
): Promise<Result[]> {
  const results: Result[] = wanted.map(item =>
    item instanceof InvalidRequest ? item : newCategory(item, identity, now),
  )
  const made = results.filter((result): result is Category => !(result instanceof Error))
  await insertCategories(tx, identity.siteId, made)
  await record(
    tx,
    made.map(({ categoryId, revision }) => ({
      siteId: identity.siteId,
      entityKind: 'category',
      entityId: categoryId,
      sequence: revision,
      kind: 'category.created',
      actor: actorOf(identity),
      occurredAt: now,
    })),
  )
  return results
}

/** @throws Refusal PERMISSION_DENIED */
export async function createCategory(tx: Tx, wanted: NewCategory, identity: Identity, now: Date): Promise<Category> {
  const [result] = await createCategories(tx, [wanted], identity, now)
  if (!result || result instanceof Error) throw result
  return result
}

function newCategory({ name, states }: NewCategory, identity: Identity, now: Date): Category | Refusal {
  const category = { categoryId: newGuid(), revision: 1, name, states: statesOf(states), createdAt: now }
  return refusalToManage(category.states, identity) ?? category
}
