import type { Db, Fragment, Tx } from '../db/connect.ts'
import type { GiftCard, GiftCardEntry } from './model.ts'

function columns(db: Db): Fragment {
  return db`
    gift_cards.site_id, gift_cards.gift_card_id, gift_cards.revision, gift_cards.last_four, gift_cards.currency,
    gift_cards.balance_minor, gift_cards.note, gift_cards.expires_at, gift_cards.disabled_at, gift_cards.created_at,
    gift_cards.updated_at`
}

/** False, and nothing written, when another card of the site has this code. */
export async function insertGiftCard(tx: Tx, card: GiftCard & { codeHash: Buffer }): Promise<boolean> {
  const inserted = await tx`
    insert into gift_cards (
      site_id, gift_card_id, revision, code_hash, last_four, currency, balance_minor, note, expires_at, created_at,
      updated_at
    )
    values (
      ${card.siteId}, ${card.giftCardId}, ${card.revision}, ${card.codeHash}, ${card.lastFour}, ${card.currency},
      ${card.balanceMinor}, ${card.note}, ${card.expiresAt}, ${card.createdAt}, ${card.updatedAt}
    )
        on conflict on constraint gift_cards_code_is_taken do nothing`
  return inserted.count === 1
}

export async function findGiftCard(db: Db, siteId: string, giftCardId: string): Promise<GiftCard | null> {
  const [row] = await db<GiftCard[]>`
    select ${columns(db)}
      from gift_cards
     where site_id = ${siteId}
       and gift_card_id = ${giftCardId}`
  return row ?? null
}

/** The card, locked until the transaction ends; after reservations and orders, before inventory. */
export async function lockGiftCard(tx: Tx, siteId: string, giftCardId: string): Promise<GiftCard | null> {
  const [row] = await tx<GiftCard[]>`
    select ${columns(tx)}
      from gift_cards
     where site_id = ${siteId}
       and gift_card_id = ${giftCardId}
       for update`
  return row ?? null
}

export async function findGiftCardByCode(db: Db, siteId: string, codeHash: Buffer): Promise<GiftCard | null> {
  const [row] = await db<GiftCard[]>`
    select ${columns(db)}
      from gift_cards
     where site_id = ${siteId}
       and code_hash = ${codeHash}`
  return row ?? null
}

export async function lockGiftCardByCode(tx: Tx, siteId: string, codeHash: Buffer): Promise<GiftCard | null> {
  const [row] = await tx<GiftCard[]>`
    select ${columns(tx)}
      from gift_cards
     where site_id = ${siteId}
       and code_hash = ${codeHash}
       for update`
  return row ?? null
}

/**
 * Puts money on a locked card, or takes some from it.
 * @param change minor units, less than zero to take
 * @returns null, and nothing changed, when there is less on it
 */
export async function changeBalance(
  tx: Tx,
  { siteId, giftCardId }: Pick<GiftCard, 'siteId' | 'giftCardId'>,
  change: number,
  now: Date,
): Promise<GiftCard | null> {
  const [row] = await tx<GiftCard[]>`
    update gift_cards
       set balance_minor = balance_minor + ${change}, revision = revision + 1, updated_at = ${now}
     where site_id = ${siteId}
       and gift_card_id = ${giftCardId}
       and balance_minor + ${change} >= 0
    returning ${columns(tx)}`
  return row ?? null
}

export async function setDisabled(
  tx: Tx,
  { siteId, giftCardId }: Pick<GiftCard, 'siteId' | 'giftCardId'>,
  { disabledAt, now }: { disabledAt: Date | null; now: Date },
): Promise<GiftCard | null> {
  const [row] = await tx<GiftCard[]>`
    update gift_cards
       set disabled_at = ${disabledAt}, revision = revision + 1, updated_at = ${now}
     where site_id = ${siteId}
       and gift_card_id = ${giftCardId}
    returning ${columns(tx)}`
  return row ?? null
}

/** Newest first. */
export async function listGiftCards(
  db: Db,
  siteId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ giftCards: GiftCard[]; total: number }> {
  const [counted, giftCards] = await Promise.all([
    db<{ total: number }[]>`select count(*) as total from gift_cards where site_id = ${siteId}`,
    db<GiftCard[]>`
      select ${columns(db)}
        from gift_cards
       where site_id = ${siteId}
       order by created_at desc, gift_card_id desc
       limit ${limit}
      offset ${offset}`,
  ])
  return { giftCards: [...giftCards], total: counted[0]?.total ?? 0 }
}

/** R149: whether anybody could pay with a card of this site. */
export async function hasUsableGiftCard(db: Db, siteId: string, now: Date): Promise<boolean> {
  const [row] = await db<{ found: boolean }[]>`
    select exists (
      select
        from gift_cards
       where site_id = ${siteId}
         and balance_minor > 0
         and disabled_at is null
         and (expires_at is null or expires_at > ${now})
    ) as found`
  return row?.found ?? false
}

type NewEntry = Pick<GiftCardEntry, 'kind' | 'amountMinor' | 'paymentId' | 'occurredAt'> & {
  refundId?: string
  sequence: number
  actor: { kind: string; id: string }
}

export async function insertEntry(
  tx: Tx,
  { siteId, giftCardId }: Pick<GiftCard, 'siteId' | 'giftCardId'>,
  { sequence, kind, amountMinor, paymentId, refundId, actor, occurredAt }: NewEntry,
): Promise<void> {
  await tx`
    insert into gift_card_entries (
      site_id, gift_card_id, sequence, kind, amount_minor, payment_id, refund_id, actor_kind, actor_id,
      occurred_at
    )
    values (
      ${siteId}, ${giftCardId}, ${sequence}, ${kind}, ${amountMinor}, ${paymentId}, ${refundId ?? null},
      ${actor.kind}, ${actor.id}, ${occurredAt}
    )`
}

export type ListedEntry = GiftCardEntry & { orderNumber: string | null }

/** What happened to a card's money, newest first, with the orders that it paid. */
export async function listEntries(
  db: Db,
  { siteId, giftCardId }: Pick<GiftCard, 'siteId' | 'giftCardId'>,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ entries: ListedEntry[]; total: number }> {
  const [counted, entries] = await Promise.all([
    db<{ total: number }[]>`
      select count(*) as total
        from gift_card_entries
       where site_id = ${siteId}
         and gift_card_id = ${giftCardId}`,
    db<ListedEntry[]>`
      select entries.kind, entries.amount_minor, entries.payment_id, entries.occurred_at, payments.order_number
        from gift_card_entries as entries
        left join payments using (site_id, payment_id)
       where entries.site_id = ${siteId}
         and entries.gift_card_id = ${giftCardId}
       order by entries.sequence desc
       limit ${limit}
      offset ${offset}`,
  ])
  return { entries: [...entries], total: counted[0]?.total ?? 0 }
}
