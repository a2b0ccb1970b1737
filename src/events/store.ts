import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import type { StoredForm } from '../forms/model.ts'
import { overdueHolds } from '../inventory/store.ts'
import { Refusal } from '../refusals.ts'
import type { Paged } from '../wire/pages.ts'
import type { CompiledQuery } from '../wire/query.ts'
import {
  type EventStatus,
  figuresOf,
  hasStatusSql,
  type Occurrence,
  type Offered,
  type StoredEvent,
  statusSql,
  type TicketFigures,
} from './model.ts'

export async function findEvent(db: Db, siteId: string, eventId: string): Promise<StoredEvent | null> {
  const [row] = await db<StoredEvent[]>`
    select ${columns(db)}
      from events
     where site_id = ${siteId}
       and event_id = ${eventId}`
  return row ?? null
}

/** @throws Refusal EVENT_NOT_FOUND */
export async function getEvent(db: Db, siteId: string, eventId: string): Promise<StoredEvent> {
  const event = await findEvent(db, siteId, eventId)
  if (!event) throw eventNotFound(eventId)
  return event
}

export async function listEventsById(db: Db, siteId: string, eventIds: readonly string[]): Promise<StoredEvent[]> {
  if (eventIds.length === 0) return []
  return db<StoredEvent[]>`
    select ${columns(db)}
      from events
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})`
}

/**
 * The same, and nobody changes them until the transaction ends: who sells an event and who changes it take turns. Those
 * who sell it do not wait for each other.
 */
export async function shareEvents(tx: Tx, siteId: string, eventIds: readonly string[]): Promise<StoredEvent[]> {
  return tx<StoredEvent[]>`
    select ${columns(tx)}
      from events
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})
     order by event_id
       for key share`
}

export async function findEventBySlug(db: Db, siteId: string, slug: string): Promise<StoredEvent | null> {
  const [row] = await db<StoredEvent[]>`
    select ${columns(db)}
      from events
     where site_id = ${siteId}
       and slug = ${slug}`
  return row ?? null
}

/** @throws Refusal EVENT_NOT_FOUND */
export async function getEventBySlug(db: Db, siteId: string, slug: string): Promise<StoredEvent> {
  const event = await findEventBySlug(db, siteId, slug)
  if (!event) throw slugNotFound(slug)
  return event
}

/** The event, locked until the transaction ends. @throws Refusal EVENT_NOT_FOUND */
export async function lockEvent(tx: Tx, siteId: string, eventId: string): Promise<StoredEvent> {
  const [row] = await tx<StoredEvent[]>`
    select ${columns(tx)}
      from events
     where site_id = ${siteId}
       and event_id = ${eventId}
       for update`
  if (!row) throw eventNotFound(eventId)
  return row
}

export function slugNotFound(slug: string): Refusal {
  return new Refusal('EVENT_NOT_FOUND', 'There is no such event.', { slug })
}

export function eventNotFound(eventId: string): Refusal {
  return new Refusal('EVENT_NOT_FOUND', 'There is no such event.', { eventId })
}

export function columns(db: Db): Fragment {
  return db`
    events.site_id, events.event_id, events.revision, events.title, events.slug, events.short_description,
    events.detailed_description, events.description, events.main_image, events.location, events.date_tbd,
    events.date_tbd_message, events.start_at, events.end_at, events.time_zone, events.hide_end_date,
    events.show_time_zone, events.initial_type, events.registration_disabled, events.registration_paused,
    events.external_url, events.allowed_guest_types, events.rsvp_settings, events.guests_assigned_separately,
    events.ticket_limit_per_order, events.currency, events.tax_type, events.tax_name, events.tax_rate,
    events.tax_on_donations, events.reservation_minutes, events.auto_capture, events.offline_payment,
    events.guests_changeable, events.admission_minutes, events.reentry, events.gates,
    events.guest_list_public, events.online_conferencing, events.seo_settings, events.agenda_enabled, events.details_button_hidden,
    events.details_page_hidden, events.created_at, events.updated_at, events.published_at, events.canceled_at,
    events.canceled_by, events.series_id`
}

/** Writes new events; the ids of those whose slug was free. */
export async function insertEvents(tx: Tx, events: readonly StoredEvent[]): Promise<Set<string>> {
  const inserted = new Set<string>()
  // A statement takes 65,535 parameters.
  for (let at = 0; at < events.length; at += INSERTED_MAX) {
    const rows = events.slice(at, at + INSERTED_MAX).map(event => {
      const { siteId, eventId, createdAt } = event
      return { siteId, eventId, createdAt, ...writableColumns(tx, event) }
    })
    const written = await tx<{ eventId: string }[]>`
      insert into events ${tx(rows)}
          on conflict on constraint events_slug_is_taken do nothing
      returning event_id`
    for (const { eventId } of written) inserted.add(eventId)
  }
  return inserted
}

const INSERTED_MAX = 500

/** Writes all that can change of a locked event. A taken slug breaks the constraint events_slug_is_taken. */
export async function updateEvent(tx: Tx, event: StoredEvent): Promise<void> {
  await tx`
    update events
       set ${tx(writableColumns(tx, event))}
     where site_id = ${event.siteId}
       and event_id = ${event.eventId}`
}

function writableColumns(tx: Tx, event: StoredEvent) {
  const { siteId, eventId, createdAt, initialType, ...rest } = event
  return {
    ...rest,
    initialType,
    description: document(tx, event.description),
    mainImage: document(tx, event.mainImage),
    location: jsonb(tx, event.location),
    rsvpSettings: jsonb(tx, event.rsvpSettings),
    onlineConferencing: document(tx, event.onlineConferencing),
    seoSettings: jsonb(tx, event.seoSettings),
    canceledBy: document(tx, event.canceledBy),
  }
}

/** SQL null rather than the JSON one. */
function document(tx: Tx, value: unknown) {
  return value === null || value === undefined ? null : jsonb(tx, value)
}

/** Deletes locked events with their forms, policies, schedules and category assignments; each with its next revision. */
export async function deleteEvents(
  tx: Tx,
  { siteId, eventIds }: { siteId: string; eventIds: readonly string[] },
): Promise<{ eventId: string; revision: number }[]> {
  return tx`
    delete from events
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})
    returning event_id, revision + 1 as revision`
}

/** Cancels those of the locked events that can be canceled (`refusalToCancel`). */
export async function cancelEvents(
  tx: Tx,
  {
    siteId,
    eventIds,
    by,
    now,
  }: { siteId: string; eventIds: readonly string[]; by: { kind: string; id: string }; now: Date },
): Promise<{ eventId: string; revision: number }[]> {
  return tx`
    update events
       set canceled_at = ${now}, canceled_by = ${jsonb(tx, by)}, revision = revision + 1, updated_at = ${now}
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})
       and ${statusSql(tx, now)} in ('UPCOMING', 'STARTED')
    returning event_id, revision`
}

/** The next events that a filter finds, in id order; of those alone that are named, if any are. */
export type NextEvents = {
  /** The last one of before. */
  after: string | null
  limit: number
  where: Fragment
  createdBefore: Date
  eventIds: readonly string[] | null
}

export async function listNextEvents(db: Db, siteId: string, next: NextEvents): Promise<string[]> {
  const rows = await db<{ eventId: string }[]>`${nextEvents(db, siteId, next)}`
  return rows.map(({ eventId }) => eventId)
}

export async function lockNextEvents(tx: Tx, siteId: string, next: NextEvents): Promise<string[]> {
  const rows = await tx<{ eventId: string }[]>`${nextEvents(tx, siteId, next)} for update`
  return rows.map(({ eventId }) => eventId)
}

function nextEvents(db: Db, siteId: string, { after, limit, where, createdBefore, eventIds }: NextEvents): Fragment {
  const named = eventIds && [...eventIds]
  return db`
    select event_id
      from events
     where site_id = ${siteId}
       and (${after}::uuid is null or event_id > ${after}::uuid)
       and created_at <= ${createdBefore}
       and (${named}::uuid[] is null or event_id = any(${named}::uuid[]))
       and ${where}
     order by event_id
     limit ${limit}`
}

/** The occurrences of each series, earliest first. */
export async function occurrencesOf(
  db: Db,
  siteId: string,
  seriesIds: readonly string[],
): Promise<Map<string, Occurrence[]>> {
  if (seriesIds.length === 0) return new Map()
  const rows = await db<(Occurrence & { seriesId: string })[]>`
    select series_id, event_id, published_at, canceled_at, start_at, end_at
      from events
     where site_id = ${siteId}
       and series_id = any(${[...seriesIds]})
     order by start_at, event_id`
  return Map.groupBy(rows, row => row.seriesId)
}

/** The drafts of a series, locked in id order. */
export async function lockDraftsOfSeries(tx: Tx, siteId: string, seriesId: string): Promise<string[]> {
  const rows = await tx<{ eventId: string }[]>`
    select event_id
      from events
     where site_id = ${siteId}
       and series_id = ${seriesId}
       and published_at is null
     order by event_id
       for update`
  return rows.map(({ eventId }) => eventId)
}

/** Publishes locked drafts. */
export async function publishEvents(
  tx: Tx,
  { siteId, eventIds, now }: { siteId: string; eventIds: readonly string[]; now: Date },
): Promise<{ eventId: string; revision: number }[]> {
  return tx`
    update events
       set published_at = ${now}, revision = revision + 1, updated_at = ${now}
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})
       and published_at is null
    returning event_id, revision`
}

/** The number behind `base` that no event of the site has yet: 0 when `base` itself is free. */
export async function nextSlugNumber(db: Db, siteId: string, base: string): Promise<number> {
  const [row] = await db<{ next: number }[]>`
    select case
             when not coalesce(bool_or(slug = ${base}), false) then 0
             else coalesce(max(substring(slug from '-([0-9]{1,6})$')::integer) filter (where slug <> ${base}), 0) + 1
           end as next
      from events
     where site_id = ${siteId}
       and (slug = ${base} or slug like ${`${base}-%`} and slug ~ ${`^${base}-[0-9]{1,6}$`})`
  return row?.next ?? 0
}

/** One more than the highest number that a title made of one of `stems` ends in: `A concert (3)` (events 1.13.4). */
export async function nextCloneNumber(db: Db, siteId: string, stems: readonly string[]): Promise<number> {
  const [row] = await db<{ next: number }[]>`
    select coalesce(max(substring(title from ' \\(([0-9]{1,6})\\)$')::integer), 0) + 1 as next
      from events
     where site_id = ${siteId}
       and regexp_replace(title, ' \\([0-9]{1,6}\\)$', '') = any(${[...stems]})`
  return row?.next ?? 1
}

export type EventSelection = { siteId: string; includeDrafts: boolean; query: CompiledQuery }

/** A page, as `pageOf` takes it. */
export async function listEvents(
  db: Db,
  { siteId, includeDrafts, query }: EventSelection,
): Promise<(StoredEvent & Paged)[]> {
  return db<(StoredEvent & Paged)[]>`
    select ${columns(db)}, ${query.page.key}
      from events
     where site_id = ${siteId}
       and (${includeDrafts}::boolean or published_at is not null)
       and ${query.where}
     ${query.page.rest}`
}

export async function countEvents(db: Db, { siteId, includeDrafts, query }: EventSelection): Promise<number> {
  const [row] = await db<{ total: number }[]>`
    select count(*)::integer as total
      from events
     where site_id = ${siteId}
       and (${includeDrafts}::boolean or published_at is not null)
       and ${query.where}`
  return row?.total ?? 0
}

/** How many events of a selection have each status; statuses that none has are missing (events 1.14.11). */
export async function countEventsByStatus(
  db: Db,
  { siteId, includeDrafts, query, now }: EventSelection & { now: Date },
): Promise<{ status: EventStatus; count: number }[]> {
  const rows = db`
          from events
         where site_id = ${siteId}
           and (${includeDrafts}::boolean or published_at is not null)
           and ${query.where}`
  return countByStatus(db, rows, now)
}

/** How many of `rows`, which come `from events`, have each status that any has; all in one reading, without sorting them. */
export async function countByStatus(
  db: Db,
  rows: Fragment,
  now: Date,
): Promise<{ status: EventStatus; count: number }[]> {
  const countOf = (status: EventStatus) => db`(count(*) filter (where ${hasStatusSql(db, status, now)}))::integer`
  return db<{ status: EventStatus; count: number }[]>`
    select of_status.status, of_status.count
      from (
             select ${countOf('CANCELED')} as canceled, ${countOf('DRAFT')} as drafts, ${countOf('ENDED')} as ended,
                    ${countOf('STARTED')} as started, ${countOf('UPCOMING')} as upcoming
             ${rows}
           ) as counted
     cross join lateral (
             values ('CANCELED', canceled), ('DRAFT', drafts), ('ENDED', ended), ('STARTED', started),
                    ('UPCOMING', upcoming)
           ) as of_status (status, count)
     where of_status.count > 0
     order by of_status.status`
}

/** The published events of a category in the category's own order (events 1.14.12). */
export async function listEventsOfCategory(
  db: Db,
  siteId: string,
  { categoryId, limit, offset }: { categoryId: string; limit: number; offset: number },
): Promise<{ events: StoredEvent[]; total: number }> {
  const from = db`
         category_events
    join events using (site_id, event_id)
   where category_events.site_id = ${siteId}
     and category_events.category_id = ${categoryId}
     and events.published_at is not null`
  const [counted, events] = await Promise.all([
    db<{ total: number }[]>`select count(*)::integer as total from ${from}`,
    db<StoredEvent[]>`
      select ${columns(db)}
        from ${from}
       order by category_events.sort_index, events.event_id
       limit ${limit}
      offset ${offset}`,
  ])
  return { events: [...events], total: counted[0]?.total ?? 0 }
}

/** What the definitions of each event say at `now` (R76, R77); events without any are not among them. */
export async function ticketFiguresOf(
  db: Db,
  siteId: string,
  eventIds: readonly string[],
  now: Date,
): Promise<Map<string, TicketFigures>> {
  if (eventIds.length === 0) return new Map()
  const rows = await db<(Offered & { eventId: string })[]>`
    select definition.event_id, definition.hidden, definition.price_minor, definition.pricing_options,
           definition.currency, definition.sale_start_at, definition.sale_end_at, inventory.actual_limit,
           inventory.sold, inventory.reserved - coalesce(overdue.quantity, 0) as reserved
      from ticket_definitions as definition
      join inventory
        on inventory.site_id = definition.site_id
       and inventory.ticket_definition_id = definition.ticket_definition_id
      left join (${overdueHolds(db, siteId, now)}) as overdue
        on overdue.ticket_definition_id = definition.ticket_definition_id
     where definition.site_id = ${siteId}
       and definition.event_id = any(${[...eventIds]})
       and definition.deleted_at is null`
  const byEvent = Map.groupBy(rows, row => row.eventId)
  return new Map([...byEvent].map(([eventId, definitions]) => [eventId, figuresOf(definitions, now)]))
}

/** What the organizer keeps: of what went back the fee's part too (R48). */
export function netRevenue(db: Db): Fragment {
  return db`
    revenue_minor - case refunded_minor when 0 then 0
                      else round(refunded_minor::numeric * revenue_minor / grand_total_minor) end`
}

export type Sales = {
  ticketsSold: number
  totalOrders: number
  revenueMinor: number
  totalSalesMinor: number
  currency: string
}

/** Confirmed orders that are neither archived nor canceled; an event with any order at all has an entry (R77, R109). */
export async function salesOf(db: Db, siteId: string, eventIds: readonly string[]): Promise<Map<string, Sales>> {
  if (eventIds.length === 0) return new Map()
  const rows = await db<(Sales & { eventId: string })[]>`
    select event_id,
           coalesce(sum(tickets_quantity) filter (where counts), 0)::integer as tickets_sold,
           (count(*) filter (where counts))::integer as total_orders,
           coalesce(sum(${netRevenue(db)}) filter (where counts), 0)::bigint as revenue_minor,
           coalesce(sum(grand_total_minor) filter (where counts), 0)::bigint as total_sales_minor,
           max(currency) as currency
      from orders
     cross join lateral (
             select confirmed_at is not null and archived_at is null and canceled_at is null as counts
           ) as counted
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})
     group by event_id`
  return new Map(rows.map(({ eventId, ...sales }) => [eventId, sales]))
}

export async function formsOf(db: Db, siteId: string, eventIds: readonly string[]): Promise<Map<string, StoredForm>> {
  if (eventIds.length === 0) return new Map()
  const rows = await db<StoredForm[]>`
    select site_id, event_id, revision, controls, messages
      from registration_forms
     where site_id = ${siteId}
       and event_id = any(${[...eventIds]})`
  return new Map(rows.map(form => [form.eventId, form]))
}

export type EventCategory = { eventId: string; categoryId: string; name: string; states: string[]; createdAt: Date }

/** The categories of each event that are shown, oldest first. */
export async function categoriesOf(
  db: Db,
  siteId: string,
  eventIds: readonly string[],
): Promise<Map<string, EventCategory[]>> {
  if (eventIds.length === 0) return new Map()
  const rows = await db<EventCategory[]>`
    select category_events.event_id, categories.category_id, categories.name, categories.states, categories.created_at
      from category_events
      join categories
        on categories.site_id = category_events.site_id
       and categories.category_id = category_events.category_id
     where category_events.site_id = ${siteId}
       and category_events.event_id = any(${[...eventIds]})
       and not 'HIDDEN' = any(categories.states)
     order by categories.created_at, categories.category_id`
  return Map.groupBy(rows, row => row.eventId)
}
