import type { Sql } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { openCase } from '../payments/case-store.ts'
import { ATTEMPTS_UNTIL_CASE, type Refund } from '../payments/model.ts'
import type { Providers } from '../payments/provider.ts'
import { getPayment } from '../payments/store.ts'
import { failingRefund, finishRefund } from './finish-refund.ts'
import { applyRefunds } from './refunds-elsewhere.ts'

/**
 * Asks the provider of a PENDING refund for it, and writes down what became of it; also of the payment's other refunds,
 * where the provider had to be asked about them.
 */
export async function carryOutRefund(sql: Sql, refund: Refund, now: Date, providers: Providers): Promise<void> {
  try {
    const payment = await getPayment(sql, refund.siteId, refund.paymentId)
    const { atProvider = [], ...outcome } = await providers[payment.provider].refund(payment, refund)
    await inTransaction(sql, async tx => {
      await finishRefund(tx, refund, outcome, now)
      await applyRefunds(tx, payment, atProvider, now)
    })
  } catch (error) {
    if (refund.attempts >= ATTEMPTS_UNTIL_CASE) await inTransaction(sql, tx => openCase(tx, failingRefund(refund), now))
    throw error
  }
}
