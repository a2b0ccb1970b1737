import type { Sql } from '../db/connect.ts'
import type { Press } from '../documents/press.ts'
import type { Keys } from '../identities/keys.ts'
import { MAIL_JOB } from '../notifications/mails.ts'
import { mailsOf, reasonNotToTell, type WantedMail } from '../notifications/model.ts'
import { listToldOrders, notificationConfigOf } from '../notifications/store.ts'
import { findShownOrder, type ShownOrder } from '../orders/shown.ts'
import { textsIn } from '../pages/texts.ts'
import type { Job, JobKind } from '../queue/model.ts'
import { ticketsDocument } from '../tickets/printed.ts'
import { type Composed, compose } from './compose.ts'
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
async function messageOf(
  { siteId, jobId, createdAt, payload }: Job,
  { press, keys, publicUrl }: Mailing,
  { sql, now }: { sql: Sql; now: Date },
): Promise<Message | null> {
  const wanted = payload as WantedMail // written by `wantMails` alone
  const { orderNumber, notificationType: type, ticketNumbers } = wanted
  const shown = await findShownOrder(sql, siteId, orderNumber)
  if (!shown?.event || reasonNotToTell(type, shown.event, now)) return null
  const { event, site } = shown
  const [told] = await listToldOrders(sql, event, { orderNumber })
  if (!told || mailsOf(type, told, ticketNumbers).length === 0) return null
  const { notifications } = await notificationConfigOf(sql, { event, site })
  const composed = compose({ ...shown, event }, wanted, notifications, { keys, publicUrl })
  if (!composed) return null
  const { to, subject, letter } = composed
  const attachments = await attachmentsOf(composed, shown, { press, keys, publicUrl })
  return {
    id: jobId,
    date: createdAt,
    fromName: site.name,
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
  const title = textsIn(site.locale).order.title(order.orderNumber)
  const content = await press.print(ticketsDocument(attached, { event, site, title, keys, publicUrl }))
  return [{ filename: `tickets-${order.orderNumber}.pdf`, contentType: 'application/pdf', content }]
}
