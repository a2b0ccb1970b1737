import { actorNameOf } from '../activity/actor-name.ts'
import type { Db } from '../db/connect.ts'

/** What one person sold of an event at the counter or the door, by how that was paid. */
export type Taking = {
  currency: string
  method: 'cash' | 'card' | 'free'
  sellerKind: string
  sellerId: string
  /** What the seller is called now; null: is gone. */
  sellerName: string | null
  orders: number
  tickets: number
  takenMinor: number
  /** What was given back of that since. */
  refundedMinor: number
}

/** What was sold there from one moment on until another (exclusive), a row for each person and way of payment. */
export function listTakings(
  db: Db,
  { siteId, eventId, from, to }: { siteId: string; eventId: string; from: Date; to: Date },
): Promise<Taking[]> {
  return db`
    with sales as (
      select orders.currency, orders.order_number, facts.actor_kind, facts.actor_id,
             case orders.method when 'cash' then 'cash' when 'creditCard' then 'card' else 'free' end as method
        from orders
        join activities as facts
          on facts.site_id = orders.site_id
         and facts.entity_kind = 'order'
         and facts.entity_id = orders.order_number
         and facts.sequence = 1
       where orders.site_id = ${siteId}
         and orders.event_id = ${eventId}
         and orders.channel = 'OFFLINE_POS'
         and orders.created_at >= ${from}
         and orders.created_at < ${to}
    ), sums as (
      select sales.currency, sales.method, sales.actor_kind, sales.actor_id, count(*) as orders,
             sum(sold.tickets)::bigint as tickets, sum(paid.taken_minor)::bigint as taken_minor,
             sum(paid.refunded_minor)::bigint as refunded_minor
        from sales
       cross join lateral (
               select count(*) as tickets
                 from tickets
                where site_id = ${siteId}
                  and order_number = sales.order_number
             ) as sold
       cross join lateral (
               select coalesce(sum(amount_minor), 0) as taken_minor, coalesce(sum(refunded_minor), 0) as refunded_minor
                 from payments
                where site_id = ${siteId}
                  and order_number = sales.order_number
                  and status = 'CAPTURED'
             ) as paid
       group by sales.currency, sales.method, sales.actor_kind, sales.actor_id
    )
    select currency, method, actor_kind as seller_kind, actor_id as seller_id,
           ${actorNameOf(db, siteId, { kind: db`actor_kind`, id: db`actor_id` })} as seller_name,
           orders, tickets, taken_minor, refunded_minor
      from sums
     order by currency, seller_name, seller_id, method
     limit 1000`
}
