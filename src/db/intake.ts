import { Refusal } from '../refusals.ts'
import { sqlStateOf } from './transaction.ts'

/** What somebody asks for, and how to find out that nobody waits for the answer any more. */
export type Asked<Wanted> = {
  siteId: string
  wanted: Wanted
  /** Requests that contend for the same thing have the same key: a row that somebody keeps locked holds up only these. */
  contendsFor: string
  /** Whether the client has gone: then nothing is granted. Looked at when the batch begins. */
  isGone?: () => boolean
}

export type Intake<Wanted, Granted> = {
  /**
   * Waits its turn and answers when what was granted is durable; throws the refusal if there is one.
   * @throws Refusal UNAVAILABLE when too many wait already, or when the client has gone
   */
  submit: (asked: Asked<Wanted>) => Promise<Granted>
}

/**
 * Decides a batch of one site, in arrival order: for each what it got, or why not. All that is granted is committed
 * together when it returns, and nothing at all when it throws.
 */
type Decide<Wanted, Granted> = (siteId: string, batch: readonly Wanted[]) => Promise<(Granted | Error)[]>

type Waiting<Wanted, Granted> = Asked<Wanted> & {
  resolve: (granted: Granted) => void
  reject: (error: unknown) => void
}

/**
 * Gathers the requests that arrive while a batch is being committed into the next one (design.md section 5): no timer,
 * one batch of a site in flight, arrival order, across events, bounded. Sites do not wait for each other.
 * @param queueMax how many may wait in all
 */
export function createIntake<Wanted, Granted>(
  decide: Decide<Wanted, Granted>,
  { batchMax = 256, queueMax = 10_000 }: { batchMax?: number; queueMax?: number } = {},
): Intake<Wanted, Granted> {
  type Batch = Waiting<Wanted, Granted>[]
  /** Of the sites that are being decided: who waits for the next batch. */
  const lanes = new Map<string, Batch>()
  let waitingInAll = 0

  async function drain(siteId: string, lane: Batch): Promise<void> {
    let answer: () => void = () => {}
    while (lane.length > 0) {
      const batch = lane.splice(0, batchMax)
      waitingInAll -= batch.length
      const deciding = settle(batch.filter(waiting => !leave(waiting)))
      // The answers of the last batch are written while the database works on this one.
      setImmediate(answer)
      answer = await deciding
    }
    lanes.delete(siteId)
    answer()
  }

  /** @returns what gives everybody their answer; it cannot fail */
  async function settle(batch: Batch): Promise<() => void> {
    if (batch.length === 0) return () => {}
    try {
      const wanted = batch.map(waiting => waiting.wanted)
      const outcomes = await decide(batch[0]?.siteId ?? '', wanted)
      return () => {
        for (const [index, waiting] of batch.entries()) {
          const outcome = outcomes[index] ?? new Error('a request was left without an outcome')
          if (outcome instanceof Error) waiting.reject(outcome)
          else waiting.resolve(outcome)
        }
      }
    } catch (error) {
      const parts = batch.length === 1 ? [] : apart(batch, error)
      if (parts.length === 0)
        return () => {
          for (const waiting of batch) waiting.reject(error)
        }
      for (const part of parts) (await settle(part))()
      return () => {}
    }
  }

  return {
    submit: asked =>
      new Promise((resolve, reject) => {
        if (waitingInAll >= queueMax) {
          reject(new Refusal('UNAVAILABLE', 'Too many people at once. Try again.', { retryAfterSeconds: 1 }))
          return
        }
        waitingInAll += 1
        const { siteId } = asked
        const waiting = { ...asked, resolve, reject }
        const lane = lanes.get(siteId)
        if (lane) {
          lane.push(waiting)
          return
        }
        const opened = [waiting]
        lanes.set(siteId, opened)
        void drain(siteId, opened) // settle() keeps every error for its request; drain itself cannot fail
      }),
  }
}

/** Turns away a request that nobody waits for any more. */
function leave({ isGone, reject }: Waiting<unknown, never>): boolean {
  if (!isGone?.()) return false
  reject(new Refusal('UNAVAILABLE', 'The client has gone.'))
  return true
}

/**
 * What of a failed batch is worth another try. One that cannot be stored must not bring the others down, so each gets
 * its own; what somebody keeps locked must not hold up anything else, so those go apart. Any other failure is
 * everybody's: the connection may have broken after the commit, and then all would be granted twice.
 */
function apart<W extends { contendsFor: string }>(batch: readonly W[], error: unknown): W[][] {
  const state = sqlStateOf(error)
  if (state === undefined || /^2[23]...$/.test(state)) return batch.map(waiting => [waiting])
  if (state !== LOCK_NOT_AVAILABLE) return []
  const groups = Map.groupBy(batch, ({ contendsFor }) => contendsFor)
  return groups.size > 1 ? [...groups.values()] : []
}

const LOCK_NOT_AVAILABLE = '55P03'
