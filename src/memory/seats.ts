import type { Db } from '../db/connect.ts'
import type { AvailablePlace } from '../seating/model.ts'
import { listAvailablePlaces } from '../seating/store.ts'
import type { LoadedEvent } from './load.ts'
import { type Budget, newBudget, type Remembered, spend } from './remembered.ts'

/** What is known of an event's places; it outlives a reading of the event. */
export type Seats = { budget: Budget; last: Reading | null }

/** The event with what guests can get of its places, and answers that were made of both. */
export type Seated = Remembered & { places: readonly AvailablePlace[] }

/** One look at the places, for everybody who asks while `of`, the event's numbers, stay as they were before it. */
type Reading = { of: LoadedEvent; askedAt: number; result: Promise<Seated> }

/** At most so old, in ms, are places that are served although numbers have changed since. */
const AGE_MAX = 200

export function newSeats(at: number): Seats {
  return { budget: newBudget(at), last: null }
}

/**
 * The event with its places. They are read anew when a number of the event has changed, but no more than 20 times a
 * second, however fast it sells: in between they are a moment old.
 */
export function withSeats(db: Db, remembered: Remembered, now: Date): Promise<Seated> {
  const { seats, loaded } = remembered
  const { last } = seats
  const at = performance.now()
  if (last && (last.of === loaded || (at - last.askedAt < AGE_MAX && !spend(seats.budget, at)))) return last.result
  const reading = { of: loaded, askedAt: at, result: read(db, remembered, now) }
  reading.result.catch(() => {
    if (seats.last === reading) seats.last = null
  })
  seats.last = reading
  return reading.result
}

async function read(db: Db, remembered: Remembered, now: Date): Promise<Seated> {
  const { loaded } = remembered
  const { siteId } = loaded.event
  const ticketDefinitionIds = loaded.definitions.filter(({ seated }) => seated).map(each => each.ticketDefinitionId)
  const places = await listAvailablePlaces(db, { siteId, ticketDefinitionIds, now }, PLACES_MAX)
  remembered.bytes += places.length * PLACE_BYTES
  return { ...remembered, loaded, places, answers: new Map(), answersBytes: 0 }
}

/** More than one plan has. */
const PLACES_MAX = 50_000
/** About what a place takes, with its part in an answer or two. */
const PLACE_BYTES = 600
