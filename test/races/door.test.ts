import { expect, test } from 'vitest'
import { verify } from '../../src/verify.ts'
import { type TestApp, testApp } from '../support/app.ts'
import { collide } from '../support/collisions.ts'
import { aDevice, type Bought, bought } from '../support/door.ts'
import { anOrganizer, aProcess } from '../support/processes.ts'
import { aSale, FREE, must } from '../support/sale.ts'
import { chanceOf, seedOf } from '../support/torture.ts'
import { dropConstraints, lawsBrokenBy, withoutLocks } from '../support/unprotected.ts'

// Gates that scan at the same moment, each at a server of its own.

const OPENS = '2030-06-01T17:00:00.000Z'
const app = await testApp()
app.setNow(OPENS)
const [first, second] = [await aProcess(app), await aProcess(app)]
const organizer = await anOrganizer(app)
/** Another installation, for the controls: nothing is locked there, and no constraint refuses. */
const site = await testApp({ lawless: true })
site.setNow(OPENS)
await dropConstraints(site.sql)

type Results = { body: { results: { result: string; conflict: boolean }[] } }
const resultsOf = (answers: Results[]) => answers.map(({ body }) => body.results.map(({ result }) => result))

const lockingOrder = ({ orderNumber }: Bought): Parameters<typeof collide>[1] => {
  return tx => tx`select from orders where order_number = ${orderNumber} for update`
}

test('R199, law 10: two gates scan one ticket at once: one lets in, the other is told so', async () => {
  const order = await bought(app)
  const [number = ''] = order.numbers
  const gates = [first, second].map(({ as }, index) => aDevice(as(organizer), order.eventId, { gate: `Gate ${index}` }))
  const answers = await collide(
    app.sql,
    lockingOrder(order),
    gates.map(gate => () => gate.send([{ number }])),
  )
  expect(resultsOf(answers)).toEqual([['ADMITTED'], ['ALREADY_IN']])
  expect(answers[1]?.body.results[0].first).toMatchObject({ gate: 'Gate 0' })
})

test('control: without the lock both let in, and verify sees it', async () => {
  const order = await bought(site)
  const [number = ''] = order.numbers
  const by = await anOrganizer(site)
  const weak = { wrap: (sql: TestApp['sql']) => withoutLocks(sql, { replace: [GUARD] }) }
  const gates = [await aProcess(site, weak), await aProcess(site, weak)].map(({ as }) => aDevice(as(by), order.eventId))
  // Both have judged when they wait for the ticket, which they change next.
  const holding = (tx: Parameters<Parameters<typeof collide>[1]>[0]) =>
    tx`select from tickets where ticket_number = ${number} for update`
  const answers = await collide(
    site.sql,
    holding,
    gates.map(gate => () => gate.send([{ number }])),
  )
  expect(resultsOf(answers)).toEqual([['ADMITTED'], ['ADMITTED']])
  expect(await lawsBrokenBy(site.sql, number)).toContain('14-a-ticket-admits-once')
})
/** What remains of the protection without locks: a check-in is changed only from what it was. */
const GUARD = [/and tickets\.checked_in_at is not distinct from changed\.was/, ''] as const

test('law 18: the same scans sent twice at once are taken once', async () => {
  const order = await bought(app, { quantity: 2 })
  const device = { gate: 'North', device: 'one' }
  const [here, there] = [first, second].map(({ as }) => aDevice(as(organizer), order.eventId, device))
  const scans = order.numbers.map(number => here?.scanOf({ number }) ?? {})
  const answers = await collide(app.sql, lockingOrder(order), [
    () => here?.send(scans) ?? Promise.reject(),
    () => there?.send(scans) ?? Promise.reject(),
  ])
  expect(resultsOf(answers)).toEqual([
    ['ADMITTED', 'ADMITTED'],
    ['ADMITTED', 'ADMITTED'],
  ])
  expect(await app.sql`select from door_scans where event_id = ${order.eventId}`).toHaveLength(2)
})

test('R199: one gate scans while another way of checking in is used: one of them comes first', async () => {
  const order = await bought(app)
  const [number = ''] = order.numbers
  const { eventId } = order
  const gate = aDevice(first.as(organizer), eventId)
  const answers = await collide<{ status: number; body: { results?: { result: string }[] } }>(
    app.sql,
    lockingOrder(order),
    [
      () => second.as(organizer)('POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [number] }),
      () => gate.send([{ number }]),
    ],
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(answers[1]?.body.results).toMatchObject([{ result: 'ALREADY_IN' }])
})

test('R208, law 18: a ticket is canceled while a gate scans it: whoever comes second sees it', async () => {
  for (const scansFirst of [true, false]) {
    const order = await bought(app)
    const [number = ''] = order.numbers
    const gate = aDevice(first.as(organizer), order.eventId)
    const scan = () => gate.send([{ number, offline: true, accepted: true }])
    const cancel = () =>
      second.as(organizer)('POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`, {})
    const answers = await collide<{ status: number; body: { results?: { result: string }[] } }>(
      app.sql,
      lockingOrder(order),
      scansFirst ? [scan, cancel] : [cancel, scan],
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    const results = answers.find(({ body }) => body.results)?.body.results
    expect(results).toMatchObject([{ result: scansFirst ? 'ADMITTED' : 'CANCELED', conflict: !scansFirst }])
  }
})

test('law 18: six gates, on- and offline, told late, twice and in any order: who was first is in, every other let in is a conflict', async () => {
  const chance = chanceOf(seedOf('door'))
  const sale = await aSale(app, { definition: FREE })
  const orders = await Promise.all(Array.from({ length: 6 }, () => bought(app, { sale, quantity: 5 })))
  const numbers = orders.flatMap(order => order.numbers)
  const gates = Array.from({ length: 6 }, (_, index) =>
    aDevice((index % 2 ? first : second).as(organizer), sale.eventId, { gate: `Gate ${index}`, device: `${index}` }),
  )
  app.setNow('2030-06-01T20:00:00.000Z')
  const letIn = new Map<string, string[]>()
  const queues = gates.map(gate =>
    Array.from({ length: 40 }, (_, index) => {
      const number = numbers[chance.below(numbers.length)] ?? ''
      const minute = String(chance.below(60)).padStart(2, '0')
      const second = String(index).padStart(2, '0')
      const date = `2030-06-01T18:${minute}:${second}.${String(chance.below(1000)).padStart(3, '0')}Z`
      letIn.set(number, [...(letIn.get(number) ?? []), date])
      return gate.scanOf({ number, date, offline: true, accepted: true })
    }),
  )
  const sendAll = async (gate: (typeof gates)[number], queue: readonly object[]) => {
    for (let at = 0; at < queue.length; ) {
      const size = 1 + chance.below(12)
      const batch = queue.slice(at, at + size)
      const answer = await gate.send(batch)
      expect([200, 503]).toContain(answer.status)
      if (answer.status === 200 && chance.is(0.8)) at += size // else it did not arrive, and is sent again
    }
  }
  await Promise.all(gates.map((gate, index) => sendAll(gate, queues[index] ?? [])))

  const { entries } = await aDevice(app.admin, sale.eventId).list()
  for (const { number, checkIn } of entries as { number: string; checkIn?: { date: string } }[])
    expect([number, checkIn?.date]).toEqual([number, letIn.get(number)?.toSorted()[0]])
  const conflicts = await app.sql<{ number: string; scannedAt: Date }[]>`
    select number, scanned_at from door_conflicts join door_scans using (site_id, scan_id, event_id, number)
     where event_id = ${sale.eventId} and resolved_at is null`
  const others = [...letIn].flatMap(([number, dates]) =>
    dates
      .toSorted()
      .slice(1)
      .map(date => `${number} ${date}`),
  )
  const told = conflicts.map(({ number, scannedAt }) => `${number} ${scannedAt.toISOString()}`)
  expect(told.sort()).toEqual(others.sort())
  expect((await verify(app.sql)).breaches).toEqual([])
  app.setNow(OPENS)
})

test('a door, a desk and guests at once, again and again: every law holds, and nobody is answered with a fault', async () => {
  const chance = chanceOf(seedOf('door and desk'))
  const sale = await aSale(app, { definition: FREE })
  const orders = await Promise.all(Array.from({ length: 5 }, () => bought(app, { sale, quantity: 3 })))
  const numbers = orders.flatMap(order => order.numbers)
  const any = () => numbers[chance.below(numbers.length)] ?? ''
  const busy = Array.from({ length: 80 }, (_, index) => {
    const caller = (index % 2 ? first : second).as(organizer)
    const gate = aDevice(caller, sale.eventId, { device: String(index % 4) })
    switch (chance.below(6)) {
      case 0:
        return gate.send([{ number: any(), kind: 'UNDO' }, { number: any() }, { number: any(), kind: 'EXIT' }])
      case 1:
        return gate.send(
          [any(), any()].map(number => ({
            number,
            offline: true,
            accepted: true,
            ...(chance.is(0.3) && { kind: 'EXIT' }),
          })),
        )
      case 2:
        return caller('PATCH', `/events/v1/tickets/${any()}`, { archived: chance.is(0.5), fields: 'archived' })
      case 3:
        return caller('POST', '/events/v1/tickets/check-in', { eventId: sale.eventId, ticketNumber: [any()] })
      case 4:
        return caller('DELETE', `/events/v1/tickets/check-in?eventId=${sale.eventId}&ticketNumber=${any()}`)
      default:
        return gate.send([{ number: any() }])
    }
  })
  const statuses = new Set((await Promise.all(busy)).map(({ status }) => status))
  expect([...statuses].filter(status => ![200, 428, 503].includes(status))).toEqual([])
  expect((await verify(app.sql)).breaches).toEqual([])
  await must(app.admin, 'GET', `/boxoffice/v1/door/events/${sale.eventId}/figures`)
})
