import { describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { aDevice } from '../../test/support/door.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, notify, type Ordered } from '../../test/support/orders.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { archiveOrder, aSale, checkOut, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp({ serviceFeePercent: '2.5' })
const { sql, admin, anonymous, otherSite, setNow, visitor } = app

const PATH = '/boxoffice/v1/reports'
const NAMES = ['sales', 'definitions', 'channels', 'revenue', 'events', 'money', 'due', 'check-ins'] as const
const REPORTS = NAMES.flatMap(name => [name, `${name}/export`])
/** Of one event alone, where a report is of one. */
const of = (name: string, eventId: string) => (name.startsWith('check-ins') ? `${name}?eventId=${eventId}` : `${name}?`)
const report = async (name: string, query = '', caller: Caller = admin) =>
  (await must(caller, 'GET', `${PATH}/${name}?${query}`)).body
const file = async (name: string, query = '', caller: Caller = admin): Promise<string[]> =>
  (await must(caller, 'GET', `${PATH}/${name}/export?${query}`)).body
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\r\n')

async function aPaidOrder(at: string, given: Parameters<typeof anOrder>[1] = {}): Promise<Ordered> {
  setNow(at)
  const ordered = await anOrder(app, given)
  await notify(ordered, 'PAID')
  return ordered
}

describe('sales over time', () => {
  test('R37, R190: they are cut by the days of the event’s zone, with the night in which its clocks change', async () => {
    // In Berlin the 28th of October 2029 has 25 hours.
    const { eventId } = await aPaidOrder('2029-10-27T21:59:00Z') // 23:59
    const more = { eventId, definitionId: (await definitionOf(eventId)).id }
    await anotherOrder(more, '2029-10-27T22:00:00Z') // midnight
    await anotherOrder(more, '2029-10-28T22:59:59Z') // 23:59, an hour later than a day
    const body = await report('sales', `eventId=${eventId}&unit=DAY&from=2029-10-27T00:00:00Z&to=2029-10-30T00:00:00Z`)
    expect(body.period).toEqual({
      from: '2029-10-27T00:00:00.000Z',
      to: '2029-10-30T00:00:00.000Z',
      timeZoneId: 'Europe/Berlin',
      unit: 'DAY',
    })
    const starts = ['26T22', '27T22', '28T23', '29T23'].map(day => `2029-10-${day}:00:00.000Z`)
    expect(body.startDates).toEqual(starts)
    const point = (startDate: string | undefined, orders: number) => ({
      startDate,
      orders,
      tickets: 2 * orders,
      total: `${20 * orders}.00`,
      revenue: (19.5 * orders).toFixed(2),
      ticketsCanceled: 0,
      refunded: '0.00',
    })
    const { startDate, ...sums } = point('', 3)
    const points = [point(starts[0], 1), point(starts[1], 2)]
    expect(body.sales).toEqual([{ currency: 'EUR', ...sums, points }])
    expect(await file('sales', `eventId=${eventId}&unit=DAY&lang=en`)).toEqual([
      'From (Europe/Berlin),Currency,Orders,Tickets,Total,Revenue without fees,Tickets canceled,Given back',
      '2029-10-27 00:00:00,EUR,1,2,20.00,19.50,0,0.00',
      '2029-10-28 00:00:00,EUR,2,4,40.00,39.00,0,0.00',
    ])
  })

  test.each([
    [
      'HOUR',
      '2029-10-28T00:15:00Z',
      '2029-10-28T03:15:00Z',
      ['00', '01', '02', '03'].map(hour => `2029-10-28T${hour}:00`),
    ],
    ['WEEK', '2029-10-28T00:00:00Z', '2029-10-30T00:00:00Z', ['2029-10-21T22:00', '2029-10-28T23:00']],
    ['MONTH', '2029-10-01T00:00:00Z', '2029-11-01T00:00:00Z', ['2029-09-30T22:00', '2029-10-31T23:00']],
  ])('a period is cut into each %s that it touches', async (unit, from, to, starts) => {
    const body = await report('sales', `unit=${unit}&from=${from}&to=${to}`)
    expect(body.startDates).toEqual(starts.map(start => `${start}:00.000Z`))
  })

  test('R186: what is canceled or put away was never sold; what goes back of the others is told', async () => {
    setNow('2029-06-10T12:00:00Z')
    const { eventId, definitionId } = await aSale(app)
    const [kept, canceled, archived] = [
      await anotherOrder({ eventId, definitionId }),
      await anotherOrder({ eventId, definitionId }),
      await anotherOrder({ eventId, definitionId }),
    ]
    await must(admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    await must(admin, 'POST', `/boxoffice/v1/orders/${canceled.orderNumber}/refunds`, {})
    await archiveOrder(app, { eventId, orderNumber: archived.orderNumber })
    const amount = { value: '4', currency: 'EUR' }
    const { tickets } = (
      await must(admin, 'GET', `/events/v1/tickets?eventId=${eventId}&orderNumber=${kept.orderNumber}`)
    ).body
    const ticketNumbers = [tickets[0].ticketNumber]
    await must(admin, 'POST', `/boxoffice/v1/orders/${kept.orderNumber}/refunds`, { amount, ticketNumbers })

    const ofEvent = `eventId=${eventId}`
    const [{ points, ...sales }] = (await report('sales', ofEvent)).sales
    expect(sales).toMatchObject({ orders: 1, tickets: 2, total: '20.00', ticketsCanceled: 3, refunded: '24.00' })
    expect((await report('revenue', ofEvent)).revenue).toMatchObject([
      { orders: 1, total: '20.00', refunded: '4.00', fees: '0.50', feesRefunded: '0.10', left: '15.60' },
    ])
    expect((await report('definitions', ofEvent)).definitions).toMatchObject([
      { ticketDefinitionId: definitionId, name: 'Standard', tickets: 2, ticketsCanceled: 1, total: '20.00' },
    ])
    // Money is money, whatever became of its order.
    expect((await report('money', ofEvent)).money).toMatchObject([
      {
        captured: '60.00',
        refunded: '24.00',
        payments: 3,
        refunds: 2,
        methods: [{ method: 'test', captured: '60.00' }],
      },
    ])
    const { due, openCases } = await report('due', ofEvent)
    expect([due, openCases]).toEqual([[], []])
  })
})

describe('what is open', () => {
  test('R165, law 6: what is to be paid in person, what hangs on a person, what is left on gift cards', async () => {
    setNow('2029-06-11T12:00:00Z')
    const { eventId } = await anOrder(app, { seller: admin, checkout: { options: { payInPerson: true } } })
    const canceled = await aPaidOrder('2029-06-11T12:00:00Z')
    await must(admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    const giftCard = { amount: { value: '25', currency: 'EUR' } }
    const issued = await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })
    expect(await report('due', `eventId=${eventId}`)).toEqual({
      due: [{ currency: 'EUR', kind: 'OFFLINE', count: 1, amount: '20.00' }],
      openCases: [],
    })
    const all = await report('due')
    expect(all.due).toContainEqual({ currency: 'EUR', kind: 'GIFT_CARD', count: 1, amount: '25.00' })
    expect(all.openCases).toEqual([{ reason: 'ORDER_CANCELED', count: 1 }])
    expect(await file('due', `eventId=${eventId}&lang=de&separator=SEMICOLON`)).toEqual([
      'Währung;Art;Anzahl;Betrag',
      'EUR;OFFLINE;1;20,00',
    ])
    await must(admin, 'POST', `/boxoffice/v1/gift-cards/${issued.body.giftCard.id}/disable`)
    expect((await report('due')).due).not.toContainEqual(expect.objectContaining({ kind: 'GIFT_CARD' }))
  })
})

describe('who came in', () => {
  test('R201: minute by minute, of those who may and did', async () => {
    const ordered = await aPaidOrder('2029-06-12T12:00:00Z', { quantity: 4 })
    const { eventId } = ordered
    const { tickets } = (await must(admin, 'GET', `/events/v1/tickets?eventId=${eventId}`)).body
    const numbers = tickets.map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber)
    const checkIn = (ticketNumber: string[], at: string) => {
      setNow(at)
      return must(admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber })
    }
    await checkIn(numbers.slice(0, 2), '2029-06-12T18:00:30Z')
    await checkIn(numbers.slice(2, 4), '2029-06-12T18:02:59Z')
    await must(admin, 'DELETE', `/events/v1/tickets/check-in?eventId=${eventId}&ticketNumber=${numbers[3]}`)
    const north = aDevice(admin, eventId, { date: '2029-06-12T18:02:10.000Z' })
    expect(await north.enter(numbers[3], { offline: true, accepted: true, anyway: true })).toMatchObject({
      result: 'ADMITTED',
    })
    const body = await report('check-ins', `eventId=${eventId}`)
    expect(body).toMatchObject({ checkedIn: 4, period: { unit: 'MINUTE', timeZoneId: 'Europe/Berlin' } })
    expect(body.startDates).toEqual(['18:00', '18:01', '18:02'].map(time => `2029-06-12T${time}:00.000Z`))
    expect(body.points).toEqual([
      { startDate: '2029-06-12T18:00:00.000Z', checkedIn: 2, gates: [{ checkedIn: 2 }] },
      {
        startDate: '2029-06-12T18:02:00.000Z',
        checkedIn: 2,
        gates: [{ gate: 'North', checkedIn: 1 }, { checkedIn: 1 }],
      },
    ])
    expect(body.gates).toEqual([{ checkedIn: 3 }, { gate: 'North', checkedIn: 1 }])
    expect(body.events).toEqual([{ eventId, title: 'A concert', checkedIn: 4 }])
    expect(await file('check-ins', `eventId=${eventId}&lang=en`)).toEqual([
      'From (Europe/Berlin),Event,Gate,Checked in,Event id',
      `2029-06-12 20:00:00,A concert,,2,${eventId}`,
      `2029-06-12 20:02:00,A concert,North,1,${eventId}`,
      `2029-06-12 20:02:00,A concert,,1,${eventId}`,
    ])

    // Of several events, and of all in a time.
    const party = await aParty(app, { event: { title: 'A party' } })
    const { id } = await anRsvp(admin, party)
    setNow('2029-06-12T18:30:00.000Z')
    await aDevice(admin, party).enter(`${id}:1`, { anyway: true })
    const both = await report('check-ins', `eventId=${eventId}&eventId=${party}`)
    expect(both).toMatchObject({
      checkedIn: 5,
      events: [
        { eventId, checkedIn: 4 },
        { eventId: party, title: 'A party', checkedIn: 1 },
      ],
      gates: [{ checkedIn: 3 }, { gate: 'North', checkedIn: 2 }],
    })
    const time = 'from=2029-06-12T18:02:00Z&to=2029-06-12T19:00:00Z'
    expect(await report('check-ins', time)).toMatchObject({ checkedIn: 3, events: [{ eventId }, { eventId: party }] })
    expect(await report('check-ins', `${time}&unit=HOUR`)).toMatchObject({ points: [{ checkedIn: 3 }] })
    const analyst = await aStaffMember(app, { permissions: ['READ_ANALYTICS'], events: [party] })
    expect((await report('check-ins', time, analyst)).events).toMatchObject([{ eventId: party }])
  })
})

describe('who may', () => {
  test.each(REPORTS)('%s is not for guests, nor for whoever stands at the door', async name => {
    const path = `${PATH}/${of(name, newGuid())}`
    const door = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS'] })
    expect((await anonymous('GET', path)).status).toBe(401)
    for (const caller of [await visitor(), door]) {
      expect(refusalOf(await caller('GET', path))).toEqual([403, 'PERMISSION_DENIED'])
    }
  })

  test('events 9.5.11: who may read how a sale goes sees the events that were given, and no money', async () => {
    const mine = await aPaidOrder('2029-06-13T12:00:00Z')
    const others = await aPaidOrder('2029-06-13T12:00:00Z')
    const analyst = await aStaffMember(app, { permissions: ['READ_ANALYTICS'], events: [mine.eventId] })
    const seen = (body: { events: { eventId: string }[] }) => body.events.map(({ eventId }) => eventId)
    expect(seen(await report('events', '', analyst))).toEqual([mine.eventId])
    expect(seen(await report('events', '', admin))).toContain(others.eventId)
    for (const name of NAMES) {
      const answer = await analyst('GET', `${PATH}/${name}?eventId=${others.eventId}`)
      expect([name, ...refusalOf(answer)]).toEqual([name, 403, 'PERMISSION_DENIED'])
    }
    expect(refusalOf(await analyst('GET', `${PATH}/money?eventId=${mine.eventId}`))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('another site sees nothing of it', async () => {
    const { eventId } = await aPaidOrder('2029-06-14T12:00:00Z')
    const other = await otherSite()
    for (const name of NAMES) {
      const { period, startDates, ...body } = await report(name, `eventId=${eventId}`, other.admin)
      expect([
        name,
        Object.values(body)
          .flat()
          .filter(value => typeof value === 'object'),
      ]).toEqual([name, []])
      expect(await file(name, `eventId=${eventId}`, other.admin)).toHaveLength(1)
    }
  })
})

describe('what cannot be asked', () => {
  const [from, to] = ['from=2030-05-01T00:00:00Z', 'to=2030-05-02T00:00:00Z']
  test.each<[string, string, string]>([
    ['sales', 'eventId=x', 'eventId'],
    ['sales', 'from=yesterday', 'from'],
    ['sales', `${from}&to=`, 'to'],
    ['sales', `${to}&from=2030-05-02T00:00:00Z`, 'to'],
    ['sales', `${to}&from=1930-05-02T00:00:00Z`, 'to'],
    ['sales', `${from}&${to}&unit=MINUTE`, 'unit'],
    ['sales', `${from}&${to}&unit=YEAR`, 'unit'],
    ['sales', `from=2020-05-01T00:00:00Z&${to}&unit=DAY`, 'unit'],
    ['money', `from=2020-05-01T00:00:00Z&${to}&unit=HOUR`, 'unit'],
    ['definitions', 'limit=0', 'limit'],
    ['definitions', 'limit=1001', 'limit'],
    ['events', 'offset=-1', 'offset'],
    ['channels', Array.from({ length: 101 }, () => `eventId=${newGuid()}`).join('&'), 'eventId'],
    ['check-ins', 'eventId=x', 'eventId'],
    ['check-ins', `eventId=${newGuid()}&${from}&to=2030-06-01T00:00:00Z&unit=MINUTE`, 'unit'],
    ['sales/export', 'separator=TAB', 'separator'],
    ['sales/export', 'lang=x', 'lang'],
  ])('%s?%s', async (name, query, field) => {
    const [status, fields] = await refusedWithoutTrace(sql, () => admin('GET', `${PATH}/${name}?${query}`))
    expect([status, [fields].flat()[0]]).toEqual([400, expect.stringMatching(new RegExp(`^${field}(\\[\\d+\\])?$`))])
  })

  test('what nobody has sold, or never was, is empty and no error', async () => {
    for (const name of NAMES) {
      const { status } = await admin('GET', `${PATH}/${name}?eventId=${newGuid()}`)
      expect([name, status]).toEqual([name, 200])
    }
  })
})

test('a page of many definitions says how many there are', async () => {
  const { eventId } = await aPaidOrder('2029-06-15T12:00:00Z')
  const second = await must(admin, 'POST', '/events/v3/ticket-definitions', {
    ticketDefinition: {
      eventId,
      name: 'Balcony',
      feeType: 'FEE_INCLUDED',
      pricingMethod: { fixedPrice: { value: '50.00', currency: 'EUR' } },
    },
  })
  await anotherOrder({ eventId, definitionId: second.body.ticketDefinition.id })
  const page = await report('definitions', `eventId=${eventId}&limit=1&offset=1`)
  expect(page).toMatchObject({ total: 2, limit: 1, offset: 1, definitions: [{ name: 'Standard', total: '20.00' }] })
  const rows = await file('definitions', `eventId=${eventId}&lang=en`)
  expect(rows.map(row => row.split(',')[1])).toEqual(['Ticket', 'Balcony', 'Standard'])
})

async function definitionOf(eventId: string) {
  const { body } = await must(admin, 'POST', '/events/v3/ticket-definitions/query', { query: { filter: { eventId } } })
  return body.ticketDefinitions[0]
}

/** One more paid order of two tickets. */
async function anotherOrder({ eventId, definitionId }: { eventId: string; definitionId: string }, at?: string) {
  if (at) setNow(at)
  const guest = await visitor()
  const reservationId = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
  const { order } = (await checkOut(guest, { eventId, reservationId })).body
  await notify({ guest, order } as Ordered, 'PAID')
  return { reservationId, orderNumber: order.orderNumber as string }
}
