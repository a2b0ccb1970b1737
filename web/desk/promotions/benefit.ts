import { typedDecimal } from '../../shared/money.ts'
import { clockOf, momentOf } from '../parts/moments.ts'
import type { RefusedFields } from '../parts/refused-fields.ts'

/** A benefit of a pricing plan, as our API shows it to the organizer. */
export type Benefit = {
  planOrderId: string
  benefitId: string
  revision: string
  planId: string
  memberId: string
  name: string
  /** Percent. */
  rate: string
  quantityMax?: number
  quantityUsed: number
  startDate?: string
  endDate?: string
}

/** A benefit as it is typed; its dates in the zone of the site. */
export type BenefitValues = {
  memberId: string
  planId: string
  planOrderId: string
  name: string
  rate: string
  quantityMax: string
  start: string
  end: string
}

/** What of it can be changed. */
export const BENEFIT_MEMBERS = {
  name: ['name'],
  rate: ['rate'],
  quantityMax: ['quantityMax'],
  startDate: ['start'],
  endDate: ['end'],
} as const satisfies Record<string, readonly (keyof BenefitValues)[]>
export type BenefitMember = keyof typeof BENEFIT_MEMBERS

export const EMPTY_BENEFIT: BenefitValues = {
  memberId: '',
  planId: '',
  planOrderId: '',
  name: '',
  rate: '',
  quantityMax: '',
  start: '',
  end: '',
}

/** @param locale in which the reader types numbers */
export function benefitValuesOf(
  benefit: Benefit,
  { timeZone, locale }: { timeZone: string; locale: string },
): BenefitValues {
  const { memberId, planId, planOrderId, name, rate, quantityMax, startDate, endDate } = benefit
  return {
    memberId,
    planId,
    planOrderId,
    name,
    rate: typedDecimal(rate, locale),
    quantityMax: quantityMax === undefined ? '' : String(quantityMax),
    start: clockOf(startDate, timeZone),
    end: clockOf(endDate, timeZone),
  }
}

export function benefitWireOf(values: BenefitValues, timeZone: string): Record<BenefitMember, unknown> {
  return {
    name: values.name.trim(),
    rate: values.rate.trim().replace(',', '.'),
    quantityMax: values.quantityMax.trim() === '' ? null : Number(values.quantityMax),
    startDate: momentOf(values.start, timeZone),
    endDate: momentOf(values.end, timeZone),
  }
}

/** A new one, with what it belongs to. */
export function newBenefitOf(values: BenefitValues, timeZone: string): object {
  const { memberId, planId, planOrderId } = values
  return {
    memberId: memberId.trim(),
    planId: planId.trim(),
    planOrderId: planOrderId.trim(),
    ...benefitWireOf(values, timeZone),
  }
}

/** Why each field cannot be saved so; keys of `desk:promotions.wrong`. */
export type BenefitWrong = 'guid' | 'needed' | 'percent' | 'count' | 'period'
export function benefitProblemsOf(
  values: BenefitValues,
  timeZone: string,
): Partial<Record<keyof BenefitValues, BenefitWrong>> {
  const problems: Partial<Record<keyof BenefitValues, BenefitWrong>> = {}
  for (const id of ['memberId', 'planId', 'planOrderId'] as const)
    if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(values[id].trim())) problems[id] = 'guid'
  if (values.name.trim() === '') problems.name = 'needed'
  const rate = values.rate.trim().replace(',', '.')
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(rate) || +rate <= 0 || +rate > 100) problems.rate = 'percent'
  if (values.quantityMax.trim() !== '' && !/^[1-9]\d{0,8}$/.test(values.quantityMax.trim()))
    problems.quantityMax = 'count'
  const [start, end] = [momentOf(values.start, timeZone), momentOf(values.end, timeZone)]
  if (start !== null && end !== null && Date.parse(end) <= Date.parse(start)) problems.end = 'period'
  return problems
}

export const REFUSED_BENEFIT_FIELDS: RefusedFields = {
  fieldOf: path => {
    const name = path.replace(/^benefit\./, '')
    return name === 'startDate' ? 'start' : name === 'endDate' ? 'end' : name
  },
  codes: { ALREADY_EXISTS: 'planOrderId' },
}

/** How a benefit stands at a moment; keys of `desk:promotions.coupons.state`. */
export function benefitStateOf(
  { startDate, endDate, quantityMax, quantityUsed }: Benefit,
  now: number,
): 'scheduled' | 'over' | 'usedUp' | 'active' {
  if (endDate && Date.parse(endDate) <= now) return 'over'
  if (quantityMax !== undefined && quantityUsed >= quantityMax) return 'usedUp'
  if (startDate && Date.parse(startDate) > now) return 'scheduled'
  return 'active'
}
