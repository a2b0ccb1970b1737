import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { plansOf } from '../../test/support/plans.ts'
import { aSale, checkOut, FREE, reserveTickets } from '../../test/support/sale.ts'
import type { Db } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { listDue, listMoney } from './money-store.ts'
import { findFirstMoment, listCheckIns, listDefinitions, listEventSales, listRevenue, listSales } from './store.ts'

// What reports cost where there are tens of thousands of orders: none reads those of other sites, and one of a month
// none of other months. What that takes is in ARCHITECTURE.md.

const app = await testApp({ lawless: true })
const { sql, siteId } = app
const of = { eventId: '', definitionId: newGuid() }
const CUT = { unit: 'DAY', timeZone: 'Europe/Berlin' } as const

beforeAll(async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const reservationId = (await reserveTickets(app.admin, definitionId)).body.ticketReservation.id
  await checkOut(app.admin, { eventId, reservationId })
  Object.assign(of, { eventId, definitionId })
  // 30,000 orders, a minute each, of ten sites; of this site's a tenth are of the event.
  await sql`
    insert into orders (
      site_id, order_number, event_id, ticket_reservation_id, revision, status, channel, method, confirmed_at, paid_at,
      contact_id, first_name, last_name, email, guest_forms, guests_assigned, invoice, currency, grand_total_minor,
      revenue_minor, tickets_quantity, silent, marketing_consent, created_at, updated_at
    )
    select case when n % 10 = 0 then ${siteId}::uuid else md5((n % 10)::text)::uuid end, 'N-' || n,
           case when n % 100 = 0 then ${eventId}::uuid else md5('event' || n % 100)::uuid end, gen_random_uuid(), 2, 'PAID',
           'ONLINE', 'creditCard', timestamptz '2030-01-01' + n * interval '10 minutes',
           timestamptz '2030-01-01' + n * interval '10 minutes', gen_random_uuid(), 'Ada', 'Berg', 'ada@example.org', '[]',
           false,
           jsonb_build_object('subTotalMinor', 1000, 'items', jsonb_build_array(jsonb_build_object(
             'ticketDefinitionId', ${definitionId}::text, 'name', 'Standard', 'quantity', 1, 'totalMinor', 1000))),
           'EUR', 1000, 1000, 1, false, false, timestamptz '2030-01-01' + n * interval '10 minutes', now()
      from generate_series(1, 30000) as n`
  await sql`
    insert into tickets (
      site_id, ticket_number, order_number, event_id, ticket_definition_id, line_index, ticket_index, revision, name,
      price_minor, currency, policy, first_name, last_name, email, canceled_at, checked_in_at, checked_in_by, created_at,
      updated_at
    )
    select site_id, order_number || 'T', order_number, event_id, ${definitionId}, 0, 0, 1, 'Standard', 1000, 'EUR', '',
           'Ada', 'Berg', '', case when right(order_number, 3) = '000' then confirmed_at end,
           case when right(order_number, 3) <> '000' then now() end,
           case when right(order_number, 3) <> '000' then '{}'::jsonb end, now(), now()
      from orders
     where order_number like 'N-%'`
  await sql`
    insert into payments (
      site_id, payment_id, order_number, ordinal, provider, status, amount_minor, currency, captured_at, created_at,
      updated_at
    )
    select site_id, gen_random_uuid(), order_number, 1, 'test', 'CAPTURED', 1000, 'EUR', confirmed_at, confirmed_at,
           confirmed_at
      from orders
     where order_number like 'N-%'`
  await sql`vacuum (analyze) orders, tickets, payments`
}, 60_000)

const month = { siteId, eventIds: [], from: new Date('2030-03-01'), to: new Date('2030-04-01') }
const all = { limit: 100, offset: 0 }

describe('no report reads the orders of other sites', () => {
  test.each<[string, RegExp, (db: Db) => Promise<unknown>]>([
    ['sales of a month', /orders_by_confirmed[\s\S]*tickets_canceled/, db => listSales(db, month, CUT)],
    ['definitions of a month', /orders_by_confirmed/, db => listDefinitions(db, month, all)],
    ['revenue of a month', /orders_by_confirmed/, db => listRevenue(db, month)],
    ['events of a month', /orders_by_confirmed/, db => listEventSales(db, month, all)],
    ['revenue of an event', /orders_of_event/, db => listRevenue(db, { ...month, eventIds: [of.eventId] })],
    ['when it began', /Index Only Scan using orders_by_created/, db => findFirstMoment(db, siteId, [])],
    ['what is open', /orders_/, db => listDue(db, month, new Date())],
  ])('%s', async (_, index, read) => {
    const plans = await plansOf(sql, read, /^\s*(select|with)/)
    expect(plans.join('\n')).toMatch(index)
    expect(plans.join('\n')).not.toMatch(/Seq Scan on (orders|tickets)\b/)
  })

  test('who came in', async () => {
    // What it begins with is said before its fragments.
    const [plan] = await plansOf(
      sql,
      db => listCheckIns(db, { ...month, eventIds: [of.eventId] }, { cut: CUT, limit: 10 }),
      /^\s*select moments/,
    )
    expect(plan).toMatch(/tickets_of_event/)
  })

  test('money of an event goes by its orders', async () => {
    const plans = await plansOf(sql, db => listMoney(db, { ...month, eventIds: [of.eventId] }, CUT))
    expect(plans.join('\n')).toMatch(/orders_of_event/)
  })
})

test('control: by what no index knows, all are read', async () => {
  const [plan] = await plansOf(sql, db => db`select from orders where paid_at > now()`)
  expect(plan).toMatch(/Seq Scan on orders/)
})
