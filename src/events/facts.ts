import type { EventFacts } from '../pages/parts.ts'
import type { Site } from '../sites/store.ts'
import { formattedOf } from './formatted.ts'
import type { StoredEvent } from './model.ts'
import { calendarUrlsOf, placeOf } from './wire.ts'

/** What pages and printed tickets say of an event, in the site's locale and the event's zone. */
export function factsOf(event: StoredEvent, { site, publicUrl }: { site: Site; publicUrl: string }): EventFacts {
  return {
    title: event.title,
    dateAndTime: formattedOf(event, site.locale).dateAndTime,
    place: placeOf(event, site.locale),
    canceled: event.canceledAt !== null,
    calendar: calendarUrlsOf(event, { site, publicUrl }) ?? null,
  }
}
