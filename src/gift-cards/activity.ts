import type { Activity } from '../activity/record.ts'
import type { GiftCard } from './model.ts'

/** The fact that made `card` what it is now; neither code nor note is in it. */
export function giftCardActivity(
  { siteId, giftCardId, revision }: GiftCard,
  what: 'ISSUED' | 'TOPPED_UP' | 'CAPTURED' | 'REFUNDED' | 'DISABLED' | 'ENABLED',
  { actor, now }: { actor: Activity['actor']; now: Date },
): Activity {
  return {
    siteId,
    entityKind: 'gift_card',
    entityId: giftCardId,
    sequence: revision,
    kind: `gift_card.${what.toLowerCase()}`,
    actor,
    occurredAt: now,
  }
}
