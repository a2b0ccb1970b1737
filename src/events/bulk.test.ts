import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { must } from '../../test/support/sale.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { runJobs } from '../queue/run.ts'
import { cancelJobs, deleteJobs, EVENTS_MAX } from './bulk.ts'

const { sql, siteId, admin, visitor, anonymous, otherSite, setNow, now } = await testApp()
const BULK = '/events/v3/bulk/events'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const cancel = (filter: object, more: object = {}) =>
  must(admin, 'POST', `${BULK}/cancel-by-filter`, { filter: { filter, ...more } })
const remove = (filter: object, more: object = {}) =>
  must(admin, 'POST', `${BULK}/delete-by-filter`, { filter: { filter, ...more } })
const work = async () => [await runJobs(sql, cancelJobs, now()), await runJobs(sql, deleteJobs, now())]

/** Events of one title, so that a test finds its own. */
async function events(title: string, states: readonly Parameters<typeof anEvent>[2][]): Promise<string[]> {
  const ids: string[] = []
  for (const state of states) ids.push(await anEvent(sql, siteId, { title, ...state }))
  return ids
}
const DRAFT = { publishedAt: null }
const ENDED = { startAt: new Date('2030-04-01T10:00:00Z'), endAt: new Date('2030-04-01T12:00:00Z') }
const STARTED = { startAt: new Date('2030-05-01T10:00:00Z') }

async function statusesOf(ids: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(ids.map(id => admin('GET', `/events/v3/events/${id}`)))
  return answers.map(({ status, body }) => (status === 404 ? 'GONE' : body.event.status))
}

describe('cancel by filter', () => {
  test('events 1.11.6, 1.11.9: answers at once, then cancels what can be canceled and leaves the rest', async () => {
    const ids = await events('off', [{}, STARTED, ENDED, DRAFT])
    const [other = ''] = await events('on', [{}])
    expect((await cancel({ title: 'off' })).body).toEqual({})
    expect(await statusesOf(ids)).toEqual(['UPCOMING', 'STARTED', 'ENDED', 'DRAFT'])
    await work()
    expect(await statusesOf([...ids, other])).toEqual(['CANCELED', 'CANCELED', 'ENDED', 'DRAFT', 'UPCOMING'])
    const facts = await sql`
      select sequence, kind, actor_kind from activities where entity_id = ${ids[0] ?? ''} order by sequence`
    expect([...facts].at(-1)).toEqual({ sequence: 2, kind: 'event.canceled', actorKind: 'admin' })
  })

  test('events 1.11.7: of a page only the events on it', async () => {
    const dated = (day: number) => ({
      startAt: new Date(`2030-07-0${day}T10:00:00Z`),
      endAt: new Date(`2030-07-0${day}T12:00:00Z`),
    })
    const ids = await events('paged', [dated(1), dated(3), dated(2)])
    const sort = [{ fieldName: 'dateAndTimeSettings.startDate', order: 'DESC' }]
    await cancel({ title: 'paged' }, { sort, paging: { limit: 1, offset: 1 } })
    await work()
    expect(await statusesOf(ids)).toEqual(['UPCOMING', 'UPCOMING', 'CANCELED'])
  })

  test('events 1.11.6: an event that comes or starts after the request is judged as of the request', async () => {
    const [before = ''] = await events('later', [{ startAt: new Date('2030-05-01T12:01:00Z') }])
    await cancel({ title: 'later', status: 'UPCOMING' })
    const after = await anEvent(sql, siteId, { title: 'later', createdAt: new Date('2030-05-01T12:00:30.000Z') })
    setNow('2030-05-01T12:02:00.000Z')
    await work()
    expect(await statusesOf([before, after])).toEqual(['CANCELED', 'UPCOMING'])
  })
})

describe('delete by filter', () => {
  test('events 1.11.6, 1.12.1: events of any status are gone, others stay', async () => {
    const ids = await events('gone', [{}, STARTED, ENDED, DRAFT])
    const [other = ''] = await events('stays', [{}])
    expect((await remove({ title: 'gone' })).body).toEqual({})
    await work()
    expect(await statusesOf([...ids, other])).toEqual([...Array(4).fill('GONE'), 'UPCOMING'])
  })

  test('many are done piece by piece, and a job that is done again finds nothing left', async () => {
    const count = EVENTS_MAX + 1
    await inTransaction(sql, async tx => {
      for (let index = 0; index < count; index += 1) await anEvent(tx, siteId, { title: 'crowd' })
    })
    await remove({ title: 'crowd' })
    expect(await work()).toEqual([0, 2])
    await remove({ title: 'crowd' })
    await work()
    const jobs = await sql`select progress from jobs where kind = ${deleteJobs.name} order by created_at, job_id`
    expect(jobs.map(({ progress }) => progress)).toContainEqual({ matched: count, changed: count })
    expect(jobs.map(({ progress }) => progress)).toContainEqual({ matched: 0, changed: 0 })
  })
})

describe.each(['cancel-by-filter', 'delete-by-filter'])('%s', path => {
  const ask = (body?: unknown, caller = admin) => caller('POST', `${BULK}/${path}`, body)

  test.each([
    ['no body', undefined, 'request'],
    ['no filter', {}, 'filter'],
    ['null', { filter: null }, 'filter'],
    ['no inner filter', { filter: {} }, 'filter.filter'],
    ['an empty inner filter', { filter: { filter: {} } }, 'filter.filter'],
    ['a text as filter', { filter: { filter: 'all' } }, 'filter.filter'],
    ['a page of 1001', { filter: { filter: { title: 'x' }, paging: { limit: 1001 } } }, 'filter.paging.limit'],
    ['a negative offset', { filter: { filter: { title: 'x' }, paging: { offset: -1 } } }, 'filter.paging.offset'],
    ['an unknown sort', { filter: { filter: { title: 'x' }, sort: [{ fieldName: 'x' }] } }, 'filter.sort[0].fieldName'],
  ])('events 1.11.7, 1.11.8: %s is refused', async (_, body, field) => {
    expect(await refusedWithoutTrace(sql, () => ask(body))).toEqual([400, [field]])
  })

  test('events 1.14.9: a filter that cannot be read is refused at once', async () => {
    const body = { filter: { filter: { color: 'red' } } }
    expect(await refusedWithoutTrace(sql, () => ask(body))).toEqual([400, 'FILTER_PARSER_ERROR'])
  })

  test('only the organizer may, and no other site is touched', async () => {
    const [id = ''] = await events(`mine ${path}`, [{}])
    const body = { filter: { filter: { id } } }
    expect(await refusedWithoutTrace(sql, () => anonymous('POST', `${BULK}/${path}`, body))).toEqual([
      401,
      'UNAUTHENTICATED',
    ])
    const guest = await visitor()
    expect(await refusedWithoutTrace(sql, () => ask(body, guest))).toEqual([403, 'PERMISSION_DENIED'])
    await must((await otherSite()).admin, 'POST', `${BULK}/${path}`, body)
    await work()
    expect(await statusesOf([id])).toEqual(['UPCOMING'])
    expect((await ask({ filter: { filter: { id: newGuid() } } })).status).toBe(200)
  })
})
