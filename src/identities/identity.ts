import type { Actor } from '../activity/record.ts'
import { Refusal } from '../refusals.ts'
import type { Permission, Role } from './permissions.ts'

/** Who asks (design.md section 4, spec/ticketing.md section 2). Every identity belongs to one site. */
export type Identity =
  | { kind: 'visitor'; siteId: string; visitorId: string }
  | { kind: 'member'; siteId: string; visitorId: string; memberId: string }
  | {
      kind: 'staff'
      siteId: string
      staffMemberId: string
      permissions: readonly Permission[]
      /** null: all events of the site. */
      eventIds: readonly string[] | null
      address?: string
    }
  | {
      kind: 'admin'
      siteId: string
      apiKeyId: string
      /** What its key was limited to; everything, where it was not. */
      permissions?: readonly Permission[]
      /** From where; set at the edge, and of those who act for the site alone. Guests' addresses are not kept. */
      address?: string
    }
  | {
      kind: 'organizer'
      siteId: string
      accountId: string
      role: Role
      permissions: readonly Permission[]
      address?: string
    }

/** The visitor and member behind a purchase; null for those who act for the site (R23). */
export function buyerOf(identity: Identity): { visitorId: string | null; memberId: string | null } {
  switch (identity.kind) {
    case 'visitor':
      return { visitorId: identity.visitorId, memberId: null }
    case 'member':
      return { visitorId: identity.visitorId, memberId: identity.memberId }
    case 'staff':
    case 'organizer':
    case 'admin':
      return { visitorId: null, memberId: null }
  }
}

/** Whether `identity` is the guest who made something (R24, R25). Who acts for the site needs a permission instead. */
export function owns(identity: Identity, owner: { visitorId: string | null; memberId: string | null }): boolean {
  switch (identity.kind) {
    case 'visitor':
      return owner.visitorId === identity.visitorId
    case 'member':
      return owner.memberId === identity.memberId || owner.visitorId === identity.visitorId
    case 'staff':
    case 'organizer':
    case 'admin':
      return false
  }
}

/** Whether `identity` acts for the site rather than for itself: organizer, app or staff. */
export function actsForSite(
  identity: Identity,
): identity is Extract<Identity, { kind: 'admin' | 'organizer' | 'staff' }> {
  return identity.kind === 'admin' || identity.kind === 'organizer' || identity.kind === 'staff'
}

/** Whether a staff member was given `eventId`; everyone else is limited by permissions alone. */
export function mayActOn(identity: Identity, eventId: string): boolean {
  return identity.kind !== 'staff' || identity.eventIds === null || identity.eventIds.includes(eventId)
}

export function refuseOtherEvents(identity: Identity, eventId: string): void {
  if (!mayActOn(identity, eventId))
    throw new Refusal('PERMISSION_DENIED', 'You were not given this event.', { eventId })
}

/** The events that a list shows to `identity`: those asked for (none: all), narrowed to what a staff member was given. */
export function visibleEvents(identity: Identity, asked: readonly string[]): readonly string[] {
  if (identity.kind !== 'staff' || identity.eventIds === null) return asked
  if (asked.length === 0) return identity.eventIds
  for (const eventId of asked) refuseOtherEvents(identity, eventId)
  return asked
}

/** What is written down of who did something: kind and id, and of those who act for the site from where. */
export function actorOf(identity: Identity): Actor {
  switch (identity.kind) {
    case 'visitor':
      return { kind: 'visitor', id: identity.visitorId }
    case 'member':
      return { kind: 'member', id: identity.memberId }
    case 'staff':
      return { kind: 'staff', id: identity.staffMemberId, ...addressOf(identity) }
    case 'organizer':
      return { kind: 'organizer', id: identity.accountId, ...addressOf(identity) }
    case 'admin':
      return { kind: 'admin', id: identity.apiKeyId, ...addressOf(identity) }
  }
}

function addressOf({ address }: { address?: string }): { address?: string } {
  return address === undefined ? {} : { address }
}
