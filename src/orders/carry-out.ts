import { CLOCK } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { closeCaseOf, openCase } from '../payments/case-store.ts'
import { ATTEMPTS_UNTIL_CASE, type Payment } from '../payments/model.ts'
import type { ProviderState, Providers } from '../payments/provider.ts'
import { PROVIDERS } from '../payments/providers.ts'
import { listRefundsOf } from '../payments/refund-store.ts'
import { listPaymentsOf } from '../payments/store.ts'
import { carryOutRefund } from './carry-out-refund.ts'
import type { Order } from './model.ts'
import { settle } from './settle.ts'

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
  const local = payments.filter(({ provider }) => providers[provider].isLocal)
  const asked = local.filter(each => each.asked !== null)
  for (const payment of asked) await carryOut(sql, payment, now, providers)
  // Also what carrying out those has made us give back.
  const mayRefund = asked.length > 0 || local.some(each => each.refundingMinor > 0)
  if (!mayRefund) return payments
  const refunds = await listRefundsOf(sql, siteId, orderNumber)
  for (const refund of refunds.filter(each => each.dueAt !== null))
    if (local.some(each => each.paymentId === refund.paymentId)) await carryOutRefund(sql, refund, now, providers)
  return listPaymentsOf(sql, siteId, [orderNumber])
}

/** Does what is asked of a payment; what fails is tried again by whoever finds it due. */
export async function carryOut(sql: Sql, payment: Payment, now: Date, providers: Providers): Promise<void> {
  try {
    const state = await ask(payment, providers)
    const isDone = await inTransaction(sql, tx => finish(tx, payment, state, now))
    if (!isDone) throw new Error(`payment ${payment.paymentId} was to be ${payment.asked} and is ${state}`)
  } catch (error) {
    // Of one that nobody has paid there is no money to decide about.
    if (payment.attempts >= ATTEMPTS_UNTIL_CASE && payment.status !== 'BEGUN')
      await inTransaction(sql, tx => openCase(tx, failing(payment), now))
    throw error
  }
}

function failing({ siteId, paymentId, asked }: Payment) {
  return { siteId, paymentId, reason: 'PROVIDER_FAILS', about: asked ?? '' } as const
}

function ask(payment: Payment, providers: Providers): Promise<ProviderState> {
  const provider = providers[payment.provider]
  switch (payment.asked) {
    case 'CAPTURE':
      return provider.capture(payment)
    case 'VOID':
      return provider.void(payment)
    case null:
      return provider.lookUp(payment)
  }
}

/**
 * Writes down what the provider made of it. Whatever was decided meanwhile, money that was captured is settled like any.
 * @returns false when what was asked is not done yet
 */
async function finish(tx: Tx, payment: Payment, state: ProviderState, now: Date): Promise<boolean> {
  const { siteId, paymentId, provider } = payment
  // Never the id of an earlier one: a payment may be let go twice, when a bank authorizes it after the first time.
  const said = { siteId, paymentId, provider, notificationId: `${paymentId}/asked by us ${newGuid()}` }
  switch (state) {
    case 'CAPTURED':
    case 'REFUNDED':
      await settle(tx, { ...said, result: 'PAID' }, now)
      break
    case 'VOIDED':
    case 'DECLINED':
      await settle(tx, { ...said, result: 'DECLINED' }, now)
      break
    case 'OPEN':
    case 'PENDING':
    case 'AUTHORIZED':
    case 'BY_HAND':
      return false
  }
  if (payment.attempts >= ATTEMPTS_UNTIL_CASE)
    await closeCaseOf(tx, failing(payment), { actor: CLOCK, note: null, now })
  return true
}
