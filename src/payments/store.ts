import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'

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

function columns(db: Db): Fragment {
  return db`
    payments.site_id, payments.payment_id, payments.order_number, payments.provider, payments.status,
    payments.amount_minor, payments.refunded_minor, payments.currency, payments.created_at, payments.updated_at`
}

type NewPayment = Pick<Payment, 'paymentId' | 'orderNumber' | 'provider' | 'amountMinor' | 'currency'>

/** Payments of one site that are being begun, in one statement. */
export async function insertPayments(
  tx: Tx,
  siteId: string,
  payments: readonly NewPayment[],
  now: Date,
): Promise<void> {
  if (payments.length === 0) return
  const rows = payments.map(payment => ({
    payment_id: payment.paymentId,
    order_number: payment.orderNumber,
    provider: payment.provider,
    amount_minor: payment.amountMinor,
    currency: payment.currency,
  }))
  await tx`
    insert into payments (
      site_id, payment_id, order_number, provider, status, amount_minor, currency, created_at, updated_at
    )
    select ${siteId}, payment_id, order_number, provider, 'BEGUN', amount_minor, currency, ${now}::timestamptz,
           ${now}::timestamptz
      from jsonb_to_recordset(${jsonb(tx, rows)}) as begun (
             payment_id uuid, order_number text, provider text, amount_minor bigint, currency text
           )`
}

export async function findPayment(db: Db, siteId: string, paymentId: string): Promise<Payment | null> {
  const [row] = await db<Payment[]>`
    select ${columns(db)}
      from payments
     where site_id = ${siteId}
       and payment_id = ${paymentId}`
  return row ?? null
}

/** A payment on a site that takes test payments, with whose it is. */
export async function findTestPayment(db: Db, siteId: string, paymentId: string): Promise<OwnedPayment | null> {
  const [row] = await db<OwnedPayment[]>`
    select ${columns(db)}, orders.event_id, orders.visitor_id, orders.member_id
      from payments
      join orders using (site_id, order_number)
      join sites using (site_id)
     where payments.site_id = ${siteId}
       and payments.payment_id = ${paymentId}
       and payments.provider = 'test'
       and sites.test_payments`
  return row ?? null
}

type OwnedPayment = Payment & { eventId: string; visitorId: string | null; memberId: string | null }

export async function listPayments(db: Db, siteId: string, paymentIds: readonly string[]): Promise<Payment[]> {
  return db<Payment[]>`
    select ${columns(db)}
      from payments
     where site_id = ${siteId}
       and payment_id = any(${[...paymentIds]})`
}

/** An order's payments. Only who holds the order's lock changes them, so that lock is theirs too. */
export async function listPaymentsOf(db: Db, siteId: string, orderNumber: string): Promise<Payment[]> {
  return db<Payment[]>`
    select ${columns(db)}
      from payments
     where site_id = ${siteId}
       and order_number = ${orderNumber}
     order by payment_id`
}

/** Writes status and refund of payments of one site, in one statement; their orders must be locked. */
export async function writePayments(
  tx: Tx,
  siteId: string,
  changed: readonly Pick<Payment, 'paymentId' | 'status' | 'refundedMinor'>[],
  now: Date,
): Promise<void> {
  if (changed.length === 0) return
  const rows = changed.map(({ paymentId, status, refundedMinor }) => ({ paymentId, status, refundedMinor }))
  await tx`
    update payments
       set status = changed.status, refunded_minor = changed."refundedMinor", updated_at = ${now}
      from jsonb_to_recordset(${jsonb(tx, rows)}) as changed ("paymentId" uuid, status text, "refundedMinor" bigint)
     where payments.site_id = ${siteId}
       and payments.payment_id = any(${changed.map(payment => payment.paymentId)})
       and payments.payment_id = changed."paymentId"`
}

/** What a provider says of a payment, under an id of its own. */
export type Notification = {
  siteId: string
  provider: string
  notificationId: string
  paymentId: string
  result: 'PAID' | 'PENDING' | 'DECLINED'
}

/**
 * Stores notifications of one site, in one statement. Their payments' orders must be locked: then nobody stores the same
 * one meanwhile.
 * @returns the ids of those that are new; one that was stored before changes nothing
 */
export async function storeNotifications(
  tx: Tx,
  siteId: string,
  notifications: readonly Notification[],
  now: Date,
): Promise<Set<string>> {
  if (notifications.length === 0) return new Set()
  const rows = notifications.map(({ provider, notificationId, paymentId, result }) => ({
    provider,
    notification_id: notificationId,
    payment_id: paymentId,
    result,
  }))
  const stored = await tx<{ notificationId: string }[]>`
    insert into payment_notifications (site_id, provider, notification_id, payment_id, result, received_at)
    select ${siteId}::uuid, provider, notification_id, payment_id, result, ${now}::timestamptz
      from jsonb_to_recordset(${jsonb(tx, rows)}) as told (
             provider text, notification_id text, payment_id uuid, result text
           )
        on conflict (site_id, provider, notification_id) do nothing
    returning notification_id`
  return new Set(stored.map(({ notificationId }) => notificationId))
}

/** Those of the named notifications that are stored already, by their ids. */
export async function listStoredNotifications(
  db: Db,
  siteId: string,
  notificationIds: readonly string[],
): Promise<Set<string>> {
  const stored = await db<{ notificationId: string }[]>`
    select notification_id
      from payment_notifications
     where site_id = ${siteId}
       and notification_id = any(${[...notificationIds]})`
  return new Set(stored.map(({ notificationId }) => notificationId))
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
    select ${columns(db)}, cases.reason, cases.opened_at, cases.closed_at
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
