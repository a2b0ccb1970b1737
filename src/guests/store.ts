import type { Db, Fragment } from '../db/connect.ts'
import type { Page, Paged } from '../wire/pages.ts'
import { COMPARISON, type CompiledQuery, compileQuery, type QueryField, type WireQuery } from '../wire/query.ts'
import { type Guest, TICKETS_SHOWN_MAX } from './model.ts'

const LIMIT_MAX = 100

/** What guests can be filtered and sorted by (api 6.5). */
export function compileGuestQuery(db: Db, query: WireQuery | null | undefined, now: Date): CompiledQuery {
  const rules = {
    fields: {
      id: field('guid', on => on`guests.guest_id`),
      eventId: field('guid', on => on`guests.event_id`),
      rsvpId: field('guid', on => on`guests.rsvp_id`),
      contactId: field('guid', on => on`guests.contact_id`),
      memberId: field('guid', on => on`guests.member_id`),
      orderNumber: field('text', on => on`guests.order_number`),
      ticketNumber: field('text', on => on`guests.ticket_number`),
      secondaryLanguageCode: field('text', on => on`null::text`), // everybody gets the site's language
      guestType: field('text', on => on`guests.guest_type`),
      attendanceStatus: field('text', on => on`guests.attendance_status`),
      'guestDetails.checkedIn': {
        ...field('boolean', on => on`guests.checked_in`),
        operators: ['$eq', '$exists', '$ne'],
      },
      tickets: { ...field('boolean', on => on`guests.has_tickets`), operators: ['$exists'] },
      createdDate: { ...field('instant', on => on`guests.created_at`), sortable: true, required: true },
      updatedDate: { ...field('instant', on => on`guests.updated_at`), sortable: true, required: true },
      attendanceStatusUpdatedDate: { ...field('instant', on => on`guests.attendance_status_at`), sortable: true },
    },
    defaultSort: [{ fieldName: 'createdDate', order: 'ASC' }],
    tieBreaker: (on: Db) => on`guests.guest_id`,
    limitDefault: 50,
    limitMax: LIMIT_MAX,
  } as const
  return compileQuery(db, rules, query, now)
}

function field(type: QueryField['type'], sql: QueryField['sql']): QueryField {
  return { sql, type, operators: COMPARISON }
}

/** Some of a site's guests: what the query finds, of these events alone unless null. */
export type GuestSelection = { siteId: string; eventIds: readonly string[] | null; where: Fragment }

/**
 * One page of guests. It is found by what can be filtered and sorted by; who they are is read of those on it alone. Of
 * their tickets the first are shown.
 */
export async function listGuests(
  db: Db,
  selection: GuestSelection,
  { key, orderBy, rest }: Page,
): Promise<(Guest & Paged)[]> {
  return db<(Guest & Paged)[]>`
    with page as materialized (
      select guests.site_id, guests.guest_id, guests.guest_type, guests.event_id, guests.rsvp_id, guests.order_number,
             guests.ticket_number, guests.contact_id, guests.member_id, guests.rsvp_status, guests.order_status,
             guests.attendance_status, guests.attendance_status_at, guests.checked_in, guests.total_guests,
             guests.revision, guests.created_at, guests.updated_at, guests.source_created_at, guests.source_updated_at,
             ${key}
        from (${everyGuest(db)}) as guests
       where ${selected(db, selection)}
       ${rest}
    )
    select guests.guest_id, guests.guest_type, guests.event_id, guests.rsvp_id, guests.order_number,
           guests.ticket_number, guests.contact_id, guests.member_id, guests.rsvp_status, guests.order_status,
           guests.attendance_status, guests.attendance_status_at, guests.checked_in, guests.total_guests,
           guests.revision, guests.created_at, guests.updated_at, guests.source_created_at, guests.source_updated_at,
           coalesce(rsvps.first_name, tickets.first_name, orders.first_name) as first_name,
           coalesce(rsvps.last_name, tickets.last_name, orders.last_name) as last_name,
           coalesce(rsvps.email, tickets.email, orders.email) as email,
           rsvps.answers, rsvps.guest_names, rsvps.check_ins, tickets.form, orders.guests_assigned, orders.guest_forms,
           coalesce(shown.tickets, '[]') as tickets, guests.page_key
      from page as guests
      left join rsvps using (site_id, rsvp_id)
      left join orders using (site_id, order_number)
      left join tickets on tickets.site_id = guests.site_id and tickets.ticket_number = guests.ticket_number
      left join lateral (
        select jsonb_agg(
                 jsonb_build_object(
                   'number', ticket_number, 'definitionId', ticket_definition_id, 'name', name,
                   'checkedInAt', to_char(checked_in_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'checkedInBy', checked_in_by
                 )
                 order by ticket_index
               ) as tickets
          from (
            select ticket_number, ticket_definition_id, name, checked_in_at, checked_in_by, ticket_index
              from tickets as behind
             where behind.site_id = guests.site_id
               and behind.order_number = guests.order_number
               and (guests.ticket_number is null or behind.ticket_number = guests.ticket_number)
             order by behind.ticket_index
             limit ${TICKETS_SHOWN_MAX}
          ) as first
      ) as shown on true
     order by ${orderBy}`
}

export async function countGuests(db: Db, selection: GuestSelection): Promise<number> {
  const [row] = await db<{ total: number }[]>`
    select count(*) as total
      from (${everyGuest(db)}) as guests
     where ${selected(db, selection)}`
  return row?.total ?? 0
}

function selected(db: Db, { siteId, eventIds, where }: GuestSelection): Fragment {
  const named = eventIds && [...eventIds]
  return db`
    guests.site_id = ${siteId}
       and (${named}::uuid[] is null or guests.event_id = any(${named}::uuid[]))
       and ${where}`
}

/**
 * Who is connected with an event (events 12.3.2 to 12.3.5). Whoever was to come, and does not because the order or
 * ticket was put away or canceled, does not attend since then. A confirmed order has tickets (law 4).
 */
function everyGuest(db: Db): Fragment {
  return db`
    select rsvps.site_id, rsvps.rsvp_id as guest_id, 'RSVP' as guest_type, rsvps.event_id, rsvps.rsvp_id,
           null::text as order_number, null::text as ticket_number, rsvps.contact_id, rsvps.member_id,
           rsvps.status as rsvp_status, null::text as order_status,
           case rsvps.status
             when 'YES' then 'ATTENDING' when 'WAITLIST' then 'IN_WAITLIST' else 'NOT_ATTENDING'
           end as attendance_status,
           rsvps.status_at as attendance_status_at, rsvps.checked_in_guests = rsvps.total_guests as checked_in,
           null::boolean as has_tickets, rsvps.total_guests, rsvps.revision, rsvps.created_at, rsvps.updated_at,
           rsvps.created_at as source_created_at, rsvps.updated_at as source_updated_at
      from rsvps
    union all
    select orders.site_id, guest_id(orders.site_id, orders.order_number), 'BUYER', orders.event_id, null::uuid,
           orders.order_number, null::text, orders.contact_id, orders.member_id, null::text, orders.status,
           case
             when orders.status in ('PAID', 'OFFLINE_PENDING', 'FREE') and orders.archived_at is null then 'ATTENDING'
             else 'NOT_ATTENDING'
           end,
           case
             when orders.confirmed_at is null then orders.created_at
             else coalesce(least(orders.archived_at, orders.canceled_at), orders.confirmed_at)
           end,
           orders.fully_checked_in, case when orders.confirmed_at is not null then true end, orders.tickets_quantity,
           orders.revision, orders.created_at, orders.updated_at, orders.created_at, orders.updated_at
      from orders
    union all
    select tickets.site_id, guest_id(tickets.site_id, tickets.ticket_number), 'TICKET_HOLDER', tickets.event_id,
           null::uuid, tickets.order_number, tickets.ticket_number,
           case when tickets.form is null then orders.contact_id end,
           case when tickets.form is null then orders.member_id end, null::text, orders.status,
           case
             when orders.status in ('PAID', 'OFFLINE_PENDING', 'FREE')
              and coalesce(tickets.archived_at, tickets.canceled_at, orders.archived_at) is null then 'ATTENDING'
             else 'NOT_ATTENDING'
           end,
           coalesce(
             least(tickets.archived_at, tickets.canceled_at, orders.archived_at, orders.canceled_at), tickets.created_at
           ),
           tickets.checked_in_at is not null, true, 1, tickets.revision + orders.revision, tickets.created_at,
           greatest(tickets.updated_at, orders.updated_at), orders.created_at, orders.updated_at
      from tickets
      join orders using (site_id, event_id, order_number)`
}
