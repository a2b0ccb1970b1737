import type { Db, Fragment } from '../db/connect.ts'
import { saysAll } from '../wire/plain-words.ts'

/** Which shows a guest looks for, and which of them: `limit` from `offset` on. */
export type UpcomingSearch = {
  /** Each must be found in title, description, place or city; spelled as `plainWords` does. */
  words: readonly string[]
  categoryId: string | null
  limit: number
  offset: number
}

/** A show that is still to come or going on: an event, or the next occurrence of a recurring one (events 2.2). */
export type Show = { eventId: string; moreDates: number; nextSaleAt: Date | null }

/** The shows of a page, soonest first and those without a date last, and how many there are on all pages. */
export async function listUpcoming(
  db: Db,
  siteId: string,
  { words, categoryId, limit, offset }: UpcomingSearch,
  now: Date,
): Promise<{ shows: Show[]; total: number }> {
  const inCategory = categoryId
    ? db`exists (
           select from category_events
            where category_events.site_id = events.site_id
              and category_events.event_id = events.event_id
              and category_events.category_id = ${categoryId}
         )`
    : db`true`
  const found = db`
    with found as (
           select events.event_id, events.start_at,
                  row_number() over show as nth,
                  count(*) over (partition by coalesce(events.series_id, events.event_id)) - 1 as more_dates
             from events
            where ${upcoming(db, siteId, now)}
              and ${inCategory}
              and ${sayingAll(db, words)}
           window show as (
                  partition by coalesce(events.series_id, events.event_id)
                  order by events.start_at nulls last, events.event_id
                  )
         )`
  const [shows, [counted]] = await Promise.all([
    db<Show[]>`
      ${found}
      select found.event_id, found.more_dates::integer as more_dates,
             (
               select min(definition.sale_start_at)
                 from ticket_definitions as definition
                where definition.site_id = ${siteId}
                  and definition.event_id = found.event_id
                  and definition.deleted_at is null
                  and not definition.hidden
                  and definition.sale_start_at > ${now}
             ) as next_sale_at
        from found
       where found.nth = 1
       order by found.start_at nulls last, found.event_id
       limit ${limit}
      offset ${offset}`,
    db<{ total: number }[]>`${found} select count(*)::integer as total from found where nth = 1`,
  ])
  return { shows: [...shows], total: counted?.total ?? 0 }
}

/** The categories that guests may choose from: visible ones with a show to come, by name. */
export async function listUpcomingCategories(
  db: Db,
  siteId: string,
  now: Date,
): Promise<{ id: string; name: string }[]> {
  return db<{ id: string; name: string }[]>`
    select categories.category_id as id, categories.name
      from categories
     where categories.site_id = ${siteId}
       and not categories.states && '{HIDDEN,RECURRING_EVENT}'
       and exists (
             select from category_events
               join events using (site_id, event_id)
              where category_events.site_id = categories.site_id
                and category_events.category_id = categories.category_id
                and ${upcoming(db, siteId, now)}
           )
     order by categories.name, categories.category_id
     limit ${CATEGORIES_MAX}`
}

const CATEGORIES_MAX = 50

/** The other dates of a recurring event that guests can still come to, soonest first. */
export async function listOtherDates(
  db: Db,
  { siteId, eventId, seriesId }: { siteId: string; eventId: string; seriesId: string },
  now: Date,
): Promise<{ slug: string; startAt: Date; timeZone: string }[]> {
  return db<{ slug: string; startAt: Date; timeZone: string }[]>`
    select events.slug, events.start_at, events.time_zone
      from events
     where ${upcoming(db, siteId, now)}
       and events.series_id = ${seriesId}
       and events.event_id <> ${eventId}
       and events.start_at is not null
     order by events.start_at, events.event_id
     limit ${DATES_MAX}`
}

const DATES_MAX = 100

function upcoming(db: Db, siteId: string, now: Date): Fragment {
  return db`
    events.site_id = ${siteId}
    and events.published_at is not null
    and events.canceled_at is null
    and (events.end_at is null or events.end_at > ${now})`
}

/** Whether an event says all the words. */
export function sayingAll(db: Db, words: readonly string[]): Fragment {
  const said = db`concat_ws(' ', events.title, events.short_description, events.location ->> 'name',
                            events.location #>> '{address,city}')`
  return saysAll(db, said, words)
}
