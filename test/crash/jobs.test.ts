import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { connect, type Sql } from '../../src/db/connect.ts'
import { verify } from '../../src/verify.ts'
import type { Caller } from '../support/app.ts'
import { createDatabase } from '../support/empty-database.ts'
import { anInstallation, leadingTo, type Program, startProgram } from '../support/program.ts'
import { aSale, must } from '../support/sale.ts'

// A real server that works on a large job is killed in the middle of it, and the next one goes on where it stopped.

const RESERVATIONS = 20_000

const database = await createDatabase()
const directory = await mkdtemp(join(tmpdir(), 'boxoffice-jobs-'))
await chmod(directory, 0o711)
const installation = anInstallation({ DATA_DIR: join(directory, 'data'), ...leadingTo(database.options) })
const { organizer, siteId } = installation
const sql = connect({ ...database.options, connectionsMax: 3 })

const started: Program[] = []
afterAll(async () => {
  for (const program of started) await program.stop('SIGTERM')
  await sql.end({ timeout: 5 })
  await database.drop()
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

test('R140, R141: kill -9 in the middle of a job: each reservation is tagged once all the same', async () => {
  const first = await startProgram(installation)
  started.push(first)
  const admin = first.as(organizer)
  await endedReservations(sql, await aSale({ admin }))
  const change = { filter: {}, assignTags: { tags: { tagIds: ['all'] } } }
  const { jobId } = (await must(admin, 'POST', '/events/v1/bulk/ticket-reservations/update-tags-by-filter', change))
    .body
  expect(await examinedWhen(jobId, examined => examined > 0)).toBeLessThan(RESERVATIONS)
  await first.stop('SIGKILL')
  const [cut] = await sql<{ tagged: number }[]>`
    select count(*) as tagged from ticket_reservations where tags = '{all}'`
  expect(cut?.tagged).toBeGreaterThan(0)
  expect(cut?.tagged).toBeLessThan(RESERVATIONS)

  // Its clock runs a hundred times faster: the claim of the one that is dead soon runs out.
  const settings = { ...installation.settings, CLOCK_FROM: String(Date.now()), CLOCK_SPEED: '100' }
  const second = await startProgram({ settings }, ['preload-fast-clock.ts'])
  started.push(second)
  const job = await jobWhenDone(second.as(organizer), jobId)
  expect(job).toMatchObject({
    state: 'DONE',
    progress: { examined: RESERVATIONS, matched: RESERVATIONS, changed: RESERVATIONS, refused: 0 },
    failures: [],
  })
  const rows = await sql<{ revision: number; count: number }[]>`
    select revision, count(*) as count from ticket_reservations where tags = '{all}' group by revision`
  expect([...rows]).toEqual([{ revision: 3, count: RESERVATIONS }])
  expect((await verify(sql)).breaches).toEqual([])
}, 120_000)

/** Reservations that ran out long ago: the clock changes nothing of them any more. */
async function endedReservations(db: Sql, { eventId, definitionId }: { eventId: string; definitionId: string }) {
  const past = new Date(Date.now() - 86_400_000)
  await db`
    with ended as (
      insert into ticket_reservations (
        site_id, ticket_reservation_id, event_id, revision, status, expires_at, created_at, updated_at, limits_bypassed,
        hidden_allowed, settings
      )
      select ${siteId}, gen_random_uuid(), ${eventId}, 2, 'EXPIRED', ${past}, ${past}, ${past}, false, false, '{}'
        from generate_series(1, ${RESERVATIONS}::integer)
      returning ticket_reservation_id
    ), lines as (
      insert into ticket_reservation_lines (
        site_id, ticket_reservation_id, line_index, ticket_line_item_id, ticket_definition_id, quantity, price_minor,
        currency, pricing_kind, fee_type, ticket_name, policy
      )
      select ${siteId}, ticket_reservation_id, 0, gen_random_uuid(), ${definitionId}, 1, 1000, 'EUR', 'FIXED',
             'FEE_INCLUDED', 'Standard', ''
        from ended
    )
    insert into activities (site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at)
    select ${siteId}, 'ticket_reservation', ticket_reservation_id, sequence, 'ticket_reservation.written', '{}', 'clock',
           '', ${past}
      from ended
     cross join generate_series(1, 2) as sequence`
  await db`analyze ticket_reservations`
}

async function examinedWhen(jobId: string, enough: (examined: number) => boolean): Promise<number> {
  for (;;) {
    const [row] = await sql<{ examined: number | null }[]>`
      select (progress ->> 'examined')::integer as examined from jobs where job_id = ${jobId}`
    const examined = row?.examined ?? 0
    if (enough(examined)) return examined
    await delay(2)
  }
}

async function jobWhenDone(caller: Caller, jobId: string) {
  const deadline = Date.now() + 60_000
  for (;;) {
    const { job } = (await must(caller, 'GET', `/boxoffice/v1/jobs/${jobId}`)).body
    if (job.state !== 'WAITING' || Date.now() > deadline) return job
    await delay(100)
  }
}
