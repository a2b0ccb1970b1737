import { cursorOfNow } from '../activity/follow.ts'
import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { refuseStale } from '../wire/revision.ts'
import { makeDue } from './delivery-store.ts'
import { EVENT_TYPES, type EventType } from './event-types.ts'
import { SUBSCRIPTIONS_MAX, type Subscription } from './model.ts'
import {
  beginToTell,
  deleteSubscription,
  insertSubscription,
  listSubscriptions,
  lockSubscription,
  updateSubscription,
} from './store.ts'

type By = { identity: Identity; now: Date }

export type WantedSubscription = Pick<Subscription, 'url' | 'description' | 'eventTypes'>

/**
 * Subscribes a program to what happens from now on.
 * @throws Refusal PERMISSION_DENIED for a type whose resource the caller may not read (api 11.3.6), WEBHOOKS_LIMIT_REACHED
 */
export async function createSubscription(
  tx: Tx,
  wanted: WantedSubscription,
  { identity, now }: By,
): Promise<Subscription> {
  const { siteId } = identity
  refuseUnreadable(identity, wanted.eventTypes)
  // Whoever begins to tell the site's facts holds the row: two who subscribe take turns.
  await beginToTell(tx, { siteId, toldUntil: await cursorOfNow(tx) })
  if ((await listSubscriptions(tx, siteId)).length >= SUBSCRIPTIONS_MAX)
    throw new Refusal('WEBHOOKS_LIMIT_REACHED', `A site has at most ${SUBSCRIPTIONS_MAX} webhooks.`)
  const subscription: Subscription = {
    siteId,
    subscriptionId: newGuid(),
    revision: 1,
    ...wanted,
    pausedAt: null,
    pausedBy: null,
    failingSince: null,
    createdAt: now,
    updatedAt: now,
  }
  await insertSubscription(tx, subscription)
  await record(tx, [subscriptionActivity(subscription, 'created', { actor: actorOf(identity), now })])
  return subscription
}

/** Absent members stay. */
export type SubscriptionChange = Partial<WantedSubscription & { paused: boolean }>

/**
 * Changes a subscription; one that goes on after a pause is sent at once what waited meanwhile.
 * @param of.revision that was looked at; null: whatever it is now
 * @throws Refusal ABORTED
 */
export async function changeSubscription(
  tx: Tx,
  { subscriptionId, revision }: { subscriptionId: string; revision: string | null },
  { paused, ...content }: SubscriptionChange,
  { identity, now }: By,
): Promise<Subscription> {
  const { siteId } = identity
  const stored = await lockSubscription(tx, siteId, subscriptionId)
  if (revision !== null) refuseStale(stored.revision, revision)
  // Another address is another reader of the same.
  if (content.eventTypes || content.url) refuseUnreadable(identity, content.eventTypes ?? stored.eventTypes)
  const pauses = paused === true && stored.pausedAt === null
  const resumes = paused === false && stored.pausedAt !== null
  const changed: Subscription = {
    ...stored,
    ...content,
    ...(pauses && { pausedAt: now, pausedBy: 'ORGANIZER' as const }),
    ...(resumes && { pausedAt: null, pausedBy: null, failingSince: null }),
    revision: stored.revision + 1,
    updatedAt: now,
  }
  await updateSubscription(tx, changed)
  if (resumes) await makeDue(tx, changed, now)
  const what = pauses ? 'paused' : resumes ? 'resumed' : 'updated'
  const data = pauses ? { by: 'ORGANIZER' } : {}
  await record(tx, [subscriptionActivity(changed, what, { actor: actorOf(identity), now, data })])
  return changed
}

/** Ends a subscription; what still waits for it is sent no more. @throws Refusal WEBHOOK_NOT_FOUND */
export async function removeSubscription(tx: Tx, subscriptionId: string, { identity, now }: By): Promise<void> {
  const stored = await lockSubscription(tx, identity.siteId, subscriptionId)
  const last = { ...stored, revision: stored.revision + 1 }
  await deleteSubscription(tx, last, now)
  await record(tx, [subscriptionActivity(last, 'deleted', { actor: actorOf(identity), now })])
}

/** @throws Refusal PERMISSION_DENIED */
export function refuseUnreadable(identity: Identity, eventTypes: readonly EventType[]): void {
  for (const eventType of eventTypes) {
    const { permission } = EVENT_TYPES[eventType]
    if (!allows(identity, permission))
      throw new Refusal('PERMISSION_DENIED', `${eventType} needs the permission ${permission}.`, {
        permission,
        eventType,
      })
  }
}

/** The fact that made a subscription what it is now. */
export function subscriptionActivity(
  { siteId, subscriptionId, revision }: Pick<Subscription, 'siteId' | 'subscriptionId' | 'revision'>,
  what: 'created' | 'updated' | 'paused' | 'resumed' | 'deleted',
  { actor, now, data = {} }: { actor: Activity['actor']; now: Date; data?: Record<string, unknown> },
): Activity {
  return {
    siteId,
    entityKind: 'webhook_subscription',
    entityId: subscriptionId,
    sequence: revision,
    kind: `webhook_subscription.${what}`,
    data,
    actor,
    occurredAt: now,
  }
}
