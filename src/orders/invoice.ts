import type { StoredEvent } from '../events/model.ts'
import type { Discount } from '../pricing/discount.ts'
import { type Invoice, type PricedLine, priceInvoice, type TaxSettings } from '../pricing/model.ts'
import type { ReservedLine } from '../ticket-reservations/model.ts'

/**
 * What a reservation costs under the event's tax of this moment.
 * @param feePercent "0" for offline payments (R47)
 */
export function invoiceOf(
  lines: readonly ReservedLine[],
  event: StoredEvent,
  feePercent: string,
  discounts: readonly Discount[] = [],
): Invoice {
  const currency = lines[0]?.currency ?? event.currency
  return priceInvoice(lines.map(toPricedLine), { currency, tax: taxOf(event), feePercent, discounts })
}

export function toPricedLine(line: ReservedLine): PricedLine {
  return {
    ticketDefinitionId: line.ticketDefinitionId,
    pricingOptionId: line.pricingOptionId,
    name: line.pricingOptionName === null ? line.ticketName : `${line.ticketName} - ${line.pricingOptionName}`,
    quantity: line.quantity - line.removedQuantity,
    priceMinor: line.priceMinor,
    pricingKind: line.pricingKind,
    feeType: line.feeType,
  }
}

function taxOf({ taxType, taxName, taxRate, taxOnDonations }: StoredEvent): TaxSettings | null {
  if (taxType === null || taxName === null || taxRate === null) return null
  // numeric(6, 3) comes back as 10.000; the contract shows what the organizer wrote.
  const rate = String(Number(taxRate))
  return { type: taxType, name: taxName, rate, appliedToDonations: taxOnDonations ?? true }
}
