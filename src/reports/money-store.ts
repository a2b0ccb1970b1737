import type { Db, Fragment } from '../db/connect.ts'
import { type Cut, ofScope, type Scope, startOf } from './store.ts'

/** How money moves: through a provider, or by hand: cash or a card at the door, or somebody says that it was paid. */
export type MoneyPoint = {
  currency: string
  startAt: Date
  method: 'stripe' | 'test' | 'giftCard' | 'cash' | 'card' | 'manual'
  payments: number
  capturedMinor: number
  refunds: number
  refundedMinor: number
}

/** What came in and what went back, unit by unit, whatever became of its order: an entry never changes afterwards. */
export async function listMoney(db: Db, { siteId, eventIds, from, to }: Scope, cut: Cut): Promise<MoneyPoint[]> {
  return db`
    select currency, start_at, method, sum(payments)::bigint as payments, sum(captured_minor)::bigint as captured_minor,
           sum(refunds)::bigint as refunds, sum(refunded_minor)::bigint as refunded_minor
      from (
        select payments.currency, ${startOf(db, db`payments.captured_at`, cut)} as start_at,
               ${methodOf(db)} as method, 1 as payments, payments.amount_minor as captured_minor, 0 as refunds,
               0 as refunded_minor
          from payments
          join orders using (site_id, order_number)
         where payments.site_id = ${siteId}
           and payments.captured_at >= ${from}
           and payments.captured_at < ${to}
           and ${ofScope(db, siteId, eventIds)}
        union all
        select payments.currency, ${startOf(db, db`refunds.updated_at`, cut)}, ${methodOf(db)}, 0, 0, 1,
               refunds.amount_minor
          from refunds
          join payments using (site_id, payment_id)
          join orders on orders.site_id = refunds.site_id and orders.order_number = refunds.order_number
         where refunds.site_id = ${siteId}
           and refunds.status = 'DONE'
           and refunds.updated_at >= ${from}
           and refunds.updated_at < ${to}
           and ${ofScope(db, siteId, eventIds)}
      ) as facts
     group by currency, start_at, method
     order by currency, start_at, method`
}

/** How a payment was made; `orders` and `payments` must be there. */
export function methodOf(db: Db): Fragment {
  return db`
    case
      when payments.provider <> 'manual' then payments.provider
      when orders.channel <> 'OFFLINE_POS' then 'manual'
      when orders.method = 'cash' then 'cash'
      else 'card'
    end`
}

/**
 * OFFLINE: to be paid in person; AUTHORIZED: set aside; REFUNDING: on its way back; DISPUTED: wanted back from the bank;
 * GIFT_CARD: left on cards that can be used.
 */
export type DueRow = {
  currency: string
  kind: 'OFFLINE' | 'AUTHORIZED' | 'REFUNDING' | 'DISPUTED' | 'GIFT_CARD'
  count: number
  amountMinor: number
}

/** What is open at `now`, and so in nobody's sums of what was paid. */
export async function listDue(
  db: Db,
  { siteId, eventIds }: Pick<Scope, 'siteId' | 'eventIds'>,
  now: Date,
): Promise<DueRow[]> {
  return db`
    select orders.currency, 'OFFLINE' as kind, count(*) as count,
           sum(orders.grand_total_minor - coalesce(paid.minor, 0))::bigint as amount_minor
      from orders
      left join lateral (
             select sum(amount_minor - refunded_minor - refunding_minor) as minor
               from payments
              where payments.site_id = orders.site_id
                and payments.order_number = orders.order_number
                and payments.status = 'CAPTURED'
           ) as paid on true
     where ${ofScope(db, siteId, eventIds)}
       and orders.status = 'OFFLINE_PENDING'
       and orders.archived_at is null
     group by orders.currency
    union all
    select payments.currency, 'AUTHORIZED', count(*), sum(payments.amount_minor)::bigint
      from payments
      join orders using (site_id, order_number)
     where ${ofScope(db, siteId, eventIds)}
       and payments.status = 'AUTHORIZED'
     group by payments.currency
    union all
    select payments.currency, 'REFUNDING', count(*), sum(refunds.amount_minor)::bigint
      from refunds
      join payments using (site_id, payment_id)
      join orders on orders.site_id = refunds.site_id and orders.order_number = refunds.order_number
     where ${ofScope(db, siteId, eventIds)}
       and refunds.status = 'PENDING'
     group by payments.currency
    union all
    select payments.currency, 'DISPUTED', count(*), sum(payments.amount_minor - payments.refunded_minor)::bigint
      from (
             select distinct site_id, payment_id
               from reconciliation_cases
              where site_id = ${siteId}
                and reason = 'DISPUTED'
                and closed_at is null
           ) as cases
      join payments using (site_id, payment_id)
      join orders using (site_id, order_number)
     where ${ofScope(db, siteId, eventIds)}
     group by payments.currency
    union all
    select gift_cards.currency, 'GIFT_CARD', count(*), sum(gift_cards.balance_minor)::bigint
      from gift_cards
     where gift_cards.site_id = ${siteId}
       and ${eventIds.length === 0}::boolean
       and gift_cards.balance_minor > 0
       and gift_cards.disabled_at is null
       and (gift_cards.expires_at is null or gift_cards.expires_at > ${now})
     group by gift_cards.currency
     order by 1, 2`
}

/** How many reconciliation cases are open, by why. */
export async function countOpenCases(
  db: Db,
  { siteId, eventIds }: Pick<Scope, 'siteId' | 'eventIds'>,
): Promise<{ reason: string; count: number }[]> {
  return db`
    select cases.reason, count(*) as count
      from reconciliation_cases as cases
      join payments using (site_id, payment_id)
      join orders using (site_id, order_number)
     where ${ofScope(db, siteId, eventIds)}
       and cases.closed_at is null
     group by cases.reason
     order by cases.reason`
}
