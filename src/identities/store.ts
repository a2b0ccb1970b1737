import { createHash } from 'node:crypto'
import type { Db, Fragment, Tx } from '../db/connect.ts'
import type { Permission, Role } from './permissions.ts'

export type ApiKey = { siteId: string; apiKeyId: string }

/** A key that works. */
export type FoundApiKey = ApiKey & { scopes: Permission[] | null; expiresAt: Date | null }

/** What is stored of an API key. Keys are long and random, so a plain hash cannot be searched backwards. */
export function hashApiKey(apiKey: string): Buffer {
  return createHash('sha256').update(apiKey).digest()
}

export async function findApiKey(db: Db, apiKey: string): Promise<FoundApiKey | null> {
  const [row] = await db<FoundApiKey[]>`
    select site_id, api_key_id, scopes, expires_at
      from api_keys
     where hash = ${hashApiKey(apiKey)}
       and revoked_at is null`
  return row ?? null
}

export async function insertApiKey(
  tx: Tx,
  key: ApiKey & {
    apiKey: string
    name: string
    /** null: everything. */
    scopes?: readonly Permission[] | null
    expiresAt?: Date | null
    now: Date
  },
): Promise<void> {
  const { siteId, apiKeyId, apiKey, name, scopes = null, expiresAt = null, now } = key
  await tx`
    insert into api_keys (site_id, api_key_id, hash, name, scopes, expires_at, created_at)
    values (${siteId}, ${apiKeyId}, ${hashApiKey(apiKey)}, ${name}, ${scopes}, ${expiresAt}, ${now})`
}

/** A key as its site's owner sees it: all but its text, which nobody has any more. */
export type ListedApiKey = ApiKey & {
  name: string
  scopes: Permission[] | null
  revision: number
  createdAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
}

/** Those that work, newest first. */
export async function listApiKeys(db: Db, siteId: string, now: Date): Promise<ListedApiKey[]> {
  return await db<ListedApiKey[]>`
    select ${apiKeyColumns(db)}
      from api_keys
     where site_id = ${siteId}
       and revoked_at is null
       and (expires_at is null or expires_at > ${now})
     order by created_at desc, api_key_id
     limit 200`
}

export async function lockApiKey(tx: Tx, siteId: string, apiKeyId: string): Promise<ListedApiKey | null> {
  const [row] = await tx<ListedApiKey[]>`
    select ${apiKeyColumns(tx)}
      from api_keys
     where site_id = ${siteId}
       and api_key_id = ${apiKeyId}
       for update`
  return row ?? null
}

export async function endApiKey(
  tx: Tx,
  { siteId, apiKeyId, expiresAt, revokedAt, revision }: ListedApiKey,
): Promise<void> {
  await tx`
    update api_keys
       set expires_at = ${expiresAt}, revoked_at = ${revokedAt}, revision = ${revision}
     where site_id = ${siteId}
       and api_key_id = ${apiKeyId}`
}

function apiKeyColumns(db: Db): Fragment {
  return db`site_id, api_key_id, name, scopes, revision, created_at, expires_at, revoked_at`
}

/** What an account is to a site; null: nothing. */
export async function findRole(db: Db, siteId: string, accountId: string): Promise<Role | null> {
  const [row] = await db<{ role: Role }[]>`
    select role
      from memberships
     where site_id = ${siteId}
       and account_id = ${accountId}`
  return row?.role ?? null
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
