import { expect, test } from 'vitest'
import { mergeNamespaces } from './extended-fields.ts'

test('api 9.3: namespaces merge key by key, and null removes', () => {
  const stored = { _user_fields: { a: 1, b: 2 }, '@x/y': { c: 3 } }
  expect(mergeNamespaces(stored, { _user_fields: { b: null, d: [4] } })).toEqual({
    _user_fields: { a: 1, d: [4] },
    '@x/y': { c: 3 },
  })
  expect(mergeNamespaces(stored, { '@x/y': null, new: {} })).toEqual({ _user_fields: { a: 1, b: 2 }, new: {} })
  expect(mergeNamespaces(null, { toString: { a: 1, b: null } })).toEqual({ toString: { a: 1 } })
})
