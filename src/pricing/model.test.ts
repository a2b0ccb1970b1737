import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PricedLine, priceInvoice, type TaxSettings } from './model.ts'
import { percentOf, withoutPercent } from './rounding.ts'

const line: PricedLine = {
  ticketDefinitionId: 'a',
  pricingOptionId: null,
  name: 'Standard',
  quantity: 2,
  priceMinor: 4000,
  pricingKind: 'FIXED',
  feeType: 'FEE_ADDED_AT_CHECKOUT',
}
const vat: TaxSettings = { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '10', appliedToDonations: true }

describe('an invoice', () => {
  test('R36, R37, R46: 80 and 10 % tax and 2.5 % fee on both make 90.20, of which 88 are revenue (E6)', () => {
    const invoice = priceInvoice([line], { currency: 'EUR', tax: vat, feePercent: '2.5' })
    expect(invoice).toMatchObject({ subTotalMinor: 8000, grandTotalMinor: 9020, revenueMinor: 8800 })
    expect(invoice.tax).toMatchObject({ type: 'ADDED_AT_CHECKOUT', taxableMinor: 8000, amountMinor: 800 })
    expect(invoice.fees).toEqual([{ type: 'FEE_ADDED_AT_CHECKOUT', rate: '2.5', amountMinor: 220 }])
  })

  test.each([
    ['FEE_ADDED_AT_CHECKOUT', 10_250, 10_000],
    ['FEE_INCLUDED', 10_000, 9750],
    ['NO_FEE', 10_000, 10_000],
  ] as const)(
    'section 3.4: a 100.00 ticket with %s costs %i and brings %i',
    (feeType, grandTotalMinor, revenueMinor) => {
      const invoice = priceInvoice([{ ...line, quantity: 1, priceMinor: 10_000, feeType }], {
        currency: 'EUR',
        tax: null,
        feePercent: '2.5',
      })
      expect(invoice).toMatchObject({ grandTotalMinor, revenueMinor })
    },
  )

  test('R43: tax included in the price leaves the total alone', () => {
    const tax = { ...vat, type: 'INCLUDED_IN_PRICE' as const, rate: '19' }
    const invoice = priceInvoice([{ ...line, quantity: 1, priceMinor: 1000 }], {
      currency: 'EUR',
      tax,
      feePercent: '0',
    })
    expect(invoice.grandTotalMinor).toBe(1000)
    expect(invoice.tax).toMatchObject({ type: 'INCLUDED', taxableMinor: 840, amountMinor: 160 })
  })

  test('R42, R47: free tickets carry neither tax nor fee, guest prices tax only when the event says so', () => {
    const free = priceInvoice([{ ...line, priceMinor: 0 }], { currency: 'EUR', tax: vat, feePercent: '2.5' })
    expect([free.tax, free.fees, free.grandTotalMinor]).toEqual([null, [], 0])
    const donation = priceInvoice([{ ...line, pricingKind: 'GUEST' }], {
      currency: 'EUR',
      tax: { ...vat, appliedToDonations: false },
      feePercent: '0',
    })
    expect([donation.tax, donation.grandTotalMinor]).toEqual([null, 8000])
  })

  test('R38: lines of one definition, option and price are one item', () => {
    const { items } = priceInvoice([line, { ...line, quantity: 1 }, { ...line, priceMinor: 1500 }], {
      currency: 'EUR',
      tax: null,
      feePercent: '0',
    })
    expect(items.map(item => [item.quantity, item.totalMinor])).toEqual([
      [3, 12_000],
      [2, 3000],
    ])
  })

  const lines = fc.array(
    fc.record({
      ticketDefinitionId: fc.constantFrom('a', 'b', 'c'),
      pricingOptionId: fc.constantFrom(null, 'x'),
      name: fc.constant('Ticket'),
      quantity: fc.integer({ min: 1, max: 50 }),
      priceMinor: fc.integer({ min: 0, max: 10_000_000 }),
      pricingKind: fc.constantFrom('FIXED' as const, 'GUEST' as const, 'OPTIONS' as const),
      feeType: fc.constantFrom('FEE_INCLUDED' as const, 'FEE_ADDED_AT_CHECKOUT' as const, 'NO_FEE' as const),
    }),
    { minLength: 1, maxLength: 50 },
  )
  const taxes = fc.option(
    fc.record({
      type: fc.constantFrom('INCLUDED_IN_PRICE' as const, 'ADDED_AT_CHECKOUT' as const),
      name: fc.constant('VAT'),
      rate: fc.integer({ min: 1, max: 100_000 }).map(thousandths => String(thousandths / 1000)),
      appliedToDonations: fc.boolean(),
    }),
  )
  const fees = fc.integer({ min: 0, max: 10_000 }).map(hundredths => String(hundredths / 100))

  test('law 7: an invoice never makes or loses money', () =>
    fc.assert(
      fc.property(lines, taxes, fees, (priced, tax, feePercent) => {
        const invoice = priceInvoice(priced, { currency: 'EUR', tax, feePercent })
        const total = (amounts: number[]) => amounts.reduce((a, b) => a + b, 0)
        const itemTaxes = invoice.items.flatMap(item => item.tax ?? [])
        const itemFees = invoice.items.flatMap(item => item.fee ?? [])
        const added = [...itemTaxes, ...itemFees].filter(part => part.type.includes('ADDED'))
        expect(total(priced.map(each => each.priceMinor * each.quantity))).toBe(invoice.subTotalMinor)
        expect(total(itemTaxes.map(each => each.amountMinor))).toBe(invoice.tax?.amountMinor ?? 0)
        expect(total(itemFees.map(each => each.amountMinor))).toBe(total(invoice.fees.map(each => each.amountMinor)))
        expect(invoice.subTotalMinor + total(added.map(each => each.amountMinor))).toBe(invoice.grandTotalMinor)
        expect(invoice.revenueMinor + total(itemFees.map(each => each.amountMinor))).toBe(invoice.grandTotalMinor)
        for (const item of invoice.items)
          if (item.tax?.type === 'INCLUDED') expect(item.tax.taxableMinor + item.tax.amountMinor).toBe(item.totalMinor)
      }),
    ))
})

test.each([
  [1, '50', 1],
  [1, '49.999', 0],
  [333, '33.333', 111],
  [10_000, '0.001', 0],
  [50_000, '0.001', 1],
])('R35: %i at %s %% is %i, rounded half up', (amountMinor, rate, expected) => {
  expect(percentOf(amountMinor, rate)).toBe(expected)
})

test('the price before tax and the tax of it make the price', () => {
  expect(withoutPercent(11_900, '19')).toBe(10_000)
})
