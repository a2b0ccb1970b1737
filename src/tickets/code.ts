import { doorCodeUrl } from '../identities/door-code.ts'
import type { Keys } from '../identities/keys.ts'
import { randomCode } from '../ids.ts'

/**
 * Numbers of an order's tickets (R193): the order's number and three random characters each, unique within the order.
 * With the order's ten characters that is 67 random bits; nobody guesses one.
 */
export function newTicketNumbers(orderNumber: string, quantity: number): string[] {
  const numbers = new Set<string>()
  while (numbers.size < quantity) numbers.add(orderNumber + randomCode(3))
  return [...numbers]
}

/** What a ticket's QR code holds (R194). */
export function checkInUrl(
  { siteId, ticketNumber, eventId }: { siteId: string; ticketNumber: string; eventId: string },
  links: { keys: Keys; publicUrl: string },
): string {
  return doorCodeUrl({ kind: 'TICKET', siteId, number: ticketNumber, eventId }, links)
}
