import { describe, expect, test } from 'vitest'
import {
  type Coupon,
  couponProblemsOf,
  couponSent,
  couponValuesOf,
  couponWireOf,
  emptyCoupon,
  newCode,
  REFUSED_COUPON_FIELDS,
  stateOf,
} from './coupon.ts'

const ZONE = 'Europe/Berlin'
const SITE = { timeZone: ZONE, currency: 'EUR', eventId: null, locale: 'en' }
const EUR = (value: string) => ({ value, currency: 'EUR' })
const stored: Coupon = {
  id: 'c1',
  revision: '2',
  code: 'SUMMER',
  name: 'Summer',
  percentOff: '12.5',
  appliesPer: 'ORDER',
  scope: { group: 'event' },
  startDate: '2030-05-01T10:00:00.000Z',
  active: true,
  uses: 3,
}

test.each([
  ['percent of everything', stored],
  ['an amount of each ticket of one event', { ...stored, percentOff: undefined, amountOff: EUR('5.00') }],
  ['for large orders of some buyers', { ...stored, minimumSubTotal: EUR('20.00'), usesMax: 10, usesPerBuyerMax: 1 }],
])('R51: %s is sent as it was read', (_, coupon) => {
  const { percentOff = null, amountOff = null, minimumSubTotal = null, usesMax = null } = coupon
  expect(couponSent(couponWireOf(couponValuesOf(coupon as Coupon, SITE), ZONE))).toEqual({
    code: 'SUMMER',
    name: 'Summer',
    percentOff,
    amountOff,
    appliesPer: 'ORDER',
    scope: { group: 'event', entityId: null },
    minimumSubTotal,
    startDate: '2030-05-01T10:00:00Z',
    endDate: null,
    usesMax,
    usesPerBuyerMax: coupon.usesPerBuyerMax ?? null,
  })
})

test('R51: one ticket is known with its event, so that both can be chosen anew', () => {
  const coupon: Coupon = { ...stored, scope: { group: 'ticket', entityId: 'd1' } }
  const values = couponValuesOf(coupon, { ...SITE, eventId: 'e1' })
  expect(values).toMatchObject({ scope: 'TICKET', eventId: 'e1', definitionId: 'd1' })
  expect(couponWireOf(values, ZONE).scope).toEqual({ group: 'ticket', entityId: 'd1' })
})

describe('R50, R53: what cannot be saved so is said at its field', () => {
  const good = { ...emptyCoupon('EUR'), code: 'x', name: 'x', percent: '10' }
  test.each([
    ['nothing', {}, {}],
    ['no code', { code: '' }, { code: 'code' }],
    ['a code with blanks', { code: 'a b' }, { code: 'code' }],
    ['a code of 21', { code: 'x'.repeat(21) }, { code: 'code' }],
    ['no name', { name: ' ' }, { name: 'needed' }],
    ['0 %', { percent: '0' }, { percent: 'percent' }],
    ['101 %', { percent: '101' }, { percent: 'percent' }],
    ['three decimals', { percent: '1,001' }, { percent: 'percent' }],
    ['no amount', { kind: 'AMOUNT' as const }, { amount: 'amount' }],
    ['an amount of nothing', { kind: 'AMOUNT' as const, amount: '0,00' }, { amount: 'amount' }],
    ['no event', { scope: 'EVENT' as const }, { eventId: 'choose' }],
    ['no ticket', { scope: 'TICKET' as const, eventId: 'e' }, { definitionId: 'choose' }],
    ['half a use', { usesMax: '0.5', usesPerBuyerMax: '0' }, { usesMax: 'count', usesPerBuyerMax: 'count' }],
    ['an end at the start', { start: '2030-05-01T10:00', end: '2030-05-01T10:00' }, { end: 'period' }],
  ])('%s', (_, change, problems) => {
    expect(couponProblemsOf({ ...good, ...change }, ZONE)).toEqual(problems)
  })
})

test('what the API refuses is said at its field', () => {
  const { fieldOf, codes } = REFUSED_COUPON_FIELDS
  expect(codes).toEqual({ ALREADY_EXISTS: 'code' })
  expect(fieldOf('coupon.amountOff.value')).toBe('amount')
  expect(fieldOf('coupon.usesMax')).toBe('usesMax')
})

test.each([
  ['paused', { active: false }, 'paused'],
  ['scheduled', {}, 'scheduled'],
  ['active', { startDate: '2030-04-01T00:00:00Z' }, 'active'],
  ['over at its end', { startDate: '2030-04-01T00:00:00Z', endDate: '2030-04-30T00:00:00Z' }, 'over'],
  ['used up', { usesMax: 3 }, 'usedUp'],
])('a coupon is %s', (_, change, state) => {
  expect(stateOf({ ...stored, ...change }, Date.parse('2030-04-30T00:00:00Z'))).toBe(state)
})

test('a code that is made up is one that people can read out', () => {
  const codes = Array.from({ length: 50 }, newCode)
  expect(codes.filter(code => !/^[A-HJ-NP-Z2-9]{8}$/.test(code))).toEqual([])
  expect(new Set(codes).size).toBe(50)
})
