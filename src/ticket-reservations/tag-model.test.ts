import { expect, test } from 'vitest'
import { isTooMany, retagged, sameTags, type Tags } from './tag-model.ts'

function tags(list: string[], privateList: string[] = []): Tags {
  return { tags: list, privateTags: privateList }
}

test.each<[string, Tags, { assign?: Tags; unassign?: Tags }, Tags]>([
  ['assigned', tags(['a']), { assign: tags(['b'], ['c']) }, tags(['a', 'b'], ['c'])],
  ['assigned twice', tags(['a']), { assign: tags(['a']) }, tags(['a'])],
  ['unassigned', tags(['a', 'b'], ['a']), { unassign: tags(['a']) }, tags(['b'], ['a'])],
  ['unassigned though it is not there', tags(['a']), { unassign: tags(['b'], ['a']) }, tags(['a'])],
  ['in both lists', tags(['a']), { assign: tags(['a', 'b']), unassign: tags(['a', 'b']) }, tags(['b', 'a'])],
  ['in neither', tags(['a'], ['b']), {}, tags(['a'], ['b'])],
])('R138: a tag that is %s', (_, stored, { assign = tags([]), unassign = tags([]) }, expected) => {
  expect(sameTags(retagged(stored, { assign, unassign }), expected)).toBe(true)
})

test('7.2: a hundred of each list are enough', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`)
  expect(isTooMany(tags(many(100), many(100)))).toBe(false)
  expect(isTooMany(tags(many(101)))).toBe(true)
  expect(isTooMany(tags([], many(101)))).toBe(true)
})

test.each<[Tags, Tags, boolean]>([
  [tags(['a', 'b']), tags(['b', 'a']), true],
  [tags(['a', 'b']), tags(['a', 'c']), false],
  [tags(['a']), tags(['a', 'b']), false],
  [tags(['a']), tags([], ['a']), false],
])('%o and %o are alike: %s', (one, other, expected) => {
  expect(sameTags(one, other)).toBe(expected)
})
