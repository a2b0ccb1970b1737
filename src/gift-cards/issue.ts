import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Keys } from '../identities/keys.ts'
import { newGuid } from '../ids.ts'
import type { Money } from '../money.ts'
import { invalid, Refusal } from '../refusals.ts'
import { giftCardActivity } from './activity.ts'
import { hashCode, lastFourOf, newCode } from './code.ts'
import type { GiftCard } from './model.ts'
import { insertEntry, insertGiftCard } from './store.ts'

export type NewGiftCard = { amount: Money; code: string | null; expiresAt: Date | null; note: string | null }

/**
 * A new gift card. Its code is told here and never again: only a keyed hash of it is kept.
 * @throws Refusal ALREADY_EXISTS when another card has the chosen code
 */
export async function issueGiftCard(
  tx: Tx,
  { amount, code: chosen, expiresAt, note }: NewGiftCard,
  { identity, keys, now }: { identity: Identity; keys: Keys; now: Date },
): Promise<{ giftCard: GiftCard; code: string }> {
  if (expiresAt !== null && expiresAt <= now) throw invalid('giftCard.expirationDate', 'must be in the future', 'PAST')
  const code = chosen ?? newCode()
  const { siteId } = identity
  const giftCard: GiftCard = {
    siteId,
    giftCardId: newGuid(),
    revision: 1,
    lastFour: lastFourOf(code),
    currency: amount.currency,
    balanceMinor: amount.amountMinor,
    note,
    expiresAt,
    disabledAt: null,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await insertGiftCard(tx, { ...giftCard, codeHash: hashCode(siteId, code, keys) })))
    throw new Refusal('ALREADY_EXISTS', 'Another gift card has this code.')
  const actor = actorOf(identity)
  const { amountMinor } = amount
  const entry = { kind: 'ISSUED', amountMinor, paymentId: null, sequence: 1, actor, occurredAt: now } as const
  await insertEntry(tx, giftCard, entry)
  await record(tx, [giftCardActivity(giftCard, 'ISSUED', { actor, now })])
  return { giftCard, code }
}
