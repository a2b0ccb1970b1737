import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { type Purchase, purchases } from '../../test/support/purchases.ts'
import { must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned, closeHalfPaid } from './abandoned.ts'
import { carryOutDue } from './carry-out-due.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow } = app
const { anOrder, tell, stateOf } = purchases(app)
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

type Card = { id: string; code: string }

async function aCard(value: string, more: object = {}): Promise<Card> {
  const giftCard = { amount: { value, currency: 'EUR' }, ...more }
  const { body } = await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })
  return { id: body.giftCard.id, code: body.code }
}

const pathOf = ({ orderNumber }: Purchase) => `/boxoffice/v1/orders/${orderNumber}/gift-card-payments`
const pay = (order: Purchase, { code }: Card) => must(order.guest, 'POST', pathOf(order), { code })
const refusedToPay = (order: Purchase, code: unknown, caller: Caller = order.guest) =>
  refusedWithoutTrace(sql, () => caller('POST', pathOf(order), { code }))

async function balanceOf({ id }: Card): Promise<string> {
  return (await must(admin, 'GET', `/boxoffice/v1/gift-cards/${id}`)).body.giftCard.balance.value
}

async function runJobs(time?: string): Promise<void> {
  if (time) setNow(time)
  await expireOverdue(sql, app.now())
  await closeHalfPaid(sql, app.now())
  await closeAbandoned(sql, app.now())
  await carryOutDue(sql, app.now())
}

/** An order of 20.00 of which a card of 8.00 has paid a part. */
async function aHalfPaidOrder() {
  const order = await anOrder()
  const card = await aCard('8.00')
  const { nextPayment } = (await pay(order, card)).body
  return { order, card, next: { ...order, paymentId: nextPayment.id as string } }
}

const PAID = { order: ['PAID', true, 2], reservation: 'CONFIRMED', stock: [0, 0, 2] }
const HALF = { order: ['PARTIALLY_PAID', false, 0], reservation: 'PENDING', stock: [0, 2, 0] }

describe('a card that covers all', () => {
  test('R58, 9.1: the order is PAID, confirmed, with its tickets, and what is left stays on the card', async () => {
    const order = await anOrder()
    const card = await aCard('50.00')
    const { body } = await pay(order, { ...card, code: ` ${card.code.toLowerCase().replaceAll('-', ' ')}` })
    expect(body).toMatchObject({
      orderStatus: 'PAID',
      due: { value: '0.00', currency: 'EUR' },
      payment: { provider: 'giftCard', status: 'CAPTURED', amount: { value: '20.00' } },
    })
    expect(body).not.toHaveProperty('nextPayment')
    expect(await stateOf(order)).toEqual({ ...PAID, payments: ['test VOIDED 20', 'giftCard CAPTURED 20'] })
    expect(await balanceOf(card)).toBe('30.00')
    const url = `/events/v1/events/${order.eventId}/orders/${order.orderNumber}?fieldset=DETAILS&fieldset=INVOICE`
    const shown = (await must(order.guest, 'GET', url)).body.order
    expect(shown).toMatchObject({ method: 'giftCard', totalPrice: { value: '20.00' } })
    expect(shown.invoice.grandTotal.value).toBe('20.00') // a means of payment, no discount
    const { entries } = (await must(admin, 'GET', `/boxoffice/v1/gift-cards/${card.id}/entries`)).body
    expect(entries[0]).toEqual({
      kind: 'CAPTURED',
      amount: { value: '20.00', currency: 'EUR' },
      paymentId: body.payment.id,
      orderNumber: order.orderNumber,
      date: '2030-05-01T12:00:00.000Z',
    })
  })

  test('R58, R168: money that comes on the payment that was given up is given back', async () => {
    const order = await anOrder()
    const card = await aCard('20.00')
    await pay(order, card)
    expect(await tell(order, 'PAID')).toEqual(['PAID', 'REFUNDED'])
    expect(await stateOf(order)).toEqual({ ...PAID, payments: ['test REFUNDED 20', 'giftCard CAPTURED 20'] })
    expect(await balanceOf(card)).toBe('0.00')
  })

  test('law 6: an authorization that comes on it is let go, though the payment was given up before', async () => {
    const order = await anOrder()
    await pay(order, await aCard('20.00'))
    expect(await tell(order, 'AUTHORIZED')).toEqual(['PAID', 'VOIDED'])
    expect((await stateOf(order)).payments).toEqual(['test VOIDED 20', 'giftCard CAPTURED 20'])
  })

  test('R58: three cards pay one order, the last of them a part of what it has', async () => {
    const order = await anOrder()
    const cards = [await aCard('5.00'), await aCard('7.50'), await aCard('9.00')]
    const dues: string[] = []
    for (const card of cards) dues.push((await pay(order, card)).body.due.value)
    expect(dues).toEqual(['15.00', '7.50', '0.00'])
    expect((await stateOf(order)).order).toEqual(['PAID', true, 2])
    expect(await Promise.all(cards.map(balanceOf))).toEqual(['0.00', '0.00', '1.50'])
  })

  test('R58: the site may pay an order for its buyer', async () => {
    const order = await anOrder()
    const card = await aCard('20.00')
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [order.eventId] })
    expect((await seller('POST', pathOf(order), { code: card.code })).body.orderStatus).toBe('PAID')
  })

  test('R58, R135: canceled afterwards, whether the money goes back is a person’s to decide', async () => {
    const order = await anOrder()
    const card = await aCard('20.00')
    const { payment } = (await pay(order, card)).body
    await must(order.guest, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)
    await runJobs()
    expect(await balanceOf(card)).toBe('0.00')
    const { cases } = (await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body
    expect(cases.map(({ payment }: { payment: { id: string } }) => payment.id)).toEqual([payment.id])
    await must(admin, 'POST', `/boxoffice/v1/reconciliation/${cases[0].id}/resolve`, {})
  })
})

describe('a card that covers a part', () => {
  test('R58, 9.1: PARTIALLY_PAID: held as long as before, and the rest is due on a new payment', async () => {
    const { order, card, next } = await aHalfPaidOrder()
    expect(await stateOf(order)).toEqual({
      ...HALF,
      payments: ['test VOIDED 20', 'giftCard CAPTURED 8', 'test BEGUN 12'],
    })
    expect(await balanceOf(card)).toBe('0.00')
    const url = `/events/v1/events/${order.eventId}/orders/${order.orderNumber}?fieldset=DETAILS`
    expect((await must(order.guest, 'GET', url)).body.order.snapshotId).toBe(next.paymentId)
    const held = await must(order.guest, 'GET', `/events/v1/ticket-reservations/${order.reservationId}`)
    expect(held.body.ticketReservation.expirationDate).toBe('2030-05-01T12:20:00.000Z')
    expect(await tell(next, 'PAID')).toEqual(['PAID', 'CAPTURED'])
    expect(await stateOf(order)).toMatchObject(PAID)
  })

  test('R58: paid the old amount all the same, the tickets are bought and the card gets its part back', async () => {
    const { order, card } = await aHalfPaidOrder()
    expect(await tell(order, 'PAID')).toEqual(['PAID', 'CAPTURED'])
    expect(await stateOf(order)).toEqual({
      ...PAID,
      payments: ['test CAPTURED 20', 'giftCard REFUNDED 8', 'test VOIDED 12'],
    })
    expect(await balanceOf(card)).toBe('8.00')
  })

  test('R58: of two cards, the one that came after the payment gets its part back, the other stays taken', async () => {
    const { order, card, next } = await aHalfPaidOrder()
    const second = await aCard('4.00')
    const { nextPayment } = (await pay(order, second)).body
    expect(nextPayment.amount.value).toBe('8.00')
    expect(await tell(next, 'PAID')).toEqual(['PAID', 'CAPTURED'])
    expect((await stateOf(order)).payments).toEqual([
      'test VOIDED 20',
      'giftCard CAPTURED 8',
      'test CAPTURED 12',
      'giftCard REFUNDED 4',
      'test VOIDED 8',
    ])
    expect([await balanceOf(card), await balanceOf(second)]).toEqual(['0.00', '4.00'])
    expect(await tell({ ...order, paymentId: nextPayment.id }, 'PAID')).toEqual(['PAID', 'REFUNDED'])
  })

  test('R58: two payments paid at once: one buys the tickets, the other goes back, to the cent', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { order, card, next } = await aHalfPaidOrder()
      await Promise.all([tell(order, 'PAID'), tell(next, 'PAID')])
      const { order: sold, payments } = await stateOf(order)
      expect(sold).toEqual(['PAID', true, 2])
      const oldOne = payments[0] === 'test CAPTURED 20'
      expect(payments).toEqual(
        oldOne
          ? ['test CAPTURED 20', 'giftCard REFUNDED 8', 'test REFUNDED 12']
          : ['test REFUNDED 20', 'giftCard CAPTURED 8', 'test CAPTURED 12'],
      )
      expect(await balanceOf(card)).toBe(oldOne ? '8.00' : '0.00')
    }
  })

  test('R58, 9.1: authorized for the rest, then captured or voided; voided, the card has its part again', async () => {
    const first = await aHalfPaidOrder()
    expect(await tell(first.next, 'AUTHORIZED')).toEqual(['AUTHORIZED', 'AUTHORIZED'])
    await must(admin, 'POST', `/events/v1/events/orders/${first.order.orderNumber}/capture`)
    expect(await stateOf(first.order)).toEqual({
      ...PAID,
      payments: ['test VOIDED 20', 'giftCard CAPTURED 8', 'test CAPTURED 12'],
    })
    const second = await aHalfPaidOrder()
    await tell(second.next, 'AUTHORIZED')
    await must(admin, 'POST', `/events/v1/events/orders/${second.order.orderNumber}/void`)
    expect(await stateOf(second.order)).toEqual({
      order: ['VOIDED', false, 0],
      reservation: 'CANCELED',
      stock: [2, 0, 0],
      payments: ['test VOIDED 20', 'giftCard REFUNDED 8', 'test VOIDED 12'],
    })
    expect(await balanceOf(second.card)).toBe('8.00')
  })

  test('R58: another payment that is begun asks for the rest alone', async () => {
    const { order } = await aHalfPaidOrder()
    const { body } = await must(order.guest, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/payments`)
    expect(body.payment).toMatchObject({
      amount: { value: '12.00' },
      payUrl: expect.stringContaining(`http://127.0.0.1:8080/test-payments/${body.payment.id}?token=`),
    })
    expect(await tell({ ...order, paymentId: body.payment.id }, 'PAID')).toEqual(['PAID', 'CAPTURED'])
  })

  test('9.1: PENDING holds on for two hours, once, and the order stays PARTIALLY_PAID', async () => {
    const { order, next } = await aHalfPaidOrder()
    expect(await tell(next, 'PENDING')).toEqual(['PARTIALLY_PAID', 'BEGUN'])
    setNow('2030-05-01T13:00:00.000Z')
    await tell(next, 'PENDING')
    await runJobs('2030-05-01T13:59:59.000Z')
    expect(await stateOf(order)).toMatchObject(HALF)
    await runJobs('2030-05-01T14:00:00.000Z')
    expect((await stateOf(order)).order).toEqual(['CANCELED', false, 0])
  })
})

describe('an order that ends without tickets gives the card its money back, once', () => {
  const GONE = { reservation: expect.stringMatching(/EXPIRED|CANCELED/), stock: [2, 0, 0] }

  test.each<[string, string, (half: Awaited<ReturnType<typeof aHalfPaidOrder>>) => Promise<unknown>]>([
    ['expiry', 'CANCELED', () => runJobs('2030-05-01T12:20:00.000Z')],
    [
      'cancel',
      'CANCELED',
      ({ order }) => must(order.guest, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`),
    ],
    [
      'deletion',
      'CANCELED',
      ({ order }) => must(admin, 'DELETE', `/events/v1/ticket-reservations/${order.reservationId}`),
    ],
    ['decline', 'DECLINED', ({ next }) => tell(next, 'DECLINED')],
    [
      'two hours of a provider that does not decide',
      'CANCELED',
      async ({ next }) => {
        await tell(next, 'PENDING')
        await runJobs('2030-05-01T14:00:00.000Z')
      },
    ],
  ])('R58, 9.1, R169: %s', async (_, status, end) => {
    const half = await aHalfPaidOrder()
    await end(half)
    await Promise.all([runJobs(), runJobs()])
    const { reservation, ...state } = await stateOf(half.order)
    expect(state).toMatchObject({ order: [status, false, 0], stock: GONE.stock })
    expect(state.payments.slice(0, 2)).toEqual(['test VOIDED 20', 'giftCard REFUNDED 8'])
    expect(await balanceOf(half.card)).toBe('8.00')
    const { entries } = (await must(admin, 'GET', `/boxoffice/v1/gift-cards/${half.card.id}/entries`)).body
    expect(entries.map(({ kind }: { kind: string }) => kind)).toEqual(['REFUNDED', 'CAPTURED', 'ISSUED'])
    expect((await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body.cases).toEqual([])
  })

  test('R58: declined by the provider, the card can be used again in the same moment', async () => {
    const { order, card, next } = await aHalfPaidOrder()
    await tell(next, 'DECLINED')
    expect(await balanceOf(card)).toBe('8.00')
    const again = await anOrder({ sale: order })
    expect((await pay(again, card)).body.orderStatus).toBe('PARTIALLY_PAID')
  })

  test('R58, R170: money for the rest that comes after the card had its part back is refunded, for it is too little', async () => {
    const { order, next } = await aHalfPaidOrder()
    await runJobs('2030-05-01T12:30:00.000Z')
    expect(await tell(next, 'PAID')).toEqual(['CANCELED', 'REFUNDED'])
    expect(await stateOf(order)).toMatchObject({ order: ['CANCELED', false, 0], stock: [2, 0, 0] })
  })

  test('R58, R170: the whole amount that comes then takes the tickets again', async () => {
    const { order, card } = await aHalfPaidOrder()
    await runJobs('2030-05-01T12:30:00.000Z')
    expect(await tell(order, 'PAID')).toEqual(['PAID', 'CAPTURED'])
    expect(await stateOf(order)).toMatchObject(PAID)
    expect(await balanceOf(card)).toBe('8.00')
  })

  test('R58, R170: the rest that comes before anybody ended the order takes the tickets again', async () => {
    const { order, card, next } = await aHalfPaidOrder()
    setNow('2030-05-01T12:30:00.000Z')
    await expireOverdue(sql, app.now())
    expect(await tell(next, 'PAID')).toEqual(['PAID', 'CAPTURED'])
    expect(await stateOf(order)).toMatchObject(PAID)
    expect(await balanceOf(card)).toBe('0.00')
  })

  test('R58, R170: the rest that comes for tickets that are gone is refunded, and the card has its part again', async () => {
    const { order, card, next } = await aHalfPaidOrder()
    setNow('2030-05-01T12:30:00.000Z')
    expect((await reserveTickets(await visitor(), order.definitionId, 1)).status).toBe(200)
    expect(await tell(next, 'PAID')).toEqual(['CANCELED', 'REFUNDED'])
    expect(await balanceOf(card)).toBe('8.00')
  })

  test('R58: a card that expired or was disabled meanwhile gets it too, and stays as it is', async () => {
    const order = await anOrder()
    const card = await aCard('8.00', { expirationDate: '2030-05-01T12:10:00.000Z' })
    await pay(order, card)
    await must(admin, 'POST', `/boxoffice/v1/gift-cards/${card.id}/disable`)
    await runJobs('2030-05-01T12:20:00.000Z')
    expect(await balanceOf(card)).toBe('8.00')
    expect(await refusedToPay(await anOrder(), card.code)).toEqual([428, 'GIFT_CARD_NOT_USABLE'])
  })
})

describe('what cannot be paid', () => {
  test('R58: a card that is empty, expired, disabled, in another currency, or not there', async () => {
    const order = await anOrder()
    const reasons: [string, Card][] = []
    const empty = await aCard('20.00')
    await pay(await anOrder(), empty)
    reasons.push(['EMPTY', empty])
    reasons.push(['EXPIRED', await aCard('5', { expirationDate: '2030-05-01T12:00:01.000Z' })])
    const disabled = await aCard('5')
    await must(admin, 'POST', `/boxoffice/v1/gift-cards/${disabled.id}/disable`)
    reasons.push(['DISABLED', disabled])
    reasons.push(['CURRENCY', await aCard('5', { amount: { value: '5', currency: 'USD' } })])
    setNow('2030-05-01T12:00:01.000Z')
    for (const [reason, { code }] of reasons) {
      const answer = await order.guest('POST', pathOf(order), { code })
      expect([refusalOf(answer), answer.body.details.applicationError.data]).toEqual([
        [428, 'GIFT_CARD_NOT_USABLE'],
        { reason },
      ])
      expect(await refusedToPay(order, code)).toEqual([428, 'GIFT_CARD_NOT_USABLE'])
    }
    const site = await otherSite()
    const giftCard = { amount: { value: '5', currency: 'EUR' } }
    const foreign = await must(site.admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })
    for (const code of [foreign.body.code, 'AAAA-AAAA-AAAA-AAAA', '\u0000', '\ud800'])
      expect(await refusedToPay(order, code)).toEqual([404, 'GIFT_CARD_NOT_FOUND'])
  })

  test.each<[string, (order: Purchase) => Promise<unknown>]>([
    ['PENDING', order => tell(order, 'PENDING')],
    ['AUTHORIZED', order => tell(order, 'AUTHORIZED')],
    ['PAID', order => tell(order, 'PAID')],
    ['DECLINED', order => tell(order, 'DECLINED')],
    ['CANCELED', order => must(order.guest, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)],
    ['INITIATED', async () => setNow('2030-05-01T12:20:00.000Z')],
  ])('R58: an order that is %s and waits for no money any more', async (status, become) => {
    const order = await anOrder()
    const card = await aCard('20')
    await become(order)
    const answer = await order.guest('POST', pathOf(order), { code: card.code })
    expect(answer.body.details.applicationError.data).toEqual({ orderNumber: order.orderNumber, status })
    expect(await refusedToPay(order, card.code)).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })

  test('R58: a sixth card', async () => {
    const order = await anOrder()
    for (let count = 0; count < 5; count += 1) await pay(order, await aCard('1'))
    expect(await refusedToPay(order, (await aCard('1')).code)).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })

  test('R22, R25: somebody else’s order, another site’s, an unknown one, staff of other events, no token', async () => {
    const order = await anOrder()
    const { code } = await aCard('20')
    const elsewhere = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [(await anOrder()).eventId] })
    for (const caller of [await visitor(), (await otherSite()).admin])
      expect(await refusedToPay(order, code, caller)).toEqual([404, 'ORDER_NOT_FOUND'])
    expect(await refusedToPay({ ...order, orderNumber: 'AAAA-AAAA-AA' }, code)).toEqual([404, 'ORDER_NOT_FOUND'])
    expect(await refusedToPay(order, code, elsewhere)).toEqual([403, 'PERMISSION_DENIED'])
    expect(await refusedToPay(order, code, anonymous)).toEqual([401, 'UNAUTHENTICATED'])
  })

  test.each<[string, unknown]>([
    ['no code', undefined],
    ['null', null],
    ['an empty one', ''],
    ['one of 61', 'x'.repeat(61)],
    ['a number', 12_345_678],
    ['a list', ['x']],
  ])('R58: %s is a 400', async (_, code) => {
    expect(await refusedToPay(await anOrder(), code)).toEqual([400, ['code']])
  })

  test('api 12: who tries out codes is stopped after twenty in a minute, whoever and whatever order it is', async () => {
    const order = await anOrder()
    const { code } = await aCard('20')
    setNow('2030-05-02T12:00:00.000Z')
    const other = await anOrder()
    // Those of good cards do not count.
    for (let count = 0; count < 25; count += 1) await refusedToPay(order, code, admin)
    const tries = await Promise.all(
      Array.from({ length: 30 }, (_, index) => admin('POST', pathOf(other), { code: `WRONG-${index}` })),
    )
    const codes = tries.map(answer => refusalOf(answer).join(' '))
    expect(codes.filter(each => each === '404 GIFT_CARD_NOT_FOUND')).toHaveLength(20)
    expect(codes.filter(each => each === '429 RESOURCE_EXHAUSTED')).toHaveLength(10)
    const stopped = await other.guest('POST', pathOf(other), { code })
    expect([refusalOf(stopped), stopped.headers['retry-after']]).toEqual([[429, 'RESOURCE_EXHAUSTED'], '60'])
    setNow('2030-05-02T12:01:00.000Z')
    expect((await pay(other, { id: '', code })).body.orderStatus).toBe('PAID')
  })
})

test('R149: acceptGiftCards says whether there is a card that somebody could pay with', async () => {
  const site = await otherSite()
  const accepts = async () => (await must(site.admin, 'GET', '/events/v1/checkout/options')).body.acceptGiftCards
  expect(await accepts()).toBe(false)
  const giftCard = { amount: { value: '5', currency: 'EUR' }, expirationDate: '2030-05-01T13:00:00.000Z' }
  const { id } = (await must(site.admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })).body.giftCard
  expect(await accepts()).toBe(true)
  await must(site.admin, 'POST', `/boxoffice/v1/gift-cards/${id}/disable`)
  expect(await accepts()).toBe(false)
  await must(site.admin, 'POST', `/boxoffice/v1/gift-cards/${id}/enable`)
  setNow('2030-05-01T13:00:00.000Z')
  expect(await accepts()).toBe(false)
})

test('R58, R183: on a site that takes no other payments, another card must pay the rest', async () => {
  const order = await anOrder()
  await sql`update sites set test_payments = false where site_id = ${siteId}`
  try {
    const { body } = await pay(order, await aCard('8.00'))
    expect(body).toMatchObject({ orderStatus: 'PARTIALLY_PAID', due: { value: '12.00' } })
    expect(body).not.toHaveProperty('nextPayment')
    expect((await pay(order, await aCard('12.00'))).body.orderStatus).toBe('PAID')
  } finally {
    await sql`update sites set test_payments = true where site_id = ${siteId}`
  }
})

test('R184: a PARTIALLY_PAID order cannot be confirmed by hand', async () => {
  const { order } = await aHalfPaidOrder()
  const url = `/events/v1/events/${order.eventId}/orders/confirm`
  expect(await refusedWithoutTrace(sql, () => admin('POST', url, { orderNumber: [order.orderNumber] }))).toEqual([
    428,
    'ORDER_ACTION_NOT_AVAILABLE',
  ])
})
