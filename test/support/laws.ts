import { afterEach, expect } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import { verify } from '../../src/verify.ts'

/** After each test of this file, every law of invariants/ must hold in its database. */
export function verifyAfterEach(sql: Sql): void {
  afterEach(async () => {
    expect((await verify(sql)).breaches).toEqual([])
  })
}
