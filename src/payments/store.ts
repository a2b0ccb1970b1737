import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import type { Notification, Payment } from './model.ts'
import { insertRefunds } from './refund-store.ts'

export function columns(db: Db): Fragment {
  return db`
    payments.site_id, payments.payment_id, payments.order_number, payments.ordinal, payments.provider,
    payments.gift_card_id, payments.status, payments.amount_minor, payments.refunded_minor, payments.refunding_minor,
    payments.currency, payments.provider_ref, payments.captures_later, payments.authorized_at, payments.asked,
    payments.attempts, payments.due_at, payments.captured_at, payments.created_at, payments.updated_at`
}

/** What a payment says when it is begun, or when money was taken at once (CAPTURED). */
export type NewPayment = Pick<
  Payment,
  'paymentId' | 'orderNumber' | 'ordinal' | 'provider' | 'amountMinor' | 'currency'
> & {
  status: 'BEGUN' | 'CAPTURED'
  capturesLater?: boolean
  giftCardId?: string
}

/** New payments of one site, in one statement; their orders must be locked, or new too. */
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
    ordinal: payment.ordinal,
    provider: payment.provider,
    gift_card_id: payment.giftCardId ?? null,
    status: payment.status,
    amount_minor: payment.amountMinor,
    currency: payment.currency,
    captures_later: payment.capturesLater ?? false,
  }))
  await tx`
    insert into payments (
      site_id, payment_id, order_number, ordinal, provider, gift_card_id, status, amount_minor, currency,
      captures_later, captured_at, created_at, updated_at
    )
    select ${siteId}, payment_id, order_number, ordinal, provider, gift_card_id, status, amount_minor, currency,
           captures_later, case status when 'CAPTURED' then ${now}::timestamptz end, ${now}::timestamptz,
           ${now}::timestamptz
      from jsonb_to_recordset(${jsonb(tx, rows)}) as begun (
             payment_id uuid, order_number text, ordinal integer, provider text, gift_card_id uuid, status text,
             amount_minor bigint, currency text, captures_later boolean
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

/** One that was found or made before. */
export async function getPayment(db: Db, siteId: string, paymentId: string): Promise<Payment> {
  const payment = await findPayment(db, siteId, paymentId)
  if (!payment) throw new Error(`payment ${paymentId} is gone`)
  return payment
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

/**
 * The payments of orders, in the order in which they were begun. Only who holds an order's lock changes them, so that
 * lock is theirs too.
 */
export async function listPaymentsOf(db: Db, siteId: string, orderNumbers: readonly string[]): Promise<Payment[]> {
  if (orderNumbers.length === 0) return []
  return db<Payment[]>`
    select ${columns(db)}
      from payments
     where site_id = ${siteId}
       and order_number = any(${[...orderNumbers]})
     order by order_number, ordinal`
}

/** Writes what changed of payments of one site, with the refunds that were decided; their orders must be locked. */
export async function writePayments(tx: Tx, siteId: string, changed: readonly Payment[]): Promise<void> {
  if (changed.length === 0) return
  const rows = changed.map(payment => ({
    payment_id: payment.paymentId,
    status: payment.status,
    refunded_minor: payment.refundedMinor,
    refunding_minor: payment.refundingMinor,
    provider_ref: payment.providerRef,
    authorized_at: payment.authorizedAt,
    asked: payment.asked,
    attempts: payment.attempts,
    due_at: payment.dueAt,
    captured_at: payment.capturedAt,
    updated_at: payment.updatedAt,
  }))
  await tx`
    update payments
       set status = changed.status, refunded_minor = changed.refunded_minor,
           refunding_minor = changed.refunding_minor, provider_ref = changed.provider_ref,
           authorized_at = changed.authorized_at, asked = changed.asked, attempts = changed.attempts, due_at = changed.due_at,
           captured_at = changed.captured_at, updated_at = changed.updated_at
      from jsonb_to_recordset(${jsonb(tx, rows)}) as changed (
             payment_id uuid, status text, refunded_minor bigint, refunding_minor bigint, provider_ref text,
             authorized_at timestamptz, asked text, attempts integer, due_at timestamptz, captured_at timestamptz,
             updated_at timestamptz
           )
     where payments.site_id = ${siteId}
       and payments.payment_id = any(${changed.map(payment => payment.paymentId)})
       and payments.payment_id = changed.payment_id`
  await insertRefunds(
    tx,
    siteId,
    changed.flatMap(({ newRefunds = [], updatedAt }) =>
      newRefunds.map(refund => ({ ...refund, createdAt: updatedAt })),
    ),
  )
}

/**
 * Takes payments that are due, across sites, earliest first: until `until` nobody else takes them. Whoever takes one is
 * counted as an attempt, so that what fails is tried less and less often.
 */
export async function claimDuePayments(db: Db, { now, limit }: { now: Date; limit: number }): Promise<Payment[]> {
  const due = await db<Payment[]>`
    with due as (
      select site_id, payment_id
        from payments
       where due_at <= ${now}
       order by due_at
       limit ${limit}
         for update skip locked
    )
    update payments
       set due_at = ${now}::timestamptz + make_interval(secs => least(3600, 10 * 2 ^ least(attempts, 20))),
           attempts = attempts + 1
      from due
     where payments.site_id = due.site_id
       and payments.payment_id = due.payment_id
    returning ${columns(db)}`
  return [...due]
}

/**
 * Stores notifications of one site, in one statement. Their payments' orders must be locked: then nobody stores the same
 * one meanwhile.
 * @returns the ids of those that are new; one that was stored before changes nothing
 */
export async function storeNotifications(
  tx: Tx,
  siteId: string,
  notifications: readonly (Omit<Notification, 'result'> & { result: string })[],
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
