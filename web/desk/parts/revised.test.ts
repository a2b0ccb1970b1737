import { expect, test } from 'vitest'
import { differing, merged, patchOf, type Shape } from './revised.ts'

type Values = { name: string; price: string; currency: string; hidden: boolean }
const SHAPE: Shape<Values, 'name' | 'pricing' | 'hidden'> = {
  members: { name: ['name'], pricing: ['price', 'currency'], hidden: ['hidden'] },
  wireOf: ({ name, price, currency, hidden }) => ({
    name: name.trim(),
    pricing: { value: Number(price).toFixed(2), currency },
    hidden,
  }),
}
const before: Values = { name: 'Standard', price: '10.00', currency: 'EUR', hidden: false }

test('R94: two forms differ where they would send different things, however they are typed', () => {
  expect(differing(SHAPE, before, { ...before, name: ' Standard ', price: '10' })).toEqual([])
  expect(differing(SHAPE, before, { ...before, currency: 'USD', hidden: true })).toEqual(['pricing', 'hidden'])
})

test('R94: a change sends what was changed, and nothing that somebody else may have changed meanwhile', () => {
  expect(patchOf(SHAPE, before, { ...before, price: '12' })).toEqual({ pricing: { value: '12.00', currency: 'EUR' } })
  expect(patchOf(SHAPE, before, before)).toEqual({})
})

test('what two people changed in different places is kept of both; where both did, what is typed here', () => {
  const mine = { ...before, price: '15', hidden: true }
  const theirs = { ...before, name: 'Early', price: '20', currency: 'USD' }
  expect(merged(SHAPE, { before, mine, theirs })).toEqual({ name: 'Early', price: '15', currency: 'EUR', hidden: true })
  expect(merged(SHAPE, { before, mine: before, theirs })).toEqual(theirs)
})
