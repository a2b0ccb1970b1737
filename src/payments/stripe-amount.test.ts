import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromStripeAmount, toStripeAmount } from './stripe-amount.ts'

test.each<[number, string, number | null]>([
  [1050, 'EUR', 1050],
  [1050, 'JPY', 1050],
  [1050, 'KWD', 1050],
  [1055, 'KWD', null], // ten fils are the smallest there
  [1050, 'ISK', 105000], // no decimals here, two there
  [1050, 'UGX', 105000],
  [1050, 'HUF', 105000],
  [1050, 'MGA', 1050],
])('R35: %d of %s is %s at Stripe', (amountMinor, currency, amount) => {
  expect(toStripeAmount(amountMinor, currency)).toBe(amount)
  if (amount !== null) expect(fromStripeAmount(amount, currency)).toBe(amountMinor)
})

test('R35: whatever Stripe takes comes back as it was', () => {
  const currencies = fc.constantFrom('EUR', 'JPY', 'KWD', 'ISK', 'HUF', 'IDR', 'TND', 'XPF')
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000_000 }), currencies, (amountMinor, currency) => {
      const amount = toStripeAmount(amountMinor, currency)
      if (amount !== null) expect(fromStripeAmount(amount, currency)).toBe(amountMinor)
    }),
  )
})
