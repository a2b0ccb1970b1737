import { type Static, Type } from 'typebox'
import { type StoredEvent, statusOf } from '../events/model.ts'
import { DateAndTimeOut, LocationOut, PageUrlOut } from '../events/schemas.ts'
import { eventPageUrlOf, toWireDateAndTime, toWireLocation } from '../events/wire.ts'
import { type Inventory, unsoldOf } from '../inventory/store.ts'
import { money, toCommonMoney } from '../money.ts'
import { invalid } from '../refusals.ts'
import type { AvailablePlace } from '../seating/model.ts'
import { floorToMinute } from '../time.ts'
import { mergeNamespaces } from '../wire/extended-fields.ts'
import { maskPaths } from '../wire/masks.ts'
import { present } from '../wire/plain-object.ts'
import { Revision } from '../wire/revision.ts'
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
import {
  type DefinitionContent,
  isFree,
  limitPerCheckoutOf,
  type NewDefinition,
  saleStatusOf,
  type TicketDefinition,
} from './model.ts'
import { amountColumns, optionColumns, type PricingColumns, theOneWay } from './prices.ts'

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

export const DefinitionIn = Type.Object({
  eventId: Guid,
  name: Text(1, 30),
  pricingMethod: PricingIn,
  feeType: FeeTypeIn,
  ...optional,
})
/** Absent members stay, null clears (R94). */
export const DefinitionPatch = Type.Object({
  revision: Revision,
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

const SeatingDetailsOut = Type.Object({
  places: Type.Array(
    Type.Object({
      placeId: Type.String(),
      label: Type.String(),
      sectionLabel: Type.String(),
      elementLabel: Type.String(),
      availableCapacity: Type.Integer(),
    }),
  ),
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
  seatingDetails: Type.Optional(SeatingDetailsOut),
  extendedFields: Type.Optional(ExtendedFields),
  sortIndex: Type.Integer(),
})

/** What an answer carries beyond the always-present members (R85), and whether its reader acts for the site (R30). */
export type DefinitionDetails = {
  salesDetails: boolean
  extendedFields: boolean
  eventDetails?: Static<typeof EventDetailsOut> | undefined
  /** What guests can still get of its places (R79). */
  places?: readonly AvailablePlace[] | undefined
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
    // inferred: also of an event with a plan, a definition without places has none.
    ...(details.places && definition.seated && { seatingDetails: { places: [...details.places] } }),
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

/** How a definition is priced, as published. */
export function toWirePricing(
  definition: Pick<TicketDefinition, 'pricingKind' | 'priceMinor' | 'pricingOptions' | 'currency'>,
) {
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
  if (unknown !== undefined) throw invalid('mask', `names "${unknown}", which cannot be changed`, 'UNKNOWN')
  const kept = Object.entries(patch).filter(([name]) => name === 'revision' || named.has(name))
  return Object.fromEntries(kept) as Static<typeof DefinitionPatch> // the required revision is always kept
}

/** Where a request of this version says the price. */
export const PRICE_FIELD = 'ticketDefinition.pricingMethod'

/** @throws InvalidRequest for its price */
export function newDefinitionFromWire(wire: Static<typeof DefinitionIn>): NewDefinition {
  return {
    eventId: wire.eventId.toLowerCase(),
    name: wire.name,
    description: wire.description ?? null,
    policyText: wire.policyText ?? null,
    hidden: wire.hidden ?? false,
    initialLimit: wire.initialLimit ?? null,
    ...pricingFromWire(wire.pricingMethod, PRICE_FIELD),
    feeType: wire.feeType,
    ...salePeriodAfter(null, wire.salePeriod),
    sortIndex: null,
    extendedFields: extendedFieldsAfter(null, wire.extendedFields),
  }
}

/**
 * What a definition is after a patch: absent members stay, null clears, another price replaces the old one (R94, R95).
 * @throws InvalidRequest for its price
 */
export function contentAfterPatch(stored: TicketDefinition, patch: Static<typeof DefinitionPatch>): DefinitionContent {
  return {
    ...stored,
    ...(patch.name !== undefined && { name: patch.name }),
    ...(patch.description !== undefined && { description: patch.description }),
    ...(patch.policyText !== undefined && { policyText: patch.policyText }),
    ...(patch.hidden !== undefined && { hidden: patch.hidden ?? false }),
    ...(patch.initialLimit !== undefined && { initialLimit: patch.initialLimit }),
    ...(patch.pricingMethod !== undefined && pricingFromWire(patch.pricingMethod, PRICE_FIELD)),
    ...(patch.feeType !== undefined && { feeType: patch.feeType }),
    ...(patch.salePeriod !== undefined && salePeriodAfter(stored, patch.salePeriod)),
    ...(patch.extendedFields !== undefined && {
      extendedFields: extendedFieldsAfter(stored.extendedFields, patch.extendedFields),
    }),
  }
}

/** @throws InvalidRequest for none or several ways of pricing (R90), an unknown currency, or two currencies */
function pricingFromWire(wire: Static<typeof PricingIn>, path: string): PricingColumns {
  const way = theOneWay(wire, ['fixedPrice', 'guestPrice', 'pricingOptions'], path)
  switch (way.name) {
    case 'fixedPrice':
      return amountColumns('FIXED', way.given, `${path}.fixedPrice`)
    case 'guestPrice':
      return amountColumns('GUEST', way.given, `${path}.guestPrice`)
    case 'pricingOptions':
      return optionColumns(way.given.optionDetails, `${path}.pricingOptions.optionDetails`)
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
