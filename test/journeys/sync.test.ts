import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { chanceOf, seedOf } from '../support/torture.ts'
import { organizer } from './clients.ts'

// The program of examples/sync/, as it is, against a real server over TLS: stopped, killed, and always equal in the end.

const { server, place, passMinutes } = await testServer({ BOXOFFICE_DEMO: '0' })
const host = organizer(place)
const directory = await mkdtemp(join(tmpdir(), 'boxoffice-sync-'))
afterAll(() => rm(directory, { recursive: true, force: true }))
const SHOP = join(directory, 'shop.sqlite')
const chance = chanceOf(seedOf('sync'))

/** Definitions by their ids, as they should be in the other shop. */
const there = new Set<string>()
const eventIds: string[] = []

beforeAll(async () => {
  for (let count = 0; count < 4; count += 1) eventIds.push(await anEvent())
  for (let count = 0; count < 300; count += 1) await create(count)
}, 120_000)

async function anEvent(): Promise<string> {
  const event = await host.wixEventsV2.createEvent({
    title: 'A concert',
    dateAndTimeSettings: {
      startDate: new Date(Date.now() + 30 * 86_400_000),
      endDate: new Date(Date.now() + 31 * 86_400_000),
      timeZoneId: 'Europe/Berlin',
    },
    location: { name: 'Hall', type: 'VENUE' },
    registration: { initialType: 'TICKETING' },
  })
  return event._id ?? ''
}

async function create(number: number): Promise<void> {
  const definition = await host.ticketDefinitionsV2.createTicketDefinition({
    eventId: eventIds[number % eventIds.length] ?? '',
    name: `Ticket ${number}`,
    feeType: 'FEE_INCLUDED',
    initialLimit: 50,
    pricingMethod: { fixedPrice: { value: '0', currency: 'EUR' } },
  })
  there.add(definition._id ?? '')
}

async function rename(id: string): Promise<void> {
  const { revision } = await host.ticketDefinitionsV2.getTicketDefinition(id)
  await host.ticketDefinitionsV2.updateTicketDefinition(id, {
    revision: revision ?? '',
    name: `New ${chance.below(999)}`,
  })
}

async function sell(id: string): Promise<void> {
  const { eventId } = await host.ticketDefinitionsV2.getTicketDefinition(id)
  const held = await host.ticketReservations.createTicketReservation({
    tickets: [{ ticketDefinitionId: id, quantity: 1 + chance.below(3) }],
  })
  const inputValues = Object.entries({ firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' })
  const form = { inputValues: inputValues.map(([inputName, value]) => ({ inputName, value })) }
  await host.orders.checkout(eventId ?? '', { reservationId: held._id ?? '', guests: [{ form }] })
}

async function remove(id: string): Promise<void> {
  await host.ticketDefinitionsV2.deleteTicketDefinition(id)
  there.delete(id)
}

/** Something happens at the box office. */
async function change(): Promise<void> {
  const id = [...there][chance.below(there.size)] ?? ''
  const what = chance.below(10)
  if (what < 3) await rename(id)
  else if (what < 7) await sell(id)
  else if (what < 9) await remove(id)
  else await create(1000 + chance.below(9000))
}

function start(options: string[] = [], address = place.apiBaseUrl) {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'examples/sync/sync.ts', ...options],
    {
      env: {
        ...process.env,
        BOXOFFICE_HOST: address,
        BOXOFFICE_SITE_ID: place.siteId,
        BOXOFFICE_API_KEY: place.apiKey,
        NODE_EXTRA_CA_CERTS: server.https?.caPath ?? '',
        SHOP,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  )
  let errors = ''
  child.stderr.on('data', data => {
    errors += data
  })
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  return { child, ended, errors: () => errors }
}

async function runOnce(address?: string): Promise<void> {
  const { ended, errors } = start(['--once'], address)
  expect([await ended, errors()]).toEqual([0, ''])
}

/** An address that leads to the server; `between` happens while the answer with a page of definitions is on its way back. */
async function onTheWay(between: (page: { id: string }[]) => Promise<void>) {
  const tls = dirname(server.https?.caPath ?? '')
  const [cert, key] = await Promise.all(['cert.pem', 'key.pem'].map(name => readFile(join(tls, name), 'utf8')))
  const carrier = createServer({ cert, key } as ServerOptions, async (request, reply) => {
    const body = Buffer.concat(await request.toArray())
    const { authorization = '', 'content-type': type = '', 'wix-site-id': siteId = '' } = request.headers
    const answer = await fetch(`https://${place.apiBaseUrl}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization, 'wix-site-id': String(siteId), ...(body.length > 0 && { 'content-type': type }) },
      ...(body.length > 0 && { body }),
    })
    const text = await answer.text()
    if (request.url?.endsWith('/ticket-definitions/query')) await between(JSON.parse(text).ticketDefinitions)
    reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
  })
  await new Promise<void>(resolve => carrier.listen(0, '127.0.0.1', resolve))
  const { port } = carrier.address() as AddressInfo
  return { address: `127.0.0.1:${port}`, close: () => carrier.close() }
}

/** What the box office says, beside what the shop has, by name. */
async function bothSides() {
  const rows = await server.sql<{ id: string; name: string; revision: number; sold: number }[]>`
    select ticket_definition_id as id, name, revision, sold
      from ticket_definitions
      join inventory using (site_id, ticket_definition_id)
     where site_id = ${place.siteId}
       and deleted_at is null
     order by 1`
  const database = new DatabaseSync(SHOP)
  const products = database
    .prepare('select boxoffice_id as id, name, revision, sold from products order by 1')
    .all()
    .map(row => ({ ...row }))
  const numbers = database.prepare('select boxoffice_id as id, product_id as number from products').all()
  database.close()
  return { rows: rows.map(row => ({ ...row })), products, numbers: new Map(numbers.map(row => [row.id, row.number])) }
}

async function expectEqual() {
  const { rows, products, numbers } = await bothSides()
  expect(products).toEqual(rows)
  expect(rows.map(({ id }) => id)).toEqual([...there].sort())
  return numbers
}

test('three hundred definitions are copied; what changes in an hour without it is brought over; numbers stay', async () => {
  await runOnce()
  const before = await expectEqual()
  passMinutes(60)
  for (let count = 0; count < 40; count += 1) await change()
  await runOnce()
  const after = await expectEqual()
  for (const [id, number] of before) if (after.has(id)) expect(after.get(id)).toBe(number)
}, 120_000)

test('R102: what is deleted while a copy is between two pages takes nothing else with it', async () => {
  new DatabaseSync(SHOP).exec('update sync_state set cursor = null')
  const sizes: number[] = []
  const { address, close } = await onTheWay(async page => {
    if (sizes.push(page.length) > 2) return
    // Of the page that is shown, so that what comes behind it moves up; and of what comes behind it.
    const shown = page.map(({ id }) => id).filter(id => there.has(id))
    const toCome = [...there].filter(id => !shown.includes(id))
    for (const id of [...shown.slice(0, 4), ...shown.slice(-1), ...toCome.slice(-2)]) await remove(id)
  })
  await runOnce(address)
  close()
  expect(sizes.slice(0, 2)).toEqual([100, 100])
  await expectEqual()
}, 60_000)

test('killed at any moment, while things change, it is equal in the end', async () => {
  for (let round = 0; round < 4; round += 1) {
    if (round === 2) new DatabaseSync(SHOP).exec('update sync_state set cursor = null') // within a copy, too
    const { child, ended } = start()
    const until = Date.now() + 1200 + chance.below(1500)
    while (Date.now() < until) await change()
    child.kill('SIGKILL')
    await ended
  }
  await runOnce()
  await expectEqual()
}, 120_000)

test('it follows: what happens is there a moment later, and when an event goes its definitions go too', async () => {
  const { child, ended } = start()
  for (let count = 0; count < 10; count += 1) await change()
  const [gone = ''] = eventIds
  const rows = await server.sql<{ id: string }[]>`
    select ticket_definition_id as id from ticket_definitions where event_id = ${gone} and deleted_at is null`
  const unsold = await server.sql`select from orders where event_id = ${gone}`
  if (unsold.length === 0) {
    await host.wixEventsV2.deleteEvent(gone)
    for (const { id } of rows) there.delete(id)
  }
  const deadline = Date.now() + 30_000
  for (;;) {
    const { rows: here, products } = await bothSides()
    if (JSON.stringify(here) === JSON.stringify(products)) break
    if (Date.now() > deadline) throw new Error('it did not follow within 30 s')
    await delay(100)
  }
  child.kill('SIGKILL')
  await ended
  await expectEqual()
}, 120_000)

test('after a restore, which undid what it knows, it copies everything', async () => {
  // As a restore leaves it: the history that was followed has ended before what was seen last.
  await server.sql`
    with ended as (
      update activity_histories
         set ended_xact = 1
       where ended_xact is null
      returning cluster, xact_offset
    )
    select from ended`
  await server.sql`
    insert into activity_histories (history_id, cluster, xact_offset)
    select gen_random_uuid(), cluster, xact_offset
      from activity_histories
     order by began_at desc
     limit 1`
  const stranger = new DatabaseSync(SHOP)
  stranger.exec(`
    insert into products (boxoffice_id, event_id, revision, name, hidden, sold)
    values ('never-happened', 'x', 1, 'x', 0, 0)`)
  stranger.close()
  await runOnce()
  await expectEqual()
}, 60_000)
