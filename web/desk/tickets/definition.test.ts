import { describe, expect, test } from 'vitest'
import {
  type Definition,
  emptyDefinition,
  problemsOf,
  REFUSED_DEFINITION_FIELDS,
  valuesOf,
  wireOf,
} from './definition.ts'
import { saleOf } from './sale.ts'

const ZONE = 'Europe/Berlin'
const TYPING = { timeZone: ZONE, locale: 'en' }
const EUR = (value: string) => ({ value, currency: 'EUR' })
const stored: Definition = {
  id: 'b1d2',
  eventId: '8f4e',
  revision: '3',
  name: 'Standard',
  hidden: false,
  limited: true,
  initialLimit: 100,
  pricingMethod: { fixedPrice: EUR('12.50'), free: false },
  feeType: 'FEE_INCLUDED',
  salePeriod: { endDate: '2030-06-01T16:00:00.000Z', displayNotOnSale: false },
  saleStatus: 'SALE_STARTED',
}

test('R94: what is read and sent again is the same, its dates on the clock of the event', () => {
  const values = valuesOf(stored, TYPING)
  expect(values).toMatchObject({ pricing: 'FIXED', price: '12.50', limit: '100', saleEnd: '2030-06-01T18:00' })
  expect(wireOf(values, ZONE)).toEqual({
    name: 'Standard',
    description: null,
    policyText: null,
    pricingMethod: { fixedPrice: EUR('12.50') },
    feeType: 'FEE_INCLUDED',
    initialLimit: 100,
    salePeriod: { startDate: null, endDate: '2030-06-01T16:00:00Z', displayNotOnSale: false },
    hidden: false,
  })
})

test('a reader of German is shown 12,50, which is sent as 12.50', () => {
  const values = valuesOf(stored, { ...TYPING, locale: 'de' })
  expect(values.price).toBe('12,50')
  expect(wireOf(values, ZONE).pricingMethod).toEqual({ fixedPrice: EUR('12.50') })
})

test.each([
  ['free', { fixedPrice: EUR('0.00'), free: true }, 'FREE', { fixedPrice: EUR('0') }],
  ['from a minimum', { guestPrice: EUR('5.00'), free: false }, 'GUEST', { guestPrice: EUR('5.00') }],
  ['as guests like', { guestPrice: EUR('0.00'), free: false }, 'GUEST', { guestPrice: EUR('0.00') }],
  [
    'several prices',
    { pricingOptions: { optionDetails: [{ optionId: 'a', name: 'Child', price: EUR('8.00') }] }, free: false },
    'OPTIONS',
    { pricingOptions: { optionDetails: [{ optionId: 'a', name: 'Child', price: EUR('8.00') }] } },
  ],
])('R90: a price that is %s comes back as it was', (_, pricingMethod, pricing, sent) => {
  const values = valuesOf({ ...stored, pricingMethod }, TYPING)
  expect(values.pricing).toBe(pricing)
  expect(wireOf(values, ZONE).pricingMethod).toEqual(sent)
})

describe('what cannot be saved so is said at its field', () => {
  const good = { ...emptyDefinition('EUR'), name: 'Standard', price: '12,5', limit: '10' }
  test.each([
    ['nothing', {}, {}],
    ['no name', { name: ' ' }, { name: 'name' }],
    ['a long name', { name: 'x'.repeat(31) }, { name: 'tooLong' }],
    ['no price', { price: '' }, { price: 'price' }],
    ['a price that is none', { price: '0' }, { price: 'noPrice' }],
    ['a price with words', { price: '10 EUR' }, { price: 'price' }],
    ['a price below the minor unit', { price: '1.001' }, { price: 'price' }],
    ['yen with decimals', { price: '1.5', currency: 'JPY' }, { price: 'price' }],
    ['a guest price without a minimum', { pricing: 'GUEST' as const, price: '' }, {}],
    ['no options', { pricing: 'OPTIONS' as const, options: [] }, { options: 'noOptions' }],
    [
      'an option that lacks all',
      { pricing: 'OPTIONS' as const, options: [{ key: 'a', name: '', price: 'x' }] },
      { 'options.0.name': 'optionName', 'options.0.price': 'price' },
    ],
    ['no number', { limit: '' }, { limit: 'limit' }],
    ['a number below nothing', { limit: '-1' }, { limit: 'limit' }],
    ['half a ticket', { limit: '1.5' }, { limit: 'limit' }],
    ['no number where there is no limit', { isLimited: false, limit: '' }, {}],
    ['an end before the start', { saleStart: '2030-05-02T10:00', saleEnd: '2030-05-02T10:00' }, { saleEnd: 'period' }],
    ['a date that is none', { saleStart: 'soon' }, { saleStart: 'moment' }],
  ])('%s', (_, change, problems) => {
    expect(problemsOf({ ...good, ...change }, ZONE)).toEqual(problems)
  })
})

test('R88, R91: what the API refuses is said at the field that it is about', () => {
  const { fieldOf, codes } = REFUSED_DEFINITION_FIELDS
  expect(codes).toEqual({ INVALID_SALE_PERIOD: 'saleEnd', INVALID_FEE_TYPE: 'feeType' })
  expect(fieldOf('ticketDefinition.name')).toBe('name')
  expect(fieldOf('ticketDefinition.pricingMethod.fixedPrice.value')).toBe('price')
  expect(fieldOf('ticketDefinition.pricingMethod.pricingOptions.optionDetails[2].name')).toBe('options.2.name')
  expect(fieldOf('ticketDefinition.salePeriod.startDate')).toBe('saleStart')
  expect(fieldOf('ticketDefinition.initialLimit')).toBe('limit')
})

describe('R70, R73, R75: whether guests can buy it, by the first thing that keeps them from it', () => {
  const numbers = { sold: 0, held: 0, left: 5 }
  const event = { status: 'UPCOMING' as const, registration: { status: 'OPEN_TICKETS' } }
  const scheduled = { saleStatus: 'SALE_SCHEDULED' as const, salePeriod: { startDate: 'soon', displayNotOnSale: true } }
  const over = { saleStatus: 'SALE_ENDED' as const }
  test.each([
    ['on until its end', {}, numbers, event, 'onUntil'],
    ['on', { salePeriod: { displayNotOnSale: true } }, numbers, event, 'on'],
    ['not yet', scheduled, numbers, event, 'scheduled'],
    ['no more', over, numbers, event, 'over'],
    ['sold out', {}, { sold: 5, held: 0, left: 0 }, event, 'soldOut'],
    ['the last ones held', {}, { sold: 4, held: 1, left: 0 }, event, 'allHeld'],
    ['paused', scheduled, numbers, { ...event, registration: { status: 'CLOSED_MANUALLY' } }, 'paused'],
    ['in a draft', {}, numbers, { ...event, status: 'DRAFT' as const }, 'draft'],
    ['hidden in a draft', { hidden: true }, numbers, { ...event, status: 'DRAFT' as const }, 'hidden'],
    ['hidden of a canceled event', { hidden: true }, numbers, { ...event, status: 'CANCELED' as const }, 'canceled'],
    ['of an event that is over', over, numbers, { ...event, status: 'ENDED' as const }, 'ended'],
  ])('%s', (_, change, counts, of, key) => {
    expect(saleOf({ ...stored, ...change }, counts, of).key).toBe(key)
  })
})
