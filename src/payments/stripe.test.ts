import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, type Ordered, orderNow } from '../../test/support/orders.ts'
import { must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { deliver, fakeStripe, type StripeEvent } from '../../test/support/stripe.ts'
import { newGuid } from '../ids.ts'
import { closeAbandoned } from '../orders/abandoned.ts'
import { carryOutDue } from '../orders/carry-out-due.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { verify } from '../verify.ts'
import { providersWith } from './providers.ts'

const stripe = await fakeStripe({ now: () => app.now() })
const app = await testApp({ stripe: stripe.settings })
const { sql, siteId, admin, visitor, setNow } = app
const providers = providersWith(stripe.settings)
await sql`update sites set stripe_payments = true, test_payments = false`

const START = '2030-05-01T12:00:00.000Z'
beforeEach(async () => {
  await sql`update sites set delayed_capture = false where site_id = ${siteId}`
  setNow(START)
  stripe.events.length = 0
  Object.assign(stripe.trouble, { fails: 0, loses: 0, refundsStart: 'succeeded' })
})

const later = (minutes: number) => setNow(new Date(app.now().getTime() + minutes * 60_000))
const choose = ({ guest, order }: Ordered, method = 'stripe') =>
  guest('POST', `/boxoffice/v1/orders/${order.orderNumber}/payment`, { method })
const work = () => carryOutDue(sql, app.now(), providers)
const told = (event: StripeEvent) => deliver(app.app, event, { settings: stripe.settings, now: app.now() })

/** Everything that Stripe has said and not told yet. */
async function tellAll(): Promise<void> {
  for (const event of stripe.events.splice(0)) expect(await told(event)).toEqual({ status: 200, body: {} })
}

/** An order of two tickets at 10.00 whose buyer is on Stripe's page. */
async function anOpenOrder(more: Parameters<typeof anOrder>[1] = {}): Promise<Ordered & { payUrl: string }> {
  const ordered = await anOrder(app, { definition: { initialLimit: 2 }, ...more })
  const { body } = await must(ordered.guest, 'POST', `/boxoffice/v1/orders/${ordered.order.orderNumber}/payment`, {
    method: 'stripe',
  })
  return { ...ordered, payUrl: body.payment.payUrl }
}

async function aPaidOrder() {
  const ordered = await anOpenOrder()
  stripe.pay(ordered.payUrl)
  await tellAll()
  return ordered
}

/** The order's status, its tickets that admit, its payments, and what Stripe keeps of its money. */
async function stateOf(ordered: Ordered) {
  const order = await orderNow(admin, ordered)
  const payments = await sql<{ state: string }[]>`
    select concat_ws(' ', status, asked, case when refunding_minor > 0 then 'REFUNDING' end) as state
      from payments where order_number = ${order.orderNumber} order by ordinal`
  return {
    order: order.status,
    tickets: order.tickets.filter(({ canceled }: { canceled: boolean }) => !canceled).length,
    payments: payments.map(({ state }) => state),
    kept: stripe.kept(order.orderNumber),
  }
}

async function casesOf({ order }: Ordered) {
  const path = `/boxoffice/v1/reconciliation?state=OPEN&orderNumber=${order.orderNumber}`
  return (await must(admin, 'GET', path)).body.cases
}

const PAID = { order: 'PAID', tickets: 2, payments: ['CAPTURED'], kept: 2000 }

describe('a payment through Stripe', () => {
  test('design 6: it is begun when the buyer goes to pay, with what Stripe must know, and once', async () => {
    const ordered = await anOrder(app)
    const { orderNumber, snapshotId } = ordered.order
    const { body } = await choose(ordered)
    expect(body).toMatchObject({
      orderStatus: 'INITIATED',
      due: { value: '20.00', currency: 'EUR' },
      payment: { id: snapshotId, provider: 'stripe', status: 'BEGUN' },
    })
    const { params, id } = stripe.sessionAt(body.payment.payUrl)
    const metadata = { site: siteId, order: orderNumber, payment: snapshotId }
    expect(params).toMatchObject({
      mode: 'payment',
      line_items: { 0: { quantity: '1', price_data: { currency: 'eur', unit_amount: '2000' } } },
      metadata,
      payment_intent_data: { metadata },
      customer_email: 'ada@example.org',
      success_url: expect.stringContaining(`/orders/${orderNumber}/return?token=`),
    })
    later(1)
    expect((await choose(ordered)).body.payment.payUrl).toBe(body.payment.payUrl)
    expect(stripe.sessionAt(body.payment.payUrl).id).toBe(id)
  })

  test('R168: paid: confirmed, and told again in another order nothing more', async () => {
    const ordered = await anOpenOrder()
    stripe.pay(ordered.payUrl)
    const events = [...stripe.events]
    await tellAll()
    expect(await stateOf(ordered)).toEqual(PAID)
    const before = await ledgerOf(sql)
    for (const event of events.toReversed()) expect((await told(event)).status).toBe(200)
    expect(await ledgerOf(sql)).toEqual(before)
  })

  test('a declined card changes nothing: the buyer tries another on the same page', async () => {
    const ordered = await anOpenOrder()
    stripe.pay(ordered.payUrl, 'declined')
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'INITIATED', payments: ['BEGUN'] })
    stripe.pay(ordered.payUrl)
    await tellAll()
    expect(await stateOf(ordered)).toEqual(PAID)
  })

  test('9.1: a bank that decides later: PENDING, then PAID or DECLINED', async () => {
    for (const isPaid of [true, false]) {
      const ordered = await anOpenOrder()
      stripe.pay(ordered.payUrl, 'bank')
      await tellAll()
      expect(await stateOf(ordered)).toMatchObject({ order: 'PENDING', payments: ['BEGUN'] })
      later(60)
      await work()
      stripe.decide(ordered.payUrl, isPaid)
      await tellAll()
      expect(await stateOf(ordered)).toMatchObject(
        isPaid ? PAID : { order: 'DECLINED', payments: ['DECLINED'], kept: 0 },
      )
    }
  })

  test('9.1, R188: captured later: AUTHORIZED, then captured or let go, as the organizer says', async () => {
    await sql`update sites set delayed_capture = true where site_id = ${siteId}`
    for (const verb of ['capture', 'void']) {
      const ordered = await anOpenOrder()
      stripe.pay(ordered.payUrl)
      await tellAll()
      expect(await stateOf(ordered)).toMatchObject({ order: 'AUTHORIZED', payments: ['AUTHORIZED'], kept: 0 })
      await must(admin, 'POST', `/events/v1/events/orders/${ordered.order.orderNumber}/${verb}`, {})
      await work()
      await tellAll()
      expect(await stateOf(ordered)).toMatchObject(
        verb === 'capture' ? PAID : { order: 'VOIDED', payments: ['VOIDED'], kept: 0 },
      )
    }
  })

  test('R35: amounts in currencies without and with three decimals', async () => {
    for (const [currency, value, amount] of [
      ['JPY', '1500', '3000'],
      ['KWD', '1.250', '2500'],
    ]) {
      const ordered = await anOpenOrder({
        definition: { pricingMethod: { fixedPrice: { value, currency } } },
      })
      const { params } = stripe.sessionAt(ordered.payUrl)
      expect(params.line_items).toMatchObject({
        0: { price_data: { currency: currency?.toLowerCase(), unit_amount: amount } },
      })
    }
  })

  test('an amount that Stripe does not take is refused with words, and the order waits', async () => {
    const ordered = await anOrder(app, {
      definition: { pricingMethod: { fixedPrice: { value: '0.20', currency: 'EUR' } } },
    })
    expect(await refusedWithoutTrace(sql, () => choose(ordered))).toEqual([428, 'PAYMENT_METHOD_NOT_AVAILABLE'])
  })
})

describe('Stripe cannot be reached (design 6)', () => {
  test('at checkout: the order waits, the hold runs, and the buyer may try again', async () => {
    const ordered = await anOrder(app)
    stripe.trouble.fails = 2 // the library asks twice
    expect(await refusedWithoutTrace(sql, () => choose(ordered))).toEqual([503, 'UNAVAILABLE'])
    const { body } = await choose(ordered)
    stripe.pay(body.payment.payUrl)
    await tellAll()
    expect(await stateOf(ordered)).toEqual(PAID)
  })

  test('an answer that is lost: asked again, it is the same session, which alone can be paid', async () => {
    const ordered = await anOrder(app)
    stripe.trouble.loses = 2
    expect(refusalOf(await choose(ordered))).toEqual([503, 'UNAVAILABLE'])
    const made = stripe.requests.filter(each => each === 'POST /v1/checkout/sessions').length
    const { body } = await choose(ordered)
    expect(stripe.requests.filter(each => each === 'POST /v1/checkout/sessions')).toHaveLength(made + 1)
    stripe.pay(body.payment.payUrl)
    await tellAll()
    expect(await stateOf(ordered)).toEqual(PAID)
  })

  test('a refund is tried until it is done, once, also where its answer is lost', async () => {
    const ordered = await aPaidOrder()
    await must(admin, 'POST', `/boxoffice/v1/orders/${ordered.order.orderNumber}/refunds`, {
      amount: { value: '5.00', currency: 'EUR' },
    })
    stripe.trouble.loses = 2
    await expect(work()).rejects.toThrow('1 payments are left as they were')
    expect(await stateOf(ordered)).toMatchObject({ payments: ['CAPTURED REFUNDING'], kept: 1500 })
    later(1)
    await work()
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'PAID', payments: ['CAPTURED'], kept: 1500 })
  })
})

describe('a notification that never comes', () => {
  test('R168: the worker looks while the tickets are held, and when they no longer are', async () => {
    for (const minutes of [5, 20]) {
      const ordered = await anOpenOrder()
      stripe.pay(ordered.payUrl)
      stripe.events.length = 0
      later(minutes)
      await work()
      expect(await stateOf(ordered)).toEqual(PAID)
      setNow(START)
    }
  })

  test('R170: nobody paid: at the end of the hold the page is closed, and the order given up after two hours', async () => {
    const ordered = await anOpenOrder()
    later(5)
    await work()
    expect(await stateOf(ordered)).toMatchObject({ order: 'INITIATED', payments: ['BEGUN'] })
    later(15)
    await work()
    await work()
    expect(stripe.pay(ordered.payUrl)).toBe(false)
    expect(await stateOf(ordered)).toMatchObject({ order: 'INITIATED', payments: ['VOIDED'] })
    await tellAll()
    later(100)
    await expireOverdue(sql, app.now())
    await closeAbandoned(sql, app.now(), providers)
    expect(await stateOf(ordered)).toMatchObject({ order: 'CANCELED', payments: ['VOIDED'], kept: 0 })
  })

  test('chosen again after it was paid unheard: the order says so, and nothing is begun', async () => {
    const ordered = await anOpenOrder()
    stripe.pay(ordered.payUrl)
    expect(refusalOf(await choose(ordered))).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
    expect(await stateOf(ordered)).toEqual(PAID)
  })
})

describe('money that comes late, or twice (design 6)', () => {
  test('paid while the page is being closed: the tickets are taken again where they are there', async () => {
    const ordered = await anOpenOrder()
    later(20)
    await expireOverdue(sql, app.now())
    await work() // asks to let it go
    stripe.pay(ordered.payUrl)
    await work()
    expect(await stateOf(ordered)).toEqual(PAID)
  })

  test('law 6: and given back where they are gone', async () => {
    const ordered = await anOpenOrder()
    later(20)
    await expireOverdue(sql, app.now())
    await reserveTickets(await visitor(), ordered.definitionId, 2)
    stripe.pay(ordered.payUrl)
    await tellAll()
    await work()
    expect(await stateOf(ordered)).toMatchObject({ order: 'CANCELED', payments: ['REFUNDED'], kept: 0 })
  })

  test('law 6: an order that is canceled by hand: its page is closed; money that was faster goes back', async () => {
    for (const isFaster of [false, true]) {
      const ordered = await anOpenOrder()
      await must(ordered.guest, 'POST', `/events/v1/ticket-reservations/${ordered.reservationId}/cancel`)
      if (isFaster) stripe.pay(ordered.payUrl)
      await work()
      await work()
      expect(stripe.pay(ordered.payUrl)).toBe(false)
      await tellAll()
      await work()
      expect(await stateOf(ordered)).toMatchObject({
        order: 'CANCELED',
        payments: [isFaster ? 'REFUNDED' : 'VOIDED'],
        kept: 0,
      })
    }
  })

  test('two pages of one order, both paid: the second is given back; paid once, the other page is closed', async () => {
    for (const isTwice of [true, false]) {
      const ordered = await anOpenOrder()
      const again = await must(ordered.guest, 'POST', `/boxoffice/v1/orders/${ordered.order.orderNumber}/payments`)
      stripe.pay(ordered.payUrl)
      if (isTwice) stripe.pay(again.body.payment.payUrl)
      await tellAll()
      await work()
      await tellAll()
      expect(stripe.pay(again.body.payment.payUrl)).toBe(false)
      expect(await stateOf(ordered)).toMatchObject({
        ...PAID,
        payments: ['CAPTURED', isTwice ? 'REFUNDED' : 'VOIDED'],
      })
    }
  })
})

describe('R48: refunds', () => {
  const refund = ({ order }: Ordered, value: string) =>
    must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/refunds`, { amount: { value, currency: 'EUR' } })
  const refundsOf = async ({ order }: Ordered) =>
    (await must(admin, 'GET', `/boxoffice/v1/orders/${order.orderNumber}/refunds`)).body

  test('in parts and then whole, each once', async () => {
    const ordered = await aPaidOrder()
    await refund(ordered, '5.00')
    await work()
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'PAID', payments: ['CAPTURED'], kept: 1500 })
    await refund(ordered, '15.00')
    await work()
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'PAID', payments: ['REFUNDED'], kept: 0 })
    expect(await casesOf(ordered)).toEqual([])
  })

  test('law 16: one that takes days is PENDING until Stripe says more', async () => {
    stripe.trouble.refundsStart = 'pending'
    const ordered = await aPaidOrder()
    await refund(ordered, '5.00')
    await work()
    await tellAll()
    expect((await refundsOf(ordered)).refunds).toMatchObject([{ status: 'PENDING' }])
    const id = [...stripe.refunds.keys()].at(-1) ?? ''
    stripe.endRefund(id, 'succeeded')
    await tellAll()
    expect((await refundsOf(ordered)).refunds).toMatchObject([{ status: 'DONE' }])
  })

  test('law 16: without a notification the worker finds out', async () => {
    stripe.trouble.refundsStart = 'pending'
    const ordered = await aPaidOrder()
    await refund(ordered, '5.00')
    await work()
    stripe.endRefund([...stripe.refunds.keys()].at(-1) ?? '', 'succeeded')
    stripe.events.length = 0
    later(1)
    await work()
    expect((await refundsOf(ordered)).refunds).toMatchObject([{ status: 'DONE' }])
  })

  test.each(['pending', 'succeeded'] as const)(
    'law 6: one that was %s and fails: the money is here again, and a case',
    async start => {
      stripe.trouble.refundsStart = start
      const ordered = await aPaidOrder()
      await refund(ordered, '20.00')
      await work()
      await tellAll()
      stripe.endRefund([...stripe.refunds.keys()].at(-1) ?? '', 'failed')
      await tellAll()
      expect(await refundsOf(ordered)).toMatchObject({
        refunded: { value: '0.00' },
        refundable: { value: '20.00' },
        refunds: [{ status: 'FAILED' }],
      })
      expect(await casesOf(ordered)).toMatchObject([{ reason: 'REFUND_FAILED', actions: ['REFUND', 'RESOLVE'] }])
      expect(await stateOf(ordered)).toEqual(PAID)
    },
  )

  test('law 5: money that somebody gives back at Stripe: the books follow, and a person decides about the tickets', async () => {
    const ordered = await aPaidOrder()
    stripe.refundByHand(ordered.payUrl, 2000)
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'PAID', tickets: 2, payments: ['REFUNDED'], kept: 0 })
    expect(await casesOf(ordered)).toMatchObject([
      { reason: 'REFUNDED_ELSEWHERE', actions: ['CANCEL_ORDER', 'RESOLVE'] },
    ])
    expect((await refundsOf(ordered)).refunds).toMatchObject([{ reason: 'ELSEWHERE', status: 'DONE' }])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${ordered.reservationId}/cancel`)
    expect(await stateOf(ordered)).toMatchObject({ order: 'CANCELED', tickets: 0 })
  })

  test('law 6: given back by hand while ours is on its way: it goes back once', async () => {
    const ordered = await aPaidOrder()
    await refund(ordered, '20.00')
    stripe.refundByHand(ordered.payUrl, 2000)
    await tellAll()
    await work()
    expect(await stateOf(ordered)).toMatchObject({ payments: ['REFUNDED'], kept: 0 })
    expect((await refundsOf(ordered)).refunds).toHaveLength(1)
    expect(await casesOf(ordered)).toEqual([])
  })

  test('laws 5, 6 and 16: so much is given back by hand that ours is refused for good: the books say what Stripe says', async () => {
    const ordered = await aPaidOrder()
    await refund(ordered, '19.00')
    later(1)
    const hand = stripe.refundByHand(ordered.payUrl, 300)
    await tellAll() // more than our books have room for, as long as ours waits
    expect(await casesOf(ordered)).toMatchObject([{ reason: 'REFUNDED_ELSEWHERE' }])
    await work()
    expect(await refundsOf(ordered)).toMatchObject({
      refunded: { value: '3.00' },
      refundable: { value: '17.00' },
      refunds: expect.arrayContaining([
        expect.objectContaining({ status: 'FAILED', reason: 'ORGANIZER' }),
        expect.objectContaining({ status: 'DONE', reason: 'ELSEWHERE' }),
      ]),
    })
    expect(await stateOf(ordered)).toMatchObject({ order: 'PAID', payments: ['CAPTURED'], kept: 1700 })
    expect((await casesOf(ordered)).map(({ reason }: { reason: string }) => reason).sort()).toEqual([
      'REFUNDED_ELSEWHERE',
      'REFUND_FAILED',
    ])
    const asked = stripe.requests.length
    later(120)
    await work() // nobody asks again
    expect(stripe.requests.slice(asked)).toEqual([])
    stripe.endRefund(hand.id, 'failed')
    await tellAll()
    expect(await refundsOf(ordered)).toMatchObject({ refunded: { value: '0.00' }, refundable: { value: '20.00' } })
  })

  test('law 6: all of it by hand while a part of ours waits: nothing is left to decide about money', async () => {
    const ordered = await aPaidOrder()
    await refund(ordered, '19.00')
    stripe.refundByHand(ordered.payUrl, 2000)
    await tellAll()
    await work()
    expect(await stateOf(ordered)).toMatchObject({ payments: ['REFUNDED'], kept: 0 })
    expect(await casesOf(ordered)).toMatchObject([{ reason: 'REFUNDED_ELSEWHERE' }])
  })

  test('law 16: what is given back by hand and takes days is PENDING, and the worker finds out that it is done', async () => {
    const ordered = await aPaidOrder()
    stripe.trouble.refundsStart = 'pending'
    const { id } = stripe.refundByHand(ordered.payUrl, 500)
    await tellAll()
    expect(await refundsOf(ordered)).toMatchObject({
      refundable: { value: '15.00' },
      refunds: [{ reason: 'ELSEWHERE', status: 'PENDING' }],
    })
    stripe.endRefund(id, 'succeeded')
    stripe.events.length = 0
    await work()
    expect((await refundsOf(ordered)).refunds).toMatchObject([{ reason: 'ELSEWHERE', status: 'DONE' }])
  })

  test('law 6: told of a refund before the payment: it is paid, and less what went back', async () => {
    const ordered = await anOpenOrder()
    stripe.pay(ordered.payUrl)
    const paid = stripe.events.splice(0)
    stripe.refundByHand(ordered.payUrl, 500)
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'PAID', tickets: 2, payments: ['CAPTURED'], kept: 1500 })
    expect(await refundsOf(ordered)).toMatchObject({ refunded: { value: '5.00' } })
    const before = await ledgerOf(sql)
    stripe.events.push(...paid)
    await tellAll()
    const written = (ledger: Awaited<ReturnType<typeof ledgerOf>>) => ledger.filter(([kind]) => kind !== 'notification')
    expect(written(await ledgerOf(sql))).toEqual(written(before))
  })

  test('law 6: an answer that was lost, and the same amount by hand: both are counted, and none is asked for twice', async () => {
    const ordered = await aPaidOrder()
    await refund(ordered, '5.00')
    stripe.trouble.loses = 2
    await expect(work()).rejects.toThrow('1 payments are left as they were')
    stripe.trouble.loses = 0
    const hand = stripe.refundByHand(ordered.payUrl, 500)
    stripe.events.length = 0
    stripe.forgetKeys()
    later(1)
    await work()
    expect(await stateOf(ordered)).toMatchObject({ payments: ['CAPTURED'], kept: 1000 })
    expect((await refundsOf(ordered)).refunds).toMatchObject([{ status: 'DONE', reason: 'ORGANIZER' }])
    stripe.endRefund(hand.id, 'succeeded')
    await tellAll()
    expect(await refundsOf(ordered)).toMatchObject({ refunded: { value: '10.00' }, refundable: { value: '10.00' } })
  })

  test('laws 5 and 16: what came too much and could not be given back, then is by hand, is nothing of the order', async () => {
    const ordered = await anOpenOrder()
    const again = await must(ordered.guest, 'POST', `/boxoffice/v1/orders/${ordered.order.orderNumber}/payments`)
    stripe.pay(ordered.payUrl)
    stripe.pay(again.body.payment.payUrl)
    await tellAll()
    await work()
    stripe.endRefund([...stripe.refunds.keys()].at(-1) ?? '', 'failed')
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'PAID', payments: ['CAPTURED', 'CAPTURED'], kept: 4000 })
    expect(await casesOf(ordered)).toMatchObject([{ reason: 'REFUND_FAILED' }])
    expect((await verify(sql)).breaches).toEqual([])
    stripe.refundByHand(again.body.payment.payUrl, 2000)
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'PAID', payments: ['CAPTURED', 'REFUNDED'], kept: 2000 })
    expect((await orderNow(admin, ordered)).status).toBe('PAID')
    expect(await refundsOf(ordered)).toMatchObject({ refunded: { value: '0.00' }, refundable: { value: '20.00' } })
    expect(await casesOf(ordered)).toMatchObject([{ reason: 'REFUNDED_ELSEWHERE' }])
  })

  test('what was only authorized, and let go, is no money that went back', async () => {
    await sql`update sites set delayed_capture = true where site_id = ${siteId}`
    const ordered = await anOpenOrder()
    stripe.pay(ordered.payUrl)
    await tellAll()
    await must(admin, 'POST', `/events/v1/ticket-reservations/${ordered.reservationId}/cancel`)
    await work()
    expect(stripe.events.map(({ type }) => type)).toContain('charge.refunded')
    await tellAll()
    expect(await stateOf(ordered)).toMatchObject({ order: 'CANCELED', payments: ['VOIDED'], kept: 0 })
    expect(await casesOf(ordered)).toEqual([])
  })

  test('a dispute is a case, once', async () => {
    const ordered = await aPaidOrder()
    stripe.dispute(ordered.payUrl)
    const [event] = stripe.events
    await tellAll()
    if (event) await told({ ...event, id: 'evt_again' })
    expect(await casesOf(ordered)).toMatchObject([{ reason: 'DISPUTED', actions: ['CANCEL_ORDER', 'RESOLVE'] }])
  })
})

describe('what is not Stripe’s is not believed', () => {
  async function aPaidEvent() {
    const ordered = await anOpenOrder()
    stripe.pay(ordered.payUrl)
    return stripe.events.at(-1) as StripeEvent
  }
  const refused = async (event: object, how: Partial<Parameters<typeof deliver>[2]>) => {
    const before = await ledgerOf(sql)
    const { status, body } = await deliver(app.app, event, { settings: stripe.settings, now: app.now(), ...how })
    expect(await ledgerOf(sql)).toEqual(before)
    return refusalOf({ status, body, headers: {} })
  }

  test('signed with another secret, too long ago, or not at all', async () => {
    const event = await aPaidEvent()
    const settings = { ...stripe.settings, webhookSecret: 'whsec_another0123456789' }
    expect(await refused(event, { settings })).toEqual([401, 'UNAUTHENTICATED'])
    const signedAt = new Date(app.now().getTime() - 301_000)
    expect(await refused(event, { signedAt })).toEqual([401, 'UNAUTHENTICATED'])
    for (const headers of [{}, { 'stripe-signature': 't=1,v1=00' }]) {
      const url = '/boxoffice/v1/stripe/notifications'
      const { statusCode } = await app.app.inject({ method: 'POST', url, headers, payload: JSON.stringify(event) })
      expect(statusCode).toBe(401)
    }
  })

  test('what is nothing to us is taken and forgotten: unknown kinds, other installations on the account', async () => {
    const event = await aPaidEvent()
    const before = await ledgerOf(sql)
    expect((await told({ ...event, type: 'customer.created' })).status).toBe(200)
    for (const metadata of [{}, { site: newGuid(), payment: newGuid() }, { site: 'x', payment: 'y' }])
      expect((await told({ ...event, data: { object: { ...event.data.object, metadata } } })).status).toBe(200)
    expect(await ledgerOf(sql)).toEqual(before)
  })

  test('a payment that we do not know yet: Stripe tells it again later', async () => {
    const event = await aPaidEvent()
    const metadata = { site: siteId, payment: newGuid() }
    const unknown = { ...event, data: { object: { ...event.data.object, metadata } } }
    expect(await refused(unknown, {})).toEqual([404, 'PAYMENT_NOT_FOUND'])
  })
})
