import type { Sql } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { addSeconds } from '../time.ts'
import { counted, Hopeless, type Job, type JobKind, secondsToNextAttempt } from './model.ts'
import { advanceJob, claimJob, failJob, removeDoneJobs } from './store.ts'

/**
 * Does what is due of one kind, piece by piece, the job first that has waited longest: a large one lets the others come
 * in between. Safe in any number of processes. Whatever a piece throws is written down with its job.
 * @returns how many pieces were done
 * @throws AggregateError what went wrong, after all else was done
 */
export async function runJobs(sql: Sql, kind: JobKind, now: Date): Promise<number> {
  const failures: unknown[] = []
  let done = 0
  for (let round = 0; round < PIECES_MAX; round += 1) {
    const job = await claimJob(sql, kind.name, { now, until: addSeconds(now, CLAIM_SECONDS) })
    if (!job) break
    try {
      if (job.attempts > kind.attemptsMax) throw new Error('no attempt came to an end')
      if (await workOn(sql, kind, { job, now })) done += 1
    } catch (error) {
      failures.push(error)
      await writeDown(sql, kind, { job, error, now })
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} pieces of "${kind.name}" failed`)
  return done
}

/** One piece, and in the same transaction how far the job is. False: somebody else goes on with it, nothing is written. */
async function workOn(sql: Sql, kind: JobKind, { job, now }: { job: Job; now: Date }): Promise<boolean> {
  const step = await kind.work(job, now, sql)
  try {
    await inTransaction(sql, async tx => {
      const { progress, position } = await step(tx)
      if (!(await advanceJob(tx, job, { progress: counted(job.progress, progress), position }, now))) throw new Taken()
    })
  } catch (error) {
    if (error instanceof Taken) return false
    throw error
  }
  return true
}

class Taken extends Error {}

/** A database that is away cannot take it down either: then the claim runs out, and the attempt counts all the same. */
async function writeDown(
  sql: Sql,
  kind: JobKind,
  { job, error, now }: { job: Job; error: unknown; now: Date },
): Promise<void> {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_LENGTH_MAX)
  const over = error instanceof Hopeless || job.attempts >= kind.attemptsMax
  await failJob(sql, job, {
    failure: { at: now.toISOString(), message },
    retryAt: over ? null : addSeconds(now, secondsToNextAttempt(job.attempts)),
    now,
  })
}

/** What was done is kept for thirty days, for whoever asks what became of it. */
export async function forgetDoneJobs(sql: Sql, now: Date): Promise<number> {
  return removeDoneJobs(sql, { endedBefore: addSeconds(now, -KEPT_SECONDS), limit: FORGOTTEN_MAX })
}

/** How long a piece may take. A process that dies in one is followed by another after this time. */
export const CLAIM_SECONDS = 60
/** Pieces of one run; the next run goes on. */
const PIECES_MAX = 20
const MESSAGE_LENGTH_MAX = 300
const KEPT_SECONDS = 30 * 86_400
const FORGOTTEN_MAX = 10_000
