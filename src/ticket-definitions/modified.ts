import { modifiedFields } from '../wire/modified.ts'
import type { TicketDefinition } from './model.ts'
import { toWireDefinition, toWirePricing } from './wire.ts'

/** What an update changed, for whoever is told of it (api 11.2): old values of what can be edited; null: nothing. */
export function modifiedOf(before: TicketDefinition, after: TicketDefinition): Record<string, unknown> | null {
  const modified = modifiedFields(editable(before), editable(after), ['extendedFields'])
  return Object.keys(modified).length > 0 ? modified : null
}

type Priced = Parameters<typeof toWirePricing>[0]

/** The same of a change of currency, which rewrites prices alone. */
export function modifiedPricesOf(before: Priced, after: Priced): Record<string, unknown> {
  return modifiedFields({ pricingMethod: toWirePricing(before) }, { pricingMethod: toWirePricing(after) })
}

function editable(definition: TicketDefinition): object {
  // Any moment: what the clock decides is left out.
  const shown = toWireDefinition(definition, definition.createdAt, { salesDetails: false, extendedFields: true })
  const { revision: _, updatedDate: __, saleStatus: ___, ...rest } = shown
  return rest
}
