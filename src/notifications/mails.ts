import type { Tx } from '../db/connect.ts'
import { findEvent } from '../events/store.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue } from '../queue/store.ts'
import { type EmailType, mailOfRsvp, mailsOf, reasonNotToTell, type WantedMail } from './model.ts'
import { listToldOrders, listToldRsvps } from './store.ts'

/** The kind of the jobs that are one mail each; how they are done stands in src/mail/. */
export const MAIL_JOB = 'notification.mail'

type By = Pick<Job, 'siteId' | 'actor'> & { now: Date }

/**
 * Wants mails in the transaction that they are about. The payload says what a mail is about, not whom it goes to or what
 * it says: that is looked up when it is sent.
 */
export async function wantMails(tx: Tx, mails: readonly WantedMail[], { siteId, actor, now }: By): Promise<void> {
  if (mails.length === 0) return
  const jobs = mails.map(payload => ({ siteId, kind: MAIL_JOB, payload, actor }))
  await enqueue(tx, jobs, now)
}

type ForAll = { eventId: string; notificationType: EmailType }

/** The same for all guests that an event has now, in the background. */
export async function wantMailsToAll(tx: Tx, wanted: ForAll, { siteId, actor, now }: By): Promise<void> {
  await enqueue(tx, [{ siteId, kind: mailsToAllJobs.name, payload: wanted, actor }], now)
}

export const mailsToAllJobs: JobKind = {
  name: 'notification.mails_to_all',
  attemptsMax: 10,
  work: async (job, now) => tx => wantNext(tx, job, now),
}

async function wantNext(tx: Tx, { siteId, payload, position, actor, createdAt }: Job, now: Date): Promise<Piece> {
  const { eventId, notificationType } = payload as ForAll // written by `wantMailsToAll` alone
  const event = await findEvent(tx, siteId, eventId)
  if (!event || reasonNotToTell(notificationType, event, now)) return { progress: {}, position: null }
  const { of, after } = (position as Position | null) ?? { of: 'orders', after: null } // written below alone
  const which = { after, createdBefore: createdAt, limit: of === 'orders' ? ORDERS_MAX : RSVPS_MAX }
  const { mails, last, isOver } =
    of === 'orders'
      ? await mailsOfOrders(tx, { siteId, eventId }, { notificationType, which })
      : await mailsOfRsvps(tx, { siteId, eventId }, { notificationType, which })
  await wantMails(tx, mails, { siteId, actor, now })
  const next: Position | null = isOver ? (of === 'orders' ? { of: 'rsvps', after: null } : null) : { of, after: last }
  return { progress: { mails: mails.length }, position: next }
}

/** First the orders by number, then the RSVPs by id. */
type Position = { of: 'orders' | 'rsvps'; after: string | null }
type Asked = { notificationType: EmailType; which: { after: string | null; createdBefore: Date; limit: number } }
type Event = { siteId: string; eventId: string }

async function mailsOfOrders(tx: Tx, event: Event, { notificationType, which }: Asked) {
  const orders = await listToldOrders(tx, event, which)
  return {
    mails: orders.flatMap(order => mailsOf(notificationType, order, null)),
    last: orders.at(-1)?.orderNumber ?? null,
    isOver: orders.length < which.limit,
  }
}

async function mailsOfRsvps(tx: Tx, event: Event, { notificationType, which }: Asked) {
  const rsvps = await listToldRsvps(tx, event, which)
  return {
    mails: rsvps.flatMap(rsvp => mailOfRsvp(notificationType, rsvp) ?? []),
    last: rsvps.at(-1)?.rsvpId ?? null,
    isOver: rsvps.length < which.limit,
  }
}

/** Of one piece; each has at most as many mails as tickets. */
export const ORDERS_MAX = 50
/** Each has one mail at most. */
export const RSVPS_MAX = 500
