import { type Static, Type } from 'typebox'
import { newGuid } from '../ids.ts'
import { type Inventory, unsoldOf } from '../inventory/store.ts'
import { isCurrency, money, parseMinor, toCommonMoney } from '../money.ts'
import { InvalidRequest, invalid, type Violation } from '../refusals.ts'
import { floorToMinute } from '../time.ts'
import { present } from '../wire/plain-object.ts'
import {
  AnyObject,
  CommonMoneyIn,
  CommonMoneyOut,
  Count,
  ExtendedFields,
  Guid,
  Instant,
  InstantOut,
  Maybe,
  OneOf,
  Text,
} from '../wire/shapes.ts'
import { isFree, limitPerCheckoutOf, type Pricing, saleStatusOf, type TicketDefinition } from './model.ts'

const PricingIn = Type.Object({
  fixedPrice: Maybe(CommonMoneyIn),
  guestPrice: Maybe(CommonMoneyIn),
  pricingOptions: Maybe(
    Type.Object({
      optionDetails: Type.Array(Type.Object({ optionId: Maybe(Guid), name: Text(1, 200), price: CommonMoneyIn }), {
        minItems: 1,
        maxItems: 100,
      }),
    }),
  ),
})
const SalePeriodIn = Type.Object({
  startDate: Maybe(Instant),
  endDate: Maybe(Instant),
  displayNotOnSale: Maybe(Type.Boolean()),
})
const optional = {
  description: Maybe(Text(0, 500)),
  policyText: Maybe(Text(0, 1000)),
  hidden: Maybe(Type.Boolean()),
  initialLimit: Maybe(Count),
  salePeriod: Maybe(SalePeriodIn),
  extendedFields: Maybe(ExtendedFields),
}
const FeeTypeIn = OneOf(['FEE_INCLUDED', 'FEE_ADDED_AT_CHECKOUT', 'NO_FEE'])

export const NewDefinition = Type.Object({
  eventId: Guid,
  name: Text(1, 30),
  pricingMethod: PricingIn,
  feeType: FeeTypeIn,
  ...optional,
})
/** Absent members stay, null clears (R94). */
export const DefinitionPatch = Type.Object({
  revision: Type.String({ pattern: '^\\d{1,9}$' }),
  name: Type.Optional(Text(1, 30)),
  pricingMethod: Type.Optional(PricingIn),
  feeType: Type.Optional(FeeTypeIn),
  ...optional,
})

export const TicketDefinitionOut = Type.Object({
  id: Type.String(),
  eventId: Type.String(),
  revision: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  name: Type.String(),
  description: Type.Optional(Type.String()),
  policyText: Type.Optional(Type.String()),
  hidden: Type.Boolean(),
  limited: Type.Boolean(),
  initialLimit: Type.Optional(Type.Integer()),
  actualLimit: Type.Optional(Type.Integer()),
  limitPerCheckout: Type.Integer(),
  pricingMethod: Type.Object({
    fixedPrice: Type.Optional(CommonMoneyOut),
    guestPrice: Type.Optional(CommonMoneyOut),
    pricingOptions: Type.Optional(
      Type.Object({
        optionDetails: Type.Array(Type.Object({ optionId: Type.String(), name: Type.String(), price: CommonMoneyOut })),
      }),
    ),
    pricingType: Type.String(),
    free: Type.Boolean(),
  }),
  feeType: Type.String(),
  salePeriod: Type.Optional(
    Type.Object({
      startDate: Type.Optional(InstantOut),
      endDate: Type.Optional(InstantOut),
      displayNotOnSale: Type.Boolean(),
    }),
  ),
  saleStatus: Type.String(),
  salesDetails: Type.Optional(
    Type.Object({
      unsoldCount: Type.Optional(Type.Integer()),
      soldCount: Type.Integer(),
      reservedCount: Type.Integer(),
      soldOut: Type.Boolean(),
    }),
  ),
  eventDetails: Type.Optional(AnyObject),
  extendedFields: Type.Optional(ExtendedFields),
  sortIndex: Type.Integer(),
})

/** Fieldsets that a definition's answer may carry beyond the always-present members (R85). */
export type DefinitionDetails = { salesDetails: boolean; eventDetails?: Record<string, unknown> | undefined }

export function toWireDefinition(
  definition: TicketDefinition,
  now: Date,
  details: DefinitionDetails,
): Static<typeof TicketDefinitionOut> {
  return {
    id: definition.ticketDefinitionId,
    eventId: definition.eventId,
    revision: String(definition.revision),
    createdDate: definition.createdAt,
    updatedDate: definition.updatedAt,
    name: definition.name,
    ...present({ description: definition.description, policyText: definition.policyText }),
    hidden: definition.hidden,
    limited: definition.actualLimit !== null,
    ...present({ initialLimit: definition.initialLimit, actualLimit: definition.actualLimit }),
    limitPerCheckout: limitPerCheckoutOf(definition, definition),
    pricingMethod: toWirePricing(definition),
    feeType: definition.feeType,
    ...(definition.displayNotOnSale !== null && {
      salePeriod: {
        ...present({ startDate: definition.saleStartAt, endDate: definition.saleEndAt }),
        displayNotOnSale: definition.displayNotOnSale,
      },
    }),
    saleStatus: saleStatusOf(definition, now),
    ...(details.salesDetails && { salesDetails: toSalesDetails(definition) }),
    ...(details.eventDetails && { eventDetails: details.eventDetails }),
    ...(definition.extendedFields && { extendedFields: definition.extendedFields }),
    sortIndex: definition.sortIndex,
  }
}

function toWirePricing(definition: TicketDefinition) {
  const { pricingKind, priceMinor, pricingOptions, currency } = definition
  const price = toCommonMoney(money(priceMinor ?? 0, currency))
  const computed = { pricingType: pricingKind === 'GUEST' ? 'DONATION' : 'STANDARD', free: isFree(definition) }
  switch (pricingKind) {
    case 'FIXED':
      return { fixedPrice: price, ...computed }
    case 'GUEST':
      return { guestPrice: price, ...computed }
    case 'OPTIONS': {
      const optionDetails = pricingOptions.map(({ optionId, name, amountMinor }) => ({
        optionId,
        name,
        price: toCommonMoney(money(amountMinor, currency)),
      }))
      return { pricingOptions: { optionDetails }, ...computed }
    }
  }
}

function toSalesDetails(inventory: Inventory) {
  const unsold = unsoldOf(inventory)
  return {
    ...present({ unsoldCount: unsold }),
    soldCount: inventory.sold,
    reservedCount: inventory.reserved,
    soldOut: unsold === 0,
  }
}

/**
 * The one way in which a definition is priced, and in which currency.
 * @throws InvalidRequest when none or several ways are given (R90), for an unknown currency, or for two currencies
 */
export function pricingFromWire(wire: Static<typeof PricingIn>, path: string): { pricing: Pricing; currency: string } {
  const ways = (['fixedPrice', 'guestPrice', 'pricingOptions'] as const).filter(way => wire[way])
  if (ways.length !== 1) {
    const description = ways.length === 0 ? 'must not be empty' : 'is one of three that exclude each other'
    const named = ways.length === 0 ? (['fixedPrice', 'guestPrice', 'pricingOptions'] as const) : ways
    throw new InvalidRequest(
      named.map(way => ({ field: `${path}.${way}`, description, violatedRule: 'REQUIRED_ONE_OF_FIELD' })),
    )
  }
  if (wire.fixedPrice)
    return {
      pricing: { kind: 'FIXED', amountMinor: amountIn(wire.fixedPrice, `${path}.fixedPrice`) },
      currency: wire.fixedPrice.currency,
    }
  if (wire.guestPrice)
    return {
      pricing: { kind: 'GUEST', amountMinor: amountIn(wire.guestPrice, `${path}.guestPrice`) },
      currency: wire.guestPrice.currency,
    }

  const details = wire.pricingOptions?.optionDetails ?? []
  const violations: Violation[] = []
  const optionsPath = `${path}.pricingOptions.optionDetails`
  const options = details.map(({ optionId, name, price }, index) => ({
    optionId: optionId?.toLowerCase() ?? newGuid(), // R92
    name,
    amountMinor: amountIn(price, `${optionsPath}[${index}].price`),
  }))
  const currency = details[0]?.price.currency ?? ''
  details.forEach(({ price }, index) => {
    if (price.currency !== currency)
      violations.push({
        field: `${optionsPath}[${index}].price.currency`,
        description: `must be ${currency} like the first option's`,
        violatedRule: 'VALIDATION',
      })
  })
  if (new Set(options.map(option => option.optionId)).size < options.length)
    violations.push({ field: optionsPath, description: 'has two options of one optionId', violatedRule: 'VALIDATION' })
  if (violations.length > 0) throw new InvalidRequest(violations)
  return { pricing: { kind: 'OPTIONS', options }, currency }
}

function amountIn({ value, currency }: { value: string; currency: string }, path: string): number {
  if (!isCurrency(currency)) throw invalid(`${path}.currency`, 'is not a currency of ISO 4217')
  const amountMinor = parseMinor(value, currency)
  if (amountMinor === null) throw invalid(`${path}.value`, 'is too large', 'MAX')
  return amountMinor
}

/** The three columns of a pricing. */
export function pricingColumns(pricing: Pricing) {
  switch (pricing.kind) {
    case 'FIXED':
    case 'GUEST':
      return { pricingKind: pricing.kind, priceMinor: pricing.amountMinor, pricingOptions: [] }
    case 'OPTIONS':
      return { pricingKind: pricing.kind, priceMinor: null, pricingOptions: pricing.options }
  }
}

/** The three columns of a sale period, in whole minutes (R71); null when it is cleared. */
export function salePeriodColumns(wire: Static<typeof SalePeriodIn> | null | undefined) {
  const minute = (text: string | null | undefined) => (text ? floorToMinute(new Date(text)) : null)
  return {
    saleStartAt: minute(wire?.startDate),
    saleEndAt: minute(wire?.endDate),
    displayNotOnSale: wire ? (wire.displayNotOnSale ?? false) : null,
  }
}
