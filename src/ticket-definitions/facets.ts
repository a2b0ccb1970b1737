import type { Db, Fragment } from '../db/connect.ts'
import { countByState } from './store.ts'

type Facet = { counts: Record<string, number> }

/** How many definitions match, and how many of each sale status and of each state that V1 knows. */
export async function countFacets(
  db: Db,
  siteId: string,
  matching: { where: Fragment; now: Date },
): Promise<{ total: number; facets: { saleStatus: Facet; state: Facet } }> {
  const groups = await countByState(db, siteId, matching)
  const sumBy = (words: (group: (typeof groups)[number]) => string[]): Facet => {
    const counts: Record<string, number> = {}
    for (const group of groups) for (const word of words(group)) counts[word] = (counts[word] ?? 0) + group.count
    return { counts }
  }
  return {
    total: groups.reduce((sum, { count }) => sum + count, 0),
    facets: {
      saleStatus: sumBy(({ saleStatus }) => [saleStatus]),
      state: sumBy(({ hidden, free }) => [hidden ? 'HIDDEN' : 'VISIBLE', free ? 'FREE' : 'PAID']),
    },
  }
}
