import { expect, test } from 'vitest'
import { InvalidRequest } from '../refusals.ts'
import { type TicketChange, ticketChangeOf } from './model.ts'

const form = { inputValues: [{ inputName: 'firstName', value: 'Eve' }] }
const CLEARED = { inputValues: [] }

test.each<[string, Parameters<typeof ticketChangeOf>[0], string[], TicketChange]>([
  ['nothing at all restores', {}, [], { archived: false }],
  ['without a mask everything that is there', { archived: true, form }, [], { archived: true, form }],
  ['without a mask the guest stays where none is named', { archived: true }, [], { archived: true }],
  ['only what the mask names', { archived: true, form }, ['archived'], { archived: true }],
  ['only the guest', { archived: true, form }, ['guestDetails.form'], { form }],
  ['a parent covers what is below it', { form }, ['guestDetails'], { form }],
  ['what is below stands for it', { form }, ['guestDetails.form.inputValues'], { form }],
  ['named and absent is cleared', {}, ['archived', 'guestDetails.form'], { archived: false, form: CLEARED }],
  ['named and null is cleared', { archived: null, form: null }, ['archived'], { archived: false }],
])('R202, R8: %s', (_, given, mask, expected) => {
  expect(ticketChangeOf(given, mask)).toEqual(expected)
})

test.each(['price', 'archived.x', 'guestDetails.firstName', 'ticket.archived'])('api 8.6: a mask of %s', path => {
  expect(() => ticketChangeOf({}, ['archived', path])).toThrow(InvalidRequest)
})
