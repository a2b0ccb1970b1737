import { actorNameOf } from '../activity/actor-name.ts'
import type { Db } from '../db/connect.ts'
import type { OrderStatus } from '../orders/model.ts'

/**
 * Why tickets are held: their guest still chooses or fills in the form (CHECKOUT), somebody who acts for the site does
 * (MANUAL), or there is an order already, which waits for its money (PAYMENT), for the provider's decision about it
 * (DECISION), for the rest that a gift card left (REST), or for somebody to take what is set aside (CAPTURE).
 */
export type HeldWhy = 'CHECKOUT' | 'MANUAL' | 'PAYMENT' | 'DECISION' | 'REST' | 'CAPTURE'

export type HeldNow = {
  ticketReservationId: string
  eventId: string
  /** null: the event was deleted. */
  eventTitle: string | null
  timeZone: string | null
  createdAt: Date
  /** When that ends by itself, one way or the other. */
  until: Date
  actorKind: string | null
  actorName: string | null
  orderNumber: string | null
  orderStatus: OrderStatus | null
  firstName: string | null
  lastName: string | null
  email: string | null
  tickets: number
  lines: { ticketName: string; pricingOptionName: string | null; seat: string | null; quantity: number }[]
}

type Which = { siteId: string; eventIds: readonly string[]; now: Date }

/** What is held now, what ends first first: holds that have not ended, and orders whose money is only set aside. */
export async function listHeldNow(
  db: Db,
  { siteId, eventIds, now }: Which,
  { limit, offset }: { limit: number; offset: number },
): Promise<HeldNow[]> {
  return db<HeldNow[]>`
    select held.ticket_reservation_id, held.event_id, events.title as event_title, events.time_zone, held.created_at,
           held.until, first_fact.actor_kind, ${actorNameOf(db, siteId, { kind: db`first_fact.actor_kind`, id: db`first_fact.actor_id` })} as actor_name,
           orders.order_number, orders.status as order_status, orders.first_name, orders.last_name, orders.email,
           lines.tickets, lines.lines
      from (${heldSql(db, { siteId, eventIds, now })} order by until, ticket_reservation_id limit ${limit} offset ${offset}) as held
      left join events on events.site_id = ${siteId} and events.event_id = held.event_id
      left join orders on orders.site_id = ${siteId} and orders.order_number = held.order_number
      left join activities as first_fact
        on first_fact.site_id = ${siteId}
       and first_fact.entity_kind = 'ticket_reservation'
       and first_fact.entity_id = held.ticket_reservation_id::text
       and first_fact.sequence = 1
     cross join lateral (
             select sum(quantity - removed_quantity) as tickets,
                    jsonb_agg(jsonb_build_object(
                      'ticketName', ticket_name, 'pricingOptionName', pricing_option_name,
                      'seat', nullif(concat_ws(
                        ' · ', seat_info->>'sectionLabel', seat_info->>'areaLabel', seat_info->>'tableLabel',
                        seat_info->>'rowLabel', seat_info->>'seatLabel'
                      ), ''),
                      'quantity', quantity - removed_quantity
                    ) order by line_index) as lines
               from ticket_reservation_lines
              where ticket_reservation_lines.site_id = ${siteId}
                and ticket_reservation_lines.ticket_reservation_id = held.ticket_reservation_id
           ) as lines
     order by held.until, held.ticket_reservation_id`
}

/** How many reservations are held now, and how many tickets in them. */
export async function countHeldNow(db: Db, which: Which): Promise<{ reservations: number; tickets: number }> {
  const [counted] = await db<{ reservations: number; tickets: number }[]>`
    select count(distinct held.ticket_reservation_id) as reservations,
           coalesce(sum(lines.quantity - lines.removed_quantity), 0)::bigint as tickets
      from (${heldSql(db, which)}) as held
      join ticket_reservation_lines as lines
        on lines.site_id = ${which.siteId}
       and lines.ticket_reservation_id = held.ticket_reservation_id`
  return counted ?? { reservations: 0, tickets: 0 }
}

function heldSql(db: Db, { siteId, eventIds, now }: Which) {
  const ofEvents = eventIds.length === 0 ? db`true` : db`reservations.event_id = any(${[...eventIds]}::uuid[])`
  return db`
    select reservations.ticket_reservation_id, reservations.event_id, reservations.order_number,
           reservations.created_at, reservations.expires_at as until
      from ticket_reservations as reservations
     where reservations.site_id = ${siteId}
       and reservations.status = 'PENDING'
       and reservations.expires_at > ${now}
       and ${ofEvents}
     union all
    select reservations.ticket_reservation_id, reservations.event_id, reservations.order_number,
           reservations.created_at, payments.due_at
      from payments
      join orders
        on orders.site_id = payments.site_id
       and orders.order_number = payments.order_number
       and orders.status = 'AUTHORIZED'
      join ticket_reservations as reservations
        on reservations.site_id = orders.site_id
       and reservations.ticket_reservation_id = orders.ticket_reservation_id
     where payments.site_id = ${siteId}
       and payments.due_at is not null
       and payments.status = 'AUTHORIZED'
       and ${ofEvents}`
}

export function whyHeld({ orderStatus, actorKind }: Pick<HeldNow, 'orderStatus' | 'actorKind'>): HeldWhy {
  switch (orderStatus) {
    case 'PENDING':
      return 'DECISION'
    case 'PARTIALLY_PAID':
      return 'REST'
    case 'AUTHORIZED':
      return 'CAPTURE'
    case null:
      return actorKind === null || GUESTS.has(actorKind) ? 'CHECKOUT' : 'MANUAL'
    default:
      return 'PAYMENT'
  }
}

const GUESTS: ReadonlySet<string> = new Set(['visitor', 'member', 'clock', 'payment'])
