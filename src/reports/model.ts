import { invalid } from '../refusals.ts'

/** What a report is cut into, in the time zone of its event or site; weeks begin on Monday. */
export const UNITS = ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH'] as const
export type Unit = (typeof UNITS)[number]

/** From when until when, the end exclusive. */
export type Period = { from: Date; to: Date }

/** Of so many units a report consists at most, whatever it is asked for. */
export const POINTS_MAX = 1000

/** The length of each unit, in minutes; of a month the shortest. */
const MINUTES: Readonly<Record<Unit, number>> = { MINUTE: 1, HOUR: 60, DAY: 1440, WEEK: 10_080, MONTH: 40_320 }

/** Up to which length a period is cut into this, where nobody says otherwise: a person can still read what comes. */
const READABLE: readonly { unit: Unit; minutesMax: number }[] = [
  { unit: 'MINUTE', minutesMax: 12 * 60 },
  { unit: 'HOUR', minutesMax: 3 * 1440 },
  { unit: 'DAY', minutesMax: 120 * 1440 },
  { unit: 'WEEK', minutesMax: 2 * 366 * 1440 },
]

/** The unit that suits a period's length, no finer than `finest`. */
export function unitOf(period: Period, finest: Unit): Unit {
  const minutes = minutesOf(period)
  const fitting = READABLE.find(
    ({ unit, minutesMax }) => minutes <= minutesMax && UNITS.indexOf(unit) >= UNITS.indexOf(finest),
  )
  return fitting?.unit ?? 'MONTH'
}

/**
 * @throws InvalidRequest on `to` when the period has no length, or is too long for any report; on `unit` when it is too
 *   long for that
 */
export function refuseUnreadable(period: Period, unit: Unit): void {
  const minutes = minutesOf(period)
  if (minutes <= 0) throw invalid('to', 'must be after from', 'NOT_AFTER')
  if (minutes / MINUTES.MONTH > POINTS_MAX) throw invalid('to', 'must not be so long after from', 'PERIOD_TOO_LONG')
  // One at either end may be cut off.
  if (minutes / MINUTES[unit] > POINTS_MAX - 2)
    throw invalid('unit', `must be longer: a report has at most ${POINTS_MAX} points`, 'UNIT_TOO_FINE', {
      threshold: POINTS_MAX,
    })
}

function minutesOf({ from, to }: Period): number {
  return (to.getTime() - from.getTime()) / 60_000
}

/** The sum of each named member over rows, by what they have in common. */
export function sumBy<Row, Key extends keyof Row & string>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  members: readonly Key[],
): Map<string, Record<Key, number>> {
  const sums = new Map<string, Record<Key, number>>()
  for (const row of rows) {
    const sum = sums.get(keyOf(row)) ?? (Object.fromEntries(members.map(member => [member, 0])) as Record<Key, number>)
    for (const member of members) sum[member] += Number(row[member])
    sums.set(keyOf(row), sum)
  }
  return sums
}
