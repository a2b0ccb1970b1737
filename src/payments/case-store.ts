import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import type { Payment } from './model.ts'
import { columns as paymentColumns } from './store.ts'

export const CASE_REASONS = [
  'ORDER_CANCELED',
  'PROVIDER_FAILS',
  'REFUND_BY_HAND',
  'REFUND_FAILED',
  'REFUNDED_ELSEWHERE',
  'DISPUTED',
] as const
/**
 * Why a person must decide about money. ORDER_CANCELED: it had bought tickets that admit nobody any more; PROVIDER_FAILS:
 * what is asked of its provider fails again and again; REFUND_BY_HAND: only a person can give it back; REFUND_FAILED: the
 * provider could not; REFUNDED_ELSEWHERE: it went back without us, and its tickets stand; DISPUTED: the buyer wants it
 * back from the bank.
 */
export type CaseReason = (typeof CASE_REASONS)[number]

type Named = { siteId: string; paymentId: string; reason: CaseReason; about?: string }

/** Puts a payment on the list of what a person must decide; once for each reason and what that is about. */
export async function openCase(tx: Tx, { siteId, paymentId, reason, about = '' }: Named, now: Date): Promise<void> {
  await tx`
    insert into reconciliation_cases (site_id, case_id, payment_id, reason, about, opened_at)
    values (${siteId}, ${newGuid()}, ${paymentId}, ${reason}, ${about}, ${now})
    on conflict on constraint reconciliation_cases_once do nothing`
}

/** Closes the case that was opened so, if it is open. */
export async function closeCaseOf(
  tx: Tx,
  { siteId, paymentId, reason, about = '' }: Named,
  by: Closing,
): Promise<void> {
  await tx`
    update reconciliation_cases
       set closed_at = ${by.now}, closed_by = ${jsonb(tx, by.actor)}, note = ${by.note}
     where site_id = ${siteId}
       and payment_id = ${paymentId}
       and reason = ${reason}
       and about = ${about}
       and closed_at is null`
}

export type Closing = { actor: { kind: string; id: string }; note: string | null; now: Date }

/** Closes a case. False when somebody did already. */
export async function closeCase(tx: Tx, siteId: string, caseId: string, by: Closing): Promise<boolean> {
  const closed = await tx`
    update reconciliation_cases
       set closed_at = ${by.now}, closed_by = ${jsonb(tx, by.actor)}, note = ${by.note}
     where site_id = ${siteId}
       and case_id = ${caseId}
       and closed_at is null`
  return closed.count === 1
}

/** The same of cases. */
export async function forgetCaseNotes(tx: Tx, siteId: string, orderNumbers: readonly string[]): Promise<void> {
  await tx`
    update reconciliation_cases
       set note = null
      from payments
     where reconciliation_cases.site_id = ${siteId}
       and payments.site_id = ${siteId}
       and payments.payment_id = reconciliation_cases.payment_id
       and payments.order_number = any(${[...orderNumbers]})
       and reconciliation_cases.note is not null`
}

export type Case = {
  caseId: string
  reason: CaseReason
  /** What of the payment it is about: the id of a refund, what was asked; else ''. */
  about: string
  openedAt: Date
  closedAt: Date | null
  closedBy: { kind: string; id: string } | null
  note: string | null
  orderStatus: string
  eventId: string
  anonymized: boolean
} & Payment

function columns(db: Db): Fragment {
  return db`
    cases.case_id, cases.reason, cases.about, cases.opened_at, cases.closed_at, cases.closed_by, cases.note,
    orders.status as order_status, orders.event_id, orders.anonymized_at is not null as anonymized, ${paymentColumns(db)}`
}

export async function findCase(db: Db, siteId: string, caseId: string): Promise<Case | null> {
  const [row] = await db<Case[]>`
    select ${columns(db)}
      from reconciliation_cases as cases
      join payments using (site_id, payment_id)
      join orders using (site_id, order_number)
     where cases.site_id = ${siteId}
       and cases.case_id = ${caseId}`
  return row ?? null
}

/** @param filter null or empty: whatever it is */
export async function listCases(
  db: Db,
  siteId: string,
  filter: { open: boolean | null; reasons: readonly string[]; orderNumber: string | null },
  { limit, offset }: { limit: number; offset: number },
): Promise<{ cases: Case[]; total: number }> {
  const reasons = [...filter.reasons]
  const where = db`
    cases.site_id = ${siteId}
       and (${filter.open}::boolean is null or (cases.closed_at is null) = ${filter.open})
       and (cardinality(${reasons}::text[]) = 0 or cases.reason = any(${reasons}))
       and (${filter.orderNumber}::text is null or payments.order_number = ${filter.orderNumber})`
  const [counted, cases] = await Promise.all([
    db<{ total: number }[]>`
      select count(*) as total
        from reconciliation_cases as cases
        join payments using (site_id, payment_id)
       where ${where}`,
    db<Case[]>`
      select ${columns(db)}
        from reconciliation_cases as cases
        join payments using (site_id, payment_id)
        join orders using (site_id, order_number)
       where ${where}
       order by cases.opened_at desc, cases.case_id
       limit ${limit}
      offset ${offset}`,
  ])
  return { cases: [...cases], total: counted[0]?.total ?? 0 }
}
