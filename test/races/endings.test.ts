import { describe, expect, test } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import { expireOverdue } from '../../src/ticket-reservations/expire.ts'
import { type Answer, type Caller, callerOf, type TestApp, testApp } from '../support/app.ts'
import { barrier, collide, lockingReservation, untilWaiting } from '../support/collisions.ts'
import { aBuyer, anOrganizer, aProcess, type Credentials, type Process } from '../support/processes.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../support/sale.ts'
import { dropConstraints, lawsBrokenBy, type Weaker, withoutLocks } from '../support/unprotected.ts'

// What ends a reservation, an order or a ticket's admission, at the same moment from several sides.

const app = await testApp()
const [first, second] = [await aProcess(app), await aProcess(app)]
const organizer = await anOrganizer(app)
/** Another installation, for the controls: nothing is locked there, and no constraint refuses. */
const site = await testApp({ lawless: true })
await dropConstraints(site.sql)

type Held = { buyer: Credentials; eventId: string; definitionId: string; reservationId: string }

describe('a reservation ends once', () => {
  const cancel = ({ buyer, reservationId }: Held) =>
    first.as(buyer)('POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
  const buy = ({ buyer, ...held }: Held) => checkOut(second.as(buyer), held)
  // To the job it is overdue already; to the others, who looked at the clock before, it is not.
  const expire = async () => expireOverdue(app.sql, minutesLater(app, 21))

  test.each([
    ['cancel, expire, checkout', [cancel, expire, buy], 'CANCELED_MANUALLY'],
    ['cancel, checkout, expire', [cancel, buy, expire], 'CANCELED_MANUALLY'],
    ['expire, cancel, checkout', [expire, cancel, buy], 'EXPIRED'],
    ['expire, checkout, cancel', [expire, buy, cancel], 'EXPIRED'],
    ['checkout, expire', [buy, expire], 'CONFIRMED'],
    ['checkout, cancel: what was bought can be canceled', [buy, cancel], 'CANCELED_MANUALLY'],
  ])('R133, R170: %s', async (_, contenders, status) => {
    const held = await aHold(app, 3, FREE)
    const answers = await collide(
      app.sql,
      lockingReservation(held.reservationId),
      contenders.map(contender => async () => contender(held)),
    )
    expect(answers.map(hasWon).indexOf(true)).toBe(0)
    expect((await statusesOf(held))[0]).toBe(status)
    expect(await endingsOf(held)).toBe(status === 'CANCELED_MANUALLY' && contenders[0] === buy ? 2 : 1)
    expect(await stockOf(held)).toEqual({ reserved: 0, sold: status === 'CONFIRMED' ? 3 : 0 })
  })

  test('control: without the locks, a cancel and a checkout both end it, and verify sees it', async () => {
    const held = await aHold(site, 3, FREE)
    const url = `/events/v1/ticket-reservations/${held.reservationId}/cancel`
    let canceled = Promise.resolve<Answer | null>(null)
    const cancelMeanwhile = async () => {
      canceled = weakOne.as(held.buyer)('POST', url)
      await untilWaiting(site.sql, 1) // for the row that the checkout has written to
    }
    const [weakOne] = await weakProcesses({})
    const [weakOther] = await weakProcesses({ meet: [/\blive as \(/, cancelMeanwhile] })
    expect((await checkOut(weakOther.as(held.buyer), held)).status).toBe(200)
    expect((await canceled)?.status).toBe(200)
    expect(await lawsBrokenBy(site.sql, held.definitionId)).toContain('01-reserved-is-pending')
  })

  test('R133: of ten who cancel it at once, one does', async () => {
    const held = await aHold(app)
    const cancels = Array.from({ length: 10 }, () => () => cancel(held))
    const answers = await collide(app.sql, lockingReservation(held.reservationId), cancels)
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(428)])
  })

  test('control: without the locks, two are told that they canceled it', async () => {
    const weak = await weakProcesses({})
    const held = await aHold(site)
    const url = `/events/v1/ticket-reservations/${held.reservationId}/cancel`
    const cancels = weak.map(each => () => each.as(held.buyer)('POST', url))
    const answers = await collide(site.sql, lockingReservation(held.reservationId), cancels)
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })
})

describe('a reservation is checked out once', () => {
  test.each([
    ['free', FREE],
    ['paid online', {}],
  ])('R20: of ten checkouts at once, one makes an order (%s)', async (_, definition) => {
    const held = await aHold(app, 1, definition)
    const answers = await collide(
      app.sql,
      lockingReservation(held.reservationId),
      Array.from({ length: 10 }, (_, index) => () => checkOut((index % 2 ? first : second).as(held.buyer), held)),
      2, // those of one process share a batch
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const refused of answers.filter(({ status }) => status !== 200))
      expect(refusalOf(refused)).toEqual([428, 'RESERVATION_OCCUPIED'])
    expect(await ordersOf(app, held)).toHaveLength(1)
  })

  test('control: without the locks and the constraint, one reservation makes two orders', async () => {
    const [weakOne, weakOther] = await weakProcesses({ meet: [/insert into contacts/, barrier(2)] })
    const held = await aHold(site)
    const answers = await Promise.all([weakOne, weakOther].map(each => checkOut(each.as(held.buyer), held)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await ordersOf(site, held)).toHaveLength(2)
  })
})

describe('money counts once', () => {
  test.each(['PAID', 'PENDING', 'DECLINED'])('the same notification ten times at once: %s', async result => {
    const { held, orderNumber, pay } = await anUnpaidOrder()
    const answers = await collide(
      app.sql,
      lockingReservation(held.reservationId),
      Array.from({ length: 10 }, (_, index) => () => pay(index % 2 ? first : second, result)),
      2, // those of one process share a batch
    )
    expect(answers.map(({ body }) => body.orderStatus)).toEqual(Array(10).fill(result))
    const fact = result === 'PAID' ? 'order.confirmed' : `order.${result.toLowerCase()}`
    expect(await factsAbout(orderNumber, fact)).toBe(1)
    expect(await ticketsOf(held)).toBe(result === 'PAID' ? 1 : 0)
  })

  test('control: without the locks, late money that is told of twice is turned into tickets twice', async () => {
    const [weakOne, weakOther] = await weakProcesses({ meet: [/^with \? select$/, barrier(2)] })
    const held = await aHold(site)
    const order = await anOrderOf(site, held)
    site.setNow(minutesLater(site, 21))
    await expireOverdue(site.sql, site.now())
    const by = await anOrganizer(site)
    const answers = await Promise.all(
      [weakOne, weakOther].map((each, index) => notify(each.as(by), order.snapshotId, 'PAID', `told ${index}`)),
    )
    expect(answers.map(({ body }) => body.orderStatus)).toEqual(['PAID', 'PAID'])
    expect(await lawsBrokenBy(site.sql, order.orderNumber)).toContain('04-confirmed-orders-have-their-tickets')
  })

  test.each([
    ['in two processes', [0, 1]],
    ['in one batch of one process', [0, 0]],
    ['ten at once, in two processes', [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]],
  ])('two payments of one order are both paid at once, %s: one counts, the other is given back', async (_, where) => {
    const { held, orderNumber, pay } = await anUnpaidOrder()
    const again = await Promise.all(where.slice(1).map(() => payAgain(first.as(held.buyer), orderNumber)))
    const processes = where.map(at => (at === 0 ? first : second))
    const answers = await collide(
      app.sql,
      lockingReservation(held.reservationId),
      processes.map((process, index) => () => {
        const paymentId = again[index - 1]
        return paymentId ? notify(process.as(organizer), paymentId, 'PAID') : pay(process, 'PAID')
      }),
      new Set(where).size,
    )
    expect(answers.map(({ body }) => body.orderStatus)).toEqual(where.map(() => 'PAID'))
    expect(answers.map(({ body }) => body.payment.status).sort()).toEqual(['CAPTURED', ...again.map(() => 'REFUNDED')])
    expect(await factsAbout(orderNumber, 'order.confirmed')).toBe(1)
    expect(await ticketsOf(held)).toBe(1)
    expect(await stockOf(held)).toEqual({ reserved: 0, sold: 1 })
  })

  test('two payments of one order that are both late: the tickets are taken again once, the other is given back', async () => {
    const { held, orderNumber, pay } = await anUnpaidOrder({ initialLimit: 2 })
    const other = await payAgain(first.as(held.buyer), orderNumber)
    await expireOverdue(app.sql, minutesLater(app, 21))
    const answers = await Promise.all([pay(first, 'PAID'), notify(second.as(organizer), other, 'PAID')])
    // Whom the other's new hold crosses is told to try again, as a bank does.
    const [one, two] = await Promise.all([
      answers[0]?.status === 503 ? pay(first, 'PAID') : answers[0],
      answers[1]?.status === 503 ? notify(second.as(organizer), other, 'PAID') : answers[1],
    ])
    expect([one?.body.payment.status, two?.body.payment.status].sort()).toEqual(['CAPTURED', 'REFUNDED'])
    expect(await ticketsOf(held)).toBe(1)
    expect(await stockOf(held)).toEqual({ reserved: 0, sold: 1 })
  })

  test('of two payments of one order one is paid and the other declined at once: it is paid, whoever comes first', async () => {
    for (const paidFirst of [true, false]) {
      const { held, orderNumber, pay } = await anUnpaidOrder()
      const other = await payAgain(first.as(held.buyer), orderNumber)
      const paid = () => pay(first, 'PAID')
      const declined = () => notify(second.as(organizer), other, 'DECLINED')
      await collide(app.sql, lockingReservation(held.reservationId), paidFirst ? [paid, declined] : [declined, paid])
      expect(await statusesOf(held)).toEqual(['CONFIRMED', 'PAID'])
      expect(await ticketsOf(held)).toBe(1)
    }
  })

  test('control: without the locks, two late payments of one order are both kept, and verify sees it', async () => {
    const [weakOne, weakOther] = await weakProcesses({ meet: [/^with \? select$/, barrier(2)] })
    const held = await aHold(site)
    const { orderNumber, snapshotId } = await anOrderOf(site, held)
    const by = await anOrganizer(site)
    const other = await payAgain(weakOne.as(by), orderNumber)
    site.setNow(minutesLater(site, 21))
    await expireOverdue(site.sql, site.now())
    const answers = await Promise.all([
      notify(weakOne.as(by), snapshotId, 'PAID'),
      notify(weakOther.as(by), other, 'PAID'),
    ])
    expect(answers.map(({ body }) => body.payment.status)).toEqual(['CAPTURED', 'CAPTURED'])
    expect(await lawsBrokenBy(site.sql, orderNumber)).toContain('08-captured-money-has-a-place')
  })

  test('R168, R170: money that comes just before the hold expires buys the tickets', async () => {
    const { held, pay } = await anUnpaidOrder({ initialLimit: 1 })
    const [paid] = await collide(app.sql, lockingReservation(held.reservationId), [
      () => pay(first, 'PAID'),
      async () => void (await expireOverdue(second.sql, minutesLater(app, 21))),
    ])
    expect(paid?.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'CAPTURED' } })
    expect(await statusesOf(held)).toEqual(['CONFIRMED', 'PAID'])
    expect(await stockOf(held)).toEqual({ reserved: 0, sold: 1 })
  })

  test('money that comes just after the hold expired takes the tickets again where they are there', async () => {
    const { held, pay } = await anUnpaidOrder({ initialLimit: 1 })
    const [, paid] = await collide(app.sql, lockingReservation(held.reservationId), [
      async () => void (await expireOverdue(second.sql, minutesLater(app, 21))),
      () => pay(first, 'PAID'),
    ])
    expect(paid?.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'CAPTURED' } })
    expect(await statusesOf(held)).toEqual(['EXPIRED', 'PAID'])
    expect(await stockOf(held)).toEqual({ reserved: 0, sold: 1 })
  })

  test('money that comes just after somebody else took the overdue tickets is given back', async () => {
    const { held, pay } = await anUnpaidOrder({ initialLimit: 1 })
    const late = await aProcess(app, { clock: () => minutesLater(app, 21) })
    const other = late.as(await aBuyer(app))
    const [taken, paid] = await collide(app.sql, lockingReservation(held.reservationId), [
      () => reserveTickets(other, held.definitionId),
      () => pay(first, 'PAID'),
    ])
    expect(taken?.status).toBe(200)
    expect(paid?.body).toMatchObject({ orderStatus: 'CANCELED', payment: { status: 'REFUNDED' } })
    expect(await statusesOf(held)).toEqual(['EXPIRED', 'CANCELED'])
    expect(await stockOf(held)).toEqual({ reserved: 1, sold: 0 })
  })

  test('money and a cancellation at once: it is given back, or a person is told of it', async () => {
    for (const order of ['money first', 'cancellation first']) {
      const { held, pay } = await anUnpaidOrder()
      const cancel = () => second.as(held.buyer)('POST', `/events/v1/ticket-reservations/${held.reservationId}/cancel`)
      const money = () => pay(first, 'PAID')
      await collide(
        app.sql,
        lockingReservation(held.reservationId),
        order === 'money first' ? [money, cancel] : [cancel, money],
      )
      expect(await statusesOf(held)).toEqual(['CANCELED_MANUALLY', 'CANCELED'])
      expect(await stockOf(held)).toEqual({ reserved: 0, sold: 0 })
      const { body } = await must(app.admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')
      expect(body.cases).toHaveLength(order === 'money first' ? 1 : 0)
      for (const { id } of body.cases) await must(app.admin, 'POST', `/boxoffice/v1/reconciliation/${id}/resolve`, {})
    }
  })

  test('control: without the locks, a payment and a cancellation both end the hold, and verify sees it', async () => {
    const [weakOne, weakOther] = await weakProcesses({})
    const held = await aHold(site)
    const order = await anOrderOf(site, held)
    const cancel = `/events/v1/ticket-reservations/${held.reservationId}/cancel`
    await collide<unknown>(site.sql, lockingReservation(held.reservationId), [
      () => notify(weakOne.as(held.buyer), order.snapshotId, 'PAID'),
      () => weakOther.as(held.buyer)('POST', cancel),
    ])
    expect(await lawsBrokenBy(site.sql, held.definitionId)).toContain('01-reserved-is-pending')
  })

  test('control: without the locks, a payment and the expiry both end the hold, and verify sees it', async () => {
    const [weakOne, weakOther] = await weakProcesses({})
    const held = await aHold(site)
    const order = await anOrderOf(site, held)
    const late = minutesLater(site, 21)
    await collide<unknown>(site.sql, lockingReservation(held.reservationId), [
      () => notify(weakOne.as(held.buyer), order.snapshotId, 'PAID'),
      () => expireOverdue(weakOther.sql, late),
    ])
    expect(await lawsBrokenBy(site.sql, held.definitionId)).toContain('01-reserved-is-pending')
  })
})

describe('an order is confirmed once', () => {
  test.each([
    ['awaiting an online payment', {}],
    ['to be paid at the door', { options: { payInPerson: true } }],
  ])('R183, R184: two people confirm one %s at once: both are told that it is paid, one did it', async (_, more) => {
    const held = await aHold(app)
    const { orderNumber } = await anOrderOf(app, held, more)
    const confirm = async (process: Process) =>
      process.as(await anOrganizer(app))('POST', confirmUrl(held), { orderNumber: [orderNumber] })
    const answers = await collide(app.sql, lockingReservation(held.reservationId), [
      () => confirm(first),
      () => confirm(second),
    ])
    expect(answers.map(({ body }) => body.orders[0].status)).toEqual(['PAID', 'PAID'])
    expect(await factsAbout(orderNumber, 'order.paid')).toBe('options' in more ? 1 : 0)
    expect(await factsAbout(orderNumber, 'order.confirmed')).toBe(1)
    expect(await ticketsOf(held)).toBe(1)
  })

  test('R185: two people confirm the same orders in opposite order: both get all', async () => {
    const { eventId, definitionId } = await aSale(app)
    const definitions = [definitionId, (await aDefinition(app, eventId)).id]
    const orders = await Promise.all(
      [definitions, definitions.toReversed()].map(async ids => {
        const { body } = await reserveTickets(app.admin, ids)
        const reservationId = body.ticketReservation.id
        return (await checkOut(app.admin, { eventId, reservationId })).body.order
      }),
    )
    const numbers = orders.map(({ orderNumber }) => orderNumber)
    const confirm = (process: Process, orderNumber: string[]) =>
      process.as(organizer)('POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber })
    const answers = await collide(app.sql, lockingReservation(orders[0].reservationId), [
      () => confirm(first, numbers),
      () => confirm(second, numbers.toReversed()),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })

  test('R183: a confirmation and the buyer’s money at once: the one that comes second is no second payment', async () => {
    const { held, pay, orderNumber } = await anUnpaidOrder()
    const confirm = () => second.as(organizer)('POST', confirmUrl(held), { orderNumber: [orderNumber] })
    const [confirmed, paid] = await collide(app.sql, lockingReservation(held.reservationId), [
      confirm,
      () => pay(first, 'PAID'),
    ])
    expect(confirmed?.body.orders[0].status).toBe('PAID')
    expect(paid?.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'REFUNDED' } })
    expect(await ticketsOf(held)).toBe(1)
  })

  test('control: without the locks, both mark it paid, and verify sees it', async () => {
    const [weakOne, weakOther] = await weakProcesses({ meet: [/update orders/, barrier(2)] })
    const held = await aHold(site)
    const order = await anOrderOf(site, held, { options: { payInPerson: true } })
    const by = await anOrganizer(site)
    const answers = await Promise.all(
      [weakOne, weakOther].map(each => each.as(by)('POST', confirmUrl(held), { orderNumber: [order.orderNumber] })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await lawsBrokenBy(site.sql, order.orderNumber)).toContain('12-activities-have-no-gap')
  })
})

describe('a ticket admits once', () => {
  test('R199: two scanners read one ticket: both are told the first time, and one check-in is on record', async () => {
    const ticket = await aTicket(app)
    const later = await aProcess(app, { clock: () => minutesLater(app, 1) })
    const answers = await collide(
      app.sql,
      tx => tx`select from orders where order_number = ${ticket.orderNumber} for update`,
      [first, later].map(door => () => scan(door, organizer, ticket)),
    )
    const times = answers.map(({ body }) => body.tickets[0].checkIn.created)
    expect(times).toEqual([app.now().toISOString(), app.now().toISOString()])
    expect(await factsAbout(ticket.ticketNumber, 'ticket.checked_in')).toBe(1)
  })

  test('R199, R135: a scan and a cancellation at once: admitted before it, or not at all', async () => {
    for (const scanFirst of [true, false]) {
      const ticket = await aTicket(app)
      const url = `/events/v1/ticket-reservations/${ticket.reservationId}/cancel`
      const contenders = [() => scan(first, organizer, ticket), () => second.as(organizer)('POST', url)]
      const answers = await collide(
        app.sql,
        tx => tx`select from orders where order_number = ${ticket.orderNumber} for update`,
        scanFirst ? contenders : contenders.toReversed(),
      )
      expect(answers.map(({ status }) => status)).toEqual(scanFirst ? [200, 200] : [200, 428])
    }
  })

  test('control: without the locks and the condition, one ticket admits twice, and verify sees it', async () => {
    const [weakOne, weakOther] = await weakProcesses({
      meet: [/update tickets/, barrier(2)],
      replace: [[/and tickets.checked_in_at is not distinct from changed.was/, '']],
    })
    const ticket = await aTicket(site)
    const by = await anOrganizer(site)
    const answers = await Promise.all([weakOne, weakOther].map(door => scan(door, by, ticket)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await lawsBrokenBy(site.sql, ticket.ticketNumber)).toContain('14-a-ticket-admits-once')
  })
})

async function aHold(of: TestApp, quantity = 1, definition: Record<string, unknown> = {}): Promise<Held> {
  const { eventId, definitionId } = await aSale(of, { definition: { initialLimit: 10, ...definition } })
  const buyer = await aBuyer(of)
  const { body } = await reserveTickets(callerOf(of.app)(buyer), definitionId, quantity)
  return { buyer, eventId, definitionId, reservationId: body.ticketReservation.id }
}

async function anOrderOf(of: TestApp, held: Held, more = {}): Promise<{ orderNumber: string; snapshotId: string }> {
  const { status, body } = await checkOut(of.admin, held, more)
  expect(status).toBe(200)
  return body.order
}

/** A hold whose order awaits its payment, and what the bank says of it. */
async function anUnpaidOrder(definition: Record<string, unknown> = {}) {
  const held = await aHold(app, 1, definition)
  const { orderNumber, snapshotId } = await anOrderOf(app, held)
  return { held, orderNumber, pay: (to: Process, result: string) => notify(to.as(organizer), snapshotId, result) }
}

function notify(bank: Caller, paymentId: string, result: string, notificationId = result): Promise<Answer> {
  const url = `/boxoffice/v1/test-payments/${paymentId}/notifications`
  return bank('POST', url, { notificationId, result })
}

/** Another payment of the same order; its id. */
async function payAgain(caller: Caller, orderNumber: string): Promise<string> {
  const { body } = await must(caller, 'POST', `/boxoffice/v1/orders/${orderNumber}/payments`)
  return body.payment.id
}

async function aTicket(of: TestApp) {
  const held = await aHold(of, 1, FREE)
  const { body } = await checkOut(of.admin, held)
  const { orderNumber, tickets } = body.order
  const ticketNumber: string = tickets[0].ticketNumber
  return { ...held, orderNumber, ticketNumber }
}

function scan(door: Process, by: Credentials, { eventId, ticketNumber }: { eventId: string; ticketNumber: string }) {
  return door.as(by)('POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [ticketNumber] })
}

function confirmUrl({ eventId }: Held): string {
  return `/events/v1/events/${eventId}/orders/confirm`
}

function hasWon(answer: Answer | number): boolean {
  return typeof answer === 'number' ? answer > 0 : answer.status === 200
}

/** Two processes of the unprotected installation. */
async function weakProcesses(weaker: Weaker): Promise<[Process, Process]> {
  const wrap = (sql: Sql) => withoutLocks(sql, weaker)
  return [await aProcess(site, { wrap }), await aProcess(site, { wrap })]
}

function minutesLater({ now }: TestApp, minutes: number): Date {
  return new Date(now().getTime() + minutes * 60_000)
}

/** Of a reservation, and of the order that was made of it. */
async function statusesOf({ reservationId }: Held): Promise<string[]> {
  const rows = await app.sql<{ status: string }[]>`
    select status from ticket_reservations where ticket_reservation_id = ${reservationId}
    union all
    select orders.status
      from orders
      join ticket_reservations as reservations using (site_id, order_number)
     where reservations.ticket_reservation_id = ${reservationId}`
  return rows.map(row => row.status)
}

async function endingsOf({ reservationId }: Held): Promise<number> {
  const [row] = await app.sql<{ count: number }[]>`
    select count(*) as count from activities where entity_id = ${reservationId} and sequence > 1`
  return row?.count ?? 0
}

async function factsAbout(id: string, kind: string): Promise<number> {
  const [row] = await app.sql<{ count: number }[]>`
    select count(*) as count from activities where entity_id = ${id} and kind = ${kind}`
  return row?.count ?? 0
}

async function ordersOf({ sql }: TestApp, { reservationId }: Held): Promise<readonly unknown[]> {
  return sql`select order_number from orders where ticket_reservation_id = ${reservationId}`
}

async function ticketsOf({ eventId }: Held): Promise<number> {
  const [row] = await app.sql<{ count: number }[]>`
    select count(*) as count from tickets where event_id = ${eventId} and canceled_at is null`
  return row?.count ?? 0
}

async function stockOf({ definitionId }: Held): Promise<{ reserved: number; sold: number } | undefined> {
  const [row] = await app.sql<{ reserved: number; sold: number }[]>`
    select reserved, sold from inventory where ticket_definition_id = ${definitionId}`
  return row && { ...row }
}
