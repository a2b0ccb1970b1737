import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Refusal } from '../refusals.ts'
import { isPlainObject, present } from '../wire/plain-object.ts'
import { Guid, InstantOut, ListOf, OneOf, PageOut, pageIn, Text } from '../wire/shapes.ts'
import { JOB_STATES, type Job } from './model.ts'
import { findJob, listJobs, retryJob } from './store.ts'

const JobOut = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  /** Where it is about one event. */
  eventId: Type.Optional(Type.String()),
  state: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  endedDate: Type.Optional(InstantOut),
  nextAttemptDate: Type.Optional(InstantOut),
  attempts: Type.Integer(),
  progress: Type.Record(Type.String(), Type.Integer()),
  failures: Type.Array(Type.Object({ date: Type.String(), message: Type.String() })),
})
const OneJob = Type.Object({ job: JobOut })

/** What became of work that goes on in the background: of our own API, for the organizer. */
export function jobRoutes({ sql }: Deps) {
  return async (app: App) => {
    const params = Type.Object({ jobId: Guid })

    app.get(
      '/boxoffice/v1/jobs',
      {
        schema: {
          querystring: Type.Object({
            state: Type.Optional(OneOf(JOB_STATES)),
            /** Of these kinds alone; one mail to one person is a job, too. */
            kind: ListOf(Text(1, 50), 20),
            ...pageIn(100),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              jobs: Type.Array(JobOut),
            }),
          },
        },
        config: { permission: 'MANAGE_JOBS' },
      },
      async ({ query: { state = null, kind: kinds = [], limit = 50, offset = 0 }, identity }) => {
        const { jobs, total } = await listJobs(sql, identity.siteId, { state, kinds, limit, offset })
        return { total, offset, limit, jobs: jobs.map(toWire) }
      },
    )

    app.get(
      '/boxoffice/v1/jobs/:jobId',
      { schema: { params, response: { 200: OneJob } }, config: { permission: 'MANAGE_JOBS' } },
      async ({ params, identity }) => {
        const job = await findJob(sql, identity.siteId, params.jobId)
        if (!job) throw notFound(params.jobId)
        return { job: toWire(job) }
      },
    )

    app.post(
      '/boxoffice/v1/jobs/:jobId/retry',
      { schema: { params, response: { 200: OneJob } }, config: { permission: 'MANAGE_JOBS' } },
      async ({ params: { jobId }, identity: { siteId }, now }) => {
        const job = await inTransaction(sql, async tx => {
          const again = await retryJob(tx, siteId, jobId, now)
          if (again) return again
          const state = (await findJob(tx, siteId, jobId))?.state
          throw state
            ? new Refusal('FAILED_PRECONDITION', 'Only a job that was given up can be tried again.', { state })
            : notFound(jobId)
        })
        return { job: toWire(job) }
      },
    )
  }
}

function toWire(job: Job): Static<typeof JobOut> {
  return {
    id: job.jobId,
    kind: job.kind,
    ...present({ eventId: eventIdOf(job) }),
    state: job.state,
    createdDate: job.createdAt,
    updatedDate: job.updatedAt,
    ...present({ endedDate: job.endedAt, nextAttemptDate: job.state === 'WAITING' ? job.dueAt : null }),
    attempts: job.attempts,
    progress: job.progress,
    failures: job.failures.map(({ at, message }) => ({ date: at, message })),
  }
}

function eventIdOf({ payload }: Job): string | null {
  return isPlainObject(payload) && typeof payload.eventId === 'string' ? payload.eventId : null
}

function notFound(jobId: string): Refusal {
  return new Refusal('JOB_NOT_FOUND', 'There is no such job.', { jobId })
}
