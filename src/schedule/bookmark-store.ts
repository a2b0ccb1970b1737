import type { Db, Tx } from '../db/connect.ts'
import type { ScheduleItem } from './model.ts'
import { columns, seen } from './store.ts'

/** Whose bookmark of which item. */
export type Bookmark = { siteId: string; memberId: string; eventId: string; itemId: string }

/** One that is there already stays as it is (events 7.3). */
export async function insertBookmark(
  tx: Tx,
  { siteId, memberId, eventId, itemId }: Bookmark,
  now: Date,
): Promise<void> {
  await tx`
    insert into schedule_bookmarks (site_id, member_id, event_id, schedule_item_id, created_at)
    values (${siteId}, ${memberId}, ${eventId}, ${itemId}, ${now})
        on conflict do nothing`
}

export async function deleteBookmark(tx: Tx, { siteId, memberId, eventId, itemId }: Bookmark): Promise<void> {
  await tx`
    delete from schedule_bookmarks
     where site_id = ${siteId}
       and member_id = ${memberId}
       and event_id = ${eventId}
       and schedule_item_id = ${itemId}`
}

/** The items that a member has bookmarked and may still see (events 7.4), in the order of the schedule. */
export async function listBookmarked(
  db: Db,
  { siteId, memberId, eventId }: Omit<Bookmark, 'itemId'>,
): Promise<ScheduleItem[]> {
  return db<ScheduleItem[]>`
    select ${columns(db)}
      from schedule_bookmarks
      join schedule_items using (site_id, event_id, schedule_item_id)
     where schedule_bookmarks.site_id = ${siteId}
       and schedule_bookmarks.member_id = ${memberId}
       and schedule_bookmarks.event_id = ${eventId}
       and ${seen(db, true)}
     order by schedule_items.start_at, schedule_items.end_at, schedule_items.schedule_item_id`
}

/** How many members have bookmarked each item of an event, the most wanted first; what nobody has, is not among them. */
export async function countBookmarks(
  db: Db,
  { siteId, eventId, limit }: { siteId: string; eventId: string; limit: number },
): Promise<{ itemId: string; count: number }[]> {
  return db<{ itemId: string; count: number }[]>`
    select schedule_item_id as item_id, count(*)::integer as count
      from schedule_bookmarks
     where site_id = ${siteId}
       and event_id = ${eventId}
     group by schedule_item_id
     order by count desc, schedule_item_id
     limit ${limit}`
}
