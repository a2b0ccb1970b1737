import { expect, test } from 'vitest'
import { wordsIn } from './words.ts'

test.each([
  ['en', 'Only 1,234 left', 'Only 1 left'],
  ['de-DE', 'Nur noch 1.234 Tickets', 'Nur noch 1 Ticket'],
  ['DE', 'Nur noch 1.234 Tickets', 'Nur noch 1 Ticket'],
  ['xx', 'Only 1,234 left', 'Only 1 left'],
  ['not a language', 'Only 1,234 left', 'Only 1 left'],
  ['', 'Only 1,234 left', 'Only 1 left'],
])('in %j there are words, and numbers as they are spelled there', (locale, many, one) => {
  const { say, direction } = wordsIn(locale)
  expect([say('left', { count: 1234 }), say('left', { count: 1 }), direction]).toEqual([many, one, 'ltr'])
})

test('none at all has words of its own, where it is said otherwise', () => {
  expect(wordsIn('en').say('refusedLeft', { count: 0 })).toBe('Somebody was faster: there are none left.')
})

test('what is put into a text is no pattern', () => {
  expect(wordsIn('en').say('more', { name: '$& {{name}}' })).toBe('One more: $& {{name}}')
})
