import { record } from '../activity/record.ts'
import type { Db, Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import { AMOUNT_MINOR_MAX, type Money } from '../money.ts'
import { invalid, Refusal } from '../refusals.ts'
import { refuseStale } from '../wire/revision.ts'
import { giftCardActivity } from './activity.ts'
import type { GiftCard } from './model.ts'
import { moveMoney } from './move.ts'
import { findGiftCard, lockGiftCard, setDisabled } from './store.ts'

type Caller = { identity: Identity; now: Date }

/**
 * Puts more money on a card. The revision makes a repeated request harmless.
 * @throws Refusal GIFT_CARD_NOT_FOUND; ABORTED for a revision that is not the current one
 */
export async function topUpGiftCard(
  tx: Tx,
  { giftCardId, revision, amount }: { giftCardId: string; revision: number; amount: Money },
  { identity, now }: Caller,
): Promise<GiftCard> {
  const card = await lockGiftCard(tx, identity.siteId, giftCardId)
  if (!card) throw giftCardNotFound(giftCardId)
  refuseStale(card.revision, revision)
  if (amount.currency !== card.currency)
    throw invalid('amount.currency', `must be ${card.currency}, as the card's is`, 'OTHER_CURRENCY', {
      currency: card.currency,
    })
  const { amountMinor } = amount
  if (card.balanceMinor + amountMinor > AMOUNT_MINOR_MAX) throw invalid('amount.value', 'is too large', 'MAX')
  return moveMoney(tx, card, { kind: 'TOPPED_UP', amountMinor, paymentId: null }, { actor: actorOf(identity), now })
}

/**
 * Lets nobody pay with a card any more, or lets them again; its money stays on it. One that is so already stays as it is.
 * @param revision of the card that was looked at; null: whatever it is now
 * @throws Refusal GIFT_CARD_NOT_FOUND, ABORTED
 */
export async function switchGiftCard(
  tx: Tx,
  { giftCardId, revision, to }: { giftCardId: string; revision: number | null; to: 'DISABLED' | 'ENABLED' },
  { identity, now }: Caller,
): Promise<GiftCard> {
  const card = await lockGiftCard(tx, identity.siteId, giftCardId)
  if (!card) throw giftCardNotFound(giftCardId)
  if ((card.disabledAt !== null) === (to === 'DISABLED')) return card
  if (revision !== null) refuseStale(card.revision, revision)
  const switched = await setDisabled(tx, card, { disabledAt: to === 'DISABLED' ? now : null, now })
  if (!switched) throw new Error(`gift card ${giftCardId} went away under its lock`)
  await record(tx, [giftCardActivity(switched, to, { actor: actorOf(identity), now })])
  return switched
}

/** @throws Refusal GIFT_CARD_NOT_FOUND */
export async function getGiftCard(db: Db, siteId: string, giftCardId: string): Promise<GiftCard> {
  const card = await findGiftCard(db, siteId, giftCardId)
  if (!card) throw giftCardNotFound(giftCardId)
  return card
}

function giftCardNotFound(giftCardId: string): Refusal {
  return new Refusal('GIFT_CARD_NOT_FOUND', 'There is no such gift card.', { giftCardId })
}
