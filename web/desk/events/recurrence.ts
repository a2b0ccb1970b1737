import { Temporal } from 'temporal-polyfill'

/** How a show comes again; `count` is of all dates, the first among them. */
export type Repeat = {
  every: number
  unit: 'DAY' | 'WEEK' | 'MONTH'
  /** Of a week, 1 (Monday) to 7; empty: the day of the first date. */
  weekdays: readonly number[]
  count: number
}

/** A date as two clocks, such as `2030-06-01T19:00`. */
export type Dates = { start: string; end: string }

/** Dates that one request takes (events 2.2.1). */
export const DATES_MAX = 1000

/**
 * The dates of a show that begins with `first`, each at the same time of day and as long, whatever the clocks do meanwhile;
 * a month that has no such day is left out.
 */
export function datesOf(first: Dates, { every, unit, weekdays, count }: Repeat): Dates[] {
  const start = plain(first.start)
  const end = plain(first.end)
  const wanted = Math.min(Math.max(1, Math.floor(count)), DATES_MAX)
  if (!start || !end) return []
  const step = Math.max(1, Math.floor(every))
  const length = start.until(end)
  const dates: Dates[] = []
  const add = (at: Temporal.PlainDateTime) => {
    if (dates.length < wanted && Temporal.PlainDateTime.compare(at, start) >= 0)
      dates.push({ start: said(at), end: said(at.add(length)) })
  }
  const days = unit === 'WEEK' && weekdays.length > 0 ? weekdays.toSorted((a, b) => a - b) : null
  for (let round = 0; dates.length < wanted && round < ROUNDS_MAX; round += 1) {
    if (days) {
      const monday = start.subtract({ days: start.dayOfWeek - 1 }).add({ weeks: round * step })
      for (const day of days) add(monday.add({ days: day - 1 }))
    } else if (unit === 'MONTH') {
      const at = start.add({ months: round * step })
      if (at.day === start.day) add(at)
    } else add(start.add(unit === 'DAY' ? { days: round * step } : { weeks: round * step }))
  }
  return dates
}

/** More than any thousand dates need: of twelve months seven have a 31st. */
const ROUNDS_MAX = 12 * DATES_MAX

function plain(clock: string): Temporal.PlainDateTime | null {
  try {
    return Temporal.PlainDateTime.from(clock)
  } catch {
    return null
  }
}

function said(at: Temporal.PlainDateTime): string {
  return at.toString({ smallestUnit: 'minute' })
}
