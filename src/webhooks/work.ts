import type { Sql } from '../db/connect.ts'
import type { JobKind } from '../queue/model.ts'
import { createDeliverer, type Deliverer, type Delivering } from './deliver.ts'
import { replayJobs } from './replay.ts'
import type { Surroundings } from './states.ts'
import { createTeller } from './tell.ts'
import { tellGuestsJobs } from './tell-guests.ts'

/** The background work of webhooks; what it does is in the files named after it. */
export type Webhooks = {
  tell: (sql: Sql, now: Date) => Promise<number>
  deliver: Deliverer['run']
  guestJobs: JobKind
  replayJobs: JobKind
  /** Waits for the deliveries that are under way. */
  settled: Deliverer['settled']
  stop: Deliverer['stop']
}

export function createWebhooks(at: Delivering & Surroundings): Webhooks {
  const teller = createTeller(at)
  const deliverer = createDeliverer(at)
  return {
    tell: async (sql, now) => {
      const told = await teller(sql, now)
      if (told > 0) await deliverer.run(sql, now) // at once, rather than when its turn comes
      return told
    },
    deliver: deliverer.run,
    guestJobs: tellGuestsJobs(at),
    replayJobs: replayJobs(at),
    settled: deliverer.settled,
    stop: deliverer.stop,
  }
}
