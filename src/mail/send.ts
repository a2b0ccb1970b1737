import type { Sql } from '../db/connect.ts'
import type { Press } from '../documents/press.ts'
import { qrPicture } from '../documents/qr.ts'
import { type CalendarEntry, toICalendar } from '../events/calendar.ts'
import type { StoredEvent } from '../events/model.ts'
import { findEvent } from '../events/store.ts'
import type { Keys } from '../identities/keys.ts'
import type { LetterData, LetterKind, Mail } from '../notifications/mail-model.ts'
import { endMail, findMail } from '../notifications/mail-store.ts'
import { BULK_MAIL_JOB, MAIL_JOB } from '../notifications/mails.ts'
import { type GuestMailKind, type MailOfOrder, mailOfRsvp, mailsOf, reasonNotToTell } from '../notifications/model.ts'
import { listToldOrders, notificationConfigOf } from '../notifications/store.ts'
import { listSiteTemplates } from '../notifications/template-store.ts'
import { templateFor } from '../notifications/templates.ts'
import { findShownOrder, type ShownOrder } from '../orders/shown.ts'
import type { Job, JobKind } from '../queue/model.ts'
import { findShownRsvp } from '../rsvps/shown.ts'
import { getSite, type Site } from '../sites/store.ts'
import { textsIn } from '../texts/texts.ts'
import { ticketsDocument } from '../tickets/printed.ts'
import { CODE_NAME, type Composed, compose, composeLetter, composeOfRsvp, type Wording } from './compose.ts'
import { letterMarkup, letterText } from './letter.ts'
import type { Mailer, Message } from './mailer.ts'

/** What sending mails needs besides the database. */
export type Mailing = { mailer: Mailer; press: Press; keys: Keys; publicUrl: string }

/**
 * A job per mail: composed of what is true when it is sent, outside of any transaction. A process that dies after the
 * server took it sends it once more, under the same Message-ID.
 * @returns one lane for what somebody waits for, one for what goes to all guests of an event
 */
export function mailJobs(mailing: Mailing): { single: JobKind; bulk: JobKind } {
  const work: JobKind['work'] = async (job, now, sql) => {
    const mail = await findMail(sql, job.siteId, job.jobId)
    const composed = mail && mail.sentAt === null ? await composedOf(mail, mailing, { sql, now }) : null
    if (composed) await mailing.mailer.send(toMessage(job, composed))
    return async tx => {
      if (mail && mail.sentAt === null) await endMail(tx, mail, composed?.to.address ?? null, now)
      return { progress: composed ? { sent: 1 } : { dropped: 1 }, position: null }
    }
  }
  return {
    single: { name: MAIL_JOB, attemptsMax: ATTEMPTS_MAX, work },
    bulk: { name: BULK_MAIL_JOB, attemptsMax: ATTEMPTS_MAX, work },
  }
}

/** Somewhat more than half a day, the last ones an hour apart. */
const ATTEMPTS_MAX = 24

type Ready = Omit<Composed, 'attached' | 'calendar' | 'code'> & {
  fromName: string
  attachments: Message['attachments']
}
type At = { sql: Sql; now: Date }

/** null: what it was to say is not so any more, or nobody is left to say it to. */
async function composedOf(mail: Mail, mailing: Mailing, at: At): Promise<Ready | null> {
  if (mail.orderNumber !== null) return readyOfOrder(mail, mail.orderNumber, mailing, at)
  if (mail.rsvpId !== null) return readyOfRsvp(mail, mail.rsvpId, mailing, at)
  return mail.address === null ? null : readyOfLetter(mail, mail.address, mailing, at)
}

async function readyOfOrder(mail: Mail, orderNumber: string, mailing: Mailing, { sql, now }: At) {
  const { siteId, ticketNumbers, data } = mail
  const type = mail.kind as GuestMailKind // `wantMails` writes no other
  const shown = await findShownOrder(sql, siteId, orderNumber)
  if (!shown?.event || reasonNotToTell(type, shown.event, now)) return null
  const { event, site: read } = shown
  const [told] = await listToldOrders(sql, event, { orderNumbers: [orderNumber] })
  if (!told || mailsOf(type, told, ticketNumbers).length === 0) return null
  const wanted: MailOfOrder = { notificationType: type, orderNumber, ticketNumbers, data }
  const composed = compose({ ...shown, event }, wanted, await wordingOf(sql, event, read), mailing)
  return composed && ready(composed, read, await attachmentsOf(composed, shown, mailing))
}

async function readyOfRsvp(mail: Mail, rsvpId: string, mailing: Mailing, { sql, now }: At) {
  const { siteId, data } = mail
  const notificationType = mail.kind as GuestMailKind // `wantMails` writes no other
  const shown = await findShownRsvp(sql, siteId, rsvpId)
  if (!shown || !mailOfRsvp(notificationType, shown.rsvp)) return null
  const { event, site } = shown
  if (reasonNotToTell(notificationType, event, now)) return null
  const wording = await wordingOf(sql, event, site)
  const composed = composeOfRsvp(shown, { notificationType, rsvpId, data }, wording, mailing)
  return ready(composed, site, await codeAndCalendar(composed))
}

async function readyOfLetter({ siteId, eventId, ...mail }: Mail, address: string, mailing: Mailing, { sql }: At) {
  const data = mail.data as LetterData // `wantLetters` writes no other
  const site = await getSite(sql, siteId)
  const read = { ...site, locale: data.locale ?? site.locale }
  const event = eventId === null ? null : await findEvent(sql, siteId, eventId)
  if (eventId !== null && !event) return null
  const letter = { kind: mail.kind as LetterKind, address, data } // the same
  return ready(composeLetter(letter, { event, site: read }, mailing), read)
}

/** What the mails of an event say to readers of a locale. */
async function wordingOf(sql: Sql, event: StoredEvent, { siteId, locale }: Site): Promise<Wording> {
  const site = await getSite(sql, siteId)
  const [config, siteTemplates] = await Promise.all([
    notificationConfigOf(sql, { event, site }),
    listSiteTemplates(sql, siteId),
  ])
  return {
    templateOf: (name, values) => templateFor(name, { config, event, site, locale, siteTemplates, values }),
    invoiceEnabled: config.notifications.invoice.sendingEnabled,
  }
}

function ready(
  { attached: _, calendar: __, code: ___, ...composed }: Composed,
  site: Site,
  attachments: Message['attachments'] = [],
): Ready {
  return { ...composed, fromName: site.name, attachments }
}

function toMessage({ jobId, createdAt }: Job, { letter, unsubscribeUrl, ...composed }: Ready): Message {
  return {
    ...composed,
    id: jobId,
    date: createdAt,
    text: letterText(letter),
    html: letterMarkup(letter),
    ...(unsubscribeUrl !== undefined && { unsubscribeUrl }),
  }
}

async function attachmentsOf(
  { attached, calendar }: Composed,
  { order, event, site }: ShownOrder,
  { press, keys, publicUrl }: Omit<Mailing, 'mailer'>,
): Promise<Message['attachments']> {
  const files = calendar ? [calendarFile(calendar)] : []
  if (attached.length === 0) return files
  const title = textsIn(site.locale).page('order.title', { number: order.orderNumber })
  const content = await press.print(ticketsDocument(attached, { event, site, title, keys, publicUrl }))
  return [{ filename: `tickets-${order.orderNumber}.pdf`, contentType: 'application/pdf', content }, ...files]
}

async function codeAndCalendar({ code, calendar }: Composed): Promise<Message['attachments']> {
  const files = calendar ? [calendarFile(calendar)] : []
  if (code === undefined) return files
  const content = await qrPicture(code)
  return [{ filename: 'code.png', contentType: 'image/png', content, cid: CODE_NAME }, ...files]
}

function calendarFile(entry: CalendarEntry): Message['attachments'][number] {
  return {
    filename: 'event.ics',
    contentType: 'text/calendar; charset=utf-8',
    content: Buffer.from(toICalendar(entry)),
  }
}
