/** Money of a site's own kind: whoever knows the code can pay with what is on it (R58). */
export type GiftCard = {
  siteId: string
  giftCardId: string
  revision: number
  /** The end of its code, for people who tell cards apart. */
  lastFour: string
  currency: string
  balanceMinor: number
  note: string | null
  expiresAt: Date | null
  disabledAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** One movement of a card's money: what was put on it, taken for a payment, given back by one. */
export type GiftCardEntry = {
  kind: 'ISSUED' | 'TOPPED_UP' | 'CAPTURED' | 'REFUNDED'
  amountMinor: number
  paymentId: string | null
  occurredAt: Date
}

/** Why a card that is there cannot be used, or null. */
export function unusableReason(
  { currency, balanceMinor, expiresAt, disabledAt }: GiftCard,
  { currency: due, now }: { currency: string; now: Date },
): 'DISABLED' | 'EXPIRED' | 'CURRENCY' | 'EMPTY' | null {
  if (disabledAt !== null) return 'DISABLED'
  if (expiresAt !== null && expiresAt <= now) return 'EXPIRED'
  if (currency !== due) return 'CURRENCY'
  return balanceMinor > 0 ? null : 'EMPTY'
}

/** What of a code counts: letters and digits, in upper case. People add spaces and dashes as they like. */
export function bareCode(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase()
}
