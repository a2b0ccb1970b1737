import { describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aSale, checkOut, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'

const app = await testApp()
const { sql, admin } = app

async function anUnpaidOrder(buyer: Caller) {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 1 } })
  const held = await must(buyer, 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity: 1 }] },
  })
  const { body } = await checkOut(buyer, { eventId, reservationId: held.body.ticketReservation.id })
  const { orderNumber, snapshotId } = body.order
  return { eventId, definitionId, orderNumber, url: `/boxoffice/v1/orders/${orderNumber}/payments`, first: snapshotId }
}

function tell(caller: Caller, paymentId: string, result: string) {
  const url = `/boxoffice/v1/test-payments/${paymentId}/notifications`
  return caller('POST', url, { notificationId: `${result} of ${paymentId}`, result })
}

describe('another payment of an order', () => {
  test('design 6: the one that is paid first buys the tickets, the other is given back', async () => {
    const buyer = await app.visitor()
    const { url, first, orderNumber } = await anUnpaidOrder(buyer)
    const { body } = await must(buyer, 'POST', url)
    expect(body.payment).toMatchObject({ orderNumber, status: 'BEGUN', amount: { value: '10.00', currency: 'EUR' } })
    expect(body.payment.id).not.toBe(first)
    const paid = await tell(buyer, body.payment.id, 'PAID')
    expect(paid.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'CAPTURED' } })
    const again = await tell(buyer, first, 'PAID')
    expect(again.body).toMatchObject({
      orderStatus: 'PAID',
      payment: { status: 'REFUNDED', refunded: { value: '10.00', currency: 'EUR' } },
    })
  })

  test('design 6: both told in one batch: one is captured, one given back, one set of tickets', async () => {
    const buyer = await app.visitor()
    const { url, first, orderNumber } = await anUnpaidOrder(buyer)
    const { body } = await must(buyer, 'POST', url)
    const answers = await Promise.all([first, body.payment.id].map(paymentId => tell(buyer, paymentId, 'PAID')))
    expect(answers.map(answer => answer.body.orderStatus)).toEqual(['PAID', 'PAID'])
    expect(answers.map(answer => answer.body.payment.status).sort()).toEqual(['CAPTURED', 'REFUNDED'])
    const tickets = await sql`select ticket_number from tickets where order_number = ${orderNumber}`
    expect(tickets).toHaveLength(1)
  })

  test('R169: one that is declined gives up the order only when no other may still be paid', async () => {
    const buyer = await app.visitor()
    const { url, first } = await anUnpaidOrder(buyer)
    const { body } = await must(buyer, 'POST', url)
    const declined = await tell(buyer, first, 'DECLINED')
    expect(declined.body).toMatchObject({ orderStatus: 'INITIATED', payment: { status: 'DECLINED' } })
    const last = await tell(buyer, body.payment.id, 'DECLINED')
    expect(last.body).toMatchObject({ orderStatus: 'DECLINED', payment: { status: 'DECLINED' } })
    expect(await refusedWithoutTrace(sql, () => buyer('POST', url))).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })

  test('ten at most, and none of an order that is paid, has lost its hold, or is somebody else’s', async () => {
    const buyer = await app.visitor()
    const order = await anUnpaidOrder(buyer)
    for (let count = 2; count <= 10; count += 1) await must(buyer, 'POST', order.url)
    expect(await refusedWithoutTrace(sql, () => buyer('POST', order.url))).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
    await must(buyer, 'POST', `/boxoffice/v1/test-payments/${order.first}/notifications`, {
      notificationId: 'paid',
      result: 'PAID',
    })
    expect(refusalOf(await buyer('POST', order.url))).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])

    const other = await anUnpaidOrder(buyer)
    const stranger = await app.visitor()
    expect(await refusedWithoutTrace(sql, () => stranger('POST', other.url))).toEqual([404, 'ORDER_NOT_FOUND'])
    const { admin: foreigner } = await app.otherSite()
    expect(await refusedWithoutTrace(sql, () => foreigner('POST', other.url))).toEqual([404, 'ORDER_NOT_FOUND'])
    expect(refusalOf(await app.anonymous('POST', other.url))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await admin('POST', '/boxoffice/v1/orders/NONE-SUCH-1/payments'))).toEqual([
      404,
      'ORDER_NOT_FOUND',
    ])
    expect((await admin('POST', other.url)).status).toBe(200)
    app.setNow(new Date(app.now().getTime() + 21 * 60_000))
    const late = await app.visitor()
    expect((await reserveTickets(late, other.definitionId)).status).toBe(200)
    expect(refusalOf(await admin('POST', other.url))).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })
})
