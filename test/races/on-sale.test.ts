import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import { newGuid } from '../../src/ids.ts'
import { verify } from '../../src/verify.ts'
import { untilWaiting } from '../support/collisions.ts'
import {
  aBuyerComes,
  type Crowd,
  expectTrue,
  letThemCome,
  type OnSale,
  refusedWithoutReason,
  type Sale,
  SERIOUS,
  untilNothingIsHeld,
} from '../support/crowd.ts'
import { testDatabase } from '../support/database.ts'
import { fastClock } from '../support/fast-clock.ts'
import { anInstallation, leadingTo, type Program, startProgram } from '../support/program.ts'
import { aDefinition, aSale, FREE, refusalOf } from '../support/sale.ts'
import { chanceOf, isTorture, seedOf } from '../support/torture.ts'
import { dropConstraints } from '../support/unprotected.ts'

// Hundreds of clients over three real servers on one database. Their clock runs a hundred times faster, so that holds
// of five minutes end while the sale goes on.

const PROGRAMS = 3
const CLIENTS = isTorture ? 500 : 400
const TIMES = isTorture ? 40 : 4
const CLOCK = { CLOCK_FROM: String(Date.now()), CLOCK_SPEED: '100' }
const clock = fastClock(CLOCK)
/** Of each definition: how many tickets, and whether they cost nothing. */
const LIMITS: readonly (readonly [number, boolean])[] = [
  [isTorture ? 1_200 : 120, true],
  [isTorture ? 800 : 80, false],
  [isTorture ? 400 : 40, true],
  [isTorture ? 150 : 15, false],
]
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

test('control: without the locks, the same servers sell two tickets to three buyers, and verify sees it', async () => {
  const { sql } = await anOnSale({
    preloads: ['preload-without-locks.ts'],
    prepare: dropConstraints,
    limits: [[2, true]],
    clients: 60,
    again: times => times < 1,
    // Each server has decided something before any of them can write.
    begin: async (sql, come) => {
      const begun = await sql.begin(async tx => {
        await tx`select from inventory for update`
        const crowd = come()
        await untilWaiting(tx, PROGRAMS)
        return { crowd }
      })
      return begun.crowd
    },
  })
  expect((await verify(sql)).breaches.map(({ law }) => law)).toContain('03-never-oversold')
}, 120_000)

/** Three servers on a database of their own, an event whose tickets are few, and a crowd that has come and gone. */
async function anOnSale({
  preloads = [],
  limits = LIMITS,
  clients = CLIENTS,
  again,
  prepare = async () => {},
  begin = (_, come) => come(),
}: {
  preloads?: string[]
  limits?: readonly (readonly [number, boolean])[]
  clients?: number
  again: (times: number) => boolean
  prepare?: (sql: Sql) => Promise<void>
  begin?: (sql: Sql, come: () => Promise<Crowd>) => Promise<Crowd>
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

  const sale = await aSaleOf(limits, programs[0]?.as(installation.organizer))
  // What each of them refuses first opens its connections: the crowd meets servers that are awake.
  const refused = {
    ticketDefinitionId: sale.tickets[0].definitionId,
    quantity: 1,
    ticketInfo: { pricingOptionId: newGuid() },
  }
  const refusals = programs.map(program =>
    program.as(installation.organizer)('POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [refused] },
    }),
  )
  expect((await Promise.all(refusals)).map(refusalOf)).toEqual(
    Array(PROGRAMS).fill([428, 'UNSUPPORTED_PRICING_OPTION']),
  )
  const surroundings = { sale, clock, chance: chanceOf(seed), buyer: installation.aBuyer }
  const servers = programs.map(program => program.as)
  const crowd = await begin(sql, () => letThemCome(clients, { ...surroundings, again, clients: servers }))
  return { sql, sale, crowd, installation, programs }
}

async function aSaleOf(limits: typeof LIMITS, admin: ReturnType<Program['as']> | undefined): Promise<Sale> {
  const [first, ...others] = limits
  if (!admin || !first) throw new Error('no server runs, or there is nothing to sell')
  const of = ([initialLimit, free]: readonly [number, boolean]) => ({ initialLimit, ...(free && FREE) })
  const event = { tickets: { reservationDurationInMinutes: 5 } }
  const { eventId, definitionId } = await aSale({ admin }, { event, definition: of(first) })
  const onSale = (id: string, [limit, free]: readonly [number, boolean]) => ({ definitionId: id, limit, free })
  const tickets: [OnSale, ...OnSale[]] = [onSale(definitionId, first)]
  for (const each of others) tickets.push(onSale((await aDefinition({ admin }, eventId, of(each))).id, each))
  return { eventId, tickets }
}

async function stockOf(sql: Sql, { tickets }: Sale): Promise<{ reserved: number; sold: number }[]> {
  const rows = await sql<{ id: string; reserved: number; sold: number }[]>`
    select ticket_definition_id as id, reserved, sold from inventory`
  return tickets.map(({ definitionId }) => {
    const { reserved = 0, sold = 0 } = rows.find(({ id }) => id === definitionId) ?? {}
    return { reserved, sold }
  })
}
