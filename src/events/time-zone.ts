import { Temporal } from 'temporal-polyfill'

/**
 * VTIMEZONE of RFC 5545: the offset in force at `from`, the one before, and each change until `to`. Nothing where times
 * are told in UTC.
 */
export function vtimezone(timeZone: string | null, from: Date, to: Date): string[] {
  if (!isNamed(timeZone)) return []
  const start = zoned(from, timeZone)
  const last = start.getTimeZoneTransition('previous')
  // The one before too: there are calendars that want summer and winter.
  const changes = [last?.getTimeZoneTransition('previous'), last].filter(change => change != null)
  // A change at the very instant is in force.
  let next: Temporal.ZonedDateTime | null = start.subtract({ nanoseconds: 1 })
  while (changes.length < CHANGES_MAX) {
    next = next?.getTimeZoneTransition('next') ?? null
    if (!next || next.epochMilliseconds > to.getTime()) break
    changes.push(next)
  }
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${timeZone}`,
    ...(changes.length > 0 ? changes.flatMap(observance) : always(start)),
    'END:VTIMEZONE',
  ]
}

/** Of the longest events there are; a year has two. */
const CHANGES_MAX = 50

/** From a change on; it is told by what clocks showed until then. */
function observance(change: Temporal.ZonedDateTime): string[] {
  const before = change.subtract({ nanoseconds: 1 })
  const kind = change.offsetNanoseconds > before.offsetNanoseconds ? 'DAYLIGHT' : 'STANDARD'
  const moment = local(before.toPlainDateTime().add({ nanoseconds: 1 }))
  return offsets(kind, moment, [before.offset, change.offset])
}

function always({ offset }: Temporal.ZonedDateTime): string[] {
  return offsets('STANDARD', '19700101T000000', [offset, offset])
}

function offsets(kind: 'DAYLIGHT' | 'STANDARD', moment: string, [from, to]: readonly [string, string]): string[] {
  return [
    `BEGIN:${kind}`,
    `DTSTART:${moment}`,
    `TZOFFSETFROM:${from.replaceAll(':', '')}`,
    `TZOFFSETTO:${to.replaceAll(':', '')}`,
    `END:${kind}`,
  ]
}

/**
 * `;TZID=Europe/Berlin:20300601T200000`; null where that would not say which moment is meant: in UTC and zones that are
 * nothing but an offset, and in an hour that clocks show twice.
 */
export function zonedTime(instant: Date, timeZone: string | null): string | null {
  if (!isNamed(timeZone)) return null
  const time = zoned(instant, timeZone)
  const clock = time.toPlainDateTime()
  const isMeant = clock.toZonedDateTime(timeZone).epochMilliseconds === time.epochMilliseconds
  return isMeant ? `;TZID=${timeZone}:${local(clock)}` : null
}

/** `2030-06-01T20:00:00+02:00`: what clocks there show at that moment. */
export function zonedInstant(instant: Date, timeZone: string): string {
  return zoned(instant, timeZone).toString({ smallestUnit: 'second', timeZoneName: 'never' })
}

function isNamed(timeZone: string | null): timeZone is string {
  return timeZone?.includes('/') === true && !timeZone.startsWith('Etc/')
}

function zoned(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone)
}

function local(clock: Temporal.PlainDateTime): string {
  return clock.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '')
}
