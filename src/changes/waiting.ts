import { setTimeout as delay } from 'node:timers/promises'
import { newestActivity } from '../activity/follow.ts'
import type { Sql } from '../db/connect.ts'

/** What settles with the next news; whoever reads takes it before, so that nothing comes in between unheard. */
export type News = Promise<void>

export type Waiting = {
  next: () => News
  /** Waits for it, at most `seconds`. False when there is no waiting: the process stops, or too many wait already. */
  for: (news: News, seconds: number) => Promise<boolean>
  /** Lets all go who wait, now and later. */
  stop: () => void
}

/**
 * Who waits for changes: one look at the database, twice a second, serves all of a process, and none is made while nobody
 * waits. (A notification with every activity would put all commits of a sale into one queue; decision 9.)
 */
export function createWaiting(sql: Sql): Waiting {
  let news = Promise.withResolvers<void>()
  const stopping = new AbortController()
  let waiting = 0
  let isLooking = false

  async function look(): Promise<void> {
    isLooking = true
    try {
      // What came between the reading of who waits and the first look is not known: that look counts as news.
      for (let seen: string | null | undefined; waiting > 0; ) {
        await delay(LOOK_MILLISECONDS, undefined, { signal: stopping.signal })
        const newest = await newestActivity(sql)
        if (newest !== seen) tell()
        seen = newest
      }
    } catch {
      tell() // we stop, or the database does not answer: who reads it now is told so
    } finally {
      isLooking = false
    }
  }

  function tell(): void {
    news.resolve()
    news = Promise.withResolvers()
  }

  return {
    next: () => news.promise,
    for: async (awaited, seconds) => {
      if (waiting >= WAITING_MAX || stopping.signal.aborted) return false
      waiting += 1
      if (!isLooking) void look()
      const patience = new AbortController()
      await Promise.race([awaited, delay(seconds * 1000, undefined, { signal: patience.signal }).catch(() => {})])
      patience.abort()
      waiting -= 1
      return !stopping.signal.aborted
    },
    stop: () => {
      stopping.abort()
      tell()
    },
  }
}

const LOOK_MILLISECONDS = 500
/** Requests of a process that wait; each keeps a connection of its client's open. */
const WAITING_MAX = 200
