import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, inject } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { connect } from '../../src/db/connect.ts'
import { type RunningServer, startServer } from '../../src/serve.ts'
import { type Place, trust } from '../journeys/clients.ts'

/** A whole server in this process, over TLS, on a data directory of its own; stopped and removed after the last test. */
export async function testServer(settings: Record<string, string> = {}): Promise<{
  server: RunningServer
  place: Place
  /** Moves the server's clock forward; it runs on from there. */
  passMinutes: (minutes: number) => void
}> {
  const dataDir = await mkdtemp(join(tmpdir(), 'boxoffice-journey-'))
  const database = await externalDatabase()
  let aheadMilliseconds = 0
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', HTTPS_PORT: '0', ...database.settings, ...settings })
  const server = await startServer({ ...config, httpsPort: 0 }, pino({ level: process.env.TEST_LOG ?? 'silent' }), {
    clock: () => new Date(Date.now() + aheadMilliseconds),
  })
  afterAll(async () => {
    await server.stop()
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { https, siteId, apiKey } = server
  if (!https?.caPath || apiKey === null) throw new Error('a new server listens on TLS and makes a key')
  trust(https.caPath)
  return {
    server,
    place: { apiBaseUrl: https.host, siteId, apiKey },
    passMinutes: minutes => {
      aheadMilliseconds += minutes * 60_000
    },
  }
}

/** A fresh database on the server of DATABASE_URL, if the tests run against one; else the server embeds its own. */
async function externalDatabase(): Promise<{ settings: Record<string, string>; drop: () => Promise<void> }> {
  const options = inject('database')
  if (options.url === undefined) return { settings: {}, drop: async () => {} }
  const name = `boxoffice_journey_${randomBytes(6).toString('hex')}`
  const admin = connect({ ...options, connectionsMax: 1 })
  await admin.unsafe(`create database ${name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`)
  const url = new URL(options.url)
  url.pathname = `/${name}`
  return {
    settings: { DATABASE_URL: url.href },
    drop: async () => {
      await admin.unsafe(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}
