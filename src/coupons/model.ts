import { formatMinor } from '../money.ts'
import { type CouponDiscount, isDiscountable } from '../pricing/discount.ts'
import type { PricedLine } from '../pricing/model.ts'
import type { Allowance } from '../promotions/store.ts'
import { Refusal } from '../refusals.ts'

/** Money off for who knows the code (R50 to R52). */
export type Coupon = Allowance & {
  couponId: string
  revision: number
  /** In upper case. */
  code: string
  name: string
  off: CouponDiscount['off']
  /** Whether that is taken once of an order, or of each ticket. */
  appliesPer: CouponDiscount['per']
  /** What it is for; without an entity all tickets (R51). */
  scope: { group: 'event' | 'ticket'; entityId: string | null }
  minimumSubTotalMinor: number | null
  /** Of the amounts; null where there is none. */
  currency: string | null
  startAt: Date | null
  endAt: Date | null
  deactivatedAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** A code as it is kept and looked for: case does not matter. */
export function codeOf(text: string): string {
  return text.normalize('NFC').toUpperCase()
}

/** An order that a coupon is wanted for, or would be. */
export type Purchase = {
  eventId: string
  lines: readonly PricedLine[]
  currency: string
  now: Date
  /** How often this buyer uses it already; null where nobody knows yet who buys. */
  usesOfBuyer: number | null
}

/**
 * The first rule that forbids `coupon` to take something off: there is none, or it is switched off, not valid now, of
 * another currency, not for these tickets, for larger orders, used up. One that takes off nothing is not applicable either.
 */
export function refusalToApply(coupon: Coupon | null, code: string, purchase: Purchase): Refusal | null {
  const data = { couponCode: code }
  const { now, lines, currency } = purchase
  if (!coupon || coupon.deactivatedAt) return new Refusal('COUPON_NOT_FOUND', 'There is no such coupon.', data)
  if (coupon.startAt && now < coupon.startAt)
    return new Refusal('COUPON_NOT_STARTED', 'This coupon is not valid yet.', { ...data, startDate: coupon.startAt })
  if (coupon.endAt && now >= coupon.endAt)
    return new Refusal('COUPON_EXPIRED', 'This coupon is not valid any more.', { ...data, endDate: coupon.endAt })
  if ((coupon.currency ?? currency) !== currency || !isFor(coupon, purchase))
    return new Refusal('COUPON_NOT_APPLICABLE', 'This coupon is not for these tickets.', data)
  const minimum = coupon.minimumSubTotalMinor
  if (minimum !== null && lines.reduce((sum, line) => sum + line.priceMinor * line.quantity, 0) < minimum)
    return new Refusal('COUPON_MINIMUM_NOT_REACHED', 'This coupon is for larger orders.', {
      ...data,
      minimumSubTotal: { value: formatMinor(minimum, currency), currency },
    })
  if (coupon.usesPerBuyerMax !== null && (purchase.usesOfBuyer ?? 0) >= coupon.usesPerBuyerMax)
    return new Refusal('COUPON_USED_UP', 'You have used this coupon as often as you may.', { ...data, by: 'BUYER' })
  if (coupon.usesMax !== null && coupon.used >= coupon.usesMax)
    return new Refusal('COUPON_USED_UP', 'This coupon has been used as often as it may.', { ...data, by: 'ALL' })
  return null
}

/** Whether any of the tickets is one that it takes something off (R51, R52). */
function isFor({ scope: { group, entityId } }: Coupon, { eventId, lines }: Purchase): boolean {
  if (group === 'event' && entityId !== null && entityId !== eventId) return false
  return lines.some(
    line => isDiscountable(line) && (group === 'event' || entityId === null || line.ticketDefinitionId === entityId),
  )
}

/** What the coupon takes off, for the arithmetic. */
export function discountOfCoupon({ couponId, code, name, off, appliesPer, scope }: Coupon): CouponDiscount {
  const ticketDefinitionId = scope.group === 'ticket' ? scope.entityId : null
  return { kind: 'COUPON', couponId, code, name, off, per: appliesPer, ticketDefinitionId }
}
