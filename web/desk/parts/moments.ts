import { Temporal } from 'temporal-polyfill'

/** A moment as a clock in `timeZone` shows it, the way date fields write it: `2026-12-31T19:30`; '' for none. */
export function clockOf(moment: string | Date | null | undefined, timeZone: string): string {
  if (!moment) return ''
  const instant = Temporal.Instant.fromEpochMilliseconds(new Date(moment).getTime())
  return instant.toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' })
}

/** The moment, in ISO 8601, when a clock in `timeZone` shows this; null for nothing, and for what is no date. */
export function momentOf(clock: string, timeZone: string): string | null {
  try {
    // Where the clock shows it twice, the first time; where it skips it, as much later.
    return Temporal.PlainDateTime.from(clock).toZonedDateTime(timeZone).toInstant().toString()
  } catch {
    return null
  }
}
