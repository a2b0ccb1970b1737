import { beforeAll, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { plansOf } from '../../test/support/plans.ts'
import type { Db } from '../db/connect.ts'
import { newGuid } from '../ids.ts'
import { listActivitiesAfter, newestActivity } from './follow.ts'
import { type ActivityFilter, listActivities } from './list.ts'

// What reading costs on a site with 60,000 activities, beside another that has as many: no further than it goes.

const app = await testApp({ lawless: true })
const { sql, siteId } = app
const [entityId, adminId] = [newGuid(), newGuid()]

beforeAll(async () => {
  const other = await app.otherSite()
  await sql`
    insert into activities (
      site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at, xact
    )
    select case n % 2 when 0 then ${siteId}::uuid else ${other.siteId}::uuid end, 'order',
           case when n < 20 then ${entityId} else n::text end, n, 'order.initiated', '{}',
           case n % 50 when 0 then 'admin' else 'visitor' end,
           case n % 50 when 0 then ${adminId} else gen_random_uuid()::text end,
           timestamptz '2030-01-01' + n * interval '1 second', n / 3
      from generate_series(1, 120000) as n`
  await sql`vacuum (analyze) activities`
}, 60_000)

const NONE: ActivityFilter = {
  siteId,
  entityKind: null,
  entityId: null,
  eventId: null,
  actorKind: null,
  actorId: null,
  kind: null,
  from: null,
  to: null,
}
const page = (filter: Partial<ActivityFilter>) => (db: Db) =>
  listActivities(db, { ...NONE, ...filter }, { before: { xact: 30_000, activityId: 1 }, limit: 50 })

const after = Buffer.from(JSON.stringify([newGuid(), 100, 1])).toString('base64url')
const followed = (of: string | null) => (db: Db) =>
  listActivitiesAfter(db, { siteId: of, after, limit: 100 }).catch(() => {}) // a plan has no rows to tell of

test.each<[string, (db: Db) => Promise<unknown>, RegExp]>([
  ['the newest', page({}), /Index Scan Backward using activities_pkey/],
  ['of one entity', page({ entityKind: 'order', entityId }), /using activities_of_entity/],
  ['of one of the organizer’s people', page({ actorKind: 'admin', actorId: adminId }), /using activities_by_actor/],
  ['what follows, at one site', followed(siteId), /Index Scan using activities_pkey/],
  ['what follows, at all sites', followed(null), /Index Scan using activities_in_order/],
  ['the newest of all sites', newestActivity, /Index (Only )?Scan Backward using activities_in_order/],
])('%s: read by an index, in its order', async (_, read, index) => {
  const [plan = ''] = await plansOf(sql, read, /^\s*with/)
  expect(plan).toMatch(index)
  expect(plan).not.toMatch(/Seq Scan on activities\b/)
})

test('where a moment is, is found by halving', async () => {
  const read = page({ from: new Date('2030-01-01T10:00:00Z'), to: new Date('2030-01-01T10:10:00Z') })
  const plans = await plansOf(sql, read, /^\s*with/)
  expect(plans).toHaveLength(3)
  expect(plans[0]).toMatch(/Index (Only )?Scan Backward using activities_pkey/)
  expect(plans.join()).not.toMatch(/Seq Scan on activities\b/)
  const { activities } = await read(sql)
  expect(activities).toHaveLength(50)
  const [all] = await sql`
    select count(*)
      from activities
     where site_id = ${siteId}
       and occurred_at >= '2030-01-01T10:00:00Z'
       and occurred_at < '2030-01-01T10:10:00Z'`
  const found = await listActivities(
    sql,
    { ...NONE, from: new Date('2030-01-01T10:00:00Z'), to: new Date('2030-01-01T10:10:00Z') },
    { before: null, limit: 1000 },
  )
  expect(found).toMatchObject({ next: null })
  expect(found.activities).toHaveLength(all?.count)
})

test('control: by what no index knows, all is looked at', async () => {
  const [plan] = await plansOf(sql, db => db`select from activities where kind = 'order.paid'`)
  expect(plan).toMatch(/Seq Scan on activities/)
})
