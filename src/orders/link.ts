import { createHmac } from 'node:crypto'
import type { Keys } from '../identities/keys.ts'

/** What makes an order's link secret: site and a MAC over site and number, 22 characters of it (128 bits). */
export function orderLinkToken({ siteId, orderNumber }: { siteId: string; orderNumber: string }, keys: Keys): string {
  const mac = createHmac('sha256', keys.links).update(`order:${siteId}:${orderNumber}`).digest('base64url')
  return `${siteId}.${mac.slice(0, 22)}`
}
