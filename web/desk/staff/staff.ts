/** Somebody who works at the door with a link of their own instead of an account (events section 9). */
export type StaffMember = {
  id: string
  revision: string
  name: string
  allEvents?: object
  specificEvents?: { events: string[] }
  permissions: StaffPermission[]
  status: 'PENDING' | 'HAS_ACCESS' | 'ACCESS_PAUSED'
  createdDate: string
  updatedDate: string
  loginLink?: string
}

/** In the order in which they are offered. */
export const STAFF_PERMISSIONS = [
  'CHECK_IN_GUESTS',
  'SELL_TICKETS',
  'ADD_GUESTS',
  'READ_GUEST_FORM',
  'READ_ANALYTICS',
] as const
export type StaffPermission = (typeof STAFF_PERMISSIONS)[number]

/** Bounds of the API (events 9.4). */
export const NAME_LENGTH_MAX = 120
export const PERMISSIONS_MAX = 4
export const EVENTS_MAX = 50

export const STAFF = '/events/v1/staff-members'

/** Where somebody works: at every event, at this one alone, or at chosen ones. */
export type Scope = 'all' | 'this' | 'chosen'

/** What is typed of a staff member. */
export type Typed = { name: string; permissions: StaffPermission[]; scope: Scope; events: string[] }

export function newcomer(): Typed {
  return { name: '', permissions: ['CHECK_IN_GUESTS'], scope: 'this', events: [] }
}

export function typedOf({ name, permissions, specificEvents }: StaffMember, eventId: string): Typed {
  const events = specificEvents?.events
  const scope = !events ? 'all' : events.length === 1 && events[0] === eventId ? 'this' : 'chosen'
  return { name, permissions, scope, events: events ?? [] }
}

/** What is sent of it; its place of work as a whole, for the API replaces that (events 9.5.2). */
export function sentOf({ name, permissions, scope, events }: Typed, eventId: string): object {
  return {
    name: name.trim(),
    permissions,
    ...(scope === 'all' ? { allEvents: {} } : { specificEvents: { events: scope === 'this' ? [eventId] : events } }),
  }
}
