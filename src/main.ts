import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { type Config, readConfig } from './config.ts'
import { migrate } from './db/migrate.ts'
import { type OpenDatabase, openDatabase } from './db/open.ts'
import { inTransaction } from './db/transaction.ts'
import { makeDemo } from './demo.ts'
import { examine } from './doctor.ts'
import { readKeys, setUp } from './installation.ts'
import { type RunningServer, startServer } from './serve.ts'
import { StartupProblem } from './startup-problem.ts'
import { verify } from './verify.ts'
import { startWorker } from './worker.ts'

type Command = { summary: string; run: (config: Config) => Promise<void> }

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { summary: 'Run the server, with its jobs. Ctrl-C stops it.', run: runServe },
  work: { summary: 'Run the jobs alone, beside servers on the same DATABASE_URL. Ctrl-C stops it.', run: runWork },
  migrate: { summary: 'Bring the database schema to this version, and say what was done.', run: runMigrate },
  verify: {
    summary: 'Check every law against the live database; exit 1 and print the rows if one is broken.',
    run: runVerify,
  },
  doctor: { summary: 'Look at this machine, the settings and the database, and say what is wrong.', run: runDoctor },
  demo: { summary: 'Add another demo event with tickets on sale.', run: runDemo },
}

const HELP = `Boxoffice: self-hosted event ticketing, compatible with the Wix Events API.

  boxoffice COMMAND [--help]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`)
  .join('\n')}

Settings are environment variables; README.md lists them.`

await main(process.argv.slice(2))

async function main(args: string[]): Promise<void> {
  try {
    const { values, positionals } = parse(args)
    const [name] = positionals
    const command = name === undefined ? undefined : COMMANDS[name]
    if (name !== undefined && !command) throw new StartupProblem(`There is no command "${name}".\n\n${HELP}`)
    if (!command || values.help) console.log(command && name ? `boxoffice ${name}\n\n${command.summary}` : HELP)
    else await command.run(readConfig())
  } catch (error) {
    if (!(error instanceof StartupProblem)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } })
  } catch (error) {
    throw new StartupProblem(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`)
  }
}

async function runServe(config: Config): Promise<void> {
  const log = pino({ level: config.logLevel })
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
  const { https, siteId, apiKey } = server
  return `
Boxoffice is ready to sell.   Database: ${server.database}

  API        ${server.httpUrl}${https ? `   ${https.url}` : ''}
  Docs       ${server.httpUrl}/docs
  Site id    ${siteId}
  API key    ${apiKey ?? `made at the first start: ${join(relative('.', config.dataDir), 'api-key.json')}`}
${https?.caPath ? `  CA         ${https.caPath}\n` : ''}${
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

async function runWork(config: Config): Promise<void> {
  if (config.databaseUrl === null)
    throw new StartupProblem('`boxoffice work` is for many processes on one DATABASE_URL; `serve` works by itself.')
  const log = pino({ level: config.logLevel })
  const stopped = stopRequested()
  await withDatabase(config, async ({ sql }) => {
    const worker = startWorker({ sql, clock: () => new Date(), log })
    console.log('Working. Ctrl-C stops.')
    await stopped.promise
    await worker.stop()
  })
}

async function runMigrate(config: Config): Promise<void> {
  await withDatabase(config, async ({ sql }) => {
    const applied = await migrate(sql)
    console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied:\n  ${applied.join('\n  ')}`)
  })
}

async function runVerify(config: Config): Promise<void> {
  await withDatabase(config, async ({ sql }) => {
    const { checked, breaches } = await verify(sql)
    for (const { law, rows, total } of breaches) {
      console.error(`BROKEN ${law}: ${total} rows`)
      for (const row of rows) console.error(`  ${JSON.stringify(row)}`)
    }
    console.log(`${checked} laws checked, ${breaches.length} broken`)
    if (breaches.length > 0) process.exitCode = 1
  })
}

async function runDoctor(config: Config): Promise<void> {
  const findings = await examine(config)
  for (const { good, text } of findings) console.log(`${good ? 'ok   ' : 'WRONG'} ${text}`)
  if (findings.some(({ good }) => !good)) process.exitCode = 1
}

async function runDemo(config: Config): Promise<void> {
  await withDatabase(config, async ({ sql }) => {
    await migrate(sql)
    const now = new Date()
    const { siteId, isNew } = await setUp(sql, config, await readKeys(config), now)
    if (!isNew || !config.demo) await inTransaction(sql, tx => makeDemo(tx, siteId, now))
    console.log(`A demo event is on sale on site ${siteId}.`)
  })
}

async function withDatabase(config: Config, work: (database: OpenDatabase) => Promise<void>): Promise<void> {
  const database = await openDatabase(config, { use: 'visit' })
  try {
    await work(database)
  } finally {
    await database.close()
  }
}

/** Settles at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
function stopRequested(): { promise: Promise<void>; request: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let asked = false
  const onSignal = () => {
    if (asked) process.exit(1)
    asked = true
    console.log('Stopping …')
    resolve()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return { promise, request: resolve }
}
