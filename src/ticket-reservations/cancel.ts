import { record } from '../activity/record.ts'
import type { Db, Tx } from '../db/connect.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { endOrderOf } from '../orders/end.ts'
import { Refusal } from '../refusals.ts'
import { statusAt, type TicketReservation } from './model.ts'
import { findReservation, lockReservation, removeReservation, transition } from './store.ts'
import { toWireReservation } from './wire.ts'

type Caller = { identity: Identity; now: Date }

/**
 * One's own reservation, or any of the site for those who act for it (R24).
 * @throws Refusal TICKET_RESERVATION_NOT_FOUND, also for somebody else's: its existence is not revealed
 */
export async function getReservation(db: Db, id: string, identity: Identity): Promise<TicketReservation> {
  const reservation = await findReservation(db, identity.siteId, id)
  if (!reservation || !allowsOver(identity, 'TICKET_RESERVATION_READ', reservation)) throw notFound(id)
  refuseOtherEvents(identity, reservation.eventId)
  return reservation
}

/**
 * Gives a reservation back by hand, from PENDING or CONFIRMED; its order, if there is one, is canceled with it (R133 to
 * R135). A second cancel finds nothing to cancel and is refused.
 */
export async function cancelReservation(tx: Tx, id: string, { identity, now }: Caller): Promise<TicketReservation> {
  const { siteId } = identity
  const reservation = await lockReservation(tx, siteId, id)
  if (!reservation || !allowsOver(identity, 'TICKET_RESERVATION_UPDATE', reservation)) throw notFound(id)
  refuseOtherEvents(identity, reservation.eventId)
  const status = statusAt(reservation, now)
  if (status !== 'PENDING' && status !== 'CONFIRMED')
    throw new Refusal('FAILED_PRECONDITION', 'Only a pending or confirmed reservation can be canceled.', { status })

  const named = [{ ticketReservationId: id, actor: actorOf(identity) }]
  await transition(tx, { siteId, named, from: ['PENDING', 'CONFIRMED'], to: 'CANCELED_MANUALLY', now })
  if (reservation.orderNumber !== null)
    await endOrderOf(tx, { siteId, orderNumber: reservation.orderNumber, actor: actorOf(identity), now })
  return { ...reservation, status: 'CANCELED_MANUALLY', revision: reservation.revision + 1, updatedAt: now }
}

/**
 * Removes a reservation for good, from any status (R136). What it still held goes back first, and a confirmed one takes
 * its order and tickets down with it: else tickets would admit that were sold again.
 * @returns its last state
 */
export async function deleteReservation(tx: Tx, id: string, { identity, now }: Caller): Promise<TicketReservation> {
  const { siteId } = identity
  const stored = await lockReservation(tx, siteId, id)
  if (!stored) throw notFound(id)
  const live = stored.status === 'PENDING' || stored.status === 'CONFIRMED'
  const last =
    stored.status === 'PENDING' && statusAt(stored, now) === 'EXPIRED'
      ? await expired(tx, stored, { identity, now })
      : live
        ? await cancelReservation(tx, id, { identity, now })
        : stored
  await removeReservation(tx, siteId, id)
  await record(tx, [
    {
      siteId,
      entityKind: 'ticket_reservation',
      entityId: id,
      sequence: last.revision + 1,
      kind: 'ticket_reservation.deleted',
      // The webhook tells the reservation as it was last, and it can be read nowhere else any more.
      data: { status: last.status, reservation: lastState(last, { identity, now }) },
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return last
}

/** The organizer's notes on it go with it. */
function lastState(reservation: TicketReservation, viewer: Caller) {
  const { extendedFields, ...kept } = toWireReservation(reservation, viewer)
  return kept
}

async function expired(tx: Tx, stored: TicketReservation, { identity, now }: Caller): Promise<TicketReservation> {
  const { siteId, ticketReservationId } = stored
  const named = [{ ticketReservationId, actor: actorOf(identity) }]
  await transition(tx, { siteId, named, from: ['PENDING'], to: 'EXPIRED', now })
  return { ...stored, status: 'EXPIRED', revision: stored.revision + 1, updatedAt: now }
}

export function notFound(ticketReservationId: string): Refusal {
  return new Refusal('TICKET_RESERVATION_NOT_FOUND', 'There is no such reservation.', { ticketReservationId })
}
