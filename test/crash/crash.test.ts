import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, inject, test } from 'vitest'
import { connect, type Sql } from '../../src/db/connect.ts'
import { findEmbeddedDatabase } from '../../src/db/embedded.ts'
import { newGuid } from '../../src/ids.ts'
import { verify } from '../../src/verify.ts'
import type { Caller } from '../support/app.ts'
import { createDatabase } from '../support/empty-database.ts'
import { aDefinition, aSale, checkOut, FREE, reserveTickets } from '../support/sale.ts'

// A real server that is selling is killed, and its database too. Whatever was answered must then be there, whole.

const isEmbedded = inject('database').url === undefined
const directory = await mkdtemp(join(tmpdir(), 'boxoffice-crash-'))
await chmod(directory, 0o711) // as root another account runs the database, and must be able to pass
const external = isEmbedded ? null : await createDatabase()
const dataDir = join(directory, 'data')
const siteId = newGuid()
const apiKey = `key-${newGuid()}`

let running: ChildProcess | null = null
afterAll(async () => {
  if (running) await stop(running, 'SIGTERM')
  await external?.drop()
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('kill -9 of the server while it sells: what was answered is there, whole, and selling goes on', async () => {
  const server = await startServer()
  const sale = await aSaleOf(server)
  const sold = await sellUntilDeath(server, sale, async () => stop(server.process, 'SIGKILL'))
  await expectAllThere(await startServer(), sale, sold)
}, 40_000)

test.runIf(isEmbedded)(
  'kill -9 of the database while the server sells: the same',
  async () => {
    const server = await startServer()
    const sale = await aSaleOf(server)
    const sold = await sellUntilDeath(server, sale, async () => {
      const ended = once(server.process, 'exit')
      await killDatabase()
      expect(await ended).toEqual([1, null]) // a server without its database says so and ends
    })
    await expectAllThere(await startServer(), sale, sold)
  },
  40_000,
)

test.runIf(isEmbedded)(
  'kill -9 of both at once, as when the power fails: the same',
  async () => {
    const server = await startServer()
    const sale = await aSaleOf(server)
    const sold = await sellUntilDeath(server, sale, async () => {
      await Promise.all([killDatabase(), stop(server.process, 'SIGKILL')])
    })
    await expectAllThere(await startServer(), sale, sold)
  },
  40_000,
)

type Server = { process: ChildProcess; admin: Caller }
type Sale = { eventId: string; free: string; paid: string }
/** What was answered with 200, and so must not get lost. */
type Sold = { reservationId: string; quantity: number; order: { orderNumber: string; status: string } | null }

/** The server that runs, or a new one on what the last one left behind. */
async function startServer(): Promise<Server> {
  if (running) await stop(running, 'SIGTERM')
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, 'serve'], {
    env: {
      PATH: '/usr/bin:/bin',
      DATA_DIR: dataDir,
      PORT: '0',
      HTTPS_PORT: '0',
      LOG_LEVEL: 'silent',
      BOXOFFICE_SITE_ID: siteId,
      BOXOFFICE_API_KEY: apiKey,
      BOXOFFICE_SECRET: 'a-secret-of-the-crash-tests-long-enough-to-be-one',
      ...(external && { DATABASE_URL: external.options.url ?? '' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running = child
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    const listen = (data: Buffer) => {
      said += data
      const [, found] = /API\s+(http:\S+)/.exec(said) ?? []
      if (found) resolve(found)
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', () => reject(new Error(`the server ended: ${said}`)))
  })
  return { process: child, admin: callerAt(url) }
}

function callerAt(url: string): Caller {
  return async (method, path, body, headers = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: apiKey, 'wix-site-id': siteId, 'content-type': 'application/json', ...headers },
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

async function killDatabase(): Promise<void> {
  const sql = await openDatabase()
  const [row] = await sql<{ pid: number }[]>`
    select (string_to_array(pg_read_file('postmaster.pid'), e'\n'))[1]::integer as pid`
  await sql.end({ timeout: 1 })
  process.kill(row?.pid ?? 0, 'SIGKILL')
}

async function openDatabase(): Promise<Sql> {
  const found = external?.options ?? (await findEmbeddedDatabase(dataDir))
  if (!found) throw new Error('no database runs')
  return connect({ ...found, connectionsMax: 2 })
}

async function aSaleOf(server: Server): Promise<Sale> {
  const { eventId, definitionId } = await aSale(server, { definition: { ...FREE, initialLimit: 20_000 } })
  return { eventId, free: definitionId, paid: (await aDefinition(server, eventId, { initialLimit: 20_000 })).id }
}

/** Sells from many sides at once, kills in the middle of it, and gives back what had been answered until then. */
async function sellUntilDeath(server: Server, sale: Sale, kill: () => Promise<void>): Promise<Sold[]> {
  const sold: Sold[] = []
  const sellers = Array.from({ length: SELLERS }, (_, index) => sellOn(server, sale, { sold, index }))
  const deadline = Date.now() + 8_000
  while (sold.length < SALES_MIN && Date.now() < deadline) await delay(5)
  await kill()
  const faults = (await Promise.all(sellers)).filter(status => status !== null)
  expect(sold.length).toBeGreaterThanOrEqual(SALES_MIN)
  for (const status of faults) expect([500, 503]).toContain(status) // the database went before the server did
  return sold
}

const SELLERS = 16
const SALES_MIN = 200

/** Reserves, and checks every second one out, until nobody answers. The status of the answer that ended it, if any. */
async function sellOn({ admin }: Server, sale: Sale, { sold, index }: { sold: Sold[]; index: number }) {
  for (let round = 0; ; round += 1) {
    const quantity = 1 + ((index + round) % 3)
    const definitionId = round % 3 === 0 ? sale.paid : sale.free
    const held = await reserveTickets(admin, definitionId, quantity).catch(() => null)
    if (held?.status !== 200) return held?.status ?? null
    const reservationId: string = held.body.ticketReservation.id
    const entry: Sold = { reservationId, quantity, order: null }
    sold.push(entry)
    if (round % 2 === 0) continue
    const bought = await checkOut(admin, { eventId: sale.eventId, reservationId }).catch(() => null)
    if (bought?.status !== 200) return bought?.status ?? null
    entry.order = bought.body.order
  }
}

async function expectAllThere({ admin }: Server, sale: Sale, sold: readonly Sold[]): Promise<void> {
  const sql = await openDatabase()
  try {
    expect((await verify(sql)).breaches).toEqual([])
    const stored = await sql<{ ticketReservationId: string; status: string; quantity: number; orderNumber: string }[]>`
      select reservations.ticket_reservation_id, reservations.status, reservations.order_number, lines.quantity
        from ticket_reservations as reservations
        join ticket_reservation_lines as lines using (site_id, ticket_reservation_id)
       where reservations.event_id = ${sale.eventId}`
    const reservations = new Map(stored.map(row => [row.ticketReservationId, row]))
    const orders = await sql<{ orderNumber: string; status: string; tickets: number }[]>`
      select order_number, orders.status, count(tickets.ticket_number) as tickets
        from orders
        left join tickets using (site_id, order_number)
       where orders.event_id = ${sale.eventId}
       group by order_number, orders.status`
    const ordersByNumber = new Map(orders.map(row => [row.orderNumber, row]))
    for (const { reservationId, quantity, order } of sold) {
      const reservation = reservations.get(reservationId)
      expect(reservation).toMatchObject({ quantity })
      if (!order) continue
      const tickets = order.status === 'FREE' ? quantity : 0
      expect(reservation).toMatchObject({
        status: tickets > 0 ? 'CONFIRMED' : 'PENDING',
        orderNumber: order.orderNumber,
      })
      expect(ordersByNumber.get(order.orderNumber)).toMatchObject({ status: order.status, tickets })
    }
    expect(sold.some(({ order }) => order !== null)).toBe(true)
  } finally {
    await sql.end({ timeout: 5 })
  }
  const held = await reserveTickets(admin, sale.free)
  const bought = await checkOut(admin, { eventId: sale.eventId, reservationId: held.body.ticketReservation.id })
  expect(bought.body).toMatchObject({ order: { status: 'FREE', confirmed: true } })
}
