import { CLOCK } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { closeCaseOf, openCase } from '../payments/case-store.ts'
import { ATTEMPTS_UNTIL_CASE, type Payment } from '../payments/model.ts'
import type { ProviderState, Providers } from '../payments/provider.ts'
import { PROVIDERS } from '../payments/providers.ts'
import { claimDueRefunds, listRefundsOf } from '../payments/refund-store.ts'
import { claimDuePayments, listPaymentsOf } from '../payments/store.ts'
import { decideAuthorization } from './authorization.ts'
import { carryOutRefund } from './carry-out-refund.ts'
import type { Order } from './model.ts'
import { settle } from './settle.ts'

/**
 * The job: does at the providers what was asked of them, and decides what becomes of authorizations whose time has come
 * (section 9.1). What fails is tried again, less and less often, until it is done; after some failures a person is told.
 * Safe to run in any number of processes: each takes payments and refunds that no other has.
 * @returns how many were looked at
 * @throws AggregateError what failed, after all else was done
 */
export async function carryOutDue(sql: Sql, now: Date, providers: Providers = PROVIDERS): Promise<number> {
  const failures: unknown[] = []
  let done = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const [payments, refunds] = [
      await claimDuePayments(sql, { now, limit: BATCH }),
      await claimDueRefunds(sql, { now, limit: BATCH }),
    ]
    const outcomes = await Promise.allSettled([
      ...payments.map(payment => work(sql, payment, now, providers)),
      ...refunds.map(refund => carryOutRefund(sql, refund, now, providers)),
    ])
    failures.push(...outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : [])))
    done += outcomes.length
    if (payments.length < BATCH && refunds.length < BATCH) break
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} payments are left as they were`)
  return done
}

/** So many providers are asked at once, about payments and about refunds. */
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

async function carryOut(sql: Sql, payment: Payment, now: Date, providers: Providers): Promise<void> {
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
    case 'AUTHORIZED':
    case 'BY_HAND':
      return false
  }
  if (payment.attempts >= ATTEMPTS_UNTIL_CASE)
    await closeCaseOf(tx, failing(payment), { actor: CLOCK, note: null, now })
  return true
}
