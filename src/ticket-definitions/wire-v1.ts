import { type Static, Type } from 'typebox'
import { type Inventory, unsoldOf } from '../inventory/store.ts'
import { money, toLegacyMoney } from '../money.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, LegacyMoneyOut } from '../wire/shapes.ts'
import { isFree, limitPerCheckoutOf, saleStatusOf, type TicketDefinition } from './model.ts'

/** The V1 shape of a definition (spec/ticketing.md section 6); available tickets and legacy reservations have it too. */
export const DefinitionV1Out = Type.Object({
  id: Type.String(),
  price: Type.Optional(LegacyMoneyOut),
  free: Type.Boolean(),
  name: Type.String(),
  description: Type.Optional(Type.String()),
  limitPerCheckout: Type.Integer(),
  orderIndex: Type.Integer(),
  policy: Type.Optional(Type.String()),
  dashboard: Type.Optional(
    Type.Object({
      hidden: Type.Boolean(),
      sold: Type.Integer(),
      limited: Type.Boolean(),
      quantity: Type.Optional(Type.Integer()),
      unsold: Type.Optional(Type.Integer()),
      ticketsSold: Type.Integer(),
      ticketsReserved: Type.Integer(),
    }),
  ),
  eventId: Type.String(),
  wixFeeConfig: Type.Optional(Type.Object({ type: Type.String() })),
  salePeriod: Type.Optional(
    Type.Object({
      startDate: Type.Optional(InstantOut),
      endDate: Type.Optional(InstantOut),
      hideNotOnSale: Type.Boolean(),
    }),
  ),
  saleStatus: Type.Optional(Type.String()),
  pricing: Type.Optional(
    Type.Object({
      fixedPrice: Type.Optional(LegacyMoneyOut),
      minPrice: Type.Optional(LegacyMoneyOut),
      pricingOptions: Type.Optional(
        Type.Object({
          options: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), price: LegacyMoneyOut })),
        }),
      ),
      pricingType: Type.String(),
    }),
  ),
})

export type DefinitionV1Details = { policy: boolean; dashboard: boolean }

/** What V1 shows of a definition by its fieldsets. inferred: with any of them the whole, without one the least (R114). */
export function toWireByFieldset(
  definition: TicketDefinition,
  now: Date,
  fieldset: readonly string[],
): Static<typeof DefinitionV1Out> {
  if (fieldset.length === 0) return toWireLeastV1(definition)
  const details = { policy: fieldset.includes('POLICY'), dashboard: fieldset.includes('DASHBOARD') }
  return toWireDefinitionV1(definition, now, details)
}

function toWireLeastV1(definition: TicketDefinition) {
  const { currency, priceMinor } = definition
  return {
    id: definition.ticketDefinitionId,
    ...(priceMinor !== null && { price: toLegacyMoney(money(priceMinor, currency)) }),
    free: isFree(definition),
    name: definition.name,
    // The old shape never shows more than 20 (R65).
    limitPerCheckout: Math.min(20, limitPerCheckoutOf(definition, definition)),
    orderIndex: definition.sortIndex,
    eventId: definition.eventId,
  }
}

export function toWireDefinitionV1(
  definition: TicketDefinition,
  now: Date,
  { policy, dashboard }: DefinitionV1Details,
): Static<typeof DefinitionV1Out> {
  return {
    ...toWireLeastV1(definition),
    description: definition.description ?? '',
    ...(policy && { policy: definition.policyText ?? '' }),
    ...(dashboard && { dashboard: toDashboard(definition, definition.hidden) }),
    ...(definition.feeType !== 'NO_FEE' && { wixFeeConfig: { type: definition.feeType } }),
    ...(definition.displayNotOnSale !== null && {
      salePeriod: {
        ...present({ startDate: definition.saleStartAt, endDate: definition.saleEndAt }),
        hideNotOnSale: !definition.displayNotOnSale,
      },
    }),
    saleStatus: saleStatusOf(definition, now),
    pricing: toPricingV1(definition),
  }
}

function toPricingV1({ pricingKind, priceMinor, pricingOptions, currency }: TicketDefinition) {
  const price = toLegacyMoney(money(priceMinor ?? 0, currency))
  switch (pricingKind) {
    case 'FIXED':
      return { fixedPrice: price, pricingType: 'STANDARD' }
    case 'GUEST':
      return { minPrice: price, pricingType: 'DONATION' }
    case 'OPTIONS': {
      const options = pricingOptions.map(({ optionId, name, amountMinor }) => ({
        id: optionId,
        name,
        price: toLegacyMoney(money(amountMinor, currency)),
      }))
      return { pricingOptions: { options }, pricingType: 'STANDARD' }
    }
  }
}

function toDashboard(inventory: Inventory, hidden: boolean) {
  return {
    hidden,
    sold: inventory.sold + inventory.reserved,
    limited: inventory.actualLimit !== null,
    ...present({ quantity: inventory.actualLimit, unsold: unsoldOf(inventory) }),
    ticketsSold: inventory.sold,
    ticketsReserved: inventory.reserved,
  }
}
