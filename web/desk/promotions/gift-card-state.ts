import type { Amount } from '../../shared/money.ts'

/** A gift card as our API shows it to the organizer: never its code. */
export type GiftCard = {
  id: string
  revision: string
  lastFour: string
  balance: Amount
  note?: string
  expirationDate?: string
  disabledDate?: string
  createdDate: string
}

/** How a gift card stands at a moment; keys of `desk:promotions.giftCards.state`. */
export function giftCardStateOf(
  { disabledDate, expirationDate, balance }: GiftCard,
  now: number,
): 'disabled' | 'expired' | 'empty' | 'usable' {
  if (disabledDate) return 'disabled'
  if (expirationDate && Date.parse(expirationDate) <= now) return 'expired'
  return /[1-9]/.test(balance.value) ? 'usable' : 'empty'
}

export const GIFT_CARD_COLOURS = { usable: 'green', empty: 'gray', expired: 'gray', disabled: 'orange' } as const
