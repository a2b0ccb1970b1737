import { describe, expect, test } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import { closeHalfPaid } from '../../src/orders/abandoned.ts'
import { carryOutDue } from '../../src/orders/carry-out-due.ts'
import { expireOverdue } from '../../src/ticket-reservations/expire.ts'
import { type Answer, type TestApp, testApp } from '../support/app.ts'
import { barrier, collide, lockingReservation } from '../support/collisions.ts'
import { anOrganizer, aProcess, type Process } from '../support/processes.ts'
import { aSale, checkOut, must, refusalOf, reserveTickets } from '../support/sale.ts'
import { dropConstraints, lawsBrokenBy, type Weaker, withoutLocks } from '../support/unprotected.ts'

// One card, or one order, at the same moment from several sides: money is taken once and goes back once.

const app = await testApp()
const [first, second] = [await aProcess(app), await aProcess(app)]
const organizer = await anOrganizer(app)
/** Another installation, for the controls: nothing is locked there, and no constraint refuses. */
const site = await testApp({ lawless: true })
const [takenTwice, returnedTwice] = [await aCard(site, '20.00'), await aCard(site, '8.00')]
await dropConstraints(site.sql)

type Order = { eventId: string; reservationId: string; orderNumber: string; snapshotId: string }
type Card = { id: string; code: string }

async function anOrder(of: TestApp): Promise<Order> {
  const { eventId, definitionId } = await aSale(of)
  const reservationId: string = (await reserveTickets(of.admin, definitionId, 2)).body.ticketReservation.id
  const { orderNumber, snapshotId } = (await checkOut(of.admin, { eventId, reservationId })).body.order
  return { eventId, reservationId, orderNumber, snapshotId }
}

async function aCard(of: TestApp, value: string): Promise<Card> {
  const giftCard = { amount: { value, currency: 'EUR' } }
  const { body } = await must(of.admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })
  return { id: body.giftCard.id, code: body.code }
}

async function balanceOf(of: TestApp, { id }: Card): Promise<string> {
  return (await must(of.admin, 'GET', `/boxoffice/v1/gift-cards/${id}`)).body.giftCard.balance.value
}

const pay = (at: Process, { orderNumber }: Order, { code }: Card, by = organizer): Promise<Answer> =>
  at.as(by)('POST', `/boxoffice/v1/orders/${orderNumber}/gift-card-payments`, { code })

function lockingCard({ id }: Card) {
  return (tx: Parameters<Parameters<typeof app.sql.begin>[1]>[0]) =>
    tx`select from gift_cards where gift_card_id = ${id} for update`
}

describe('a card’s money is taken once', () => {
  test('R58: two orders of 20.00 with one card of 30.00: the one is paid, the other has what is left', async () => {
    const card = await aCard(app, '30.00')
    const orders = [await anOrder(app), await anOrder(app)]
    const answers = await collide(
      app.sql,
      lockingCard(card),
      orders.map((order, index) => () => pay(index === 0 ? first : second, order, card)),
    )
    expect(answers.map(({ body }) => [body.orderStatus, body.due.value])).toEqual([
      ['PAID', '0.00'],
      ['PARTIALLY_PAID', '10.00'],
    ])
    expect(await balanceOf(app, card)).toBe('0.00')
  })

  test('R58: with one of 20.00 the second finds it empty', async () => {
    const card = await aCard(app, '20.00')
    const orders = [await anOrder(app), await anOrder(app)]
    const answers = await collide(
      app.sql,
      lockingCard(card),
      orders.map((order, index) => () => pay(index === 0 ? first : second, order, card)),
    )
    expect(answers[0]?.body.orderStatus).toBe('PAID')
    expect(refusalOf(answers[1] as Answer)).toEqual([428, 'GIFT_CARD_NOT_USABLE'])
  })

  test('control: without the locks, the condition and the constraint both take it, and verify sees it', async () => {
    const weaker: Weaker = {
      meet: [/update gift_cards/, barrier(2)],
      replace: [[/and balance_minor \+ $/, 'and 0 * ']],
    }
    const wrap = (sql: Sql) => withoutLocks(sql, weaker)
    const [weakOne, weakOther] = [await aProcess(site, { wrap }), await aProcess(site, { wrap })]
    const by = await anOrganizer(site)
    const card = takenTwice
    const orders = [await anOrder(site), await anOrder(site)]
    const answers = await Promise.all(
      orders.map((order, index) => pay(index === 0 ? weakOne : weakOther, order, card, by)),
    )
    expect(answers.map(({ body }) => body.orderStatus)).toEqual(['PAID', 'PAID'])
    expect(await balanceOf(site, card)).toBe('-20.00')
    expect(await lawsBrokenBy(site.sql, card.id)).toContain('18-gift-cards-keep-their-balance')
  })

  test('R58: ten payments of one order with one card at once take it once', async () => {
    const card = await aCard(app, '8.00')
    const order = await anOrder(app)
    const answers = await collide(
      app.sql,
      lockingReservation(order.reservationId),
      Array.from({ length: 10 }, (_, index) => () => pay(index % 2 ? first : second, order, card)),
      4, // connections that a process has for transactions
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await balanceOf(app, card)).toBe('0.00')
  })
})

describe('an order is paid once', () => {
  test('R58: a card and the buyer’s money at once: whoever comes second pays nothing', async () => {
    for (const cardFirst of [true, false]) {
      const card = await aCard(app, '20.00')
      const order = await anOrder(app)
      const byCard = () => pay(first, order, card)
      const byMoney = () => tell(second, order.snapshotId, 'PAID')
      const contenders = cardFirst ? [byCard, byMoney] : [byMoney, byCard]
      const answers = await collide(app.sql, lockingReservation(order.reservationId), contenders)
      expect(answers.map(({ status }) => status)).toEqual(cardFirst ? [200, 200] : [200, 428])
      expect(await statesOf(order)).toEqual(
        cardFirst ? ['PAID', 'test REFUNDED', 'giftCard CAPTURED'] : ['PAID', 'test CAPTURED'],
      )
      expect(await balanceOf(app, card)).toBe(cardFirst ? '0.00' : '20.00')
    }
  })

  test('R58: a card and the end of the hold at once: tickets for its money, or its money on it', async () => {
    for (const cardFirst of [true, false]) {
      const card = await aCard(app, '8.00')
      const order = await anOrder(app)
      const late = new Date(app.now().getTime() + 21 * 60_000)
      const byCard = async () => (await pay(first, order, card)).status
      const expire = () => expireOverdue(second.sql, late)
      await collide<number>(
        app.sql,
        lockingReservation(order.reservationId),
        cardFirst ? [byCard, expire] : [expire, byCard],
      )
      await Promise.all([closeHalfPaid(first.sql, late), closeHalfPaid(second.sql, late)])
      await Promise.all([carryOutDue(first.sql, late), carryOutDue(second.sql, late)])
      expect(await statesOf(order)).toEqual(
        cardFirst ? ['CANCELED', 'test VOIDED', 'giftCard REFUNDED', 'test VOIDED'] : ['INITIATED', 'test BEGUN'],
      )
      expect(await balanceOf(app, card)).toBe('8.00')
    }
  })
})

describe('a card’s money goes back once', () => {
  test('R58: the job in two processes, the answer to a decline, and the buyer who cancels, all at once', async () => {
    const card = await aCard(app, '8.00')
    const order = await anOrder(app)
    const { nextPayment } = (await pay(first, order, card)).body
    const url = `/events/v1/ticket-reservations/${order.reservationId}/cancel`
    await Promise.allSettled([
      tell(first, nextPayment.id, 'DECLINED'),
      second.as(organizer)('POST', url),
      ...[1, 2, 3].map(() => carryOutDue(first.sql, app.now())),
      ...[1, 2, 3].map(() => carryOutDue(second.sql, app.now())),
    ])
    await carryOutDue(app.sql, new Date(app.now().getTime() + 60_000))
    expect(await balanceOf(app, card)).toBe('8.00')
    expect((await statesOf(order))[2]).toBe('giftCard REFUNDED')
  })

  test('control: without the locks and the index it goes back twice, and verify sees it', async () => {
    const card = returnedTwice
    const order = await anOrder(site)
    const by = await anOrganizer(site)
    const { payment } = (await pay(await aProcess(site), order, card, by)).body
    await must(site.admin, 'POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)
    const arrived = Promise.withResolvers<void>()
    const both = barrier(2)
    const meet = () => {
      arrived.resolve()
      return both()
    }
    const wrap = (sql: Sql) => withoutLocks(sql, { meet: [/update gift_cards/, meet] })
    const [weakOne, weakOther] = [await aProcess(site, { wrap }), await aProcess(site, { wrap })]
    const one = carryOutDue(weakOne.sql, site.now())
    await arrived.promise
    // A minute later it is thought to be dead.
    const other = carryOutDue(weakOther.sql, new Date(site.now().getTime() + 60_000))
    expect(await Promise.all([one, other])).toEqual([1, 1])
    expect(await balanceOf(site, card)).toBe('16.00')
    expect(await lawsBrokenBy(site.sql, payment.id)).toContain('18-gift-cards-keep-their-balance')
  })
})

describe('an authorization ends once', () => {
  test.each([
    ['capture, void', ['capture', 'void'], 'PAID'],
    ['void, capture', ['void', 'capture'], 'VOIDED'],
  ])('R188: %s at once: the first one counts', async (_, verbs, status) => {
    const order = await anOrder(app)
    await tell(first, order.snapshotId, 'AUTHORIZED')
    const answers = await collide(
      app.sql,
      lockingReservation(order.reservationId),
      verbs.map(
        (verb, index) => () =>
          (index === 0 ? first : second).as(organizer)('POST', `/events/v1/events/orders/${order.orderNumber}/${verb}`),
      ),
    )
    expect(answers.map(answer => (answer.status === 200 ? 200 : refusalOf(answer)))).toEqual([
      200,
      [428, 'ORDER_STATUS_NOT_AUTHORIZED'],
    ])
    expect((await statesOf(order))[0]).toBe(status)
  })

  test('R188, R135: a capture and a cancellation at once: sold or canceled, and the money with it', async () => {
    for (const captureFirst of [true, false]) {
      const order = await anOrder(app)
      await tell(first, order.snapshotId, 'AUTHORIZED')
      const capture = () => first.as(organizer)('POST', `/events/v1/events/orders/${order.orderNumber}/capture`)
      const cancel = () => second.as(organizer)('POST', `/events/v1/ticket-reservations/${order.reservationId}/cancel`)
      const contenders = captureFirst ? [capture, cancel] : [cancel, capture]
      await collide(app.sql, lockingReservation(order.reservationId), contenders)
      await carryOutDue(app.sql, new Date(app.now().getTime() + 60_000))
      await carryOutDue(app.sql, new Date(app.now().getTime() + 120_000))
      const [status, payment] = await statesOf(order)
      expect(status).toBe('CANCELED')
      // Captured before the cancellation it bought tickets, and a person decides; else it was never ours.
      expect(['test CAPTURED', 'test REFUNDED', 'test VOIDED']).toContain(payment)
    }
  })

  test('control: without the locks, it is captured and voided, and verify sees it', async () => {
    const weaker: Weaker = { meet: [/update orders/, barrier(2)] }
    const wrap = (sql: Sql) => withoutLocks(sql, weaker)
    const [weakOne, weakOther] = [await aProcess(site, { wrap }), await aProcess(site, { wrap })]
    const by = await anOrganizer(site)
    const order = await anOrder(site)
    await must(site.admin, 'POST', `/boxoffice/v1/test-payments/${order.snapshotId}/notifications`, {
      notificationId: 'n',
      result: 'AUTHORIZED',
    })
    const url = `/events/v1/events/orders/${order.orderNumber}`
    const answers = await Promise.all([
      weakOne.as(by)('POST', `${url}/capture`),
      weakOther.as(by)('POST', `${url}/void`),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await lawsBrokenBy(site.sql, order.orderNumber)).not.toEqual([])
  })
})

function tell(bank: Process, paymentId: string, result: string): Promise<Answer> {
  const url = `/boxoffice/v1/test-payments/${paymentId}/notifications`
  return bank.as(organizer)('POST', url, { notificationId: result, result })
}

/** Of an order and of its payments, in the order in which they were begun. */
async function statesOf({ orderNumber }: Order): Promise<string[]> {
  const [order] = await app.sql<{ status: string }[]>`select status from orders where order_number = ${orderNumber}`
  const payments = await app.sql<{ provider: string; status: string }[]>`
    select provider, status from payments where order_number = ${orderNumber} order by ordinal`
  return [order?.status ?? '', ...payments.map(({ provider, status }) => `${provider} ${status}`)]
}
