import type { Db, Fragment } from '../db/connect.ts'
import { type EventStatus, hasStatusSql, type StoredEvent } from './model.ts'
import { columns, countByStatus } from './store.ts'
import { sayingAll } from './upcoming.ts'

/** Which events an organizer looks for. */
export type EventSearch = {
  siteId: string
  /** These alone, of who was given no more; none: all. */
  eventIds: readonly string[]
  withDrafts: boolean
  /** Each must be found in title, description, place or city; spelled as `plainWords` does. */
  words: readonly string[]
  status: EventStatus | null
  categoryId: string | null
  /** Those that take place within, a part of it at least; without a date none does. */
  from: Date | null
  to: Date | null
}

/** Events, drafts too: what is still to come first, soonest first and those without a date last; then what is over, latest first. */
export async function listFoundEvents(
  db: Db,
  search: EventSearch,
  { limit, offset }: { limit: number; offset: number },
  now: Date,
): Promise<StoredEvent[]> {
  return db<StoredEvent[]>`
    select ${columns(db)}
      from events
     cross join lateral (
             select coalesce(events.end_at <= ${now}, false) or events.canceled_at is not null as is_over
           ) as past
     where ${found(db, search, now)}
     order by past.is_over,
              case when not past.is_over then events.start_at end nulls last,
              events.start_at desc nulls last,
              events.event_id
     limit ${limit}
    offset ${offset}`
}

/** How many of them have each status, whichever is looked for. */
export async function countFoundEvents(
  db: Db,
  search: EventSearch,
  now: Date,
): Promise<{ status: EventStatus; count: number }[]> {
  return countByStatus(db, db`from events where ${found(db, { ...search, status: null }, now)}`, now)
}

function found(
  db: Db,
  { siteId, eventIds, withDrafts, words, status, categoryId, from, to }: EventSearch,
  now: Date,
): Fragment {
  const inCategory = db`
    exists (
      select from category_events
       where category_events.site_id = events.site_id
         and category_events.event_id = events.event_id
         and category_events.category_id = ${categoryId}
    )`
  return db`
    events.site_id = ${siteId}
    and ${eventIds.length > 0 ? db`events.event_id = any(${[...eventIds]}::uuid[])` : db`true`}
    and ${withDrafts ? db`true` : db`events.published_at is not null`}
    and ${status ? hasStatusSql(db, status, now) : db`true`}
    and ${categoryId ? inCategory : db`true`}
    and ${to ? db`events.start_at < ${to}` : db`true`}
    and ${from ? db`events.end_at >= ${from}` : db`true`}
    and ${sayingAll(db, words)}`
}
