import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { closeCase, findCase } from '../payments/case-store.ts'
import { listRefundsOf } from '../payments/refund-store.ts'
import { Refusal } from '../refusals.ts'
import { finishRefund } from './finish-refund.ts'

/**
 * Closes a reconciliation case, with what was done about it. Closing one of a refund that only a person could make says
 * that the money was given back.
 * @throws Refusal NOT_FOUND, also when somebody has closed it
 */
export async function resolveCase(
  tx: Tx,
  { caseId, note }: { caseId: string; note: string | null },
  { identity, now }: { identity: Identity; now: Date },
): Promise<void> {
  const { siteId } = identity
  const found = await findCase(tx, siteId, caseId)
  if (found?.reason === 'REFUND_BY_HAND') {
    const refunds = await listRefundsOf(tx, siteId, found.orderNumber)
    const refund = refunds.find(each => each.refundId === found.about)
    if (refund) await finishRefund(tx, refund, { state: 'DONE', ref: null }, now)
  }
  // Where the buyer was forgotten, nobody is to be named again (R191).
  const by = { actor: actorOf(identity), note: found?.anonymized ? null : note, now }
  if (!found || !(await closeCase(tx, siteId, caseId, by)))
    throw new Refusal('NOT_FOUND', 'There is no such open case.', { caseId })
}
