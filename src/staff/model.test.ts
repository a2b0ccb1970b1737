import { expect, test } from 'vitest'
import { deriveKeys } from '../identities/keys.ts'
import { loginHashOf, loginTokenOf, refusalToSetStatus, type StaffStatus } from './model.ts'

const transitions: [from: StaffStatus, to: StaffStatus, allowed: boolean][] = [
  ['PENDING', 'PENDING', true],
  ['PENDING', 'HAS_ACCESS', false],
  ['PENDING', 'ACCESS_PAUSED', true],
  ['HAS_ACCESS', 'PENDING', false],
  ['HAS_ACCESS', 'HAS_ACCESS', true],
  ['HAS_ACCESS', 'ACCESS_PAUSED', true],
  ['ACCESS_PAUSED', 'PENDING', false],
  ['ACCESS_PAUSED', 'HAS_ACCESS', true],
  ['ACCESS_PAUSED', 'ACCESS_PAUSED', true],
]
test.each(transitions)('events 9.2, 9.5.6: from %s to %s by update: %s', (from, to, allowed) => {
  expect(refusalToSetStatus(from, to) === null).toBe(allowed)
})

test('a login token is the same each time, and another for each member, site and installation', () => {
  const keys = deriveKeys('a secret of the tests, long enough to be one')
  const others = deriveKeys('another secret of the tests, just as long')
  const token = loginTokenOf(keys, { siteId: 's', staffMemberId: 'm' })
  expect(token).toMatch(/^[\w-]{43}$/)
  expect(loginTokenOf(keys, { siteId: 's', staffMemberId: 'm' })).toBe(token)
  const different = [
    token,
    loginTokenOf(keys, { siteId: 's', staffMemberId: 'n' }),
    loginTokenOf(keys, { siteId: 't', staffMemberId: 'm' }),
    loginTokenOf(others, { siteId: 's', staffMemberId: 'm' }),
  ]
  expect(new Set(different).size).toBe(4)
  expect(loginHashOf(token)).toHaveLength(32)
})
