import { expect, test } from 'vitest'
import { clockOf, momentOf } from './moments.ts'

test.each([
  ['2026-07-01T17:30:00Z', 'Europe/Berlin', '2026-07-01T19:30'],
  ['2026-12-01T18:30:00Z', 'Europe/Berlin', '2026-12-01T19:30'],
  ['2026-12-31T23:15:00Z', 'Asia/Kolkata', '2027-01-01T04:45'],
])('%s is in %s shown as %s, and back', (moment, zone, clock) => {
  expect(clockOf(moment, zone)).toBe(clock)
  expect(momentOf(clock, zone)).toBe(moment)
})

test('the hour that is skipped in spring is an hour later, the one that comes twice is the first', () => {
  expect(momentOf('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00Z')
  expect(momentOf('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00Z')
})

test('nothing, and what is no date, is no moment', () => {
  expect(momentOf('', 'Europe/Berlin')).toBeNull()
  expect(momentOf('tomorrow', 'Europe/Berlin')).toBeNull()
  expect(clockOf(null, 'Europe/Berlin')).toBe('')
})
