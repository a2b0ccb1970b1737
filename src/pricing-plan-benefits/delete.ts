import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import { lockAllowance, removeAllowance } from '../promotions/store.ts'
import { benefitActivity } from './create.ts'
import { type BenefitName, deleteBenefit, getBenefit } from './store.ts'

/** Removes a benefit for good; orders keep what it took off. @throws Refusal NOT_FOUND */
export async function removeBenefit(
  tx: Tx,
  named: BenefitName,
  { identity, now }: { identity: Identity; now: Date },
): Promise<void> {
  const { siteId } = identity
  await lockAllowance(tx, siteId, (await getBenefit(tx, siteId, named)).promotionId)
  const benefit = await getBenefit(tx, siteId, named)
  await deleteBenefit(tx, siteId, named)
  await removeAllowance(tx, siteId, benefit.promotionId)
  await record(tx, [
    benefitActivity(siteId, { ...benefit, revision: benefit.revision + 1 }, 'deleted', { identity, now }),
  ])
}
