import { beforeAll, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { newGuid } from '../ids.ts'

const { admin, visitor, otherSite, setNow } = await testApp()

const V3 = '/events/v3/events'
const NOW = '2030-05-01T12:00:00.000Z'

// One a minute: gone, live, next, open are published, hidden is a draft, off is canceled.
const EVENTS = {
  gone: ['2030-01-01T10:00:00.000Z', '2030-01-01T12:00:00.000Z'],
  live: ['2030-05-01T10:00:00.000Z', '2030-05-02T12:00:00.000Z'],
  next: ['2030-06-01T10:00:00.000Z', '2030-06-01T12:00:00.000Z'],
  open: null,
  hidden: ['2030-07-01T10:00:00.000Z', '2030-07-01T12:00:00.000Z'],
  off: ['2030-08-01T10:00:00.000Z', '2030-08-01T12:00:00.000Z'],
} as const
const ids: Record<string, string> = {}

beforeAll(async () => {
  for (const [index, [title, dates]] of Object.entries(EVENTS).entries()) {
    setNow(`2030-04-01T12:0${index}:00.000Z`)
    const [startDate, endDate] = dates ?? []
    const event = {
      title,
      location: { type: 'ONLINE' },
      dateAndTimeSettings: dates
        ? { startDate, endDate, timeZoneId: 'UTC' }
        : { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' },
      registration: { initialType: title === 'live' ? 'RSVP' : 'TICKETING' },
    }
    const { body } = await admin('POST', V3, { event, draft: title === 'hidden' })
    ids[title] = body.event.id
    if (title === 'off') await admin('POST', `${V3}/${body.event.id}/cancel`, {})
  }
  setNow(NOW)
})

const query = (wire: object, more: object = {}) => admin('POST', `${V3}/query`, { query: wire, ...more })

async function titles(wire: object, more: object = {}): Promise<string[]> {
  const { status, body } = await query({ paging: { limit: 100 }, ...wire }, more)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.events.map(({ title }: { title: string }) => title)
}

describe('query', () => {
  test('events 1.14.4, api 6.3.8: without paging there are totals only, whatever else is missing', async () => {
    const answers = [
      await admin('POST', `${V3}/query`),
      await admin('POST', `${V3}/query`, {}),
      await query({ filter: {} }),
      await query({ paging: { limit: 0, offset: 0 } }),
    ]
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      Array(4).fill([200, { events: [], pagingMetadata: { count: 0, offset: 0, total: 5, tooManyToCount: false } }]),
    )
  })

  test('events 1.14.4, 1.14.8: oldest first, canceled ones too, drafts not', async () => {
    expect(await titles({})).toEqual(['gone', 'live', 'next', 'open', 'off'])
  })

  test('events 1.14.6, 1.14.7: drafts only for those who ask for them', async () => {
    expect(await titles({}, { includeDrafts: true })).toContain('hidden')
    expect(await titles({ filter: { status: 'DRAFT' } })).toEqual([])
    expect(await titles({ filter: { status: 'DRAFT' } }, { includeDrafts: true })).toEqual(['hidden'])
  })

  test('api 4.3: guests query what is published', async () => {
    const guest = await visitor()
    const { body } = await guest('POST', `${V3}/query`, { query: { paging: { limit: 50, offset: 0 }, filter: {} } })
    expect(body.events.map(({ title }: { title: string }) => title)).toEqual(['gone', 'live', 'next', 'open', 'off'])
  })

  test('api 6.3.1: pages by offset', async () => {
    const { body } = await query({ paging: { limit: 2, offset: 3 } })
    expect(body.events.map(({ title }: { title: string }) => title)).toEqual(['open', 'off'])
    expect(body.pagingMetadata).toEqual({ count: 2, offset: 3, total: 5, tooManyToCount: false })
  })

  test('api 6.3.3: pages by cursor too', async () => {
    const first = await query({ cursorPaging: { limit: 3 }, filter: { status: { $ne: 'CANCELED' } } })
    const next = first.body.pagingMetadata.cursors.next
    const second = await query({ cursorPaging: { limit: 3, cursor: next } })
    const seen = [first, second].flatMap(({ body }) => body.events.map(({ title }: { title: string }) => title))
    expect(seen).toEqual(['gone', 'live', 'next', 'open'])
    expect(second.body.pagingMetadata.cursors.next).toBeUndefined()
  })

  test.each([
    ['id', () => ({ id: ids.next }), ['next']],
    ['id $in', () => ({ id: { $in: [ids.next, ids.gone, ids.hidden] } }), ['gone', 'next']],
    ['id of the wrong form', () => ({ id: 'x' }), []],
    ['title', () => ({ title: { $gte: 'next', $lt: 'open' } }), ['next', 'off']],
    ['slug', () => ({ slug: { $hasSome: ['live', 'open'] } }), ['live', 'open']],
    ['createdDate', () => ({ createdDate: { $gt: '2030-04-01T12:02:00Z' } }), ['open', 'off']],
    ['updatedDate', () => ({ updatedDate: { $lte: '2030-04-01T14:00:00+02:00' } }), ['gone']],
    ['start', () => ({ 'dateAndTimeSettings.startDate': { $lt: '2030-05-02T00:00:00Z' } }), ['gone', 'live']],
    ['open start', () => ({ 'dateAndTimeSettings.startDate': null }), ['open']],
    ['end', () => ({ 'dateAndTimeSettings.endDate': '2030-06-01T12:00:00Z' }), ['next']],
    ['status', () => ({ status: { $in: ['STARTED', 'ENDED'] } }), ['gone', 'live']],
    ['status $ne', () => ({ status: { $ne: 'UPCOMING' } }), ['gone', 'live', 'off']],
    ['type', () => ({ 'registration.initialType': 'RSVP' }), ['live']],
    ['user', () => ({ userId: '5f3a2c1e-0000-4000-8000-000000000001' }), []],
    ['and', () => ({ $and: [{ title: { $ne: 'live' } }, { status: { $ne: 'CANCELED' } }] }), ['gone', 'next', 'open']],
    [
      'or, not',
      () => ({ $or: [{ title: 'open' }, { $not: { status: 'UPCOMING' } }] }),
      ['gone', 'live', 'open', 'off'],
    ],
  ] as const)('api 6.5: filters by %s', async (_, filter, expected) => {
    expect(await titles({ filter: filter() })).toEqual(expected)
  })

  test.each([
    ['title', 'DESC', ['open', 'off', 'next', 'live', 'gone']],
    ['dateAndTimeSettings.startDate', 'ASC', ['gone', 'live', 'next', 'off', 'open']],
    ['updatedDate', 'DESC', ['off', 'open', 'next', 'live', 'gone']],
    ['status', 'ASC', ['off', 'gone', 'live', 'next', 'open']],
  ])('api 6.5: sorts by %s', async (fieldName, order, expected) => {
    const sorted = await titles({ sort: [{ fieldName, order }] })
    // Equal keys are told apart by id.
    if (fieldName !== 'status') return expect(sorted).toEqual(expected)
    expect([sorted.slice(0, 3), sorted.slice(3).sort()]).toEqual([expected.slice(0, 3), expected.slice(3)])
  })

  test.each([
    ['an unknown field', { location: 'x' }],
    ['an operator that is not listed', { title: { $startsWith: 'x' } }],
    ['more than equality of the type', { 'registration.initialType': { $ne: 'RSVP' } }],
    ['a nested object', { registration: { initialType: 'RSVP' } }],
    ['an order of statuses', { status: { $gt: 'ENDED' } }],
    ['no date', { createdDate: 'yesterday' }],
    ['the year 20000', { createdDate: { $gt: '+020000-01-01T00:00:00Z' } }],
    ['a number as title', { title: 7 }],
  ])('events 1.14.9: a filter with %s is refused', async (_, filter) => {
    const { status, body } = await query({ filter })
    expect([status, body.details.applicationError?.code]).toEqual([400, 'FILTER_PARSER_ERROR'])
  })

  test.each([
    ['a page of 1001', { paging: { limit: 1001 } }, 'query.paging.limit'],
    ['a negative offset', { paging: { offset: -1 } }, 'query.paging.offset'],
    ['R10: both kinds of paging', { paging: { limit: 1 }, cursorPaging: { limit: 1 } }, 'query.cursorPaging'],
    ['a sort by the type', { sort: [{ fieldName: 'registration.initialType' }] }, 'query.sort[0].fieldName'],
    ['a filter that is a list', { filter: [] }, 'query.filter'],
  ])('events 1.14.5, api 6.3.7: %s is refused by its path', async (_, wire, field) => {
    const { status, body } = await query(wire)
    expect([status, body.details.validationError.fieldViolations[0].field]).toEqual([400, field])
  })

  test('api 6.3.7: a page of 1000 is served', async () => {
    expect(await titles({ paging: { limit: 1000 } })).toHaveLength(5)
  })
})

describe('count by status', () => {
  const count = (body?: object, caller = admin) => caller('POST', `${V3}/count-by-status`, body)
  const byStatus = { facet: ['status'] }

  test('events 1.14.10, 1.14.11: counts what matches, by status only when asked', async () => {
    const paging = { count: 0, offset: 0, total: 5, tooManyToCount: false }
    expect((await count(byStatus)).body).toEqual({
      pagingMetadata: paging,
      facets: { status: { counts: { UPCOMING: 2, STARTED: 1, ENDED: 1, CANCELED: 1 } } },
    })
    for (const body of [undefined, {}, { facet: [] }, { facet: ['price'] }])
      expect((await count(body)).body).toEqual({ pagingMetadata: paging, facets: {} })
    const filtered = await count({ filter: { 'registration.initialType': 'RSVP' }, ...byStatus })
    expect(filtered.body.facets).toEqual({ status: { counts: { STARTED: 1 } } })
  })

  test('events 1.2.7: the clock decides, not what was stored', async () => {
    setNow('2030-06-01T11:00:00.000Z')
    try {
      expect((await count(byStatus)).body.facets.status.counts).toEqual({
        UPCOMING: 1,
        STARTED: 1,
        ENDED: 2,
        CANCELED: 1,
      })
    } finally {
      setNow(NOW)
    }
  })

  test('events 1.14.6: drafts count for those who may read them, and only when they ask', async () => {
    const withDrafts = { ...byStatus, includeDrafts: true }
    expect((await count(withDrafts)).body.facets.status.counts).toHaveProperty('DRAFT', 1)
    expect((await count(withDrafts, await visitor())).status).toBe(403)
    expect((await count(byStatus, await visitor())).body.facets.status.counts).not.toHaveProperty('DRAFT')
  })

  test('api 6.1.4: a filter that cannot be read is FILTER_PARSER_ERROR', async () => {
    const { status, body } = await count({ filter: { color: 'red' } })
    expect([status, body.details.applicationError.code]).toEqual([400, 'FILTER_PARSER_ERROR'])
  })
})

describe('list by category', () => {
  const CATEGORIES = '/events/v1/categories'
  const list = (categoryId: string, rest = '', caller = admin) => caller('GET', `${V3}/category/${categoryId}${rest}`)
  const titlesOf = ({ body }: { body: { events: { title: string }[] } }) => body.events.map(({ title }) => title)
  const aCategory = async (...titles: string[]) => {
    const { body } = await admin('POST', CATEGORIES, { category: { name: 'Music' } })
    const eventId = titles.map(title => ids[title])
    if (eventId.length > 0) await admin('POST', `${CATEGORIES}/${body.category.id}/events`, { eventId })
    return body.category.id as string
  }

  test('events 1.14.12, 8.6.4, 8.5.9, 8.5.11: at once, in the order of the category, without drafts, to anybody', async () => {
    const id = await aCategory('off', 'hidden', 'gone', 'next')
    const move = { eventId: ids.next, beforeEventId: ids.off }
    expect((await admin('POST', `${CATEGORIES}/${id}/reorder`, move)).status).toBe(200)
    for (const caller of [admin, await visitor()]) {
      const answer = await list(id, '', caller)
      expect(titlesOf(answer)).toEqual(['next', 'off', 'gone'])
      expect(answer.body.pagingMetadata).toEqual({ count: 3, offset: 0, total: 3, tooManyToCount: false })
    }
  })

  test('events 1.14.12: pages of up to 100, with the fieldsets that were asked for', async () => {
    const id = await aCategory('off', 'gone', 'next')
    const page = await list(id.toUpperCase(), '?paging.limit=1&paging.offset=1&fields=URLS&fields=TEXTS')
    expect(titlesOf(page)).toEqual(['gone'])
    expect(page.body.events[0]).toHaveProperty('eventPageUrl')
    expect(page.body.pagingMetadata).toEqual({ count: 1, offset: 1, total: 3, tooManyToCount: false })
    const { status, body } = await list(id, '?paging.limit=101')
    expect([status, body.details.validationError.fieldViolations[0].field]).toEqual([400, 'paging.limit'])
  })

  test('events 1.14.13: a category that is not there, or is empty, lists nothing', async () => {
    for (const id of [newGuid(), await aCategory()])
      expect((await list(id)).body).toEqual({
        events: [],
        pagingMetadata: { count: 0, offset: 0, total: 0, tooManyToCount: false },
      })
  })

  test('another site sees none of it', async () => {
    const id = await aCategory('gone')
    expect((await list(id, '', (await otherSite()).admin)).body.events).toEqual([])
  })
})
