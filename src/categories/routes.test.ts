import { describe, expect, test } from 'vitest'
import { type Answer, testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { inTransaction } from '../db/transaction.ts'
import { publishedPaths } from '../http/mounts.ts'
import { newGuid } from '../ids.ts'
import { CATEGORIES_PER_EVENT_MAX } from './model.ts'
import { insertAssignments, listAssignments } from './store.ts'

const { admin, visitor, anonymous, otherSite, sql, siteId, setNow, now } = await testApp()
const CATEGORIES = '/events/v1/categories'
const BULK = '/events/v1/bulk/categories'

const aCategory = async (name = 'Music', states?: string[]) => {
  const { body } = await admin('POST', CATEGORIES, { category: { name, states } })
  return body.category
}
const assign = (categoryId: string, ...eventId: string[]) =>
  admin('POST', `${CATEGORIES}/${categoryId}/events`, { categoryId, eventId })
const query = (filter: unknown, more: object = {}, fieldset?: string[]) =>
  admin('POST', `${CATEGORIES}/query`, { query: { filter, ...more }, fieldset })
const codeOf = ({ status, body }: Answer) => [status, body.details?.applicationError?.code]
const fieldsOf = ({ status, body }: Answer) => [
  status,
  ...body.details.validationError.fieldViolations.map(
    ({ field, violatedRule }: { field: string; violatedRule: string }) => `${field} ${violatedRule}`,
  ),
]
const namesOf = ({ body }: Answer) => body.categories.map(({ name }: { name: string }) => name)
const activitiesOf = async (categoryId: string) => {
  const rows = await sql`
    select sequence, kind
      from activities
     where entity_kind = 'category'
       and entity_id = ${categoryId}
     order by sequence`
  return rows.map(({ sequence, kind }) => `${sequence} ${kind.replace('category.', '')}`)
}
const eventsOf = async (categoryId: string) => {
  const rows = await sql`
    select event_id
      from category_events
     where category_id = ${categoryId}
     order by sort_index`
  return rows.map(({ eventId }) => eventId)
}

describe('create', () => {
  test('events 8.4, 8.5.2: a category is MANUAL unless told otherwise, with server-owned members of its own', async () => {
    const { body } = await admin('POST', CATEGORIES, {
      category: {
        id: newGuid(),
        name: 'Music',
        createdDate: '1999-01-01T00:00:00Z',
        counts: { assignedEventsCount: 9 },
      },
    })
    const { category } = body
    expect(body).toEqual({
      category: { id: category.id, name: 'Music', createdDate: now().toISOString(), states: ['MANUAL'] },
    })
    expect(await activitiesOf(category.id)).toEqual(['1 created'])
    expect((await aCategory('Hidden', ['HIDDEN', 'AUTO'])).states).toEqual(['AUTO', 'HIDDEN'])
    expect((await aCategory('Music')).id).not.toBe(category.id)
  })

  test.each([
    ['nothing', {}, ['category REQUIRED_FIELD']],
    ['no name', { category: {} }, ['category.name REQUIRED_FIELD']],
    ['an empty name', { category: { name: '' } }, ['category.name MIN_LENGTH']],
    ['a long name', { category: { name: 'x'.repeat(31) } }, ['category.name MAX_LENGTH']],
    ['a numeric name', { category: { name: 7 } }, ['category.name VALIDATION']],
    ['an unknown state', { category: { name: 'x', states: ['LOUD'] } }, ['category.states[0] INVALID_ENUM_VALUE']],
    [
      'four states',
      { category: { name: 'x', states: ['MANUAL', 'AUTO', 'HIDDEN', 'RECURRING_EVENT'] } },
      ['category.states MAX_SIZE'],
    ],
  ])('api 5.2.3: %s is refused by field', async (_, body, expected) => {
    expect(fieldsOf(await admin('POST', CATEGORIES, body))).toEqual([400, ...expected])
  })
})

describe('bulk create', () => {
  test('events 8.5.1, api 10: each category is judged separately; what was made comes back', async () => {
    const { status, body } = await admin('POST', `${BULK}/create`, {
      categories: [{ name: 'One' }, { name: '' }, { name: 'Three', states: ['LOUD'] }, 'four', { name: 'Five' }],
    })
    expect(status).toBe(200)
    expect(body.bulkActionMetadata).toEqual({ totalSuccesses: 2, totalFailures: 3, undetailedFailures: 0 })
    const [one, two, three, four, five] = body.results
    expect(one).toEqual({
      itemMetadata: { id: one.item.id, originalIndex: 0, success: true },
      item: { id: one.item.id, name: 'One', createdDate: now().toISOString(), states: ['MANUAL'] },
    })
    expect(two.itemMetadata).toMatchObject({ originalIndex: 1, success: false, error: { code: 'INVALID_ARGUMENT' } })
    expect(two.itemMetadata.error.data.fieldViolations).toMatchObject([
      { field: 'categories[1].name', violatedRule: 'MIN_LENGTH' },
    ])
    expect(three.itemMetadata.error.data.fieldViolations).toMatchObject([
      { field: 'categories[2].states[0]', violatedRule: 'INVALID_ENUM_VALUE' },
    ])
    expect(four.itemMetadata.error.data.fieldViolations).toMatchObject([
      { field: 'categories[3]', violatedRule: 'VALIDATION' },
    ])
    expect(five.itemMetadata).toMatchObject({ originalIndex: 4, success: true })
    expect((await query({ id: { $in: [one.item.id, five.item.id] } })).body.metaData.total).toBe(2)
    expect(await activitiesOf(five.item.id)).toEqual(['1 created'])
  })

  test('events 8.5.1: none and eleven are refused as a whole', async () => {
    const create = (count: number) =>
      admin('POST', `${BULK}/create`, { categories: Array.from({ length: count }, () => ({ name: 'eleventh' })) })
    expect(fieldsOf(await create(0))).toEqual([400, 'categories MIN_SIZE'])
    expect(fieldsOf(await create(11))).toEqual([400, 'categories MAX_SIZE'])
    expect((await query({ name: 'eleventh' })).body.metaData.total).toBe(0)
    expect((await create(10)).body.bulkActionMetadata.totalSuccesses).toBe(10)
  })
})

describe('update', () => {
  test('events 8.5.3: name and states change when given; null states are MANUAL again; no revision is asked', async () => {
    const category = await aCategory('Old')
    const patch = (change: object) => admin('PATCH', `${CATEGORIES}/${category.id}`, { category: change })
    expect((await patch({ _id: newGuid(), name: 'New', revision: '77' })).body.category).toEqual({
      ...category,
      name: 'New',
    })
    expect((await patch({ states: ['HIDDEN'] })).body.category).toMatchObject({ name: 'New', states: ['HIDDEN'] })
    expect((await patch({ states: null })).body.category.states).toEqual(['MANUAL'])
    expect((await patch({})).status).toBe(200)
    expect((await query({ id: category.id })).body.categories).toEqual([{ ...category, name: 'New' }])
    expect(await activitiesOf(category.id)).toEqual(['1 created', '2 updated', '3 updated', '4 updated', '5 updated'])
  })

  test.each([
    ['a cleared name', { name: null }, ['category.name VALIDATION']],
    ['a long name', { name: 'x'.repeat(31) }, ['category.name MAX_LENGTH']],
    ['states of a wrong type', { states: 'MANUAL' }, ['category.states VALIDATION']],
  ])('%s is refused and changes nothing', async (_, change, expected) => {
    const category = await aCategory('Kept')
    const answer = await admin('PATCH', `${CATEGORIES}/${category.id}`, { category: change })
    expect(fieldsOf(answer)).toEqual([400, ...expected])
    expect((await query({ id: category.id })).body.categories).toEqual([category])
  })
})

test('events 8.5.4: deleting a category unassigns its events, which stay', async () => {
  const [category, eventId] = [await aCategory(), await anEvent(sql, siteId)]
  await assign(category.id, eventId)
  expect(await admin('DELETE', `${CATEGORIES}/${category.id}`)).toMatchObject({ status: 200, body: {} })
  expect((await admin('GET', `${CATEGORIES}/${eventId}`)).body).toEqual({ categories: [] })
  expect(codeOf(await admin('DELETE', `${CATEGORIES}/${category.id}`))).toEqual([404, 'CATEGORY_NOT_FOUND'])
  expect(await activitiesOf(category.id)).toEqual(['1 created', '2 events_assigned', '3 deleted'])
})

describe('assign and unassign', () => {
  test('events 8.5.5 and 8.6.3: events go to the end in request order; assigning twice is harmless', async () => {
    const category = await aCategory()
    const [a, b, c] = [await anEvent(sql, siteId), await anEvent(sql, siteId), await anEvent(sql, siteId)]
    expect(await assign(category.id.toUpperCase(), b, b.toUpperCase())).toMatchObject({ status: 200, body: {} })
    await assign(category.id, c, b, a)
    await assign(category.id, a)
    expect(await eventsOf(category.id)).toEqual([b, c, a])
    expect(await activitiesOf(category.id)).toEqual(['1 created', '2 events_assigned', '3 events_assigned'])
  })

  test('events 8.5.5: an unknown event is 404 and assigns nothing', async () => {
    const [category, eventId] = [await aCategory(), await anEvent(sql, siteId)]
    const foreign = await anEvent(sql, (await otherSite()).siteId)
    for (const unknown of [newGuid(), foreign])
      expect(codeOf(await assign(category.id, eventId, unknown))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(await eventsOf(category.id)).toEqual([])
    expect(await activitiesOf(category.id)).toEqual(['1 created'])
  })

  test('events 8.5.7: an eleventh category is refused and assigns nothing', async () => {
    const [full, free] = [await anEvent(sql, siteId), await anEvent(sql, siteId)]
    const categories = await Promise.all(Array.from({ length: 11 }, () => aCategory()))
    const [last, ...ten] = categories.map(({ id }) => id)
    for (const id of ten) expect((await assign(id, full)).status).toBe(200)
    expect(codeOf(await assign(last, free, full))).toEqual([428, 'CATEGORIES_LIMIT_REACHED'])
    expect(await eventsOf(last)).toEqual([])
    expect((await assign(ten[0], full, free)).status).toBe(200)
  })

  test('events 8.5.7: twelve assignments of one event at once, and ten are made', async () => {
    const eventId = await anEvent(sql, siteId)
    const categories = await Promise.all(Array.from({ length: 12 }, () => aCategory()))
    const answers = await Promise.all(categories.map(({ id }) => assign(id, eventId)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
    expect((await admin('GET', `${CATEGORIES}/${eventId}`)).body.categories).toHaveLength(10)
  })

  test('control: without locks, two that look at once both see room for the tenth', async () => {
    const eventId = await anEvent(sql, siteId)
    const ids = (await Promise.all(Array.from({ length: 11 }, () => aCategory()))).map(({ id }) => id)
    for (const id of ids.slice(2)) await assign(id, eventId)
    const bothLooked = Promise.withResolvers<void>()
    let looked = 0
    const assignUnlocked = (categoryId: string) =>
      inTransaction(sql, async tx => {
        const taken = await listAssignments(tx, siteId, [eventId])
        looked += 1
        if (looked === 2) bothLooked.resolve()
        await bothLooked.promise
        if (taken.length < CATEGORIES_PER_EVENT_MAX) await insertAssignments(tx, siteId, [{ categoryId, eventId }])
      })
    await Promise.all(ids.slice(0, 2).map(assignUnlocked))
    expect(await listAssignments(sql, siteId, [eventId])).toHaveLength(11)
  })

  test('unassigning takes off what is assigned and is harmless for the rest', async () => {
    const [category, other] = [await aCategory(), await aCategory()]
    const [a, b] = [await anEvent(sql, siteId), await anEvent(sql, siteId)]
    await assign(category.id, a, b)
    await assign(other.id, a)
    const url = `${CATEGORIES}/${category.id}/events?categoryId=${category.id}`
    expect(await admin('DELETE', `${url}&eventId=${a}&eventId=${newGuid()}`)).toMatchObject({ status: 200, body: {} })
    expect((await admin('DELETE', `${url}&eventId=${a}`)).status).toBe(200)
    expect([await eventsOf(category.id), await eventsOf(other.id)]).toEqual([[b], [a]])
    expect(await activitiesOf(category.id)).toEqual(['1 created', '2 events_assigned', '3 events_unassigned'])
  })

  test('1 to 100 event ids', async () => {
    const { id } = await aCategory()
    expect(fieldsOf(await assign(id))).toEqual([400, 'eventId MIN_SIZE'])
    expect(fieldsOf(await assign(id, 'x'))).toEqual([400, 'eventId[0] FORMAT'])
    expect(fieldsOf(await assign(id, ...Array.from({ length: 101 }, newGuid)))).toEqual([400, 'eventId MAX_SIZE'])
    expect(fieldsOf(await admin('DELETE', `${CATEGORIES}/${id}/events`))).toEqual([400, 'eventId REQUIRED_FIELD'])
    const hundred = await Promise.all(Array.from({ length: 100 }, () => anEvent(sql, siteId)))
    expect((await assign(id, ...hundred)).status).toBe(200)
    expect(await eventsOf(id)).toEqual(hundred)
  })
})

describe('bulk assign and unassign', () => {
  const bulk = (categoryId: string[], eventId: string[]) => admin('POST', `${BULK}/events`, { categoryId, eventId })
  const bulkOff = (categoryId: string[], eventId: string[]) =>
    admin(
      'DELETE',
      `${BULK}/events?${[...categoryId.map(id => `categoryId=${id}`), ...eventId.map(id => `eventId=${id}`)].join('&')}`,
    )

  test('events 8.5.6: one event, many categories; the results are the categories, in request order', async () => {
    const eventId = await anEvent(sql, siteId)
    const [a, b, unknown] = [(await aCategory()).id, (await aCategory()).id, newGuid()]
    const error = {
      code: 'CATEGORY_NOT_FOUND',
      description: 'There is no such category.',
      data: { categoryId: unknown },
    }
    const results = [
      { itemMetadata: { id: b, originalIndex: 0, success: true } },
      { itemMetadata: { id: unknown, originalIndex: 1, success: false, error } },
      { itemMetadata: { id: a, originalIndex: 2, success: true } },
    ]
    const expected = {
      results,
      bulkActionMetadata: { totalSuccesses: 2, totalFailures: 1, undetailedFailures: 0 },
    }
    expect((await bulk([b, unknown, a], [eventId])).body).toEqual(expected)
    expect([await eventsOf(a), await eventsOf(b)]).toEqual([[eventId], [eventId]])
    expect((await bulkOff([b, unknown, a], [eventId])).body).toEqual(expected)
    expect([await eventsOf(a), await eventsOf(b)]).toEqual([[], []])
    expect(await activitiesOf(a)).toEqual(['1 created', '2 events_assigned', '3 events_unassigned'])
  })

  test('events 8.5.5: in bulk an unknown event is ignored', async () => {
    const { id } = await aCategory()
    const { body } = await bulk([id], [newGuid()])
    expect(body.bulkActionMetadata).toEqual({ totalSuccesses: 1, totalFailures: 0, undetailedFailures: 0 })
    expect([await eventsOf(id), await activitiesOf(id)]).toEqual([[], ['1 created']])
  })

  test('events 8.5.7: past ten categories the rest fail, and the others stay made', async () => {
    const eventId = await anEvent(sql, siteId)
    const ids = (await Promise.all(Array.from({ length: 12 }, () => aCategory()))).map(({ id }) => id)
    await bulk(ids.slice(0, 9), [eventId])
    const { body } = await bulk(ids.slice(9), [eventId])
    expect(
      body.results.map(
        ({ itemMetadata }: { itemMetadata: { error?: { code: string } } }) => itemMetadata.error?.code ?? 'made',
      ),
    ).toEqual(['made', 'CATEGORIES_LIMIT_REACHED', 'CATEGORIES_LIMIT_REACHED'])
    expect((await admin('GET', `${CATEGORIES}/${eventId}`)).body.categories).toHaveLength(10)
  })

  test('events 8.5.6: 1 to 10 categories and exactly one event', async () => {
    const [id, eventId] = [(await aCategory()).id, await anEvent(sql, siteId)]
    expect(fieldsOf(await bulk([], [eventId]))).toEqual([400, 'categoryId MIN_SIZE'])
    expect(fieldsOf(await bulk(Array.from({ length: 11 }, newGuid), [eventId]))).toEqual([400, 'categoryId MAX_SIZE'])
    expect(fieldsOf(await bulk([id], []))).toEqual([400, 'eventId MIN_SIZE'])
    expect(fieldsOf(await bulk([id], [eventId, newGuid()]))).toEqual([400, 'eventId MAX_SIZE'])
    expect(fieldsOf(await bulkOff([id], []))).toEqual([400, 'eventId REQUIRED_FIELD'])
    expect(fieldsOf(await bulkOff([id], ['x']))).toEqual([400, 'eventId[0] FORMAT'])
    expect(await eventsOf(id)).toEqual([])
  })
})

describe('list of an event', () => {
  test('api 1.3.2, events 8.5.10 and 8.5.14: by event id, of drafts too, without hidden ones, oldest first', async () => {
    const eventId = await anEvent(sql, siteId, { publishedAt: null })
    const hidden = await aCategory('Hidden', ['HIDDEN'])
    const first = await aCategory('First')
    setNow(new Date(now().getTime() + 1000))
    const second = await aCategory('Second')
    for (const { id } of [second, hidden, first]) await assign(id, eventId)
    const answer = await admin('GET', `${CATEGORIES}/${eventId.toUpperCase()}?eventId=${eventId}`)
    expect(answer.body).toEqual({ categories: [first, second] })
    expect(codeOf(await admin('GET', `${CATEGORIES}/${first.id}`))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(fieldsOf(await admin('GET', `${CATEGORIES}/undefined`))).toEqual([400, 'eventId FORMAT'])
  })
})

describe('reorder', () => {
  const three = async () => {
    const category = await aCategory()
    const [a, b, c] = [await anEvent(sql, siteId), await anEvent(sql, siteId), await anEvent(sql, siteId)]
    await assign(category.id, a, b, c)
    const reorder = (body: object) => admin('POST', `${CATEGORIES}/${category.id.toUpperCase()}/reorder`, body)
    return { id: category.id, a, b, c, reorder }
  }

  test('events 8.6.1: before and after, towards both ends', async () => {
    const { id, a, b, c, reorder } = await three()
    expect(await reorder({ eventId: c, beforeEventId: a })).toMatchObject({ status: 200, body: {} })
    expect(await eventsOf(id)).toEqual([c, a, b])
    await reorder({ eventId: c.toUpperCase(), afterEventId: a.toUpperCase() })
    expect(await eventsOf(id)).toEqual([a, c, b])
    await reorder({ eventId: a, afterEventId: b })
    expect(await eventsOf(id)).toEqual([c, b, a])
    await reorder({ eventId: b, afterEventId: c })
    await reorder({ eventId: b, beforeEventId: a, afterEventId: c })
    expect(await eventsOf(id)).toEqual([c, b, a])
    const made = (await activitiesOf(id)).slice(2)
    expect(made).toEqual(['3 events_reordered', '4 events_reordered', '5 events_reordered'])
    const d = await anEvent(sql, siteId)
    await assign(id, d)
    expect(await eventsOf(id)).toEqual([c, b, a, d])
  })

  test('events 8.6.2: neither, itself or an unassigned event is INVALID_REORDER_INSTRUCTION', async () => {
    const { id, a, b, c, reorder } = await three()
    const elsewhere = await anEvent(sql, siteId)
    for (const instruction of [
      { eventId: a },
      { eventId: a, afterEventId: null },
      { eventId: a, beforeEventId: a },
      { eventId: a, beforeEventId: elsewhere },
      { eventId: elsewhere, beforeEventId: a },
    ])
      expect(codeOf(await reorder(instruction))).toEqual([400, 'INVALID_REORDER_INSTRUCTION'])
    expect(fieldsOf(await reorder({ beforeEventId: 'x' }))).toEqual([
      400,
      'eventId REQUIRED_FIELD',
      'beforeEventId FORMAT',
    ])
    expect(await eventsOf(id)).toEqual([a, b, c])
  })

  test('moves, assignments and removals at once leave one order and a history without gaps', async () => {
    const { id, a, b, c, reorder } = await three()
    const d = await anEvent(sql, siteId)
    await Promise.all([
      reorder({ eventId: a, afterEventId: c }),
      reorder({ eventId: c, beforeEventId: b }),
      assign(id, d),
      admin('DELETE', `${CATEGORIES}/${id}/events?eventId=${b}`),
      admin('PATCH', `${CATEGORIES}/${id}`, { category: { name: 'Renamed' } }),
      reorder({ eventId: b, beforeEventId: a }),
    ])
    expect(new Set(await eventsOf(id))).toEqual(new Set([a, c, d]))
    const [history] = await sql`
      select count(*) as written, max(sequence) as last, (select revision from categories where category_id = ${id})
        from activities
       where entity_id = ${id}`
    expect([history?.written, history?.last]).toEqual([history?.revision, history?.revision])
  })
})

describe('query', () => {
  test('events 8.4 and 8.5.15: counts come only when asked for, drafts apart, without deleted events', async () => {
    const category = await aCategory('Counted')
    const published = await anEvent(sql, siteId)
    const canceled = await anEvent(sql, siteId, { canceledAt: now() })
    const draft = await anEvent(sql, siteId, { publishedAt: null })
    const deleted = await anEvent(sql, siteId)
    await assign(category.id, published, canceled, draft, deleted)
    await sql`delete from events where event_id = ${deleted}`
    const counts = { assignedEventsCount: 2, assignedDraftEventsCount: 1 }
    expect((await query({ id: category.id })).body.categories).toEqual([category])
    expect((await query({ id: category.id }, {}, ['COUNTS'])).body.categories).toEqual([{ ...category, counts }])
    const none = await aCategory('Empty')
    expect((await query({ id: none.id }, {}, ['COUNTS'])).body.categories[0].counts).toEqual({
      assignedEventsCount: 0,
      assignedDraftEventsCount: 0,
    })
  })

  test('events 8.5.12, 8.5.13: filters by id, name and states, which alone leave out what is hidden; offset paging in order of creation', async () => {
    setNow(new Date(now().getTime() + 1000))
    const x = await aCategory('Query x', ['HIDDEN'])
    setNow(new Date(now().getTime() + 1000))
    const y = await aCategory('Query y')
    const both = { name: { $startsWith: 'query ' } }
    expect((await query({ id: x.id })).body.categories).toEqual([x])
    expect((await query({ name: 'Query y' })).body.categories).toEqual([y])
    expect((await query({ ...both, states: { $hasSome: ['HIDDEN', 'AUTO'] } })).body.categories).toEqual([x])
    expect((await query({ ...both, states: 'MANUAL' })).body.categories).toEqual([y])
    const page = await query(both, { paging: { limit: 1, offset: 1 } })
    expect(page.body).toEqual({ categories: [y], metaData: { count: 1, offset: 1, total: 2, tooManyToCount: false } })
    expect(namesOf(await query(both, { sort: [{ fieldName: 'createdDate', order: 'DESC' }] }))).toEqual([
      'Query y',
      'Query x',
    ])
    expect(namesOf(await query(both, { paging: { limit: 0 } }))).toEqual([])
  })

  test('what cannot be asked is refused', async () => {
    expect(codeOf(await query({ color: 'red' }))).toEqual([400, 'FILTER_PARSER_ERROR'])
    expect(codeOf(await query({ createdDate: now().toISOString() }))).toEqual([400, 'FILTER_PARSER_ERROR'])
    expect(codeOf(await query({ states: { $ne: 'AUTO' } }))).toEqual([400, 'FILTER_PARSER_ERROR'])
    expect(fieldsOf(await query({}, { sort: [{ fieldName: 'states' }] }))).toEqual([
      400,
      'query.sort[0].fieldName VALIDATION',
    ])
    expect(fieldsOf(await query({}, { paging: { limit: 101 } }))).toEqual([400, 'query.paging.limit MAX'])
    expect(fieldsOf(await query({}, {}, ['COLORS']))).toEqual([400, 'fieldset[0] INVALID_ENUM_VALUE'])
  })
})

test('an unknown category, or one of another site, is 404 for every method', async () => {
  const other = await otherSite()
  const theirs = (await other.admin('POST', CATEGORIES, { category: { name: 'Theirs' } })).body.category
  const eventId = await anEvent(sql, siteId)
  for (const id of [newGuid(), theirs.id]) {
    const answers = [
      await admin('PATCH', `${CATEGORIES}/${id}`, { category: { name: 'Mine' } }),
      await admin('DELETE', `${CATEGORIES}/${id}`),
      await assign(id, eventId),
      await admin('DELETE', `${CATEGORIES}/${id}/events?eventId=${eventId}`),
      await admin('POST', `${CATEGORIES}/${id}/reorder`, { eventId, afterEventId: newGuid() }),
    ]
    for (const answer of answers) expect(codeOf(answer)).toEqual([404, 'CATEGORY_NOT_FOUND'])
    expect((await query({ id })).body.categories).toEqual([])
  }
  expect((await other.admin('POST', `${CATEGORIES}/query`, {})).body.categories).toEqual([theirs])
  const foreignEvent = await anEvent(sql, other.siteId)
  expect(codeOf(await admin('GET', `${CATEGORIES}/${foreignEvent}`))).toEqual([404, 'EVENT_NOT_FOUND'])
})

test('api 4.3: a visitor gets 403 for all of it, and nobody is let in without credentials', async () => {
  const [{ id }, eventId] = [await aCategory(), await anEvent(sql, siteId)]
  const attempts = [
    ['POST', CATEGORIES, { category: { name: 'x' } }],
    ['POST', `${BULK}/create`, { categories: [{ name: 'x' }] }],
    ['PATCH', `${CATEGORIES}/${id}`, { category: { name: 'x' } }],
    ['DELETE', `${CATEGORIES}/${id}`, undefined],
    ['POST', `${CATEGORIES}/query`, {}],
    ['GET', `${CATEGORIES}/${eventId}`, undefined],
    ['POST', `${CATEGORIES}/${id}/events`, { eventId: [eventId] }],
    ['DELETE', `${CATEGORIES}/${id}/events?eventId=${eventId}`, undefined],
    ['POST', `${BULK}/events`, { categoryId: [id], eventId: [eventId] }],
    ['DELETE', `${BULK}/events?categoryId=${id}&eventId=${eventId}`, undefined],
    ['POST', `${CATEGORIES}/${id}/reorder`, { eventId, afterEventId: eventId }],
  ] as const
  const guest = await visitor()
  for (const [method, url, body] of attempts) {
    expect(codeOf(await guest(method, url, body))).toEqual([403, 'PERMISSION_DENIED'])
    expect(codeOf(await anonymous(method, url, body))).toEqual([401, 'UNAUTHENTICATED'])
  }
  expect(await activitiesOf(id)).toEqual(['1 created'])
})

test('R1: every published path answers alike', async () => {
  const category = await aCategory('Everywhere')
  const paths = publishedPaths(`${CATEGORIES}/query`)
  expect(paths).toContain('/_api/wix-events-web/v1/categories/query')
  for (const path of paths)
    expect((await admin('POST', path, { query: { filter: { id: category.id } } })).body.categories).toEqual([category])
})
