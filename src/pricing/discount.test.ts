import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalsOf, formatMinor, parseMinor } from '../money.ts'
import { type CouponDiscount, type Discount, type PlanDiscount, shareOut } from './discount.ts'
import { discountOf, type Invoice, type PricedLine, priceInvoice } from './model.ts'

const line = (priceMinor: number, quantity = 1, more: Partial<PricedLine> = {}): PricedLine => ({
  ticketDefinitionId: 'a',
  pricingOptionId: null,
  name: 'Standard',
  quantity,
  priceMinor,
  pricingKind: 'FIXED',
  feeType: 'FEE_ADDED_AT_CHECKOUT',
  ...more,
})
const coupon = (off: CouponDiscount['off'], more: Partial<CouponDiscount> = {}): CouponDiscount => ({
  kind: 'COUPON',
  couponId: 'c',
  code: 'SUMMER',
  name: 'Summer sale',
  off,
  per: 'ORDER',
  ticketDefinitionId: null,
  ...more,
})
const benefit = (rate: string, quantityMax: number | null, more: Partial<PlanDiscount> = {}): PlanDiscount => ({
  kind: 'PAID_PLAN',
  promotionId: 'u',
  planOrderId: 'p',
  benefitId: 'b',
  name: 'Gold',
  rate,
  quantityMax,
  lines: null,
  ...more,
})
const priced = (lines: PricedLine[], ...discounts: Discount[]) =>
  priceInvoice(lines, { currency: 'EUR', tax: null, feePercent: '0', discounts })

describe('what a discount takes off', () => {
  test.each<[string, PricedLine[], Discount[], number]>([
    ['R51: a percentage of all', [line(1000, 3), line(500)], [coupon({ percent: '10' })], 350],
    ['R51: an amount, once', [line(1000, 3)], [coupon({ amountMinor: 700 })], 700],
    ['R36: an amount takes no more than there is', [line(300)], [coupon({ amountMinor: 700 })], 300],
    ['R51: an amount of each ticket', [line(1000, 3)], [coupon({ amountMinor: 700 }, { per: 'TICKET' })], 2100],
    ['R36: no more of a ticket than it costs', [line(300, 2)], [coupon({ amountMinor: 700 }, { per: 'TICKET' })], 600],
    ['R35: a percentage is rounded half up, once', [line(5, 3)], [coupon({ percent: '10' })], 2],
    ['R35: or of each ticket', [line(5, 3)], [coupon({ percent: '10' }, { per: 'TICKET' })], 3],
    [
      'R51: tickets of one definition alone',
      [line(1000), line(500, 2, { ticketDefinitionId: 'b' })],
      [coupon({ percent: '50' }, { ticketDefinitionId: 'b' })],
      500,
    ],
    ['R52: never guest prices', [line(1000, 1, { pricingKind: 'GUEST' }), line(400)], [coupon({ percent: '50' })], 200],
    ['R52: never free tickets', [line(0, 2)], [coupon({ amountMinor: 100 })], 0],
    ['R53: a benefit of two tickets', [line(1000, 5)], [benefit('25', 2)], 500],
    ['R53: of the dearest first', [line(100, 2), line(900, 1)], [benefit('50', 2)], 500],
    ['R53: of all that there are', [line(1000, 2)], [benefit('12.5', null)], 250],
    ['R53: of the lines that name it', [line(1000), line(300)], [benefit('50', null, { lines: [1] })], 150],
    ['R53: benefits first, then the coupon', [line(1000, 2)], [coupon({ percent: '10' }), benefit('50', 1)], 650],
    [
      'R53: a coupon of each ticket, after it',
      [line(1000, 2)],
      [benefit('90', 1), coupon({ amountMinor: 300 }, { per: 'TICKET' })],
      1300,
    ],
  ])('%s', (_, lines, discounts, expected) => {
    expect(discountOf(priced(lines, ...discounts))).toBe(expected)
  })

  test('R38, R54, R55: each discount is an entry of the invoice, and of the items that it is for', () => {
    const lines = [line(1000, 2), line(500, 1, { ticketDefinitionId: 'b', name: 'Balcony' })]
    const invoice = priced(lines, coupon({ amountMinor: 600 }, { ticketDefinitionId: 'a' }), benefit('50', 1))
    const plan = { kind: 'PAID_PLAN', promotionId: 'u', planOrderId: 'p', benefitId: 'b', name: 'Gold', rate: '50' }
    const sale = { kind: 'COUPON', couponId: 'c', code: 'SUMMER', name: 'Summer sale' }
    expect(invoice.discounts).toEqual([
      { ...plan, quantityDiscounted: 1, amountMinor: 500 },
      { ...sale, amountMinor: 600 },
    ])
    expect(invoice.items.map(item => item.discounts)).toEqual([invoice.discounts, undefined])
    expect([invoice.subTotalMinor, invoice.grandTotalMinor]).toEqual([2500, 1400])
  })

  test('R38: what is not discounted has no such member, like the invoices from before there were discounts', () => {
    const invoice = priced([line(0)], coupon({ percent: '10' }))
    expect([Object.hasOwn(invoice, 'discounts'), Object.hasOwn(invoice.items[0] ?? {}, 'discounts')]).toEqual([
      false,
      false,
    ])
  })

  test('R38: an item has at most the 50 tickets that the published shape takes', () => {
    const { items } = priced([line(100, 30), line(100, 30), line(100, 20), line(700, 50), line(100, 1)])
    expect(items.map(item => [item.priceMinor, item.quantity])).toEqual([
      [100, 30],
      [100, 50],
      [700, 50],
      [100, 1],
    ])
  })
})

describe('tax and fee of what is discounted', () => {
  const vat = { name: 'VAT', rate: '10', appliedToDonations: true }

  test('R36, R44, R46: on the discounted amount of the item, rounded once', () => {
    const tax = { ...vat, type: 'ADDED_AT_CHECKOUT' as const }
    const invoice = priceInvoice([line(4000, 2)], {
      currency: 'EUR',
      tax,
      feePercent: '2.5',
      discounts: [coupon({ amountMinor: 1005 })],
    })
    // 80.00 - 10.05 = 69.95; 10 % of it 7.00; 2.5 % of 76.95 is 1.92
    expect(invoice.tax).toMatchObject({ taxableMinor: 6995, amountMinor: 700 })
    expect(invoice).toMatchObject({ subTotalMinor: 8000, grandTotalMinor: 7887, revenueMinor: 7695 })
    expect(invoice.fees).toMatchObject([{ amountMinor: 192 }])
  })

  test('R43: an included tax is a part of what is left, and changes no total', () => {
    const tax = { ...vat, type: 'INCLUDED_IN_PRICE' as const }
    const invoice = priceInvoice([line(11_000)], {
      currency: 'EUR',
      tax,
      feePercent: '0',
      discounts: [coupon({ percent: '50' })],
    })
    expect(invoice).toMatchObject({ grandTotalMinor: 5500, tax: { taxableMinor: 5000, amountMinor: 500 } })
  })

  test('R37: an absorbed fee is of the discounted price, and no part of the revenue', () => {
    const invoice = priceInvoice([line(10_000, 1, { feeType: 'FEE_INCLUDED' })], {
      currency: 'EUR',
      tax: null,
      feePercent: '2.5',
      discounts: [coupon({ percent: '20' })],
    })
    expect(invoice).toMatchObject({ grandTotalMinor: 8000, revenueMinor: 7800 })
  })

  test('R42, R47: what costs nothing any more bears neither', () => {
    const tax = { ...vat, type: 'ADDED_AT_CHECKOUT' as const }
    const invoice = priceInvoice([line(4000, 2)], {
      currency: 'EUR',
      tax,
      feePercent: '2.5',
      discounts: [benefit('100', null)],
    })
    expect(invoice).toMatchObject({ tax: null, fees: [], grandTotalMinor: 0, revenueMinor: 0 })
  })
})

describe('whatever is bought, and whatever is taken off', () => {
  const total = (amounts: readonly number[]) => amounts.reduce((a, b) => a + b, 0)
  const percents = fc.integer({ min: 1, max: 10_000 }).map(hundredths => String(hundredths / 100))
  const lines = fc.array(
    fc.record({
      ticketDefinitionId: fc.constantFrom('a', 'b', 'c'),
      pricingOptionId: fc.constantFrom(null, 'x'),
      name: fc.constant('Ticket'),
      quantity: fc.integer({ min: 1, max: 50 }),
      priceMinor: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10_000_000_000 })),
      pricingKind: fc.constantFrom('FIXED' as const, 'GUEST' as const, 'OPTIONS' as const),
      feeType: fc.constantFrom('FEE_INCLUDED' as const, 'FEE_ADDED_AT_CHECKOUT' as const, 'NO_FEE' as const),
    }),
    { minLength: 1, maxLength: 50 },
  )
  const coupons = fc.record({
    kind: fc.constant('COUPON' as const),
    couponId: fc.constant('c'),
    code: fc.constant('SUMMER'),
    name: fc.constant('Summer'),
    off: fc.oneof(
      percents.map(percent => ({ percent })),
      fc.integer({ min: 1, max: 1_000_000_000 }).map(amountMinor => ({ amountMinor })),
    ),
    per: fc.constantFrom('ORDER' as const, 'TICKET' as const),
    ticketDefinitionId: fc.constantFrom(null, 'a', 'b'),
  })
  const benefits = fc.array(
    fc.record({
      kind: fc.constant('PAID_PLAN' as const),
      promotionId: fc.constant('u'),
      planOrderId: fc.constant('p'),
      benefitId: fc.constantFrom('1', '2'),
      name: fc.constant('Gold'),
      rate: percents,
      quantityMax: fc.option(fc.integer({ min: 1, max: 100 })),
      lines: fc.option(fc.array(fc.nat(50))),
    }),
    { maxLength: 3 },
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
  const invoices = fc
    .record({
      lines,
      plans: benefits,
      coupon: fc.option(coupons),
      tax: taxes,
      feePercent: fees,
      currency: fc.constantFrom('JPY', 'EUR', 'KWD'),
    })
    .map(({ plans, coupon, ...rest }) => ({ ...rest, discounts: [...plans, ...(coupon ? [coupon] : [])] }))

  test.each([
    ['JPY', 0],
    ['EUR', 2],
    ['KWD', 3],
  ])('R35: %s has %i decimals, and its amounts are read as they are written', (currency, decimals) => {
    expect(decimalsOf(currency)).toBe(decimals)
    fc.assert(
      fc.property(invoices, ({ lines, ...terms }) => {
        const invoice = priceInvoice(lines, { ...terms, currency })
        for (const amountMinor of [invoice.grandTotalMinor, invoice.revenueMinor, discountOf(invoice)])
          if (amountMinor <= 1_000_000_000_000)
            expect(parseMinor(formatMinor(amountMinor, currency), currency)).toBe(amountMinor)
      }),
      { numRuns: 50 },
    )
  })

  test('law 7, R36, R55: parts sum to their wholes, and nothing is below nothing', () =>
    fc.assert(
      fc.property(invoices, ({ lines, ...terms }) => {
        const invoice = priceInvoice(lines, terms)
        const { items } = invoice
        const ofItems = (each: (item: Invoice['items'][number]) => number) => total(items.map(each))
        expect(ofItems(item => item.totalMinor)).toBe(invoice.subTotalMinor)
        expect(ofItems(item => item.quantity)).toBe(total(lines.map(({ quantity }) => quantity)))
        expect(ofItems(discountOf)).toBe(discountOf(invoice))
        for (const part of items) {
          const discounted = part.totalMinor - discountOf(part)
          expect(discounted).toBeGreaterThanOrEqual(0)
          for (const each of part.discounts ?? []) expect(each.amountMinor).toBeGreaterThan(0)
          if (part.tax?.type === 'INCLUDED') expect(part.tax.taxableMinor + part.tax.amountMinor).toBe(discounted)
          if (part.tax?.type === 'ADDED_AT_CHECKOUT') expect(part.tax.taxableMinor).toBe(discounted)
          if (discounted === 0) expect([part.tax, part.fee]).toEqual([null, null])
        }
        const added = items.flatMap(({ tax, fee }) => [tax, fee]).filter(part => part?.type.includes('ADDED'))
        const addedMinor = total(added.map(part => part?.amountMinor ?? 0))
        expect(invoice.subTotalMinor - discountOf(invoice) + addedMinor).toBe(invoice.grandTotalMinor)
        expect(invoice.revenueMinor + ofItems(({ fee }) => fee?.amountMinor ?? 0)).toBe(invoice.grandTotalMinor)
        expect(invoice.revenueMinor).toBeGreaterThanOrEqual(0)
      }),
    ))

  test('R52, R53: a benefit discounts no more tickets than its quantity, and none that is free or a guest’s price', () =>
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 100 }), percents, (bought, quantityMax, rate) => {
        const invoice = priced(bought, benefit(rate, quantityMax))
        const eligible = bought.filter(
          each => each.pricingKind !== 'GUEST' && Math.round(each.priceMinor * Number(rate) * 100) >= 5000,
        )
        const [applied] = invoice.discounts ?? []
        const discounted = applied?.kind === 'PAID_PLAN' ? applied.quantityDiscounted : 0
        expect(discounted).toBe(Math.min(quantityMax, total(eligible.map(({ quantity }) => quantity))))
        for (const item of invoice.items) {
          const [ofItem] = item.discounts ?? []
          const of = ofItem?.kind === 'PAID_PLAN' ? ofItem.quantityDiscounted : 0
          expect(of).toBeLessThanOrEqual(item.quantity)
        }
      }),
    ))

  test('R53: how the tickets are split into lines changes nothing', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 60 }),
        coupons.filter(each => each.ticketDefinitionId !== 'b'),
        (quantities, priceMinor, quantityMax, off) => {
          const together = priced([line(priceMinor, total(quantities))], benefit('33.33', quantityMax), off)
          const apart = priced(
            quantities.map(quantity => line(priceMinor, quantity)),
            benefit('33.33', quantityMax),
            off,
          )
          expect(apart).toEqual(together)
        },
      ),
    ))

  test('shares sum to the whole, are fair to one minor unit, and are no more than their worths', () =>
    fc.assert(
      fc.property(
        fc.array(fc.nat(1_000_000_000_000), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (worths, share) => {
          const amount = Math.floor(total(worths) * share)
          const shares = shareOut(amount, worths)
          expect(total(shares)).toBe(total(worths) === 0 ? 0 : amount)
          for (const [index, part] of shares.entries()) {
            const worth = worths[index] ?? 0
            expect(part).toBeGreaterThanOrEqual(0)
            expect(part).toBeLessThanOrEqual(worth)
            if (total(worths) > 0) expect(Math.abs(part - (amount / total(worths)) * worth)).toBeLessThan(1.001)
          }
        },
      ),
    ))
})
