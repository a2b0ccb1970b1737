import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { isOpen, letGo, type Notification, type Payment } from '../payments/model.ts'
import type { Providers } from '../payments/provider.ts'
import { writePayments } from '../payments/store.ts'
import { statusAt } from '../ticket-reservations/model.ts'
import { addMinutes, earliestOf } from '../time.ts'
import { LOOK_MINUTES } from './begin.ts'
import { settleAlone } from './settle-all.ts'
import { lockSold } from './sold.ts'

/**
 * Asks the provider of an open payment what became of it, and applies that: a notification may be late, or lost.
 * @returns whether there was something to apply
 */
export async function settleWhatCame(sql: Sql, payment: Payment, now: Date, providers: Providers): Promise<boolean> {
  const { siteId, paymentId, provider } = payment
  const result = await whatCame(payment, providers)
  if (result === null) return false
  const notificationId = `${paymentId}/found ${result}`
  await settleAlone(sql, { siteId, paymentId, provider, notificationId, result }, now)
  return true
}

async function whatCame(payment: Payment, providers: Providers): Promise<Notification['result'] | null> {
  const state = await providers[payment.provider].lookUp(payment)
  switch (state) {
    case 'CAPTURED':
      return 'PAID'
    case 'AUTHORIZED':
    case 'PENDING':
    case 'DECLINED':
    case 'VOIDED':
      return state
    case 'OPEN':
    case 'REFUNDED':
    case 'BY_HAND':
      return null
  }
}

/**
 * Looks at a payment that is open elsewhere: applies what became of it; while its tickets are held, it is looked at again,
 * and when they no longer are, it is let go, so that nobody pays for what is gone.
 */
export async function lookAtOpen(sql: Sql, payment: Payment, now: Date, providers: Providers): Promise<void> {
  await settleWhatCame(sql, payment, now, providers)
  await inTransaction(sql, tx => lookAgain(tx, payment, now))
}

async function lookAgain(tx: Tx, { siteId, orderNumber, paymentId }: Payment, now: Date): Promise<void> {
  const { reservation, payments } = await lockSold(tx, siteId, orderNumber)
  const payment = payments.find(each => each.paymentId === paymentId)
  if (!payment || !isOpen(payment)) return // what came was applied
  const isHeld = reservation !== null && statusAt(reservation, now) === 'PENDING'
  const next = isHeld
    ? { ...payment, attempts: 0, dueAt: earliestOf([addMinutes(now, LOOK_MINUTES), reservation.expiresAt]) }
    : letGo(payment, now)
  await writePayments(tx, siteId, [next])
}
