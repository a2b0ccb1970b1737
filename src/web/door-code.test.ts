import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { codeIn, loginTokenIn, readCode, verify, verifyInScript } from '../../web/door/core/code.ts'
import { doorCodeUrl } from '../identities/door-code.ts'
import { deriveKeys } from '../identities/keys.ts'
import { newGuid } from '../ids.ts'
import { rsvpCodeUrl } from '../rsvps/links.ts'
import { checkInUrl } from '../tickets/code.ts'

const publicUrl = 'https://tickets.example.org'
const keys = deriveKeys('a secret of the tests, long enough to be one')
const publicKey = keys.tickets.publicKey.export({ format: 'jwk' }) as { kty: string; crv: string; x: string }
const siteId = newGuid()
const eventId = newGuid()
const ticketNumber = '2X4S-ABCD-123ABC'
const code = checkInUrl({ siteId, ticketNumber, eventId }, { keys, publicUrl })

test('R194: what a ticket’s code holds is told from a forgery by the public key alone', async () => {
  const genuine = { kind: 'ticket', number: ticketNumber, eventId, genuine: true }
  expect(await readCode(code, publicKey)).toEqual(genuine)
  expect(await readCode(` ${code}\n`, publicKey)).toEqual(genuine)
  const others = deriveKeys('another secret of the tests, just as long')
  const forgeries = [
    checkInUrl({ siteId, ticketNumber, eventId }, { keys: others, publicUrl }),
    code.replace(ticketNumber, '2X4S-ABCD-123ABD'),
    code.replace(eventId, newGuid()),
    code.slice(0, -2),
    code.replace(/\?.*/, ''),
    code.replace(/s=.*/, 's=%%%'),
  ]
  for (const forgery of forgeries) expect(await readCode(forgery, publicKey)).toMatchObject({ genuine: false })
})

test('R194: an RSVP’s code is told from a forgery in the same way, and is no ticket’s', async () => {
  const rsvpId = newGuid()
  const code = rsvpCodeUrl({ siteId, rsvpId, eventId }, { keys, publicUrl })
  expect(await readCode(code, publicKey)).toEqual({ kind: 'rsvp', number: rsvpId, eventId, genuine: true })
  const asTicket = doorCodeUrl({ kind: 'TICKET', siteId, number: rsvpId, eventId }, { keys, publicUrl })
  for (const forgery of [code.replace(rsvpId, newGuid()), code.replace(eventId, newGuid()), asTicket])
    expect(await readCode(forgery, publicKey)).toMatchObject({ kind: 'rsvp', genuine: false })
})

test('a number alone is a number, in capitals; anything else is none of ours', async () => {
  expect(await readCode('2x4s-abcd-123abc', publicKey)).toEqual({ kind: 'number', number: ticketNumber })
  for (const text of ['', 'https://example.org/', 'WIFI:S:Hall;;', '🎫', 'x'.repeat(5000), `${publicUrl}/check-in/`])
    expect(await readCode(text, publicKey)).toEqual({ kind: 'foreign' })
  expect(codeIn(`${publicUrl}/check-in/%E0%A4%A`)).toBeNull()
})

describe('a signature', () => {
  test.each([
    ['the browser', verify],
    ['a script, where the browser does not know the curve', verifyInScript],
  ])('is judged the same by %s', async (_, judge) => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const raw = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'))
    const message = new TextEncoder().encode('boxoffice-ticket:A:B')
    const signature = new Uint8Array(sign(null, message, privateKey))
    expect(await judge(signature, message, raw)).toBe(true)
    expect(await judge(signature, new TextEncoder().encode('boxoffice-ticket:A:C'), raw)).toBe(false)
    expect(await judge(signature.with(0, (signature[0] ?? 0) ^ 1) as typeof signature, message, raw)).toBe(false)
  })
})

test('events 9.5.8: a login token is read from the link of an invitation, and from no other', () => {
  expect(loginTokenIn(`${publicUrl}/staff/login?token=abc`)).toBe('abc')
  for (const text of [`${publicUrl}/staff/login`, `${publicUrl}/staff?token=abc`, 'abc', code])
    expect(loginTokenIn(text)).toBeNull()
})
