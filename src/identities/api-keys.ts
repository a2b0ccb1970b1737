import { randomBytes } from 'node:crypto'
import { record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import { addMinutes } from '../time.ts'
import { actorOf, type Identity } from './identity.ts'
import type { Permission } from './permissions.ts'
import { endApiKey, insertApiKey, type ListedApiKey, listApiKeys, lockApiKey } from './store.ts'

type Caller = { identity: Identity; now: Date }
type MadeApiKey = { apiKeyId: string; apiKey: string }

/** Keys of one site that work at one time. */
const API_KEYS_MAX = 100

/**
 * A key for a program of the site's. Its text is in the answer and nowhere else.
 * @param wanted `scopes` null: everything
 * @throws Refusal RESOURCE_EXHAUSTED
 */
export async function createApiKey(
  tx: Tx,
  wanted: { name: string; scopes: readonly Permission[] | null; expiresAt: Date | null },
  { identity, now }: Caller,
): Promise<MadeApiKey> {
  const { siteId } = identity
  if ((await listApiKeys(tx, siteId, now)).length >= API_KEYS_MAX)
    throw new Refusal('RESOURCE_EXHAUSTED', `A site has at most ${API_KEYS_MAX} keys. Revoke some.`)
  const made = { apiKeyId: newGuid(), apiKey: `bx_${randomBytes(32).toString('base64url')}` }
  await insertApiKey(tx, { siteId, ...made, ...wanted, now })
  await tell(tx, { siteId, apiKeyId: made.apiKeyId, what: 'created', sequence: 1 }, { identity, now })
  return made
}

/** Another text for the same key; the old one goes on for a while, so that programs can be changed over. */
export async function rotateApiKey(
  tx: Tx,
  { apiKeyId, graceMinutes }: { apiKeyId: string; graceMinutes: number },
  caller: Caller,
): Promise<MadeApiKey> {
  const old = await lockLiving(tx, apiKeyId, caller)
  const until = addMinutes(caller.now, graceMinutes)
  const expiresAt = old.expiresAt && old.expiresAt < until ? old.expiresAt : until
  await endApiKey(tx, { ...old, expiresAt, revision: old.revision + 1 })
  await tell(tx, { ...old, what: 'rotated', sequence: old.revision + 1 }, caller)
  return await createApiKey(tx, { name: old.name, scopes: old.scopes, expiresAt: old.expiresAt }, caller)
}

/** Works no more, at most five seconds later. */
export async function revokeApiKey(tx: Tx, apiKeyId: string, caller: Caller): Promise<void> {
  const old = await lockLiving(tx, apiKeyId, caller)
  await endApiKey(tx, { ...old, revokedAt: caller.now, revision: old.revision + 1 })
  await tell(tx, { ...old, what: 'revoked', sequence: old.revision + 1 }, caller)
}

async function lockLiving(tx: Tx, apiKeyId: string, { identity, now }: Caller): Promise<ListedApiKey> {
  const found = await lockApiKey(tx, identity.siteId, apiKeyId)
  if (!found || found.revokedAt || (found.expiresAt && found.expiresAt <= now))
    throw new Refusal('API_KEY_NOT_FOUND', 'The site has no such key that works.', { apiKeyId })
  return found
}

async function tell(
  tx: Tx,
  fact: { siteId: string; apiKeyId: string; what: 'created' | 'rotated' | 'revoked'; sequence: number },
  { identity, now }: Caller,
): Promise<void> {
  const { siteId, apiKeyId, what, sequence } = fact
  await record(tx, [
    {
      siteId,
      entityKind: 'api_key',
      entityId: apiKeyId,
      sequence,
      kind: `api_key.${what}`,
      actor: actorOf(identity),
      occurredAt: now,
    },
  ])
}
