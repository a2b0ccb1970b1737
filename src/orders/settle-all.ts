import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { isOpen, letGo, type Notification, settledAs } from '../payments/model.ts'
import { listPaymentsOf, listStoredNotifications, storeNotifications, writePayments } from '../payments/store.ts'
import { lockReservations } from '../ticket-reservations/store.ts'
import { latestOf } from '../time.ts'
import { carryOutOf } from './carry-out.ts'
import { confirmReservations } from './checkout.ts'
import { makeRoomForLateMoney } from './late.ts'
import type { Order } from './model.ts'
import { paidOrder, type Settled, settle } from './settle.ts'
import { listOrdersOfPayments, lockOrders, writeOrders } from './store.ts'

/** What a provider said, and when it came in. */
export type Told = { notification: Notification; now: Date }

/**
 * Applies the notifications that were waiting: those of money that came in time all at once, whatever else there is one
 * by one in transactions of their own.
 * @returns for each, in order, what became of it or what went wrong
 */
export async function settleAll(sql: Sql, siteId: string, batch: readonly Told[]): Promise<(Settled | Error)[]> {
  const inTime = await inTransaction(sql, tx => settleInTime(tx, siteId, batch))
  const outcomes: (Settled | Error)[] = []
  for (const [index, { notification, now }] of batch.entries())
    outcomes.push(
      inTime[index] ??
        // What is applied stays applied: one that fails must not make anybody apply the others again.
        (await settleAlone(sql, notification, now).catch((error: unknown) =>
          error instanceof Error ? error : new Error(String(error)),
        )),
    )
  return outcomes
}

/** Applies one notification, and what it made us ask of providers that are at hand. */
export async function settleAlone(sql: Sql, notification: Notification, now: Date): Promise<Settled> {
  const { siteId, paymentId, result } = notification
  if (result === 'PAID' || result === 'AUTHORIZED') await makeRoomForLateMoney(sql, { siteId, paymentId, now })
  const { mayAsk, ...done } = await inTransaction(sql, tx => settle(tx, notification, now))
  if (!mayAsk) return done
  const payments = await carryOutOf(sql, done.order, now)
  return { ...done, payment: payments.find(each => each.paymentId === paymentId) ?? done.payment }
}

/**
 * Applies those that say PAID of an awaited payment whose tickets are still held, with one statement per table.
 * @returns null for every other: nothing of it is stored
 */
async function settleInTime(tx: Tx, siteId: string, batch: readonly Told[]): Promise<(Settled | null)[]> {
  const notifications = batch.map(({ notification }) => notification)
  const paymentIds = [...new Set(notifications.map(({ paymentId }) => paymentId))]
  const found = await listOrdersOfPayments(tx, siteId, paymentIds)
  if (found.length === 0) return batch.map(() => null)
  const [reservations, orders, payments, stored] = await Promise.all([
    lockReservations(tx, siteId, [...new Set(found.map(each => each.ticketReservationId))]),
    lockOrders(tx, siteId, [...new Set(found.map(each => each.orderNumber))]),
    listPaymentsOf(tx, siteId, [...new Set(found.map(each => each.orderNumber))]),
    listStoredNotifications(
      tx,
      siteId,
      notifications.map(({ notificationId }) => notificationId),
    ),
  ])
  const awaited = new Map(orders.filter(isAwaitedWhole).map(order => [order.orderNumber, order]))
  const settled = batch.map(({ notification: { result, paymentId, notificationId }, now }) => {
    const payment = payments.find(each => each.paymentId === paymentId)
    const order = awaited.get(payment?.orderNumber ?? '')
    const reservation = reservations.find(each => each.ticketReservationId === order?.ticketReservationId)
    if (result !== 'PAID' || stored.has(notificationId) || payment?.status !== 'BEGUN') return null
    if (!order || reservation?.status !== 'PENDING' || payment.amountMinor !== order.grandTotalMinor) return null
    awaited.delete(order.orderNumber) // a second one for the same order finds it paid
    return {
      order: paidOrder(order, reservation, now),
      payment: settledAs(payment, 'CAPTURED', now),
      others: payments.filter(
        each => each.orderNumber === order.orderNumber && each.paymentId !== paymentId && isOpen(each),
      ),
      reservation,
      actor: { kind: 'payment', id: paymentId },
    }
  })
  const sales = settled.filter(each => each !== null)
  if (sales.length === 0) return settled
  const now = latestOf(batch.map(told => told.now))
  await Promise.all([
    storeNotifications(
      tx,
      siteId,
      notifications.filter((_, index) => settled[index] !== null),
      now,
    ),
    writeOrders(
      tx,
      siteId,
      sales.map(({ order }) => order),
    ),
    confirmReservations(tx, siteId, sales, now),
    writePayments(
      tx,
      siteId,
      sales.flatMap(({ payment, others }) => [payment, ...others.map(each => letGo(each, payment.updatedAt))]),
    ),
  ])
  return settled
}

/** Nothing of it was paid, so a payment of the whole pays it exactly. */
function isAwaitedWhole({ status }: Order): boolean {
  return status === 'INITIATED' || status === 'PENDING'
}
