import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { Refusal } from '../refusals.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import { lockReservation, lockReservations } from '../ticket-reservations/store.ts'
import { type Order, type OrderStatus, WAITING_STATUSES } from './model.ts'

/** What is read of an order. */
export function orderColumns(db: Db): Fragment {
  return db`
    orders.site_id, orders.order_number, orders.event_id, orders.ticket_reservation_id, orders.revision,
    orders.status, orders.channel, orders.method, orders.confirmed_at, orders.paid_at, orders.marked_paid_by,
    orders.canceled_at, orders.archived_at, orders.anonymized_at, orders.snapshot_id, orders.visitor_id,
    orders.member_id, orders.contact_id, orders.first_name, orders.last_name, orders.email, orders.guest_forms,
    orders.guests_assigned, orders.invoice, orders.currency, orders.grand_total_minor, orders.revenue_minor,
    orders.refunded_minor, orders.tickets_quantity,
    orders.fully_checked_in, orders.silent, orders.marketing_consent, orders.locale, orders.created_at, orders.updated_at`
}

/** Writes new orders of one site, in one statement. */
export async function insertOrders(tx: Tx, siteId: string, orders: readonly Order[]): Promise<void> {
  await tx`
    insert into orders (
      site_id, order_number, event_id, ticket_reservation_id, revision, status, channel, method, confirmed_at, paid_at,
      marked_paid_by, snapshot_id, visitor_id, member_id, contact_id, first_name, last_name, email, guest_forms,
      guests_assigned, invoice, currency, grand_total_minor, revenue_minor, tickets_quantity, silent,
      marketing_consent, locale, created_at, updated_at
    )
    select ${siteId}, order_number, event_id, ticket_reservation_id, revision, status, channel, method, confirmed_at,
           paid_at, marked_paid_by, snapshot_id, visitor_id, member_id, contact_id, first_name, last_name,
           email, guest_forms, guests_assigned, invoice, currency, grand_total_minor, revenue_minor,
           tickets_quantity, silent, marketing_consent, locale, created_at, updated_at
      from jsonb_to_recordset(${jsonb(tx, orders.map(toRow))}) as new (
             order_number text, event_id uuid, ticket_reservation_id uuid, revision integer, status text, channel text,
             method text, confirmed_at timestamptz, paid_at timestamptz, marked_paid_by jsonb, snapshot_id uuid,
             visitor_id uuid, member_id uuid, contact_id uuid, first_name text, last_name text, email text, guest_forms jsonb,
             guests_assigned boolean, invoice jsonb, currency text, grand_total_minor bigint, revenue_minor bigint,
             tickets_quantity integer, silent boolean, marketing_consent boolean, locale text,
             created_at timestamptz, updated_at timestamptz
           )`
}

function toRow(order: Order) {
  return {
    order_number: order.orderNumber,
    event_id: order.eventId,
    ticket_reservation_id: order.ticketReservationId,
    revision: order.revision,
    status: order.status,
    channel: order.channel,
    method: order.method,
    confirmed_at: order.confirmedAt,
    paid_at: order.paidAt,
    marked_paid_by: order.markedPaidBy,
    snapshot_id: order.snapshotId,
    visitor_id: order.visitorId,
    member_id: order.memberId,
    contact_id: order.contactId,
    first_name: order.firstName,
    last_name: order.lastName,
    email: order.email,
    guest_forms: order.guestForms,
    guests_assigned: order.guestsAssigned,
    invoice: order.invoice,
    currency: order.currency,
    grand_total_minor: order.grandTotalMinor,
    revenue_minor: order.revenueMinor,
    tickets_quantity: order.ticketsQuantity,
    silent: order.silent,
    marketing_consent: order.marketingConsent,
    locale: order.locale,
    created_at: order.createdAt,
    updated_at: order.updatedAt,
  }
}

export async function findOrder(db: Db, siteId: string, orderNumber: string): Promise<Order | null> {
  return (await listOrdersByNumber(db, siteId, [orderNumber]))[0] ?? null
}

export async function listOrdersByNumber(db: Db, siteId: string, orderNumbers: readonly string[]): Promise<Order[]> {
  return db<Order[]>`
    select ${orderColumns(db)}
      from orders
     where site_id = ${siteId}
       and order_number = any(${[...orderNumbers]})`
}

/** One that was found or made before. */
export async function getOrder(db: Db, siteId: string, orderNumber: string): Promise<Order> {
  const order = await findOrder(db, siteId, orderNumber)
  if (!order) throw new Error(`order ${orderNumber} is gone`)
  return order
}

/** Locks orders in number order; their reservations must be locked already. */
export async function lockOrders(tx: Tx, siteId: string, orderNumbers: readonly string[]): Promise<Order[]> {
  if (orderNumbers.length === 0) return []
  return tx<Order[]>`
    select ${orderColumns(tx)}
      from orders
     where site_id = ${siteId}
       and order_number = any(${[...orderNumbers]})
     order by order_number
       for update`
}

/** Orders of one event, by their numbers. */
export type NamedOrders = { eventId: string; orderNumbers: readonly string[] }

/**
 * Locks the named orders of an event, all of them or none: their reservations first, as everybody does.
 * @returns the orders in the order of their numbers, the reservations by id
 * @throws Refusal ORDER_NOT_FOUND for a number that the event does not have
 */
export async function lockOrdersOf(
  tx: Tx,
  { eventId, orderNumbers }: NamedOrders,
  identity: Identity,
): Promise<{ orders: Order[]; reservations: Map<string, TicketReservation> }> {
  const { siteId } = identity
  refuseOtherEvents(identity, eventId)
  const reservations = await lockReservations(tx, siteId, await listReservationIdsOf(tx, siteId, orderNumbers))
  const orders = await lockOrders(tx, siteId, orderNumbers)
  const missing = orderNumbers.find(
    number => !orders.some(order => order.orderNumber === number && order.eventId === eventId),
  )
  if (missing) throw new Refusal('ORDER_NOT_FOUND', 'The event has no such order.', { orderNumber: missing })
  return { orders, reservations: new Map(reservations.map(each => [each.ticketReservationId, each])) }
}

/**
 * Locks an order's reservation and then the order, as everybody does.
 * @throws Refusal UNAVAILABLE when somebody gave it another reservation between the two locks
 */
export async function lockOrderAndHold(
  tx: Tx,
  siteId: string,
  orderNumber: string,
): Promise<{ order: Order | null; reservation: TicketReservation | null }> {
  const [reservationId] = await listReservationIdsOf(tx, siteId, [orderNumber])
  const reservation = reservationId ? await lockReservation(tx, siteId, reservationId) : null
  const [order = null] = await lockOrders(tx, siteId, [orderNumber])
  if (order && order.ticketReservationId !== reservationId) throw new Refusal('UNAVAILABLE', 'Try again.')
  return { order, reservation }
}

export async function listReservationIdsOf(db: Db, siteId: string, orderNumbers: readonly string[]): Promise<string[]> {
  if (orderNumbers.length === 0) return []
  const rows = await db<{ ticketReservationId: string }[]>`
    select ticket_reservation_id
      from orders
     where site_id = ${siteId}
       and order_number = any(${[...orderNumbers]})`
  return rows.map(row => row.ticketReservationId)
}

/** The orders that payments are for, with their reservations. */
export async function listOrdersOfPayments(
  db: Db,
  siteId: string,
  paymentIds: readonly string[],
): Promise<{ paymentId: string; orderNumber: string; ticketReservationId: string }[]> {
  return db`
    select payments.payment_id, orders.order_number, orders.ticket_reservation_id
      from payments
      join orders using (site_id, order_number)
     where payments.site_id = ${siteId}
       and payments.payment_id = any(${[...paymentIds]})`
}

export async function listOrderNumbersOfTickets(
  db: Db,
  siteId: string,
  ticketNumbers: readonly string[],
): Promise<string[]> {
  const rows = await db<{ orderNumber: string }[]>`
    select distinct order_number
      from tickets
     where site_id = ${siteId}
       and ticket_number = any(${[...ticketNumbers]})`
  return rows.map(row => row.orderNumber)
}

/** What a change writes; what is absent stays. Raises the revision; the order must be locked. */
export type OrderChange = {
  status?: OrderStatus
  method?: string
  confirmedAt?: Date
  paidAt?: Date
  markedPaidBy?: { kind: string; id: string }
  /** null: an order that was given up is sold after all. */
  canceledAt?: Date | null
  /** null: an archived order is restored. */
  archivedAt?: Date | null
  ticketReservationId?: string
}

export async function changeOrder(tx: Tx, order: Order, change: OrderChange, now: Date): Promise<Order> {
  const changed = changedOrder(order, change, now)
  await writeOrders(tx, order.siteId, [changed])
  return changed
}

/** The order after a change, before that is written. A canceled one admits nobody, whoever had come in. */
export function changedOrder(order: Order, change: OrderChange & Partial<Buyer>, now: Date): Order {
  const fullyCheckedIn = change.status === 'CANCELED' ? false : order.fullyCheckedIn
  return { ...order, ...change, fullyCheckedIn, revision: order.revision + 1, updatedAt: now }
}

/** Writes what changed of locked orders of one site, in one statement. */
export async function writeOrders(tx: Tx, siteId: string, changed: readonly Order[]): Promise<void> {
  if (changed.length === 0) return
  const rows = changed.map(order => ({
    ...toRow(order),
    canceled_at: order.canceledAt,
    archived_at: order.archivedAt,
    fully_checked_in: order.fullyCheckedIn,
  }))
  await tx`
    update orders
       set status = changed.status,
           method = changed.method,
           confirmed_at = changed.confirmed_at,
           paid_at = changed.paid_at,
           marked_paid_by = changed.marked_paid_by,
           canceled_at = changed.canceled_at,
           archived_at = changed.archived_at,
           fully_checked_in = changed.fully_checked_in,
           ticket_reservation_id = changed.ticket_reservation_id,
           revision = changed.revision,
           updated_at = changed.updated_at
      from jsonb_to_recordset(${jsonb(tx, rows)}) as changed (
             order_number text, status text, method text, confirmed_at timestamptz, paid_at timestamptz,
             marked_paid_by jsonb, canceled_at timestamptz, archived_at timestamptz, fully_checked_in boolean,
             ticket_reservation_id uuid, revision integer, updated_at timestamptz
           )
     where orders.site_id = ${siteId}
       and orders.order_number = any(${changed.map(order => order.orderNumber)})
       and orders.order_number = changed.order_number`
}

/** Who an order's buyer is, and what was answered. */
export type Buyer = Pick<
  Order,
  'contactId' | 'visitorId' | 'memberId' | 'firstName' | 'lastName' | 'email' | 'guestForms' | 'anonymizedAt'
>

/** Writes who the buyers of locked orders of one site are; their revisions are `writeOrders`'. */
export async function writeBuyers(tx: Tx, siteId: string, changed: readonly Order[]): Promise<void> {
  if (changed.length === 0) return
  const rows = changed.map(order => ({ ...toRow(order), anonymized_at: order.anonymizedAt }))
  await tx`
    update orders
       set contact_id = changed.contact_id,
           visitor_id = changed.visitor_id,
           member_id = changed.member_id,
           first_name = changed.first_name,
           last_name = changed.last_name,
           email = changed.email,
           guest_forms = changed.guest_forms,
           anonymized_at = changed.anonymized_at
      from jsonb_to_recordset(${jsonb(tx, rows)}) as changed (
             order_number text, contact_id uuid, visitor_id uuid, member_id uuid, first_name text, last_name text,
             email text, guest_forms jsonb, anonymized_at timestamptz
           )
     where orders.site_id = ${siteId}
       and orders.order_number = any(${changed.map(order => order.orderNumber)})
       and orders.order_number = changed.order_number`
}

/** Orders of a contact, at most so many; those that wait for money first. */
export async function listOrderNumbersOfContact(
  db: Db,
  siteId: string,
  { contactId, limit }: { contactId: string; limit: number },
): Promise<string[]> {
  const rows = await db<{ orderNumber: string }[]>`
    select order_number
      from orders
     where site_id = ${siteId}
       and contact_id = ${contactId}
     order by status = any(${[...WAITING_STATUSES]}) desc, order_number
     limit ${limit}`
  return rows.map(row => row.orderNumber)
}

/** Writes what a locked order costs, how that is paid and whose it is; its revision is `writeOrders`'. */
export async function writeTerms(tx: Tx, order: Order): Promise<void> {
  await tx`
    update orders
       set invoice = ${jsonb(tx, order.invoice)},
           grand_total_minor = ${order.grandTotalMinor},
           revenue_minor = ${order.revenueMinor},
           snapshot_id = ${order.snapshotId},
           member_id = ${order.memberId}
     where site_id = ${order.siteId}
       and order_number = ${order.orderNumber}`
}

/** Adds to what went back of a locked order, or takes away what failed to. */
export async function writeRefunded(tx: Tx, { siteId, orderNumber }: Order, amountMinor: number): Promise<void> {
  await tx`
    update orders
       set refunded_minor = refunded_minor + ${amountMinor}
     where site_id = ${siteId}
       and order_number = ${orderNumber}`
}

/** The definitions of what archived orders among the named ones once held. */
export async function listArchivedDefinitions(
  db: Db,
  siteId: string,
  orderNumbers: readonly string[],
): Promise<string[]> {
  const rows = await db<{ ticketDefinitionId: string }[]>`
    select distinct lines.ticket_definition_id
      from orders
      join ticket_reservation_lines as lines using (site_id, ticket_reservation_id)
     where orders.site_id = ${siteId}
       and orders.order_number = any(${[...orderNumbers]})
       and orders.archived_at is not null`
  return rows.map(row => row.ticketDefinitionId)
}

/** Recomputes `fullyCheckedIn` of the named orders from their tickets (R201), and raises their revisions. */
export async function refreshCheckIn(
  tx: Tx,
  siteId: string,
  orderNumbers: readonly string[],
  now: Date,
): Promise<Pick<Order, 'orderNumber' | 'revision' | 'status'>[]> {
  if (orderNumbers.length === 0) return []
  return tx`
    update orders
       set fully_checked_in = counted.open = 0 and counted.total > 0, revision = orders.revision + 1, updated_at = ${now}
      from (
        select named.order_number, count(tickets.ticket_number) as total,
               count(tickets.ticket_number) filter (where tickets.checked_in_at is null) as open
          from unnest(${[...orderNumbers]}::text[]) as named (order_number)
          left join tickets
            on tickets.site_id = ${siteId}
           and tickets.order_number = named.order_number
           and tickets.archived_at is null
           and tickets.canceled_at is null
         group by named.order_number
      ) as counted
     where orders.site_id = ${siteId}
       and orders.order_number = counted.order_number
    returning orders.order_number, orders.revision, orders.status`
}
