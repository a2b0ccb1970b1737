import { describe, expect, test } from 'vitest'
import { allowedCallbacks } from './callbacks.ts'
import { type FoundSession, isOpen, newSecret, readSecret, returnUrlOf } from './model.ts'

const at = (time: string) => new Date(`2030-05-01T${time}Z`)
const session: FoundSession = {
  siteId: '0b7c2f52-9a52-4d5b-8f0a-0d4e3a1c2b3d',
  redirectSessionId: 's',
  revision: 1,
  eventId: 'e1',
  ticketReservationId: 'r',
  thankYouPageUrl: 'https://shop.example.org/thanks?from=box#top',
  postFlowUrl: 'https://shop.example.org/',
  query: {},
  createdAt: at('12:00:00'),
  expiresAt: at('12:20:00'),
  usedAt: null,
  browserHash: null,
  status: 'PENDING',
  heldUntil: at('12:20:00'),
  orderNumber: null,
  visitorId: 'v',
  memberId: null,
}

describe('returnUrlOf (api 14.2)', () => {
  const bought = { status: 'CONFIRMED', orderNumber: 'AB-1' } as const
  const thanks = 'https://shop.example.org/thanks?from=box&orderNumber=AB-1&eventId=e1#top'
  test.each([
    ['bought', bought, thanks],
    [
      'bought, and the address says an order already',
      { ...bought, thankYouPageUrl: 'http://a/?orderNumber=x' },
      'http://a/?orderNumber=AB-1&eventId=e1',
    ],
    ['bought, without a page for it', { ...bought, thankYouPageUrl: null }, session.postFlowUrl],
    ['not paid yet', { orderNumber: 'AB-1' }, session.postFlowUrl],
    ['given up', { status: 'EXPIRED' }, session.postFlowUrl],
    ['deleted', { status: null, heldUntil: null }, session.postFlowUrl],
    ['given up, and nowhere to go', { status: 'EXPIRED', postFlowUrl: null }, null],
  ] as const)('%s', (_, changed, url) => {
    expect(returnUrlOf({ ...session, ...changed })).toBe(url)
  })
})

describe('isOpen (api 14.1)', () => {
  test.each([
    ['the moment before the deadline', at('12:19:59.999'), {}, true],
    ['the deadline', at('12:20:00'), {}, false],
    ['used', at('12:01:00'), { usedAt: at('12:00:30') }, false],
    ['given back', at('12:01:00'), { status: 'CANCELED_MANUALLY' }, false],
    ['bought', at('12:01:00'), { status: 'CONFIRMED' }, false],
    ['deleted', at('12:01:00'), { status: null, heldUntil: null }, false],
    ['held for longer than it was', at('12:21:00'), { heldUntil: at('14:00:00') }, false],
  ] as const)('%s', (_, now, changed, open) => {
    expect(isOpen({ ...session, ...changed }, now)).toBe(open)
  })
})

test('a secret says its site, and nothing else is one', () => {
  const secret = newSecret(session.siteId)
  expect(readSecret(secret)?.siteId).toBe(session.siteId)
  expect(newSecret(session.siteId)).not.toBe(secret)
  for (const other of [
    '',
    'x',
    session.siteId,
    `${secret}x`,
    secret.slice(0, -1),
    secret.replace('.', '-'),
    `${secret} `,
  ])
    expect(readSecret(other)).toBeNull()
})

describe('allowedCallbacks (api 14.1)', () => {
  const hosts = new Set(['shop.example.org', '127.0.0.1', '[::1]', 'xn--bcher-kva.example'])
  test.each([
    'https://shop.example.org/thanks',
    'http://SHOP.example.org:8443/thanks?x=1#y',
    'http://127.0.0.1:3000',
    'http://[::1]/',
    'https://bücher.example/',
  ])('%s is taken', postFlowUrl => {
    expect(allowedCallbacks({ postFlowUrl }, hosts)).toEqual({
      thankYouPageUrl: null,
      postFlowUrl: new URL(postFlowUrl).href,
    })
  })

  test.each([
    'https://evil.example/',
    'https://shop.example.org.evil.example/',
    'https://shop.example.org@evil.example/',
    'https://evil.example\\@shop.example.org/',
    'https://evil.example#@shop.example.org',
    'https://www.shop.example.org/',
    'http://127.0.0.2/',
  ])('%s is refused', thankYouPageUrl => {
    expect(() => allowedCallbacks({ thankYouPageUrl }, hosts)).toThrow('callbacks.thankYouPageUrl')
  })

  test('nothing is nothing', () => {
    for (const callbacks of [null, undefined, {}, { postFlowUrl: null }])
      expect(allowedCallbacks(callbacks, hosts)).toEqual({ thankYouPageUrl: null, postFlowUrl: null })
  })
})
