import { type Change, takeNotes, tellCommitted } from './changes.ts'
import type { Sql, Tx } from './connect.ts'

/**
 * Runs `work` in one read-committed transaction and gives back what it returns; whatever it throws rolls all back.
 * Opened by routes and jobs only. A deadlock or a serialization failure is tried again, at most twice: the lock order
 * (reservations, then inventory, each by id) makes them rare, not impossible. When it has committed, whoever remembers
 * what it changed is told before the caller goes on.
 */
export async function inTransaction<T>(sql: Sql, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      let changes: readonly Change[] = []
      const result = await sql.begin(tx => {
        changes = takeNotes(tx)
        return work(tx)
      })
      tellCommitted(sql, changes)
      return result as T // postgres.js unwraps arrays of promises in its type; `work` returns none
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !RETRIABLE.has(sqlStateOf(error) ?? '')) throw error
    }
  }
}

const ATTEMPTS_MAX = 3
const RETRIABLE: ReadonlySet<string> = new Set(['40001', '40P01'])

/** The five-character SQLSTATE of an error from PostgreSQL, else undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The name of the constraint that an error from PostgreSQL says was broken, else undefined. */
export function brokenConstraint(error: unknown): string | undefined {
  return error instanceof Error && 'constraint_name' in error ? String(error.constraint_name) : undefined
}
