import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Keys } from '../identities/keys.ts'
import { isOpen, type Payment } from '../payments/model.ts'
import type { Providers } from '../payments/provider.ts'
import { writePayments } from '../payments/store.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { addMinutes, earliestOf } from '../time.ts'
import type { Order } from './model.ts'
import { notPayable } from './pay-again.ts'
import { lockSold } from './sold.ts'
import { orderReturnUrl } from './wire.ts'

export type Surroundings = { sql: Sql; providers: Providers; keys: Keys; publicUrl: string; now: Date }

/** How often a payment that is open elsewhere is looked at while its tickets are held, in minutes. */
export const LOOK_MINUTES = 5

/**
 * Where the buyer pays: begins the payment at its provider, which may be a call over the network, or goes on with it. The
 * address is answered only when the books know what it leads to: nobody can pay what we would not find again.
 * @returns null where it can no longer be paid there
 * @throws Refusal UNAVAILABLE when the provider does not answer; the order waits on
 */
export async function beginPayment(
  order: Order,
  payment: Payment,
  { sql, providers, keys, publicUrl, now }: Surroundings,
): Promise<string | null> {
  const { orderNumber, email } = order
  const returnUrl = orderReturnUrl(order, { keys, publicUrl })
  const context = { publicUrl, keys, returnUrl, title: orderNumber, email }
  const { url, ref } = await providers[payment.provider].begin(payment, context)
  if (ref !== null && payment.providerRef === null) await inTransaction(sql, tx => remember(tx, payment, ref, now))
  return url
}

/** @throws Refusal ORDER_ACTION_NOT_AVAILABLE when it was paid otherwise, or given up, while it was being begun */
async function remember(tx: Tx, { siteId, orderNumber, paymentId }: Payment, ref: string, now: Date): Promise<void> {
  const { order, reservation, payments } = await lockSold(tx, siteId, orderNumber)
  const payment = payments.find(each => each.paymentId === paymentId)
  if (payment?.providerRef === ref) return // asked for twice at once
  const isHeld = reservation !== null && statusAt(reservation, now) === 'PENDING'
  if (!payment || !isOpen(payment) || !isHeld) throw notPayable(order)
  const dueAt = earliestOf([addMinutes(now, LOOK_MINUTES), reservation.expiresAt])
  await writePayments(tx, siteId, [{ ...payment, providerRef: ref, attempts: 0, dueAt, updatedAt: now }])
}
