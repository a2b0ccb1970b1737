import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { giftCardActivity } from './activity.ts'
import type { GiftCard, GiftCardEntry } from './model.ts'
import { changeBalance, insertEntry, lockGiftCard } from './store.ts'

type Movement = Pick<GiftCardEntry, 'kind' | 'amountMinor' | 'paymentId'> & { refundId?: string }
type By = { actor: { kind: string; id: string }; now: Date }

/** The one way in which a locked card's money changes: the balance, the entry that says why, and the fact. */
export async function moveMoney(tx: Tx, card: GiftCard, movement: Movement, { actor, now }: By): Promise<GiftCard> {
  const { kind, amountMinor } = movement
  const moved = await changeBalance(tx, card, kind === 'CAPTURED' ? -amountMinor : amountMinor, now)
  if (!moved) throw new Error(`gift card ${card.giftCardId} has less on it than its lock said`)
  await insertEntry(tx, card, { ...movement, sequence: moved.revision, actor, occurredAt: now })
  await record(tx, [giftCardActivity(moved, kind, { actor, now })])
  return moved
}

/** Gives back a part of what a payment took from a card. That payment's order must be locked. */
export async function refundToCard(
  tx: Tx,
  {
    giftCardId,
    ...refund
  }: { siteId: string; giftCardId: string; paymentId: string; refundId: string; amountMinor: number },
  now: Date,
): Promise<void> {
  const { siteId, paymentId, refundId, amountMinor } = refund
  const card = await lockGiftCard(tx, siteId, giftCardId)
  if (!card) throw new Error(`gift card ${giftCardId} is gone`)
  const movement = { kind: 'REFUNDED', amountMinor, paymentId, refundId } as const
  await moveMoney(tx, card, movement, { actor: { kind: 'payment', id: paymentId }, now })
}
