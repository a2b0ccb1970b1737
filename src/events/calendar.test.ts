import { describe, expect, test } from 'vitest'
import { type CalendarEntry, googleCalendarUrl, toICalendar } from './calendar.ts'

const ENTRY: CalendarEntry = {
  uid: '5f3a2c1e-0000-4000-8000-000000000001@boxoffice',
  sequence: 2,
  changedAt: new Date('2030-05-01T12:00:00.000Z'),
  startAt: new Date('2030-06-01T18:00:00.000Z'),
  endAt: new Date('2030-06-01T21:00:00.000Z'),
  timeZone: 'Europe/Berlin',
  title: 'Late; night, jazz \\ blues',
  description: 'Two lines:\nand 🎷 of them',
  place: 'Hall, Kastanienallee 1',
  geocode: { latitude: 52.54, longitude: 13.41 },
  pageUrl: 'http://127.0.0.1:8080/event-details/jazz',
  canceled: false,
}

test('events 1.10.4: a calendar file ends its lines with CRLF and escapes its texts', () => {
  const lines = toICalendar(ENTRY).split('\r\n')
  expect(lines.slice(0, 2)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0'])
  expect(lines.slice(-3)).toEqual(['END:VEVENT', 'END:VCALENDAR', ''])
  expect(lines).toEqual(
    expect.arrayContaining([
      'UID:5f3a2c1e-0000-4000-8000-000000000001@boxoffice',
      'DTSTAMP:20300501T120000Z',
      'DTSTART;TZID=Europe/Berlin:20300601T200000',
      'DTEND;TZID=Europe/Berlin:20300601T230000',
      'SEQUENCE:2',
      'SUMMARY:Late\\; night\\, jazz \\\\ blues',
      'DESCRIPTION:Two lines:\\nand 🎷 of them',
      'LOCATION:Hall\\, Kastanienallee 1',
      'GEO:52.54;13.41',
      'STATUS:CONFIRMED',
    ]),
  )
})

test('a text can neither end its line nor begin another property', () => {
  const file = toICalendar({ ...ENTRY, title: 'A\r\nATTENDEE:mailto:x@example.com\rB\u0007' })
  expect(file).toContain('SUMMARY:A\\nATTENDEE:mailto:x@example.com\\nB \r\n')
  expect(file.split('\r\n').filter(line => line.startsWith('ATTENDEE'))).toEqual([])
})

test('long lines fold at 75 octets, never inside a character, and unfold to what they were', () => {
  const title = '🎷é'.repeat(60)
  const file = toICalendar({ ...ENTRY, title })
  for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  expect(file.replaceAll('\r\n ', '')).toContain(`SUMMARY:${title}\r\n`)
})

test('a canceled event says so, a hidden end and an open place are not told', () => {
  const entry = { ...ENTRY, canceled: true, endAt: null, place: '', geocode: null, description: '' }
  const file = toICalendar(entry)
  expect(file).toContain('STATUS:CANCELLED\r\n')
  for (const absent of ['DTEND', 'LOCATION', 'GEO', 'DESCRIPTION']) expect(file).not.toContain(absent)
  expect(new URL(googleCalendarUrl(entry)).searchParams.get('dates')).toBe('20300601T180000Z/20300601T180000Z')
})

test('events 1.10.4: the link to Google opens a filled entry', () => {
  const url = new URL(googleCalendarUrl(ENTRY))
  expect(Object.fromEntries(url.searchParams)).toEqual({
    action: 'TEMPLATE',
    text: ENTRY.title,
    dates: '20300601T180000Z/20300601T210000Z',
    details: `Two lines:\nand 🎷 of them\n\n${ENTRY.pageUrl}`,
    location: ENTRY.place,
  })
})

describe('events 1.6.8: the file describes the zone of its times, so that whoever reads it finds the same moments', () => {
  test.each([
    ['Europe/Berlin', '2030-06-01T18:00:00Z', '2030-06-01T22:00:00Z'],
    ['over the end of summer time', '2030-10-26T22:00:00Z', '2030-10-28T03:00:00Z', 'Europe/Berlin'],
    ['from the very change on', '2030-03-31T01:00:00Z', '2030-11-01T03:00:00Z', 'Europe/Berlin'],
    ['a year of months', '2030-01-01T12:00:00Z', '2031-12-31T12:00:00Z', 'America/New_York'],
    ['Asia/Kolkata', '2030-06-01T18:00:00Z', '2030-06-01T22:00:00Z'],
    ['Asia/Kathmandu', '2030-06-01T18:00:00Z', '2030-06-01T22:00:00Z'],
    ['America/Sao_Paulo', '2030-06-01T18:00:00Z', '2030-06-01T22:00:00Z'],
    ['Australia/Lord_Howe', '2030-01-01T18:00:00Z', '2030-07-01T22:00:00Z'],
    ['before 1970', '1960-06-01T18:00:00Z', '1960-06-02T22:00:00Z', 'Europe/London'],
  ])('%s %s to %s', (name, start, end, timeZone = name) => {
    const [startAt, endAt] = [new Date(start), new Date(end)]
    const file = toICalendar({ ...ENTRY, startAt, endAt, timeZone })
    expect(file).toContain(`TZID:${timeZone}\r\n`)
    expect(readTime(file, 'DTSTART')).toEqual(startAt)
    expect(readTime(file, 'DTEND')).toEqual(endAt)
  })

  test.each([
    ['UTC', '2030-06-01T18:00:00Z'],
    ['Etc/GMT+5', '2030-06-01T18:00:00Z'],
    ['+02:00', '2030-06-01T18:00:00Z'],
    [null, '2030-06-01T18:00:00Z'],
    // Clocks show half past two twice that night.
    ['Europe/Berlin', '2030-10-27T01:30:00Z'],
  ])('in %s %s is told in UTC', (timeZone, start) => {
    const file = toICalendar({ ...ENTRY, startAt: new Date(start), endAt: null, timeZone })
    expect(file).toContain(`\r\nDTSTART:${start.replace(/[-:]/g, '')}\r\n`)
  })
})

/** The moment of a property, read by the file alone: the last change of the zone that is not after it. */
function readTime(file: string, property: string): Date {
  const lines = file.replaceAll('\r\n ', '').split('\r\n')
  const [, zone = '', time = ''] = lines.map(line => line.match(`^${property};TZID=(.+):(\\w+)$`)).find(Boolean) ?? []
  expect(lines.indexOf('BEGIN:VTIMEZONE')).toBeLessThan(lines.indexOf('BEGIN:VEVENT'))
  expect(lines).toContain(`TZID:${zone}`)
  const block = lines.slice(lines.indexOf('BEGIN:VTIMEZONE'), lines.indexOf('END:VTIMEZONE'))
  const valuesOf = (name: string) =>
    block.filter(line => line.startsWith(`${name}:`)).map(line => line.slice(name.length + 1))
  const [from, to] = [valuesOf('TZOFFSETFROM'), valuesOf('TZOFFSETTO')]
  // All of them in UTC: what clocks showed, less what they were ahead.
  const changes = valuesOf('DTSTART').map((clock, index) => ({
    at: clockTime(clock) - offset(from[index] ?? ''),
    offset: offset(to[index] ?? ''),
  }))
  const inForce = changes.filter(({ at, offset }) => at <= clockTime(time) - offset).at(-1)
  return new Date(clockTime(time) - (inForce?.offset ?? Number.NaN))
}

function clockTime(text: string): number {
  const [, year, month, day, hours, minutes, seconds] = text.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/) ?? []
  return Date.parse(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`)
}

/** Milliseconds. */
function offset(text: string): number {
  const [, sign, hours, minutes, seconds = 0] = text.match(/^([+-])(\d\d)(\d\d)(\d\d)?$/) ?? []
  return Number(`${sign}1`) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
}
