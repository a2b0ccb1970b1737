/** An amount in whole minor units (ISO 4217): 8000 EUR is 80.00 euros, 8000 JPY is 8000 yen. */
export type Money = { amountMinor: number; currency: string }

/** The published shape of V3 definitions and reservations (R9). */
export type CommonMoney = { value: string; currency: string }

/** The published shape of checkout, orders and tickets: the same text twice (R9). */
export type LegacyMoney = { amount: string; value: string; currency: string }

/** Amounts above this many minor units are refused: sums of 50 lines of 50 must stay exact in a double. */
export const AMOUNT_MINOR_MAX = 1_000_000_000_000

export function money(amountMinor: number, currency: string): Money {
  return { amountMinor, currency }
}

export function toCommonMoney({ amountMinor, currency }: Money): CommonMoney {
  return { value: formatMinor(amountMinor, currency), currency }
}

export function toLegacyMoney({ amountMinor, currency }: Money): LegacyMoney {
  const text = formatMinor(amountMinor, currency)
  return { amount: text, value: text, currency }
}

/** `8000, 'EUR'` → `"80.00"`: always the currency's number of decimals (R35). */
export function formatMinor(amountMinor: number, currency: string): string {
  const decimals = decimalsOf(currency)
  const digits = String(Math.abs(amountMinor)).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const text = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`
  return amountMinor < 0 ? `-${text}` : text
}

/** An amount as people of `locale` (BCP 47) write it: `€80.00`, `80,00 €`. */
export function localMoney({ amountMinor, currency }: Money, locale: string): string {
  const key = `${locale} ${currency}`
  const format = LOCAL_FORMATS.get(key) ?? new Intl.NumberFormat(locale, { style: 'currency', currency })
  if (LOCAL_FORMATS.size >= LOCAL_FORMATS_MAX) LOCAL_FORMATS.clear()
  LOCAL_FORMATS.set(key, format)
  return format.format(Number(formatMinor(amountMinor, currency)))
}

/** Making a formatter costs a hundred times as much as using it. */
const LOCAL_FORMATS = new Map<string, Intl.NumberFormat>()
const LOCAL_FORMATS_MAX = 500

/**
 * A decimal text as minor units, rounded half up (R35).
 * @param decimal digits with an optional point and fraction, no sign
 * @returns null when it is not such a text or too large
 */
export function parseMinor(decimal: string, currency: string): number | null {
  const match = /^(\d{1,13})(?:\.(\d{1,10}))?$/.exec(decimal)
  if (!match) return null
  const decimals = decimalsOf(currency)
  const fraction = (match[2] ?? '').padEnd(decimals + 1, '0')
  const minor = BigInt(`${match[1]}${fraction.slice(0, decimals)}`) + (fraction.charAt(decimals) >= '5' ? 1n : 0n)
  return minor <= BigInt(AMOUNT_MINOR_MAX) ? Number(minor) : null
}

/** Whether `code` is a currency of ISO 4217 that this runtime knows. */
export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code)
}

/** Decimals of a currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
  const known = DECIMALS.get(currency)
  if (known !== undefined) return known
  const decimals =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  DECIMALS.set(currency, decimals)
  return decimals
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))
const DECIMALS = new Map<string, number>()
