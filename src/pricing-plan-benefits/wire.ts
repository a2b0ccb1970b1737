import { type Static, Type } from 'typebox'
import { Percent, UsesMax } from '../promotions/wire.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, Instant, InstantOut, Maybe, Text } from '../wire/shapes.ts'
import type { PricingPlanBenefit } from './model.ts'

const Name = Text(1, 100)
const changeable = { quantityMax: Maybe(UsesMax), startDate: Maybe(Instant), endDate: Maybe(Instant) }

export const BenefitIn = Type.Object({
  planOrderId: Guid,
  benefitId: Maybe(Guid),
  planId: Guid,
  memberId: Guid,
  name: Name,
  rate: Percent,
  ...changeable,
})
/** Absent members stay, null clears. What it belongs to does not change. */
export const BenefitPatch = Type.Object({
  revision: Type.String({ pattern: '^\\d{1,15}$' }),
  name: Type.Optional(Name),
  rate: Type.Optional(Percent),
  ...changeable,
})

export const BenefitOut = Type.Object({
  planOrderId: Type.String(),
  benefitId: Type.String(),
  revision: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  planId: Type.String(),
  memberId: Type.String(),
  name: Type.String(),
  rate: Type.String(),
  quantityMax: Type.Optional(Type.Integer()),
  quantityUsed: Type.Integer(),
  startDate: Type.Optional(InstantOut),
  endDate: Type.Optional(InstantOut),
})

export function toWireBenefit(benefit: PricingPlanBenefit): Static<typeof BenefitOut> {
  return {
    planOrderId: benefit.planOrderId,
    benefitId: benefit.benefitId,
    revision: String(benefit.revision),
    createdDate: benefit.createdAt,
    updatedDate: benefit.updatedAt,
    planId: benefit.planId,
    memberId: benefit.memberId,
    name: benefit.name,
    rate: benefit.rate,
    quantityUsed: benefit.used,
    ...present({ quantityMax: benefit.usesMax, startDate: benefit.startAt, endDate: benefit.endAt }),
  }
}
