import { type Activity, CLOCK, record } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { moveInventory, unsoldOf } from '../inventory/store.ts'
import { findPayment, type Payment, setPaymentStatus, storeNotification } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import { expireOn } from '../ticket-reservations/expire.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import {
  extendHold,
  findReservation,
  insertReservations,
  lockReservation,
  lockSales,
  occupy,
  transition,
} from '../ticket-reservations/store.ts'
import { addMinutes } from '../time.ts'
import { confirmReservation } from './checkout.ts'
import { orderActivity } from './end.ts'
import type { Order } from './model.ts'
import { type Abandoned, changeOrder, listAbandoned, listReservationIdsOf, lockOrders } from './store.ts'

export type PaymentResult = 'PAID' | 'PENDING' | 'DECLINED'
export type Notification = {
  siteId: string
  provider: string
  notificationId: string
  paymentId: string
  result: PaymentResult
}

/** How long a payment may be decided elsewhere before its order is given up (section 9.1). */
const DECISION_MINUTES = 120

/**
 * Applies what a provider says of a payment, once: a repeated notification changes nothing. Locks reservation, order,
 * inventory, in this order, and writes the payment last. Money that arrives for tickets that are gone takes them again
 * if they are there, else is given back (design.md section 6); also money that arrives after the provider had declined.
 * @throws Refusal PAYMENT_NOT_FOUND
 */
export async function settle(tx: Tx, notification: Notification, now: Date): Promise<Order> {
  const { siteId, paymentId, result } = notification
  const payment = await findPayment(tx, siteId, paymentId)
  if (!payment) throw new Refusal('PAYMENT_NOT_FOUND', 'There is no such payment.', { paymentId })
  const isNew = await storeNotification(tx, notification, now)
  const { order, reservation } = await lockOrder(tx, siteId, payment.orderNumber)
  const current = await findPayment(tx, siteId, paymentId) // as it is now, under the order's lock
  if (!isNew || !current || current.status === 'CAPTURED' || current.status === 'REFUNDED') return order
  if (result === 'PAID') return applyPaid(tx, current, { order, reservation }, now)
  if (current.status === 'DECLINED') return order
  const actor = { kind: 'payment', id: paymentId }
  if (result === 'PENDING') return applyPending(tx, { order, reservation }, { actor, now })
  const declined = await giveUp(tx, { order, reservation }, { actor, now })
  await setPaymentStatus(tx, current, { status: 'DECLINED', refundedMinor: 0 }, now)
  return declined
}

/**
 * Ends the overdue holds on the tickets of an order whose own hold is gone, for `settle` to find what is really there.
 * In a transaction before its own: these holds are locked before anything of the order is.
 */
export async function releaseForLatePayment(
  tx: Tx,
  { siteId, paymentId, now }: { siteId: string; paymentId: string; now: Date },
): Promise<void> {
  const payment = await findPayment(tx, siteId, paymentId)
  const [reservationId] = payment ? await listReservationIdsOf(tx, siteId, [payment.orderNumber]) : []
  const reservation = reservationId ? await findReservation(tx, siteId, reservationId) : null
  if (!reservation || reservation.status === 'PENDING' || reservation.status === 'CONFIRMED') return
  const ticketDefinitionIds = [...new Set(reservation.lines.map(line => line.ticketDefinitionId))]
  await expireOn(tx, { siteId, ticketDefinitionIds, now })
}

type Sold = { order: Order; reservation: TicketReservation | null }
type By = { actor: Activity['actor']; now: Date }

async function lockOrder(tx: Tx, siteId: string, orderNumber: string): Promise<Sold> {
  const [reservationId] = await listReservationIdsOf(tx, siteId, [orderNumber])
  const reservation = reservationId ? await lockReservation(tx, siteId, reservationId) : null
  const [order] = await lockOrders(tx, siteId, [orderNumber])
  if (!order) throw new Error(`order ${orderNumber} is gone`)
  // Somebody re-held its tickets between the two locks: begin again, with the new reservation.
  if (order.ticketReservationId !== reservationId) throw new Refusal('UNAVAILABLE', 'Try again.')
  return { order, reservation }
}

async function applyPaid(tx: Tx, payment: Payment, sold: Sold, now: Date): Promise<Order> {
  const actor = { kind: 'payment', id: payment.paymentId }
  const { order, reservation } = sold
  const awaited = order.status === 'INITIATED' || order.status === 'PENDING'
  const lateButWanted = order.status === 'CANCELED' && reservation?.status === 'EXPIRED'
  if (!awaited && !lateButWanted) {
    // Paid already, or canceled on purpose: this money buys nothing.
    await refund(tx, payment, now)
    return order
  }
  const held = reservation?.status === 'PENDING' ? reservation : await holdAgain(tx, sold, { actor, now })
  if (!held) {
    await refund(tx, payment, now)
    if (order.status === 'CANCELED') return order
    const canceled = await changeOrder(tx, order, { status: 'CANCELED', canceledAt: now }, now)
    await record(tx, [orderActivity(canceled, 'canceled', { actor, now, data: { refunded: true } })])
    return canceled
  }
  const paid = await changeOrder(
    tx,
    order,
    {
      status: 'PAID',
      method: 'creditCard',
      paidAt: now,
      confirmedAt: now,
      canceledAt: null,
      ticketReservationId: held.ticketReservationId,
    },
    now,
  )
  await confirmReservation(tx, paid, held, { actor, now })
  await setPaymentStatus(tx, payment, { status: 'CAPTURED', refundedMinor: 0 }, now)
  return paid
}

/**
 * Takes the same tickets again, whole or not at all, as a new reservation: one that has ended stays ended.
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
  for (const line of reservation.lines) {
    const sale = sales.get(line.ticketDefinitionId)
    if (!sale || sale.canceledAt) return null
    const unsold = unsoldOf(sale)
    if (unsold !== null && unsold < line.quantity) return null
    sale.reserved += line.quantity
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
  await insertReservations(tx, siteId, [{ ...again, actor, settings: { again: reservation.ticketReservationId } }])
  await occupy(tx, siteId, again.ticketReservationId, order.orderNumber)
  await moveInventory(
    tx,
    siteId,
    again.lines.map(line => ({ ticketDefinitionId: line.ticketDefinitionId, reserved: line.quantity, sold: 0 })),
  )
  return again
}

/** All of it, at once: the test provider's money needs no network. */
async function refund(tx: Tx, payment: Payment, now: Date): Promise<void> {
  await setPaymentStatus(tx, payment, { status: 'REFUNDED', refundedMinor: payment.amountMinor }, now)
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
  if (order.status !== 'INITIATED' && order.status !== 'PENDING') return order
  if (reservation) {
    const { siteId, ticketReservationId } = reservation
    await transition(tx, { siteId, ids: [ticketReservationId], from: ['PENDING'], to: 'CANCELED', actor, now })
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
