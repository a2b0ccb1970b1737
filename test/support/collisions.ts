import { setTimeout as delay } from 'node:timers/promises'
import type { Db, Sql, Tx } from '../../src/db/connect.ts'
import { LOCK_WAIT_MILLISECONDS } from './database.ts'

/**
 * Makes requests collide for certain, in a known order: locks what they all need, starts one after the other, each when
 * the one before it is waiting, lets go, and gives back what became of them.
 * @param hold locks the rows that they will wait for
 * @param waitersMax how many of them can wait; those of one process that share a batch are one
 */
export async function collide<T>(
  sql: Sql,
  hold: (tx: Tx) => Promise<unknown>,
  requests: readonly (() => Promise<T>)[],
  waitersMax = requests.length,
): Promise<T[]> {
  const pending: Promise<T>[] = []
  await sql.begin(async tx => {
    await hold(tx)
    for (const [index, request] of requests.entries()) {
      const answer = request()
      answer.catch(() => {}) // judged below, when all are there
      pending.push(answer)
      await untilWaiting(tx, Math.min(index + 1, waitersMax))
    }
  })
  return Promise.all(pending)
}

/** Until that many connections of this database wait for a lock. */
export async function untilWaiting(db: Db, waiters: number): Promise<void> {
  const deadline = Date.now() + LOCK_WAIT_MILLISECONDS - 2_000 // before the first of them has waited too long
  for (;;) {
    const [row] = await db<{ waiting: number }[]>`
      select count(*) as waiting
        from pg_stat_activity
       where datname = current_database()
         and wait_event_type = 'Lock'`
    await db`select pg_stat_clear_snapshot()`
    if ((row?.waiting ?? 0) >= waiters) return
    if (Date.now() > deadline) throw new Error(`${row?.waiting} of ${waiters} requests wait for the lock`)
    await delay(2)
  }
}

export function lockingReservation(id: string): (tx: Tx) => Promise<unknown> {
  return tx => tx`select from ticket_reservations where ticket_reservation_id = ${id} for update`
}

export function lockingInventory(ticketDefinitionId: string): (tx: Tx) => Promise<unknown> {
  return tx => tx`select from inventory where ticket_definition_id = ${ticketDefinitionId} for update`
}

/** Lets everybody pass when `count` have come, and whoever comes later. */
export function barrier(count: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let come = 0
  return () => {
    come += 1
    if (come >= count) resolve()
    return promise
  }
}
