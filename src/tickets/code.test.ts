import { expect, test } from 'vitest'
import { readDoorCodeUrl } from '../identities/door-code.ts'
import { deriveKeys } from '../identities/keys.ts'
import { checkInUrl, newTicketNumbers } from './code.ts'

const keys = deriveKeys('a secret of the tests, long enough to be one')
const siteId = '5a1d5b1e-4f0e-4b0a-9a5e-0c2f4b7f1a01'
const ticket = { ticketNumber: 'FNVL-NIJT-WP021', eventId: '6c1d5b1e-4f0e-4b0a-9a5e-0c2f4b7f1a01' }
const url = checkInUrl({ siteId, ...ticket }, { keys, publicUrl: 'https://tickets.example' })

test('R194: a code is the check-in address, and is read back', () => {
  expect(url).toMatch(/^https:\/\/tickets\.example\/check-in\/FNVL-NIJT-WP021,6c1d5b1e-[0-9a-f-]+\?s=[\w-]{86}$/)
  expect(readDoorCodeUrl(url, keys)).toEqual({ kind: 'TICKET', number: ticket.ticketNumber, eventId: ticket.eventId })
})

test.each([
  ['another number', url.replace('WP021', 'WP022')],
  ['another event', url.replace('6c1d5b1e', '6c1d5b1f')],
  ['no signature', url.replace(/\?.*/, '')],
  ['a shortened signature', url.slice(0, -3)],
  ['no address', 'FNVL-NIJT-WP021'],
])('a forged code with %s is not read', (_, forged) => {
  expect(readDoorCodeUrl(forged, keys)).toBeNull()
})

test('a code of another installation is not read', () => {
  expect(readDoorCodeUrl(url, deriveKeys('the secret of somebody else, also long enough'))).toBeNull()
})

test('R193: ticket numbers are the order number and three characters, all different', () => {
  const numbers = newTicketNumbers('FNVL-NIJT-WP', 2500)
  expect(new Set(numbers).size).toBe(2500)
  for (const number of numbers) expect(number).toMatch(/^FNVL-NIJT-WP[0-9A-Z]{3}$/)
})
