import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ConnectionOptions } from '../../src/db/connect.ts'
import { deriveKeys } from '../../src/identities/keys.ts'
import { ACCESS_SECONDS, signToken } from '../../src/identities/tokens.ts'
import { newGuid } from '../../src/ids.ts'
import type { Caller } from './app.ts'
import type { Credentials } from './processes.ts'

/** What every process of one installation is given. */
export type Installation = {
  settings: Readonly<Record<string, string>>
  siteId: string
  /** May do everything. */
  organizer: Credentials
  /** A new visitor, known to every process. */
  aBuyer: (now?: Date) => Promise<Credentials>
}

/** A new installation: its site, key and secret are in the settings, its data directory and database come with them. */
export function anInstallation(settings: Readonly<Record<string, string>>): Installation {
  const siteId = newGuid()
  const apiKey = `key-${newGuid()}`
  const secret = `a secret of the tests ${newGuid()}`.replaceAll(' ', '-')
  const keys = deriveKeys(secret)
  return {
    siteId,
    organizer: { authorization: apiKey, 'wix-site-id': siteId },
    aBuyer: async (now = new Date()) => {
      const claims = { kind: 'visitor', siteId, visitorId: newGuid() } as const
      return { authorization: await signToken(keys, 'access', claims, now, ACCESS_SECONDS * 1000) }
    },
    settings: {
      PATH: '/usr/bin:/bin',
      PORT: '0',
      HTTPS_PORT: '0',
      LOG_LEVEL: 'error',
      BOXOFFICE_SITE_ID: siteId,
      BOXOFFICE_API_KEY: apiKey,
      BOXOFFICE_SECRET: secret,
      ...settings,
    },
  }
}

/** The settings that lead a process to a database. */
export function leadingTo({ url, host, port, username, password, database }: ConnectionOptions) {
  if (url !== undefined) return { DATABASE_URL: url }
  // An address cannot name the directory of a socket; what it leaves out is looked for here.
  return {
    DATABASE_URL: `postgres:///${database}`,
    ...(host !== undefined && { PGHOST: host }),
    ...(port !== undefined && { PGPORT: String(port) }),
    ...(username !== undefined && { PGUSERNAME: username }),
    ...(password !== undefined && { PGPASSWORD: password }),
  }
}

/** The real program, serving. */
export type Program = {
  process: ChildProcess
  url: string
  /** A caller of this process, whoever it is. */
  as: (credentials: Credentials) => Caller
  /** All that it has said so far. */
  said: () => string
  /** Ends it, if it has not ended; returns when it has. */
  stop: (signal: 'SIGTERM' | 'SIGKILL') => Promise<void>
}

/**
 * Starts the program on an installation, and waits until it serves.
 * @param preloads files of this directory that are loaded into it before anything else
 */
export async function startProgram(
  { settings }: Pick<Installation, 'settings'>,
  preloads: readonly string[] = [],
): Promise<Program> {
  const imports = preloads.flatMap(name => ['--import', new URL(`./${name}`, import.meta.url).href])
  const program = fileURLToPath(new URL('../../bin/boxoffice.js', import.meta.url))
  const child = spawn(process.execPath, [...imports, program, 'serve'], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (data: Buffer) => {
      said += data
      const [, found] = /API\s+(http:\S+)/.exec(said) ?? []
      if (found) resolve(found)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', () => reject(new Error(`the server ended: ${said}`)))
  })
  return { process: child, url, as: callerAt(url), said: () => said, stop: signal => stop(child, signal) }
}

function callerAt(url: string): (credentials: Credentials) => Caller {
  return credentials =>
    async (method, path, body, headers = {}) => {
      const answer = await fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', ...credentials, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: await answer.json(), headers: Object.fromEntries(answer.headers) }
    }
}

async function stop(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}
