import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '../identities/permissions.ts'

/** Who runs sites: a person with a password or a passkey. */
export type Account = { accountId: string; name: string; email: string; twoFactorEnabled: boolean }

/** What an account is to one site. */
export type Membership = {
  siteId: string
  accountId: string
  /** Of this stay: who comes back has another. */
  membershipId: string
  role: Role
  revision: number
  createdAt: Date
}

/** Somebody who is asked to work for a site, by a link that goes to `email`. */
export type Invitation = {
  siteId: string
  invitationId: string
  email: string
  role: Role
  revision: number
  createdAt: Date
  expiresAt: Date
  acceptedAt: Date | null
  revokedAt: Date | null
}

export const INVITATION_MINUTES = 7 * 24 * 60
/** Of one site, at one time. */
export const INVITATIONS_MAX = 100
export const MEMBERSHIPS_MAX = 500

/** 256 bits for a link; `hash` is what is kept of them. */
export function newSecret(): { secret: string; hash: Buffer } {
  const secret = randomBytes(32).toString('base64url')
  return { secret, hash: hashOfSecret(secret) }
}

export function hashOfSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

export function isOpen({ acceptedAt, revokedAt, expiresAt }: Invitation, now: Date): boolean {
  return acceptedAt === null && revokedAt === null && expiresAt > now
}
