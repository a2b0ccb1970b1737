import type { Sql } from '../db/connect.ts'
import type { Press } from '../documents/press.ts'
import { findEvent } from '../events/store.ts'
import type { Keys } from '../identities/keys.ts'
import { MAIL_JOB } from '../notifications/mails.ts'
import {
  type MailOfOrder,
  type MailOfRsvp,
  mailOfRsvp,
  mailsOf,
  reasonNotToTell,
  type WantedMail,
} from '../notifications/model.ts'
import { listToldOrders, notificationConfigOf } from '../notifications/store.ts'
import { findShownOrder, type ShownOrder } from '../orders/shown.ts'
import type { Job, JobKind } from '../queue/model.ts'
import { findRsvp } from '../rsvps/store.ts'
import { getSite, type Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { ticketsDocument } from '../tickets/printed.ts'
import { type Composed, compose, composeOfRsvp } from './compose.ts'
import { letterMarkup, letterText } from './letter.ts'
import type { Mailer, Message } from './mailer.ts'

/** What sending mails needs besides the database. */
export type Mailing = { mailer: Mailer; press: Press; keys: Keys; publicUrl: string }

/**
 * A job per mail: composed of what is true when it is sent, outside of any transaction. A process that dies after the
 * server took it sends it once more, under the same Message-ID.
 */
export function mailJobs(mailing: Mailing): JobKind {
  return {
    name: MAIL_JOB,
    attemptsMax: ATTEMPTS_MAX,
    work: async (job, now, sql) => {
      const message = await messageOf(job, mailing, { sql, now })
      if (message) await mailing.mailer.send(message)
      return async () => ({ progress: message ? { sent: 1 } : { dropped: 1 }, position: null })
    },
  }
}

/** Somewhat more than half a day, the last ones an hour apart. */
const ATTEMPTS_MAX = 24

/** null: what it was to say is not so any more, or nobody is left to say it to. */
async function messageOf(job: Job, mailing: Mailing, at: At): Promise<Message | null> {
  const wanted = job.payload as WantedMail // written by `wantMails` alone
  return 'rsvpId' in wanted ? messageOfRsvp(job, wanted, mailing, at) : messageOfOrder(job, wanted, mailing, at)
}

type At = { sql: Sql; now: Date }

async function messageOfOrder(job: Job, wanted: MailOfOrder, mailing: Mailing, { sql, now }: At) {
  const { orderNumber, notificationType: type, ticketNumbers } = wanted
  const shown = await findShownOrder(sql, job.siteId, orderNumber)
  if (!shown?.event || reasonNotToTell(type, shown.event, now)) return null
  const { event, site } = shown
  const [told] = await listToldOrders(sql, event, { orderNumber })
  if (!told || mailsOf(type, told, ticketNumbers).length === 0) return null
  const { notifications } = await notificationConfigOf(sql, { event, site })
  const composed = compose({ ...shown, event }, wanted, notifications, mailing)
  return composed && toMessage(job, composed, site, await attachmentsOf(composed, shown, mailing))
}

async function messageOfRsvp(job: Job, wanted: MailOfRsvp, mailing: Mailing, { sql, now }: At) {
  const { notificationType: type, rsvpId } = wanted
  const rsvp = await findRsvp(sql, job.siteId, rsvpId)
  const event = rsvp && (await findEvent(sql, job.siteId, rsvp.eventId))
  if (!event || !mailOfRsvp(type, rsvp) || reasonNotToTell(type, event, now)) return null
  const site = await getSite(sql, job.siteId)
  const { notifications } = await notificationConfigOf(sql, { event, site })
  return toMessage(job, composeOfRsvp({ rsvp, event, site }, wanted, notifications, mailing), site, [])
}

function toMessage(
  { jobId, createdAt }: Job,
  { to, subject, letter }: Composed,
  { name: fromName }: Site,
  attachments: Message['attachments'],
): Message {
  return {
    id: jobId,
    date: createdAt,
    fromName,
    to,
    subject,
    text: letterText(letter),
    html: letterMarkup(letter),
    attachments,
  }
}

async function attachmentsOf(
  { attached }: Composed,
  { order, event, site }: ShownOrder,
  { press, keys, publicUrl }: Omit<Mailing, 'mailer'>,
): Promise<Message['attachments']> {
  if (attached.length === 0) return []
  const title = textsIn(site.locale).page('order.title', { number: order.orderNumber })
  const content = await press.print(ticketsDocument(attached, { event, site, title, keys, publicUrl }))
  return [{ filename: `tickets-${order.orderNumber}.pdf`, contentType: 'application/pdf', content }]
}
