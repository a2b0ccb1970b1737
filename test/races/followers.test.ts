import { expect, test } from 'vitest'
import { listActivitiesAfter } from '../../src/activity/follow.ts'
import { CLOCK, record } from '../../src/activity/record.ts'
import { connect, type Db, type Sql, type Tx } from '../../src/db/connect.ts'
import { newGuid } from '../../src/ids.ts'
import { testApp } from '../support/app.ts'
import { anOrganizer, aProcess } from '../support/processes.ts'
import { aSale, checkOut, FREE, reserveTickets } from '../support/sale.ts'
import { chanceOf, seedOf } from '../support/torture.ts'

// Who follows the activities while others write them: in transactions that are short and long, and that commit in another
// order than they wrote.

const app = await testApp()
const { sql, siteId, options, now } = app

/** What the guard is against: the order of writing, as if whatever can be read were all there is. */
async function listByNumber(db: Db, after: number): Promise<{ activityId: number; entityId: string }[]> {
  return db`
    select activity_id, entity_id
      from activities
     where site_id = ${siteId}
       and activity_id > ${after}
     order by activity_id`
}

test('whoever writes first and commits last is told after who wrote last and committed first; none is skipped', async () => {
  const start = await endOf(siteId)
  const [slow, fast] = [await aTransaction(sql), await aTransaction(sql)]
  await slow.write('slow')
  await fast.write('fast')
  await fast.end('commit')
  const early = await listActivitiesAfter(sql, { siteId, after: start, limit: 100 })
  expect(early.activities).toEqual([]) // one that may come before it is still running
  const [seen] = (await listByNumber(sql, 0)).slice(-1)
  expect(seen?.entityId).toBe('fast')

  await slow.end('commit')
  const late = await listActivitiesAfter(sql, { siteId, after: early.cursor, limit: 100 })
  expect(late.activities.map(({ entityId }) => entityId)).toEqual(['slow', 'fast'])
  // Control: who goes on by number has passed it.
  expect(await listByNumber(sql, seen?.activityId ?? 0)).toEqual([])
})

test('a long history of transactions, in any order: a reader sees each activity once; one that goes by number misses some', async () => {
  const chance = chanceOf(seedOf('followers'))
  const writers = connect({ ...options, connectionsMax: 20 })
  const open: Awaited<ReturnType<typeof aTransaction>>[] = []
  const [committed, seen, seenByNumber] = [new Set<string>(), [] as string[], [] as string[]]
  let cursor = await endOf(siteId)
  let number = (await listByNumber(sql, 0)).at(-1)?.activityId ?? 0
  const look = async (limit: number) => {
    const followed = await listActivitiesAfter(sql, { siteId, after: cursor, limit })
    cursor = followed.cursor
    seen.push(...followed.activities.map(({ entityId }) => entityId))
    const byNumber = await listByNumber(sql, number)
    number = byNumber.at(-1)?.activityId ?? number
    seenByNumber.push(...byNumber.map(({ entityId }) => entityId))
    return followed.hasMore
  }
  for (let step = 0; step < 400; step += 1) {
    const [choice, index] = [chance.below(10), chance.below(open.length)]
    const chosen = open[index]
    if (choice < 3 && open.length < 8) open.push(await aTransaction(writers))
    else if (choice < 6 && chosen) await chosen.write(newGuid())
    else if (choice < 8 && chosen) {
      open.splice(index, 1)
      const isCommitted = chance.is(0.8)
      await chosen.end(isCommitted ? 'commit' : 'roll back')
      if (isCommitted) for (const id of chosen.written) committed.add(id)
    } else await look(1 + chance.below(5))
  }
  for (const each of open) {
    await each.end('commit')
    for (const id of each.written) committed.add(id)
  }
  while (await look(3)) {
    // To the end.
  }
  await writers.end({ timeout: 5 })
  expect(committed.size).toBeGreaterThan(20)
  expect(seen.toSorted()).toEqual([...committed].sort())
  expect(seenByNumber.length).toBeLessThan(committed.size)
})

test('buyers at two processes, while somebody follows one site and somebody else all of them: everything comes, once', async () => {
  const processes = [await aProcess(app), await aProcess(app)]
  const organizer = await anOrganizer(app)
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const followers = [aFollower(siteId, await endOf(siteId)), aFollower(null, await endOf(null))]
  let isDone = false
  const following = followers.map(async follower => {
    while (!isDone) await follower.look()
  })
  const buyers = Array.from({ length: 24 }, async (_, index) => {
    const caller = processes[index % 2]?.as(organizer)
    if (!caller) return
    const { body } = await reserveTickets(caller, definitionId)
    const reservationId = body.ticketReservation.id
    if (index % 3 === 0) await caller('POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    else await checkOut(caller, { eventId, reservationId })
  })
  await Promise.all(buyers)
  isDone = true
  await Promise.all(following)
  const all = await sql<{ activityId: number }[]>`
    select activity_id from activities where site_id = ${siteId} and xact > ${followers[0]?.startXact ?? 0}`
  const ids = all.map(({ activityId }) => activityId).sort((a, b) => a - b)
  expect(ids.length).toBeGreaterThan(24 * 3)
  for (const follower of followers) {
    await follower.look()
    expect(follower.seen.toSorted((a, b) => a - b)).toEqual(ids)
  }
})

function aFollower(ofSite: string | null, start: string | null) {
  let cursor = start
  const seen: number[] = []
  const [, startXact] = JSON.parse(Buffer.from(start ?? '', 'base64url').toString())
  return {
    seen,
    startXact: startXact as number, // of our own cursor
    look: async () => {
      for (;;) {
        const followed = await listActivitiesAfter(sql, { siteId: ofSite, after: cursor, limit: 10 })
        cursor = followed.cursor
        seen.push(...followed.activities.map(({ activityId }) => activityId))
        if (!followed.hasMore) return
      }
    },
  }
}

/** The cursor behind everything that is there. */
async function endOf(ofSite: string | null): Promise<string | null> {
  let cursor: string | null = null
  for (;;) {
    const followed = await listActivitiesAfter(sql, { siteId: ofSite, after: cursor, limit: 1000 })
    cursor = followed.cursor
    if (!followed.hasMore) return cursor
  }
}

/** A transaction that stays open until it is told to end. */
async function aTransaction(on: Sql) {
  const begun = Promise.withResolvers<Tx>()
  const ended = Promise.withResolvers<void>()
  const done = on
    .begin(async tx => {
      begun.resolve(tx)
      await ended.promise
    })
    .catch(() => {})
  const tx = await begun.promise
  const written: string[] = []
  return {
    written,
    write: async (entityId: string) => {
      written.push(entityId)
      const fact = { siteId, entityKind: 'policy', kind: 'policy.created', actor: CLOCK, occurredAt: now() } as const
      await record(tx, [{ ...fact, entityId, sequence: 1 }])
    },
    end: async (how: 'commit' | 'roll back') => {
      if (how === 'commit') ended.resolve()
      else ended.reject(new Error('rolled back'))
      await done
    },
  }
}
