import { type Activity, CLOCK, record } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { unsoldOf } from '../inventory/store.ts'
import {
  findPayment,
  listPayments,
  listPaymentsOf,
  listStoredNotifications,
  type Notification,
  type Payment,
  storeNotifications,
  writePayments,
} from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import { type OfferedPlace, placeKey } from '../seating/model.ts'
import { listPlaces } from '../seating/store.ts'
import { EXPIRY_ROUNDS_MAX, expireOn } from '../ticket-reservations/expire.ts'
import { hold } from '../ticket-reservations/hold.ts'
import { hasSeat, type ReservedLine, type TicketReservation } from '../ticket-reservations/model.ts'
import {
  extendHold,
  findReservation,
  lockReservations,
  lockSales,
  occupy,
  transition,
} from '../ticket-reservations/store.ts'
import { addMinutes, latestOf } from '../time.ts'
import { confirmReservations } from './checkout.ts'
import { orderActivity } from './end.ts'
import type { Order } from './model.ts'
import {
  type Abandoned,
  changedOrder,
  changeOrder,
  listAbandoned,
  listOrdersOfPayments,
  listReservationIdsOf,
  lockOrderAndHold,
  lockOrders,
  writeOrders,
} from './store.ts'

/** What a provider said, and when it came in. */
export type Told = { notification: Notification; now: Date }
export type Settled = { order: Order; payment: Payment }

/** How long a payment may be decided elsewhere before its order is given up (section 9.1). */
const DECISION_MINUTES = 120

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

async function settleAlone(sql: Sql, notification: Notification, now: Date): Promise<Settled> {
  const { siteId, paymentId, result } = notification
  for (let round = 1; result === 'PAID' && round <= EXPIRY_ROUNDS_MAX; round += 1) {
    const { mayBeMore } = await inTransaction(sql, tx => releaseForLatePayment(tx, { siteId, paymentId, now }))
    if (!mayBeMore) break
  }
  return inTransaction(sql, tx => settle(tx, notification, now))
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
    listPayments(tx, siteId, paymentIds),
    listStoredNotifications(
      tx,
      siteId,
      notifications.map(({ notificationId }) => notificationId),
    ),
  ])
  const awaited = new Map(orders.filter(isAwaited).map(order => [order.orderNumber, order]))
  const settled = batch.map(({ notification: { result, paymentId, notificationId }, now }) => {
    const payment = payments.find(each => each.paymentId === paymentId)
    const order = awaited.get(payment?.orderNumber ?? '')
    const reservation = reservations.find(each => each.ticketReservationId === order?.ticketReservationId)
    if (result !== 'PAID' || stored.has(notificationId) || payment?.status !== 'BEGUN') return null
    if (!order || reservation?.status !== 'PENDING') return null
    awaited.delete(order.orderNumber) // a second one for the same order finds it paid
    return {
      order: paidOrder(order, reservation, now),
      payment: { ...payment, status: 'CAPTURED' as const, refundedMinor: 0, updatedAt: now },
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
      sales.map(({ payment }) => payment),
      now,
    ),
  ])
  return settled
}

function isAwaited({ status }: Order): boolean {
  return status === 'INITIATED' || status === 'PENDING'
}

function paidOrder(order: Order, { ticketReservationId }: TicketReservation, now: Date): Order {
  const change = { method: 'creditCard', paidAt: now, confirmedAt: now, canceledAt: null, ticketReservationId } as const
  return changedOrder(order, { status: 'PAID', ...change }, now)
}

/**
 * Applies what a provider says of a payment, once: a repeated notification changes nothing. Locks reservation, order,
 * inventory, in this order, and writes the payment last. Money that arrives for tickets that are gone takes them again
 * if they are there, else is given back (design.md section 6); also money that arrives after the provider had declined.
 * @throws Refusal PAYMENT_NOT_FOUND
 */
export async function settle(tx: Tx, notification: Notification, now: Date): Promise<Settled> {
  const { siteId, paymentId, result } = notification
  const known = await findPayment(tx, siteId, paymentId)
  if (!known) throw new Refusal('PAYMENT_NOT_FOUND', 'There is no such payment.', { paymentId })
  const sold = await lockOrder(tx, siteId, known.orderNumber)
  const payments = await listPaymentsOf(tx, siteId, known.orderNumber) // as they are now, under the order's lock
  const payment = payments.find(each => each.paymentId === paymentId) ?? known
  const isNew = (await storeNotifications(tx, siteId, [notification], now)).size > 0
  const { order } = sold
  if (!isNew || payment.status === 'CAPTURED' || payment.status === 'REFUNDED') return { order, payment }
  if (result === 'PAID') return applyPaid(tx, payment, sold, now)
  if (payment.status === 'DECLINED') return { order, payment }
  const actor = { kind: 'payment', id: paymentId }
  if (result === 'PENDING') return { order: await applyPending(tx, sold, { actor, now }), payment }
  const isLast = !payments.some(each => each.paymentId !== paymentId && each.status === 'BEGUN')
  return {
    order: isLast ? await giveUp(tx, sold, { actor, now }) : order, // another one may still be paid
    payment: await writePayment(tx, payment, { status: 'DECLINED', refundedMinor: 0 }, now),
  }
}

async function writePayment(
  tx: Tx,
  payment: Payment,
  change: Pick<Payment, 'status' | 'refundedMinor'>,
  now: Date,
): Promise<Payment> {
  const changed = { ...payment, ...change, updatedAt: now }
  await writePayments(tx, payment.siteId, [changed], now)
  return changed
}

/**
 * Ends overdue holds on the tickets of an order whose own hold is gone, for `settle` to find what is really there.
 * In a transaction before its own: these holds are locked before anything of the order is.
 */
async function releaseForLatePayment(
  tx: Tx,
  { siteId, paymentId, now }: { siteId: string; paymentId: string; now: Date },
): Promise<{ mayBeMore: boolean }> {
  const payment = await findPayment(tx, siteId, paymentId)
  const [reservationId] = payment ? await listReservationIdsOf(tx, siteId, [payment.orderNumber]) : []
  const reservation = reservationId ? await findReservation(tx, siteId, reservationId) : null
  if (!reservation || reservation.status === 'PENDING' || reservation.status === 'CONFIRMED')
    return { mayBeMore: false }
  const ticketDefinitionIds = [...new Set(reservation.lines.map(line => line.ticketDefinitionId))]
  const seatIds = reservation.lines.flatMap(({ seatId }) => seatId ?? [])
  return expireOn(tx, { siteId, ticketDefinitionIds, seatIds, now })
}

type Sold = { order: Order; reservation: TicketReservation | null }
type By = { actor: Activity['actor']; now: Date }

async function lockOrder(tx: Tx, siteId: string, orderNumber: string): Promise<Sold> {
  const { order, reservation } = await lockOrderAndHold(tx, siteId, orderNumber)
  if (!order) throw new Error(`order ${orderNumber} is gone`)
  return { order, reservation }
}

async function applyPaid(tx: Tx, payment: Payment, sold: Sold, now: Date): Promise<Settled> {
  const { siteId } = payment
  const actor = { kind: 'payment', id: payment.paymentId }
  const { order, reservation } = sold
  const lateButWanted = order.status === 'CANCELED' && reservation?.status === 'EXPIRED' && !order.archivedAt
  // Paid already, canceled on purpose, or put away: this money buys nothing.
  if (!isAwaited(order) && !lateButWanted) return { order, payment: await refund(tx, payment, now) }
  const held = reservation?.status === 'PENDING' ? reservation : await holdAgain(tx, sold, { actor, now })
  if (!held) {
    const refunded = await refund(tx, payment, now)
    if (order.status === 'CANCELED') return { order, payment: refunded }
    const canceled = await changeOrder(tx, order, { status: 'CANCELED', canceledAt: now }, now)
    await record(tx, [orderActivity(canceled, 'canceled', { actor, now, data: { refunded: true } })])
    return { order: canceled, payment: refunded }
  }
  const paid = paidOrder(order, held, now)
  await writeOrders(tx, siteId, [paid])
  await confirmReservations(tx, siteId, [{ order: paid, reservation: held, actor }], now)
  return { order: paid, payment: await writePayment(tx, payment, { status: 'CAPTURED', refundedMinor: 0 }, now) }
}

/**
 * Takes the same tickets and seats again, whole or not at all, as a new reservation: one that has ended stays ended.
 * @returns null when they are gone
 */
async function holdAgain(tx: Tx, { order, reservation }: Sold, { actor, now }: By): Promise<TicketReservation | null> {
  if (!reservation) return null
  const { siteId } = reservation
  const sales = new Map(
    (await lockSales(tx, siteId, [...new Set(reservation.lines.map(line => line.ticketDefinitionId))])).map(sale => [
      sale.ticketDefinitionId,
      sale,
    ]),
  )
  const places = await listPlaces(tx, siteId, reservation.lines.filter(hasSeat))
  for (const line of reservation.lines) {
    const sale = sales.get(line.ticketDefinitionId)
    if (!sale || sale.canceledAt || sale.seated !== hasSeat(line)) return null
    const unsold = unsoldOf(sale)
    if (unsold !== null && unsold < line.quantity) return null
    sale.reserved += line.quantity
    if (hasSeat(line) && !takeAgain(places.get(placeKey(line)), line)) return null
  }
  const again: TicketReservation = {
    ...reservation,
    ticketReservationId: newGuid(),
    revision: 1,
    status: 'PENDING',
    createdAt: now,
    updatedAt: now,
    expiresAt: addMinutes(now, 1),
    orderNumber: order.orderNumber,
    lines: reservation.lines.map(line => ({ ...line, ticketLineItemId: newGuid(), removedQuantity: 0 })),
  }
  await hold(tx, siteId, [{ ...again, actor, settings: { again: reservation.ticketReservationId } }])
  await occupy(tx, siteId, [{ ticketReservationId: again.ticketReservationId, orderNumber: order.orderNumber }])
  return again
}

/** Whether there is still room at the place of a line, in the plan that it was reserved by; then it is taken. */
function takeAgain(place: OfferedPlace | undefined, { quantity, seatInfo }: ReservedLine): boolean {
  if (place?.seatingPlanId !== seatInfo?.configurationId || !place || place.capacity - place.taken < quantity)
    return false
  place.taken += quantity
  return true
}

/** All of it, at once: the test provider's money needs no network. */
async function refund(tx: Tx, payment: Payment, now: Date): Promise<Payment> {
  return writePayment(tx, payment, { status: 'REFUNDED', refundedMinor: payment.amountMinor }, now)
}

/** The buyer has paid, the provider is still deciding: the tickets stay held meanwhile (section 9.1, PENDING). */
async function applyPending(tx: Tx, { order, reservation }: Sold, { actor, now }: By): Promise<Order> {
  if (order.status !== 'INITIATED' || reservation?.status !== 'PENDING') return order
  await extendHold(tx, reservation, { expiresAt: addMinutes(now, DECISION_MINUTES), actor, now })
  const pending = await changeOrder(tx, order, { status: 'PENDING' }, now)
  await record(tx, [orderActivity(pending, 'pending', { actor, now })])
  return pending
}

/** R169: payment failed, so the order is DECLINED and its tickets return. */
async function giveUp(tx: Tx, { order, reservation }: Sold, { actor, now }: By): Promise<Order> {
  if (!isAwaited(order)) return order
  if (reservation) {
    const { siteId, ticketReservationId } = reservation
    const named = [{ ticketReservationId, actor }]
    await transition(tx, { siteId, named, from: ['PENDING'], to: 'CANCELED', now })
  }
  const declined = await changeOrder(tx, order, { status: 'DECLINED' }, now)
  await record(tx, [orderActivity(declined, 'declined', { actor, now })])
  return declined
}

/**
 * The job: orders that wait for money whose hold has ended are given up two hours after they were made, INITIATED ones
 * as CANCELED (R170), PENDING ones as DECLINED (section 9.1).
 * @returns how many were given up
 * @throws AggregateError what failed, after all the others were given up
 */
export async function closeAbandoned(sql: Sql, now: Date): Promise<number> {
  const createdBefore = addMinutes(now, -DECISION_MINUTES)
  const failures: unknown[] = []
  let closed = 0
  let after: Abandoned | null = null
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const abandoned: Abandoned[] = await listAbandoned(sql, { createdBefore, after, limit: BATCH })
    for (const { siteId, orderNumber } of abandoned)
      try {
        if (await inTransaction(sql, tx => closeOrder(tx, siteId, orderNumber, now))) closed += 1
      } catch (error) {
        failures.push(error) // one order's trouble is not the others'
      }
    after = abandoned.at(-1) ?? null
    if (abandoned.length < BATCH) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} orders could not be given up`)
  return closed
}

const BATCH = 500
const ROUNDS_MAX = 1000

async function closeOrder(tx: Tx, siteId: string, orderNumber: string, now: Date): Promise<boolean> {
  const sold = await lockOrder(tx, siteId, orderNumber)
  if (sold.reservation?.status === 'PENDING') return false
  switch (sold.order.status) {
    case 'PENDING':
      await giveUp(tx, sold, { actor: CLOCK, now })
      return true
    case 'INITIATED': {
      const canceled = await changeOrder(tx, sold.order, { status: 'CANCELED', canceledAt: now }, now)
      await record(tx, [orderActivity(canceled, 'canceled', { actor: CLOCK, now })])
      return true
    }
    default:
      return false // decided meanwhile
  }
}
