import { newGuid } from '../ids.ts'
import { isCurrency, parseMinor } from '../money.ts'
import { InvalidRequest, invalid, type Violation, violation } from '../refusals.ts'
import type { TicketDefinition } from './model.ts'

/** How a definition is priced, one of three ways, as its columns. */
export type PricingColumns = Pick<TicketDefinition, 'pricingKind' | 'priceMinor' | 'pricingOptions' | 'currency'>

type Price = { value: string; currency: string }
type Option = { optionId?: string | null; name: string; price: Price }

/**
 * Which of the ways of pricing that exclude each other is given, with what is given there.
 * @throws InvalidRequest when it is none or several (R90)
 */
export function theOneWay<W extends object, N extends keyof W & string>(
  wire: W,
  names: readonly N[],
  path: string,
): { [Name in N]: { name: Name; given: NonNullable<W[Name]> } }[N] {
  const given = names.filter(name => wire[name])
  const [name] = given
  if (name === undefined || given.length > 1) {
    const description = name === undefined ? 'must not be empty' : 'is one of three that exclude each other'
    throw new InvalidRequest(
      (name === undefined ? names : given).map(each =>
        violation(`${path}.${each}`, description, 'REQUIRED_ONE_OF_FIELD'),
      ),
    )
  }
  return { name, given: wire[name] } as never // the name and what stands under it belong together
}

/** @throws InvalidRequest for an unknown currency, or an amount that is too large */
export function amountColumns(pricingKind: 'FIXED' | 'GUEST', price: Price, path: string): PricingColumns {
  return { pricingKind, priceMinor: amountIn(price, path), pricingOptions: [], currency: price.currency }
}

/** @throws InvalidRequest for prices in two currencies, or two options of one id as well */
export function optionColumns(options: readonly Option[], path: string): PricingColumns {
  const pricingOptions = options.map(({ optionId, name, price }, index) => ({
    optionId: optionId?.toLowerCase() ?? newGuid(), // R92
    name,
    amountMinor: amountIn(price, `${path}[${index}].price`),
  }))
  const currency = options[0]?.price.currency ?? ''
  const violations: Violation[] = options.flatMap(({ price }, index) =>
    price.currency === currency
      ? []
      : [
          violation(
            `${path}[${index}].price.currency`,
            `must be ${currency} like the first option's`,
            'OTHER_CURRENCY',
            {
              currency,
            },
          ),
        ],
  )
  if (new Set(pricingOptions.map(option => option.optionId)).size < pricingOptions.length)
    violations.push(violation(path, 'has two options of one id', 'REPEATED'))
  if (violations.length > 0) throw new InvalidRequest(violations)
  return { pricingKind: 'OPTIONS', priceMinor: null, pricingOptions, currency }
}

function amountIn({ value, currency }: Price, path: string): number {
  if (!isCurrency(currency)) throw invalid(`${path}.currency`, 'is not a currency of ISO 4217', 'CURRENCY')
  const amountMinor = parseMinor(value, currency)
  if (amountMinor === null) throw invalid(`${path}.value`, 'is too large', 'MAX')
  return amountMinor
}
