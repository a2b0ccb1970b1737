import { describe, expect, test } from 'vitest'
import { formatted, judge, percentile, ratiosOf, spreadOf, type Target, withSpread } from './figures.ts'

describe('rounds', () => {
  test('the median stands in the middle, also of an even number, whatever the order', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3, rounds: [3, 1, 2] })
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5)
    expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7, rounds: [7] })
  })

  test('a percentile lies between two values where it falls there', () => {
    expect(percentile([10, 20, 30, 40, 50], 0.99)).toBeCloseTo(49.6)
    expect(percentile([10, 20], 1)).toBe(20)
  })

  test('nothing measured is no figure', () => {
    expect(() => spreadOf([])).toThrow('without a measurement')
    expect(() => percentile([], 0.5)).toThrow('without a measurement')
  })

  test('a ratio is taken within its round, so that a noisy moment hits both', () => {
    const { median, rounds } = ratiosOf([80, 20, 90], [100, 25, 100])
    expect(rounds).toEqual([0.8, 0.8, 0.9])
    expect(median).toBe(0.8)
    expect(() => ratiosOf([1], [1, 2])).toThrow('as many rounds')
  })
})

describe('targets', () => {
  const target = (bound: Target['bound'], goal: number): Target => ({
    scenario: 'a',
    name: '',
    unit: 'times',
    bound,
    goal,
  })

  test.each([
    ['at least', 10, [9, 10, 30], true, 0],
    ['at least', 10, [8, 8, 30], false, 20],
    ['under', 3, [2.9, 2.9, 9], true, 0],
    ['under', 3, [3], false, 0],
    ['under', 300, [330], false, 10],
    ['exactly', 0, [0], true, 0],
    ['exactly', 0, [1], false, 100],
  ] as const)('%s %d, measured %j: met is %j', (bound, goal, rounds, met, missedByPercent) => {
    const judged = judge(target(bound, goal), spreadOf(rounds))
    expect(judged.met).toBe(met)
    expect(judged.missedByPercent).toBeCloseTo(missedByPercent)
  })
})

describe('words', () => {
  test.each([
    [0.8, 'of the echo', '80 %'],
    [12.34, 'times', '12.3 ×'],
    [2.345, 'times', '2.35 ×'],
    [59.96, 's', '60.0 s'],
    [299.6, 'MB', '300 MB'],
    [0.126, 'KB', '0.13 KB'],
    [100000, 'tickets', '100,000'],
  ] as const)('%d %s is shown as %s', (value, unit, text) => {
    expect(formatted(value, unit)).toBe(text)
  })

  test('a spread shows its ends, a single measurement has none', () => {
    expect(withSpread(spreadOf([0.8, 0.71, 0.9]), 'of the echo')).toBe('80 % (71 to 90)')
    expect(withSpread(spreadOf([12]), 's')).toBe('12.0 s')
  })
})
