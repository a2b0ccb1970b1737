import { describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, follow, notify, type Ordered, orderNow } from '../../test/support/orders.ts'
import { must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite } = app

const pathOf = ({ order }: Pick<Ordered, 'order'>) => `/boxoffice/v1/orders/${order.orderNumber}/refunds`
const EUR = (value: string) => ({ value, currency: 'EUR' })
const refund = (caller: Caller, ordered: Pick<Ordered, 'order'>, body: object = {}) =>
  caller('POST', pathOf(ordered), body)

/** An order of two tickets at 10.00, paid online, of a definition with two in all. */
async function aPaidOrder(): Promise<Ordered> {
  const ordered = await anOrder(app, { definition: { initialLimit: 2 } })
  await notify(ordered, 'PAID')
  return ordered
}

async function revenueOf({ eventId }: Ordered): Promise<string> {
  const { body } = await must(admin, 'GET', `/events/v1/orders/summary?eventId=${eventId}`)
  return body.sales[0].revenue.value
}

async function unsoldOf({ definitionId }: Ordered): Promise<number> {
  const path = `/events/v3/ticket-definitions/${definitionId}?fields=SALES_DETAILS`
  return (await must(admin, 'GET', path)).body.ticketDefinition.salesDetails.unsoldCount
}

describe('R48: the organizer gives money back', () => {
  test('a part: the order stays PAID with its tickets, says what went back, and revenue follows', async () => {
    const ordered = await aPaidOrder()
    const { body } = await refund(admin, ordered, { amount: EUR('5.50'), note: 'Bad seats' })
    expect(body).toMatchObject({
      orderNumber: ordered.order.orderNumber,
      orderStatus: 'PAID',
      refunded: { value: '5.50' },
      refundable: { value: '14.50' },
      refunds: [
        {
          paymentId: ordered.order.snapshotId,
          amount: { value: '5.50', currency: 'EUR' },
          status: 'DONE',
          reason: 'ORGANIZER',
          note: 'Bad seats',
          askedBy: { kind: 'admin' },
        },
      ],
    })
    expect((await must(admin, 'GET', pathOf(ordered))).body).toEqual(body)
    expect(await orderNow(admin, ordered)).toMatchObject({ status: 'PAID', confirmed: true })
    expect(await revenueOf(ordered)).toBe('14.50')
    const page = await follow(app, ordered.orderPageUrl)
    expect(page.text).toContain('Given back: €5.50')
  })

  test('the rest: nothing is left to give back, and a third refund is refused', async () => {
    const ordered = await aPaidOrder()
    await refund(admin, ordered, { amount: EUR('5.00') })
    app.setNow(new Date(app.now().getTime() + 1000))
    expect((await refund(admin, ordered)).body).toMatchObject({
      refunded: { value: '20.00' },
      refundable: { value: '0.00' },
      refunds: [{ amount: { value: '5.00' } }, { amount: { value: '15.00' } }],
    })
    expect(await revenueOf(ordered)).toBe('0.00')
    const [payment] = await sql`select status from payments where payment_id = ${ordered.order.snapshotId}`
    expect(payment?.status).toBe('REFUNDED')
    expect(await refusedWithoutTrace(sql, () => refund(admin, ordered))).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })

  test('what was paid last goes back first: the payment, then the gift card', async () => {
    const ordered = await anOrder(app)
    const card = (await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard: { amount: EUR('8.00') } })).body
    const paid = await must(
      ordered.guest,
      'POST',
      `/boxoffice/v1/orders/${ordered.order.orderNumber}/gift-card-payments`,
      {
        code: card.code,
      },
    )
    await notify({ ...ordered, order: { ...ordered.order, snapshotId: paid.body.nextPayment.id } }, 'PAID')
    const balance = async () =>
      (await must(admin, 'GET', `/boxoffice/v1/gift-cards/${card.giftCard.id}`)).body.giftCard.balance.value
    expect((await refund(admin, ordered, { amount: EUR('10.00') })).body.refunds).toHaveLength(1)
    expect(await balance()).toBe('0.00')
    expect((await refund(admin, ordered, { amount: EUR('3.00') })).body.refunds).toHaveLength(3)
    expect(await balance()).toBe('1.00')
    expect((await refund(admin, ordered)).body).toMatchObject({ refundable: { value: '0.00' } })
    expect(await balance()).toBe('8.00')
  })

  test('R137: named tickets admit nobody any more, and their places are on sale again', async () => {
    const ordered = await aPaidOrder()
    const [first, second] = (await orderNow(admin, ordered)).tickets
    expect(await unsoldOf(ordered)).toBe(0)
    await must(admin, 'POST', `/events/v1/tickets/check-in`, {
      eventId: ordered.eventId,
      ticketNumber: [second.ticketNumber],
    })
    const ticketNumbers = [first.ticketNumber]
    expect((await refund(admin, ordered, { amount: EUR('10.00'), ticketNumbers })).body.refunded.value).toBe('10.00')
    const now = await orderNow(admin, ordered)
    expect(now).toMatchObject({ status: 'PAID', fullyCheckedIn: true })
    expect(now.tickets.map(({ canceled }: { canceled: boolean }) => canceled)).toEqual([true, false])
    expect(await unsoldOf(ordered)).toBe(1)
    expect((await reserveTickets(await visitor(), ordered.definitionId)).status).toBe(200)
    expect(await refusedWithoutTrace(sql, () => refund(admin, ordered, { ticketNumbers }))).toEqual([
      428,
      'ORDER_ACTION_NOT_AVAILABLE',
    ])
    const unknown = ['NONE-SUCH-1']
    expect(await refusedWithoutTrace(sql, () => refund(admin, ordered, { ticketNumbers: unknown }))).toEqual([
      404,
      'TICKET_NOT_FOUND',
    ])
  })

  test('R135, law 6: money of a canceled order goes back by the same way, and its case is closed', async () => {
    const ordered = await aPaidOrder()
    await must(ordered.guest, 'POST', `/events/v1/ticket-reservations/${ordered.reservationId}/cancel`)
    const cases = `/boxoffice/v1/reconciliation?orderNumber=${ordered.order.orderNumber}`
    expect((await must(admin, 'GET', cases)).body.cases).toMatchObject([
      { reason: 'ORDER_CANCELED', actions: ['REFUND', 'RESOLVE'], orderStatus: 'CANCELED' },
    ])
    await refund(admin, ordered, { amount: EUR('1.00') })
    expect((await must(admin, 'GET', `${cases}&state=OPEN`)).body.total).toBe(1)
    await refund(admin, ordered, { note: 'All of it' })
    expect((await must(admin, 'GET', cases)).body.cases).toMatchObject([
      { reason: 'ORDER_CANCELED', actions: [], note: 'All of it', resolvedBy: { kind: 'admin' } },
    ])
    expect(await orderNow(admin, ordered)).toMatchObject({ status: 'CANCELED' })
  })

  test('R191: what was noted about it is forgotten with its buyer', async () => {
    const ordered = await aPaidOrder()
    await refund(admin, ordered, { amount: EUR('5.00'), note: 'Ada was ill' })
    await must(ordered.guest, 'POST', `/events/v1/ticket-reservations/${ordered.reservationId}/cancel`)
    const cases = `/boxoffice/v1/reconciliation?orderNumber=${ordered.order.orderNumber}`
    const [{ id }] = (await must(admin, 'GET', cases)).body.cases
    await must(admin, 'POST', `/boxoffice/v1/reconciliation/${id}/resolve`, { note: 'Ada keeps it' })
    await must(admin, 'POST', `/boxoffice/v1/orders/${ordered.order.orderNumber}/anonymize`)
    expect((await must(admin, 'GET', pathOf(ordered))).body.refunds[0].note).toBeUndefined()
    expect((await must(admin, 'GET', cases)).body.cases[0].note).toBeUndefined()
  })

  test('style 6: a request that is repeated under its id gives back once', async () => {
    const ordered = await aPaidOrder()
    const refundId = newGuid()
    const first = await refund(admin, ordered, { refundId, amount: EUR('5.00') })
    const before = await ledgerOf(sql)
    expect((await refund(admin, ordered, { refundId: refundId.toUpperCase(), amount: EUR('5.00') })).body).toEqual(
      first.body,
    )
    expect(await ledgerOf(sql)).toEqual(before)
    const other = await aPaidOrder()
    expect(await refusedWithoutTrace(sql, () => refund(admin, other, { refundId }))).toEqual([400, ['refundId']])
  })

  test('law 5: of two refunds at once that are too much together one is refused', async () => {
    const ordered = await aPaidOrder()
    const answers = await Promise.all(['15.00', '15.00'].map(value => refund(admin, ordered, { amount: EUR(value) })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 428])
  })
})

describe('a refund that is refused changes nothing', () => {
  test.each<[string, object, string[]]>([
    ['more than there is', { amount: EUR('20.01') }, []],
    ['nothing', { amount: EUR('0.00') }, ['amount.value']],
    ['a fraction of a cent', { amount: EUR('1.001') }, ['amount.value']],
    ['a negative amount', { amount: EUR('-1') }, ['amount.value']],
    ['an amount that is a number', { amount: 5 }, ['amount']],
    ['another currency', { amount: { value: '5.00', currency: 'USD' } }, ['amount.currency']],
    ['no currency', { amount: { value: '5.00' } }, ['amount.currency']],
    ['an unknown currency', { amount: { value: '5.00', currency: 'XXQ' } }, ['amount.currency']],
    ['a note of 501', { note: 'x'.repeat(501) }, ['note']],
    ['an id that is none', { refundId: 'x' }, ['refundId']],
    ['tickets that are a text', { ticketNumbers: 'x' }, ['ticketNumbers']],
  ])('R48: %s', async (_, body, fields) => {
    const ordered = await aPaidOrder()
    const refused = await refusedWithoutTrace(sql, () => refund(admin, ordered, body))
    expect(refused).toEqual(fields.length > 0 ? [400, fields] : [428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })

  test('R22: not paid, unknown, another site’s, a guest’s, a seller’s, nobody’s', async () => {
    const waiting = await anOrder(app)
    expect(await refusedWithoutTrace(sql, () => refund(admin, waiting))).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
    const ordered = await aPaidOrder()
    const gone = [404, 'ORDER_NOT_FOUND']
    expect(await refusedWithoutTrace(sql, () => refund(admin, { order: { orderNumber: 'NONE-SUCH-1' } }))).toEqual(gone)
    const foreign = (await otherSite()).admin
    expect(await refusedWithoutTrace(sql, () => refund(foreign, ordered))).toEqual(gone)
    expect(refusalOf(await foreign('GET', pathOf(ordered)))).toEqual(gone)
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'] })
    for (const caller of [ordered.guest, seller]) {
      expect(await refusedWithoutTrace(sql, () => refund(caller, ordered))).toEqual([403, 'PERMISSION_DENIED'])
      expect(refusalOf(await caller('GET', pathOf(ordered)))).toEqual([403, 'PERMISSION_DENIED'])
    }
    expect(refusalOf(await refund(anonymous, ordered))).toEqual([401, 'UNAUTHENTICATED'])
  })
})
