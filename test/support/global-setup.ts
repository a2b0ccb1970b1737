import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type ConnectionOptions, connect } from '../../src/db/connect.ts'
import { startEmbeddedDatabase } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { ensureBuilt } from '../../src/web/build.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A server with a migrated database `boxoffice_template` to clone. */
    database: ConnectionOptions
  }
}

export const TEMPLATE = 'boxoffice_template'

/** One real PostgreSQL for all test files: the one of DATABASE_URL, else an embedded one in a temporary directory. */
export default async function setup(project: TestProject) {
  await ensureBuilt()
  const { options, stop } = await startServer()
  try {
    await makeTemplate(options)
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('database', options)
  return stop
}

async function makeTemplate(options: ConnectionOptions): Promise<void> {
  const admin = connect({ ...options, connectionsMax: 1 })
  await admin.unsafe(`drop database if exists ${TEMPLATE} with (force)`)
  await admin.unsafe(`create database ${TEMPLATE} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`)
  const template = connect({ ...options, ...inDatabase(options, TEMPLATE), connectionsMax: 1 })
  await migrate(template)
  await template.end()
  await admin.end()
}

async function startServer(): Promise<{ options: ConnectionOptions; stop: () => Promise<void> }> {
  const url = process.env.DATABASE_URL
  if (url) return { options: { url }, stop: async () => {} }
  const dataDir = await mkdtemp(join(tmpdir(), 'boxoffice-test-'))
  const database = await startEmbeddedDatabase({ dataDir })
  await waitForNoDisk(database.connection)
  return {
    options: database.connection,
    stop: async () => {
      await database.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Nobody pulls the plug of this one: what must outlive a crash is proved on databases of servers that are killed. */
async function waitForNoDisk(options: ConnectionOptions): Promise<void> {
  const admin = connect({ ...options, connectionsMax: 1 })
  // Commits themselves stay synchronous: what is not known to be flushed, no vacuum marks as visible to all, and plans differ.
  await admin.unsafe('alter system set fsync = off')
  await admin.unsafe('alter system set full_page_writes = off')
  await admin.unsafe('select pg_reload_conf()')
  await admin.end()
}

/** The options that point at another database of the same server. */
export function inDatabase(options: ConnectionOptions, database: string): ConnectionOptions {
  if (options.url === undefined) return { ...options, database }
  const url = new URL(options.url)
  url.pathname = `/${database}`
  return { url: url.href }
}
