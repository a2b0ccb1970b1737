import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { type Config, readConfig, type StripeSettings } from './config.ts'
import type { OpenDatabase } from './db/open.ts'
import type { RunningServer } from './serve.ts'
import { StartupProblem } from './startup-problem.ts'
import type { Breach } from './verify.ts'

// Each command loads what it needs: all that a server is made of takes more than a second.

type Command = {
  summary: string
  /** What `--help` says beyond the summary. */
  details?: string
  run: (config: Config, file: string) => Promise<void>
  /** The name of its one argument, if it takes any. */
  argument?: 'FILE'
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { summary: 'Run the server, with its jobs. Ctrl-C stops it.', run: runServe },
  work: { summary: 'Run the jobs alone, beside servers on the same DATABASE_URL. Ctrl-C stops it.', run: runWork },
  migrate: { summary: 'Bring the database schema to this version, and say what was done.', run: runMigrate },
  verify: {
    summary: 'Check every law against the live database; exit 1 and print the rows if one is broken.',
    run: runVerify,
  },
  doctor: { summary: 'Look at this machine, the settings and the database, and say what is wrong.', run: runDoctor },
  backup: {
    summary: 'Write everything to one file; a running server goes on selling.',
    details: `The file holds all data as they are at one moment. It is written whole or not at all, and replaces an older
one of that name. In it are also the secret and the API key that the data directory keeps; one that is set
as BOXOFFICE_SECRET is not, so keep that yourself. Not in it: the TLS certificate.

Whoever has the file can sell, and sees everything: buyers, guests and what they paid. Keep it as you keep
the data directory itself; it is readable by its owner alone (mode 0600).`,
    run: runBackup,
    argument: 'FILE',
  },
  restore: {
    summary: 'Fill an empty database from a backup, all or nothing.',
    details: `Only into a database without our data: a new DATA_DIR, or a DATABASE_URL with an empty database. Backups of
older versions are brought to this one. Checksum, row counts and every law are checked before anything
counts. The secret and the API key of the backup go into the data directory; where the backup has no
secret, set the same BOXOFFICE_SECRET as before. Whoever has the file can sell, and sees everything.`,
    run: runRestore,
    argument: 'FILE',
  },
  demo: { summary: 'Add another demo event with tickets on sale.', run: runDemo },
}

const HELP = `Boxoffice: self-hosted event ticketing, compatible with the Wix Events API.

  boxoffice COMMAND [--help]

${Object.entries(COMMANDS)
  .map(([name, { summary, argument = '' }]) => `  ${`${name} ${argument}`.padEnd(12)} ${summary}`)
  .join('\n')}

Settings are environment variables; README.md lists them.`

await main(process.argv.slice(2))

async function main(args: string[]): Promise<void> {
  try {
    const { values, positionals } = parse(args)
    const [name, file = '', ...others] = positionals
    if (name === undefined) return console.log(HELP)
    const command = COMMANDS[name]
    if (!command) throw new StartupProblem(`There is no command "${name}".\n\n${HELP}`)
    if (values.help) return console.log(helpOf(name, command))
    if (others.length > 0 || (file === '') !== (command.argument === undefined))
      throw new StartupProblem(helpOf(name, command))
    await command.run(readConfig(), file)
  } catch (error) {
    if (!(error instanceof StartupProblem)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

function helpOf(name: string, { summary, details, argument }: Command): string {
  return [`boxoffice ${name}${argument ? ` ${argument}` : ''}`, summary, ...(details ? [details] : [])].join('\n\n')
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } })
  } catch (error) {
    throw new StartupProblem(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
  }
}

async function runServe(config: Config): Promise<void> {
  const { createLog } = await import('./log.ts')
  const { startServer } = await import('./serve.ts')
  const log = createLog(config.logLevel)
  const stopped = stopRequested()
  let databaseDied = false
  const server = await startServer(config, log, {
    onDatabaseExit: reason => {
      databaseDied = true
      log.error({ reason }, 'the database ended')
      stopped.request()
    },
  })
  console.log(welcome(server, config))
  await stopped.promise
  await server.stop()
  if (databaseDied) process.exitCode = 1
}

function welcome(server: RunningServer, config: Config): string {
  const { https, siteId, apiKey, setUpToken } = server
  const publicUrl = config.publicUrl ?? server.httpUrl
  return `
Boxoffice is ready to sell.   Database: ${server.database}

  Storefront ${publicUrl}/
  API        ${server.httpUrl}${https ? `   ${https.url}` : ''}
  Docs       ${server.httpUrl}/docs
  Site id    ${siteId}
  API key    ${apiKey ?? `made at the first start: ${join(relative('.', config.dataDir), 'api-key.json')}`}
${https?.caPath ? `  CA         ${https.caPath}\n` : ''}${
  setUpToken === null
    ? `  Dashboard  ${publicUrl}/dashboard\n`
    : `
Make the first account, once:
  ${publicUrl}/dashboard/set-up?token=${setUpToken}
`
}${
  server.testPayments
    ? `
This is a demo site: with its test payments a buyer can call an order paid. BOXOFFICE_DEMO=0 ends that for good.
`
    : ''
}${config.stripe ? `\n${stripeLine(config.stripe)}\n` : ''}${
  https
    ? `
The official client, here (start node with NODE_EXTRA_CA_CERTS=${https.caPath ?? 'your CA'}):

  const auth = ApiKeyStrategy({ apiKey, siteId: '${siteId}' })
  const host = { apiBaseUrl: '${https.host}' }
  const client = createClient({ auth, host, modules: { wixEventsV2, orders, tickets } })
`
    : ''
}`
}

function stripeLine({ secretKey }: StripeSettings): string {
  return /_live_/.test(secretKey)
    ? 'Guests pay through Stripe, with a live key.'
    : 'Guests pay through Stripe, with a test key: no money moves.'
}

async function runWork(config: Config): Promise<void> {
  if (config.databaseUrl === null)
    throw new StartupProblem('`boxoffice work` is for many processes on one DATABASE_URL; `serve` works by itself.')
  const { keepHistory } = await import('./activity/histories.ts')
  const { requireCurrentSchema } = await import('./db/migrate.ts')
  const { inTransaction } = await import('./db/transaction.ts')
  const { createPress } = await import('./documents/press.ts')
  const { readKeys, requireSetUp } = await import('./installation.ts')
  const { createLog } = await import('./log.ts')
  const { keepHosts } = await import('./sites/hosts.ts')
  const { startJobs } = await import('./worker.ts')
  const log = createLog(config.logLevel)
  const stopped = stopRequested()
  await withDatabase(config, async ({ sql }) => {
    await requireCurrentSchema(sql)
    const keys = await readKeys(config)
    await requireSetUp(sql, keys)
    await inTransaction(sql, keepHistory)
    const publicUrl = config.publicUrl ?? `http://127.0.0.1:${config.port}`
    const hosts = await keepHosts(sql)
    const stopJobs = startJobs(config, { sql, clock: () => new Date(), log, keys, publicUrl, press: createPress() })
    console.log('Working. Ctrl-C stops.')
    await stopped.promise
    await stopJobs()
    await hosts.stop()
  })
}

async function runMigrate(config: Config): Promise<void> {
  const { migrate } = await import('./db/migrate.ts')
  await withDatabase(config, async ({ sql }) => {
    const applied = await migrate(sql)
    console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied:\n  ${applied.join('\n  ')}`)
  })
}

async function runVerify(config: Config): Promise<void> {
  const { requireCurrentSchema } = await import('./db/migrate.ts')
  const { verify } = await import('./verify.ts')
  await requireDatabase(config)
  await withDatabase(config, async ({ sql }) => {
    await requireCurrentSchema(sql)
    const { checked, breaches } = await verify(sql)
    printBreaches(breaches)
    console.log(`${checked} laws checked, ${breaches.length} broken`)
    if (breaches.length > 0) process.exitCode = 1
  })
}

function printBreaches(breaches: readonly Breach[]): void {
  for (const { law, rows, total } of breaches) {
    console.error(`BROKEN ${law}: ${total} rows`)
    for (const row of rows) console.error(`  ${JSON.stringify(row)}`)
  }
}

async function runBackup(config: Config, path: string): Promise<void> {
  const { backUp } = await import('./backup.ts')
  await requireDatabase(config)
  await withDatabase(config, async ({ sql }) => {
    const { tables, rows, bytes, hasSecret, breaches } = await backUp(sql, config, { path, now: new Date() })
    printBreaches(breaches)
    console.log(`${path}: ${rows} rows of ${tables} tables, ${bytes} bytes. Keep it safe: it opens everything.`)
    if (!hasSecret) console.log('BOXOFFICE_SECRET is not in it; without that the backup cannot be used.')
    if (breaches.length > 0) console.log('The laws above were broken already; the backup holds the data as they are.')
  })
}

async function runRestore(config: Config, path: string): Promise<void> {
  const { restore } = await import('./backup.ts')
  await withDatabase(config, async ({ sql }) => {
    const { tables, rows, madeAt, breaches } = await restore(sql, config, path)
    printBreaches(breaches)
    console.log(`Restored ${rows} rows of ${tables} tables, as they were at ${madeAt}.`)
  })
}

async function runDoctor(config: Config): Promise<void> {
  const { examine } = await import('./doctor.ts')
  const findings = await examine(config, new Date())
  for (const { good, text } of findings) console.log(`${good ? 'ok   ' : 'WRONG'} ${text}`)
  if (findings.some(({ good }) => !good)) process.exitCode = 1
}

async function runDemo(config: Config): Promise<void> {
  const { migrate } = await import('./db/migrate.ts')
  const { inTransaction } = await import('./db/transaction.ts')
  const { makeDemo } = await import('./demo.ts')
  const { readKeys, setUp } = await import('./installation.ts')
  await withDatabase(config, async ({ sql }) => {
    await migrate(sql)
    const now = new Date()
    const { siteId, isNew } = await setUp(sql, config, await readKeys(config), now)
    if (!isNew || !config.demo) await inTransaction(sql, tx => makeDemo(tx, siteId, now))
    console.log(`A demo event is on sale on site ${siteId}.`)
  })
}

/** What only looks must not make a database where DATA_DIR is mistaken. */
async function requireDatabase({ databaseUrl, dataDir }: Config): Promise<void> {
  const { hasEmbeddedDatabase } = await import('./db/embedded.ts')
  if (databaseUrl === null && !(await hasEmbeddedDatabase(dataDir)))
    throw new StartupProblem(`There is no database in ${dataDir}. Set DATA_DIR to where it is.`)
}

async function withDatabase(config: Config, work: (database: OpenDatabase) => Promise<void>): Promise<void> {
  const { openDatabase } = await import('./db/open.ts')
  const database = await openDatabase(config, { use: 'visit' })
  try {
    await work(database)
  } finally {
    await database.close()
  }
}

/** Settles at the first Ctrl-C or SIGTERM; one more after a second ends the process at once. */
function stopRequested(): { promise: Promise<void>; request: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let askedAt: number | null = null
  const onSignal = () => {
    // npm, a launcher and the terminal may each pass on the same Ctrl-C.
    if (askedAt !== null && performance.now() - askedAt < 1000) return
    if (askedAt !== null) process.exit(1)
    askedAt = performance.now()
    console.log('Stopping …')
    resolve()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  return { promise, request: resolve }
}
