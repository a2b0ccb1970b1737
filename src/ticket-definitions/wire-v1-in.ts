import { type Static, Type } from 'typebox'
import { invalid } from '../refusals.ts'
import { floorToMinute } from '../time.ts'
import { covers, maskPaths } from '../wire/masks.ts'
import { Count, Decimal, Guid, Instant, Maybe, OneOf, Text } from '../wire/shapes.ts'
import type { DefinitionContent, NewDefinition } from './model.ts'
import { amountColumns, optionColumns, type PricingColumns, theOneWay } from './prices.ts'

/** `amount` is the deprecated twin of `value` (R9). */
const MoneyIn = Type.Object({ amount: Maybe(Decimal), value: Maybe(Decimal), currency: Maybe(Text(3, 3)) })
const PricingIn = Type.Object({
  fixedPrice: Maybe(MoneyIn),
  minPrice: Maybe(MoneyIn),
  pricingOptions: Maybe(
    Type.Object({
      options: Type.Array(Type.Object({ id: Maybe(Guid), name: Text(1, 200), price: MoneyIn }), {
        minItems: 1,
        maxItems: 100,
      }),
    }),
  ),
})
const DefinitionIn = Type.Object({
  name: Maybe(Text(1, 30)),
  price: Maybe(MoneyIn),
  description: Maybe(Text(0, 500)),
  limited: Maybe(Type.Boolean()),
  quantity: Maybe(Count),
  orderIndex: Maybe(Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000 })),
  policy: Maybe(Text(0, 1000)),
  hidden: Maybe(Type.Boolean()),
  wixFeeConfig: Maybe(Type.Object({ type: Maybe(OneOf(['FEE_ADDED', 'FEE_INCLUDED', 'FEE_ADDED_AT_CHECKOUT'])) })),
  salePeriod: Maybe(
    Type.Object({ startDate: Maybe(Instant), endDate: Maybe(Instant), hideNotOnSale: Maybe(Type.Boolean()) }),
  ),
  pricing: Maybe(PricingIn),
})
type Given = Static<typeof DefinitionIn>

export const NewDefinitionV1 = Type.Object({
  eventId: Guid,
  definition: Type.Object({ ...DefinitionIn.properties, name: Text(1, 30) }),
})
export const DefinitionUpdateV1 = Type.Object({
  eventId: Guid,
  definition: Maybe(DefinitionIn),
  fields: Maybe(Type.Unsafe<unknown>({})),
})

/** Where a request of this version says the price. */
export const PRICE_FIELD_V1 = 'definition.price'

/**
 * inferred: without any price it is free, for the published schema demands nothing but the name.
 * @param currency of the event's other prices: what an amount without a currency is in
 * @throws InvalidRequest
 */
export function newDefinitionFromWireV1(wire: Static<typeof NewDefinitionV1>, currency: string): NewDefinition {
  const blank: DefinitionContent = {
    name: wire.definition.name,
    description: null,
    policyText: null,
    hidden: false,
    initialLimit: null,
    pricingKind: 'FIXED',
    priceMinor: 0,
    currency,
    pricingOptions: [],
    feeType: 'FEE_ADDED_AT_CHECKOUT',
    saleStartAt: null,
    saleEndAt: null,
    displayNotOnSale: null,
    sortIndex: 0,
    extendedFields: null,
  }
  return {
    ...contentAfterUpdateV1(blank, wire.definition, []),
    eventId: wire.eventId.toLowerCase(),
    sortIndex: wire.definition.orderIndex ?? null,
  }
}

/**
 * What a definition is after an update (api 8.3 to 8.5): what the mask names, or everything if it names nothing, is as it
 * was given, and cleared where nothing was given. inferred: what a definition cannot be without (its name, its price and
 * its place) stays when it is not given.
 * @throws InvalidRequest
 */
export function contentAfterUpdateV1(
  stored: DefinitionContent,
  given: Given,
  mask: readonly string[],
): DefinitionContent {
  const named = (path: string) => covers(mask, path)
  if (mask.includes('name') && !given.name) throw missing('definition.name')
  return {
    ...stored,
    ...(named('name') && given.name && { name: given.name }),
    ...(named('description') && { description: given.description ?? null }),
    ...(named('policy') && { policyText: given.policy ?? null }),
    ...(named('hidden') && { hidden: given.hidden ?? false }),
    initialLimit: limitAfter(stored, given, named),
    ...(named('orderIndex') && { sortIndex: given.orderIndex ?? stored.sortIndex }),
    ...(named('wixFeeConfig') && { feeType: feeTypeAfter(stored, given) }),
    ...salePeriodAfter(stored, given, named),
    ...pricingAfter(stored, given, mask),
  }
}

type Named = (path: string) => boolean

/** `limited: false` is unlimited whatever the quantity, `true` needs one; without the word the quantity decides. */
function limitAfter({ initialLimit }: DefinitionContent, given: Given, named: Named): number | null {
  const limited = named('limited') ? (given.limited ?? (named('quantity') ? null : false)) : null
  const quantity = named('quantity') ? (given.quantity ?? null) : initialLimit
  if (limited === false) return null
  if (limited && quantity === null) throw missing('definition.quantity')
  return quantity
}

/** FEE_ADDED is an old word. NO_FEE has none here, and stays where no other is given. */
function feeTypeAfter({ feeType }: DefinitionContent, { wixFeeConfig }: Given): DefinitionContent['feeType'] {
  const type = wixFeeConfig?.type
  if (type === 'FEE_INCLUDED') return type
  return type || feeType !== 'NO_FEE' ? 'FEE_ADDED_AT_CHECKOUT' : feeType
}

/** In whole minutes (R71). */
function salePeriodAfter(stored: DefinitionContent, { salePeriod }: Given, named: Named) {
  const [start, end, hide] = ['startDate', 'endDate', 'hideNotOnSale'].map(name => named(`salePeriod.${name}`))
  if (start && end && hide && !salePeriod) return { saleStartAt: null, saleEndAt: null, displayNotOnSale: null }
  if (!start && !end && !hide) return {}
  const minute = (text: string | null | undefined) => (text ? floorToMinute(new Date(text)) : null)
  return {
    saleStartAt: start ? minute(salePeriod?.startDate) : stored.saleStartAt,
    saleEndAt: end ? minute(salePeriod?.endDate) : stored.saleEndAt,
    displayNotOnSale: hide ? !salePeriod?.hideNotOnSale : (stored.displayNotOnSale ?? true),
  }
}

const WAYS = ['fixedPrice', 'minPrice', 'pricingOptions'] as const

/**
 * The old `price` and the newer `pricing` say the same: a fixed price, where `pricing` says nothing else. Callers send
 * back both, so both may be given; inferred: if they differ, nobody knows which one is meant.
 */
function pricingAfter(stored: DefinitionContent, given: Given, mask: readonly string[]): PricingColumns | null {
  const pricing = Object.fromEntries(
    WAYS.filter(way => given.pricing?.[way] && covers(mask, `pricing.${way}`)).map(way => [way, given.pricing?.[way]]),
  ) as Partial<Static<typeof PricingIn>> // each under its own name
  const price = covers(mask, 'price') ? given.price : null
  const ways = Object.keys(pricing).length
  if (!price && ways === 0) {
    if (mask.some(path => path === 'price' || path.startsWith('pricing'))) throw missing(PRICE_FIELD_V1)
    return null
  }
  const byPrice = price ? amountColumns('FIXED', priced(price, PRICE_FIELD_V1, stored.currency), PRICE_FIELD_V1) : null
  if (ways === 0) return byPrice
  const columns = pricingColumns(pricing, stored.currency)
  if (byPrice && (byPrice.priceMinor !== columns.priceMinor || byPrice.currency !== columns.currency))
    throw invalid(PRICE_FIELD_V1, 'says something else than definition.pricing', 'CONTRADICTION')
  return columns
}

function pricingColumns(pricing: Partial<Static<typeof PricingIn>>, currency: string): PricingColumns {
  const path = 'definition.pricing'
  const way = theOneWay(pricing, WAYS, path)
  const field = `${path}.${way.name}`
  switch (way.name) {
    case 'fixedPrice':
      return amountColumns('FIXED', priced(way.given, field, currency), field)
    case 'minPrice':
      return amountColumns('GUEST', priced(way.given, field, currency), field)
    case 'pricingOptions': {
      const options = way.given.options.map(({ id, name, price }, index) => ({
        optionId: id ?? null,
        name,
        price: priced(price, `${field}.options[${index}].price`, currency),
      }))
      return optionColumns(options, `${field}.options`)
    }
  }
}

/** inferred: an amount without a currency is in that of the event's other prices. */
function priced({ value, amount, currency }: Static<typeof MoneyIn>, path: string, otherwise: string) {
  const text = value ?? amount
  if (text === null || text === undefined) throw missing(`${path}.value`)
  if (value && amount && Number(value) !== Number(amount))
    throw invalid(`${path}.amount`, `says something else than value`, 'CONTRADICTION')
  return { value: text, currency: currency ?? otherwise }
}

function missing(field: string) {
  return invalid(field, 'must not be empty', 'REQUIRED_FIELD')
}

/**
 * The members that a mask names, with or without `definition.` before them; `[]` for all of them. What is below a
 * member that is replaced as one stands for that member.
 * @throws InvalidRequest for a path that cannot be changed (api 8.6)
 */
export function maskOfUpdateV1(fields: unknown): string[] {
  const paths = maskPaths(fields, 'fields').map(path => {
    if (path === 'definition') return path
    const named = path.replace(/^definition\./, '')
    const known = MASKABLE.find(each => named === each || (WHOLES.has(each) && named.startsWith(`${each}.`)))
    if (known === undefined) throw invalid('fields', `has no "${path}" to update`, 'FIELD_NOT_ALLOWED')
    return known
  })
  return paths.includes('definition') ? [] : paths
}

const WHOLES: ReadonlySet<string> = new Set(['price', 'wixFeeConfig', ...WAYS.map(way => `pricing.${way}`)])
const MASKABLE = [
  ...Object.keys(DefinitionIn.properties),
  ...WAYS.map(way => `pricing.${way}`),
  ...['startDate', 'endDate', 'hideNotOnSale'].map(name => `salePeriod.${name}`),
]
