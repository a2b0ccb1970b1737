import { expect, test } from 'vitest'
import { withoutRepeats } from './repeats.ts'

test('a code is one scan as long as it stays in view, and another one when it comes back', () => {
  const isNew = withoutRepeats()
  const seen = [0, 60, 2000, 4000, 6000].map(at => isNew('A', at))
  expect(seen).toEqual([true, false, false, false, false])
  expect(isNew('A', 8600)).toBe(true)
})

test('the next guest is read at once, but not before the last answer could be seen', () => {
  const isNew = withoutRepeats()
  expect([isNew('A', 0), isNew('B', 400), isNew('B', 900), isNew('A', 1000), isNew('A', 1800)]).toEqual([
    true,
    false,
    true,
    false,
    true,
  ])
})
