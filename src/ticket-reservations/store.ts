import { type Activity, record } from '../activity/record.ts'
import { type Numbers, noteChange } from '../db/changes.ts'
import { arrayOf, type Db, type Fragment, jsonb, type Tx, textsOf } from '../db/connect.ts'
import { stockLockedFor, stockMoved, stockTaken } from '../inventory/in-one-statement.ts'
import { placesFreed } from '../seating/in-one-statement.ts'
import type { Offer, ReservationStatus, ReservedLine, Sale, TicketReservation } from './model.ts'

type Row = Omit<TicketReservation, 'lines'>

function columns(db: Db): Fragment {
  return db`
    reservations.site_id, reservations.ticket_reservation_id, reservations.event_id, reservations.revision,
    reservations.status, reservations.expires_at, reservations.created_at, reservations.updated_at,
    reservations.visitor_id, reservations.member_id, reservations.order_number, reservations.limits_bypassed,
    reservations.hidden_allowed, reservations.extended_fields, reservations.tags, reservations.private_tags`
}

export async function findReservation(db: Db, siteId: string, id: string): Promise<TicketReservation | null> {
  return (await listReservations(db, siteId, [id]))[0] ?? null
}

export async function listReservations(db: Db, siteId: string, ids: readonly string[]): Promise<TicketReservation[]> {
  const rows = await db<Row[]>`
    select ${columns(db)}
      from ticket_reservations as reservations
     where site_id = ${siteId}
       and ticket_reservation_id = any(${[...ids]})`
  const lines = rows.length === 0 ? [] : await listLines(db, siteId, ids)
  // Without lines it was deleted between the two looks.
  return withLines(rows, lines).filter(reservation => reservation.lines.length > 0)
}

/** The same, with its row locked: whoever ends, confirms or checks out a reservation holds this first. */
export async function lockReservation(tx: Tx, siteId: string, id: string): Promise<TicketReservation | null> {
  return (await lockReservations(tx, siteId, [id]))[0] ?? null
}

/** Locks reservations in id order. Their lines are read along with them. */
export async function lockReservations(tx: Tx, siteId: string, ids: readonly string[]): Promise<TicketReservation[]> {
  if (ids.length === 0) return []
  const [rows, lines] = await Promise.all([
    tx<Row[]>`
      select ${columns(tx)}
        from ticket_reservations as reservations
       where site_id = ${siteId}
         and ticket_reservation_id = any(${[...ids]})
       order by ticket_reservation_id
         for update`,
    listLines(tx, siteId, ids),
  ])
  return withLines(rows, lines)
}

type OwnedLine = ReservedLine & { ticketReservationId: string }

async function listLines(db: Db, siteId: string, ids: readonly string[]): Promise<OwnedLine[]> {
  return db<OwnedLine[]>`
    select ticket_reservation_id, ticket_line_item_id, ticket_definition_id, quantity, removed_quantity, price_minor,
           currency, pricing_kind, fee_type, ticket_name, policy, guest_price, price_override, pricing_option_id,
           pricing_option_name, pricing_plan, seat_id, seat_info
      from ticket_reservation_lines
     where site_id = ${siteId}
       and ticket_reservation_id = any(${[...ids]})
     order by ticket_reservation_id, line_index`
}

function withLines(rows: readonly Row[], lines: readonly OwnedLine[]): TicketReservation[] {
  const linesOf = Map.groupBy(lines, line => line.ticketReservationId)
  return rows.map(row => ({ ...row, lines: linesOf.get(row.ticketReservationId) ?? [] }))
}

/**
 * Locks the inventory of the named definitions, in id order, and reads with it all that decides their sale. Definitions
 * that are deleted or whose event is gone are absent.
 */
export async function lockSales(tx: Tx, siteId: string, ticketDefinitionIds: readonly string[]): Promise<Sale[]> {
  return tx<Sale[]>`
    select inventory.actual_limit, inventory.reserved, inventory.sold, inventory.seated, ${offerColumns(tx)}
      from inventory
      join ticket_definitions as definitions using (site_id, ticket_definition_id)
      join events using (site_id, event_id)
      join sites using (site_id)
     where inventory.site_id = ${siteId}
       and inventory.ticket_definition_id = any(${[...ticketDefinitionIds]})
       and definitions.deleted_at is null
     order by inventory.ticket_definition_id
       for update of inventory`
}

/** What decides the sale of the named definitions besides their numbers; nothing is locked. */
export async function listOffers(db: Db, siteId: string, ticketDefinitionIds: readonly string[]): Promise<Offer[]> {
  return db<Offer[]>`
    select ${offerColumns(db)}
      from ticket_definitions as definitions
      join events using (site_id, event_id)
      join sites using (site_id)
     where definitions.site_id = ${siteId}
       and definitions.ticket_definition_id = any(${[...ticketDefinitionIds]})
       and definitions.deleted_at is null`
}

function offerColumns(db: Db): Fragment {
  return db`
    definitions.ticket_definition_id, definitions.revision as definition_revision, definitions.event_id,
    definitions.name, definitions.policy_text, definitions.hidden, definitions.pricing_kind, definitions.price_minor,
    definitions.currency, definitions.pricing_options, definitions.fee_type, definitions.sale_start_at,
    definitions.sale_end_at, events.revision as event_revision, events.published_at, events.canceled_at,
    events.start_at, events.end_at, events.external_url, events.registration_disabled, events.registration_paused,
    events.initial_type, events.allowed_guest_types, events.ticket_limit_per_order, events.reservation_minutes,
    events.offline_payment, sites.test_payments or sites.stripe_payments as online_payments`
}

/**
 * Holds all that was granted, if its offers are still as they were and everything that is asked for is there; else
 * nothing. One statement, which is a transaction of its own: one round trip, whatever the number of requests.
 * @param asked every definition that a decision of this batch rests on, with what is granted of it in all
 * @returns the numbers after it; else why nothing was held
 */
export async function holdIfAllFits(
  db: Db,
  siteId: string,
  { asked, granted }: { asked: readonly Asked[]; granted: readonly NewReservation[] },
): Promise<readonly Numbers[] | 'OFFERS_CHANGED' | 'TOO_FEW'> {
  const rows = asked.map(({ offer, quantity }) => ({
    ticket_definition_id: offer.ticketDefinitionId,
    quantity,
    definition_revision: offer.definitionRevision,
    event_id: offer.eventId,
    event_revision: offer.eventRevision,
    online_payments: offer.onlinePayments,
  }))
  const allFits = db`(select fits from judged)`
  const [answer] = await db<{ current: boolean; fits: boolean; numbers: Numbers[] | null }[]>`
    with asked as (
      select *
        from jsonb_to_recordset(${jsonb(db, rows)}) as asked (
               ticket_definition_id uuid, quantity integer, definition_revision integer, event_id uuid,
               event_revision integer, online_payments boolean
             )
    ), stock as (${stockLockedFor(db, siteId, db`asked`)}
    ), compared as (
      select not stock.seated -- their places have to be looked at
               and (stock.actual_limit is null or stock.reserved + stock.sold + asked.quantity <= stock.actual_limit)
               as fits
        from asked
        join stock using (ticket_definition_id)
        join ticket_definitions as definitions
          on definitions.site_id = ${siteId}
         and definitions.ticket_definition_id = asked.ticket_definition_id
         and definitions.event_id = asked.event_id
         and definitions.revision = asked.definition_revision
        join events
          on events.site_id = ${siteId}
         and events.event_id = asked.event_id
         and events.revision = asked.event_revision
        join sites
          on sites.site_id = ${siteId}
         and (sites.test_payments or sites.stripe_payments) = asked.online_payments
    ), judged as (
      select count(*) = ${rows.length} as current, count(*) filter (where fits) = ${rows.length} as fits
        from compared
    ), taken as (${stockTaken(db, siteId, allFits)}
    ), ${insertions(db, siteId, granted, allFits)}
    select current, fits, (select jsonb_agg(to_jsonb(taken)) from taken) as numbers
      from judged`
  if (!answer) throw new Error('judging a batch gave no row')
  if (answer.fits) return answer.numbers ?? []
  return answer.current ? 'TOO_FEW' : 'OFFERS_CHANGED'
}

/** One definition that a batch is decided by, and how many of it the batch takes. */
export type Asked = { offer: Offer; quantity: number }
export type NewReservation = TicketReservation & { actor: Activity['actor']; settings: unknown }

/** Writes reservations, their lines and their `created` activities: one statement for however many there are. */
export async function insertReservations(tx: Tx, siteId: string, granted: readonly NewReservation[]): Promise<void> {
  await tx`with ${insertions(tx, siteId, granted, tx`true`)} select`
}

/** The part of a statement that writes them, where `condition` holds. */
function insertions(db: Db, siteId: string, granted: readonly NewReservation[], condition: Fragment): Fragment {
  const terms = termsOf(granted)
  const lines = granted.flatMap(({ ticketReservationId, lines }) =>
    lines.map((line, index) => ({
      ...line,
      ticketReservationId,
      index,
      term: terms.get(line.ticketDefinitionId)?.term,
    })),
  )
  const seated = lines.some(line => line.seatId !== null) // without a list, the columns are null
  return db`
    terms as (
      select *
        from jsonb_to_recordset(${jsonb(db, [...terms.values()])}) as terms (
               term integer, ticket_definition_id uuid, event_id uuid, settings jsonb, currency text, pricing_kind text,
               fee_type text, ticket_name text, policy text
             )
    ), wanted as (
      select ticket_reservation_id, event_id, settings, expires_at, created_at, visitor_id, member_id, limits_bypassed,
             hidden_allowed, extended_fields, tags, private_tags, actor_kind, actor_id, actor_address
        from unnest(
               ${arrayOf(granted.map(each => each.ticketReservationId))}::uuid[],
               ${arrayOf(granted.map(({ lines: [first] }) => terms.get(first?.ticketDefinitionId ?? '')?.term))}::integer[],
               ${arrayOf(granted.map(each => each.expiresAt))}::timestamptz[],
               ${arrayOf(granted.map(each => each.createdAt))}::timestamptz[],
               ${arrayOf(granted.map(each => each.visitorId))}::uuid[],
               ${arrayOf(granted.map(each => each.memberId))}::uuid[],
               ${arrayOf(granted.map(each => each.limitsBypassed))}::boolean[],
               ${arrayOf(granted.map(each => each.hiddenAllowed))}::boolean[],
               ${textsOf(granted.map(each => json(each.extendedFields)))}::jsonb[],
               ${textsOf(granted.map(each => textsOf(each.tags)))}::text[],
               ${textsOf(granted.map(each => textsOf(each.privateTags)))}::text[],
               ${textsOf(granted.map(each => each.actor.kind))}::text[],
               ${textsOf(granted.map(each => each.actor.id))}::text[],
               ${textsOf(granted.map(each => each.actor.address ?? null))}::text[]
             ) as reservations (
               ticket_reservation_id, term, expires_at, created_at, visitor_id, member_id, limits_bypassed,
               hidden_allowed, extended_fields, tags, private_tags, actor_kind, actor_id, actor_address
             )
        join terms using (term)
       where ${condition}
    ), held as (
      insert into ticket_reservations (
        site_id, ticket_reservation_id, event_id, revision, status, expires_at, created_at, updated_at, visitor_id,
        member_id, limits_bypassed, hidden_allowed, settings, extended_fields, tags, private_tags
      )
      select ${siteId}, ticket_reservation_id, event_id, 1, 'PENDING', expires_at, created_at, created_at, visitor_id,
             member_id, limits_bypassed, hidden_allowed, settings, extended_fields, tags::text[], private_tags::text[]
        from wanted
    ), told as (
      insert into activities (
        site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, actor_address, occurred_at
      )
      select ${siteId}, 'ticket_reservation', ticket_reservation_id, 1, 'ticket_reservation.created',
             jsonb_build_object(
               'eventId', event_id, 'limitsBypassed', limits_bypassed, 'hiddenAllowed', hidden_allowed
             ), actor_kind, actor_id, actor_address, created_at
        from wanted
    ), lined as (
      insert into ticket_reservation_lines (
        site_id, ticket_reservation_id, line_index, ticket_line_item_id, ticket_definition_id, quantity, price_minor,
        currency, pricing_kind, fee_type, ticket_name, policy, guest_price, price_override, pricing_option_id,
        pricing_option_name, pricing_plan, seat_id, seat_info
      )
      select ${siteId}, ticket_reservation_id, line_index, ticket_line_item_id, ticket_definition_id, quantity,
             price_minor, currency, pricing_kind, fee_type, ticket_name, policy, guest_price, price_override,
             pricing_option_id, pricing_option_name, pricing_plan, seat_id, seat_info
        from unnest(
               ${arrayOf(lines.map(line => line.ticketReservationId))}::uuid[],
               ${arrayOf(lines.map(line => line.index))}::smallint[],
               ${arrayOf(lines.map(line => line.ticketLineItemId))}::uuid[],
               ${arrayOf(lines.map(line => line.term))}::integer[],
               ${arrayOf(lines.map(line => line.quantity))}::integer[],
               ${arrayOf(lines.map(line => line.priceMinor))}::bigint[],
               ${textsOf(lines.map(line => line.guestPrice))}::text[],
               ${textsOf(lines.map(line => line.priceOverride))}::text[],
               ${arrayOf(lines.map(line => line.pricingOptionId))}::uuid[],
               ${textsOf(lines.map(line => line.pricingOptionName))}::text[],
               ${textsOf(lines.map(line => json(line.pricingPlan)))}::jsonb[],
               ${seated ? textsOf(lines.map(line => line.seatId)) : null}::text[],
               ${seated ? textsOf(lines.map(line => json(line.seatInfo))) : null}::jsonb[]
             ) as lines (
               ticket_reservation_id, line_index, ticket_line_item_id, term, quantity, price_minor, guest_price,
               price_override, pricing_option_id, pricing_option_name, pricing_plan, seat_id, seat_info
             )
        join terms using (term)
       where ${condition}
    )`
}

/** What all lines of a definition in a batch have in common, numbered: names and policies are sent once. */
function termsOf(granted: readonly NewReservation[]) {
  const terms = new Map<string, { term: number } & Record<string, unknown>>()
  for (const { eventId, settings, lines } of granted)
    for (const line of lines)
      if (!terms.has(line.ticketDefinitionId))
        terms.set(line.ticketDefinitionId, {
          term: terms.size,
          ticket_definition_id: line.ticketDefinitionId,
          event_id: eventId,
          settings,
          currency: line.currency,
          pricing_kind: line.pricingKind,
          fee_type: line.feeType,
          ticket_name: line.ticketName,
          policy: line.policy,
        })
  return terms
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

export type Ended = {
  ticketReservationId: string
  revision: number
  was: ReservationStatus
  orderNumber: string | null
}

/**
 * The one way in which reservations change status: the named ones that are still in one of `from` become `to`, their
 * tickets move accordingly, and each change is told. Who is not in the answer has lost, whatever the clocks say. One
 * statement: it locks the reservations in id order, then their inventory in id order.
 */
export async function transition(
  tx: Tx,
  change: {
    siteId: string
    /** Which, and who does it. */
    named: readonly { ticketReservationId: string; actor: Activity['actor'] }[]
    from: readonly ReservationStatus[]
    to: Exclude<ReservationStatus, 'PENDING'>
    /** Set: only what is overdue at that moment. */
    overdueAt?: Date
    now: Date
  },
): Promise<Ended[]> {
  const { siteId, from, to, now, overdueAt = null } = change
  if (change.named.length === 0) return []
  const ids = change.named.map(each => each.ticketReservationId)
  const named = change.named.map(({ ticketReservationId, actor }) => ({
    ticket_reservation_id: ticketReservationId,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_address: actor.address,
  }))
  const sold = to === 'CONFIRMED'
  const [answer] = await tx<{ ended: Ended[] | null; numbers: Numbers[] | null }[]>`
    with named as (
      select *
        from jsonb_to_recordset(${jsonb(tx, named)}) as named (
               ticket_reservation_id uuid, actor_kind text, actor_id text, actor_address text
             )
    ), live as (
      select ticket_reservation_id, status
        from ticket_reservations
       where site_id = ${siteId}
         and ticket_reservation_id = any(${ids})
         and status = any(${[...from]})
         and (${overdueAt}::timestamptz is null or expires_at <= ${overdueAt}::timestamptz)
       order by ticket_reservation_id
         for update
    ), ended as (
      update ticket_reservations as reservations
         set status = ${to}, revision = reservations.revision + 1, updated_at = ${now}
        from live
       where reservations.site_id = ${siteId}
         and reservations.ticket_reservation_id = any(${ids})
         and reservations.ticket_reservation_id = live.ticket_reservation_id
      returning reservations.ticket_reservation_id, reservations.revision, live.status as was,
                reservations.order_number
    ), told as (
      insert into activities (
        site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, actor_address, occurred_at
      )
      select ${siteId}, 'ticket_reservation', ticket_reservation_id, revision, ${`ticket_reservation.${to.toLowerCase()}`},
             jsonb_build_object('was', was), actor_kind, actor_id, actor_address, ${now}
        from ended
        join named using (ticket_reservation_id)
    ), given as (
      select lines.ticket_definition_id, lines.seat_id, lines.quantity - lines.removed_quantity as quantity, ended.was
        from ended
        join ticket_reservation_lines as lines using (ticket_reservation_id)
       where lines.site_id = ${siteId}
         and lines.ticket_reservation_id = any(${ids})
    ), moved as (
      select ticket_definition_id,
             -coalesce(sum(quantity) filter (where was = 'PENDING'), 0) as reserved,
             sum(quantity) filter (where ${sold} or was = 'CONFIRMED') * ${sold ? 1 : -1}::integer as sold
        from given
       group by ticket_definition_id
    ), stock as (${stockLockedFor(tx, siteId, tx`moved`)}
    ), put as (${stockMoved(tx, siteId)}
    )${
      sold
        ? tx``
        : tx`, freed as (
      select ticket_definition_id, seat_id, sum(quantity) as quantity
        from given
       where seat_id is not null
       group by ticket_definition_id, seat_id
    ), left_free as (${placesFreed(tx, siteId)}
    )`
    }
    select (select jsonb_agg(jsonb_build_object(
             'ticketReservationId', ticket_reservation_id, 'revision', revision, 'was', was, 'orderNumber', order_number
           )) from ended) as ended,
           (select jsonb_agg(to_jsonb(put)) from put) as numbers`
  noteChange(tx, { kind: 'stock', siteId, numbers: answer?.numbers ?? [] })
  return answer?.ended ?? []
}

/** Binds reservations to the orders that checkouts make of them. */
export async function occupy(
  tx: Tx,
  siteId: string,
  orders: readonly { ticketReservationId: string; orderNumber: string }[],
): Promise<void> {
  const ids = orders.map(each => each.ticketReservationId)
  await tx`
    update ticket_reservations as reservations
       set order_number = taken.order_number
      from unnest(${ids}::uuid[], ${orders.map(each => each.orderNumber)}::text[]) as taken (id, order_number)
     where reservations.site_id = ${siteId}
       and reservations.ticket_reservation_id = any(${ids})
       and reservations.ticket_reservation_id = taken.id`
}

/** Holds on while a payment is being decided elsewhere (section 9.1, PENDING). The reservation must be locked. */
export async function extendHold(
  tx: Tx,
  { siteId, ticketReservationId }: Pick<TicketReservation, 'siteId' | 'ticketReservationId'>,
  { expiresAt, actor, now }: { expiresAt: Date; actor: Activity['actor']; now: Date },
): Promise<void> {
  const extended = await tx<{ revision: number }[]>`
    update ticket_reservations
       set expires_at = ${expiresAt}, revision = revision + 1, updated_at = ${now}
     where site_id = ${siteId}
       and ticket_reservation_id = ${ticketReservationId}
       and status = 'PENDING'
    returning revision`
  await record(
    tx,
    extended.map(({ revision }) => ({
      siteId,
      entityKind: 'ticket_reservation',
      entityId: ticketReservationId,
      sequence: revision,
      kind: 'ticket_reservation.extended',
      actor,
      occurredAt: now,
    })),
  )
}

/** Takes out of the reservations of anonymized orders who they were for (R191); what there was nothing of stays. */
export async function forgetBuyers(
  tx: Tx,
  siteId: string,
  ids: readonly string[],
  now: Date,
): Promise<{ ticketReservationId: string; revision: number }[]> {
  return tx`
    update ticket_reservations
       set visitor_id = null, member_id = null, extended_fields = null, revision = revision + 1, updated_at = ${now}
     where site_id = ${siteId}
       and ticket_reservation_id = any(${[...ids]})
       and (visitor_id is not null or member_id is not null or extended_fields is not null)
    returning ticket_reservation_id, revision`
}

/** Removes the record for good (R136); it must hold nothing any more. */
export async function removeReservation(tx: Tx, siteId: string, id: string): Promise<void> {
  await tx`
    with gone as (
      delete from ticket_reservation_lines
       where site_id = ${siteId}
         and ticket_reservation_id = ${id}
    )
    delete from ticket_reservations
     where site_id = ${siteId}
       and ticket_reservation_id = ${id}`
}
