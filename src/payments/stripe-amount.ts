import { decimalsOf } from '../money.ts'

// Stripe's decimals are its own: ISK and UGX have two there, and have lost them here; so have HUF, IDR, COP and others.
const WITHOUT_DECIMALS = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'
const WITH_THREE = 'BHD JOD KWD OMR TND'
const DECIMALS: ReadonlyMap<string, number> = new Map([
  ...WITHOUT_DECIMALS.split(' ').map(currency => [currency, 0] as const),
  ...WITH_THREE.split(' ').map(currency => [currency, 3] as const),
])

/**
 * An amount as Stripe counts it; null where Stripe cannot take it: a part of its smallest unit, or, with three decimals,
 * not a multiple of ten.
 */
export function toStripeAmount(amountMinor: number, currency: string): number | null {
  const decimals = decimalsAtStripe(currency)
  const shift = decimals - decimalsOf(currency)
  const amount = shift >= 0 ? amountMinor * 10 ** shift : amountMinor / 10 ** -shift
  return Number.isSafeInteger(amount) && (decimals < 3 || amount % 10 === 0) ? amount : null
}

/** The same the other way round. */
export function fromStripeAmount(amount: number, currency: string): number {
  const shift = decimalsOf(currency) - decimalsAtStripe(currency)
  return Math.round(shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift)
}

function decimalsAtStripe(currency: string): number {
  return DECIMALS.get(currency) ?? 2
}
