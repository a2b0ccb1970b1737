import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Sql } from './db/connect.ts'
import { closeAbandoned } from './orders/settle.ts'
import { expireOverdue } from './ticket-reservations/expire.ts'
import type { Clock } from './time.ts'

type Job = { name: string; everySeconds: number; run: (sql: Sql, now: Date) => Promise<number> }

/**
 * The background work, a line each. Each run is idempotent and safe beside others like it, so that any number of
 * processes may work on one database.
 */
const JOBS: readonly Job[] = [
  { name: 'expire reservations', everySeconds: 0.5, run: expireOverdue },
  { name: 'close abandoned orders', everySeconds: 60, run: closeAbandoned },
]

/** Starts all jobs; a failed run is logged and tried again at its next turn. */
export function startWorker({ sql, clock, log }: { sql: Sql; clock: Clock; log: FastifyBaseLogger }): {
  stop: () => Promise<void>
} {
  const stopping = new AbortController()
  const loops = JOBS.map(job => repeat(job, { sql, clock, log, signal: stopping.signal }))
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}

type Surroundings = { sql: Sql; clock: Clock; log: FastifyBaseLogger; signal: AbortSignal }

async function repeat({ name, everySeconds, run }: Job, { sql, clock, log, signal }: Surroundings): Promise<void> {
  while (!signal.aborted) {
    try {
      const done = await run(sql, clock())
      if (done > 0) log.info({ job: name, done }, 'job done')
    } catch (error) {
      log.error({ err: error, job: name }, 'job failed')
    }
    await delay(everySeconds * 1000, undefined, { signal }).catch(() => {}) // aborted: the loop's condition ends it
  }
}
