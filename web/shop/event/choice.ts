import { type Amount, amountOf, minorOf, typedAmount } from '../../shared/money.ts'
import type { Definition, Live, Registration } from '../boot.ts'

/** What a guest has picked, before anything is held. */
export type Choice = {
  lines: readonly Line[]
  /** By definition: the price that the guest typed. */
  guestPrices: Readonly<Record<string, string>>
}

/** Tickets of one definition at one price, for one place if it has places. */
export type Line = { definitionId: string; optionId: string | null; placeId: string | null; quantity: number }
export type LineKey = Omit<Line, 'quantity'>

export const NOTHING: Choice = { lines: [], guestPrices: {} }

export function quantityOf({ lines }: Choice, key: LineKey): number {
  return lines.find(each => isSame(each, key))?.quantity ?? 0
}

export function withQuantity(choice: Choice, key: LineKey, quantity: number): Choice {
  const others = choice.lines.filter(each => !isSame(each, key))
  return { ...choice, lines: quantity > 0 ? [...others, { ...key, quantity }] : others }
}

export function withGuestPrice(choice: Choice, definitionId: string, typed: string): Choice {
  return { ...choice, guestPrices: { ...choice.guestPrices, [definitionId]: typed } }
}

/** Tickets in all, or of one definition. */
export function countOf({ lines }: Choice, definitionId?: string): number {
  return lines.reduce(
    (sum, each) => sum + (definitionId === undefined || each.definitionId === definitionId ? each.quantity : 0),
    0,
  )
}

/** Why no more of a definition can be added: what is left, or what one order may hold. */
export type Limit = { more: number; because: 'LEFT' | 'ORDER' }

export function limitOf(
  choice: Choice,
  { definition, live, perOrder }: { definition: Definition; live: Live | null; perOrder: number },
): Limit {
  const left = unsoldOf(definition, live) ?? Number.POSITIVE_INFINITY
  const moreLeft = Math.max(0, left - countOf(choice, definition.id))
  const moreInOrder = Math.max(0, perOrder - countOf(choice))
  return moreLeft < moreInOrder ? { more: moreLeft, because: 'LEFT' } : { more: moreInOrder, because: 'ORDER' }
}

/** How many a guest can still get; null: unlimited, as far as anybody knows. */
export function unsoldOf({ id }: Definition, live: Live | null): number | null {
  return live?.ticketDefinitions.find(each => each.id === id)?.unsold ?? null
}

/** The choice without what can no longer be had: definitions, options and places that are gone, more than is left. */
export function possibleOf(
  choice: Choice,
  { definitions, live, perOrder }: { definitions: readonly Definition[]; live: Live | null; perOrder: number },
): Choice {
  let possible: Choice = { ...choice, lines: [] }
  for (const line of choice.lines) {
    const definition = definitions.find(({ id }) => id === line.definitionId)
    if (!definition || !isOnSale(definition, live)) continue
    const options = definition.pricingMethod.pricingOptions?.optionDetails
    if (options ? !options.some(({ optionId }) => optionId === line.optionId) : line.optionId !== null) continue
    const place = definition.seatingDetails?.places.find(({ placeId }) => placeId === line.placeId)
    if (line.placeId !== null && !place) continue
    const { more } = limitOf(possible, { definition, live, perOrder })
    const quantity = Math.min(line.quantity, more, place?.availableCapacity ?? line.quantity)
    possible = withQuantity(possible, line, quantity)
  }
  return possible.lines.length === choice.lines.length && countOf(possible) === countOf(choice) ? choice : possible
}

/** Whether a guest can buy it now, as the newest answer says. */
export function isOnSale({ id, saleStatus }: Definition, live: Live | null): boolean {
  const numbers = live?.ticketDefinitions.find(each => each.id === id)
  return (numbers?.saleStatus ?? saleStatus) === 'SALE_STARTED' && !numbers?.soldOut
}

/** The price of one ticket; null where the guest has not said a right one. */
export function priceOf(choice: Choice, definition: Definition, optionId: string | null): Amount | null {
  const { fixedPrice, guestPrice, pricingOptions } = definition.pricingMethod
  if (pricingOptions) return pricingOptions.optionDetails.find(each => each.optionId === optionId)?.price ?? null
  if (guestPrice) return guestPriceOf(choice.guestPrices[definition.id] ?? '', guestPrice)
  return fixedPrice ?? null
}

/** `12`, `12.50` or `12,50`, not below the minimum; null for anything else. */
export function guestPriceOf(typed: string, minimum: Amount): Amount | null {
  const price = typedAmount(typed, minimum)
  return price && amountOf(minorOf(price), price.currency)
}

/** What it costs, before what is added at the checkout; null while a price is missing. */
export function totalOf(choice: Choice, definitions: readonly Definition[], currency: string): Amount | null {
  let minor = 0
  for (const line of choice.lines) {
    const definition = definitions.find(({ id }) => id === line.definitionId)
    const price = definition && priceOf(choice, definition, line.optionId)
    if (!price) return null
    minor += minorOf(price) * line.quantity
  }
  return amountOf(minor, currency)
}

/** What is added to prices at the checkout, and what is in them already. */
export type Extra = 'TAX_ADDED' | 'TAX_INCLUDED' | 'FEE_ADDED'

export function extrasOf(
  { feeType, pricingMethod }: Definition,
  { tickets, serviceFeePercent }: { tickets: Registration['tickets']; serviceFeePercent: string },
): Extra[] {
  if (pricingMethod.free) return []
  const tax = tickets?.taxSettings
  const isTaxed = tax && (!pricingMethod.guestPrice || tax.appliedToDonations)
  return [
    ...(isTaxed ? [tax.type === 'ADDED_AT_CHECKOUT' ? ('TAX_ADDED' as const) : ('TAX_INCLUDED' as const)] : []),
    ...(feeType === 'FEE_ADDED_AT_CHECKOUT' && Number(serviceFeePercent) > 0 ? ['FEE_ADDED' as const] : []),
  ]
}

/** The tickets of a request for a reservation. */
export function ticketsOf(choice: Choice, definitions: readonly Definition[]): object[] {
  return choice.lines.map(({ definitionId, optionId, placeId, quantity }) => {
    const definition = definitions.find(({ id }) => id === definitionId)
    const minimum = definition?.pricingMethod.guestPrice
    const guestPrice = minimum && guestPriceOf(choice.guestPrices[definitionId] ?? '', minimum)?.value
    const ticketInfo = {
      ...(optionId !== null && { pricingOptionId: optionId }),
      ...(placeId !== null && { seatId: placeId }),
      ...(guestPrice && { guestPrice }),
    }
    return { ticketDefinitionId: definitionId, quantity, ...(Object.keys(ticketInfo).length > 0 && { ticketInfo }) }
  })
}

/** A choice that was kept as JSON; null for what is none. */
export function parseChoice(text: string | null): Choice | null {
  try {
    const { lines, guestPrices } = JSON.parse(text ?? '') as Choice
    return Array.isArray(lines) && typeof guestPrices === 'object' ? { lines, guestPrices } : null
  } catch {
    return null
  }
}

function isSame(one: LineKey, other: LineKey): boolean {
  return one.definitionId === other.definitionId && one.optionId === other.optionId && one.placeId === other.placeId
}
