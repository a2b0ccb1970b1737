import { describe, expect, test } from 'vitest'
import { isFree, limitPerCheckoutOf, saleStatusOf } from './model.ts'
import { extendedFieldsAfter, namedInMask, salePeriodAfter } from './wire.ts'

const at = (time: string) => new Date(`2030-05-01T${time}Z`)
const [start, end] = [at('10:00:00.000'), at('12:00:00.000')]

describe('saleStatusOf (R70)', () => {
  test.each([
    ['no period', null, null, at('00:00:00.000'), 'SALE_STARTED'],
    ['the moment before the start', start, end, at('09:59:59.999'), 'SALE_SCHEDULED'],
    ['the start', start, end, start, 'SALE_STARTED'],
    ['the moment before the end', start, end, at('11:59:59.999'), 'SALE_STARTED'],
    ['the end', start, end, end, 'SALE_ENDED'],
    ['no end', start, null, at('23:00:00.000'), 'SALE_STARTED'],
    ['no start', null, end, at('00:00:00.000'), 'SALE_STARTED'],
    ['no start, after the end', null, end, at('23:00:00.000'), 'SALE_ENDED'],
  ] as const)('%s', (_, saleStartAt, saleEndAt, now, status) => {
    expect(saleStatusOf({ saleStartAt, saleEndAt }, now)).toBe(status)
  })
})

describe('isFree (5.1)', () => {
  const option = (amountMinor: number) => ({ optionId: 'x', name: 'x', amountMinor })
  test.each([
    ['a fixed price of 0', { pricingKind: 'FIXED', priceMinor: 0, pricingOptions: [] }, true],
    ['a fixed price', { pricingKind: 'FIXED', priceMinor: 1, pricingOptions: [] }, false],
    ['a guest price from 0', { pricingKind: 'GUEST', priceMinor: 0, pricingOptions: [] }, false],
    ['options of 0', { pricingKind: 'OPTIONS', priceMinor: null, pricingOptions: [option(0), option(0)] }, true],
    [
      'one option that costs',
      { pricingKind: 'OPTIONS', priceMinor: null, pricingOptions: [option(0), option(1)] },
      false,
    ],
  ] as const)('%s', (_, { pricingOptions, ...pricing }, free) => {
    expect(isFree({ ...pricing, pricingOptions: [...pricingOptions] })).toBe(free)
  })
})

describe('limitPerCheckoutOf (R64)', () => {
  test.each([
    ['unlimited: as many as an order takes', null, 0, 0, 20, 20],
    ['more left than an order takes', 100, 10, 10, 20, 20],
    ['fewer left', 30, 10, 5, 20, 15],
    ['a limit below that of an order', 8, 0, 0, 20, 8],
    ['sold out', 10, 4, 6, 20, 0],
    ['sold beyond the limit', 10, 8, 6, 20, 0],
  ])('%s', (_, actualLimit, sold, reserved, ticketLimitPerOrder, limit) => {
    const inventory = { ticketDefinitionId: 'x', actualLimit, sold, reserved, seated: false }
    expect(limitPerCheckoutOf(inventory, { ticketLimitPerOrder })).toBe(limit)
  })
})

describe('salePeriodAfter (R71, R94)', () => {
  const stored = { saleStartAt: start, saleEndAt: end, displayNotOnSale: true }
  const nothing = { saleStartAt: null, saleEndAt: null, displayNotOnSale: null }
  test.each([
    ['absent from a new one', null, undefined, nothing],
    ['null', stored, null, nothing],
    ['empty: hidden outside the sale', null, {}, { saleStartAt: null, saleEndAt: null, displayNotOnSale: false }],
    ['empty over a stored one', stored, {}, stored],
    ['one bound', stored, { endDate: '2030-05-01T13:00:59.999Z' }, { ...stored, saleEndAt: at('13:00:00.000') }],
    [
      'a bound with an offset',
      stored,
      { startDate: '2030-05-01T11:30:00+02:00' },
      { ...stored, saleStartAt: at('09:30:00.000') },
    ],
    ['a bound cleared', stored, { startDate: null }, { ...stored, saleStartAt: null }],
    ['its display cleared', stored, { displayNotOnSale: null }, { ...stored, displayNotOnSale: false }],
  ])('%s', (_, before, wire, after) => {
    expect(salePeriodAfter(before, wire)).toEqual(after)
  })
})

describe('extendedFieldsAfter (api 9.3)', () => {
  const stored = { namespaces: { a: { x: 1, y: 2 } } }
  test.each([
    ['absent', undefined, stored],
    ['null', null, null],
    ['no namespaces', {}, stored],
    ['namespaces that are null', { namespaces: null }, stored],
    ['a key', { namespaces: { a: { y: 3 } } }, { namespaces: { a: { x: 1, y: 3 } } }],
    ['a key that is null', { namespaces: { a: { y: null } } }, { namespaces: { a: { x: 1 } } }],
    ['another namespace', { namespaces: { b: { z: 1 } } }, { namespaces: { a: { x: 1, y: 2 }, b: { z: 1 } } }],
    ['a namespace that is null', { namespaces: { a: null } }, { namespaces: {} }],
  ])('%s', (_, wire, after) => {
    expect(extendedFieldsAfter(stored, wire)).toEqual(after)
  })
})

describe('namedInMask (R8)', () => {
  const patch = { revision: '1', name: 'x', hidden: true }
  test.each([
    [undefined, patch],
    ['', patch],
    ['name', { revision: '1', name: 'x' }],
    ['ticketDefinition.name, revision', { revision: '1', name: 'x' }],
    [{ paths: ['salePeriod.endDate'] }, { revision: '1' }],
  ])('%j', (mask, kept) => {
    expect(namedInMask(patch, mask)).toEqual(kept)
  })

  test.each(['id', 'ticketDefinition', 'name,saleStatus', 'constructor'])('%s cannot be changed', mask => {
    expect(() => namedInMask(patch, mask)).toThrow('cannot be changed')
  })
})
