import { createHash } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { Keys } from './keys.ts'

/** What a token of ours says. Staff tokens name the member only: what it may do is read at each use. */
export type TokenClaims =
  | { kind: 'visitor'; siteId: string; visitorId: string }
  | { kind: 'member'; siteId: string; visitorId: string; memberId: string }
  | { kind: 'staff'; siteId: string; staffMemberId: string; deviceId: string }

export type TokenUse = 'access' | 'refresh'

/** Visitor and member access tokens live 4 hours (api 2.2.1). */
export const ACCESS_SECONDS = 14_400

/** @param seconds null: until its owner is removed or suspended (refresh and staff tokens) */
export async function signToken(keys: Keys, use: TokenUse, claims: TokenClaims, now: Date, seconds: number | null) {
  const token = new SignJWT({ ...claims, use }).setProtectedHeader({ alg: 'HS256' }).setIssuedAt(now)
  if (seconds !== null) token.setExpirationTime(new Date(now.getTime() + seconds * 1000))
  return token.sign(keys.tokens)
}

/** The claims of a token that we signed for `use` and that has not expired, else null. */
export async function readToken(keys: Keys, use: TokenUse, token: string, now: Date): Promise<VerifiedToken | null> {
  const key = createHash('sha256').update(use).update(token).digest('base64')
  const known = VERIFIED.get(key)
  if (known && known.keys === keys) return known.token.expiresAt > now.getTime() ? known.token : null
  try {
    const { payload } = await jwtVerify(token, keys.tokens, { algorithms: ['HS256'], currentDate: now })
    if (payload.use !== use) return null
    const verified = {
      claims: payload as JWTPayload & TokenClaims, // we alone hold the key, and sign only these shapes
      issuedAt: (payload.iat ?? 0) * 1000,
      expiresAt: payload.exp === undefined ? Number.POSITIVE_INFINITY : payload.exp * 1000,
    }
    if (VERIFIED.size >= VERIFIED_MAX) VERIFIED.clear()
    VERIFIED.set(key, { keys, token: verified })
    return verified
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

export type VerifiedToken = { claims: TokenClaims; issuedAt: number; expiresAt: number }

// A buyer's token comes back with every request; checking its signature anew each time costs more than all else there.
const VERIFIED = new Map<string, { keys: Keys; token: VerifiedToken }>()
const VERIFIED_MAX = 20_000
