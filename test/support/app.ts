import { pino } from 'pino'
import { afterAll } from 'vitest'
import { keepHistory } from '../../src/activity/histories.ts'
import { createApp } from '../../src/app.ts'
import type { ConnectionOptions, Sql } from '../../src/db/connect.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { App, Deps } from '../../src/http/app.ts'
import { deriveKeys } from '../../src/identities/keys.ts'
import { insertApiKey } from '../../src/identities/store.ts'
import { newGuid } from '../../src/ids.ts'
import { insertSite } from '../../src/sites/store.ts'
import { testDatabase } from './database.ts'
import { verifyAfterEach } from './laws.ts'

export type Answer = {
  status: number
  // Answers are judged member by member in the tests that read them.
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever JSON came back
  body: any
  headers: Record<string, string | string[] | number | undefined>
}
export type Caller = (method: Method, url: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

type Settings = Partial<Deps> & { lawless?: boolean }

export type TestApp = {
  app: App
  sql: Sql
  /** Where its database is, for others who connect to it. */
  options: ConnectionOptions
  deps: Deps
  siteId: string
  apiKey: string
  /** A caller with the site's API key. */
  admin: Caller
  /** A caller with a new visitor's token. */
  visitor: () => Promise<Caller>
  /** A caller without any credential. */
  anonymous: Caller
  /** A caller with these headers. */
  callerOf: (credentials: Record<string, string>) => Caller
  /** Has something closed before it, after the last test. */
  alsoClose: (close: () => Promise<void>) => void
  /** Another site on the same database, and a caller with its API key. */
  otherSite: () => Promise<{ siteId: string; apiKey: string; admin: Caller }>
  /** Moves the clock; it stands still otherwise. */
  setNow: (now: Date | string) => void
  now: () => Date
}

/**
 * The whole app on a database of its own, with one site; every law is verified after each test. Call it at the top of a
 * test file.
 * @param settings `lawless`: the file writes rows that no verb made, to look at what is read from them
 */
export async function testApp({ lawless = false, ...settings }: Settings = {}): Promise<TestApp> {
  const { sql, options } = await testDatabase()
  if (!lawless) verifyAfterEach(sql)
  await inTransaction(sql, keepHistory)
  let now = new Date('2030-05-01T12:00:00.000Z')
  const deps: Deps = {
    sql,
    keys: deriveKeys('a secret of the tests, long enough to be one'),
    clock: () => now,
    publicUrl: 'http://127.0.0.1:8080',
    serviceFeePercent: '0',
    callbackHosts: ['localhost', '127.0.0.1', '[::1]'],
    wallet: { apple: null, google: null },
    webhookPrivateHosts: [],
    liveListenersMax: 100,
    liveListenersPerAddressMax: 100,
    stripe: null,
    ...settings,
  }
  const app = await createApp(deps, pino({ level: process.env.TEST_LOG ?? 'silent' }))
  await app.ready()
  // Tests start processes too, and in a test no hook can be added any more.
  const others: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const close of others) await close()
    await app.close()
  })

  const caller = callerOf(app)
  let sites = 0
  const newSite = async () => {
    const siteId = newGuid()
    const apiKey = `key-${newGuid()}`
    await inTransaction(sql, async tx => {
      const site = { siteId, name: 'Test', locale: 'en-US', currency: 'EUR', timeZone: 'Europe/Berlin' }
      // The first one is the first of the installation.
      await insertSite(tx, { ...site, testPayments: true }, new Date(now.getTime() + sites++))
      await insertApiKey(tx, { siteId, apiKeyId: newGuid(), apiKey, name: 'tests', now })
    })
    return { siteId, apiKey, admin: caller({ authorization: apiKey, 'wix-site-id': siteId }) }
  }

  const { siteId, apiKey, admin } = await newSite()
  const anonymous = caller({})
  return {
    app,
    sql,
    options,
    deps,
    siteId,
    apiKey,
    admin,
    anonymous,
    alsoClose: close => others.push(close),
    callerOf: caller,
    visitor: async () => {
      const { body } = await anonymous('POST', '/oauth2/token', { clientId: siteId, grantType: 'anonymous' })
      return caller({ authorization: body.access_token })
    },
    otherSite: newSite,
    setNow: value => {
      now = new Date(value)
    },
    now: () => now,
  }
}

/** Callers of an app, by the credentials that they send. */
export function callerOf(app: App): (credentials: Record<string, string>) => Caller {
  return credentials =>
    async (method, url, body, headers = {}) => {
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
      const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      const answer = await app.inject({ method, url, ...payload, headers: { ...credentials, ...type, ...headers } })
      const json = answer.headers['content-type']?.toString().includes('json') ? answer.json() : answer.body
      return { status: answer.statusCode, body: json, headers: answer.headers }
    }
}
