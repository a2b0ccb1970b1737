import { describe, expect, test } from 'vitest'
import { InvalidRequest } from '../refusals.ts'
import { changedContent, durationMilliseconds, type GivenItem, type ScheduleItemContent, shownBy } from './model.ts'

const stored: ScheduleItemContent = {
  name: 'Talk',
  startAt: new Date('2030-06-01T10:00:00.000Z'),
  endAt: new Date('2030-06-01T11:00:00.000Z'),
  timeZone: 'Europe/Berlin',
  description: 'About it',
  stageName: 'Main',
  tags: ['a', 'b'],
  hidden: true,
  status: 'CANCELED',
}
const bare = { description: null, stageName: null, tags: [], hidden: false, status: 'SCHEDULED', timeZone: 'Etc/UTC' }

describe('masks (events 6.5.4, api 8)', () => {
  test.each([
    ['one member', ['item.name'], { name: 'New', stageName: 'Other' }, { ...stored, name: 'New' }],
    [
      'a parent covers what is below',
      ['item.timeSlot'],
      { timeSlot: { start: '2030-06-01T09:00:00Z', end: '2030-06-01T09:30:00Z' } },
      {
        ...stored,
        startAt: new Date('2030-06-01T09:00:00Z'),
        endAt: new Date('2030-06-01T09:30:00Z'),
        timeZone: 'Etc/UTC',
      },
    ],
    [
      'one end of the slot',
      ['item.timeSlot.end'],
      { timeSlot: { start: 'ignored', end: '2030-06-01T12:00:00Z' } },
      { ...stored, endAt: new Date('2030-06-01T12:00:00Z') },
    ],
    [
      'absent is cleared',
      ['item.stageName', 'item.tags', 'item.hidden', 'item.status'],
      {},
      { ...stored, stageName: null, tags: [], hidden: false, status: 'SCHEDULED' },
    ],
    [
      'empty: all of it',
      [],
      { name: 'New', timeSlot: { start: '2030-06-01T09:00:00Z', end: '2030-06-01T09:30:00Z' } },
      { ...bare, name: 'New', startAt: new Date('2030-06-01T09:00:00Z'), endAt: new Date('2030-06-01T09:30:00Z') },
    ],
  ] as [string, string[], GivenItem, ScheduleItemContent][])('%s', (_, mask, given, expected) => {
    expect(changedContent(given, mask, stored)).toEqual(expected)
  })

  test.each([
    ['an unknown path', ['item.color'], {}, ['fields FIELD_NOT_ALLOWED']],
    ['a path without its member', ['name'], {}, ['fields FIELD_NOT_ALLOWED']],
    ['a read-only path', ['item.draft'], {}, ['fields FIELD_NOT_ALLOWED']],
    ['a cleared name', ['item.name'], {}, ['item.name REQUIRED_FIELD']],
    [
      'a cleared slot',
      ['item.timeSlot'],
      {},
      ['item.timeSlot.start REQUIRED_FIELD', 'item.timeSlot.end REQUIRED_FIELD'],
    ],
    [
      '6.5.3: an end at the start',
      ['item.timeSlot.end'],
      { timeSlot: { end: '2030-06-01T10:00:00Z' } },
      ['item.timeSlot.end VALIDATION'],
    ],
    [
      'a zone that is none',
      ['item.timeSlot.timeZoneId'],
      { timeSlot: { timeZoneId: 'Moon/Base' } },
      ['item.timeSlot.timeZoneId FORMAT'],
    ],
  ] as [string, string[], GivenItem, string[]][])('%s is refused', (_, mask, given, expected) => {
    const refused = () => changedContent(given, mask, stored)
    expect(refused).toThrow(InvalidRequest)
    try {
      refused()
    } catch (error) {
      const { violations } = error as InvalidRequest
      expect(violations.map(({ field, violatedRule }) => `${field} ${violatedRule}`)).toEqual(expected)
    }
  })
})

test.each([
  ['3600s', 3_600_000],
  ['-1800.5s', -1_800_500],
  ['0s', 0],
  ['1.500000000s', 1500],
  ['-0.5s', -500],
  ['0.0004s', 0],
  ['-1.-500000000s', -1500],
  ['0.-500000000s', -500],
  ['0.0-5000000s', -5],
])('api 3.5: the duration %s is %d ms', (text, milliseconds) => {
  expect(durationMilliseconds(text)).toBe(milliseconds)
})

test.each([
  [[], { published: true, draft: false, visible: true, hidden: false }],
  [['HIDDEN'], { published: true, draft: false, visible: false, hidden: true }],
  [['DRAFT'], { published: false, draft: true, visible: true, hidden: false }],
  [['DRAFT', 'PUBLISHED', 'HIDDEN', 'VISIBLE'], { published: true, draft: true, visible: true, hidden: true }],
] as [Parameters<typeof shownBy>[0], ReturnType<typeof shownBy>][])('events 6.5.8: %j shows %j', (states, shown) => {
  expect(shownBy(states)).toEqual(shown)
})
