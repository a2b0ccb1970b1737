import { Gauge, type Registry } from 'prom-client'
import type { Db } from '../db/connect.ts'
import type { JobState } from './model.ts'

/** How many jobs of each kind wait, and how many were given up, of all sites together. */
export async function countOpenJobs(
  db: Db,
): Promise<{ kind: string; state: Exclude<JobState, 'DONE'>; count: number }[]> {
  return db`
    select kind, state, count(*) as count
      from jobs
     where state <> 'DONE'
     group by kind, state
     order by kind, state`
}

/** The same as figures of `/metrics`. */
export function showJobs(db: Db, figures: Registry): void {
  new Gauge({
    name: 'boxoffice_jobs',
    help: 'Jobs that wait, and those that were given up, by kind.',
    labelNames: ['kind', 'state'],
    registers: [figures],
    async collect() {
      this.reset()
      // Without the database there are no such figures, and the others are told all the same.
      for (const { count, ...labels } of await countOpenJobs(db).catch(() => [])) this.set(labels, count)
    },
  })
}
