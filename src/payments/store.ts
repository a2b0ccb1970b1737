import { type Db, jsonb, type Tx } from '../db/connect.ts'

/** One payment of one order through one provider. */
export type Payment = {
  siteId: string
  paymentId: string
  orderNumber: string
  provider: 'test'
  status: 'BEGUN' | 'CAPTURED' | 'DECLINED' | 'REFUNDED'
  amountMinor: number
  refundedMinor: number
  currency: string
  createdAt: Date
  updatedAt: Date
}

type NewPayment = Pick<Payment, 'siteId' | 'paymentId' | 'orderNumber' | 'provider' | 'amountMinor' | 'currency'>

export async function insertPayment(tx: Tx, payment: NewPayment, now: Date): Promise<void> {
  await tx`
    insert into payments (
      site_id, payment_id, order_number, provider, status, amount_minor, currency, created_at, updated_at
    )
    values (
      ${payment.siteId}, ${payment.paymentId}, ${payment.orderNumber}, ${payment.provider}, 'BEGUN',
      ${payment.amountMinor}, ${payment.currency}, ${now}, ${now}
    )`
}

export async function findPayment(db: Db, siteId: string, paymentId: string): Promise<Payment | null> {
  const [row] = await db<Payment[]>`
    select site_id, payment_id, order_number, provider, status, amount_minor, refunded_minor, currency, created_at,
           updated_at
      from payments
     where site_id = ${siteId}
       and payment_id = ${paymentId}`
  return row ?? null
}

/** An order's payments. Only who holds the order's lock changes them, so that lock is theirs too. */
export async function listPaymentsOf(db: Db, siteId: string, orderNumber: string): Promise<Payment[]> {
  return db<Payment[]>`
    select site_id, payment_id, order_number, provider, status, amount_minor, refunded_minor, currency, created_at,
           updated_at
      from payments
     where site_id = ${siteId}
       and order_number = ${orderNumber}
     order by payment_id`
}

export async function setPaymentStatus(
  tx: Tx,
  { siteId, paymentId }: Pick<Payment, 'siteId' | 'paymentId'>,
  { status, refundedMinor }: Pick<Payment, 'status' | 'refundedMinor'>,
  now: Date,
): Promise<void> {
  await tx`
    update payments
       set status = ${status}, refunded_minor = ${refundedMinor}, updated_at = ${now}
     where site_id = ${siteId}
       and payment_id = ${paymentId}`
}

/** False when this notification was stored before: then it changes nothing. */
export async function storeNotification(
  tx: Tx,
  notification: { siteId: string; provider: string; notificationId: string; paymentId: string; result: string },
  now: Date,
): Promise<boolean> {
  const stored = await tx`
    insert into payment_notifications (site_id, provider, notification_id, payment_id, result, received_at)
    values (
      ${notification.siteId}, ${notification.provider}, ${notification.notificationId}, ${notification.paymentId},
      ${notification.result}, ${now}
    )
    on conflict (site_id, provider, notification_id) do nothing`
  return stored.count === 1
}

/** Puts a payment on the list of what a person must decide; once. */
export async function openCase(
  tx: Tx,
  { siteId, paymentId, reason }: { siteId: string; paymentId: string; reason: string },
  now: Date,
): Promise<void> {
  await tx`
    insert into reconciliation_cases (site_id, payment_id, reason, opened_at)
    values (${siteId}, ${paymentId}, ${reason}, ${now})
    on conflict (site_id, payment_id) do nothing`
}

export type Case = Payment & { reason: string; openedAt: Date; closedAt: Date | null }

export async function listOpenCases(db: Db, siteId: string, limit: number): Promise<Case[]> {
  return db<Case[]>`
    select payments.site_id, payments.payment_id, payments.order_number, payments.provider, payments.status,
           payments.amount_minor, payments.refunded_minor, payments.currency, payments.created_at,
           payments.updated_at, cases.reason, cases.opened_at, cases.closed_at
      from reconciliation_cases as cases
      join payments using (site_id, payment_id)
     where cases.site_id = ${siteId}
       and cases.closed_at is null
     order by cases.opened_at
     limit ${limit}`
}

/** False when there is no open case for this payment. */
export async function closeCase(
  tx: Tx,
  { siteId, paymentId, by }: { siteId: string; paymentId: string; by: { kind: string; id: string } },
  now: Date,
): Promise<boolean> {
  const closed = await tx`
    update reconciliation_cases
       set closed_at = ${now}, closed_by = ${jsonb(tx, by)}
     where site_id = ${siteId}
       and payment_id = ${paymentId}
       and closed_at is null`
  return closed.count === 1
}
