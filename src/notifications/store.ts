import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { getEvent } from '../events/store.ts'
import { getSite, type Site } from '../sites/store.ts'
import { defaultSettings, type NotificationConfig, type Settings } from './model.ts'

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
