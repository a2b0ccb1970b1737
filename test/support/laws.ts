import { afterEach, expect } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import { verify } from '../../src/verify.ts'

/** After each test of this file, every law of invariants/ must hold in its database. */
export function verifyAfterEach(sql: Sql): void {
  afterEach(async () => {
    expect((await verify(sql, 20, (await isSmall(sql)) ? 'KEPT' : 'NEW')).breaches).toEqual([])
  })
}

/** Whether plans for next to nothing are good for what there is; making them is most of what looking costs there. */
async function isSmall(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ bytes: number }[]>`select pg_relation_size('activities') as bytes`
  return (row?.bytes ?? 0) < SMALL_BYTES
}

/** Some hundreds of facts. */
const SMALL_BYTES = 256 * 1024
