import { CLOCK, record } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { addMinutes } from '../time.ts'
import { endDueEvents, type Reminded, remindDueEvents, startDueEvents } from './time-store.ts'
import { activity } from './transitions.ts'

/**
 * The job: writes down that published events have started or ended, each once for each date that it had, also those
 * that did so while nobody worked; and that they will start in a week, in three days … in half an hour (events 1.17).
 * @returns how many facts that were
 */
export async function tellEventTimes(sql: Sql, now: Date): Promise<number> {
  const started = await inPieces(sql, tx => tellStarted(tx, now))
  const ended = await inPieces(sql, tx => tellEnded(tx, now))
  let reminded = 0
  for (const minutesBefore of REMINDERS_MINUTES)
    reminded += await inPieces(sql, tx => tellReminded(tx, minutesBefore, now))
  return started + ended + reminded
}

/** How long before its start an event is reminded of, in minutes: 7 days, 3 days, 1 day, 2 hours, 1 hour, half an hour. */
export const REMINDERS_MINUTES = [10_080, 4320, 1440, 120, 60, 30] as const

async function inPieces(sql: Sql, piece: (tx: Tx) => Promise<number>): Promise<number> {
  let told = 0
  for (let round = 0; round < PIECES_MAX; round += 1) {
    const count = await inTransaction(sql, piece)
    told += count
    if (count < EVENTS_MAX) break
  }
  return told
}

/** Of one transaction. */
const EVENTS_MAX = 200
/** Of one run; the next one goes on. */
const PIECES_MAX = 50

async function tellStarted(tx: Tx, now: Date): Promise<number> {
  const started = await startDueEvents(tx, { limit: EVENTS_MAX, now })
  await record(
    tx,
    started.map(each => activity(each, 'event.started', { actor: CLOCK, now })),
  )
  return started.length
}

async function tellEnded(tx: Tx, now: Date): Promise<number> {
  const ended = await endDueEvents(tx, { limit: EVENTS_MAX, now })
  await record(
    tx,
    ended.map(each => activity(each, 'event.ended', { actor: CLOCK, now })),
  )
  return ended.length
}

/**
 * inferred: one that would come more than half an hour late helps nobody and is left out, as is one whose moment was
 * past when the event was published.
 */
async function tellReminded(tx: Tx, minutesBefore: Reminded['minutesBefore'], now: Date): Promise<number> {
  const window = { after: addMinutes(now, minutesBefore - LATE_MINUTES_MAX), until: addMinutes(now, minutesBefore) }
  const reminded = await remindDueEvents(tx, { minutesBefore, ...window, limit: EVENTS_MAX, now })
  await record(
    tx,
    reminded.map(each => activity(each, 'event.reminder', { actor: CLOCK, now, data: { minutesBefore } })),
  )
  return reminded.length
}

const LATE_MINUTES_MAX = 29
