import { minorOf } from '../../shared/money.ts'
import type { Invoice } from './asked.ts'
import type { Typed } from './kept.ts'

export const METHODS = ['test', 'stripe', 'offline'] as const
export type Method = (typeof METHODS)[number]

/** How an invoice will be paid, by what the buyer has chosen so far. */
export type Payable = {
  isFree: boolean
  /** What each gift card pays, in the order in which they are used. */
  cards: { lastFour: string; amountMinor: number }[]
  /** What is left for the payment method; in person without the fee for paying online. */
  dueMinor: number
  /** Total before any card. */
  totalMinor: number
  feesMinor: number
  offered: readonly Method[]
  method: Method | null
}

export function payableOf(
  invoice: Invoice,
  { typed, methods }: { typed: Pick<Typed, 'giftCards' | 'method'>; methods: readonly Method[] },
): Payable {
  const grandMinor = minorOf(invoice.grandTotal)
  // What a card has paid would be nobody's while the rest is open: then it cannot be paid in person (contract, 9.1).
  const offered = typed.giftCards.length > 0 ? methods.filter(each => each !== 'offline') : methods
  const method = offered.find(each => each === typed.method) ?? offered[0] ?? null
  const addedMinor = invoice.fees
    .filter(({ type }) => type === 'FEE_ADDED_AT_CHECKOUT')
    .reduce((sum, { amount }) => sum + minorOf(amount), 0)
  const feesMinor = method === 'offline' ? 0 : addedMinor
  const totalMinor = grandMinor - addedMinor + feesMinor
  let dueMinor = totalMinor
  const cards = typed.giftCards.map(({ lastFour, balanceMinor }) => {
    const amountMinor = Math.min(balanceMinor, dueMinor)
    dueMinor -= amountMinor
    return { lastFour, amountMinor }
  })
  return { isFree: grandMinor === 0, cards, dueMinor, totalMinor, feesMinor, offered, method }
}
