import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { plansOf } from '../../test/support/plans.ts'
import { must } from '../../test/support/sale.ts'
import type { Db } from '../db/connect.ts'
import type { WireQuery } from '../wire/query.ts'
import { compileEventQuery } from './queries.ts'
import { countEvents, countEventsByStatus, listEvents, listEventsOfCategory } from './store.ts'

// What the usual lists cost on a site with ten thousand events, beside another that has as many: a page is read in the
// order of an index, and no further than it goes.

const app = await testApp({ lawless: true })
const { sql, siteId, admin, now } = app
const EVENTS = 10_000
let categoryId = ''

beforeAll(async () => {
  const made = await must(admin, 'POST', '/events/v3/events', {
    event: {
      title: 'Concert',
      location: { name: 'Hall', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: '2030-06-01T18:00:00.000Z',
        endDate: '2030-06-01T21:00:00.000Z',
        timeZoneId: 'Europe/Berlin',
      },
      registration: { initialType: 'TICKETING' },
    },
  })
  const other = await app.otherSite()
  // Copies of it: in turn drafts, canceled, ended and to come; every second one is of another site.
  const columns = await sql<{ columnName: string }[]>`
    select column_name
      from information_schema.columns
     where table_schema = current_schema()
       and table_name = 'events'
       and is_generated = 'NEVER'`
  const names = columns.map(({ columnName }) => columnName)
  await sql`
    insert into events (${sql(names)})
    select ${sql(names.map(name => `copy.${name}`))}
      from events
     cross join generate_series(1, ${EVENTS * 2}) as n
     cross join lateral jsonb_populate_record(events, jsonb_build_object(
             'site_id', case n % 2 when 0 then ${siteId}::text else ${other.siteId}::text end,
             'event_id', gen_random_uuid(),
             'slug', 'concert-of-' || n,
             'title', 'Concert ' || n,
             'created_at', timestamptz '2030-01-01' + n * interval '1 minute',
             'published_at', case when n % 7 > 0 then timestamptz '2030-02-01' end,
             'canceled_at', case when n % 7 = 1 then timestamptz '2030-03-01' end,
             'start_at', timestamptz '2030-04-01' + (n * 7919 % ${EVENTS}) * interval '10 minutes',
             'end_at', timestamptz '2030-04-01' + (n * 7919 % ${EVENTS}) * interval '10 minutes' + interval '3 hours'
           )) as copy
     where events.event_id = ${made.body.event.id}`
  const { body } = await must(admin, 'POST', '/events/v1/categories', { category: { name: 'All of them' } })
  categoryId = body.category.id
  await sql`
    insert into category_events (site_id, category_id, event_id, sort_index)
    select site_id, ${categoryId}, event_id, row_number() over (order by event_id)
      from events
     where site_id = ${siteId}`
  for (const table of ['events', 'category_events']) await sql`vacuum (analyze) ${sql(table)}`
}, 120_000)

const START = 'dateAndTimeSettings.startDate'
const selection = (db: Db, query: WireQuery, includeDrafts = false) => ({
  siteId,
  includeDrafts,
  query: compileEventQuery(db, query, now()),
})
const page = (query: WireQuery): WireQuery => ({ paging: { limit: 50 }, ...query })
const sortedBy = (fieldName: string, order = 'ASC') => ({ sort: [{ fieldName, order }] })
/** A sort that is as long as the list; one that only orders what is equal in the index is not. */
const SORT = /(?<!Incremental )Sort(?! Key)/

describe('a page of events', () => {
  test.each<[string, WireQuery]>([
    ['the oldest first', {}],
    ['the newest first', sortedBy('createdDate', 'DESC')],
    ['the next ones first', sortedBy(START)],
    ['what starts from a day on', { ...sortedBy(START), filter: { [START]: { $gte: '2030-05-01T00:00:00Z' } } }],
    ['what is to come, the next first', { ...sortedBy(START), filter: { status: 'UPCOMING' } }],
    ['what is to come, the oldest first', { filter: { status: { $in: ['UPCOMING', 'STARTED'] } } }],
    ['what is over, the last first', { ...sortedBy(START, 'DESC'), filter: { status: 'ENDED' } }],
    ['the second page of what is to come', { paging: { limit: 50, offset: 50 }, filter: { status: 'UPCOMING' } }],
  ])('%s', async (_, query) => {
    const [plan = ''] = await plansOf(sql, db => listEvents(db, selection(db, page(query))))
    expect(plan).toMatch(/^Limit/)
    expect(plan).toMatch(/Index Scan (Backward )?using events_by_(created|start_with_status)/)
    expect(plan).not.toMatch(/Seq Scan|Bitmap/)
    expect(plan).not.toMatch(SORT)
  })

  test.each<[string, WireQuery, RegExp]>([
    ['the oldest first', {}, /Index Cond: .*created_at >= /],
    ['the newest first', sortedBy('createdDate', 'DESC'), /Index Cond: .*created_at <= /],
    ['the last one first', sortedBy(START, 'DESC'), /Index Cond: .*start_at <= /],
    ['what is to come, the oldest first', { filter: { status: 'UPCOMING' } }, /Index Cond: .*created_at >= /],
  ])(
    'api 6.3.3: the page behind a cursor begins where the cursor is, not at the beginning: %s',
    async (_, query, at) => {
      const path = '/events/v3/events/query'
      const first = await must(admin, 'POST', path, { query: { ...query, cursorPaging: { limit: 1000 } } })
      const { next, prev } = first.body.pagingMetadata.cursors
      expect(prev).toBeUndefined()
      const further: WireQuery = { cursorPaging: { limit: 50, cursor: next } }
      const [plan = ''] = await plansOf(sql, db => listEvents(db, selection(db, further)))
      expect(plan).toMatch(/^Limit/)
      expect(plan).toMatch(at)
      expect(plan).not.toMatch(SORT)
      const second = await must(admin, 'POST', path, { query: further })
      const back: WireQuery = { cursorPaging: { limit: 50, cursor: second.body.pagingMetadata.cursors.prev } }
      const [planBack = ''] = await plansOf(sql, db => listEvents(db, selection(db, back)))
      expect(planBack).toMatch(/^Limit/)
      // Where dates may be missing, the thousand rows before the cursor cost as much sorted as in their order.
      expect(planBack).not.toMatch(/Seq Scan/)
    },
  )

  test('by category', async () => {
    const plans = await plansOf(sql, db => listEventsOfCategory(db, siteId, { categoryId, limit: 50, offset: 0 }))
    const plan = plans.find(each => each.startsWith('Limit'))
    expect(plan).toContain('category_events_in_order')
    expect(plan).not.toMatch(/Seq Scan/)
    expect(plan).not.toMatch(SORT)
  })

  test('control: a list that no index knows is sorted as a whole', async () => {
    const [plan] = await plansOf(sql, db => listEvents(db, selection(db, page(sortedBy('title')))))
    expect(plan).toMatch(SORT)
  })
})

describe('how many there are', () => {
  test.each<[string, (db: Db) => Promise<unknown>]>([
    ['in all', db => countEvents(db, selection(db, {}))],
    ['to come', db => countEvents(db, selection(db, { filter: { status: 'UPCOMING' } }))],
    ['from a day on', db => countEvents(db, selection(db, { filter: { [START]: { $gte: '2030-05-01T00:00:00Z' } } }))],
    ['of each status', db => countEventsByStatus(db, { ...selection(db, {}, true), now: now() })],
  ])('%s, is counted in an index alone', async (_, read) => {
    const [plan] = await plansOf(sql, read)
    expect(plan).toContain('Index Only Scan')
    expect(plan).not.toMatch(/Seq Scan|Bitmap|GroupAggregate/)
  })
})

test('events 1.2.2, 1.2.7: a filter by status finds exactly what is counted of that status', async () => {
  const at = new Date('2030-05-01T12:00:00.000Z') // when some events begin, and some end
  const counted = await countEventsByStatus(sql, { ...selection(sql, {}, true), now: at })
  const statuses = ['CANCELED', 'DRAFT', 'ENDED', 'STARTED', 'UPCOMING'] as const
  expect(counted.map(({ status }) => status)).toEqual(statuses)
  const ofStatus = (filter: object) => {
    const query = compileEventQuery(sql, { filter: { status: filter } }, at)
    return countEvents(sql, { siteId, includeDrafts: true, query })
  }
  const found = await Promise.all(statuses.map(status => ofStatus({ $eq: status })))
  expect(found).toEqual(counted.map(({ count }) => count))
  const sum = found.reduce((total, count) => total + count, 0)
  expect([await ofStatus({ $in: [...statuses] }), sum]).toEqual([EVENTS + 1, EVENTS + 1])
  expect([await ofStatus({ $in: [] }), await ofStatus({ $eq: 'LATE' })]).toEqual([0, 0])
})
