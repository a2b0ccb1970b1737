import type { Sql } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { addMinutes } from '../time.ts'
import { forgetDevices, listOldScans, removeScans } from './store.ts'

/**
 * The job: forgets what was scanned at events that ended more than 90 days ago, a piece in a transaction. What lets
 * somebody in, or stands in a conflict, stays, without the device that read it.
 * @returns how many scans it looked at
 */
export async function forgetOldScans(sql: Sql, now: Date): Promise<number> {
  const before = addMinutes(now, -KEPT_DAYS * 1440)
  let done = 0
  for (let piece = 0; piece < PIECES_MAX; piece += 1) {
    const count = await inTransaction(sql, async tx => {
      const scans = await listOldScans(tx, { before, limit: SCANS_MAX })
      await removeScans(tx, scans)
      await forgetDevices(tx, scans)
      return scans.length
    })
    done += count
    if (count < SCANS_MAX) break
  }
  return done
}

/** Far longer than a device may send late (`LATE_MINUTES_MAX` in model.ts), for whoever asks what went wrong. */
const KEPT_DAYS = 90
const SCANS_MAX = 1000
/** Of one run; the next one goes on. */
const PIECES_MAX = 100
