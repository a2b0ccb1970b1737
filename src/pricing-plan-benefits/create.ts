import type { Static } from 'typebox'
import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { newGuid } from '../ids.ts'
import { insertAllowance } from '../promotions/store.ts'
import { invalid, Refusal } from '../refusals.ts'
import type { PricingPlanBenefit } from './model.ts'
import { insertBenefit } from './store.ts'
import type { BenefitIn } from './wire.ts'

/** @throws Refusal ALREADY_EXISTS when the plan order has a benefit of this id */
export async function createBenefit(
  tx: Tx,
  wanted: Static<typeof BenefitIn>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<PricingPlanBenefit> {
  const { siteId } = identity
  const benefit: PricingPlanBenefit = {
    promotionId: newGuid(),
    planOrderId: wanted.planOrderId.toLowerCase(),
    benefitId: wanted.benefitId?.toLowerCase() ?? newGuid(),
    revision: 1,
    planId: wanted.planId.toLowerCase(),
    memberId: wanted.memberId.toLowerCase(),
    name: wanted.name,
    rate: String(Number(wanted.rate)),
    usesMax: wanted.quantityMax ?? null,
    usesPerBuyerMax: null,
    used: 0,
    startAt: wanted.startDate ? new Date(wanted.startDate) : null,
    endAt: wanted.endDate ? new Date(wanted.endDate) : null,
    createdAt: now,
    updatedAt: now,
  }
  refuseEmptyPeriod(benefit)
  await insertAllowance(tx, siteId, benefit)
  if (!(await insertBenefit(tx, siteId, benefit))) {
    const { planOrderId, benefitId } = benefit
    throw new Refusal('ALREADY_EXISTS', 'The plan order has this benefit already.', { planOrderId, benefitId })
  }
  await record(tx, [benefitActivity(siteId, benefit, 'created', { identity, now })])
  return benefit
}

export function refuseEmptyPeriod({ startAt, endAt }: PricingPlanBenefit): void {
  if (startAt && endAt && endAt <= startAt) throw invalid('benefit.endDate', 'must be after startDate', 'NOT_AFTER')
}

export function benefitActivity(
  siteId: string,
  { promotionId, planOrderId, benefitId, revision }: PricingPlanBenefit,
  what: 'created' | 'updated' | 'deleted',
  { identity, now }: { identity: Identity; now: Date },
): Activity {
  return {
    siteId,
    entityKind: 'pricing_plan_benefit',
    entityId: promotionId,
    sequence: revision,
    kind: `pricing_plan_benefit.${what}`,
    data: { planOrderId, benefitId },
    actor: actorOf(identity),
    occurredAt: now,
  }
}
