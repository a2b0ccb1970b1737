import { type AppliedDiscount, type Discount, type Taken, takeOff } from './discount.ts'
import { percentOf, sum, withoutPercent } from './rounding.ts'

/**
 * Prices, discounts, taxes and fees: pure arithmetic over whole minor units, in the order price, discount, tax, fee (R36).
 * Every amount is rounded once, half up: tax and fee per ticket, and only then multiplied by the quantity, or on the whole
 * amount of an item that is discounted (R35, R44). Totals are sums of items, so parts always sum to their wholes (law 7).
 */

export type FeeType = 'FEE_INCLUDED' | 'FEE_ADDED_AT_CHECKOUT' | 'NO_FEE'
export type PricingKind = 'FIXED' | 'GUEST' | 'OPTIONS'

export type PricedLine = {
  ticketDefinitionId: string
  pricingOptionId: string | null
  name: string
  quantity: number
  /** Unit price in minor units, without tax added or fee added (R31). */
  priceMinor: number
  pricingKind: PricingKind
  feeType: FeeType
}

export type TaxSettings = {
  type: 'INCLUDED_IN_PRICE' | 'ADDED_AT_CHECKOUT'
  name: string
  /** Percent, 0.001 to 100, at most three decimals. */
  rate: string
  appliedToDonations: boolean
}

export type InvoiceTax = {
  type: 'INCLUDED' | 'ADDED_AT_CHECKOUT'
  name: string
  rate: string
  taxableMinor: number
  amountMinor: number
}
export type InvoiceFee = {
  type: 'FEE_INCLUDED' | 'FEE_ADDED_AT_CHECKOUT'
  /** Percent. */
  rate: string
  amountMinor: number
}
export type InvoiceItem = {
  ticketDefinitionId: string
  name: string
  quantity: number
  priceMinor: number
  /** Price times quantity, before any discount (R38). */
  totalMinor: number
  /** Absent where nothing is taken off, as in every invoice from before there were discounts. */
  discounts?: AppliedDiscount[]
  tax: InvoiceTax | null
  fee: InvoiceFee | null
}

/**
 * What is owed. `grandTotal = subTotal - discounts + added tax + added fees` (R36); `revenue` is that without any fee
 * (R37).
 */
export type Invoice = {
  currency: string
  items: InvoiceItem[]
  subTotalMinor: number
  /** One entry for each that takes something off (R54); absent as in an item. */
  discounts?: AppliedDiscount[]
  tax: InvoiceTax | null
  fees: InvoiceFee[]
  grandTotalMinor: number
  revenueMinor: number
}

/**
 * @param feePercent the server's service fee, at most two decimals; "0" for none. Pass "0" for offline payments (R47).
 * @param discounts those that apply; benefits are taken off first, then the coupon
 */
export function priceInvoice(
  lines: readonly PricedLine[],
  {
    currency,
    tax,
    feePercent,
    discounts = [],
  }: { currency: string; tax: TaxSettings | null; feePercent: string; discounts?: readonly Discount[] },
): Invoice {
  const inOrder = discounts.toSorted((a, b) => Number(a.kind === 'COUPON') - Number(b.kind === 'COUPON'))
  const taken = takeOff(lines, inOrder)
  const items = mergeLines(lines).map(merged =>
    priceItem(merged, applied(inOrder, taken, merged.places), tax, feePercent),
  )
  const taxes = items.flatMap(item => item.tax ?? [])
  const fees = items.flatMap(item => item.fee ?? [])
  const subTotalMinor = sum(items, item => item.totalMinor)
  const discounted = applied(inOrder, taken, [...lines.keys()])
  const addedTaxMinor = sum(taxes, each => (each.type === 'ADDED_AT_CHECKOUT' ? each.amountMinor : 0))
  const addedFeesMinor = sum(fees, each => (each.type === 'FEE_ADDED_AT_CHECKOUT' ? each.amountMinor : 0))
  const grandTotalMinor = subTotalMinor - discountOf({ discounts: discounted }) + addedTaxMinor + addedFeesMinor
  const [anyTax] = taxes
  return {
    currency,
    items,
    subTotalMinor,
    ...(discounted.length > 0 && { discounts: discounted }),
    tax: anyTax
      ? {
          ...anyTax,
          taxableMinor: sum(taxes, each => each.taxableMinor),
          amountMinor: sum(taxes, each => each.amountMinor),
        }
      : null,
    fees: FEE_TYPES.flatMap(type => {
      const ofType = fees.filter(fee => fee.type === type)
      const [first] = ofType
      return first ? [{ ...first, amountMinor: sum(ofType, fee => fee.amountMinor) }] : []
    }),
    grandTotalMinor,
    revenueMinor: grandTotalMinor - sum(fees, fee => fee.amountMinor),
  }
}

/** The same invoice paid offline: the fee comes last, so nothing else in it depends on one (R47). */
export function withoutFees(invoice: Invoice): Invoice {
  const grandTotalMinor =
    invoice.grandTotalMinor - sum(invoice.fees, each => (each.type === 'FEE_ADDED_AT_CHECKOUT' ? each.amountMinor : 0))
  const items = invoice.items.map(item => ({ ...item, fee: null }))
  return { ...invoice, items, fees: [], grandTotalMinor, revenueMinor: grandTotalMinor }
}

const FEE_TYPES = ['FEE_INCLUDED', 'FEE_ADDED_AT_CHECKOUT'] as const

/** What is taken off an invoice or an item in all. */
export function discountOf({ discounts = [] }: Pick<Invoice, 'discounts'>): number {
  return sum(discounts, each => each.amountMinor)
}

/** A line, or several alike, with their places among the lines. */
type Merged = PricedLine & { places: number[] }

/** The published shape takes no more in one item (R38). */
const ITEM_QUANTITY_MAX = 50

/** One item per definition, option and price, and another one where that would be too many tickets (R38). */
function mergeLines(lines: readonly PricedLine[]): Merged[] {
  const items: Merged[] = []
  const open = new Map<string, Merged>()
  for (const [place, line] of lines.entries()) {
    const key = `${line.ticketDefinitionId} ${line.pricingOptionId} ${line.priceMinor}`
    const earlier = open.get(key)
    if (earlier && earlier.quantity + line.quantity <= ITEM_QUANTITY_MAX) {
      earlier.quantity += line.quantity
      earlier.places.push(place)
      continue
    }
    const item = { ...line, places: [place] }
    items.push(item)
    open.set(key, item)
  }
  return items
}

/** What of each discount falls on the lines at `places`; one that takes nothing off there is left out. */
function applied(
  discounts: readonly Discount[],
  taken: readonly (readonly Taken[])[],
  places: readonly number[],
): AppliedDiscount[] {
  return discounts.flatMap((discount, index): AppliedDiscount[] => {
    const parts = places.flatMap(place => taken[index]?.[place] ?? [])
    const amountMinor = sum(parts, part => part.amountMinor)
    if (amountMinor === 0) return []
    if (discount.kind === 'COUPON') {
      const { kind, couponId, code, name } = discount
      return [{ kind, couponId, code, name, amountMinor }]
    }
    const { kind, promotionId, planOrderId, benefitId, name, rate } = discount
    const quantityDiscounted = sum(parts, part => part.quantity)
    return [{ kind, promotionId, planOrderId, benefitId, name, rate, quantityDiscounted, amountMinor }]
  })
}

function priceItem(
  line: Merged,
  discounts: AppliedDiscount[],
  settings: TaxSettings | null,
  feePercent: string,
): InvoiceItem {
  const { ticketDefinitionId, name, quantity, priceMinor } = line
  const totalMinor = priceMinor * quantity
  // Where nothing is taken off, every ticket bears its own rounded part; a discounted item is rounded as a whole (R44).
  const base =
    discounts.length === 0
      ? { minor: priceMinor, times: quantity }
      : { minor: totalMinor - discountOf({ discounts }), times: 1 }
  const tax = settings && isTaxed(line, base.minor, settings) ? taxOn(base.minor, settings) : null
  const addedTaxMinor = tax?.type === 'ADDED_AT_CHECKOUT' ? tax.amountMinor : 0
  const fee = base.minor === 0 ? null : feeOn(line, base.minor + addedTaxMinor, feePercent)
  return {
    ticketDefinitionId,
    name,
    quantity,
    priceMinor,
    totalMinor,
    ...(discounts.length > 0 && { discounts }),
    tax: tax && { ...tax, taxableMinor: tax.taxableMinor * base.times, amountMinor: tax.amountMinor * base.times },
    fee: fee && { ...fee, amountMinor: fee.amountMinor * base.times },
  }
}

/** What costs nothing carries no tax; guest prices do only when the event says so (R42). */
function isTaxed({ pricingKind }: PricedLine, amountMinor: number, { appliedToDonations }: TaxSettings): boolean {
  return amountMinor > 0 && (pricingKind !== 'GUEST' || appliedToDonations)
}

/** Tax on an amount (R41): on top of it, or the part of it that is tax. */
function taxOn(amountMinor: number, { type, name, rate }: TaxSettings): InvoiceTax {
  switch (type) {
    case 'ADDED_AT_CHECKOUT':
      return { type, name, rate, taxableMinor: amountMinor, amountMinor: percentOf(amountMinor, rate) }
    case 'INCLUDED_IN_PRICE': {
      const taxableMinor = withoutPercent(amountMinor, rate)
      return { type: 'INCLUDED', name, rate, taxableMinor, amountMinor: amountMinor - taxableMinor }
    }
  }
}

/** Service fee on an amount and the tax added to it (R46). */
function feeOn({ feeType }: PricedLine, baseMinor: number, feePercent: string): InvoiceFee | null {
  if (feeType === 'NO_FEE' || Number(feePercent) === 0) return null
  return { type: feeType, rate: feePercent, amountMinor: percentOf(baseMinor, feePercent) }
}
