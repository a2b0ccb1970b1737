/** How amounts are rounded: half up, each once, over whole minor units (R35). */

/** `rate` percent of `amountMinor`, rounded half up. @param rate at most three decimals */
export function percentOf(amountMinor: number, rate: string): number {
  return divideHalfUp(BigInt(amountMinor) * thousandths(rate), 100_000n)
}

/** The amount that with `rate` percent on top makes `amountMinor`, rounded half up. */
export function withoutPercent(amountMinor: number, rate: string): number {
  return divideHalfUp(BigInt(amountMinor) * 100_000n, 100_000n + thousandths(rate))
}

function thousandths(rate: string): bigint {
  const [whole = '0', fraction = ''] = rate.split('.')
  return BigInt(`${whole}${fraction.padEnd(3, '0').slice(0, 3)}`)
}

function divideHalfUp(dividend: bigint, divisor: bigint): number {
  return Number((dividend * 2n + divisor) / (divisor * 2n))
}

export function sum<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((total, item) => total + amount(item), 0)
}
