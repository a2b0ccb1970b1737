import type { Sql } from '../db/connect.ts'
import { isGuid } from '../ids.ts'
import { invalid, Refusal } from '../refusals.ts'
import type { Identity } from './identity.ts'
import type { Keys } from './keys.ts'
import { ROLE_PERMISSIONS, STAFF_PERMISSIONS } from './permissions.ts'
import { type FoundApiKey, findApiKey, findRole, findStaffGrant } from './store.ts'
import { readToken } from './tokens.ts'

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** The account that is signed in where a request comes from; null: none is. */
export type SignedIn = (headers: Headers) => Promise<{ accountId: string } | null>

/** Where nobody can sign in. */
const nobody: SignedIn = async () => null

/**
 * Reads who asks from the request's headers. Tokens of guests are remembered until they expire, API keys for a few
 * seconds; who is remembered is told at once, without a promise.
 */
export function identifier({ sql, keys }: { sql: Sql; keys: Keys }, signedIn: SignedIn = nobody) {
  const knownKeys = new Map<string, { apiKey: FoundApiKey; until: number }>()
  const knownGuests = new Map<string, { identity: Identity; until: number }>()

  /** @throws Refusal UNAUTHENTICATED, PERMISSION_DENIED; InvalidRequest for an API key without a site (api 2.1.2) */
  return function identify(headers: Headers, now: Date): Identity | Promise<Identity> {
    const known = knownGuests.get(String(headers.authorization))
    return known && known.until > now.getTime() ? known.identity : identifyAnew(headers, now)
  }

  async function identifyAnew(headers: Headers, now: Date): Promise<Identity> {
    const credential = String(headers.authorization ?? '')
      .replace(/^Bearer\s+/i, '')
      .trim()
    if (credential === '') return identifyBySession(headers)
    return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(credential)
      ? identifyByToken(credential, headers, now)
      : identifyByApiKey(credential, headers, now)
  }

  /**
   * An organizer in a browser. The site is named by a header, which a page of somebody else's cannot send with our cookie:
   * whoever merely brings a signed-in browser here can do nothing with it.
   */
  async function identifyBySession(headers: Headers): Promise<Identity> {
    const account = headers.cookie === undefined ? null : await signedIn(headers)
    if (!account) throw unauthenticated('Send an API key or an access token in the Authorization header.')
    const siteId = siteOfHeader(headers)
    const role = await findRole(sql, siteId, account.accountId)
    if (!role) throw new Refusal('PERMISSION_DENIED', 'This account does not work for the site.')
    return { kind: 'organizer', siteId, accountId: account.accountId, role, permissions: ROLE_PERMISSIONS[role] }
  }

  async function identifyByToken(token: string, headers: Headers, now: Date): Promise<Identity> {
    const verified = await readToken(keys, 'access', token, now)
    if (!verified) throw unauthenticated('The access token is not valid or has expired.')
    const { claims } = verified
    if (claims.kind !== 'staff') {
      const { siteId, visitorId } = claims
      const identity: Identity =
        claims.kind === 'visitor'
          ? { kind: 'visitor', siteId, visitorId }
          : { kind: 'member', siteId, visitorId, memberId: claims.memberId }
      if (knownGuests.size >= KNOWN_GUESTS_MAX) knownGuests.clear()
      knownGuests.set(String(headers.authorization), { identity: Object.freeze(identity), until: verified.expiresAt })
      return identity
    }
    const grant = await findStaffGrant(sql, claims.siteId, claims.staffMemberId)
    if (!grant) throw unauthenticated('This staff member no longer exists.')
    if (grant.status !== 'HAS_ACCESS') throw new Refusal('STAFF_MEMBER_SUSPENDED', 'Your access is paused.')
    const words = Object.keys(STAFF_PERMISSIONS) as (keyof typeof STAFF_PERMISSIONS)[]
    return {
      kind: 'staff',
      siteId: claims.siteId,
      staffMemberId: claims.staffMemberId,
      permissions: words.filter(word => grant.permissions.includes(word)).flatMap(word => [...STAFF_PERMISSIONS[word]]),
      eventIds: grant.eventIds,
    }
  }

  async function identifyByApiKey(credential: string, headers: Headers, now: Date): Promise<Identity> {
    const apiKey = await findKnownApiKey(credential, now)
    if (!apiKey) throw unauthenticated('This API key is not known or was revoked.')
    if (siteOfHeader(headers) !== apiKey.siteId)
      throw new Refusal('PERMISSION_DENIED', 'This API key belongs to another site.')
    return {
      kind: 'admin',
      siteId: apiKey.siteId,
      apiKeyId: apiKey.apiKeyId,
      ...(apiKey.scopes && { permissions: apiKey.scopes }),
    }
  }

  async function findKnownApiKey(credential: string, now: Date): Promise<FoundApiKey | null> {
    const known = knownKeys.get(credential)
    if (known && known.until > now.getTime()) return known.apiKey
    const found = await findApiKey(sql, credential)
    const apiKey = found?.expiresAt && found.expiresAt <= now ? null : found
    if (!apiKey) {
      knownKeys.delete(credential)
      return null
    }
    if (knownKeys.size >= KNOWN_KEYS_MAX) knownKeys.clear()
    knownKeys.set(credential, { apiKey, until: now.getTime() + KNOWN_KEY_MILLISECONDS })
    return apiKey
  }
}

/** @throws InvalidRequest without a site (api 2.1.2) */
function siteOfHeader(headers: Headers): string {
  const siteId = headers['wix-site-id']
  if (typeof siteId !== 'string' || !isGuid(siteId))
    throw invalid('wix-site-id', 'must be a header with the site id', 'GUID')
  return siteId.toLowerCase()
}

/** How long a revoked key may still work in a process that has just used it. */
const KNOWN_KEY_MILLISECONDS = 5000
const KNOWN_KEYS_MAX = 1000
const KNOWN_GUESTS_MAX = 20_000

function unauthenticated(description: string): Refusal {
  return new Refusal('UNAUTHENTICATED', description)
}
