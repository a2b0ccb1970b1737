import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { getEventBySlug } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import { reservationNotFound } from '../orders/held.ts'
import { Refusal } from '../refusals.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { findReservation } from '../ticket-reservations/store.ts'
import { hashOf, newSecret, type RedirectSession } from './model.ts'
import { insertSession } from './store.ts'

export type WantedRedirect = Pick<
  RedirectSession,
  'ticketReservationId' | 'thankYouPageUrl' | 'postFlowUrl' | 'query'
> & { eventSlug: string }

/**
 * Makes an address for one use that takes a guest's hold to our checkout page, until the hold's deadline (api 14.1).
 * Whoever follows it acts as that guest: so who is neither the guest nor manages all reservations gets none.
 * @returns the session, and the secret that its address carries
 * @throws Refusal EVENT_NOT_FOUND, RESERVATION_NOT_FOUND, RESERVATION_OCCUPIED, FAILED_PRECONDITION
 */
export async function createRedirectSession(
  tx: Tx,
  { eventSlug, ...wanted }: WantedRedirect,
  { identity, now }: { identity: Identity; now: Date },
): Promise<{ session: RedirectSession; secret: string }> {
  const { siteId } = identity
  const { eventId } = await getEventBySlug(tx, siteId, eventSlug)
  const reservation = await findReservation(tx, siteId, wanted.ticketReservationId)
  const allowed = reservation && allowsOver(identity, 'TICKET_RESERVATION_DELETE', reservation)
  if (!allowed || reservation.eventId !== eventId) throw reservationNotFound(wanted.ticketReservationId)
  if (reservation.orderNumber !== null)
    throw new Refusal('RESERVATION_OCCUPIED', 'This reservation was checked out already.')
  if (statusAt(reservation, now) !== 'PENDING') throw reservationNotFound(wanted.ticketReservationId)
  if (reservation.visitorId === null)
    throw new Refusal('FAILED_PRECONDITION', 'No guest holds these tickets. Reserve them with a visitor’s token.', {
      reason: 'NO_GUEST',
    })

  const secret = newSecret(siteId)
  const session: RedirectSession = {
    ...wanted,
    siteId,
    redirectSessionId: newGuid(),
    revision: 1,
    eventId,
    createdAt: now,
    expiresAt: reservation.expiresAt,
  }
  await insertSession(tx, session, hashOf(secret))
  await record(tx, [
    {
      siteId,
      entityKind: 'redirect_session',
      entityId: session.redirectSessionId,
      sequence: 1,
      kind: 'redirect_session.created',
      data: { ticketReservationId: session.ticketReservationId },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return { session, secret }
}
