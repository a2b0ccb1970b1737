import { pino } from 'pino'
import { createApp } from '../../src/app.ts'
import { connect, type Sql } from '../../src/db/connect.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { App } from '../../src/http/app.ts'
import { insertApiKey } from '../../src/identities/store.ts'
import { ACCESS_SECONDS, signToken } from '../../src/identities/tokens.ts'
import { newGuid } from '../../src/ids.ts'
import type { Clock } from '../../src/time.ts'
import { type Caller, callerOf, type TestApp } from './app.ts'

/** The headers that say who asks; every process of an installation takes them. */
export type Credentials = Record<string, string>
export type Process = {
  sql: Sql
  app: App
  /** A caller of this process, whoever it is. */
  as: (credentials: Credentials) => Caller
}

/**
 * Another process of the same installation: the whole app again, with its own intake and its own connections to the
 * same database, and if need be with a clock of its own.
 * @param wrap what stands between the app and its connections
 */
export async function aProcess(
  { deps, options, alsoClose }: TestApp,
  { clock = deps.clock, wrap = sql => sql }: { clock?: Clock; wrap?: (sql: Sql) => Sql } = {},
): Promise<Process> {
  const connections = connect({ ...options, connectionsMax: 18 })
  const sql = wrap(connections)
  const app = await createApp({ ...deps, sql, clock }, pino({ level: process.env.TEST_LOG ?? 'silent' }))
  await app.ready()
  alsoClose(async () => {
    await app.close()
    await connections.end({ timeout: 5 })
  })
  return { sql, app, as: callerOf(app) }
}

export async function aBuyer({ deps, siteId }: TestApp): Promise<Credentials> {
  const claims = { kind: 'visitor', siteId, visitorId: newGuid() } as const
  return { authorization: await signToken(deps.keys, 'access', claims, deps.clock(), ACCESS_SECONDS) }
}

export async function anOrganizer({ sql, siteId, now }: TestApp): Promise<Credentials> {
  const apiKey = `key-${newGuid()}`
  const key = { siteId, apiKeyId: newGuid(), apiKey, name: 'organizer', now: now() }
  await inTransaction(sql, tx => insertApiKey(tx, key))
  return { authorization: apiKey, 'wix-site-id': siteId }
}
