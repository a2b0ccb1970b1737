import type { Tx } from '../db/connect.ts'
import { findEvent } from '../events/store.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue } from '../queue/store.ts'
import { type EmailType, mailsOf, reasonNotToTell, type WantedMail } from './model.ts'
import { listToldOrders } from './store.ts'

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
  const after = position as string | null // written below alone
  const which = { after, createdBefore: createdAt, limit: ORDERS_MAX }
  const orders = await listToldOrders(tx, { siteId, eventId }, which)
  const mails = orders.flatMap(order => mailsOf(notificationType, order, null))
  await wantMails(tx, mails, { siteId, actor, now })
  return {
    progress: { orders: orders.length, mails: mails.length },
    position: orders.length < ORDERS_MAX ? null : (orders.at(-1)?.orderNumber ?? null),
  }
}

/** Of one piece; each has at most as many mails as tickets. */
export const ORDERS_MAX = 50
