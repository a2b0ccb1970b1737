import { CLOCK } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { refundToCard } from '../gift-cards/move.ts'
import { wantRefundMail } from '../notifications/refund-mail.ts'
import { closeCaseOf, openCase } from '../payments/case-store.ts'
import { ATTEMPTS_UNTIL_CASE, type Payment, type Refund, refundEnded } from '../payments/model.ts'
import type { RefundState } from '../payments/provider.ts'
import { listRefundsOf, writeRefund } from '../payments/refund-store.ts'
import { writePayments } from '../payments/store.ts'
import { lockSold } from './sold.ts'
import { writeRefunded } from './store.ts'

/**
 * Writes down what became of a refund, once. What failed is the order's again, and a person's to decide about, and so is
 * what no provider can give back (law 6).
 */
export async function finishRefund(
  tx: Tx,
  { siteId, orderNumber, refundId, attempts }: Refund,
  { state, ref }: Pick<RefundState, 'state' | 'ref'>,
  now: Date,
): Promise<void> {
  const sold = await lockSold(tx, siteId, orderNumber)
  const refund = (await listRefundsOf(tx, siteId, orderNumber)).find(each => each.refundId === refundId)
  if (refund?.status !== 'PENDING') return // somebody else was faster
  const payment = sold.payments.find(each => each.paymentId === refund.paymentId)
  if (!payment) throw new Error(`payment ${refund.paymentId} is gone`)
  const known = { ...refund, providerRef: ref ?? refund.providerRef, updatedAt: now }
  const about = { siteId, paymentId: refund.paymentId, about: refundId }
  switch (state) {
    case 'PENDING': // its time to be looked at again was set when it was claimed
      return writeRefund(tx, known)
    case 'BY_HAND':
      await openCase(tx, { ...about, reason: 'REFUND_BY_HAND' }, now)
      return writeRefund(tx, { ...known, dueAt: null })
    case 'DONE':
      await endRefund(tx, known, payment, true)
      if (!refund.silent) await wantRefundMail(tx, sold.order, known, now)
      break
    case 'FAILED':
      await endRefund(tx, known, payment, false)
      if (refund.reason !== 'EXCESS') await writeRefunded(tx, sold.order, -refund.amountMinor)
      await openCase(tx, { ...about, reason: 'REFUND_FAILED' }, now)
      break
  }
  if (attempts >= ATTEMPTS_UNTIL_CASE) await closeCaseOf(tx, failingRefund(refund), { actor: CLOCK, note: null, now })
}

/** The case of a refund that its provider does not do, and does not refuse either. */
export function failingRefund({ siteId, paymentId, refundId }: Refund) {
  return { siteId, paymentId, reason: 'PROVIDER_FAILS', about: refundId } as const
}

/** A refund that was done and came back, days later: the money is here again, and a person decides (law 6). */
export async function unmakeRefund(tx: Tx, refund: Refund, now: Date): Promise<void> {
  const { siteId, orderNumber, paymentId, refundId, amountMinor } = refund
  const { order, payments } = await lockSold(tx, siteId, orderNumber)
  const payment = payments.find(each => each.paymentId === paymentId)
  if (!payment) throw new Error(`payment ${paymentId} is gone`)
  const refundedMinor = payment.refundedMinor - amountMinor
  await writeRefund(tx, { ...refund, status: 'FAILED', updatedAt: now })
  await writePayments(tx, siteId, [{ ...payment, status: 'CAPTURED', refundedMinor, updatedAt: now }])
  if (refund.reason !== 'EXCESS') await writeRefunded(tx, order, -amountMinor)
  await openCase(tx, { siteId, paymentId, reason: 'REFUND_FAILED', about: refundId }, now)
}

/** Moves the sums of a locked payment with a PENDING refund of it, and a gift card's money with both. */
async function endRefund(tx: Tx, refund: Refund, payment: Payment, isDone: boolean): Promise<void> {
  const { siteId, paymentId, refundId, amountMinor, updatedAt } = refund
  const { giftCardId } = payment
  if (isDone && giftCardId !== null)
    await refundToCard(tx, { siteId, giftCardId, paymentId, refundId, amountMinor }, updatedAt)
  await writeRefund(tx, { ...refund, status: isDone ? 'DONE' : 'FAILED', dueAt: null })
  await writePayments(tx, siteId, [refundEnded(payment, refund, isDone, updatedAt)])
}
