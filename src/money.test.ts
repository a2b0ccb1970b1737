import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMinor, isCurrency, parseMinor } from './money.ts'

test.each([
  [8000, 'EUR', '80.00'],
  [5, 'EUR', '0.05'],
  [8000, 'JPY', '8000'],
  [1234, 'KWD', '1.234'],
  [-150, 'USD', '-1.50'],
])('R35: %i minor units of %s are written %s', (amountMinor, currency, text) => {
  expect(formatMinor(amountMinor, currency)).toBe(text)
})

test.each([
  ['12.345', 'EUR', 1235],
  ['12.344', 'EUR', 1234],
  ['12', 'EUR', 1200],
  ['0.5', 'JPY', 1],
  ['7.50', 'KWD', 7500],
  ['-1', 'EUR', null],
  ['1e3', 'EUR', null],
  ['', 'EUR', null],
  ['99999999999999', 'EUR', null],
])('%s %s is read as %s', (text, currency, expected) => {
  expect(parseMinor(text, currency)).toBe(expected)
})

test('what is written is read back the same, for every number of decimals', () =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000_000 }), fc.constantFrom('EUR', 'JPY', 'KWD'), (minor, code) => {
      expect(parseMinor(formatMinor(minor, code), code)).toBe(minor)
    }),
  ))

test('only real currencies are currencies', () => {
  expect([isCurrency('EUR'), isCurrency('XQX'), isCurrency('eur')]).toEqual([true, false, false])
})
