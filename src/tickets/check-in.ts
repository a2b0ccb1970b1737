import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { orderActivity } from '../orders/end.ts'
import { listOrderNumbersOfTickets, lockOrders, refreshCheckIn } from '../orders/store.ts'
import { Refusal } from '../refusals.ts'
import { admissionOf, isGenuine, type Ticket } from './model.ts'
import { type CheckInChange, lockTickets, writeCheckIns } from './store.ts'

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

  const { kind, id } = actorOf(identity)
  const is = checkIn ? { at: now, by: { kind, id }, scanId: null, out: null } : null
  const changes = tickets
    .filter(ticket => (ticket.checkedInAt === null) === checkIn)
    .map(({ ticketNumber, checkedInAt }) => ({ ticketNumber, was: checkedInAt, is }))
  await moveCheckIns(tx, { siteId, eventId, changes }, { actor: actorOf(identity), now })
  const changedNumbers = new Set(changes.map(each => each.ticketNumber))
  return tickets.map(ticket =>
    changedNumbers.has(ticket.ticketNumber)
      ? {
          ...ticket,
          checkedInAt: is?.at ?? null,
          checkedInBy: is?.by ?? null,
          checkInScanId: null,
          outAt: null,
          outScanId: null,
        }
      : ticket,
  )
}

/**
 * Writes check-ins of locked tickets of an event, each ticket's once, with their facts; an order says whether all of its
 * own are in. A check-in that becomes another one is a change of the ticket, for nobody came or left. Who leaves for the
 * moment, and comes back, does not change the check-in.
 */
export async function moveCheckIns(
  tx: Tx,
  { siteId, eventId, changes }: { siteId: string; eventId: string; changes: readonly CheckInChange[] },
  { actor, now }: { actor: Activity['actor']; now: Date },
): Promise<void> {
  const changed = await writeCheckIns(tx, siteId, changes, now)
  const orders = await refreshCheckIn(tx, siteId, [...new Set(changed.map(each => each.orderNumber))], now)
  const changeOf = new Map(changes.map(each => [each.ticketNumber, each]))
  await record(tx, [
    ...changed.map(
      ({ ticketNumber, revision }): Activity => ({
        siteId,
        entityKind: 'ticket',
        entityId: ticketNumber,
        sequence: revision,
        kind: kindOf(changeOf.get(ticketNumber)),
        data: { eventId },
        actor,
        occurredAt: now,
      }),
    ),
    ...orders.map(order => orderActivity({ siteId, eventId, ...order }, 'updated', { actor, now })), // R206
  ])
}

function kindOf(change: CheckInChange | undefined): Activity['kind'] {
  if (!change?.is) return 'ticket.check_in_deleted'
  if (!change.was) return 'ticket.checked_in'
  if (change.was.getTime() !== change.is.at.getTime()) return 'ticket.updated'
  return change.is.out ? 'ticket.left' : 'ticket.came_back'
}

/**
 * Locks tickets after their orders: who cancels an order locks in the same sequence.
 * @throws Refusal TICKET_NOT_FOUND when one of them is not there
 */
export async function lockTicketsAndOrders(
  tx: Tx,
  wanted: { siteId: string; eventId: string | null; ticketNumbers: readonly string[] },
): Promise<Ticket[]> {
  const tickets = await lockTicketsThere(tx, wanted)
  const missing = wanted.ticketNumbers.find(number => !tickets.some(ticket => ticket.ticketNumber === number))
  if (missing) throw new Refusal('TICKET_NOT_FOUND', 'The event has no such ticket.', { ticketNumber: missing })
  return tickets
}

/** The same of those that are there. */
export async function lockTicketsThere(tx: Tx, wanted: Parameters<typeof lockTickets>[1]): Promise<Ticket[]> {
  const { siteId, ticketNumbers } = wanted
  await lockOrders(tx, siteId, await listOrderNumbersOfTickets(tx, siteId, ticketNumbers))
  return lockTickets(tx, wanted)
}

function refuseEntry(ticket: Ticket): void {
  const { ticketNumber } = ticket
  const reason = admissionOf(ticket)
  if (!isGenuine(reason))
    throw new Refusal('FAILED_PRECONDITION', `Ticket ${ticketNumber} does not admit.`, { ticketNumber, reason })
}
