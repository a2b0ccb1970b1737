import type { Tx } from '../db/connect.ts'
import { findEvent } from '../events/store.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { type PaymentMethod, paymentMethodsOf } from '../payments/methods.ts'
import { isOpen, keptMinor, letGo } from '../payments/model.ts'
import { writePayments } from '../payments/store.ts'
import { withoutFees } from '../pricing/model.ts'
import { Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import { confirmReservations } from './checkout.ts'
import type { Order } from './model.ts'
import { beginAnother, type Caller, lockOwn, notPayable, payable } from './pay-again.ts'
import type { Sold } from './sold.ts'
import { changedOrder, writeOrders, writeTerms } from './store.ts'

export type Choice = { orderNumber: string; method: PaymentMethod }
/** The order, and the payment that is to be made for it now; null where none is. */
export type Chosen = { order: Order; paymentId: string | null }

/**
 * The buyer of an order that waits for its money says how it will be paid (section 9.1, manual payment): in person, and
 * the order is OFFLINE_PENDING with its tickets; else by the payment that is open at that provider, or another one.
 * @throws Refusal ORDER_NOT_FOUND, ORDER_ACTION_NOT_AVAILABLE, PAYMENT_METHOD_NOT_AVAILABLE
 */
export async function choosePayment(tx: Tx, { orderNumber, method }: Choice, caller: Caller): Promise<Chosen> {
  const { identity, now } = caller
  const { siteId } = identity
  const own = await lockOwn(tx, orderNumber, caller)
  // A retry finds done what it asks for.
  if (method === 'offline' && own.order.status === 'OFFLINE_PENDING') return { order: own.order, paymentId: null }
  const sold = payable(own, now)
  const { order, payments } = sold
  const [site, event] = [await getSite(tx, siteId), await findEvent(tx, siteId, order.eventId)]
  if (!event || !paymentMethodsOf(site, event).includes(method))
    throw new Refusal('PAYMENT_METHOD_NOT_AVAILABLE', 'This event cannot be paid that way.', { method })
  if (method === 'offline') return { order: await payInPerson(tx, sold, { identity, now }), paymentId: null }
  const dueMinor = order.grandTotalMinor - keptMinor(payments)
  const open = payments.find(each => isOpen(each) && each.provider === method && each.amountMinor === dueMinor)
  return { order, paymentId: open?.paymentId ?? (await beginAnother(tx, sold, now, method)) }
}

/**
 * As a checkout with `payInPerson` would have been: no service fee, tickets at once (R47, R165). Payments that were begun
 * are given up.
 */
async function payInPerson(
  tx: Tx,
  { order, reservation, payments }: Sold & { reservation: TicketReservation },
  { identity, now }: { identity: Identity; now: Date },
): Promise<Order> {
  // inferred: what a card has paid of it would be nobody's while the rest is open.
  if (order.status !== 'INITIATED') throw notPayable(order)
  const actor = actorOf(identity)
  const invoice = withoutFees(order.invoice)
  const { grandTotalMinor, revenueMinor } = invoice
  const change = { status: 'OFFLINE_PENDING', method: 'inPerson', confirmedAt: now } as const
  const confirmed: Order = {
    ...changedOrder(order, change, now),
    invoice,
    grandTotalMinor,
    revenueMinor,
    snapshotId: null,
  }
  const givenUp = payments.filter(isOpen).map(payment => letGo(payment, now))
  await writePayments(tx, order.siteId, givenUp)
  await writeTerms(tx, confirmed)
  await writeOrders(tx, order.siteId, [confirmed])
  await confirmReservations(tx, order.siteId, [{ order: confirmed, reservation, actor }], now)
  return confirmed
}
