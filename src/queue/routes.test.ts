import { beforeEach, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import type { JobKind } from './model.ts'
import { runJobs } from './run.ts'
import { enqueue } from './store.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow } = app
const PATH = '/boxoffice/v1/jobs'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const hopeless: JobKind = {
  name: 'hopeless',
  attemptsMax: 1,
  work: () => Promise.reject(new Error('it cannot be done')),
}

async function aJob(kind = 'for later'): Promise<string> {
  const wanted = { siteId, kind, payload: { secret: 'of the kind' }, actor: { kind: 'clock', id: '' } }
  const [jobId] = await inTransaction(sql, tx => enqueue(tx, [wanted], app.now()))
  return jobId ?? ''
}

test('the organizer sees what a job is up to, and what was given up', async () => {
  const waiting = await aJob()
  setNow('2030-05-01T12:00:01.000Z')
  const failed = await aJob(hopeless.name)
  await runJobs(sql, hopeless, app.now()).catch(() => {})
  const shown = {
    id: failed,
    kind: 'hopeless',
    state: 'FAILED',
    createdDate: '2030-05-01T12:00:01.000Z',
    updatedDate: '2030-05-01T12:00:01.000Z',
    endedDate: '2030-05-01T12:00:01.000Z',
    attempts: 1,
    progress: {},
    failures: [{ date: '2030-05-01T12:00:01.000Z', message: 'it cannot be done' }],
  }
  expect((await must(admin, 'GET', `${PATH}/${failed.toUpperCase()}`)).body).toEqual({ job: shown })
  expect((await must(admin, 'GET', PATH)).body).toMatchObject({
    total: 2,
    offset: 0,
    limit: 50,
    jobs: [{ id: failed }, { id: waiting, state: 'WAITING', nextAttemptDate: START }],
  })
  expect((await must(admin, 'GET', `${PATH}?state=FAILED&limit=1`)).body).toEqual({
    total: 1,
    offset: 0,
    limit: 1,
    jobs: [shown],
  })

  setNow('2030-05-01T13:00:00.000Z')
  const again = await must(admin, 'POST', `${PATH}/${failed}/retry`)
  expect(again.body.job).toMatchObject({ state: 'WAITING', nextAttemptDate: '2030-05-01T13:00:00.000Z' })
  expect(again.body.job).not.toHaveProperty('endedDate')
  expect(refusalOf(await admin('POST', `${PATH}/${failed}/retry`))).toEqual([428, 'FAILED_PRECONDITION'])
})

test.each([
  ['GET', ''],
  ['POST', '/retry'],
] as const)('%s: an unknown job and another site’s are a 404, an id that is none a 400', async (method, verb) => {
  const jobId = await aJob()
  const site = await otherSite()
  for (const [caller, id] of [[admin, newGuid()] as const, [site.admin, jobId] as const])
    expect(refusalOf(await caller(method, `${PATH}/${id}${verb}`))).toEqual([404, 'JOB_NOT_FOUND'])
  expect((await site.admin('GET', PATH)).body.jobs).toEqual([])
  expect(refusalOf(await admin(method, `${PATH}/x${verb}`))).toEqual([400, ['jobId']])
})

test('/metrics says how many wait and how many were given up, of each kind', async () => {
  await aJob('counted')
  await aJob('counted')
  const { body } = await anonymous('GET', '/metrics')
  expect(body).toContain('boxoffice_jobs{kind="counted",state="WAITING"} 2')
})

test('only the organizer looks at jobs', async () => {
  const jobId = await aJob()
  const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'] })
  for (const [method, path] of [
    ['GET', PATH],
    ['GET', `${PATH}/${jobId}`],
    ['POST', `${PATH}/${jobId}/retry`],
  ] as const) {
    for (const caller of [staff, await visitor()])
      expect(refusalOf(await caller(method, path))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await anonymous(method, path))).toEqual([401, 'UNAUTHENTICATED'])
  }
})

test.each([
  ['state=BUSY', 'state'],
  ['limit=101', 'limit'],
  ['limit=-1', 'limit'],
  ['offset=x', 'offset'],
])('a list by %s is a 400', async (query, field) => {
  expect(refusalOf(await admin('GET', `${PATH}?${query}`))).toEqual([400, [field]])
})
