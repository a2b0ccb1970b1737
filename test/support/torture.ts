import { randomInt } from 'node:crypto'

/** Whether the long forms of the proofs run: `npm run torture`. */
export const isTorture = process.env.TORTURE === '1'

export type Chance = {
  /** 0 to `below` - 1. */
  below: (below: number) => number
  oneOf: <T>(list: readonly [T, ...T[]]) => T
  /** Whether something happens that happens so often, 0 to 1. */
  is: (probability: number) => boolean
}

/** The seed of this run, printed: with SEED=… it is the same again. */
export function seedOf(proof: string): number {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  console.log(`${proof}: SEED=${seed}`)
  return seed
}

/** Chance that a seed repeats (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    const a = Math.imul(state ^ (state >>> 15), 1 | state)
    const b = (a + Math.imul(a ^ (a >>> 7), 61 | a)) ^ a
    return ((b ^ (b >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    below: below => Math.floor(next() * below),
    oneOf: list => list[Math.floor(next() * list.length)] ?? list[0],
    is: probability => next() < probability,
  }
}
