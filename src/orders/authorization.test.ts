import {
  CaptureAuthorizedPaymentResponse,
  GetOrderResponse,
  VoidAuthorizedPaymentResponse,
} from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { type Purchase, purchases } from '../../test/support/purchases.ts'
import { must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { carryOutDue } from './carry-out-due.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow } = app
const { anOrder, tell, stateOf } = purchases(app)
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

const NOT_AUTHORIZED = [428, 'ORDER_STATUS_NOT_AUTHORIZED']

const decide = (verb: string, caller: Caller, orderNumber: string, body?: unknown) =>
  caller('POST', `/events/v1/events/orders/${orderNumber}/${verb}`, body)
const capture = (order: Purchase) => must(admin, 'POST', `/events/v1/events/orders/${order.orderNumber}/capture`)
const letGo = (order: Purchase) => must(admin, 'POST', `/events/v1/events/orders/${order.orderNumber}/void`)

async function anAuthorizedOrder(...options: Parameters<typeof anOrder>): Promise<Purchase> {
  const order = await anOrder(...options)
  expect(await tell(order, 'AUTHORIZED')).toEqual(['AUTHORIZED', 'AUTHORIZED'])
  return order
}

async function captureLater(enabled: boolean): Promise<void> {
  const { revision } = (await must(admin, 'GET', '/v1/events-settings')).body.eventsSettings
  const paymentSettings = { delayedPaymentCaptureSettings: { enabled } }
  await must(admin, 'PATCH', `/v1/events-settings/${siteId}`, { eventsSettings: { revision, paymentSettings } })
}

const HELD = { order: ['AUTHORIZED', false, 0], reservation: 'CONFIRMED', stock: [0, 0, 2] }
const PAID = { order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] }
const VOIDED = { order: ['VOIDED', false, 0], reservation: 'CANCELED', stock: [2, 0, 0] }

describe('an authorized payment', () => {
  test('9.1: AUTHORIZED is not confirmed and has no tickets; they are sold, and wait for it beyond the hold', async () => {
    const order = await anAuthorizedOrder()
    expect(await stateOf(order)).toEqual({ ...HELD, payments: ['test AUTHORIZED 20'] })
    setNow('2030-05-03T12:00:00.000Z')
    await expireOverdue(sql, app.now())
    expect(await stateOf(order)).toMatchObject(HELD)
    const path = `/events/v1/events/${order.eventId}/orders/${order.orderNumber}?fieldset=DETAILS&fieldset=TICKETS`
    expect(judgedByClient(GetOrderResponse, (await must(admin, 'GET', path)).body.order)).toEqual([])
    const { body } = await must(admin, 'GET', `/boxoffice/v1/test-payments/${order.paymentId}`)
    expect(body.payment).toMatchObject({ status: 'AUTHORIZED', authorizedDate: '2030-05-01T12:00:00.000Z' })
  })

  test.each(['PENDING'])('9.1: after %s too', async before => {
    const order = await anOrder()
    await tell(order, before)
    expect(await tell(order, 'AUTHORIZED')).toEqual(['AUTHORIZED', 'AUTHORIZED'])
    expect(await stateOf(order)).toMatchObject(HELD)
  })

  test('events 10: with delayed capture, what a buyer pays is authorized first; without, it is captured', async () => {
    await captureLater(true)
    const order = await anOrder()
    const again = await must(order.guest, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/payments`)
    await captureLater(false)
    expect(again.body.payment).toMatchObject({ delayedCapture: true })
    expect(await tell(order, 'PAID')).toEqual(['AUTHORIZED', 'AUTHORIZED'])
    expect(await stateOf(order)).toMatchObject(HELD)
    expect(await tell(await anOrder(), 'PAID')).toEqual(['PAID', 'CAPTURED'])
  })

  test('law 6: an authorization that comes after the order was bought otherwise is let go', async () => {
    const order = await anOrder()
    const other = (await must(order.guest, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/payments`)).body.payment
      .id
    await tell(order, 'PAID')
    expect(await tell({ ...order, paymentId: other }, 'AUTHORIZED')).toEqual(['PAID', 'VOIDED'])
    expect(await stateOf(order)).toEqual({ ...PAID, payments: ['test CAPTURED 20', 'test VOIDED 20'] })

    const second = await anOrder()
    const late = (await must(second.guest, 'POST', `/boxoffice/v1/orders/${second.orderNumber}/payments`)).body.payment
      .id
    await tell(second, 'AUTHORIZED')
    expect(await tell({ ...second, paymentId: late }, 'PAID')).toEqual(['AUTHORIZED', 'REFUNDED'])
    expect(await stateOf(second)).toEqual({ ...HELD, payments: ['test AUTHORIZED 20', 'test REFUNDED 20'] })
  })

  test('R170: one that comes late takes the tickets again, or is let go where they are gone', async () => {
    const order = await anOrder()
    setNow('2030-05-01T12:30:00.000Z')
    await expireOverdue(sql, app.now())
    expect(await tell(order, 'AUTHORIZED')).toEqual(['AUTHORIZED', 'AUTHORIZED'])
    expect(await stateOf(order)).toMatchObject(HELD)
    await capture(order)
    expect(await stateOf(order)).toMatchObject(PAID)

    setNow('2030-05-01T12:00:00.000Z')
    const second = await anOrder()
    setNow('2030-05-01T12:30:00.000Z')
    expect((await reserveTickets(await visitor(), second.definitionId, 1)).status).toBe(200)
    expect(await tell(second, 'AUTHORIZED')).toEqual(['CANCELED', 'VOIDED'])
    expect(await stateOf(second)).toMatchObject({ order: ['CANCELED', false, 0], stock: [1, 1, 0] })
  })

  test('design 6: the same notification twice changes nothing, and neither does a second one', async () => {
    const order = await anOrder()
    await tell(order, 'AUTHORIZED', 'n-1')
    const before = await ledgerOf(sql)
    expect(await tell(order, 'AUTHORIZED', 'n-1')).toEqual(['AUTHORIZED', 'AUTHORIZED'])
    expect(await tell(order, 'DECLINED', 'n-1')).toEqual(['AUTHORIZED', 'AUTHORIZED'])
    expect(await ledgerOf(sql)).toEqual(before)
    for (const result of ['AUTHORIZED', 'PENDING']) await tell(order, result)
    expect(await stateOf(order)).toEqual({ ...HELD, payments: ['test AUTHORIZED 20'] })
  })

  test('9.1: what its bank captures by itself is PAID, what it lets go by itself VOIDED', async () => {
    const captured = await anAuthorizedOrder()
    expect(await tell(captured, 'PAID')).toEqual(['PAID', 'CAPTURED'])
    expect(await stateOf(captured)).toMatchObject(PAID)
    const lost = await anAuthorizedOrder()
    expect(await tell(lost, 'DECLINED')).toEqual(['VOIDED', 'VOIDED'])
    expect(await stateOf(lost)).toMatchObject(VOIDED)
    expect(await tell(lost, 'PAID')).toEqual(['VOIDED', 'REFUNDED'])
  })
})

describe('Capture Authorized Payment', () => {
  test('R188, 9.1: AUTHORIZED becomes PAID, confirmed, with its tickets', async () => {
    const order = await anAuthorizedOrder()
    const answer = await capture(order)
    expect(answer.body).toEqual({})
    expect(judgedByClient(CaptureAuthorizedPaymentResponse, answer.body)).toEqual([])
    expect(await stateOf(order)).toEqual({ ...PAID, payments: ['test CAPTURED 20'] })
  })

  test('R188: repeated, it is refused, and nothing is issued twice', async () => {
    const order = await anAuthorizedOrder()
    await capture(order)
    for (const verb of ['capture', 'void'])
      expect(await refusedWithoutTrace(sql, () => decide(verb, admin, order.orderNumber))).toEqual(NOT_AUTHORIZED)
  })

  test('law 9: who asked for the money, and when it came, is told in order', async () => {
    const order = await anAuthorizedOrder()
    await capture(order)
    const rows = await sql`
      select sequence, kind, actor_kind from activities where entity_id = ${order.orderNumber} order by sequence`
    expect(rows.map(({ sequence, kind, actorKind }) => `${sequence} ${kind} ${actorKind}`)).toEqual([
      '1 order.initiated visitor',
      '2 order.authorized payment',
      '3 order.capture_asked admin',
      '4 order.confirmed payment',
    ])
  })
})

describe('Void Authorized Payment', () => {
  test('R188, 9.1: AUTHORIZED becomes VOIDED, and its tickets are on sale again', async () => {
    const order = await anAuthorizedOrder()
    const answer = await letGo(order)
    expect(answer.body).toEqual({})
    expect(judgedByClient(VoidAuthorizedPaymentResponse, answer.body)).toEqual([])
    expect(await stateOf(order)).toEqual({ ...VOIDED, payments: ['test VOIDED 20'] })
    expect((await reserveTickets(await visitor(), order.definitionId, 2)).status).toBe(200)
  })

  test('R188: repeated, it is refused', async () => {
    const order = await anAuthorizedOrder()
    await letGo(order)
    for (const verb of ['capture', 'void'])
      expect(await refusedWithoutTrace(sql, () => decide(verb, admin, order.orderNumber))).toEqual(NOT_AUTHORIZED)
  })

  test('law 6: money that comes all the same is given back', async () => {
    const order = await anAuthorizedOrder()
    await letGo(order)
    expect(await tell(order, 'PAID')).toEqual(['VOIDED', 'REFUNDED'])
    expect(await stateOf(order)).toEqual({ ...VOIDED, payments: ['test REFUNDED 20'] })
  })
})

test('R135, law 6: who cancels an AUTHORIZED order gets the money let go, not refunded', async () => {
  const cancel: ((order: Purchase) => Promise<unknown>)[] = [
    ({ guest, reservationId }) => must(guest, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`),
    ({ reservationId }) => must(admin, 'DELETE', `/events/v1/ticket-reservations/${reservationId}`),
  ]
  for (const end of cancel) {
    const order = await anAuthorizedOrder()
    await end(order)
    expect((await stateOf(order)).payments).toEqual(['test AUTHORIZED 20 VOID'])
    await carryOutDue(sql, app.now())
    expect(await stateOf(order)).toMatchObject({
      order: ['CANCELED', false, 0],
      stock: [2, 0, 0],
      payments: ['test VOIDED 20'],
    })
    expect((await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body.cases).toEqual([])
    expect(await refusedWithoutTrace(sql, () => decide('capture', admin, order.orderNumber))).toEqual(NOT_AUTHORIZED)
  }
})

describe('an authorization that nobody decides about', () => {
  // What earlier tests left behind has its day first.
  beforeEach(async () => void (await carryOutDue(sql, new Date('2031-01-01T00:00:00.000Z'))))

  async function autoCapture(order: Purchase, value: boolean) {
    const path = `/boxoffice/v1/events/${order.eventId}/payment-settings`
    await must(admin, 'PATCH', path, { paymentSettings: { autoCapture: value } })
  }
  async function runAt(time: string) {
    setNow(time)
    return carryOutDue(sql, app.now())
  }

  test('9.1: is captured a day before the seventh ends, by default', async () => {
    const order = await anAuthorizedOrder()
    expect(await runAt('2030-05-07T11:59:59.999Z')).toBe(0)
    expect(await stateOf(order)).toMatchObject(HELD)
    expect(await runAt('2030-05-07T12:00:00.000Z')).toBe(1)
    expect(await stateOf(order)).toEqual({ ...PAID, payments: ['test CAPTURED 20'] })
    expect(await runAt('2030-05-09T12:00:00.000Z')).toBe(0)
  })

  test('9.1: is voided after seven days where the event does not capture by itself', async () => {
    const order = await anAuthorizedOrder()
    await autoCapture(order, false)
    await runAt('2030-05-07T12:00:00.000Z')
    await runAt('2030-05-08T11:59:59.999Z')
    expect(await stateOf(order)).toMatchObject(HELD)
    await runAt('2030-05-08T12:00:00.000Z')
    expect(await stateOf(order)).toEqual({ ...VOIDED, payments: ['test VOIDED 20'] })
  })

  test('9.1: what the organizer chooses in the last day still counts', async () => {
    const order = await anAuthorizedOrder()
    await autoCapture(order, false)
    await runAt('2030-05-07T12:00:00.000Z')
    await autoCapture(order, true)
    await runAt('2030-05-08T12:00:00.000Z')
    expect(await stateOf(order)).toMatchObject(PAID)
  })

  test.each([
    ['canceled', (order: Purchase) => must(admin, 'POST', `/events/v3/events/${order.eventId}/cancel`)],
    ['deleted', (order: Purchase) => must(admin, 'DELETE', `/events/v3/events/${order.eventId}`)],
  ])('9.1: is let go, not captured, where the event was %s', async (_, away) => {
    const order = await anAuthorizedOrder()
    await away(order)
    await runAt('2030-05-07T12:00:00.000Z')
    const rows = await sql`select orders.status, payments.status as payment
      from orders join payments using (site_id, order_number) where order_number = ${order.orderNumber}`
    expect(rows).toEqual([{ status: 'VOIDED', payment: 'VOIDED' }])
  })

  test('9.1: many of them, by several processes at once, each once', async () => {
    const orders = await Promise.all(Array.from({ length: 25 }, () => anAuthorizedOrder()))
    setNow('2030-05-07T12:00:00.000Z')
    await Promise.all([1, 2, 3].map(() => carryOutDue(sql, app.now())))
    for (const order of orders) expect(await stateOf(order)).toMatchObject(PAID)
    const numbers = orders.map(({ orderNumber }) => orderNumber)
    const facts =
      await sql`select kind, count(*) as count from activities where entity_id = any(${numbers}) group by kind`
    expect(facts.filter(({ kind }) => kind !== 'order.initiated')).toEqual(
      expect.arrayContaining(
        ['authorized', 'capture_asked', 'confirmed'].map(what => ({ kind: `order.${what}`, count: 25 })),
      ),
    )
  })
})

describe.each(['capture', 'void'])('bad requests to %s', verb => {
  test.each<[string, unknown, string[]]>([
    ['an event that is no GUID', { eventId: 'x' }, ['eventId']],
    ['an event that is a number', { eventId: 7 }, ['eventId']],
    ['an empty event', { eventId: '' }, ['eventId']],
    ['a body that is a list', [], ['request']],
    ['a body that is a text', 'x', ['request']],
  ])('R188: %s is a 400', async (_, body, fields) => {
    const order = await anAuthorizedOrder()
    expect(await refusedWithoutTrace(sql, () => decide(verb, admin, order.orderNumber, body))).toEqual([400, fields])
  })

  test('9.2: a number of 37 is a 400, an unknown one a 404', async () => {
    expect(refusalOf(await decide(verb, admin, 'x'.repeat(37)))).toEqual([400, ['orderNumber']])
    expect(refusalOf(await decide(verb, admin, 'AAAA-AAAA-AA'))).toEqual([404, 'ORDER_NOT_FOUND'])
  })

  test('9.2: another event’s and another site’s order are a 404; the right event, null and nothing are taken', async () => {
    const foreigner = (await otherSite()).admin
    for (const body of [
      (order: Purchase) => ({ eventId: order.eventId.toUpperCase(), orderNumber: 'ignored' }),
      () => ({ eventId: null }),
      () => ({}),
      () => null,
      () => undefined,
    ]) {
      const order = await anAuthorizedOrder()
      const attempts: [Caller, unknown][] = [
        [admin, { eventId: newGuid() }],
        [admin, { eventId: (await anOrder()).eventId }],
        [foreigner, {}],
        [foreigner, { eventId: order.eventId }],
      ]
      for (const [caller, wrong] of attempts)
        expect(await refusedWithoutTrace(sql, () => decide(verb, caller, order.orderNumber, wrong))).toEqual([
          404,
          'ORDER_NOT_FOUND',
        ])
      expect((await decide(verb, admin, order.orderNumber, body(order))).body).toEqual({})
      expect(await stateOf(order)).toMatchObject(verb === 'capture' ? PAID : VOIDED)
    }
  })

  test.each<[string, (order: Purchase) => Promise<unknown>]>([
    ['INITIATED', async () => {}],
    ['PENDING', order => tell(order, 'PENDING')],
    ['PAID', order => tell(order, 'PAID')],
    ['DECLINED', order => tell(order, 'DECLINED')],
    ['CANCELED', order => must(order.guest, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)],
  ])('R188: an order that is %s is a 428', async (status, become) => {
    const order = await anOrder()
    await become(order)
    const answer = await decide(verb, admin, order.orderNumber)
    expect(answer.body.details.applicationError.data).toEqual({ orderNumber: order.orderNumber, status })
    expect(await refusedWithoutTrace(sql, () => decide(verb, admin, order.orderNumber))).toEqual(NOT_AUTHORIZED)
  })

  test('R22, events 9.5.11: guests never, staff for their events with permission to sell; no token, an expired one', async () => {
    const order = await anAuthorizedOrder()
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [order.eventId] })
    const elsewhere = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [(await anOrder()).eventId] })
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [order.eventId] })
    for (const caller of [order.guest, usher, elsewhere])
      expect(await refusedWithoutTrace(sql, () => decide(verb, caller, order.orderNumber))).toEqual([
        403,
        'PERMISSION_DENIED',
      ])
    expect(refusalOf(await decide(verb, anonymous, order.orderNumber))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await decide(verb, seller, order.orderNumber)).status).toBe(200)
    setNow('2030-05-01T16:00:01.000Z')
    expect(refusalOf(await decide(verb, order.guest, order.orderNumber))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('api 1.3.1, 1.1.1: it wins over the paths of an event called "orders", under every published path', async () => {
    for (const prefix of ['/events/v1/events', '/_api/wix-events-web/v1/events']) {
      const order = await anAuthorizedOrder()
      expect((await admin('POST', `${prefix}/orders/${order.orderNumber}/${verb}`)).body).toEqual({})
      expect(await stateOf(order)).toMatchObject(verb === 'capture' ? PAID : VOIDED)
    }
  })
})
