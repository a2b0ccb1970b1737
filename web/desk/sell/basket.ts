import { type Amount, amountOf, minorOf, typedAmount } from '../../shared/money.ts'
import type { Place } from '../../shop/boot.ts'

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
/** Tickets of one price: a definition, one of its options, or one of its places. */
export type Line = { definitionId: string; optionId: string | null; placeId: string | null; quantity: number }
export type Basket = readonly Line[]

export function quantityOf(basket: Basket, key: Omit<Line, 'quantity'>): number {
  return basket.find(each => isSame(each, key))?.quantity ?? 0
}

export function withQuantity(basket: Basket, key: Omit<Line, 'quantity'>, quantity: number): Basket {
  const others = basket.filter(each => !isSame(each, key))
  return quantity > 0 ? [...others, { ...key, quantity }] : others
}

export function countOf(basket: Basket): number {
  return basket.reduce((sum, { quantity }) => sum + quantity, 0)
}

/** What the seller wants one ticket of a definition to cost; null: what is typed is no price. */
export function typedPriceOf(definition: Sellable, typed: string, currency: string): Amount | null {
  const minimum = definition.pricingMethod.guestPrice
  return typedAmount(typed, minimum ?? { value: '0', currency })
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

/** Names of guests as somebody pastes them, one a line: `Ada Berg`, `Ada Berg ada@example.org`, `Berg, Ada`. */
export function guestsOf(pasted: string): { firstName: string; lastName: string; email: string }[] {
  return pasted
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const email = /[^\s<>,;]+@[^\s<>,;]+/.exec(line)?.[0] ?? ''
      const name = line
        .replace(email, '')
        .replace(/[<>;\t]/g, ' ')
        .replace(/,\s*$/, '')
        .trim()
      const [last, first] = name.includes(',') ? name.split(',', 2) : []
      if (first !== undefined) return { firstName: first.trim(), lastName: (last ?? '').trim(), email }
      const words = name.split(/\s+/)
      const lastName = words.length > 1 ? (words.pop() ?? '') : ''
      return { firstName: words.join(' '), lastName, email }
    })
}

function isSame(one: Omit<Line, 'quantity'>, other: Omit<Line, 'quantity'>): boolean {
  return one.definitionId === other.definitionId && one.optionId === other.optionId && one.placeId === other.placeId
}
