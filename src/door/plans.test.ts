import { beforeAll, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDevice } from '../../test/support/door.ts'
import { plansOf } from '../../test/support/plans.ts'
import { aSale, FREE, must } from '../../test/support/sale.ts'
import type { Db } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { listNextRsvps, listNextTickets, listTicketEntries } from './entries.ts'
import { listConflicts, listDoubles } from './store.ts'

// The door of an event with 20,000 tickets, of a site that has as many others: each page costs what it shows.

const app = await testApp({ lawless: true })
const { sql, siteId, admin } = app
const { eventId, definitionId } = await aSale(app, { definition: FREE })
const { eventId: other } = await aSale(app, { definition: FREE })
const TICKETS = 20_000

beforeAll(async () => {
  await sql`
    with made as (
      select n, 'O' || lpad(n::text, 7, '0') as order_number, gen_random_uuid() as reservation_id,
             case n % 2 when 0 then ${eventId}::uuid else ${other}::uuid end as event_id
        from generate_series(1, ${TICKETS / 2}) as n
    ), contact as (
      insert into contacts (site_id, contact_id, email, first_name, last_name, created_at, updated_at)
      values (${siteId}, gen_random_uuid(), 'ada@example.org', 'Ada', 'Berg', now(), now())
      returning contact_id
    ), bought as (
      insert into orders (
        site_id, order_number, event_id, ticket_reservation_id, revision, status, channel, confirmed_at, contact_id,
        first_name, last_name, email, guest_forms, guests_assigned, invoice, currency, grand_total_minor,
        revenue_minor, tickets_quantity, silent, marketing_consent, created_at, updated_at
      )
      select ${siteId}, order_number, event_id, reservation_id, 2, 'FREE', 'ONLINE', now(), contact_id, 'Ada', 'Berg',
             'ada@example.org', '[]', false, '{}', 'EUR', 0, 0, 4, false, false, now(), now()
        from made
       cross join contact
      returning order_number
    ), held as (
      insert into ticket_reservation_lines (
        site_id, ticket_reservation_id, line_index, ticket_line_item_id, ticket_definition_id, quantity, price_minor,
        currency, pricing_kind, fee_type, ticket_name, policy
      )
      select ${siteId}, reservation_id, 0, gen_random_uuid(), ${definitionId}, 4, 0, 'EUR', 'FIXED', 'NO_FEE', 'Standard', ''
        from made
    )
    insert into tickets (
      site_id, ticket_number, order_number, event_id, ticket_definition_id, line_index, ticket_index, revision, name,
      price_minor, currency, policy, first_name, last_name, email, created_at, updated_at
    )
    select ${siteId}, order_number || t, order_number, event_id, ${definitionId}, 0, t, 1, 'Standard', 0, 'EUR', '', 'Ada',
           'Berg', 'ada@example.org', now(), now()
      from made
     cross join generate_series(1, 4) as t`
  await sql`
    insert into rsvps (
      site_id, rsvp_id, event_id, revision, status, status_at, first_name, last_name, email, contact_id, answers,
      additional_guests, guest_names, check_ins, checked_in_guests, disable_notifications, marketing_consent, locale,
      created_at, updated_at
    )
    select ${siteId}, gen_random_uuid(), case n % 2 when 0 then ${eventId}::uuid else ${other}::uuid end, 1, 'YES', now(),
           'Ada', 'Berg', 'ada@example.org', gen_random_uuid(), '[]', 0, '{}', '[]', 0, false, false, 'en',
           timestamptz '2030-01-01' + n * interval '1 second', now()
      from generate_series(1, ${TICKETS}) as n`
  await sql`
    insert into door_scans (
      site_id, scan_id, event_id, kind, number, scanned_at, device_at, received_at, gate, device, offline, let_in,
      result, scanned_by
    )
    select ${siteId}, gen_random_uuid(), event_id, 'ENTER', ticket_number, now(), now(), now(), 'North', 'd', false, true,
           'ADMITTED', '{"kind": "staff", "id": "x"}'
      from tickets`
  await sql`
    update tickets
       set checked_in_at = scans.scanned_at, checked_in_by = '{"kind": "admin", "id": "00000000-0000-4000-8000-000000000000"}',
           check_in_scan_id = scans.scan_id
      from door_scans as scans
     where scans.site_id = tickets.site_id
       and scans.number = tickets.ticket_number`
  await sql`
    insert into door_conflicts (
      site_id, conflict_id, event_id, number, reason, scan_id, first_at, first_by, opened_at
    )
    select site_id, gen_random_uuid(), event_id, number, 'ALREADY_IN', scan_id, now(), '{}', now()
      from door_scans
     limit ${TICKETS / 4}`
  await sql`vacuum (analyze) tickets, orders, ticket_reservation_lines, rsvps, door_scans, door_conflicts, payments`
}, 120_000)

const of = { siteId, eventId }
/** How statements begin whose first words are a fragment. */
const FRAGMENT = /^\s*$/
test.each<[string, (db: Db) => Promise<unknown>, RegExp, RegExp?]>([
  [
    'a page of tickets',
    db => listNextTickets(db, of, { after: 'O0001', limit: 100 }),
    /using tickets_of_event/,
    FRAGMENT,
  ],
  [
    'tickets that changed',
    db => listTicketEntries(db, of, { numbers: ['O00000021'], orderNumbers: ['O0000004'] }),
    /tickets_of_order[\s\S]*tickets_of_event/,
    FRAGMENT,
  ],
  [
    'a page of RSVPs',
    db => listNextRsvps(db, of, { after: { createdAt: new Date('2030-01-01'), rsvpId: newGuid() }, limit: 100 }),
    /using rsvps_by_event/,
  ],
  [
    'a page of conflicts',
    db => listConflicts(db, of, { isOpen: null, before: { openedAt: new Date(), conflictId: newGuid() }, limit: 100 }),
    /Backward using door_conflicts_of_event/,
    FRAGMENT,
  ],
  [
    'open conflicts of numbers',
    db => listDoubles(db, { ...of, numbers: ['O00000021'] }),
    /using door_conflicts_of_number/,
  ],
])('%s: by an index, in its order', async (_, read, index, begins) => {
  const [plan = ''] = await plansOf(sql, read, begins)
  expect(plan).toMatch(index)
  expect(plan).not.toMatch(/Seq Scan on (tickets|orders|rsvps|door_scans|door_conflicts|ticket_reservation_lines)\b/)
})

test('20,000 tickets are told in pages within seconds, each once', async () => {
  const { path } = aDevice(admin, eventId)
  const began = performance.now()
  const told = new Set<string>()
  let pages = 0
  let after = ''
  for (let hasMore = true; hasMore; pages += 1) {
    const { body } = await must(admin, 'GET', `${path}/list${after && `?after=${after}`}`)
    for (const { number } of body.entries) told.add(number)
    after = body.cursor
    hasMore = body.hasMore
  }
  const seconds = (performance.now() - began) / 1000
  console.log(`${told.size} tickets in ${pages} pages: ${seconds.toFixed(1)} s`)
  expect([told.size, pages]).toEqual([TICKETS, 21])
  expect(seconds).toBeLessThan(20)
})
