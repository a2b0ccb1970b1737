import { describe, expect, test } from 'vitest'
import type { EventAvailability } from '../shared/live.ts'
import { typedAmount } from '../shared/money.ts'
import { isAddedTo, moreOf, type Picked, reduce, rowsOf, ticketsOf, totalOf, typable } from './choice.ts'
import type { Definition, ShownEvent } from './event.ts'

const eur = (value: string) => ({ value, currency: 'EUR' })

function definitionOf(id: string, more: Partial<Definition> = {}): Definition {
  return {
    id,
    name: id,
    limitPerCheckout: 20,
    pricingMethod: { fixedPrice: eur('10.10'), free: false },
    feeType: 'FEE_INCLUDED',
    saleStatus: 'SALE_STARTED',
    ...more,
  }
}

function pick(definition: Definition, quantity: number, typed = ''): Picked[] {
  return rowsOf(definition).map((row, index) => ({ row, quantity: index === 0 ? quantity : 0, typed }))
}

function liveOf(...left: [id: string, unsold: number | undefined, saleStatus?: string][]): EventAvailability {
  const ticketDefinitions = left.map(([id, unsold, saleStatus = 'SALE_STARTED']) => ({
    id,
    saleStatus,
    soldOut: unsold === 0,
    ...(unsold !== undefined && { unsold }),
  }))
  return { ticketDefinitions } as unknown as EventAvailability // the rest decides nothing here
}

describe('a price that a guest types', () => {
  test.each([
    ['5', '5'],
    [' 12,50 ', '12.50'],
    ['12.5', '12.5'],
    ['4.99', null],
    ['', null],
    ['12.345', null],
    ['1e9', null],
    ['-5', null],
    ['0x10', null],
    ['9999999999', null],
  ])('%j is %j', (typed, value) => {
    expect(typedAmount(typed, eur('5.00'))?.value ?? null).toBe(value)
  })

  test('has as many decimals as its currency', () => {
    expect(typedAmount('1000', { value: '500', currency: 'JPY' })?.value).toBe('1000')
    expect(typedAmount('1000.5', { value: '500', currency: 'JPY' })).toBeNull()
    expect(typedAmount('1.234', { value: '1.000', currency: 'KWD' })?.value).toBe('1.234')
  })
})

test.each(['en', 'de', 'de-CH', 'ar'])('the price that is offered in %s can be typed as it stands', locale => {
  expect(typedAmount(typable('12.50', locale), eur('5.00'))?.value).toBe('12.50')
  expect(typable('12.50', 'de')).toBe('12,50')
})

test('a total is exact to the cent, and there is none while a price is missing', () => {
  expect(totalOf(pick(definitionOf('a'), 3))).toEqual(eur('30.30'))
  const friends = definitionOf('b', { pricingMethod: { guestPrice: eur('5.00'), free: false } })
  expect(totalOf([...pick(definitionOf('a'), 1), ...pick(friends, 2, '0.10')])).toBeNull()
  expect(totalOf([...pick(definitionOf('a'), 1), ...pick(friends, 2, '5.55')])).toEqual(eur('21.20'))
  expect(totalOf(pick(definitionOf('a'), 0))).toBeNull()
})

test.each([
  ['what is left', liveOf(['a', 5]), 20, 3],
  ['what one order holds', liveOf(['a', 50]), 4, 2],
  ['neither, where there is no limit', liveOf(['a', undefined]), 20, 18],
  ['what came with it, before anything is heard', null, 50, 18],
  ['nothing, once it is not offered any more', liveOf(), 20, 0],
  ['nothing less than none', liveOf(['a', 1]), 20, 0],
] as const)('how many more can be picked is decided by %s', (_, live, perOrder, more) => {
  const definition = definitionOf('a')
  expect(moreOf(definition, { picked: pick(definition, 2), live, perOrder })).toBe(more)
})

test('of what is no longer left, the choice keeps what is, and says what it changed', () => {
  const both = [...pick(definitionOf('a'), 3), ...pick(definitionOf('b'), 2)]
  expect(reduce(both, liveOf(['a', 3], ['b', undefined]))).toEqual([])
  expect(reduce(both, liveOf(['a', 1], ['b', 5, 'SALE_ENDED'])).map(({ name }) => name)).toEqual(['a', 'b'])
  expect(both.map(({ quantity }) => quantity)).toEqual([1, 0])
})

test('of a definition with options, all rows together are what is left', () => {
  const optionDetails = ['x', 'y'].map(optionId => ({ optionId, name: optionId, price: eur('1.00') }))
  const picked = pick(definitionOf('a', { pricingMethod: { pricingOptions: { optionDetails }, free: false } }), 2)
  for (const each of picked) each.quantity = 2
  expect(reduce(picked, liveOf(['a', 3])).map(({ optionId }) => optionId)).toEqual(['x'])
  expect(picked.map(({ quantity }) => quantity)).toEqual([1, 2])
  expect(ticketsOf(picked)).toEqual([
    { ticketDefinitionId: 'a', quantity: 1, ticketInfo: { pricingOptionId: 'x' } },
    { ticketDefinitionId: 'a', quantity: 2, ticketInfo: { pricingOptionId: 'y' } },
  ])
})

test('taxes and fees are spoken of where some will be added', () => {
  const event = (type?: string) =>
    ({ registration: { tickets: { taxSettings: type && { type } } } }) as unknown as ShownEvent
  const fee = definitionOf('a', { feeType: 'FEE_ADDED_AT_CHECKOUT' })
  const free = definitionOf('b', {
    pricingMethod: { fixedPrice: eur('0'), free: true },
    feeType: 'FEE_ADDED_AT_CHECKOUT',
  })
  expect(isAddedTo(pick(definitionOf('a'), 1), event())).toBe(false)
  expect(isAddedTo(pick(definitionOf('a'), 1), event('ADDED_AT_CHECKOUT'))).toBe(true)
  expect(isAddedTo(pick(fee, 1), event('INCLUDED_IN_PRICE'))).toBe(true)
  expect(isAddedTo(pick(fee, 0), event())).toBe(false)
  expect(isAddedTo(pick(free, 1), event('ADDED_AT_CHECKOUT'))).toBe(false)
})
