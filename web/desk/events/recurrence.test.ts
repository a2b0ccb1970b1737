import { expect, test } from 'vitest'
import { DATES_MAX, datesOf } from './recurrence.ts'

const FIRST = { start: '2030-01-31T22:00', end: '2030-02-01T01:30' }
const starts = (...given: Parameters<typeof datesOf>) => datesOf(...given).map(({ start }) => start)

test('events 2.2.2: every date is computed here, at the same time of day and as long', () => {
  expect(datesOf(FIRST, { every: 2, unit: 'DAY', weekdays: [], count: 3 })).toEqual([
    FIRST,
    { start: '2030-02-02T22:00', end: '2030-02-03T01:30' },
    { start: '2030-02-04T22:00', end: '2030-02-05T01:30' },
  ])
})

test('a week has the days that are chosen, from the first date on', () => {
  // 31 January 2030 is a Thursday.
  expect(starts(FIRST, { every: 2, unit: 'WEEK', weekdays: [6, 1], count: 4 })).toEqual([
    '2030-02-02T22:00',
    '2030-02-11T22:00',
    '2030-02-16T22:00',
    '2030-02-25T22:00',
  ])
  expect(starts(FIRST, { every: 1, unit: 'WEEK', weekdays: [], count: 2 })).toEqual([FIRST.start, '2030-02-07T22:00'])
})

test('a month without that day is left out', () => {
  expect(starts(FIRST, { every: 1, unit: 'MONTH', weekdays: [], count: 3 })).toEqual([
    '2030-01-31T22:00',
    '2030-03-31T22:00',
    '2030-05-31T22:00',
  ])
})

test('events 2.2.1: there are never more than one request takes; nonsense gives one, and no date none', () => {
  expect(datesOf(FIRST, { every: 1, unit: 'MONTH', weekdays: [], count: 5000 })).toHaveLength(DATES_MAX)
  expect(datesOf(FIRST, { every: -1, unit: 'DAY', weekdays: [], count: -5 })).toHaveLength(1)
  expect(datesOf({ start: '', end: '' }, { every: 1, unit: 'DAY', weekdays: [], count: 5 })).toEqual([])
})
