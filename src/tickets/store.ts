import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { allOf, containing, oneOf } from '../wire/legacy-list.ts'
import type { Ticket } from './model.ts'

function columns(db: Db): Fragment {
  return db`
    tickets.site_id, tickets.ticket_number, tickets.order_number, tickets.event_id, tickets.ticket_definition_id,
    tickets.line_index, tickets.ticket_index, tickets.revision, tickets.name, tickets.price_minor, tickets.currency,
    tickets.policy, tickets.seat_id, tickets.seat_info, tickets.first_name, tickets.last_name, tickets.email, tickets.form, tickets.checked_in_at,
    tickets.checked_in_by, tickets.check_in_scan_id, tickets.out_at, tickets.out_scan_id, tickets.archived_at, tickets.canceled_at, tickets.created_at, tickets.updated_at,
    orders.status as order_status, orders.archived_at is not null as order_archived,
    orders.confirmed_at is not null as order_confirmed, orders.locale as order_locale, orders.first_name as order_first_name,
    orders.last_name as order_last_name, coalesce(orders.guest_forms -> 0, '{"inputValues": []}') as order_form, orders.contact_id, orders.member_id,
    orders.visitor_id, orders.anonymized_at is not null as anonymized, orders.channel`
}

/** Writes new tickets of one site, in one statement. */
export async function insertTickets(tx: Tx, siteId: string, tickets: readonly Ticket[]): Promise<void> {
  const rows = tickets.map(ticket => ({
    ticket_number: ticket.ticketNumber,
    order_number: ticket.orderNumber,
    event_id: ticket.eventId,
    ticket_definition_id: ticket.ticketDefinitionId,
    line_index: ticket.lineIndex,
    ticket_index: ticket.ticketIndex,
    name: ticket.name,
    price_minor: ticket.priceMinor,
    currency: ticket.currency,
    policy: ticket.policy,
    seat_id: ticket.seatId,
    seat_info: ticket.seatInfo,
    first_name: ticket.firstName,
    last_name: ticket.lastName,
    email: ticket.email,
    form: ticket.form,
    created_at: ticket.createdAt,
  }))
  await tx`
    insert into tickets (
      site_id, ticket_number, order_number, event_id, ticket_definition_id, line_index, ticket_index, revision, name,
      price_minor, currency, policy, seat_id, seat_info, first_name, last_name, email, form, created_at, updated_at
    )
    select ${siteId}, ticket_number, order_number, event_id, ticket_definition_id, line_index, ticket_index, 1, name,
           price_minor, currency, policy, seat_id, seat_info, first_name, last_name, email, form, created_at, created_at
      from jsonb_to_recordset(${jsonb(tx, rows)}) as issued (
             ticket_number text, order_number text, event_id uuid, ticket_definition_id uuid, line_index smallint,
             ticket_index smallint, name text, price_minor bigint, currency text, policy text, seat_id text,
             seat_info jsonb, first_name text, last_name text, email text, form jsonb, created_at timestamptz
           )`
}

export async function listTicketsOfOrders(db: Db, siteId: string, orderNumbers: readonly string[]): Promise<Ticket[]> {
  if (orderNumbers.length === 0) return []
  return db<Ticket[]>`
    select ${columns(db)}
      from tickets
      join orders using (site_id, order_number)
     where tickets.site_id = ${siteId}
       and tickets.order_number = any(${[...orderNumbers]})
     order by tickets.order_number, tickets.ticket_index`
}

export async function findTicket(
  db: Db,
  { siteId, eventId, ticketNumber }: { siteId: string; eventId: string | null; ticketNumber: string },
): Promise<Ticket | null> {
  const [row] = await db<Ticket[]>`
    select ${columns(db)}
      from tickets
      join orders using (site_id, order_number)
     where tickets.site_id = ${siteId}
       and tickets.ticket_number = ${ticketNumber}
       and (${eventId}::uuid is null or tickets.event_id = ${eventId}::uuid)`
  return row ?? null
}

/** The ticket that a signed code names: it does not say whose site it is, so each is looked at by its key. */
export async function findTicketOfAnySite(
  db: Db,
  { ticketNumber, eventId }: { ticketNumber: string; eventId: string },
): Promise<Ticket | null> {
  const [row] = await db<Ticket[]>`
    select ${columns(db)}
      from sites
      join tickets using (site_id)
      join orders using (site_id, order_number)
     where tickets.ticket_number = ${ticketNumber}
       and tickets.event_id = ${eventId}`
  return row ?? null
}

/** Which events these tickets of the site are for. */
export async function listEventsOfTickets(
  db: Db,
  siteId: string,
  ticketNumbers: readonly string[],
): Promise<{ ticketNumber: string; eventId: string }[]> {
  if (ticketNumbers.length === 0) return []
  return db`
    select ticket_number, event_id
      from tickets
     where site_id = ${siteId}
       and ticket_number = any(${[...ticketNumbers]})`
}

/** The names of the pricing options that an order's tickets were bought by, by line; none for tickets with one price. */
export async function listOptionNames(db: Db, siteId: string, orderNumber: string): Promise<Map<number, string>> {
  const rows = await db<{ lineIndex: number; pricingOptionName: string }[]>`
    select lines.line_index, lines.pricing_option_name
      from orders
      join ticket_reservation_lines as lines using (site_id, ticket_reservation_id)
     where orders.site_id = ${siteId}
       and orders.order_number = ${orderNumber}
       and lines.pricing_option_name is not null`
  return new Map(rows.map(row => [row.lineIndex, row.pricingOptionName]))
}

export type TicketFilter = {
  eventIds: readonly string[]
  orderNumbers: readonly string[]
  ticketNumbers: readonly string[]
  orderStatuses: readonly string[]
  memberIds: readonly string[]
  contactIds: readonly string[]
  ticketDefinitionIds: readonly string[]
  seatIds: readonly string[]
  states: readonly string[]
  searchPhrase: string
}

/** R195, R196: several filters and states are ANDed, several values of one are ORed. */
export async function listTickets(
  db: Db,
  siteId: string,
  filter: TicketFilter,
  { limit, offset, orderBy }: { limit: number; offset: number; orderBy: Fragment },
): Promise<{ tickets: Ticket[]; total: number }> {
  const where = filterSql(db, siteId, filter)
  const [counted, tickets] = await Promise.all([
    db<{ total: number }[]>`
      select count(*) as total from tickets join orders using (site_id, order_number) where ${where}`,
    db<Ticket[]>`
      select ${columns(db)}
        from tickets
        join orders using (site_id, order_number)
       where ${where}
       order by ${orderBy}, tickets.ticket_number
       limit ${limit}
      offset ${offset}`,
  ])
  return { tickets: [...tickets], total: counted[0]?.total ?? 0 }
}

export type Facets = { free: number; archived: number; checkedIn: number }

/** How many of the listed tickets are free, archived, checked in (R195). */
export async function countFacets(db: Db, siteId: string, filter: TicketFilter): Promise<Facets & { total: number }> {
  const [counted] = await db<(Facets & { total: number })[]>`
    select count(*) as total, count(*) filter (where tickets.price_minor = 0) as free,
           count(*) filter (where tickets.archived_at is not null) as archived,
           count(*) filter (where tickets.checked_in_at is not null) as checked_in
      from tickets
      join orders using (site_id, order_number)
     where ${filterSql(db, siteId, filter)}`
  if (!counted) throw new Error('counting gave no row')
  return counted
}

function filterSql(db: Db, siteId: string, filter: TicketFilter): Fragment {
  const conditions = [
    ...oneOf(db, db`tickets.event_id`, filter.eventIds),
    ...oneOf(db, db`tickets.order_number`, filter.orderNumbers),
    ...oneOf(db, db`tickets.ticket_number`, filter.ticketNumbers),
    ...oneOf(db, db`orders.status`, filter.orderStatuses),
    ...oneOf(db, db`orders.member_id`, filter.memberIds),
    ...oneOf(db, db`orders.contact_id`, filter.contactIds),
    ...oneOf(db, db`tickets.ticket_definition_id`, filter.ticketDefinitionIds),
    ...oneOf(db, db`tickets.seat_id`, filter.seatIds),
    ...filter.states.map(state => stateSql(db, state)),
    ...containing(
      db,
      [
        db`orders.first_name || ' ' || orders.last_name`,
        db`tickets.first_name || ' ' || tickets.last_name`,
        db`tickets.ticket_number`,
      ],
      filter.searchPhrase,
    ),
  ]
  return allOf(db, db`tickets.site_id = ${siteId}`, conditions)
}

function stateSql(db: Db, state: string): Fragment {
  switch (state) {
    case 'ORDER_ARCHIVED':
      return db`orders.archived_at is not null`
    case 'ORDER_ACTIVE':
      return db`orders.archived_at is null`
    case 'TICKET_ARCHIVED':
      return db`tickets.archived_at is not null`
    case 'TICKET_ACTIVE':
      return db`tickets.archived_at is null`
    case 'CHECKED_IN':
      return db`tickets.checked_in_at is not null`
    case 'NON_CHECKED_IN':
      return db`tickets.checked_in_at is null`
    case 'FREE':
      return db`tickets.price_minor = 0`
    case 'PAID':
      return db`tickets.price_minor > 0`
    case 'MEMBER':
      return db`orders.member_id is not null`
    default:
      return db`true`
  }
}

/**
 * Locks the named tickets in number order, after their orders.
 * @param eventId only of this event; null: of any
 */
export async function lockTickets(
  tx: Tx,
  { siteId, eventId, ticketNumbers }: { siteId: string; eventId: string | null; ticketNumbers: readonly string[] },
): Promise<Ticket[]> {
  return tx<Ticket[]>`
    select ${columns(tx)}
      from tickets
      join orders using (site_id, order_number)
     where tickets.site_id = ${siteId}
       and (${eventId}::uuid is null or tickets.event_id = ${eventId}::uuid)
       and tickets.ticket_number = any(${[...ticketNumbers]})
     order by tickets.ticket_number
       for update of tickets`
}

/** Writes who comes with locked tickets, and whether they are archived; each revision was raised already. */
export async function writeTickets(tx: Tx, siteId: string, changed: readonly Ticket[]): Promise<void> {
  if (changed.length === 0) return
  const rows = changed.map(ticket => ({
    ticket_number: ticket.ticketNumber,
    revision: ticket.revision,
    first_name: ticket.firstName,
    last_name: ticket.lastName,
    email: ticket.email,
    form: ticket.form,
    archived_at: ticket.archivedAt,
    updated_at: ticket.updatedAt,
  }))
  await tx`
    update tickets
       set revision = changed.revision,
           first_name = changed.first_name,
           last_name = changed.last_name,
           email = changed.email,
           form = changed.form,
           archived_at = changed.archived_at,
           updated_at = changed.updated_at
      from jsonb_to_recordset(${jsonb(tx, rows)}) as changed (
             ticket_number text, revision integer, first_name text, last_name text, email text, form jsonb,
             archived_at timestamptz, updated_at timestamptz
           )
     where tickets.site_id = ${siteId}
       and tickets.ticket_number = any(${changed.map(ticket => ticket.ticketNumber)})
       and tickets.ticket_number = changed.ticket_number`
}

/** Writes what the check-in of locked tickets is now, and who is out; each was as `was` says, else it stays untouched. */
export async function writeCheckIns(
  tx: Tx,
  siteId: string,
  changes: readonly CheckInChange[],
  now: Date,
): Promise<{ ticketNumber: string; orderNumber: string; revision: number }[]> {
  if (changes.length === 0) return []
  const rows = changes.map(({ ticketNumber, was, is }) => ({
    ticket_number: ticketNumber,
    was,
    checked_in_at: is?.at,
    checked_in_by: is?.by,
    check_in_scan_id: is?.scanId,
    out_at: is?.out?.at,
    out_scan_id: is?.out?.scanId,
  }))
  return tx`
    update tickets
       set checked_in_at = changed.checked_in_at,
           checked_in_by = changed.checked_in_by,
           check_in_scan_id = changed.check_in_scan_id,
           out_at = changed.out_at,
           out_scan_id = changed.out_scan_id,
           revision = revision + 1,
           updated_at = ${now}
      from jsonb_to_recordset(${jsonb(tx, rows)}) as changed (
             ticket_number text, was timestamptz, checked_in_at timestamptz, checked_in_by jsonb, check_in_scan_id uuid,
             out_at timestamptz, out_scan_id uuid
           )
     where tickets.site_id = ${siteId}
       and tickets.ticket_number = any(${changes.map(({ ticketNumber }) => ticketNumber)})
       and tickets.ticket_number = changed.ticket_number
       and tickets.checked_in_at is not distinct from changed.was
    returning tickets.ticket_number, tickets.order_number, tickets.revision`
}

/** A check-in of a ticket: when it was (null: not) and what it is to be. */
export type CheckInChange = { ticketNumber: string; was: Date | null; is: CheckIn | null }
export type CheckIn = {
  at: Date
  by: { kind: string; id: string }
  scanId: string | null
  /** Since when, and by which scan, its guest is out for the moment; null: is inside. */
  out: { at: Date; scanId: string } | null
}

/**
 * Marks all tickets of an order canceled; they stay listed and never admit again (R208). That comes after the check-in,
 * also where the clock of who checked in was ahead of ours.
 */
export async function cancelTicketsOfOrder(
  tx: Tx,
  {
    siteId,
    orderNumber,
    ticketNumbers = null,
    now,
  }: { siteId: string; orderNumber: string; ticketNumbers?: readonly string[] | null; now: Date },
): Promise<{ ticketNumber: string; revision: number }[]> {
  const named = ticketNumbers && [...ticketNumbers]
  return tx`
    update tickets
       set canceled_at = greatest(${now}, checked_in_at), revision = revision + 1, updated_at = ${now}
     where site_id = ${siteId}
       and order_number = ${orderNumber}
       and (${named}::text[] is null or ticket_number = any(${named}))
       and canceled_at is null
    returning ticket_number, revision`
}

/** Gives an order's tickets that have no guest of their own the name and e-mail of its buyer (R205). */
export async function nameAfterBuyer(
  tx: Tx,
  buyer: { siteId: string; orderNumber: string; firstName: string; lastName: string; email: string },
  now: Date,
): Promise<{ ticketNumber: string; revision: number }[]> {
  const { siteId, orderNumber, firstName, lastName, email } = buyer
  return tx`
    update tickets
       set first_name = ${firstName}, last_name = ${lastName}, email = ${email}, revision = revision + 1, updated_at = ${now}
     where site_id = ${siteId}
       and order_number = ${orderNumber}
       and form is null
       and (first_name, last_name, email) is distinct from (${firstName}, ${lastName}, ${email})
    returning ticket_number, revision`
}

/** Takes out of the tickets of anonymized orders who their guests were (R191). */
export async function forgetGuests(
  tx: Tx,
  siteId: string,
  orderNumbers: readonly string[],
  now: Date,
): Promise<{ ticketNumber: string; revision: number }[]> {
  return tx`
    update tickets
       set first_name = '',
           last_name = '',
           email = '',
           form = case when form is not null then '{"inputValues": []}'::jsonb end,
           revision = revision + 1,
           updated_at = ${now}
     where site_id = ${siteId}
       and order_number = any(${[...orderNumbers]})
    returning ticket_number, revision`
}
