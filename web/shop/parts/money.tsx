import type { Amount } from '../boot.ts'

export type { Amount }

import { useLocale } from './locale.ts'

/** An amount as the API says it, such as `{ value: '10.00', currency: 'EUR' }`, spelled for this visitor. */
export function Money({ value, currency }: Amount) {
  // Browsers and the server may know other spellings of a currency; what the server said stays.
  return <span suppressHydrationWarning>{spellMoney({ value, currency }, useLocale())}</span>
}

/** @param locale `useLocale()` */
export function spellMoney({ value, currency }: Amount, locale: string): string {
  // Intl takes decimals as text, which no number could spoil.
  return formatOf(locale, currency).format(value as Intl.StringNumericLiteral)
}

/** Digits after the point: 2 for EUR, 0 for JPY. */
export function digitsOf(currency: string): number {
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

function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`
  const format = FORMATS.get(key) ?? new Intl.NumberFormat(locale, { style: 'currency', currency })
  FORMATS.set(key, format)
  return format
}

const FORMATS = new Map<string, Intl.NumberFormat>()
