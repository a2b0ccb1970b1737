import { type Amount, amountOf, minorOf, typedAmount, typedDecimal } from '../../shared/money.ts'
import { clockOf, momentOf } from '../parts/moments.ts'
import type { RefusedFields } from '../parts/refused-fields.ts'

/** A ticket definition as the API shows it to the organizer, with `SALES_DETAILS` (spec/ticketing.md 5.1). */
export type Definition = {
  id: string
  eventId: string
  revision: string
  name: string
  description?: string
  policyText?: string
  hidden: boolean
  limited: boolean
  initialLimit?: number
  actualLimit?: number
  pricingMethod: {
    fixedPrice?: Amount
    guestPrice?: Amount
    pricingOptions?: { optionDetails: { optionId: string; name: string; price: Amount }[] }
    free: boolean
  }
  feeType: FeeType
  salePeriod?: { startDate?: string; endDate?: string; displayNotOnSale: boolean }
  saleStatus: 'SALE_SCHEDULED' | 'SALE_STARTED' | 'SALE_ENDED'
  salesDetails?: { unsoldCount?: number; soldCount: number; reservedCount: number; soldOut: boolean }
  seatingDetails?: { places: unknown[] }
}
export type FeeType = 'FEE_INCLUDED' | 'FEE_ADDED_AT_CHECKOUT' | 'NO_FEE'
export const PRICINGS = ['FIXED', 'FREE', 'GUEST', 'OPTIONS'] as const
export type Pricing = (typeof PRICINGS)[number]

/** How a person types a definition: all of it text, in the zone of the event. */
export type DefinitionValues = {
  name: string
  description: string
  policyText: string
  pricing: Pricing
  /** Of a fixed price; of a guest's price the least. */
  price: string
  options: OptionValues[]
  currency: string
  feeType: FeeType
  isLimited: boolean
  limit: string
  saleStart: string
  saleEnd: string
  displayNotOnSale: boolean
  hidden: boolean
}
/** @property key what React knows it by; the API's id of an option that it knows already */
export type OptionValues = { key: string; name: string; price: string }

export const NAME_MAX = 30
export const OPTIONS_MAX = 100
export const DEFINITIONS_MAX = 100

export function emptyDefinition(currency: string): DefinitionValues {
  return {
    name: '',
    description: '',
    policyText: '',
    pricing: 'FIXED',
    price: '',
    options: [newOption(), newOption()],
    currency,
    feeType: 'FEE_INCLUDED',
    isLimited: true,
    limit: '',
    saleStart: '',
    saleEnd: '',
    displayNotOnSale: true,
    hidden: false,
  }
}

export function newOption(): OptionValues {
  return { key: crypto.randomUUID(), name: '', price: '' }
}

export function currencyOf({ pricingMethod: { fixedPrice, guestPrice, pricingOptions } }: Definition): string {
  return (fixedPrice ?? guestPrice ?? pricingOptions?.optionDetails[0]?.price)?.currency ?? ''
}

/** @param locale in which the reader types numbers */
export function valuesOf(
  definition: Definition,
  { timeZone, locale }: { timeZone: string; locale: string },
): DefinitionValues {
  const { pricingMethod, salePeriod } = definition
  const { fixedPrice, guestPrice, pricingOptions } = pricingMethod
  const currency = currencyOf(definition)
  const isFree = fixedPrice !== undefined && minorOf(fixedPrice) === 0
  return {
    ...emptyDefinition(currency),
    name: definition.name,
    description: definition.description ?? '',
    policyText: definition.policyText ?? '',
    pricing: guestPrice ? 'GUEST' : pricingOptions ? 'OPTIONS' : isFree ? 'FREE' : 'FIXED',
    price: isFree ? '' : typedDecimal((fixedPrice ?? guestPrice)?.value ?? '', locale),
    options: (pricingOptions?.optionDetails ?? []).map(({ optionId, name, price }) => ({
      key: optionId,
      name,
      price: typedDecimal(price.value, locale),
    })),
    feeType: definition.feeType,
    isLimited: definition.initialLimit !== undefined,
    limit: definition.initialLimit === undefined ? '' : String(definition.initialLimit),
    saleStart: clockOf(salePeriod?.startDate, timeZone),
    saleEnd: clockOf(salePeriod?.endDate, timeZone),
    displayNotOnSale: salePeriod?.displayNotOnSale ?? true,
    hidden: definition.hidden,
  }
}

/** What of a definition is changed together: its price is one thing to the API, and so is its sale period (R94, R95). */
export const DEFINITION_MEMBERS = {
  name: ['name'],
  description: ['description'],
  policyText: ['policyText'],
  pricingMethod: ['pricing', 'price', 'options', 'currency'],
  feeType: ['feeType'],
  initialLimit: ['isLimited', 'limit'],
  salePeriod: ['saleStart', 'saleEnd', 'displayNotOnSale'],
  hidden: ['hidden'],
} as const satisfies Record<string, readonly (keyof DefinitionValues)[]>
export type DefinitionMember = keyof typeof DEFINITION_MEMBERS

/** What the API is sent of a definition. What is no price yet stands as it was typed: the API says what it lacks. */
export function wireOf(values: DefinitionValues, timeZone: string) {
  const { currency } = values
  const spelled = (typed: string): Amount => {
    const known = typedAmount(typed, { value: '0', currency })
    return known ? amountOf(minorOf(known), currency) : { value: typed, currency }
  }
  const pricings = {
    FIXED: () => ({ fixedPrice: spelled(values.price) }),
    FREE: () => ({ fixedPrice: { value: '0', currency } }),
    GUEST: () => ({ guestPrice: spelled(values.price === '' ? '0' : values.price) }),
    OPTIONS: () => ({
      pricingOptions: {
        optionDetails: values.options.map(({ key, name, price }) => ({
          optionId: key,
          name: name.trim(),
          price: spelled(price),
        })),
      },
    }),
  }
  const hasPeriod = values.saleStart !== '' || values.saleEnd !== ''
  return {
    name: values.name.trim(),
    description: values.description.trim() || null,
    policyText: values.policyText.trim() || null,
    pricingMethod: pricings[values.pricing](),
    feeType: values.feeType,
    initialLimit: values.isLimited ? Number(values.limit) : null,
    salePeriod: hasPeriod
      ? {
          startDate: momentOf(values.saleStart, timeZone),
          endDate: momentOf(values.saleEnd, timeZone),
          displayNotOnSale: values.displayNotOnSale,
        }
      : null,
    hidden: values.hidden,
  }
}

/** Why each field cannot be saved so, by its name in the form; keys of `desk:tickets.wrong`. */
export type Wrong =
  | 'name'
  | 'price'
  | 'noPrice'
  | 'optionName'
  | 'noOptions'
  | 'limit'
  | 'period'
  | 'moment'
  | 'tooLong'
export function problemsOf(values: DefinitionValues, timeZone: string): Record<string, Wrong> {
  const problems: Record<string, Wrong> = {}
  const { currency } = values
  const isAmount = (typed: string) => typedAmount(typed, { value: '0', currency }) !== null
  if (values.name.trim() === '') problems.name = 'name'
  else if (values.name.trim().length > NAME_MAX) problems.name = 'tooLong'
  if (values.pricing === 'FIXED' && !(isAmount(values.price) && Number(values.price.replace(',', '.')) > 0))
    problems.price = isAmount(values.price) ? 'noPrice' : 'price'
  if (values.pricing === 'GUEST' && values.price.trim() !== '' && !isAmount(values.price)) problems.price = 'price'
  if (values.pricing === 'OPTIONS') {
    if (values.options.length === 0) problems.options = 'noOptions'
    for (const [index, { name, price }] of values.options.entries()) {
      if (name.trim() === '') problems[`options.${index}.name`] = 'optionName'
      if (!isAmount(price)) problems[`options.${index}.price`] = 'price'
    }
  }
  if (values.isLimited && !/^\d{1,9}$/.test(values.limit.trim())) problems.limit = 'limit'
  const start = momentOf(values.saleStart, timeZone)
  const end = momentOf(values.saleEnd, timeZone)
  if (values.saleStart !== '' && start === null) problems.saleStart = 'moment'
  if (values.saleEnd !== '' && end === null) problems.saleEnd = 'moment'
  if (start !== null && end !== null && Date.parse(end) <= Date.parse(start)) problems.saleEnd = 'period'
  return problems
}

/** Where the form has what the API refuses. */
export const REFUSED_DEFINITION_FIELDS: RefusedFields = {
  fieldOf,
  codes: { INVALID_SALE_PERIOD: 'saleEnd', INVALID_FEE_TYPE: 'feeType' },
}

function fieldOf(path: string): string {
  const at = path.replace(/^ticketDefinition\./, '')
  const option = /optionDetails\[(\d+)\]\.(name|price)/.exec(at)
  if (option) return `options.${option[1]}.${option[2]}`
  if (at.startsWith('pricingMethod.pricingOptions')) return 'options'
  if (at.startsWith('pricingMethod')) return 'price'
  if (at.startsWith('salePeriod.startDate')) return 'saleStart'
  if (at.startsWith('salePeriod')) return 'saleEnd'
  return at === 'initialLimit' ? 'limit' : at
}
