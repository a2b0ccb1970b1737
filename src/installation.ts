import { randomBytes } from 'node:crypto'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Sql, Tx } from './db/connect.ts'
import { inTransaction } from './db/transaction.ts'
import { makeDemo } from './demo.ts'
import { deriveKeys, type Keys } from './identities/keys.ts'
import { findApiKey, findSiteApiKeyId, insertApiKey } from './identities/store.ts'
import { newGuid } from './ids.ts'
import { findFirstSiteId, findSite, insertSite } from './sites/store.ts'
import { errorCode, fileProblem, StartupProblem } from './startup-problem.ts'

export type Installation = {
  siteId: string
  /** The key's text, where it was set or made now; one made earlier is in `api-key.json` of the data directory. */
  apiKey: string | null
  /** Whether this start set the database up. */
  isNew: boolean
}

/** The master secret: the setting, else one made once and kept in the data directory, readable by its owner alone. */
export async function readKeys({ secret, dataDir }: Pick<Config, 'secret' | 'dataDir'>): Promise<Keys> {
  return deriveKeys(secret ?? (await keptText(join(dataDir, 'secret'), () => randomBytes(48).toString('base64url'))))
}

/**
 * Makes sure that there is a site and a key to it; on a new database that the demo event is there too, if wanted. Many
 * processes may start at once: one sets up.
 * @throws StartupProblem when the database belongs to another secret
 */
export async function setUp(sql: Sql, config: Config, keys: Keys, now: Date): Promise<Installation> {
  const generated = `bx_${randomBytes(32).toString('base64url')}`
  const path = join(config.dataDir, 'api-key.json')
  const installation = await inTransaction(sql, async tx => {
    await tx`select pg_advisory_xact_lock(${ADVISORY_LOCK})`
    const isNew = await claim(tx, keys, now)
    const siteId = config.siteId ?? (await findFirstSiteId(tx)) ?? newGuid()
    if (!(await findSite(tx, siteId))) {
      const site = { siteId, name: 'Boxoffice', locale: 'en-US', currency: 'EUR', timeZone: 'UTC' }
      await insertSite(tx, { ...site, testPayments: config.demo }, now)
    }
    const apiKey = config.apiKey ?? ((await findSiteApiKeyId(tx, siteId)) ? null : generated)
    if (apiKey !== null) await ensureApiKey(tx, { siteId, apiKey, now })
    if (isNew && config.demo) await makeDemo(tx, siteId, now)
    return { siteId, apiKey, isNew }
  })
  // Only its hash is in the database; whoever runs the server finds the text here.
  if (installation.apiKey === generated)
    await keepText(path, JSON.stringify({ siteId: installation.siteId, apiKey: generated }))
  return installation
}

const ADVISORY_LOCK = 7_265_902

/** True when the database was empty until now. */
async function claim(tx: Tx, { fingerprint }: Keys, now: Date): Promise<boolean> {
  const [row] = await tx<{ secretFingerprint: string }[]>`select secret_fingerprint from installation`
  if (!row) {
    await tx`insert into installation (secret_fingerprint, created_at) values (${fingerprint}, ${now})`
    return true
  }
  if (row.secretFingerprint !== fingerprint)
    throw new StartupProblem(
      'This database was set up with another secret: with this one, tickets and links that were sent out would no ' +
        'longer be valid. Set BOXOFFICE_SECRET to the first one, or put its file "secret" back into the data directory.',
    )
  return false
}

async function ensureApiKey(tx: Tx, { siteId, apiKey, now }: { siteId: string; apiKey: string; now: Date }) {
  const known = await findApiKey(tx, apiKey)
  if (!known) return insertApiKey(tx, { siteId, apiKeyId: newGuid(), apiKey, name: 'First key', now })
  if (known.siteId !== siteId)
    throw new StartupProblem('BOXOFFICE_API_KEY belongs to another site of this database than BOXOFFICE_SITE_ID.')
}

async function keptText(path: string, make: () => string): Promise<string> {
  const kept = await readText(path)
  if (kept) return kept
  const made = make()
  await keepText(path, made)
  return made
}

async function keepText(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, `${text}\n`, { mode: 0o600 })
    await chmod(path, 0o600)
  } catch (error) {
    throw fileProblem(error, path) ?? error
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim() || null
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw fileProblem(error, path) ?? error
  }
}
