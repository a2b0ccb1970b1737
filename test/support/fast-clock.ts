import type { Clock } from '../../src/time.ts'

/** The settings of a server whose clock runs faster, from one moment on: its deadlines come within a test. */
export type FastClock = { CLOCK_FROM: string; CLOCK_SPEED: string }

/** What it is for everybody who was given the same settings. */
export function fastClock({ CLOCK_FROM, CLOCK_SPEED }: FastClock): Clock {
  const from = Number(CLOCK_FROM)
  const real = Date.now
  return () => new Date(from + (real() - from) * Number(CLOCK_SPEED))
}
