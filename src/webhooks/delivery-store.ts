import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import type { EventType } from './event-types.ts'
import type { Attempt, DeliveryState } from './model.ts'
import type { WebhookEvent } from './payloads.ts'
import type { SignedEvent } from './sign.ts'

/** Writes events; what was told of the same fact before stays as it was told. */
export async function insertWebhookEvents(
  tx: Tx,
  siteId: string,
  events: readonly WebhookEvent[],
  now: Date,
): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(each => ({
    webhook_event_id: each.webhookEventId,
    event_type: each.eventType,
    entity_id: each.entityId,
    lane_key: each.laneKey,
    activity_kind: each.activityKind,
    activity_of: each.activityOf,
    activity_number: each.activityNumber,
    position: each.position,
    about: each.about,
    payload: each.payload,
    identity: each.identity,
    occurred_at: each.occurredAt,
  }))
  await tx`
    insert into webhook_events (
      site_id, webhook_event_id, event_type, entity_id, lane_key, activity_kind, activity_of, activity_number, position,
      about, payload, identity, occurred_at, created_at
    )
    select ${siteId}, webhook_event_id, event_type, entity_id, lane_key, activity_kind, activity_of, activity_number,
           position, about, payload, identity, occurred_at, ${now}
      from jsonb_to_recordset(${jsonb(tx, rows)}) as new (
             webhook_event_id uuid, event_type text, entity_id text, lane_key text, activity_kind text,
             activity_of text, activity_number integer, position bigint, about text, payload text, identity text,
             occurred_at timestamptz
           )
        on conflict (site_id, webhook_event_id) do nothing`
}

export type WantedDelivery = Pick<WebhookEvent, 'webhookEventId' | 'laneKey' | 'position'> & { subscriptionId: string }

/**
 * Wants deliveries to locked subscriptions, each at the end of what waits of its lane. Those that ended are wanted again
 * where `again` says so; those that wait are left alone.
 */
export async function wantDeliveries(
  tx: Tx,
  siteId: string,
  { wanted, again, now }: { wanted: readonly WantedDelivery[]; again: boolean; now: Date },
): Promise<number> {
  if (wanted.length === 0) return 0
  const rows = wanted.map(({ webhookEventId, laneKey, position, subscriptionId }) => ({
    webhook_event_id: webhookEventId,
    lane_key: laneKey,
    position,
    subscription_id: subscriptionId,
  }))
  const [row] = await tx<{ count: number }[]>`
    with wanted as materialized (
      select new.subscription_id, new.webhook_event_id, new.lane_key, new.position,
             greatest(${now}, (
               select max(due_at)
                 from webhook_deliveries as earlier
                where earlier.site_id = ${siteId}
                  and earlier.subscription_id = new.subscription_id
                  and earlier.lane_key = new.lane_key
                  and earlier.position < new.position
                  and earlier.state = 'WAITING'
             )) as due_at
        from jsonb_to_recordset(${jsonb(tx, rows)}) as new (
               webhook_event_id uuid, lane_key text, position bigint, subscription_id uuid
             )
    ), put as (
      insert into webhook_deliveries (
        site_id, delivery_id, subscription_id, webhook_event_id, lane_key, position, state, attempts, due_at, log,
        created_at
      )
      select ${siteId}, gen_random_uuid(), subscription_id, webhook_event_id, lane_key, position, 'WAITING', 0, due_at,
             '[]', ${now}
        from wanted
          on conflict on constraint webhook_deliveries_once do update
         set state = 'WAITING', attempts = 0, due_at = excluded.due_at, ended_at = null
       where ${again} and webhook_deliveries.ended_at is not null
      returning subscription_id, due_at
    ), woken as (
      update webhook_subscriptions as subscriptions
         set next_due_at = least(subscriptions.next_due_at, first.due_at)
        from (select subscription_id, min(due_at) as due_at from put group by subscription_id) as first
       where subscriptions.site_id = ${siteId}
         and subscriptions.subscription_id = first.subscription_id
    )
    select count(*) as count from put`
  return row?.count ?? 0
}

/** Where a lane leads to. */
export type Lane = { siteId: string; subscriptionId: string; url: string; failingSince: Date | null }

/**
 * Takes lanes that have something due, of those that fail or of those that do not, and keeps others from them until
 * `until`. Who dies in one is followed by another then.
 */
export async function claimLanes(
  db: Db,
  { failing, limit, now, until }: { failing: boolean; limit: number; now: Date; until: Date },
): Promise<Lane[]> {
  if (limit <= 0) return []
  return db<Lane[]>`
    with due as materialized (
      select site_id, subscription_id
        from webhook_subscriptions
       where paused_at is null
         and deleted_at is null
         and next_due_at <= ${now}
         and (lane_until is null or lane_until <= ${now})
         and (failing_since is not null) = ${failing}
       order by next_due_at
       limit ${limit}
         for no key update skip locked
    )
    update webhook_subscriptions as subscriptions
       set lane_until = ${until}
      from due
     where subscriptions.site_id = due.site_id
       and subscriptions.subscription_id = due.subscription_id
    returning subscriptions.site_id, subscriptions.subscription_id, subscriptions.url, subscriptions.failing_since`
}

export type DueDelivery = { deliveryId: string; laneKey: string; position: number; attempts: number }

/** What is due of a lane, first things first; what has to wait for something that is not due is left out. */
export async function listDue(
  db: Db,
  { siteId, subscriptionId }: Pick<Lane, 'siteId' | 'subscriptionId'>,
  { now, limit }: { now: Date; limit: number },
): Promise<DueDelivery[]> {
  return db<DueDelivery[]>`
    select due.delivery_id, due.lane_key, due.position, due.attempts
      from webhook_deliveries as due
     where due.site_id = ${siteId}
       and due.subscription_id = ${subscriptionId}
       and due.state = 'WAITING'
       and due.due_at <= ${now}
       and not exists (
         select
           from webhook_deliveries as earlier
          where earlier.site_id = due.site_id
            and earlier.subscription_id = due.subscription_id
            and earlier.lane_key = due.lane_key
            and earlier.position < due.position
            and earlier.state = 'WAITING'
            and (earlier.due_at, earlier.position) > (due.due_at, due.position)
       )
     order by due.due_at, due.position
     limit ${limit}`
}

/** What is to be sent; null: it waits no longer. */
export async function findWaitingEvent(
  db: Db,
  { siteId, deliveryId }: { siteId: string; deliveryId: string },
): Promise<SignedEvent | null> {
  const [row] = await db<SignedEvent[]>`
    select events.site_id, events.webhook_event_id, events.event_type, events.payload, events.identity
      from webhook_deliveries as deliveries
      join webhook_events as events using (site_id, webhook_event_id)
     where deliveries.site_id = ${siteId}
       and deliveries.delivery_id = ${deliveryId}
       and deliveries.state = 'WAITING'`
  return row ?? null
}

/** Writes what came of an attempt: delivered, to be tried again, or given up. Later ones of its lane wait for it. */
export async function writeAttempt(
  db: Db,
  { siteId, subscriptionId }: Pick<Lane, 'siteId' | 'subscriptionId'>,
  outcome: {
    delivery: DueDelivery
    attempt: Attempt
    state: DeliveryState
    /** Of one that is tried again. */
    dueAt: Date | null
    attemptsKept: number
    now: Date
  },
): Promise<void> {
  const { delivery, attempt, state, dueAt, attemptsKept, now } = outcome
  await db`
    with tried as (
      update webhook_deliveries
         set state = ${state},
             attempts = attempts + 1,
             due_at = coalesce(${dueAt}::timestamptz, due_at),
             ended_at = ${state === 'WAITING' ? null : now},
             log = ${lastOf(db, attempt, attemptsKept)}
       where site_id = ${siteId}
         and delivery_id = ${delivery.deliveryId}
         and state = 'WAITING'
         and attempts = ${delivery.attempts}
      returning lane_key, position
    )
    update webhook_deliveries as later
       set due_at = ${dueAt}
      from tried
     where ${dueAt}::timestamptz is not null
       and later.site_id = ${siteId}
       and later.subscription_id = ${subscriptionId}
       and later.lane_key = tried.lane_key
       and later.position > tried.position
       and later.state = 'WAITING'
       and later.due_at < ${dueAt}`
}

/** The log with one more attempt, without the oldest when it has become too long. */
function lastOf(db: Db, attempt: Attempt, kept: number): Fragment {
  const entry = jsonb(db, [attempt])
  return db`case when jsonb_array_length(log) >= ${kept} then (log - 0) || ${entry} else log || ${entry} end`
}

/** Gives up a waiting delivery to a locked subscription by hand, and lets what waits for it go on; false: it does not wait. */
export async function dropDelivery(
  tx: Tx,
  {
    siteId,
    subscriptionId,
    deliveryId,
    now,
  }: Pick<Lane, 'siteId' | 'subscriptionId'> & { deliveryId: string; now: Date },
): Promise<boolean> {
  const dropped = await tx`
    with dropped as (
      update webhook_deliveries
         set state = 'DROPPED', ended_at = ${now}
       where site_id = ${siteId}
         and delivery_id = ${deliveryId}
         and state = 'WAITING'
      returning lane_key, position
    ), freed as (
      update webhook_deliveries as later
         set due_at = ${now}
        from dropped
       where later.site_id = ${siteId}
         and later.subscription_id = ${subscriptionId}
         and later.lane_key = dropped.lane_key
         and later.position > dropped.position
         and later.state = 'WAITING'
    ), woken as (
      update webhook_subscriptions
         set next_due_at = least(next_due_at, ${now})
       where site_id = ${siteId}
         and subscription_id = ${subscriptionId}
    )
    select position from dropped`
  return dropped.length === 1
}

/** Leaves the lane of a locked subscription: it is due again when the first of its deliveries is. */
export async function leaveLane(
  tx: Tx,
  { siteId, subscriptionId }: Pick<Lane, 'siteId' | 'subscriptionId'>,
  failingSince: Date | null,
): Promise<void> {
  await tx`
    update webhook_subscriptions
       set lane_until = null,
           failing_since = ${failingSince},
           next_due_at = (
             select min(due_at)
               from webhook_deliveries
              where site_id = ${siteId}
                and subscription_id = ${subscriptionId}
                and state = 'WAITING'
           )
     where site_id = ${siteId}
       and subscription_id = ${subscriptionId}
       and deleted_at is null`
}

/** Makes all that waits for a locked subscription due now, in its order. */
export async function makeDue(
  tx: Tx,
  { siteId, subscriptionId }: Pick<Lane, 'siteId' | 'subscriptionId'>,
  now: Date,
): Promise<void> {
  await tx`
    update webhook_deliveries
       set due_at = ${now}
     where site_id = ${siteId}
       and subscription_id = ${subscriptionId}
       and state = 'WAITING'`
  await tx`
    update webhook_subscriptions
       set next_due_at = case
             when exists (
               select
                 from webhook_deliveries
                where site_id = ${siteId}
                  and subscription_id = ${subscriptionId}
                  and state = 'WAITING'
             ) then ${now}::timestamptz
           end
     where site_id = ${siteId}
       and subscription_id = ${subscriptionId}`
}

/** Events about people who are being forgotten, to be made anew; of one piece. */
export type StoredWebhookEvent = {
  webhookEventId: string
  eventType: EventType
  entityId: string
  activityKind: string
  activityOf: string
  activityNumber: number
}

export async function listEventsAbout(
  db: Db,
  siteId: string,
  { about, after, limit }: { about: readonly string[]; after: string | null; limit: number },
): Promise<StoredWebhookEvent[]> {
  if (about.length === 0) return []
  return db<StoredWebhookEvent[]>`
    select webhook_event_id, event_type, entity_id, activity_kind, activity_of, activity_number
      from webhook_events
     where site_id = ${siteId}
       and about = any(${[...about]})
       and (${after}::uuid is null or webhook_event_id > ${after}::uuid)
     order by webhook_event_id
     limit ${limit}`
}

export async function setPayloads(
  tx: Tx,
  siteId: string,
  made: readonly Pick<WebhookEvent, 'webhookEventId' | 'payload'>[],
): Promise<void> {
  if (made.length === 0) return
  await tx`
    update webhook_events as events
       set payload = made.payload
      from unnest(
             ${made.map(each => each.webhookEventId)}::uuid[], ${made.map(each => each.payload)}::text[]
           ) as made (webhook_event_id, payload)
     where events.site_id = ${siteId}
       and events.webhook_event_id = made.webhook_event_id`
}
