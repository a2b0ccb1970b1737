import { randomBytes } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import { type ConnectionOptions, connect, type Sql } from '../../src/db/connect.ts'
import { inDatabase, TEMPLATE } from './global-setup.ts'

export const LOCK_WAIT_MILLISECONDS = 20_000

/** A database of its own for this test file, cloned from the migrated template and dropped after the last test. */
export async function testDatabase(connectionsMax = 10): Promise<{ sql: Sql; options: ConnectionOptions }> {
  const server = inject('database')
  const admin = connect({ ...server, connectionsMax: 1 })
  const name = `boxoffice_test_${randomBytes(6).toString('hex')}`
  await admin.unsafe(`create database ${name} template ${TEMPLATE}`)
  // Who is to wait for a lock, does so also where the machine is busy.
  const options = { ...server, ...inDatabase(server, name), lockWaitMilliseconds: LOCK_WAIT_MILLISECONDS }
  const sql = connect({ ...options, connectionsMax })
  afterAll(async () => {
    await sql.end({ timeout: 5 })
    await admin.unsafe(`drop database ${name} with (force)`)
    await admin.end()
  })
  return { sql, options }
}
