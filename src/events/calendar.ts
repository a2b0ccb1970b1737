import type { StoredEvent } from './model.ts'

export type CalendarEntry = {
  event: Pick<
    StoredEvent,
    'eventId' | 'revision' | 'title' | 'shortDescription' | 'hideEndDate' | 'canceledAt' | 'updatedAt'
  > & { startAt: Date; endAt: Date }
  /** Where it is, on one line; empty when that is not decided. */
  place: string
  pageUrl: string
}

/** A calendar file with the event alone (RFC 5545): times in UTC, lines of at most 75 octets, CRLF. */
export function toICalendar({ event, place, pageUrl }: CalendarEntry): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Boxoffice//Events//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${event.eventId}@boxoffice`,
    `SEQUENCE:${event.revision - 1}`,
    `DTSTAMP:${utc(event.updatedAt)}`,
    `LAST-MODIFIED:${utc(event.updatedAt)}`,
    `DTSTART:${utc(event.startAt)}`,
    ...(event.hideEndDate ? [] : [`DTEND:${utc(event.endAt)}`]),
    `SUMMARY:${escaped(event.title)}`,
    ...(event.shortDescription ? [`DESCRIPTION:${escaped(event.shortDescription)}`] : []),
    ...(place === '' ? [] : [`LOCATION:${escaped(place)}`]),
    `URL:${pageUrl}`,
    `STATUS:${event.canceledAt ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map(line => `${folded(line)}\r\n`).join('')
}

/** A page of Google Calendar with the event filled in. */
export function googleCalendarUrl({ event, place, pageUrl }: CalendarEntry): string {
  const parameters = new URLSearchParams({
    action: 'TEMPLATE',
    text: event.title,
    dates: `${utc(event.startAt)}/${utc(event.hideEndDate ? event.startAt : event.endAt)}`,
    details: [event.shortDescription, pageUrl].filter(Boolean).join('\n\n'),
    ...(place !== '' && { location: place }),
  })
  return `https://calendar.google.com/calendar/render?${parameters}`
}

/** `20300501T120000Z`. */
function utc(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** TEXT of RFC 5545, 3.3.11; other control characters have no place in it. */
function escaped(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/\p{Cc}/gu, ' ')
}

/** Breaks a line before its 76th octet, never inside a character; what follows begins with a blank (3.1). */
function folded(line: string): string {
  let octets = 0
  let result = ''
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > OCTETS_MAX) {
      result += '\r\n '
      octets = 1
    }
    result += character
    octets += size
  }
  return result
}

const OCTETS_MAX = 75
