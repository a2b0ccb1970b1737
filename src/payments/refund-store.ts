import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import type { NewRefund, Refund } from './model.ts'

function columns(db: Db): Fragment {
  return db`
    refunds.site_id, refunds.refund_id, refunds.payment_id, refunds.order_number, refunds.amount_minor, refunds.status,
    refunds.reason, refunds.note, refunds.silent, refunds.asked_by, refunds.provider_ref, refunds.attempts, refunds.due_at,
    refunds.created_at, refunds.updated_at`
}

/** Refunds of one site, in one statement; those that are PENDING are due at once. Their orders must be locked. */
export async function insertRefunds(
  tx: Tx,
  siteId: string,
  refunds: readonly (NewRefund & { createdAt: Date })[],
): Promise<void> {
  if (refunds.length === 0) return
  const rows = refunds.map(refund => ({
    refund_id: refund.refundId,
    payment_id: refund.paymentId,
    order_number: refund.orderNumber,
    amount_minor: refund.amountMinor,
    status: refund.status,
    reason: refund.reason,
    note: refund.note,
    silent: refund.silent,
    asked_by: refund.askedBy,
    provider_ref: refund.providerRef,
    due_at: refund.status === 'PENDING' ? refund.createdAt : null,
    created_at: refund.createdAt,
  }))
  await tx`
    insert into refunds (
      site_id, refund_id, payment_id, order_number, amount_minor, status, reason, note, silent, asked_by, provider_ref,
      due_at, created_at, updated_at
    )
    select ${siteId}, refund_id, payment_id, order_number, amount_minor, status, reason, note, silent, asked_by,
           provider_ref, due_at, created_at, created_at
      from jsonb_to_recordset(${jsonb(tx, rows)}) as asked (
             refund_id uuid, payment_id uuid, order_number text, amount_minor bigint, status text, reason text,
             note text, silent boolean, asked_by jsonb, provider_ref text, due_at timestamptz, created_at timestamptz
           )`
}

/** The refunds of an order, oldest first. Only who holds the order's lock changes them. */
export async function listRefundsOf(db: Db, siteId: string, orderNumber: string): Promise<Refund[]> {
  return db<Refund[]>`
    select ${columns(db)}
      from refunds
     where site_id = ${siteId}
       and order_number = ${orderNumber}
     order by created_at, refund_id`
}

export async function findRefund(db: Db, siteId: string, refundId: string): Promise<Refund | null> {
  const [row] = await db<Refund[]>`
    select ${columns(db)}
      from refunds
     where site_id = ${siteId}
       and refund_id = ${refundId}`
  return row ?? null
}

/** Writes what changed of a refund; its order must be locked. */
export async function writeRefund(tx: Tx, refund: Refund): Promise<void> {
  await tx`
    update refunds
       set status = ${refund.status}, provider_ref = ${refund.providerRef}, attempts = ${refund.attempts},
           due_at = ${refund.dueAt}, updated_at = ${refund.updatedAt}
     where site_id = ${refund.siteId}
       and refund_id = ${refund.refundId}`
}

/** Forgets what people noted about money of orders that are nobody's any more (R191). */
export async function forgetRefundNotes(tx: Tx, siteId: string, orderNumbers: readonly string[]): Promise<void> {
  await tx`
    update refunds
       set note = null
     where site_id = ${siteId}
       and order_number = any(${[...orderNumbers]})
       and note is not null`
}

/** Takes refunds that are due, as `claimDuePayments` does with payments. */
export async function claimDueRefunds(db: Db, { now, limit }: { now: Date; limit: number }): Promise<Refund[]> {
  const due = await db<Refund[]>`
    with due as (
      select site_id, refund_id
        from refunds
       where due_at <= ${now}
       order by due_at
       limit ${limit}
         for update skip locked
    )
    update refunds
       set due_at = ${now}::timestamptz + make_interval(secs => least(3600, 10 * 2 ^ least(attempts, 20))),
           attempts = attempts + 1
      from due
     where refunds.site_id = due.site_id
       and refunds.refund_id = due.refund_id
    returning ${columns(db)}`
  return [...due]
}
