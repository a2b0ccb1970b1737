import { sign, verify } from 'node:crypto'
import type { Keys } from '../identities/keys.ts'
import { randomCode } from '../ids.ts'
import { baseOf } from '../sites/hosts.ts'

/**
 * Numbers of an order's tickets (R193): the order's number and three random characters each, unique within the order.
 * With the order's ten characters that is 67 random bits; nobody guesses one.
 */
export function newTicketNumbers(orderNumber: string, quantity: number): string[] {
  const numbers = new Set<string>()
  while (numbers.size < quantity) numbers.add(orderNumber + randomCode(3))
  return [...numbers]
}

/**
 * What a ticket's QR code holds (R194): the check-in address, and a signature over number and event so that a door
 * without a network can tell it from a forgery by the public key alone.
 */
export function checkInUrl(
  { siteId, ticketNumber, eventId }: { siteId: string; ticketNumber: string; eventId: string },
  { keys, publicUrl }: { keys: Keys; publicUrl: string },
): string {
  const signature = sign(null, payload(ticketNumber, eventId), keys.tickets.privateKey).toString('base64url')
  return `${baseOf(siteId, publicUrl)}/check-in/${ticketNumber},${eventId}?s=${signature}`
}

/** The ticket that a scanned code names, or null for a code that we did not sign. */
export function readCheckInUrl(scanned: string, keys: Keys): { ticketNumber: string; eventId: string } | null {
  const url = URL.parse(scanned)
  const [, code] = /\/check-in\/([^/]+)$/.exec(url?.pathname ?? '') ?? []
  return code === undefined ? null : readCheckInCode({ code, signature: url?.searchParams.get('s') ?? '' }, keys)
}

/** The same of the address's parts: `{ticketNumber},{eventId}` and the signature. */
export function readCheckInCode(
  { code, signature }: { code: string; signature: string },
  keys: Keys,
): { ticketNumber: string; eventId: string } | null {
  const [, ticketNumber, eventId] = /^([A-Z0-9-]{1,36}),([0-9a-f-]{36})$/.exec(code) ?? []
  if (!ticketNumber || !eventId) return null
  const signed = Buffer.from(signature, 'base64url')
  return verify(null, payload(ticketNumber, eventId), keys.tickets.publicKey, signed) ? { ticketNumber, eventId } : null
}

function payload(ticketNumber: string, eventId: string): Buffer {
  return Buffer.from(`boxoffice-ticket:${ticketNumber}:${eventId}`)
}
