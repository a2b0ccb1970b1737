import type { Sql } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Payment } from '../payments/model.ts'
import type { Providers } from '../payments/provider.ts'
import { PROVIDERS } from '../payments/providers.ts'
import { claimDueRefunds } from '../payments/refund-store.ts'
import { claimDuePayments } from '../payments/store.ts'
import { decideAuthorization } from './authorization.ts'
import { carryOut, carryOutOf } from './carry-out.ts'
import { carryOutRefund } from './carry-out-refund.ts'
import { lookAtOpen } from './look-up.ts'

/**
 * The job: does at the providers what was asked of them, looks at payments that are open there, and decides what becomes
 * of authorizations whose time has come (section 9.1). What fails is tried again, less and less often, until it is done;
 * after some failures a person is told. Safe to run in any number of processes: each takes payments and refunds that no
 * other has.
 * @returns how many were looked at
 * @throws AggregateError what failed, after all else was done
 */
export async function carryOutDue(sql: Sql, now: Date, providers: Providers = PROVIDERS): Promise<number> {
  const failures: unknown[] = []
  let done = 0
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const [payments, refunds] = await Promise.all([
      claimDuePayments(sql, { now, limit: BATCH }),
      claimDueRefunds(sql, { now, limit: BATCH }),
    ])
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
  if (payment.status === 'BEGUN') return lookAtOpen(sql, payment, now, providers)
  await inTransaction(sql, tx => decideAuthorization(tx, payment, now))
  await carryOutOf(sql, payment, now, providers)
}
