import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { hasOwner } from './accounts/store.ts'
import { keepHistory } from './activity/histories.ts'
import type { Config } from './config.ts'
import type { Db, Sql, Tx } from './db/connect.ts'
import { makeDataDirectory } from './db/data-directory-lock.ts'
import { inTransaction } from './db/transaction.ts'
import { makeDemo } from './demo.ts'
import { deriveKeys, type Keys } from './identities/keys.ts'
import { linkToken } from './identities/link.ts'
import { findApiKey, findSiteApiKeyId, insertApiKey } from './identities/store.ts'
import { newGuid } from './ids.ts'
import { keepPrivateText, writePrivateText } from './private-file.ts'
import {
  endTestPayments,
  findFirstSiteId,
  findSite,
  getSite,
  insertSite,
  setOrganizerEmail,
  setStripePayments,
} from './sites/store.ts'
import { StartupProblem } from './startup-problem.ts'

export type Installation = {
  siteId: string
  /** The key's text, where it was set or made now; one made earlier is in `api-key.json` of the data directory. */
  apiKey: string | null
  /** Whether this start set the database up. */
  isNew: boolean
  /** Whether the site takes test payments: then anybody may call an order of their own paid. */
  testPayments: boolean
  /** Makes the first owner's account; null once there is an owner. */
  setUpToken: string | null
}

/** The master secret: the setting, else one made once and kept in the data directory, readable by its owner alone. */
export async function readKeys({ secret, dataDir }: Pick<Config, 'secret' | 'dataDir'>): Promise<Keys> {
  if (secret !== null) return deriveKeys(secret)
  await makeDataDirectory(dataDir)
  return deriveKeys(await keepPrivateText(secretPath(dataDir), () => randomBytes(48).toString('base64url')))
}

export function secretPath(dataDir: string): string {
  return join(dataDir, 'secret')
}

/** Where the text of a generated API key is kept: in the database there is only its hash. */
export function apiKeyPath(dataDir: string): string {
  return join(dataDir, 'api-key.json')
}

/**
 * Makes sure that there is a site and a key to it; on a new database that the demo event is there too, if wanted. Many
 * processes may start at once: one sets up.
 * @throws StartupProblem when the database belongs to another secret
 */
export async function setUp(sql: Sql, config: Config, keys: Keys, now: Date): Promise<Installation> {
  const generated = `bx_${randomBytes(32).toString('base64url')}`
  return inTransaction(sql, async tx => {
    await tx`set local lock_timeout = '60s'`
    await tx`select pg_advisory_xact_lock(${ADVISORY_LOCK})`
    const isNew = await claim(tx, keys, now)
    await keepHistory(tx)
    const siteId = config.siteId ?? (await findFirstSiteId(tx)) ?? newGuid()
    if (!(await findSite(tx, siteId))) {
      const site = { siteId, name: 'Boxoffice', locale: 'en-US', currency: 'EUR', timeZone: 'UTC' }
      await insertSite(tx, { ...site, testPayments: config.demo }, now)
    }
    if (!config.demo) await endTestPayments(tx, siteId)
    await setStripePayments(tx, config.stripe !== null)
    await setOrganizerEmail(tx, siteId, config.organizerEmail)
    const { testPayments } = await getSite(tx, siteId)
    const apiKey = config.apiKey ?? ((await findSiteApiKeyId(tx, siteId)) ? null : generated)
    if (apiKey !== null) await ensureApiKey(tx, { siteId, apiKey, now })
    if (isNew && config.demo) await makeDemo(tx, siteId, now)
    // Before the commit: a key whose text got lost could not be had again.
    if (apiKey === generated) {
      await makeDataDirectory(config.dataDir)
      await writePrivateText(apiKeyPath(config.dataDir), JSON.stringify({ siteId, apiKey }))
    }
    const setUpToken = (await hasOwner(tx, siteId))
      ? null
      : linkToken({ purpose: 'setUp', siteId, number: 'owner' }, keys)
    return { siteId, apiKey, isNew, testPayments, setUpToken }
  })
}

const ADVISORY_LOCK = 7_265_902

/**
 * For a process that sets nothing up, but hands out links.
 * @throws StartupProblem when nobody has set the database up yet, or with another secret
 */
export async function requireSetUp(db: Db, { fingerprint }: Keys): Promise<void> {
  const [row] = await db<{ secretFingerprint: string }[]>`select secret_fingerprint from installation`
  if (!row) throw new StartupProblem('This database is not set up yet. Start `boxoffice serve` on it first.')
  if (row.secretFingerprint !== fingerprint) throw otherSecret()
}

/** True when the database was empty until now. */
async function claim(tx: Tx, { fingerprint }: Keys, now: Date): Promise<boolean> {
  const [row] = await tx<{ secretFingerprint: string }[]>`select secret_fingerprint from installation`
  if (!row) {
    await tx`insert into installation (secret_fingerprint, created_at) values (${fingerprint}, ${now})`
    return true
  }
  if (row.secretFingerprint !== fingerprint) throw otherSecret()
  return false
}

function otherSecret(): StartupProblem {
  return new StartupProblem(
    'This database was set up with another secret: with this one, tickets and links that were sent out would no ' +
      'longer be valid. Set BOXOFFICE_SECRET to the first one, or put its file "secret" back into the data directory.',
  )
}

async function ensureApiKey(tx: Tx, { siteId, apiKey, now }: { siteId: string; apiKey: string; now: Date }) {
  const known = await findApiKey(tx, apiKey)
  if (!known) return insertApiKey(tx, { siteId, apiKeyId: newGuid(), apiKey, name: 'First key', now })
  if (known.siteId !== siteId)
    throw new StartupProblem('BOXOFFICE_API_KEY belongs to another site of this database than BOXOFFICE_SITE_ID.')
}
