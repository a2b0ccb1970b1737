import type { Static } from 'typebox'
import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import type { Identity } from '../identities/identity.ts'
import { limitTo } from '../promotions/limit.ts'
import { lockAllowance } from '../promotions/store.ts'
import { refuseStale } from '../wire/revision.ts'
import { benefitActivity, refuseEmptyPeriod } from './create.ts'
import type { PricingPlanBenefit } from './model.ts'
import { type BenefitName, getBenefit, writeBenefit } from './store.ts'
import type { BenefitPatch } from './wire.ts'

/**
 * Changes what is given. What orders were promised stays theirs.
 * @throws Refusal NOT_FOUND, ABORTED for a revision that is not the current one; InvalidRequest for a quantity below what
 *   is used
 */
export async function changeBenefit(
  tx: Tx,
  named: BenefitName,
  change: Static<typeof BenefitPatch>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<PricingPlanBenefit> {
  const { siteId } = identity
  const { promotionId } = await getBenefit(tx, siteId, named)
  await lockAllowance(tx, siteId, promotionId)
  const stored = await getBenefit(tx, siteId, named)
  refuseStale(stored.revision, change.revision)
  const benefit: PricingPlanBenefit = {
    ...stored,
    revision: stored.revision + 1,
    name: change.name ?? stored.name,
    rate: change.rate === undefined ? stored.rate : String(Number(change.rate)),
    usesMax: change.quantityMax === undefined ? stored.usesMax : change.quantityMax,
    startAt: dateAfter(change.startDate, stored.startAt),
    endAt: dateAfter(change.endDate, stored.endAt),
    updatedAt: now,
  }
  refuseEmptyPeriod(benefit)
  await limitTo(tx, siteId, benefit, { field: 'benefit.quantityMax', now })
  await writeBenefit(tx, siteId, benefit)
  await record(tx, [benefitActivity(siteId, benefit, 'updated', { identity, now })])
  return benefit
}

function dateAfter(sent: string | null | undefined, stored: Date | null): Date | null {
  if (sent === undefined) return stored
  return sent === null ? null : new Date(sent)
}
