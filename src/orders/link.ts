import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Keys } from '../identities/keys.ts'

/** What makes an order's link secret: site and a MAC over site and number, 22 characters of it (128 bits). */
export function orderLinkToken({ siteId, orderNumber }: { siteId: string; orderNumber: string }, keys: Keys): string {
  return `${siteId}.${macOf(siteId, orderNumber, keys)}`
}

/** The site whose order the link shows, or null when we did not make the link. */
export function readOrderLink(orderNumber: string, token: string, keys: Keys): string | null {
  const [siteId = '', mac = ''] = token.split('.')
  const expected = Buffer.from(macOf(siteId, orderNumber, keys))
  const given = Buffer.from(mac)
  return given.length === expected.length && timingSafeEqual(given, expected) ? siteId : null
}

function macOf(siteId: string, orderNumber: string, keys: Keys): string {
  return createHmac('sha256', keys.links).update(`order:${siteId}:${orderNumber}`).digest('base64url').slice(0, 22)
}
