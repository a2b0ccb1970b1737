import type { Db, Fragment } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import type { EventType } from './event-types.ts'
import type { Attempt, DeliveryState } from './model.ts'

/** One event on its way to one target, as it is shown. */
export type Delivery = {
  siteId: string
  deliveryId: string
  subscriptionId: string
  webhookEventId: string
  eventType: EventType
  entityId: string
  state: DeliveryState
  attempts: number
  dueAt: Date
  log: readonly Attempt[]
  createdAt: Date
  endedAt: Date | null
}

/** The whole of it, with what is sent. */
export type DeliveryInFull = Delivery & {
  payload: string
  identity: string
  occurredAt: Date
  laneKey: string
  position: number
}

export type DeliveryFilter = {
  subscriptionId: string | null
  states: readonly DeliveryState[]
  eventTypes: readonly string[]
  entityId: string | null
  from: Date | null
  until: Date | null
}

function columns(db: Db): Fragment {
  return db`
    deliveries.site_id, deliveries.delivery_id, deliveries.subscription_id, deliveries.webhook_event_id,
    events.event_type, events.entity_id, deliveries.state, deliveries.attempts, deliveries.due_at, deliveries.log,
    deliveries.created_at, deliveries.ended_at`
}

function from(db: Db, siteId: string, filter: DeliveryFilter): Fragment {
  const { subscriptionId, states, eventTypes, entityId } = filter
  return db`
         webhook_deliveries as deliveries
    join webhook_events as events using (site_id, webhook_event_id)
    join webhook_subscriptions as subscriptions using (site_id, subscription_id)
   where deliveries.site_id = ${siteId}
     and subscriptions.deleted_at is null
     and (${subscriptionId}::uuid is null or deliveries.subscription_id = ${subscriptionId}::uuid)
     and (cardinality(${[...states]}::text[]) = 0 or deliveries.state = any(${[...states]}::text[]))
     and (cardinality(${[...eventTypes]}::text[]) = 0 or events.event_type = any(${[...eventTypes]}::text[]))
     and (${entityId}::text is null or events.entity_id = ${entityId}::text)
     and (${filter.from}::timestamptz is null or deliveries.created_at >= ${filter.from}::timestamptz)
     and (${filter.until}::timestamptz is null or deliveries.created_at < ${filter.until}::timestamptz)`
}

/** A page of a site's deliveries, the latest first. */
export async function listDeliveries(
  db: Db,
  siteId: string,
  filter: DeliveryFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ deliveries: Delivery[]; total: number }> {
  const [counted, deliveries] = await Promise.all([
    db<{ total: number }[]>`select count(*) as total from ${from(db, siteId, filter)}`,
    db<Delivery[]>`
      select ${columns(db)}
        from ${from(db, siteId, filter)}
       order by deliveries.created_at desc, deliveries.position desc, deliveries.delivery_id
       limit ${limit}
      offset ${offset}`,
  ])
  return { deliveries: [...deliveries], total: counted[0]?.total ?? 0 }
}

/** @throws Refusal WEBHOOK_DELIVERY_NOT_FOUND */
export async function getDelivery(db: Db, siteId: string, deliveryId: string): Promise<DeliveryInFull> {
  const [row] = await db<DeliveryInFull[]>`
    select ${columns(db)}, events.payload, events.identity, events.occurred_at, deliveries.lane_key,
           deliveries.position
      from webhook_deliveries as deliveries
      join webhook_events as events using (site_id, webhook_event_id)
      join webhook_subscriptions as subscriptions using (site_id, subscription_id)
     where deliveries.site_id = ${siteId}
       and deliveries.delivery_id = ${deliveryId}
       and subscriptions.deleted_at is null`
  if (!row) throw new Refusal('WEBHOOK_DELIVERY_NOT_FOUND', 'There is no such delivery.', { deliveryId })
  return row
}

/** Forgets deliveries that ended before a moment, that wait since before it, or whose subscription was deleted. */
export async function removeDeliveries(db: Db, { before, limit }: { before: Date; limit: number }): Promise<number> {
  const { count } = await db`
    delete from webhook_deliveries
     where (site_id, delivery_id) in (
       select site_id, delivery_id
         from webhook_deliveries as deliveries
         join webhook_subscriptions as subscriptions using (site_id, subscription_id)
        where deliveries.ended_at < ${before}
           or deliveries.created_at < ${before}
           or subscriptions.deleted_at is not null
        limit ${limit}
     )`
  return count
}

/** Forgets events of which no delivery is left. */
export async function removeEvents(db: Db, { before, limit }: { before: Date; limit: number }): Promise<number> {
  const { count } = await db`
    delete from webhook_events
     where (site_id, webhook_event_id) in (
       select site_id, webhook_event_id
         from webhook_events as events
        where created_at < ${before}
          and not exists (
            select
              from webhook_deliveries as deliveries
             where deliveries.site_id = events.site_id
               and deliveries.webhook_event_id = events.webhook_event_id
          )
        order by created_at
        limit ${limit}
     )`
  return count
}

/** Forgets deleted subscriptions of which no delivery is left. */
export async function removeSubscriptions(db: Db): Promise<number> {
  const { count } = await db`
    delete from webhook_subscriptions as subscriptions
     where deleted_at is not null
       and not exists (
         select
           from webhook_deliveries as deliveries
          where deliveries.site_id = subscriptions.site_id
            and deliveries.subscription_id = subscriptions.subscription_id
       )`
  return count
}
