import type { Db, Tx } from '../db/connect.ts'

/** What a site signs its webhooks with. */
export type WebhookKey = {
  siteId: string
  webhookKeyId: string
  /** SPKI, as PEM. */
  publicKey: string
  /** Sealed: nonce, PKCS#8, tag. */
  privateKey: Buffer
  /** Of several keys that signs whose moment came last. */
  signsFrom: Date
  createdAt: Date
}

/** The keys that a site signs with now, or will, or did not long ago, the first to sign first. */
export async function listWebhookKeys(db: Db, siteId: string): Promise<WebhookKey[]> {
  return db<WebhookKey[]>`
    select site_id, webhook_key_id, public_key, private_key, signs_from, created_at
      from webhook_keys
     where site_id = ${siteId}
     order by signs_from, created_at, webhook_key_id`
}

/** The key that signs at `now`; null where the site has none yet. */
export async function findSigningKey(db: Db, siteId: string, now: Date): Promise<WebhookKey | null> {
  return signingKeyOf(await listWebhookKeys(db, siteId), now)
}

export function signingKeyOf(keys: readonly WebhookKey[], now: Date): WebhookKey | null {
  return keys.findLast(({ signsFrom }) => signsFrom <= now) ?? keys[0] ?? null
}

export async function insertWebhookKey(tx: Tx, key: WebhookKey): Promise<void> {
  await tx`
    insert into webhook_keys (site_id, webhook_key_id, public_key, private_key, signs_from, created_at)
    values (
      ${key.siteId}, ${key.webhookKeyId}, ${key.publicKey}, ${key.privateKey}, ${key.signsFrom}, ${key.createdAt}
    )`
}

/** Removes keys in whose place another one has signed since before `replacedBefore`. */
export async function removeReplacedKeys(db: Db, replacedBefore: Date): Promise<number> {
  const { count } = await db`
    delete from webhook_keys as replaced
     where exists (
       select
         from webhook_keys as later
        where later.site_id = replaced.site_id
          and later.signs_from > replaced.signs_from
          and later.signs_from <= ${replacedBefore}
     )`
  return count
}

/** Who adds a key of a site takes turns with others who do. */
export async function lockKeys(tx: Tx, siteId: string): Promise<void> {
  await tx`select from sites where site_id = ${siteId} for no key update`
}
