import { createHash, createHmac } from 'node:crypto'
import type { Keys } from '../identities/keys.ts'
import { type InvalidRequest, invalid } from '../refusals.ts'
import type { Namespaces } from '../wire/extended-fields.ts'

export const STAFF_STATUSES = ['PENDING', 'HAS_ACCESS', 'ACCESS_PAUSED'] as const
export type StaffStatus = (typeof STAFF_STATUSES)[number]

/** Somebody who works at the door with a personal login link instead of an account (events 9.1). */
export type StaffMember = {
  siteId: string
  staffMemberId: string
  revision: number
  name: string
  permissions: string[]
  /** Of the events given, those that still exist (events 9.5.14); null: all of the site, later ones included. */
  eventIds: string[] | null
  status: StaffStatus
  extendedFields: Namespaces | null
  createdAt: Date
  updatedAt: Date
}

/**
 * The token in a staff member's login link. It is derived, not stored, so that the link can be shown again while the
 * database holds only its hash.
 */
export function loginTokenOf(keys: Keys, { siteId, staffMemberId }: { siteId: string; staffMemberId: string }): string {
  return createHmac('sha256', keys.links).update(`staff-login:${siteId}:${staffMemberId}`).digest('base64url')
}

export function loginHashOf(loginToken: string): Buffer {
  return createHash('sha256').update(loginToken).digest()
}

/**
 * Why `to` cannot be set by an update, or null (events 9.2, 9.5.6). inferred: only a login ends PENDING with access, and
 * a link that nobody used yet can be paused too.
 */
export function refusalToSetStatus(from: StaffStatus, to: StaffStatus): InvalidRequest | null {
  if (to === from || to === 'ACCESS_PAUSED') return null
  if (to === 'PENDING') return invalid('staffMember.status', 'cannot become PENDING again', 'NOT_THIS_WAY')
  return from === 'PENDING'
    ? invalid('staffMember.status', 'becomes HAS_ACCESS with the first login', 'NOT_THIS_WAY')
    : null
}
