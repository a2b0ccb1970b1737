import { networkOf } from '../identities/attempts.ts'
import { Refusal } from '../refusals.ts'

/** Codes that nobody has, per minute and address. */
const WRONG_MAX = 20
const MINUTE = 60_000
const ADDRESSES_MAX = 10_000

export type Guesses = {
  /**
   * Counts a code as wrong until it is found to be right, so that many at once are counted too.
   * @returns what says that it was right
   * @throws Refusal RESOURCE_EXHAUSTED
   */
  take: (address: string, now: Date) => () => void
}

/** Bounds how fast codes can be tried out: of a generated one there are 2^82, of a chosen one far fewer. */
export function countGuesses(): Guesses {
  const wrong = new Map<string, { count: number; until: number }>()
  return {
    take: (address, now) => {
      const from = networkOf(address)
      const known = wrong.get(from)
      const counted = known && known.until > now.getTime() ? known : { count: 0, until: now.getTime() + MINUTE }
      if (counted.count >= WRONG_MAX)
        throw new Refusal('RESOURCE_EXHAUSTED', 'Too many codes that do not exist. Wait a moment.', {
          retryAfterSeconds: Math.ceil((counted.until - now.getTime()) / 1000),
        })
      if (wrong.size >= ADDRESSES_MAX) wrong.clear()
      counted.count += 1
      wrong.set(from, counted)
      return () => {
        counted.count -= 1
      }
    },
  }
}
