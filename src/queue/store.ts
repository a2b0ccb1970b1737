import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import type { Failure, Job, JobState, Piece } from './model.ts'

function columns(db: Db): Fragment {
  return db`
    jobs.site_id, jobs.job_id, jobs.kind, jobs.payload, jobs.state, jobs.position, jobs.progress, jobs.attempts,
    jobs.due_at, jobs.failures, jsonb_build_object('kind', jobs.actor_kind, 'id', jobs.actor_id) as actor,
    jobs.created_at, jobs.updated_at, jobs.ended_at`
}

/** What is wanted of a job: what, of which kind, in whose name, not before when, and its id, if that is known already. */
export type WantedJob = Pick<Job, 'siteId' | 'kind' | 'payload' | 'actor'> & Partial<Pick<Job, 'jobId' | 'dueAt'>>

/** Enqueues jobs in the transaction that wants them: rolled back, there are none. All in one statement. */
export async function enqueue(tx: Tx, wanted: readonly WantedJob[], now: Date): Promise<string[]> {
  const rows = wanted.map(({ siteId, kind, payload, actor, jobId = newGuid(), dueAt = now }) => ({
    site_id: siteId,
    job_id: jobId,
    kind,
    payload,
    actor_kind: actor.kind,
    actor_id: actor.id,
    due_at: dueAt,
  }))
  await tx`
    insert into jobs (
      site_id, job_id, kind, payload, state, progress, attempts, due_at, failures, actor_kind, actor_id, created_at,
      updated_at
    )
    select site_id, job_id, kind, payload, 'WAITING', '{}', 0, due_at, '[]', actor_kind, actor_id, ${now}, ${now}
      from jsonb_to_recordset(${jsonb(tx, rows)}) as new (
             site_id uuid, job_id uuid, kind text, payload jsonb, actor_kind text, actor_id text,
             due_at timestamptz
           )`
  return rows.map(row => row.job_id)
}

/**
 * Takes the job of this kind that has been due longest, whatever its site, and keeps others from it until `until`. The
 * attempt is counted before it is made, so that a job that kills its process is given up in the end.
 */
export async function claimJob(db: Db, kind: string, { now, until }: { now: Date; until: Date }): Promise<Job | null> {
  const [job] = await db<Job[]>`
    with due as materialized (
      select site_id, job_id
        from jobs
       where kind = ${kind}
         and state = 'WAITING'
         and due_at <= ${now}
       order by due_at
       limit 1
         for update skip locked
    )
    update jobs
       set attempts = jobs.attempts + 1, due_at = ${until}, updated_at = ${now}
      from due
     where jobs.site_id = due.site_id
       and jobs.job_id = due.job_id
    returning ${columns(db)}`
  return job ?? null
}

/** Whoever claimed a job and took too long has lost it: then nobody's row has these attempts and this deadline. */
type Claim = Pick<Job, 'siteId' | 'jobId' | 'attempts' | 'dueAt'>

function claimed(db: Db, { siteId, jobId, attempts, dueAt }: Claim): Fragment {
  return db`
    site_id = ${siteId}
       and job_id = ${jobId}
       and state = 'WAITING'
       and attempts = ${attempts}
       and due_at = ${dueAt}`
}

/** Writes how far a claimed job is, which is due again at once or done. False: it is not ours any more. */
export async function advanceJob(tx: Tx, job: Claim, { progress, position }: Piece, now: Date): Promise<boolean> {
  const done = position === null
  const { count } = await tx`
    update jobs
       set state = ${done ? 'DONE' : 'WAITING'},
           position = ${jsonb(tx, position)},
           progress = ${jsonb(tx, progress)},
           attempts = 0,
           due_at = ${now},
           updated_at = ${now},
           ended_at = ${done ? now : null}
     where ${claimed(tx, job)}`
  return count === 1
}

/** Writes down why a piece of a claimed job failed, and when it is tried again; null: never. */
export async function failJob(
  db: Db,
  job: Claim,
  { failure, retryAt, now }: { failure: Failure; retryAt: Date | null; now: Date },
): Promise<void> {
  await db`
    update jobs
       set state = ${retryAt === null ? 'FAILED' : 'WAITING'},
           due_at = ${retryAt ?? now},
           failures = (
             select jsonb_agg(kept.failure order by kept.place)
               from (
                 select failure, place
                   from jsonb_array_elements(jobs.failures || ${jsonb(db, [failure])}::jsonb)
                        with ordinality as all_of_them (failure, place)
                  order by place desc
                  limit ${FAILURES_MAX}
               ) as kept
           ),
           updated_at = ${now},
           ended_at = ${retryAt === null ? now : null}
     where ${claimed(db, job)}`
}

const FAILURES_MAX = 20

export async function findJob(db: Db, siteId: string, jobId: string): Promise<Job | null> {
  const [job] = await db<Job[]>`
    select ${columns(db)}
      from jobs
     where site_id = ${siteId}
       and job_id = ${jobId}`
  return job ?? null
}

/** A site's jobs, newest first. */
export async function listJobs(
  db: Db,
  siteId: string,
  { state, kinds, limit, offset }: { state: JobState | null; kinds: readonly string[]; limit: number; offset: number },
): Promise<{ jobs: Job[]; total: number }> {
  const [counted, jobs] = await Promise.all([
    db<{ total: number }[]>`
      select count(*) as total
        from jobs
       where site_id = ${siteId}
         and (${state}::text is null or state = ${state}::text)
         and (${kinds.length === 0} or kind = any(${kinds as string[]}::text[]))`,
    db<Job[]>`
      select ${columns(db)}
        from jobs
       where site_id = ${siteId}
         and (${state}::text is null or state = ${state}::text)
         and (${kinds.length === 0} or kind = any(${kinds as string[]}::text[]))
       order by created_at desc, job_id
       limit ${limit}
      offset ${offset}`,
  ])
  return { jobs: [...jobs], total: counted[0]?.total ?? 0 }
}

/** Jobs of one kind whose payload names an event, newest first. @param actorId of whom alone; null: of everybody */
export async function listJobsAbout(
  db: Db,
  siteId: string,
  { kind, eventId, actorId, limit }: { kind: string; eventId: string; actorId: string | null; limit: number },
): Promise<Job[]> {
  return db<Job[]>`
    select ${columns(db)}
      from jobs
     where site_id = ${siteId}
       and kind = ${kind}
       and payload->>'eventId' = ${eventId}
       and (${actorId}::text is null or actor_id = ${actorId}::text)
     order by created_at desc, job_id
     limit ${limit}`
}

/** Lets a job that was given up go on where it stopped. Null: there is none that was. */
export async function retryJob(db: Db, siteId: string, jobId: string, now: Date): Promise<Job | null> {
  const [job] = await db<Job[]>`
    update jobs
       set state = 'WAITING', attempts = 0, due_at = ${now}, updated_at = ${now}, ended_at = null
     where site_id = ${siteId}
       and job_id = ${jobId}
       and state = 'FAILED'
    returning ${columns(db)}`
  return job ?? null
}

/** Forgets what was done before `endedBefore`, at most so many. What was given up stays until a person has seen to it. */
export async function removeDoneJobs(
  db: Db,
  { endedBefore, limit }: { endedBefore: Date; limit: number },
): Promise<number> {
  const { count } = await db`
    delete from jobs
     where (site_id, job_id) in (
       select site_id, job_id
         from jobs
        where state = 'DONE'
          and ended_at < ${endedBefore}
        order by ended_at
        limit ${limit}
     )`
  return count
}
