import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { orderActivity } from '../orders/end.ts'
import { listOrderNumbersOfTickets, lockOrders, refreshCheckIn } from '../orders/store.ts'
import { Refusal } from '../refusals.ts'
import { admissionOf, isGenuine, type Ticket } from './model.ts'
import { lockTickets, setCheckIn } from './store.ts'

export type CheckInRequest = { eventId: string; ticketNumbers: readonly string[]; checkIn: boolean }

/**
 * Checks tickets in, or takes their check-in back: all of those named or none (R198 to R201). Who is checked in already
 * stays so, with the first time; law 10: a number admits once.
 * @throws Refusal TICKET_NOT_FOUND for a number that the event does not have, FAILED_PRECONDITION for one that may not
 *   come in
 */
export async function changeCheckIn(
  tx: Tx,
  { eventId, ticketNumbers, checkIn }: CheckInRequest,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Ticket[]> {
  const { siteId } = identity
  refuseOtherEvents(identity, eventId)
  const tickets = await lockTicketsAndOrders(tx, { siteId, eventId, ticketNumbers })
  if (checkIn) for (const ticket of tickets) refuseEntry(ticket)

  const actor = actorOf(identity)
  const changed = await setCheckIn(tx, { siteId, ticketNumbers, checkIn: checkIn ? { by: actor } : null, now })
  const orders = await refreshCheckIn(tx, siteId, [...new Set(changed.map(each => each.orderNumber))], now)
  await record(tx, [
    ...changed.map(
      ({ ticketNumber, revision }): Activity => ({
        siteId,
        entityKind: 'ticket',
        entityId: ticketNumber,
        sequence: revision,
        kind: checkIn ? 'ticket.checked_in' : 'ticket.check_in_deleted',
        data: { eventId },
        actor,
        occurredAt: now,
      }),
    ),
    ...orders.map(order => orderActivity({ siteId, eventId, ...order }, 'updated', { actor, now })), // R206
  ])
  const changedNumbers = new Set(changed.map(each => each.ticketNumber))
  return tickets.map(ticket =>
    changedNumbers.has(ticket.ticketNumber)
      ? { ...ticket, checkedInAt: checkIn ? now : null, checkedInBy: checkIn ? actor : null }
      : ticket,
  )
}

/**
 * Locks tickets after their orders: who cancels an order locks in the same sequence.
 * @throws Refusal TICKET_NOT_FOUND when one of them is not there
 */
export async function lockTicketsAndOrders(
  tx: Tx,
  wanted: { siteId: string; eventId: string | null; ticketNumbers: readonly string[] },
): Promise<Ticket[]> {
  const { siteId, ticketNumbers } = wanted
  await lockOrders(tx, siteId, await listOrderNumbersOfTickets(tx, siteId, ticketNumbers))
  const tickets = await lockTickets(tx, wanted)
  const missing = ticketNumbers.find(number => !tickets.some(ticket => ticket.ticketNumber === number))
  if (missing) throw new Refusal('TICKET_NOT_FOUND', 'The event has no such ticket.', { ticketNumber: missing })
  return tickets
}

function refuseEntry(ticket: Ticket): void {
  const { ticketNumber } = ticket
  const reason = admissionOf(ticket)
  if (!isGenuine(reason))
    throw new Refusal('FAILED_PRECONDITION', `Ticket ${ticketNumber} does not admit.`, { ticketNumber, reason })
}
