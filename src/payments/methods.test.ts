import { describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, notify, orderNow } from '../../test/support/orders.ts'
import { aSale, checkOut, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite } = app

const methodsPath = (eventId: string) => `/boxoffice/v1/events/${eventId}/payment-methods`
const choose = (caller: Caller, orderNumber: string, method: unknown, query = '') =>
  caller('POST', `/boxoffice/v1/orders/${orderNumber}/payment${query}`, { method })

async function allowOffline(eventId: string, offlinePayment = true): Promise<void> {
  const paymentSettings = { offlinePayment }
  await must(admin, 'PATCH', `/boxoffice/v1/events/${eventId}/payment-settings`, { paymentSettings })
}

/** An order of two tickets at 10.00 that waits for its money, of an event that may be paid in person. */
async function anOfflineOrder(more: Parameters<typeof anOrder>[1] = {}) {
  const ordered = await anOrder(app, more)
  await allowOffline(ordered.eventId)
  return ordered
}

/** On a site that takes no online payments. */
async function withoutOnline<T>(run: () => Promise<T>): Promise<T> {
  await sql`update sites set test_payments = false where site_id = ${siteId}`
  try {
    return await run()
  } finally {
    await sql`update sites set test_payments = true where site_id = ${siteId}`
  }
}

describe('payment methods of an event', () => {
  test('9.1, manual payment: offline is offered where the event allows it, online where the site takes it', async () => {
    const { eventId } = await aSale(app)
    const guest = await visitor()
    const methods = async () => (await must(guest, 'GET', methodsPath(eventId))).body.methods
    expect(await methods()).toEqual([{ method: 'test' }])
    await allowOffline(eventId)
    expect(await methods()).toEqual([{ method: 'test' }, { method: 'offline' }])
    expect(await withoutOnline(methods)).toEqual([{ method: 'offline' }])
    await allowOffline(eventId, false)
    expect(await withoutOnline(methods)).toEqual([])
  })

  test('R22: a draft is nobody’s to see, an unknown and a foreign event are 404, and a token is needed', async () => {
    const { eventId } = await aSale(app)
    const { body } = await must(admin, 'POST', '/events/v3/events', {
      event: {
        title: 'A draft',
        location: { name: 'The hall', type: 'VENUE' },
        dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' },
        registration: { initialType: 'TICKETING' },
      },
      draft: true,
    })
    const foreign = (await otherSite()).admin
    const gone = [404, 'EVENT_NOT_FOUND']
    expect(refusalOf(await (await visitor())('GET', methodsPath(body.event.id)))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await admin('GET', methodsPath(newGuid())))).toEqual(gone)
    expect(refusalOf(await foreign('GET', methodsPath(eventId)))).toEqual(gone)
    expect(refusalOf(await admin('GET', methodsPath('x')))).toEqual([400, ['eventId']])
    expect(refusalOf(await anonymous('GET', methodsPath(eventId)))).toEqual([401, 'UNAUTHENTICATED'])
  })
})

describe('the buyer chooses', () => {
  test('9.1, R165, R218: offline: confirmed with tickets at once, to be paid in person, then confirmed as PAID', async () => {
    const ordered = await anOfflineOrder()
    const { order, guest } = ordered
    const { body } = await choose(guest, order.orderNumber, 'offline')
    expect(body).toEqual({
      orderNumber: order.orderNumber,
      orderStatus: 'OFFLINE_PENDING',
      due: { amount: '20.00', value: '20.00', currency: 'EUR' },
      orderPageUrl: ordered.orderPageUrl,
    })
    const chosen = await orderNow(admin, ordered)
    expect(chosen).toMatchObject({ status: 'OFFLINE_PENDING', method: 'inPerson', confirmed: true })
    expect(chosen.tickets).toHaveLength(2)
    expect(chosen.snapshotId).toBeUndefined()
    const held = await must(admin, 'GET', `/events/v1/ticket-reservations/${ordered.reservationId}`)
    expect(held.body.ticketReservation.status).toBe('CONFIRMED')
    const confirm = `/events/v1/events/${ordered.eventId}/orders/confirm`
    await must(admin, 'POST', confirm, { orderNumber: [order.orderNumber] })
    expect((await orderNow(admin, ordered)).status).toBe('PAID')
  })

  test('9.1: chosen twice, nothing is done a second time', async () => {
    const { order, guest } = await anOfflineOrder()
    const first = await choose(guest, order.orderNumber, 'offline')
    const before = await ledgerOf(sql)
    expect((await choose(guest, order.orderNumber, 'offline')).body).toEqual(first.body)
    expect(await ledgerOf(sql)).toEqual(before)
    expect(refusalOf(await choose(guest, order.orderNumber, 'test'))).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })

  test('law 6: money of a payment that was begun before goes back', async () => {
    const ordered = await anOfflineOrder()
    await choose(ordered.guest, ordered.order.orderNumber, 'offline')
    await notify(ordered, 'PAID')
    const [payment] = await sql`select status from payments where payment_id = ${ordered.order.snapshotId}`
    expect(payment?.status).toBe('REFUNDED')
    expect((await orderNow(admin, ordered)).status).toBe('OFFLINE_PENDING')
  })

  test('test: the payment that is open, as often as it is asked for, and where to pay it', async () => {
    const { order, guest } = await anOfflineOrder()
    const { body } = await choose(guest, order.orderNumber, 'test')
    expect(body).toMatchObject({
      orderStatus: 'INITIATED',
      due: { value: '20.00' },
      payment: { id: order.snapshotId, provider: 'test', status: 'BEGUN', amount: { value: '20.00' } },
    })
    expect(body.payment.payUrl).toContain(order.snapshotId)
    expect((await choose(guest, order.orderNumber, 'test')).body).toEqual(body)
  })

  test('R127: where only offline is offered a guest can reserve, check out and choose it', async () => {
    const { eventId, definitionId } = await aSale(app)
    await allowOffline(eventId)
    await withoutOnline(async () => {
      const guest = await visitor()
      const reservationId = (
        await must(guest, 'POST', '/events/v1/ticket-reservations', {
          ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity: 1 }] },
        })
      ).body.ticketReservation.id
      const { order } = (await checkOut(guest, { eventId, reservationId })).body
      expect(order).toMatchObject({ status: 'INITIATED' })
      expect(order.snapshotId).toBeUndefined()
      expect(refusalOf(await choose(guest, order.orderNumber, 'test'))).toEqual([428, 'PAYMENT_METHOD_NOT_AVAILABLE'])
      expect((await choose(guest, order.orderNumber, 'offline')).body.orderStatus).toBe('OFFLINE_PENDING')
      await allowOffline(eventId, false)
      expect(refusalOf(await reserveTickets(await visitor(), definitionId))).toEqual([
        403,
        'NO_PAYMENT_METHOD_CONFIGURED',
      ])
    })
  })

  test('R207: whoever holds the link of the order may choose for it, by any token of the site', async () => {
    const { order, orderPageUrl } = await anOfflineOrder()
    const query = new URL(orderPageUrl).search
    const device = await visitor()
    const wrong = await refusedWithoutTrace(sql, () => choose(device, order.orderNumber, 'offline', '?token=x'))
    expect(wrong).toEqual([404, 'ORDER_NOT_FOUND'])
    const foreign = (await otherSite()).admin
    expect(refusalOf(await choose(foreign, order.orderNumber, 'offline', query))).toEqual([404, 'ORDER_NOT_FOUND'])
    expect((await choose(device, order.orderNumber, 'offline', query)).body.orderStatus).toBe('OFFLINE_PENDING')
  })
})

describe('what is refused changes nothing', () => {
  test('9.1: offline where the event does not allow it; any, once the hold or the order has ended', async () => {
    const { order, guest } = await anOrder(app)
    const choice = (method: string) => refusedWithoutTrace(sql, () => choose(guest, order.orderNumber, method))
    expect(await choice('offline')).toEqual([428, 'PAYMENT_METHOD_NOT_AVAILABLE'])
    const before = app.now()
    app.setNow(new Date(before.getTime() + 21 * 60_000))
    expect(await choice('test')).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
    app.setNow(before)
    const paid = await anOfflineOrder()
    await notify(paid, 'PAID')
    for (const method of ['test', 'offline'])
      expect(await refusedWithoutTrace(sql, () => choose(paid.guest, paid.order.orderNumber, method))).toEqual([
        428,
        'ORDER_ACTION_NOT_AVAILABLE',
      ])
  })

  test.each<[string, unknown, string[]]>([
    ['no body', undefined, ['request']],
    ['no method', {}, ['method']],
    ['null', { method: null }, ['method', 'method']],
    ['an unknown method', { method: 'cash' }, ['method']],
    ['a number', { method: 1 }, ['method', 'method']],
  ])('%s is a 400', async (_, body, fields) => {
    const { order, guest } = await anOfflineOrder()
    const path = `/boxoffice/v1/orders/${order.orderNumber}/payment`
    expect(await refusedWithoutTrace(sql, () => guest('POST', path, body))).toEqual([400, fields])
  })

  test('R22: somebody else, another site, staff of other events, nobody', async () => {
    const { order } = await anOfflineOrder()
    const gone = [404, 'ORDER_NOT_FOUND']
    for (const caller of [await visitor(), (await otherSite()).admin])
      expect(await refusedWithoutTrace(sql, () => choose(caller, order.orderNumber, 'test'))).toEqual(gone)
    expect(refusalOf(await choose(admin, 'NONE-SUCH-1', 'test'))).toEqual(gone)
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [(await aSale(app)).eventId] })
    expect(await refusedWithoutTrace(sql, () => choose(seller, order.orderNumber, 'test'))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    expect(refusalOf(await choose(anonymous, order.orderNumber, 'test'))).toEqual([401, 'UNAUTHENTICATED'])
  })
})
