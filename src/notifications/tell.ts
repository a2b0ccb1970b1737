import type { FollowedActivity } from '../activity/follow.ts'
import { followActivities } from '../activity/followers.ts'
import type { Db, Sql, Tx } from '../db/connect.ts'
import { addSeconds } from '../time.ts'
import { type By, type ForAll, wantMailsOfFacts, wantMailsToAll } from './mails.ts'
import {
  type GuestMailKind,
  type MailOfOrder,
  type MailOfRsvp,
  mailOfRsvp,
  mailsOf,
  type Setting,
  type ToldOrder,
} from './model.ts'
import { findStored, hasWantedMailsToAll, listToldOrders, listToldRsvps } from './store.ts'
import { listMailsOff } from './template-store.ts'
import { TEMPLATE_NAMES, TEMPLATES } from './templates.ts'

/**
 * The job: wants the mails that go out by themselves, of what has happened since it last looked (events 11.13). Nothing
 * waits for it: checkouts, payments and answers know nothing of mails.
 * @returns how many facts it looked at
 */
export async function tellGuests(sql: Sql, now: Date): Promise<number> {
  return followActivities(sql, { follower: 'mails', kinds: Object.keys(TOLD) }, async (tx, activities) => {
    const bySubject = Map.groupBy(activities, ({ kind }) => TOLD[kind as keyof typeof TOLD]) // the kinds asked for
    await tellOfOrders(tx, bySubject.get('order') ?? [], now)
    await tellOfRsvps(tx, bySubject.get('rsvp') ?? [], now)
    await tellOfEvents(tx, bySubject.get('event') ?? [], now)
  })
}

const TOLD = {
  'order.confirmed': 'order',
  'order.paid': 'order',
  'order.declined': 'order',
  'order.canceled': 'order',
  'order.voided': 'order',
  'rsvp.created': 'rsvp',
  'rsvp.updated': 'rsvp',
  'rsvp.deleted': 'rsvp',
  'event.canceled': 'event',
  'event.updated': 'event',
} as const

/** An order's facts reach its buyer, its confirmation the guests of its tickets too; nobody, where it is silent (R166). */
async function tellOfOrders(tx: Tx, facts: readonly FollowedActivity[], now: Date): Promise<void> {
  for (const ofEvent of byEvent(facts).values()) {
    const [{ siteId, data }] = ofEvent
    const event = { siteId, eventId: String(data.eventId) }
    const isSent = await switchesOf(tx, event)
    const orderNumbers = [...new Set(ofEvent.map(({ entityId }) => entityId))]
    const orders = await listToldOrders(tx, event, { orderNumbers })
    const told = ofEvent.flatMap(fact => {
      const order = orders.find(({ orderNumber }) => orderNumber === fact.entityId)
      if (!order || order.silent) return []
      const mails = mailsOfFact(fact, order).filter(({ notificationType }) => isSent(notificationType))
      return [{ mails, fact: nameOf(fact), actor: fact.actor }]
    })
    await wantMailsOfFacts(tx, told, { siteId, now })
  }
}

function mailsOfFact({ kind, data }: FollowedActivity, order: ToldOrder): MailOfOrder[] {
  switch (kind) {
    case 'order.confirmed': {
      const addressOf = (ticketNumber: string | undefined) =>
        order.tickets.find(ticket => ticket.ticketNumber === ticketNumber)?.email.toLowerCase()
      // Who bought has all tickets already.
      const guests = mailsOf('EMAIL_TICKET_CONFIRMATION', order, null).filter(
        ({ ticketNumbers }) => addressOf(ticketNumbers?.[0]) !== order.email.toLowerCase(),
      )
      return [...mailsOf('EMAIL_ORDER_CONFIRMATION', order, null), ...guests]
    }
    case 'order.paid': // what was confirmed before; else the confirmation leads to the invoice
      return mailsOf('EMAIL_INVOICE', order, null)
    case 'order.declined':
      return mailsOf('EMAIL_PAYMENT_FAILED', order, null)
    case 'order.voided':
      return mailsOf('EMAIL_ORDER_CANCELED', order, null)
    case 'order.canceled':
      // What nobody paid was never anybody's.
      return HELD_BEFORE.has(String(data.was)) ? mailsOf('EMAIL_ORDER_CANCELED', order, null) : []
    default:
      return []
  }
}

const HELD_BEFORE: ReadonlySet<string> = new Set(['PAID', 'FREE', 'OFFLINE_PENDING', 'AUTHORIZED'])

/** Who answers is told so, and again when the answer has become another one; who waits, when places became free. */
async function tellOfRsvps(tx: Tx, facts: readonly FollowedActivity[], now: Date): Promise<void> {
  for (const ofEvent of byEvent(facts).values()) {
    const [first] = ofEvent
    const event = { siteId: first.siteId, eventId: String(first.data.eventId) }
    const isSent = await switchesOf(tx, event)
    const confirmed = ofEvent.filter(({ kind, data }) => kind === 'rsvp.created' || data.was !== undefined)
    const rsvps = await listToldRsvps(tx, event, { rsvpIds: [...new Set(confirmed.map(({ entityId }) => entityId))] })
    const told = confirmed.flatMap(fact => {
      const rsvp = rsvps.find(({ rsvpId }) => rsvpId === fact.entityId)
      const mail: MailOfRsvp | null = rsvp ? mailOfRsvp('EMAIL_RSVP_CONFIRMATION', rsvp) : null
      if (!mail || !isSent(mail.notificationType)) return []
      return [{ mails: [mail], fact: nameOf(fact), actor: fact.actor }]
    })
    await wantMailsOfFacts(tx, told, { siteId: first.siteId, now })
    const freeing = ofEvent.findLast(({ data }) => data.placesFreed !== undefined)
    if (freeing && isSent('EMAIL_NEW_SPOTS_AVAILABLE')) await tellWaiting(tx, freeing, event.eventId, now)
  }
}

/** inferred: who waits hears of it once an hour at most, however many places become free one by one. */
async function tellWaiting(tx: Tx, fact: FollowedActivity, eventId: string, now: Date): Promise<void> {
  const wanted = { eventId, notificationType: 'EMAIL_NEW_SPOTS_AVAILABLE' } as const
  if (await hasWantedMailsToAll(tx, fact.siteId, { ...wanted, since: addSeconds(now, -3600) })) return
  await wantMailsToAll(tx, { ...wanted, fact: nameOf(fact) }, by(fact, now))
}

async function tellOfEvents(tx: Tx, facts: readonly FollowedActivity[], now: Date): Promise<void> {
  for (const fact of facts) {
    const { siteId, entityId: eventId, kind, data } = fact
    const isSent = await switchesOf(tx, { siteId, eventId })
    if (kind === 'event.canceled' && isSent('EMAIL_EVENT_CANCELATION')) {
      const wanted: ForAll = { eventId, notificationType: 'EMAIL_EVENT_CANCELATION', fact: nameOf(fact) }
      await wantMailsToAll(tx, wanted, by(fact, now))
    }
    if (data.guestLimitRaised === true && isSent('EMAIL_NEW_SPOTS_AVAILABLE')) await tellWaiting(tx, fact, eventId, now)
    if (data.movedFrom !== undefined && isSent('EMAIL_EVENT_MOVED')) await tellMoved(tx, fact, now)
  }
}

/**
 * Told after a while, as it is by then: an organizer who corrects what was just written tells everybody once. What the
 * event was before the first of these changes is what it is compared with.
 */
async function tellMoved(tx: Tx, fact: FollowedActivity, now: Date): Promise<void> {
  const { siteId, entityId: eventId, data } = fact
  const wanted = { eventId, notificationType: 'EMAIL_EVENT_MOVED' } as const
  if (await hasWantedMailsToAll(tx, siteId, { ...wanted, since: addSeconds(now, -MOVED_AFTER_SECONDS) })) return
  const dueAt = addSeconds(now, MOVED_AFTER_SECONDS)
  await wantMailsToAll(tx, { ...wanted, fact: nameOf(fact), data: { movedFrom: data.movedFrom }, dueAt }, by(fact, now))
}

/** How long an organizer has to correct a date or place before guests are told. */
export const MOVED_AFTER_SECONDS = 600

/** Whether mails of a kind go out by themselves for an event: as its configuration says, else as the site's does. */
export async function switchesOf(
  tx: Db,
  { siteId, eventId }: { siteId: string; eventId: string },
): Promise<(kind: GuestMailKind) => boolean> {
  const [config, off] = await Promise.all([findStored(tx, siteId, eventId), listMailsOff(tx, siteId)])
  return kind => {
    const name = TEMPLATE_NAMES.find(each => TEMPLATES[each] === kind)
    if (!name) return false
    const ofEvent: Readonly<Record<string, Setting | undefined>> = config?.notifications ?? {}
    return ofEvent[name]?.sendingEnabled ?? !off.includes(name)
  }
}

type Several<T> = readonly [T, ...T[]]

function byEvent(facts: readonly FollowedActivity[]): ReadonlyMap<string, Several<FollowedActivity>> {
  const groups = Map.groupBy(facts, ({ siteId, data }) => `${siteId}/${String(data.eventId)}`)
  return groups as Map<string, never> // no group is empty
}

function by({ siteId, actor }: FollowedActivity, now: Date): By {
  return { siteId, actor, now }
}

/** The fact in words that no other has: an entity has one of each number (law 9). */
function nameOf({ kind, entityId, sequence }: FollowedActivity): string {
  return `${kind}/${entityId}/${sequence}`
}
