import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { copyEvent } from '../events/clone.ts'
import type { StoredEvent } from '../events/model.ts'
import type { EventChanges } from '../events/schemas.ts'
import { lockEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { createInventories } from '../inventory/store.ts'
import { copyNotificationConfig } from '../notifications/store.ts'
import { copyDefinitions, lockDefinitionsOfEvent } from './store.ts'

type Cloning = { eventId: string; changes: EventChanges; draft: boolean | null }

/**
 * Clones an event with its form, notifications and ticket definitions; their sale periods move with its start. Guests, orders, tickets
 * and what was sold stay with the original (events 1.13).
 * @throws Refusal EVENT_NOT_FOUND
 */
export async function cloneEvent(
  tx: Tx,
  { eventId, changes, draft }: Cloning,
  { identity, now }: { identity: Identity; now: Date },
): Promise<StoredEvent> {
  const { siteId } = identity
  const original = await lockEvent(tx, siteId, eventId)
  const clone = await copyEvent(tx, original, { changes, draft, now })
  const definitions = await lockDefinitionsOfEvent(tx, siteId, original.eventId)
  const copies = definitions.map(({ ticketDefinitionId: from }) => ({ from, to: newGuid() }))
  const millisecondsLater = original.startAt && clone.startAt ? clone.startAt.getTime() - original.startAt.getTime() : 0
  const copied = await copyDefinitions(tx, { siteId, copies, eventId: clone.eventId, millisecondsLater, now })
  await createInventories(tx, siteId, copied)
  const tells = await copyNotificationConfig(tx, { siteId, from: original.eventId, to: clone.eventId }, now)

  const fact = { siteId, sequence: 1, actor: actorOf(identity), occurredAt: now } as const
  await record(tx, [
    {
      ...fact,
      entityKind: 'event',
      entityId: clone.eventId,
      kind: 'event.cloned',
      data: {
        draft: clone.publishedAt === null,
        derivedFromEventId: original.eventId,
        ticketDefinitions: Object.fromEntries(copies.map(({ from, to }) => [from, to])),
      },
    },
    ...(tells
      ? [
          {
            ...fact,
            entityKind: 'notification_config',
            entityId: clone.eventId,
            kind: 'notification_config.created',
          } as const,
        ]
      : []),
    ...copies.map(
      ({ from, to }): Activity => ({
        ...fact,
        entityKind: 'ticket_definition',
        entityId: to,
        kind: 'ticket_definition.created',
        data: { eventId: clone.eventId, originatedFrom: { eventId: original.eventId, entityId: from } },
      }),
    ),
  ])
  return clone
}
