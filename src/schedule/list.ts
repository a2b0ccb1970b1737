import type { Db } from '../db/connect.ts'
import type { ScheduleItem } from './model.ts'
import {
  countByStage,
  countByTag,
  countItems,
  hasUnpublishedChanges,
  type ListFilter,
  listItems,
  type Sight,
} from './store.ts'

/** inferred: events 6.5.15 names two of them differently in two places, so each name is taken. */
export const FACETS = ['stageName', 'tags', 'stage_name', 'tag'] as const
export type Facet = (typeof FACETS)[number]

export type ItemList = {
  items: ScheduleItem[]
  total: number
  facets: Record<string, { counts: Record<string, number> }>
  /** Not told to guests. */
  draftNotPublished: boolean | null
}

/** One page of items, with counts over all pages. */
export async function listSchedule(
  db: Db,
  sight: Sight,
  { facets, ...page }: { filter: ListFilter; limit: number; offset: number; facets: readonly Facet[] },
): Promise<ItemList> {
  const counted = await Promise.all(
    facets.map(async facet => {
      const count = facet === 'stageName' || facet === 'stage_name' ? countByStage : countByTag
      const rows = await count(db, sight, page.filter)
      return [facet, { counts: Object.fromEntries(rows.map(row => [row.value, row.count])) }] as const
    }),
  )
  return {
    items: await listItems(db, sight, page),
    total: await countItems(db, sight, page.filter),
    facets: Object.fromEntries(counted),
    draftNotPublished: sight.asGuest ? null : await hasUnpublishedChanges(db, sight.siteId, page.filter.eventIds),
  }
}
