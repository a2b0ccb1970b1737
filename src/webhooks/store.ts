import type { Db, Fragment, Tx } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import type { Subscription } from './model.ts'

function columns(db: Db): Fragment {
  return db`
    subscriptions.site_id, subscriptions.subscription_id, subscriptions.revision, subscriptions.url,
    subscriptions.description, subscriptions.event_types, subscriptions.paused_at, subscriptions.paused_by,
    subscriptions.failing_since, subscriptions.created_at, subscriptions.updated_at`
}

/** A site's subscriptions, the oldest first. */
export async function listSubscriptions(db: Db, siteId: string): Promise<Subscription[]> {
  return db<Subscription[]>`
    select ${columns(db)}
      from webhook_subscriptions as subscriptions
     where site_id = ${siteId}
       and deleted_at is null
     order by created_at, subscription_id`
}

/** @throws Refusal WEBHOOK_NOT_FOUND */
export async function getSubscription(db: Db, siteId: string, subscriptionId: string): Promise<Subscription> {
  return (
    (await listSubscriptions(db, siteId)).find(each => each.subscriptionId === subscriptionId) ??
    missing(subscriptionId)
  )
}

/** The same, locked until the transaction ends: who wants deliveries to it and who leaves its lane take turns. */
export async function lockSubscription(tx: Tx, siteId: string, subscriptionId: string): Promise<Subscription> {
  return (await tryToLockSubscription(tx, siteId, subscriptionId)) ?? missing(subscriptionId)
}

export async function tryToLockSubscription(
  tx: Tx,
  siteId: string,
  subscriptionId: string,
): Promise<Subscription | null> {
  const [row] = await tx<Subscription[]>`
    select ${columns(tx)}
      from webhook_subscriptions as subscriptions
     where site_id = ${siteId}
       and subscription_id = ${subscriptionId}
       and deleted_at is null
       for no key update`
  return row ?? null
}

function missing(subscriptionId: string): never {
  throw new Refusal('WEBHOOK_NOT_FOUND', 'There is no such webhook.', { webhookId: subscriptionId })
}

/** Of those that want any of these types, locked in id order: who tells and who leaves a lane take turns. */
export async function lockSubscriptionsTo(
  tx: Tx,
  siteId: string,
  eventTypes: readonly string[],
): Promise<Pick<Subscription, 'subscriptionId' | 'eventTypes'>[]> {
  return tx<Pick<Subscription, 'subscriptionId' | 'eventTypes'>[]>`
    select subscription_id, event_types
      from webhook_subscriptions
     where site_id = ${siteId}
       and deleted_at is null
       and event_types && ${[...eventTypes]}::text[]
     order by subscription_id
       for no key update`
}

export async function insertSubscription(tx: Tx, subscription: Subscription): Promise<void> {
  const { siteId, subscriptionId, revision, url, description, eventTypes, createdAt, updatedAt } = subscription
  await tx`
    insert into webhook_subscriptions (
      site_id, subscription_id, revision, url, description, event_types, created_at, updated_at
    ) values (
      ${siteId}, ${subscriptionId}, ${revision}, ${url}, ${description}, ${[...eventTypes]}, ${createdAt}, ${updatedAt}
    )`
}

/** Writes all that can change of a locked subscription. */
export async function updateSubscription(tx: Tx, subscription: Subscription): Promise<void> {
  const { siteId, subscriptionId, revision, url, description, eventTypes, updatedAt } = subscription
  await tx`
    update webhook_subscriptions
       set revision = ${revision},
           url = ${url},
           description = ${description},
           event_types = ${[...eventTypes]},
           paused_at = ${subscription.pausedAt},
           paused_by = ${subscription.pausedBy},
           failing_since = ${subscription.failingSince},
           updated_at = ${updatedAt}
     where site_id = ${siteId}
       and subscription_id = ${subscriptionId}`
}

/** Hides it from everybody; what waits for it is forgotten with its row. */
export async function deleteSubscription(
  tx: Tx,
  { siteId, subscriptionId, revision }: Subscription,
  now: Date,
): Promise<void> {
  await tx`
    update webhook_subscriptions
       set deleted_at = ${now}, revision = ${revision}, next_due_at = null, updated_at = ${now}
     where site_id = ${siteId}
       and subscription_id = ${subscriptionId}`
}

/** A site whose facts are told, and up to where they were. */
export type Teller = { siteId: string; toldUntil: string }

/** Begins to tell a site's facts, unless that has begun already; its row is locked until the transaction ends. */
export async function beginToTell(tx: Tx, { siteId, toldUntil }: Teller): Promise<void> {
  await tx`
    insert into webhook_tellers (site_id, told_until)
    values (${siteId}, ${toldUntil})
        on conflict (site_id) do update set told_until = webhook_tellers.told_until`
}

/** The sites that have anything to tell to anybody. */
export async function listTellers(db: Db): Promise<string[]> {
  const rows = await db<{ siteId: string }[]>`select site_id from webhook_tellers order by site_id`
  return rows.map(({ siteId }) => siteId)
}

/** Locks a site's teller; null: somebody else is telling. */
export async function lockTeller(tx: Tx, siteId: string): Promise<Teller | null> {
  const [row] = await tx<Teller[]>`
    select site_id, told_until
      from webhook_tellers
     where site_id = ${siteId}
       for update skip locked`
  return row ?? null
}

export async function setTold(tx: Tx, { siteId, toldUntil }: Teller): Promise<void> {
  await tx`update webhook_tellers set told_until = ${toldUntil} where site_id = ${siteId}`
}
