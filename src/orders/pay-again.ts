import type { Tx } from '../db/connect.ts'
import { type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import { onlineMethodsOf } from '../payments/methods.ts'
import { keptMinor } from '../payments/model.ts'
import { insertPayments } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { statusAt, type TicketReservation } from '../ticket-reservations/model.ts'
import type { Order } from './model.ts'
import { lockSold, orderNotFound, type Sold } from './sold.ts'

/** Payments of one order, at most: each try is one. */
export const PAYMENTS_MAX = 10

/** Who asks; `holdsLink`: came with the secret of the order's own page, and may do what its buyer may. */
export type Caller = { identity: Identity; holdsLink?: boolean; now: Date }

/**
 * Begins another payment of an order that still waits for its money: the first was left half-way, in another tab or on
 * another device. Whichever is paid first buys the tickets; money of any other is given back (design.md section 6).
 * @returns the payment's id
 * @throws Refusal ORDER_NOT_FOUND, also for somebody else's; ORDER_ACTION_NOT_AVAILABLE when it no longer waits
 */
export async function payAgain(tx: Tx, orderNumber: string, caller: Caller): Promise<string> {
  return beginAnother(tx, await lockPayable(tx, orderNumber, caller), caller.now)
}

/**
 * Writes one more payment of what is still due, by that method, or the first that the site has.
 * @returns its id
 * @throws Refusal ORDER_ACTION_NOT_AVAILABLE when there are too many, or the site takes none
 */
export async function beginAnother(
  tx: Tx,
  { order, payments }: Sold,
  now: Date,
  method: 'stripe' | 'test' | null = null,
): Promise<string> {
  const { siteId, orderNumber } = order
  const site = await getSite(tx, siteId)
  const provider = onlineMethodsOf(site).find(each => each === (method ?? each))
  if (!provider || payments.filter(({ giftCardId }) => giftCardId === null).length >= PAYMENTS_MAX)
    throw notPayable(order)
  const amountMinor = order.grandTotalMinor - keptMinor(payments)
  const begun = {
    paymentId: newGuid(),
    orderNumber,
    ordinal: payments.length + 1,
    amountMinor,
    currency: order.currency,
  }
  const capturesLater = site.delayedCapture
  await insertPayments(tx, siteId, [{ ...begun, provider, status: 'BEGUN', capturesLater }], now)
  return begun.paymentId
}

type Payable = Sold & { reservation: TicketReservation }

/**
 * Locks an order of one's own that waits for its money, with the tickets still held for it.
 * @throws Refusal ORDER_NOT_FOUND, ORDER_ACTION_NOT_AVAILABLE
 */
export async function lockPayable(tx: Tx, orderNumber: string, caller: Caller): Promise<Payable> {
  return payable(await lockOwn(tx, orderNumber, caller), caller.now)
}

/** @throws Refusal ORDER_NOT_FOUND, also for somebody else's */
export async function lockOwn(tx: Tx, orderNumber: string, { identity, holdsLink = false }: Caller): Promise<Sold> {
  const sold = await lockSold(tx, identity.siteId, orderNumber)
  if (!holdsLink && !allowsOver(identity, 'MANAGE_ORDERS', sold.order)) throw orderNotFound(orderNumber)
  refuseOtherEvents(identity, sold.order.eventId)
  return sold
}

/** @throws Refusal ORDER_ACTION_NOT_AVAILABLE when it no longer waits, or its tickets are no longer held */
export function payable(sold: Sold, now: Date): Payable {
  const { order, reservation } = sold
  const waits = order.status === 'INITIATED' || order.status === 'PARTIALLY_PAID'
  if (!waits || reservation === null || statusAt(reservation, now) !== 'PENDING') throw notPayable(order)
  return { ...sold, reservation }
}

export function notPayable({ orderNumber, status }: Order): Refusal {
  return new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} cannot be paid again.`, {
    orderNumber,
    status,
  })
}
