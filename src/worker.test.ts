import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { testDatabase } from '../test/support/database.ts'
import { createLog } from './log.ts'
import { type ClockJob, startWorker } from './worker.ts'

const { sql } = await testDatabase(2)
const clock = () => new Date('2030-05-01T12:00:00.000Z')

function aLog() {
  const stream = new PassThrough()
  const lines: { level: number; msg: string; job?: string; err?: { message: string } }[] = []
  stream.on('data', (data: Buffer) =>
    lines.push(
      ...data
        .toString()
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    ),
  )
  return { log: createLog('info', stream), lines, logged: () => once(stream, 'data') }
}

/** A job whose runs the test plays one by one. */
function aJob(runs: ((now: Date) => Promise<number>)[]): { job: ClockJob; isOver: Promise<void> } {
  const over = Promise.withResolvers<void>()
  const run: ClockJob['run'] = async (_sql, now) => {
    const next = runs.shift()
    if (runs.length === 0) over.resolve()
    return next ? next(now) : 0
  }
  return { job: { name: 'a job', everySeconds: 0.001, run }, isOver: over.promise }
}

test('a job that fails is logged and tried again, until it is done; then the log says how much was', async () => {
  const { log, lines } = aLog()
  const fails = async () => {
    throw new Error('no luck')
  }
  const moments: Date[] = []
  const { job, isOver } = aJob([
    fails,
    fails,
    async now => {
      moments.push(now)
      return 3
    },
    async () => 0,
  ])
  const worker = startWorker({ sql, clock, log }, [job])
  await isOver
  await worker.stop()
  expect(lines.map(({ level, msg, job: name, err }) => [level, msg, name, err?.message])).toEqual([
    [50, 'job failed', 'a job', 'no luck'],
    [50, 'job failed', 'a job', 'no luck'],
    [30, 'job done', 'a job', undefined],
  ])
  expect(moments).toEqual([clock()])
})

test('one job that fails does not keep the others from running', async () => {
  const { log } = aLog()
  const broken: ClockJob = { name: 'broken', everySeconds: 60, run: () => Promise.reject(new Error('for good')) }
  const { job, isOver } = aJob([async () => 1, async () => 1])
  const worker = startWorker({ sql, clock, log }, [broken, job])
  await isOver
  await worker.stop()
})

test('stop waits for the run that is going on, and starts no other', async () => {
  const { log } = aLog()
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<number>()
  let runs = 0
  const job: ClockJob = {
    name: 'slow',
    everySeconds: 0,
    run: () => {
      runs += 1
      begun.resolve()
      return end.promise
    },
  }
  const worker = startWorker({ sql, clock, log }, [job])
  await begun.promise
  let isStopped = false
  const stopped = worker.stop().then(() => {
    isStopped = true
  })
  await sql`select 1`
  expect(isStopped).toBe(false)
  end.resolve(1)
  await stopped
  expect(runs).toBe(1)
})

test('stop does not wait for the pause between two runs', async () => {
  const { log, logged } = aLog()
  const worker = startWorker({ sql, clock, log }, [{ name: 'daily', everySeconds: 86_400, run: async () => 1 }])
  await logged()
  await worker.stop()
})
