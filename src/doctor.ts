import { access, constants, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Config } from './config.ts'
import type { Sql } from './db/connect.ts'
import { findLockHolder } from './db/data-directory-lock.ts'
import { hasEmbeddedDatabase } from './db/embedded.ts'
import { requireCurrentSchema } from './db/migrate.ts'
import { openDatabase } from './db/open.ts'
import { countOpenJobs } from './queue/figures.ts'
import { StartupProblem } from './startup-problem.ts'
import { verify } from './verify.ts'
import { readWallet } from './wallet/keys.ts'

export type Finding = { good: boolean; text: string }

/** Looks at everything that a start needs, changes nothing, and says in plain words what is wrong. */
export async function examine(config: Config, now: Date): Promise<Finding[]> {
  const holder = config.databaseUrl === null ? findLockHolder(config.dataDir) : null
  return [
    findNode(),
    ...(await findDisk(config.dataDir)),
    ...(holder === null
      ? await Promise.all([findPort(config, config.port), findPort(config, config.httpsPort)])
      : [good(`Boxoffice is running here (process ${holder})`)]),
    ...findStripe(config),
    ...(await findWallet(config, now)),
    ...(await findDatabase(config)),
  ].filter(finding => finding !== null)
}

const good = (text: string): Finding => ({ good: true, text })
const wrong = (text: string): Finding => ({ good: false, text })

function findNode(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  return major >= 24 ? good(`Node ${process.versions.node}`) : wrong(`Node ${process.versions.node}; 24 is needed`)
}

async function findDisk(dataDir: string): Promise<Finding[]> {
  try {
    await access(dataDir, constants.W_OK)
    const { bavail, bsize } = await statfs(dataDir)
    const freeMegabytes = Math.floor((bavail * bsize) / 1_000_000)
    const text = `${freeMegabytes} MB free for ${dataDir}`
    return [freeMegabytes >= FREE_MEGABYTES_MIN ? good(text) : wrong(`${text}; ${FREE_MEGABYTES_MIN} are needed`)]
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return [
      code === 'ENOENT' ? good(`${dataDir} will be made`) : wrong(`${dataDir} cannot be written: ${String(error)}`),
    ]
  }
}

const FREE_MEGABYTES_MIN = 500

async function findPort({ host }: Config, port: number | null): Promise<Finding | null> {
  if (port === null || port === 0) return null
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', error => resolve(wrong(`port ${port} cannot be used: ${error.message}`)))
    probe.listen(port, host, () => probe.close(() => resolve(good(`port ${port} is free`))))
  })
}

/** Whether money moves, and whether Stripe can reach us to say so. */
function findStripe({ stripe, publicUrl }: Config): Finding[] {
  if (stripe === null) return []
  const isLive = /_live_/.test(stripe.secretKey)
  if (!isLive) return [good('payments through Stripe, with a test key: no money moves')]
  const isPublic = publicUrl?.startsWith('https://') === true
  const live = 'payments through Stripe, with a live key'
  return [isPublic ? good(live) : wrong(`${live}, but PUBLIC_URL is no https address: buyers could not come back`)]
}

/** The certificate lasts a year, and phones take nothing that was signed with it afterwards. */
async function findWallet(config: Config, now: Date): Promise<Finding[]> {
  try {
    const { apple, google } = await readWallet(config, now)
    const findings = google ? [good('links to Google Wallet')] : []
    if (!apple) return findings
    const text = `passes for Apple Wallet until ${apple.expiresAt.toISOString().slice(0, 10)}`
    const daysLeft = (apple.expiresAt.getTime() - now.getTime()) / 86_400_000
    const soon = wrong(`${text}; get a new certificate (APPLE_PASS_CERT)`)
    return [...findings, daysLeft >= CERTIFICATE_DAYS_MIN ? good(text) : soon]
  } catch (error) {
    if (error instanceof StartupProblem) return [wrong(error.message)]
    throw error
  }
}

const CERTIFICATE_DAYS_MIN = 30

/** Work in the background that a person must see to. */
async function findGivenUp(sql: Sql): Promise<Finding[]> {
  const givenUp = (await countOpenJobs(sql)).filter(({ state }) => state === 'FAILED')
  const kinds = givenUp.map(({ kind, count }) => `${count} × ${kind}`).join(', ')
  return givenUp.length === 0 ? [] : [wrong(`jobs that were given up: ${kinds}; GET /boxoffice/v1/jobs says why`)]
}

async function findDatabase(config: Config): Promise<Finding[]> {
  try {
    if (config.databaseUrl === null && !(await hasEmbeddedDatabase(config.dataDir)))
      return [good('embedded PostgreSQL will be made')]
    const { sql, description, close } = await openDatabase(config, { use: 'visit' })
    try {
      await requireCurrentSchema(sql)
      const { checked, breaches } = await verify(sql)
      return [
        good(description),
        breaches.length === 0
          ? good(`${checked} laws hold`)
          : wrong(`broken laws: ${breaches.map(({ law }) => law).join(', ')}; see \`boxoffice verify\``),
        ...(await findGivenUp(sql)),
      ]
    } finally {
      await close()
    }
  } catch (error) {
    if (error instanceof StartupProblem) return [wrong(error.message)]
    throw error
  }
}
