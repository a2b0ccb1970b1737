import type { Activity } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { unsoldOf } from '../inventory/store.ts'
import { findPayment } from '../payments/store.ts'
import { type OfferedPlace, placeKey } from '../seating/model.ts'
import { listPlaces } from '../seating/store.ts'
import { EXPIRY_ROUNDS_MAX, expireOn } from '../ticket-reservations/expire.ts'
import { hold } from '../ticket-reservations/hold.ts'
import { hasSeat, type ReservedLine, type TicketReservation } from '../ticket-reservations/model.ts'
import { findReservation, lockSales, occupy } from '../ticket-reservations/store.ts'
import { addMinutes } from '../time.ts'
import type { Sold } from './sold.ts'
import { listReservationIdsOf } from './store.ts'

type LatePayment = { siteId: string; paymentId: string; now: Date }

/**
 * Ends overdue holds on the tickets of an order whose own hold is gone, for `settle` to find what is really there. In
 * transactions before its own: these holds are locked before anything of the order is.
 */
export async function makeRoomForLateMoney(sql: Sql, late: LatePayment): Promise<void> {
  for (let round = 1; round <= EXPIRY_ROUNDS_MAX; round += 1) {
    const { mayBeMore } = await inTransaction(sql, tx => release(tx, late))
    if (!mayBeMore) return
  }
}

async function release(tx: Tx, { siteId, paymentId, now }: LatePayment): Promise<{ mayBeMore: boolean }> {
  const payment = await findPayment(tx, siteId, paymentId)
  const [reservationId] = payment ? await listReservationIdsOf(tx, siteId, [payment.orderNumber]) : []
  const reservation = reservationId ? await findReservation(tx, siteId, reservationId) : null
  if (!reservation || reservation.status === 'PENDING' || reservation.status === 'CONFIRMED')
    return { mayBeMore: false }
  const ticketDefinitionIds = [...new Set(reservation.lines.map(line => line.ticketDefinitionId))]
  const seatIds = reservation.lines.flatMap(({ seatId }) => seatId ?? [])
  return expireOn(tx, { siteId, ticketDefinitionIds, seatIds, now })
}

/**
 * Takes the same tickets and seats again, whole or not at all, as a new reservation: one that has ended stays ended.
 * @returns null when they are gone
 */
export async function holdAgain(
  tx: Tx,
  { order, reservation }: Sold,
  { actor, now }: { actor: Activity['actor']; now: Date },
): Promise<TicketReservation | null> {
  if (!reservation) return null
  const { siteId } = reservation
  const sales = new Map(
    (await lockSales(tx, siteId, [...new Set(reservation.lines.map(line => line.ticketDefinitionId))])).map(sale => [
      sale.ticketDefinitionId,
      sale,
    ]),
  )
  const places = await listPlaces(tx, siteId, reservation.lines.filter(hasSeat))
  for (const line of reservation.lines) {
    const sale = sales.get(line.ticketDefinitionId)
    if (!sale || sale.canceledAt || sale.seated !== hasSeat(line)) return null
    const unsold = unsoldOf(sale)
    if (unsold !== null && unsold < line.quantity) return null
    sale.reserved += line.quantity
    if (hasSeat(line) && !takeAgain(places.get(placeKey(line)), line)) return null
  }
  const again: TicketReservation = {
    ...reservation,
    ticketReservationId: newGuid(),
    revision: 1,
    status: 'PENDING',
    createdAt: now,
    updatedAt: now,
    expiresAt: addMinutes(now, 1),
    orderNumber: order.orderNumber,
    lines: reservation.lines.map(line => ({ ...line, ticketLineItemId: newGuid(), removedQuantity: 0 })),
  }
  await hold(tx, siteId, [{ ...again, actor, settings: { again: reservation.ticketReservationId } }])
  await occupy(tx, siteId, [{ ticketReservationId: again.ticketReservationId, orderNumber: order.orderNumber }])
  return again
}

/** Whether there is still room at the place of a line, in the plan that it was reserved by; then it is taken. */
function takeAgain(place: OfferedPlace | undefined, { quantity, seatInfo }: ReservedLine): boolean {
  if (place?.seatingPlanId !== seatInfo?.configurationId || !place || place.capacity - place.taken < quantity)
    return false
  place.taken += quantity
  return true
}
