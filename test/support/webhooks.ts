import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as events from '@wix/events'
import { AppStrategy, createClient } from '@wix/sdk'
import { pino } from 'pino'
import { afterAll } from 'vitest'
import type { JobKind } from '../../src/queue/model.ts'
import { runJobs } from '../../src/queue/run.ts'
import { ensureCertificate } from '../../src/tls.ts'
import { askDns } from '../../src/webhooks/addresses.ts'
import { allEventTypes } from '../../src/webhooks/wire.ts'
import { createWebhooks } from '../../src/webhooks/work.ts'
import type { TestApp } from './app.ts'
import { must } from './sale.ts'

export const EVERY_TYPE = allEventTypes().map(({ eventType }) => eventType)

export type Arrived = { path: string; body: string; headers: IncomingMessage['headers'] }
/** What a target does with what arrives; the default is 200. */
export type Behaviour = (request: Arrived, response: ServerResponse) => void

/** A program that takes webhooks, over TLS, on this machine: it keeps what arrives, and answers as the test says. */
export async function aTarget() {
  const directory = await mkdtemp(join(tmpdir(), 'boxoffice-target-'))
  const { cert, key, caPath } = await ensureCertificate(directory)
  const arrived: Arrived[] = []
  const behaviours = new Map<string, Behaviour>()
  const server = createServer({ cert, key }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const one = { path, body: Buffer.concat(chunks).toString('utf8'), headers: request.headers }
      arrived.push(one)
      const behave = behaviours.get(path)
      if (behave) behave(one, response)
      else response.end('ok')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
    await rm(directory, { recursive: true, force: true })
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    ca: await readFile(caPath, 'utf8'),
    urlOf: (path: string) => `https://localhost:${port}${path}`,
    /** What came since it was last asked, in its order. */
    taken: (path?: string) => {
      const wanted = arrived.filter(each => path === undefined || each.path === path)
      for (const each of wanted) arrived.splice(arrived.indexOf(each), 1)
      return wanted
    },
    behave: (path: string, behaviour: Behaviour | null) => {
      if (behaviour) behaviours.set(path, behaviour)
      else behaviours.delete(path)
    },
  }
}
export type Target = Awaited<ReturnType<typeof aTarget>>

type Served = Pick<TestApp, 'sql' | 'deps' | 'now' | 'admin'>

/** Tells and delivers, as the worker would, and waits until nothing is due any more. */
export function webhooksOf(
  { sql, deps, now }: Served,
  target: Pick<Target, 'ca'>,
  { resolve = askDns, privateHosts = ['localhost'] }: { resolve?: typeof askDns; privateHosts?: string[] } = {},
) {
  const { keys, publicUrl, serviceFeePercent } = deps
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const reach = { privateHosts, resolve, ca: target.ca }
  const webhooks = createWebhooks({ clock: now, keys, publicUrl, serviceFeePercent, log, reach })
  afterAll(() => webhooks.stop())
  const untilDone = async (kind: JobKind) => {
    let pieces = 0
    for (let more = await runJobs(sql, kind, now()); more > 0; more = await runJobs(sql, kind, now())) pieces += more
    return pieces
  }
  const tell = async () => {
    await webhooks.tell(sql, now())
    await untilDone(webhooks.replayJobs)
    await untilDone(webhooks.guestJobs)
  }
  const deliver = async () => {
    for (let round = 0; round < 50; round += 1) {
      await webhooks.deliver(sql, now())
      await webhooks.settled()
      const due = await sql`
        select from webhook_subscriptions where next_due_at <= ${now()} and paused_at is null and deleted_at is null limit 1`
      if (due.length === 0) return
    }
    throw new Error('deliveries go on without an end')
  }
  return {
    webhooks,
    tell,
    deliver,
    run: async () => {
      await tell()
      await deliver()
    },
  }
}

/** A webhook at `url` for these types, through the API. */
export async function aWebhook(
  { admin }: Pick<TestApp, 'admin'>,
  url: string,
  eventTypes: readonly string[] = EVERY_TYPE,
): Promise<string> {
  const { body } = await must(admin, 'POST', '/boxoffice/v1/webhooks', { webhook: { url, eventTypes } })
  return body.webhook.id
}

export type Handled = {
  eventType: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever the client hands to its handlers
  event: any
}

/** The unmodified client of a program that was given the site's key, with a handler for every event that it knows. */
export async function aReceiver({ admin }: Pick<TestApp, 'admin'>) {
  const { body } = await must(admin, 'GET', '/boxoffice/v1/webhooks/public-key')
  const modules = events as unknown as Record<string, Record<string, unknown>>
  const client = createClient({ modules, auth: AppStrategy({ appId: 'a program', publicKey: body.publicKey }) })
  const handled: Handled[] = []
  for (const namespace of Object.values(client as unknown as Record<string, Record<string, unknown>>))
    for (const [name, subscribe] of Object.entries(namespace ?? {}))
      if (/^on[A-Z]/.test(name) && typeof subscribe === 'function')
        subscribe((event: Handled['event']) => {
          handled.push({ eventType: '', event })
        })
  const { webhooks } = client as unknown as {
    webhooks: {
      process: (body: string) => Promise<{ eventType: string; instanceId: string; payload: Record<string, unknown> }>
      getRegisteredEvents: () => Map<string, unknown>
    }
  }
  return {
    /** The event types that the client has handlers for. */
    known: [...webhooks.getRegisteredEvents().keys()],
    /** What the handlers were given of this body. */
    process: async (jwt: string): Promise<Handled> => {
      const before = handled.length
      const { eventType } = await webhooks.process(jwt)
      const [event] = handled.slice(before)
      if (!event) throw new Error(`no handler was given ${eventType}`)
      return { ...event, eventType }
    },
  }
}

/** What a body says without the client: for the types that it has no handler for. */
export function decoded(jwt: string) {
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const said = JSON.parse(claims.data)
  return { claims, ...said, data: JSON.parse(said.data), identity: JSON.parse(said.identity) }
}
