import type { FastifyReply } from 'fastify'
import type { Numbers } from '../db/changes.ts'
import type { StoredEvent } from '../events/model.ts'
import { type Answer, answerWith } from './answers.ts'
import { isHeld, type LoadedEvent } from './load.ts'
import type { Seats } from './seats.ts'

/** An event that this process remembers, and the answers that were made of it. */
export type Remembered = {
  loaded: LoadedEvent
  /** The clock's reading that it was loaded for, in ms. */
  asOf: number
  /** When it was asked for, in ms of a time that only goes forward. */
  askedAt: number
  /** Told of something that can only be found out by reading again. */
  isDoubtful: boolean
  budget: Budget
  seats: Seats
  answers: Map<string, Answer>
  /** When it would read differently by the clock alone, ascending. */
  moments: readonly number[]
  /** About what it takes. */
  bytes: number
  answersBytes: number
}

/** Readings that an event may cause beyond one per second: no more than so many, however many holds run out. */
export type Budget = { left: number; at: number }

export function remember(
  loaded: LoadedEvent,
  { asOf, askedAt, budget, seats }: Pick<Remembered, 'asOf' | 'askedAt' | 'budget' | 'seats'>,
): Remembered {
  return {
    loaded,
    asOf,
    askedAt,
    isDoubtful: false,
    budget,
    seats,
    answers: new Map(),
    moments: momentsOf(loaded),
    bytes: JSON.stringify(loaded).length,
    answersBytes: 0,
  }
}

function momentsOf({ event, definitions, occurrences }: LoadedEvent): number[] {
  const { startDate, endDate } = event.rsvpSettings
  const ofEvent = [event.startAt, event.endAt, toDate(startDate), toDate(endDate)] satisfies (Date | null)[]
  const ofSales = definitions.flatMap(({ saleStartAt, saleEndAt }) => [saleStartAt, saleEndAt])
  const ofSeries = occurrences.flatMap(({ startAt, endAt }) => [startAt, endAt])
  const moments = [...ofEvent, ...ofSales, ...ofSeries].flatMap(moment => (moment ? [moment.getTime()] : []))
  return [...new Set(moments)].sort((one, other) => one - other)
}

function toDate(text: StoredEvent['rsvpSettings']['startDate']): Date | null {
  return text === undefined ? null : new Date(text)
}

/**
 * What `remembered` is worth at `now`, as far as this process was told: DOUBTFUL when holds have run out, or changed in a
 * way that only another reading can find out; that much may be said a moment longer (`Budget`).
 */
export function truthOf(
  { asOf, askedAt, isDoubtful, loaded }: Remembered,
  { now, at, ageMax }: { now: number; at: number; ageMax: number },
): 'TRUE' | 'DOUBTFUL' | 'OLD' {
  if (at - askedAt > ageMax || Math.abs(now - asOf) > CLOCK_MILLISECONDS_MAX) return 'OLD'
  const isOverdue = loaded.releases !== null && loaded.releases.next.getTime() <= now
  return isDoubtful || isOverdue ? 'DOUBTFUL' : 'TRUE'
}

/** A clock that is further from the one it was loaded for has jumped: nothing is known of the holds in between. */
const CLOCK_MILLISECONDS_MAX = 1000

/** Whether one more reading is within the budget, which it then is charged to. */
export function spend(budget: Budget, at: number): boolean {
  budget.left = Math.min(BUDGET_MAX, budget.left + ((at - budget.at) * BUDGET_MAX) / 1000)
  budget.at = at
  if (budget.left < 1) return false
  budget.left -= 1
  return true
}

export function newBudget(at: number): Budget {
  return { left: BUDGET_MAX, at }
}

/** Readings per second, and at once. */
const BUDGET_MAX = 20

/** Takes over the numbers of a definition, unless they are older than what is known. */
export function takeOver(remembered: Remembered, numbers: Numbers): void {
  const { loaded } = remembered
  const index = loaded.definitions.findIndex(each => each.ticketDefinitionId === numbers.ticketDefinitionId)
  const known = loaded.definitions[index]
  if (!known || known.version >= numbers.version) return
  // Which of the overdue holds are still in the new numbers, nobody says.
  if (known.overdueQuantity > 0) {
    remembered.isDoubtful = true
    return
  }
  const definitions = loaded.definitions.with(index, { ...known, ...numbers })
  const held = definitions.some(isHeld)
  if (held && loaded.releases === null) remembered.isDoubtful = true // until when, the numbers do not say
  remembered.loaded = { ...loaded, definitions, releases: held ? loaded.releases : null }
  forgetAnswers(remembered)
}

/**
 * The answer to one way of asking for the event, made once, until something that it says may change.
 * @param asked.name tells this way from the others
 * @param asked.reply serializes what `make` gives by the route's own schema
 */
export function answerOf(
  remembered: Remembered,
  { name, now, reply }: { name: string; now: Date; reply: Pick<FastifyReply, 'serialize'> },
  make: () => object,
): Answer {
  const { answers, moments } = remembered
  const time = now.getTime()
  const known = answers.get(name)
  if (known && known.from <= time && time < known.until) return known
  const answer = answerWith(String(reply.serialize(make())), {
    from: moments.findLast(moment => moment <= time) ?? Number.NEGATIVE_INFINITY,
    until: moments.find(moment => moment > time) ?? Number.POSITIVE_INFINITY,
  })
  if (answers.size >= ANSWERS_MAX) forgetAnswers(remembered)
  answers.set(name, answer)
  remembered.answersBytes += answer.body.length
  return answer
}

function forgetAnswers(remembered: Remembered): void {
  remembered.answers.clear()
  remembered.answersBytes = 0
}

/** Ways of asking for one event that are remembered. */
const ANSWERS_MAX = 32
