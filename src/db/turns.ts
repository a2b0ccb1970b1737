import { Refusal } from '../refusals.ts'

/** Runs works that are given to it, only so many at once; the others wait for their turn. */
export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>

/**
 * Turns for what takes the database long, so that it never takes all of its connections from those who buy.
 * @param waitingMax who comes when so many wait is refused: UNAVAILABLE
 */
export function createTurns({ atOnce, waitingMax }: { atOnce: number; waitingMax: number }): Turns {
  let running = 0
  const waiting: (() => void)[] = []
  return async work => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax)
        throw new Refusal('UNAVAILABLE', 'Too many ask for this. Try again in a moment.')
      await new Promise<void>(resolve => {
        waiting.push(resolve) // whoever ends hands its place on
      })
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
