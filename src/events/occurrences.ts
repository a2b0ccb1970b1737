import { randomInt } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import type { Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { InvalidRequest, type Violation, violation } from '../refusals.ts'
import { isTimeZone } from '../time.ts'
import { misconfigured } from './changes.ts'
import type { StoredEvent } from './model.ts'
import type { OccurrenceDates } from './schemas.ts'
import { slugOf } from './slugs.ts'
import { insertEvents } from './store.ts'

/**
 * The other events of a recurring one: like it in all but their dates, ids and slugs, and each by itself from now on
 * (events 2.1, 2.2.5). Where the event's own dates are among `dates`, that one of them is the event itself.
 * @throws InvalidRequest with every date that is wrong
 */
export function otherOccurrences(event: StoredEvent, dates: readonly OccurrenceDates[]): StoredEvent[] {
  if (dates.length === 0) return []
  const wrong = dates.flatMap(violationsOf)
  if (event.dateTbd) wrong.push(misconfigured(AT, 'cannot be given for a date that is to be decided'))
  if (wrong.length > 0) throw new InvalidRequest(wrong)
  const occurrences = dates.map(({ startDate, endDate, timeZoneId, showTimeZone }) => ({
    ...event,
    eventId: newGuid(),
    slug: '',
    startAt: new Date(startDate),
    endAt: new Date(endDate),
    timeZone: timeZoneId,
    showTimeZone: showTimeZone ?? event.showTimeZone,
  }))
  const itself = occurrences.findIndex(
    ({ startAt, endAt }) =>
      startAt.getTime() === event.startAt?.getTime() && endAt.getTime() === event.endAt?.getTime(),
  )
  return itself < 0 ? occurrences : occurrences.toSpliced(itself, 1)
}

const AT = 'event.dateAndTimeSettings.recurringEvents.individualEventDates'

function violationsOf({ startDate, endDate, timeZoneId }: OccurrenceDates, index: number): Violation[] {
  const at = `${AT}[${index}]`
  const wrong: Violation[] = []
  if (!isTimeZone(timeZoneId))
    wrong.push(violation(`${at}.timeZoneId`, 'must be the name of an IANA time zone', 'TIME_ZONE'))
  if (new Date(endDate) < new Date(startDate))
    wrong.push(
      violation(`${at}.endDate`, 'must not be before startDate: an event has no negative duration', 'NOT_AFTER'),
    )
  return wrong
}

/** Writes them with slugs of title and start, `a-concert-2030-06-01-20-00`, numbered where those are taken (events 2.2.17). */
export async function insertOccurrences(tx: Tx, occurrences: readonly StoredEvent[]): Promise<void> {
  const base = slugOf(occurrences[0]?.title ?? '').slice(0, BASE_LENGTH_MAX)
  let open = [...occurrences]
  for (let attempt = 1; open.length > 0; attempt += 1) {
    if (attempt > SLUG_ATTEMPTS_MAX) throw new Error(`no free slugs for "${base}" in ${SLUG_ATTEMPTS_MAX} attempts`)
    const uses = new Map<string, number>()
    for (const occurrence of open) {
      const slug = `${base}-${stampOf(occurrence)}`
      // Two at the same time are told apart by numbers (events 2.2.18), and so are those that lost a slug to others.
      const number = (uses.get(slug) ?? 0) + 1
      uses.set(slug, number)
      const suffix = attempt > 2 ? randomInt(1000, 1_000_000) : number + attempt - 1
      occurrence.slug = suffix === 1 ? slug : `${slug}-${suffix}`
    }
    const inserted = await insertEvents(tx, open)
    open = open.filter(({ eventId }) => !inserted.has(eventId))
  }
}

/** Leaves room for `-2030-06-01-20-00-123456`. */
const BASE_LENGTH_MAX = 100
const SLUG_ATTEMPTS_MAX = 8

/** When it starts where it takes place: `2030-06-01-20-00`. */
function stampOf({ startAt, timeZone }: StoredEvent): string {
  const start = Temporal.Instant.fromEpochMilliseconds(startAt?.getTime() ?? 0).toZonedDateTimeISO(timeZone ?? 'UTC')
  return start.toPlainDateTime().toString({ smallestUnit: 'minute' }).replace(/[T:]/g, '-')
}
