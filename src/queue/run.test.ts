import { expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import type { Sql } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { insertSite } from '../sites/store.ts'
import { addSeconds } from '../time.ts'
import { type Job, type JobKind, type Piece, type Progress, secondsToNextAttempt } from './model.ts'
import { CLAIM_SECONDS, forgetDoneJobs, runJobs } from './run.ts'
import { advanceJob, claimJob, enqueue, findJob, retryJob } from './store.ts'

const { sql } = await testDatabase()
const START = new Date('2030-05-01T12:00:00.000Z')
const siteId = newGuid()
const site = { siteId, name: '', locale: 'en-US', currency: 'EUR', timeZone: 'UTC', testPayments: true }
await inTransaction(sql, tx => insertSite(tx, site, START))

/** A kind of jobs of its own, whose pieces put a letter each at the end of the site's name. */
function aKind(letters: string, { attemptsMax = 3, before = async (_: number) => {} } = {}): JobKind {
  const name = `test ${newGuid()}`
  let begun = 0
  const work = async ({ position }: Job, _: Date) => {
    const at = Number(position ?? 0)
    begun += 1
    await before(begun)
    return async (tx: Parameters<typeof enqueue>[0]): Promise<Piece> => {
      await tx`update sites set name = name || ${letters[at] ?? '?'} where site_id = ${siteId}`
      return { progress: { letters: 1 }, position: at + 1 < letters.length ? at + 1 : null }
    }
  }
  return { name, attemptsMax, work }
}

async function aJob(kind: JobKind, now = START): Promise<string> {
  const wanted = { siteId, kind: kind.name, payload: { of: 'this test' }, actor: { kind: 'clock', id: '' } }
  const [jobId] = await inTransaction(sql, tx => enqueue(tx, [wanted], now))
  return jobId ?? ''
}

async function jobOf(jobId: string): Promise<Job> {
  const job = await findJob(sql, siteId, jobId)
  if (!job) throw new Error('there is no such job')
  return job
}

/** What all pieces wrote since it was last asked. */
async function written(): Promise<string> {
  const [row] = await sql<{ name: string }[]>`select name from sites where site_id = ${siteId}`
  await sql`update sites set name = '' where site_id = ${siteId}`
  return row?.name ?? ''
}

test('a job is done piece by piece, and says how far it is', async () => {
  const kind = aKind('abc')
  const jobId = await aJob(kind)
  expect(await jobOf(jobId)).toMatchObject({
    state: 'WAITING',
    position: null,
    progress: {},
    attempts: 0,
    endedAt: null,
  })
  expect(await runJobs(sql, kind, addSeconds(START, -1))).toBe(0) // not due yet
  expect(await runJobs(sql, kind, addSeconds(START, 5))).toBe(3)
  expect(await written()).toBe('abc')
  expect(await jobOf(jobId)).toMatchObject({
    state: 'DONE',
    payload: { of: 'this test' },
    progress: { letters: 3 } satisfies Progress,
    failures: [],
    endedAt: addSeconds(START, 5),
  })
  expect(await runJobs(sql, kind, addSeconds(START, 6))).toBe(0)
})

test('a job of a transaction that is rolled back was never there', async () => {
  const kind = aKind('a')
  const wanted = { siteId, kind: kind.name, payload: null, actor: { kind: 'clock', id: '' } }
  await inTransaction(sql, async tx => {
    await enqueue(tx, [wanted, wanted], START)
    throw new Error('after all not')
  }).catch(() => {})
  expect(await runJobs(sql, kind, START)).toBe(0)
})

test('a piece that fails is undone, told, and tried later and later; what is over is not done again', async () => {
  const fails = (begun: number) =>
    begun === 2 || begun === 3 ? Promise.reject(new Error(`no luck ${begun}`)) : Promise.resolve()
  const kind = aKind('ab', { before: fails })
  const jobId = await aJob(kind)
  await expect(runJobs(sql, kind, START)).rejects.toThrow('1 pieces of')
  expect(await jobOf(jobId)).toMatchObject({
    state: 'WAITING',
    attempts: 1,
    progress: { letters: 1 },
    dueAt: addSeconds(START, 5),
    failures: [{ at: START.toISOString(), message: 'no luck 2' }],
  })
  expect(await runJobs(sql, kind, addSeconds(START, 4))).toBe(0)
  await expect(runJobs(sql, kind, addSeconds(START, 5))).rejects.toThrow()
  expect((await jobOf(jobId)).dueAt).toEqual(addSeconds(START, 15))
  expect(await runJobs(sql, kind, addSeconds(START, 15))).toBe(1)
  expect(await jobOf(jobId)).toMatchObject({ state: 'DONE', attempts: 0, progress: { letters: 2 } })
  expect(await written()).toBe('ab')
})

test('a piece that fails in its step leaves nothing behind', async () => {
  const kind: JobKind = {
    name: `test ${newGuid()}`,
    attemptsMax: 1,
    work: async () => async tx => {
      await tx`update sites set name = 'half' where site_id = ${siteId}`
      throw new Error('in the middle')
    },
  }
  await aJob(kind)
  await expect(runJobs(sql, kind, START)).rejects.toThrow()
  expect(await written()).toBe('')
})

test('what fails too often is given up and kept, and goes on where it stopped when somebody asks for it', async () => {
  let isBroken = true
  const kind = aKind('ab', {
    attemptsMax: 2,
    before: async begun => {
      if (isBroken && begun > 1) throw new Error('for good')
    },
  })
  const jobId = await aJob(kind)
  await expect(runJobs(sql, kind, START)).rejects.toThrow()
  await expect(runJobs(sql, kind, addSeconds(START, 5))).rejects.toThrow()
  expect(await jobOf(jobId)).toMatchObject({
    state: 'FAILED',
    endedAt: addSeconds(START, 5),
    failures: [{ message: 'for good' }, { message: 'for good' }],
  })
  expect(await runJobs(sql, kind, addSeconds(START, 86_400))).toBe(0)
  isBroken = false
  expect(await retryJob(sql, newGuid(), jobId, START)).toBeNull()
  expect(await retryJob(sql, siteId, jobId, addSeconds(START, 90_000))).toMatchObject({ state: 'WAITING', attempts: 0 })
  expect(await runJobs(sql, kind, addSeconds(START, 90_000))).toBe(1)
  expect(await jobOf(jobId)).toMatchObject({ state: 'DONE', failures: [{}, {}] })
  expect(await written()).toBe('ab')
})

test('whoever dies in a piece is followed by another when the claim has run out, at the place where it stopped', async () => {
  const kind = aKind('abc')
  const jobId = await aJob(kind)
  const now = addSeconds(START, 1)
  const claim = await claimJob(sql, kind.name, { now, until: addSeconds(now, CLAIM_SECONDS) })
  if (!claim) throw new Error('nothing was due')
  await inTransaction(sql, tx => advanceJob(tx, claim, { progress: { letters: 1 }, position: 1 }, now))
  await claimJob(sql, kind.name, { now, until: addSeconds(now, CLAIM_SECONDS) }) // and dies
  expect(await runJobs(sql, kind, addSeconds(now, CLAIM_SECONDS - 1))).toBe(0)
  expect(await runJobs(sql, kind, addSeconds(now, CLAIM_SECONDS))).toBe(2)
  expect(await jobOf(jobId)).toMatchObject({ state: 'DONE', progress: { letters: 3 } })
  expect(await written()).toBe('bc')
})

test('a job that kills every process that begins it is given up too', async () => {
  const kind = aKind('a', { attemptsMax: 2 })
  const jobId = await aJob(kind)
  for (const seconds of [0, CLAIM_SECONDS]) {
    const now = addSeconds(START, seconds)
    expect(await claimJob(sql, kind.name, { now, until: addSeconds(now, CLAIM_SECONDS) })).not.toBeNull()
  }
  await expect(runJobs(sql, kind, addSeconds(START, 2 * CLAIM_SECONDS))).rejects.toThrow()
  expect(await jobOf(jobId)).toMatchObject({ state: 'FAILED', failures: [{ message: 'no attempt came to an end' }] })
  expect(await written()).toBe('')
})

test('who takes too long has lost the job to somebody else, and writes nothing', async () => {
  const slow = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const kind = aKind('ab', {
    before: async nth => {
      if (nth > 1) return
      begun.resolve()
      await slow.promise
    },
  })
  const jobId = await aJob(kind)
  const late = runJobs(sql, kind, START)
  await begun.promise
  expect(await runJobs(sql, kind, addSeconds(START, CLAIM_SECONDS))).toBe(2)
  slow.resolve()
  expect(await late).toBe(0)
  expect(await jobOf(jobId)).toMatchObject({ state: 'DONE', progress: { letters: 2 }, failures: [] })
  expect(await written()).toBe('ab')
})

/** Four workers at once after twenty jobs of one piece each; how many pieces were written. */
async function race(work: (kind: JobKind) => Promise<unknown>): Promise<number> {
  const kind = aKind('x')
  for (let index = 0; index < 20; index += 1) await aJob(kind)
  await Promise.all(Array.from({ length: 4 }, () => work(kind)))
  return (await written()).length
}

test('any number of workers do each piece once', async () => {
  expect(await race(kind => runJobs(sql, kind, START))).toBe(20)
})

test('control: workers that claim nothing do pieces twice', async () => {
  expect(await race(kind => runWithoutClaims(sql, kind))).toBeGreaterThan(20)
})

async function runWithoutClaims(of: Sql, kind: JobKind): Promise<void> {
  for (;;) {
    const [due] = await of<{ jobId: string }[]>`
      select job_id from jobs where kind = ${kind.name} and state = 'WAITING' order by due_at, job_id limit 1`
    if (!due) return
    const step = await kind.work(await jobOf(due.jobId), START, of)
    await inTransaction(of, async tx => {
      await step(tx)
      await tx`update jobs set state = 'DONE', ended_at = ${START} where job_id = ${due.jobId}`
    })
  }
}

test('each kind has a lane of its own, and of one kind nobody waits for a large job to end', async () => {
  const [slow, quick] = [aKind('a'.repeat(100)), aKind('b')]
  await aJob(slow)
  await aJob(quick)
  expect(await runJobs(sql, quick, START)).toBe(1)
  expect(await written()).toBe('b')
  const first = await runJobs(sql, slow, START)
  expect(first).toBeLessThan(100) // a run ends, so that the worker can
  await written()
  const other = await aJob(slow, addSeconds(START, -1))
  await runJobs(sql, slow, START)
  expect((await jobOf(other)).progress.letters).toBeGreaterThan(0)
  await written()
})

test('what is done is forgotten after thirty days, what was given up is not', async () => {
  const [good, bad] = [aKind('a'), aKind('b', { attemptsMax: 1, before: () => Promise.reject(new Error('no')) })]
  const [done, failed, open] = [await aJob(good), await aJob(bad), await aJob(aKind('c'))]
  await runJobs(sql, good, START)
  await runJobs(sql, bad, START).catch(() => {})
  await forgetDoneJobs(sql, addSeconds(START, 30 * 86_400))
  expect(await findJob(sql, siteId, done)).not.toBeNull()
  await forgetDoneJobs(sql, addSeconds(START, 30 * 86_400 + 1))
  expect(await findJob(sql, siteId, done)).toBeNull()
  expect((await jobOf(failed)).state).toBe('FAILED')
  expect((await jobOf(open)).state).toBe('WAITING')
})

test('only the last twenty failures are kept, oldest first', async () => {
  const kind = aKind('a', { attemptsMax: 30, before: nth => Promise.reject(new Error(`no. ${nth}`)) })
  const jobId = await aJob(kind)
  for (let day = 0; day < 22; day += 1) await runJobs(sql, kind, addSeconds(START, day * 86_400)).catch(() => {})
  const { failures } = await jobOf(jobId)
  expect(failures.map(({ message }) => message)).toEqual(Array.from({ length: 20 }, (_, index) => `no. ${index + 3}`))
})

test.each([
  [1, 5],
  [2, 10],
  [3, 20],
  [9, 1280],
  [11, 3600],
  [100, 3600],
])('after attempt %i the next one comes in %i seconds', (attempts, seconds) => {
  expect(secondsToNextAttempt(attempts)).toBe(seconds)
})
