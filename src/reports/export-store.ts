import type { Db, Fragment } from '../db/connect.ts'
import type { Answer } from '../forms/answers.ts'
import type { GuestForm, Order } from '../orders/model.ts'
import type { Refund } from '../payments/model.ts'
import type { SeatInfo } from '../seating/model.ts'
import { allOf, oneOf } from '../wire/legacy-list.ts'
import type { MoneyPoint } from './money-store.ts'
import { methodOf } from './money-store.ts'

/** Which orders a file is of; by when they were made. */
export type ExportFilter = {
  siteId: string
  /** None: of all. */
  eventIds: readonly string[]
  statuses: readonly string[]
  from: Date | null
  /** Exclusive. */
  to: Date | null
}

export type OrderRow = Pick<
  Order,
  | 'orderNumber'
  | 'eventId'
  | 'status'
  | 'channel'
  | 'method'
  | 'firstName'
  | 'lastName'
  | 'email'
  | 'ticketsQuantity'
  | 'currency'
  | 'grandTotalMinor'
  | 'revenueMinor'
  | 'refundedMinor'
  | 'invoice'
  | 'marketingConsent'
  | 'createdAt'
  | 'confirmedAt'
  | 'paidAt'
  | 'canceledAt'
  | 'archivedAt'
> & { eventTitle: string | null }

/** A page of a file ends here, and the next begins behind it. */
export type Place = { createdAt: Date; id: string }

/** The next orders in the order in which they were made. */
export async function listOrderRows(
  db: Db,
  { siteId, eventIds, statuses, from, to }: ExportFilter,
  { after, limit }: { after: Place | null; limit: number },
): Promise<OrderRow[]> {
  const conditions = [
    ...oneOf(db, db`orders.event_id`, eventIds),
    ...oneOf(db, db`orders.status`, statuses),
    ...(from ? [db`orders.created_at >= ${from}`] : []),
    ...(to ? [db`orders.created_at < ${to}`] : []),
    // The first is what an index is entered by, the second what is behind the place.
    ...(after ? [db`orders.created_at >= ${after.createdAt}`] : []),
    ...(after ? [db`(orders.created_at, orders.order_number) > (${after.createdAt}, ${after.id})`] : []),
  ]
  return db`
    select orders.order_number, orders.event_id, events.title as event_title, orders.status, orders.channel, orders.method,
           orders.first_name, orders.last_name, orders.email, orders.tickets_quantity, orders.currency,
           orders.grand_total_minor, orders.revenue_minor, orders.refunded_minor, orders.invoice,
           orders.marketing_consent, orders.created_at, orders.confirmed_at, orders.paid_at, orders.canceled_at,
           orders.archived_at
      from orders
      left join events using (site_id, event_id)
     where ${allOf(db, db`orders.site_id = ${siteId}`, conditions)}
     order by orders.created_at, orders.order_number
     limit ${limit}`
}

export type TicketRow = {
  ticketNumber: string
  orderNumber: string
  eventTitle: string | null
  /** With its pricing option. */
  name: string
  priceMinor: number
  currency: string
  seatInfo: SeatInfo | null
  /** Its guest's; the buyer's where it has none of its own. */
  firstName: string
  lastName: string
  email: string
  form: GuestForm | null
  orderForm: GuestForm | null
  orderStatus: string
  orderArchived: boolean
  createdAt: Date
  checkedInAt: Date | null
  canceledAt: Date | null
  archivedAt: Date | null
}

/** The tickets of these orders, in their order. */
export async function listTicketRows(db: Db, siteId: string, orderNumbers: readonly string[]): Promise<TicketRow[]> {
  if (orderNumbers.length === 0) return []
  return db`
    select tickets.ticket_number, tickets.order_number, events.title as event_title,
           tickets.name || coalesce(' - ' || lines.pricing_option_name, '') as name, tickets.price_minor, tickets.currency,
           tickets.seat_info, coalesce(nullif(tickets.first_name, ''), orders.first_name) as first_name,
           coalesce(nullif(tickets.last_name, ''), orders.last_name) as last_name,
           coalesce(nullif(tickets.email, ''), orders.email) as email, tickets.form, orders.guest_forms -> 0 as order_form,
           orders.status as order_status, orders.archived_at is not null as order_archived, tickets.created_at,
           tickets.checked_in_at, tickets.canceled_at, tickets.archived_at
      from orders
      join tickets using (site_id, order_number)
      left join events on events.site_id = orders.site_id and events.event_id = orders.event_id
      left join ticket_reservation_lines as lines
        on lines.site_id = orders.site_id
       and lines.ticket_reservation_id = orders.ticket_reservation_id
       and lines.line_index = tickets.line_index
       and lines.pricing_option_name is not null
     where orders.site_id = ${siteId}
       and orders.order_number = any(${[...orderNumbers]})
     order by orders.created_at, orders.order_number, tickets.ticket_index`
}

export type MovementRow = {
  kind: 'PAYMENT' | 'REFUND'
  movedAt: Date
  orderNumber: string
  eventTitle: string | null
  method: MoneyPoint['method']
  currency: string
  amountMinor: number
  paymentId: string
  /** Its id at the provider, where that has one. */
  providerRef: string | null
  /** Why it went back. */
  reason: Refund['reason'] | null
}

/** The payments of these orders whose money came in this time, and the refunds that were done in it. */
export async function listMovementRows(
  db: Db,
  { siteId, from, to }: Pick<ExportFilter, 'siteId' | 'from' | 'to'>,
  orderNumbers: readonly string[],
): Promise<MovementRow[]> {
  if (orderNumbers.length === 0) return []
  const named = [...orderNumbers]
  const inTime = (moment: Fragment) => db`
    (${from}::timestamptz is null or ${moment} >= ${from}) and (${to}::timestamptz is null or ${moment} < ${to})`
  return db`
    select 'PAYMENT' as kind, payments.captured_at as moved_at, payments.order_number, events.title as event_title,
           ${methodOf(db)} as method, payments.currency, payments.amount_minor, payments.payment_id,
           payments.provider_ref, null as reason
      from payments
      join orders using (site_id, order_number)
      left join events using (site_id, event_id)
     where payments.site_id = ${siteId}
       and payments.order_number = any(${named})
       and payments.captured_at is not null
       and ${inTime(db`payments.captured_at`)}
    union all
    select 'REFUND', refunds.updated_at, refunds.order_number, events.title, ${methodOf(db)}, payments.currency,
           refunds.amount_minor, refunds.payment_id, refunds.provider_ref, refunds.reason
      from refunds
      join payments using (site_id, payment_id)
      join orders on orders.site_id = refunds.site_id and orders.order_number = refunds.order_number
      left join events on events.site_id = orders.site_id and events.event_id = orders.event_id
     where refunds.site_id = ${siteId}
       and refunds.order_number = any(${named})
       and refunds.status = 'DONE'
       and ${inTime(db`refunds.updated_at`)}
     order by moved_at, order_number, kind`
}

export type RsvpRow = {
  rsvpId: string
  status: 'YES' | 'NO' | 'WAITLIST'
  firstName: string
  lastName: string
  email: string
  totalGuests: number
  guestNames: string[]
  answers: Answer[]
  checkedInAt: Date | null
  createdAt: Date
}

/** The next who answered to an event. */
export async function listRsvpRows(
  db: Db,
  { siteId, eventId }: { siteId: string; eventId: string },
  { after, limit }: { after: Place | null; limit: number },
): Promise<RsvpRow[]> {
  return db`
    select rsvp_id, status, first_name, last_name, email, total_guests, guest_names, answers, created_at,
           (
             select min(check_in ->> 'at')::timestamptz
               from jsonb_array_elements(check_ins) as check_in
           ) as checked_in_at
      from rsvps
     where site_id = ${siteId}
       and event_id = ${eventId}
       and ${after ? db`(created_at, rsvp_id) > (${after.createdAt}, ${after.id}::uuid)` : db`true`}
     order by created_at, rsvp_id
     limit ${limit}`
}
