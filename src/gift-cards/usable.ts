import { Refusal } from '../refusals.ts'
import { type GiftCard, unusableReason } from './model.ts'

/** @throws Refusal GIFT_CARD_NOT_USABLE when it cannot pay what is due in this currency */
export function refuseUnusable(card: GiftCard, due: { currency: string; now: Date }): void {
  const reason = unusableReason(card, due)
  if (reason) throw new Refusal('GIFT_CARD_NOT_USABLE', 'This gift card cannot pay for this order.', { reason })
}

export function noGiftCard(): Refusal {
  return new Refusal('GIFT_CARD_NOT_FOUND', 'There is no gift card with this code.')
}
