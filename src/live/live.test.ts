import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aBuyer, aProcess } from '../../test/support/processes.ts'
import { aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { testServer } from '../../test/support/server.ts'
import { listenTo, type Stream } from '../../test/support/streams.ts'
import { createMemory } from '../memory/memory.ts'
import type { Remembered } from '../memory/remembered.ts'
import type { Clock } from '../time.ts'
import { createLive, type Live, type NewListener } from './live.ts'
import { availabilityAnswer } from './messages.ts'

const app = await testApp()
const { sql, siteId, visitor, setNow } = app
const base = await app.app.listen({ host: '127.0.0.1', port: 0 })
const guest = await visitor()
/** An installation that lets three listen, two of one address. */
const small = await testApp({ liveListenersMax: 3, liveListenersPerAddressMax: 2 })
const smallBase = await small.app.listen({ host: '127.0.0.1', port: 0 })

/** A whole server, with both of its ports. */
const { server } = await testServer()

const HUNDRED = { definition: { ...FREE, initialLimit: 100 } }
const pathOf = (eventId: string) => `/boxoffice/v1/events/${eventId}/availability`
const streamOf = (eventId: string, at = base, headers: Record<string, string> = {}) =>
  listenTo(`${at}${pathOf(eventId)}/stream`, headers)
const heldOf = ({ messages }: Stream) => messages.at(-1)?.data.availability.held

describe('many changes', () => {
  test('a thousand listeners’ worth of sales come as a few messages, 300 ms apart, and the last state is among them', async () => {
    setNow('2030-05-01T12:00:00.000Z')
    const { eventId, definitionId } = await aSale(app, HUNDRED)
    const streams = await Promise.all(Array.from({ length: 5 }, () => streamOf(eventId)))
    for (const stream of streams) await stream.next()
    const start = performance.now()
    for (let sold = 1; sold <= 100; sold += 1) await reserveTickets(guest, definitionId)
    for (const stream of streams) await expect.poll(() => heldOf(stream), { interval: 10 }).toBe(100)
    const seconds = (performance.now() - start) / 1000
    for (const { messages } of streams) {
      expect(messages.length - 1).toBeLessThanOrEqual(2 + seconds / 0.3)
      expect(messages.length - 1).toBeGreaterThanOrEqual(1)
      expect(messages).toEqual(streams[0]?.messages)
    }
  })

  test('what another process sells is told here', async () => {
    const { eventId, definitionId } = await aSale(app, HUNDRED)
    const other = await aProcess(app)
    const buyer = other.as(await aBuyer(app))
    const there = await streamOf(eventId, await other.app.listen({ host: '127.0.0.1', port: 0 }))
    const here = await streamOf(eventId)
    const states = [await here.next(), await there.next()]
    expect(states[0]).toEqual(states[1])
    for (const [caller, quantity] of [
      [buyer, 3],
      [guest, 2],
    ] as const) {
      const { body } = await reserveTickets(caller, definitionId, quantity)
      await checkOut(caller, { eventId, reservationId: body.ticketReservation.id })
    }
    for (const { messages } of [here, there])
      await expect.poll(() => messages.at(-1)?.data.availability, { interval: 10 }).toMatchObject({ sold: 5, held: 0 })
    expect(here.messages.at(-1)?.id).toBe(there.messages.at(-1)?.id)
    // Lost here, resumed there: nothing is told twice.
    const resumed = await listenTo(`${base}${pathOf(eventId)}/stream`, {
      'last-event-id': String(there.messages.at(-1)?.id),
    })
    await expect.poll(() => resumed.comments).toEqual([''])
    expect(resumed.messages).toEqual([])
  })
})

describe('what nobody tells', () => {
  test('R130: held tickets are back at their deadline, by the clock alone', async () => {
    const { eventId, definitionId } = await aSale(app, HUNDRED)
    setNow('2030-05-01T12:00:00.000Z')
    await reserveTickets(guest, definitionId, 10)
    const clock = standing('2030-05-01T12:19:59.700Z')
    const states = await watch(eventId, clock)
    expect(states.map(each => each.held)).toEqual([10])
    clock.run()
    await expect.poll(() => states.map(each => each.held), { interval: 10 }).toEqual([10, 0])
  })

  test('R70: a sale starts and ends at its minute', async () => {
    setNow('2030-05-01T12:00:00.000Z')
    const salePeriod = { startDate: '2030-05-02T12:00:00Z', endDate: '2030-05-03T12:00:00Z', displayNotOnSale: true }
    const { eventId } = await aSale(app, { definition: { ...FREE, salePeriod } })
    const statuses = (states: readonly State[]) => states.map(each => each.ticketDefinitions[0]?.saleStatus)
    const beforeIt = standing('2030-05-02T11:59:59.700Z')
    const starting = await watch(eventId, beforeIt)
    beforeIt.run()
    await expect.poll(() => statuses(starting), { interval: 10 }).toEqual(['SALE_SCHEDULED', 'SALE_STARTED'])
    const beforeItsEnd = standing('2030-05-03T11:59:59.700Z')
    const ending = await watch(eventId, beforeItsEnd)
    beforeItsEnd.run()
    await expect.poll(() => statuses(ending), { interval: 10 }).toEqual(['SALE_STARTED', 'SALE_ENDED'])
  })

  test('numbers that are told do not say when holds end: the next look does, within a second or so', async () => {
    setNow('2030-05-01T12:00:00.000Z')
    const { eventId, definitionId } = await aSale(app, HUNDRED)
    await reserveTickets(guest, definitionId, 1)
    const stream = await streamOf(eventId)
    expect((await stream.next()).data.availability.lastReleaseDate).toBe('2030-05-01T12:20:00.000Z')
    setNow('2030-05-01T12:00:00.900Z')
    await reserveTickets(guest, definitionId, 1)
    await expect
      .poll(() => stream.messages.at(-1)?.data.availability)
      .toMatchObject({ held: 2, lastReleaseDate: '2030-05-01T12:20:00.900Z' })
  })

  test('a change of which telling failed is found all the same', async () => {
    setNow('2030-05-01T12:00:00.000Z')
    const { eventId } = await aSale(app, HUNDRED)
    const states = await watch(eventId, app.now, { pace: { apart: 20, untold: 100 } })
    await sql`alter table ticket_definitions disable trigger all`
    try {
      await sql`update ticket_definitions set name = 'Untold' where event_id = ${eventId}`
    } finally {
      await sql`alter table ticket_definitions enable trigger all`
    }
    await expect.poll(() => states.at(-1)?.ticketDefinitions[0]?.name).toBe('Untold')
    expect(states).toHaveLength(2)
  })
})

test('while the database is away streams stay open; that is logged once, and what comes afterwards is told', async () => {
  setNow('2030-05-01T12:00:00.000Z')
  const { eventId } = await aSale(app, HUNDRED)
  let isAway = false
  const lines: string[] = []
  const states = await watch(eventId, app.now, {
    pace: { apart: 20, untold: 50 },
    log: pino({}, { write: line => void lines.push(JSON.parse(line).msg) }),
    connections: new Proxy(sql, {
      apply: (target, self, [first, ...more]) =>
        isAway && Array.isArray(first) && first.join().includes('from events')
          ? Promise.reject(new Error('away'))
          : Reflect.apply(target, self, [first, ...more]),
    }),
  })
  isAway = true
  await expect.poll(() => lines).toEqual(['live availability was not read'])
  await sql`update ticket_definitions set name = 'Afterwards' where event_id = ${eventId}`
  expect(states).toHaveLength(1)
  isAway = false
  await expect.poll(() => states.at(-1)?.ticketDefinitions[0]?.name).toBe('Afterwards')
  expect(lines).toHaveLength(1)
})

describe('bounds', () => {
  test('who comes when as many listen as may is told to ask instead, until somebody leaves', async () => {
    const { eventId } = await aSale(small, HUNDRED)
    const from = (address: string) => streamOf(eventId, smallBase, { 'x-forwarded-for': address })
    const refusal = async (stream: Stream) => {
      const { status, headers } = stream
      const answer = { status: status ?? 0, body: JSON.parse(await stream.body()), headers: {} }
      return [...refusalOf(answer), headers['retry-after']]
    }
    // One address may not take them all; of IPv6 whoever has one address has all of its /64.
    const streams = [await from('2001:db8::1'), await from('2001:db8::2')]
    expect(await refusal(await from('2001:db8::3'))).toEqual([429, 'RESOURCE_EXHAUSTED', '30'])
    streams.push(await from('203.0.113.7'))
    expect(await refusal(await from('203.0.113.8'))).toEqual([503, 'UNAVAILABLE', '30'])
    await must(small.anonymous, 'GET', pathOf(eventId))
    streams[0]?.close()
    await expect.poll(async () => (await from('2001:db8::3')).status).toBe(200)
  })

  test('nothing is left of those who have gone', async () => {
    const { eventId } = await aSale(app, HUNDRED)
    for (let round = 0; round < 3; round += 1) {
      const streams = await Promise.all(Array.from({ length: 20 }, () => streamOf(eventId)))
      for (const stream of streams) stream.close()
    }
    const metrics = async () => (await must(app.anonymous, 'GET', '/metrics')).body
    await expect.poll(metrics).toMatch(/^boxoffice_live_streams 0$/m)
  })
})

test('a server that stops ends its streams on both ports, says when to come back, and is not held up', async () => {
  const { https, httpUrl } = server
  const answer = await fetch(`${httpUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: server.siteId, grantType: 'anonymous' }),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  const found = await fetch(`${httpUrl}/events/v3/events/slug/lanterns-over-the-harbour`, {
    headers: { authorization: access_token },
  })
  const { event } = (await found.json()) as { event: { id: string } }
  const streams = [await streamOf(event.id, httpUrl), await streamOf(event.id, https?.url)]
  for (const stream of streams) expect((await stream.next()).data.availability.eventId).toBe(event.id)
  const start = performance.now()
  await server.stop()
  expect(performance.now() - start).toBeLessThan(8000)
  for (const stream of streams) {
    await stream.ended
    expect(stream.messages).toHaveLength(1)
    expect(stream.retry()).toBeGreaterThanOrEqual(1000)
  }
})

type State = { held: number; ticketDefinitions: { name: string; saleStatus: string }[] }

/** A clock that stands at `from`, until it runs: what is there at first is seen, however busy the machine is. */
function standing(from: string): Clock & { run: () => void } {
  let start = Number.POSITIVE_INFINITY
  const clock = () => new Date(Date.parse(from) + Math.max(0, performance.now() - start))
  return Object.assign(clock, {
    run: () => {
      start = performance.now()
    },
  })
}

/** What a listener is told, from the first state on, by a process with a clock and a pace of its own. */
async function watch(
  eventId: string,
  clock: Clock,
  { pace = { apart: 20, untold: 60_000 }, log = pino({ level: 'silent' }), connections = sql } = {},
): Promise<State[]> {
  const memory = createMemory(connections)
  const live = createLive(memory, { clock, listenersMax: 1, log }, pace)
  onTestFinished(async () => {
    await live.stop()
    await memory.stop()
  })
  const known = await memory.read({ siteId, eventId }, clock())
  if (!known) throw new Error('there is no such event')
  return told(live, known, { eventId, now: clock() })
}

function told(live: Live, known: Remembered, { eventId, now }: { eventId: string; now: Date }): State[] {
  const answer = availabilityAnswer(known, null, now)
  if (!answer) throw new Error('guests are told nothing of it')
  const states: State[] = []
  const write = (message: Buffer | string) => {
    const [, data] = /^data: (.*)$/m.exec(String(message)) ?? []
    if (data) states.push(JSON.parse(data).availability)
    return true
  }
  const out = { write, end: write, once: () => {}, destroy: () => {}, destroyed: false, writableLength: 0 }
  live.listen(
    { siteId, eventId, ticketDefinitionId: null },
    { out: out as unknown as NewListener['out'], answer, knownVersion: undefined },
  )
  return states
}
