import type { Db } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { getEvent } from '../events/store.ts'
import { type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allows } from '../identities/permissions.ts'
import { Refusal } from '../refusals.ts'
import { addMinutes } from '../time.ts'
import { escapeLike } from '../wire/query.ts'

/**
 * The events that a door may be at: published, not canceled; those that are not over first, the soonest first, then the
 * ones that ended, the last first. Without a word to look for nothing that ended more than half a day ago.
 * @param eventIds these alone; null: all of the site
 */
export async function listDoorEvents(
  db: Db,
  siteId: string,
  { eventIds, q, limit, now }: { eventIds: readonly string[] | null; q: string; limit: number; now: Date },
): Promise<string[]> {
  const over = addMinutes(now, -OVER_MINUTES)
  const named = eventIds && [...eventIds]
  const rows = await db<{ eventId: string }[]>`
    select event_id
      from events
     where site_id = ${siteId}
       and published_at is not null
       and canceled_at is null
       and (${named}::uuid[] is null or event_id = any(${named}::uuid[]))
       and ${q === '' ? db`(end_at is null or end_at > ${over})` : db`title ilike ${`%${escapeLike(q)}%`}`}
     order by coalesce(end_at <= ${over}, false),
              case when end_at <= ${over} then -extract(epoch from start_at) else extract(epoch from start_at) end,
              event_id
     limit ${limit}`
  return rows.map(({ eventId }) => eventId)
}

const OVER_MINUTES = 12 * 60

export type Counts = { admits: number; came: number; inside: number }

/** How many may come to events, how many of them have, and how many are inside now. */
export async function countsOf(db: Db, siteId: string, eventIds: readonly string[]): Promise<Map<string, Counts>> {
  if (eventIds.length === 0) return new Map()
  const rows = await db<(Counts & { eventId: string })[]>`
    select tickets.event_id, count(*) as admits, count(tickets.checked_in_at) as came,
           count(tickets.checked_in_at) - count(tickets.out_at) as inside
      from tickets
      join orders using (site_id, order_number)
     where tickets.site_id = ${siteId}
       and tickets.event_id = any(${[...eventIds]})
       and tickets.canceled_at is null
       and tickets.archived_at is null
       and orders.archived_at is null
     group by tickets.event_id
     union all
    select event_id, sum(total_guests)::bigint, sum(checked_in_guests)::bigint,
           sum(checked_in_guests - jsonb_array_length(jsonb_path_query_array(check_ins, '$[*] ? (exists(@.out))')))::bigint
      from rsvps
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})
       and status = 'YES'
     group by event_id`
  return new Map(rows.map(({ eventId, ...counts }) => [eventId, counts]))
}

/**
 * The event that somebody stands at the door of. Guests who answered are let in by a permission of its own.
 * @throws Refusal EVENT_NOT_FOUND, PERMISSION_DENIED
 */
export async function getDoorEvent(db: Db, eventId: string, identity: Identity): Promise<StoredEvent> {
  const event = await getEvent(db, identity.siteId, eventId.toLowerCase())
  refuseOtherEvents(identity, event.eventId)
  const permission = 'CHECK_IN'
  if (event.initialType === 'RSVP' && !allows(identity, permission))
    throw new Refusal('PERMISSION_DENIED', `This needs the permission ${permission}.`, { permission })
  return event
}
