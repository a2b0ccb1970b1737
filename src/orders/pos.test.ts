import { PosCheckoutResponse } from '@wix/auto_sdk_events_orders/schemas'
import { GetTicketResponse } from '@wix/auto_sdk_events_tickets/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { collide, lockingReservation } from '../../test/support/collisions.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { follow } from '../../test/support/orders.ts'
import { readPdf } from '../../test/support/pdf.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { publishedPaths } from '../http/mounts.ts'
import { linkToken } from '../identities/link.ts'
import { newGuid } from '../ids.ts'

// The service fee is what a sale at the door goes without.
const app = await testApp({ serviceFeePercent: '2.5' })
const { sql, siteId, admin, visitor, anonymous, otherSite, deps, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))
verifyAfterEach(sql)

const PATH = '/events/v1/pos-checkout'
const PAYMENTS = '/boxoffice/v1/pos-payments'
const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })
const DEAR = { feeType: 'FEE_ADDED_AT_CHECKOUT', initialLimit: 10 }

/** Two tickets that somebody at the door holds: 10.00 EUR each unless said otherwise. */
async function aHold({
  event = {},
  definition = DEAR,
  seller = admin,
}: {
  event?: object
  definition?: object
  seller?: Caller
} = {}) {
  const { eventId, definitionId } = await aSale(app, { event: { ...event }, definition: { ...definition } })
  const reservationId: string = (await reserveTickets(seller, definitionId, 2)).body.ticketReservation.id
  return { eventId, definitionId, reservationId }
}
type Hold = Awaited<ReturnType<typeof aHold>>

function take({ reservationId }: Pick<Hold, 'reservationId'>, more: object = {}, seller: Caller = admin) {
  return seller('POST', PAYMENTS, { reservationId, method: 'cash', ...more })
}

async function taken(hold: Hold, more: object = {}): Promise<string> {
  const answer = await take(hold, more)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body.posPayment.id
}

function sell({ eventId, reservationId }: Hold, paymentDetailsId?: string | null, seller: Caller = admin) {
  return seller('POST', PATH, { eventId, reservationId, ...(paymentDetailsId !== undefined && { paymentDetailsId }) })
}

async function paymentsOf(orderNumber: string) {
  return sql`
    select payment_id, provider, status, amount_minor from payments where site_id = ${siteId} and order_number = ${orderNumber}`
}

describe('what is taken at the door', () => {
  test('R47, R189: it is what is due, without a fee, and counts as nobody’s money yet', async () => {
    const hold = await aHold()
    const answer = await take({ reservationId: hold.reservationId.toUpperCase() }, { method: 'card' })
    expect(answer.body).toEqual({
      posPayment: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        reservationId: hold.reservationId,
        method: 'card',
        amount: EUR('20.00'),
        takenDate: '2030-05-01T12:00:00.000Z',
      },
    })
    expect(await sql`select from payments where payment_id = ${answer.body.posPayment.id}`).toHaveLength(0)
    const { body } = await must(admin, 'GET', `/events/v1/ticket-reservations/${hold.reservationId}`)
    expect(body.ticketReservation.status).toBe('PENDING')
  })

  test('R19, R189: taken again for the same reservation it is the same payment, as it was said last', async () => {
    const hold = await aHold()
    const id = await taken(hold)
    expect(
      (await take(hold, { method: 'card', amount: { value: '20', currency: 'EUR' } })).body.posPayment,
    ).toMatchObject({ id, method: 'card', amount: EUR('20.00') })
    expect(await sql`select from pos_payments where ticket_reservation_id = ${hold.reservationId}`).toHaveLength(1)
    expect((await sell(hold, id)).body.order.method).toBe('creditCard')
  })

  test.each([
    ['less', '19.99'],
    ['more', '20.01'],
    ['with the fee', '20.50'],
  ])('R189: %s than is due', async (_, value) => {
    const hold = await aHold()
    const wrong = () => take(hold, { amount: { value, currency: 'EUR' } })
    expect(await refusedWithoutTrace(sql, wrong)).toEqual([400, ['amount']])
  })

  test('R189: in another currency, or for what costs nothing', async () => {
    const hold = await aHold()
    const dollars = () => take(hold, { amount: { value: '20.00', currency: 'USD' } })
    expect(await refusedWithoutTrace(sql, dollars)).toEqual([400, ['amount']])
    const free = await aHold({ definition: FREE })
    expect(await refusedWithoutTrace(sql, () => take(free))).toEqual([428, 'FAILED_PRECONDITION'])
  })
})

describe('POS Checkout', () => {
  test('R189: what is paid at the door is PAID by that payment, and has its tickets at once', async () => {
    const hold = await aHold()
    const id = await taken(hold)
    setNow('2030-05-01T12:01:00.000Z')
    const answer = await sell({ ...hold, eventId: hold.eventId.toUpperCase() }, id.toUpperCase())
    expect(answer.status).toBe(200)
    expect(judgedByClient(PosCheckoutResponse, answer.body)).toEqual([])
    expect(answer.body).toMatchObject({
      order: {
        status: 'PAID',
        confirmed: true,
        channel: 'OFFLINE_POS',
        method: 'cash',
        snapshotId: id,
        totalPrice: EUR('20.00'),
        invoice: { grandTotal: EUR('20.00'), fees: [] },
        ticketsQuantity: 2,
        tickets: [{ orderStatus: 'PAID', channel: 'OFFLINE_POS' }, {}],
      },
      reservations: [{ quantity: 2, ticket: { name: 'Standard' } }],
    })
    expect(answer.body).not.toHaveProperty('expires')
    const { orderNumber } = answer.body.order
    expect(await paymentsOf(orderNumber)).toMatchObject([
      { paymentId: id, provider: 'manual', status: 'CAPTURED', amountMinor: 2000 },
    ])
    expect(await sql`select from pos_payments where ticket_reservation_id = ${hold.reservationId}`).toHaveLength(0)
    const { body } = await must(admin, 'GET', `/events/v1/ticket-reservations/${hold.reservationId}`)
    expect(body.ticketReservation.status).toBe('CONFIRMED')
    const facts = await sql`
      select kind, actor_kind from activities where entity_id = ${orderNumber} order by sequence`
    expect(facts.map(({ kind, actorKind }) => `${kind} ${actorKind}`)).toEqual([
      'order.initiated admin',
      'order.confirmed admin',
    ])
  })

  test('R189: what costs nothing is FREE, whatever payment is named', async () => {
    for (const paymentDetailsId of [undefined, null, newGuid()]) {
      const hold = await aHold({ definition: FREE })
      const { body } = await sell(hold, paymentDetailsId)
      expect(judgedByClient(PosCheckoutResponse, body)).toEqual([])
      expect(body.order).toMatchObject({ status: 'FREE', channel: 'OFFLINE_POS', method: '', tickets: [{}, {}] })
      expect(body.order).not.toHaveProperty('snapshotId')
      expect(await paymentsOf(body.order.orderNumber)).toEqual([])
    }
  })

  test('R189, R192: it is sold to nobody in particular, and everybody who reads of it copes', async () => {
    const hold = await aHold({ event: { tickets: { guestsAssignedSeparately: true } } })
    const { order } = (await sell(hold, await taken(hold))).body
    const named = { firstName: '', lastName: '', fullName: '', checkoutForm: { inputValues: [] } }
    expect(order).toMatchObject(named)
    for (const absent of ['contactId', 'memberId', 'email']) expect(order).not.toHaveProperty(absent)
    const path = `/events/v1/events/${hold.eventId}/orders/${order.orderNumber}`
    const everything = 'fieldset=DETAILS&fieldset=FORM&fieldset=INVOICE&fieldset=TICKETS'
    expect((await must(admin, 'GET', `${path}?${everything}`)).body.order).toEqual(order)
    const list = await must(admin, 'GET', `/events/v1/orders?eventId=${hold.eventId}&sort=fullName:asc&${everything}`)
    expect(list.body.orders).toEqual([order])
    const [{ ticketNumber }] = order.tickets
    const query = 'fieldset=TICKET_DETAILS&fieldset=GUEST_DETAILS&fieldset=GUEST_FORM'
    const { ticket } = (await must(admin, 'GET', `/events/v1/tickets/${ticketNumber}?${query}`)).body
    expect(judgedByClient(GetTicketResponse, ticket)).toEqual([])
    expect(ticket).toMatchObject({
      guestFullName: '',
      orderFullName: '',
      guestDetails: { guestAssigned: false, firstName: '', lastName: '', form: { inputValues: [] } },
    })
    const tickets = await must(admin, 'GET', `/events/v1/tickets?eventId=${hold.eventId}&sort=guestFullName:asc`)
    expect(tickets.body.total).toBe(2)
    const scan = { eventId: hold.eventId, ticketNumber: [ticketNumber] }
    expect((await must(admin, 'POST', '/events/v1/tickets/check-in', scan)).body.tickets).toHaveLength(1)
    const somebody = {
      inputValues: [
        ['firstName', 'Ada'],
        ['lastName', 'Berg'],
        ['email', 'ada@example.org'],
      ].map(([inputName, value]) => ({ inputName, value })),
    }
    const updated = await must(admin, 'PATCH', path, { checkoutForm: somebody })
    expect(updated.body.order).toMatchObject({ firstName: 'Ada', tickets: [{ guestFullName: 'Ada Berg' }, {}] })
    expect(updated.body.order.contactId).toMatch(/^[0-9a-f-]{36}$/)
    await must(admin, 'PATCH', path, { archived: true })
    const anonymized = await must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/anonymize`)
    expect(anonymized.body.order).toMatchObject({ ...named, anonymized: true, archived: true })
  })

  test('R189, R207: its links lead to an order and tickets without a name', async () => {
    const hold = await aHold()
    const { order } = (await sell(hold, await taken(hold))).body
    const token = linkToken({ purpose: 'order', siteId, number: order.orderNumber }, deps.keys)
    const page = await follow(app, `${deps.publicUrl}/orders/${order.orderNumber}?token=${token}`)
    expect([page.status, page.text.includes(`Order ${order.orderNumber}`)]).toEqual([200, true])
    const { pages } = await readPdf((await follow(app, order.ticketsPdf)).bytes)
    expect(pages).toHaveLength(2)
    for (const each of pages) expect(each.lines.join(' ')).toContain('Standard')
    const scanned = await follow(app, order.tickets[0].checkInUrl)
    expect(scanned.status).toBe(200)
  })

  test('R135, law 6: when it is canceled a person decides about the money', async () => {
    const hold = await aHold()
    const id = await taken(hold)
    const { order } = (await sell(hold, id)).body
    await must(admin, 'POST', `/events/v1/ticket-reservations/${hold.reservationId}/cancel`)
    expect(
      (await must(admin, 'GET', `/events/v1/events/${hold.eventId}/orders/${order.orderNumber}?fieldset=DETAILS`)).body
        .order.status,
    ).toBe('CANCELED')
    const { cases } = (await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body
    expect(cases).toMatchObject([{ payment: { id, orderNumber: order.orderNumber }, reason: 'ORDER_CANCELED' }])
    await must(admin, 'POST', `/boxoffice/v1/reconciliation/${cases[0].id}/resolve`, {})
  })

  test('R189: without a payment, or with one of something else, nothing is sold', async () => {
    const hold = await aHold()
    const other = await taken(await aHold())
    for (const missing of [undefined, null])
      expect(await refusedWithoutTrace(sql, () => sell(hold, missing))).toEqual([400, ['paymentDetailsId']])
    for (const wrong of [newGuid(), other])
      expect(await refusedWithoutTrace(sql, () => sell(hold, wrong))).toEqual([404, 'PAYMENT_NOT_FOUND'])
  })

  test('R189: what is due may change meanwhile; then it must be taken anew', async () => {
    const hold = await aHold()
    const id = await taken(hold)
    const { revision } = (await must(admin, 'GET', `/events/v3/events/${hold.eventId}`)).body.event
    await must(admin, 'PATCH', `/events/v3/events/${hold.eventId}`, {
      event: {
        revision,
        registration: { tickets: { taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '10' } } },
      },
    })
    const stale = () => sell(hold, id)
    expect(await refusedWithoutTrace(sql, stale)).toEqual([428, 'FAILED_PRECONDITION'])
    expect((await stale()).body.details.applicationError.data).toEqual({
      reason: 'AMOUNT_DIFFERS',
      due: '22.00',
      taken: '20.00',
    })
    expect(await taken(hold)).toBe(id)
    expect((await sell(hold, id)).body.order).toMatchObject({ status: 'PAID', totalPrice: EUR('22.00') })
  })

  test('R20, R157, R189: only what is held, once, of this event', async () => {
    const hold = await aHold()
    const id = await taken(hold)
    const gone = [404, 'RESERVATION_NOT_FOUND']
    const elsewhere = (await aSale(app)).eventId
    expect(await refusedWithoutTrace(sql, () => sell({ ...hold, eventId: elsewhere }, id))).toEqual(gone)
    expect(await refusedWithoutTrace(sql, () => sell({ ...hold, eventId: newGuid() }, id))).toEqual(gone)
    expect(await refusedWithoutTrace(sql, () => sell({ ...hold, reservationId: newGuid() }, id))).toEqual(gone)
    const site = await otherSite()
    expect(await refusedWithoutTrace(sql, () => sell(hold, id, site.admin))).toEqual(gone)
    expect(await refusedWithoutTrace(sql, () => take(hold, {}, site.admin))).toEqual(gone)
    expect((await sell(hold, id)).status).toBe(200)
    expect(await refusedWithoutTrace(sql, () => sell(hold, id))).toEqual([428, 'RESERVATION_OCCUPIED'])
    expect(await refusedWithoutTrace(sql, () => take(hold))).toEqual([428, 'RESERVATION_OCCUPIED'])
    const late = await aHold()
    const lateId = await taken(late)
    setNow('2030-05-01T12:20:00.000Z')
    expect(await refusedWithoutTrace(sql, () => sell(late, lateId))).toEqual(gone)
    expect(await refusedWithoutTrace(sql, () => take(late))).toEqual(gone)
  })

  test('R75: of a canceled event nothing', async () => {
    const hold = await aHold()
    const id = await taken(hold)
    await must(admin, 'POST', `/events/v3/events/${hold.eventId}/cancel`)
    expect(await refusedWithoutTrace(sql, () => sell(hold, id))).toEqual([428, 'REGISTRATION_CLOSED'])
    expect(await refusedWithoutTrace(sql, () => take(hold))).toEqual([428, 'REGISTRATION_CLOSED'])
  })

  test('R22, R189, events 9.5.11: staff of the event who sell or add guests; nobody else', async () => {
    const { eventId, definitionId } = await aSale(app)
    const path = { eventId, definitionId }
    const held = async (by: Caller) => ({
      ...path,
      reservationId: (await reserveTickets(by, definitionId)).body.ticketReservation.id as string,
    })
    for (const permission of ['SELL_TICKETS', 'ADD_GUESTS']) {
      const seller = await aStaffMember(app, { permissions: [permission], events: [eventId] })
      const hold = await held(seller)
      const id = (await take(hold, {}, seller)).body.posPayment.id
      expect((await sell(hold, id, seller)).body.order.status).toBe('PAID')
    }
    const denied = [403, 'PERMISSION_DENIED']
    const hold = await held(admin)
    const elsewhere = [(await aSale(app)).eventId]
    const callers = [
      await visitor(),
      await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS', 'READ_ANALYTICS'], events: [eventId] }),
      await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: elsewhere }),
    ]
    for (const caller of callers)
      for (const request of [() => take(hold, {}, caller), () => sell(hold, newGuid(), caller)])
        expect(await refusedWithoutTrace(sql, request)).toEqual(denied)
    expect(refusalOf(await take(hold, {}, anonymous))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await sell(hold, newGuid(), anonymous))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('R25: where a guest holds the tickets, the order is that guest’s', async () => {
    const guest = await visitor()
    const { eventId, definitionId } = await aSale(app)
    const reservationId = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    const hold = { eventId, definitionId, reservationId }
    const { order } = (await sell(hold, await taken(hold))).body
    await must(guest, 'GET', `/events/v1/events/${eventId}/orders/${order.orderNumber}`)
  })

  test('law 1, R20: two sellers sell the same hold at once: one does', async () => {
    const hold = await aHold()
    const id = await taken(hold)
    const answers = await collide(sql, lockingReservation(hold.reservationId), [
      () => sell(hold, id),
      () => sell(hold, id),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 428])
    expect(await paymentsOf(answers[0]?.body.order.orderNumber)).toHaveLength(1)
  })

  test('R157: a hold that was checked out online cannot be sold at the door too', async () => {
    const hold = await aHold()
    await checkOut(admin, hold, { options: { payInPerson: true } })
    expect(await refusedWithoutTrace(sql, () => sell(hold, newGuid()))).toEqual([428, 'RESERVATION_OCCUPIED'])
  })

  test('R93: lines of several definitions, priced together', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: DEAR })
    const gratis = (await aDefinition(app, eventId, { ...FREE, feeType: 'NO_FEE' })).id
    const reservationId = (await reserveTickets(admin, [definitionId, gratis], 2)).body.ticketReservation.id
    const hold = { eventId, definitionId, reservationId }
    const { order } = (await sell(hold, await taken(hold))).body
    expect(order).toMatchObject({ ticketsQuantity: 4, totalPrice: EUR('20.00') })
    expect(order.tickets).toHaveLength(4)
  })

  test('R2: under every published path', async () => {
    for (const path of publishedPaths(PATH)) {
      const { eventId, reservationId } = await aHold({ definition: FREE })
      expect((await admin('POST', path, { eventId, reservationId })).status).toBe(200)
    }
  })

  const [EVENT, HELD] = [newGuid(), newGuid()]
  test.each<[string, unknown, string | string[]]>([
    ['nothing', undefined, 'request'],
    ['null', null, 'request'],
    ['an empty object', {}, ['eventId', 'reservationId']],
    ['null for the event', { eventId: null, reservationId: HELD }, 'eventId'],
    ['an event that is no GUID', { eventId: 'x', reservationId: HELD }, 'eventId'],
    ['no reservation', { eventId: EVENT }, 'reservationId'],
    ['a number for the reservation', { eventId: EVENT, reservationId: 7 }, 'reservationId'],
    ['a payment that is no GUID', { eventId: EVENT, reservationId: HELD, paymentDetailsId: 'x' }, 'paymentDetailsId'],
    ['a list for the payment', { eventId: EVENT, reservationId: HELD, paymentDetailsId: [] }, 'paymentDetailsId'],
  ])('R189: %s is a 400', async (_, body, field) => {
    expect(await refusedWithoutTrace(sql, () => admin('POST', PATH, body))).toEqual([400, [field].flat()])
  })

  test.each<[string, unknown, string | string[]]>([
    ['nothing', undefined, 'request'],
    ['an empty object', {}, ['reservationId', 'method']],
    ['a reservation that is no GUID', { reservationId: 'x', method: 'cash' }, 'reservationId'],
    ['null for the method', { reservationId: HELD, method: null }, ['method', 'method']],
    ['an unknown method', { reservationId: HELD, method: 'shells' }, 'method'],
    ['a number for the amount', { reservationId: HELD, method: 'cash', amount: 20 }, 'amount'],
    [
      'an amount that is a number',
      { reservationId: HELD, method: 'cash', amount: { value: 20, currency: 'EUR' } },
      'amount.value',
    ],
    [
      'a negative amount',
      { reservationId: HELD, method: 'cash', amount: { value: '-1', currency: 'EUR' } },
      'amount.value',
    ],
    ['an amount without currency', { reservationId: HELD, method: 'cash', amount: { value: '20' } }, 'amount.currency'],
    [
      'a currency of four',
      { reservationId: HELD, method: 'cash', amount: { value: '20', currency: 'EURO' } },
      'amount.currency',
    ],
  ])('R189: %s for what was taken is a 400', async (_, body, field) => {
    expect(await refusedWithoutTrace(sql, () => admin('POST', PAYMENTS, body))).toEqual([400, [field].flat()])
  })

  test('R157: what was taken for a reservation that is not there', async () => {
    expect(await refusedWithoutTrace(sql, () => take({ reservationId: newGuid() }))).toEqual([
      404,
      'RESERVATION_NOT_FOUND',
    ])
  })
})

describe('what was taken', () => {
  const takingsOf = (caller: Caller, eventId: string, query = '') =>
    caller('GET', `/boxoffice/v1/events/${eventId}/takings${query}`)

  test('R189: by way of payment and by person, since a moment, of one event', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 50 } })
    const { id: gift } = await aDefinition(app, eventId, { name: 'Gift', ...FREE })
    const dora = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [eventId] })
    const sellOf = async (seller: Caller, quantity: number, method: 'cash' | 'card' | null) => {
      const reserved = await reserveTickets(seller, method ? definitionId : gift, quantity)
      const hold = { eventId, definitionId, reservationId: reserved.body.ticketReservation.id as string }
      const payment = method && (await take(hold, { method }, seller)).body.posPayment.id
      expect((await sell(hold, payment, seller)).status).toBe(200)
    }
    await sellOf(admin, 1, 'cash')
    setNow('2030-05-01T12:30:00.000Z')
    await sellOf(admin, 2, 'cash')
    await sellOf(dora, 3, 'cash')
    await sellOf(dora, 1, 'card')
    await sellOf(dora, 2, null)
    await checkOut(admin, {
      eventId,
      reservationId: (await reserveTickets(admin, definitionId, 1)).body.ticketReservation.id,
    })
    const row = (name: string, method: string, orders: number, tickets: number, value: string) => ({
      method,
      seller: { kind: name === 'Dora' ? 'staff' : 'admin', id: expect.any(String), name },
      orders,
      tickets,
      taken: { value, currency: 'EUR' },
      refunded: { value: '0.00', currency: 'EUR' },
    })
    const ofDora = [
      row('Dora', 'card', 1, 1, '10.00'),
      row('Dora', 'cash', 1, 3, '30.00'),
      row('Dora', 'free', 1, 2, '0.00'),
    ]
    const { takings } = (await must(dora, 'GET', `/boxoffice/v1/events/${eventId}/takings`)).body
    expect(takings).toEqual([...ofDora, row('tests', 'cash', 2, 3, '30.00')])
    const since = (await takingsOf(admin, eventId.toUpperCase(), '?from=2030-05-01T12:30:00.000Z')).body.takings
    expect(since).toEqual([...ofDora, row('tests', 'cash', 1, 2, '20.00')])
    expect((await takingsOf(admin, eventId, '?to=2030-05-01T12:00:00.000Z')).body).toEqual({ takings: [] })

    const elsewhere = (await aSale(app)).eventId
    expect((await takingsOf(admin, elsewhere)).body).toEqual({ takings: [] })
    expect(refusalOf(await takingsOf(dora, elsewhere))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await takingsOf(admin, newGuid()))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(refusalOf(await takingsOf((await otherSite()).admin, eventId))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(refusalOf(await takingsOf(await visitor(), eventId))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await takingsOf(anonymous, eventId))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await takingsOf(admin, 'x'))).toEqual([400, ['eventId']])
    expect(refusalOf(await takingsOf(admin, eventId, '?from=today'))).toEqual([400, ['from']])
  })
})
