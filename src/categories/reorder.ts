import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { categoryNotFound } from './model.ts'
import { countPlaceable, countUp, lockCategory, placeEvent } from './store.ts'

export type ReorderInstruction = {
  categoryId: string
  eventId: string
  beforeEventId: string | null
  afterEventId: string | null
}

/**
 * Moves an event before or after another of its category.
 * @throws Refusal CATEGORY_NOT_FOUND, INVALID_REORDER_INSTRUCTION
 */
export async function reorderEvents(
  tx: Tx,
  { categoryId, eventId, beforeEventId, afterEventId }: ReorderInstruction,
  identity: Identity,
  now: Date,
): Promise<void> {
  const { siteId } = identity
  if (!(await lockCategory(tx, siteId, categoryId))) throw categoryNotFound(categoryId)
  // inferred: afterEventId wins when both are sent, as for policies (events 5.4.10).
  const referenceId = afterEventId ?? beforeEventId
  if (!referenceId) throw invalidReorder()
  const placement = { categoryId, eventId, referenceId, side: afterEventId ? 'AFTER' : 'BEFORE' } as const
  if ((await countPlaceable(tx, siteId, placement)) !== 2) throw invalidReorder()

  if ((await placeEvent(tx, siteId, placement)) === 0) return
  const [category] = await countUp(tx, siteId, [categoryId])
  if (!category) throw new Error('a locked category is gone')
  await record(tx, [
    {
      siteId,
      entityKind: 'category',
      entityId: categoryId,
      sequence: category.revision,
      kind: 'category.events_reordered',
      data: { eventId },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
}

function invalidReorder(): Refusal {
  const description = 'Name another event of the same category as beforeEventId or afterEventId.'
  return new Refusal('INVALID_REORDER_INSTRUCTION', description)
}
