import * as schemas from '@wix/auto_sdk_events_ticket-definitions-v-2/schemas'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { aDefinition, aSale, FREE, must, refusalOf } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'
import { definitionFields } from './store.ts'

const app = await testApp()
const { admin, visitor, otherSite, sql, siteId, setNow } = app

const V3 = '/events/v3/ticket-definitions'
type Shown = { id: string; name: string }
const named = ({ body }: { body: { ticketDefinitions: Shown[] } }) => body.ticketDefinitions.map(({ name }) => name)
const query = (body: unknown, caller = admin) => must(caller, 'POST', `${V3}/query`, body)
const available = (body: unknown, caller = admin) => must(caller, 'POST', `${V3}/available/query`, body)

describe('filter and sort', async () => {
  const eventId = await anEvent(sql, siteId)
  const otherEventId = await anEvent(sql, siteId)
  const price = (value: string) => ({ pricingMethod: { fixedPrice: { value, currency: 'EUR' } } })
  setNow('2030-05-01T10:00:00Z')
  const free = await aDefinition(app, eventId, { name: 'Free', ...FREE, feeType: 'NO_FEE', initialLimit: 10 })
  setNow('2030-05-01T11:00:00Z')
  await aDefinition(app, eventId, { name: 'Cheap', ...price('9.50'), description: 'Under ten', initialLimit: 2 })
  setNow('2030-05-01T12:00:00Z')
  await aDefinition(app, eventId, {
    name: 'Dear',
    ...price('100'),
    hidden: true,
    salePeriod: { startDate: '2030-06-01T00:00:00Z' },
  })
  await aDefinition(app, eventId, {
    name: 'Gift',
    pricingMethod: { guestPrice: { value: '5', currency: 'EUR' } },
    salePeriod: { endDate: '2030-04-01T00:00:00Z' },
  })
  await must(admin, 'PATCH', `${V3}/${free.id}`, { ticketDefinition: { revision: '1', name: 'Free' } })
  await aDefinition(app, otherEventId, { name: 'Yen', pricingMethod: { fixedPrice: { value: '50', currency: 'JPY' } } })

  test.each([
    [{}, 'Free Cheap Dear Gift Yen'],
    [{ id: free.id }, 'Free'],
    [{ id: free.id.toUpperCase() }, 'Free'],
    [{ id: { $in: [free.id, newGuid()] } }, 'Free'],
    [{ id: { $nin: [free.id] } }, 'Cheap Dear Gift Yen'],
    [{ id: { $ne: free.id } }, 'Cheap Dear Gift Yen'],
    [{ id: { $gte: '00000000-0000-0000-0000-000000000000' } }, 'Free Cheap Dear Gift Yen'],
    [{ id: 'nonsense' }, ''],
    [{ eventId: otherEventId }, 'Yen'],
    [{ eventId: { $exists: false } }, ''],
    [{ revision: '2' }, 'Free'],
    [{ revision: { $lt: '2' } }, 'Cheap Dear Gift Yen'],
    [{ revision: { $lt: '9223372036854' } }, 'Free Cheap Dear Gift Yen'],
    [{ createdDate: { $gt: '2030-05-01T10:00:00.000Z', $lt: '2030-05-01T12:00:00.000Z' } }, 'Cheap'],
    [{ createdDate: '2030-05-01T12:00:00+01:00' }, 'Cheap'],
    [{ updatedDate: { $gte: '2030-05-01T12:00:00Z' } }, 'Free Dear Gift Yen'],
    [{ name: 'Cheap' }, 'Cheap'],
    [{ name: { $in: ['Cheap', 'Gift'] } }, 'Cheap Gift'],
    [{ name: { $gt: 'Dear', $lte: 'Gift' } }, 'Free Gift'],
    [{ name: { $startsWith: 'gi' } }, 'Gift'],
    [{ name: '%' }, ''],
    [{ description: { $exists: true } }, 'Cheap'],
    [{ description: null }, 'Free Dear Gift Yen'],
    [{ description: { $ne: 'Under ten' } }, 'Free Dear Gift Yen'],
    [{ initialLimit: 10 }, 'Free'],
    [{ initialLimit: { $lt: 3_000_000_000 } }, 'Free Cheap'],
    [{ initialLimit: { $nin: [10] } }, 'Cheap Dear Gift Yen'],
    [{ 'pricingMethod.fixedPrice.value': '9.5' }, 'Cheap'],
    [{ 'pricingMethod.fixedPrice.value': { $gte: '9.5', $lt: '100' } }, 'Cheap Yen'],
    [{ 'pricingMethod.fixedPrice.value': { $exists: false } }, 'Gift'],
    [{ 'pricingMethod.fixedPrice.currency': 'JPY' }, 'Yen'],
    [{ feeType: 'NO_FEE' }, 'Free'],
    [{ feeType: { $nin: ['NO_FEE', 'FEE_ADDED_AT_CHECKOUT'] } }, 'Cheap Dear Gift Yen'],
    [{ hidden: true }, 'Dear'],
    [{ hidden: { $in: [false] } }, 'Free Cheap Gift Yen'],
    [{ hidden: { $ne: false } }, 'Dear'],
    [{ 'pricingMethod.free': true }, 'Free'],
    [{ 'pricingMethod.pricingType': 'DONATION' }, 'Gift'],
    [{ saleStatus: 'SALE_SCHEDULED' }, 'Dear'],
    [{ saleStatus: { $in: ['SALE_ENDED', 'SALE_STARTED'] } }, 'Free Cheap Gift Yen'],
    [{ saleStatus: { $exists: true } }, 'Free Cheap Dear Gift Yen'],
    [{ $and: [{ eventId }, { hidden: false }] }, 'Free Cheap Gift'],
    [{ $or: [{ name: 'Yen' }, { hidden: true }] }, 'Dear Yen'],
    [{ $not: { eventId } }, 'Yen'],
    [{ $not: { description: 'Under ten' } }, 'Free Dear Gift Yen'],
  ])('R103, R101: %j finds %s, in the order of creation', async (filter, names) => {
    const found = await query({ query: { filter } })
    // Those of one moment come in the order of their ids.
    expect(named(found).sort()).toEqual(names.split(' ').filter(Boolean).sort())
    expect((await must(admin, 'POST', `${V3}/count`, { filter })).body.metadata.total).toBe(found.body.metadata.total)
    expect(judgedByClient(schemas.QueryTicketDefinitionsResponse, found.body)).toEqual([])
  })

  test('api 6: whatever is asked, the answer is a page or a refusal, never a fault', async () => {
    const known = Object.keys(definitionFields)
    const operator = fc.constantFrom(
      '$eq',
      '$ne',
      '$gt',
      '$lte',
      '$in',
      '$nin',
      '$exists',
      '$isEmpty',
      '$startsWith',
      '$hasSome',
      '$x',
    )
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom('2030-05-01T12:00:00Z', '0001-01-01', free.id, '5', 'SALE_ENDED', '-0', '1e5', '99999999999999'),
      fc.array(fc.oneof(fc.boolean(), fc.string(), fc.integer(), fc.constant(free.id)), { maxLength: 3 }),
    )
    const condition = fc.oneof(value, fc.dictionary(operator, value, { minKeys: 1, maxKeys: 2 }))
    const name = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known) }, fc.string())
    const filter = fc.oneof(
      fc.dictionary(name, condition, { maxKeys: 3 }),
      fc.record({ $or: fc.array(fc.dictionary(name, condition, { maxKeys: 2 }), { maxLength: 2 }) }),
      fc.record({ $not: fc.dictionary(name, condition, { maxKeys: 2 }) }),
    )
    const sort = fc.array(fc.record({ fieldName: name, order: fc.constantFrom('ASC', 'DESC', 'asc') }), {
      maxLength: 2,
    })
    await fc.assert(
      fc.asyncProperty(filter, sort, async (filter, sort) => {
        const { status } = await admin('POST', `${V3}/query`, { query: { filter, sort } })
        expect([200, 400]).toContain(status)
      }),
      { numRuns: 400 },
    )
  })

  test.each([
    ['id', 5],
    ['eventId', 5],
    ['revision', 5],
    ['createdDate', 5],
    ['updatedDate', 5],
    ['description', 5],
    ['pricingMethod.fixedPrice.currency', 5],
    ['feeType', 5],
    ['hidden', 5],
    ['pricingMethod.free', 5],
    ['pricingMethod.pricingType', 5],
    ['saleStatus', 5],
  ])('R103: all can be sorted by %s', async (fieldName, count) => {
    expect(named(await query({ query: { sort: [{ fieldName, order: 'DESC' }] } }))).toHaveLength(count)
  })

  test.each([
    [[{ fieldName: 'name' }], 'Cheap Dear Free Gift Yen'],
    [[{ fieldName: 'name', order: 'DESC' }], 'Yen Gift Free Dear Cheap'],
    [[{ fieldName: 'pricingMethod.fixedPrice.value', order: 'ASC' }], 'Free Cheap Yen Dear Gift'],
    [[{ fieldName: 'initialLimit' }, { fieldName: 'name', direction: 'DESC' }], 'Cheap Free Yen Gift Dear'],
    [[{ fieldName: 'eventId' }, { fieldName: 'sortIndex', direction: 'DESC' }], null],
  ])('R103, R11, api 6.1.3: sorted by %j', async (sort, names) => {
    const found = named(await query({ query: { sort } })).join(' ')
    if (names) expect(found).toBe(names)
    else expect(found).toMatch(/Gift Dear Cheap Free/)
  })

  test('R106: counts by sale status, hidden ones too; the available count leaves those out', async () => {
    const { body } = await must(admin, 'POST', `${V3}/count`, { filter: { eventId }, facet: ['saleStatus', 'unknown'] })
    expect(body).toEqual({
      metadata: { total: 4 },
      facets: { saleStatus: { counts: { SALE_STARTED: 2, SALE_SCHEDULED: 1, SALE_ENDED: 1 } } },
    })
    expect(judgedByClient(schemas.CountTicketDefinitionsResponse, body)).toEqual([])
    expect((await must(admin, 'POST', `${V3}/count`, {})).body).toEqual({ metadata: { total: 5 } })
    const guests = (await must(await visitor(), 'POST', `${V3}/available/count`, { filter: { eventId } })).body
    expect(guests).toEqual({ metadata: { total: 3 } })
    expect(judgedByClient(schemas.CountAvailableTicketDefinitionsResponse, guests)).toEqual([])
  })

  test('R105, R73, R74: guests see all but hidden ones, whether on sale or not', async () => {
    const found = await available({ query: { filter: { eventId } } }, await visitor())
    expect(named(found).sort()).toEqual(['Cheap', 'Free', 'Gift'])
    expect(judgedByClient(schemas.QueryAvailableTicketDefinitionsResponse, found.body)).toEqual([])
    expect(named(await available({ query: { filter: { hidden: true } } }, await visitor()))).toEqual([])
    expect(named(await available({ query: { filter: { eventId, hidden: true } } }))).toEqual([])
  })
})

describe('what guests see', () => {
  test('R27, R30: no sales figures and no extended fields, without an error', async () => {
    const { eventId } = await aSale(app, {
      definition: { initialLimit: 5, extendedFields: { namespaces: { _user_fields: { a: 1 } } } },
    })
    const body = { query: { filter: { eventId } }, fields: ['SALES_DETAILS', 'EVENT_DETAILS'] }
    const [seen] = (await available(body, await visitor())).body.ticketDefinitions
    expect(seen).not.toHaveProperty('salesDetails')
    expect(seen).not.toHaveProperty('extendedFields')
    expect(seen).toMatchObject({ limitPerCheckout: 5, eventDetails: { title: 'A concert' } })
    const [all] = (await available(body)).body.ticketDefinitions
    expect(all).toMatchObject({ salesDetails: { unsoldCount: 5 }, extendedFields: { namespaces: {} } })
  })

  test('R105: a sold-out definition is there, with 0 for one checkout', async () => {
    const { eventId } = await aSale(app, { definition: { initialLimit: 0 } })
    const found = await available({ query: { filter: { eventId } } }, await visitor())
    expect(found.body.ticketDefinitions).toMatchObject([{ limitPerCheckout: 0 }])
  })

  test("inferred: a draft's definitions are for those who may see drafts", async () => {
    const eventId = await anEvent(sql, siteId, { publishedAt: null })
    await aDefinition(app, eventId)
    const body = { query: { filter: { eventId } } }
    expect(named(await available(body, await visitor()))).toEqual([])
    expect(named(await available(body))).toEqual(['Standard'])
  })

  test('events of several definitions are read once: EVENT_DETAILS over many events', async () => {
    const sales = [await aSale(app), await aSale(app), await aSale(app)]
    const filter = { eventId: { $in: sales.map(({ eventId }) => eventId) } }
    const { body } = await query({ query: { filter }, fields: ['EVENT_DETAILS'] })
    const slugs = body.ticketDefinitions.map(
      (each: { eventDetails: { eventPageUrl: { path: string } } }) => each.eventDetails.eventPageUrl.path,
    )
    expect(new Set(slugs).size).toBe(3)
    expect(judgedByClient(schemas.QueryTicketDefinitionsResponse, body)).toEqual([])
  })
})

describe('paging', async () => {
  const { siteId, admin } = await otherSite()
  const eventId = await anEvent(sql, siteId)
  for (const name of ['A', 'B', 'C', 'D', 'E']) await aDefinition({ admin }, eventId, { name })
  const query = (body: unknown) => must(admin, 'POST', `${V3}/query`, body)
  const filter = { eventId }
  const sort = [{ fieldName: 'name', order: 'DESC' }]
  const cursorsKept = async () => (await sql`select from query_cursors where site_id = ${siteId}`).count

  test('R101: by offset, with the total', async () => {
    const { body } = await query({ query: { filter, sort, paging: { limit: 2, offset: 3 } } })
    expect(named({ body })).toEqual(['B', 'A'])
    expect(body.metadata).toEqual({ count: 2, offset: 3, total: 5, tooManyToCount: false })
    const nothing = await query({ query: { filter, paging: { limit: 0 } } })
    expect(nothing.body).toMatchObject({ ticketDefinitions: [], metadata: { count: 0, total: 5 } })
  })

  test('R102, api 6.3.3: by cursor alone, forth and back, each of 36 characters', async () => {
    const pages: string[][] = []
    const backwards: string[][] = []
    let answer = await query({ query: { filter, sort, cursorPaging: { limit: 2 } } })
    for (;;) {
      expect(judgedByClient(schemas.QueryTicketDefinitionsResponse, answer.body)).toEqual([])
      pages.push(named(answer))
      const { next } = answer.body.metadata.cursors
      if (!next) break
      expect(next).toHaveLength(36)
      answer = await query({ query: { cursorPaging: { cursor: next, limit: 2 } } })
    }
    expect(pages).toEqual([['E', 'D'], ['C', 'B'], ['A']])
    for (let { prev } = answer.body.metadata.cursors; prev; prev = answer.body.metadata.cursors.prev) {
      answer = await query({ query: { cursorPaging: { cursor: prev } } })
      backwards.push(named(answer))
    }
    expect(backwards).toEqual([
      ['C', 'B'],
      ['E', 'D'],
    ])
    expect(answer.body.metadata.cursors).not.toHaveProperty('prev')
  })

  test('api 6.3.5: filter and sort beside a cursor are ignored', async () => {
    const { body } = await query({ query: { filter, sort, cursorPaging: { limit: 2 } } })
    const cursorPaging = { cursor: body.metadata.cursors.next, limit: 2 }
    const again = await query({ query: { filter: { name: 'A' }, sort: [], cursorPaging } })
    expect(named(again)).toEqual(['C', 'B'])
  })

  test('R105: a cursor of the organizer shows a guest no hidden definition', async () => {
    const { eventId: ours } = await aSale(app, { definition: { name: 'A' } })
    for (const name of ['B', 'C', 'D']) await aDefinition(app, ours, { name, hidden: name === 'C' })
    const page = { filter: { eventId: ours }, sort: [{ fieldName: 'name' }], cursorPaging: { limit: 1 } }
    const { body } = await must(app.admin, 'POST', `${V3}/query`, { query: page })
    const cursorPaging = { cursor: body.metadata.cursors.next, limit: 9 }
    expect(named(await available({ query: { cursorPaging } }, await visitor()))).toEqual(['B', 'D'])
  })

  test("another site's cursor is none here", async () => {
    const { body } = await query({ query: { filter, cursorPaging: { limit: 2 } } })
    const foreign = await otherSite()
    const cursorPaging = { cursor: body.metadata.cursors.next }
    const answer = await foreign.admin('POST', `${V3}/query`, { query: { cursorPaging } })
    expect(refusalOf(answer)).toEqual([400, ['query.cursorPaging.cursor']])
  })

  test('reading a page again keeps no new cursor, and after a day the old ones go', async () => {
    const page = { query: { filter, sort: [{ fieldName: 'name' }], cursorPaging: { limit: 1 } } }
    const first = await query(page)
    const before = await cursorsKept()
    expect((await query(page)).body.metadata.cursors).toEqual(first.body.metadata.cursors)
    expect(await cursorsKept()).toBe(before)
    setNow('2030-05-02T12:00:01.000Z')
    await query({ query: { filter, sort: [{ fieldName: 'name' }], cursorPaging: { limit: 4 } } })
    expect(await cursorsKept()).toBe(1)
    const cursorPaging = { cursor: first.body.metadata.cursors.next }
    const late = await admin('POST', `${V3}/query`, { query: { cursorPaging } })
    expect(refusalOf(late)).toEqual([400, ['query.cursorPaging.cursor']])
    expect((await query(page)).body.metadata.cursors).toEqual(first.body.metadata.cursors)
    setNow('2030-05-01T12:00:00.000Z')
  })

  test('a filter too long to be kept is refused where there is a next page, and only there', async () => {
    const long = { eventId, name: { $nin: Array.from({ length: 400 }, () => newGuid()) } }
    const before = await cursorsKept()
    const answer = await admin('POST', `${V3}/query`, { query: { filter: long, cursorPaging: { limit: 1 } } })
    expect(refusalOf(answer)).toEqual([400, ['query.filter']])
    expect(await cursorsKept()).toBe(before)
    expect(named(await query({ query: { filter: long } }))).toHaveLength(5)
  })
})
