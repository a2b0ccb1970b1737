import { readFile } from 'node:fs/promises'
import { createServer as createHttpsServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Sql } from './db/connect.ts'
import { makeDataDirectory } from './db/data-directory-lock.ts'
import { migrate } from './db/migrate.ts'
import { openDatabase } from './db/open.ts'
import type { App } from './http/app.ts'
import { type Installation, readKeys, setUp } from './installation.ts'
import { errorCode, fileProblem, StartupProblem } from './startup-problem.ts'
import type { Clock } from './time.ts'
import { ensureCertificate } from './tls.ts'
import { startWorker } from './worker.ts'

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
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each()
  }
  try {
    await makeDataDirectory(config.dataDir)
    const database = await openDatabase(config, { use: 'own', onExit: onDatabaseExit })
    stops.push(database.close)
    const { sql } = database
    const migrations = await migrate(sql)
    const keys = await readKeys(config)
    const installation = await setUp(sql, config, keys, clock())

    const publicUrl = config.publicUrl ?? `http://127.0.0.1:${config.port}`
    const app = await createApp({ sql, keys, clock, publicUrl, serviceFeePercent: config.serviceFeePercent }, log)
    stops.push(() => app.close())
    const httpUrl = await listen(app, config)
    const https = config.httpsPort === null ? null : await listenTls(app, config, config.httpsPort, stops)
    const worker = startWorker({ sql, clock, log })
    stops.push(() => worker.stop())
    return { ...installation, sql, httpUrl, https, database: database.description, migrations, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function listen(app: App, { host, port }: Config): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw portProblem(error, { host, port, setting: 'PORT' }) ?? error
  }
  const address = app.server.address() as AddressInfo // listening on a port, so it has one
  return `http://${inUrl(host)}:${address.port}`
}

async function listenTls(app: App, config: Config, port: number, stops: (() => Promise<void>)[]) {
  const { host, tls } = config
  const { cert, key, caPath } = tls
    ? { ...(await readCertificate(tls)), caPath: null }
    : await ensureCertificate(config.dataDir)
  const server = createHttpsServer({ cert, key }, (request, response) => app.routing(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(portProblem(error, { host, port, setting: 'HTTPS_PORT' }) ?? error))
    server.listen(port, host, resolve)
  })
  stops.push(() => closeServer(server))
  const address = `${inUrl(host)}:${(server.address() as AddressInfo).port}`
  return { url: `https://${address}`, host: address, caPath }
}

async function readCertificate({ certPath, keyPath }: { certPath: string; keyPath: string }) {
  const read = (path: string) =>
    readFile(path, 'utf8').catch((error: unknown) => {
      throw fileProblem(error, path) ?? error
    })
  return { cert: await read(certPath), key: await read(keyPath) }
}

function closeServer(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
}

/** A wildcard address is no address to call. */
function inUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
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
      return new StartupProblem(`This machine has no address ${host}. Set HOST to one that it has.`)
    default:
      return null
  }
}
