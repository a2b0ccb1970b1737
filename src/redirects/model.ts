import { createHash, randomBytes } from 'node:crypto'
import { type ReservationStatus, statusAt } from '../ticket-reservations/model.ts'

/** A buyer's way from a site of the organizer's own to our pages and back (api 14.1). */
export type RedirectSession = {
  siteId: string
  redirectSessionId: string
  revision: number
  eventId: string
  ticketReservationId: string
  thankYouPageUrl: string | null
  postFlowUrl: string | null
  /** What the caller wants added to the page's address. */
  query: Record<string, string>
  createdAt: Date
  expiresAt: Date
}

/** A session as it is found again, with what its reservation has become; all null where that was deleted. */
export type FoundSession = RedirectSession & {
  usedAt: Date | null
  browserHash: Buffer | null
  status: ReservationStatus | null
  heldUntil: Date | null
  orderNumber: string | null
  visitorId: string | null
  memberId: string | null
}

/** How long the browser that used an address can go on with it: as long as its guest's token lasts (api 2.2.1). */
export const BROWSER_SECONDS = 14_400

/** Where the buyer goes when the purchase is through, with the order in the address (api 14.2); null: nowhere else. */
export function returnUrlOf({
  thankYouPageUrl,
  postFlowUrl,
  eventId,
  status,
  orderNumber,
}: FoundSession): string | null {
  if (thankYouPageUrl === null || status !== 'CONFIRMED' || orderNumber === null) return postFlowUrl
  const url = new URL(thankYouPageUrl)
  url.searchParams.set('orderNumber', orderNumber)
  url.searchParams.set('eventId', eventId)
  return url.href
}

/** What the reservation is at `now`: a hold past its deadline is EXPIRED (R130). */
export function reservationStatusAt({ status, heldUntil }: FoundSession, now: Date): ReservationStatus | null {
  return status === null || heldUntil === null ? null : statusAt({ status, expiresAt: heldUntil }, now)
}

/** Whether the tickets are still held for a buyer who has not used the address yet. */
export function isOpen(session: FoundSession, now: Date): boolean {
  return session.usedAt === null && now < session.expiresAt && reservationStatusAt(session, now) === 'PENDING'
}

/** A secret of 256 bits behind the id of its site, for an address or a cookie. */
export function newSecret(siteId: string): string {
  return `${siteId}.${randomBytes(32).toString('base64url')}`
}

/** The site that a secret is of, and what is kept of it; null for anything else. */
export function readSecret(secret: string): { siteId: string; hash: Buffer } | null {
  const [, siteId] = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{43}$/.exec(secret) ?? []
  return siteId === undefined ? null : { siteId, hash: hashOf(secret) }
}

export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
