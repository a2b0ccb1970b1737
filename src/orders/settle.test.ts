import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, aSale, checkOut, must, reserveTickets } from '../../test/support/sale.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned } from './abandoned.ts'
import { settle } from './settle.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))
verifyAfterEach(sql)

type Sale = { eventId: string; definitionId: string }

/** An order that waits for its online payment of 20.00. */
async function anOrder(sale?: Sale) {
  const { eventId, definitionId } = sale ?? (await aSale(app, { definition: { initialLimit: 2 } }))
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
  const { order } = (await must(guest, 'POST', '/events/v1/checkout', { eventId, reservationId, guests: GUESTS })).body
  return { eventId, definitionId, guest, reservationId, orderNumber: order.orderNumber, paymentId: order.snapshotId }
}

const GUESTS = [
  {
    form: {
      inputValues: [
        { inputName: 'firstName', value: 'Ada' },
        { inputName: 'lastName', value: 'Berg' },
        { inputName: 'email', value: 'ada@example.org' },
      ],
    },
  },
]

type Ordered = Awaited<ReturnType<typeof anOrder>>

/** What the provider says of the payment. */
async function notify({ guest, paymentId }: Ordered, result: string, notificationId = newGuid()) {
  const path = `/boxoffice/v1/test-payments/${paymentId}/notifications`
  const { body } = await must(guest, 'POST', path, { notificationId, result })
  return [body.orderStatus, body.payment.status, body.payment.refunded.amount]
}

/** Order, tickets, reservation, and unsold, reserved and sold of the definition. */
async function stateOf({ eventId, orderNumber, definitionId }: Ordered) {
  const path = `/events/v1/events/${eventId}/orders/${orderNumber}?fieldset=DETAILS&fieldset=TICKETS`
  const { order } = (await must(admin, 'GET', path)).body
  const held = await must(admin, 'GET', `/events/v1/ticket-reservations/${order.reservationId}`)
  const definition = await must(admin, 'GET', `/events/v3/ticket-definitions/${definitionId}?fields=SALES_DETAILS`)
  const { unsoldCount, reservedCount, soldCount } = definition.body.ticketDefinition.salesDetails
  return {
    order: [order.status, order.confirmed, order.tickets.length],
    reservation: held.body.ticketReservation.status,
    stock: [unsoldCount, reservedCount, soldCount],
  }
}

async function casesOf(order: Ordered) {
  const { cases } = (await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body
  return cases
    .filter(({ payment }: { payment: { id: string } }) => payment.id === order.paymentId)
    .map(({ reason }: { reason: string }) => reason)
}

async function expireAt(time: string) {
  setNow(time)
  await expireOverdue(sql, app.now())
}

describe('a payment in time', () => {
  test('R168: PAID: confirmed, its tickets issued, the stock sold', async () => {
    const order = await anOrder()
    expect(await notify(order, 'PAID')).toEqual(['PAID', 'CAPTURED', '0.00'])
    expect(await stateOf(order)).toEqual({ order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] })
    const path = `/events/v1/events/${order.eventId}/orders/${order.orderNumber}?fieldset=DETAILS`
    expect((await order.guest('GET', path)).body.order.method).toBe('creditCard')
  })

  test('R169: DECLINED: the tickets return', async () => {
    const order = await anOrder()
    expect(await notify(order, 'DECLINED')).toEqual(['DECLINED', 'DECLINED', '0.00'])
    expect(await stateOf(order)).toEqual({ order: ['DECLINED', false, 0], reservation: 'CANCELED', stock: [2, 0, 0] })
  })

  test('9.1: PENDING holds on for two hours, and PAID then confirms', async () => {
    const order = await anOrder()
    setNow('2030-05-01T12:10:00.000Z')
    expect(await notify(order, 'PENDING')).toEqual(['PENDING', 'BEGUN', '0.00'])
    const { body } = await must(order.guest, 'GET', `/events/v1/ticket-reservations/${order.reservationId}`)
    expect(body.ticketReservation).toMatchObject({ expirationDate: '2030-05-01T14:10:00.000Z', revision: '2' })
    expect(await notify(order, 'PENDING')).toEqual(['PENDING', 'BEGUN', '0.00'])
    await expireAt('2030-05-01T14:09:00.000Z')
    expect(await stateOf(order)).toEqual({ order: ['PENDING', false, 0], reservation: 'PENDING', stock: [0, 2, 0] })
    expect(await notify(order, 'PAID')).toEqual(['PAID', 'CAPTURED', '0.00'])
    expect(await stateOf(order)).toEqual({ order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] })
  })

  test('9.1: PENDING then DECLINED', async () => {
    const order = await anOrder()
    await notify(order, 'PENDING')
    expect(await notify(order, 'DECLINED')).toEqual(['DECLINED', 'DECLINED', '0.00'])
    expect(await stateOf(order)).toEqual({ order: ['DECLINED', false, 0], reservation: 'CANCELED', stock: [2, 0, 0] })
  })

  test.each(['PAID', 'PENDING', 'DECLINED'])(
    'design 6: the same notification twice changes nothing: %s',
    async result => {
      const order = await anOrder()
      const first = await notify(order, result, 'n-1')
      const before = await ledgerOf(sql)
      expect(await notify(order, result, 'n-1')).toEqual(first)
      expect(await notify(order, 'PAID', 'n-1')).toEqual(first)
      expect(await ledgerOf(sql)).toEqual(before)
    },
  )

  test('design 6: said ten times at once, by two names, it is applied once', async () => {
    const order = await anOrder()
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => notify(order, 'PAID', `n-${index % 2}`)))
    expect(new Set(answers.map(answer => answer.join()))).toEqual(new Set(['PAID,CAPTURED,0.00']))
    expect(await stateOf(order)).toEqual({ order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] })
  })

  test('what is said after PAID changes nothing', async () => {
    const order = await anOrder()
    await notify(order, 'PAID')
    for (const result of ['DECLINED', 'PENDING', 'PAID'])
      expect(await notify(order, result)).toEqual(['PAID', 'CAPTURED', '0.00'])
    expect(await stateOf(order)).toMatchObject({ order: ['PAID', true, 2] })
  })

  test('one buyer’s notification ids are not another’s', async () => {
    const [first, second] = [await anOrder(), await anOrder()]
    await notify(first, 'PENDING', 'n-1')
    expect(await notify(second, 'PAID', 'n-1')).toEqual(['PAID', 'CAPTURED', '0.00'])
  })
})

describe('a payment that comes late (design 6)', () => {
  test('PAID after the deadline, before anybody ended the hold: it is still held', async () => {
    const order = await anOrder()
    setNow('2030-05-01T12:30:00.000Z')
    expect(await notify(order, 'PAID')).toEqual(['PAID', 'CAPTURED', '0.00'])
    expect(await stateOf(order)).toEqual({ order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] })
  })

  test.each([
    ['while the order waits', async () => expireAt('2030-05-01T12:30:00.000Z')],
    [
      'after it was given up',
      async () => {
        await expireAt('2030-05-01T14:30:00.000Z')
        expect(await closeAbandoned(sql, app.now())).toBeGreaterThan(0)
      },
    ],
  ])('PAID after expiry, %s, with the tickets still there: they are held again', async (_, wait) => {
    const order = await anOrder()
    await wait()
    expect(await notify(order, 'PAID')).toEqual(['PAID', 'CAPTURED', '0.00'])
    expect(await stateOf(order)).toEqual({ order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] })
    const path = `/events/v1/events/${order.eventId}/orders/${order.orderNumber}?fieldset=DETAILS`
    const { reservationId } = (await must(order.guest, 'GET', path)).body.order
    expect(reservationId).not.toBe(order.reservationId)
    expect((await order.guest('GET', `/events/v1/ticket-reservations/${reservationId}`)).status).toBe(200)
    const { body } = await must(order.guest, 'GET', `/events/v1/ticket-reservations/${order.reservationId}`)
    expect(body.ticketReservation.status).toBe('EXPIRED') // what has ended stays so
    expect(
      (await must(admin, 'GET', `/events/v1/orders?orderNumber=${order.orderNumber}&tag=CONFIRMED`)).body.total,
    ).toBe(1)
  })

  test('PAID after expiry, the tickets with somebody whose own time has run out: they are free', async () => {
    const order = await anOrder()
    await expireAt('2030-05-01T12:20:00.000Z')
    expect((await reserveTickets(await visitor(), order.definitionId, 2)).status).toBe(200)
    setNow('2030-05-01T12:40:00.000Z')
    expect(await notify(order, 'PAID')).toEqual(['PAID', 'CAPTURED', '0.00'])
    expect(await stateOf(order)).toMatchObject({ stock: [0, 0, 2] })
  })

  test.each([1, 2])('PAID after expiry, %d of two tickets gone: refunded, and the order CANCELED', async quantity => {
    const order = await anOrder()
    await expireAt('2030-05-01T12:30:00.000Z')
    await must(admin, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: order.definitionId, quantity }] },
    })
    expect(await notify(order, 'PAID')).toEqual(['CANCELED', 'REFUNDED', '20.00'])
    expect(await stateOf(order)).toEqual({
      order: ['CANCELED', false, 0],
      reservation: 'EXPIRED',
      stock: [2 - quantity, quantity, 0],
    })
    expect(await notify(order, 'PAID')).toEqual(['CANCELED', 'REFUNDED', '20.00'])
    expect(await casesOf(order)).toEqual([])
  })

  test('PAID after expiry, of two definitions one gone: neither is taken', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 2 } })
    const second = (await aDefinition(app, eventId, { initialLimit: 5 })).id
    const guest = await visitor()
    const reservationId = (await reserveTickets(guest, [definitionId, second], 2)).body.ticketReservation.id
    const { orderNumber, snapshotId } = (await checkOut(guest, { eventId, reservationId })).body.order
    const order = { eventId, definitionId: second, guest, reservationId, orderNumber, paymentId: snapshotId }
    await expireAt('2030-05-01T12:30:00.000Z')
    await reserveTickets(await visitor(), definitionId)
    expect(await notify(order, 'PAID')).toEqual(['CANCELED', 'REFUNDED', '40.00'])
    expect(await stateOf(order)).toMatchObject({ stock: [5, 0, 0] })
  })

  test('PAID after the event or the tickets went away: refunded', async () => {
    const away: ((order: Ordered) => Promise<unknown>)[] = [
      ({ eventId }) => must(admin, 'POST', `/events/v3/events/${eventId}/cancel`),
      ({ definitionId }) => must(admin, 'DELETE', `/events/v3/ticket-definitions/${definitionId}`),
      ({ eventId }) => must(admin, 'DELETE', `/events/v3/events/${eventId}`),
      ({ reservationId }) => must(admin, 'DELETE', `/events/v1/ticket-reservations/${reservationId}`),
    ]
    for (const goAway of away) {
      setNow('2030-05-01T12:00:00.000Z')
      const order = await anOrder()
      await expireAt('2030-05-01T12:30:00.000Z')
      await goAway(order)
      expect(await notify(order, 'PAID')).toEqual(['CANCELED', 'REFUNDED', '20.00'])
    }
  })

  test('PAID after the organizer had confirmed the order: refunded, the order stays', async () => {
    const order = await anOrder()
    const path = `/events/v1/events/${order.eventId}/orders/confirm`
    await must(admin, 'POST', path, { orderNumber: [order.orderNumber] })
    expect(await notify(order, 'PAID')).toEqual(['PAID', 'REFUNDED', '20.00'])
    expect(await stateOf(order)).toEqual({ order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] })
  })

  test('DECLINED after the organizer had confirmed the order: the order stays', async () => {
    const order = await anOrder()
    const path = `/events/v1/events/${order.eventId}/orders/confirm`
    await must(admin, 'POST', path, { orderNumber: [order.orderNumber] })
    expect(await notify(order, 'DECLINED')).toEqual(['PAID', 'VOIDED', '0.00'])
    expect(await stateOf(order)).toMatchObject({ order: ['PAID', true, 2], stock: [0, 0, 2] })
  })

  test('PAID after the buyer gave the tickets back: refunded, also where they are still there', async () => {
    const order = await anOrder()
    await must(order.guest, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)
    expect(await notify(order, 'PAID')).toEqual(['CANCELED', 'REFUNDED', '20.00'])
    expect(await stateOf(order)).toEqual({
      order: ['CANCELED', false, 0],
      reservation: 'CANCELED_MANUALLY',
      stock: [2, 0, 0],
    })
  })

  test('law 6: PAID after DECLINED: refunded, for the tickets went back', async () => {
    const order = await anOrder()
    await notify(order, 'DECLINED')
    expect(await notify(order, 'PENDING')).toEqual(['DECLINED', 'DECLINED', '0.00'])
    expect(await notify(order, 'PAID')).toEqual(['DECLINED', 'REFUNDED', '20.00'])
    expect(await stateOf(order)).toMatchObject({ order: ['DECLINED', false, 0], stock: [2, 0, 0] })
  })

  test('design 6: the last tickets, late: of two who paid one gets them and the other the money', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 2 } })
    const first = await anOrder(sale)
    await expireAt('2030-05-01T12:20:00.000Z')
    const second = await anOrder(sale)
    await expireAt('2030-05-01T12:40:00.000Z')
    const outcomes = await Promise.all([notify(first, 'PAID'), notify(second, 'PAID')])
    expect(outcomes.map(outcome => outcome.join()).sort()).toEqual(['CANCELED,REFUNDED,20.00', 'PAID,CAPTURED,0.00'])
    expect(await stateOf(first)).toMatchObject({ stock: [0, 0, 2] })
  })
})

test('law 6, R135: a paid order that is canceled opens a case, which a person closes once', async () => {
  const order = await anOrder()
  await notify(order, 'PAID')
  await must(order.guest, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)
  expect(await stateOf(order)).toEqual({
    order: ['CANCELED', false, 2],
    reservation: 'CANCELED_MANUALLY',
    stock: [2, 0, 0],
  })
  expect(await casesOf(order)).toEqual(['ORDER_CANCELED'])
  const [open] = (await must(admin, 'GET', `/boxoffice/v1/reconciliation?orderNumber=${order.orderNumber}`)).body.cases
  const resolve = `/boxoffice/v1/reconciliation/${open.id}/resolve`
  await must(admin, 'POST', resolve, {})
  expect(await casesOf(order)).toEqual([])
  expect(await refusedWithoutTrace(sql, () => admin('POST', resolve, {}))).toEqual([404, 'NOT_FOUND'])
})

test('R170: a race of expiry and payment has one winner, and the books agree', async () => {
  const orders = [await anOrder(), await anOrder(), await anOrder(), await anOrder()]
  setNow('2030-05-01T12:20:00.000Z')
  await Promise.all([...orders.map(order => notify(order, 'PAID')), expireOverdue(sql, app.now())])
  for (const order of orders) expect(await stateOf(order)).toMatchObject({ order: ['PAID', true, 2], stock: [0, 0, 2] })
})

test('R135: a race of cancel and payment: canceled with the money back or with a case, never sold', async () => {
  for (let round = 0; round < 5; round += 1) {
    const order = await anOrder()
    const cancel = `/events/v1/ticket-reservations/${order.reservationId}/cancel`
    await Promise.all([notify(order, 'PAID'), must(order.guest, 'POST', cancel)])
    expect(await stateOf(order)).toMatchObject({ reservation: 'CANCELED_MANUALLY', stock: [2, 0, 0] })
    const [payment] = await sql`select status from payments where payment_id = ${order.paymentId}`
    expect([payment?.status, await casesOf(order)]).toEqual(
      payment?.status === 'CAPTURED' ? ['CAPTURED', ['ORDER_CANCELED']] : ['REFUNDED', []],
    )
  }
})

describe('orders that nobody paid', () => {
  test('R170: INITIATED is CANCELED two hours after it was made, no earlier, once', async () => {
    const order = await anOrder()
    await expireAt('2030-05-01T13:59:59.999Z')
    await closeAbandoned(sql, app.now())
    expect(await stateOf(order)).toEqual({ order: ['INITIATED', false, 0], reservation: 'EXPIRED', stock: [2, 0, 0] })
    setNow('2030-05-01T14:00:00.000Z')
    await closeAbandoned(sql, app.now())
    expect(await stateOf(order)).toEqual({ order: ['CANCELED', false, 0], reservation: 'EXPIRED', stock: [2, 0, 0] })
    const before = await ledgerOf(sql)
    expect(await closeAbandoned(sql, app.now())).toBe(0)
    expect(await ledgerOf(sql)).toEqual(before)
  })

  test('9.1: PENDING for more than two hours is DECLINED', async () => {
    const order = await anOrder()
    await notify(order, 'PENDING')
    setNow('2030-05-01T14:00:00.000Z')
    await closeAbandoned(sql, app.now()) // the hold has not ended yet
    expect(await stateOf(order)).toMatchObject({ order: ['PENDING', false, 0] })
    await expireAt('2030-05-01T14:00:01.000Z')
    await closeAbandoned(sql, app.now())
    expect(await stateOf(order)).toEqual({ order: ['DECLINED', false, 0], reservation: 'EXPIRED', stock: [2, 0, 0] })
  })

  test('one order that cannot be closed keeps none of the others', async () => {
    const [stuck, sound] = [await anOrder(), await anOrder()]
    await expireAt('2030-05-01T14:00:00.000Z')
    // A fact of the future where the order's next one would go.
    await sql`
      insert into activities (site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at)
      values (${siteId}, 'order', ${stuck.orderNumber}, 2, 'order.canceled', '{}', 'clock', '', ${app.now()})`
    await expect(closeAbandoned(sql, app.now())).rejects.toThrow('1 orders could not be given up')
    expect(await stateOf(sound)).toMatchObject({ order: ['CANCELED', false, 0] })
    expect(await stateOf(stuck)).toMatchObject({ order: ['INITIATED', false, 0] })
    await sql`delete from activities where site_id = ${siteId} and entity_id = ${stuck.orderNumber} and sequence = 2`
    expect(await closeAbandoned(sql, app.now())).toBe(1)
  })
})

test('a notification of a payment that is not there is refused, and not kept', async () => {
  const before = await ledgerOf(sql)
  const notification = { siteId, provider: 'test', notificationId: 'x', paymentId: newGuid(), result: 'PAID' } as const
  await expect(inTransaction(sql, tx => settle(tx, notification, app.now()))).rejects.toMatchObject({
    code: 'PAYMENT_NOT_FOUND',
  })
  expect(await ledgerOf(sql)).toEqual(before)
})

test('law 9, 7.4: what happened to an order that was paid late is told in order', async () => {
  const order = await anOrder()
  await expireAt('2030-05-01T14:30:00.000Z')
  await closeAbandoned(sql, app.now())
  await notify(order, 'PAID')
  const rows = await sql`
    select sequence, kind, actor_kind
      from activities
     where site_id = ${siteId}
       and entity_kind = 'order'
       and entity_id = ${order.orderNumber}
     order by sequence`
  expect(rows.map(({ sequence, kind, actorKind }) => `${sequence} ${kind} ${actorKind}`)).toEqual([
    '1 order.initiated visitor',
    '2 order.canceled clock',
    '3 order.confirmed payment',
  ])
})
