import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import { verify } from '../../src/verify.ts'
import {
  aBuyerComes,
  type Crowd,
  expectTrue,
  type Habits,
  letThemCome,
  refusedWithoutReason,
  type Sale,
  SERIOUS,
  untilNothingIsHeld,
} from '../support/crowd.ts'
import { testDatabase } from '../support/database.ts'
import { fastClock } from '../support/fast-clock.ts'
import { anInstallation, leadingTo, type Program, startProgram } from '../support/program.ts'
import { aDefinition, aSale, FREE } from '../support/sale.ts'
import { chanceOf, isTorture, seedOf } from '../support/torture.ts'
import { dropConstraints } from '../support/unprotected.ts'

// Hundreds of clients over three real servers on one database. Their clock runs a hundred times faster, so that holds
// of five minutes end while the sale goes on.

const PROGRAMS = 3
const CLIENTS = isTorture ? 500 : 400
const TIMES = isTorture ? 40 : 4
const CLOCK = { CLOCK_FROM: String(Date.now()), CLOCK_SPEED: '100' }
const clock = fastClock(CLOCK)
const seed = seedOf('on-sale')

const opened: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of opened.reverse()) await close()
})

test(`R68: ${CLIENTS} clients at ${PROGRAMS} servers reserve, buy, pay, cancel and wander off: never one too many`, async () => {
  const { sql, sale, crowd, installation, programs } = await anOnSale({ again: times => times < TIMES })
  expect(crowd.faults).toEqual([])
  expect(new Set(crowd.stories.map(({ refusal }) => refusal?.join(' ')))).toEqual(
    new Set([undefined, '428 TICKET_LIMIT_EXCEEDED']),
  )
  expect(refusedWithoutReason(crowd.stories)).toEqual([])
  expect((await verify(sql)).breaches).toEqual([])
  await expectTrue(sql, installation.siteId, crowd.stories)

  // What nobody paid for comes back by itself, and is sold to the last ticket.
  await untilNothingIsHeld(sql)
  const latecomers: Crowd = { stories: [], faults: [] }
  for (const each of sale.tickets) {
    const only: Sale = { ...sale, tickets: [each] }
    const chance = chanceOf(seed + 1)
    for (let soldOut = false; !soldOut; ) {
      const credentials = await installation.aBuyer(clock())
      const [one, ...others] = programs.map(program => program.as(credentials))
      if (!one) throw new Error('no server runs')
      const story = await aBuyerComes(latecomers, { sale: only, who: [one, ...others], chance, clock, habits: SERIOUS })
      soldOut = story.refusal !== null && story.quantity === 1
    }
  }
  expect(latecomers.faults).toEqual([])
  expect(await stockOf(sql, sale)).toEqual(sale.tickets.map(({ limit }) => ({ reserved: 0, sold: limit })))
  expect((await verify(sql)).breaches).toEqual([])
  const found = await expectTrue(sql, installation.siteId, [...crowd.stories, ...latecomers.stories])
  expect(found.EXPIRED).toBeGreaterThan(0)
  console.log(`on-sale: ${crowd.stories.length} requests for tickets, ${JSON.stringify(found)}`)
  for (const program of programs) expect(program.said()).not.toContain('"level":50')
}, 600_000)

test('control: without the locks, the same crowd oversells, and verify sees it', async () => {
  const weakened = { preloads: ['preload-without-locks.ts'], prepare: dropConstraints, habits: SERIOUS }
  const { sql } = await anOnSale({ again: times => times < 1, ...weakened })
  expect((await verify(sql)).breaches.map(({ law }) => law)).toContain('03-never-oversold')
}, 120_000)

/** Three servers on a database of their own, an event whose tickets are few, and a crowd that has come and gone. */
async function anOnSale({
  preloads = [],
  prepare = async () => {},
  ...how
}: {
  again: (times: number) => boolean
  preloads?: string[]
  prepare?: (sql: Sql) => Promise<void>
  habits?: Habits
}) {
  const { sql, options } = await testDatabase(4)
  await prepare(sql)
  const dataDir = await mkdtemp(join(tmpdir(), 'boxoffice-on-sale-'))
  opened.push(() => rm(dataDir, { recursive: true, force: true }))
  const installation = anInstallation({ DATA_DIR: dataDir, ...leadingTo(options), ...CLOCK })
  const programs = await Promise.all(
    Array.from({ length: PROGRAMS }, () => startProgram(installation, ['preload-fast-clock.ts', ...preloads])),
  )
  const close = async () => {
    await Promise.all(programs.map(program => program.stop('SIGTERM')))
  }
  opened.push(close)

  const sale = await aSmallSale(programs[0]?.as(installation.organizer))
  const crowd = await letThemCome(CLIENTS, {
    ...how,
    buyer: installation.aBuyer,
    clients: programs.map(program => program.as),
    chance: chanceOf(seed),
    sale,
    clock,
  })
  return { sql, sale, crowd, installation, programs }
}

async function aSmallSale(admin: ReturnType<Program['as']> | undefined): Promise<Sale> {
  if (!admin) throw new Error('no server runs')
  const event = { tickets: { reservationDurationInMinutes: 5 } }
  const { eventId, definitionId } = await aSale({ admin }, { event, definition: { ...FREE, initialLimit: 120 } })
  const more = async (initialLimit: number, price = {}) =>
    (await aDefinition({ admin }, eventId, { initialLimit, ...price })).id
  return {
    eventId,
    tickets: [
      { definitionId, limit: 120, free: true },
      { definitionId: await more(80), limit: 80, free: false },
      { definitionId: await more(40, FREE), limit: 40, free: true },
      { definitionId: await more(15), limit: 15, free: false },
    ],
  }
}

async function stockOf(sql: Sql, { tickets }: Sale): Promise<{ reserved: number; sold: number }[]> {
  const rows = await sql<{ id: string; reserved: number; sold: number }[]>`
    select ticket_definition_id as id, reserved, sold from inventory`
  return tickets.map(({ definitionId }) => {
    const { reserved = 0, sold = 0 } = rows.find(({ id }) => id === definitionId) ?? {}
    return { reserved, sold }
  })
}
