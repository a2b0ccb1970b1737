/**
 * Prices, taxes and fees: pure arithmetic over whole minor units. Every amount is rounded once, half up, per ticket, and
 * only then multiplied by the quantity (R35, R44), so that parts always sum to their wholes (law 7).
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
  totalMinor: number
  tax: InvoiceTax | null
  fee: InvoiceFee | null
}

/** What is owed. `grandTotal = subTotal + added tax + added fees` (R36); `revenue` is that without any fee (R37). */
export type Invoice = {
  currency: string
  items: InvoiceItem[]
  subTotalMinor: number
  tax: InvoiceTax | null
  fees: InvoiceFee[]
  grandTotalMinor: number
  revenueMinor: number
}

/**
 * @param feePercent the server's service fee, at most two decimals; "0" for none. Pass "0" for offline payments (R47).
 */
export function priceInvoice(
  lines: readonly PricedLine[],
  { currency, tax, feePercent }: { currency: string; tax: TaxSettings | null; feePercent: string },
): Invoice {
  const items = mergeLines(lines).map(line => priceItem(line, tax, feePercent))
  const taxes = items.flatMap(item => item.tax ?? [])
  const fees = items.flatMap(item => item.fee ?? [])
  const subTotalMinor = sum(items, item => item.totalMinor)
  const addedTaxMinor = sum(taxes, each => (each.type === 'ADDED_AT_CHECKOUT' ? each.amountMinor : 0))
  const addedFeesMinor = sum(fees, each => (each.type === 'FEE_ADDED_AT_CHECKOUT' ? each.amountMinor : 0))
  const grandTotalMinor = subTotalMinor + addedTaxMinor + addedFeesMinor
  const [anyTax] = taxes
  return {
    currency,
    items,
    subTotalMinor,
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

const FEE_TYPES = ['FEE_INCLUDED', 'FEE_ADDED_AT_CHECKOUT'] as const

/** One item per definition, option and price (R38). */
function mergeLines(lines: readonly PricedLine[]): PricedLine[] {
  const merged = new Map<string, PricedLine>()
  for (const line of lines) {
    const key = `${line.ticketDefinitionId} ${line.pricingOptionId} ${line.priceMinor}`
    const earlier = merged.get(key)
    merged.set(key, earlier ? { ...earlier, quantity: earlier.quantity + line.quantity } : line)
  }
  return [...merged.values()]
}

function priceItem(line: PricedLine, settings: TaxSettings | null, feePercent: string): InvoiceItem {
  const { ticketDefinitionId, name, quantity, priceMinor } = line
  const tax = settings && isTaxed(line, settings) ? taxOnTicket(priceMinor, settings) : null
  const addedTaxMinor = tax?.type === 'ADDED_AT_CHECKOUT' ? tax.amountMinor : 0
  const fee = feeOnTicket(line, priceMinor + addedTaxMinor, feePercent)
  return {
    ticketDefinitionId,
    name,
    quantity,
    priceMinor,
    totalMinor: priceMinor * quantity,
    tax: tax && { ...tax, taxableMinor: tax.taxableMinor * quantity, amountMinor: tax.amountMinor * quantity },
    fee: fee && { ...fee, amountMinor: fee.amountMinor * quantity },
  }
}

/** Free tickets carry no tax; guest prices do only when the event says so (R42). */
function isTaxed({ priceMinor, pricingKind }: PricedLine, { appliedToDonations }: TaxSettings): boolean {
  return priceMinor > 0 && (pricingKind !== 'GUEST' || appliedToDonations)
}

/** Tax on one ticket (R41): on top of the price, or the part of the price that is tax. */
function taxOnTicket(priceMinor: number, { type, name, rate }: TaxSettings): InvoiceTax {
  switch (type) {
    case 'ADDED_AT_CHECKOUT':
      return { type, name, rate, taxableMinor: priceMinor, amountMinor: percentOf(priceMinor, rate) }
    case 'INCLUDED_IN_PRICE': {
      const taxableMinor = withoutPercent(priceMinor, rate)
      return { type: 'INCLUDED', name, rate, taxableMinor, amountMinor: priceMinor - taxableMinor }
    }
  }
}

/** Service fee on one ticket (R46, R47): none on free tickets. */
function feeOnTicket({ feeType, priceMinor }: PricedLine, baseMinor: number, feePercent: string): InvoiceFee | null {
  if (feeType === 'NO_FEE' || priceMinor === 0 || Number(feePercent) === 0) return null
  return { type: feeType, rate: feePercent, amountMinor: percentOf(baseMinor, feePercent) }
}

/** `rate` percent of `amountMinor`, rounded half up. */
export function percentOf(amountMinor: number, rate: string): number {
  return divideHalfUp(BigInt(amountMinor) * thousandths(rate), 100_000n)
}

/** The amount that with `rate` percent on top makes `amountMinor`, rounded half up. */
export function withoutPercent(amountMinor: number, rate: string): number {
  return divideHalfUp(BigInt(amountMinor) * 100_000n, 100_000n + thousandths(rate))
}

function thousandths(rate: string): bigint {
  const [whole = '0', fraction = ''] = rate.split('.')
  return BigInt(`${whole}${fraction.padEnd(3, '0').slice(0, 3)}`)
}

function divideHalfUp(dividend: bigint, divisor: bigint): number {
  return Number((dividend * 2n + divisor) / (divisor * 2n))
}

function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0)
}
