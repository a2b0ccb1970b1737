import { type Amount, amountOf, minorOf, typedAmount } from './money.ts'

/** A ticket definition as a seller sees it: hidden ones, and those that guests cannot buy just now, too. */
export type Sellable = {
  id: string
  name: string
  hidden: boolean
  saleStatus: 'SALE_SCHEDULED' | 'SALE_STARTED' | 'SALE_ENDED'
  pricingMethod: {
    fixedPrice?: Amount
    guestPrice?: Amount
    pricingOptions?: { optionDetails: { optionId: string; name: string; price: Amount }[] }
    free: boolean
  }
  salesDetails?: { unsoldCount?: number; soldOut: boolean }
  seatingDetails?: { places: Place[] }
}
/** A seat, or an area with room for many, that can still be had. */
export type Place = {
  placeId: string
  label: string
  sectionLabel: string
  elementLabel: string
  availableCapacity: number
}

/** Tickets of one price: a definition, one of its options, or one of its places. */
export type Line = { definitionId: string; optionId: string | null; placeId: string | null; quantity: number }
export type Basket = readonly Line[]

/** Tickets that a seller may put into one order. */
export const PER_ORDER_MAX = 50

/** What a definition is sold as: by its options, or at its one price; without a price where the guest chooses it. */
export function pricesOf({
  name,
  pricingMethod,
}: Sellable): { optionId: string | null; label: string; price: Amount | null }[] {
  const { fixedPrice, pricingOptions } = pricingMethod
  if (!pricingOptions) return [{ optionId: null, label: name, price: fixedPrice ?? null }]
  return pricingOptions.optionDetails.map(({ optionId, name: label, price }) => ({ optionId, label, price }))
}

/** Where a place is, for a person to find it. */
export function nameOfPlace({ sectionLabel, elementLabel, label }: Place): string {
  return [sectionLabel, elementLabel, label].filter(Boolean).join(', ')
}

/** The places of a plan as its sections and, in each, its rows, tables and areas. */
export function sectionsOf<Found extends Place>(
  places: readonly Found[],
): { section: string; elements: { element: string; places: Found[] }[] }[] {
  return groupsOf(places, ({ sectionLabel }) => sectionLabel).map(([section, inSection]) => ({
    section,
    elements: groupsOf(inSection, ({ elementLabel }) => elementLabel).map(([element, inElement]) => ({
      element,
      places: inElement,
    })),
  }))
}

/** As `Map.groupBy`, which phones of some years ago do not have. */
function groupsOf<Item>(items: readonly Item[], nameOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(nameOf(item))
    if (group) group.push(item)
    else groups.set(nameOf(item), [item])
  }
  return [...groups]
}

export function quantityOf(basket: Basket, key: Omit<Line, 'quantity'>): number {
  return basket.find(each => isSame(each, key))?.quantity ?? 0
}

export function withQuantity(basket: Basket, key: Omit<Line, 'quantity'>, quantity: number): Basket {
  const others = basket.filter(each => !isSame(each, key))
  return quantity > 0 ? [...others, { ...key, quantity }] : others
}

/** How many of a definition's tickets are in it. */
export function countOfDefinition(basket: Basket, definitionId: string): number {
  return countOf(basket.filter(each => each.definitionId === definitionId))
}

export function countOf(basket: Basket): number {
  return basket.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** What the seller wants one ticket of a definition to cost; null: what is typed is no price. */
export function typedPriceOf(definition: Sellable, typed: string, currency: string): Amount | null {
  const minimum = definition.pricingMethod.guestPrice
  return typedAmount(typed, minimum ?? { value: '0', currency })
}

/** The currency of tickets, as far as one of them has a price. */
export function currencyOf(definitions: readonly Sellable[]): string {
  for (const { pricingMethod } of definitions) {
    const { fixedPrice, guestPrice, pricingOptions } = pricingMethod
    const price = fixedPrice ?? guestPrice ?? pricingOptions?.optionDetails[0]?.price
    if (price) return price.currency
  }
  return 'EUR'
}

/**
 * The tickets of a request for a reservation.
 * @param prices by definition, as they were typed; '' or absent: the definition's own
 */
export function ticketsOf(basket: Basket, definitions: readonly Sellable[], prices: Prices, currency: string) {
  return basket.map(({ definitionId, optionId, placeId, quantity }) => {
    const definition = definitions.find(({ id }) => id === definitionId)
    const typed = definition && typedPriceOf(definition, prices[definitionId] ?? '', currency)
    const ticketInfo = {
      ...(optionId !== null && { pricingOptionId: optionId }),
      ...(placeId !== null && { seatId: placeId }),
      ...(typed &&
        (definition.pricingMethod.guestPrice ? { guestPrice: typed.value } : { priceOverride: typed.value })),
    }
    return { ticketDefinitionId: definitionId, quantity, ...(Object.keys(ticketInfo).length > 0 && { ticketInfo }) }
  })
}
export type Prices = Readonly<Record<string, string>>

/** What the basket costs before taxes that are added; null while a price is missing. */
export function totalOf(
  basket: Basket,
  definitions: readonly Sellable[],
  prices: Prices,
  currency: string,
): Amount | null {
  let minor = 0
  for (const { definitionId, optionId, quantity } of basket) {
    const definition = definitions.find(({ id }) => id === definitionId)
    const price = definition && priceOf(definition, { optionId, typed: prices[definitionId] ?? '', currency })
    if (!price) return null
    minor += minorOf(price) * quantity
  }
  return amountOf(minor, currency)
}

function priceOf(
  definition: Sellable,
  { optionId, typed, currency }: { optionId: string | null; typed: string; currency: string },
): Amount | null {
  const { fixedPrice, guestPrice, pricingOptions, free } = definition.pricingMethod
  if (typed !== '' || guestPrice) return typedPriceOf(definition, typed, currency)
  if (pricingOptions) return pricingOptions.optionDetails.find(each => each.optionId === optionId)?.price ?? null
  return fixedPrice ?? (free ? { value: '0', currency } : null)
}

function isSame(one: Omit<Line, 'quantity'>, other: Omit<Line, 'quantity'>): boolean {
  return one.definitionId === other.definitionId && one.optionId === other.optionId && one.placeId === other.placeId
}
