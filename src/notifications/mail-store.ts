import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import type { Mail, MailState, NewMail, ShownMail } from './mail-model.ts'

function columns(db: Db): Fragment {
  return db`
    mails.site_id, mails.mail_id, mails.kind, mails.fact, mails.event_id, mails.order_number, mails.ticket_numbers,
    mails.rsvp_id, mails.data, mails.address, mails.created_at, mails.sent_at, mails.dropped_at`
}

/**
 * Writes new mails, but for those whose fact has made its mail already.
 * @returns the ids of those that were written
 */
export async function insertMails(tx: Tx, mails: readonly NewMail[], now: Date): Promise<string[]> {
  const rows = mails.map(mail => ({
    site_id: mail.siteId,
    mail_id: mail.mailId,
    kind: mail.kind,
    fact: mail.fact,
    event_id: mail.eventId,
    order_number: mail.orderNumber,
    ticket_numbers: mail.ticketNumbers,
    rsvp_id: mail.rsvpId,
    data: mail.data,
    address: mail.address,
  }))
  const written = await tx<{ mailId: string }[]>`
    insert into mails (
      site_id, mail_id, kind, fact, event_id, order_number, ticket_numbers, rsvp_id, data, address, created_at
    )
    select site_id, mail_id, kind, fact, event_id, order_number, ticket_numbers, rsvp_id, data, address, ${now}
      from jsonb_to_recordset(${jsonb(tx, rows)}) as new (
             site_id uuid, mail_id uuid, kind text, fact text, event_id uuid, order_number text, ticket_numbers text[],
             rsvp_id uuid, data jsonb, address text
           )
        on conflict on constraint mails_once_per_fact do nothing
    returning mail_id`
  return written.map(({ mailId }) => mailId)
}

export async function findMail(db: Db, siteId: string, mailId: string): Promise<Mail | null> {
  const [mail] = await db<Mail[]>`
    select ${columns(db)}
      from mails
     where site_id = ${siteId}
       and mail_id = ${mailId}`
  return mail ?? null
}

/**
 * Writes down what became of a mail: sent to somebody, or dropped. Whom it went to is not written of those who were
 * forgotten meanwhile: their order or RSVP is locked by who forgets them.
 */
export async function endMail(
  tx: Tx,
  { siteId, mailId, orderNumber, rsvpId }: Pick<Mail, 'siteId' | 'mailId' | 'orderNumber' | 'rsvpId'>,
  sentTo: string | null,
  now: Date,
): Promise<void> {
  const about =
    rsvpId === null
      ? tx`select anonymized_at from orders where site_id = ${siteId} and order_number = ${orderNumber} for share`
      : tx`select anonymized_at from rsvps where site_id = ${siteId} and rsvp_id = ${rsvpId} for share`
  const [shared] = await tx<{ anonymizedAt: Date | null }[]>`${about}`
  const address = shared?.anonymizedAt ? null : sentTo
  await tx`
    update mails
       set address = coalesce(${address}, address),
           sent_at = ${sentTo === null ? null : now},
           dropped_at = ${sentTo === null ? now : null}
     where site_id = ${siteId}
       and mail_id = ${mailId}`
}

/** Forgets where the mails of orders and RSVPs went, and what they said. */
export async function forgetAddresses(
  tx: Tx,
  siteId: string,
  { orderNumbers = [], rsvpIds = [] }: { orderNumbers?: readonly string[]; rsvpIds?: readonly string[] },
): Promise<void> {
  await tx`
    update mails
       set address = null
     where site_id = ${siteId}
       and (order_number = any(${[...orderNumbers]}) or rsvp_id = any(${[...rsvpIds]}::uuid[]))
       and address is not null`
}

/** Forgets mails of before, at most so many. */
export async function removeMails(db: Db, { createdBefore, limit }: { createdBefore: Date; limit: number }) {
  const { count } = await db`
    delete from mails
     where (site_id, mail_id) in (
       select site_id, mail_id
         from mails
        where created_at < ${createdBefore}
        order by created_at
        limit ${limit}
     )`
  return count
}

type MailFilter = { mailId?: string; orderNumber?: string; eventId?: string; state?: MailState }

/** A site's mails, newest first. */
export async function listMails(
  db: Db,
  siteId: string,
  { limit, offset, ...filter }: MailFilter & { limit: number; offset: number },
): Promise<{ mails: ShownMail[]; total: number }> {
  const [counted, mails] = await Promise.all([
    db<{ total: number }[]>`select count(*) as total from (${shownMails(db, siteId, filter)}) as mails`,
    db<ShownMail[]>`
      ${shownMails(db, siteId, filter)}
       order by created_at desc, mail_id
       limit ${limit}
      offset ${offset}`,
  ])
  return { mails: [...mails], total: counted[0]?.total ?? 0 }
}

/** @throws Refusal MAIL_NOT_FOUND */
export async function getShownMail(db: Db, siteId: string, mailId: string): Promise<ShownMail> {
  const [mail] = await db<ShownMail[]>`${shownMails(db, siteId, { mailId })}`
  if (!mail) throw new Refusal('MAIL_NOT_FOUND', 'There is no such mail.', { mailId })
  return mail
}

function shownMails(db: Db, siteId: string, filter: MailFilter): Fragment {
  const { mailId = null, orderNumber = null, eventId = null, state = null } = filter
  return db`
    select mails.site_id, mails.mail_id, mails.kind, mails.fact, mails.event_id, mails.order_number,
           mails.ticket_numbers, mails.rsvp_id, mails.data, mails.created_at, mails.sent_at, mails.dropped_at,
           case when mails.sent_at is not null then mails.address
                else coalesce(mails.address, nullif(tickets.email, ''), nullif(orders.email, ''), nullif(rsvps.email, ''))
           end as address,
           found.state, coalesce(jobs.attempts, 0) as attempts,
           case when found.state = 'WAITING' then jobs.due_at end as due_at, jobs.failures -> -1 as failure
      from mails
      left join jobs
        on jobs.site_id = mails.site_id
       and jobs.job_id = mails.mail_id
      left join orders
        on orders.site_id = mails.site_id
       and orders.order_number = mails.order_number
       and mails.ticket_numbers is null
      left join tickets
        on tickets.site_id = mails.site_id
       and tickets.ticket_number = mails.ticket_numbers[1]
      left join rsvps
        on rsvps.site_id = mails.site_id
       and rsvps.rsvp_id = mails.rsvp_id
     cross join lateral (
             select case when mails.sent_at is not null then 'SENT'
                         when mails.dropped_at is not null then 'DROPPED'
                         when jobs.state = 'FAILED' then 'FAILED'
                         else 'WAITING'
                    end as state
           ) as found
     where mails.site_id = ${siteId}
       and (${mailId}::uuid is null or mails.mail_id = ${mailId}::uuid)
       and (${orderNumber}::text is null or mails.order_number = ${orderNumber}::text)
       and (
             ${eventId}::uuid is null
             or mails.event_id = ${eventId}::uuid
             or orders.event_id = ${eventId}::uuid
             or tickets.event_id = ${eventId}::uuid
             or rsvps.event_id = ${eventId}::uuid
           )
       and (${state}::text is null or found.state = ${state}::text)`
}

/** How many mails there are in each state of those that one fact made, or several whose names begin so. */
export async function countMailsOfFact(
  db: Db,
  siteId: string,
  fact: string,
): Promise<{ state: MailState; count: number }[]> {
  return db<{ state: MailState; count: number }[]>`
    select case when mails.sent_at is not null then 'SENT'
                when mails.dropped_at is not null then 'DROPPED'
                when jobs.state = 'FAILED' then 'FAILED'
                else 'WAITING'
           end as state,
           count(*)::integer as count
      from mails
      left join jobs
        on jobs.site_id = mails.site_id
       and jobs.job_id = mails.mail_id
     where mails.site_id = ${siteId}
       and mails.fact >= ${fact}
       and mails.fact < ${`${fact}\uffff`}
     group by 1`
}

/** How many mails about the whole of an order people have asked for since then. */
export async function countMailsOfOrder(
  db: Db,
  siteId: string,
  { orderNumber, since }: { orderNumber: string; since: Date },
): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*) as count
      from mails
     where site_id = ${siteId}
       and order_number = ${orderNumber}
       and ticket_numbers is null
       and fact is null
       and created_at > ${since}`
  return row?.count ?? 0
}
