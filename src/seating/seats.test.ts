import { CreateReservationResponse } from '@wix/auto_sdk_events_orders/schemas'
import {
  GetTicketDefinitionResponse,
  QueryAvailableTicketDefinitionsResponse,
} from '@wix/auto_sdk_events_ticket-definitions-v-2/schemas'
import { CreateTicketReservationResponse } from '@wix/auto_sdk_events_ticket-reservations/schemas'
import { ListTicketsResponse } from '@wix/auto_sdk_events_tickets/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Answer, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { anArea, aPlan, aSeatedSale, availablePlaces, PLANS, reserveSeats, seatsOf } from '../../test/support/seats.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { reserver } from '../ticket-reservations/reserve.ts'
import { reservationFromWire } from '../ticket-reservations/wire.ts'

const app = await testApp()
const { admin, visitor, sql, siteId, setNow, now } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

const minutesLater = (minutes: number) => setNow(new Date(now().getTime() + minutes * 60_000))
const idOf = ({ body }: Answer): string => body.ticketReservation.id
const cancel = (id: string) => must(admin, 'POST', `/events/v1/ticket-reservations/${id}/cancel`)
const OPTIONS = {
  pricingMethod: {
    pricingOptions: {
      optionDetails: ['a', 'b'].map(last => ({
        optionId: `0e0e0e0e-0000-4000-8000-00000000000${last}`,
        name: last,
        price: { value: '10', currency: 'EUR' },
      })),
    },
  },
}

/** What a refusal says, after making sure that it left no trace; `data` of one with a code. */
async function refused(ask: () => Promise<Answer>) {
  let data: unknown
  const refusal = await refusedWithoutTrace(sql, async () => {
    const answer = await ask()
    data = answer.body.details?.applicationError?.data
    return answer
  })
  return { refusal, data }
}

/** Two seats in a row, a table for two, and standing room for four. */
const ROOM = [
  seatsOf(1, 2),
  { id: 2, type: 'TABLE', label: 'Table 2', seats: [{ label: 'N' }, { label: 'S' }] },
  anArea(3, 4),
]

describe('what is told of places', () => {
  test('R79, R85: those that can be had, in the order of the plan, to guests and organizers, when they ask', async () => {
    const { eventId, definitionId } = await aSeatedSale(app, { elements: ROOM })
    const unseated = (await aDefinition(app, eventId)).id
    const guest = await visitor()
    await reserveSeats(guest, definitionId, ['0-1-1', ['0-3-GA', 3]])
    const places = [
      { placeId: '0-1-2', label: '2', sectionLabel: 'Stalls', elementLabel: 'Row 1', availableCapacity: 1 },
      { placeId: '0-2-N', label: 'N', sectionLabel: 'Stalls', elementLabel: 'Table 2', availableCapacity: 1 },
      { placeId: '0-2-S', label: 'S', sectionLabel: 'Stalls', elementLabel: 'Table 2', availableCapacity: 1 },
      { placeId: '0-3-GA', label: 'GA', sectionLabel: 'Stalls', elementLabel: 'Standing', availableCapacity: 1 },
    ]
    const path = `/events/v3/ticket-definitions/${definitionId}`
    const one = await must(admin, 'GET', `${path}?fields=SEATING_DETAILS`)
    expect(one.body.ticketDefinition.seatingDetails).toEqual({ places })
    expect(judgedByClient(GetTicketDefinitionResponse, one.body.ticketDefinition)).toEqual([])
    const query = { query: { filter: { eventId } }, fields: ['SEATING_DETAILS'] }
    for (const [caller, way] of [
      [admin, 'query'],
      [guest, 'available/query'],
      [await visitor(), 'available/query'],
    ] as const) {
      const { body } = await must(caller, 'POST', `/events/v3/ticket-definitions/${way}`, query)
      const details = Object.fromEntries(
        body.ticketDefinitions.map((each: { id: string; seatingDetails: unknown }) => [each.id, each.seatingDetails]),
      )
      expect(details).toEqual({ [definitionId]: { places }, [unseated]: undefined })
      expect(judgedByClient(QueryAvailableTicketDefinitionsResponse, body)).toEqual([])
    }

    const unasked = await must(admin, 'GET', path)
    expect(unasked.body.ticketDefinition).not.toHaveProperty('seatingDetails')
    const { seatingDetails } = (
      await must(admin, 'GET', `/events/v3/ticket-definitions/${unseated}?fields=SEATING_DETAILS`)
    ).body.ticketDefinition
    expect(seatingDetails).toBeUndefined()
  })

  test('R79: without a plan there are no seating details', async () => {
    const { eventId } = await aSale(app)
    const query = { query: { filter: { eventId } }, fields: ['SEATING_DETAILS'] }
    const { body } = await must(await visitor(), 'POST', '/events/v3/ticket-definitions/available/query', query)
    expect(body.ticketDefinitions[0]).not.toHaveProperty('seatingDetails')
  })

  test('R79, R130: a place whose hold is only overdue is shown, and what is sold out shows none', async () => {
    const { eventId, definitionId } = await aSeatedSale(app, { elements: [seatsOf(1, 2), anArea(2, 2)] })
    const guest = await visitor()
    await reserveSeats(guest, definitionId, ['0-1-1', '0-1-2', ['0-2-GA', 2]])
    expect(await availablePlaces(guest, eventId)).toEqual({})
    minutesLater(21)
    expect(await availablePlaces(guest, eventId)).toEqual({ '0-1-1': 1, '0-1-2': 1, '0-2-GA': 2 })
  })

  test('R62: what guests are told of stock counts places', async () => {
    const { eventId, definitionId } = await aSeatedSale(app, { elements: ROOM })
    const guest = await visitor()
    const availability = async () => (await must(guest, 'GET', `/boxoffice/v1/events/${eventId}/availability`)).body
    expect((await availability()).availability).toMatchObject({ sold: 0, held: 0, unsold: 8, soldOut: false })
    await reserveSeats(guest, definitionId, ['0-1-1', ['0-3-GA', 2]])
    expect((await availability()).availability).toMatchObject({ sold: 0, held: 3, unsold: 5 })
  })
})

describe('reserving', () => {
  test('R80, R83: a line names its place, and the server says where that is', async () => {
    const { definitionId, planId } = await aSeatedSale(app, { elements: ROOM })
    const answer = await must(await visitor(), 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: {
        tickets: [
          ['0-2-S', 1],
          ['0-1-2', 1],
          ['0-3-GA', 3],
        ].map(([seatId, quantity]) => ({
          ticketDefinitionId: definitionId,
          quantity,
          ticketInfo: { seatId, seatInfo: { sectionLabel: 'Mine', configurationId: newGuid() } },
        })),
      },
    })
    const { tickets } = answer.body.ticketReservation
    const common = { sectionLabel: 'Stalls', configurationId: planId }
    expect(tickets.map((line: { ticketInfo: unknown }) => line.ticketInfo)).toEqual([
      { seatId: '0-2-S', seatInfo: { ...common, tableLabel: 'Table 2', seatLabel: 'S' } },
      { seatId: '0-1-2', seatInfo: { ...common, rowLabel: 'Row 1', seatLabel: '2' } },
      { seatId: '0-3-GA', seatInfo: { ...common, areaLabel: 'Standing' } },
    ])
    expect(judgedByClient(CreateTicketReservationResponse, answer.body.ticketReservation)).toEqual([])
    const read = await must(admin, 'GET', `/events/v1/ticket-reservations/${idOf(answer)}`)
    expect(read.body.ticketReservation.tickets).toEqual(tickets)
  })

  const seated = { elements: ROOM }
  type Line = { quantity?: number; ticketInfo?: unknown }
  const line = (seatId: string | null, quantity = 1): Line => ({ quantity, ticketInfo: { seatId } })
  const at = (index: number, member: string) => `ticketReservation.tickets[${index}].${member}`

  test.each<[string, Line[], [number, string | string[]], Record<string, unknown>?]>([
    ['R128: no seat', [{ quantity: 1 }], [428, 'SEAT_NOT_AVAILABLE'], {}],
    ['R128: a seat that is null', [line(null)], [428, 'SEAT_NOT_AVAILABLE'], {}],
    ['R80: no seat on the second line', [line('0-1-1'), { quantity: 1 }], [428, 'SEAT_NOT_AVAILABLE'], {}],
    ['R80: an unknown seat', [line('0-1-9')], [428, 'SEAT_NOT_AVAILABLE'], { seatId: '0-1-9' }],
    ['R80: a seat in other letters', [line('0-2-n')], [428, 'SEAT_NOT_AVAILABLE'], { seatId: '0-2-n' }],
    ['R80: an empty seat', [line('')], [400, [at(0, 'ticketInfo.seatId')]]],
    ['R80: a seat of 37 characters', [line('x'.repeat(37))], [400, [at(0, 'ticketInfo.seatId')]]],
    ['R80: a seat that is a number', [{ ticketInfo: { seatId: 1 }, quantity: 1 }], [400, [at(0, 'ticketInfo.seatId')]]],
    ['R81: two on one seat', [line('0-1-1', 2)], [400, [at(0, 'quantity')]]],
    ['R81: two on one chair', [line('0-2-N', 2)], [400, [at(0, 'quantity')]]],
    ['R81: more than an area has room for', [line('0-3-GA', 5)], [428, 'SEAT_NOT_AVAILABLE'], { available: 4 }],
    [
      'R81, R125: more in two lines',
      [line('0-3-GA', 3), line('0-3-GA', 2)],
      [428, 'SEAT_NOT_AVAILABLE'],
      { available: 4 },
    ],
    ['R82: one seat twice', [line('0-1-1'), line('0-1-2'), line('0-1-1')], [400, [at(2, 'ticketInfo.seatId')]]],
  ])('%s is refused, and nothing is held', async (_, lines, refusal, data) => {
    const { definitionId } = await aSeatedSale(app, seated)
    const guest = await visitor()
    const tickets = lines.map(each => ({ ticketDefinitionId: definitionId, ...each }))
    const answer = await refused(() =>
      guest('POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } }),
    )
    expect(answer.refusal).toEqual(refusal)
    if (data) expect(answer.data).toMatchObject({ ticketDefinitionId: definitionId, ...data })
  })

  test('R80: a seat of another definition, and one of none, is not this one’s', async () => {
    const { eventId, definitionId } = await aSale(app)
    const other = (await aDefinition(app, eventId)).id
    const elements = [
      seatsOf(1, 1),
      seatsOf(2, 1, { ticketDefinitionId: other }),
      seatsOf(3, 1, { ticketDefinitionId: null }),
    ]
    await aPlan(app, { eventId, sections: [{ id: 0, label: 'Stalls', ticketDefinitionId: definitionId, elements }] })
    const guest = await visitor()
    for (const seatId of ['0-2-1', '0-3-1'])
      expect(refusalOf(await reserveSeats(guest, definitionId, seatId))).toEqual([428, 'SEAT_NOT_AVAILABLE'])
    expect((await reserveSeats(guest, other, '0-2-1')).status).toBe(200)
  })

  test('R80: tickets without seats take none, also beside those with seats', async () => {
    const { eventId, definitionId } = await aSeatedSale(app)
    const parking = (await aDefinition(app, eventId, { initialLimit: 3 })).id
    const guest = await visitor()
    const answer = await reserveSeats(guest, parking, '0-1-1')
    expect(refusalOf(answer)).toEqual([400, [at(0, 'ticketInfo.seatId')]])
    expect(answer.body.details.validationError.fieldViolations[0].violatedRule).toBe('FIELD_NOT_ALLOWED')
    const tickets = [
      { ticketDefinitionId: parking, quantity: 2 },
      { ticketDefinitionId: definitionId, quantity: 1, ticketInfo: { seatId: '0-1-1' } },
    ]
    const both = await must(guest, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    expect(both.body.ticketReservation.tickets[0].ticketInfo).toEqual({})
  })

  test('R82, R128: a place that is held or bought is not to be had, by whomever, in whatever way', async () => {
    const { eventId, definitionId } = await aSeatedSale(app, { elements: ROOM, definition: FREE })
    const guest = await visitor()
    const held = await reserveSeats(guest, definitionId, ['0-1-1', ['0-3-GA', 3]])
    const bought = await reserveSeats(guest, definitionId, '0-2-N')
    await must(guest, 'POST', '/events/v1/checkout', {
      eventId,
      reservationId: idOf(bought),
      guests: [{ form: ADA }],
    })
    expect(held.status).toBe(200)
    for (const caller of [guest, await visitor(), admin])
      for (const [seats, seatId, available] of [
        [['0-1-1'], '0-1-1', 0],
        [['0-1-2', '0-1-1'], '0-1-1', 0],
        [['0-2-N'], '0-2-N', 0],
        [[['0-3-GA', 2]], '0-3-GA', 1],
      ] as [(string | [string, number])[], string, number][]) {
        expect(await refused(() => reserveSeats(caller, definitionId, seats))).toEqual({
          refusal: [428, 'SEAT_NOT_AVAILABLE'],
          data: { ticketDefinitionId: definitionId, seatId, available },
        })
      }
    expect((await reserveSeats(guest, definitionId, '0-3-GA')).status).toBe(200)
  })

  test('R129: neither flag gets a taken seat, or more than an area has room for; hidden ones it does get', async () => {
    const { definitionId } = await aSeatedSale(app, { elements: ROOM, definition: { hidden: true } })
    const bypass = {
      additionalReservationSettings: { disableTicketLimitValidation: true, enableHiddenTicketReservation: true },
    }
    expect((await reserveSeats(admin, definitionId, '0-1-1', bypass)).status).toBe(200)
    for (const seats of ['0-1-1', [['0-3-GA', 5]] as [string, number][]]) {
      const { refusal } = await refused(() => reserveSeats(admin, definitionId, seats, bypass))
      expect(refusal).toEqual([428, 'SEAT_NOT_AVAILABLE'])
    }
    expect((await reserveSeats(admin, definitionId, [['0-3-GA', 4]], bypass)).status).toBe(200)
  })

  test('R66, R129: what one order may hold counts over seats, and can be bypassed', async () => {
    const { definitionId } = await aSeatedSale(app, {
      elements: [seatsOf(1, 3)],
      event: { tickets: { ticketLimitPerOrder: 2 } },
    })
    const three = ['0-1-1', '0-1-2', '0-1-3']
    expect(refusalOf(await reserveSeats(await visitor(), definitionId, three))).toEqual([428, 'TICKET_LIMIT_EXCEEDED'])
    const bypass = { additionalReservationSettings: { disableTicketLimitValidation: true } }
    expect((await reserveSeats(admin, definitionId, three, bypass)).status).toBe(200)
  })

  test('R81, R125: two lines at one area, of two options, are two lines and one claim', async () => {
    const { eventId, definitionId } = await aSeatedSale(app, { elements: [anArea(1, 4)], definition: OPTIONS })
    const tickets = ['a', 'b'].map((last, index) => ({
      ticketDefinitionId: definitionId,
      quantity: index + 1,
      ticketInfo: { seatId: '0-1-GA', pricingOptionId: `0e0e0e0e-0000-4000-8000-00000000000${last}` },
    }))
    const held = await must(admin, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    expect(held.body.ticketReservation.tickets.map((each: { quantity: number }) => each.quantity)).toEqual([1, 2])
    expect(await availablePlaces(admin, eventId)).toEqual({ '0-1-GA': 1 })
    await cancel(idOf(held))
    expect(await availablePlaces(admin, eventId)).toEqual({ '0-1-GA': 4 })
  })

  test('R82: requests of one batch get places in arrival order, each wholly or not at all', async () => {
    const { eventId, definitionId } = await aSeatedSale(app, { elements: [seatsOf(1, 3)] })
    const unseated = (await aSale(app)).definitionId
    const identity = { kind: 'visitor', siteId, visitorId: newGuid() } as const
    const wanted = (ticketDefinitionId: string, ...seats: (string | null)[]) => {
      const tickets = seats.map(seatId => ({ ticketDefinitionId, quantity: 1, ticketInfo: { seatId } }))
      return reservationFromWire({ tickets }, { identity, now: now() })
    }
    const outcomes = await reserver(sql)(siteId, [
      wanted(definitionId, '0-1-1', '0-1-2'),
      wanted(definitionId, '0-1-2', '0-1-3'),
      wanted(unseated, null, null),
      wanted(definitionId, '0-1-3'),
      wanted(definitionId, '0-1-3'),
    ])
    expect(outcomes).toMatchObject([
      { status: 'PENDING' },
      { code: 'SEAT_NOT_AVAILABLE', data: { seatId: '0-1-2' } },
      { status: 'PENDING' },
      { status: 'PENDING' },
      { code: 'SEAT_NOT_AVAILABLE', data: { seatId: '0-1-3' } },
    ])
    expect(await availablePlaces(admin, eventId)).toEqual({})
  })
})

const ADA = {
  inputValues: [
    { inputName: 'firstName', value: 'Ada' },
    { inputName: 'lastName', value: 'Berg' },
    { inputName: 'email', value: 'ada@example.org' },
  ],
}

describe('giving back', () => {
  const SEATS: (string | [string, number])[] = ['0-1-1', ['0-3-GA', 3]]
  const LEFT = { '0-1-2': 1, '0-2-N': 1, '0-2-S': 1, '0-3-GA': 1 }
  const ALL = { '0-1-1': 1, ...LEFT, '0-3-GA': 4 }
  const notify = (paymentId: string, result: string) =>
    must(admin, 'POST', `/boxoffice/v1/test-payments/${paymentId}/notifications`, {
      notificationId: newGuid(),
      result,
    })

  async function held(definition = {}) {
    const sale = await aSeatedSale(app, { elements: ROOM, definition })
    const reservation = await reserveSeats(await visitor(), sale.definitionId, SEATS)
    expect(await availablePlaces(admin, sale.eventId)).toEqual(LEFT)
    return { ...sale, reservationId: idOf(reservation) }
  }
  async function ordered(definition = {}) {
    const sale = await held(definition)
    const { body } = await checkOut(admin, sale)
    expect(await availablePlaces(admin, sale.eventId)).toEqual(LEFT)
    return { ...sale, orderNumber: body.order.orderNumber, paymentId: body.order.snapshotId }
  }

  test.each<[string, () => Promise<{ eventId: string; definitionId: string }>]>([
    [
      'R134: canceled while held',
      async () => {
        const sale = await held()
        await cancel(sale.reservationId)
        return sale
      },
    ],
    [
      'R135: canceled after it was bought',
      async () => {
        const sale = await ordered(FREE)
        await cancel(sale.reservationId)
        return sale
      },
    ],
    [
      'R136: deleted',
      async () => {
        const sale = await ordered(FREE)
        await must(admin, 'DELETE', `/events/v1/ticket-reservations/${sale.reservationId}`)
        return sale
      },
    ],
    [
      'R130: overdue, and nobody has looked yet',
      async () => {
        const sale = await held()
        minutesLater(20)
        return sale
      },
    ],
    [
      'R130: expired by the job',
      async () => {
        const sale = await held()
        minutesLater(20)
        await expireOverdue(sql, now())
        return sale
      },
    ],
    [
      'R169: the payment was declined',
      async () => {
        const sale = await ordered()
        await notify(sale.paymentId, 'DECLINED')
        return sale
      },
    ],
  ])('R82, %s: the places are to be had at once', async (_, end) => {
    const { eventId, definitionId } = await end()
    expect(await availablePlaces(admin, eventId)).toEqual(ALL)
    expect((await reserveSeats(await visitor(), definitionId, SEATS)).status).toBe(200)
    expect(await availablePlaces(admin, eventId)).toEqual(LEFT)
  })

  test('R130: who wants an overdue seat ends that hold and no other', async () => {
    const { eventId, definitionId } = await aSeatedSale(app)
    const [one, other] = [
      await reserveSeats(await visitor(), definitionId, ['0-1-1', '0-1-2']),
      await reserveSeats(await visitor(), definitionId, '0-1-3'),
    ]
    minutesLater(20)
    expect((await reserveSeats(await visitor(), definitionId, '0-1-1')).status).toBe(200)
    const statuses = await sql`
      select ticket_reservation_id as id, status from ticket_reservations where event_id = ${eventId}`
    const statusOf = (id: string) => statuses.find(row => row.id === id)?.status
    expect([statusOf(idOf(one)), statusOf(idOf(other))]).toEqual(['EXPIRED', 'PENDING'])
    expect(await availablePlaces(admin, eventId)).toEqual({ '0-1-2': 1, '0-1-3': 1, '0-1-4': 1, '0-1-5': 1 })
  })

  test('R168: late money takes the same places again, with their labels', async () => {
    const sale = await ordered()
    minutesLater(30)
    await expireOverdue(sql, now())
    expect((await notify(sale.paymentId, 'PAID')).body).toMatchObject({ orderStatus: 'PAID' })
    expect(await availablePlaces(admin, sale.eventId)).toEqual(LEFT)
    const { tickets } = (await must(admin, 'GET', `/events/v1/tickets?eventId=${sale.eventId}&fieldset=TICKET_DETAILS`))
      .body
    expect(tickets.map((each: { ticketDetails: { seatId: string } }) => each.ticketDetails.seatId).sort()).toEqual([
      '0-1-1',
      '0-3-GA',
      '0-3-GA',
      '0-3-GA',
    ])
  })

  test.each<[string, (sale: { definitionId: string; planId: string; eventId: string }) => Promise<unknown>]>([
    ['a seat was sold meanwhile', async ({ definitionId }) => reserveSeats(await visitor(), definitionId, '0-1-1')],
    ['an area is too full', async ({ definitionId }) => reserveSeats(await visitor(), definitionId, [['0-3-GA', 2]])],
    [
      'the plan is another one',
      async ({ eventId, planId, definitionId }) => {
        await must(admin, 'DELETE', `${PLANS}/${planId}`)
        const sections = [{ id: 0, label: 'Stalls', ticketDefinitionId: definitionId, elements: ROOM }]
        await aPlan(app, { eventId, sections })
      },
    ],
    ['there is no plan any more', async ({ planId }) => must(admin, 'DELETE', `${PLANS}/${planId}`)],
  ])('R168: late money is given back when %s', async (_, happen) => {
    const sale = await ordered()
    minutesLater(30)
    await happen(sale)
    const before = await availablePlaces(admin, sale.eventId)
    const { body } = await notify(sale.paymentId, 'PAID')
    expect(body).toMatchObject({ orderStatus: 'CANCELED', payment: { status: 'REFUNDED' } })
    expect(await availablePlaces(admin, sale.eventId)).toEqual(before)
  })
})

describe('tickets', () => {
  test('R193, R195: each says its place in line order, and can be found by it', async () => {
    const { eventId, definitionId, planId } = await aSeatedSale(app, { elements: ROOM, definition: FREE })
    const elsewhere = await aSeatedSale(app, { elements: ROOM, definition: FREE })
    const guest = await visitor()
    for (const sale of [{ eventId, definitionId }, elsewhere]) {
      const held = await reserveSeats(guest, sale.definitionId, ['0-2-S', ['0-3-GA', 2], '0-1-2'])
      await must(guest, 'POST', '/events/v1/checkout', {
        eventId: sale.eventId,
        reservationId: idOf(held),
        guests: [{ form: ADA }],
      })
    }
    const list = async (query: string) => {
      const { body } = await must(admin, 'GET', `/events/v1/tickets?fieldset=TICKET_DETAILS&${query}`)
      expect(judgedByClient(ListTicketsResponse, body)).toEqual([])
      return body.tickets.map((ticket: { ticketDetails?: { seatId: string } }) => ticket.ticketDetails)
    }
    const order = await must(admin, 'GET', `/events/v1/orders?eventId=${eventId}&fieldset=TICKETS`)
    const common = { sectionLabel: 'Stalls', planId }
    const area = { seatId: '0-3-GA', ...common, areaLabel: 'Standing' }
    expect(order.body.orders[0].tickets.map((each: { ticketDetails: unknown }) => each.ticketDetails)).toEqual([
      { seatId: '0-2-S', ...common, tableLabel: 'Table 2', seatLabel: 'S' },
      area,
      area,
      { seatId: '0-1-2', ...common, rowLabel: 'Row 1', seatLabel: '2' },
    ])
    const seatsOfList = async (query: string) =>
      (await list(query)).map((each: { seatId: string }) => each.seatId).sort()
    expect(await seatsOfList(`eventId=${eventId}&seatId=0-1-2`)).toEqual(['0-1-2'])
    expect(await seatsOfList(`eventId=${eventId}&seatId=0-1-2&seatId=0-3-GA`)).toEqual(['0-1-2', '0-3-GA', '0-3-GA'])
    expect(await seatsOfList('seatId=0-2-S')).toEqual(['0-2-S', '0-2-S'])
    expect(await seatsOfList(`eventId=${eventId}&seatId=0-1-1`)).toEqual([])
  })

  test('a ticket without a seat says nothing of one', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const held = await reserveTickets(admin, definitionId)
    const { body } = await checkOut(admin, { eventId, reservationId: idOf(held) })
    expect(body.order.tickets[0]).not.toHaveProperty('ticketDetails')
  })
})

describe('the older way to reserve', () => {
  const PATH = '/events/v1/checkout/reservations'
  const reserve = (sale: { eventId: string; definitionId: string }, lines: object[]) =>
    admin('POST', PATH, {
      eventId: sale.eventId,
      ticketQuantities: lines.map(each => ({ ticketDefinitionId: sale.definitionId, quantity: 1, ...each })),
    })

  test('R83: its details name the places, and the answer says where they are', async () => {
    const sale = await aSeatedSale(app, { elements: ROOM })
    const answer = await reserve(sale, [
      { quantity: 2, ticketDetails: [{ seatId: '0-1-2' }, { seatId: '0-2-N', sectionLabel: 'Mine' }] },
      { quantity: 3, ticketDetails: [{ seatId: '0-3-GA', capacity: 3 }] },
    ])
    expect(answer.status).toBe(200)
    const common = { sectionLabel: 'Stalls', planId: sale.planId }
    const details = answer.body.reservations.map(({ quantity, ticketDetails }: Record<string, unknown>) => [
      quantity,
      ticketDetails,
    ])
    expect(details).toEqual([
      [1, [{ seatId: '0-1-2', ...common, rowLabel: 'Row 1', seatLabel: '2', capacity: 1 }]],
      [1, [{ seatId: '0-2-N', ...common, tableLabel: 'Table 2', seatLabel: 'N', capacity: 1 }]],
      [3, [{ seatId: '0-3-GA', ...common, areaLabel: 'Standing', capacity: 3 }]],
    ])
    expect(judgedByClient(CreateReservationResponse, answer.body)).toEqual([])
    expect(await availablePlaces(admin, sale.eventId)).toEqual({ '0-1-1': 1, '0-2-S': 1, '0-3-GA': 1 })
    await must(admin, 'DELETE', `${PATH}/${answer.body.id}?eventId=${sale.eventId}`)
    expect(Object.keys(await availablePlaces(admin, sale.eventId))).toHaveLength(5)
  })

  test.each<[string, object[], [number, string | string[]]]>([
    ['R128: no seat', [{}], [428, 'SEAT_NOT_AVAILABLE']],
    ['R128: an empty one', [{ ticketDetails: [{ seatId: '' }] }], [428, 'SEAT_NOT_AVAILABLE']],
    ['R80: an unknown one', [{ ticketDetails: [{ seatId: 'A-1' }] }], [428, 'SEAT_NOT_AVAILABLE']],
    [
      'R81: two on one seat',
      [{ quantity: 2, ticketDetails: [{ seatId: '0-1-1' }] }],
      [400, ['ticketQuantities[0].quantity']],
    ],
    [
      'R81: two on one of several',
      [{ quantity: 3, ticketDetails: [{ seatId: '0-1-1' }, { seatId: '0-1-2', capacity: 2 }] }],
      [400, ['ticketQuantities[0].ticketDetails[1].capacity']],
    ],
    [
      'R82: one seat twice',
      [{ quantity: 2, ticketDetails: [{ seatId: '0-1-1' }, { seatId: '0-1-1' }] }],
      [400, ['ticketQuantities[0].ticketDetails[1].seatId']],
    ],
  ])('%s is refused', async (_, lines, refusal) => {
    const sale = await aSeatedSale(app, { elements: ROOM })
    expect(await refusedWithoutTrace(sql, () => reserve(sale, lines))).toEqual(refusal)
  })
})

describe('archived orders', () => {
  const archive = (sale: { eventId: string; orderNumber: string }, archived: boolean) =>
    admin('PATCH', `/events/v1/events/${sale.eventId}/orders/${sale.orderNumber}`, { fields: 'archived', archived })

  test('R187: archiving gives the seats back, and an order with seats cannot be restored', async () => {
    const { eventId, definitionId } = await aSeatedSale(app, { elements: ROOM, definition: FREE })
    const held = await reserveSeats(admin, definitionId, ['0-1-1', ['0-3-GA', 3]])
    const { order } = (await checkOut(admin, { eventId, reservationId: idOf(held) })).body
    const sale = { eventId, orderNumber: order.orderNumber }
    expect((await archive(sale, true)).status).toBe(200)
    expect(await availablePlaces(admin, eventId)).toMatchObject({ '0-1-1': 1, '0-3-GA': 4 })
    expect(await refused(() => archive(sale, false))).toMatchObject({
      refusal: [428, 'ORDER_ACTION_NOT_AVAILABLE'],
      data: { action: 'UNARCHIVE', reason: 'SEATED' },
    })
    expect((await reserveSeats(admin, definitionId, '0-1-1')).status).toBe(200)
    await cancel(idOf(held))
    expect(await availablePlaces(admin, eventId)).toEqual({ '0-1-2': 1, '0-2-N': 1, '0-2-S': 1, '0-3-GA': 4 })
  })

  test('R187: nor can one without seats whose tickets have got some meanwhile', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const held = await reserveTickets(admin, definitionId)
    const { order } = (await checkOut(admin, { eventId, reservationId: idOf(held) })).body
    const sale = { eventId, orderNumber: order.orderNumber }
    await archive(sale, true)
    await aPlan(app, { eventId, sections: [{ id: 0, label: 'x', ticketDefinitionId: definitionId, elements: ROOM }] })
    expect((await refused(() => archive(sale, false))).refusal).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })
})
