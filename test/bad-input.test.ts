import { once } from 'node:events'
import { connect as connectTo, type Socket } from 'node:net'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { expireOverdue } from '../src/ticket-reservations/expire.ts'
import { verify } from '../src/verify.ts'
import { type Answer, type Caller, testApp } from './support/app.ts'
import { collide, lockingInventory, lockingReservation, untilWaiting } from './support/collisions.ts'
import { type Crowd, expectTrue, letThemCome } from './support/crowd.ts'
import { aBuyer, anOrganizer, aProcess, type Credentials } from './support/processes.ts'
import { ADA, aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from './support/sale.ts'
import { chanceOf, isTorture, seedOf } from './support/torture.ts'

// What an on-sale meets besides good requests: too much of something, unknown things among known ones, clocks that jump,
// clients that vanish. The answer is clear, nothing is lost, and whoever shares a batch with it gets tickets.

const app = await testApp()
const seed = seedOf('bad-input')
const RESERVATIONS = '/events/v1/ticket-reservations'

type Line = { ticketDefinitionId: string; quantity: number }
const reserveLines = (caller: Caller, tickets: Line[], more = {}) =>
  caller('POST', RESERVATIONS, { ticketReservation: { tickets, ...more } })

describe('at and over each bound', () => {
  const ORDER_OF_50 = { event: { tickets: { ticketLimitPerOrder: 50 } } }

  test('R66: fifty lines of one definition are counted together', async () => {
    const { definitionId } = await aSale(app, { ...ORDER_OF_50, definition: { initialLimit: 60 } })
    const lines = (count: number, quantity: number) =>
      Array.from({ length: count }, () => ({ ticketDefinitionId: definitionId, quantity }))
    const visitor = await app.visitor()
    expect(refusalOf(await reserveLines(visitor, lines(51, 1)))).toEqual([400, ['ticketReservation.tickets']])
    expect(refusalOf(await reserveLines(visitor, lines(50, 2)))).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
    expect(await stockOf(definitionId)).toEqual({ reserved: 0, sold: 0 })
    expect((await reserveLines(visitor, lines(50, 1))).status).toBe(200)
    expect(await stockOf(definitionId)).toEqual({ reserved: 50, sold: 0 })
    // Ten are left: no order gets eleven of them, in however many lines.
    expect(refusalOf(await reserveLines(visitor, lines(11, 1)))).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
    expect((await reserveLines(visitor, lines(10, 1))).status).toBe(200)
    expect(await stockOf(definitionId)).toEqual({ reserved: 60, sold: 0 })
  })

  test.each([
    [0, 400],
    [1, 200],
    [50, 200],
    [51, 400],
    [-1, 400],
    [1.5, 400],
    [2 ** 31, 400],
    [2 ** 53, 400],
  ])('R69: a quantity of %d is answered %d', async (quantity, status) => {
    const { definitionId } = await aSale(app, ORDER_OF_50)
    const answer = await reserveLines(await app.visitor(), [{ ticketDefinitionId: definitionId, quantity }])
    expect(answer.status).toBe(status)
    if (status === 400) expect(refusalOf(answer)).toEqual([400, ['ticketReservation.tickets[0].quantity']])
    expect(await stockOf(definitionId)).toEqual({ reserved: status === 200 ? quantity : 0, sold: 0 })
  })

  test('R66: lines of several definitions, each twice, are held as they were sent and counted by definition', async () => {
    const { eventId, definitionId: a } = await aSale(app, { definition: { initialLimit: 5 } })
    const b = (await aDefinition(app, eventId, { initialLimit: 4 })).id
    const visitor = await app.visitor()
    const lines = (ofA: number, ofB: number) =>
      [a, b, a, b].map((ticketDefinitionId, index) => ({ ticketDefinitionId, quantity: index % 2 ? ofB : ofA }))
    expect(refusalOf(await reserveLines(visitor, lines(2, 3)))).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
    expect(await stockOf(a)).toEqual({ reserved: 0, sold: 0 })
    const { status, body } = await reserveLines(visitor, lines(2, 2))
    expect(status).toBe(200)
    expect(body.ticketReservation.tickets.map((line: Line) => [line.ticketDefinitionId, line.quantity])).toEqual(
      [a, b, a, b].map(id => [id, 2]),
    )
    expect([await stockOf(a), await stockOf(b)]).toEqual([
      { reserved: 4, sold: 0 },
      { reserved: 4, sold: 0 },
    ])
  })

  test('a body of one MiB is read; one byte more is refused, whether its length is told or not', async () => {
    const { definitionId } = await aSale(app)
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 1 }]
    const ofBytes = (bytes: number) => {
      const empty = JSON.stringify({ ticketReservation: { tickets }, ignored: '' })
      return { ticketReservation: { tickets }, ignored: 'x'.repeat(bytes - empty.length) }
    }
    const visitor = await app.visitor()
    expect((await visitor('POST', RESERVATIONS, ofBytes(1_048_576))).status).toBe(200)
    expect(refusalOf(await visitor('POST', RESERVATIONS, ofBytes(1_048_577)))).toEqual([413, 'PAYLOAD_TOO_LARGE'])

    const url = await listening()
    const { authorization = '' } = await aBuyer(app)
    const chunked = await fetch(url + RESERVATIONS, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: new Blob([JSON.stringify(ofBytes(1_048_577))]).stream(),
      duplex: 'half',
    })
    expect(chunked.status).toBe(413)
    expect(await stockOf(definitionId)).toEqual({ reserved: 1, sold: 0 })
  })
})

test('R68: in one batch, bad requests are each answered as they deserve, and the good ones get their tickets', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 100 } })
  const sibling = (await aDefinition(app, eventId, { initialLimit: 100 })).id
  const hidden = (await aDefinition(app, eventId, { hidden: true })).id
  const elsewhere = (await aSale(app)).definitionId
  const foreign = (await aSale(await app.otherSite())).definitionId
  const unknown = crypto.randomUUID()

  const one = (id: string, quantity = 1) => ({ ticketDefinitionId: id, quantity })
  const note = (text: string) => ({ extendedFields: { namespaces: { '@tests/notes': { note: text } } } })
  const bad: [Line[], Record<string, unknown>, ReturnType<typeof refusalOf>][] = [
    [[one(unknown)], {}, [404, 'TICKET_DEFINITION_NOT_FOUND']],
    [[one(definitionId), one(unknown)], {}, [404, 'TICKET_DEFINITION_NOT_FOUND']],
    [[one(foreign)], {}, [404, 'TICKET_DEFINITION_NOT_FOUND']],
    [[one(definitionId), one(foreign)], {}, [404, 'TICKET_DEFINITION_NOT_FOUND']],
    [[one(definitionId), one(elsewhere)], {}, [400, ['ticketReservation.tickets[1].ticketDefinitionId']]],
    [[one(hidden)], {}, [428, 'TICKET_DEFINITION_HIDDEN']],
    [[one(definitionId, 21)], {}, [428, 'TICKET_LIMIT_EXCEEDED']],
    [[one(definitionId, 15), one(sibling, 15)], {}, [428, 'TICKET_LIMIT_EXCEEDED']],
    [[one(definitionId)], note('\u0000'), [400, 'MALFORMED_REQUEST']],
    [[one(definitionId)], note('\ud800'), [400, 'MALFORMED_REQUEST']],
  ]
  const organizer = (await aProcess(app)).as(await anOrganizer(app))
  const requests = [
    { lines: [one(definitionId)], more: {}, refusal: null }, // the first is a batch of its own; the others wait for it
    ...bad.flatMap(([lines, more, refusal]) => [
      { lines, more, refusal },
      { lines: [one(definitionId), one(sibling)], more: note('good'), refusal: null },
    ]),
  ]
  const answers = await collide(
    app.sql,
    lockingInventory(definitionId),
    requests.map(
      ({ lines, more }) =>
        () =>
          reserveLines(organizer, lines, more),
    ),
    1,
  )
  expect(answers.map(answer => (answer.status === 200 ? null : refusalOf(answer)))).toEqual(
    requests.map(({ refusal }) => refusal),
  )
  expect(await stockOf(definitionId)).toEqual({ reserved: bad.length + 1, sold: 0 })
  expect(await stockOf(sibling)).toEqual({ reserved: bad.length, sold: 0 })
  expect([await stockOf(hidden), await stockOf(elsewhere), await stockOf(foreign)]).toEqual(
    Array(3).fill({ reserved: 0, sold: 0 }),
  )
})

test('R20: in one batch of checkouts, bad ones are each answered as they deserve, and the good ones are orders', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const elsewhere = await aSale(app, { definition: FREE })
  const foreign = await app.otherSite()
  const foreignSale = await aSale(foreign, { definition: FREE })
  const hold = async (caller: Caller, id: string): Promise<string> =>
    (await reserveTickets(caller, id)).body.ticketReservation.id
  const organizer = (await aProcess(app)).as(await anOrganizer(app))
  const canceled = await hold(organizer, definitionId)
  await must(organizer, 'POST', `${RESERVATIONS}/${canceled}/cancel`)
  const twice = await hold(organizer, definitionId)
  const named = (firstName: string) => ({
    guests: [{ form: { inputValues: [{ inputName: 'firstName', value: firstName }, ...ADA.inputValues.slice(1)] } }],
  })
  const ofEvent = await hold(organizer, elsewhere.definitionId)
  const bad: [{ eventId: string; reservationId: string }, Record<string, unknown>, ReturnType<typeof refusalOf>][] = [
    [{ eventId, reservationId: crypto.randomUUID() }, {}, [404, 'RESERVATION_NOT_FOUND']],
    [{ eventId, reservationId: canceled }, {}, [404, 'RESERVATION_NOT_FOUND']],
    [
      { eventId, reservationId: await hold(foreign.admin, foreignSale.definitionId) },
      {},
      [404, 'RESERVATION_NOT_FOUND'],
    ],
    [{ eventId, reservationId: ofEvent }, {}, [404, 'RESERVATION_NOT_FOUND']],
    [{ eventId, reservationId: twice }, named('\u0000'), [400, 'MALFORMED_REQUEST']],
    [{ eventId, reservationId: twice }, named('\ud800'), [400, 'MALFORMED_REQUEST']],
    [{ eventId, reservationId: twice }, { guests: [] }, [400, ['guests']]],
  ]
  const good = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(() => hold(organizer, definitionId)))
  const [first = '', ...others] = good
  const requests = [
    { held: { eventId, reservationId: first }, more: {}, refusal: null },
    ...bad.flatMap(([held, more, refusal], index) => [
      { held, more, refusal },
      { held: { eventId, reservationId: others[index] ?? '' }, more: {}, refusal: null },
    ]),
    { held: { eventId, reservationId: twice }, more: {}, refusal: null },
    { held: { eventId, reservationId: twice }, more: {}, refusal: [428, 'RESERVATION_OCCUPIED'] },
  ]
  const answers = await collide(
    app.sql,
    lockingReservation(first),
    requests.map(
      ({ held, more }) =>
        () =>
          checkOut(organizer, held, more),
    ),
    1,
  )
  expect(answers.map(answer => (answer.status === 200 ? null : refusalOf(answer)))).toEqual(
    requests.map(({ refusal }) => refusal),
  )
  expect(await stockOf(definitionId)).toEqual({ reserved: 0, sold: good.length + 1 })
  expect(await stockOf(elsewhere.definitionId)).toEqual({ reserved: 1, sold: 0 })
})

test('in one batch of notifications each does what it says, whatever the others say', async () => {
  const { eventId, definitionId } = await aSale(app)
  const organizer = (await aProcess(app)).as(await anOrganizer(app))
  const order = async () => {
    const { body } = await reserveTickets(organizer, definitionId)
    const reservationId = body.ticketReservation.id
    return { reservationId, ...(await checkOut(organizer, { eventId, reservationId })).body.order }
  }
  const [first, paid, told, declined, pending, canceled] = await Promise.all([1, 2, 3, 4, 5, 6].map(order))
  await must(organizer, 'POST', `${RESERVATIONS}/${canceled.reservationId}/cancel`)
  const notify = (of: { snapshotId: string }, result: string, notificationId = result) =>
    organizer('POST', `/boxoffice/v1/test-payments/${of.snapshotId}/notifications`, { notificationId, result })
  const said: [() => Promise<Answer>, string][] = [
    [() => notify(first, 'PAID'), 'PAID CAPTURED'],
    [() => notify(canceled, 'PAID'), 'CANCELED REFUNDED'],
    [() => notify(paid, 'PAID'), 'PAID CAPTURED'],
    [() => notify(declined, 'DECLINED'), 'DECLINED DECLINED'],
    [() => notify(told, 'PAID'), 'PAID CAPTURED'],
    [() => notify(told, 'PAID'), 'PAID CAPTURED'],
    [() => notify(told, 'PAID', 'again'), 'PAID CAPTURED'],
    [() => notify(told, 'DECLINED'), 'PAID CAPTURED'],
    [() => notify(pending, 'PENDING'), 'PENDING BEGUN'],
    [() => notify({ snapshotId: crypto.randomUUID() }, 'PAID'), '404 PAYMENT_NOT_FOUND'],
    [() => notify(paid, 'PAID', '\u0000'), '400 MALFORMED_REQUEST'],
  ]
  const answers = await collide(
    app.sql,
    lockingReservation(first.reservationId),
    said.map(([tell]) => tell),
    1,
  )
  expect(
    answers.map(answer =>
      answer.status === 200 ? `${answer.body.orderStatus} ${answer.body.payment.status}` : refusalOf(answer).join(' '),
    ),
  ).toEqual(said.map(([, outcome]) => outcome))
  expect(await stockOf(definitionId)).toEqual({ reserved: 1, sold: 3 })
})

describe('clocks that jump', () => {
  test('an hour back and forth between requests, in each process on its own: nothing is sold twice, no answer is a fault', async () => {
    const chance = chanceOf(seed)
    const jumping = () => new Date(app.now().getTime() + (chance.below(121) - 60) * 60_000)
    const processes = await Promise.all([1, 2].map(() => aProcess(app, { clock: jumping })))
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 40 } })
    const paid = (await aDefinition(app, eventId, { initialLimit: 30 })).id
    const crowd: Crowd = await letThemCome(isTorture ? 200 : 40, {
      again: times => times < (isTorture ? 20 : 4),
      buyer: () => aBuyer(app),
      clients: processes.map(process => process.as),
      sale: {
        eventId,
        tickets: [
          { definitionId, limit: 40, free: true },
          { definitionId: paid, limit: 30, free: false },
        ],
      },
      chance,
      clock: app.now,
    })
    expect(crowd.faults).toEqual([])
    await expectTrue(app.sql, app.siteId, crowd.stories)
    expect((await verify(app.sql)).breaches).toEqual([])
    for (const [id, limit] of [
      [definitionId, 40],
      [paid, 30],
    ] as const) {
      const { reserved, sold } = await stockOf(id)
      expect(reserved + sold).toBeLessThanOrEqual(limit)
    }
  }, 120_000)

  test('a ticket that was checked in can be canceled by a process whose clock is behind', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const held = await reserveTickets(app.admin, definitionId)
    const reservationId = held.body.ticketReservation.id
    const { orderNumber, tickets } = (await checkOut(app.admin, { eventId, reservationId })).body.order
    const ticketNumber = [tickets[0].ticketNumber]
    await must(app.admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber })
    const behind = await aProcess(app, { clock: () => new Date(app.now().getTime() - 60 * 60_000) })
    const organizer = behind.as(await anOrganizer(app))
    const canceled = await organizer('POST', `${RESERVATIONS}/${reservationId}/cancel`)
    expect(canceled.status).toBe(200)
    const { body } = await app.admin('GET', `/events/v1/events/${eventId}/orders/${orderNumber}?fieldset=DETAILS`)
    expect(body.order.status).toBe('CANCELED')
    expect(await stockOf(definitionId)).toEqual({ reserved: 0, sold: 0 })
  })
})

describe('clients that vanish', () => {
  test('in the middle of whatever they were saying or waiting for: the server sells on, and every law holds', async () => {
    const chance = chanceOf(seed + 1)
    const url = await listening()
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 100_000 } })
    const vanishing = Array.from({ length: isTorture ? 5_000 : 300 }, async () => {
      const buyer = await aBuyer(app)
      const socket = await connected(url)
      const text = requestText(buyer, [{ ticketDefinitionId: definitionId, quantity: 1 }])
      const sent = chance.is(0.3) ? chance.below(text.length) : text.length
      socket.write(text.slice(0, sent))
      await delay(chance.below(15))
      await vanished(socket)
    })
    const staying = Array.from({ length: 50 }, async () => {
      const visitor = await app.visitor()
      const { body } = await reserveTickets(visitor, definitionId)
      return checkOut(visitor, { eventId, reservationId: body.ticketReservation.id })
    })
    await Promise.all(vanishing)
    const bought = await Promise.all(staying)
    expect(bought.map(({ status }) => status)).toEqual(Array(50).fill(200))
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await verify(app.sql)).breaches).toEqual([])
    // What was held for those who went comes back at its deadline.
    const afterwards = async () => {
      app.setNow(new Date(app.now().getTime() + 21 * 60_000)) // each time: some may only just have been given theirs
      await expireOverdue(app.sql, app.now())
      return stockOf(definitionId)
    }
    await expect.poll(afterwards).toEqual({ reserved: 0, sold: 50 })
  }, 120_000)

  test('R68: who is gone before the batch begins is given nothing; those who stay are', async () => {
    const url = await listening()
    const { definitionId } = await aSale(app, { definition: { initialLimit: 3 } })
    const gone = await Promise.all(Array.from({ length: 5 }, () => connected(url)))
    const buyers = await Promise.all(Array.from({ length: 3 }, () => app.visitor()))
    const goneBuyer = await aBuyer(app)
    const pending: Promise<Answer>[] = []
    await app.sql.begin(async tx => {
      await lockingInventory(definitionId)(tx)
      const [first = app.admin, ...others] = buyers
      pending.push(reserveTickets(first, definitionId))
      await untilWaiting(tx, 1) // its batch has begun; who comes now waits for the next
      const text = requestText(goneBuyer, [{ ticketDefinitionId: definitionId, quantity: 1 }])
      const before = requestsRead
      for (const socket of gone) socket.write(text)
      await untilRead(before + gone.length)
      for (const socket of gone) await vanished(socket)
      for (const other of others) pending.push(reserveTickets(other, definitionId))
    })
    expect((await Promise.all(pending)).map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await stockOf(definitionId)).toEqual({ reserved: 3, sold: 0 })
  })

  test('control: of clients that seem to be there, the same ones take the tickets of those who stay', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 3 } })
    const [first = app.admin, ...others] = await Promise.all(Array.from({ length: 8 }, () => app.visitor()))
    const answers = await collide(
      app.sql,
      lockingInventory(definitionId),
      [first, ...others].map(buyer => () => reserveTickets(buyer, definitionId)),
      1,
    )
    expect(answers.slice(-2).map(({ status }) => status)).toEqual([428, 428])
  })
})

let served: Promise<string> | null = null
/** The app's address; its sockets are real. */
function listening(): Promise<string> {
  served ??= app.app.listen({ port: 0, host: '127.0.0.1' })
  return served
}

async function connected(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connectTo(Number(port), hostname)
  socket.on('error', () => {}) // it may be cut off in the middle of writing
  await once(socket, 'connect')
  return socket
}

function requestText({ authorization = '' }: Credentials, tickets: Line[]): string {
  const body = JSON.stringify({ ticketReservation: { tickets } })
  const headers = { authorization, 'content-type': 'application/json', 'content-length': body.length, host: 'here' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`POST ${RESERVATIONS} HTTP/1.1`, ...lines, '', body].join('\r\n')
}

/** Cuts the line; returns when the server has noticed. */
async function vanished(socket: Socket): Promise<void> {
  const { localPort } = socket
  const seen = [...serverSockets].find(({ remotePort }) => remotePort === localPort)
  socket.destroy()
  if (seen && !seen.closed) await new Promise(resolve => seen.once('close', resolve))
}

const serverSockets = new Set<Socket>()
app.app.server.on('connection', (socket: Socket) => {
  serverSockets.add(socket)
  socket.once('close', () => serverSockets.delete(socket))
})

/** Until the server has read what so many clients sent, and they wait their turn. */
async function untilRead(count: number): Promise<void> {
  while (requestsRead < count) await nextTurn()
  // The body is there; who asks is being looked up.
  for (let turns = 0; turns < 50; turns += 1) await nextTurn()
}

let requestsRead = 0
app.app.server.on('request', () => {
  requestsRead += 1
})

async function stockOf(definitionId: string): Promise<{ reserved: number; sold: number }> {
  const [row] = await app.sql<{ reserved: number; sold: number }[]>`
    select reserved, sold from inventory where ticket_definition_id = ${definitionId}`
  return { reserved: row?.reserved ?? -1, sold: row?.sold ?? -1 }
}
