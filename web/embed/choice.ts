import type { EventAvailability } from '../shared/live.ts'
import { type Amount, amountOf, minorOf, typedAmount } from '../shared/money.ts'
import type { Definition, ShownEvent } from './event.ts'

/** One thing that can be picked: a definition, or one price of it. */
export type Row = {
  definition: Definition
  optionId: string | null
  name: string
  /** null: the guest says it, at least `minimum`. */
  price: Amount | null
  minimum: Amount | null
}

/** How many of each row, and what the guest pays where that is the guest's choice. */
export type Picked = { row: Row; quantity: number; typed: string }

export function rowsOf(definition: Definition): Row[] {
  const { fixedPrice = null, guestPrice = null, pricingOptions } = definition.pricingMethod
  const row = { definition, optionId: null, name: definition.name, price: fixedPrice, minimum: guestPrice }
  if (!pricingOptions) return [row]
  return pricingOptions.optionDetails.map(({ optionId, name, price }) => ({ ...row, optionId, name, price }))
}

export function countOf(picked: readonly Picked[], definitionId?: string): number {
  return picked.reduce(
    (sum, { row, quantity }) => sum + (definitionId === undefined || row.definition.id === definitionId ? quantity : 0),
    0,
  )
}

/** How many more of a definition can be picked, by what is left and by what one order may hold. */
export function moreOf(
  { id, limitPerCheckout }: Definition,
  { picked, live, perOrder }: { picked: readonly Picked[]; live: EventAvailability | null; perOrder: number },
): number {
  const numbers = live?.ticketDefinitions.find(each => each.id === id)
  // Before anything is heard, the number that came with the definition.
  const left = live ? (numbers ? (numbers.unsold ?? Number.POSITIVE_INFINITY) : 0) : limitPerCheckout
  return Math.max(0, Math.min(left - countOf(picked, id), perOrder - countOf(picked)))
}

/** The same choice without what is no longer left; the rows whose number had to be changed. */
export function reduce(picked: readonly Picked[], live: EventAvailability): Row[] {
  const changed: Row[] = []
  for (const each of picked) {
    const numbers = live.ticketDefinitions.find(({ id }) => id === each.row.definition.id)
    const left = numbers?.saleStatus === 'SALE_STARTED' ? (numbers.unsold ?? Number.POSITIVE_INFINITY) : 0
    const others = countOf(picked, each.row.definition.id) - each.quantity
    const possible = Math.max(0, Math.min(each.quantity, left - others))
    if (possible === each.quantity) continue
    each.quantity = possible
    changed.push(each.row)
  }
  return changed
}

/** An amount as its reader would type it: with a comma where that is what people write. */
export function typable(value: string, locale: string): string {
  return (1.5).toLocaleString(locale).includes(',') ? value.replace('.', ',') : value
}

/** The sum of what was picked, in the currency that all prices of an event have; null while a price is missing. */
export function totalOf(picked: readonly Picked[]): Amount | null {
  let minor = 0
  let currency = ''
  for (const { row, quantity, typed } of picked) {
    if (quantity === 0) continue
    const price = row.minimum ? typedAmount(typed, row.minimum) : row.price
    if (!price) return null
    currency = price.currency
    minor += minorOf(price) * quantity
  }
  return currency === '' ? null : amountOf(minor, currency)
}

/** Whether something is added at the checkout to what was picked. */
export function isAddedTo(picked: readonly Picked[], { registration }: ShownEvent): boolean {
  const taxed = registration.tickets?.taxSettings?.type === 'ADDED_AT_CHECKOUT'
  return picked.some(
    ({ row, quantity }) =>
      quantity > 0 &&
      !row.definition.pricingMethod.free &&
      (taxed || row.definition.feeType === 'FEE_ADDED_AT_CHECKOUT'),
  )
}

/** The lines of a request for a reservation. */
export function ticketsOf(picked: readonly Picked[]): object[] {
  return picked
    .filter(({ quantity }) => quantity > 0)
    .map(({ row, quantity, typed }) => ({
      ticketDefinitionId: row.definition.id,
      quantity,
      ...((row.optionId || row.minimum) && {
        ticketInfo: {
          ...(row.optionId && { pricingOptionId: row.optionId }),
          ...(row.minimum && { guestPrice: typedAmount(typed, row.minimum)?.value }),
        },
      }),
    }))
}
