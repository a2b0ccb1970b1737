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
