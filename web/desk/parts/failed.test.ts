import { expect, test } from 'vitest'
import words from '../../../locales/en/desk.json' with { type: 'json' }
import { refusals } from '../../../src/refusals.ts'

test('each refusal that the desk has words for is one of the API', () => {
  expect(Object.keys(words.failed.codes).filter(code => !(code in refusals))).toEqual([])
})
