import type { StoredEvent } from '../events/model.ts'
import { type Invoice, priceInvoice, type TaxSettings } from '../pricing/model.ts'
import type { ReservedLine } from '../ticket-reservations/model.ts'

/** What a reservation costs under the event's tax of this moment; "0" as fee for offline payments (R47). */
export function invoiceOf(lines: readonly ReservedLine[], event: StoredEvent, feePercent: string): Invoice {
  return priceInvoice(
    lines.map(line => ({
      ticketDefinitionId: line.ticketDefinitionId,
      pricingOptionId: line.pricingOptionId,
      name: line.pricingOptionName === null ? line.ticketName : `${line.ticketName} - ${line.pricingOptionName}`,
      quantity: line.quantity - line.removedQuantity,
      priceMinor: line.priceMinor,
      pricingKind: line.pricingKind,
      feeType: line.feeType,
    })),
    { currency: lines[0]?.currency ?? event.currency, tax: taxOf(event), feePercent },
  )
}

function taxOf({ taxType, taxName, taxRate, taxOnDonations }: StoredEvent): TaxSettings | null {
  if (taxType === null || taxName === null || taxRate === null) return null
  // numeric(6, 3) comes back as 10.000; the contract shows what the organizer wrote.
  const rate = String(Number(taxRate))
  return { type: taxType, name: taxName, rate, appliedToDonations: taxOnDonations ?? true }
}
