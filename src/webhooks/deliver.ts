import type { FastifyBaseLogger } from 'fastify'
import type { Sql } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Keys } from '../identities/keys.ts'
import { addMinutes, addSeconds, type Clock } from '../time.ts'
import {
  claimLanes,
  type DueDelivery,
  findWaitingEvent,
  type Lane,
  leaveLane,
  listDue,
  writeAttempt,
} from './delivery-store.ts'
import { findSigningKey } from './key-store.ts'
import { ATTEMPTS_KEPT, type Attempt, RETRY_MINUTES } from './model.ts'
import { pauseFailing } from './pause.ts'
import { createPoster, type Poster, type PosterOptions } from './post.ts'
import { openWebhookKey, type Signer, signedBody } from './sign.ts'
import { tryToLockSubscription } from './store.ts'

/** Sends what is due, and goes on after `run` has answered; `settled` waits for that. */
export type Deliverer = {
  run: (sql: Sql, now: Date) => Promise<number>
  settled: () => Promise<void>
  /** Begins nothing more, and waits for what is under way. */
  stop: () => Promise<void>
}

export type Delivering = { clock: Clock; keys: Keys; log: FastifyBaseLogger; reach: PosterOptions }

/** Lanes that a process works on at once; of targets that fail only so many, so that those that work never wait for them. */
const LANES_MAX = 32
const FAILING_LANES_MAX = 16
/** Deliveries to one target at once. */
const AT_ONCE_MAX = 4
/** Of one look at a lane. */
const DUE_MAX = 100
/** A turn in a lane ends after so many deliveries or so long; then the others have theirs. */
const TURN_DELIVERIES_MAX = 1000
const TURN_MILLISECONDS_MAX = 20_000
/** Who dies in a lane is followed by another after so long: longer than any turn. */
const LANE_SECONDS = 60

/**
 * Delivers what waits: each subscription is a lane, on which one process works at a time, with so many deliveries at
 * once; what is about one thing goes one after the other. A target that hangs, fails or talks without end takes up its
 * own lane, for a moment, and nobody else's.
 */
export function createDeliverer({ clock, keys, log, reach }: Delivering): Deliverer {
  const turns = new Map<Promise<void>, Lane>()
  const stopping = new AbortController()

  function take(sql: Sql, lane: Lane): void {
    const turn = workOn(sql, lane, { clock, keys, reach, signal: stopping.signal })
      // The lane is free again when the claim has run out.
      .catch(error => log.error({ err: error, webhookId: lane.subscriptionId }, 'webhook lane failed'))
      .finally(() => turns.delete(turn))
    turns.set(turn, lane)
  }

  return {
    run: async (sql, now) => {
      const until = addSeconds(now, LANE_SECONDS)
      const free = LANES_MAX - turns.size
      const failingTurns = [...turns.values()].filter(({ failingSince }) => failingSince !== null).length
      const well = await claimLanes(sql, { failing: false, limit: free, now, until })
      const freeToFail = Math.min(free - well.length, FAILING_LANES_MAX - failingTurns)
      const failing = await claimLanes(sql, { failing: true, limit: freeToFail, now, until })
      for (const lane of [...well, ...failing]) take(sql, lane)
      return 0
    },
    settled: async () => {
      await Promise.all(turns.keys())
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(turns.keys())
    },
  }
}

type Working = Pick<Delivering, 'clock' | 'keys' | 'reach'> & { signal: AbortSignal }

async function workOn(sql: Sql, lane: Lane, working: Working): Promise<void> {
  const { clock, keys, reach, signal } = working
  const key = await findSigningKey(sql, lane.siteId, clock())
  if (!key) throw new Error(`site ${lane.siteId} has no key to sign webhooks with`)
  const signer: Signer = { webhookKeyId: key.webhookKeyId, privateKey: openWebhookKey(key, keys) }
  const poster = createPoster(reach)
  const turn: Turn = { ...lane, sql, signer, poster, clock, signal, delivered: 0, failed: 0, since: performance.now() }
  try {
    for (;;) {
      const due = await listDue(sql, lane, { now: clock(), limit: DUE_MAX })
      await deliverAll(due, turn)
      if (due.length === 0 || isOver(turn)) break
    }
  } finally {
    poster.close()
  }
  await inTransaction(sql, async tx => {
    const { siteId, subscriptionId } = lane
    const failingSince = turn.delivered > 0 || turn.failed === 0 ? keptSince(turn) : (lane.failingSince ?? clock())
    const subscription = await tryToLockSubscription(tx, siteId, subscriptionId)
    if (!subscription) return // it was deleted meanwhile
    await leaveLane(tx, lane, failingSince)
    await pauseFailing(tx, { ...subscription, failingSince }, clock())
  })
}

/** One success ends a time of failures; a turn that found nothing to do says nothing. */
function keptSince({ delivered, failingSince }: Turn): Date | null {
  return delivered > 0 ? null : failingSince
}

type Turn = Lane & {
  sql: Sql
  signer: Signer
  poster: Poster
  clock: Clock
  signal: AbortSignal
  delivered: number
  failed: number
  since: number
}

/** The first failures end a turn: what else waits there would fail as well, and keep the lane for long. */
function isOver({ signal, delivered, failed, since }: Turn): boolean {
  return (
    signal.aborted ||
    (failed > 0 && delivered === 0) ||
    delivered + failed >= TURN_DELIVERIES_MAX ||
    performance.now() - since > TURN_MILLISECONDS_MAX
  )
}

/** What is about one thing goes one after the other, and stops at the first that fails; different things go at once. */
async function deliverAll(due: readonly DueDelivery[], turn: Turn): Promise<void> {
  const queues = [...Map.groupBy(due, ({ laneKey }) => laneKey).values()]
  const next = queues[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE_MAX, queues.length) }, async () => {
      for (const queue of next)
        for (const delivery of queue) {
          if (isOver(turn)) return
          if (!(await deliver(delivery, turn))) break
        }
    }),
  )
}

async function deliver(delivery: DueDelivery, turn: Turn): Promise<boolean> {
  const { siteId, url, sql, signer, poster, clock } = turn
  const event = await findWaitingEvent(sql, { siteId, deliveryId: delivery.deliveryId })
  if (!event) return true // dropped by hand meanwhile
  const at = clock()
  const posted = await poster.post(url, await signedBody(event, signer, at))
  const { failure } = posted
  const attempt: Attempt = { at: at.toISOString(), ...posted }
  const minutes = RETRY_MINUTES[delivery.attempts]
  const state = failure === null ? 'DELIVERED' : minutes === undefined ? 'DROPPED' : 'WAITING'
  const now = clock()
  await writeAttempt(sql, turn, {
    delivery,
    attempt,
    state,
    dueAt: state === 'WAITING' ? addMinutes(at, minutes ?? 0) : null,
    attemptsKept: ATTEMPTS_KEPT,
    now,
  })
  if (failure === null) turn.delivered += 1
  else turn.failed += 1
  return failure === null
}
