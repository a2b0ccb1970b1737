import { readFile } from 'node:fs/promises'
import { createServer as createHttpsServer, type Server } from 'node:https'
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Sql } from './db/connect.ts'
import { makeDataDirectory } from './db/data-directory-lock.ts'
import { migrate } from './db/migrate.ts'
import { openDatabase } from './db/open.ts'
import { createPress } from './documents/press.ts'
import type { App } from './http/app.ts'
import { type Installation, readKeys, setUp } from './installation.ts'
import { errorCode, fileProblem, StartupProblem } from './startup-problem.ts'
import type { Clock } from './time.ts'
import { ensureCertificate } from './tls.ts'
import { readWallet } from './wallet/keys.ts'
import { startJobs } from './worker.ts'

export type RunningServer = Installation & {
  httpUrl: string
  /** null when the TLS listener is off. */
  https: { url: string; host: string; caPath: string | null } | null
  database: string
  sql: Sql
  migrations: string[]
  stop: () => Promise<void>
}

/**
 * Starts everything: database, schema, site, HTTP, TLS, jobs. What was started is stopped again when a later step fails.
 * @param options.onDatabaseExit called when the embedded database dies while it should run
 * @param options.clock what it takes for now; tests move it
 * @throws StartupProblem
 */
export async function startServer(
  config: Config,
  log: FastifyBaseLogger,
  {
    onDatabaseExit = () => {},
    clock = () => new Date(),
  }: { onDatabaseExit?: (reason: string) => void; clock?: Clock } = {},
): Promise<RunningServer> {
  const stops: (() => Promise<void>)[] = []
  // All of them, whatever happens: a step that fails must not leave the database running.
  const stop = async () => {
    const failures: unknown[] = []
    for (const each of stops.splice(0).reverse()) await each().catch(error => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'the server did not stop cleanly')
  }
  try {
    const wallet = await readWallet(config, clock())
    await makeDataDirectory(config.dataDir)
    const database = await openDatabase(config, { use: 'own', onExit: onDatabaseExit })
    stops.push(database.close)
    const { sql } = database
    const migrations = await migrate(sql)
    const keys = await readKeys(config)
    const installation = await setUp(sql, config, keys, clock())

    const port = config.port === 0 ? await freePort(config) : config.port
    const publicUrl = config.publicUrl ?? `http://127.0.0.1:${port}`
    const { serviceFeePercent, callbackHosts, webhookPrivateHosts, stripe } = config
    const { liveListenersMax, liveListenersPerAddressMax } = config
    const live = { liveListenersMax, liveListenersPerAddressMax }
    const settings = { serviceFeePercent, callbackHosts, webhookPrivateHosts, ...live, stripe, wallet }
    // One for both: two would keep the same fonts twice.
    const press = createPress()
    const app = await createApp({ sql, keys, clock, publicUrl, ...settings }, log, press)
    stops.push(() => closeApp(app))
    const httpUrl = await listen(app, { host: config.host, port })
    const https = config.httpsPort === null ? null : await listenTls(app, config, config.httpsPort, stops)
    // What never ends by itself would hold up the listeners of both ports.
    stops.push(app.endStreams)
    stops.push(startJobs(config, { sql, clock, log, keys, publicUrl, press }))
    return { ...installation, sql, httpUrl, https, database: database.description, migrations, stop }
  } catch (error) {
    await stop().catch(failure => log.error({ err: failure }, 'not stopped cleanly'))
    throw error
  }
}

async function listen(app: App, { host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw portProblem(error, { host, port, setting: 'PORT' }) ?? error
  }
  return `http://${addressOf(app.server)}`
}

/** Links are made of the public address, so the port is needed before anything listens on it. */
async function freePort({ host }: Pick<Config, 'host'>): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', error => reject(portProblem(error, { host, port: 0, setting: 'PORT' }) ?? error))
    probe.listen(0, host, resolve)
  })
  const { port } = probe.address() as AddressInfo // listening on a port, so it has one
  await new Promise(resolve => probe.close(resolve))
  return port
}

async function listenTls(app: App, config: Config, port: number, stops: (() => Promise<void>)[]) {
  const { host, tls } = config
  const { cert, key, caPath } = tls
    ? { ...(await readCertificate(tls)), caPath: null }
    : await ensureCertificate(config.dataDir)
  const server = createTlsServer({ cert, key }, app)
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(portProblem(error, { host, port, setting: 'HTTPS_PORT' }) ?? error))
    server.listen(port, host, resolve)
  })
  stops.push(() => closeServer(server))
  const address = addressOf(server)
  return { url: `https://${address}`, host: address, caPath }
}

async function readCertificate({ certPath, keyPath }: { certPath: string; keyPath: string }) {
  const read = (path: string) =>
    readFile(path, 'utf8').catch((error: unknown) => {
      throw fileProblem(error, path) ?? error
    })
  return { cert: await read(certPath), key: await read(keyPath) }
}

function createTlsServer({ cert, key }: { cert: string; key: string }, app: App): Server {
  const { requestTimeout, keepAliveTimeout } = app.server
  const options = { cert, key, requestTimeout, keepAliveTimeout }
  try {
    return createHttpsServer(options, (request, response) => app.routing(request, response))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartupProblem(`TLS_CERT and TLS_KEY cannot be used: ${reason}`, { cause: error })
  }
}

/** What is being answered may finish; who does not let us go is cut off. */
async function closeApp(app: App): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MILLISECONDS)
  await app.close().finally(() => clearTimeout(cut))
}

async function closeServer(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), GRACE_MILLISECONDS)
  await new Promise<void>(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
  }).finally(() => clearTimeout(cut))
}

const GRACE_MILLISECONDS = 10_000

/** Where a listening server can be called; a wildcard address is none to call. */
function addressOf(server: NetServer): string {
  const { address, port } = server.address() as AddressInfo // listening on a port, so it has one
  if (address === '0.0.0.0' || address === '::') return `127.0.0.1:${port}`
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

function portProblem(
  error: unknown,
  { host, port, setting }: { host: string; port: number; setting: string },
): StartupProblem | null {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new StartupProblem(`Port ${port} is taken by another program. Stop that one, or set ${setting}.`)
    case 'EACCES':
      return new StartupProblem(`Port ${port} needs more rights than we have. Set ${setting} to one above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartupProblem(`This machine has no address ${host}. Set HOST to one that it has.`)
    default:
      return null
  }
}
