import type { Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { Refusal } from '../refusals.ts'

export const CATEGORY_STATES = ['MANUAL', 'AUTO', 'RECURRING_EVENT', 'HIDDEN'] as const
export type CategoryState = (typeof CATEGORY_STATES)[number]

/** A flat label that groups events (events 8). */
export type Category = {
  categoryId: string
  /** Counts changes for the history; the published API has no revision here (api 7.4). */
  revision: number
  name: string
  states: CategoryState[]
  createdAt: Date
}

export type EventCounts = { assignedEventsCount: number | null; assignedDraftEventsCount: number | null }

/** inferred: events 8.5.7 gives the number, and assigning more is refused */
export const CATEGORIES_PER_EVENT_MAX = 10

/** A set in the order of the published words; none given means MANUAL (events 8.2). */
export function statesOf(given: readonly CategoryState[] | null | undefined): CategoryState[] {
  const states = CATEGORY_STATES.filter(state => given?.includes(state))
  return states.length === 0 ? ['MANUAL'] : states
}

/** What is not plainly MANUAL needs a permission of its own (events 8.2, api 4.5). */
export function refusalToManage(states: readonly CategoryState[], identity: Identity): Refusal | null {
  if (states.every(state => state === 'MANUAL') || allows(identity, 'MANAGE_AUTO_CATEGORIES')) return null
  const permission = 'MANAGE_AUTO_CATEGORIES'
  return new Refusal('PERMISSION_DENIED', `Other states than MANUAL need the permission ${permission}.`, { permission })
}

export function categoryNotFound(categoryId: string): Refusal {
  return new Refusal('CATEGORY_NOT_FOUND', 'There is no such category.', { categoryId })
}

export type Assignment = { categoryId: string; eventId: string }

/** What became of one category of a request; nothing was written for one that is refused. */
export type Outcome = { categoryId: string; refusal: Refusal | null }

/**
 * Judges the categories in request order: each takes all of `eventIds` or is refused. `existing` are the assignments
 * that the events have in any category; `fresh` are those to be made.
 */
export function decideAssignments({
  categoryIds,
  eventIds,
  knownCategoryIds,
  existing,
}: {
  categoryIds: readonly string[]
  eventIds: readonly string[]
  knownCategoryIds: readonly string[]
  existing: readonly Assignment[]
}): { outcomes: Outcome[]; fresh: Assignment[] } {
  const categoriesOf = new Map(eventIds.map(eventId => [eventId, new Set<string>()]))
  for (const { categoryId, eventId } of existing) categoriesOf.get(eventId)?.add(categoryId)

  const fresh: Assignment[] = []
  const outcomes = categoryIds.map((categoryId): Outcome => {
    if (!knownCategoryIds.includes(categoryId)) return { categoryId, refusal: categoryNotFound(categoryId) }
    const missing = [...categoriesOf].filter(([, categories]) => !categories.has(categoryId))
    const [full] = missing.filter(([, categories]) => categories.size >= CATEGORIES_PER_EVENT_MAX)
    if (full) return { categoryId, refusal: limitReached(full[0]) }
    for (const [eventId, categories] of missing) {
      categories.add(categoryId)
      fresh.push({ categoryId, eventId })
    }
    return { categoryId, refusal: null }
  })
  return { outcomes, fresh }
}

function limitReached(eventId: string): Refusal {
  const limit = CATEGORIES_PER_EVENT_MAX
  return new Refusal('CATEGORIES_LIMIT_REACHED', `An event is in at most ${limit} categories.`, { eventId, limit })
}
