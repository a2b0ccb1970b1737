import { type Amount, amountOf, minorOf, typedAmount, typedDecimal } from '../../shared/money.ts'
import { clockOf, momentOf } from '../parts/moments.ts'
import type { RefusedFields } from '../parts/refused-fields.ts'

/** A coupon as our API shows it to the organizer. */
export type Coupon = {
  id: string
  revision: string
  code: string
  name: string
  percentOff?: string
  amountOff?: Amount
  appliesPer: 'ORDER' | 'TICKET'
  scope: { group: 'event' | 'ticket'; entityId?: string }
  minimumSubTotal?: Amount
  startDate?: string
  endDate?: string
  usesMax?: number
  usesPerBuyerMax?: number
  active: boolean
  uses: number
  takenOff?: Amount[]
}

/** A coupon as it is typed; its dates in the zone of the site. */
export type CouponValues = {
  code: string
  name: string
  kind: 'PERCENT' | 'AMOUNT'
  percent: string
  amount: string
  currency: string
  appliesPer: 'ORDER' | 'TICKET'
  scope: 'ALL' | 'EVENT' | 'TICKET'
  eventId: string | null
  definitionId: string | null
  minimum: string
  start: string
  end: string
  usesMax: string
  usesPerBuyerMax: string
}

export const COUPON_MEMBERS = {
  code: ['code'],
  name: ['name'],
  off: ['kind', 'percent', 'amount', 'currency'],
  appliesPer: ['appliesPer'],
  scope: ['scope', 'eventId', 'definitionId'],
  minimumSubTotal: ['minimum'],
  startDate: ['start'],
  endDate: ['end'],
  usesMax: ['usesMax'],
  usesPerBuyerMax: ['usesPerBuyerMax'],
} as const satisfies Record<string, readonly (keyof CouponValues)[]>
export type CouponMember = keyof typeof COUPON_MEMBERS

export function emptyCoupon(currency: string): CouponValues {
  return {
    code: '',
    name: '',
    kind: 'PERCENT',
    percent: '',
    amount: '',
    currency,
    appliesPer: 'ORDER',
    scope: 'ALL',
    eventId: null,
    definitionId: null,
    minimum: '',
    start: '',
    end: '',
    usesMax: '',
    usesPerBuyerMax: '',
  }
}

/**
 * @param eventId of the definition that it is for, where it is for one
 * @param locale in which the reader types numbers
 */
export function couponValuesOf(
  coupon: Coupon,
  {
    timeZone,
    currency,
    eventId,
    locale,
  }: { timeZone: string; currency: string; eventId: string | null; locale: string },
): CouponValues {
  const { scope, amountOff, minimumSubTotal } = coupon
  const isForTicket = scope.group === 'ticket' && scope.entityId !== undefined
  return {
    ...emptyCoupon((amountOff ?? minimumSubTotal)?.currency ?? currency),
    code: coupon.code,
    name: coupon.name,
    kind: amountOff ? 'AMOUNT' : 'PERCENT',
    percent: typedDecimal(coupon.percentOff ?? '', locale),
    amount: typedDecimal(amountOff?.value ?? '', locale),
    appliesPer: coupon.appliesPer,
    scope: scope.entityId === undefined ? 'ALL' : isForTicket ? 'TICKET' : 'EVENT',
    eventId: isForTicket ? eventId : (scope.entityId ?? null),
    definitionId: isForTicket ? (scope.entityId ?? null) : null,
    minimum: typedDecimal(minimumSubTotal?.value ?? '', locale),
    start: clockOf(coupon.startDate, timeZone),
    end: clockOf(coupon.endDate, timeZone),
    usesMax: coupon.usesMax === undefined ? '' : String(coupon.usesMax),
    usesPerBuyerMax: coupon.usesPerBuyerMax === undefined ? '' : String(coupon.usesPerBuyerMax),
  }
}

export function couponWireOf(values: CouponValues, timeZone: string): Record<CouponMember, unknown> {
  const { currency } = values
  const amount = (typed: string): Amount => {
    const known = typedAmount(typed, { value: '0', currency })
    return known ? amountOf(minorOf(known), currency) : { value: typed, currency }
  }
  const count = (typed: string) => (typed.trim() === '' ? null : Number(typed))
  return {
    code: values.code.trim().toUpperCase(),
    name: values.name.trim(),
    off:
      values.kind === 'PERCENT'
        ? { percentOff: values.percent.trim().replace(',', '.'), amountOff: null }
        : { percentOff: null, amountOff: amount(values.amount) },
    appliesPer: values.appliesPer,
    scope:
      values.scope === 'TICKET'
        ? { group: 'ticket', entityId: values.definitionId }
        : { group: 'event', entityId: values.scope === 'EVENT' ? values.eventId : null },
    minimumSubTotal: values.minimum.trim() === '' ? null : amount(values.minimum),
    startDate: momentOf(values.start, timeZone),
    endDate: momentOf(values.end, timeZone),
    usesMax: count(values.usesMax),
    usesPerBuyerMax: count(values.usesPerBuyerMax),
  }
}

/** What is sent of it: what is taken off is two members to the API. */
export function couponSent({ off, ...members }: Partial<Record<CouponMember, unknown>>): object {
  return { ...members, ...(off as object | undefined) } // `off` is what couponWireOf made it
}

/** Why each field cannot be saved so; keys of `desk:promotions.wrong`. */
export type CouponWrong = 'code' | 'needed' | 'percent' | 'amount' | 'choose' | 'count' | 'period'
export function couponProblemsOf(
  values: CouponValues,
  timeZone: string,
): Partial<Record<keyof CouponValues, CouponWrong>> {
  const problems: Partial<Record<keyof CouponValues, CouponWrong>> = {}
  const isAmount = (typed: string) => {
    const known = typedAmount(typed, { value: '0', currency: values.currency })
    return known !== null && minorOf(known) > 0
  }
  if (!/^[\p{L}\p{M}\p{N}_-]{1,20}$/u.test(values.code.trim())) problems.code = 'code'
  if (values.name.trim() === '') problems.name = 'needed'
  const percent = values.percent.trim().replace(',', '.')
  if (values.kind === 'PERCENT' && !(/^\d{1,3}(\.\d{1,2})?$/.test(percent) && +percent > 0 && +percent <= 100))
    problems.percent = 'percent'
  if (values.kind === 'AMOUNT' && !isAmount(values.amount)) problems.amount = 'amount'
  if (values.scope !== 'ALL' && values.eventId === null) problems.eventId = 'choose'
  if (values.scope === 'TICKET' && values.definitionId === null) problems.definitionId = 'choose'
  if (values.minimum.trim() !== '' && !isAmount(values.minimum)) problems.minimum = 'amount'
  for (const name of ['usesMax', 'usesPerBuyerMax'] as const)
    if (values[name].trim() !== '' && !/^[1-9]\d{0,8}$/.test(values[name].trim())) problems[name] = 'count'
  const [start, end] = [momentOf(values.start, timeZone), momentOf(values.end, timeZone)]
  if (start !== null && end !== null && Date.parse(end) <= Date.parse(start)) problems.end = 'period'
  return problems
}

/** Where the form has what the API refuses. */
export const REFUSED_COUPON_FIELDS: RefusedFields = {
  fieldOf: path => {
    const [name = ''] = path.replace(/^coupon\./, '').split('.')
    return FIELDS[name] ?? name
  },
  codes: { ALREADY_EXISTS: 'code' },
}

const FIELDS: Readonly<Record<string, keyof CouponValues>> = {
  percentOff: 'percent',
  amountOff: 'amount',
  scope: 'eventId',
  minimumSubTotal: 'minimum',
  startDate: 'start',
  endDate: 'end',
}

/** How a coupon stands at a moment; keys of `desk:promotions.coupons.state`. */
export function stateOf(
  { active, startDate, endDate, usesMax, uses }: Coupon,
  now: number,
): 'paused' | 'scheduled' | 'over' | 'usedUp' | 'active' {
  if (!active) return 'paused'
  if (endDate && Date.parse(endDate) <= now) return 'over'
  if (usesMax !== undefined && uses >= usesMax) return 'usedUp'
  if (startDate && Date.parse(startDate) > now) return 'scheduled'
  return 'active'
}

/** A code of eight letters and digits that nobody mixes up. */
export function newCode(): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
  return [...crypto.getRandomValues(new Uint8Array(8))].map(byte => letters[byte % letters.length]).join('')
}
