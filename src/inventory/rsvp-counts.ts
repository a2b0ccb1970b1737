import { noteChange } from '../db/changes.ts'
import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'

export type RsvpStatus = 'YES' | 'NO' | 'WAITLIST'

/** How many answered an event how: RSVPs, and the people behind them (events 3.2, 13.4.9). */
export type RsvpCounts = {
  eventId: string
  /** Of those who come; null: unlimited. */
  guestLimit: number | null
  yesRsvps: number
  yesGuests: number
  waitlistRsvps: number
  waitlistGuests: number
  noRsvps: number
  noGuests: number
}

/** RSVPs that come to be counted under a status, or, with negative numbers, no longer are. */
export type RsvpMovement = {
  eventId: string
  status: RsvpStatus
  rsvps: number
  guests: number
  /** Whether they may go beyond the limit, because somebody who may said so (events 13.4.13). */
  beyondLimit?: boolean
}

/** Places that are left for guests; null when unlimited. */
export function placesLeft({ guestLimit, yesGuests }: Pick<RsvpCounts, 'guestLimit' | 'yesGuests'>): number | null {
  return guestLimit === null ? null : Math.max(0, guestLimit - yesGuests)
}

/** The counts of each event; events that nobody has answered are not among them. */
export async function rsvpCountsOf(
  db: Db,
  siteId: string,
  eventIds: readonly string[],
): Promise<Map<string, RsvpCounts>> {
  if (eventIds.length === 0) return new Map()
  const rows = await db<RsvpCounts[]>`
    select ${columns(db)}
      from rsvp_counts
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})`
  return new Map(rows.map(counts => [counts.eventId, counts]))
}

/** Locks the counts of events, always in id order; every event must have some. */
export async function lockRsvpCounts(tx: Tx, siteId: string, eventIds: readonly string[]): Promise<RsvpCounts[]> {
  if (eventIds.length === 0) return []
  return tx<RsvpCounts[]>`
    select ${columns(tx)}
      from rsvp_counts
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})
     order by event_id
       for update`
}

/** The same for one event, whose row is shared or locked already; with the first answer the counts are made. */
export async function lockOrCreateRsvpCounts(
  tx: Tx,
  { siteId, eventId, guestLimit }: { siteId: string; eventId: string; guestLimit: number | null },
): Promise<RsvpCounts> {
  const [known] = await lockRsvpCounts(tx, siteId, [eventId])
  if (known) return known
  await tx`
    insert into rsvp_counts (site_id, event_id, guest_limit)
    values (${siteId}, ${eventId}, ${guestLimit})
        on conflict (site_id, event_id) do nothing`
  const [made] = await lockRsvpCounts(tx, siteId, [eventId])
  if (!made) throw new Error('the counts of an event were made and are gone')
  return made
}

/** Sets the limit of a locked event. One below the number of those who come is taken: nobody is sent away. */
export async function setGuestLimit(
  tx: Tx,
  { siteId, eventId, guestLimit }: { siteId: string; eventId: string; guestLimit: number | null },
): Promise<void> {
  await tx`
    update rsvp_counts
       set guest_limit = ${guestLimit}::integer,
           overbooked = coalesce(greatest(0, yes_guests - ${guestLimit}::integer), 0)
     where site_id = ${siteId}
       and event_id = ${eventId}`
}

/**
 * Applies all movements in one statement, to counts that the transaction has locked. `overbooked` grows only with
 * `beyondLimit`; anything else beyond the limit breaks rsvp_counts_never_over_limit.
 */
export async function moveRsvpCounts(
  tx: Tx,
  siteId: string,
  { locked, movements }: { locked: readonly RsvpCounts[]; movements: readonly RsvpMovement[] },
): Promise<void> {
  const moved = [...Map.groupBy(movements, each => each.eventId)].map(([eventId, ofEvent]) => ({
    event_id: eventId,
    ...sums(ofEvent, 'YES', 'yes'),
    ...sums(ofEvent, 'WAITLIST', 'waitlist'),
    ...sums(ofEvent, 'NO', 'no'),
    beyond_limit: ofEvent.some(each => each.beyondLimit),
  }))
  if (moved.length === 0) return
  const rows = await tx<RsvpCounts[]>`
    update rsvp_counts
       set yes_rsvps = rsvp_counts.yes_rsvps + moved.yes_rsvps,
           yes_guests = rsvp_counts.yes_guests + moved.yes_guests,
           waitlist_rsvps = rsvp_counts.waitlist_rsvps + moved.waitlist_rsvps,
           waitlist_guests = rsvp_counts.waitlist_guests + moved.waitlist_guests,
           no_rsvps = rsvp_counts.no_rsvps + moved.no_rsvps,
           no_guests = rsvp_counts.no_guests + moved.no_guests,
           overbooked = case
             when moved.beyond_limit then greatest(
               rsvp_counts.overbooked,
               rsvp_counts.yes_guests + moved.yes_guests - rsvp_counts.guest_limit
             )
             else least(
               rsvp_counts.overbooked,
               greatest(0, rsvp_counts.yes_guests + moved.yes_guests - rsvp_counts.guest_limit)
             )
           end
      from jsonb_to_recordset(${jsonb(tx, moved)}) as moved (
             event_id uuid, yes_rsvps integer, yes_guests integer, waitlist_rsvps integer, waitlist_guests integer,
             no_rsvps integer, no_guests integer, beyond_limit boolean
           )
     where rsvp_counts.site_id = ${siteId}
       and rsvp_counts.event_id = moved.event_id
    returning ${columns(tx)}`
  // Of these numbers guests are shown one thing: whether the event is full.
  const before = new Map(locked.map(counts => [counts.eventId, placesLeft(counts) === 0]))
  if (rows.some(counts => (placesLeft(counts) === 0) !== before.get(counts.eventId)))
    noteChange(tx, { kind: 'content', siteId })
}

function sums<const N extends string>(movements: readonly RsvpMovement[], status: RsvpStatus, name: N) {
  const ofStatus = movements.filter(each => each.status === status)
  return {
    [`${name}_rsvps`]: ofStatus.reduce((sum, { rsvps }) => sum + rsvps, 0),
    [`${name}_guests`]: ofStatus.reduce((sum, { guests }) => sum + guests, 0),
  }
}

function columns(db: Db): Fragment {
  return db`
    rsvp_counts.event_id, rsvp_counts.guest_limit, rsvp_counts.yes_rsvps, rsvp_counts.yes_guests,
    rsvp_counts.waitlist_rsvps, rsvp_counts.waitlist_guests, rsvp_counts.no_rsvps, rsvp_counts.no_guests`
}
