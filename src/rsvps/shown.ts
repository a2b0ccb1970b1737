import type { Db } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { findEvent } from '../events/store.ts'
import { getSite, type Site } from '../sites/store.ts'
import type { Rsvp } from './model.ts'
import { findRsvp, findRsvpOfAnySite } from './store.ts'

/** An RSVP with everything that its pages and mails show. */
export type ShownRsvp = {
  rsvp: Rsvp
  event: StoredEvent
  /** In the RSVP's own locale. */
  site: Site
}

export async function findShownRsvp(db: Db, siteId: string, rsvpId: string): Promise<ShownRsvp | null> {
  const rsvp = await findRsvp(db, siteId, rsvpId)
  return rsvp && withSurroundings(db, rsvp)
}

/** The same of a code that we signed. */
export async function findRsvpOfCode(
  db: Db,
  { number: rsvpId, eventId }: { number: string; eventId: string },
): Promise<ShownRsvp | null> {
  const rsvp = await findRsvpOfAnySite(db, { rsvpId, eventId })
  return rsvp && withSurroundings(db, rsvp)
}

async function withSurroundings(db: Db, rsvp: Rsvp): Promise<ShownRsvp | null> {
  const { siteId, eventId, locale } = rsvp
  const [event, site] = await Promise.all([findEvent(db, siteId, eventId), getSite(db, siteId)])
  return event && { rsvp, event, site: { ...site, locale } }
}
