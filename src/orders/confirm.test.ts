import { ConfirmOrderResponse } from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned } from './abandoned.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))
verifyAfterEach(sql)

const UNAVAILABLE = [428, 'ORDER_ACTION_NOT_AVAILABLE']

/** An order of a new visitor, online unless `options` say otherwise, on a sale of its own unless one is given. */
async function anOrder({
  sale,
  definition = {},
  options,
}: {
  sale?: { eventId: string; definitionId: string }
  definition?: object
  options?: object
} = {}) {
  const { eventId, definitionId } = sale ?? (await aSale(app, { definition: { ...definition } }))
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
  const bought = await checkOut(options ? admin : guest, { eventId, reservationId }, options ? { options } : {})
  const { orderNumber, snapshotId } = bought.body.order
  return { eventId, definitionId, guest, reservationId, orderNumber, snapshotId }
}

function confirm(caller: Caller, eventId: string, orderNumber: unknown) {
  return caller('POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber })
}

function pay({ guest, snapshotId }: { guest: Caller; snapshotId: string }, result: string) {
  const body = { notificationId: newGuid(), result }
  return must(guest, 'POST', `/boxoffice/v1/test-payments/${snapshotId}/notifications`, body)
}

describe('Confirm Order', () => {
  test('R183, R185: INITIATED becomes PAID, with its tickets', async () => {
    const order = await anOrder()
    const answer = await confirm(admin, order.eventId.toUpperCase(), [order.orderNumber, order.orderNumber])
    expect(answer.status).toBe(200)
    expect(judgedByClient(ConfirmOrderResponse, answer.body)).toEqual([])
    expect(answer.body.orders).toMatchObject([
      {
        orderNumber: order.orderNumber,
        status: 'PAID',
        confirmed: true,
        tickets: [{ orderStatus: 'PAID' }, { orderStatus: 'PAID' }],
      },
    ])
    const { body } = await must(admin, 'GET', `/events/v1/ticket-reservations/${order.reservationId}`)
    expect(body.ticketReservation.status).toBe('CONFIRMED')
    const [row] = await sql`select marked_paid_by from orders where order_number = ${order.orderNumber}`
    expect(row?.markedPaidBy).toMatchObject({ kind: 'admin' })
  })

  test('R183: PENDING becomes PAID too, and OFFLINE_PENDING keeps the tickets it has', async () => {
    const pending = await anOrder()
    await pay(pending, 'PENDING')
    expect((await confirm(admin, pending.eventId, [pending.orderNumber])).body.orders[0]).toMatchObject({
      status: 'PAID',
      tickets: [{}, {}],
    })
    const offline = await anOrder({ options: { payInPerson: true } })
    const path = `/events/v1/tickets?orderNumber=${offline.orderNumber}`
    const before = (await must(admin, 'GET', path)).body.tickets
    const answer = await confirm(admin, offline.eventId, [offline.orderNumber])
    expect(judgedByClient(ConfirmOrderResponse, answer.body)).toEqual([])
    expect(answer.body.orders[0]).toMatchObject({ status: 'PAID', confirmed: true, method: 'inPerson' })
    expect((await must(admin, 'GET', path)).body.tickets).toEqual(before)
    expect(before).toHaveLength(2)
  })

  test.each([
    ['PAID', { options: { markAsPaid: true } }],
    ['FREE', { definition: FREE }],
  ])('R184: %s stays as it is', async (status, kind) => {
    const order = await anOrder(kind)
    const before = await ledgerOf(sql)
    expect((await confirm(admin, order.eventId, [order.orderNumber])).body.orders).toMatchObject([{ status }])
    expect(await ledgerOf(sql)).toEqual(before)
  })

  test('R184, R208: DECLINED and CANCELED cannot be confirmed', async () => {
    const declined = await anOrder()
    await pay(declined, 'DECLINED')
    expect(await refusedWithoutTrace(sql, () => confirm(admin, declined.eventId, [declined.orderNumber]))).toEqual(
      UNAVAILABLE,
    )
    const canceled = await anOrder()
    await must(canceled.guest, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    expect(await refusedWithoutTrace(sql, () => confirm(admin, canceled.eventId, [canceled.orderNumber]))).toEqual(
      UNAVAILABLE,
    )
  })

  test('R170, R184: once the hold has ended an order cannot be confirmed, at no later moment', async () => {
    const order = await anOrder()
    const refused = () => refusedWithoutTrace(sql, () => confirm(admin, order.eventId, [order.orderNumber]))
    setNow('2030-05-01T12:20:00.000Z')
    expect(await refused()).toEqual(UNAVAILABLE)
    await expireOverdue(sql, app.now())
    expect(await refused()).toEqual(UNAVAILABLE)
    setNow('2030-05-01T14:00:00.000Z')
    await closeAbandoned(sql, app.now())
    expect(await refused()).toEqual(UNAVAILABLE)
  })

  test('R184: a reservation that was deleted', async () => {
    const order = await anOrder()
    await must(admin, 'DELETE', `/events/v1/ticket-reservations/${order.reservationId}`)
    expect(await refusedWithoutTrace(sql, () => confirm(admin, order.eventId, [order.orderNumber]))).toEqual(
      UNAVAILABLE,
    )
  })

  test('R182, R185: unknown, another event’s, another site’s: none of them is confirmed', async () => {
    const order = await anOrder()
    const site = await otherSite()
    const foreign = await aSale(site)
    const attempts: [Caller, string, string[]][] = [
      [admin, order.eventId, [order.orderNumber, 'AAAA-AAAA-AA']],
      [admin, (await aSale(app)).eventId, [order.orderNumber]],
      [admin, newGuid(), [order.orderNumber]],
      [site.admin, foreign.eventId, [order.orderNumber]],
      [site.admin, order.eventId, [order.orderNumber]],
    ]
    for (const [caller, eventId, numbers] of attempts)
      expect(await refusedWithoutTrace(sql, () => confirm(caller, eventId, numbers))).toEqual([404, 'ORDER_NOT_FOUND'])
  })

  test('R185: several are confirmed together, or none of them', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 20 } })
    const [first, second, declined] = [await anOrder({ sale }), await anOrder({ sale }), await anOrder({ sale })]
    await pay(declined, 'DECLINED')
    const numbers = [first, second, declined].map(order => order.orderNumber)
    expect(await refusedWithoutTrace(sql, () => confirm(admin, sale.eventId, numbers))).toEqual(UNAVAILABLE)
    const { orders } = (await confirm(admin, sale.eventId, numbers.slice(0, 2))).body
    expect(orders.map(({ status }: { status: string }) => status)).toEqual(['PAID', 'PAID'])
  })

  test('style 8: two organizers who confirm many orders at once do not wait for each other in a circle', async () => {
    const { eventId, definitionId } = await aSale(app)
    const second = (await aDefinition(app, eventId)).id
    const numbers: string[] = []
    for (const id of [definitionId, second, definitionId, second])
      numbers.push((await anOrder({ sale: { eventId, definitionId: id } })).orderNumber)
    const answers = await Promise.all([
      confirm(admin, eventId, numbers),
      confirm(admin, eventId, [...numbers].reverse()),
      reserveTickets(admin, [definitionId, second]),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('R22, events 9.5.11: guests never, staff for their events with permission to sell', async () => {
    const order = await anOrder()
    const other = await anOrder()
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [order.eventId] })
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [order.eventId] })
    const denied = [403, 'PERMISSION_DENIED']
    for (const caller of [order.guest, usher])
      expect(await refusedWithoutTrace(sql, () => confirm(caller, order.eventId, [order.orderNumber]))).toEqual(denied)
    expect(await refusedWithoutTrace(sql, () => confirm(seller, other.eventId, [other.orderNumber]))).toEqual(denied)
    expect(refusalOf(await confirm(anonymous, order.eventId, [order.orderNumber]))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await confirm(seller, order.eventId, [order.orderNumber])).status).toBe(200)
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'orderNumber'],
    ['null', null, 'orderNumber'],
    ['a text', 'AAAA-AAAA-AA', 'orderNumber'],
    ['an empty list', [], 'orderNumber'],
    ['101 numbers', Array.from({ length: 101 }, (_, index) => `A-${index}`), 'orderNumber'],
    ['an empty number', [''], 'orderNumber[0]'],
    ['a number of 37', ['x'.repeat(37)], 'orderNumber[0]'],
    ['a number that is one', [7], 'orderNumber[0]'],
  ])('9.2: %s for the numbers', async (_, numbers, field) => {
    expect(await refusedWithoutTrace(sql, () => confirm(admin, newGuid(), numbers))).toEqual([400, [field]])
  })

  test('api 13.1: an event that is no GUID', async () => {
    expect(refusalOf(await confirm(admin, 'x', ['A']))).toEqual([400, ['eventId']])
  })
})
