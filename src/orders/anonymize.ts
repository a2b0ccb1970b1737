import { type Activity, record } from '../activity/record.ts'
import { lockContact, removeContact } from '../contacts/store.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { forgetAddresses } from '../notifications/mail-store.ts'
import { removeAlertsOf } from '../openings/store.ts'
import { forgetCaseNotes } from '../payments/case-store.ts'
import { forgetRefundNotes } from '../payments/refund-store.ts'
import { forgetUsers } from '../promotions/store.ts'
import { removeSessionsOf } from '../redirects/store.ts'
import { Refusal } from '../refusals.ts'
import { anonymizeRsvpsOf } from '../rsvps/anonymize.ts'
import { listRsvpsOfContact } from '../rsvps/store.ts'
import { forgetBuyers, lockReservations } from '../ticket-reservations/store.ts'
import { forgetGuests } from '../tickets/store.ts'
import { orderActivity } from './end.ts'
import { type Order, WAITING_STATUSES } from './model.ts'
import {
  changedOrder,
  listOrderNumbersOfContact,
  listReservationIdsOf,
  lockOrderAndHold,
  lockOrders,
  writeBuyers,
  writeOrders,
} from './store.ts'

type By = { identity: Identity; now: Date }

/**
 * Takes everything that says who it was out of an order and of what hangs on it, and forgets the contact if this was its
 * last order (R191). Numbers and amounts stay. An anonymized order stays as it is.
 * @throws Refusal ORDER_NOT_FOUND; ORDER_ACTION_NOT_AVAILABLE while it waits for its money
 */
export async function anonymizeOrder(tx: Tx, orderNumber: string, { identity, now }: By): Promise<Order> {
  const { siteId } = identity
  const { order } = await lockOrderAndHold(tx, siteId, orderNumber)
  if (!order) throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
  const [anonymized = order] = await anonymize(tx, [order], { identity, now })
  if (order.contactId) await forgetContact(tx, siteId, order.contactId)
  return anonymized
}

/**
 * The same with orders and RSVPs of a contact, so many at a time that others do not wait long; with the last of them the contact
 * is forgotten.
 * @returns how many were anonymized, and whether there may be more
 * @throws Refusal CONTACT_NOT_FOUND; ORDER_ACTION_NOT_AVAILABLE while any of its orders waits for its money
 */
export async function anonymizeOrdersOf(
  tx: Tx,
  { contactId, limit }: { contactId: string; limit: number },
  { identity, now }: By,
): Promise<{ count: number; mayBeMore: boolean }> {
  const { siteId } = identity
  await anonymizeRsvpsOf(tx, { contactId, limit }, { identity, now })
  const numbers = await listOrderNumbersOfContact(tx, siteId, { contactId, limit })
  await lockReservations(tx, siteId, await listReservationIdsOf(tx, siteId, numbers))
  const orders = (await lockOrders(tx, siteId, numbers)).filter(order => order.contactId === contactId)
  const anonymized = await anonymize(tx, orders, { identity, now })
  const forgotten = await forgetContact(tx, siteId, contactId)
  if (forgotten === null && orders.length === 0)
    throw new Refusal('CONTACT_NOT_FOUND', 'There is no such contact.', { contactId })
  return { count: anonymized.length, mayBeMore: forgotten === false }
}

/** @returns those that were not anonymized before */
async function anonymize(tx: Tx, orders: readonly Order[], { identity, now }: By): Promise<Order[]> {
  const waiting = orders.find(({ status }) => WAITING_STATUSES.includes(status))
  if (waiting)
    throw new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${waiting.orderNumber} waits for its money.`, {
      orderNumber: waiting.orderNumber,
      status: waiting.status,
      action: 'ANONYMIZE',
    })
  const { siteId } = identity
  const actor = actorOf(identity)
  const nobodys = orders
    .filter(order => order.anonymizedAt === null)
    .map(order => changedOrder(order, { ...NOBODY, anonymizedAt: now }, now))
  await writeOrders(tx, siteId, nobodys)
  await writeBuyers(tx, siteId, nobodys)
  const numbers = nobodys.map(order => order.orderNumber)
  const reservationIds = nobodys.map(order => order.ticketReservationId)
  const [reservations, tickets] = await Promise.all([
    forgetBuyers(tx, siteId, reservationIds, now),
    forgetGuests(tx, siteId, numbers, now),
    forgetUsers(tx, siteId, numbers),
    removeSessionsOf(tx, siteId, reservationIds),
    forgetAddresses(tx, siteId, { orderNumbers: numbers }),
    forgetRefundNotes(tx, siteId, numbers),
    forgetCaseNotes(tx, siteId, numbers),
    removeAlertsOf(tx, siteId, emailsOf(orders)),
  ])
  const fact = (entityKind: 'ticket_reservation' | 'ticket', entityId: string, sequence: number): Activity => ({
    siteId,
    entityKind,
    entityId,
    sequence,
    kind: `${entityKind}.anonymized`,
    actor,
    occurredAt: now,
  })
  await record(tx, [
    ...nobodys.map(order => orderActivity(order, 'anonymized', { actor, now })),
    ...reservations.map(each => fact('ticket_reservation', each.ticketReservationId, each.revision)),
    ...tickets.map(each => fact('ticket', each.ticketNumber, each.revision)),
  ])
  return nobodys
}

function emailsOf(orders: readonly Order[]): string[] {
  return orders.map(({ email }) => email).filter(email => email !== '')
}

const NOBODY = {
  contactId: null,
  visitorId: null,
  memberId: null,
  firstName: '',
  lastName: '',
  email: '',
  guestForms: [],
} satisfies Partial<Order>

/**
 * Forgets a contact unless there is an order or an RSVP of its own; the contact's row is locked before that is looked at, so that a
 * checkout or an answer which is under way is either there or makes a new contact.
 * @returns whether it is forgotten now; null when there was none
 */
async function forgetContact(tx: Tx, siteId: string, contactId: string): Promise<boolean | null> {
  if (!(await lockContact(tx, siteId, contactId))) return null
  const [left] = await listOrderNumbersOfContact(tx, siteId, { contactId, limit: 1 })
  const [answered] = await listRsvpsOfContact(tx, siteId, { contactId, limit: 1 })
  if (left || answered) return false
  await removeContact(tx, siteId, contactId)
  return true
}
