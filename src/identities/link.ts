import { createHmac, timingSafeEqual } from 'node:crypto'
import { isGuid } from '../ids.ts'
import type { Keys } from './keys.ts'

/**
 * What a link shows: an order's page, its tickets to print, one of them, its invoice, a test payment, an answer to an
 * event, what a guest waits for, an event as it will be.
 */
export type LinkPurpose =
  | 'order'
  | 'tickets'
  | 'ticket'
  | 'invoice'
  | 'payment'
  | 'rsvp'
  | 'alert'
  | 'setUp'
  | 'preview'

/**
 * What makes a link work without a login and keeps it from being guessed (R207): the site, and 128 bits of a MAC over
 * purpose, site and number. One purpose's secret opens nothing else: who is sent one ticket does not see the order.
 */
export function linkToken(
  { purpose, siteId, number }: { purpose: LinkPurpose; siteId: string; number: string },
  { links }: Pick<Keys, 'links'>,
): string {
  const mac = createHmac('sha256', links).update(`${purpose}:${siteId}:${number}`).digest('base64url')
  return `${siteId}.${mac.slice(0, MAC_LENGTH)}`
}

/** The site that `token` names, or null when it is not the token of this purpose and number. */
export function readLinkToken(
  token: string,
  { purpose, number }: { purpose: LinkPurpose; number: string },
  keys: Pick<Keys, 'links'>,
): string | null {
  const siteId = token.slice(0, -(MAC_LENGTH + 1))
  if (!isGuid(siteId)) return null
  const expected = Buffer.from(linkToken({ purpose, siteId, number }, keys))
  const given = Buffer.from(token)
  return given.length === expected.length && timingSafeEqual(given, expected) ? siteId : null
}

const MAC_LENGTH = 22
