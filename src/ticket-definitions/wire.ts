import { type Static, Type } from 'typebox'
import { type StoredEvent, statusOf } from '../events/model.ts'
import { DateAndTimeOut, LocationOut, PageUrlOut } from '../events/schemas.ts'
import { eventPageUrlOf, toWireDateAndTime, toWireLocation } from '../events/wire.ts'
import { newGuid } from '../ids.ts'
import { type Inventory, unsoldOf } from '../inventory/store.ts'
import { isCurrency, money, parseMinor, toCommonMoney } from '../money.ts'
import { InvalidRequest, invalid, type Violation } from '../refusals.ts'
import { floorToMinute } from '../time.ts'
import { mergeNamespaces } from '../wire/extended-fields.ts'
import { maskPaths } from '../wire/masks.ts'
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
const ExtendedFieldsIn = Type.Object({ namespaces: Maybe(Type.Record(Type.String(), Maybe(AnyObject))) })
const optional = {
  description: Maybe(Text(0, 500)),
  policyText: Maybe(Text(0, 1000)),
  hidden: Maybe(Type.Boolean()),
  initialLimit: Maybe(Count),
  salePeriod: Maybe(SalePeriodIn),
  extendedFields: Maybe(ExtendedFieldsIn),
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
  revision: Type.String({ pattern: '^\\d{1,19}$' }),
  name: Type.Optional(Text(1, 30)),
  pricingMethod: Type.Optional(PricingIn),
  feeType: Type.Optional(FeeTypeIn),
  ...optional,
})

const EventDetailsOut = Type.Object({
  title: Type.String(),
  shortDescription: Type.Optional(Type.String()),
  location: LocationOut,
  dateAndTimeSettings: DateAndTimeOut,
  eventPageUrl: PageUrlOut,
  status: Type.String(),
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
  eventDetails: Type.Optional(EventDetailsOut),
  extendedFields: Type.Optional(ExtendedFields),
  sortIndex: Type.Integer(),
})

/** What an answer carries beyond the always-present members (R85), and whether its reader acts for the site (R30). */
export type DefinitionDetails = {
  salesDetails: boolean
  extendedFields: boolean
  eventDetails?: Static<typeof EventDetailsOut> | undefined
}

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
    ...(details.extendedFields && definition.extendedFields && { extendedFields: definition.extendedFields }),
    sortIndex: definition.sortIndex,
  }
}

/** What EVENT_DETAILS shows of a definition's event. */
export function toWireEventDetails(
  event: StoredEvent,
  { locale, publicUrl, now }: { locale: string; publicUrl: string; now: Date },
): Static<typeof EventDetailsOut> {
  return {
    title: event.title,
    ...present({ shortDescription: event.shortDescription }),
    location: toWireLocation(event.location, locale),
    dateAndTimeSettings: toWireDateAndTime(event, locale),
    eventPageUrl: eventPageUrlOf(event, publicUrl),
    status: statusOf(event, now),
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
 * What of a patch its mask names; all of it without a mask (R8). inferred: a mask only leaves members out, for absent
 * ones stay as they are anyway (R94).
 * @throws InvalidRequest for a path that cannot be changed (api 8.6)
 */
export function namedInMask(patch: Static<typeof DefinitionPatch>, mask: unknown): Static<typeof DefinitionPatch> {
  const named = new Set(
    maskPaths(mask, 'mask').map(path => path.replace(/^ticketDefinition\./, '').split('.')[0] ?? ''),
  )
  if (named.size === 0) return patch
  const unknown = [...named].find(name => name !== 'revision' && !Object.hasOwn(DefinitionPatch.properties, name))
  if (unknown !== undefined) throw invalid('mask', `names "${unknown}", which cannot be changed`)
  const kept = Object.entries(patch).filter(([name]) => name === 'revision' || named.has(name))
  return Object.fromEntries(kept) as Static<typeof DefinitionPatch> // the required revision is always kept
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

/**
 * The three columns of a sale period, in whole minutes (R71), after a change: absent members stay, null clears them, and
 * null for the whole clears all (R94; inferred: it merges member by member).
 */
export function salePeriodAfter(
  stored: SalePeriodColumns | null,
  wire: Static<typeof SalePeriodIn> | null | undefined,
) {
  if (!wire) return { saleStartAt: null, saleEndAt: null, displayNotOnSale: null }
  const minute = (text: string | null | undefined, kept: Date | null) =>
    text === undefined ? kept : text === null ? null : floorToMinute(new Date(text))
  const { displayNotOnSale = stored?.displayNotOnSale } = wire
  return {
    saleStartAt: minute(wire.startDate, stored?.saleStartAt ?? null),
    saleEndAt: minute(wire.endDate, stored?.saleEndAt ?? null),
    displayNotOnSale: displayNotOnSale ?? false,
  }
}

type SalePeriodColumns = Pick<TicketDefinition, 'saleStartAt' | 'saleEndAt' | 'displayNotOnSale'>

/** Namespaces merge key by key; null removes (api 9.3). */
export function extendedFieldsAfter(
  stored: TicketDefinition['extendedFields'],
  wire: Static<typeof ExtendedFieldsIn> | null | undefined,
): TicketDefinition['extendedFields'] {
  if (wire === null) return null
  if (!wire?.namespaces) return stored
  return { namespaces: mergeNamespaces(stored?.namespaces ?? null, wire.namespaces) }
}
