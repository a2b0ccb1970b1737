import type { Tx } from '../db/connect.ts'
import { getEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { invalid, Refusal } from '../refusals.ts'
import { wantMails, wantMailsToAll } from './mails.ts'
import { type EmailType, mailOfRsvp, mailsOf, reasonNotToTell, type ToldOrder, type WantedMail } from './model.ts'
import { listOrdersOfTickets, listToldOrders, listToldRsvps } from './store.ts'

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
  const { mails, data } = await mailsFor(tx, siteId, { type, target })
  if (type === null)
    throw new Refusal('PUSH_NOTIFICATIONS_NOT_AVAILABLE', 'There is no app that push notifications could go to.')
  const reason = reasonNotToTell(type, event, now)
  if (reason) throw new Refusal('FAILED_PRECONDITION', reason, { eventId })
  if (target.kind === 'eventGuests') return wantMailsToAll(tx, { eventId, notificationType: type }, by)
  if (mails.length === 0)
    throw new Refusal('FAILED_PRECONDITION', 'There is nothing of this kind to send, or nobody to send it to.', data)
  await wantMails(tx, mails, by)
}

type Mails = { mails: WantedMail[]; data: Record<string, string> }

/** The mails of the target, which must be there; of all guests they are found later. */
async function mailsFor(
  tx: Tx,
  siteId: string,
  { type, target }: { type: EmailType | null; target: Target },
): Promise<Mails> {
  const { eventId } = target
  switch (target.kind) {
    case 'eventGuests':
      return { mails: [], data: {} }
    case 'rsvpGuest': {
      const { rsvpId } = target
      const [rsvp] = await listToldRsvps(tx, { siteId, eventId }, { rsvpIds: [rsvpId] })
      if (!rsvp) throw new Refusal('RSVP_NOT_FOUND', 'There is no such RSVP.', { rsvpId })
      const mail = type && mailOfRsvp(type, rsvp)
      return { mails: mail ? [mail] : [], data: { rsvpId, status: rsvp.status } }
    }
    case 'orderGuest': {
      const { orderNumber } = target
      const order = await toldOrder(tx, { siteId, eventId, orderNumber })
      // The guest of an order is its buyer; its tickets' guests are targets of their own.
      const mails = type ? mailsOf(type, order, null).filter(mail => mail.ticketNumbers === null) : []
      return { mails, data: { orderNumber, status: order.status } }
    }
    case 'ticketGuest': {
      const { ticketNumbers } = target
      const order = await orderOfTickets(tx, siteId, target)
      const mails = type ? mailsOf(type, order, ticketNumbers) : []
      const told = new Set(mails.flatMap(mail => mail.ticketNumbers ?? []))
      const data = { orderNumber: order.orderNumber, status: order.status }
      return { mails: ticketNumbers.every(ticketNumber => told.has(ticketNumber)) ? mails : [], data }
    }
  }
}

async function orderOfTickets(
  tx: Tx,
  siteId: string,
  { eventId, ticketNumbers, ...target }: Extract<Target, { kind: 'ticketGuest' }>,
): Promise<ToldOrder> {
  const found = await listOrdersOfTickets(tx, { siteId, eventId, ticketNumbers })
  const unknown = ticketNumbers.find(number => !found.some(({ ticketNumber }) => ticketNumber === number))
  if (unknown !== undefined)
    throw new Refusal('TICKET_NOT_FOUND', 'There is no such ticket.', { ticketNumber: unknown })
  const orderNumber = target.orderNumber ?? found[0]?.orderNumber ?? ''
  if (found.some(ticket => ticket.orderNumber !== orderNumber))
    throw invalid('ticketGuest.ticketNumber', 'must be tickets of one order', 'OTHER_ORDER')
  return toldOrder(tx, { siteId, eventId, orderNumber })
}

async function toldOrder(
  tx: Tx,
  { orderNumber, ...event }: { siteId: string; eventId: string; orderNumber: string },
): Promise<ToldOrder> {
  const [order] = await listToldOrders(tx, event, { orderNumbers: [orderNumber] })
  if (!order) throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
  return order
}
