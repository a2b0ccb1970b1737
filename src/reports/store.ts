import type { Db, Fragment } from '../db/connect.ts'
import type { AppliedDiscount } from '../pricing/discount.ts'
import { allOf, oneOf } from '../wire/legacy-list.ts'
import type { Period, Unit } from './model.ts'

/** What a report is of: a site or some of its events, in a time. */
export type Scope = Period & {
  siteId: string
  /** None: all of the site's. */
  eventIds: readonly string[]
}
/** What it is cut into. */
export type Cut = { unit: Unit; timeZone: string }

/**
 * The orders that stand, sold in that time: those of Get Summary (R190), so that sums of all reports are its sums. An
 * order that is canceled or put away afterwards was never sold; what went back of one that stands is told apart.
 */
function sold(db: Db, { siteId, eventIds, from, to }: Scope): Fragment {
  return db`
    ${ofScope(db, siteId, eventIds)}
       and orders.confirmed_at >= ${from}
       and orders.confirmed_at < ${to}
       and orders.status in ('PAID', 'FREE', 'OFFLINE_PENDING')
       and orders.archived_at is null`
}

/** Orders of the site or events of a report, whatever became of them. */
export function ofScope(db: Db, siteId: string, eventIds: readonly string[]): Fragment {
  return allOf(db, db`orders.site_id = ${siteId}`, oneOf(db, db`orders.event_id`, eventIds))
}

/** The start of the unit that a moment lies in. */
export function startOf(db: Db, moment: Fragment, { unit, timeZone }: Cut): Fragment {
  return db`date_trunc(${unit.toLowerCase()}, ${moment}, ${timeZone})`
}

/** When the first order was made; null: there is none. */
export async function findFirstMoment(db: Db, siteId: string, eventIds: readonly string[]): Promise<Date | null> {
  const [row] = await db<{ first: Date | null }[]>`
    select min(orders.created_at) as first
      from orders
     where ${ofScope(db, siteId, eventIds)}`
  return row?.first ?? null
}

/** The start of every unit of a period, as its time zone has them: days of 23 hours, too. */
export async function listStarts(db: Db, { from, to }: Period, cut: Cut): Promise<Date[]> {
  const rows = await db<{ startAt: Date }[]>`
    select distinct ${startOf(db, db`moment`, cut)} as start_at
      from (
        select generate_series(${startOf(db, db`${from}::timestamptz`, cut)}, ${to}::timestamptz,
                               ${STEPS[cut.unit]}::interval) as moment
        union all
        select ${to}::timestamptz - interval '1 millisecond'
      ) as moments
     where moment < ${to}
     order by 1`
  return rows.map(row => row.startAt)
}

/** Short enough that none is stepped over. */
const STEPS: Readonly<Record<Unit, string>> = {
  MINUTE: '1 minute',
  HOUR: '30 minutes',
  DAY: '12 hours',
  WEEK: '3 days',
  MONTH: '14 days',
}

export type SalesPoint = {
  currency: string
  startAt: Date
  orders: number
  tickets: number
  totalMinor: number
  /** Without fees (R37). */
  revenueMinor: number
  /** Tickets that lost their admission in that time, whenever they were sold. */
  ticketsCanceled: number
  /** What somebody decided to give back in that time, whenever it was sold. */
  refundedMinor: number
}

/** What was sold, canceled and given back, unit by unit; units in which nothing was are left out. */
export async function listSales(db: Db, scope: Scope, cut: Cut): Promise<SalesPoint[]> {
  const { siteId, eventIds, from, to } = scope
  return db`
    select currency, start_at, sum(orders)::bigint as orders, sum(tickets)::bigint as tickets,
           sum(total_minor)::bigint as total_minor, sum(revenue_minor)::bigint as revenue_minor,
           sum(tickets_canceled)::bigint as tickets_canceled, sum(refunded_minor)::bigint as refunded_minor
      from (
        select orders.currency, ${startOf(db, db`orders.confirmed_at`, cut)} as start_at, 1 as orders,
               orders.tickets_quantity as tickets, orders.grand_total_minor as total_minor, orders.revenue_minor,
               0 as tickets_canceled, 0 as refunded_minor
          from orders
         where ${sold(db, scope)}
        union all
        select orders.currency, ${startOf(db, db`tickets.canceled_at`, cut)}, 0, 0, 0, 0, 1, 0
          from tickets
          join orders using (site_id, order_number)
         where tickets.site_id = ${siteId}
           and tickets.canceled_at >= ${from}
           and tickets.canceled_at < ${to}
           and ${ofScope(db, siteId, eventIds)}
           and orders.archived_at is null
        union all
        select orders.currency, ${startOf(db, db`refunds.created_at`, cut)}, 0, 0, 0, 0, 0, refunds.amount_minor
          from refunds
          join orders using (site_id, order_number)
         where refunds.site_id = ${siteId}
           and refunds.created_at >= ${from}
           and refunds.created_at < ${to}
           and refunds.reason <> 'EXCESS'
           and refunds.status <> 'FAILED'
           and ${ofScope(db, siteId, eventIds)}
           and orders.archived_at is null
      ) as facts
     group by currency, start_at
     order by currency, start_at`
}

export type DefinitionRow = {
  ticketDefinitionId: string
  eventId: string
  eventTitle: string | null
  /** As it was called when it was sold, with its pricing option. */
  name: string
  currency: string
  tickets: number
  ticketsCanceled: number
  checkedIn: number
  subTotalMinor: number
  discountMinor: number
  taxMinor: number
  feeMinor: number
  totalMinor: number
}

/** What was sold of each definition and pricing option, the most first; one that was renamed is there by each name. */
export async function listDefinitions(
  db: Db,
  scope: Scope,
  { limit, offset }: { limit: number | null; offset: number },
): Promise<{ rows: DefinitionRow[]; total: number }> {
  const rows = await db<(DefinitionRow & { total: number })[]>`
    with items as (
      select item."ticketDefinitionId" as ticket_definition_id, orders.event_id, item.name, orders.currency,
             sum(item.quantity)::bigint as tickets, sum(item."totalMinor")::bigint as sub_total_minor,
             sum(discount.minor)::bigint as discount_minor,
             sum(coalesce((item.tax -> 'amountMinor')::bigint, 0))::bigint as tax_minor,
             sum(coalesce((item.fee -> 'amountMinor')::bigint, 0))::bigint as fee_minor,
             sum(
               item."totalMinor" - discount.minor
               + case item.tax ->> 'type' when 'ADDED_AT_CHECKOUT' then (item.tax -> 'amountMinor')::bigint else 0 end
               + case item.fee ->> 'type' when 'FEE_ADDED_AT_CHECKOUT' then (item.fee -> 'amountMinor')::bigint else 0 end
             )::bigint as total_minor
        from orders
       cross join lateral jsonb_to_recordset(orders.invoice -> 'items') as item (
               "ticketDefinitionId" uuid, name text, quantity integer, "totalMinor" bigint, tax jsonb, fee jsonb,
               discounts jsonb
             )
       cross join lateral (
               select case when item.discounts is null then 0 else (
                        select sum((part -> 'amountMinor')::bigint) from jsonb_array_elements(item.discounts) as part
                      ) end as minor
             ) as discount
       where ${sold(db, scope)}
       group by 1, 2, 3, 4
    ), admitted as (
      select tickets.ticket_definition_id, orders.currency,
             tickets.name || coalesce(' - ' || lines.pricing_option_name, '') as name,
             count(tickets.canceled_at) as tickets_canceled,
             count(*) filter (where tickets.checked_in_at is not null and tickets.canceled_at is null) as checked_in
        from orders
        join tickets using (site_id, order_number)
        left join ticket_reservation_lines as lines
          on lines.site_id = orders.site_id
         and lines.ticket_reservation_id = orders.ticket_reservation_id
         and lines.line_index = tickets.line_index
         and lines.pricing_option_name is not null
       where ${sold(db, scope)}
       group by 1, 2, 3
    )
    select items.ticket_definition_id, items.event_id, events.title as event_title, items.name, items.currency,
           items.tickets, coalesce(admitted.tickets_canceled, 0) as tickets_canceled,
           coalesce(admitted.checked_in, 0) as checked_in, items.sub_total_minor, items.discount_minor, items.tax_minor,
           items.fee_minor, items.total_minor, count(*) over () as total
      from items
      left join admitted using (ticket_definition_id, currency, name)
      left join events on events.site_id = ${scope.siteId} and events.event_id = items.event_id
     order by items.total_minor desc, items.tickets desc, items.ticket_definition_id, items.name, items.currency
     limit ${limit}
    offset ${offset}`
  return { rows: rows.map(({ total, ...row }) => row), total: rows[0]?.total ?? 0 }
}

export type ChannelRow = {
  currency: string
  channel: 'ONLINE' | 'OFFLINE_POS'
  /** How its buyers chose to pay; null: it costs nothing. */
  method: string | null
  orders: number
  tickets: number
  totalMinor: number
  revenueMinor: number
  refundedMinor: number
}

export async function listChannels(db: Db, scope: Scope): Promise<ChannelRow[]> {
  return db`
    select currency, channel, nullif(method, '') as method, count(*) as orders,
           sum(tickets_quantity)::bigint as tickets, sum(grand_total_minor)::bigint as total_minor,
           sum(revenue_minor)::bigint as revenue_minor, sum(refunded_minor)::bigint as refunded_minor
      from orders
     where ${sold(db, scope)}
     group by 1, 2, 3
     order by 1, 6 desc, 2, 3`
}

export type RevenueRow = {
  currency: string
  /** null: without tax. */
  taxName: string | null
  taxRate: string | null
  taxType: 'INCLUDED' | 'ADDED_AT_CHECKOUT' | null
  orders: number
  tickets: number
  subTotalMinor: number
  couponMinor: number
  benefitMinor: number
  taxableMinor: number
  taxMinor: number
  taxAddedMinor: number
  feeMinor: number
  feeAddedMinor: number
  totalMinor: number
  /** Total less fees. */
  revenueMinor: number
  refundedMinor: number
  /** Of what was given back, what would have been fees, and tax; each rounded for its order. */
  feeRefundedMinor: number
  taxRefundedMinor: number
  /** Of the total, what was paid by gift cards, and what nobody has paid yet. */
  giftCardMinor: number
  openMinor: number
}

/** What orders cost and what of it is whose, by the tax that was on them. */
export async function listRevenue(db: Db, scope: Scope): Promise<RevenueRow[]> {
  return db`
    with facts as materialized (
      select orders.currency, tickets_quantity, (invoice -> 'subTotalMinor')::bigint as sub_total,
             ${discounted(db, 'COUPON')} as coupon, ${discounted(db, 'PAID_PLAN')} as benefit, invoice -> 'tax' as tax,
             grand_total_minor as total, revenue_minor as revenue, refunded_minor as refunded,
             coalesce(cards.kept, 0) as gift_card, orders.status
        from orders
        left join (
               select order_number, sum(amount_minor - refunded_minor - refunding_minor) as kept
                 from payments
                where site_id = ${scope.siteId}
                  and provider = 'giftCard'
                  and status = 'CAPTURED'
                group by order_number
             ) as cards on cards.order_number = orders.order_number
       where ${sold(db, scope)}
    ), taxed as (
      select currency, tickets_quantity, sub_total, coupon, benefit, total, revenue, refunded, gift_card, status,
             tax ->> 'name' as tax_name, tax ->> 'rate' as tax_rate, tax ->> 'type' as tax_type,
             coalesce((tax -> 'taxableMinor')::bigint, 0) as taxable, coalesce((tax -> 'amountMinor')::bigint, 0) as tax
        from facts
    ), shared as (
      select currency, tickets_quantity, sub_total, coupon, benefit, total, revenue, refunded, gift_card, status, tax_name,
             tax_rate, tax_type, taxable, tax, case tax_type when 'ADDED_AT_CHECKOUT' then tax else 0 end as tax_added,
             case refunded when 0 then 0 else
               refunded - round(refunded::numeric * revenue / total) end as fee_refunded,
             case refunded when 0 then 0 else round(refunded::numeric * tax / total) end as tax_refunded
        from taxed
    )
    select currency, tax_name, tax_rate, tax_type, count(*) as orders, sum(tickets_quantity)::bigint as tickets,
           sum(sub_total)::bigint as sub_total_minor, sum(coupon)::bigint as coupon_minor,
           sum(benefit)::bigint as benefit_minor, sum(taxable)::bigint as taxable_minor, sum(tax)::bigint as tax_minor,
           sum(tax_added)::bigint as tax_added_minor, sum(total - revenue)::bigint as fee_minor,
           sum(total - tax_added - sub_total + coupon + benefit)::bigint as fee_added_minor,
           sum(total)::bigint as total_minor, sum(revenue)::bigint as revenue_minor,
           sum(refunded)::bigint as refunded_minor, sum(fee_refunded)::bigint as fee_refunded_minor,
           sum(tax_refunded)::bigint as tax_refunded_minor, sum(gift_card)::bigint as gift_card_minor,
           coalesce(sum(total - gift_card) filter (where status = 'OFFLINE_PENDING'), 0)::bigint as open_minor
      from shared
     group by 1, 2, 3, 4
     order by 1, 4 nulls last, 2, 3`
}

/** What of this kind an order's discounts come to; most have none, and are not taken apart. */
function discounted(db: Db, kind: AppliedDiscount['kind']): Fragment {
  return db`
    case when orders.invoice -> 'discounts' is null then 0 else (
      select coalesce(sum((part -> 'amountMinor')::bigint), 0)
        from jsonb_array_elements(orders.invoice -> 'discounts') as part
       where part ->> 'kind' = ${kind}
    ) end`
}

/** Who came in within a unit of time at one gate of an event. */
export type CheckInPoint = {
  startAt: Date
  eventId: string
  title: string
  /** null: not by the door, or none was said. */
  gate: string | null
  checkedIn: number
}

/** Who came in, unit by unit: guests with tickets that admit, and those who had answered. */
export async function listCheckIns(
  db: Db,
  scope: Scope,
  { cut, limit }: { cut: Cut; limit: number },
): Promise<CheckInPoint[]> {
  return db`
    select moments.start_at, moments.event_id, events.title, moments.gate, moments.checked_in
      from (
             select ${startOf(db, db`came.at`, cut)} as start_at, came.event_id, nullif(scans.gate, '') as gate,
                    count(*) as checked_in
               from (${checkIns(db, scope)}) as came
               left join door_scans as scans
                 on scans.site_id = ${scope.siteId}
                and scans.scan_id = came.scan_id
              where came.at >= ${scope.from}
                and came.at < ${scope.to}
              group by 1, 2, 3
           ) as moments
      join events
        on events.site_id = ${scope.siteId}
       and events.event_id = moments.event_id
     order by moments.start_at, events.title, moments.event_id, moments.gate nulls last
     limit ${limit}`
}

/** When the first guest came in, and the latest; null: nobody has. */
export async function findCheckInPeriod(db: Db, scope: Pick<Scope, 'siteId' | 'eventIds'>): Promise<Period | null> {
  const [row] = await db<{ first: Date | null; last: Date | null }[]>`
    select min(came.at) as first, max(came.at) as last
      from (${checkIns(db, scope)}) as came`
  return row?.first && row.last ? { from: row.first, to: row.last } : null
}

function checkIns(db: Db, { siteId, eventIds }: Pick<Scope, 'siteId' | 'eventIds'>): Fragment {
  const ofTickets = allOf(db, db`tickets.site_id = ${siteId}`, oneOf(db, db`tickets.event_id`, eventIds))
  const ofRsvps = allOf(db, db`rsvps.site_id = ${siteId}`, oneOf(db, db`rsvps.event_id`, eventIds))
  return db`
    select tickets.event_id, tickets.checked_in_at as at, tickets.check_in_scan_id as scan_id
      from tickets
     where ${ofTickets}
       and tickets.checked_in_at is not null
       and tickets.canceled_at is null
       and tickets.archived_at is null
    union all
    select rsvps.event_id, guest.at, guest."scanId"
      from rsvps
     cross join jsonb_to_recordset(rsvps.check_ins) as guest (at timestamptz, "scanId" uuid)
     where ${ofRsvps}
       and rsvps.checked_in_guests > 0
       and guest.at is not null`
}

export type EventRow = {
  eventId: string
  title: string | null
  startAt: Date | null
  currency: string
  orders: number
  tickets: number
  totalMinor: number
  revenueMinor: number
  refundedMinor: number
  /** Tickets that admit, and how many of them are checked in: of all that were ever sold. */
  ticketsAdmitting: number
  checkedIn: number
}

/** Events beside each other, the one that sold most first. */
export async function listEventSales(
  db: Db,
  scope: Scope,
  { limit, offset }: { limit: number | null; offset: number },
): Promise<{ rows: EventRow[]; total: number }> {
  const rows = await db<(EventRow & { listed: number })[]>`
    with page as materialized (
      select event_id, currency, count(*) as orders, sum(tickets_quantity)::bigint as tickets,
             sum(grand_total_minor)::bigint as total_minor, sum(revenue_minor)::bigint as revenue_minor,
             sum(refunded_minor)::bigint as refunded_minor, count(*) over () as listed
        from orders
       where ${sold(db, scope)}
       group by event_id, currency
       order by total_minor desc, tickets desc, event_id, currency
       limit ${limit}
      offset ${offset}
    )
    select page.event_id, events.title, events.start_at, page.currency, page.orders, page.tickets, page.total_minor,
           page.revenue_minor, page.refunded_minor, coalesce(admitted.tickets, 0) as tickets_admitting,
           coalesce(admitted.checked_in, 0) as checked_in, page.listed
      from page
      left join events on events.site_id = ${scope.siteId} and events.event_id = page.event_id
      left join (
             select tickets.event_id, count(*) as tickets, count(tickets.checked_in_at) as checked_in
               from tickets
               join orders using (site_id, order_number)
              where tickets.site_id = ${scope.siteId}
                and tickets.event_id in (select event_id from page)
                and tickets.canceled_at is null
                and tickets.archived_at is null
                and orders.archived_at is null
              group by tickets.event_id
           ) as admitted on admitted.event_id = page.event_id
     order by page.total_minor desc, page.tickets desc, page.event_id, page.currency`
  return { rows: rows.map(({ listed, ...row }) => row), total: rows[0]?.listed ?? 0 }
}
