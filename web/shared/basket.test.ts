import { expect, test } from 'vitest'
import { type Basket, nameOfPlace, pricesOf, type Sellable, sectionsOf, ticketsOf, totalOf } from './basket.ts'

const sellable = (id: string, pricingMethod: Partial<Sellable['pricingMethod']>): Sellable => ({
  id,
  name: id,
  hidden: false,
  saleStatus: 'SALE_STARTED',
  pricingMethod: { free: false, ...pricingMethod },
})
const EUR = 'EUR'
const FIXED = sellable('fixed', { fixedPrice: { value: '10.00', currency: EUR } })
const GUESTS = sellable('guests', { guestPrice: { value: '5.00', currency: EUR } })
const OPTIONS = sellable('options', {
  pricingOptions: { optionDetails: [{ optionId: 'child', name: 'Child', price: { value: '3.50', currency: EUR } }] },
})
const ALL = [FIXED, GUESTS, OPTIONS]
const line = (definitionId: string, quantity: number, optionId: string | null = null) => ({
  definitionId,
  optionId,
  placeId: null,
  quantity,
})

test.each<[string, Basket, Record<string, string>, string | null]>([
  ['its own prices', [line('fixed', 2), line('options', 3, 'child')], {}, '30.50'],
  ['a price of the seller', [line('fixed', 2)], { fixed: '7,5' }, '15.00'],
  ['a price of the seller for nothing', [line('fixed', 2)], { fixed: '0' }, '0.00'],
  ['what a guest gives', [line('guests', 1)], { guests: '8' }, '8.00'],
  ['a guest who gives too little', [line('guests', 1)], { guests: '4' }, null],
  ['a guest who has not said what', [line('guests', 1)], {}, null],
  ['what is no price', [line('fixed', 1)], { fixed: 'ten' }, null],
])('%s: the total of the basket', (_, basket, prices, total) => {
  expect(totalOf(basket, ALL, prices, EUR)?.value ?? null).toBe(total)
})

test('R28: what is asked for names options, places, what a guest gives, and the price of the seller', () => {
  const basket = [line('fixed', 1), line('guests', 2), { ...line('options', 1, 'child'), placeId: '1-2' }]
  expect(ticketsOf(basket, ALL, { fixed: '7,5', guests: '8' }, EUR)).toEqual([
    { ticketDefinitionId: 'fixed', quantity: 1, ticketInfo: { priceOverride: '7.5' } },
    { ticketDefinitionId: 'guests', quantity: 2, ticketInfo: { guestPrice: '8' } },
    { ticketDefinitionId: 'options', quantity: 1, ticketInfo: { pricingOptionId: 'child', seatId: '1-2' } },
  ])
})

test('places are found by section and row; a definition is sold by its options or at its price', () => {
  const place = (sectionLabel: string, elementLabel: string, label: string) => ({
    placeId: `${sectionLabel} ${elementLabel} ${label}`,
    sectionLabel,
    elementLabel,
    label,
    availableCapacity: 1,
  })
  const places = [
    place('Stalls', 'A', '1'),
    place('Circle', 'B', '7'),
    place('Stalls', 'B', '2'),
    place('Stalls', 'A', '3'),
  ]
  const [one, seven, two, three] = places
  expect(sectionsOf(places)).toEqual([
    {
      section: 'Stalls',
      elements: [
        { element: 'A', places: [one, three] },
        { element: 'B', places: [two] },
      ],
    },
    { section: 'Circle', elements: [{ element: 'B', places: [seven] }] },
  ])
  expect(nameOfPlace(place('Stalls', '', '1'))).toBe('Stalls, 1')
  expect(pricesOf(FIXED)).toEqual([{ optionId: null, label: 'fixed', price: { value: '10.00', currency: EUR } }])
  expect(pricesOf(GUESTS)).toEqual([{ optionId: null, label: 'guests', price: null }])
  expect(pricesOf(OPTIONS)).toEqual([{ optionId: 'child', label: 'Child', price: { value: '3.50', currency: EUR } }])
})
