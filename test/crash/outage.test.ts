import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, inject, test } from 'vitest'
import { connect } from '../../src/db/connect.ts'
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/db/embedded.ts'
import { verify } from '../../src/verify.ts'
import { type Crowd, expectTrue, letThemCome, type Sale } from '../support/crowd.ts'
import { anInstallation, leadingTo, type Program, startProgram } from '../support/program.ts'
import { aDefinition, aSale, FREE } from '../support/sale.ts'
import { chanceOf, isTorture, seedOf } from '../support/torture.ts'

// Servers whose database is somewhere else: it dies under them while they sell, and comes back. They outlive it.

const isEmbedded = inject('database').url === undefined
const OUTAGES = isTorture ? 10 : 1
const BUYERS = 32
/** After this long at most each server answers everybody again; generous, for slow machines. */
const RECOVERY_MS_MAX = 8_000
const PATIENCE_MS = 30_000

const directory = await mkdtemp(join(tmpdir(), 'boxoffice-outage-'))
await chmod(directory, 0o711) // as root another account runs the database, and must be able to pass
const opened: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of opened.reverse()) await close()
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test.runIf(isEmbedded)(
  `kill -9 of the database that two servers share, ${OUTAGES} times while they sell: both sell on as soon as it is back`,
  async () => {
    const chance = chanceOf(seedOf('outage'))
    let database = await startDatabase()
    opened.push(() => database.stop())
    const where = { DATA_DIR: join(directory, 'data'), ...leadingTo(database.connection) }
    const installation = anInstallation(where)
    const programs = await Promise.all([1, 2].map(() => startProgram(installation)))
    for (const program of programs) opened.push(() => program.stop('SIGTERM'))
    const sale = await aSaleOf(programs[0], installation.organizer)

    const crowd: Crowd = { stories: [], faults: [] }
    let isSelling = true
    const recoveriesMs: number[] = []
    const buying = letThemCome(
      BUYERS,
      {
        again: () => isSelling,
        buyer: installation.aBuyer,
        clients: programs.map(program => program.as),
        sale,
        chance,
        clock: () => new Date(),
      },
      crowd,
    )
    const sold = () => crowd.stories.filter(({ reservationId }) => reservationId !== null).length
    for (let outage = 1; outage <= OUTAGES; outage += 1) {
      await until(
        `${outage}: people buy`,
        (
          before => () =>
            sold() > before + 100
        )(sold()),
      )
      await delay(chance.below(300))
      process.kill(await postmasterOf(database), 'SIGKILL')
      await database.stop()
      await delay(chance.below(1_000))
      database = await startDatabase()
      const back = performance.now()
      for (const [index, program] of programs.entries()) {
        expect([program.process.exitCode, program.process.signalCode, program.said().slice(-2_000)]).toEqual([
          null,
          null,
          expect.anything(),
        ])
        // Every connection of each, not just one that happens to be well.
        await until(`${outage}: server ${index + 1} sells again`, async () => {
          const answers = await Promise.all(
            Array.from({ length: 20 }, () => program.as(installation.organizer)('GET', readingUrl(sale))),
          )
          return answers.every(({ status }) => status === 200)
        })
      }
      recoveriesMs.push(performance.now() - back)
    }
    await until(
      'people buy in the end',
      (
        before => () =>
          sold() > before + 500
      )(sold()),
    )
    isSelling = false
    await buying

    expect(crowd.faults).toEqual([])
    const sql = connect({ ...database.connection, connectionsMax: 2 })
    opened.push(() => sql.end({ timeout: 5 }))
    expect((await verify(sql)).breaches).toEqual([])
    const found = await expectTrue(sql, installation.siteId, crowd.stories)
    const slowestMs = Math.max(...recoveriesMs)
    expect(slowestMs).toBeLessThan(RECOVERY_MS_MAX)
    console.log(
      `outage: back after at most ${slowestMs.toFixed(0)} ms, ${crowd.stories.length} requests for tickets, ${JSON.stringify(found)}`,
    )
  },
  600_000,
)

async function startDatabase(): Promise<EmbeddedDatabase> {
  return startEmbeddedDatabase({ dataDir: join(directory, 'database') })
}

async function postmasterOf({ connection }: EmbeddedDatabase): Promise<number> {
  const sql = connect({ ...connection, connectionsMax: 2 })
  const [row] = await sql<{ pid: number }[]>`
    select (string_to_array(pg_read_file('postmaster.pid'), e'\n'))[1]::integer as pid`
  await sql.end({ timeout: 1 })
  return row?.pid ?? 0
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`)
    await delay(20)
  }
}

async function aSaleOf(program: Program | undefined, organizer: Parameters<Program['as']>[0]): Promise<Sale> {
  if (!program) throw new Error('no server runs')
  const admin = program.as(organizer)
  const limit = 100_000
  const { eventId, definitionId } = await aSale({ admin }, { definition: { ...FREE, initialLimit: limit } })
  const paid = (await aDefinition({ admin }, eventId, { initialLimit: limit })).id
  return {
    eventId,
    tickets: [
      { definitionId, limit, free: true },
      { definitionId: paid, limit, free: false },
    ],
  }
}

function readingUrl({ eventId }: Sale): string {
  return `/events/v1/orders?eventId=${eventId}&limit=1&offset=0`
}
