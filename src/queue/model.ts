import type { Sql, Tx } from '../db/connect.ts'

/** `WAITING` until its last piece is done, also while one is being worked on. A FAILED one stays, for a person to see. */
export const JOB_STATES = ['WAITING', 'DONE', 'FAILED'] as const
export type JobState = (typeof JOB_STATES)[number]

/** Work that goes on after whoever wanted it was answered (docs/decisions/0013). */
export type Job = {
  siteId: string
  jobId: string
  kind: string
  /** What the kind's own code put in, and takes out again. */
  payload: unknown
  state: JobState
  /** Where the next piece begins, in the words of the kind; null: at the beginning. */
  position: unknown
  progress: Progress
  /** How often the next piece was begun. */
  attempts: number
  /** Before that nobody begins the next piece. */
  dueAt: Date
  /** The last few pieces that went wrong, oldest first. */
  failures: readonly Failure[]
  actor: { kind: string; id: string }
  createdAt: Date
  updatedAt: Date
  endedAt: Date | null
}

/** What the pieces did so far, counted: `{ examined: 2000, changed: 31 }`. */
export type Progress = Readonly<Record<string, number>>
export type Failure = { at: string; message: string }

/** How jobs of one kind are done. Each kind has a lane of its own: one that is slow delays no other. */
export type JobKind = {
  name: string
  /** How often a piece is begun before the job is given up. */
  attemptsMax: number
  /**
   * Does the next piece, which must be small: a few hundred rows, one call to somebody else. What must not happen in a
   * transaction (HTTP, mail) happens at once; what is written, in the step that it gives back. A piece may be done twice
   * when a process dies between the two, so both must bear that. What it throws is a failed attempt, and
   * Hopeless the last one.
   */
  work: (job: Job, now: Date, sql: Sql) => Promise<Step>
}

/** Thrown by a piece that will fail each time: the job is given up at once. */
export class Hopeless extends Error {}

/** Writes in the transaction that also writes how far the job is. */
export type Step = (tx: Tx) => Promise<Piece>

/** What a piece came to: how far the job is, and where it goes on; null: nowhere, it is done. */
export type Piece = { progress: Progress; position: unknown }

/** What still fails is tried later and later: 5 s, 10 s, 20 s, … up to an hour between two attempts. */
export function secondsToNextAttempt(attempts: number): number {
  return Math.min(5 * 2 ** Math.max(0, attempts - 1), 3600)
}

/** The counters of before and those of the piece that was just done. */
export function counted(before: Progress, piece: Progress): Progress {
  const names = new Set([...Object.keys(before), ...Object.keys(piece)])
  return Object.fromEntries([...names].map(name => [name, (before[name] ?? 0) + (piece[name] ?? 0)]))
}
