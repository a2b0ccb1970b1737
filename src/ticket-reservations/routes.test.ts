import {
  CancelTicketReservationResponse,
  CreateTicketReservationResponse,
  DeleteTicketReservationResponse,
  GetTicketReservationResponse,
} from '@wix/auto_sdk_events_ticket-reservations/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from './expire.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, deps, setNow } = app
const PATH = '/events/v1/ticket-reservations'
const START = '2030-05-01T12:00:00.000Z'
const GUID = /^[0-9a-f-]{36}$/
beforeEach(() => setNow(START))
verifyAfterEach(sql)

const EUR = (value: string) => ({ value, currency: 'EUR' })
const OPTIONS = {
  pricingMethod: {
    pricingOptions: {
      optionDetails: [
        { optionId: '0e0e0e0e-0000-4000-8000-00000000000a', name: 'Adult', price: EUR('40.00') },
        { optionId: '0e0e0e0e-0000-4000-8000-00000000000b', name: 'Child', price: EUR('15.00') },
      ],
    },
  },
}
const DONATION = { pricingMethod: { guestPrice: EUR('5.00') } }

async function reserve(caller: Caller, tickets: unknown, more: object = {}) {
  return caller('POST', PATH, { ticketReservation: { tickets, ...more } })
}

async function stockOf(definitionId: string) {
  const path = `/events/v3/ticket-definitions/${definitionId}?fields=SALES_DETAILS`
  const { unsoldCount, reservedCount, soldCount } = (await must(admin, 'GET', path)).body.ticketDefinition.salesDetails
  return [unsoldCount, reservedCount, soldCount]
}

async function aMember() {
  const [visitorId, memberId] = [newGuid(), newGuid()]
  const claims = { kind: 'member', siteId, visitorId, memberId } as const
  const token = await signToken(deps.keys, 'access', claims, app.now(), 14_400)
  const caller: Caller = async (method, url, body) => anonymous(method, url, body, { authorization: token })
  return { caller, visitorId, memberId }
}

async function activitiesOf(id: string) {
  const rows = await sql`
    select sequence, kind, actor_kind
      from activities
     where site_id = ${siteId}
       and entity_kind = 'ticket_reservation'
       and entity_id = ${id}
     order by sequence`
  return rows.map(({ sequence, kind, actorKind }) => `${sequence} ${kind} ${actorKind}`)
}

describe('creating', () => {
  test('R118, R119, R120, R216, E3: a PENDING hold with its deadline and every line as it costs', async () => {
    const { eventId, definitionId } = await aSale(app, {
      event: { tickets: { reservationDurationInMinutes: 12 } },
      definition: { ...OPTIONS, initialLimit: 10, policyText: 'No dogs.' },
    })
    const guest = await visitor()
    const tickets = [
      {
        ticketDefinitionId: definitionId.toUpperCase(),
        quantity: 2,
        eventId: newGuid(), // R123: overwritten
        removedQuantity: 1,
        ticketInfo: { pricingOptionId: '0e0e0e0e-0000-4000-8000-00000000000A', pricingOptionName: 'Mine' },
      },
    ]
    const answer = await reserve(guest, tickets, { id: newGuid(), status: 'CONFIRMED', visitorId: newGuid() }) // R12
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      ticketReservation: {
        id: expect.stringMatching(GUID),
        revision: '1',
        createdDate: START,
        updatedDate: START,
        expirationDate: '2030-05-01T12:12:00.000Z',
        status: 'PENDING',
        visitorId: expect.stringMatching(GUID),
        tickets: [
          {
            ticketLineItemId: expect.stringMatching(GUID),
            eventId,
            ticketDefinitionId: definitionId,
            quantity: 2,
            removedQuantity: 0,
            ticketName: 'Standard',
            policy: 'No dogs.',
            price: EUR('40.00'),
            subTotal: EUR('80.00'),
            ticketInfo: { pricingOptionId: '0e0e0e0e-0000-4000-8000-00000000000a', pricingOptionName: 'Adult' },
            eventSettingsSnapshot: {},
          },
        ],
      },
      promotionErrors: { error: [] },
    })
    expect(judgedByClient(CreateTicketReservationResponse, answer.body.ticketReservation)).toEqual([])
    expect(await stockOf(definitionId)).toEqual([8, 2, 0])
    const { id } = answer.body.ticketReservation
    expect(await activitiesOf(id)).toEqual(['1 ticket_reservation.created visitor'])
    const read = await guest('GET', `${PATH}/${id.toUpperCase()}?ticketReservationId=${id}`)
    expect(read.body).toEqual(answer.body)
    expect(judgedByClient(GetTicketReservationResponse, read.body.ticketReservation)).toEqual([])
  })

  test('R119: without a setting a hold lasts 20 minutes', async () => {
    const { definitionId } = await aSale(app)
    const { body } = await reserveTickets(await visitor(), definitionId)
    expect(body.ticketReservation.expirationDate).toBe('2030-05-01T12:20:00.000Z')
  })

  test.each([
    ['R31: a fixed price', {}, {}, '10.00', '20.00'],
    ['R142: a free ticket, PENDING too', FREE, {}, '0.00', '0.00'],
    ['R33: a guest price left out is the minimum', DONATION, {}, '5.00', '10.00'],
    ['R32: a guest price above the minimum', DONATION, { guestPrice: '7.5' }, '7.50', '15.00'],
    ['R35: a guest price of four places is rounded half up', DONATION, { guestPrice: '7.1250' }, '7.13', '14.26'],
    [
      'R34: the price of the chosen option',
      OPTIONS,
      { pricingOptionId: '0e0e0e0e-0000-4000-8000-00000000000b' },
      '15.00',
      '30.00',
    ],
    ['R31: null is as good as absent', {}, { guestPrice: null, pricingOptionId: null, seatId: null }, '10.00', '20.00'],
  ])('%s', async (_, definition, ticketInfo, price, subTotal) => {
    const { definitionId } = await aSale(app, { definition })
    const { status, body } = await reserve(await visitor(), [
      { ticketDefinitionId: definitionId, quantity: 2, ticketInfo },
    ])
    expect(status).toBe(200)
    const { tickets, status: held } = body.ticketReservation
    expect([held, tickets[0].price, tickets[0].subTotal]).toEqual(['PENDING', EUR(price), EUR(subTotal)])
  })

  test('R125: alike lines stay apart', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 5 } })
    const { body } = await reserveTickets(await visitor(), [definitionId, definitionId], 2)
    expect(body.ticketReservation.tickets.map((line: { quantity: number }) => line.quantity)).toEqual([2, 2])
    expect(await stockOf(definitionId)).toEqual([1, 4, 0])
  })

  test('R23: a member has both ids, the organizer none', async () => {
    const { definitionId } = await aSale(app)
    const { caller, visitorId, memberId } = await aMember()
    expect((await reserveTickets(caller, definitionId)).body.ticketReservation).toMatchObject({ visitorId, memberId })
    const { ticketReservation } = (await reserveTickets(admin, definitionId)).body
    expect(ticketReservation).not.toHaveProperty('visitorId')
    expect(ticketReservation).not.toHaveProperty('memberId')
  })

  test('R121: later changes of the definition leave name, price and policy of a hold alone', async () => {
    const { definitionId } = await aSale(app, { definition: { policyText: 'Old.' } })
    const guest = await visitor()
    const held = await reserveTickets(guest, definitionId)
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${definitionId}`, {
      ticketDefinition: { revision: '1', name: 'New', policyText: 'New.', pricingMethod: { fixedPrice: EUR('99') } },
    })
    expect((await guest('GET', `${PATH}/${held.body.ticketReservation.id}`)).body).toEqual(held.body)
  })

  test('R53, R57, R60: a pricing plan that is not there is a promotion error, not a refusal', async () => {
    const { definitionId } = await aSale(app)
    const pricingPlan = { orderId: newGuid(), planId: newGuid() }
    const { status, body } = await reserve(await visitor(), [
      { ticketDefinitionId: definitionId, quantity: 1, ticketInfo: { pricingPlan } },
    ])
    expect(status).toBe(200)
    expect(body.ticketReservation.tickets[0].ticketInfo).toEqual({ pricingPlan })
    expect(body.promotionErrors.error).toMatchObject([
      { promotionType: 'PAID_PLAN_BENEFIT', code: 'PAID_PLAN_BENEFIT_NOT_FOUND' },
    ])
    expect(body.ticketReservation.tickets[0].price).toEqual(EUR('10.00'))
  })

  test('R30: extended fields are the organizer’s to write', async () => {
    const { definitionId } = await aSale(app)
    const extendedFields = { namespaces: { '@acme/desk': { till: 3 } } }
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 1 }]
    const own = await reserve(admin, tickets, { extendedFields })
    expect(own.body.ticketReservation.extendedFields).toEqual(extendedFields)
    expect(judgedByClient(CreateTicketReservationResponse, own.body.ticketReservation)).toEqual([])
    const guests = await reserve(await visitor(), tickets, { extendedFields })
    expect(guests.body.ticketReservation).not.toHaveProperty('extendedFields')
  })
})

describe('what is bypassed on purpose', () => {
  test('R28, R67, R73, R129: the organizer sells hidden tickets beyond the limit, at a price of its own', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 1, hidden: true } })
    const { status, body } = await reserve(
      admin,
      [{ ticketDefinitionId: definitionId, quantity: 30, ticketInfo: { priceOverride: '0.5' } }],
      { additionalReservationSettings: { disableTicketLimitValidation: true, enableHiddenTicketReservation: true } },
    )
    expect(status).toBe(200)
    expect(judgedByClient(CreateTicketReservationResponse, body.ticketReservation)).toEqual([])
    expect(body.ticketReservation).toMatchObject({
      additionalReservationSettings: { disableTicketLimitValidation: true, enableHiddenTicketReservation: true },
      tickets: [{ price: EUR('0.50'), subTotal: EUR('15.00'), ticketInfo: { priceOverride: '0.5' } }],
    })
    expect(await stockOf(definitionId)).toEqual([0, 30, 0])
    await must(admin, 'POST', `${PATH}/${body.ticketReservation.id}/cancel`)
    expect(await stockOf(definitionId)).toEqual([1, 0, 0])
  })

  test.each([
    ['the limit', { additionalReservationSettings: { disableTicketLimitValidation: true } }, {}],
    ['hiding', { additionalReservationSettings: { enableHiddenTicketReservation: true } }, {}],
    ['the price', {}, { priceOverride: '1' }],
  ])('R28: a guest bypasses nothing: %s', async (_, more, ticketInfo) => {
    const { definitionId } = await aSale(app)
    const guest = await visitor()
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 1, ticketInfo }]
    expect(await refusedWithoutTrace(sql, () => reserve(guest, tickets, more))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('R28: switched off, the settings need no permission', async () => {
    const { definitionId } = await aSale(app)
    const { status } = await reserve(await visitor(), [{ ticketDefinitionId: definitionId, quantity: 1 }], {
      additionalReservationSettings: { disableTicketLimitValidation: false, enableHiddenTicketReservation: null },
    })
    expect(status).toBe(200)
  })
})

describe('refusals to reserve, after which nothing is held', () => {
  const attempt = async (definitionId: string, ticketInfo: object = {}, quantity = 1) => {
    const guest = await visitor()
    return refusedWithoutTrace(sql, () => reserve(guest, [{ ticketDefinitionId: definitionId, quantity, ticketInfo }]))
  }

  test('R126: an unknown definition, a deleted one and another site’s are 404', async () => {
    const { definitionId } = await aSale(app)
    const foreign = await aSale(await otherSite())
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${definitionId}`)
    for (const id of [newGuid(), definitionId, foreign.definitionId])
      expect(await attempt(id)).toEqual([404, 'TICKET_DEFINITION_NOT_FOUND'])
  })

  test('R68: one unknown line and none is held', async () => {
    const { definitionId } = await aSale(app)
    const guest = await visitor()
    expect(await refusedWithoutTrace(sql, () => reserveTickets(guest, [definitionId, newGuid()]))).toEqual([
      404,
      'TICKET_DEFINITION_NOT_FOUND',
    ])
  })

  test('R124: lines of two events', async () => {
    const [one, other] = [await aSale(app), await aSale(app)]
    const guest = await visitor()
    expect(await refusedWithoutTrace(sql, () => reserveTickets(guest, [one.definitionId, other.definitionId]))).toEqual(
      [400, ['ticketReservation.tickets[1].ticketDefinitionId']],
    )
  })

  test.each([
    ['no option of a definition that has some', OPTIONS, {}],
    ['an unknown option', OPTIONS, { pricingOptionId: newGuid() }],
    ['an option of a definition that has none', {}, { pricingOptionId: newGuid() }],
  ])('R34, R126: %s', async (_, definition, ticketInfo) => {
    const { definitionId } = await aSale(app, { definition })
    expect(await attempt(definitionId, ticketInfo)).toEqual([428, 'UNSUPPORTED_PRICING_OPTION'])
  })

  test.each([
    ['R32: a guest price below the minimum', DONATION, { guestPrice: '4.99' }, 'guestPrice'],
    ['R33: a guest price where there is none', {}, { guestPrice: '20' }, 'guestPrice'],
    ['a guest price beyond all reason', DONATION, { guestPrice: '9999999999999' }, 'guestPrice'],
    ['a seat, for there is no seating', {}, { seatId: '1-2-A' }, 'seatId'],
  ])('%s', async (_, definition, ticketInfo, member) => {
    const { definitionId } = await aSale(app, { definition })
    expect(await attempt(definitionId, ticketInfo)).toEqual([
      400,
      [`ticketReservation.tickets[0].ticketInfo.${member}`],
    ])
  })

  test('R73, R128: hidden', async () => {
    const { definitionId } = await aSale(app, { definition: { hidden: true } })
    expect(await attempt(definitionId)).toEqual([428, 'TICKET_DEFINITION_HIDDEN'])
  })

  test('R70 to R72, R128: before the sale starts and from its end on, in whole minutes', async () => {
    const { definitionId } = await aSale(app, {
      definition: { salePeriod: { startDate: '2030-05-02T10:00:42Z', endDate: '2030-05-02T11:00:59Z' } },
    })
    expect(await attempt(definitionId)).toEqual([428, 'TICKET_NOT_ON_SALE'])
    setNow('2030-05-02T10:00:00Z')
    expect((await reserveTickets(await visitor(), definitionId)).status).toBe(200)
    setNow('2030-05-02T11:00:00Z')
    await expireOverdue(sql, app.now())
    expect(await attempt(definitionId)).toEqual([428, 'TICKET_NOT_ON_SALE'])
    const answer = await reserveTickets(await visitor(), definitionId)
    expect(answer.body.details.applicationError.data).toEqual({
      ticketDefinitionId: definitionId,
      saleStatus: 'SALE_ENDED',
    })
  })

  test('R129: no flag opens a sale that is over', async () => {
    const { definitionId } = await aSale(app, { definition: { salePeriod: { endDate: '2030-05-01T11:00:00Z' } } })
    const flags = { disableTicketLimitValidation: true, enableHiddenTicketReservation: true }
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 1 }]
    expect(
      await refusedWithoutTrace(sql, () => reserve(admin, tickets, { additionalReservationSettings: flags })),
    ).toEqual([428, 'TICKET_NOT_ON_SALE'])
  })

  test('R66, R128, E4: more than are there, summed over the lines of a definition', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 3 } })
    expect(await attempt(definitionId, {}, 4)).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
    const guest = await visitor()
    expect(await refusedWithoutTrace(sql, () => reserveTickets(guest, [definitionId, definitionId], 2))).toEqual([
      428,
      'TICKET_LIMIT_EXCEEDED',
    ])
    expect((await reserveTickets(guest, definitionId, 2)).status).toBe(200)
    const answer = await reserveTickets(guest, definitionId, 2)
    expect(answer.body).toEqual({
      message: expect.any(String),
      details: {
        applicationError: {
          code: 'TICKET_LIMIT_EXCEEDED',
          description: expect.any(String),
          data: { ticketDefinitionId: definitionId, available: 1 },
        },
      },
    })
    expect(answer.headers['x-wix-request-id']).toMatch(GUID) // R13
  })

  test('R64, R66: more than one order may hold, in one line or over all', async () => {
    const { eventId, definitionId } = await aSale(app, { event: { tickets: { ticketLimitPerOrder: 4 } } })
    const second = (await aDefinition(app, eventId)).id
    expect(await attempt(definitionId, {}, 5)).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
    const guest = await visitor()
    expect(await refusedWithoutTrace(sql, () => reserveTickets(guest, [definitionId, second], 3))).toEqual([
      428,
      'TICKET_LIMIT_EXCEEDED',
    ])
    expect((await reserveTickets(guest, [definitionId, second], 2)).status).toBe(200)
  })

  test.each([
    ['canceled', (eventId: string) => must(admin, 'POST', `/events/v3/events/${eventId}/cancel`)],
    ['over', async () => setNow('2030-06-01T22:00:00Z')],
    [
      'closed',
      (eventId: string) =>
        must(admin, 'PATCH', `/events/v3/events/${eventId}`, {
          event: { registration: { registrationDisabled: true } },
        }),
    ],
    [
      'paused',
      (eventId: string) =>
        must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event: { registration: { registrationPaused: true } } }),
    ],
  ])('R75, R128, events 3.1.4: the event is %s', async (_, close) => {
    const { eventId, definitionId } = await aSale(app)
    await close(eventId)
    expect(await attempt(definitionId)).toEqual([428, 'REGISTRATION_CLOSED'])
  })

  test('R75: the event is a draft', async () => {
    const { eventId, definitionId } = await aSale(app)
    await sql`update events set published_at = null where site_id = ${siteId} and event_id = ${eventId}`
    expect(await attempt(definitionId)).toEqual([428, 'REGISTRATION_CLOSED'])
  })

  test('R126: the event is gone', async () => {
    const { eventId, definitionId } = await aSale(app)
    await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
    expect(await attempt(definitionId)).toEqual([404, 'TICKET_DEFINITION_NOT_FOUND'])
  })

  test('an event for members only asks a visitor to log in', async () => {
    const { definitionId } = await aSale(app, { event: { allowedGuestTypes: 'MEMBER' } })
    expect(await attempt(definitionId)).toEqual([403, 'PERMISSION_DENIED'])
    expect((await reserveTickets((await aMember()).caller, definitionId)).status).toBe(200)
  })

  test('R127, events 15.2: paid tickets on a site without a payment method, named in both places', async () => {
    const site = await otherSite()
    await sql`update sites set test_payments = false where site_id = ${site.siteId}`
    const paid = await aSale(site)
    const free = await aDefinition(site, paid.eventId, FREE)
    const { body } = await anonymous('POST', '/oauth2/token', { clientId: site.siteId, grantType: 'anonymous' })
    const guest: Caller = (method, url, wire) => anonymous(method, url, wire, { authorization: body.access_token })
    expect(await refusedWithoutTrace(sql, () => reserveTickets(guest, paid.definitionId))).toEqual([
      403,
      'NO_PAYMENT_METHOD_CONFIGURED',
    ])
    const answer = await reserveTickets(guest, paid.definitionId)
    expect(answer.body.details.applicationError.data.details.details.error_key).toBe('NO_PAYMENT_METHOD_CONFIGURED')
    expect((await reserveTickets(guest, free.id)).status).toBe(200)
    expect((await reserveTickets(site.admin, paid.definitionId)).status).toBe(200)
  })
})

describe('bad requests name their field', () => {
  const line = { ticketDefinitionId: newGuid(), quantity: 1 }
  const T = 'ticketReservation.tickets'
  test.each<[string, unknown, string]>([
    ['no reservation', {}, 'ticketReservation'],
    ['null for the reservation', { ticketReservation: null }, 'ticketReservation'],
    ['no lines', { ticketReservation: {} }, T],
    ['null for lines', { ticketReservation: { tickets: null } }, T],
    ['a text for lines', { ticketReservation: { tickets: 'all' } }, T],
    ['an empty list', { ticketReservation: { tickets: [] } }, T],
    ['51 lines', { ticketReservation: { tickets: Array.from({ length: 51 }, () => line) } }, T],
    ['no definition', { ticketReservation: { tickets: [{ quantity: 1 }] } }, `${T}[0].ticketDefinitionId`],
    ['no quantity', { ticketReservation: { tickets: [{ ...line, quantity: undefined }] } }, `${T}[0].quantity`],
    ['a null line', { ticketReservation: { tickets: [line, null] } }, `${T}[1]`],
    ...(
      [
        ['a definition that is no GUID', { ticketDefinitionId: 'x' }, 'ticketDefinitionId'],
        ['a definition that is a number', { ticketDefinitionId: 7 }, 'ticketDefinitionId'],
        ['quantity 0', { quantity: 0 }, 'quantity'],
        ['quantity 51', { quantity: 51 }, 'quantity'],
        ['half a ticket', { quantity: 1.5 }, 'quantity'],
        ['quantity as text', { quantity: '1' }, 'quantity'],
        ['quantity null', { quantity: null }, 'quantity'],
        ['details that are a text', { ticketInfo: 'x' }, 'ticketInfo'],
        ['an option that is no GUID', { ticketInfo: { pricingOptionId: 'x' } }, 'ticketInfo.pricingOptionId'],
        ['R6: a price as number', { ticketInfo: { guestPrice: 7.5 } }, 'ticketInfo.guestPrice'],
        ['a negative price', { ticketInfo: { guestPrice: '-1' } }, 'ticketInfo.guestPrice'],
        ['a price of five places', { ticketInfo: { priceOverride: '1.12345' } }, 'ticketInfo.priceOverride'],
        ['an empty price', { ticketInfo: { priceOverride: '' } }, 'ticketInfo.priceOverride'],
        ['an empty seat', { ticketInfo: { seatId: '' } }, 'ticketInfo.seatId'],
        ['a seat of 37', { ticketInfo: { seatId: 'x'.repeat(37) } }, 'ticketInfo.seatId'],
        ['a plan that is no GUID', { ticketInfo: { pricingPlan: { planId: 'x' } } }, 'ticketInfo.pricingPlan.planId'],
      ] as [string, object, string][]
    ).map(([name, more, field]): [string, unknown, string] => [
      name,
      { ticketReservation: { tickets: [line, { ...line, ...more }] } },
      `${T}[1].${field}`,
    ]),
    [
      'a setting that is a text',
      {
        ticketReservation: { tickets: [line], additionalReservationSettings: { disableTicketLimitValidation: 'yes' } },
      },
      'ticketReservation.additionalReservationSettings.disableTicketLimitValidation',
    ],
    [
      'namespaces that are a list',
      { ticketReservation: { tickets: [line], extendedFields: { namespaces: [] } } },
      'ticketReservation.extendedFields.namespaces',
    ],
  ])('7.2: %s', async (_, body, field) => {
    expect(await refusedWithoutTrace(sql, () => admin('POST', PATH, body))).toEqual([400, [field]])
  })

  test('E4: out of range says between what', async () => {
    const { body } = await admin('POST', PATH, { ticketReservation: { tickets: [{ ...line, quantity: 51 }] } })
    expect(body.details.validationError.fieldViolations).toEqual([
      {
        field: 'ticketReservation.tickets[0].quantity',
        description: 'must be at most 50',
        violatedRule: 'MAX',
        ruleName: '',
        data: { threshold: 50 },
      },
    ])
  })

  test.each(['{', 'null', '[]', '"x"', ''])('a body of %s', async payload => {
    const [method, url] = ['POST', PATH] as const
    const { app: server } = app
    const { body: token } = await anonymous('POST', '/oauth2/token', { clientId: siteId, grantType: 'anonymous' })
    const headers = { authorization: token.access_token, 'content-type': 'application/json' }
    expect((await server.inject({ method, url, payload, headers })).statusCode).toBe(400)
  })

  test.each([
    ['GET', ''],
    ['POST', '/cancel'],
    ['DELETE', ''],
  ] as const)('api 13.1: %s %s with a malformed id', async (method, verb) => {
    const answer = await admin(method, `${PATH}/not-a-guid${verb}`)
    expect(refusalOf(answer)).toEqual([400, ['ticketReservationId']])
    expect(answer.body.details.validationError.fieldViolations[0].violatedRule).toBe('FORMAT')
  })
})

describe('whose it is', () => {
  test.each([
    ['GET', ''],
    ['POST', '/cancel'],
    ['DELETE', ''],
  ] as const)('R24, R132: %s %s of an unknown one, and of another site’s', async (method, verb) => {
    const site = await otherSite()
    const foreign = await reserveTickets(site.admin, (await aSale(site)).definitionId)
    for (const id of [newGuid(), foreign.body.ticketReservation.id])
      expect(await refusedWithoutTrace(sql, () => admin(method, `${PATH}/${id}${verb}`))).toEqual([
        404,
        'TICKET_RESERVATION_NOT_FOUND',
      ])
  })

  test('R24: another visitor’s is a 404, the organizer’s reach is all', async () => {
    const { definitionId } = await aSale(app)
    const [owner, stranger] = [await visitor(), await visitor()]
    const { id } = (await reserveTickets(owner, definitionId)).body.ticketReservation
    const gone = [404, 'TICKET_RESERVATION_NOT_FOUND']
    expect(await refusedWithoutTrace(sql, () => stranger('GET', `${PATH}/${id}`))).toEqual(gone)
    expect(await refusedWithoutTrace(sql, () => stranger('POST', `${PATH}/${id}/cancel`))).toEqual(gone)
    expect((await admin('GET', `${PATH}/${id}`)).status).toBe(200)
    expect((await owner('GET', `${PATH}/${id}`)).status).toBe(200)
  })

  test('R24: a member reads theirs from another device', async () => {
    const { definitionId } = await aSale(app)
    const { caller, memberId } = await aMember()
    const { id } = (await reserveTickets(caller, definitionId)).body.ticketReservation
    const claims = { kind: 'member', siteId, visitorId: newGuid(), memberId } as const
    const authorization = await signToken(deps.keys, 'access', claims, app.now(), 14_400)
    expect((await anonymous('GET', `${PATH}/${id}`, undefined, { authorization })).status).toBe(200)
  })

  test('R22: guests cannot delete; nobody calls without a token, or with one that has run out', async () => {
    const { definitionId } = await aSale(app)
    const guest = await visitor()
    const { id } = (await reserveTickets(guest, definitionId)).body.ticketReservation
    expect(await refusedWithoutTrace(sql, () => guest('DELETE', `${PATH}/${id}`))).toEqual([403, 'PERMISSION_DENIED'])
    expect(await refusedWithoutTrace(sql, () => reserveTickets(anonymous, definitionId))).toEqual([
      401,
      'UNAUTHENTICATED',
    ])
    setNow('2030-05-01T16:00:01.000Z')
    expect(await refusedWithoutTrace(sql, () => reserveTickets(guest, definitionId))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('events 9.5.11: staff reach the events they were given, with the permission they were given', async () => {
    const [given, other] = [await aSale(app), await aSale(app)]
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [given.eventId] })
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [given.eventId] })
    const guest = await visitor()
    const held = (await reserveTickets(guest, given.definitionId)).body.ticketReservation.id
    const elsewhere = (await reserveTickets(guest, other.definitionId)).body.ticketReservation.id
    expect((await seller('GET', `${PATH}/${held}`)).status).toBe(200)
    const denied = [403, 'PERMISSION_DENIED']
    expect(await refusedWithoutTrace(sql, () => seller('GET', `${PATH}/${elsewhere}`))).toEqual(denied)
    expect(await refusedWithoutTrace(sql, () => seller('POST', `${PATH}/${elsewhere}/cancel`))).toEqual(denied)
    expect(await refusedWithoutTrace(sql, () => seller('DELETE', `${PATH}/${held}`))).toEqual(denied)
    expect(await refusedWithoutTrace(sql, () => reserveTickets(seller, other.definitionId))).toEqual(denied)
    expect((await reserveTickets(seller, given.definitionId)).status).toBe(200)
    expect(refusalOf(await usher('GET', `${PATH}/${held}`))).toEqual([404, 'TICKET_RESERVATION_NOT_FOUND'])
    expect((await seller('POST', `${PATH}/${held}/cancel`)).status).toBe(200)
  })
})

describe('giving back', () => {
  test('R69, R134, R219: canceled from PENDING, the tickets are there again', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 2 } })
    const guest = await visitor()
    const { id } = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation
    setNow('2030-05-01T12:05:00.000Z')
    const answer = await guest('POST', `${PATH}/${id}/cancel`)
    expect(answer.body.ticketReservation).toMatchObject({
      status: 'CANCELED_MANUALLY',
      revision: '2',
      createdDate: START,
      updatedDate: '2030-05-01T12:05:00.000Z',
    })
    expect(judgedByClient(CancelTicketReservationResponse, answer.body.ticketReservation)).toEqual([])
    expect((await guest('GET', `${PATH}/${id}`)).body.ticketReservation).toEqual(answer.body.ticketReservation)
    expect(await stockOf(definitionId)).toEqual([2, 0, 0])
    expect(await activitiesOf(id)).toEqual([
      '1 ticket_reservation.created visitor',
      '2 ticket_reservation.canceled_manually visitor',
    ])
    expect(await refusedWithoutTrace(sql, () => guest('POST', `${PATH}/${id}/cancel`))).toEqual([
      428,
      'FAILED_PRECONDITION',
    ]) // R133, R19
  })

  test('R133: from EXPIRED it cannot be canceled, written down or not', async () => {
    const { definitionId } = await aSale(app)
    const guest = await visitor()
    const { id } = (await reserveTickets(guest, definitionId)).body.ticketReservation
    setNow('2030-05-01T12:20:00.000Z')
    const cancel = () => guest('POST', `${PATH}/${id}/cancel`)
    expect(await refusedWithoutTrace(sql, cancel)).toEqual([428, 'FAILED_PRECONDITION'])
    await expireOverdue(sql, app.now())
    expect(await refusedWithoutTrace(sql, cancel)).toEqual([428, 'FAILED_PRECONDITION'])
  })

  test('R135, R208: canceled from CONFIRMED, its order and tickets go with it', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 2 } })
    const guest = await visitor()
    const reservationId = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
    const { orderNumber } = (await checkOut(guest, { eventId, reservationId })).body.order
    expect(await stockOf(definitionId)).toEqual([0, 0, 2])
    expect((await guest('POST', `${PATH}/${reservationId}/cancel`)).body.ticketReservation).toMatchObject({
      status: 'CANCELED_MANUALLY',
      revision: '3',
    })
    expect(await stockOf(definitionId)).toEqual([2, 0, 0])
    const path = `/events/v1/events/${eventId}/orders/${orderNumber}?fieldset=DETAILS&fieldset=TICKETS`
    expect((await guest('GET', path)).body.order).toMatchObject({
      status: 'CANCELED',
      confirmed: false,
      tickets: [{ canceled: true }, { canceled: true }],
    })
  })

  test('R136: deleted for good, from PENDING; the last state is answered', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 2 } })
    const { id } = (await reserveTickets(await visitor(), definitionId, 2)).body.ticketReservation
    const answer = await admin('DELETE', `${PATH}/${id}`)
    expect(answer.body.ticketReservation).toMatchObject({ id, status: 'CANCELED_MANUALLY', revision: '2' })
    expect(judgedByClient(DeleteTicketReservationResponse, answer.body)).toEqual([])
    expect(await stockOf(definitionId)).toEqual([2, 0, 0])
    expect(refusalOf(await admin('GET', `${PATH}/${id}`))).toEqual([404, 'TICKET_RESERVATION_NOT_FOUND'])
    expect(await refusedWithoutTrace(sql, () => admin('DELETE', `${PATH}/${id}`))).toEqual([
      404,
      'TICKET_RESERVATION_NOT_FOUND',
    ])
    expect((await activitiesOf(id)).at(-1)).toBe('3 ticket_reservation.deleted admin')
  })

  test('R136: deleted from EXPIRED, CANCELED_MANUALLY and CONFIRMED; the order stays, canceled', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 9 } })
    const guest = await visitor()
    const hold = async () => (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    const [bought, canceled, overdue, expired] = [await hold(), await hold(), await hold(), await hold()]
    const { orderNumber } = (await checkOut(guest, { eventId, reservationId: bought })).body.order
    await must(guest, 'POST', `${PATH}/${canceled}/cancel`)
    setNow('2030-05-01T12:20:00.000Z')
    const remove = async (id: string) => (await must(admin, 'DELETE', `${PATH}/${id}`)).body.ticketReservation.status
    expect(await remove(overdue)).toBe('EXPIRED')
    await expireOverdue(sql, app.now())
    expect(await remove(expired)).toBe('EXPIRED')
    expect(await remove(canceled)).toBe('CANCELED_MANUALLY')
    expect(await remove(bought)).toBe('CANCELED_MANUALLY')
    expect(await stockOf(definitionId)).toEqual([9, 0, 0])
    const path = `/events/v1/events/${eventId}/orders/${orderNumber}?fieldset=DETAILS`
    expect((await admin('GET', path)).body.order).toMatchObject({ status: 'CANCELED', reservationId: bought })
  })
})

describe('expiry', () => {
  test('R130, R131, R220: overdue reads as EXPIRED and its stock as free before anybody wrote it down', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 2 } })
    const guest = await visitor()
    const { id } = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation
    setNow('2030-05-01T12:19:59.999Z')
    expect((await guest('GET', `${PATH}/${id}`)).body.ticketReservation.status).toBe('PENDING')
    expect(refusalOf(await reserveTickets(guest, definitionId))).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
    setNow('2030-05-01T12:20:00.000Z')
    const read = await guest('GET', `${PATH}/${id}`)
    expect(read.body.ticketReservation.status).toBe('EXPIRED')
    expect(judgedByClient(GetTicketReservationResponse, read.body.ticketReservation)).toEqual([])
    expect(await stockOf(definitionId)).toEqual([2, 0, 0])
    expect((await reserveTickets(guest, definitionId, 2)).status).toBe(200)
    expect(await activitiesOf(id)).toEqual([
      '1 ticket_reservation.created visitor',
      '2 ticket_reservation.expired clock',
    ])
    expect(await stockOf(definitionId)).toEqual([0, 2, 0])
  })

  test('R69: the job ends what is overdue, once, and nothing else', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 9 } })
    const guest = await visitor()
    const hold = async () => (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    const confirmed = await hold()
    await must(guest, 'POST', '/events/v1/checkout', {
      eventId,
      reservationId: confirmed,
      guests: [{ form: { inputValues: inputs } }],
    })
    const overdue = await hold()
    setNow('2030-05-01T12:10:00.000Z')
    const young = await hold()
    setNow('2030-05-01T12:20:00.000Z')
    await expireOverdue(sql, app.now())
    expect(await expireOverdue(sql, app.now())).toBe(0)
    const statuses = []
    for (const id of [confirmed, overdue, young]) {
      const { body } = await admin('GET', `${PATH}/${id}`)
      statuses.push([body.ticketReservation.status, body.ticketReservation.revision])
    }
    expect(statuses).toEqual([
      ['CONFIRMED', '2'],
      ['EXPIRED', '2'],
      ['PENDING', '1'],
    ])
    expect(await stockOf(definitionId)).toEqual([7, 1, 1])
  })

  test('a deleted event’s holds can be read, canceled, and expire', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 9 } })
    const guest = await visitor()
    const first = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    const second = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
    expect((await guest('GET', `${PATH}/${first}`)).body.ticketReservation.status).toBe('PENDING')
    expect(await refusedWithoutTrace(sql, () => checkOut(guest, { eventId, reservationId: first }))).toEqual([
      404,
      'EVENT_NOT_FOUND',
    ])
    await must(guest, 'POST', `${PATH}/${first}/cancel`)
    setNow('2030-05-01T12:20:00.000Z')
    await expireOverdue(sql, app.now())
    expect((await guest('GET', `${PATH}/${second}`)).body.ticketReservation).toMatchObject({
      status: 'EXPIRED',
      revision: '2',
    })
    const [stock] = await sql`
      select reserved, sold from inventory where site_id = ${siteId} and ticket_definition_id = ${definitionId}`
    expect(stock).toEqual({ reserved: 0, sold: 0 })
  })

  test('one site whose holds cannot be ended keeps nobody else’s', async () => {
    const [site, other] = [await otherSite(), await otherSite()]
    const [broken, sound] = [await aSale(site), await aSale(other)]
    const stuck = (await reserveTickets(site.admin, broken.definitionId)).body.ticketReservation.id
    const held = (await reserveTickets(other.admin, sound.definitionId)).body.ticketReservation.id
    // Its stock says that nothing is held: giving back would make it negative.
    await sql`update inventory set reserved = 0 where site_id = ${site.siteId}`
    setNow('2030-05-01T12:20:00.000Z')
    await expect(expireOverdue(sql, app.now())).rejects.toThrow('1 batches of holds were not ended')
    const [row] = await sql`
      select status from ticket_reservations where site_id = ${other.siteId} and ticket_reservation_id = ${held}`
    expect(row).toEqual({ status: 'EXPIRED' })
    await sql`update inventory set reserved = 1 where site_id = ${site.siteId}`
    expect(await expireOverdue(sql, app.now())).toBe(1)
    expect((await site.admin('GET', `${PATH}/${stuck}`)).body.ticketReservation.revision).toBe('2')
  })
})

const inputs = [
  { inputName: 'firstName', value: 'Ada' },
  { inputName: 'lastName', value: 'Berg' },
  { inputName: 'email', value: 'ada@example.org' },
]

test('R76, events 3.3.2: sold out closes the registration, and it opens again with the first ticket that comes back', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 1 } })
  const guest = await visitor()
  const registration = async () =>
    (await must(admin, 'GET', `/events/v3/events/${eventId}?fields=REGISTRATION`)).body.event.registration
  const { id } = (await reserveTickets(guest, definitionId)).body.ticketReservation
  expect(await registration()).toMatchObject({ status: 'CLOSED_AUTOMATICALLY', tickets: { soldOut: true } })
  await must(guest, 'POST', `${PATH}/${id}/cancel`)
  expect(await registration()).toMatchObject({ status: 'OPEN_TICKETS', tickets: { soldOut: false } })
})

test('R68: forty at once after ten tickets: ten hold one, thirty are refused', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
  const guest = await visitor()
  const answers = await Promise.all(Array.from({ length: 40 }, () => reserveTickets(guest, definitionId)))
  const refusals = answers.filter(({ status }) => status !== 200).map(refusalOf)
  expect(refusals).toEqual(Array.from({ length: 30 }, () => [428, 'TICKET_LIMIT_EXCEEDED']))
  expect(await stockOf(definitionId)).toEqual([0, 10, 0])
})

test('one of a batch that is refused, and one that is wrong, leave the others alone', async () => {
  const { definitionId } = await aSale(app, { definition: { initialLimit: 3 } })
  const guest = await visitor()
  const answers = await Promise.all([
    reserveTickets(guest, definitionId, 2),
    reserveTickets(guest, definitionId, 2),
    reserveTickets(guest, newGuid()),
    reserveTickets(guest, definitionId, 1),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 404, 428])
  expect(await stockOf(definitionId)).toEqual([0, 3, 0])
})
