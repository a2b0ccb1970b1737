import { CLOCK } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { wantRefundMail } from '../notifications/refund-mail.ts'
import { closeCaseOf, openCase } from '../payments/case-store.ts'
import { keptMinor, leftMinor, type Payment, type Refund } from '../payments/model.ts'
import type { RefundElsewhere } from '../payments/provider.ts'
import { insertRefunds, listRefundsOf, writeRefund } from '../payments/refund-store.ts'
import { storeNotifications, writePayments } from '../payments/store.ts'
import { finishRefund, unmakeRefund } from './finish-refund.ts'
import { lockSold, type Sold } from './sold.ts'
import { writeRefunded } from './store.ts'

/** Applies what a provider says of the refunds of a payment when it tells us that something became of one. */
export async function applyRefundsOf(
  tx: Tx,
  payment: Payment,
  { refunds, notificationId }: { refunds: readonly RefundElsewhere[]; notificationId: string },
  now: Date,
): Promise<void> {
  const { siteId, paymentId, provider, orderNumber } = payment
  await lockSold(tx, siteId, orderNumber)
  await storeNotifications(tx, siteId, [{ siteId, provider, notificationId, paymentId, result: 'REFUNDS' }], now)
  await applyRefunds(tx, payment, refunds, now)
}

/**
 * Brings the refunds of a payment to what its provider says of them: our own as they went on there, also one that was done
 * and came back; and what a person gave back there without us, which is money gone while its tickets may stand.
 * @param refunds all that it has
 */
export async function applyRefunds(
  tx: Tx,
  payment: Named,
  refunds: readonly RefundElsewhere[],
  now: Date,
): Promise<void> {
  if (refunds.length === 0) return
  const { siteId, paymentId, orderNumber } = payment
  await lockSold(tx, siteId, orderNumber)
  const known = (await listRefundsOf(tx, siteId, orderNumber)).filter(each => each.paymentId === paymentId)
  const { ours, byHand } = matched(known, refunds)
  // Ours first: one that failed makes room in the books for what took its money.
  for (const [refund, elsewhere] of ours) {
    if (refund.status === 'PENDING') await finishRefund(tx, refund, elsewhere, now)
    else if (refund.status === 'DONE' && elsewhere.state === 'FAILED') await unmakeRefund(tx, refund, now)
  }
  for (const elsewhere of byHand.filter(({ state }) => state !== 'FAILED')) await writeDown(tx, payment, elsewhere, now)
  await closeWhereNothingIsLeft(tx, payment, now)
}

type Named = Pick<Payment, 'siteId' | 'paymentId' | 'orderNumber'>

/**
 * Which of ours each is. One of ours that nobody there has heard of yet may be one that somebody made by hand meanwhile:
 * the same money goes back once.
 */
function matched(known: readonly Refund[], refunds: readonly RefundElsewhere[]) {
  const ours = new Map<Refund, RefundElsewhere>()
  const isKnown = (each: Refund, { ref, refundId }: RefundElsewhere) =>
    each.providerRef === ref || (each.providerRef === null && each.refundId === refundId)
  const others = refunds.filter(elsewhere => {
    const refund = known.find(each => isKnown(each, elsewhere))
    if (refund) ours.set(refund, elsewhere)
    return !refund
  })
  const byHand = others.filter(elsewhere => {
    const { state, amountMinor } = elsewhere
    const refund = known.find(
      each =>
        each.providerRef === null && each.status === 'PENDING' && each.amountMinor === amountMinor && !ours.has(each),
    )
    if (refund && state !== 'FAILED') ours.set(refund, elsewhere)
    return !refund || state === 'FAILED'
  })
  return { ours, byHand }
}

/**
 * Writes down what somebody gave back at the provider. Where ours that were not asked for yet are more than what is left
 * now, the provider will refuse one of them: that is asked for at once, and this one is written down with the refusal.
 */
async function writeDown(
  tx: Tx,
  { siteId, paymentId, orderNumber }: Named,
  { ref, amountMinor, state }: RefundElsewhere,
  now: Date,
): Promise<void> {
  const sold = await lockSold(tx, siteId, orderNumber)
  const payment = sold.payments.find(each => each.paymentId === paymentId)
  await openCase(tx, { siteId, paymentId, reason: 'REFUNDED_ELSEWHERE', about: ref }, now)
  if (!payment || leftMinor(payment) < amountMinor) return askAgain(tx, { siteId, paymentId, orderNumber }, now)
  const isDone = state === 'DONE'
  const refundedMinor = payment.refundedMinor + (isDone ? amountMinor : 0)
  const refundingMinor = payment.refundingMinor + (isDone ? 0 : amountMinor)
  const status = refundedMinor === payment.amountMinor ? 'REFUNDED' : payment.status
  await writePayments(tx, siteId, [{ ...payment, status, refundedMinor, refundingMinor, updatedAt: now }])
  const reason = isOfOrder(sold, amountMinor) ? 'ELSEWHERE' : 'EXCESS'
  const refund = { refundId: newGuid(), paymentId, orderNumber, amountMinor, providerRef: ref, createdAt: now }
  const told = { note: null, silent: false, askedBy: { kind: 'payment', id: paymentId } }
  await insertRefunds(tx, siteId, [{ ...refund, ...told, status: isDone ? 'DONE' : 'PENDING', reason }])
  if (reason === 'ELSEWHERE') await writeRefunded(tx, sold.order, amountMinor)
  if (isDone) await wantRefundMail(tx, sold.order, refund, now)
}

/** Whether an amount is money that bought something; else it is what came too much, and could not be given back by us. */
function isOfOrder({ order, payments }: Sold, amountMinor: number): boolean {
  const boughtMinor = order.grandTotalMinor - order.refundedMinor
  return amountMinor <= boughtMinor && (order.status !== 'PAID' || keptMinor(payments) - boughtMinor < amountMinor)
}

async function askAgain(tx: Tx, { siteId, paymentId, orderNumber }: Named, now: Date): Promise<void> {
  const refunds = await listRefundsOf(tx, siteId, orderNumber)
  const waiting = refunds.filter(each => each.paymentId === paymentId && each.dueAt !== null)
  for (const refund of waiting.filter(({ providerRef }) => providerRef === null))
    await writeRefund(tx, { ...refund, dueAt: now })
}

/** Where all of it went back in one way or the other, nobody needs to give back what one refund did not. */
async function closeWhereNothingIsLeft(tx: Tx, { siteId, paymentId, orderNumber }: Named, now: Date): Promise<void> {
  const { payments } = await lockSold(tx, siteId, orderNumber)
  if (payments.find(each => each.paymentId === paymentId)?.status !== 'REFUNDED') return
  const refunds = await listRefundsOf(tx, siteId, orderNumber)
  for (const { refundId } of refunds.filter(each => each.paymentId === paymentId && each.status === 'FAILED'))
    await closeCaseOf(
      tx,
      { siteId, paymentId, reason: 'REFUND_FAILED', about: refundId },
      { actor: CLOCK, note: null, now },
    )
}
