import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { plansOf } from '../../test/support/plans.ts'
import { aSale, checkOut, FREE, reserveTickets } from '../../test/support/sale.ts'
import type { Db } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { countByStatus, listOrders, type OrderFilter, summarizeSales } from './list.ts'
import { listOrderNumbersOfContact } from './store.ts'

// What the usual lists cost where there are tens of thousands of orders: none of them reads those of other sites.

const app = await testApp({ lawless: true })
const { sql, siteId } = app
const ORDERS = 3000
const OTHER_SITES = 9
const order = { eventId: '', contactId: newGuid(), memberId: newGuid(), orderNumber: '' }

beforeAll(async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const reservationId = (await reserveTickets(app.admin, definitionId)).body.ticketReservation.id
  const bought = (await checkOut(app.admin, { eventId, reservationId })).body.order
  Object.assign(order, { eventId, orderNumber: bought.orderNumber })
  // Copies of it: this site's of a hundred events and contacts, and as many of each other site.
  await sql`
    insert into orders (
      site_id, order_number, event_id, ticket_reservation_id, revision, status, channel, confirmed_at, visitor_id,
      member_id, contact_id, first_name, last_name, email, guest_forms, guests_assigned, invoice, currency,
      grand_total_minor, revenue_minor, tickets_quantity, silent, marketing_consent, created_at, updated_at
    )
    select case when n % 10 = 0 then ${siteId}::uuid else md5((n % 10)::text)::uuid end, 'N-' || n,
           case when n % 1000 = 0 then ${eventId}::uuid else md5('event' || n % 1000)::uuid end, gen_random_uuid(),
           1, (array['FREE', 'CANCELED'])[1 + (n / 10) % 2], 'ONLINE', now(), gen_random_uuid(),
           case when n % 1000 = 0 then ${order.memberId}::uuid end,
           case when n % 1000 = 0 then ${order.contactId}::uuid else md5('contact' || n % 1000)::uuid end,
           'Ada', 'Berg' || n, 'ada' || n || '@example.org', '[]', false, '{}', 'EUR', 0, 0, 1, false, false,
           timestamptz '2030-01-01' + n * interval '1 second', now()
      from generate_series(10, ${ORDERS * (OTHER_SITES + 1)}) as n`
  await sql`
    insert into tickets (
      site_id, ticket_number, order_number, event_id, ticket_definition_id, line_index, ticket_index, revision, name,
      price_minor, currency, policy, first_name, last_name, email, checked_in_at, checked_in_by, created_at, updated_at
    )
    select site_id, order_number || 'T', order_number, event_id, gen_random_uuid(), 0, 0, 1, 'Standard', 0, 'EUR', '',
           'Ada', 'Berg', '', now(), '{}', now(), now()
      from orders
     where order_number like 'N-%'`
  await sql`analyze orders`
  await sql`analyze tickets`
}, 60_000)

const ALL: OrderFilter = {
  eventIds: [],
  orderNumbers: [],
  statuses: [],
  memberIds: [],
  contactIds: [],
  tags: [],
  none: false,
  searchPhrase: '',
}
const page = (orderBy: string) => ({ limit: 100, offset: 0, orderBy: sql.unsafe(orderBy) as never })

describe('no list reads the orders of other sites', () => {
  test.each<[string, string, Partial<OrderFilter>, string]>([
    ['all, the oldest first', 'orders_by_created', {}, 'orders.created_at'],
    ['all, the newest first', 'orders_by_created', {}, 'orders.created_at desc'],
    ['what is not archived', 'orders_by_created', { tags: ['NON_ARCHIVED'] }, 'orders.created_at desc'],
    ['of one event', 'orders_of_event', { eventIds: ['event'] }, 'orders.created_at'],
    ['of one event, by name', 'orders_of_event', { eventIds: ['event'] }, 'orders.first_name'],
    [
      'of one event, found by a phrase',
      'orders_of_event',
      { eventIds: ['event'], searchPhrase: 'berg7' },
      'orders.created_at',
    ],
    [
      'of one event, found in its tickets too',
      'orders_of_event',
      { eventIds: ['event'], searchPhrase: 'berg7', searchesTickets: true },
      'orders.created_at',
    ],
    ['of some days', 'orders_by_created', { from: new Date('2030-01-01T00:00:10Z') }, 'orders.created_at desc'],
    ['of one contact', 'orders_of_contact', { contactIds: ['contact'] }, 'orders.created_at'],
    ['of one member', 'orders_of_member', { memberIds: ['member'] }, 'orders.created_at'],
    ['by their numbers', 'orders_pkey', { orderNumbers: ['N-100', 'N-200'] }, 'orders.created_at'],
  ])('R176: %s', async (_, index, filter, orderBy) => {
    const named = {
      ...ALL,
      ...filter,
      ...(filter.eventIds && { eventIds: [order.eventId] }),
      ...(filter.contactIds && { contactIds: [order.contactId] }),
      ...(filter.memberIds && { memberIds: [order.memberId] }),
    }
    const plans = await plansOf(sql, db => listOrders(db, siteId, named, page(orderBy)))
    expect(plans).toHaveLength(2)
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan/)
    expect(plans.join('\n')).toContain(index)
  })

  test.each<[string, string, (db: Db) => Promise<unknown>]>([
    [
      'R176: all of a site found by a phrase',
      'orders_',
      db => listOrders(db, siteId, { ...ALL, searchPhrase: 'berg7' }, page('orders.created_at')),
    ],
    [
      'R181: the facet of an event',
      'orders_of_event',
      db => countByStatus(db, siteId, { ...ALL, eventIds: [order.eventId] }),
    ],
    ['R190: the summary of an event', 'orders_of_event', db => summarizeSales(db, siteId, [order.eventId])],
    ['R178: the tickets of a page', 'tickets_of_order', db => listTicketsOfOrders(db, siteId, ['N-100', 'N-200'])],
    [
      'R191: the orders of a contact',
      'orders_of_contact',
      db => listOrderNumbersOfContact(db, siteId, { contactId: order.contactId, limit: 100 }),
    ],
  ])('%s', async (_, index, read) => {
    const plans = await plansOf(sql, read)
    expect(plans.length).toBeGreaterThan(0)
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan/)
    expect(plans.join('\n')).toContain(index)
  })

  test('R176: the first page does not sort what is not on it', async () => {
    const plans = await plansOf(sql, db => listOrders(db, siteId, ALL, page('orders.created_at')))
    expect(plans.find(plan => plan.startsWith('Limit'))).not.toMatch(/(?<!Incremental )Sort/)
  })
})
