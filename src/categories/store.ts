import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { type Paged, type PageRead, pageOf } from '../wire/pages.ts'
import { compileQuery, type QueryRules, type WireQuery } from '../wire/query.ts'
import type { Assignment, Category, CategoryState, EventCounts } from './model.ts'

export async function insertCategories(tx: Tx, siteId: string, categories: readonly Category[]): Promise<void> {
  const rows = categories.map(({ categoryId, revision, name, states, createdAt }) => ({
    category_id: categoryId,
    revision,
    name,
    states,
    created_at: createdAt,
  }))
  await tx`
    insert into categories (site_id, category_id, revision, name, states, created_at)
    select ${siteId}, category_id, revision, name, states, created_at
      from jsonb_to_recordset(${jsonb(tx, rows)}) as new (
             category_id uuid, revision integer, name text, states text[], created_at timestamptz
           )`
}

/** The category, locked until the transaction ends. */
export async function lockCategory(tx: Tx, siteId: string, categoryId: string): Promise<Category | null> {
  const [row] = await tx<Category[]>`
    select ${columns(tx)}
      from categories
     where site_id = ${siteId}
       and category_id = ${categoryId}
       for no key update`
  return row ?? null
}

/** The ids of those that exist, locked in id order: before any event. */
export async function lockCategories(tx: Tx, siteId: string, categoryIds: readonly string[]): Promise<string[]> {
  const rows = await tx<{ categoryId: string }[]>`
    select category_id
      from categories
     where site_id = ${siteId}
       and category_id = any(${categoryIds as string[]}::uuid[])
     order by category_id
       for no key update`
  return rows.map(({ categoryId }) => categoryId)
}

/** The ids of those that exist, locked in id order, so that their categories cannot grow past the limit. */
export async function lockEvents(tx: Tx, siteId: string, eventIds: readonly string[]): Promise<string[]> {
  const rows = await tx<{ eventId: string }[]>`
    select event_id
      from events
     where site_id = ${siteId}
       and event_id = any(${eventIds as string[]}::uuid[])
     order by event_id
       for no key update`
  return rows.map(({ eventId }) => eventId)
}

export type CategoryChange = { categoryId: string; name: string | null; states: CategoryState[] | null }

/** Changes what is not null and counts the revision up. */
export async function updateCategory(tx: Tx, siteId: string, change: CategoryChange): Promise<Category | null> {
  const [row] = await tx<Category[]>`
    update categories
       set name = coalesce(${change.name}, name),
           states = coalesce(${change.states}::text[], states),
           revision = revision + 1
     where site_id = ${siteId}
       and category_id = ${change.categoryId}
    returning ${columns(tx)}`
  return row ?? null
}

export async function deleteCategory(tx: Tx, siteId: string, categoryId: string): Promise<Category | null> {
  const [row] = await tx<Category[]>`
    delete from categories
     where site_id = ${siteId}
       and category_id = ${categoryId}
    returning ${columns(tx)}`
  return row ?? null
}

/** Counts the revisions up of categories whose events changed; the new ones. */
export async function countUp(
  tx: Tx,
  siteId: string,
  categoryIds: readonly string[],
): Promise<{ categoryId: string; revision: number }[]> {
  return tx<{ categoryId: string; revision: number }[]>`
    update categories
       set revision = revision + 1
     where site_id = ${siteId}
       and category_id = any(${categoryIds as string[]}::uuid[])
    returning category_id, revision`
}

export async function listAssignments(db: Db, siteId: string, eventIds: readonly string[]): Promise<Assignment[]> {
  return db<Assignment[]>`
    select category_id, event_id
      from category_events
     where site_id = ${siteId}
       and event_id = any(${eventIds as string[]}::uuid[])`
}

/** Writes new assignments, in their order, at the end of their categories (events 8.6.3). */
export async function insertAssignments(tx: Tx, siteId: string, assignments: readonly Assignment[]): Promise<void> {
  const categoryIds = assignments.map(({ categoryId }) => categoryId)
  const eventIds = assignments.map(({ eventId }) => eventId)
  await tx`
    insert into category_events (site_id, category_id, event_id, sort_index)
    select ${siteId}, new.category_id, new.event_id, coalesce(old.last_index, 0) + new.position
      from unnest(${categoryIds}::uuid[], ${eventIds}::uuid[]) with ordinality as new (category_id, event_id, position)
      left join (
             select category_id, max(sort_index) as last_index
               from category_events
              where site_id = ${siteId}
                and category_id = any(${categoryIds}::uuid[])
              group by category_id
           ) as old using (category_id)`
}

/** Removes whatever of `eventIds` is in `categoryIds`; what was removed. */
export async function deleteAssignments(
  tx: Tx,
  siteId: string,
  { categoryIds, eventIds }: { categoryIds: readonly string[]; eventIds: readonly string[] },
): Promise<Assignment[]> {
  return tx<Assignment[]>`
    delete from category_events
     where site_id = ${siteId}
       and category_id = any(${categoryIds as string[]}::uuid[])
       and event_id = any(${eventIds as string[]}::uuid[])
    returning category_id, event_id`
}

export type Placement = { categoryId: string; eventId: string; referenceId: string; side: 'BEFORE' | 'AFTER' }

/** How many of the two events of a placement are in the category: 2 when they are and differ. */
export async function countPlaceable(tx: Tx, siteId: string, placement: Placement): Promise<number> {
  const [row] = await tx<{ count: number }[]>`
    select count(*) as count
      from category_events
     where site_id = ${siteId}
       and category_id = ${placement.categoryId}
       and event_id in (${placement.eventId}, ${placement.referenceId})`
  return row?.count ?? 0
}

/** Moves an event next to the reference and numbers the category's events anew; how many got another number. */
export async function placeEvent(
  tx: Tx,
  siteId: string,
  { categoryId, eventId, referenceId, side }: Placement,
): Promise<number> {
  const moved = await tx`
    with ranked as (
      select event_id, 2 * row_number() over (order by sort_index, event_id) as rank
        from category_events
       where site_id = ${siteId}
         and category_id = ${categoryId}
    ), wanted as (
      select ranked.event_id, row_number() over (
               order by case when ranked.event_id = ${eventId} then reference.rank + ${side === 'AFTER' ? 1 : -1}
                             else ranked.rank end
             ) as position
        from ranked
        join ranked as reference on reference.event_id = ${referenceId}
    )
    update category_events
       set sort_index = wanted.position
      from wanted
     where category_events.site_id = ${siteId}
       and category_events.category_id = ${categoryId}
       and category_events.event_id = wanted.event_id
       and category_events.sort_index <> wanted.position`
  return moved.count
}

/** The categories of an event that are not hidden, oldest first (events 8.5.10). */
export async function listCategoriesOf(db: Db, siteId: string, eventId: string): Promise<Category[]> {
  return db<Category[]>`
    select ${columns(db)}
      from categories
      join category_events using (site_id, category_id)
     where site_id = ${siteId}
       and event_id = ${eventId}
       and not 'HIDDEN' = any(states)
     order by categories.created_at, category_id`
}

/** api 6.5, events 8.5.12 */
const QUERY: QueryRules = {
  fields: {
    id: {
      sql: db => db`categories.category_id`,
      type: 'guid',
      operators: ['$eq', '$ne', '$in', '$nin', '$exists'],
      sortable: true,
    },
    name: {
      sql: db => db`categories.name`,
      type: 'text',
      operators: ['$eq', '$ne', '$in', '$nin', '$exists', '$startsWith'],
      sortable: true,
    },
    states: { sql: db => db`categories.states`, type: 'texts', operators: ['$eq', '$hasSome', '$hasAll', '$in'] },
    createdDate: {
      sql: db => db`categories.created_at`,
      type: 'instant',
      required: true,
      operators: [],
      sortable: true,
    },
  },
  defaultSort: [{ fieldName: 'createdDate', order: 'ASC' }],
  tieBreaker: db => db`categories.category_id`,
  limitDefault: 50,
  limitMax: 100,
}

export async function queryCategories(
  db: Db,
  siteId: string,
  { query: wire, withCounts }: { query: WireQuery | null | undefined; withCounts: boolean },
  now: Date,
): Promise<PageRead<Category & EventCounts>> {
  const query = compileQuery(db, QUERY, wire, now)
  const categories = await db<(Category & EventCounts & Paged)[]>`
    select ${columns(db)}, counted.assigned_events_count, counted.assigned_draft_events_count, ${query.page.key}
      from categories
      left join lateral (
             select count(*) filter (where events.published_at is not null) as assigned_events_count,
                    count(*) filter (where events.published_at is null) as assigned_draft_events_count
               from category_events
               join events using (site_id, event_id)
              where category_events.site_id = categories.site_id
                and category_events.category_id = categories.category_id
           ) as counted on ${withCounts}::boolean
     where categories.site_id = ${siteId}
       and ${query.where}
     ${query.page.rest}`
  const [row] = await db<{ total: number }[]>`
    select count(*) as total
      from categories
     where site_id = ${siteId}
       and ${query.where}`
  return pageOf(query, categories, row?.total ?? 0)
}

function columns(db: Db): Fragment {
  return db`categories.category_id, categories.revision, categories.name, categories.states, categories.created_at`
}
