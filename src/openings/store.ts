import type { Db, Tx } from '../db/connect.ts'
import type { Alert, AlertKind, Queue } from './model.ts'

type OfDefinition = { siteId: string; ticketDefinitionId: string }

/** Makes sure that a definition has a queue, and keeps it from being removed until the transaction ends. */
export async function ensureQueue(
  tx: Tx,
  queue: OfDefinition & { eventId: string; soldOutAt: Date | null },
  now: Date,
): Promise<void> {
  await tx`
    insert into opening_queues (site_id, ticket_definition_id, event_id, looked_at, sold_out_at)
    values (${queue.siteId}, ${queue.ticketDefinitionId}, ${queue.eventId}, ${now}, ${queue.soldOutAt})
        on conflict (site_id, ticket_definition_id) do update
       set sold_out_at = coalesce(opening_queues.sold_out_at, excluded.sold_out_at)`
}

/** What an address asked for already: of this definition, and how often of any since `since`. */
export async function findAsked(
  db: Db,
  { siteId, ticketDefinitionId, email, since }: OfDefinition & { email: string; since: Date },
): Promise<{ own: { kind: AlertKind; createdAt: Date; confirmedAt: Date | null }[]; recent: number }> {
  const own = await db<{ kind: AlertKind; createdAt: Date; confirmedAt: Date | null }[]>`
    select kind, created_at, confirmed_at
      from opening_alerts
     where site_id = ${siteId}
       and ticket_definition_id = ${ticketDefinitionId}
       and lower(email) = lower(${email})`
  const [recent] = await db<{ count: number }[]>`
    select count(distinct alert_id)
      from opening_alerts
     where site_id = ${siteId}
       and lower(email) = lower(${email})
       and created_at > ${since}`
  return { own, recent: recent?.count ?? 0 }
}

/** How many wait for a definition, counted up to `max`. */
export async function countAlerts(db: Db, { siteId, ticketDefinitionId }: OfDefinition, max: number): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*)
      from (
             select
               from opening_alerts
              where site_id = ${siteId}
                and ticket_definition_id = ${ticketDefinitionId}
              limit ${max}
           ) as counted`
  return row?.count ?? 0
}

export async function removeUnconfirmed(tx: Tx, { siteId, ticketDefinitionId }: OfDefinition, email: string) {
  await tx`
    delete from opening_alerts
     where site_id = ${siteId}
       and ticket_definition_id = ${ticketDefinitionId}
       and lower(email) = lower(${email})
       and confirmed_at is null`
}

/** @returns how many were written: what somebody asks for at the same moment is there already */
export async function insertAlerts(tx: Tx, alerts: readonly Alert[], now: Date): Promise<number> {
  let written = 0
  for (const { siteId, alertId, kind, ticketDefinitionId, email, locale } of alerts) {
    const { count } = await tx`
      insert into opening_alerts (site_id, alert_id, kind, ticket_definition_id, email, locale, created_at)
      values (${siteId}, ${alertId}, ${kind}, ${ticketDefinitionId}, ${email}, ${locale}, ${now})
          on conflict do nothing`
    written += count
  }
  return written
}

/** What was asked for under one id; nothing when that was told, given up or never confirmed in time. */
export async function findAlert(db: Db, siteId: string, alertId: string) {
  const rows = await db<{ ticketDefinitionId: string; kind: AlertKind; confirmedAt: Date | null }[]>`
    select ticket_definition_id, kind, confirmed_at
      from opening_alerts
     where site_id = ${siteId}
       and alert_id = ${alertId}`
  const [first] = rows
  return first ? { ...first, kinds: rows.map(({ kind }) => kind) } : null
}

export async function confirmAlert(tx: Tx, siteId: string, alertId: string, now: Date): Promise<void> {
  await tx`
    update opening_alerts
       set confirmed_at = ${now}
     where site_id = ${siteId}
       and alert_id = ${alertId}
       and confirmed_at is null`
}

export async function removeAlert(tx: Tx, siteId: string, alertId: string): Promise<void> {
  await tx`delete from opening_alerts where site_id = ${siteId} and alert_id = ${alertId}`
}

/** Forgets whatever these addresses wait for. */
export async function removeAlertsOf(tx: Tx, siteId: string, emails: readonly string[]): Promise<void> {
  await tx`
    delete from opening_alerts
     where site_id = ${siteId}
       and lower(email) = any(${emails.map(email => email.toLowerCase())})`
}

/** Queues of all sites that were not looked at since `before`, longest ago first. */
export async function listQueues(db: Db, { before, limit }: { before: Date; limit: number }): Promise<OfDefinition[]> {
  return db<OfDefinition[]>`
    select site_id, ticket_definition_id
      from opening_queues
     where looked_at <= ${before}
     order by looked_at
     limit ${limit}`
}

/** null: it is gone, or another process looks at it. */
export async function lockQueue(tx: Tx, { siteId, ticketDefinitionId }: OfDefinition): Promise<Queue | null> {
  const [queue] = await tx<Queue[]>`
    select site_id, ticket_definition_id, event_id, sold_out_at, told_at
      from opening_queues
     where site_id = ${siteId}
       and ticket_definition_id = ${ticketDefinitionId}
       for update skip locked`
  return queue ?? null
}

export async function writeQueue(tx: Tx, queue: Queue, now: Date): Promise<void> {
  await tx`
    update opening_queues
       set looked_at = ${now}, sold_out_at = ${queue.soldOutAt}, told_at = ${queue.toldAt}
     where site_id = ${queue.siteId}
       and ticket_definition_id = ${queue.ticketDefinitionId}`
}

export async function removeQueue(tx: Tx, { siteId, ticketDefinitionId }: OfDefinition): Promise<void> {
  await tx`
    delete from opening_queues
     where site_id = ${siteId}
       and ticket_definition_id = ${ticketDefinitionId}`
}

/** Takes those out who confirmed first: their alerts are used up. The queue is locked. */
export async function takeAlerts(
  tx: Tx,
  { siteId, ticketDefinitionId }: OfDefinition,
  { kinds, limit }: { kinds: readonly AlertKind[]; limit: number },
): Promise<Alert[]> {
  return tx<Alert[]>`
    with next as (
      select site_id, alert_id, kind
        from opening_alerts
       where site_id = ${siteId}
         and ticket_definition_id = ${ticketDefinitionId}
         and confirmed_at is not null
         and kind = any(${[...kinds]})
       order by confirmed_at, alert_id
       limit ${limit}
    )
    delete from opening_alerts as alerts
     using next
     where alerts.site_id = next.site_id
       and alerts.alert_id = next.alert_id
       and alerts.kind = next.kind
    returning alerts.site_id, alerts.alert_id, alerts.kind, alerts.ticket_definition_id, alerts.email, alerts.locale`
}

/** Forgets who did not confirm; at most so many. */
export async function removeOldUnconfirmed(db: Db, { before, limit }: { before: Date; limit: number }) {
  const { count } = await db`
    delete from opening_alerts
     where (site_id, alert_id, kind) in (
             select site_id, alert_id, kind
               from opening_alerts
              where confirmed_at is null
                and created_at < ${before}
              order by created_at
              limit ${limit}
           )`
  return count
}

/** How many have confirmed, of each definition of an event that anybody waits for. */
export async function countWaiting(db: Db, siteId: string, eventId: string) {
  return db<{ ticketDefinitionId: string; opening: number; return: number }[]>`
    select queues.ticket_definition_id, count(*) filter (where kind = 'OPENING') as opening,
           count(*) filter (where kind = 'RETURN') as "return"
      from opening_queues as queues
      join opening_alerts as alerts using (site_id, ticket_definition_id)
     where queues.site_id = ${siteId}
       and queues.event_id = ${eventId}
       and alerts.confirmed_at is not null
     group by queues.ticket_definition_id
     order by queues.ticket_definition_id`
}
