import { expect, test } from 'vitest'
import { formattedOf } from './formatted.ts'

const EMPTY = { startDate: '', startTime: '', endDate: '', endTime: '' }

function event(startAt: string, endAt: string, members: object = {}) {
  const flags = { dateTbd: false, dateTbdMessage: null, hideEndDate: false, showTimeZone: false, timeZone: 'UTC' }
  return { ...flags, startAt: new Date(startAt), endAt: new Date(endAt), ...members }
}

test.each([
  [
    'several days',
    'en-US',
    event('2015-09-01T10:20Z', '2015-09-05T12:14Z'),
    'September 1, 2015 at 10:20 AM – September 5, 2015 at 12:14 PM',
  ],
  [
    'one day with its zone',
    'en-US',
    event('2018-02-01T10:10Z', '2018-02-01T12:50Z', { timeZone: 'Europe/Helsinki', showTimeZone: true }),
    'February 1, 2018, 12:10 – 2:50 PM GMT+2',
  ],
  [
    'another locale',
    'en-GB',
    event('2023-10-20T10:00Z', '2023-10-22T18:00Z'),
    '20 October 2023 at 10:00 – 22 October 2023 at 18:00',
  ],
  ['a point in time', 'en-US', event('2015-09-01T10:20Z', '2015-09-01T10:20Z'), 'September 1, 2015 at 10:20 AM'],
])('events 1.6.14: %s reads as documented', (_, locale, given, expected) => {
  expect(formattedOf(given, locale).dateAndTime).toBe(expected)
})

test('events 1.6.8: the zone decides which day it is', () => {
  const given = event('2030-01-01T23:30Z', '2030-01-02T00:30Z', { timeZone: 'Asia/Tokyo' })
  expect(formattedOf(given, 'en-US')).toEqual({
    dateAndTime: 'January 2, 2030, 8:30 – 9:30 AM',
    startDate: 'January 2, 2030',
    startTime: '8:30 AM',
    endDate: 'January 2, 2030',
    endTime: '9:30 AM',
  })
})

test('events 1.6.12: a hidden end is in none of the texts', () => {
  const given = event('2030-01-01T10:00Z', '2030-01-02T11:00Z', { hideEndDate: true })
  expect(formattedOf(given, 'en-US')).toEqual({
    dateAndTime: 'January 1, 2030 at 10:00 AM',
    startDate: 'January 1, 2030',
    startTime: '10:00 AM',
    endDate: '',
    endTime: '',
  })
})

test('events 1.6.13: the zone is named at the end when asked for, as it is on that day', () => {
  const zone = { timeZone: 'Europe/Berlin', showTimeZone: true }
  const read = (startAt: string, endAt: string, members: object = {}) =>
    formattedOf(event(startAt, endAt, { ...zone, ...members }), 'en-US').dateAndTime
  expect(read('2030-06-01T18:00Z', '2030-06-01T20:00Z')).toBe('June 1, 2030, 8:00 – 10:00 PM GMT+2')
  expect(read('2030-01-01T18:00Z', '2030-01-01T20:00Z')).toBe('January 1, 2030, 7:00 – 9:00 PM GMT+1')
  expect(read('2030-06-01T18:00Z', '2030-06-03T20:00Z')).toMatch(/ GMT\+2$/)
  expect(read('2030-06-01T18:00Z', '2030-06-01T20:00Z', { hideEndDate: true })).toMatch(/ GMT\+2$/)
  expect(read('2030-06-01T18:00Z', '2030-06-01T20:00Z', { showTimeZone: false })).not.toContain('GMT')
})

test('events 1.6.10: an open date reads as its message', () => {
  const open = { ...event('2030-01-01T10:00Z', '2030-01-02T11:00Z'), startAt: null, endAt: null, dateTbd: true }
  expect(formattedOf({ ...open, dateTbdMessage: 'In spring' }, 'en-US')).toEqual({ dateAndTime: 'In spring', ...EMPTY })
})
