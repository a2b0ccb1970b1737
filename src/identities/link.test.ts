import { expect, test } from 'vitest'
import { newGuid } from '../ids.ts'
import { deriveKeys } from './keys.ts'
import { linkToken, readLinkToken } from './link.ts'

const keys = deriveKeys('a secret of the tests, long enough to be one')
const siteId = newGuid()
const number = 'K7QM-2RTX-9A'
const token = linkToken({ purpose: 'order', siteId, number }, keys)

test('R207: a link’s token says whose site it is, and is read back', () => {
  expect(readLinkToken(token, { purpose: 'order', number }, keys)).toBe(siteId)
  expect(token).toMatch(/^[0-9a-f-]{36}\.[\w-]{22}$/)
})

const other = deriveKeys('another secret of the tests, long enough')
const flipped = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
test.each([
  ['nothing', '', {}],
  ['a site alone', siteId, {}],
  ['a site with an empty code', `${siteId}.`, {}],
  ['one character changed', flipped, {}],
  ['one character less', token.slice(0, -1), {}],
  ['one character more', `${token}A`, {}],
  ['a character of two bytes at the end', `${token.slice(0, -2)}é`, {}],
  ['another site', newGuid() + token.slice(36), {}],
  ['the site in capitals', siteId.toUpperCase() + token.slice(36), {}],
  ['no site', `x${token.slice(1)}`, {}],
  ['another number', token, { number: 'K7QM-2RTX-9B' }],
  ['another purpose', token, { purpose: 'tickets' as const }],
  ['another secret', linkToken({ purpose: 'order', siteId, number }, other), {}],
])('R207: a token is not guessed: %s opens nothing', (_, given, named) => {
  expect(readLinkToken(given, { purpose: 'order', number, ...named }, keys)).toBeNull()
})
