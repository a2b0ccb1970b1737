import type { Tx } from '../db/connect.ts'
import { type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import { keptMinor } from '../payments/model.ts'
import { insertPayments } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { statusAt, type TicketReservation } from '../ticket-reservations/model.ts'
import type { Order } from './model.ts'
import { lockSold, orderNotFound, type Sold } from './sold.ts'

/** Payments of one order, at most: each try is one. */
export const PAYMENTS_MAX = 10

type Caller = { identity: Identity; now: Date }

/**
 * Begins another payment of an order that still waits for its money: the first was left half-way, in another tab or on
 * another device. Whichever is paid first buys the tickets; money of any other is given back (design.md section 6).
 * @returns the payment's id
 * @throws Refusal ORDER_NOT_FOUND, also for somebody else's; ORDER_ACTION_NOT_AVAILABLE when it no longer waits
 */
export async function payAgain(tx: Tx, orderNumber: string, { identity, now }: Caller): Promise<string> {
  const { siteId } = identity
  const { order, payments } = await lockPayable(tx, orderNumber, { identity, now })
  const { testPayments, delayedCapture: capturesLater } = await getSite(tx, siteId)
  if (!testPayments || payments.filter(({ giftCardId }) => giftCardId === null).length >= PAYMENTS_MAX)
    throw notPayable(order)
  const amountMinor = order.grandTotalMinor - keptMinor(payments)
  const begun = {
    paymentId: newGuid(),
    orderNumber,
    ordinal: payments.length + 1,
    amountMinor,
    currency: order.currency,
  }
  await insertPayments(tx, siteId, [{ ...begun, provider: 'test', status: 'BEGUN', capturesLater }], now)
  return begun.paymentId
}

/**
 * Locks an order of one's own that waits for its money, with the tickets still held for it.
 * @throws Refusal ORDER_NOT_FOUND, ORDER_ACTION_NOT_AVAILABLE
 */
export async function lockPayable(
  tx: Tx,
  orderNumber: string,
  { identity, now }: Caller,
): Promise<Sold & { reservation: TicketReservation }> {
  const sold = await lockSold(tx, identity.siteId, orderNumber)
  const { order, reservation } = sold
  if (!allowsOver(identity, 'MANAGE_ORDERS', order)) throw orderNotFound(orderNumber)
  refuseOtherEvents(identity, order.eventId)
  const waits = order.status === 'INITIATED' || order.status === 'PARTIALLY_PAID'
  if (!waits || reservation === null || statusAt(reservation, now) !== 'PENDING') throw notPayable(order)
  return { ...sold, reservation }
}

function notPayable({ orderNumber, status }: Order): Refusal {
  return new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} cannot be paid again.`, {
    orderNumber,
    status,
  })
}
