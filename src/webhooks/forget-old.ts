import type { Sql } from '../db/connect.ts'
import { addMinutes } from '../time.ts'
import { forgetReplacedKeys } from './keys.ts'
import { removeDeliveries, removeEvents, removeSubscriptions } from './log-store.ts'
import { KEPT_DAYS } from './model.ts'

/**
 * The job: forgets what was told thirty days ago, what belongs to deleted subscriptions, and keys that sign no more. What
 * happened stays written down and can be told again.
 */
export async function forgetOldWebhooks(sql: Sql, now: Date): Promise<number> {
  const before = addMinutes(now, -KEPT_DAYS * 1440)
  const deliveries = await inPieces(() => removeDeliveries(sql, { before, limit: ROWS_MAX }))
  const events = await inPieces(() => removeEvents(sql, { before, limit: ROWS_MAX }))
  return deliveries + events + (await removeSubscriptions(sql)) + (await forgetReplacedKeys(sql, now))
}

async function inPieces(piece: () => Promise<number>): Promise<number> {
  let removed = 0
  for (let round = 0; round < PIECES_MAX; round += 1) {
    const count = await piece()
    removed += count
    if (count < ROWS_MAX) break
  }
  return removed
}

const ROWS_MAX = 5000
/** Of one run; the next one goes on. */
const PIECES_MAX = 200
