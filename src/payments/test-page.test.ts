import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, follow, type Ordered, orderNow } from '../../test/support/orders.ts'
import { must } from '../../test/support/sale.ts'

const app = await testApp()
const { sql, siteId, admin } = app

async function atTheBank(): Promise<Ordered & { payUrl: string }> {
  const ordered = await anOrder(app, { definition: { initialLimit: 2 } })
  const { order, guest } = ordered
  const { body } = await must(guest, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/payment`, { method: 'test' })
  return { ...ordered, payUrl: body.payment.payUrl }
}

/** Presses a button of the page, as a browser without scripts does. */
async function press(payUrl: string, action: string) {
  const { pathname, search } = new URL(payUrl)
  const answer = await app.app.inject({
    method: 'POST',
    url: pathname + search,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `action=${action}`,
  })
  return { status: answer.statusCode, location: answer.headers.location ?? null }
}

async function stateOf(ordered: Ordered) {
  const order = await orderNow(admin, ordered)
  const payments = await sql<{ status: string }[]>`
    select status from payments where order_number = ${order.orderNumber} order by ordinal`
  return [order.status, order.tickets.length, ...payments.map(({ status }) => status)]
}

describe('the test bank’s page', () => {
  test('design 6: it says what is to be paid, without a script, in the languages that there are', async () => {
    const { payUrl, order } = await atTheBank()
    const page = await follow(app, payUrl)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Pay €20.00')
    expect(page.text).toContain(order.orderNumber)
    expect(page.markup).not.toMatch(/<script/i)
    expect((await follow(app, `${payUrl}&lang=de`)).text).toContain('Hier wird kein Geld bewegt')
  })

  test.each<[string, (string | number)[]]>([
    ['PAY', ['PAID', 2, 'CAPTURED']],
    ['DECLINE', ['DECLINED', 0, 'DECLINED']],
    ['HANG', ['PENDING', 0, 'BEGUN']],
    ['PAY_TWICE', ['PAID', 2, 'CAPTURED', 'REFUNDED']],
    ['PAY_LATE', ['PAID', 2, 'CAPTURED']],
  ])('design 6: %s, and back to the shop', async (action, state) => {
    const ordered = await atTheBank()
    const { status, location } = await press(ordered.payUrl, action)
    expect([status, location]).toEqual([
      303,
      expect.stringContaining(`/orders/${ordered.order.orderNumber}/return?token=`),
    ])
    expect(await stateOf(ordered)).toEqual(state)
  })

  test('design 6: what hangs can be decided later, and what is paid late when the tickets are gone comes back', async () => {
    const hanging = await atTheBank()
    await press(hanging.payUrl, 'HANG')
    await press(hanging.payUrl, 'PAY')
    expect(await stateOf(hanging)).toEqual(['PAID', 2, 'CAPTURED'])
    expect((await follow(app, hanging.payUrl)).text).toContain('Already paid')
    const late = await atTheBank()
    app.setNow(new Date(app.now().getTime() + 21 * 60_000))
    await must(admin, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: late.definitionId, quantity: 1 }] },
    })
    await press(late.payUrl, 'PAY_LATE')
    expect(await stateOf(late)).toEqual(['CANCELED', 0, 'REFUNDED'])
  })

  test('a wrong secret, another purpose’s, a site without test payments and an unknown button change nothing', async () => {
    const { payUrl, orderPageUrl } = await atTheBank()
    const other = new URL(payUrl)
    other.search = new URL(orderPageUrl).search
    for (const url of [payUrl.slice(0, -1), other.href]) expect((await press(url, 'PAY')).status).toBe(404)
    expect((await follow(app, other.href)).status).toBe(404)
    await refusedWithoutTrace(sql, async () => ({ ...(await press(payUrl, 'STEAL')), body: {}, headers: {} }))
    await sql`update sites set test_payments = false where site_id = ${siteId}`
    expect((await press(payUrl, 'PAY')).status).toBe(404)
    await sql`update sites set test_payments = true where site_id = ${siteId}`
  })
})
