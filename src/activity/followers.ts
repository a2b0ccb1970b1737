import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { Refusal } from '../refusals.ts'
import { cursorOfNow, type FollowedActivity, listActivitiesAfter } from './follow.ts'

/**
 * Does something about what has happened since it last did, once for each activity: `work` writes in the transaction
 * that also writes how far the follower is. One process works at a time; the others find nothing to do.
 * @param follower its row is in `activity_followers`
 * @returns how many activities it was given
 */
export async function followActivities(
  sql: Sql,
  { follower, kinds }: { follower: string; kinds: readonly string[] },
  work: (tx: Tx, activities: readonly FollowedActivity[]) => Promise<void>,
): Promise<number> {
  let done = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const piece = await inTransaction(sql, tx => followOn(tx, { follower, kinds }, work))
    if (piece === null) break
    done += piece.done
    if (!piece.hasMore) break
  }
  return done
}

const ROUNDS_MAX = 50
/** Activities of one transaction. */
const ACTIVITIES_MAX = 200

/** null: another process is at it. */
async function followOn(
  tx: Tx,
  { follower, kinds }: { follower: string; kinds: readonly string[] },
  work: (tx: Tx, activities: readonly FollowedActivity[]) => Promise<void>,
): Promise<{ done: number; hasMore: boolean } | null> {
  const [row] = await tx<{ cursor: string | null; beganAt: Date | null }[]>`
    select cursor, began_at
      from activity_followers
     where name = ${follower}
       for update skip locked`
  if (!row) return null
  const followed = await readOn(tx, row.cursor, kinds)
  if (followed === null) {
    await setCursor(tx, follower, await cursorOfNow(tx))
    return { done: 0, hasMore: false }
  }
  const { beganAt } = row
  const activities = followed.activities.filter(({ occurredAt }) => beganAt === null || occurredAt >= beganAt)
  if (activities.length > 0) await work(tx, activities)
  if (followed.cursor !== null && followed.cursor !== row.cursor) await setCursor(tx, follower, followed.cursor)
  return { done: activities.length, hasMore: followed.hasMore }
}

/** null: what the cursor has seen was undone when a backup was restored, so it begins with what happens next. */
async function readOn(tx: Tx, after: string | null, kinds: readonly string[]) {
  try {
    return await listActivitiesAfter(tx, { siteId: null, after, limit: ACTIVITIES_MAX, kinds })
  } catch (error) {
    if (error instanceof Refusal && error.code === 'HISTORY_ENDED') return null
    throw error
  }
}

async function setCursor(tx: Tx, follower: string, cursor: string): Promise<void> {
  await tx`update activity_followers set cursor = ${cursor} where name = ${follower}`
}
