import { describe, expect, test } from 'vitest'
import type { Sql, Tx } from '../../src/db/connect.ts'
import { expireOverdue } from '../../src/ticket-reservations/expire.ts'
import { type Answer, callerOf, type TestApp, testApp } from '../support/app.ts'
import { barrier, collide } from '../support/collisions.ts'
import { aBuyer, anOrganizer, aProcess, type Credentials, type Process } from '../support/processes.ts'
import { aBenefit, aCoupon, aMember } from '../support/promotions.ts'
import { aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../support/sale.ts'
import { dropConstraints, lawsBrokenBy, type Weaker, withoutLocks } from '../support/unprotected.ts'

// Coupons and benefits that are used at the same moment, in several processes.

const app = await testApp()
const [first, second] = [await aProcess(app), await aProcess(app)]
const organizer = await anOrganizer(app)
/** Another installation, for the controls: nothing is locked there, and no constraint refuses. */
const site = await testApp({ lawless: true })
await dropConstraints(site.sql)

type Held = { buyer: Credentials; eventId: string; definitionId: string; reservationId: string }

async function aHold(
  of: TestApp,
  { buyer, quantity = 1, definition = {} }: { buyer?: Credentials; quantity?: number; definition?: object } = {},
): Promise<Held> {
  const { eventId, definitionId } = await aSale(of, { definition: { ...definition } })
  const who = buyer ?? (await aBuyer(of))
  const { body } = await reserveTickets(callerOf(of.app)(who), definitionId, quantity)
  return { buyer: who, eventId, definitionId, reservationId: body.ticketReservation.id }
}

/** Checks a hold out with a coupon, as somebody of an address of their own. */
function buyWith(process: Process, { buyer, ...held }: Held, couponCode: string, more: object = {}): Promise<Answer> {
  const email = `${held.reservationId}@example.org`
  const person = { firstName: 'Bo', lastName: 'Lund', email }
  return checkOut(process.as(buyer), held, { discount: { couponCode }, buyer: person, ...more })
}

const lockingPromotion = (id: string) => (tx: Tx) => tx`select from promotions where promotion_id = ${id} for update`

async function usedOf({ sql }: TestApp, promotionId: string): Promise<number | undefined> {
  const [row] = await sql<{ used: number }[]>`select used from promotions where promotion_id = ${promotionId}`
  return row?.used
}

/** Two processes of the unprotected installation. */
async function weakProcesses(weaker: Weaker): Promise<[Process, Process]> {
  const wrap = (sql: Sql) => withoutLocks(sql, weaker)
  return [await aProcess(site, { wrap }), await aProcess(site, { wrap })]
}

describe('a coupon is used no more often than its limit says', () => {
  test.each([
    ['in two processes', [0, 1]],
    ['in one batch of one process', [0, 0]],
    ['ten at once, in two processes', [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]],
  ])('R59: the last use is wanted %s: one gets it', async (_, where) => {
    const coupon = await aCoupon(app, { usesMax: 1 })
    const holds = await Promise.all(where.map(() => aHold(app)))
    const answers = await collide(
      app.sql,
      lockingPromotion(coupon.id),
      holds.map((held, index) => () => buyWith(where[index] ? second : first, held, coupon.code)),
      new Set(where).size,
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const refused of answers.filter(({ status }) => status !== 200))
      expect(refusalOf(refused)).toEqual([428, 'COUPON_USED_UP'])
    expect(await usedOf(app, coupon.id)).toBe(1)
  })

  test('control: without the lock both get the last use, and verify sees it', async () => {
    const weak = await weakProcesses({ meet: [/insert into contacts/, barrier(2)] })
    const coupon = await aCoupon(site, { usesMax: 1 })
    const holds = [await aHold(site), await aHold(site)]
    const answers = await Promise.all(weak.map((process, index) => buyWith(process, holds[index] as Held, coupon.code)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await lawsBrokenBy(site.sql, coupon.id)).toContain('19-promotions-are-counted')
  })

  test('control: where only the lock is missing, the constraint refuses the second', async () => {
    const wrap = (sql: Sql) => withoutLocks(sql, { meet: [/insert into contacts/, both] })
    const both = barrier(2)
    const weak = [await aProcess(app, { wrap }), await aProcess(app, { wrap })]
    const coupon = await aCoupon(app, { usesMax: 1 })
    const holds = [await aHold(app), await aHold(app)]
    const answers = await Promise.all(weak.map((process, index) => buyWith(process, holds[index] as Held, coupon.code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await usedOf(app, coupon.id)).toBe(1)
  })

  test('R59: one buyer wants it twice at once, of two processes or in one batch', async () => {
    for (const other of [first, second]) {
      const coupon = await aCoupon(app, { usesPerBuyerMax: 1 })
      const buyer = await aBuyer(app)
      const holds = [await aHold(app, { buyer }), await aHold(app, { buyer })] as const
      const answers = await collide(
        app.sql,
        lockingPromotion(coupon.id),
        [() => buyWith(first, holds[0], coupon.code), () => buyWith(other, holds[1], coupon.code)],
        other === first ? 1 : 2,
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 428])
    }
  })

  test('control: without the lock one buyer uses it twice, and verify sees it', async () => {
    const weak = await weakProcesses({ meet: [/insert into contacts/, barrier(2)] })
    const coupon = await aCoupon(site, { usesPerBuyerMax: 1 })
    const buyer = await aBuyer(site)
    const holds = [await aHold(site, { buyer }), await aHold(site, { buyer })]
    const answers = await Promise.all(weak.map((process, index) => buyWith(process, holds[index] as Held, coupon.code)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await lawsBrokenBy(site.sql, coupon.id)).toContain('19-promotions-are-counted')
  })

  test('R170: a use that comes back while ten wait for it goes to one', async () => {
    const coupon = await aCoupon(app, { usesMax: 1, percentOff: '50' })
    const late = await aHold(app)
    const { order } = (await buyWith(first, late, coupon.code)).body
    await expireOverdue(app.sql, new Date(app.now().getTime() + 21 * 60_000))
    const holds = await Promise.all(Array.from({ length: 10 }, () => aHold(app)))
    const pay = () =>
      first.as(organizer)('POST', `/boxoffice/v1/test-payments/${order.snapshotId}/notifications`, {
        notificationId: 'late',
        result: 'PAID',
      })
    const buys = holds.map((held, index) => () => buyWith(index % 2 ? first : second, held, coupon.code))
    const [paid, ...answers] = await collide(app.sql, lockingPromotion(coupon.id), [pay, ...buys], 0)
    // The late money is not stopped by who waits for the coupon, and gets the tickets at the promised price.
    expect(paid?.body).toMatchObject({ orderStatus: 'PAID', payment: { amount: { amount: '5.00' } } })
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
    expect(await usedOf(app, coupon.id)).toBe(1)
  })
})

describe('a benefit discounts no more tickets than its quantity', () => {
  test('R53: two orders of two tickets want three: one gets two, the other one', async () => {
    const { caller, memberId } = await aMember(app)
    const benefit = await aBenefit(app, memberId, { quantityMax: 3 })
    const { planOrderId, benefitId } = benefit
    const [row] = await app.sql`select promotion_id from pricing_plan_benefits where benefit_id = ${benefitId}`
    const holds = await Promise.all(
      [1, 2].map(async () => {
        const sale = await aSale(app)
        const reservationId = (await reserveTickets(caller, sale.definitionId, 2)).body.ticketReservation.id
        return { ...sale, reservationId }
      }),
    )
    const answers = await collide(
      app.sql,
      lockingPromotion(row?.promotionId),
      holds.map(
        (held, index) => () =>
          checkOut((index ? second : first).as(organizer), held, {
            memberId,
            paidPlanBenefit: { planOrderId, benefitId },
          }),
      ),
    )
    const discounted = answers.map(
      ({ body }) => body.order.invoice.discount.discounts[0].paidPlan.percentDiscount.quantityDiscounted,
    )
    expect(discounted.sort()).toEqual([1, 2])
    expect(await usedOf(app, row?.promotionId)).toBe(3)
  })
})

describe('an order is paid at the price that it has', () => {
  const priceAnew = (process: Process, { buyer, eventId }: Held, orderNumber: string, couponCode: string) =>
    process.as(buyer)('PATCH', `/events/v1/checkout/${orderNumber}`, { eventId, discount: { couponCode } })
  const pay = (process: Process, by: Credentials, paymentId: string) =>
    process.as(by)('POST', `/boxoffice/v1/test-payments/${paymentId}/notifications`, {
      notificationId: 'paid',
      result: 'PAID',
    })
  const lockingHold =
    ({ reservationId }: Held) =>
    (tx: Tx) =>
      tx`select from ticket_reservations where ticket_reservation_id = ${reservationId} for update`

  test.each(['money', 'update'])(
    'R173: the money of the old price and an update at once, the %s first',
    async which => {
      const held = await aHold(app)
      const { code } = await aCoupon(app)
      const { order } = (await checkOut(first.as(held.buyer), held)).body
      const money = () => pay(second, organizer, order.snapshotId)
      const update = () => priceAnew(first, held, order.orderNumber, code)
      const answers = await collide(app.sql, lockingHold(held), which === 'money' ? [money, update] : [update, money])
      if (which === 'money') {
        expect(answers[0]?.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'CAPTURED' } })
        expect(refusalOf(answers[1] as Answer)).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
      } else {
        expect(answers[0]?.body.order).toMatchObject({ status: 'INITIATED', totalPrice: { amount: '9.00' } })
        // What was paid too much goes back; the rest pays the new price.
        expect(answers[1]?.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'CAPTURED' } })
      }
    },
  )

  test('control: without the locks the old money pays the new price, and verify sees it', async () => {
    const held = await aHold(site)
    const { code } = await aCoupon(site)
    const { order } = (await checkOut(site.admin, held)).body
    const payMeanwhile = async () => void (await pay(weakOther, held.buyer, order.snapshotId))
    const [weakOther] = await weakProcesses({})
    const [weakOne] = await weakProcesses({ meet: [/delete from promotion_uses/, payMeanwhile] })
    await priceAnew(weakOne, held, order.orderNumber, code)
    expect((await lawsBrokenBy(site.sql, order.orderNumber)).length).toBeGreaterThan(0)
  })
})

describe('an event sells in one currency', () => {
  const changeCurrency = (process: Process, by: Credentials, { eventId }: Held) =>
    process.as(by)('POST', '/events/v3/ticket-definitions/currency', { eventId, currency: 'USD' })
  const lockingEvent =
    ({ eventId }: Held) =>
    (tx: Tx) =>
      tx`select from events where event_id = ${eventId} for update`

  test.each(['checkout', 'change'])(
    'R108, R109: a checkout and a change of currency at once, the %s first',
    async which => {
      const held = await aHold(app, { definition: FREE })
      const buy = () => checkOut(first.as(held.buyer), held)
      const change = () => changeCurrency(second, organizer, held)
      const answers = await collide(app.sql, lockingEvent(held), which === 'checkout' ? [buy, change] : [change, buy])
      const refused = which === 'checkout' ? 'CURRENCY_LOCKED' : 'CURRENCY_CHANGED'
      expect(answers.map(({ status }) => status)).toEqual([200, 428])
      expect(refusalOf(answers[1] as Answer)).toEqual([428, refused])
    },
  )

  test('control: without the locks an order is made in a currency that the event no longer sells in', async () => {
    const held = await aHold(site)
    const by = await anOrganizer(site)
    const changeMeanwhile = async () => void (await changeCurrency(weakOther, by, held))
    const weaker = { replace: [[/\bfor key share/, ''] as const] }
    const [weakOther] = await weakProcesses(weaker)
    const [weakOne] = await weakProcesses({ ...weaker, meet: [/insert into contacts/, changeMeanwhile] })
    const { status, body } = await checkOut(weakOne.as(held.buyer), held)
    expect([status, body.order.totalPrice.currency]).toEqual([200, 'EUR'])
    const { definitions } = (
      await must(callerOf(site.app)(by), 'GET', `/events/v1/checkout/available-tickets?eventId=${held.eventId}&limit=1`)
    ).body
    expect(definitions[0].price.currency).toBe('USD')
  })
})
