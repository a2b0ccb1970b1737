import type { FastifyReply } from 'fastify'
import { vtimezone, zonedTime } from './time-zone.ts'

/** What a calendar says: of an event, or of an order for it. */
export type CalendarEntry = {
  /** Whoever takes it a second time, changed, has it once. */
  uid: string
  /** Grows with every change, so that a calendar knows which of two is the newer. */
  sequence: number
  changedAt: Date
  startAt: Date
  /** null: the organizer does not say. */
  endAt: Date | null
  /** IANA. */
  timeZone: string | null
  title: string
  description: string
  /** Where it is, on one line; empty when that is not decided. */
  place: string
  geocode: { latitude: number; longitude: number } | null
  pageUrl: string
  canceled: boolean
}

/**
 * A calendar file with one entry (RFC 5545): times of the event's zone, which is described with it, so that an entry
 * stays right when the rules of the zone change; lines of at most 75 octets, CRLF.
 */
export function toICalendar(entry: CalendarEntry): string {
  const { startAt, endAt, timeZone, geocode } = entry
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Boxoffice//Events//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    ...vtimezone(timeZone, startAt, endAt ?? startAt),
    'BEGIN:VEVENT',
    `UID:${entry.uid}`,
    `SEQUENCE:${entry.sequence}`,
    `DTSTAMP:${utc(entry.changedAt)}`,
    `LAST-MODIFIED:${utc(entry.changedAt)}`,
    `DTSTART${zonedTime(startAt, timeZone) ?? `:${utc(startAt)}`}`,
    ...(endAt ? [`DTEND${zonedTime(endAt, timeZone) ?? `:${utc(endAt)}`}`] : []),
    `SUMMARY:${escaped(entry.title)}`,
    ...(entry.description === '' ? [] : [`DESCRIPTION:${escaped(entry.description)}`]),
    ...(entry.place === '' ? [] : [`LOCATION:${escaped(entry.place)}`]),
    ...(geocode ? [`GEO:${geocode.latitude};${geocode.longitude}`] : []),
    `URL:${entry.pageUrl}`,
    `STATUS:${entry.canceled ? 'CANCELLED' : 'CONFIRMED'}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return lines.map(line => `${folded(line)}\r\n`).join('')
}

/** Sends it as a file that a phone offers to its calendar; `name`: ASCII letters, digits and hyphens. */
export function sendCalendar(reply: FastifyReply, name: string, entry: CalendarEntry): FastifyReply {
  return reply
    .header('content-type', 'text/calendar; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.ics"`)
    .send(toICalendar(entry))
}

/** A page of Google Calendar with the event filled in. */
export function googleCalendarUrl({ startAt, endAt, title, description, place, pageUrl }: CalendarEntry): string {
  const parameters = new URLSearchParams({
    action: 'TEMPLATE',
    text: title,
    dates: `${utc(startAt)}/${utc(endAt ?? startAt)}`,
    details: [description, pageUrl].filter(Boolean).join('\n\n'),
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
