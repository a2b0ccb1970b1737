import { inTransaction } from '../db/transaction.ts'
import { getPayment } from '../payments/store.ts'
import { beginPayment, type Surroundings } from './begin.ts'
import { type Choice, type Chosen, choosePayment } from './choose-payment.ts'
import { settleWhatCame } from './look-up.ts'
import type { Caller } from './pay-again.ts'

/**
 * Chooses, and begins what was chosen at its provider; outside of any transaction, for that may be a call over the network.
 * @returns `payUrl` null where nothing is to be paid now
 * @throws Refusal as `choosePayment` and `beginPayment`
 */
export async function beginChosen(
  choice: Choice,
  caller: Caller,
  paying: Omit<Surroundings, 'now'>,
): Promise<Chosen & { payUrl: string | null }> {
  const { sql } = paying
  const {
    identity: { siteId },
    now,
  } = caller
  const choose = () => inTransaction(sql, tx => choosePayment(tx, choice, caller))
  const payUrlOf = async ({ order, paymentId }: Chosen) =>
    paymentId && beginPayment(order, await getPayment(sql, siteId, paymentId), { ...paying, now })

  const chosen = await choose()
  const payUrl = await payUrlOf(chosen)
  if (chosen.paymentId === null || payUrl !== null) return { ...chosen, payUrl }
  // It ended there, and nobody told us yet: then it was paid, or another one is begun.
  await settleWhatCame(sql, await getPayment(sql, siteId, chosen.paymentId), now, paying.providers)
  const other = await choose()
  return { ...other, payUrl: await payUrlOf(other) }
}
