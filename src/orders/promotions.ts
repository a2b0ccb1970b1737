import { type Coupon, codeOf, discountOfCoupon, refusalToApply } from '../coupons/model.ts'
import { listCouponsByCode, lockCoupons } from '../coupons/store.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import type { Discount } from '../pricing/discount.ts'
import type { Invoice } from '../pricing/model.ts'
import { benefitOn, benefitsOfLines, type PricingPlanBenefit, planOrdersOf } from '../pricing-plan-benefits/model.ts'
import { listBenefits, lockBenefits } from '../pricing-plan-benefits/store.ts'
import { type Buyer, countUsesOf, giveBackEnded, type Use } from '../promotions/store.ts'
import { Refusal } from '../refusals.ts'
import type { ReservedLine } from '../ticket-reservations/model.ts'
import { invoiceOf, toPricedLine } from './invoice.ts'

/** What somebody wants taken off an order, and what that depends on. */
export type Asking = {
  couponCode: string | null
  /** null: what the lines name; NONE: not even that. */
  benefit: { planOrderId: string | null; benefitId: string | null } | 'NONE' | null
  lines: readonly ReservedLine[]
  email: string | null
  visitorId: string | null
  /** Whose benefits may be used. */
  memberIds: readonly string[]
  /** Of the order that is priced anew. */
  orderNumber: string | null
}

/** The promotions that a batch asks for, as they are now, and as its orders use them one after the other. */
export type Promotions = {
  coupons: ReadonlyMap<string, Coupon>
  benefits: readonly PricingPlanBenefit[]
  /** Orders of the batch that use one. */
  taken: { promotionId: string; asking: Asking }[]
  /** How often each buyer used the coupon before. */
  usesOfBuyers: ReadonlyMap<Asking, number>
}

/**
 * Locks the promotions that are asked for, coupons and then benefits, each by id; then gives back what orders that hold
 * no tickets any more used of them, where that may matter. Nothing asked for, nothing done.
 */
export async function lockPromotions(
  tx: Tx,
  siteId: string,
  askings: readonly Asking[],
  now: Date,
): Promise<Promotions> {
  const { codes, planOrderIds } = namesOf(askings)
  const [locked, benefits] = await Promise.all([
    codes.length > 0 ? lockCoupons(tx, siteId, codes) : [],
    planOrderIds.length > 0 ? lockBenefits(tx, siteId, planOrderIds) : [],
  ])
  const coupons = new Map(locked.map(coupon => [coupon.code, coupon]))
  const asked = askings.filter(({ couponCode }) => couponCode !== null)
  const tooFew = [
    ...locked.filter(({ usesMax, used }) => usesMax !== null && used + asked.length > usesMax),
    ...benefits.filter(({ usesMax }) => usesMax !== null),
  ]
  const limited = limitedBuyers(asked, coupons)
  const buyers = limited.map(({ buyer }) => buyer)
  const [used, uses] = await Promise.all([
    giveBackEnded(tx, siteId, { whole: tooFew.map(({ promotionId }) => promotionId), buyers }, now),
    countUsesOf(tx, siteId, buyers),
  ])
  for (const promotion of [...locked, ...benefits]) promotion.used = used.get(promotion.promotionId) ?? promotion.used
  return {
    coupons,
    benefits,
    taken: [],
    usesOfBuyers: new Map(limited.map(({ asking }, index) => [asking, uses[index] ?? 0])),
  }
}

/** The same to look at, without a lock (R154). */
export async function findPromotions(db: Db, siteId: string, asking: Asking): Promise<Promotions> {
  const { codes, planOrderIds } = namesOf([asking])
  const [found, benefits] = await Promise.all([
    codes.length > 0 ? listCouponsByCode(db, siteId, codes) : [],
    planOrderIds.length > 0 ? listBenefits(db, siteId, planOrderIds) : [],
  ])
  const coupons = new Map(found.map(coupon => [coupon.code, coupon]))
  const limited = limitedBuyers([asking], coupons)
  const [uses = 0] = await countUsesOf(
    db,
    siteId,
    limited.map(({ buyer }) => buyer),
  )
  return { coupons, benefits, taken: [], usesOfBuyers: new Map([[asking, uses]]) }
}

function namesOf(askings: readonly Asking[]) {
  const codes = askings.flatMap(({ couponCode }) => (couponCode === null ? [] : [codeOf(couponCode)]))
  const planOrderIds = askings.flatMap(({ benefit, lines }) => {
    if (benefit === null) return planOrdersOf(lines)
    return benefit === 'NONE' ? [] : (benefit.planOrderId ?? [])
  })
  return { codes: [...new Set(codes)], planOrderIds: [...new Set(planOrderIds)] }
}

/** Who asks for a coupon that one buyer may use only so often. */
function limitedBuyers(
  askings: readonly Asking[],
  coupons: ReadonlyMap<string, Coupon>,
): { asking: Asking; buyer: Buyer }[] {
  return askings.flatMap(asking => {
    const coupon = asking.couponCode === null ? undefined : coupons.get(codeOf(asking.couponCode))
    if (!coupon || coupon.usesPerBuyerMax === null) return []
    const { email, visitorId, orderNumber } = asking
    return [{ asking, buyer: { promotionId: coupon.promotionId, email, visitorId, orderNumber } }]
  })
}

/**
 * What an order costs with what is asked to be taken off it, and why some of that is not.
 * @param feePercent "0" for offline payments (R47)
 */
export function pricedWith(
  asking: Asking,
  promotions: Promotions,
  { event, feePercent, now }: { event: StoredEvent; feePercent: string; now: Date },
): { invoice: Invoice; refusals: Refusal[] } {
  const judged = [...couponFor(asking, promotions, event, now), ...benefitsFor(asking, promotions, now)]
  const discounts = judged.flatMap(each => (each instanceof Refusal ? [] : [each]))
  const invoice = invoiceOf(asking.lines, event, feePercent, discounts)
  const applied = new Set(invoice.discounts?.map(each => (each.kind === 'COUPON' ? each.couponId : each.promotionId)))
  const refusals = judged.flatMap(each => {
    if (each instanceof Refusal) return [each]
    return applied.has(idOf(each)) ? [] : [takesNothing(each)]
  })
  return { invoice, refusals }
}

function benefitsFor({ benefit, lines, memberIds }: Asking, { benefits }: Promotions, now: Date) {
  if (benefit === 'NONE') return []
  if (benefit === null) return benefitsOfLines(lines, benefits, { memberIds, now })
  const { planOrderId, benefitId } = benefit
  const named = benefits.find(each => each.planOrderId === planOrderId && each.benefitId === benefitId)
  return [benefitOn(lines, null, named, { planOrderId, benefitId }, { memberIds, now })]
}

function couponFor(
  asking: Asking,
  { coupons, taken, usesOfBuyers }: Promotions,
  { eventId, currency }: StoredEvent,
  now: Date,
) {
  const { couponCode, lines } = asking
  if (couponCode === null) return []
  const coupon = coupons.get(codeOf(couponCode)) ?? null
  const meanwhile = taken.filter(each => each.promotionId === coupon?.promotionId && isSameBuyer(each.asking, asking))
  const refusal = refusalToApply(coupon, couponCode, {
    eventId,
    lines: lines.map(toPricedLine),
    currency: lines[0]?.currency ?? currency,
    usesOfBuyer: (usesOfBuyers.get(asking) ?? 0) + meanwhile.length,
    now,
  })
  return [refusal ?? (coupon ? discountOfCoupon(coupon) : [])].flat()
}

function isSameBuyer(a: Asking, b: Asking): boolean {
  if (a.visitorId !== null && a.visitorId === b.visitorId) return true
  return a.email !== null && a.email.toLowerCase() === b.email?.toLowerCase()
}

function idOf(discount: Discount): string {
  return discount.kind === 'COUPON' ? discount.couponId : discount.promotionId
}

/** So small a discount that nothing is left of it when it is rounded. */
function takesNothing(discount: Discount): Refusal {
  if (discount.kind === 'COUPON')
    return new Refusal('COUPON_NOT_APPLICABLE', 'This coupon takes nothing off these tickets.', {
      couponCode: discount.code,
    })
  const { planOrderId, benefitId } = discount
  return new Refusal('PAID_PLAN_BENEFIT_NOT_APPLICABLE', 'This benefit takes nothing off these tickets.', {
    planOrderId,
    benefitId,
  })
}

/** What an order uses of promotions, for those who come later in the batch, and to be written. */
export function use(
  asking: Asking,
  { coupons, benefits, taken }: Promotions,
  { discounts = [] }: Pick<Invoice, 'discounts'>,
): Pick<Use, 'promotionId' | 'quantity' | 'usesPerBuyerMax'>[] {
  const promotions = [...coupons.values(), ...benefits]
  return discounts.flatMap(applied => {
    const promotionId = applied.kind === 'COUPON' ? applied.couponId : applied.promotionId
    const quantity = applied.kind === 'COUPON' ? 1 : applied.quantityDiscounted
    const promotion = promotions.find(each => each.promotionId === promotionId)
    if (!promotion) throw new Error(`promotion ${promotionId} was applied without being there`)
    promotion.used += quantity
    taken.push({ promotionId, asking })
    return [{ promotionId, quantity, usesPerBuyerMax: promotion.usesPerBuyerMax }]
  })
}
