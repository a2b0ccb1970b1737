import { CheckoutResponse, GetInvoiceResponse, GetOrderResponse } from '@wix/auto_sdk_events_orders/schemas'
import { CreateTicketReservationResponse } from '@wix/auto_sdk_events_ticket-reservations/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { clientOf } from '../../test/contract/client.ts'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aBenefit, aCoupon, aMember } from '../../test/support/promotions.ts'
import { ADA, aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned } from './abandoned.ts'

const app = await testApp({ serviceFeePercent: '2.5' })
const { sql, admin, visitor, otherSite, setNow } = app
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })
const PRICE = (value: string) => ({ pricingMethod: { fixedPrice: { value, currency: 'EUR' } } })
const DONATION = { pricingMethod: { guestPrice: { value: '10.00', currency: 'EUR' } } }
const GIVEN_UP = [428, 'COUPON_USED_UP']

type Hold = { eventId: string; definitionId: string; reservationId: string; guest: Caller }

/** A hold of a new visitor, or of somebody, on a sale at 10.00 each. */
async function aHold({
  guest,
  sale,
  quantity = 1,
  definition = {},
  event = {},
}: {
  guest?: Caller
  sale?: { eventId: string; definitionId: string }
  quantity?: number
  definition?: object
  event?: object
} = {}): Promise<Hold> {
  const on = sale ?? (await aSale(app, { event: { ...event }, definition: { ...definition } }))
  const caller = guest ?? (await visitor())
  const reservationId = (await reserveTickets(caller, on.definitionId, quantity)).body.ticketReservation.id
  return { ...on, guest: caller, reservationId }
}

const withCoupon = (couponCode: string) => ({ discount: { couponCode } })
const buyingAs = (email: string) => ({ buyer: { firstName: 'Bo', lastName: 'Lund', email } })
const invoiceOf = (hold: Hold, more: object = {}, caller = hold.guest) =>
  must(caller, 'POST', `/events/v1/checkout/invoices/${hold.reservationId}`, { eventId: hold.eventId, ...more })
const errorsOf = async (hold: Hold, more: object) =>
  (await invoiceOf(hold, more)).body.discountErrors.error.map(({ code }: { code: string }) => code)

/** What the coupon takes off the hold in a preview. */
async function previewed(hold: Hold, couponCode: string) {
  const { body } = await invoiceOf(hold, { withDiscount: { couponCode } })
  expect(judgedByClient(GetInvoiceResponse, body)).toEqual([])
  return { off: body.invoice.discount?.amount.amount, errors: body.discountErrors.error }
}

describe('a coupon in invoice and checkout', () => {
  test('R36, R50, R54, R55, R39: taken off before tax and fee, the same in preview, order and payment', async () => {
    const tax = { tickets: { taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '10' } } }
    const definition = { ...PRICE('40'), feeType: 'FEE_ADDED_AT_CHECKOUT' }
    const hold = await aHold({ quantity: 2, event: tax, definition })
    const { id: couponId, code } = await aCoupon(app, { percentOff: '25', name: 'Spring' })
    const preview = await invoiceOf(hold, { withDiscount: { couponCode: code.toLowerCase() } })
    expect(judgedByClient(GetInvoiceResponse, preview.body)).toEqual([])
    const coupon = { code, name: 'Spring', couponId }
    const discount = {
      ...coupon, // the deprecated copies
      amount: EUR('20.00'),
      afterDiscount: EUR('60.00'),
      discounts: [{ coupon, amount: EUR('20.00') }],
    }
    expect(preview.body.discountErrors).toEqual({ error: [] })
    expect(preview.body.invoice).toMatchObject({
      items: [
        { price: EUR('40.00'), total: EUR('80.00'), discount, tax: { taxable: EUR('60.00'), amount: EUR('6.00') } },
      ],
      total: EUR('60.00'),
      discount,
      subTotal: EUR('80.00'),
      grandTotal: EUR('67.65'), // 60 + 6, and 2.5 % of both
      revenue: EUR('66.00'),
    })
    const { body } = await checkOut(hold.guest, hold, withCoupon(code))
    expect(judgedByClient(CheckoutResponse, body)).toEqual([])
    expect(body.order).toMatchObject({ totalPrice: EUR('67.65'), invoice: preview.body.invoice })
    const [payment] = await sql`select amount_minor from payments where order_number = ${body.order.orderNumber}`
    expect(payment).toEqual({ amountMinor: 6765 })
    const path = `/events/v1/events/${hold.eventId}/orders/${body.order.orderNumber}?fieldset=INVOICE`
    const read = await must(hold.guest, 'GET', path)
    expect(judgedByClient(GetOrderResponse, read.body)).toEqual([])
    expect(read.body.order.invoice).toEqual(preview.body.invoice)
  })

  test('R163: nothing left to pay is FREE, confirmed, with its tickets at once', async () => {
    const hold = await aHold({ quantity: 2 })
    const { code } = await aCoupon(app, { percentOff: '100' })
    const { order } = (await checkOut(hold.guest, hold, withCoupon(code))).body
    expect(order).toMatchObject({ status: 'FREE', confirmed: true, totalPrice: EUR('0.00') })
    expect(order.tickets).toHaveLength(2)
    expect(order).not.toHaveProperty('snapshotId')
  })

  test('R47, R165: in person without a fee, with the coupon', async () => {
    const hold = await aHold({ definition: { ...PRICE('40'), feeType: 'FEE_ADDED_AT_CHECKOUT' } })
    const { code } = await aCoupon(app, { amountOff: { value: '15', currency: 'EUR' } })
    const { order } = (await checkOut(admin, hold, { ...withCoupon(code), options: { payInPerson: true } })).body
    expect(order).toMatchObject({ status: 'OFFLINE_PENDING', totalPrice: EUR('25.00'), invoice: { fees: [] } })
  })

  test('R51: for all, for one event, for one definition; once, or of each ticket', async () => {
    const sale = await aSale(app)
    const other = (await aDefinition(app, sale.eventId, PRICE('20'))).id
    const guest = await visitor()
    const reservationId = (await reserveTickets(guest, [sale.definitionId, other], 2)).body.ticketReservation.id
    const hold = { ...sale, guest, reservationId }
    const five = { amountOff: { value: '5', currency: 'EUR' } }
    const elsewhere = await aSale(app)
    const cases: [object, string | undefined][] = [
      [{}, '6.00'],
      [{ scope: { group: 'event' } }, '6.00'],
      [{ scope: { group: 'ticket' } }, '6.00'],
      [{ scope: { group: 'event', entityId: sale.eventId } }, '6.00'],
      [{ scope: { group: 'ticket', entityId: other } }, '4.00'],
      [{ scope: { group: 'event', entityId: elsewhere.eventId } }, undefined],
      [{ scope: { group: 'ticket', entityId: elsewhere.definitionId } }, undefined],
      [five, '5.00'],
      [{ ...five, appliesPer: 'TICKET' }, '20.00'],
      [{ ...five, appliesPer: 'TICKET', scope: { group: 'ticket', entityId: other } }, '10.00'],
    ]
    for (const [terms, off] of cases)
      expect(await previewed(hold, (await aCoupon(app, { ...terms })).code)).toEqual({
        off,
        errors: off === undefined ? [{ code: 'COUPON_NOT_APPLICABLE' }] : [],
      })
  })

  test('R52: never off free tickets or a guest’s price, and only off the others beside them', async () => {
    const sale = await aSale(app, { definition: FREE })
    const donation = (await aDefinition(app, sale.eventId, DONATION)).id
    const priced = (await aDefinition(app, sale.eventId, PRICE('20'))).id
    const guest = await visitor()
    const held = async (ids: string[]) => {
      const reservationId = (await reserveTickets(guest, ids)).body.ticketReservation.id
      return { ...sale, guest, reservationId }
    }
    const { code } = await aCoupon(app, { percentOff: '50' })
    const without = await held([sale.definitionId, donation])
    expect(await refusedWithoutTrace(sql, () => checkOut(guest, without, withCoupon(code)))).toEqual([
      428,
      'COUPON_NOT_APPLICABLE',
    ])
    const { order } = (await checkOut(guest, await held([sale.definitionId, donation, priced]), withCoupon(code))).body
    expect(order.invoice.items.map((item: { discount?: object }) => item.discount !== undefined)).toEqual([
      false,
      false,
      true,
    ])
    expect(order.totalPrice).toEqual(EUR('20.00'))
  })

  test('R56, R59, R154: whatever forbids it is told in the preview and refused in the checkout, and nothing is changed', async () => {
    const hold = await aHold()
    const site = await otherSite()
    const refusals: [object, string][] = [
      [{ active: false }, 'COUPON_NOT_FOUND'],
      [{ startDate: '2030-05-01T12:00:00.001Z' }, 'COUPON_NOT_STARTED'],
      [{ endDate: START }, 'COUPON_EXPIRED'],
      [{ minimumSubTotal: { value: '10.01', currency: 'EUR' } }, 'COUPON_MINIMUM_NOT_REACHED'],
      [{ minimumSubTotal: { value: '5', currency: 'USD' } }, 'COUPON_NOT_APPLICABLE'],
      [{ amountOff: { value: '5', currency: 'USD' } }, 'COUPON_NOT_APPLICABLE'],
      [{ percentOff: '0.01' }, 'COUPON_NOT_APPLICABLE'], // a hundredth of a percent of 10.00 rounds to nothing
    ]
    const codes = await Promise.all(
      refusals.map(async ([terms, expected]) => [(await aCoupon(app, { ...terms })).code, expected] as const),
    )
    const foreign = (await aCoupon(site)).code
    for (const [code, expected] of [...codes, ['NOPE', 'COUPON_NOT_FOUND'], [foreign, 'COUPON_NOT_FOUND']] as const) {
      const before = await ledgerOf(sql)
      const { invoice } = (await invoiceOf(hold)).body
      const preview = await invoiceOf(hold, { withDiscount: { couponCode: code } })
      expect(preview.body).toMatchObject({ invoice, discountErrors: { error: [{ code: expected }] } })
      expect(await ledgerOf(sql)).toEqual(before)
      expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold, withCoupon(code)))).toEqual([
        428,
        expected,
      ])
    }
    const { code } = await aCoupon(app, {
      startDate: START,
      endDate: '2030-05-01T12:00:00.001Z',
      minimumSubTotal: { value: '10', currency: 'EUR' },
    })
    expect((await checkOut(hold.guest, hold, withCoupon(` ${code} `))).body.order.totalPrice).toEqual(EUR('9.00'))
  })

  test.each<[string, object, string[]]>([
    ['a code of 21 characters', { discount: { couponCode: 'x'.repeat(21) } }, ['discount.couponCode']],
    ['a code that is a number', { discount: { couponCode: 7 } }, ['discount.couponCode']],
    ['a discount that is a text', { discount: 'SUMMER' }, ['discount']],
    ['a plan order that is no GUID', { paidPlanBenefit: { planOrderId: '7' } }, ['paidPlanBenefit.planOrderId']],
    ['a benefit that is no GUID', { paidPlanBenefit: { benefitId: 7 } }, ['paidPlanBenefit.benefitId']],
  ])('R50, R172: %s is refused by field', async (_, more, fields) => {
    const hold = await aHold()
    expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold, { ...more }))).toEqual([400, fields])
    const { discount, ...rest } = more as { discount?: unknown }
    const body = { eventId: hold.eventId, ...(discount !== undefined && { withDiscount: discount }), ...rest }
    expect(refusalOf(await hold.guest('POST', `/events/v1/checkout/invoices/${hold.reservationId}`, body))).toEqual([
      400,
      fields.map(field => field.replace(/^discount/, 'withDiscount')),
    ])
  })
})

describe('how often a coupon is used', () => {
  test('R59: no more often than its limit, and what is refused uses nothing', async () => {
    const { id, code } = await aCoupon(app, { usesMax: 2 })
    for (const _ of [1, 2]) {
      const hold = await aHold()
      expect((await checkOut(hold.guest, hold, withCoupon(code))).status).toBe(200)
    }
    const third = await aHold()
    expect(await errorsOf(third, { withDiscount: { couponCode: code } })).toEqual(['COUPON_USED_UP'])
    expect(await refusedWithoutTrace(sql, () => checkOut(third.guest, third, withCoupon(code)))).toEqual(GIVEN_UP)
    expect((await must(admin, 'GET', `/boxoffice/v1/coupons/${id}`)).body.coupon.uses).toBe(2)
  })

  test('R59: once for a buyer, by e-mail address or as the same visitor', async () => {
    const { code } = await aCoupon(app, { usesPerBuyerMax: 1 })
    const first = await aHold()
    await must(first.guest, 'POST', '/events/v1/checkout', {
      eventId: first.eventId,
      reservationId: first.reservationId,
      guests: [{ form: ADA }],
      ...withCoupon(code),
      ...buyingAs('Bo@Example.org'),
    })
    const sameVisitor = await aHold({ guest: first.guest })
    expect(await errorsOf(sameVisitor, { withDiscount: { couponCode: code } })).toEqual(['COUPON_USED_UP'])
    const more = { ...withCoupon(code), ...buyingAs('other@example.org') }
    expect(await refusedWithoutTrace(sql, () => checkOut(first.guest, sameVisitor, more))).toEqual(GIVEN_UP)
    const sameAddress = await aHold()
    expect(
      await refusedWithoutTrace(sql, () =>
        checkOut(sameAddress.guest, sameAddress, { ...withCoupon(code), ...buyingAs('bo@example.ORG') }),
      ),
    ).toEqual(GIVEN_UP)
    expect((await checkOut(sameAddress.guest, sameAddress, withCoupon(code))).status).toBe(200) // Ada has not
  })

  test('R169: what an order that was declined, canceled or has expired used comes back', async () => {
    const { code } = await aCoupon(app, { usesMax: 1 })
    const endings: ((
      order: { snapshotId: string; reservationId: string; orderNumber: string },
      guest: Caller,
    ) => Promise<unknown>)[] = [
      ({ snapshotId }, guest) =>
        must(guest, 'POST', `/boxoffice/v1/test-payments/${snapshotId}/notifications`, {
          notificationId: 'no',
          result: 'DECLINED',
        }),
      ({ reservationId }, guest) => must(guest, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`),
      async () => {
        setNow('2030-05-01T12:20:00.000Z')
        await expireOverdue(sql, app.now())
      },
      async () => {
        setNow('2030-05-01T15:00:00.000Z')
        await expireOverdue(sql, app.now())
        await closeAbandoned(sql, app.now())
      },
      ({ reservationId }) => must(admin, 'DELETE', `/events/v1/ticket-reservations/${reservationId}`),
    ]
    for (const end of endings) {
      const hold = await aHold()
      const { order } = (
        await must(hold.guest, 'POST', '/events/v1/checkout', {
          eventId: hold.eventId,
          reservationId: hold.reservationId,
          guests: [{ form: ADA }],
          ...withCoupon(code),
        })
      ).body
      const next = await aHold()
      expect(refusalOf(await checkOut(next.guest, next, withCoupon(code)))).toEqual(GIVEN_UP)
      await end(order, hold.guest)
      const another = await aHold()
      expect(await errorsOf(another, { withDiscount: { couponCode: code } })).toEqual([])
    }
  })

  test('R191: its use outlives the contact that it was counted for', async () => {
    const { id, code } = await aCoupon(app, { usesPerBuyerMax: 1 })
    const hold = await aHold()
    const more = { ...withCoupon(code), ...buyingAs('first@example.org'), options: { payInPerson: true } }
    const { order } = (await checkOut(admin, hold, more)).body
    const path = `/events/v1/events/${hold.eventId}/orders/${order.orderNumber}`
    await must(admin, 'PATCH', path, { fields: 'checkoutForm', checkoutForm: ADA })
    await must(admin, 'POST', `/boxoffice/v1/contacts/${order.contactId}/anonymize`, {})
    expect((await must(admin, 'GET', `/boxoffice/v1/coupons/${id}`)).body.coupon.uses).toBe(1)
  })

  test('R59: a buyer whose first try came to nothing may use it again', async () => {
    const { code } = await aCoupon(app, { usesPerBuyerMax: 1 })
    const hold = await aHold()
    await checkOut(hold.guest, hold, withCoupon(code))
    await must(hold.guest, 'POST', `/events/v1/ticket-reservations/${hold.reservationId}/cancel`)
    const again = await aHold({ guest: hold.guest })
    expect((await checkOut(again.guest, again, withCoupon(code))).status).toBe(200)
  })

  test('R168, R170: late money gets the tickets at the promised price, also where somebody else has the use now', async () => {
    const { id, code } = await aCoupon(app, { usesMax: 1, percentOff: '50' })
    const late = await aHold()
    const { order } = (await checkOut(late.guest, late, withCoupon(code))).body
    setNow('2030-05-01T12:21:00.000Z')
    await expireOverdue(sql, app.now())
    const next = await aHold()
    expect((await checkOut(next.guest, next, withCoupon(code))).status).toBe(200)
    const paid = await must(late.guest, 'POST', `/boxoffice/v1/test-payments/${order.snapshotId}/notifications`, {
      notificationId: 'late',
      result: 'PAID',
    })
    expect(paid.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'CAPTURED', amount: EUR('5.00') } })
    expect((await must(admin, 'GET', `/boxoffice/v1/coupons/${id}`)).body.coupon.uses).toBe(1)
  })

  test('R168: late money whose use nobody took meanwhile still counts', async () => {
    const { id, code } = await aCoupon(app, { usesMax: 1 })
    const late = await aHold()
    const { order } = (await checkOut(late.guest, late, withCoupon(code))).body
    setNow('2030-05-01T12:21:00.000Z')
    await expireOverdue(sql, app.now())
    await must(late.guest, 'POST', `/boxoffice/v1/test-payments/${order.snapshotId}/notifications`, {
      notificationId: 'late',
      result: 'PAID',
    })
    const next = await aHold()
    expect(await refusedWithoutTrace(sql, () => checkOut(next.guest, next, withCoupon(code)))).toEqual(GIVEN_UP)
    expect((await must(admin, 'GET', `/boxoffice/v1/coupons/${id}`)).body.coupon.uses).toBe(1)
  })
})

describe('a benefit of a pricing plan', () => {
  const named = ({ planOrderId, benefitId }: { planOrderId: string; benefitId: string }) => ({
    paidPlanBenefit: { planOrderId, benefitId },
  })
  /** A hold of a member whose lines name a plan. */
  async function heldWithPlan(caller: Caller, pricingPlan: object, quantity = 1) {
    const sale = await aSale(app)
    const tickets = [{ ticketDefinitionId: sale.definitionId, quantity, ticketInfo: { pricingPlan } }]
    const { body } = await must(caller, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    expect(judgedByClient(CreateTicketReservationResponse, body.ticketReservation)).toEqual([])
    return { hold: { ...sale, guest: caller, reservationId: body.ticketReservation.id as string }, body }
  }

  test('R53, R54: so many of the member’s tickets are discounted, over all orders', async () => {
    const { caller, memberId } = await aMember(app)
    const benefit = await aBenefit(app, memberId, { rate: '12.5', quantityMax: 3, name: 'Gold' })
    const hold = await aHold({ guest: caller, quantity: 2 })
    const preview = await invoiceOf(hold, named(benefit))
    expect(judgedByClient(GetInvoiceResponse, preview.body)).toEqual([])
    expect(preview.body.invoice.discount).toEqual({
      code: '', // the deprecated copies of no coupon
      name: '',
      couponId: '',
      amount: EUR('2.50'),
      afterDiscount: EUR('17.50'),
      discounts: [
        {
          paidPlan: { name: 'Gold', percentDiscount: { rate: '12.5', quantityDiscounted: 2 } },
          amount: EUR('2.50'),
        },
      ],
    })
    const { body } = await checkOut(caller, hold, named(benefit))
    expect(judgedByClient(CheckoutResponse, body)).toEqual([])
    expect(body.order.invoice).toEqual(preview.body.invoice)
    const second = await aHold({ guest: caller, quantity: 2 })
    const { order } = (await checkOut(caller, second, named(benefit))).body
    expect(order.invoice.discount.discounts[0].paidPlan.percentDiscount.quantityDiscounted).toBe(1)
    const third = await aHold({ guest: caller })
    expect(await errorsOf(third, named(benefit))).toEqual(['PAID_PLAN_BENEFIT_USED_UP'])
    expect(await refusedWithoutTrace(sql, () => checkOut(caller, third, named(benefit)))).toEqual([
      428,
      'PAID_PLAN_BENEFIT_USED_UP',
    ])
    await must(caller, 'POST', `/events/v1/ticket-reservations/${second.reservationId}/cancel`)
    expect((await checkOut(caller, third, named(benefit))).status).toBe(200)
  })

  test('R53, R54: with a coupon beside it each has its entry', async () => {
    const { caller, memberId } = await aMember(app)
    const benefit = await aBenefit(app, memberId, { quantityMax: 1 })
    const { code } = await aCoupon(app)
    const hold = await aHold({ guest: caller, quantity: 2 })
    const { body } = await checkOut(caller, hold, { ...named(benefit), ...withCoupon(code) })
    expect(judgedByClient(CheckoutResponse, body)).toEqual([])
    const { discount, grandTotal } = body.order.invoice
    expect(discount).toMatchObject({ code, amount: EUR('6.50') }) // half of one, and 10 % of the 15.00 that are left
    expect(discount.discounts.map((each: object) => ('coupon' in each ? 'coupon' : 'paidPlan'))).toEqual([
      'paidPlan',
      'coupon',
    ])
    expect(grandTotal).toEqual(EUR('13.50'))
  })

  test('R53, R56, R59: somebody else’s, unknown, not valid now, or for other tickets', async () => {
    const { caller, memberId } = await aMember(app)
    const other = await aMember(app)
    const cases: [object, string][] = [
      [named(await aBenefit(app, other.memberId)), 'PAID_PLAN_BENEFIT_NOT_FOUND'],
      [named({ planOrderId: newGuid(), benefitId: newGuid() }), 'PAID_PLAN_BENEFIT_NOT_FOUND'],
      [{ paidPlanBenefit: { benefitId: newGuid() } }, 'PAID_PLAN_BENEFIT_NOT_FOUND'],
      [named(await aBenefit(app, memberId, { endDate: START })), 'PAID_PLAN_BENEFIT_EXPIRED'],
      [named(await aBenefit(app, memberId, { startDate: '2030-05-02T00:00:00Z' })), 'PAID_PLAN_BENEFIT_NOT_STARTED'],
    ]
    const hold = await aHold({ guest: caller })
    for (const [asked, code] of cases) {
      expect(await errorsOf(hold, asked)).toEqual([code])
      expect(await refusedWithoutTrace(sql, () => checkOut(caller, hold, { ...asked }))).toEqual([428, code])
    }
    const benefit = named(await aBenefit(app, memberId))
    const visitors = await aHold()
    expect(await refusedWithoutTrace(sql, () => checkOut(visitors.guest, visitors, benefit))).toEqual([
      428,
      'PAID_PLAN_BENEFIT_NOT_FOUND',
    ])
    const free = await aHold({ guest: caller, definition: FREE })
    expect(await refusedWithoutTrace(sql, () => checkOut(caller, free, benefit))).toEqual([
      428,
      'PAID_PLAN_BENEFIT_NOT_APPLICABLE',
    ])
    const bySite = await checkOut(admin, visitors, { ...benefit, memberId, options: { payInPerson: true } })
    expect(bySite.body.order).toMatchObject({ memberId, totalPrice: EUR('5.00') })
  })

  test('R53, R57: a plan named in a reservation is taken off in invoice and checkout', async () => {
    const { caller, memberId } = await aMember(app)
    const benefit = await aBenefit(app, memberId, { rate: '30' })
    const pricingPlan = { orderId: benefit.planOrderId, planId: benefit.planId.toUpperCase() }
    const { hold, body } = await heldWithPlan(caller, pricingPlan)
    expect(body.promotionErrors).toEqual({ error: [] })
    expect(body.ticketReservation.tickets[0].ticketInfo.pricingPlan).toEqual(pricingPlan)
    expect((await invoiceOf(hold)).body.invoice.grandTotal).toEqual(EUR('7.00'))
    expect((await checkOut(caller, hold)).body.order.totalPrice).toEqual(EUR('7.00'))
  })

  test('R53: of several benefits of the plan the one that takes off most, as long as there is some of it', async () => {
    const { caller, memberId } = await aMember(app)
    const small = await aBenefit(app, memberId, { rate: '10' })
    const { planOrderId, planId } = small
    await aBenefit(app, memberId, { planOrderId, planId, rate: '40', quantityMax: 1 })
    const totals: unknown[] = []
    for (const _ of [1, 2]) {
      const { hold } = await heldWithPlan(caller, { orderId: planOrderId, planId })
      totals.push((await checkOut(caller, hold)).body.order.totalPrice)
    }
    expect(totals).toEqual([EUR('6.00'), EUR('9.00')])
  })

  test('R56, R57: what a reservation names and does not get is told beside it, and checked out only without it', async () => {
    const { caller } = await aMember(app)
    const pricingPlan = { orderId: newGuid(), planId: newGuid() }
    const { hold, body } = await heldWithPlan(caller, pricingPlan)
    const promotionErrors = {
      error: [
        {
          promotionType: 'PAID_PLAN_BENEFIT',
          code: 'PAID_PLAN_BENEFIT_NOT_FOUND',
          message: 'There is no such benefit.',
        },
      ],
    }
    expect(body.promotionErrors).toEqual(promotionErrors)
    const read = await must(caller, 'GET', `/events/v1/ticket-reservations/${hold.reservationId}`)
    expect(read.body.promotionErrors).toEqual(promotionErrors)
    expect(await errorsOf(hold, {})).toEqual(['PAID_PLAN_BENEFIT_NOT_FOUND'])
    expect(await refusedWithoutTrace(sql, () => checkOut(caller, hold))).toEqual([428, 'PAID_PLAN_BENEFIT_NOT_FOUND'])
    expect(await errorsOf(hold, { paidPlanBenefit: {} })).toEqual([])
    expect((await checkOut(caller, hold, { paidPlanBenefit: {} })).body.order.totalPrice).toEqual(EUR('10.00'))
  })

  test('R60: the published client hands over the reservation alone; a program that reads the answer sees the errors', async () => {
    const { definitionId } = await aSale(app)
    const { client, exchanges } = clientOf(
      app.app,
      { apiKey: app.apiKey, siteId: app.siteId },
      { carryTo: path => path },
    )
    const ticketInfo = { pricingPlan: { orderId: newGuid(), planId: newGuid() } }
    const held = await client.ticketReservations?.createTicketReservation?.({
      tickets: [{ ticketDefinitionId: definitionId, quantity: 1, ticketInfo }],
    })
    expect(held).toMatchObject({ status: 'PENDING', tickets: [{ ticketInfo }] })
    expect(held).not.toHaveProperty('promotionErrors')
    expect(JSON.parse(exchanges[0]?.answer ?? '{}').promotionErrors.error).toMatchObject([
      { promotionType: 'PAID_PLAN_BENEFIT', code: 'PAID_PLAN_BENEFIT_NOT_FOUND' },
    ])
  })

  test('R56: ten errors at most', async () => {
    const { caller } = await aMember(app)
    const { definitionId } = await aSale(app)
    const tickets = Array.from({ length: 12 }, () => ({
      ticketDefinitionId: definitionId,
      quantity: 1,
      ticketInfo: { pricingPlan: { orderId: newGuid(), planId: newGuid() } },
    }))
    const { body } = await must(caller, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    expect(body.promotionErrors.error).toHaveLength(10)
  })
})
