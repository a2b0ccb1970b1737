import type { Db, Fragment, Tx } from '../db/connect.ts'
import { type Paged, type PageRead, pageOf } from '../wire/pages.ts'
import { compileQuery, type QueryRules, type WireQuery } from '../wire/query.ts'
import type { ScheduleItem, ScheduleItemContent, Shown } from './model.ts'

/** Whose schedules are read: guests see published, visible items of published events only (events 6.5.16). */
export type Sight = { siteId: string; asGuest: boolean }

/** The next number in the history of an event's schedule, which has no revision; asked under `lockEvent`. */
export async function nextSequence(tx: Tx, siteId: string, eventId: string): Promise<number> {
  const [row] = await tx<{ next: number }[]>`
    select coalesce(max(sequence), 0) + 1 as next
      from activities
     where site_id = ${siteId}
       and entity_kind = 'schedule'
       and entity_id = ${eventId}`
  return row?.next ?? 1
}

export async function insertItem(tx: Tx, siteId: string, item: ScheduleItem): Promise<void> {
  await tx`
    insert into schedule_items (site_id, schedule_item_id, draft, event_id, name, start_at, end_at, time_zone,
                                description, stage_name, tags, hidden, status, created_at, updated_at)
    values (${siteId}, ${item.scheduleItemId}, ${item.draft}, ${item.eventId}, ${item.name}, ${item.startAt},
            ${item.endAt}, ${item.timeZone}, ${item.description}, ${item.stageName}, ${item.tags}::text[],
            ${item.hidden}, ${item.status}, ${item.createdAt}, ${item.updatedAt})`
}

/** An item's draft version within its event. */
export async function findDraftItem(
  db: Db,
  siteId: string,
  { eventId, itemId }: { eventId: string; itemId: string },
): Promise<ScheduleItem | null> {
  const [row] = await db<ScheduleItem[]>`
    select ${columns(db)}
      from schedule_items
     where site_id = ${siteId}
       and schedule_item_id = ${itemId}
       and event_id = ${eventId}
       and draft`
  return row ?? null
}

/** The versions of an item that may be seen, of `eventId` when it is given. */
export async function listVersions(
  db: Db,
  { siteId, asGuest }: Sight,
  { itemId, eventId }: { itemId: string; eventId: string | null },
): Promise<ScheduleItem[]> {
  return db<ScheduleItem[]>`
    select ${columns(db)}
      from schedule_items
     where site_id = ${siteId}
       and schedule_item_id = ${itemId}
       and (${eventId}::uuid is null or event_id = ${eventId})
       and ${seen(db, asGuest)}`
}

/** Writes new content over an item's draft version. */
export async function updateDraftItem(
  tx: Tx,
  siteId: string,
  { itemId, content, now }: { itemId: string; content: ScheduleItemContent; now: Date },
): Promise<ScheduleItem | null> {
  const [row] = await tx<ScheduleItem[]>`
    update schedule_items
       set name = ${content.name},
           start_at = ${content.startAt},
           end_at = ${content.endAt},
           time_zone = ${content.timeZone},
           description = ${content.description},
           stage_name = ${content.stageName},
           tags = ${content.tags}::text[],
           hidden = ${content.hidden},
           status = ${content.status},
           updated_at = ${now}
     where site_id = ${siteId}
       and schedule_item_id = ${itemId}
       and draft
    returning ${columns(tx)}`
  return row ?? null
}

/** Removes those of `itemIds` that the event's draft has; their ids. */
export async function deleteDraftItems(
  tx: Tx,
  siteId: string,
  { eventId, itemIds }: { eventId: string; itemIds: readonly string[] },
): Promise<string[]> {
  const rows = await tx<{ scheduleItemId: string }[]>`
    delete from schedule_items
     where site_id = ${siteId}
       and event_id = ${eventId}
       and schedule_item_id = any(${itemIds as string[]}::uuid[])
       and draft
    returning schedule_item_id`
  return rows.map(({ scheduleItemId }) => scheduleItemId)
}

/** From when to when an event's draft goes; null when it is empty. */
export async function findDraftSpan(
  db: Db,
  siteId: string,
  eventId: string,
): Promise<{ startAt: Date; endAt: Date } | null> {
  const [row] = await db<{ startAt: Date | null; endAt: Date | null }[]>`
    select min(start_at) as start_at, max(end_at) as end_at
      from schedule_items
     where site_id = ${siteId}
       and event_id = ${eventId}
       and draft`
  return row?.startAt && row.endAt ? { startAt: row.startAt, endAt: row.endAt } : null
}

/** Moves the whole draft in time and sets its zone. */
export async function moveDraft(
  tx: Tx,
  siteId: string,
  { eventId, milliseconds, timeZone, now }: { eventId: string; milliseconds: number; timeZone: string; now: Date },
): Promise<void> {
  await tx`
    update schedule_items
       set start_at = start_at + ${milliseconds}::double precision * interval '1 millisecond',
           end_at = end_at + ${milliseconds}::double precision * interval '1 millisecond',
           time_zone = ${timeZone},
           updated_at = ${now}
     where site_id = ${siteId}
       and event_id = ${eventId}
       and draft`
}

export type Version = 'DRAFT' | 'PUBLISHED'

export async function deleteVersion(tx: Tx, siteId: string, eventId: string, version: Version): Promise<void> {
  await tx`
    delete from schedule_items
     where site_id = ${siteId}
       and event_id = ${eventId}
       and draft = ${version === 'DRAFT'}`
}

/** Makes an event's `version`, empty by now, out of the other one. */
export async function copyVersion(tx: Tx, siteId: string, eventId: string, version: Version): Promise<void> {
  await tx`
    insert into schedule_items (site_id, schedule_item_id, draft, event_id, name, start_at, end_at, time_zone,
                                description, stage_name, tags, hidden, status, created_at, updated_at)
    select site_id, schedule_item_id, not draft, event_id, name, start_at, end_at, time_zone, description, stage_name,
           tags, hidden, status, created_at, updated_at
      from schedule_items
     where site_id = ${siteId}
       and event_id = ${eventId}
       and draft <> ${version === 'DRAFT'}`
}

/**
 * Whether draft and published schedule differ in anything but their dates of change: of the named events, or of any
 * when none is named (events 6.2.5).
 */
export async function hasUnpublishedChanges(db: Db, siteId: string, eventIds: readonly string[]): Promise<boolean> {
  const [row] = await db<{ differ: boolean }[]>`
    select exists (
             select schedule_item_id
               from schedule_items
              where site_id = ${siteId}
                and ${eventIds.length === 0 ? db`true` : db`event_id = any(${eventIds as string[]}::uuid[])`}
              group by schedule_item_id
             having count(*) <> 2
                 or count(distinct (name, start_at, end_at, time_zone, description, stage_name, tags, hidden,
                                    status)) <> 1
           ) as differ`
  return row?.differ ?? false
}

export type ListFilter = {
  shown: Shown
  eventIds: readonly string[]
  itemIds: readonly string[]
  tags: readonly string[]
  stageNames: readonly string[]
  startingFrom: Date | null
  startingBefore: Date | null
}

export async function listItems(
  db: Db,
  sight: Sight,
  { filter, limit, offset }: { filter: ListFilter; limit: number; offset: number },
): Promise<ScheduleItem[]> {
  return db<ScheduleItem[]>`
    select ${columns(db)}
      from schedule_items
     where ${listed(db, sight, filter)}
     order by start_at, end_at, schedule_item_id, draft
     limit ${limit}
    offset ${offset}`
}

export async function countItems(db: Db, sight: Sight, filter: ListFilter): Promise<number> {
  const [row] = await db<{ total: number }[]>`
    select count(*) as total
      from schedule_items
     where ${listed(db, sight, filter)}`
  return row?.total ?? 0
}

type FacetCount = { value: string; count: number }

export async function countByStage(db: Db, sight: Sight, filter: ListFilter): Promise<FacetCount[]> {
  return db<FacetCount[]>`
    select stage_name as value, count(*) as count
      from schedule_items
     where ${listed(db, sight, filter)}
       and stage_name is not null
     group by stage_name
     order by stage_name`
}

export async function countByTag(db: Db, sight: Sight, filter: ListFilter): Promise<FacetCount[]> {
  return db<FacetCount[]>`
    select tag as value, count(*) as count
      from schedule_items
     cross join unnest(tags) as tag
     where ${listed(db, sight, filter)}
     group by tag
     order by tag`
}

/** api 6.5, events 6.5.11 and 6.5.12 */
const QUERY: QueryRules = {
  fields: {
    id: { sql: db => db`schedule_items.schedule_item_id`, type: 'guid', ...comparable() },
    createdDate: { sql: db => db`schedule_items.created_at`, type: 'instant', required: true, ...comparable() },
    updatedDate: { sql: db => db`schedule_items.updated_at`, type: 'instant', required: true, ...comparable() },
    eventId: { sql: db => db`schedule_items.event_id`, type: 'guid', ...comparable() },
    name: { sql: db => db`schedule_items.name`, type: 'text', ...comparable() },
    description: {
      sql: db => db`schedule_items.description`,
      sortedBy: db => db`left(schedule_items.description, 200)`,
      type: 'text',
      ...comparable(),
    },
    stageName: { sql: db => db`schedule_items.stage_name`, type: 'text', ...comparable() },
    'timeSlot.start': { sql: db => db`schedule_items.start_at`, type: 'instant', ...comparable() },
    'timeSlot.end': { sql: db => db`schedule_items.end_at`, type: 'instant', ...comparable() },
  },
  // inferred: the REST reference's order, not that of the client's documentation (events 6.5.11)
  defaultSort: [
    { fieldName: 'timeSlot.start', order: 'ASC' },
    { fieldName: 'timeSlot.end', order: 'ASC' },
  ],
  tieBreaker: db => db`schedule_items.schedule_item_id`,
  limitDefault: 50,
  limitMax: 100,
}

function comparable() {
  return { operators: ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte'] as const, sortable: true }
}

/** Published items only (events 6.5.12). */
export async function queryItems(
  db: Db,
  { siteId, asGuest }: Sight,
  wire: WireQuery | null | undefined,
  now: Date,
): Promise<PageRead<ScheduleItem>> {
  const query = compileQuery(db, QUERY, wire, now)
  const matching = db`site_id = ${siteId} and not draft and ${seen(db, asGuest)} and ${query.where}`
  const items = await db<(ScheduleItem & Paged)[]>`
    select ${columns(db)}, ${query.page.key}
      from schedule_items
     where ${matching}
     ${query.page.rest}`
  const [row] = await db<{ total: number }[]>`
    select count(*) as total
      from schedule_items
     where ${matching}`
  return pageOf(query, items, row?.total ?? 0)
}

function listed(db: Db, { siteId, asGuest }: Sight, filter: ListFilter): Fragment {
  const { shown, eventIds, itemIds, tags, stageNames, startingFrom, startingBefore } = filter
  const anyOf = (column: Fragment, type: Fragment, values: readonly string[]) =>
    values.length === 0 ? db`true` : db`${column} = any(${values as string[]}::${type}[])`
  return db`
    site_id = ${siteId}
    and ${seen(db, asGuest)}
    and ((draft and ${shown.draft}) or (not draft and ${shown.published}))
    and ((hidden and ${shown.hidden}) or (not hidden and ${shown.visible}))
    and ${anyOf(db`event_id`, db`uuid`, eventIds)}
    and ${anyOf(db`schedule_item_id`, db`uuid`, itemIds)}
    and ${anyOf(db`stage_name`, db`text`, stageNames)}
    and ${tags.length === 0 ? db`true` : db`tags && ${tags as string[]}::text[]`}
    and (${startingFrom}::timestamptz is null or start_at >= ${startingFrom})
    and (${startingBefore}::timestamptz is null or start_at < ${startingBefore})`
}

export function seen(db: Db, asGuest: boolean): Fragment {
  if (!asGuest) return db`true`
  return db`(
    not schedule_items.draft
    and not schedule_items.hidden
    and exists (
      select
        from events
       where events.site_id = schedule_items.site_id
         and events.event_id = schedule_items.event_id
         and events.published_at is not null
    )
  )`
}

export function columns(db: Db): Fragment {
  return db`
    schedule_items.schedule_item_id, schedule_items.draft, schedule_items.event_id, schedule_items.name,
    schedule_items.start_at, schedule_items.end_at, schedule_items.time_zone, schedule_items.description,
    schedule_items.stage_name, schedule_items.tags, schedule_items.hidden, schedule_items.status,
    schedule_items.created_at, schedule_items.updated_at`
}
