import { CheckoutResponse, GetInvoiceResponse } from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { ADA, aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, deps, setNow } = app
const PATH = '/events/v1/checkout'
const START = '2030-05-01T12:00:00.000Z'
const GUID = /^[0-9a-f-]{36}$/
beforeEach(() => setNow(START))
verifyAfterEach(sql)

const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })
const BUYER = { firstName: 'Bo', lastName: 'Lund', email: 'Bo@Example.org' }

/** A hold of a new visitor on a new sale. */
async function aHold({
  quantity = 1,
  event = {},
  definition = {},
}: {
  quantity?: number
  event?: object
  definition?: object
} = {}) {
  const sale = await aSale(app, { event: { ...event }, definition: { ...definition } })
  const guest = await visitor()
  const { id } = (await reserveTickets(guest, sale.definitionId, quantity)).body.ticketReservation
  return { ...sale, guest, reservationId: id as string }
}

function guestNamed(firstName: string, more: { inputName: string; value: string }[] = []) {
  const names = [
    { inputName: 'firstName', value: firstName },
    { inputName: 'lastName', value: 'Guest' },
    { inputName: 'email', value: `${firstName.toLowerCase()}@example.org` },
  ]
  return { form: { inputValues: [...names, ...more] } }
}

async function reservationOf(id: string) {
  return (await must(admin, 'GET', `/events/v1/ticket-reservations/${id}`)).body.ticketReservation
}

async function activitiesOf(...ids: string[]) {
  const rows = await sql`
    select kind, sequence
      from activities
     where site_id = ${siteId}
       and entity_id in ${sql(ids)}
     order by activity_id`
  return rows.map(({ kind, sequence }) => `${kind} ${sequence}`)
}

describe('what checkout makes of a hold', () => {
  test('R142, R163, R214: nothing to pay: FREE, confirmed, with its tickets at once', async () => {
    const hold = await aHold({ quantity: 2, definition: { ...FREE, initialLimit: 5, policyText: 'No dogs.' } })
    const answer = await checkOut(hold.guest, hold, { marketingConsent: true })
    expect(answer.status).toBe(200)
    expect(judgedByClient(CheckoutResponse, answer.body)).toEqual([])
    const { order } = answer.body
    const ticket = {
      ticketNumber: expect.stringMatching(new RegExp(`^${order.orderNumber}[0-9A-Z]{3}$`)),
      orderNumber: order.orderNumber,
      ticketDefinitionId: hold.definitionId,
      name: 'Standard',
      price: EUR('0.00'),
      free: true,
      policy: 'No dogs.',
      orderStatus: 'FREE',
      orderArchived: false,
      orderFullName: 'Ada Berg',
      guestFullName: 'Ada Berg',
      guestDetails: {
        guestAssigned: false,
        firstName: 'Ada',
        lastName: 'Berg',
        email: 'ada@example.org',
        contactId: order.contactId,
        form: ADA,
      },
      archived: false,
      anonymized: false,
      checkInUrl: expect.stringMatching(`/check-in/${order.orderNumber}[0-9A-Z]{3},${hold.eventId}\\?s=`),
      ticketPdfUrl: expect.stringMatching(`/tickets/${order.orderNumber}[0-9A-Z]{3}/ticket.pdf\\?token=`),
      channel: 'ONLINE',
      canceled: false,
    }
    expect(answer.body).toEqual({
      order: {
        orderNumber: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$/),
        reservationId: hold.reservationId,
        eventId: hold.eventId,
        contactId: expect.stringMatching(GUID),
        created: START,
        updated: START,
        firstName: 'Ada',
        lastName: 'Berg',
        fullName: 'Ada Berg',
        email: 'ada@example.org',
        checkoutForm: ADA,
        confirmed: true,
        status: 'FREE',
        method: '',
        ticketsQuantity: 2,
        totalPrice: EUR('0.00'),
        ticketsPdf: expect.stringMatching(`^http://127.0.0.1:8080/orders/${order.orderNumber}/tickets.pdf\\?token=`),
        tickets: [ticket, ticket],
        archived: false,
        anonymized: false,
        invoice: {
          items: [
            {
              id: hold.definitionId,
              quantity: 2,
              name: 'Standard',
              price: EUR('0.00'),
              total: EUR('0.00'),
              fees: [],
            },
          ],
          total: EUR('0.00'),
          subTotal: EUR('0.00'),
          fees: [],
          grandTotal: EUR('0.00'),
          revenue: EUR('0.00'),
        },
        fullyCheckedIn: false,
        channel: 'ONLINE',
        marketingConsent: true, // R171
      },
      reservations: [{ quantity: 2, ticket: expect.objectContaining({ id: hold.definitionId, name: 'Standard' }) }],
      orderPageUrl: expect.stringMatching(`^http://127.0.0.1:8080/orders/${order.orderNumber}\\?token=`), // R167
    })
    expect(await reservationOf(hold.reservationId)).toMatchObject({ status: 'CONFIRMED', revision: '2' })
    const [first, second] = order.tickets.map((each: { ticketNumber: string }) => each.ticketNumber)
    expect(await activitiesOf(hold.reservationId, order.orderNumber, first)).toEqual([
      'ticket_reservation.created 1',
      'order.initiated 1',
      'ticket.issued 1',
      'ticket_reservation.confirmed 2',
      'order.confirmed 2',
    ])
    expect(first).not.toBe(second)
  })

  test('R164, R193: something to pay: INITIATED, held on, no ticket yet', async () => {
    const hold = await aHold({ quantity: 2, definition: { initialLimit: 5 } })
    const { body } = await checkOut(hold.guest, hold)
    expect(judgedByClient(CheckoutResponse, body)).toEqual([])
    expect(body.expires).toBe('2030-05-01T12:20:00.000Z')
    expect(body.order).toMatchObject({
      status: 'INITIATED',
      confirmed: false,
      snapshotId: expect.stringMatching(GUID),
      totalPrice: EUR('20.00'),
      method: '',
      tickets: [],
    })
    expect(await reservationOf(hold.reservationId)).toMatchObject({ status: 'PENDING' })
    const [payment] = await sql`
      select status, amount_minor, currency from payments where payment_id = ${body.order.snapshotId}`
    expect(payment).toEqual({ status: 'BEGUN', amountMinor: 2000, currency: 'EUR' })
  })

  test('R171: whether marketing was agreed to stays with the order; not said is no', async () => {
    const consents = [true, false, null, undefined].map(async marketingConsent => {
      const hold = await aHold({ definition: FREE })
      const { orderNumber } = (await checkOut(hold.guest, hold, { marketingConsent })).body.order
      const path = `/events/v1/events/${hold.eventId}/orders/${orderNumber}?fieldset=DETAILS`
      return (await must(hold.guest, 'GET', path)).body.order.marketingConsent
    })
    expect(await Promise.all(consents)).toEqual([true, false, false, false])
  })

  test('R165, E7: paid in person: OFFLINE_PENDING, confirmed, with its tickets', async () => {
    const hold = await aHold()
    const { body } = await checkOut(admin, hold, { options: { payInPerson: true, silent: true } })
    expect(judgedByClient(CheckoutResponse, body)).toEqual([])
    expect(body).not.toHaveProperty('expires')
    expect(body.order).toMatchObject({
      status: 'OFFLINE_PENDING',
      confirmed: true,
      method: 'inPerson',
      tickets: [{ orderStatus: 'OFFLINE_PENDING', free: false }],
    })
    expect(body.order).not.toHaveProperty('snapshotId')
    expect(await reservationOf(hold.reservationId)).toMatchObject({ status: 'CONFIRMED' })
    const [told] = await sql`
      select data from activities where entity_id = ${body.order.orderNumber} and kind = 'order.confirmed'`
    expect(told?.data).toMatchObject({ silent: true, status: 'OFFLINE_PENDING' }) // R166
  })

  test('9.1: marked as paid it is PAID, by whom is written down, and it has its tickets', async () => {
    const hold = await aHold()
    const { body } = await checkOut(admin, hold, { options: { markAsPaid: true } })
    expect(judgedByClient(CheckoutResponse, body)).toEqual([])
    expect(body.order).toMatchObject({ status: 'PAID', confirmed: true, tickets: [{ orderStatus: 'PAID' }] })
    const [row] = await sql`select paid_at, marked_paid_by from orders where order_number = ${body.order.orderNumber}`
    expect(row).toEqual({ paidAt: new Date(START), markedPaidBy: { kind: 'admin', id: expect.any(String) } })
  })

  test('R163: nothing to pay is FREE, also in person or marked as paid', async () => {
    for (const options of [{ payInPerson: true }, { markAsPaid: true }]) {
      const hold = await aHold({ definition: FREE })
      const { order } = (await checkOut(admin, hold, { options })).body
      expect([order.status, order.method]).toEqual(['FREE', ''])
    }
  })

  test('R156: one contact per e-mail address, with the newest name', async () => {
    const first = (await checkOut(admin, await aHold({ definition: FREE }), { buyer: BUYER })).body.order
    const buyer = { firstName: 'Bob', lastName: 'Lund', email: 'bo@example.org' }
    const second = (await checkOut(admin, await aHold({ definition: FREE }), { buyer })).body.order
    expect(second.contactId).toBe(first.contactId)
    const contacts = await sql`
      select email, first_name from contacts where site_id = ${siteId} and contact_id = ${first.contactId}`
    expect([...contacts]).toEqual([{ email: 'bo@example.org', firstName: 'Bob' }])
  })

  test('R161: a buyer pays for the guest of the form', async () => {
    const hold = await aHold({ definition: FREE })
    const { order } = (await checkOut(hold.guest, hold, { buyer: BUYER })).body
    expect(order).toMatchObject({ fullName: 'Bo Lund', email: 'Bo@Example.org', checkoutForm: ADA })
  })

  test('R21, R121: what the definition became since does not matter', async () => {
    const hold = await aHold({ quantity: 1 })
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${hold.definitionId}`, {
      ticketDefinition: {
        revision: '1',
        name: 'Dearer',
        hidden: true,
        pricingMethod: { fixedPrice: { value: '99', currency: 'EUR' } },
      },
    })
    const { order, reservations } = (await checkOut(admin, hold, { options: { payInPerson: true } })).body
    expect(order).toMatchObject({ totalPrice: EUR('10.00'), tickets: [{ name: 'Standard', price: EUR('10.00') }] })
    expect(reservations[0].ticket.name).toBe('Dearer')
  })

  test('R97: a definition that was deleted since is sold to those who hold it', async () => {
    const hold = await aHold()
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${hold.definitionId}`)
    const { status, body } = await checkOut(admin, hold, { options: { payInPerson: true } })
    expect(status).toBe(200)
    expect(body.reservations).toMatchObject([{ quantity: 1, ticket: { id: hold.definitionId } }])
  })

  test('R38: an item per definition and option, named after both', async () => {
    const { eventId, definitionId } = await aSale(app, {
      definition: {
        pricingMethod: {
          pricingOptions: {
            optionDetails: [
              { optionId: newGuid(), name: 'Adult', price: { value: '40', currency: 'EUR' } },
              { optionId: newGuid(), name: 'Child', price: { value: '15', currency: 'EUR' } },
            ],
          },
        },
      },
    })
    const { optionDetails } = (await must(admin, 'GET', `/events/v3/ticket-definitions/${definitionId}`)).body
      .ticketDefinition.pricingMethod.pricingOptions
    const [adult, child] = optionDetails.map(({ optionId }: { optionId: string }) => optionId)
    const guest = await visitor()
    const tickets = [adult, child, adult].map(pricingOptionId => ({
      ticketDefinitionId: definitionId,
      quantity: 2,
      ticketInfo: { pricingOptionId },
    }))
    const held = await must(guest, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    const reservationId = held.body.ticketReservation.id
    const { order, reservations } = (await checkOut(guest, { eventId, reservationId })).body
    expect(order.invoice.items).toMatchObject([
      { name: 'Standard - Adult', quantity: 4, price: EUR('40.00'), total: EUR('160.00') },
      { name: 'Standard - Child', quantity: 2, price: EUR('15.00'), total: EUR('30.00') },
    ])
    expect(order.invoice.grandTotal).toEqual(EUR('190.00'))
    expect(reservations.map((each: { ticketDetails: unknown }) => each.ticketDetails)).toEqual([
      [{ pricingOptionId: adult }],
      [{ pricingOptionId: child }],
      [{ pricingOptionId: adult }],
    ])
  })
})

describe('who may, and whose the order is', () => {
  const member = async () => {
    const memberId = newGuid()
    const claims = { kind: 'member', siteId, visitorId: newGuid(), memberId } as const
    const authorization = await signToken(deps.keys, 'access', claims, app.now(), 14_400)
    const caller: Caller = (method, url, body) => anonymous(method, url, body, { authorization })
    return { caller, memberId }
  }

  test('R162, R192: without a memberId the order is no member’s; a member names no other', async () => {
    const { caller, memberId } = await member()
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const hold = async () => (await reserveTickets(caller, definitionId)).body.ticketReservation.id
    const none = (await checkOut(caller, { eventId, reservationId: await hold() }, { memberId: '' })).body
    expect(none.order).not.toHaveProperty('memberId')
    const own = await checkOut(caller, { eventId, reservationId: await hold() }, { memberId: memberId.toUpperCase() })
    expect(judgedByClient(CheckoutResponse, own.body)).toEqual([])
    expect(own.body.order).toMatchObject({ memberId, tickets: [{ memberId }] })
    const reservationId = await hold()
    expect(
      await refusedWithoutTrace(sql, () => checkOut(caller, { eventId, reservationId }, { memberId: newGuid() })),
    ).toEqual([403, 'PERMISSION_DENIED'])
    const any = newGuid()
    expect((await checkOut(admin, { eventId, reservationId }, { memberId: any })).body.order.memberId).toBe(any)
  })

  test('R162: a visitor names no member', async () => {
    const hold = await aHold({ definition: FREE })
    expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold, { memberId: newGuid() }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
  })

  test.each(['payInPerson', 'markAsPaid', 'ignoreFormValidation'])('R28: a guest may not %s', async option => {
    const hold = await aHold()
    const options = { [option]: true }
    expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold, { options }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    expect((await checkOut(hold.guest, hold, { options: { [option]: false } })).status).toBe(200)
  })

  test('R25: what the organizer checks out for a guest, the guest may read', async () => {
    const hold = await aHold()
    const { orderNumber } = (await checkOut(admin, hold, { options: { payInPerson: true } })).body.order
    const path = `/events/v1/events/${hold.eventId}/orders/${orderNumber}`
    expect((await hold.guest('GET', path)).status).toBe(200)
  })

  test('R22: nobody checks out without a token, or with one that has run out', async () => {
    const hold = await aHold()
    expect(await refusedWithoutTrace(sql, () => checkOut(anonymous, hold))).toEqual([401, 'UNAUTHENTICATED'])
    setNow('2030-05-01T16:00:01Z')
    expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('events 9.5.11: staff sell at the door of their events alone', async () => {
    const [given, other] = [await aHold(), await aHold()]
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [given.eventId] })
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [given.eventId] })
    const options = { payInPerson: true }
    expect(await refusedWithoutTrace(sql, () => checkOut(seller, other, { options }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    expect(await refusedWithoutTrace(sql, () => checkOut(usher, given, { options }))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
    expect(await refusedWithoutTrace(sql, () => checkOut(usher, given))).toEqual([404, 'RESERVATION_NOT_FOUND'])
    expect((await checkOut(seller, given, { options })).body.order.status).toBe('OFFLINE_PENDING')
  })
})

describe('refusals of checkout, after which nothing is sold', () => {
  const NOT_FOUND = [404, 'RESERVATION_NOT_FOUND']

  test('R157: unknown, another event’s, another visitor’s, another site’s', async () => {
    const hold = await aHold()
    const site = await otherSite()
    const foreign = await aSale(site)
    const foreignId = (await reserveTickets(site.admin, foreign.definitionId)).body.ticketReservation.id
    const attempts: [Caller, { eventId: string; reservationId: string }][] = [
      [hold.guest, { ...hold, reservationId: newGuid() }],
      [hold.guest, { ...hold, eventId: newGuid() }],
      [hold.guest, { ...hold, eventId: (await aSale(app)).eventId }],
      [await visitor(), hold],
      [admin, { eventId: foreign.eventId, reservationId: foreignId }],
    ]
    for (const [caller, wanted] of attempts)
      expect(await refusedWithoutTrace(sql, () => checkOut(caller, wanted))).toEqual(NOT_FOUND)
  })

  test('R157, R170: canceled, overdue, expired', async () => {
    const [canceled, overdue] = [await aHold(), await aHold()]
    await must(canceled.guest, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    expect(await refusedWithoutTrace(sql, () => checkOut(canceled.guest, canceled))).toEqual(NOT_FOUND)
    setNow('2030-05-01T12:20:00.000Z')
    expect(await refusedWithoutTrace(sql, () => checkOut(overdue.guest, overdue))).toEqual(NOT_FOUND)
    await expireOverdue(sql, app.now())
    expect(await refusedWithoutTrace(sql, () => checkOut(overdue.guest, overdue))).toEqual(NOT_FOUND)
  })

  test('R20, R157: a second checkout, whatever became of the first', async () => {
    for (const definition of [FREE, {}]) {
      const hold = await aHold({ definition })
      await checkOut(hold.guest, hold)
      expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold))).toEqual([428, 'RESERVATION_OCCUPIED'])
    }
  })

  test('R20: of ten checkouts at once one makes an order', async () => {
    const hold = await aHold()
    const answers = await Promise.all(Array.from({ length: 10 }, () => checkOut(hold.guest, hold)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 200).map(refusalOf)
    expect(refused).toEqual(Array.from({ length: 9 }, () => [428, 'RESERVATION_OCCUPIED']))
    const [count] = await sql`select count(*) from orders where event_id = ${hold.eventId}`
    expect(count).toEqual({ count: 1 })
  })

  test('R75: the event was canceled', async () => {
    const hold = await aHold()
    await must(admin, 'POST', `/events/v3/events/${hold.eventId}/cancel`)
    expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold))).toEqual([428, 'REGISTRATION_CLOSED'])
  })

  test('R108, R109: the event sells in another currency since', async () => {
    const hold = await aHold()
    const change = { eventId: hold.eventId, currency: 'USD' }
    await must(admin, 'POST', '/events/v3/ticket-definitions/currency', change)
    for (const [caller, options] of [
      [hold.guest, {}],
      [admin, { payInPerson: true }],
    ] as const)
      expect(await refusedWithoutTrace(sql, () => checkOut(caller, hold, { options }))).toEqual([
        428,
        'CURRENCY_CHANGED',
      ])
    const anew = (await reserveTickets(hold.guest, hold.definitionId)).body.ticketReservation.id
    const { order } = (await checkOut(hold.guest, { ...hold, reservationId: anew })).body
    expect(order.totalPrice).toEqual({ amount: '10.00', value: '10.00', currency: 'USD' })
  })

  test('the event was deleted', async () => {
    const hold = await aHold()
    await must(admin, 'DELETE', `/events/v3/events/${hold.eventId}`)
    for (const caller of [hold.guest, admin])
      expect(await refusedWithoutTrace(sql, () => checkOut(caller, hold))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(
      refusalOf(await hold.guest('POST', `${PATH}/invoices/${hold.reservationId}`, { eventId: hold.eventId })),
    ).toEqual([404, 'EVENT_NOT_FOUND'])
  })

  test('R127: no payment method any more; in person it can still be sold', async () => {
    const hold = await aHold()
    await sql`update sites set test_payments = false where site_id = ${siteId}`
    try {
      expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold))).toEqual([
        403,
        'NO_PAYMENT_METHOD_CONFIGURED',
      ])
      expect((await checkOut(admin, hold, { options: { payInPerson: true } })).status).toBe(200)
    } finally {
      await sql`update sites set test_payments = true where site_id = ${siteId}`
    }
  })

  test('R59: a coupon or a benefit that is not there sells nothing', async () => {
    const hold = await aHold()
    const refused = (more: object) => refusedWithoutTrace(sql, () => checkOut(hold.guest, hold, { ...more }))
    expect(await refused({ discount: { couponCode: 'NOPE' } })).toEqual([428, 'COUPON_NOT_FOUND'])
    const paidPlanBenefit = { planOrderId: newGuid(), benefitId: newGuid() }
    expect(await refused({ paidPlanBenefit })).toEqual([428, 'PAID_PLAN_BENEFIT_NOT_FOUND'])
    expect((await checkOut(hold.guest, hold, { discount: { couponCode: '' }, paidPlanBenefit: {} })).status).toBe(200)
  })
})

describe('the answers to the form', () => {
  const INVALID = [400, 'INVALID_FORM_RESPONSE']

  test('R158, R159: missing names, a bad address, an unknown input, twice the same', async () => {
    const hold = await aHold({ definition: FREE })
    const [firstName, lastName, email] = ADA.inputValues
    const forms: unknown[] = [
      {},
      { inputValues: null },
      { inputValues: [] },
      { inputValues: [firstName, email] },
      { inputValues: [firstName, lastName] },
      { inputValues: [firstName, { inputName: 'lastName', value: '  ' }, email] },
      { inputValues: [firstName, lastName, { inputName: 'email', value: 'nobody' }] },
      { inputValues: [{ inputName: 'firstName', value: 'x'.repeat(51) }, lastName, email] },
      { inputValues: [...ADA.inputValues, { inputName: 'shoeSize', value: '43' }] },
      { inputValues: [...ADA.inputValues, firstName] },
    ]
    for (const form of forms)
      expect(await refusedWithoutTrace(sql, () => checkOut(hold.guest, hold, { guests: [{ form }] }))).toEqual(INVALID)
    const { body } = await checkOut(hold.guest, hold, { guests: [{ form: {} }] })
    expect(body.details.applicationError.data.problems).toContainEqual({
      guest: 0,
      problem: '"firstName" must be answered.',
    })
  })

  test('R158: an option that is not offered, a mandatory input left out', async () => {
    const hold = await aHold({ definition: FREE })
    const dropdown = { label: 'Meal', options: ['Fish', 'Beans'], mandatory: true }
    const path = `/events/v1/events/${hold.eventId}/form/control`
    const { controls } = (await must(admin, 'POST', path, { dropdown })).body.form ?? { controls: [] }
    const shown = await must(admin, 'GET', `/events/v1/events/${hold.eventId}/form`)
    const meal = (controls.length > 0 ? controls : shown.body.form.controls).at(-1).inputs[0].name
    const refused = (...more: { inputName: string; value: string }[]) =>
      refusedWithoutTrace(sql, () => checkOut(hold.guest, hold, { guests: [guestNamed('Ada', more)] }))
    expect(await refused()).toEqual(INVALID)
    expect(await refused({ inputName: meal, value: 'Meat' })).toEqual(INVALID)
    const guests = [guestNamed('Ada', [{ inputName: meal, value: 'Beans' }])]
    expect((await checkOut(hold.guest, hold, { guests })).status).toBe(200)
  })

  test('R158, R159: the organizer may skip the form, but not the name of who buys', async () => {
    const hold = await aHold({ definition: FREE })
    const options = { ignoreFormValidation: true }
    const refused = (form: object, more: object = {}) =>
      refusedWithoutTrace(sql, () => checkOut(admin, hold, { options, guests: [{ form }], ...more }))
    expect(await refused({})).toEqual(INVALID)
    const bad = { inputName: 'email', value: 'nobody' }
    expect(await refused({ inputValues: [...ADA.inputValues.slice(0, 2), bad] })).toEqual(INVALID)
    expect(await refused({ inputValues: [bad] }, { buyer: BUYER })).toEqual(INVALID)
    const inputValues = [{ inputName: 'shoeSize', value: '43' }]
    const { status, body } = await checkOut(admin, hold, { options, buyer: BUYER, guests: [{ form: { inputValues } }] })
    expect(status).toBe(200)
    expect(judgedByClient(CheckoutResponse, body)).toEqual([])
    expect(body.order).toMatchObject({ fullName: 'Bo Lund', tickets: [{ guestFullName: 'Bo Lund' }] })
  })

  test('a character that cannot be stored is a 400', async () => {
    const hold = await aHold({ definition: FREE })
    const [status] = await refusedWithoutTrace(sql, () =>
      checkOut(hold.guest, hold, { guests: [guestNamed('A\u0000da')] }),
    )
    expect(status).toBe(400)
  })
})

describe('guests assigned separately', () => {
  const event = { tickets: { guestsAssignedSeparately: true } }

  test('R160, R205: every ticket has its guest, in line order, over lines too', async () => {
    const { eventId, definitionId } = await aSale(app, { event, definition: FREE })
    const second = (await aDefinition(app, eventId, { ...FREE, name: 'Balcony' })).id
    const guest = await visitor()
    const reservationId = (await reserveTickets(guest, [definitionId, second], 2)).body.ticketReservation.id
    const guests = ['Ann', 'Ben', 'Cid', 'Dot'].map(name => guestNamed(name))
    const answer = await checkOut(guest, { eventId, reservationId }, { buyer: BUYER, guests })
    expect(judgedByClient(CheckoutResponse, answer.body)).toEqual([])
    const { order } = answer.body
    expect(order.fullName).toBe('Bo Lund')
    expect(
      order.tickets.map((each: { name: string; guestDetails: object }) => [each.name, each.guestDetails]),
    ).toMatchObject([
      ['Standard', { guestAssigned: true, firstName: 'Ann', email: 'ann@example.org', form: guests[0]?.form }],
      ['Standard', { guestAssigned: true, firstName: 'Ben' }],
      ['Balcony', { guestAssigned: true, firstName: 'Cid' }],
      ['Balcony', { guestAssigned: true, firstName: 'Dot', form: guests[3]?.form }],
    ])
  })

  test('R160, events 4.5.19: a buyer, and one guest per ticket, each with a good form', async () => {
    const hold = await aHold({ quantity: 2, event, definition: FREE })
    const [ann, ben] = [guestNamed('Ann'), guestNamed('Ben')]
    const refused = (more: Record<string, unknown>) => refusedWithoutTrace(sql, () => checkOut(hold.guest, hold, more))
    expect(await refused({ guests: [ann, ben] })).toEqual([400, ['buyer']])
    expect(await refused({ buyer: BUYER, guests: [ann] })).toEqual([400, ['guests']])
    expect(await refused({ buyer: BUYER, guests: [ann, ben, ann] })).toEqual([400, ['guests']])
    expect(await refused({ buyer: BUYER, guests: [ann, { form: {} }] })).toEqual([400, 'INVALID_FORM_RESPONSE'])
    expect((await checkOut(hold.guest, hold, { buyer: BUYER, guests: [ann, ben] })).status).toBe(200)
  })

  test('R160, events 4.5.19: else one guest is enough for all tickets', async () => {
    const hold = await aHold({ quantity: 3, definition: FREE })
    const { order } = (await checkOut(hold.guest, hold, { guests: [guestNamed('Ann')] })).body
    expect(order.tickets).toHaveLength(3)
    for (const ticket of order.tickets)
      expect(ticket).toMatchObject({
        guestDetails: { guestAssigned: false, firstName: 'Ann' },
        guestFullName: 'Ann Guest',
      })
  })
})

describe('bad requests name their field', () => {
  const guests = [{ form: ADA }]
  test.each<[string, Record<string, unknown>, string]>([
    ['no event', { eventId: undefined }, 'eventId'],
    ['an event that is no GUID', { eventId: 'x' }, 'eventId'],
    ['no reservation', { reservationId: undefined }, 'reservationId'],
    ['null for it', { reservationId: null }, 'reservationId'],
    ['a reservation that is no GUID', { reservationId: 'x' }, 'reservationId'],
    ['no guests', { guests: undefined }, 'guests'],
    ['an empty list of guests', { guests: [] }, 'guests'],
    ['51 guests', { guests: Array.from({ length: 51 }, () => guests[0]) }, 'guests'],
    ['a guest without form', { guests: [{}] }, 'guests[0].form'],
    ['answers that are a text', { guests: [{ form: { inputValues: 'x' } }] }, 'guests[0].form.inputValues'],
    [
      '201 answers',
      { guests: [{ form: { inputValues: Array.from({ length: 201 }, () => ADA.inputValues[0]) } }] },
      'guests[0].form.inputValues',
    ],
    [
      'an answer without name',
      { guests: [{ form: { inputValues: [{ value: 'x' }] } }] },
      'guests[0].form.inputValues[0].inputName',
    ],
    [
      'an answer that is a number',
      { guests: [{ form: { inputValues: [{ inputName: 'x', value: 7 }] } }] },
      'guests[0].form.inputValues[0].value',
    ],
    [
      'an answer of 5001',
      { guests: [{ form: { inputValues: [{ inputName: 'x', value: 'x'.repeat(5001) }] } }] },
      'guests[0].form.inputValues[0].value',
    ],
    ['a buyer without name', { buyer: { ...BUYER, firstName: undefined } }, 'buyer.firstName'],
    ['a buyer with an empty name', { buyer: { ...BUYER, lastName: '' } }, 'buyer.lastName'],
    ['a buyer with a name of 51', { buyer: { ...BUYER, lastName: 'x'.repeat(51) } }, 'buyer.lastName'],
    ['a buyer with a bad address', { buyer: { ...BUYER, email: 'nobody' } }, 'buyer.email'],
    ['a member that is no GUID', { memberId: 'me' }, 'memberId'],
    ['a coupon of 21', { discount: { couponCode: 'x'.repeat(21) } }, 'discount.couponCode'],
    ['a benefit that is no GUID', { paidPlanBenefit: { benefitId: 'x' } }, 'paidPlanBenefit.benefitId'],
    ['an option that is a text', { options: { silent: 'yes' } }, 'options.silent'],
    ['consent as text', { marketingConsent: 'yes' }, 'marketingConsent'],
  ])('R172: %s', async (_, more, field) => {
    const body = { eventId: newGuid(), reservationId: newGuid(), guests, ...more }
    expect(await refusedWithoutTrace(sql, () => admin('POST', PATH, body))).toEqual([400, [field]])
  })
})

describe('the invoice', () => {
  const invoiceOf = (
    caller: Caller,
    { eventId, reservationId }: { eventId: string; reservationId: string },
    more = {},
  ) => caller('POST', `${PATH}/invoices/${reservationId}`, { eventId, ...more })

  test('R154, R155, R56: a preview that changes nothing, with the errors of discounts', async () => {
    const hold = await aHold({ quantity: 2 })
    const plain = await invoiceOf(hold.guest, hold)
    expect(judgedByClient(GetInvoiceResponse, plain.body)).toEqual([])
    expect(plain.body).toEqual({
      invoice: {
        items: [
          { id: hold.definitionId, quantity: 2, name: 'Standard', price: EUR('10.00'), total: EUR('20.00'), fees: [] },
        ],
        total: EUR('20.00'),
        subTotal: EUR('20.00'),
        fees: [],
        grandTotal: EUR('20.00'),
        revenue: EUR('20.00'),
      },
      discountErrors: { error: [] },
      expires: '2030-05-01T12:20:00.000Z',
      reservationStatus: 'RESERVATION_PENDING',
      reservationOccupied: false,
      reservations: [{ quantity: 2, ticket: expect.objectContaining({ id: hold.definitionId }) }],
    })
    const discounted = await invoiceOf(hold.guest, hold, {
      withDiscount: { couponCode: 'NOPE' },
      paidPlanBenefit: { planOrderId: newGuid() },
    })
    expect(judgedByClient(GetInvoiceResponse, discounted.body)).toEqual([])
    expect(discounted.body).toEqual({
      ...plain.body,
      discountErrors: { error: [{ code: 'COUPON_NOT_FOUND' }, { code: 'PAID_PLAN_BENEFIT_NOT_FOUND' }] },
    })
    await checkOut(hold.guest, hold)
    expect((await invoiceOf(hold.guest, hold)).body).toEqual({ ...plain.body, reservationOccupied: true })
    setNow('2030-05-01T12:20:00.000Z')
    expect((await invoiceOf(hold.guest, hold)).body.reservationStatus).toBe('RESERVATION_EXPIRED')
  })

  test('R24, R157: only of one’s own, and of its event', async () => {
    const hold = await aHold()
    const gone = [404, 'RESERVATION_NOT_FOUND']
    expect(refusalOf(await invoiceOf(await visitor(), hold))).toEqual(gone)
    expect(refusalOf(await invoiceOf(hold.guest, { ...hold, eventId: newGuid() }))).toEqual(gone)
    expect(refusalOf(await invoiceOf(admin, { ...hold, reservationId: newGuid() }))).toEqual(gone)
    expect(refusalOf(await invoiceOf((await otherSite()).admin, hold))).toEqual(gone)
    expect((await invoiceOf(admin, hold)).status).toBe(200)
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [(await aSale(app)).eventId] })
    expect(refusalOf(await invoiceOf(seller, hold))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await invoiceOf(anonymous, hold))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['no event', { eventId: undefined }, 'eventId'],
    ['an event that is no GUID', { eventId: 'x' }, 'eventId'],
    ['a reservation that is no GUID', { reservationId: 'x' }, 'reservationId'],
    ['a coupon of 21', { withDiscount: { couponCode: 'x'.repeat(21) } }, 'withDiscount.couponCode'],
    ['R50: a coupon that is a number', { withDiscount: { couponCode: 7 } }, 'withDiscount.couponCode'],
    ['a benefit that is no GUID', { paidPlanBenefit: { planOrderId: 'x' } }, 'paidPlanBenefit.planOrderId'],
  ])('9.4: %s', async (_, { reservationId = newGuid(), ...more }, field) => {
    const answer = await admin('POST', `${PATH}/invoices/${reservationId}`, { eventId: newGuid(), ...more })
    expect(refusalOf(answer)).toEqual([400, [field]])
  })
})
