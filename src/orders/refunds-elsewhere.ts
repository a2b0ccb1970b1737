import type { Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { wantRefundMail } from '../notifications/refund-mail.ts'
import { openCase } from '../payments/case-store.ts'
import { leftMinor, type Payment, type Refund } from '../payments/model.ts'
import type { RefundState } from '../payments/provider.ts'
import { insertRefunds, listRefundsOf } from '../payments/refund-store.ts'
import { storeNotifications, writePayments } from '../payments/store.ts'
import { finishRefund, unmakeRefund } from './carry-out-refund.ts'
import { lockSold } from './sold.ts'
import { writeRefunded } from './store.ts'

/** A refund as its provider has it; ours by `refundId`, where it says one. */
export type RefundElsewhere = RefundState & { ref: string; amountMinor: number; refundId: string | null }

/**
 * Brings the refunds of a payment to what its provider says of them: our own as they went on there, also one that was done
 * and came back; and what a person gave back there without us, which is money gone while its tickets may stand.
 */
export async function applyRefundsOf(
  tx: Tx,
  { siteId, paymentId, provider, orderNumber }: Payment,
  { refunds, notificationId }: { refunds: readonly RefundElsewhere[]; notificationId: string },
  now: Date,
): Promise<void> {
  await lockSold(tx, siteId, orderNumber)
  await storeNotifications(tx, siteId, [{ siteId, provider, notificationId, paymentId, result: 'REFUNDS' }], now)
  for (const elsewhere of refunds) {
    // Read anew each time: the one before may have changed the sums.
    const known = (await listRefundsOf(tx, siteId, orderNumber)).filter(each => each.paymentId === paymentId)
    const ours = ourOf(known, elsewhere)
    if (ours?.status === 'PENDING') await finishRefund(tx, ours, elsewhere, now)
    else if (ours?.status === 'DONE' && elsewhere.state === 'FAILED') await unmakeRefund(tx, ours, now)
    else if (!ours && elsewhere.state === 'DONE')
      await writeDown(tx, { siteId, paymentId, orderNumber }, elsewhere, now)
  }
}

/** One that has no id there yet may be the one that somebody made by hand meanwhile: the same money goes back once. */
function ourOf(known: readonly Refund[], { refundId, ref, amountMinor }: RefundElsewhere): Refund | undefined {
  return (
    known.find(each => each.providerRef === ref || each.refundId === refundId) ??
    known.find(each => each.providerRef === null && each.status === 'PENDING' && each.amountMinor === amountMinor)
  )
}

async function writeDown(
  tx: Tx,
  { siteId, paymentId, orderNumber }: Pick<Payment, 'siteId' | 'paymentId' | 'orderNumber'>,
  { ref, amountMinor }: RefundElsewhere,
  now: Date,
): Promise<void> {
  const { order, payments } = await lockSold(tx, siteId, orderNumber)
  const payment = payments.find(each => each.paymentId === paymentId)
  // What our books have no room for is a person's to understand.
  if (payment && leftMinor(payment) >= amountMinor) {
    const refundedMinor = payment.refundedMinor + amountMinor
    const status = refundedMinor === payment.amountMinor ? 'REFUNDED' : payment.status
    await writePayments(tx, siteId, [{ ...payment, status, refundedMinor, updatedAt: now }])
    const refund = { refundId: newGuid(), paymentId, orderNumber, amountMinor, providerRef: ref, createdAt: now }
    const askedBy = { kind: 'payment', id: paymentId }
    await insertRefunds(tx, siteId, [
      { ...refund, status: 'DONE', reason: 'ELSEWHERE', note: null, silent: false, askedBy },
    ])
    await writeRefunded(tx, order, amountMinor)
    await wantRefundMail(tx, order, refund, now)
  }
  await openCase(tx, { siteId, paymentId, reason: 'REFUNDED_ELSEWHERE', about: ref }, now)
}
