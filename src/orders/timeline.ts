import { actorNameOf } from '../activity/actor-name.ts'
import type { Db } from '../db/connect.ts'
import type { Order } from './model.ts'

/** One thing that happened to an order, to its hold or tickets, to its money, or that was mailed about it. */
export type Happening = {
  occurredAt: Date
  /** The kind of a fact, `refund.…` with the state of one, `mail.…` with that of one. */
  kind: string
  actorKind: string
  actorId: string
  actorName: string | null
  data: Record<string, unknown>
  /** How many tickets it happened to at once, and the numbers of the first of them; of tickets alone. */
  tickets: number | null
  ticketNumbers: string[] | null
}

/**
 * What happened to an order, the newest first. What tells the same twice is left out: the facts of a hold that only
 * follow those of its order, and those of an order that only say that something of its tickets changed (R206).
 * @param limit one more than this is read, to know whether there is more
 */
export async function listHappenings(
  db: Db,
  { siteId, orderNumber, ticketReservationId }: Pick<Order, 'siteId' | 'orderNumber' | 'ticketReservationId'>,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ happenings: Happening[]; isMore: boolean }> {
  const rows = await db<Happening[]>`
    with told as (
      select occurred_at, kind, actor_kind, actor_id, data, null::bigint as tickets, null::text[] as ticket_numbers,
             activity_id as place
        from activities
       where site_id = ${siteId}
         and entity_kind = 'order'
         and entity_id = ${orderNumber}
         and (kind <> 'order.updated' or (data - 'eventId' - 'status') <> '{}')
       union all
      select occurred_at, kind, actor_kind, actor_id, data, null, null, activity_id
        from activities
       where site_id = ${siteId}
         and entity_kind = 'ticket_reservation'
         and entity_id = ${ticketReservationId}::uuid::text
         and kind = any(${[...OF_THE_HOLD]})
       union all
      select activities.occurred_at, activities.kind, activities.actor_kind, activities.actor_id,
             activities.data - 'eventId', count(*), (array_agg(activities.entity_id order by activities.entity_id))[1:20],
             max(activities.activity_id)
        from tickets
        join activities
          on activities.site_id = tickets.site_id
         and activities.entity_kind = 'ticket'
         and activities.entity_id = tickets.ticket_number
       where tickets.site_id = ${siteId}
         and tickets.order_number = ${orderNumber}
       group by activities.occurred_at, activities.kind, activities.actor_kind, activities.actor_id,
             activities.data - 'eventId'
       union all
      select case ends.is_end when true then updated_at else created_at end,
             case ends.is_end when true then 'refund.' || lower(status) else 'refund.asked' end,
             asked_by->>'kind', asked_by->>'id',
             jsonb_build_object('amountMinor', amount_minor, 'reason', reason), null, null, 9223372036854775806
        from refunds
       cross join (values (true), (false)) as ends (is_end)
       where site_id = ${siteId}
         and order_number = ${orderNumber}
         -- That somebody asked for one is a fact of the order.
         and case ends.is_end when true then status <> 'PENDING' else reason = 'EXCESS' end
       union all
      select coalesce(sent_at, dropped_at, created_at),
             case when sent_at is not null then 'mail.sent'
                  when dropped_at is not null then 'mail.dropped'
                  else 'mail.wanted'
             end,
             'clock', '', jsonb_strip_nulls(jsonb_build_object('mail', kind, 'to', address)), null, null, 9223372036854775807
        from mails
       where site_id = ${siteId}
         and order_number = ${orderNumber}
    ), page as (
      select occurred_at, kind, actor_kind, actor_id, data, tickets, ticket_numbers, place
        from told
       order by occurred_at desc, place desc, kind
       limit ${limit + 1}
      offset ${offset}
    )
    select occurred_at, kind, actor_kind, actor_id, ${actorNameOf(db, siteId, { kind: db`page.actor_kind`, id: db`page.actor_id` })} as actor_name, data, tickets,
           ticket_numbers
      from page
     order by occurred_at desc, place desc, kind`
  return { happenings: rows.slice(0, limit), isMore: rows.length > limit }
}

/** The others follow the order's own facts. */
const OF_THE_HOLD: readonly string[] = [
  'ticket_reservation.created',
  'ticket_reservation.extended',
  'ticket_reservation.expired',
  'ticket_reservation.canceled_manually',
  'ticket_reservation.deleted',
  'ticket_reservation.tags_updated',
]
