import { Temporal } from 'temporal-polyfill'
import type { Tx } from '../db/connect.ts'
import { copyForm } from '../forms/store.ts'
import { newGuid } from '../ids.ts'
import { withChanges } from './changes.ts'
import { insertWithSlug } from './create.ts'
import { cropped, type RsvpSettings, type StoredEvent } from './model.ts'
import type { EventChanges } from './schemas.ts'
import { nextCloneNumber } from './store.ts'

/** inferred: a clone takes place two weeks after its original, at the same time of day (events 1.13.3). */
const DAYS_LATER = 14

/**
 * A new event with the content, settings and form of another one, two weeks later unless `changes` says otherwise
 * (events 1.13); what was sold or answered stays with the original. The fact that this happened is for the caller to
 * record, who knows what else was copied.
 * @param draft absent: published, but for the clone of a draft (inferred: events 1.13.6)
 */
export async function copyEvent(
  tx: Tx,
  original: StoredEvent,
  { changes, draft, now }: { changes: EventChanges; draft: boolean | null; now: Date },
): Promise<StoredEvent> {
  const title = changes.title ?? (await freeTitle(tx, original))
  const copy: StoredEvent = {
    ...movedTo(original, startOfClone(original, changes)),
    eventId: newGuid(),
    revision: 1,
    title,
    createdAt: now,
    updatedAt: now,
    publishedAt: (draft ?? original.publishedAt === null) ? null : now,
    canceledAt: null,
    canceledBy: null,
    seriesId: null, // inferred: the clone of an occurrence is an event by itself (events 1.13.10)
  }
  const clone = await insertWithSlug(tx, withChanges(copy, changes), changes.seoSettings?.slug)
  const { siteId, eventId } = clone
  await copyForm(tx, { siteId, fromEventId: original.eventId, toEventIds: [eventId] })
  return clone
}

/** When the clone starts; null while either date is to be decided. */
function startOfClone({ startAt, timeZone }: StoredEvent, { dateAndTimeSettings }: EventChanges): Date | null {
  if (startAt === null || timeZone === null || dateAndTimeSettings?.dateAndTimeTbd) return null
  if (dateAndTimeSettings?.startDate) return new Date(dateAndTimeSettings.startDate)
  const start = Temporal.Instant.fromEpochMilliseconds(startAt.getTime()).toZonedDateTimeISO(timeZone)
  return new Date(start.add({ days: DAYS_LATER }).epochMilliseconds)
}

/** The event with its dates and its window for answers moved so that it starts at `start`, as long as before. */
function movedTo(event: StoredEvent, start: Date | null): StoredEvent {
  if (start === null || event.startAt === null || event.endAt === null) return event
  const byMilliseconds = start.getTime() - event.startAt.getTime()
  const moved = (instant: string) => new Date(new Date(instant).getTime() + byMilliseconds).toISOString()
  const { startDate, endDate, ...rest } = event.rsvpSettings
  const rsvpSettings: RsvpSettings = {
    ...rest,
    ...(startDate && { startDate: moved(startDate) }),
    ...(endDate && { endDate: moved(endDate) }),
  }
  return { ...event, startAt: start, endAt: new Date(event.endAt.getTime() + byMilliseconds), rsvpSettings }
}

/** The original's title with the next number behind it: `A concert (1)` (events 1.13.4). */
async function freeTitle(tx: Tx, { siteId, title }: StoredEvent): Promise<string> {
  const stems = [...new Set(Array.from({ length: DIGITS_MAX }, (_, digits) => stemFor(title, 10 ** digits)))]
  const number = await nextCloneNumber(tx, siteId, stems)
  return `${stemFor(title, number)} (${number})`
}

/** What of `title` fits before its number within 120 characters; what is cut off leaves `...` (events 1.13.4). */
function stemFor(title: string, number: number): string {
  const room = TITLE_LENGTH_MAX - ` (${number})`.length
  return title.length <= room ? title : `${cropped(title, room - 3)}...`
}

const TITLE_LENGTH_MAX = 120
const DIGITS_MAX = 6
