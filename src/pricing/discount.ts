import { percentOf, sum } from './rounding.ts'

/** What is taken off a price: by a coupon, or by a benefit of a pricing plan (section 3.5). Pure, in minor units. */
export type Discount = CouponDiscount | PlanDiscount

export type CouponDiscount = {
  kind: 'COUPON'
  couponId: string
  code: string
  name: string
  /** Percent, 0.01 to 100, at most two decimals; else an amount. */
  off: { percent: string } | { amountMinor: number }
  /** Whether that is taken once, of all that it is for, or of each ticket. */
  per: 'ORDER' | 'TICKET'
  /** null: tickets of every definition. */
  ticketDefinitionId: string | null
}

export type PlanDiscount = {
  kind: 'PAID_PLAN'
  promotionId: string
  planOrderId: string
  benefitId: string
  name: string
  /** Percent of a ticket's price, 0.01 to 100, at most two decimals (R53). */
  rate: string
  /** How many tickets it discounts at most; null: all. */
  quantityMax: number | null
  /** The lines that it is for, by their places in the reservation; null: all. */
  lines: readonly number[] | null
}

/** One discount as it came out, of a whole invoice or of one item (R54). */
export type AppliedDiscount = { amountMinor: number } & (
  | Pick<CouponDiscount, 'kind' | 'couponId' | 'code' | 'name'>
  | (Pick<PlanDiscount, 'kind' | 'promotionId' | 'planOrderId' | 'benefitId' | 'name' | 'rate'> & {
      quantityDiscounted: number
    })
)

type DiscountedLine = {
  ticketDefinitionId: string
  quantity: number
  priceMinor: number
  pricingKind: 'FIXED' | 'GUEST' | 'OPTIONS'
}

/** What one discount takes off one line, and of how many of its tickets. */
export type Taken = { amountMinor: number; quantity: number }

/** Tickets of a line that cost the same. */
type Tickets = { line: number; quantity: number; priceMinor: number }

/**
 * What each discount takes off each line: benefits first, of the dearest tickets, then a coupon of what they left.
 * Nothing costs less than nothing.
 * @param discounts benefits before coupons
 * @returns for each discount, in order, a list with an entry for each line
 */
export function takeOff(lines: readonly DiscountedLine[], discounts: readonly Discount[]): Taken[][] {
  let tickets: Tickets[] = lines.flatMap((line, place) =>
    isDiscountable(line) ? [{ line: place, quantity: line.quantity, priceMinor: line.priceMinor }] : [],
  )
  return discounts.map(discount => {
    const taken = lines.map((): Taken => ({ amountMinor: 0, quantity: 0 }))
    const take = ({ line }: Pick<Tickets, 'line'>, amountMinor: number, quantity: number) => {
      const before = taken[line] ?? { amountMinor: 0, quantity: 0 }
      taken[line] = { amountMinor: before.amountMinor + amountMinor, quantity: before.quantity + quantity }
    }
    if (discount.kind === 'COUPON') takeCoupon(discount, ofDefinition(tickets, lines, discount), take)
    else tickets = takeBenefit(discount, tickets, take)
    return taken
  })
}

/** Guest prices and free tickets are not (R52). */
export function isDiscountable({
  pricingKind,
  priceMinor,
}: Pick<DiscountedLine, 'pricingKind' | 'priceMinor'>): boolean {
  return pricingKind !== 'GUEST' && priceMinor > 0
}

type Take = (line: Pick<Tickets, 'line'>, amountMinor: number, quantity: number) => void

function ofDefinition(
  tickets: readonly Tickets[],
  lines: readonly DiscountedLine[],
  { ticketDefinitionId }: CouponDiscount,
): Tickets[] {
  return tickets.filter(
    ({ line, priceMinor }) =>
      priceMinor > 0 && (ticketDefinitionId === null || lines[line]?.ticketDefinitionId === ticketDefinitionId),
  )
}

/** Of each ticket its own part, rounded half up; or of all together, rounded once and shared out by largest remainder. */
function takeCoupon({ off, per }: CouponDiscount, tickets: readonly Tickets[], take: Take): void {
  const offOf = (priceMinor: number) =>
    'percent' in off ? percentOf(priceMinor, off.percent) : Math.min(off.amountMinor, priceMinor)
  if (per === 'TICKET') {
    for (const each of tickets) take(each, offOf(each.priceMinor) * each.quantity, each.quantity)
    return
  }
  const worths = tickets.map(({ quantity, priceMinor }) => quantity * priceMinor)
  const shares = shareOut(offOf(sum(worths, worth => worth)), worths)
  for (const [index, each] of tickets.entries()) take(each, shares[index] ?? 0, each.quantity)
}

/** @returns the tickets with what they cost after it */
function takeBenefit({ rate, quantityMax, lines }: PlanDiscount, tickets: readonly Tickets[], take: Take): Tickets[] {
  let open = quantityMax ?? Number.POSITIVE_INFINITY
  const dearestFirst = tickets.toSorted((a, b) => b.priceMinor - a.priceMinor || a.line - b.line)
  return dearestFirst.flatMap(each => {
    const amountMinor = percentOf(each.priceMinor, rate)
    const quantity = amountMinor > 0 && (lines?.includes(each.line) ?? true) ? Math.min(open, each.quantity) : 0
    if (quantity === 0) return [each]
    open -= quantity
    take(each, amountMinor * quantity, quantity)
    const discounted = { ...each, quantity, priceMinor: each.priceMinor - amountMinor }
    return quantity === each.quantity ? [discounted] : [discounted, { ...each, quantity: each.quantity - quantity }]
  })
}

/**
 * `amountMinor` in parts as the worths are, by largest remainder: each part is rounded down, and the minor units that are
 * left go one each to those that lost most by it, the first of equals first. The parts sum to the whole; where the whole
 * is no more than all worths, no part is more than its worth.
 */
export function shareOut(amountMinor: number, worths: readonly number[]): number[] {
  const all = BigInt(sum(worths, worth => worth))
  if (all === 0n) return worths.map(() => 0)
  const exact = worths.map((worth, index) => {
    const share = BigInt(amountMinor) * BigInt(worth)
    return { index, part: Number(share / all), lost: share % all }
  })
  const left = amountMinor - sum(exact, ({ part }) => part)
  const luckiest = exact.toSorted((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1))
  const lucky = new Set(luckiest.slice(0, left).map(({ index }) => index))
  return exact.map(({ index, part }) => part + (lucky.has(index) ? 1 : 0))
}
