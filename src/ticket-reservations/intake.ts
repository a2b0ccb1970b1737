import type { Sql } from '../db/connect.ts'
import { inTransaction, sqlStateOf } from '../db/transaction.ts'
import { Refusal } from '../refusals.ts'
import type { TicketReservation, Wanted } from './model.ts'
import { reserve } from './reserve.ts'

export type Intake = {
  /** Waits its turn and answers when the hold is durable; throws the refusal if there is one. */
  submit: (wanted: Wanted) => Promise<TicketReservation>
}

type Waiting = { wanted: Wanted; resolve: (reservation: TicketReservation) => void; reject: (error: unknown) => void }

/**
 * Gathers the requests that arrive while a batch is being committed into the next one (design.md section 5): no timer,
 * one batch in flight, arrival order, bounded.
 */
export function createIntake(sql: Sql): Intake {
  const queue: Waiting[] = []
  let draining = false

  async function drain(): Promise<void> {
    if (draining) return
    draining = true
    while (queue.length > 0) await settle(queue.splice(0, BATCH_MAX))
    draining = false
  }

  async function settle(batch: Waiting[]): Promise<void> {
    try {
      const outcomes = await inTransaction(sql, tx => decideBySite(tx, batch))
      for (const { waiting, outcome } of outcomes) {
        if (outcome instanceof Error) waiting.reject(outcome)
        else waiting.resolve(outcome)
      }
    } catch (error) {
      const parts = batch.length === 1 ? [] : apart(batch, error)
      if (parts.length === 0) for (const waiting of batch) waiting.reject(error)
      for (const part of parts) await settle(part)
    }
  }

  return {
    submit: wanted =>
      new Promise((resolve, reject) => {
        if (queue.length >= QUEUE_MAX) {
          reject(new Refusal('UNAVAILABLE', 'Too many people at once. Try again.', { retryAfterSeconds: 1 }))
          return
        }
        queue.push({ wanted, resolve, reject })
        void drain() // settle() hands every error to its request; drain itself cannot fail
      }),
  }
}

/**
 * What of a failed batch is worth another transaction. One that cannot be stored must not bring the others down, so each
 * gets its own; tickets that somebody keeps locked must not hold up other tickets, so those go apart. Any other failure
 * is everybody's: the connection may have broken after the commit, and then all would be held twice.
 */
function apart(batch: readonly Waiting[], error: unknown): Waiting[][] {
  const state = sqlStateOf(error)
  if (state === undefined || /^2[23]...$/.test(state)) return batch.map(waiting => [waiting])
  if (state !== LOCK_NOT_AVAILABLE) return []
  const groups = Map.groupBy(batch, ({ wanted }) => wanted.lines[0]?.ticketDefinitionId)
  return groups.size > 1 ? [...groups.values()] : []
}

const LOCK_NOT_AVAILABLE = '55P03'
const BATCH_MAX = 256
const QUEUE_MAX = 10_000

async function decideBySite(tx: Parameters<typeof reserve>[0], batch: Waiting[]) {
  const decided: { waiting: Waiting; outcome: TicketReservation | Error }[] = []
  for (const [siteId, ofSite] of Map.groupBy(batch, ({ wanted }) => wanted.identity.siteId)) {
    const outcomes = await reserve(
      tx,
      siteId,
      ofSite.map(({ wanted }) => wanted),
    )
    ofSite.forEach((waiting, index) => {
      decided.push({ waiting, outcome: outcomes[index] ?? new Error('a request was left without an outcome') })
    })
  }
  return decided
}
