import { describe, expect, test } from 'vitest'
import { InvalidRequest } from '../refusals.ts'
import { addMinutes } from '../time.ts'
import { POINTS_MAX, refuseUnreadable, sumBy, type Unit, unitOf } from './model.ts'

const from = new Date('2030-05-01T12:00:00.000Z')
const HOUR = 60
const DAY = 24 * HOUR
const lasting = (minutes: number) => ({ from, to: addMinutes(from, minutes) })

describe('the unit of a report', () => {
  test.each<[string, number, Unit, Unit]>([
    ['an evening at the door', 5 * HOUR, 'MINUTE', 'MINUTE'],
    ['half a day at the door', 12 * HOUR, 'MINUTE', 'MINUTE'],
    ['a festival at the door', 3 * DAY, 'MINUTE', 'HOUR'],
    ['an evening of sales', 5 * HOUR, 'HOUR', 'HOUR'],
    ['three days of sales', 3 * DAY, 'HOUR', 'HOUR'],
    ['more than that', 3 * DAY + 1, 'HOUR', 'DAY'],
    ['a season', 120 * DAY, 'HOUR', 'DAY'],
    ['a year', 365 * DAY, 'HOUR', 'WEEK'],
    ['many years', 20 * 365 * DAY, 'HOUR', 'MONTH'],
  ])('%s', (_, minutes, finest, unit) => {
    expect(unitOf(lasting(minutes), finest)).toBe(unit)
  })

  test('what suits a period is never too fine for it', () => {
    for (let minutes = 1; minutes < 80 * 365 * DAY; minutes = Math.ceil(minutes * 1.3)) {
      const period = lasting(minutes)
      for (const finest of ['MINUTE', 'HOUR'] as const)
        expect(() => refuseUnreadable(period, unitOf(period, finest))).not.toThrow()
    }
  })

  test.each<[string, number, Unit, string]>([
    ['it ends as it begins', 0, 'DAY', 'to'],
    ['it ends before it begins', -1, 'DAY', 'to'],
    ['more points than a report has', (POINTS_MAX - 1) * HOUR, 'HOUR', 'unit'],
    ['centuries', 100 * 366 * DAY, 'MONTH', 'to'],
  ])('a period is refused: %s', (_, minutes, unit, field) => {
    const refused = () => refuseUnreadable(lasting(minutes), unit)
    expect(refused).toThrow(InvalidRequest)
    expect(refused).toThrow(expect.objectContaining({ violations: [expect.objectContaining({ field })] }))
  })
})

test('rows are summed by what they have in common', () => {
  const rows = [
    { of: 'EUR', a: 1, b: 10 },
    { of: 'JPY', a: 2, b: 20 },
    { of: 'EUR', a: 3, b: 30 },
  ]
  expect([...sumBy(rows, row => row.of, ['a', 'b'])]).toEqual([
    ['EUR', { a: 4, b: 40 }],
    ['JPY', { a: 2, b: 20 }],
  ])
})
