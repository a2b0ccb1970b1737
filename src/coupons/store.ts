import type { Db, Fragment, Tx } from '../db/connect.ts'
import { allowanceColumns, usedByOrders } from '../promotions/store.ts'
import { Refusal } from '../refusals.ts'
import { type Paged, type PageRead, pageOf } from '../wire/pages.ts'
import { COMPARISON, compileQuery, EQUALITY, type QueryRules, type WireQuery } from '../wire/query.ts'
import type { Coupon } from './model.ts'

type Row = Omit<Coupon, 'off' | 'scope'> & {
  percentOff: string | null
  amountOffMinor: number | null
  scopeGroup: Coupon['scope']['group']
  scopeEntityId: string | null
}

function columns(db: Db, used?: Fragment): Fragment {
  return db`
    coupons.coupon_id, coupons.revision, coupons.code, coupons.name, coupons.percent_off, coupons.amount_off_minor,
    coupons.applies_per, coupons.scope_group, coupons.scope_entity_id, coupons.minimum_sub_total_minor,
    coupons.currency, coupons.start_at, coupons.end_at, coupons.deactivated_at, coupons.created_at,
    coupons.updated_at, ${allowanceColumns(db, used)}`
}

function source(db: Db, siteId: string): Fragment {
  return db`
    coupons
      join promotions on promotions.site_id = coupons.site_id and promotions.promotion_id = coupons.coupon_id
     where coupons.site_id = ${siteId}`
}

function fromRow({ percentOff, amountOffMinor, scopeGroup, scopeEntityId, ...row }: Row): Coupon {
  return {
    ...row,
    // numeric(5, 2) comes back as 10.00; the contract shows what the organizer wrote.
    off: percentOff === null ? { amountMinor: amountOffMinor ?? 0 } : { percent: String(Number(percentOff)) },
    scope: { group: scopeGroup, entityId: scopeEntityId },
  }
}

/** Locks, in the order of their ids, how often these coupons are used; those that are not there are absent. */
export async function lockCoupons(tx: Tx, siteId: string, codes: readonly string[]): Promise<Coupon[]> {
  const rows = await tx<Row[]>`
    select ${columns(tx)}
      from ${source(tx, siteId)}
       and coupons.code = any(${[...codes]})
     order by promotions.promotion_id
       for update of promotions`
  return rows.map(fromRow)
}

/** The same without a lock, to look at; where they seem used up, their orders are looked at as well. */
export async function listCouponsByCode(db: Db, siteId: string, codes: readonly string[]): Promise<Coupon[]> {
  const used = db`case when promotions.used >= promotions.uses_max then ${usedByOrders(db)} else promotions.used end`
  const rows = await db<Row[]>`
    select ${columns(db, used)}
      from ${source(db, siteId)}
       and coupons.code = any(${[...codes]})`
  return rows.map(fromRow)
}

/** @throws Refusal NOT_FOUND */
export async function getCoupon(db: Db, siteId: string, couponId: string): Promise<Coupon> {
  const [row] = await db<Row[]>`
    select ${columns(db, usedByOrders(db))}
      from ${source(db, siteId)}
       and coupons.coupon_id = ${couponId}`
  if (!row) throw couponNotFound(couponId)
  return fromRow(row)
}

export function couponNotFound(couponId: string): Refusal {
  return new Refusal('NOT_FOUND', 'There is no such coupon.', { couponId })
}

/** Whether guests can be asked for a code: any coupon that is, or will be, valid (R149). */
export async function hasActiveCoupon(db: Db, siteId: string, now: Date): Promise<boolean> {
  const [row] = await db<{ found: boolean }[]>`
    select exists (
      select
        from coupons
       where site_id = ${siteId}
         and deactivated_at is null
         and coalesce(end_at > ${now}, true)
    ) as found`
  return row?.found ?? false
}

const MOMENT = { type: 'instant', operators: COMPARISON, sortable: true, required: true } as const

const QUERY: QueryRules = {
  fields: {
    id: { sql: db => db`coupons.coupon_id`, type: 'guid', operators: EQUALITY, sortable: true },
    code: { sql: db => db`coupons.code`, type: 'text', operators: COMPARISON, sortable: true },
    name: { sql: db => db`coupons.name`, type: 'text', operators: COMPARISON, sortable: true },
    active: { sql: db => db`(coupons.deactivated_at is null)`, type: 'boolean', operators: EQUALITY },
    'scope.entityId': { sql: db => db`coupons.scope_entity_id`, type: 'guid', operators: EQUALITY },
    startDate: { sql: db => db`coupons.start_at`, type: 'instant', operators: COMPARISON, sortable: true },
    endDate: { sql: db => db`coupons.end_at`, type: 'instant', operators: COMPARISON, sortable: true },
    createdDate: { sql: db => db`coupons.created_at`, ...MOMENT },
    updatedDate: { sql: db => db`coupons.updated_at`, ...MOMENT },
  },
  defaultSort: [{ fieldName: 'createdDate', order: 'DESC' }],
  tieBreaker: db => db`coupons.coupon_id`,
  limitDefault: 50,
  limitMax: 100,
}

export async function queryCoupons(
  db: Db,
  siteId: string,
  wire: WireQuery | null | undefined,
  now: Date,
): Promise<PageRead<Coupon>> {
  const query = compileQuery(db, QUERY, wire, now)
  const [rows, counted] = await Promise.all([
    db<(Row & Paged)[]>`
      select ${columns(db, usedByOrders(db))}, ${query.page.key}
        from ${source(db, siteId)}
         and ${query.where}
         ${query.page.rest}`,
    db<{ total: number }[]>`select count(*) as total from ${source(db, siteId)} and ${query.where}`,
  ])
  const page = pageOf(query, rows, counted[0]?.total ?? 0)
  return { ...page, rows: page.rows.map(fromRow) }
}

/** What a coupon has taken off orders that are confirmed, by currency: one that takes a percentage may have several. */
export type TakenOff = { currency: string; amountMinor: number }

/** What of each coupon was taken off; those that took nothing off are absent. */
export async function takenOffBy(
  db: Db,
  siteId: string,
  couponIds: readonly string[],
): Promise<Map<string, TakenOff[]>> {
  const rows = await db<(TakenOff & { couponId: string })[]>`
    select uses.promotion_id as coupon_id, orders.currency,
           sum((discount.value ->> 'amountMinor')::bigint)::bigint as amount_minor
      from promotion_uses as uses
      join orders using (site_id, order_number)
     cross join jsonb_array_elements(orders.invoice -> 'discounts') as discount
     where uses.site_id = ${siteId}
       and uses.promotion_id = any(${[...couponIds]})
       and uses.given_back_at is null
       and orders.status in ('PAID', 'FREE', 'OFFLINE_PENDING')
       and discount.value ->> 'couponId' = uses.promotion_id::text
     group by uses.promotion_id, orders.currency
     order by orders.currency`
  return Map.groupBy(rows, ({ couponId }) => couponId)
}

export async function insertCoupon(tx: Tx, siteId: string, coupon: Coupon): Promise<void> {
  await tx`
    insert into coupons (
      site_id, coupon_id, revision, code, name, percent_off, amount_off_minor, applies_per, scope_group,
      scope_entity_id, minimum_sub_total_minor, currency, start_at, end_at, deactivated_at, created_at, updated_at
    )
    values (
      ${siteId}, ${coupon.couponId}, ${coupon.revision}, ${coupon.code}, ${coupon.name}, ${percentOf(coupon)},
      ${amountOf(coupon)}, ${coupon.appliesPer}, ${coupon.scope.group}, ${coupon.scope.entityId},
      ${coupon.minimumSubTotalMinor}, ${coupon.currency}, ${coupon.startAt}, ${coupon.endAt},
      ${coupon.deactivatedAt}, ${coupon.createdAt}, ${coupon.updatedAt}
    )`
}

/** Writes a changed coupon, whose allowance is locked. */
export async function writeCoupon(tx: Tx, siteId: string, coupon: Coupon): Promise<void> {
  await tx`
    update coupons
       set revision = ${coupon.revision},
           code = ${coupon.code},
           name = ${coupon.name},
           percent_off = ${percentOf(coupon)},
           amount_off_minor = ${amountOf(coupon)},
           applies_per = ${coupon.appliesPer},
           scope_group = ${coupon.scope.group},
           scope_entity_id = ${coupon.scope.entityId},
           minimum_sub_total_minor = ${coupon.minimumSubTotalMinor},
           currency = ${coupon.currency},
           start_at = ${coupon.startAt},
           end_at = ${coupon.endAt},
           deactivated_at = ${coupon.deactivatedAt},
           updated_at = ${coupon.updatedAt}
     where site_id = ${siteId}
       and coupon_id = ${coupon.couponId}`
}

export async function deleteCoupon(tx: Tx, siteId: string, couponId: string): Promise<void> {
  await tx`
    delete from coupons
     where site_id = ${siteId}
       and coupon_id = ${couponId}`
}

function percentOf({ off }: Coupon): string | null {
  return 'percent' in off ? off.percent : null
}

function amountOf({ off }: Coupon): number | null {
  return 'percent' in off ? null : off.amountMinor
}
