import { expect, test } from 'vitest'
import { type CalendarEntry, googleCalendarUrl, toICalendar } from './calendar.ts'

const ENTRY: CalendarEntry = {
  event: {
    eventId: '5f3a2c1e-0000-4000-8000-000000000001',
    revision: 3,
    title: 'Late; night, jazz \\ blues',
    shortDescription: 'Two lines:\nand 🎷 of them',
    hideEndDate: false,
    canceledAt: null,
    updatedAt: new Date('2030-05-01T12:00:00.000Z'),
    startAt: new Date('2030-06-01T18:00:00.000Z'),
    endAt: new Date('2030-06-01T21:00:00.000Z'),
  },
  place: 'Hall, Kastanienallee 1',
  pageUrl: 'http://127.0.0.1:8080/event-details/jazz',
}

test('events 1.10.4: a calendar file ends its lines with CRLF and escapes its texts', () => {
  const lines = toICalendar(ENTRY).split('\r\n')
  expect(lines.slice(0, 2)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0'])
  expect(lines.slice(-3)).toEqual(['END:VEVENT', 'END:VCALENDAR', ''])
  expect(lines).toEqual(
    expect.arrayContaining([
      'DTSTART:20300601T180000Z',
      'DTEND:20300601T210000Z',
      'SEQUENCE:2',
      'SUMMARY:Late\\; night\\, jazz \\\\ blues',
      'DESCRIPTION:Two lines:\\nand 🎷 of them',
      'LOCATION:Hall\\, Kastanienallee 1',
      'STATUS:CONFIRMED',
    ]),
  )
})

test('a text can neither end its line nor begin another property', () => {
  const title = 'A\r\nATTENDEE:mailto:x@example.com\rB\u0007'
  const file = toICalendar({ ...ENTRY, event: { ...ENTRY.event, title } })
  expect(file).toContain('SUMMARY:A\\nATTENDEE:mailto:x@example.com\\nB \r\n')
  expect(file.split('\r\n').filter(line => line.startsWith('ATTENDEE'))).toEqual([])
})

test('long lines fold at 75 octets, never inside a character, and unfold to what they were', () => {
  const title = '🎷é'.repeat(60)
  const file = toICalendar({ ...ENTRY, event: { ...ENTRY.event, title } })
  for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  expect(file.replaceAll('\r\n ', '')).toContain(`SUMMARY:${title}\r\n`)
})

test('a canceled event says so, a hidden end is not told', () => {
  const event = { ...ENTRY.event, canceledAt: new Date('2030-05-02T12:00:00.000Z'), hideEndDate: true }
  const file = toICalendar({ ...ENTRY, event })
  expect(file).toContain('STATUS:CANCELLED\r\n')
  expect(file).not.toContain('DTEND')
  expect(new URL(googleCalendarUrl({ ...ENTRY, event })).searchParams.get('dates')).toBe(
    '20300601T180000Z/20300601T180000Z',
  )
})

test('events 1.10.4: the link to Google opens a filled entry', () => {
  const url = new URL(googleCalendarUrl(ENTRY))
  expect(Object.fromEntries(url.searchParams)).toEqual({
    action: 'TEMPLATE',
    text: ENTRY.event.title,
    dates: '20300601T180000Z/20300601T210000Z',
    details: `Two lines:\nand 🎷 of them\n\n${ENTRY.pageUrl}`,
    location: ENTRY.place,
  })
})
