import { expect, test } from 'vitest'
import { CLOCK } from '../../src/activity/record.ts'
import type { Sql, Tx } from '../../src/db/connect.ts'
import { type Asked, createIntake, type Intake } from '../../src/db/intake.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { expireOverdue } from '../../src/ticket-reservations/expire.ts'
import type { Wanted } from '../../src/ticket-reservations/model.ts'
import { reserve, reserver } from '../../src/ticket-reservations/reserve.ts'
import { transition } from '../../src/ticket-reservations/store.ts'
import { type Answer, testApp } from '../support/app.ts'
import { barrier, collide, lockingInventory } from '../support/collisions.ts'
import { aBuyer, anOrganizer, aProcess, type Process } from '../support/processes.ts'
import { aDefinition, aSale, must, refusalOf, reserveTickets } from '../support/sale.ts'
import { dropConstraints, lawsBrokenBy, withoutLocks } from '../support/unprotected.ts'

// Every race is run by processes of their own, on connections of their own; each has a control in which it is lost.

const app = await testApp()
const [first, second] = [await aProcess(app), await aProcess(app)]
const processes = [first, second]
const organizer = first.as(await anOrganizer(app))
const unprotected = await testApp({ lawless: true })
await dropConstraints(unprotected.sql)

test('R68: fifty buyers race for ten tickets in two processes: ten hold one, forty are refused', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  const answers = await fiftyBuyers(processes, definitionId)
  expect(statusesOf(answers)).toEqual({ 200: 10, 428: 40 })
  for (const refused of answers.filter(({ status }) => status !== 200))
    expect(refusalOf(refused)).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
  expect(await stockOf(definitionId)).toEqual({ reserved: 10, sold: 0 })
})

test('control: without the locks, the same race oversells, and verify sees it', async () => {
  const weak = await Promise.all([1, 2].map(() => aProcess(unprotected, { wrap: sql => withoutLocks(sql) })))
  const { definitionId } = await aSale(unprotected, { definition: { initialLimit: 1 } })
  const buyers = await Promise.all(weak.map(async each => each.as(await aBuyer(unprotected))))
  // Both have seen what is left before either writes.
  const hold = lockingInventory(definitionId)
  const race = buyers.map(buyer => () => reserveTickets(buyer, definitionId))
  expect(statusesOf(await collide(unprotected.sql, hold, race))).toEqual({ 200: 2 })
  expect(await lawsBrokenBy(unprotected.sql, definitionId)).toContain('03-never-oversold')
})

test('R68: mixed quantities of two definitions in either order: whole or not at all, and nobody waits for ever', async () => {
  const { eventId, definitionId: a } = await aSale(app, { definition: { initialLimit: 60 } })
  const b = (await aDefinition(app, eventId, { initialLimit: 20 })).id
  const watched = await Promise.all([1, 2].map(() => aProcess(app, { wrap: sql => countingFailures(sql) })))
  const buyers = await buyersOf(watched, 60)
  const answers = await Promise.all(
    buyers.map((buyer, index) => {
      const lines = [
        { ticketDefinitionId: a, quantity: 1 + (index % 3) },
        { ticketDefinitionId: b, quantity: 1 + (index % 2) },
      ]
      const tickets = index % 2 === 0 ? lines : lines.toReversed()
      return buyer('POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    }),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 428]))
  const held = (id: string) =>
    answers
      .flatMap(({ body }) => body.ticketReservation?.tickets ?? [])
      .filter(line => line.ticketDefinitionId === id)
      .reduce((sum, { quantity }) => sum + quantity, 0)
  expect(await stockOf(a)).toEqual({ reserved: held(a), sold: 0 })
  expect(await stockOf(b)).toEqual({ reserved: held(b), sold: 0 })
  expect(held(b)).toBeGreaterThanOrEqual(19)
  expect(failures).toEqual([])
})

test('who takes over an overdue hold and who gives one back lock the same tickets in one order', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  const [a = '', b = ''] = [definitionId, (await aDefinition(app, eventId, { initialLimit: 10 })).id].sort()
  const early = new Date(app.now())
  await must(await app.visitor(), 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: { tickets: [{ ticketDefinitionId: b, quantity: 1 }] },
  })
  app.setNow(new Date(early.getTime() + 10 * 60_000))
  const live = await reserveTickets(app.admin, [a, b])
  app.setNow(new Date(early.getTime() + 25 * 60_000))
  const watched = await aProcess(app, { wrap: sql => countingFailures(sql) })
  const buyer = watched.as(await aBuyer(app))
  const staff = watched.as(await anOrganizer(app))
  const answers = await collide(app.sql, lockingInventory(b), [
    () => reserveTickets(buyer, [a, b]),
    () => staff('POST', `/events/v1/ticket-reservations/${live.body.ticketReservation.id}/cancel`),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(failures).toEqual([])
})

test('control: two who lock the same tickets in opposite order are seen to fail', async () => {
  const { eventId, definitionId: a } = await aSale(app)
  const b = (await aDefinition(app, eventId)).id
  const met = barrier(2)
  const one = countingFailures(first.sql)
  const lockBoth = (ids: string[]) =>
    inTransaction(one, async tx => {
      for (const id of ids) {
        await lockingInventory(id)(tx)
        await met()
      }
    })
  // The one that failed is tried again; on a busy machine it may come before the other has noticed, again and again.
  const outcomes = await Promise.allSettled([lockBoth([a, b]), lockBoth([b, a])])
  expect(outcomes.map(({ status }) => status)).toContain('fulfilled')
  expect(new Set(failures.splice(0))).toEqual(new Set(['40P01']))
})

test('R68: one request that cannot be stored fails alone; those of its batch get their tickets', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  const outcomes = await aBatchWithPoison(createIntake(reserver(first.sql)), definitionId)
  expect(outcomes).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  expect(await stockOf(definitionId)).toEqual({ reserved: 3, sold: 0 })
})

test('control: decided in one transaction alone, the poisoned request takes the others down', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  const batch = ['sound', '\u0000'].map(note => wantedOf(definitionId, note))
  await expect(inTransaction(first.sql, tx => reserve(tx, app.siteId, batch))).rejects.toThrow()
  expect(await stockOf(definitionId)).toEqual({ reserved: 0, sold: 0 })
})

test('tickets that somebody keeps locked hold up no other tickets, however many want them', async () => {
  const [locked, free] = [(await aSale(app)).definitionId, (await aSale(app)).definitionId]
  const impatient = await aProcess(app)
  await impatient.sql.alone`set lock_timeout = '200ms'`
  const intake = createIntake(reserver(countingFailures(impatient.sql)))
  const wanted = Array.from({ length: 40 }, (_, index) => askedOf(index % 2 === 0 ? locked : free, 'patient'))
  const outcomes = await app.sql.begin(async tx => {
    await lockingInventory(locked)(tx)
    return Promise.allSettled(wanted.map(intake.submit))
  })
  expect(new Set(outcomes.map(({ status }, index) => [index % 2 === 0, status].join()))).toEqual(
    new Set(['true,rejected', 'false,fulfilled']),
  )
  // The first alone, the batch of all others, those of it that want the locked ones: nobody waits twenty times.
  expect(failures.splice(0)).toEqual(['55P03', '55P03', '55P03'])
  expect(await stockOf(locked)).toEqual({ reserved: 0, sold: 0 })
  expect(await stockOf(free)).toEqual({ reserved: 20, sold: 0 })
})

test('a batch whose connection breaks at its commit is not held a second time', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  const intake = createIntake(reserver(breakingAfterCommit(first.sql)))
  const wanted = Array.from({ length: 4 }, () => askedOf(definitionId, 'unlucky'))
  const outcomes = await Promise.allSettled(wanted.map(intake.submit))
  expect(outcomes.map(({ status }) => status)).toEqual(Array(4).fill('rejected'))
  expect(await stockOf(definitionId)).toEqual({ reserved: 4, sold: 0 }) // until they expire
})

test('R130: nobody is told that it is sold out while tickets are only overdue, in however many processes', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 200 } })
  const earlier = await buyersOf(processes, 200)
  await Promise.all(earlier.map(buyer => reserveTickets(buyer, definitionId)))
  expect(await stockOf(definitionId)).toEqual({ reserved: 200, sold: 0 })

  app.setNow(new Date(app.now().getTime() + 21 * 60_000))
  const buyers = await buyersOf(processes, 200)
  const [, ...answers] = await Promise.all([
    expireOverdue(app.sql, app.now()),
    ...buyers.map(buyer => reserveTickets(buyer, definitionId)),
    expireOverdue(second.sql, app.now()),
  ])
  expect(statusesOf(answers.filter(answer => typeof answer === 'object'))).toEqual({ 200: 200 })
  expect(await stockOf(definitionId)).toEqual({ reserved: 200, sold: 0 })
})

test('control: who skips what another is just ending tells buyers that it is sold out', async () => {
  const { definitionId } = await aSale(unprotected, { definition: { initialLimit: 1 } })
  await reserveTickets(await unprotected.visitor(), definitionId)
  unprotected.setNow(new Date(unprotected.now().getTime() + 21 * 60_000))
  const skipping = await aProcess(unprotected, {
    wrap: sql =>
      withoutLocks(sql, {
        replace: [[/(?<=order by ticket_reservation_id\s+)(?=\), ended as)/, 'for update skip locked']],
      }),
  })
  const buyer = skipping.as(await aBuyer(unprotected))
  const refused = await unprotected.sql.begin(async tx => {
    const ids = (await tx<{ id: string }[]>`select ticket_reservation_id as id from ticket_reservations`).map(r => r.id)
    const named = ids.map(ticketReservationId => ({ ticketReservationId, actor: CLOCK }))
    const change = { siteId: unprotected.siteId, from: ['PENDING'], to: 'EXPIRED' } as const
    await transition(tx, { ...change, named, now: unprotected.now() })
    return reserveTickets(buyer, definitionId)
  })
  expect(refused.status).toBe(428)
})

test('R96: a limit lowered during the sale counts from then on, and what is held beyond it stays held', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 100 } })
  const [early = app.admin, ...late] = await buyersOf(processes, 21)
  const answers = await collide(app.sql, lockingInventory(definitionId), [
    () => reserveTickets(early, definitionId, 5),
    async () => {
      const lowered = await setLimit(definitionId, 3)
      const refused = await Promise.all(late.map(buyer => reserveTickets(buyer, definitionId)))
      expect(statusesOf(refused)).toEqual({ 428: 20 })
      return lowered
    },
  ])
  expect(statusesOf(answers)).toEqual({ 200: 2 })
  expect(await stockOf(definitionId)).toEqual({ reserved: 5, sold: 0 })
})

test('control: a limit set by what was read before breaks a law, and verify sees it', async () => {
  const { definitionId } = await aSale(unprotected, { definition: { initialLimit: 100 } })
  const [read] = await unprotected.sql`
    select reserved + sold as held from inventory where ticket_definition_id = ${definitionId}`
  await reserveTickets(await unprotected.visitor(), definitionId, 5)
  await unprotected.sql`
    update inventory
       set actual_limit = 3, overbooked = greatest(0, ${read?.held ?? 0} - 3)
     where ticket_definition_id = ${definitionId}`
  expect(await lawsBrokenBy(unprotected.sql, definitionId)).toEqual(['03-never-oversold'])
})

test('R97: who asks after a definition was deleted gets none of it; who asked before keeps the hold', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  await duringTheSale(definitionId, () => organizer('DELETE', `/events/v3/ticket-definitions/${definitionId}`), [
    404,
    'TICKET_DEFINITION_NOT_FOUND',
  ])
})

test('R75: who asks after the event was canceled gets no ticket; who asked before keeps the hold', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  await duringTheSale(definitionId, () => organizer('POST', `/events/v3/events/${eventId}/cancel`, {}), [
    428,
    'REGISTRATION_CLOSED',
  ])
})

test('control: decided by what was read before the deletion, tickets are given that are no longer offered', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  const outdated = await aProcess(app, {
    wrap: repeatableRead(() => organizer('DELETE', `/events/v3/ticket-definitions/${definitionId}`)),
  })
  expect((await reserveTickets(outdated.as(await aBuyer(app)), definitionId)).status).toBe(200)
})

test('R68: one hold is in one currency, also when the event changes its currency meanwhile', async () => {
  const { eventId, definitionId } = await aSale(app)
  const ids = [definitionId, (await aDefinition(app, eventId)).id]
  const change = (currency: string) =>
    organizer('POST', '/events/v3/ticket-definitions/currency', { eventId, currency })
  const buyers = await buyersOf(processes, 40)
  const answers = await Promise.all(
    buyers.flatMap((buyer, index) => [
      reserveTickets(buyer, ids),
      ...(index % 8 === 0 ? [change(index % 16 === 0 ? 'USD' : 'EUR')] : []),
    ]),
  )
  expect(statusesOf(answers)).toEqual({ 200: 45 })
  for (const currencies of await currenciesOfHolds(eventId)) expect(currencies).toHaveLength(1)
})

test('control: a currency that changes row by row is seen half changed', async () => {
  const { eventId, definitionId: a } = await aSale(app)
  const b = (await aDefinition(app, eventId)).id
  await app.sql`update ticket_definitions set currency = 'USD' where ticket_definition_id = ${a}`
  await reserveTickets(await app.visitor(), [a, b])
  await app.sql`update ticket_definitions set currency = 'USD' where ticket_definition_id = ${b}`
  expect(await currenciesOfHolds(eventId)).toEqual([['EUR', 'USD']])
})

/** Fifty at once, with the tickets' row held until both processes have a batch that waits for it. */
async function fiftyBuyers(sellers: readonly Process[], definitionId: string): Promise<Answer[]> {
  const buyers = await buyersOf(sellers, 50)
  return collide(
    app.sql,
    lockingInventory(definitionId),
    buyers.map(buyer => () => reserveTickets(buyer, definitionId)),
    sellers.length,
  )
}

async function buyersOf(sellers: readonly Process[], count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const seller = sellers[index % sellers.length] ?? first
      return seller.as(await aBuyer(app))
    }),
  )
}

/** One waits for its tickets, then `change` is answered, then others ask in both processes. */
async function duringTheSale(definitionId: string, change: () => Promise<Answer>, refusal: [number, string]) {
  const [before, ...after] = await buyersOf(processes, 21)
  const answers = await collide(
    app.sql,
    lockingInventory(definitionId),
    [
      () => reserveTickets(before ?? app.admin, definitionId),
      async () => {
        const changed = await change()
        const late = await Promise.all(after.map(buyer => reserveTickets(buyer, definitionId)))
        for (const answer of late) expect(refusalOf(answer)).toEqual(refusal)
        return changed
      },
    ],
    1,
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(await stockOf(definitionId)).toEqual({ reserved: 1, sold: 0 })
}

async function setLimit(definitionId: string, initialLimit: number): Promise<Answer> {
  const { body } = await must(organizer, 'GET', `/events/v3/ticket-definitions/${definitionId}`)
  const { revision } = body.ticketDefinition
  const patch = { ticketDefinition: { revision, initialLimit } }
  return organizer('PATCH', `/events/v3/ticket-definitions/${definitionId}`, patch)
}

async function stockOf(definitionId: string): Promise<{ reserved: number; sold: number } | undefined> {
  const [row] = await app.sql<{ reserved: number; sold: number }[]>`
    select reserved, sold from inventory where ticket_definition_id = ${definitionId}`
  return row && { ...row }
}

async function currenciesOfHolds(eventId: string): Promise<string[][]> {
  const rows = await app.sql<{ currencies: string[] }[]>`
    select array_agg(distinct currency order by currency) as currencies
      from ticket_reservation_lines
      join ticket_reservations using (site_id, ticket_reservation_id)
     where event_id = ${eventId}
     group by ticket_reservation_id`
  return rows.map(row => row.currencies)
}

function statusesOf(answers: readonly Answer[]): Record<number, number> {
  const groups = Map.groupBy(answers, ({ status }) => status)
  return Object.fromEntries([...groups].map(([status, group]) => [status, group.length]))
}

function wantedOf(definitionId: string, note: string): Wanted {
  const path = 'ticketReservation.tickets[0]'
  return {
    identity: { kind: 'admin', siteId: app.siteId, apiKeyId: app.siteId },
    now: app.now(),
    eventId: null,
    lines: [
      {
        paths: { ticketDefinitionId: path, quantity: path, guestPrice: path, priceOverride: path, seatId: path },
        ticketDefinitionId: definitionId,
        quantity: 1,
        pricingOptionId: null,
        guestPrice: null,
        priceOverride: null,
        pricingPlan: null,
        seatId: null,
      },
    ],
    limitsBypassed: false,
    hiddenAllowed: false,
    extendedFields: { note },
    tags: [],
    privateTags: [],
  }
}

function askedOf(definitionId: string, note: string): Asked<Wanted> {
  return { siteId: app.siteId, wanted: wantedOf(definitionId, note), contendsFor: definitionId }
}

/** The first is a batch of its own; the three that come while it is written are the next one. */
async function aBatchWithPoison(intake: Intake<Wanted, unknown>, definitionId: string): Promise<string[]> {
  const notes = ['first', 'sound', '\u0000', 'sound']
  const outcomes = await Promise.allSettled(notes.map(note => intake.submit(askedOf(definitionId, note))))
  return outcomes.map(({ status }) => status)
}

/** SQLSTATEs of the transactions that failed, also of those that were then tried again. */
const failures: string[] = []

function countingFailures(sql: Sql): Sql {
  const count = (error: unknown) => {
    if (error instanceof Error && 'code' in error && String(error.code) !== '') failures.push(String(error.code))
    throw error
  }
  return around(sql, {
    transaction: begin => begin().catch(count),
    statement: run => run().catch(count),
  })
}

/** A connection around whose transactions and statements alone something else happens. */
function around(
  sql: Sql,
  { transaction, statement }: Record<'transaction' | 'statement', (run: () => Promise<unknown>) => Promise<unknown>>,
): Sql {
  const alone = new Proxy(sql.alone, {
    apply: (target, self, values: unknown[]) => {
      const query = Reflect.apply(target, self, values) as Promise<unknown>
      // A fragment is no statement: it is never waited for.
      return new Proxy(query, {
        get: (same, name) => {
          if (name !== 'then') return Reflect.get(same, name, same)
          const done = statement(async () => query)
          return done.then.bind(done)
        },
      })
    },
  })
  return new Proxy(sql, {
    get: (target, name) =>
      name === 'begin'
        ? (work: Parameters<Sql['begin']>[1]) => transaction(() => target.begin(work))
        : name === 'alone'
          ? alone
          : Reflect.get(target, name),
  })
}

/** Transactions that begin with something more. */
function beginning(sql: Sql, first: (tx: Tx) => Promise<unknown>, how = ''): Sql {
  return new Proxy(sql, {
    get: (target, name) =>
      name === 'begin'
        ? (work: Parameters<Sql['begin']>[1]) =>
            target.begin(how, async tx => {
              await first(tx)
              return work(tx)
            })
        : Reflect.get(target, name),
  })
}

/** Each transaction sees the world as it was before `change`, which happens right after its first look. */
function repeatableRead(change: () => Promise<unknown>): (sql: Sql) => Sql {
  const look = async (tx: Tx) => {
    await tx`select 1`
    await change()
  }
  return sql => beginning(sql, look, 'isolation level repeatable read')
}

/** The database commits, and the connection is gone before it can say so. */
function breakingAfterCommit(sql: Sql): Sql {
  const breaking = async (run: () => Promise<unknown>) => {
    await run()
    throw Object.assign(new Error('write CONNECTION_CLOSED'), { code: 'CONNECTION_CLOSED' })
  }
  return around(sql, { transaction: breaking, statement: breaking })
}
