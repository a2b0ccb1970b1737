import { cursorOfNow, type Followed, listActivitiesAfter, newestActivity } from '../activity/follow.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { Refusal } from '../refusals.ts'
import { forget } from './forget.ts'
import { FORGETTING_KINDS, kindsTelling } from './model.ts'
import type { Surroundings } from './states.ts'
import { listSubscriptions, listTellers, lockTeller, setTold } from './store.ts'
import { tellFacts } from './tell-facts.ts'

/**
 * The job: makes events of whatever facts have become readable since the last time, for every site that has
 * subscriptions, and wants their deliveries. Facts are made readable by their commit (R214); a piece of them, what is
 * made of it, and how far that is are one transaction, so that nothing is told twice or left out, whoever dies.
 */
export function createTeller(surroundings: Surroundings): (sql: Sql, now: Date) => Promise<number> {
  let seen: string | null = null
  return async (sql, now) => {
    // Mostly nothing has happened.
    const newest = await newestActivity(sql)
    if (newest === seen) return 0
    const failures: unknown[] = []
    let told = 0
    let isAllTold = true
    for (const siteId of await listTellers(sql))
      try {
        const site = await tellSite(sql, siteId, { ...surroundings, now })
        told += site.told
        isAllTold &&= site.isAllTold
      } catch (error) {
        failures.push(error) // one site's trouble is not the others'
      }
    if (failures.length > 0) throw new AggregateError(failures, `the facts of ${failures.length} sites were not told`)
    // Who tells for us may die before it commits: then we have to look again.
    if (isAllTold) seen = newest
    return told
  }
}

type Piece = { told: number; isAllTold: boolean }

async function tellSite(sql: Sql, siteId: string, at: Surroundings & { now: Date }): Promise<Piece> {
  let told = 0
  for (let round = 0; round < PIECES_MAX; round += 1) {
    const piece = await inTransaction(sql, tx => tellNext(tx, siteId, at))
    told += piece.told
    if (!piece.hasMore) return { told, isAllTold: piece.isAllTold }
  }
  return { told, isAllTold: false }
}

/** Of one site in one run; then the others have their turn. */
const PIECES_MAX = 20

async function tellNext(
  tx: Tx,
  siteId: string,
  at: Surroundings & { now: Date },
): Promise<Piece & { hasMore: boolean }> {
  const teller = await lockTeller(tx, siteId)
  if (!teller) return { told: 0, hasMore: false, isAllTold: false }
  const wanted = new Set<string>((await listSubscriptions(tx, siteId)).flatMap(({ eventTypes }) => eventTypes))
  const kinds = [...new Set([...kindsTelling(wanted), ...FORGETTING_KINDS])]
  const { activities, cursor, hasMore } = await followed(tx, { siteId, after: teller.toldUntil, kinds })
  await forget(tx, siteId, activities, at)
  const told = await tellFacts(tx, { siteId, facts: activities, wanted, subscriptionId: null }, at)
  if (cursor !== null && cursor !== teller.toldUntil) await setTold(tx, { siteId, toldUntil: cursor })
  return { told, hasMore, isAllTold: true }
}

/** Facts of one transaction. */
const FACTS_MAX = 200

/**
 * What is behind a restored backup cannot be told: nobody knows what of it happened. Telling goes on with what happens
 * from the restoration on.
 */
async function followed(tx: Tx, which: { siteId: string; after: string; kinds: readonly string[] }): Promise<Followed> {
  try {
    return await listActivitiesAfter(tx, { ...which, limit: FACTS_MAX })
  } catch (error) {
    if (!(error instanceof Refusal && error.code === 'HISTORY_ENDED')) throw error
    return { activities: [], cursor: await cursorOfNow(tx), hasMore: false }
  }
}
