import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { getEvent } from '../events/store.ts'
import { getSite, type Site } from '../sites/store.ts'
import {
  defaultSettings,
  type GuestMailKind,
  type NotificationConfig,
  type Settings,
  type ToldOrder,
  type ToldRsvp,
} from './model.ts'

/** What the event's mails say: as it was stored, or by default (events 11.2). @throws Refusal EVENT_NOT_FOUND */
export async function getNotificationConfig(db: Db, siteId: string, eventId: string): Promise<NotificationConfig> {
  const [event, site] = await Promise.all([getEvent(db, siteId, eventId), getSite(db, siteId)])
  return notificationConfigOf(db, { event, site })
}

/** The same for an event that was already read. */
export async function notificationConfigOf(
  db: Db,
  { event, site }: { event: StoredEvent; site: Site },
): Promise<NotificationConfig> {
  const { siteId, eventId } = event
  const stored = await findStored(db, siteId, eventId)
  return stored ?? { eventId, notifications: defaultSettings(event, site), stored: null }
}

export async function findStored(db: Db, siteId: string, eventId: string): Promise<NotificationConfig | null> {
  const [row] = await db<Row[]>`
    select ${columns(db)}
      from notification_configs
     where site_id = ${siteId}
       and event_id = ${eventId}`
  return row ? toConfig(row) : null
}

/** Writes an event's first configuration, or in place of the one that has the revision before. */
export async function writeNotificationConfig(
  tx: Tx,
  siteId: string,
  { eventId, revision, notifications }: { eventId: string; revision: number; notifications: Settings },
  now: Date,
): Promise<NotificationConfig> {
  const [row] = await tx<Row[]>`
    insert into notification_configs (site_id, event_id, revision, notifications, created_at, updated_at)
    values (${siteId}, ${eventId}, ${revision}, ${jsonb(tx, notifications)}, ${now}, ${now})
        on conflict (site_id, event_id)
        do update
       set revision = excluded.revision,
           notifications = excluded.notifications,
           updated_at = excluded.updated_at
     where notification_configs.revision = excluded.revision - 1
    returning ${columns(tx)}`
  if (!row) throw new Error(`the notifications of event ${eventId} changed under the lock of their event`)
  return toConfig(row)
}

/** Gives `to` what `from` has stored, if it has (events 1.13.1). */
export async function copyNotificationConfig(
  tx: Tx,
  { siteId, from, to }: { siteId: string; from: string; to: string },
  now: Date,
): Promise<boolean> {
  const { count } = await tx`
    insert into notification_configs (site_id, event_id, revision, notifications, created_at, updated_at)
    select site_id, ${to}, 1, notifications, ${now}, ${now}
      from notification_configs
     where site_id = ${siteId}
       and event_id = ${from}`
  return count === 1
}

type Row = { eventId: string; revision: number; notifications: Settings; createdAt: Date; updatedAt: Date }

function toConfig({ eventId, notifications, ...stored }: Row): NotificationConfig {
  return { eventId, notifications, stored }
}

function columns(db: Db): Fragment {
  return db`
    notification_configs.event_id, notification_configs.revision, notification_configs.notifications,
    notification_configs.created_at, notification_configs.updated_at`
}

/**
 * Orders of an event as far as mails depend on them, in the order of their numbers.
 * @param which those with these numbers, or the next ones after one that was there at a moment
 */
export async function listToldOrders(
  db: Db,
  { siteId, eventId }: { siteId: string; eventId: string },
  which: { orderNumbers: readonly string[] } | { after: string | null; createdBefore: Date; limit: number },
): Promise<ToldOrder[]> {
  const chosen =
    'orderNumbers' in which
      ? db`orders.order_number = any(${[...which.orderNumbers]})`
      : db`(${which.after}::text is null or orders.order_number > ${which.after}) and orders.created_at <= ${which.createdBefore}`
  return db<ToldOrder[]>`
    select orders.order_number, orders.status, orders.email, orders.silent,
           orders.confirmed_at is not null and orders.canceled_at is null and orders.archived_at is null as stands,
           coalesce(held.tickets, '[]') as tickets
      from orders
      left join lateral (
             select jsonb_agg(
                      jsonb_build_object(
                        'ticketNumber', tickets.ticket_number,
                        'email', tickets.email,
                        'admits', tickets.canceled_at is null and tickets.archived_at is null
                      ) order by tickets.ticket_index
                    ) as tickets
               from tickets
              where tickets.site_id = orders.site_id
                and tickets.order_number = orders.order_number
           ) as held on true
     where orders.site_id = ${siteId}
       and orders.event_id = ${eventId}
       and ${chosen}
     order by orders.order_number
     limit ${'limit' in which ? which.limit : which.orderNumbers.length}`
}

/** An order as far as its mails depend on it, locked, whatever its event is. */
export async function lockToldOrder(db: Tx, siteId: string, orderNumber: string): Promise<ToldOrder | null> {
  const [row] = await db<{ eventId: string }[]>`
    select event_id
      from orders
     where site_id = ${siteId}
       and order_number = ${orderNumber}
       for update`
  if (!row) return null
  const [order] = await listToldOrders(db, { siteId, ...row }, { orderNumbers: [orderNumber] })
  return order ?? null
}

/** RSVPs to an event as far as mails depend on them, by id: these, or the next ones that were there at a moment. */
export async function listToldRsvps(
  db: Db,
  { siteId, eventId }: { siteId: string; eventId: string },
  which: { rsvpIds: readonly string[] } | { after: string | null; createdBefore: Date; limit: number },
): Promise<ToldRsvp[]> {
  const chosen =
    'rsvpIds' in which
      ? db`rsvp_id = any(${[...which.rsvpIds]}::uuid[])`
      : db`(${which.after}::uuid is null or rsvp_id > ${which.after}::uuid) and created_at <= ${which.createdBefore}`
  return db<ToldRsvp[]>`
    select rsvp_id, status, email, disable_notifications
      from rsvps
     where site_id = ${siteId}
       and event_id = ${eventId}
       and ${chosen}
     order by rsvp_id
     limit ${'limit' in which ? which.limit : which.rsvpIds.length}`
}

/** How many mails an event's guests get when it is canceled: as many as `mailsOf` and `mailOfRsvp` make of them. */
export async function countCancelationMails(
  db: Db,
  { siteId, eventId }: { siteId: string; eventId: string },
): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select coalesce(sum(mails.count), 0)::integer as count
      from (
             select count(*)
               from orders
              where ${standing(db, { siteId, eventId })}
                and orders.email <> ''
              union all
             select count(distinct (orders.order_number, lower(tickets.email)))
               from orders
               join tickets
                 on tickets.site_id = orders.site_id
                and tickets.order_number = orders.order_number
              where ${standing(db, { siteId, eventId })}
                and tickets.canceled_at is null
                and tickets.archived_at is null
                and tickets.email <> ''
                and lower(tickets.email) <> lower(orders.email)
              union all
             select count(*)
               from rsvps
              where rsvps.site_id = ${siteId}
                and rsvps.event_id = ${eventId}
                and rsvps.status <> 'NO'
                and rsvps.email <> ''
                and not rsvps.disable_notifications
           ) as mails`
  return row?.count ?? 0
}

function standing(db: Db, { siteId, eventId }: { siteId: string; eventId: string }): Fragment {
  return db`
    orders.site_id = ${siteId}
    and orders.event_id = ${eventId}
    and orders.confirmed_at is not null
    and orders.canceled_at is null
    and orders.archived_at is null`
}

/** The orders of an event that these tickets are of. */
export async function listOrdersOfTickets(
  db: Db,
  { siteId, eventId, ticketNumbers }: { siteId: string; eventId: string; ticketNumbers: readonly string[] },
): Promise<{ ticketNumber: string; orderNumber: string }[]> {
  return db<{ ticketNumber: string; orderNumber: string }[]>`
    select ticket_number, order_number
      from tickets
     where site_id = ${siteId}
       and event_id = ${eventId}
       and ticket_number = any(${[...ticketNumbers]})`
}

/** Whether mails to all guests of an event were wanted since then, of this kind. */
export async function hasWantedMailsToAll(
  db: Db,
  siteId: string,
  { eventId, notificationType, since }: { eventId: string; notificationType: GuestMailKind; since: Date },
): Promise<boolean> {
  const [row] = await db`
    select 1
      from jobs
     where site_id = ${siteId}
       and kind = 'notification.mails_to_all'
       and created_at > ${since}
       and payload ->> 'eventId' = ${eventId}
       and payload ->> 'notificationType' = ${notificationType}
     limit 1`
  return row !== undefined
}
