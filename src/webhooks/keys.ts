import { CLOCK, record } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { actorOf, type Identity } from '../identities/identity.ts'
import type { Keys } from '../identities/keys.ts'
import { Refusal } from '../refusals.ts'
import { addMinutes } from '../time.ts'
import { insertWebhookKey, listWebhookKeys, lockKeys, removeReplacedKeys, type WebhookKey } from './key-store.ts'
import { newWebhookKey } from './sign.ts'

/** A site's keys, the first to sign first; its first one is made when somebody asks for it. */
export async function ensureWebhookKeys(sql: Sql, siteId: string, keys: Keys, now: Date): Promise<WebhookKey[]> {
  const there = await listWebhookKeys(sql, siteId)
  if (there.length > 0) return there
  // Not under the lock: it takes a moment to find the primes.
  const first = await newWebhookKey(siteId, keys, { signsFrom: now, now })
  return inTransaction(sql, async tx => {
    await lockKeys(tx, siteId)
    const meanwhile = await listWebhookKeys(tx, siteId)
    if (meanwhile.length > 0) return meanwhile
    await writeKey(tx, first, CLOCK)
    return [first]
  })
}

/**
 * A new key that signs from a moment on: until then whoever verifies can be given it besides the present one.
 * @throws Refusal FAILED_PRECONDITION while another one waits for its moment
 */
export async function rotateWebhookKey(
  sql: Sql,
  { keys, signsFrom }: { keys: Keys; signsFrom: Date },
  { identity, now }: { identity: Identity; now: Date },
): Promise<WebhookKey[]> {
  const { siteId } = identity
  await ensureWebhookKeys(sql, siteId, keys, now)
  const next = await newWebhookKey(siteId, keys, { signsFrom, now })
  return inTransaction(sql, async tx => {
    await lockKeys(tx, siteId)
    const there = await listWebhookKeys(tx, siteId)
    const waiting = there.find(key => key.signsFrom > now)
    if (waiting)
      throw new Refusal('FAILED_PRECONDITION', 'Another key waits to sign; let that one begin first.', {
        webhookKeyId: waiting.webhookKeyId,
      })
    await writeKey(tx, next, actorOf(identity))
    return [...there, next]
  })
}

async function writeKey(tx: Tx, key: WebhookKey, actor: { kind: string; id: string }): Promise<void> {
  const { siteId, webhookKeyId, createdAt, signsFrom } = key
  await insertWebhookKey(tx, key)
  await record(tx, [
    {
      siteId,
      entityKind: 'webhook_key',
      entityId: webhookKeyId,
      sequence: 1,
      kind: 'webhook_key.created',
      data: { signsFrom },
      actor,
      occurredAt: createdAt,
    },
  ])
}

/** Keys that others replaced a week ago verify nothing that is still under way: each attempt is signed anew. */
export async function forgetReplacedKeys(sql: Sql, now: Date): Promise<number> {
  return removeReplacedKeys(sql, addMinutes(now, -REPLACED_KEPT_DAYS * 1440))
}

const REPLACED_KEPT_DAYS = 7
