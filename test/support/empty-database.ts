import { randomBytes } from 'node:crypto'
import { inject, onTestFinished } from 'vitest'
import { type ConnectionOptions, connect, type Sql } from '../../src/db/connect.ts'
import { inDatabase } from './global-setup.ts'

/** A database without a single table, dropped after the test that asks for it. */
export async function emptyDatabase(): Promise<{ sql: Sql; options: ConnectionOptions }> {
  const { options, drop } = await createDatabase()
  const sql = connect(options)
  onTestFinished(async () => {
    await sql.end({ timeout: 5 })
    await drop()
  })
  return { sql, options }
}

/** The same for a whole file: whoever asks drops it. */
export async function createDatabase(): Promise<{ options: ConnectionOptions; drop: () => Promise<void> }> {
  const server = inject('database')
  const name = `boxoffice_empty_${randomBytes(6).toString('hex')}`
  const admin = connect({ ...server, connectionsMax: 1 })
  await admin.unsafe(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`)
  return {
    options: { ...server, ...inDatabase(server, name) },
    drop: async () => {
      await admin.unsafe(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}
