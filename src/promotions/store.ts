import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'

/** How often a coupon or a benefit may be used and is. Units are orders for a coupon, tickets for a benefit. */
export type Allowance = {
  promotionId: string
  /** null: any number. */
  usesMax: number | null
  usesPerBuyerMax: number | null
  /** What is not given back; some of it may be of orders that hold no tickets any more. */
  used: number
}

/** @param used where another number is to be shown than the one that limits */
export function allowanceColumns(db: Db, used: Fragment = db`promotions.used`): Fragment {
  return db`promotions.promotion_id, promotions.uses_max, promotions.uses_per_buyer_max, ${used} as used`
}

/** What orders that hold tickets use of a promotion: the truth, at the price of looking at each. */
export function usedByOrders(db: Db): Fragment {
  return db`(
    select coalesce(sum(uses.quantity), 0)
      from promotion_uses as uses
     where uses.site_id = promotions.site_id
       and uses.promotion_id = promotions.promotion_id
       and uses.given_back_at is null
       and ${holdsTickets(db)}
  )`
}

/**
 * Whether the order of a use (alias `uses`) holds tickets, or had them taken again by money that came late. What has ended
 * stays ended, so one that does not can only be revived by that.
 */
function holdsTickets(db: Db): Fragment {
  return db`exists (
    select
      from orders
      join ticket_reservations as reservations using (site_id, ticket_reservation_id)
     where orders.site_id = uses.site_id
       and orders.order_number = uses.order_number
       and reservations.status in ('PENDING', 'CONFIRMED')
  )`
}

export async function insertAllowance(
  tx: Tx,
  siteId: string,
  { promotionId, usesMax, usesPerBuyerMax }: Omit<Allowance, 'used'>,
): Promise<void> {
  await tx`
    insert into promotions (site_id, promotion_id, uses_max, uses_per_buyer_max)
    values (${siteId}, ${promotionId}, ${usesMax}, ${usesPerBuyerMax})`
}

/** Locks a promotion for a change of its limits, after which those who use it wait. */
export async function lockAllowance(tx: Tx, siteId: string, promotionId: string): Promise<Allowance | null> {
  const [row] = await tx<Allowance[]>`
    select ${allowanceColumns(tx)}
      from promotions
     where site_id = ${siteId}
       and promotion_id = ${promotionId}
       for update`
  return row ?? null
}

export async function setLimits(
  tx: Tx,
  siteId: string,
  { promotionId, usesMax, usesPerBuyerMax }: Omit<Allowance, 'used'>,
): Promise<void> {
  await tx`
    update promotions
       set uses_max = ${usesMax}, uses_per_buyer_max = ${usesPerBuyerMax}
     where site_id = ${siteId}
       and promotion_id = ${promotionId}`
}

/** Removes a promotion and what is counted of it; the orders keep what they were promised, in their invoices. */
export async function removeAllowance(tx: Tx, siteId: string, promotionId: string): Promise<void> {
  await tx`
    with gone as (
      delete from promotion_uses
       where site_id = ${siteId}
         and promotion_id = ${promotionId}
    )
    delete from promotions
     where site_id = ${siteId}
       and promotion_id = ${promotionId}`
}

/** Somebody who would use a promotion. `orderNumber`: of the order that is priced anew; what it uses is not counted. */
export type Buyer = { promotionId: string; email: string | null; visitorId: string | null; orderNumber: string | null }

/**
 * Gives back uses of orders that hold no tickets any more: all of the promotions in `whole`, of the others those of the
 * named buyers. The promotions must be locked.
 * @returns what is used of each whose number changed
 */
export async function giveBackEnded(
  tx: Tx,
  siteId: string,
  { whole, buyers }: { whole: readonly string[]; buyers: readonly Buyer[] },
  now: Date,
): Promise<Map<string, number>> {
  if (whole.length === 0 && buyers.length === 0) return new Map()
  const rows = await tx<{ promotionId: string; used: number }[]>`
    with candidates as (
      select site_id, order_number, promotion_id
        from promotion_uses
       where site_id = ${siteId}
         and promotion_id = any(${[...whole]})
         and given_back_at is null
      union
      select site_id, order_number, promotion_id
        from (${usesOf(tx, siteId, buyers)}) as own
    ), ended as (
      update promotion_uses as uses
         set given_back_at = ${now}
        from candidates
       where uses.site_id = ${siteId}
         and uses.order_number = candidates.order_number
         and uses.promotion_id = candidates.promotion_id
         and not ${holdsTickets(tx)}
      returning uses.promotion_id, uses.quantity
    ), returned as (
      select promotion_id, sum(quantity) as quantity
        from ended
       group by promotion_id
    )
    update promotions
       set used = promotions.used - returned.quantity
      from returned
     where promotions.site_id = ${siteId}
       and promotions.promotion_id = returned.promotion_id
    returning promotions.promotion_id, promotions.used`
  return new Map(rows.map(({ promotionId, used }) => [promotionId, used]))
}

/** How often each of these buyers uses the promotion already, by e-mail address or as the same visitor, in their order. */
export async function countUsesOf(db: Db, siteId: string, buyers: readonly Buyer[]): Promise<number[]> {
  if (buyers.length === 0) return []
  const rows = await db<{ place: number; uses: number }[]>`
    select place, count(*) as uses
      from (${usesOf(db, siteId, buyers)} and ${holdsTickets(db)}) as own
     group by place`
  const counted = new Map(rows.map(({ place, uses }) => [place, uses]))
  return buyers.map((_, place) => counted.get(place) ?? 0)
}

function usesOf(db: Db, siteId: string, buyers: readonly Buyer[]): Fragment {
  const rows = buyers.map(({ promotionId, email, visitorId, orderNumber }, place) => ({
    place,
    promotion_id: promotionId,
    email,
    visitor_id: visitorId,
    order_number: orderNumber,
  }))
  return db`
    select buyers.place, uses.site_id, uses.order_number, uses.promotion_id
      from jsonb_to_recordset(${jsonb(db, rows)}) as buyers (
             place integer, promotion_id uuid, email text, visitor_id uuid, order_number text
           )
      left join contacts
        on contacts.site_id = ${siteId}
       and contacts.email = lower(buyers.email)
      join promotion_uses as uses
        on uses.site_id = ${siteId}
       and uses.promotion_id = buyers.promotion_id
       and uses.given_back_at is null
       and (uses.contact_id = contacts.contact_id or uses.visitor_id = buyers.visitor_id)
       and uses.order_number is distinct from buyers.order_number`
}

/** One order's use of a promotion. */
export type Use = {
  promotionId: string
  orderNumber: string
  quantity: number
  ticketReservationId: string
  contactId: string | null
  visitorId: string | null
  usesPerBuyerMax: number | null
}

/**
 * Writes that orders use promotions, and counts it, in one statement; the promotions must be locked, and have room.
 * @throws PostgresError of the constraint `promotions_never_overused`
 */
export async function takeUses(tx: Tx, siteId: string, uses: readonly Use[], now: Date): Promise<void> {
  if (uses.length === 0) return
  const rows = uses.map(use => ({
    promotion_id: use.promotionId,
    order_number: use.orderNumber,
    quantity: use.quantity,
    ticket_reservation_id: use.ticketReservationId,
    contact_id: use.contactId,
    visitor_id: use.visitorId,
    uses_per_buyer_max: use.usesPerBuyerMax,
  }))
  await tx`
    with taken as (
      insert into promotion_uses (
        site_id, order_number, promotion_id, quantity, ticket_reservation_id, contact_id, visitor_id,
        uses_per_buyer_max, used_at
      )
      select ${siteId}, order_number, promotion_id, quantity, ticket_reservation_id, contact_id, visitor_id,
             uses_per_buyer_max, ${now}::timestamptz
        from jsonb_to_recordset(${jsonb(tx, rows)}) as new (
               order_number text, promotion_id uuid, quantity integer, ticket_reservation_id uuid, contact_id uuid,
               visitor_id uuid, uses_per_buyer_max integer
             )
      returning promotion_id, quantity
    ), counted as (
      select promotion_id, sum(quantity) as quantity
        from taken
       group by promotion_id
    )
    update promotions
       set used = promotions.used + counted.quantity
      from counted
     where promotions.site_id = ${siteId}
       and promotions.promotion_id = counted.promotion_id`
}

/**
 * Takes back all that an order uses, because it is priced anew. Its promotions must be locked.
 * @returns what is used of each whose number changed
 */
export async function dropUses(tx: Tx, siteId: string, orderNumber: string): Promise<Map<string, number>> {
  const rows = await tx<{ promotionId: string; used: number }[]>`
    with dropped as (
      delete from promotion_uses
       where site_id = ${siteId}
         and order_number = ${orderNumber}
      returning promotion_id, quantity, given_back_at
    )
    update promotions
       set used = promotions.used - dropped.quantity
      from dropped
     where promotions.site_id = ${siteId}
       and promotions.promotion_id = dropped.promotion_id
       and dropped.given_back_at is null
    returning promotions.promotion_id, promotions.used`
  return new Map(rows.map(({ promotionId, used }) => [promotionId, used]))
}

/** Takes out who used promotions with anonymized orders (R191): the uses count on, for no buyer. */
export async function forgetUsers(tx: Tx, siteId: string, orderNumbers: readonly string[]): Promise<void> {
  await tx`
    update promotion_uses
       set contact_id = null, visitor_id = null
     where site_id = ${siteId}
       and order_number = any(${[...orderNumbers]})`
}
