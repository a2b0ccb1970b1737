import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { must } from '../../test/support/sale.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { runJobs } from '../queue/run.ts'
import { assignJobs, EVENTS_MAX, unassignJobs } from './assign-later.ts'
import { CATEGORIES_PER_EVENT_MAX } from './model.ts'

const { sql, siteId, admin, visitor, anonymous, otherSite, setNow, now } = await testApp()
const ASYNC = '/events/v1/bulk-async/categories'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const aCategory = async () =>
  (await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Music' } })).body.category.id as string
const ask = (verb: 'assign' | 'unassign', categoryId: string[], filter: object) =>
  must(admin, 'POST', `${ASYNC}/${verb}-events-by-filter`, { categoryId, filter })
const work = async () => [await runJobs(sql, assignJobs, now()), await runJobs(sql, unassignJobs, now())]
const eventsOf = async (categoryId: string) => {
  const rows = await sql`select event_id from category_events where category_id = ${categoryId} order by event_id`
  return rows.map(({ eventId }) => eventId)
}

describe('events by a filter, in the background', () => {
  test('events 8.5.8, 8.5.14: what the filter finds is put into the categories, drafts too, and taken out again', async () => {
    const title = 'found'
    const ids = [await anEvent(sql, siteId, { title }), await anEvent(sql, siteId, { title, publishedAt: null })].sort()
    await anEvent(sql, siteId, { title: 'not found' })
    const [one, two] = [await aCategory(), await aCategory()]
    expect((await ask('assign', [one, two, newGuid()], { title })).body).toEqual({})
    expect(await eventsOf(one)).toEqual([])
    await anEvent(sql, siteId, { title, createdAt: new Date('2030-05-01T12:00:01.000Z') }) // came later
    await work()
    expect([await eventsOf(one), await eventsOf(two)]).toEqual([ids, ids])

    await ask('assign', [one], { title })
    await work()
    const facts = await sql`select kind from activities where entity_id = ${one} order by sequence`
    expect(facts.map(({ kind }) => kind)).toEqual(['category.created', 'category.events_assigned'])

    await ask('unassign', [one], { id: ids[0] })
    await work()
    expect([await eventsOf(one), await eventsOf(two)]).toEqual([[ids[1]], ids])
  })

  test('events 8.5.7: an event that would be in more than ten stays out, the others come in', async () => {
    const title = 'nearly full'
    const [full, roomy] = [await anEvent(sql, siteId, { title }), await anEvent(sql, siteId, { title })]
    for (let index = 0; index < CATEGORIES_PER_EVENT_MAX; index += 1)
      await must(admin, 'POST', `/events/v1/categories/${await aCategory()}/events`, { eventId: [full] })
    const category = await aCategory()
    await ask('assign', [category], { title })
    await work()
    expect(await eventsOf(category)).toEqual([roomy])
    const [job] = await sql`select state, progress from jobs order by created_at desc, job_id limit 1`
    expect(job?.state).toBe('DONE')
  })

  test('events 8.5.8: many are done piece by piece', async () => {
    const count = EVENTS_MAX + 1
    await inTransaction(sql, async tx => {
      for (let index = 0; index < count; index += 1) await anEvent(tx, siteId, { title: 'crowd' })
    })
    const category = await aCategory()
    await ask('assign', [category], { title: 'crowd' })
    expect(await work()).toEqual([2, 0])
    expect(await eventsOf(category)).toHaveLength(count)
  })
})

describe.each(['assign-events-by-filter', 'unassign-events-by-filter'])('%s', verb => {
  const path = `${ASYNC}/${verb}`
  const id = newGuid()

  test.each([
    ['no body', undefined, ['request']],
    ['no category', { filter: {} }, ['categoryId']],
    ['none in the list', { categoryId: [], filter: {} }, ['categoryId']],
    ['eleven', { categoryId: Array(11).fill(id), filter: {} }, ['categoryId']],
    ['an id that is none', { categoryId: ['x'], filter: {} }, ['categoryId[0]']],
    ['no filter', { categoryId: [id] }, ['filter']],
    ['null for a filter', { categoryId: [id], filter: null }, ['filter']],
  ])('events 8.5.6, 8.5.8: %s is refused', async (_, body, fields) => {
    expect(await refusedWithoutTrace(sql, () => admin('POST', path, body))).toEqual([400, fields])
  })

  test('events 8.5.8: a filter that events cannot be found by is refused at once', async () => {
    const body = { categoryId: [id], filter: { states: ['MANUAL'] } }
    expect(await refusedWithoutTrace(sql, () => admin('POST', path, body))).toEqual([400, 'FILTER_PARSER_ERROR'])
  })

  test('only the organizer may, and no other site is touched', async () => {
    const eventId = await anEvent(sql, siteId)
    const category = await aCategory()
    const body = { categoryId: [category], filter: { id: eventId } }
    const guest = await visitor()
    for (const [caller, refusal] of [
      [anonymous, [401, 'UNAUTHENTICATED']],
      [guest, [403, 'PERMISSION_DENIED']],
    ] as const)
      expect(await refusedWithoutTrace(sql, () => caller('POST', path, body))).toEqual(refusal)
    await must((await otherSite()).admin, 'POST', path, body)
    await work()
    expect(await eventsOf(category)).toEqual([])
  })
})
