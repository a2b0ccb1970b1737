import { isDiscountable, type PlanDiscount } from '../pricing/discount.ts'
import type { PricingKind } from '../pricing/model.ts'
import type { Allowance } from '../promotions/store.ts'
import { Refusal } from '../refusals.ts'

/** What a member may take off ticket prices by a pricing plan that was bought elsewhere (R53). */
export type PricingPlanBenefit = Allowance & {
  planOrderId: string
  benefitId: string
  revision: number
  planId: string
  /** Whose it is. */
  memberId: string
  name: string
  /** Percent, at most two decimals. */
  rate: string
  startAt: Date | null
  endAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** A reserved line, as far as it matters here; `pricingPlan` is as the buyer named it: {orderId, planId}. */
type Line = { pricingKind: PricingKind; priceMinor: number; pricingPlan: Record<string, unknown> | null }

/** @param memberIds who of the site's members buys: nobody, or several where the site buys for one */
export type Buying = { memberIds: readonly string[]; now: Date }

/** What the benefit takes off these lines: as many tickets as are left of it; or the first rule that forbids it. */
export function benefitOn(
  lines: readonly Line[],
  places: readonly number[] | null,
  benefit: PricingPlanBenefit | undefined,
  named: Record<string, unknown>,
  { memberIds, now }: Buying,
): PlanDiscount | Refusal {
  if (!benefit || !memberIds.includes(benefit.memberId))
    return new Refusal('PAID_PLAN_BENEFIT_NOT_FOUND', 'There is no such benefit.', named)
  if (benefit.startAt && now < benefit.startAt)
    return new Refusal('PAID_PLAN_BENEFIT_NOT_STARTED', 'This benefit is not valid yet.', named)
  if (benefit.endAt && now >= benefit.endAt)
    return new Refusal('PAID_PLAN_BENEFIT_EXPIRED', 'This benefit is not valid any more.', named)
  const { promotionId, planOrderId, benefitId, name, rate, usesMax, used } = benefit
  const quantityMax = usesMax === null ? null : usesMax - used
  if (!lines.some((line, place) => isDiscountable(line) && (places?.includes(place) ?? true)))
    return new Refusal('PAID_PLAN_BENEFIT_NOT_APPLICABLE', 'This benefit is not for these tickets.', named)
  if (quantityMax !== null && quantityMax <= 0)
    return new Refusal('PAID_PLAN_BENEFIT_USED_UP', 'This benefit has been used up.', named)
  return { kind: 'PAID_PLAN', promotionId, planOrderId, benefitId, name, rate, quantityMax, lines: places }
}

/** For each plan that lines name, its benefit that takes most off those lines; or why none does. */
export function benefitsOfLines(
  lines: readonly Line[],
  benefits: readonly PricingPlanBenefit[],
  buying: Buying,
): (PlanDiscount | Refusal)[] {
  const placesOf = Map.groupBy(lines.keys(), place => JSON.stringify(planOf(lines[place])))
  placesOf.delete('null')
  return [...placesOf.values()].flatMap(places => {
    const plan = planOf(lines[places[0] ?? 0]) ?? {}
    const ofPlan = benefits
      .filter(each => each.planOrderId === plan.orderId && each.planId === (plan.planId ?? each.planId))
      .toSorted((a, b) => Number(b.rate) - Number(a.rate) || (a.benefitId < b.benefitId ? -1 : 1))
    const judged = [...ofPlan, undefined].map(benefit => benefitOn(lines, places, benefit, plan, buying))
    return judged.find(each => !(each instanceof Refusal)) ?? judged[0] ?? []
  })
}

/** The ids of the plan orders that lines name. */
export function planOrdersOf(lines: readonly Line[]): string[] {
  return [...new Set(lines.flatMap(line => planOf(line)?.orderId ?? []))]
}

function planOf(line: Line | undefined): { orderId?: string; planId?: string } | null {
  if (!line?.pricingPlan) return null
  const { orderId, planId } = line.pricingPlan
  return {
    ...(typeof orderId === 'string' && { orderId: orderId.toLowerCase() }),
    ...(typeof planId === 'string' && { planId: planId.toLowerCase() }),
  }
}
