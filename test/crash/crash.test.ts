import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, inject, test } from 'vitest'
import { connect, type Sql } from '../../src/db/connect.ts'
import { findEmbeddedDatabase } from '../../src/db/embedded.ts'
import { verify } from '../../src/verify.ts'
import { type Crowd, expectTrue, letThemCome, type Sale, type Story, untilNothingIsHeld } from '../support/crowd.ts'
import { createDatabase } from '../support/empty-database.ts'
import { anInstallation, leadingTo, type Program, startProgram } from '../support/program.ts'
import { aDefinition, aSale, checkOut, FREE, reserveTickets } from '../support/sale.ts'
import { chanceOf, isTorture, seedOf } from '../support/torture.ts'

// A real server that is selling is killed, and its database too. Whatever was answered must then be there, whole.

type Victim = 'server' | 'database' | 'server and database at once, as when the power fails'

const isEmbedded = inject('database').url === undefined
const chance = chanceOf(seedOf('crash'))
const directory = await mkdtemp(join(tmpdir(), 'boxoffice-crash-'))
await chmod(directory, 0o711) // as root another account runs the database, and must be able to pass
const external = isEmbedded ? null : await createDatabase()
const dataDir = join(directory, 'data')
const installation = anInstallation({ DATA_DIR: dataDir, ...(external && leadingTo(external.options)) })
const { organizer, siteId } = installation

let running: Program | null = null
afterAll(async () => {
  await running?.stop('SIGTERM')
  await external?.drop()
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const VICTIMS: readonly [Victim, Victim, Victim] = [
  'server',
  'database',
  'server and database at once, as when the power fails',
]
const kills = Array.from({ length: isTorture ? 20 : 3 }, (_, index) => VICTIMS[index % 3] ?? VICTIMS[0])
const told: Story[] = []

test.each(
  kills.filter(victim => isEmbedded || victim === 'server').map((victim, index) => [index + 1, victim] as const),
)(
  'kill -9, no. %i, of the %s: what was answered is there, whole, and selling goes on',
  async (_, victim) => {
    const server = await startServer()
    const sale = await aSaleOf(server)
    const { stories, faults } = await sellUntilDeath(server, sale, victim)
    told.push(...stories)
    expect(faults).toEqual([])

    const next = await startServer()
    await withDatabase(async sql => {
      expect((await verify(sql)).breaches).toEqual([])
      await expectTrue(sql, siteId, stories)
    })
    const admin = next.as(organizer)
    const { body } = await reserveTickets(admin, sale.tickets[0].definitionId)
    const bought = await checkOut(admin, { eventId: sale.eventId, reservationId: body.ticketReservation.id })
    expect(bought.body).toMatchObject({ order: { status: 'FREE', confirmed: true } })
  },
  60_000,
)

test('when all deadlines have passed no hold has leaked, and all that anybody was told is still true', async () => {
  await running?.stop('SIGTERM')
  // As if it were started hours later.
  const settings = { ...installation.settings, CLOCK_FROM: String(Date.now() - 60 * 60_000), CLOCK_SPEED: '4' }
  running = await startProgram({ settings }, ['preload-fast-clock.ts'])
  await withDatabase(async sql => {
    await untilNothingIsHeld(sql)
    expect((await verify(sql)).breaches).toEqual([])
    const found = await expectTrue(sql, siteId, told)
    console.log(`crash: ${kills.length} kills, ${told.length} requests for tickets, ${JSON.stringify(found)}`)
  })
}, 60_000)

/** The server that runs, or a new one on what the last one left behind. */
async function startServer(): Promise<Program> {
  if (running && running.process.exitCode === null && running.process.signalCode === null) return running
  running = await startProgram(installation)
  return running
}

/** Enough of the first to sell all the time, few of the others. */
async function aSaleOf(server: Program): Promise<Sale> {
  const admin = server.as(organizer)
  const event = { tickets: { reservationDurationInMinutes: 5 } }
  const { eventId, definitionId } = await aSale({ admin }, { event, definition: { ...FREE, initialLimit: 20_000 } })
  const more = async (initialLimit: number, price = {}) =>
    (await aDefinition({ admin }, eventId, { initialLimit, ...price })).id
  return {
    eventId,
    tickets: [
      { definitionId, limit: 20_000, free: true },
      { definitionId: await more(20_000), limit: 20_000, free: false },
      { definitionId: await more(100, FREE), limit: 100, free: true },
      { definitionId: await more(60), limit: 60, free: false },
    ],
  }
}

/** Sells to many at once, kills in the middle of it, and gives back what everybody had been told until then. */
async function sellUntilDeath(server: Program, sale: Sale, victim: Victim): Promise<Crowd> {
  const crowd: Crowd = { stories: [], faults: [] }
  let isSelling = true
  const buying = letThemCome(
    BUYERS,
    {
      again: () => isSelling,
      buyer: installation.aBuyer,
      clients: [server.as],
      sale,
      chance,
      clock: () => new Date(),
    },
    crowd,
  )
  const answers = () => crowd.stories.filter(({ reservationId }) => reservationId !== null).length
  const deadline = Date.now() + 30_000
  while (answers() < ANSWERS_MIN && Date.now() < deadline) await delay(5)
  await delay(chance.below(isTorture ? 5_000 : 500))
  const ended = once(server.process, 'exit')
  if (victim === 'server') await server.stop('SIGKILL')
  else if (victim === 'database') await killDatabase()
  else await Promise.all([killDatabase(), server.stop('SIGKILL')])
  isSelling = false
  await buying
  if (victim === 'database') expect(await ended).toEqual([1, null]) // a server without its database says so and ends
  expect(answers()).toBeGreaterThanOrEqual(ANSWERS_MIN)
  return crowd
}

const BUYERS = 32
const ANSWERS_MIN = 100

async function killDatabase(): Promise<void> {
  const pid = await withDatabase(async sql => {
    const [row] = await sql<{ pid: number }[]>`
      select (string_to_array(pg_read_file('postmaster.pid'), e'\n'))[1]::integer as pid`
    return row?.pid
  })
  process.kill(pid ?? 0, 'SIGKILL')
}

async function withDatabase<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
  const found = external?.options ?? (await findEmbeddedDatabase(dataDir))
  if (!found) throw new Error('no database runs')
  const sql = connect({ ...found, connectionsMax: 2 })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
