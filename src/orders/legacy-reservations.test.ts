import { CreateReservationResponse } from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, aSale, checkOut, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
const PATH = '/events/v1/checkout/reservations'
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))
verifyAfterEach(sql)

const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })
const DONATION = { name: 'Donation', pricingMethod: { guestPrice: { value: '5.00', currency: 'EUR' } } }
const ADULT = '0e0e0e0e-0000-4000-8000-00000000000a'
const CHILD = '0e0e0e0e-0000-4000-8000-00000000000b'
const OPTIONS = {
  pricingMethod: {
    pricingOptions: {
      optionDetails: [
        { optionId: ADULT, name: 'Adult', price: { value: '40', currency: 'EUR' } },
        { optionId: CHILD, name: 'Child', price: { value: '15', currency: 'EUR' } },
      ],
    },
  },
}

type Sale = { eventId: string; definitionId: string }

function reserve(caller: Caller, { eventId, definitionId }: Sale, line: object = {}, more: object = {}) {
  const ticketQuantities = [{ ticketDefinitionId: definitionId, quantity: 1, ...line }]
  return caller('POST', PATH, { eventId, ticketQuantities, ...more })
}

const linesOf = async (id: string) =>
  (await must(admin, 'GET', `/events/v1/ticket-reservations/${id}`)).body.ticketReservation.tickets

describe('Create Reservation', () => {
  test('R143 to R145, E5: the guest’s own price, and the same reservation in both APIs', async () => {
    const sale = await aSale(app, { definition: DONATION })
    const guest = await visitor()
    const answer = await reserve(guest, sale, { priceOverride: '7.50' })
    expect(answer.status).toBe(200)
    expect(judgedByClient(CreateReservationResponse, answer.body)).toEqual([])
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      expires: '2030-05-01T12:20:00.000Z',
      reservationStatus: 'RESERVATION_PENDING',
      reservations: [
        {
          quantity: 1,
          ticket: expect.objectContaining({
            id: sale.definitionId,
            name: 'Donation',
            price: EUR('5.00'),
            free: false,
            limitPerCheckout: 20, // R65
          }),
        },
      ],
      invoice: {
        items: [
          { id: sale.definitionId, quantity: 1, name: 'Donation', price: EUR('7.50'), total: EUR('7.50'), fees: [] },
        ],
        total: EUR('7.50'),
        subTotal: EUR('7.50'),
        fees: [],
        grandTotal: EUR('7.50'),
        revenue: EUR('7.50'),
      },
    })
    const { id } = answer.body
    const other = await must(guest, 'GET', `/events/v1/ticket-reservations/${id}`)
    expect(other.body.ticketReservation).toMatchObject({
      status: 'PENDING',
      tickets: [{ price: { value: '7.50', currency: 'EUR' }, ticketInfo: { guestPrice: '7.50' } }],
    })
    expect((await checkOut(guest, { eventId: sale.eventId, reservationId: id })).body.order.totalPrice).toEqual(
      EUR('7.50'),
    )
  })

  test('R143: it holds as long as the event says', async () => {
    const sale = await aSale(app, { event: { tickets: { reservationDurationInMinutes: 5 } } })
    expect((await reserve(await visitor(), sale)).body.expires).toBe('2030-05-01T12:05:00.000Z')
  })

  test('8: details name the option, of all tickets of a line or of each', async () => {
    const sale = await aSale(app, { definition: OPTIONS })
    const guest = await visitor()
    const whole = await reserve(guest, sale, { quantity: 3, ticketDetails: [{ pricingOptionId: ADULT.toUpperCase() }] })
    expect(judgedByClient(CreateReservationResponse, whole.body)).toEqual([])
    expect(whole.body.reservations).toMatchObject([{ quantity: 3, ticketDetails: [{ pricingOptionId: ADULT }] }])
    expect(whole.body.invoice.grandTotal).toEqual(EUR('120.00'))
    const mixed = await reserve(guest, sale, {
      quantity: 3,
      ticketDetails: [{ pricingOptionId: ADULT }, { pricingOptionId: CHILD, capacity: 2 }],
    })
    expect(judgedByClient(CreateReservationResponse, mixed.body)).toEqual([])
    expect(mixed.body.reservations).toMatchObject([
      { quantity: 1, ticketDetails: [{ pricingOptionId: ADULT }] },
      { quantity: 2, ticketDetails: [{ pricingOptionId: CHILD }] },
    ])
    expect(mixed.body.invoice.grandTotal).toEqual(EUR('70.00'))
    expect(await linesOf(mixed.body.id)).toMatchObject([{ quantity: 1 }, { quantity: 2 }])
  })

  test('R28, R144: other prices, limits and hidden tickets are the organizer’s', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 1, hidden: true } })
    const more = { ignoreLimits: true, allowHiddenTickets: true }
    const { status, body } = await reserve(admin, sale, { quantity: 25, priceOverride: '1' }, more)
    expect(status).toBe(200)
    expect(body.invoice.grandTotal).toEqual(EUR('25.00'))
    const guest = await visitor()
    const denied = [403, 'PERMISSION_DENIED']
    const plain = await aSale(app)
    expect(await refusedWithoutTrace(sql, () => reserve(guest, plain, { priceOverride: '1' }))).toEqual(denied)
    const details = { ticketDetails: [{ priceOverride: '1' }] }
    expect(await refusedWithoutTrace(sql, () => reserve(guest, plain, details))).toEqual(denied)
    for (const bypass of [{ ignoreLimits: true }, { allowHiddenTickets: true }])
      expect(await refusedWithoutTrace(sql, () => reserve(guest, plain, {}, bypass))).toEqual(denied)
  })

  test('R146: the same refusals, and a definition must be of the event', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 2 } })
    const other = await aSale(app)
    const hidden = (await aDefinition(app, sale.eventId, { hidden: true })).id
    const guest = await visitor()
    const refused = (wanted: Sale, line: object = {}) => refusedWithoutTrace(sql, () => reserve(guest, wanted, line))
    const unknown = [404, 'TICKET_DEFINITION_NOT_FOUND']
    expect(await refused({ ...sale, definitionId: newGuid() })).toEqual(unknown)
    expect(await refused({ ...sale, definitionId: other.definitionId })).toEqual(unknown)
    expect(await refused({ ...sale, eventId: newGuid() })).toEqual(unknown)
    expect(await refused(sale, { quantity: 3 })).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
    expect(await refused({ ...sale, definitionId: hidden })).toEqual([428, 'TICKET_DEFINITION_HIDDEN'])
    expect(await refused(sale, { ticketDetails: [{ pricingOptionId: newGuid() }] })).toEqual([
      428,
      'UNSUPPORTED_PRICING_OPTION',
    ])
    await must(admin, 'POST', `/events/v3/events/${sale.eventId}/cancel`)
    expect(await refused(sale)).toEqual([428, 'REGISTRATION_CLOSED'])
  })

  test('R32: a guest’s price below the minimum names the member of this call', async () => {
    const sale = await aSale(app, { definition: DONATION })
    const guest = await visitor()
    const refused = (line: object) => refusedWithoutTrace(sql, () => reserve(guest, sale, line))
    expect(await refused({ priceOverride: '4.99' })).toEqual([400, ['ticketQuantities[0].priceOverride']])
    expect(await refused({ ticketDetails: [{ priceOverride: '4.99' }] })).toEqual([
      400,
      ['ticketQuantities[0].ticketDetails[0].priceOverride'],
    ])
  })

  test.each<[string, object, object, string]>([
    ['no event', {}, { eventId: undefined }, 'eventId'],
    ['an event that is no GUID', {}, { eventId: 'x' }, 'eventId'],
    ['no lines', {}, { ticketQuantities: undefined }, 'ticketQuantities'],
    ['an empty list', {}, { ticketQuantities: [] }, 'ticketQuantities'],
    [
      '51 lines',
      {},
      { ticketQuantities: Array.from({ length: 51 }, () => ({ ticketDefinitionId: newGuid(), quantity: 1 })) },
      'ticketQuantities',
    ],
    ['no definition', { ticketDefinitionId: undefined }, {}, 'ticketQuantities[0].ticketDefinitionId'],
    ['a definition that is no GUID', { ticketDefinitionId: 'x' }, {}, 'ticketQuantities[0].ticketDefinitionId'],
    ['quantity 0', { quantity: 0 }, {}, 'ticketQuantities[0].quantity'],
    ['quantity 51', { quantity: 51 }, {}, 'ticketQuantities[0].quantity'],
    ['quantity as text', { quantity: '1' }, {}, 'ticketQuantities[0].quantity'],
    ['a price as number', { priceOverride: 7.5 }, {}, 'ticketQuantities[0].priceOverride'],
    ['a price that is none', { priceOverride: 'cheap' }, {}, 'ticketQuantities[0].priceOverride'],
    ['a seat', { ticketDetails: [{ seatId: 'A-1' }] }, {}, 'ticketQuantities[0].ticketDetails[0].seatId'],
    [
      'an option that is no GUID',
      { ticketDetails: [{ pricingOptionId: 'x' }] },
      {},
      'ticketQuantities[0].ticketDetails[0].pricingOptionId',
    ],
    ['too few details', { quantity: 3, ticketDetails: [{}, {}] }, {}, 'ticketQuantities[0].ticketDetails'],
    ['too many details', { quantity: 1, ticketDetails: [{}, {}] }, {}, 'ticketQuantities[0].ticketDetails'],
    ['details of more tickets', { ticketDetails: [{ capacity: 2 }] }, {}, 'ticketQuantities[0].ticketDetails'],
    ['a flag that is a text', {}, { ignoreLimits: 'yes' }, 'ignoreLimits'],
  ])('8: %s is a 400', async (_, line, more, field) => {
    const sale = await aSale(app)
    expect(await refusedWithoutTrace(sql, () => reserve(admin, sale, line, more))).toEqual([400, [field]])
  })

  test('R22, events 9.5.11: nobody without a token, staff for their events', async () => {
    const [given, other] = [await aSale(app), await aSale(app)]
    expect(await refusedWithoutTrace(sql, () => reserve(anonymous, given))).toEqual([401, 'UNAUTHENTICATED'])
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [given.eventId] })
    expect(await refusedWithoutTrace(sql, () => reserve(seller, other))).toEqual([403, 'PERMISSION_DENIED'])
    expect((await reserve(seller, given)).status).toBe(200)
  })
})

describe('Cancel Reservation', () => {
  const cancel = (caller: Caller, id: string, eventId: string) => caller('DELETE', `${PATH}/${id}?eventId=${eventId}`)

  test('R147: the tickets are there again, whichever API made it', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 1 } })
    const guest = await visitor()
    const held = (await reserveTickets(guest, sale.definitionId)).body.ticketReservation
    const answer = await cancel(guest, held.id.toUpperCase(), sale.eventId.toUpperCase())
    expect([answer.status, answer.body]).toEqual([200, {}])
    const { body } = await must(guest, 'GET', `/events/v1/ticket-reservations/${held.id}`)
    expect(body.ticketReservation.status).toBe('CANCELED_MANUALLY')
    const again = await reserve(guest, sale)
    expect(again.status).toBe(200)
    const invoice = `/events/v1/checkout/invoices/${held.id}`
    expect((await must(guest, 'POST', invoice, { eventId: sale.eventId })).body.reservationStatus).toBe(
      'RESERVATION_CANCELED_MANUALLY',
    )
    expect(await refusedWithoutTrace(sql, () => cancel(guest, held.id, sale.eventId))).toEqual([
      428,
      'FAILED_PRECONDITION',
    ])
  })

  test('R24, R147: unknown, another event’s, another visitor’s, another site’s are 404', async () => {
    const sale = await aSale(app)
    const guest = await visitor()
    const { id } = (await reserve(guest, sale)).body
    const attempts: [Caller, string, string][] = [
      [guest, newGuid(), sale.eventId],
      [guest, id, (await aSale(app)).eventId],
      [await visitor(), id, sale.eventId],
      [(await otherSite()).admin, id, sale.eventId],
    ]
    for (const [caller, reservationId, eventId] of attempts) {
      const [status] = await refusedWithoutTrace(sql, () => cancel(caller, reservationId, eventId))
      expect(status).toBe(404)
    }
  })

  test('api 13.1: malformed ids, and no event', async () => {
    expect(refusalOf(await cancel(admin, 'x', newGuid()))).toEqual([400, ['id']])
    expect(refusalOf(await cancel(admin, newGuid(), 'x'))).toEqual([400, ['eventId']])
    expect(refusalOf(await admin('DELETE', `${PATH}/${newGuid()}`))).toEqual([400, ['eventId']])
  })
})

test('R148: what the old calls do is told as the same facts as what the new ones do', async () => {
  const sale = await aSale(app)
  const guest = await visitor()
  const old = (await reserve(guest, sale)).body.id
  await must(guest, 'DELETE', `${PATH}/${old}?eventId=${sale.eventId}`)
  const { id } = (await reserveTickets(guest, sale.definitionId)).body.ticketReservation
  await must(guest, 'POST', `/events/v1/ticket-reservations/${id}/cancel`)
  const factsOf = (reservationId: string) => sql`
    select kind, sequence, data, actor_kind, actor_id
      from activities
     where entity_kind = 'ticket_reservation'
       and entity_id = ${reservationId}
     order by sequence`
  const facts = await factsOf(old)
  expect(facts.map(({ kind }) => kind)).toEqual(['ticket_reservation.created', 'ticket_reservation.canceled_manually'])
  expect(facts).toEqual(await factsOf(id))
})
