import type { Identity } from '../identities/identity.ts'
import { actsForSite } from '../identities/identity.ts'
import type { Memory } from './memory.ts'
import type { Remembered } from './remembered.ts'

/** Whoever acts for the site may be shown more; all others are shown the same, so that it can be remembered. */
export function isGuest(identity: Identity): boolean {
  return !actsForSite(identity)
}

/** The event for a guest, from memory if it can be; null for others, and where there is no such event. */
export function eventForGuest(
  memory: Memory,
  identity: Identity,
  eventId: string | null,
  now: Date,
): Remembered | null | Promise<Remembered | null> {
  if (eventId === null || !isGuest(identity)) return null
  const named = { siteId: identity.siteId, eventId }
  return memory.recall(named, now) ?? memory.read(named, now)
}
