import { expect, test } from 'vitest'
import { verify } from '../../src/verify.ts'
import { callerOf, type TestApp, testApp } from '../support/app.ts'
import { barrier } from '../support/collisions.ts'
import { aBuyer, aProcess } from '../support/processes.ts'
import { anRsvp, answer, aParty } from '../support/rsvps.ts'
import { refusalOf } from '../support/sale.ts'
import { withoutLocks } from '../support/unprotected.ts'

// Many answer at once, in several processes, and there is room for few.

const app = await testApp()
const processes = [await aProcess(app), await aProcess(app)]
/** Another installation, for the control: nothing is locked there, and no constraint refuses. */
const site = await testApp({ lawless: true })
await site.sql`alter table rsvp_counts drop constraint rsvp_counts_never_over_limit`

async function answerAtOnce(
  of: TestApp,
  eventId: string,
  where: Awaited<ReturnType<typeof aProcess>>[],
  count: number,
) {
  const guests = await Promise.all(Array.from({ length: count }, () => aBuyer(of)))
  return Promise.all(
    guests.map((guest, index) => {
      const process = where[index % where.length] ?? { as: callerOf(of.app) }
      return answer(process.as(guest), eventId, { email: `guest-${index}@example.org` })
    }),
  )
}

test('events 13.4.17: forty answer for ten places: ten come, thirty are refused', async () => {
  const eventId = await aParty(app, { settings: { limit: 10 } })
  const answers = await answerAtOnce(app, eventId, processes, 40)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10)
  const refused = answers.filter(({ status }) => status !== 200)
  expect(new Set(refused.map(each => refusalOf(each).join()))).toEqual(new Set(['428,RSVP_LIMIT_EXCEEDED']))
  expect((await verify(app.sql)).breaches).toEqual([])
})

test('events 13.4.17, 13.4.10: with a waitlist the others wait', async () => {
  const eventId = await aParty(app, { settings: { limit: 5, waitlistEnabled: true } })
  const answers = await answerAtOnce(app, eventId, processes, 20)
  const statuses = answers.map(({ body }) => body.rsvp.status)
  expect([statuses.filter(each => each === 'YES').length, statuses.length]).toEqual([5, 20])
  expect((await verify(app.sql)).breaches).toEqual([])
})

test('control: without the lock both see the last place, and verify sees it', async () => {
  const eventId = await aParty(site, { settings: { limit: 2 } })
  await anRsvp(site.admin, eventId)
  const meet = [/insert into rsvps/, barrier(2)] as const
  const weak = [0, 1].map(() => aProcess(site, { wrap: sql => withoutLocks(sql, { meet }) }))
  const answers = await answerAtOnce(site, eventId, await Promise.all(weak), 2)
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  const { breaches } = await verify(site.sql)
  expect(breaches.map(({ law }) => law)).toContain('21-rsvps-are-counted')
})
