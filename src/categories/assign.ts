import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { eventNotFound } from '../events/store.ts'
import { refuseIf } from '../refusals.ts'
import { type Assignment, categoryNotFound, decideAssignments, type Outcome } from './model.ts'
import { countUp, deleteAssignments, insertAssignments, listAssignments, lockCategories, lockEvents } from './store.ts'

type Selection = { categoryIds: readonly string[]; eventIds: readonly string[] }

/** @throws Refusal CATEGORY_NOT_FOUND, EVENT_NOT_FOUND, CATEGORIES_LIMIT_REACHED */
export async function assignToCategory(
  tx: Tx,
  { categoryId, eventIds }: { categoryId: string; eventIds: readonly string[] },
  by: By,
): Promise<void> {
  const categoryIds = [categoryId]
  const [category] = await lockCategories(tx, by.siteId, categoryIds)
  if (!category) throw categoryNotFound(categoryId)
  const knownEventIds = await lockEvents(tx, by.siteId, eventIds)
  const unknown = eventIds.find(eventId => !knownEventIds.includes(eventId))
  if (unknown !== undefined) throw eventNotFound(unknown)
  const [outcome] = await assign(tx, { categoryIds, eventIds }, by)
  refuseIf(outcome?.refusal ?? null)
}

/** Who changes what is assigned, and when. */
export type By = { siteId: string; actor: Activity['actor']; now: Date }

/** Judges each category by itself. inferred: an event that is not there is ignored (events 8.5.5). */
export async function assign(tx: Tx, { categoryIds, eventIds }: Selection, by: By): Promise<Outcome[]> {
  const { siteId } = by
  const knownCategoryIds = await lockCategories(tx, siteId, categoryIds)
  const knownEventIds = await lockEvents(tx, siteId, eventIds)
  const { outcomes, fresh } = decideAssignments({
    categoryIds,
    eventIds: eventIds.filter(eventId => knownEventIds.includes(eventId)),
    knownCategoryIds,
    existing: await listAssignments(tx, siteId, knownEventIds),
  })
  await insertAssignments(tx, siteId, fresh)
  await recordChanges(tx, { kind: 'category.events_assigned', changed: fresh }, by)
  return outcomes
}

/** Harmless for what is not assigned; only an unknown category is refused. */
export async function unassign(tx: Tx, { categoryIds, eventIds }: Selection, by: By): Promise<Outcome[]> {
  const known = await lockCategories(tx, by.siteId, categoryIds)
  const changed = await deleteAssignments(tx, by.siteId, { categoryIds: known, eventIds })
  await recordChanges(tx, { kind: 'category.events_unassigned', changed }, by)
  return categoryIds.map(categoryId => ({
    categoryId,
    refusal: known.includes(categoryId) ? null : categoryNotFound(categoryId),
  }))
}

async function recordChanges(
  tx: Tx,
  { kind, changed }: { kind: `category.${string}`; changed: readonly Assignment[] },
  { siteId, actor, now }: By,
): Promise<void> {
  if (changed.length === 0) return
  const eventsOf = Map.groupBy(changed, ({ categoryId }) => categoryId)
  const revisions = await countUp(tx, siteId, [...eventsOf.keys()])
  await record(
    tx,
    revisions.map(({ categoryId, revision }) => ({
      siteId,
      entityKind: 'category',
      entityId: categoryId,
      sequence: revision,
      kind,
      data: { eventIds: eventsOf.get(categoryId)?.map(({ eventId }) => eventId) ?? [] },
      actor,
      occurredAt: now,
    })),
  )
}
