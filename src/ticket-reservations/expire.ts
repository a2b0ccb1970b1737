import { CLOCK } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { lockInventory } from '../inventory/store.ts'
import { listOverdue, listOverdueOfEvent, listOverdueOn, type WantedStock } from './overdue.ts'
import { lockReservations, transition } from './store.ts'

/**
 * Ends overdue holds on the tickets and seats that somebody is about to reserve (R130), so many at a time that others do not
 * wait long. Where there are any, all stock is locked at once, by id, that of the overdue lines and that about to be
 * reserved: first the one and then the other, this and a cancellation of several tickets could wait for each other.
 */
export async function expireOn(
  tx: Tx,
  { siteId, ticketDefinitionIds, seatIds, now }: WantedStock & { now: Date },
): Promise<{ mayBeMore: boolean }> {
  const ids = await listOverdueOn(tx, { siteId, ticketDefinitionIds, seatIds, now }, BATCH)
  const mayBeMore = ids.length === BATCH
  if (ids.length === 0) return { mayBeMore }
  const overdue = await lockReservations(tx, siteId, ids)
  const held = overdue.flatMap(({ lines }) => lines.map(line => line.ticketDefinitionId))
  await lockInventory(tx, siteId, [...new Set([...ticketDefinitionIds, ...held])])
  await transition(tx, { siteId, named: overdue.map(byClock), from: ['PENDING'], to: 'EXPIRED', overdueAt: now, now })
  return { mayBeMore }
}

/** Ends the overdue holds of one event, in transactions of their own: none of them is to stand in anybody's way. */
export async function expireOfEvent(
  sql: Sql,
  { siteId, eventId, now }: { siteId: string; eventId: string; now: Date },
): Promise<void> {
  for (let round = 0; round < EXPIRY_ROUNDS_MAX; round += 1) {
    const named = (await listOverdueOfEvent(sql, { siteId, eventId, now }, BATCH)).map(byClock)
    const change = { siteId, named, from: ['PENDING'], to: 'EXPIRED', overdueAt: now, now } as const
    await inTransaction(sql, tx => transition(tx, change))
    if (named.length < BATCH) return
  }
}

/** How often somebody who finds too little ends another batch of overdue holds. */
export const EXPIRY_ROUNDS_MAX = 20

/**
 * The job: ends every overdue hold, `BATCH` at a time and a transaction each, so that selling goes on meanwhile. Safe to
 * run in any number of processes: whoever ends a hold second finds it ended.
 * @returns how many were ended
 * @throws AggregateError what failed, after all else was ended
 */
export async function expireOverdue(sql: Sql, now: Date): Promise<number> {
  let ended = 0
  const failures: unknown[] = []
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = ended
    const overdue = await listOverdue(sql, { now, limit: BATCH })
    for (const [siteId, ofSite] of Map.groupBy(overdue, each => each.siteId)) {
      const named = ofSite.map(byClock)
      try {
        const done = await inTransaction(sql, tx =>
          transition(tx, { siteId, named, from: ['PENDING'], to: 'EXPIRED', overdueAt: now, now }),
        )
        ended += done.length
      } catch (error) {
        failures.push(error) // one site's trouble is not the others'
      }
    }
    if (overdue.length < BATCH || ended === before) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} batches of holds were not ended`)
  return ended
}

function byClock({ ticketReservationId }: { ticketReservationId: string }) {
  return { ticketReservationId, actor: CLOCK }
}

const BATCH = 500
/** One run ends at most half a million holds; the next run goes on. */
const ROUNDS_MAX = 1000
