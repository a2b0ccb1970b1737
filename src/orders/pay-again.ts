import type { Tx } from '../db/connect.ts'
import { type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { newGuid } from '../ids.ts'
import { insertPayments, listPaymentsOf, type Payment } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { lockOrderAndHold } from './store.ts'

/** Payments of one order, at most: each try is one. */
const PAYMENTS_MAX = 10

/**
 * Begins another payment of an order that still waits for its money: the first was left half-way, in another tab or on
 * another device. Whichever is paid first buys the tickets; money of any other is given back (design.md section 6).
 * @throws Refusal ORDER_NOT_FOUND, also for somebody else's; ORDER_ACTION_NOT_AVAILABLE when it no longer waits
 */
export async function payAgain(
  tx: Tx,
  orderNumber: string,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Payment> {
  const { siteId } = identity
  const { order, reservation } = await lockOrderAndHold(tx, siteId, orderNumber)
  if (!order || !allowsOver(identity, 'MANAGE_ORDERS', order))
    throw new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
  refuseOtherEvents(identity, order.eventId)
  const payments = await listPaymentsOf(tx, siteId, orderNumber)
  const waits = order.status === 'INITIATED' && reservation !== null && statusAt(reservation, now) === 'PENDING'
  const { testPayments } = await getSite(tx, siteId)
  if (!waits || !testPayments || payments.length >= PAYMENTS_MAX)
    throw new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} cannot be paid again.`, {
      orderNumber,
      status: order.status,
    })
  const { grandTotalMinor: amountMinor, currency } = order
  const begun = { paymentId: newGuid(), orderNumber, provider: 'test' as const, amountMinor, currency }
  await insertPayments(tx, siteId, [begun], now)
  return { ...begun, siteId, status: 'BEGUN', refundedMinor: 0, createdAt: now, updatedAt: now }
}
