import { UpdateCheckoutResponse } from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aBenefit, aCoupon, aMember } from '../../test/support/promotions.ts'
import { ADA, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'

const app = await testApp({ serviceFeePercent: '2.5' })
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
const START = '2030-05-01T12:00:00.000Z'
const LATER = '2030-05-01T12:05:00.000Z'
beforeEach(() => setNow(START))

const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })
const BUYER = { firstName: 'Bo', lastName: 'Lund', email: 'bo@example.org' }
const NOT_AVAILABLE = [428, 'ORDER_ACTION_NOT_AVAILABLE']

type Sold = {
  guest: Caller
  eventId: string
  reservationId: string
  // biome-ignore lint/suspicious/noExplicitAny: an answer's order, read member by member
  order: any
}

/** An order at 10.00 a ticket that waits for its money, of a new visitor or of somebody. */
async function anOrder({
  quantity = 1,
  event = {},
  definition = {},
  guest,
  by,
  more = {},
}: {
  quantity?: number
  event?: object
  definition?: object
  guest?: Caller
  /** Who checks out; the guest. */
  by?: Caller
  more?: Record<string, unknown>
} = {}): Promise<Sold> {
  const { eventId, definitionId } = await aSale(app, { event: { ...event }, definition: { ...definition } })
  const who = guest ?? (await visitor())
  const reservationId = (await reserveTickets(who, definitionId, quantity)).body.ticketReservation.id
  const { status, body } = await checkOut(by ?? who, { eventId, reservationId }, more)
  expect(status).toBe(200)
  return { guest: who, eventId, reservationId, order: body.order }
}

const inPerson = { by: admin, more: { options: { payInPerson: true } } }

function update({ guest, eventId, order }: Sold, changes: object, caller = guest): Promise<Answer> {
  return caller('PATCH', `/events/v1/checkout/${order.orderNumber}`, { eventId, ...changes })
}

/** The order after an update that must succeed, in a shape that the client takes. */
async function updated(sold: Sold, changes: object, caller = sold.guest) {
  const { status, body } = await update(sold, changes, caller)
  expect([status, body.message]).toEqual([200, undefined])
  expect(judgedByClient(UpdateCheckoutResponse, body)).toEqual([])
  expect(body.orderPageUrl).toContain(`/orders/${sold.order.orderNumber}?token=`)
  return body.order
}

function guestNamed(firstName: string) {
  return {
    form: {
      inputValues: [
        { inputName: 'firstName', value: firstName },
        { inputName: 'lastName', value: 'Guest' },
        { inputName: 'email', value: `${firstName.toLowerCase()}@example.org` },
      ],
    },
  }
}

const pay = (caller: Caller, paymentId: string, result = 'PAID') =>
  must(caller, 'POST', `/boxoffice/v1/test-payments/${paymentId}/notifications`, { notificationId: result, result })

async function activitiesOf(id: string) {
  const rows = await sql`select kind, sequence from activities where entity_id = ${id} order by sequence`
  return rows.map(({ kind, sequence }) => `${sequence} ${kind}`)
}

async function orderNow({ eventId, order }: Sold) {
  const path = `/events/v1/events/${eventId}/orders/${order.orderNumber}?fieldset=DETAILS&fieldset=TICKETS&fieldset=INVOICE`
  return (await must(admin, 'GET', path)).body.order
}

describe('who buys and who comes', () => {
  test('R173, R156: another buyer, linked to a contact of that address; the price and its payment stay', async () => {
    const sold = await anOrder()
    setNow(LATER)
    const order = await updated(sold, { buyer: BUYER })
    const { contactId, ...before } = sold.order
    expect(order).toEqual({
      ...before,
      contactId: expect.not.stringMatching(contactId),
      firstName: 'Bo',
      lastName: 'Lund',
      fullName: 'Bo Lund',
      email: 'bo@example.org',
      updated: LATER,
    })
    expect(await activitiesOf(order.orderNumber)).toEqual(['1 order.initiated', '2 order.updated'])
    expect((await pay(sold.guest, order.snapshotId)).body.orderStatus).toBe('PAID')
    expect((await orderNow(sold)).tickets).toMatchObject([{ guestFullName: 'Bo Lund' }])
  })

  test('R161, R173: a buyer who was the guest is the new guest; one who was not stays', async () => {
    const own = await anOrder()
    expect(await updated(own, { guests: [guestNamed('Cleo')] })).toMatchObject({
      fullName: 'Cleo Guest',
      email: 'cleo@example.org',
      checkoutForm: guestNamed('Cleo').form,
    })
    const apart = await anOrder({ more: { buyer: BUYER } })
    expect(await updated(apart, { guests: [guestNamed('Cleo')] })).toMatchObject({
      fullName: 'Bo Lund',
      checkoutForm: guestNamed('Cleo').form,
    })
    const both = await updated(own, { guests: [{ form: ADA }], buyer: BUYER })
    expect(both).toMatchObject({ fullName: 'Bo Lund', checkoutForm: ADA })
  })

  test('R162, R173: a member, and none again', async () => {
    const { caller, memberId } = await aMember(app)
    const sold = await anOrder({ guest: caller })
    expect(await updated(sold, { memberId: memberId.toUpperCase() })).toMatchObject({ memberId })
    expect(await updated(sold, { buyer: BUYER })).toMatchObject({ memberId })
    for (const none of ['', null]) expect(await updated(sold, { memberId: none })).not.toHaveProperty('memberId')
    expect(await refusedWithoutTrace(sql, () => update(sold, { memberId: newGuid() }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    const other = newGuid()
    expect(await updated(sold, { memberId: other }, admin)).toMatchObject({ memberId: other })
  })

  test('R173, R205: tickets that were issued bear the new name', async () => {
    const sold = await anOrder({ quantity: 2, ...inPerson })
    const [first] = sold.order.tickets
    const order = await updated(sold, { guests: [guestNamed('Cleo')] })
    expect(order).toMatchObject({ status: 'OFFLINE_PENDING', fullName: 'Cleo Guest' })
    expect(order.tickets.map((each: { guestFullName: string }) => each.guestFullName)).toEqual([
      'Cleo Guest',
      'Cleo Guest',
    ])
    expect(await activitiesOf(first.ticketNumber)).toEqual(['1 ticket.issued', '2 ticket.updated'])
    await updated(sold, { discount: { couponCode: '' } })
    expect(await activitiesOf(first.ticketNumber)).toHaveLength(2) // nobody else comes
  })

  test('R160, R173: with a guest for each ticket, each ticket gets its new guest', async () => {
    const sold = await anOrder({
      quantity: 2,
      event: { tickets: { guestsAssignedSeparately: true } },
      by: admin,
      more: { buyer: BUYER, guests: [guestNamed('Ada'), guestNamed('Ben')], options: { payInPerson: true } },
    })
    const order = await updated(sold, { guests: [guestNamed('Cleo'), guestNamed('Dan')] })
    expect(order).toMatchObject({ fullName: 'Bo Lund' })
    expect(order.tickets.map((each: { guestFullName: string }) => each.guestFullName)).toEqual([
      'Cleo Guest',
      'Dan Guest',
    ])
    await updated(sold, { buyer: { ...BUYER, firstName: 'Bob' } })
    expect((await orderNow(sold)).tickets).toMatchObject([
      { guestFullName: 'Cleo Guest' },
      { guestFullName: 'Dan Guest' },
    ])
    expect(await refusedWithoutTrace(sql, () => update(sold, { guests: [guestNamed('Eve')] }))).toEqual([
      400,
      ['guests'],
    ])
  })

  test('R158, R173: the answers are judged as at checkout', async () => {
    const sold = await anOrder()
    const invalid: object[] = [{}, { inputValues: [{ inputName: 'shoeSize', value: '43' }, ...ADA.inputValues] }]
    for (const form of invalid)
      expect(await refusedWithoutTrace(sql, () => update(sold, { guests: [{ form }] }))).toEqual([
        400,
        'INVALID_FORM_RESPONSE',
      ])
  })
})

describe('what it costs', () => {
  test('R173, R50: a coupon is taken off, and another payment of the new sum begins', async () => {
    const sold = await anOrder({ quantity: 2 })
    const { id, code } = await aCoupon(app, { percentOff: '25', usesMax: 1 })
    const order = await updated(sold, { discount: { couponCode: code } })
    expect(order).toMatchObject({
      status: 'INITIATED',
      totalPrice: EUR('15.00'),
      invoice: { discount: { code, amount: EUR('5.00') }, grandTotal: EUR('15.00') },
      tickets: [],
    })
    expect(order.snapshotId).not.toBe(sold.order.snapshotId)
    const payments =
      await sql`select payment_id, status, amount_minor from payments where order_number = ${order.orderNumber}`
    expect(payments.map(each => [each.paymentId, each.status, each.amountMinor]).sort()).toEqual(
      [
        [sold.order.snapshotId, 'VOIDED', 2000],
        [order.snapshotId, 'BEGUN', 1500],
      ].sort(),
    )
    const next = await anOrder()
    expect(await refusedWithoutTrace(sql, () => update(next, { discount: { couponCode: code } }))).toEqual([
      428,
      'COUPON_USED_UP',
    ])
    const paid = await pay(sold.guest, order.snapshotId)
    expect(paid.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'CAPTURED' } })
    expect((await must(admin, 'GET', `/boxoffice/v1/coupons/${id}`)).body.coupon.uses).toBe(1)
  })

  test('R48, R168: money of the old price buys the tickets, what is too much of it goes back, and the sums are right', async () => {
    const sold = await anOrder({ definition: { feeType: 'FEE_ADDED_AT_CHECKOUT' } })
    expect(sold.order.totalPrice).toEqual(EUR('10.25'))
    const { code } = await aCoupon(app, { percentOff: '60' })
    const { snapshotId } = await updated(sold, { discount: { couponCode: code } })
    const old = await pay(sold.guest, sold.order.snapshotId)
    expect(old.body).toMatchObject({
      orderStatus: 'PAID',
      payment: { status: 'CAPTURED', refunded: EUR('6.15') },
    })
    const paid = await pay(sold.guest, snapshotId)
    expect(paid.body).toMatchObject({ orderStatus: 'PAID', payment: { status: 'REFUNDED', refunded: EUR('4.10') } })
    // The fee is that of the new price, and the revenue follows (R48).
    const { sales } = (await must(admin, 'GET', `/events/v1/orders/summary?eventId=${sold.eventId}`)).body
    expect(sales).toEqual([{ total: EUR('4.10'), revenue: EUR('4.00'), totalOrders: 1, totalTickets: 1 }])
  })

  test('R169: the old payment declined, the new one may still be paid; the new one declined, nothing else may', async () => {
    const { code } = await aCoupon(app)
    const sold = await anOrder()
    const { snapshotId } = await updated(sold, { discount: { couponCode: code } })
    expect((await pay(sold.guest, sold.order.snapshotId, 'DECLINED')).body.orderStatus).toBe('INITIATED')
    expect((await pay(sold.guest, snapshotId)).body.orderStatus).toBe('PAID')
    const other = await anOrder()
    const { snapshotId: last } = await updated(other, { discount: { couponCode: code } })
    expect((await pay(other.guest, last, 'DECLINED')).body.orderStatus).toBe('DECLINED')
    expect((await pay(other.guest, other.order.snapshotId)).body).toMatchObject({
      orderStatus: 'DECLINED',
      payment: { status: 'REFUNDED' },
    })
  })

  test('R163, R173: nothing left to pay: FREE, confirmed, with its tickets; money on the way is given back', async () => {
    const sold = await anOrder({ quantity: 2 })
    const { code } = await aCoupon(app, { percentOff: '100' })
    const order = await updated(sold, { discount: { couponCode: code }, guests: [guestNamed('Cleo')] })
    expect(order).toMatchObject({ status: 'FREE', confirmed: true, totalPrice: EUR('0.00') })
    expect(order).not.toHaveProperty('snapshotId')
    expect(order.tickets).toMatchObject([{ guestFullName: 'Cleo Guest' }, { guestFullName: 'Cleo Guest' }])
    expect(await activitiesOf(order.orderNumber)).toEqual(['1 order.initiated', '2 order.updated', '3 order.confirmed'])
    const late = await pay(sold.guest, sold.order.snapshotId)
    expect(late.body).toMatchObject({ orderStatus: 'FREE', payment: { status: 'REFUNDED' } })
  })

  test('R173: a coupon is taken out or exchanged, and its use is free again', async () => {
    const one = await aCoupon(app, { usesMax: 1 })
    const other = await aCoupon(app, { percentOff: '20', usesMax: 1 })
    const sold = await anOrder({ more: { discount: { couponCode: one.code } } })
    expect((await updated(sold, { discount: { couponCode: one.code } })).totalPrice).toEqual(EUR('9.00')) // its own use
    expect((await updated(sold, { discount: { couponCode: other.code } })).totalPrice).toEqual(EUR('8.00'))
    const next = await anOrder({ more: { discount: { couponCode: one.code } } })
    expect(next.order.totalPrice).toEqual(EUR('9.00'))
    const without = await updated(sold, { discount: {} })
    expect(without.totalPrice).toEqual(EUR('10.00'))
    expect(without.invoice).not.toHaveProperty('discount')
    for (const { id } of [other])
      expect((await must(admin, 'GET', `/boxoffice/v1/coupons/${id}`)).body.coupon.uses).toBe(0)
  })

  test('R53, R173: a benefit beside the coupon that stays; taken out, the coupon still stays', async () => {
    const { caller, memberId } = await aMember(app)
    const { planOrderId, benefitId } = await aBenefit(app, memberId, { quantityMax: 1 })
    const { code } = await aCoupon(app)
    const sold = await anOrder({ guest: caller, quantity: 2, more: { discount: { couponCode: code } } })
    const both = await updated(sold, { paidPlanBenefit: { planOrderId, benefitId } })
    expect(both.totalPrice).toEqual(EUR('13.50'))
    expect((await updated(sold, { paidPlanBenefit: {} })).totalPrice).toEqual(EUR('18.00'))
    expect((await updated(sold, { paidPlanBenefit: { planOrderId, benefitId }, discount: {} })).totalPrice).toEqual(
      EUR('15.00'),
    )
    expect((await updated(sold, { discount: { couponCode: code } })).totalPrice).toEqual(EUR('13.50'))
  })

  test('R59, R173: who else buys must be allowed what is taken off', async () => {
    const { code } = await aCoupon(app, { usesPerBuyerMax: 1 })
    await anOrder({ more: { discount: { couponCode: code }, buyer: BUYER } })
    const sold = await anOrder({ more: { discount: { couponCode: code } } })
    expect(await refusedWithoutTrace(sql, () => update(sold, { buyer: BUYER }))).toEqual([428, 'COUPON_USED_UP'])
    expect((await updated(sold, { buyer: { ...BUYER, email: 'bob@example.org' } })).totalPrice).toEqual(EUR('9.00'))
    const { memberId } = await aMember(app)
    const { planOrderId, benefitId } = await aBenefit(app, memberId)
    const theirs = await anOrder({ by: admin, more: { memberId, paidPlanBenefit: { planOrderId, benefitId } } })
    expect(await refusedWithoutTrace(sql, () => update(theirs, { memberId: newGuid() }, admin))).toEqual([
      428,
      'PAID_PLAN_BENEFIT_NOT_FOUND',
    ])
  })

  test('R47, R165, R173: to be paid at the door it costs less, without a fee; nothing at all makes it FREE', async () => {
    const { id, code } = await aCoupon(app, { percentOff: '30' })
    const sold = await anOrder({ ...inPerson, definition: { feeType: 'FEE_ADDED_AT_CHECKOUT' } })
    const order = await updated(sold, { discount: { couponCode: code } }, admin)
    expect(order).toMatchObject({ status: 'OFFLINE_PENDING', totalPrice: EUR('7.00'), invoice: { fees: [] } })
    expect(order.tickets).toHaveLength(1)
    await must(admin, 'PATCH', `/boxoffice/v1/coupons/${id}`, { coupon: { revision: '1', percentOff: '100' } })
    const free = await updated(sold, { discount: { couponCode: code } }, admin)
    expect(free).toMatchObject({ status: 'FREE', confirmed: true, method: '', totalPrice: EUR('0.00') })
    expect(free.tickets.map((each: { ticketNumber: string }) => each.ticketNumber)).toEqual(
      sold.order.tickets.map((each: { ticketNumber: string }) => each.ticketNumber),
    )
  })

  test('R173: while the provider decides, another price waits for another payment', async () => {
    const sold = await anOrder()
    await pay(sold.guest, sold.order.snapshotId, 'PENDING')
    const { code } = await aCoupon(app)
    const order = await updated(sold, { discount: { couponCode: code } })
    expect(order).toMatchObject({ status: 'PENDING', totalPrice: EUR('9.00') })
    expect((await pay(sold.guest, order.snapshotId)).body.orderStatus).toBe('PAID')
    expect((await pay(sold.guest, sold.order.snapshotId)).body).toMatchObject({
      orderStatus: 'PAID',
      payment: { status: 'REFUNDED' },
    })
  })

  test('R173: ten payments at most: then the price stays', async () => {
    const [one, other] = [await aCoupon(app), await aCoupon(app, { percentOff: '20' })]
    const sold = await anOrder()
    for (let payments = 1; payments < 10; payments += 1)
      await updated(sold, { discount: { couponCode: payments % 2 ? one.code : other.code } })
    expect(await refusedWithoutTrace(sql, () => update(sold, { discount: { couponCode: other.code } }))).toEqual(
      NOT_AVAILABLE,
    )
    expect((await updated(sold, { buyer: BUYER })).totalPrice).toEqual(EUR('9.00'))
  })
})

describe('refusals of an update, after which nothing is changed', () => {
  test('R173: only while it waits: not when free, paid, declined, canceled, expired, archived', async () => {
    const free = await anOrder({ definition: FREE })
    const paid = await anOrder()
    await pay(paid.guest, paid.order.snapshotId)
    const declined = await anOrder()
    await pay(declined.guest, declined.order.snapshotId, 'DECLINED')
    const canceled = await anOrder()
    await must(canceled.guest, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    const archived = await anOrder(inPerson)
    const path = `/events/v1/events/${archived.eventId}/orders/${archived.order.orderNumber}`
    await must(admin, 'PATCH', path, { fields: 'archived', archived: true })
    const [overdue, expired] = [await anOrder(), await anOrder()]
    for (const sold of [free, paid, declined, canceled, archived])
      for (const changes of [{ buyer: BUYER }, { discount: { couponCode: '' } }, {}])
        expect(await refusedWithoutTrace(sql, () => update(sold, changes))).toEqual(NOT_AVAILABLE)
    setNow('2030-05-01T12:20:00.000Z')
    expect(await refusedWithoutTrace(sql, () => update(overdue, { buyer: BUYER }))).toEqual(NOT_AVAILABLE)
    await expireOverdue(sql, app.now())
    expect(await refusedWithoutTrace(sql, () => update(expired, { buyer: BUYER }))).toEqual(NOT_AVAILABLE)
  })

  test('R25, R182: only one’s own, of its event and site; the site may all', async () => {
    const sold = await anOrder()
    const gone = [404, 'ORDER_NOT_FOUND']
    const refused = (changes: object, caller?: Caller) =>
      refusedWithoutTrace(sql, () => update(sold, { buyer: BUYER, ...changes }, caller))
    expect(await refused({}, await visitor())).toEqual(gone)
    expect(await refused({ eventId: (await aSale(app)).eventId })).toEqual(gone)
    expect(await refused({}, (await otherSite()).admin)).toEqual(gone)
    const unknown = { ...sold, order: { orderNumber: 'NOPE-NOPE-00' } }
    expect(await refusedWithoutTrace(sql, () => update(unknown, { buyer: BUYER }))).toEqual(gone)
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [(await aSale(app)).eventId] })
    expect(await refused({}, seller)).toEqual([403, 'PERMISSION_DENIED'])
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [sold.eventId] })
    expect(await refused({}, usher)).toEqual(gone)
    expect(await refused({}, anonymous)).toEqual([401, 'UNAUTHENTICATED'])
    expect((await updated(sold, { buyer: BUYER }, admin)).fullName).toBe('Bo Lund')
    setNow('2030-05-01T16:00:01Z')
    expect(await refused({})).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('R59, R173: a coupon or a benefit that does not apply', async () => {
    const sold = await anOrder({ more: { discount: { couponCode: (await aCoupon(app)).code } } })
    const refused = (changes: object) => refusedWithoutTrace(sql, () => update(sold, changes))
    expect(await refused({ discount: { couponCode: 'NOPE' } })).toEqual([428, 'COUPON_NOT_FOUND'])
    const { code } = await aCoupon(app, { endDate: START })
    expect(await refused({ discount: { couponCode: code } })).toEqual([428, 'COUPON_EXPIRED'])
    const paidPlanBenefit = { planOrderId: newGuid(), benefitId: newGuid() }
    expect(await refused({ paidPlanBenefit, buyer: BUYER })).toEqual([428, 'PAID_PLAN_BENEFIT_NOT_FOUND'])
    expect((await orderNow(sold)).totalPrice).toEqual(EUR('9.00'))
  })

  test.each<[string, Record<string, unknown>, string[]]>([
    ['no event', { eventId: undefined }, ['eventId']],
    ['an event that is no GUID', { eventId: 'x' }, ['eventId']],
    ['no guest', { guests: [] }, ['guests']],
    ['21 guests', { guests: Array.from({ length: 21 }, () => guestNamed('Eve')) }, ['guests']],
    ['guests that are no list', { guests: guestNamed('Eve') }, ['guests']],
    ['a guest without form', { guests: [{}] }, ['guests[0].form']],
    ['a buyer without address', { buyer: { firstName: 'Bo', lastName: 'Lund' } }, ['buyer.email']],
    ['a buyer without name', { buyer: { ...BUYER, firstName: '' } }, ['buyer.firstName']],
    ['a long name', { buyer: { ...BUYER, lastName: 'x'.repeat(51) } }, ['buyer.lastName']],
    ['a bad address', { buyer: { ...BUYER, email: 'nobody' } }, ['buyer.email']],
    ['a member that is no GUID', { memberId: 'Ada' }, ['memberId']],
    ['a long code', { discount: { couponCode: 'x'.repeat(21) } }, ['discount.couponCode']],
    [
      'a benefit that is no GUID',
      { paidPlanBenefit: { planOrderId: newGuid(), benefitId: 'x' } },
      ['paidPlanBenefit.benefitId'],
    ],
  ])('R172, R173: %s', async (_, changes, fields) => {
    const sold = await anOrder()
    expect(await refusedWithoutTrace(sql, () => update(sold, changes))).toEqual([400, fields])
    expect(
      refusalOf(await sold.guest('PATCH', `/events/v1/checkout/${'x'.repeat(37)}`, { eventId: sold.eventId })),
    ).toEqual([400, ['orderNumber']])
  })

  test('R173: 20 guests are taken', async () => {
    const sold = await anOrder({
      quantity: 20,
      event: { tickets: { guestsAssignedSeparately: true } },
      more: { buyer: BUYER, guests: Array.from({ length: 20 }, () => guestNamed('Ada')) },
    })
    const order = await updated(sold, { guests: Array.from({ length: 20 }, () => guestNamed('Ben')) })
    expect(order.fullName).toBe('Bo Lund')
    await pay(sold.guest, order.snapshotId)
    const names = (await orderNow(sold)).tickets.map((each: { guestFullName: string }) => each.guestFullName)
    expect(names).toEqual(Array(20).fill('Ben Guest'))
  })
})
