import { type Identity, owns } from './identity.ts'

/** Permissions that whoever acts for the site has and a guest has not; names after `WIX_EVENTS.` (api 1.5). */
const SITE_PERMISSIONS = [
  'MANAGE_EVENTS',
  'READ_DRAFT_EVENTS',
  'READ_EVENT_DASHBOARD',
  'READ_ONLINE_CONFERENCING',
  'MANAGE_CATEGORIES',
  'MANAGE_AUTO_CATEGORIES',
  'READ_CATEGORIES',
  'MANAGE_POLICIES',
  'MANAGE_AGENDA',
  'READ_NOTIFICATION_CONFIG',
  'UPDATE_NOTIFICATION_CONFIG',
  'READ_DRAFT_AGENDA',
  'STAFF_MEMBER_CREATE',
  'STAFF_MEMBER_READ',
  'STAFF_MEMBER_UPDATE',
  'STAFF_MEMBER_DELETE',
  'MANAGE_TICKET_DEFINITIONS',
  'READ_TICKET_DEFINITIONS',
  /** Coupons and benefits of pricing plans: money that buyers are let off. */
  'MANAGE_PROMOTIONS',
  'TICKET_RESERVATION_DELETE',
  'TICKET_RESERVATION_READ',
  'TICKET_RESERVATION_UPDATE',
  /** Limits, hidden definitions, price overrides, marking as paid (R28). */
  'BYPASS_SALE_RULES',
  'READ_ORDERS',
  'MANAGE_ORDERS',
  /** Money that nobody could place: the organizer's alone, no staff member's. */
  'DECIDE_PAYMENTS',
  'MANAGE_GIFT_CARDS',
  /** How a sale goes: tickets and money by time, definition, channel. */
  'READ_REPORTS',
  /** Taking whole lists of orders, tickets, guests and payments away as files: the organizer's alone. */
  'EXPORT_DATA',
  /** Forgetting who bought: the organizer's alone, for it cannot be undone. */
  'ANONYMIZE_ORDERS',
  'READ_EVENTS_SETTINGS',
  'UPDATE_EVENTS_SETTINGS',
  'READ_TICKETS',
  'MANAGE_TICKETS',
  /** Telling guests by mail, whenever. */
  'MANAGE',
  'CHECK-IN',
  'READ_RSVP',
  'MANAGE_RSVP',
  'CHECK_IN',
  /** Taking somebody more at the door of an event with RSVPs, whatever it says to guests. */
  'ADD_GUESTS',
  'READ_GUESTS',
  'READ_GUESTS_DETAILS',
  /** Work in the background: the organizer's alone. */
  'MANAGE_JOBS',
  /** What programs of others are told: the organizer's alone. */
  'MANAGE_WEBHOOKS',
  /** Following what changes, of all events and orders: the organizer's alone. */
  'READ_CHANGES',
  /** Who did what, from where. */
  'READ_ACTIVITIES',
  'READ_SITE',
  'MANAGE_SITE',
  /** Who works for the site, and as what. */
  'READ_MEMBERSHIPS',
  'MANAGE_MEMBERSHIPS',
  'MANAGE_API_KEYS',
] as const

/** Permissions that every identity has (R22 to R27, api 4.3); where the name says OWN, only over its own things. */
export const PUBLIC_PERMISSIONS = [
  'READ_EVENTS',
  'READ_POLICIES',
  'READ_AGENDA',
  'STAFF_MEMBER_ACTIVATE',
  'READ_AVAILABLE_TICKET_DEFINITIONS',
  'TICKET_RESERVATION_CREATE',
  'TICKET_RESERVATION_READ_OWN',
  'TICKET_RESERVATION_UPDATE_OWN',
  'CHECKOUT',
  'READ_CHECKOUT',
  'READ_INVOICE',
  'READ_ORDERS_OWN',
  'READ_TICKETS_OWN',
  'CREATE_RSVP',
  'READ_MEMBER_RSVP',
] as const

/** Permissions that members have besides, and who acts for the site (api 4.2); no visitor. */
const MEMBER_PERMISSIONS = ['READ_AGENDA_BOOKMARKS', 'MANAGE_AGENDA_BOOKMARKS'] as const

/** What an account is to a site. */
export const ROLES = ['OWNER', 'MANAGER', 'FINANCE', 'DOOR'] as const
export type Role = (typeof ROLES)[number]

/** What only owners may: who else may come in, with what keys, and what cannot be undone. */
const OWNERS_ALONE: ReadonlySet<Permission> = new Set([
  'MANAGE_MEMBERSHIPS',
  'MANAGE_API_KEYS',
  'MANAGE_SITE',
  'ANONYMIZE_ORDERS',
])

/** What each role may besides what everybody may. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  OWNER: [...SITE_PERMISSIONS, ...MEMBER_PERMISSIONS],
  MANAGER: [...SITE_PERMISSIONS, ...MEMBER_PERMISSIONS].filter(each => !OWNERS_ALONE.has(each)),
  /** Sees what was sold and decides about money; changes no event. */
  FINANCE: [
    'READ_DRAFT_EVENTS',
    'READ_EVENT_DASHBOARD',
    'READ_CATEGORIES',
    'READ_TICKET_DEFINITIONS',
    'READ_ORDERS',
    'MANAGE_ORDERS',
    'DECIDE_PAYMENTS',
    'MANAGE_GIFT_CARDS',
    'READ_REPORTS',
    'EXPORT_DATA',
    'MANAGE_PROMOTIONS',
    'READ_EVENTS_SETTINGS',
    'READ_TICKETS',
    'READ_GUESTS',
    'READ_GUESTS_DETAILS',
    'TICKET_RESERVATION_READ',
    'READ_SITE',
    'READ_MEMBERSHIPS',
  ],
  /** Lets people in. */
  DOOR: [
    'READ_EVENT_DASHBOARD',
    'READ_TICKET_DEFINITIONS',
    'CHECK-IN',
    'CHECK_IN',
    'READ_TICKETS',
    'READ_RSVP',
    'READ_GUESTS',
    'READ_GUESTS_DETAILS',
    'READ_SITE',
  ],
}

/** What a key may be limited to. */
export const SCOPES: readonly Permission[] = SITE_PERMISSIONS

export type Permission =
  | (typeof SITE_PERMISSIONS)[number]
  | (typeof PUBLIC_PERMISSIONS)[number]
  | (typeof MEMBER_PERMISSIONS)[number]

/** What each word of a staff member's `permissions` allows (events 9.5.11). */
export const STAFF_PERMISSIONS = {
  CHECK_IN_GUESTS: ['CHECK-IN', 'READ_TICKETS', 'CHECK_IN', 'READ_RSVP', 'READ_GUESTS', 'READ_GUESTS_DETAILS'],
  SELL_TICKETS: ['TICKET_RESERVATION_READ', 'TICKET_RESERVATION_UPDATE', 'MANAGE_ORDERS', 'READ_ORDERS'],
  ADD_GUESTS: ['ADD_GUESTS', 'MANAGE_ORDERS', 'READ_ORDERS', 'READ_TICKETS', 'READ_GUESTS'],
  READ_ANALYTICS: ['READ_ORDERS', 'READ_EVENT_DASHBOARD', 'READ_REPORTS'],
  READ_GUEST_FORM: ['READ_TICKETS', 'READ_RSVP', 'READ_GUESTS', 'READ_GUESTS_DETAILS'],
} as const satisfies Record<string, readonly Permission[]>

export function allows(identity: Identity, permission: Permission): boolean {
  if (PUBLIC.has(permission)) return true
  switch (identity.kind) {
    case 'visitor':
      return false
    case 'member':
      return MEMBER.has(permission)
    case 'staff':
    case 'organizer':
      return identity.permissions.includes(permission)
    case 'admin':
      return identity.permissions?.includes(permission) ?? true
  }
}

/** Whether `identity` may do this to something made by `owner`: as its own, or by permission over all of the site's. */
export function allowsOver(
  identity: Identity,
  permission: Permission,
  owner: { visitorId: string | null; memberId: string | null },
): boolean {
  return owns(identity, owner) || allows(identity, permission)
}

const PUBLIC: ReadonlySet<string> = new Set(PUBLIC_PERMISSIONS)
const MEMBER: ReadonlySet<string> = new Set(MEMBER_PERMISSIONS)
