import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { plansOf } from '../../test/support/plans.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { aSale, checkOut, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import { compileGuestQuery, countGuests, listGuests } from './store.ts'

// Rows that no verb made: only what is read of them matters here.
const app = await testApp({ lawless: true })
const { admin, sql, siteId, now } = app
const PATH = '/events/v2/guests/query'
const OF_EVENT = 10_000
const sold = { eventId: '', orderNumber: '' }

beforeAll(async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const reservationId = (await reserveTickets(admin, definitionId)).body.ticketReservation.id
  const { orderNumber } = (await checkOut(admin, { eventId, reservationId })).body.order
  await anRsvp(admin, await aParty(app))
  Object.assign(sold, { eventId, orderNumber })
})

test('events 12.3.5, 12.3.3: by every status of an order, whether buyer and holder attend', async () => {
  const { eventId, orderNumber } = sold
  const expected: [string, string][] = [
    ['PAID', 'ATTENDING'],
    ['OFFLINE_PENDING', 'ATTENDING'],
    ['FREE', 'ATTENDING'],
    ['INITIATED', 'NOT_ATTENDING'],
    ['PENDING', 'NOT_ATTENDING'],
    ['AUTHORIZED', 'NOT_ATTENDING'],
    ['PARTIALLY_PAID', 'NOT_ATTENDING'],
    ['DECLINED', 'NOT_ATTENDING'],
    ['CANCELED', 'NOT_ATTENDING'],
    ['VOIDED', 'NOT_ATTENDING'],
  ]
  await sql`alter table orders drop constraint orders_confirmed_by_status`
  for (const [status, attendanceStatus] of expected) {
    await sql`
      update orders
         set status = ${status}
       where site_id = ${siteId}
         and order_number = ${orderNumber}`
    const { guests } = (await must(admin, 'POST', PATH, { query: { filter: { eventId } } })).body
    const seen = guests.map((each: { attendanceStatus: string; additionalDetails: { orderStatus: string } }) => [
      each.additionalDetails.orderStatus,
      each.attendanceStatus,
    ])
    expect(seen).toEqual([
      [status, attendanceStatus],
      [status, attendanceStatus],
    ])
  }
})

describe('of thirty thousand guests of an event', () => {
  beforeAll(async () => {
    // A third of them answered, a third bought, a third hold tickets; the site has five times as many, others the same.
    await sql`alter table rsvps drop constraint rsvps_event`
    for (const table of ['rsvps', 'orders', 'tickets']) {
      const rows = await sql<{ name: string }[]>`
        select column_name as name
          from information_schema.columns
         where table_name = ${table}
           and is_generated = 'NEVER'`
      const columns = rows.map(({ name }) => name)
      await sql.unsafe(`
        insert into ${table} (${columns.join(', ')})
        select ${columns.map(name => COPIED[name] ?? `one.${name}`).join(', ')}
          from (select ${columns.join(', ')}, '${sold.eventId}'::uuid as party from ${table} limit 1) as one
         cross join generate_series(1, ${10 * OF_EVENT}) as n`)
      await sql.unsafe(`analyze ${table}`)
    }
  }, 60_000)

  async function plansFor(filter: Record<string, unknown>, sort: Record<string, unknown>[]) {
    const compiled = compileGuestQuery(sql, { filter, sort }, now())
    const selection = { siteId, eventIds: null, where: compiled.where }
    const [page = ''] = await plansOf(sql, db => listGuests(db, selection, compiled.page), /^\s*with page/)
    const [count = ''] = await plansOf(sql, db => countGuests(db, selection), /^\s*select count/)
    expect([page, count]).toEqual([expect.stringContaining('CTE page'), expect.stringContaining('Aggregate')])
    return { page, count }
  }

  test.each<[string, () => Record<string, unknown>, string[]]>([
    ['all of the event', () => ({ eventId: sold.eventId }), ['rsvps_by_event', 'orders_of_event', 'tickets_of_event']],
    ['those inside', () => ({ eventId: sold.eventId, 'guestDetails.checkedIn': true }), ['orders_of_event']],
    ['one by its id', () => ({ id: OF_NOBODY }), ['rsvps_pkey', 'orders_by_guest', 'tickets_by_guest']],
    ['one by its RSVP', () => ({ rsvpId: OF_NOBODY }), ['rsvps_pkey']],
    ['those of an order', () => ({ orderNumber: sold.orderNumber }), ['orders_pkey', 'tickets_of_order']],
    ['one by its ticket', () => ({ ticketNumber: 'COPY-T-7' }), ['tickets_pkey']],
  ])('events 12.3.10: %s are found by an index, whatever they are sorted by', async (_, filter, indexes) => {
    for (const fieldName of ['createdDate', 'updatedDate', 'attendanceStatusUpdatedDate']) {
      const { page, count } = await plansFor(filter(), [{ fieldName, order: 'DESC' }])
      for (const plan of [page, count]) expect(plan).not.toMatch(/Seq Scan/)
      for (const index of indexes) expect(count).toContain(index)
    }
  })

  test('events 12.3.10: pages of a hundred follow each other to the last', async () => {
    for (const offset of [0, 15_000, 3 * OF_EVENT - 98]) {
      const query = { filter: { eventId: sold.eventId }, paging: { limit: 100, offset } }
      const { body } = await must(admin, 'POST', PATH, { query, fields: ['GUEST_DETAILS'] })
      expect(new Set(body.guests.map(({ id }: { id: string }) => id)).size).toBe(100)
      expect(body.pagingMetadata.total).toBe(3 * OF_EVENT + 2)
    }
  })
})

const OF_NOBODY = '00000000-0000-4000-8000-000000000000'
/** What a copy has of its own: every tenth is of the event, every second of its site. */
const COPIED: Readonly<Record<string, string>> = {
  site_id: `case when n % 2 = 0 then one.site_id else md5((n % 10)::text)::uuid end`,
  event_id: `case when n % 10 = 0 then one.party else md5('event' || n % 1000)::uuid end`,
  order_number: `'COPY-' || n`,
  ticket_number: `'COPY-T-' || n`,
  ticket_reservation_id: 'gen_random_uuid()',
  rsvp_id: 'gen_random_uuid()',
  created_at: `one.created_at + n * interval '1 second'`,
}
