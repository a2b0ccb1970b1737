import type { Db, Fragment } from '../db/connect.ts'
import { netRevenue } from '../events/store.ts'
import { allOf, containing, oneOf } from '../wire/legacy-list.ts'
import { plainWords, saysAll } from '../wire/plain-words.ts'
import type { Order, OrderStatus } from './model.ts'
import { orderColumns } from './store.ts'

export type OrderFilter = {
  eventIds: readonly string[]
  orderNumbers: readonly string[]
  statuses: readonly string[]
  memberIds: readonly string[]
  contactIds: readonly string[]
  tags: readonly string[]
  searchPhrase: string
  /** Asks for what no order is. */
  none: boolean
} & Partial<DeskFilter>

/** What the organizer's own list can be asked for besides. */
export type DeskFilter = {
  ticketDefinitionIds: readonly string[]
  channels: readonly string[]
  /** Made at that moment or later. */
  from: Date | null
  /** Made before that moment. */
  before: Date | null
  /** Whether the phrase is looked for in tickets too: their numbers, and the names and addresses of their guests. */
  searchesTickets: boolean
}

/** R176, R177: several filters and tags are ANDed, several values of one are ORed. */
export async function listOrders(
  db: Db,
  siteId: string,
  filter: OrderFilter,
  { limit, offset, orderBy }: { limit: number; offset: number; orderBy: Fragment },
): Promise<{ orders: Order[]; total: number }> {
  const where = filterSql(db, siteId, filter)
  const [counted, orders] = await Promise.all([
    db<{ total: number }[]>`select count(*) as total from orders where ${where}`,
    db<Order[]>`
      select ${orderColumns(db)}
        from orders
       where ${where}
       order by ${orderBy}, orders.order_number
       limit ${limit}
      offset ${offset}`,
  ])
  return { orders: [...orders], total: counted[0]?.total ?? 0 }
}

/** What the organizer's list shows of an order beside it. */
export type Beside = {
  orderNumber: string
  /** null: the event was deleted. */
  eventTitle: string | null
  /** Where it is; null where nobody said. */
  timeZone: string | null
  checkedIn: number
}

export async function listBeside(db: Db, siteId: string, orderNumbers: readonly string[]): Promise<Beside[]> {
  if (orderNumbers.length === 0) return []
  return db<Beside[]>`
    select orders.order_number, events.title as event_title, events.time_zone, inside.count as checked_in
      from orders
      left join events using (site_id, event_id)
     cross join lateral (
             select count(*)
               from tickets
              where tickets.site_id = orders.site_id
                and tickets.order_number = orders.order_number
                and tickets.checked_in_at is not null
                and tickets.archived_at is null
                and tickets.canceled_at is null
           ) as inside
     where orders.site_id = ${siteId}
       and orders.order_number = any(${[...orderNumbers]})`
}

/** The numbers of what a filter finds, at most so many. */
export async function listNumbers(db: Db, siteId: string, filter: OrderFilter, limit: number): Promise<string[]> {
  const rows = await db<{ orderNumber: string }[]>`
    select order_number
      from orders
     where ${filterSql(db, siteId, filter)}
     order by orders.created_at, orders.order_number
     limit ${limit}`
  return rows.map(row => row.orderNumber)
}

/**
 * Orders, tickets and checked-in tickets by status, for the facet of that name (R181). What is archived or canceled
 * afterwards counts as checked in no more, as it does not for `fullyCheckedIn` (R201).
 */
export async function countByStatus(
  db: Db,
  siteId: string,
  filter: OrderFilter,
): Promise<{ status: OrderStatus; count: number; tickets: number; ticketsCheckIn: number }[]> {
  return db`
    select orders.status, count(*) as count, sum(orders.tickets_quantity)::bigint as tickets,
           coalesce(sum(checked.tickets), 0)::bigint as tickets_check_in
      from orders
      left join (
        select order_number, count(*) as tickets
          from tickets
         where ${allOf(db, db`site_id = ${siteId}`, oneOf(db, db`event_id`, filter.eventIds))}
           and checked_in_at is not null
           and archived_at is null
           and canceled_at is null
         group by order_number
      ) as checked using (order_number)
     where ${filterSql(db, siteId, filter)}
     group by orders.status`
}

function filterSql(db: Db, siteId: string, filter: OrderFilter): Fragment {
  const { ticketDefinitionIds = [], channels = [], from = null, before = null } = filter
  const conditions = [
    ...oneOf(db, db`orders.event_id`, filter.eventIds),
    ...oneOf(db, db`orders.order_number`, filter.orderNumbers),
    ...oneOf(db, db`orders.status`, filter.statuses),
    ...oneOf(db, db`orders.member_id`, filter.memberIds),
    ...oneOf(db, db`orders.contact_id`, filter.contactIds),
    ...oneOf(db, db`orders.channel`, channels),
    ...filter.tags.map(tag => tagSql(db, tag)),
    ...(filter.none ? [db`false`] : []),
    ...(from === null ? [] : [db`orders.created_at >= ${from}`]),
    ...(before === null ? [] : [db`orders.created_at < ${before}`]),
    ...(ticketDefinitionIds.length === 0 ? [] : [withLinesOf(db, ticketDefinitionIds)]),
    ...found(db, siteId, filter),
  ]
  return allOf(db, db`orders.site_id = ${siteId}`, conditions)
}

function withLinesOf(db: Db, ticketDefinitionIds: readonly string[]): Fragment {
  return db`exists (
        select from ticket_reservation_lines as lines
         where lines.site_id = orders.site_id
           and lines.ticket_reservation_id = orders.ticket_reservation_id
           and lines.ticket_definition_id = any(${[...ticketDefinitionIds]}::uuid[])
      )`
}

/**
 * What the phrase finds: in the order itself as it stands (R176), or, where tickets are searched too, all of its words,
 * in any spelling, in the order or in one of its tickets.
 */
function found(db: Db, siteId: string, { searchPhrase, searchesTickets, eventIds }: OrderFilter): Fragment[] {
  if (!searchesTickets)
    return containing(
      db,
      [db`orders.first_name || ' ' || orders.last_name`, db`orders.email`, db`orders.order_number`],
      searchPhrase,
    )
  const words = plainWords(searchPhrase)
  if (words.length === 0) return []
  const ofOrder = db`concat_ws(' ', orders.first_name, orders.last_name, orders.email, orders.order_number)`
  const ofTicket = db`concat_ws(' ', tickets.ticket_number, tickets.first_name, tickets.last_name, tickets.email)`
  // Read once, not for each order.
  const tickets = allOf(db, db`tickets.site_id = ${siteId}`, [
    ...oneOf(db, db`tickets.event_id`, eventIds),
    saysAll(db, ofTicket, words),
  ])
  return [
    db`(${saysAll(db, ofOrder, words)} or orders.order_number in (select order_number from tickets where ${tickets}))`,
  ]
}

function tagSql(db: Db, tag: string): Fragment {
  switch (tag) {
    case 'CONFIRMED':
      return db`orders.confirmed_at is not null and orders.canceled_at is null`
    case 'UNCONFIRMED':
      return db`(orders.confirmed_at is null or orders.canceled_at is not null)`
    case 'MEMBER':
      return db`orders.member_id is not null`
    case 'ARCHIVED':
      return db`orders.archived_at is not null`
    case 'NON_ARCHIVED':
      return db`orders.archived_at is null`
    case 'FULLY_CHECKED_IN':
      return db`orders.fully_checked_in`
    case 'NOT_FULLY_CHECKED_IN':
      return db`not orders.fully_checked_in`
    default:
      return db`true`
  }
}

/** Confirmed, not canceled, not archived orders by currency (R190). */
export async function summarizeSales(
  db: Db,
  siteId: string,
  eventIds: readonly string[],
): Promise<
  { currency: string; totalMinor: number; revenueMinor: number; totalOrders: number; totalTickets: number }[]
> {
  const ofEvents = eventIds.length === 0 ? db`true` : db`event_id = any(${[...eventIds]})`
  return db`
    select currency, sum(grand_total_minor)::bigint as total_minor, sum(${netRevenue(db)})::bigint as revenue_minor,
           count(*) as total_orders, sum(tickets_quantity)::bigint as total_tickets
      from orders
     where site_id = ${siteId}
       and ${ofEvents}
       and status in ('PAID', 'FREE', 'OFFLINE_PENDING')
       and archived_at is null
     group by currency
     order by currency`
}
