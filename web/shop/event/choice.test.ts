import { describe, expect, test } from 'vitest'
import type { Definition, Live } from '../boot.ts'
import {
  countOf,
  extrasOf,
  guestPriceOf,
  limitOf,
  NOTHING,
  parseChoice,
  possibleOf,
  quantityOf,
  ticketsOf,
  totalOf,
  withGuestPrice,
  withQuantity,
} from './choice.ts'

const eur = (value: string) => ({ value, currency: 'EUR' })
const common = {
  name: 'A',
  limitPerCheckout: 20,
  feeType: 'FEE_INCLUDED',
  saleStatus: 'SALE_STARTED',
  sortIndex: 0,
} as const
const fixed: Definition = { ...common, id: 'fixed', pricingMethod: { fixedPrice: eur('10.10'), free: false } }
const options: Definition = {
  ...common,
  id: 'options',
  pricingMethod: {
    free: false,
    pricingOptions: {
      optionDetails: [
        { optionId: 'adult', name: 'Adult', price: eur('36.00') },
        { optionId: 'student', name: 'Student', price: eur('18.00') },
      ],
    },
  },
}
const guest: Definition = { ...common, id: 'guest', pricingMethod: { guestPrice: eur('5.00'), free: false } }
const seated: Definition = {
  ...fixed,
  id: 'seated',
  seatingDetails: {
    places: [
      { placeId: 's1', label: '1', sectionLabel: 'Stalls', elementLabel: 'A', availableCapacity: 1 },
      { placeId: 'area', label: '', sectionLabel: 'Stalls', elementLabel: 'Lawn', availableCapacity: 3 },
    ],
  },
}
const definitions = [fixed, options, guest, seated]
const key = (definitionId: string, optionId: string | null = null, placeId: string | null = null) => ({
  definitionId,
  optionId,
  placeId,
})
const live = (unsold: number, saleStatus = 'SALE_STARTED'): Live =>
  ({
    ticketDefinitions: [{ id: 'fixed', name: 'A', saleStatus, sold: 0, held: 0, unsold, soldOut: unsold === 0 }],
  }) as unknown as Live

describe('a choice', () => {
  const choice = withGuestPrice(
    withQuantity(withQuantity(withQuantity(NOTHING, key('fixed'), 3), key('options', 'student'), 2), key('guest'), 1),
    'guest',
    '7,5',
  )

  test('counts, adds up in whole cents, and becomes the lines of a reservation', () => {
    expect([countOf(choice), countOf(choice, 'options')]).toEqual([6, 2])
    expect(totalOf(choice, definitions, 'EUR')).toEqual(eur('73.80'))
    expect(ticketsOf(choice, definitions)).toEqual([
      { ticketDefinitionId: 'fixed', quantity: 3 },
      { ticketDefinitionId: 'options', quantity: 2, ticketInfo: { pricingOptionId: 'student' } },
      { ticketDefinitionId: 'guest', quantity: 1, ticketInfo: { guestPrice: '7.50' } },
    ])
  })

  test('has no total while a price is missing', () => {
    expect(totalOf(withGuestPrice(choice, 'guest', ''), definitions, 'EUR')).toBeNull()
  })

  test('is limited by what is left and by what one order may hold, whichever is less', () => {
    const by = (unsold: number, perOrder: number) =>
      limitOf(choice, { definition: fixed, live: live(unsold), perOrder })
    expect(by(4, 20)).toEqual({ more: 1, because: 'LEFT' })
    expect(by(100, 8)).toEqual({ more: 2, because: 'ORDER' })
    expect(by(1, 20)).toEqual({ more: 0, because: 'LEFT' })
  })

  test('shrinks to what can still be had', () => {
    const possible = (about: Live | null, perOrder = 20) => possibleOf(choice, { definitions, live: about, perOrder })
    expect(possible(null)).toBe(choice)
    expect(quantityOf(possible(live(2)), key('fixed'))).toBe(2)
    expect(quantityOf(possible(live(0)), key('fixed'))).toBe(0)
    expect(quantityOf(possible(live(9, 'SALE_ENDED')), key('fixed'))).toBe(0)
    expect(countOf(possible(null, 4))).toBe(4)
    expect(countOf(possibleOf(choice, { definitions: [guest], live: null, perOrder: 20 }))).toBe(1)
  })

  test('loses a place that somebody has taken, and keeps no more in an area than there is room for', () => {
    const places = withQuantity(
      withQuantity(withQuantity(NOTHING, key('seated', null, 's1'), 1), key('seated', null, 'gone'), 1),
      key('seated', null, 'area'),
      9,
    )
    const { lines } = possibleOf(places, { definitions, live: null, perOrder: 20 })
    expect(lines.map(({ placeId, quantity }) => [placeId, quantity])).toEqual([
      ['s1', 1],
      ['area', 3],
    ])
    expect(ticketsOf(places, definitions)[0]).toEqual({
      ticketDefinitionId: 'seated',
      quantity: 1,
      ticketInfo: { seatId: 's1' },
    })
  })

  test('is read back as it was kept, and nothing from what is none', () => {
    expect(parseChoice(JSON.stringify(choice))).toEqual(choice)
    for (const none of [null, '', '{', '{}', 'null', '{"lines":1}']) expect(parseChoice(none)).toBeNull()
  })
})

test.each([
  ['5', '5.00'],
  ['5.5', '5.50'],
  ['5,50', '5.50'],
  [' 12.00 ', '12.00'],
  ['4.99', null],
  ['5.555', null],
  ['', null],
  ['-6', null],
  ['1e3', null],
  ['1.000,00', null],
  ['9999999999', null],
])('a guest who types %j pays %s', (typed, value) => {
  expect(guestPriceOf(typed, eur('5.00'))).toEqual(value === null ? null : eur(value))
})

test('what is added to a price is said, unless it is free or given', () => {
  const tickets = (type: 'ADDED_AT_CHECKOUT' | 'INCLUDED_IN_PRICE', appliedToDonations = true) => ({
    ticketLimitPerOrder: 20,
    currency: 'EUR',
    soldOut: false,
    reservationDurationInMinutes: 20,
    taxSettings: { type, name: 'VAT', rate: '19', appliedToDonations },
  })
  const added: Definition = { ...fixed, feeType: 'FEE_ADDED_AT_CHECKOUT' }
  expect(extrasOf(added, { tickets: tickets('ADDED_AT_CHECKOUT'), serviceFeePercent: '2.5' })).toEqual([
    'TAX_ADDED',
    'FEE_ADDED',
  ])
  expect(extrasOf(added, { tickets: tickets('INCLUDED_IN_PRICE'), serviceFeePercent: '0' })).toEqual(['TAX_INCLUDED'])
  expect(extrasOf(guest, { tickets: tickets('ADDED_AT_CHECKOUT', false), serviceFeePercent: '0' })).toEqual([])
  const free: Definition = { ...fixed, pricingMethod: { fixedPrice: eur('0'), free: true } }
  expect(extrasOf(free, { tickets: tickets('ADDED_AT_CHECKOUT'), serviceFeePercent: '2.5' })).toEqual([])
})
