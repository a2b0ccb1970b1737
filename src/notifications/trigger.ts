import type { Tx } from '../db/connect.ts'
import { getEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { invalid, Refusal } from '../refusals.ts'
import { wantMails, wantMailsToAll } from './mails.ts'
import { type EmailType, mailsOf, reasonNotToTell, type ToldOrder } from './model.ts'
import { listOrdersOfTickets, listToldOrders } from './store.ts'

/** For whom a notification is triggered; each of one event (events 11.10). */
export type Target = { eventId: string } & (
  | { kind: 'rsvpGuest'; rsvpId: string }
  | { kind: 'orderGuest'; orderNumber: string }
  | { kind: 'eventGuests' }
  | { kind: 'ticketGuest'; orderNumber: string | null; ticketNumbers: readonly string[] }
)

/**
 * Sends a mail although nothing has happened, also where it is not sent by itself (events 11.11).
 * @param type null: a push notification
 * @throws Refusal EVENT_NOT_FOUND, RSVP_NOT_FOUND, ORDER_NOT_FOUND, TICKET_NOT_FOUND; PUSH_NOTIFICATIONS_NOT_AVAILABLE;
 * FAILED_PRECONDITION when what it says is not so, or there is nobody to send it to
 */
export async function triggerNotification(
  tx: Tx,
  { type, target }: { type: EmailType | null; target: Target },
  identity: Identity,
  now: Date,
): Promise<void> {
  const { siteId } = identity
  const { eventId } = target
  const event = await getEvent(tx, siteId, eventId)
  const by = { siteId, actor: actorOf(identity), now }
  const orders = await toldOrders(tx, siteId, target)
  if (type === null)
    throw new Refusal('PUSH_NOTIFICATIONS_NOT_AVAILABLE', 'There is no app that push notifications could go to.')
  const reason = reasonNotToTell(type, event, now)
  if (reason) throw new Refusal('FAILED_PRECONDITION', reason, { eventId })
  if (target.kind === 'eventGuests') return wantMailsToAll(tx, { eventId, notificationType: type }, by)

  const ticketNumbers = target.kind === 'ticketGuest' ? target.ticketNumbers : null
  const ofOrder = orders.flatMap(order => mailsOf(type, order, ticketNumbers))
  // The guest of an order is its buyer; its tickets' guests are targets of their own.
  const mails = ticketNumbers ? ofOrder : ofOrder.filter(mail => mail.ticketNumbers === null)
  const told = new Set(mails.flatMap(mail => mail.ticketNumbers ?? []))
  if (mails.length === 0 || ticketNumbers?.some(ticketNumber => !told.has(ticketNumber)))
    throw new Refusal('FAILED_PRECONDITION', 'There is nothing of this kind to send, or nobody to send it to.', {
      ...(orders[0] && { orderNumber: orders[0].orderNumber, status: orders[0].status }),
    })
  await wantMails(tx, mails, by)
}

/** The order that the target is or belongs to; none for all guests. */
async function toldOrders(tx: Tx, siteId: string, target: Target): Promise<ToldOrder[]> {
  const { eventId } = target
  switch (target.kind) {
    case 'rsvpGuest':
      throw new Refusal('RSVP_NOT_FOUND', 'There is no such RSVP.', { rsvpId: target.rsvpId })
    case 'eventGuests':
      return []
    case 'orderGuest':
      return [await toldOrder(tx, { siteId, eventId, orderNumber: target.orderNumber })]
    case 'ticketGuest': {
      const { ticketNumbers } = target
      const found = await listOrdersOfTickets(tx, { siteId, eventId, ticketNumbers })
      const ofOrder = target.orderNumber ?? found[0]?.orderNumber ?? ''
      const unknown = ticketNumbers.find(number => !found.some(({ ticketNumber }) => ticketNumber === number))
      if (unknown !== undefined)
        throw new Refusal('TICKET_NOT_FOUND', 'There is no such ticket.', { ticketNumber: unknown })
      if (found.some(({ orderNumber }) => orderNumber !== ofOrder))
        throw invalid('ticketGuest.ticketNumber', 'must be tickets of one order')
      return [await toldOrder(tx, { siteId, eventId, orderNumber: ofOrder })]
    }
  }
}

async function toldOrder(
  tx: Tx,
  { orderNumber, ...event }: { siteId: string; eventId: string; orderNumber: string },
): Promise<ToldOrder> {
  const [order] = await listToldOrders(tx, event, { orderNumber })
  if (!order) throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
  return order
}
