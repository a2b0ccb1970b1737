import { CLOCK } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { refundToCard } from '../gift-cards/move.ts'
import { newGuid } from '../ids.ts'
import { ATTEMPTS_UNTIL_CASE, type Payment, settledAs } from '../payments/model.ts'
import type { ProviderState, Providers } from '../payments/provider.ts'
import { PROVIDERS } from '../payments/providers.ts'
import { claimDuePayments, closeCase, listPaymentsOf, openCase, writePayments } from '../payments/store.ts'
import { decideAuthorization } from './authorization.ts'
import type { Order } from './model.ts'
import { settle } from './settle.ts'
import { lockSold } from './sold.ts'

/**
 * The job: does at the providers what was asked of them, and decides what becomes of authorizations whose time has come
 * (section 9.1). What fails is tried again, less and less often, until it is done; after some failures a person is told.
 * Safe to run in any number of processes: each takes payments that no other has.
 * @returns how many were looked at
 * @throws AggregateError what failed, after all else was done
 */
export async function carryOutDue(sql: Sql, now: Date, providers: Providers = PROVIDERS): Promise<number> {
  const failures: unknown[] = []
  let done = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const due = await claimDuePayments(sql, { now, limit: BATCH })
    const outcomes = await Promise.allSettled(due.map(payment => work(sql, payment, now, providers)))
    failures.push(...outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : [])))
    done += due.length
    if (due.length < BATCH) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} payments are left as they were`)
  return done
}

/** So many providers are asked at once. */
const BATCH = 20
const ROUNDS_MAX = 1000

async function work(sql: Sql, payment: Payment, now: Date, providers: Providers): Promise<void> {
  if (payment.asked !== null) return carryOut(sql, payment, now, providers)
  await inTransaction(sql, tx => decideAuthorization(tx, payment, now))
  await carryOutOf(sql, payment, now, providers)
}

/**
 * Does what is asked of the payments of an order where that needs no network; called after the commit that asked.
 * @returns the order's payments as they are then
 */
export async function carryOutOf(
  sql: Sql,
  { siteId, orderNumber }: Pick<Order, 'siteId' | 'orderNumber'>,
  now: Date,
  providers: Providers = PROVIDERS,
): Promise<Payment[]> {
  const payments = await listPaymentsOf(sql, siteId, [orderNumber])
  const asked = payments.filter(({ asked, provider }) => asked !== null && providers[provider].isLocal)
  if (asked.length === 0) return payments
  for (const payment of asked) await carryOut(sql, payment, now, providers)
  return listPaymentsOf(sql, siteId, [orderNumber])
}

async function carryOut(sql: Sql, payment: Payment, now: Date, providers: Providers): Promise<void> {
  try {
    const state = await ask(payment, providers)
    const isDone = await inTransaction(sql, tx => finish(tx, payment, state, now))
    if (!isDone) throw new Error(`payment ${payment.paymentId} was to be ${payment.asked} and is ${state}`)
  } catch (error) {
    const { siteId, paymentId, attempts, status } = payment
    // Of one that nobody has paid there is no money to decide about.
    if (attempts >= ATTEMPTS_UNTIL_CASE && status !== 'BEGUN')
      await inTransaction(sql, tx => openCase(tx, { siteId, paymentId, reason: 'PROVIDER_FAILS' }, now))
    throw error
  }
}

function ask(payment: Payment, providers: Providers): Promise<ProviderState> {
  const provider = providers[payment.provider]
  switch (payment.asked) {
    case 'CAPTURE':
      return provider.capture(payment)
    case 'VOID':
      return provider.void(payment)
    case 'REFUND':
      return provider.refund(payment)
    case null:
      return provider.lookUp(payment)
  }
}

/**
 * Writes down what the provider made of it. Whatever was decided meanwhile, money that was captured is settled like any.
 * @returns false when what was asked is not done yet
 */
async function finish(tx: Tx, payment: Payment, state: ProviderState, now: Date): Promise<boolean> {
  const { siteId, paymentId, provider, asked } = payment
  // Never the id of an earlier one: a payment may be let go twice, when a bank authorizes it after the first time.
  const said = { siteId, paymentId, provider, notificationId: `${paymentId}/asked by us ${newGuid()}` }
  switch (state) {
    case 'CAPTURED':
      if (asked === 'REFUND') return false
      await settle(tx, { ...said, result: 'PAID' }, now)
      break
    case 'VOIDED':
    case 'DECLINED':
      if (asked === 'REFUND') return false
      await settle(tx, { ...said, result: 'DECLINED' }, now)
      break
    case 'REFUNDED':
    case 'BY_HAND':
      await finishRefund(tx, payment, { byHand: state === 'BY_HAND', now })
      break
    case 'OPEN':
    case 'AUTHORIZED':
      return false
  }
  if (payment.attempts >= ATTEMPTS_UNTIL_CASE)
    await closeCase(tx, { siteId, paymentId, reason: 'PROVIDER_FAILS', by: CLOCK }, now)
  return true
}

/** Law 6: money that no provider can give back stays where it is, and a person is told to give it back. */
async function finishRefund(
  tx: Tx,
  { siteId, paymentId, orderNumber }: Payment,
  { byHand, now }: { byHand: boolean; now: Date },
): Promise<void> {
  const { payments } = await lockSold(tx, siteId, orderNumber)
  const payment = payments.find(each => each.paymentId === paymentId)
  if (payment?.asked !== 'REFUND') return // somebody else was faster
  if (byHand) await openCase(tx, { siteId, paymentId, reason: 'REFUND_BY_HAND' }, now)
  else if (payment.giftCardId !== null) await refundToCard(tx, { ...payment, giftCardId: payment.giftCardId }, now)
  await writePayments(tx, siteId, [settledAs(payment, byHand ? 'CAPTURED' : 'REFUNDED', now)])
}
