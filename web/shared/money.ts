/** An amount as the API says it, such as `{ value: '10.00', currency: 'EUR' }`. */
export type Amount = { value: string; currency: string }

/** @param locale BCP 47: how the reader spells amounts */
export function spellMoney({ value, currency }: Amount, locale: string): string {
  // Intl takes decimals as text, which no number could spoil.
  return formatOf(locale, currency).format(value as Intl.StringNumericLiteral)
}

/** Digits after the point: 2 for EUR, 0 for JPY. */
function digitsOf(currency: string): number {
  return formatOf('en', currency).resolvedOptions().maximumFractionDigits ?? 2
}

/** Whole minor units, the only numbers that amounts are added up in. */
export function minorOf({ value, currency }: Amount): number {
  return Math.round(Number(value) * 10 ** digitsOf(currency))
}

export function amountOf(minor: number, currency: string): Amount {
  const digits = digitsOf(currency)
  return { value: (minor / 10 ** digits).toFixed(digits), currency }
}

/** What a guest typed as a price, `12`, `12.5` or `12,50`; null for anything else, and for less than the minimum. */
export function typedAmount(typed: string, minimum: Amount): Amount | null {
  const match = /^\s*(\d{1,9})(?:[.,](\d{1,3}))?\s*$/.exec(typed)
  if (!match) return null
  const [, whole = '', part = ''] = match
  if (part.length > digitsOf(minimum.currency)) return null
  const price = { value: part === '' ? whole : `${whole}.${part}`, currency: minimum.currency }
  return minorOf(price) < minorOf(minimum) ? null : price
}

/** A decimal of the API, `12.50`, as the reader would type it: `12,50` where that is the custom. */
export function typedDecimal(value: string, locale: string): string {
  const isComma = new Intl.NumberFormat(locale).format(0.5).includes(',')
  return isComma ? value.replace('.', ',') : value
}

/** Making a formatter costs a hundred times as much as using it. */
function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`
  const format = FORMATS.get(key) ?? new Intl.NumberFormat(locale, { style: 'currency', currency })
  FORMATS.set(key, format)
  return format
}

const FORMATS = new Map<string, Intl.NumberFormat>()
