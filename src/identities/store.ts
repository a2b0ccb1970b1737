import { createHash } from 'node:crypto'
import type { Db, Tx } from '../db/connect.ts'

export type ApiKey = { siteId: string; apiKeyId: string }

/** What is stored of an API key. Keys are long and random, so a plain hash cannot be searched backwards. */
export function hashApiKey(apiKey: string): Buffer {
  return createHash('sha256').update(apiKey).digest()
}

export async function findApiKey(db: Db, apiKey: string): Promise<ApiKey | null> {
  const [row] = await db<ApiKey[]>`
    select site_id, api_key_id
      from api_keys
     where hash = ${hashApiKey(apiKey)}
       and revoked_at is null`
  return row ?? null
}

export async function insertApiKey(
  tx: Tx,
  { siteId, apiKeyId, apiKey, name, now }: ApiKey & { apiKey: string; name: string; now: Date },
): Promise<void> {
  await tx`
    insert into api_keys (site_id, api_key_id, hash, name, created_at)
    values (${siteId}, ${apiKeyId}, ${hashApiKey(apiKey)}, ${name}, ${now})`
}

export type StaffGrant = { status: string; permissions: string[]; eventIds: string[] | null }

/** What a staff member may do right now; null when there is no such member any more. */
export async function findStaffGrant(db: Db, siteId: string, staffMemberId: string): Promise<StaffGrant | null> {
  const [row] = await db<StaffGrant[]>`
    select status, permissions, event_ids::text[] as event_ids
      from staff_members
     where site_id = ${siteId}
       and staff_member_id = ${staffMemberId}`
  return row ?? null
}

/** Some key of the site that still works. */
export async function findSiteApiKeyId(db: Db, siteId: string): Promise<string | null> {
  const [row] = await db<{ apiKeyId: string }[]>`
    select api_key_id
      from api_keys
     where site_id = ${siteId}
       and revoked_at is null
     order by created_at
     limit 1`
  return row?.apiKeyId ?? null
}
