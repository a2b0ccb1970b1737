import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { lockEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import {
  defaultSettings,
  type NotificationConfig,
  type NotificationName,
  type SentSetting,
  settingsOf,
} from './model.ts'
import { findStored, writeNotificationConfig } from './store.ts'

type Wanted = {
  eventId: string
  /** The one that the caller has seen; null: none, for nothing was stored. */
  revision: number | null
  notifications: { [Name in NotificationName]?: SentSetting | null }
}

/**
 * Stores what an event's mails say, in place of what was stored before (events 11.3).
 * @throws Refusal EVENT_NOT_FOUND; ABORTED when `revision` is not the stored one's (R18)
 */
export async function upsertNotificationConfig(
  tx: Tx,
  { eventId, revision, notifications }: Wanted,
  identity: Identity,
  now: Date,
): Promise<NotificationConfig> {
  const { siteId } = identity
  // Its lock is the configuration's too: there may be no row of that yet.
  const event = await lockEvent(tx, siteId, eventId)
  const before = (await findStored(tx, siteId, event.eventId))?.stored ?? null
  if (revision !== (before?.revision ?? null))
    throw new Refusal('ABORTED', 'The notifications have changed since the revision you sent. Read them again.', {
      ...(before && { currentRevision: String(before.revision) }),
    })

  const defaults = defaultSettings(event, await getSite(tx, siteId))
  const next = (before?.revision ?? 0) + 1
  const wanted = { eventId: event.eventId, revision: next, notifications: settingsOf(notifications, defaults) }
  const config = await writeNotificationConfig(tx, siteId, wanted, now)
  await record(tx, [
    {
      siteId,
      entityKind: 'notification_config',
      entityId: config.eventId,
      sequence: next,
      kind: before ? 'notification_config.updated' : 'notification_config.created',
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
  return config
}
