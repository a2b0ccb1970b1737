import type { Activity } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { findEvent } from '../events/store.ts'
import { newGuid } from '../ids.ts'
import type { Job, JobKind, Piece } from '../queue/model.ts'
import { enqueue } from '../queue/store.ts'
import { organizerAddresses } from '../sites/organizers.ts'
import { addSeconds } from '../time.ts'
import type { LetterData, LetterKind, NewMail } from './mail-model.ts'
import { insertMails, removeMails } from './mail-store.ts'
import { type GuestMailKind, mailOfRsvp, mailsOf, reasonNotToTell, type WantedMail } from './model.ts'
import { listToldOrders, listToldRsvps } from './store.ts'

/**
 * The kinds of the jobs that are one mail each; how they are done stands in src/mail/. What goes to all guests of an
 * event has a lane of its own, so that nobody's tickets wait behind ten thousand reminders.
 */
export const MAIL_JOB = 'notification.mail'
export const BULK_MAIL_JOB = 'notification.bulk_mail'

export type By = { siteId: string; actor: Activity['actor']; now: Date }
/** Which fact wants it, in words that no other fact has; null: a person does. */
type Why = { fact: string | null; isBulk?: boolean }

/**
 * Wants mails about orders and RSVPs, in the transaction that they are about. They name what they are about, not whom
 * they go to or what they say: that is looked up when they are sent. One fact makes one mail to each, however often it
 * is told.
 */
export async function wantMails(
  tx: Tx,
  mails: readonly WantedMail[],
  { siteId, actor, now }: By,
  { fact, isBulk = false }: Why = { fact: null },
): Promise<void> {
  await wantMailsOfFacts(tx, [{ mails, fact, actor }], { siteId, now, isBulk })
}

/** What one fact, or person, wants. */
type Told = { mails: readonly WantedMail[]; fact: string | null; actor: Activity['actor'] }

/** The same of several facts, each in the name of who made it so, in as many statements as for one. */
export async function wantMailsOfFacts(
  tx: Tx,
  told: readonly Told[],
  { siteId, now, isBulk = false }: Omit<By, 'actor'> & Pick<Why, 'isBulk'>,
): Promise<void> {
  const rows = told.flatMap(({ mails, fact, actor }) => mails.map(mail => ({ ...mailOf(mail, fact, siteId), actor })))
  await writeMails(tx, rows, { siteId, now }, isBulk)
}

function mailOf(mail: WantedMail, fact: string | null, siteId: string): NewMail {
  const isOfOrder = 'orderNumber' in mail
  const [firstTicket = 'buyer'] = (isOfOrder && mail.ticketNumbers) || []
  const to = isOfOrder ? `${mail.orderNumber}/${firstTicket}` : mail.rsvpId
  return {
    siteId,
    mailId: newGuid(),
    kind: mail.notificationType,
    fact: fact && `${fact}/${mail.notificationType}/${to}`,
    eventId: null,
    orderNumber: isOfOrder ? mail.orderNumber : null,
    ticketNumbers: isOfOrder ? mail.ticketNumbers : null,
    rsvpId: isOfOrder ? null : mail.rsvpId,
    data: mail.data ?? {},
    address: null,
  }
}

type Wanted = NewMail & { actor: Activity['actor'] }

async function writeMails(tx: Tx, mails: readonly Wanted[], { siteId, now }: Omit<By, 'actor'>, isBulk: boolean) {
  if (mails.length === 0) return
  const written = new Set(await insertMails(tx, mails, now))
  const fresh = mails.filter(({ mailId }) => written.has(mailId))
  await enqueueMails(tx, fresh, { siteId, now }, isBulk)
}

/** The jobs of mails that were written just now. */
export async function enqueueMails(
  tx: Tx,
  mails: readonly Pick<Wanted, 'mailId' | 'actor'>[],
  { siteId, now }: Omit<By, 'actor'>,
  isBulk = false,
) {
  if (mails.length === 0) return
  const kind = isBulk ? BULK_MAIL_JOB : MAIL_JOB
  const jobs = mails.map(({ mailId, actor }) => ({ siteId, jobId: mailId, kind, payload: {}, actor }))
  await enqueue(tx, jobs, now)
}

/** A letter that is wanted: a text of `letters` in mail.json to somebody who is no guest of an order or RSVP. */
export type WantedLetter = Omit<LetterData, 'locale' | 'name'> & {
  kind: LetterKind
  to: { name?: string; address: string; locale?: string | null }
  /** What it is about, if it is about an event: its title, date and place are said. */
  eventId?: string
  /** Which fact wants it; absent: a person does. One fact makes one letter to each address. */
  fact?: string
  isBulk?: boolean
}

/** Wants letters in the transaction that they are about, all in two statements. */
export async function wantLetters(tx: Tx, letters: readonly WantedLetter[], by: By): Promise<void> {
  const rows = letters.map(({ kind, to, eventId = null, fact, isBulk: _, ...said }): Wanted => {
    const data: LetterData = { locale: to.locale ?? null, name: to.name ?? '', ...said }
    const about = fact === undefined ? null : `${fact}/${kind}/${to.address.toLowerCase()}`
    const nobodys = { orderNumber: null, ticketNumbers: null, rsvpId: null }
    const { siteId, actor } = by
    return { siteId, mailId: newGuid(), kind, fact: about, eventId, ...nobodys, data, address: to.address, actor }
  })
  await writeMails(
    tx,
    rows,
    by,
    letters.some(({ isBulk }) => isBulk === true),
  )
}

/** The same to the organizers of a site; where nobody said who that is, to nobody. */
export async function wantOrganizerMail(
  tx: Tx,
  { siteId, actor, ...letter }: { siteId: string; actor: Activity['actor'] } & Omit<WantedLetter, 'to'>,
  now: Date,
): Promise<void> {
  const addresses = await organizerAddresses(tx, siteId)
  await wantLetters(
    tx,
    addresses.map(address => ({ ...letter, to: { address } })),
    { siteId, actor, now },
  )
}

export type ForAll = {
  eventId: string
  notificationType: GuestMailKind
  fact?: string | null
  data?: Readonly<Record<string, unknown>>
}

/** Wants a mail to all guests that an event has now, in the background. */
export async function wantMailsToAll(tx: Tx, wanted: ForAll & { dueAt?: Date }, { siteId, actor, now }: By) {
  const { dueAt = now, ...payload } = wanted
  await enqueue(tx, [{ siteId, kind: mailsToAllJobs.name, payload, actor, dueAt }], now)
}

export const mailsToAllJobs: JobKind = {
  name: 'notification.mails_to_all',
  attemptsMax: 10,
  work: async (job, now) => tx => wantNext(tx, job, now),
}

async function wantNext(tx: Tx, { siteId, payload, position, actor, createdAt }: Job, now: Date): Promise<Piece> {
  const { eventId, fact = null, ...wanted } = payload as ForAll // written by `wantMailsToAll` alone
  const { notificationType } = wanted
  const event = await findEvent(tx, siteId, eventId)
  if (!event || reasonNotToTell(notificationType, event, now)) return { progress: {}, position: null }
  const { of, after } = (position as Position | null) ?? { of: 'orders', after: null } // written below alone
  const which = { after, createdBefore: createdAt, limit: of === 'orders' ? ORDERS_MAX : RSVPS_MAX }
  const { mails, last, isOver } =
    of === 'orders'
      ? await mailsOfOrders(tx, { siteId, eventId }, { notificationType, which })
      : await mailsOfRsvps(tx, { siteId, eventId }, { notificationType, which })
  const told = mails.map(mail => ({ ...mail, data: wanted.data ?? {} }))
  await wantMails(tx, told, { siteId, actor, now }, { fact, isBulk: true })
  const next: Position | null = isOver ? (of === 'orders' ? { of: 'rsvps', after: null } : null) : { of, after: last }
  return { progress: { mails: mails.length }, position: next }
}

/** First the orders by number, then the RSVPs by id. */
type Position = { of: 'orders' | 'rsvps'; after: string | null }
type Asked = {
  notificationType: GuestMailKind
  which: { after: string | null; createdBefore: Date; limit: number }
}
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

/** What was sent is kept for half a year, for whoever asks what became of it. */
export async function forgetOldMails(sql: Sql, now: Date): Promise<number> {
  return removeMails(sql, { createdBefore: addSeconds(now, -KEPT_SECONDS), limit: FORGOTTEN_MAX })
}

const KEPT_SECONDS = 183 * 86_400
const FORGOTTEN_MAX = 10_000
