import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import {
  asking,
  authorized,
  excessOf,
  isOpen,
  letGo,
  type Notification,
  type Payment,
  refunding,
  settledAs,
} from '../payments/model.ts'
import { findPayment, storeNotifications, writePayments } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import { extendHold, transition } from '../ticket-reservations/store.ts'
import { addMinutes } from '../time.ts'
import { confirmReservations, issueTickets } from './checkout.ts'
import { giveBackAll, giveUp, orderActivity, voidOrder } from './end.ts'
import { holdAgain } from './late.ts'
import { isAwaited, type Order } from './model.ts'
import { lockSold, type Sold } from './sold.ts'
import { changedOrder, changeOrder, writeOrders } from './store.ts'

/** What became of the order and the payment that somebody was told about. */
export type Settled = { order: Order; payment: Payment }

/** How long a payment may be decided elsewhere before its order is given up (section 9.1). */
export const DECISION_MINUTES = 120

/**
 * Applies what a provider says of a payment, once: a repeated notification changes nothing. Locks reservation, order,
 * inventory, in this order, and writes payments last. Money that arrives for tickets that are gone takes them again if
 * they are there, else is given back (design.md section 6); also money that arrives after the provider had declined.
 * What is given back is only asked for here: `carryOut` does it after the commit.
 * @returns `mayAsk` when something may have been asked of a provider by it, or by an earlier one
 * @throws Refusal PAYMENT_NOT_FOUND
 */
export async function settle(tx: Tx, notification: Notification, now: Date): Promise<Settled & { mayAsk: boolean }> {
  const { siteId, paymentId, result } = notification
  const known = await findPayment(tx, siteId, paymentId)
  if (!known) throw new Refusal('PAYMENT_NOT_FOUND', 'There is no such payment.', { paymentId })
  const sold = await lockSold(tx, siteId, known.orderNumber)
  const payment = sold.payments.find(each => each.paymentId === paymentId) ?? known // as it is under the order's lock
  const isNew = (await storeNotifications(tx, siteId, [notification], now)).size > 0
  const told = { payment, sold, by: { actor: { kind: 'payment', id: paymentId }, now } }
  const done = isNew ? await apply(tx, told, result) : unchanged(told)
  const mayAsk = [done.payment, ...sold.payments].some(
    each => each.asked !== null || each.refundingMinor > 0 || each.giftCardId !== null,
  )
  return { ...done, mayAsk }
}

async function apply(tx: Tx, told: ToldOf, result: Notification['result']): Promise<Settled> {
  const { payment, by } = told
  if (payment.status === 'CAPTURED' || payment.status === 'REFUNDED') return unchanged(told)
  switch (result) {
    case 'PAID':
      return payment.status === 'AUTHORIZED'
        ? applyCaptured(tx, told)
        : buy(tx, told, settledAs(payment, 'CAPTURED', by.now))
    case 'AUTHORIZED':
      return payment.status === 'AUTHORIZED' ? unchanged(told) : buy(tx, told, authorized(payment, by.now))
    case 'PENDING':
      return payment.status === 'BEGUN' ? applyPending(tx, told) : unchanged(told)
    case 'DECLINED':
      return applyDeclined(tx, told)
    case 'VOIDED':
      return payment.status === 'BEGUN'
        ? written(tx, told.sold.order, settledAs(payment, 'VOIDED', by.now))
        : applyDeclined(tx, told)
  }
}

type ToldOf = { payment: Payment; sold: Sold; by: By }
type By = { actor: Activity['actor']; now: Date }

function unchanged({ payment, sold: { order } }: ToldOf): Settled {
  return { order, payment }
}

async function written(tx: Tx, order: Order, payment: Payment, others: readonly Payment[] = []): Promise<Settled> {
  await writePayments(tx, order.siteId, [payment, ...others])
  return { order, payment }
}

/**
 * Buys the tickets with money that has come (`brought` is captured) or is promised (authorized), if the order still
 * wants it, the sum is right and the tickets are there; else it goes back.
 */
async function buy(tx: Tx, { sold, by }: ToldOf, brought: Payment): Promise<Settled> {
  const { order, reservation, payments } = sold
  const { now } = by
  const goesBack = brought.status === 'CAPTURED' ? refunding(brought, {}, now) : asking(brought, 'VOID', now)
  const isPutAway = order.archivedAt !== null || order.anonymizedAt !== null
  const lateButWanted = order.status === 'CANCELED' && reservation?.status === 'EXPIRED' && !isPutAway
  const excess = excessOf(brought, payments, order.grandTotalMinor)
  // Paid already, canceled on purpose, put away, or less than what is due: this money buys nothing.
  if ((!isAwaited(order) && !lateButWanted) || !excess) return written(tx, order, goesBack)
  const held = reservation?.status === 'PENDING' ? reservation : await holdAgain(tx, sold, by)
  if (!held) {
    if (!isAwaited(order)) return written(tx, order, goesBack)
    const canceled = await changeOrder(tx, order, { status: 'CANCELED', canceledAt: now }, now)
    await record(tx, [orderActivity(canceled, 'canceled', { ...by, data: { refunded: true } })])
    await giveBackAll(tx, sold, now)
    return written(tx, canceled, goesBack)
  }
  const bought = brought.status === 'CAPTURED' ? paidOrder(order, held, now) : authorizedOrder(order, held, now)
  await writeOrders(tx, order.siteId, [bought])
  if (brought.status === 'CAPTURED')
    await confirmReservations(tx, order.siteId, [{ order: bought, reservation: held, actor: by.actor }], now)
  else await keepReservation(tx, bought, by)
  const { ofPaymentMinor: amountMinor } = excess
  const paid = amountMinor > 0 ? refunding(brought, { amountMinor }, now) : brought
  return written(tx, bought, paid, [
    ...excess.cards.map(card => refunding(card, {}, now)),
    ...payments.filter(each => each.paymentId !== brought.paymentId && isOpen(each)).map(each => letGo(each, now)),
  ])
}

export function paidOrder(order: Order, { ticketReservationId }: TicketReservation, now: Date): Order {
  const change = { method: 'creditCard', paidAt: now, confirmedAt: now, canceledAt: null, ticketReservationId } as const
  return changedOrder(order, { status: 'PAID', ...change }, now)
}

function authorizedOrder(order: Order, { ticketReservationId }: TicketReservation, now: Date): Order {
  const change = { method: 'creditCard', canceledAt: null, ticketReservationId } as const
  return changedOrder(order, { status: 'AUTHORIZED', ...change }, now)
}

/** Section 9.1, AUTHORIZED: the tickets are the buyer's, though none is issued yet. */
async function keepReservation(tx: Tx, order: Order, { actor, now }: By): Promise<void> {
  const { siteId, ticketReservationId } = order
  await transition(tx, { siteId, named: [{ ticketReservationId, actor }], from: ['PENDING'], to: 'CONFIRMED', now })
  await record(tx, [orderActivity(order, 'authorized', { actor, now })])
}

/** What was authorized has been captured: the order is PAID and has its tickets, unless it was voided meanwhile. */
async function applyCaptured(tx: Tx, { payment, sold, by }: ToldOf): Promise<Settled> {
  const { order, reservation } = sold
  const { now } = by
  const captured = settledAs(payment, 'CAPTURED', now)
  if (order.status !== 'AUTHORIZED' || payment.asked === 'VOID' || !reservation)
    return written(tx, order, refunding(captured, {}, now))
  const paid = changedOrder(order, { status: 'PAID', paidAt: now, confirmedAt: now }, now)
  await writeOrders(tx, order.siteId, [paid])
  await issueTickets(tx, order.siteId, { order: paid, reservation, actor: by.actor }, now)
  return written(tx, paid, captured)
}

/** The buyer has paid, the provider is still deciding: the tickets stay held meanwhile (section 9.1, PENDING). */
async function applyPending(tx: Tx, { payment, sold: { order, reservation }, by }: ToldOf): Promise<Settled> {
  const mayWait = order.status === 'INITIATED' || order.status === 'PARTIALLY_PAID'
  if (!mayWait || reservation?.status !== 'PENDING' || wasExtended(reservation)) return { order, payment }
  await extendHold(tx, reservation, { expiresAt: addMinutes(by.now, DECISION_MINUTES), ...by })
  // inferred: what a gift card has paid of it is not forgotten while the rest is being decided.
  const status = order.status === 'INITIATED' ? 'PENDING' : 'PARTIALLY_PAID'
  const pending = await changeOrder(tx, order, { status }, by.now)
  await record(tx, [orderActivity(pending, 'pending', by)])
  return { order: pending, payment }
}

/** A hold lasts half an hour at most (R119); one that lasts longer has been extended, which happens once. */
function wasExtended({ createdAt, expiresAt }: TicketReservation): boolean {
  return expiresAt > addMinutes(createdAt, HOLD_MINUTES_MAX)
}

const HOLD_MINUTES_MAX = 30

/** R169: this money will not come. The order is given up if no other payment of it may still be made. */
async function applyDeclined(tx: Tx, { payment, sold, by }: ToldOf): Promise<Settled> {
  const { order, payments } = sold
  const { now } = by
  switch (payment.status) {
    case 'AUTHORIZED': {
      const isWanted = order.status === 'AUTHORIZED' && payment.asked !== 'VOID'
      const ended = isWanted ? await voidOrder(tx, sold, by) : order
      return written(tx, ended, settledAs(payment, 'VOIDED', now))
    }
    case 'BEGUN': {
      const isLast = !payments.some(each => each.paymentId !== payment.paymentId && isOpen(each))
      const isWanted = payment.asked === null // else its place was taken by another
      const ended = isLast && isWanted ? await giveUp(tx, sold, by) : order
      return written(tx, ended, settledAs(payment, isWanted ? 'DECLINED' : 'VOIDED', now))
    }
    default:
      return { order, payment }
  }
}
