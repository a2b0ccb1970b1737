import {
  CheckInTicketsResponse,
  DeleteTicketCheckInsResponse,
  GetTicketResponse,
  ListTicketsResponse,
} from '@wix/auto_sdk_events_tickets/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import {
  ADA,
  aDefinition,
  archiveOrder,
  aSale,
  checkOut,
  FREE,
  must,
  refusalOf,
  reserveTickets,
} from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, deps, setNow } = app
const PATH = '/events/v1/tickets'
const CHECK_IN = `${PATH}/check-in`
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))
verifyAfterEach(sql)

/** A new visitor's order of free tickets, unless said otherwise, with the numbers of its tickets. */
async function anOrder({
  sale,
  quantity = 2,
  definition = FREE,
  checkout = {},
  seller,
}: {
  sale?: { eventId: string; definitionId: string }
  quantity?: number
  definition?: object
  checkout?: Record<string, unknown>
  seller?: Caller
} = {}) {
  const { eventId, definitionId } = sale ?? (await aSale(app, { definition: { ...definition } }))
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, quantity)).body.ticketReservation.id
  const { order } = (await checkOut(seller ?? guest, { eventId, reservationId }, checkout)).body
  const numbers: string[] = order.tickets.map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber)
  return { eventId, definitionId, guest, reservationId, orderNumber: order.orderNumber as string, order, numbers }
}

function checkIn(caller: Caller, eventId: string, ticketNumber: unknown) {
  return caller('POST', CHECK_IN, { eventId, ticketNumber })
}

function undo(caller: Caller, eventId: string, numbers: readonly string[]) {
  return caller('DELETE', `${CHECK_IN}?eventId=${eventId}${numbers.map(each => `&ticketNumber=${each}`).join('')}`)
}

async function fullyCheckedIn({ eventId, orderNumber }: { eventId: string; orderNumber: string }) {
  return (await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${orderNumber}`)).body.order.fullyCheckedIn
}

async function activitiesOf(id: string) {
  const rows = await sql`
    select sequence, kind, actor_kind
      from activities
     where site_id = ${siteId}
       and entity_id = ${id}
     order by sequence`
  return rows.map(({ sequence, kind, actorKind }) => `${sequence} ${kind} ${actorKind}`)
}

describe('checking in', () => {
  test('R198, R201, R206, R221, E9: the server’s time, ticket by ticket, until the order is complete', async () => {
    const order = await anOrder()
    const [first = '', second = ''] = order.numbers
    setNow('2030-06-01T17:30:00.000Z')
    const answer = await checkIn(admin, order.eventId.toUpperCase(), [first])
    expect(answer.status).toBe(200)
    expect(judgedByClient(CheckInTicketsResponse, answer.body)).toEqual([])
    expect(answer.body.tickets).toMatchObject([
      {
        ticketNumber: first,
        orderNumber: order.orderNumber,
        checkIn: { created: '2030-06-01T17:30:00.000Z' },
        guestDetails: { firstName: 'Ada' },
      },
    ])
    expect(await fullyCheckedIn(order)).toBe(false)
    await must(admin, 'POST', CHECK_IN, { eventId: order.eventId, ticketNumber: [second] })
    expect(await fullyCheckedIn(order)).toBe(true)
    expect(await activitiesOf(first)).toEqual(['1 ticket.issued visitor', '2 ticket.checked_in admin'])
    expect(await activitiesOf(order.orderNumber)).toEqual([
      '1 order.initiated visitor',
      '2 order.confirmed visitor',
      '3 order.updated admin',
      '4 order.updated admin',
    ])
  })

  test('law 10, R199: a second time keeps the first, and writes nothing', async () => {
    const { eventId, numbers } = await anOrder()
    await checkIn(admin, eventId, numbers)
    const before = await ledgerOf(sql)
    setNow('2030-05-01T12:05:00.000Z')
    const answer = await checkIn(admin, eventId, [...numbers, ...numbers])
    expect(answer.body.tickets.map((ticket: { checkIn: { created: string } }) => ticket.checkIn.created)).toEqual([
      START,
      START,
    ])
    expect(await ledgerOf(sql)).toEqual(before)
  })

  test('law 10: of twenty scans at once one writes it down', async () => {
    const { eventId, orderNumber, numbers } = await anOrder({ quantity: 1 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => checkIn(admin, eventId, numbers)))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.tickets?.[0].checkIn.created}`))).toEqual(
      new Set([`200 ${START}`]),
    )
    expect(await activitiesOf(numbers[0] ?? '')).toHaveLength(2)
    expect(await activitiesOf(orderNumber)).toHaveLength(3)
  })

  test('R200: taken back it is gone, the order no longer complete; taken back again nothing happens', async () => {
    const order = await anOrder()
    const { eventId, numbers } = order
    await checkIn(admin, eventId, numbers)
    const answer = await undo(admin, eventId, [numbers[0] ?? ''])
    expect(answer.status).toBe(200)
    expect(judgedByClient(DeleteTicketCheckInsResponse, answer.body)).toEqual([])
    expect(answer.body.tickets[0]).not.toHaveProperty('checkIn')
    expect(await fullyCheckedIn(order)).toBe(false)
    const before = await ledgerOf(sql)
    expect((await undo(admin, eventId, [numbers[0] ?? ''])).status).toBe(200)
    expect(await ledgerOf(sql)).toEqual(before)
    setNow('2030-05-01T12:05:00.000Z')
    const again = await checkIn(admin, eventId, numbers)
    const times = new Map(
      again.body.tickets.map((ticket: { ticketNumber: string; checkIn: { created: string } }) => [
        ticket.ticketNumber,
        ticket.checkIn.created,
      ]),
    )
    expect([times.get(numbers[0]), times.get(numbers[1])]).toEqual(['2030-05-01T12:05:00.000Z', START])
    expect(await activitiesOf(numbers[0] ?? '')).toEqual([
      '1 ticket.issued visitor',
      '2 ticket.checked_in admin',
      '3 ticket.check_in_deleted admin',
      '4 ticket.checked_in admin',
    ])
  })

  test('R199: an unknown number, another event’s, another site’s: none of the tickets is checked in', async () => {
    const [mine, other] = [await anOrder(), await anOrder()]
    const site = await otherSite()
    const gone = [404, 'TICKET_NOT_FOUND']
    const attempts: [Caller, string, string[]][] = [
      [admin, mine.eventId, [...mine.numbers, `${mine.orderNumber}XXX`]],
      [admin, mine.eventId, [...mine.numbers, ...other.numbers]],
      [admin, other.eventId, mine.numbers],
      [admin, newGuid(), mine.numbers],
      [site.admin, mine.eventId, mine.numbers],
    ]
    for (const [caller, eventId, numbers] of attempts) {
      expect(await refusedWithoutTrace(sql, () => checkIn(caller, eventId, numbers))).toEqual(gone)
      expect(await refusedWithoutTrace(sql, () => undo(caller, eventId, numbers))).toEqual(gone)
    }
  })

  test('R199, R208: canceled and archived tickets do not admit, nor do those beside them', async () => {
    const sale = await aSale(app, { definition: FREE })
    const [good, canceled, archived] = [await anOrder({ sale }), await anOrder({ sale }), await anOrder({ sale })]
    await must(canceled.guest, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    await must(admin, 'PATCH', PATH, { ticketNumber: archived.numbers, archived: true })
    for (const [bad, reason] of [[canceled, 'CANCELED'] as const, [archived, 'ARCHIVED'] as const]) {
      const numbers = [...good.numbers, ...bad.numbers]
      expect(await refusedWithoutTrace(sql, () => checkIn(admin, sale.eventId, numbers))).toEqual([
        428,
        'FAILED_PRECONDITION',
      ])
      const answer = await checkIn(admin, sale.eventId, numbers)
      expect(answer.body.details.applicationError.data).toEqual({ ticketNumber: expect.any(String), reason })
      expect(bad.numbers).toContain(answer.body.details.applicationError.data.ticketNumber)
    }
  })

  test('R201: archived and canceled tickets do not keep an order incomplete', async () => {
    const order = await anOrder()
    const [first = '', second = ''] = order.numbers
    await must(admin, 'PATCH', `${PATH}/${first}`, { archived: true })
    await must(admin, 'POST', CHECK_IN, { eventId: order.eventId, ticketNumber: [second] })
    expect(await fullyCheckedIn(order)).toBe(true)
  })

  test('R208: a ticket that is canceled after it was checked in stays listed, checked in and canceled', async () => {
    const { eventId, guest, reservationId, numbers } = await anOrder({ quantity: 1 })
    await checkIn(admin, eventId, numbers)
    await must(guest, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    const { body } = await must(admin, 'GET', `${PATH}?eventId=${eventId}&fieldset=TICKET_DETAILS`)
    expect(body.tickets).toMatchObject([{ ticketNumber: numbers[0], canceled: true, checkIn: { created: START } }])
    expect(await refusedWithoutTrace(sql, () => checkIn(admin, eventId, numbers))).toEqual([428, 'FAILED_PRECONDITION'])
    expect((await undo(admin, eventId, numbers)).status).toBe(200)
  })

  test('R165, R193: tickets that are still to be paid at the door admit', async () => {
    const order = await anOrder({ definition: {}, seller: admin, checkout: { options: { payInPerson: true } } })
    expect((await checkIn(admin, order.eventId, order.numbers)).status).toBe(200)
  })

  test('events 9.5.11, R22: staff with permission, for their events; guests and others never', async () => {
    const [given, other] = [await anOrder(), await anOrder()]
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [given.eventId] })
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [given.eventId] })
    const denied = [403, 'PERMISSION_DENIED']
    const attempts: [Caller, typeof given][] = [
      [given.guest, given],
      [seller, given],
      [usher, other],
    ]
    for (const [caller, { eventId, numbers }] of attempts) {
      expect(await refusedWithoutTrace(sql, () => checkIn(caller, eventId, numbers))).toEqual(denied)
      expect(await refusedWithoutTrace(sql, () => undo(caller, eventId, numbers))).toEqual(denied)
    }
    expect(refusalOf(await checkIn(anonymous, given.eventId, given.numbers))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await checkIn(usher, given.eventId, given.numbers)).status).toBe(200)
    const [row] = await sql`select checked_in_by from tickets where ticket_number = ${given.numbers[0] ?? ''}`
    expect(row?.checkedInBy).toMatchObject({ kind: 'staff' })
    expect((await undo(usher, given.eventId, given.numbers)).status).toBe(200)
  })

  test.each<[string, object, string]>([
    ['no event', { eventId: undefined }, 'eventId'],
    ['an event that is no GUID', { eventId: 'x' }, 'eventId'],
    ['null for the event', { eventId: null }, 'eventId'],
    ['no numbers', { ticketNumber: undefined }, 'ticketNumber'],
    ['a text for numbers', { ticketNumber: 'A' }, 'ticketNumber'],
    ['no number', { ticketNumber: [] }, 'ticketNumber'],
    ['101 numbers', { ticketNumber: Array.from({ length: 101 }, (_, index) => `A${index}`) }, 'ticketNumber'],
    ['an empty number', { ticketNumber: ['A', ''] }, 'ticketNumber[1]'],
    ['a number of 37', { ticketNumber: ['x'.repeat(37)] }, 'ticketNumber[0]'],
    ['a number that is one', { ticketNumber: [7] }, 'ticketNumber[0]'],
  ])('%s is a 400', async (_, more, field) => {
    const body = { eventId: newGuid(), ticketNumber: ['A'], ...more }
    expect(await refusedWithoutTrace(sql, () => admin('POST', CHECK_IN, body))).toEqual([400, [field]])
  })

  test('taking back needs an event and a number too', async () => {
    const [first, second] = [
      await admin('DELETE', CHECK_IN),
      await admin('DELETE', `${CHECK_IN}?eventId=x&ticketNumber=A`),
    ]
    expect(refusalOf(first)).toEqual([400, ['eventId', 'ticketNumber']])
    expect(refusalOf(second)).toEqual([400, ['eventId']])
  })
})

describe('reading one', () => {
  const read = (caller: Caller, number: string, query = '') => caller('GET', `${PATH}/${number}${query}`)

  test('R197: without fieldsets hardly anything, and what each adds', async () => {
    const { eventId, numbers, order, definitionId, guest } = await anOrder({ quantity: 1 })
    const [number = ''] = numbers
    const bare = { ticketNumber: number, anonymized: false }
    const plain = await read(guest, number, `?eventId=${eventId}&ticketNumber=${number}`)
    expect(plain.body).toEqual({ ticket: bare })
    const details = await read(guest, number, '?fieldset=TICKET_DETAILS')
    expect(details.body.ticket).toEqual({
      ...bare,
      orderNumber: order.orderNumber,
      ticketDefinitionId: definitionId,
      name: 'Standard',
      price: { amount: '0.00', value: '0.00', currency: 'EUR' },
      free: true,
      policy: '',
      orderStatus: 'FREE',
      orderArchived: false,
      orderFullName: 'Ada Berg',
      guestFullName: 'Ada Berg',
      archived: false,
      checkInUrl: expect.stringMatching(`/check-in/${number},${eventId}\\?s=`), // R194
      ticketPdfUrl: expect.stringMatching(`/tickets/${number}/ticket.pdf\\?token=`), // R207
      channel: 'ONLINE',
      canceled: false,
    })
    const guestDetails = {
      guestAssigned: false, // R205
      firstName: 'Ada',
      lastName: 'Berg',
      email: 'ada@example.org',
      contactId: order.contactId,
    }
    const persons = await read(guest, number, '?fieldset=GUEST_DETAILS')
    expect(persons.body.ticket).toEqual({ ...bare, guestDetails })
    const form = await read(guest, number, '?fieldset=GUEST_FORM')
    expect(form.body.ticket).toEqual({ ...bare, guestDetails: { ...guestDetails, form: ADA } })
    const all = await read(guest, number, '?fieldset=TICKET_DETAILS&fieldset=GUEST_DETAILS&fieldset=GUEST_FORM')
    expect(all.body.ticket).toEqual({ ...details.body.ticket, ...form.body.ticket })
    for (const { body } of [plain, details, persons, form, all])
      expect(judgedByClient(GetTicketResponse, body.ticket)).toEqual([])
  })

  test('R26: the buyer’s and the organizer’s; for everybody else it is not there', async () => {
    const { eventId, numbers, guest } = await anOrder()
    const [number = ''] = numbers
    const gone = [404, 'TICKET_NOT_FOUND']
    expect((await read(admin, number)).status).toBe(200)
    for (const caller of [await visitor(), (await otherSite()).admin])
      expect(refusalOf(await read(caller, number))).toEqual(gone)
    expect(refusalOf(await read(guest, number, `?eventId=${newGuid()}`))).toEqual(gone)
    expect(refusalOf(await read(admin, 'AAAA-AAAA-AA000'))).toEqual(gone)
    expect(refusalOf(await read(anonymous, number))).toEqual([401, 'UNAUTHENTICATED'])
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [eventId] })
    const elsewhere = await aStaffMember(app, {
      permissions: ['CHECK_IN_GUESTS'],
      events: [(await aSale(app)).eventId],
    })
    expect((await read(usher, number)).status).toBe(200)
    expect(refusalOf(await read(elsewhere, number))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test.each([
    ['?eventId=x', 'eventId'],
    ['?fieldset=EVERYTHING', 'fieldset[0]'],
  ])('api 13.1, 6.8.3: %s is a 400', async (query, field) => {
    expect(refusalOf(await read(admin, 'A', query))).toEqual([400, [field]])
  })
})

describe('listing', () => {
  async function aMembersOrder(sale: { eventId: string; definitionId: string }) {
    const memberId = newGuid()
    const claims = { kind: 'member', siteId, visitorId: newGuid(), memberId } as const
    const authorization = await signToken(deps.keys, 'access', claims, app.now(), 14_400)
    const caller: Caller = (method, url, body) => anonymous(method, url, body, { authorization })
    const reservationId = (await reserveTickets(caller, sale.definitionId)).body.ticketReservation.id
    const buyer = { firstName: 'Zoë', lastName: 'Åkesson', email: 'zoe_1@example.org' }
    const { order } = (await checkOut(caller, { ...sale, reservationId }, { memberId, buyer })).body
    return {
      memberId,
      orderNumber: order.orderNumber,
      contactId: order.contactId,
      number: order.tickets[0].ticketNumber,
    }
  }

  test('R195, R196: every filter and state, several ANDed, several values ORed', async () => {
    const sale = await aSale(app, { definition: FREE })
    const paidId = (await aDefinition(app, sale.eventId, { name: 'Balcony' })).id
    const free = await anOrder({ sale })
    const paid = await anOrder({
      sale: { eventId: sale.eventId, definitionId: paidId },
      quantity: 1,
      seller: admin,
      checkout: { options: { payInPerson: true } },
    })
    const members = await aMembersOrder(sale)
    const [in1 = '', out1 = ''] = free.numbers
    await checkIn(admin, sale.eventId, [in1])
    await must(admin, 'PATCH', `${PATH}/${out1}`, { archived: true })
    await archiveOrder(app, paid)
    const [balcony = ''] = paid.numbers
    const of = async (query: string) => {
      const { body } = await must(admin, 'GET', `${PATH}?eventId=${sale.eventId}&${query}`)
      expect(judgedByClient(ListTicketsResponse, body)).toEqual([])
      const numbers: string[] = body.tickets.map((each: { ticketNumber: string }) => each.ticketNumber)
      expect(body.total).toBe(numbers.length)
      return numbers.sort()
    }
    const all = [in1, out1, balcony, members.number]
    const cases: [string, string[]][] = [
      ['', all],
      [`orderNumber=${free.orderNumber}`, [in1, out1]],
      [`orderNumber=${free.orderNumber}&orderNumber=${paid.orderNumber}`, [in1, out1, balcony]],
      [`ticketNumber=${in1}&ticketNumber=${balcony}`, [in1, balcony]],
      [`ticketNumber=${in1}&orderNumber=${paid.orderNumber}`, []],
      ['orderStatus=FREE', [in1, out1, members.number]],
      ['orderStatus=FREE&orderStatus=OFFLINE_PENDING', all],
      ['orderStatus=NA_ORDER_STATUS', []],
      [`memberId=${members.memberId.toUpperCase()}`, [members.number]],
      [`contactId=${members.contactId}`, [members.number]],
      [`ticketDefinitionId=${paidId}`, [balcony]],
      ['seatId=A-1', []],
      ['state=CHECKED_IN', [in1]],
      ['state=NON_CHECKED_IN', [out1, balcony, members.number]],
      ['state=TICKET_ARCHIVED', [out1]],
      ['state=TICKET_ACTIVE', [in1, balcony, members.number]],
      ['state=ORDER_ARCHIVED', [balcony]],
      ['state=ORDER_ACTIVE', [in1, out1, members.number]],
      ['state=FREE', [in1, out1, members.number]],
      ['state=PAID', [balcony]],
      ['state=MEMBER', [members.number]],
      ['state=FREE&state=TICKET_ACTIVE&state=NON_CHECKED_IN', [members.number]],
      ['searchPhrase=%C3%85kess', [members.number]],
      ['searchPhrase=ada+berg', [in1, out1, balcony]],
      [`searchPhrase=${in1.toLowerCase()}`, [in1]],
      ['searchPhrase=%25', []],
      ['searchPhrase=_', []],
    ]
    for (const [query, expected] of cases) expect([query, await of(query)]).toEqual([query, expected.sort()])
    const facets = await must(
      admin,
      'GET',
      `${PATH}?eventId=${sale.eventId}&facet=free&facet=archived&facet=checkedIn&limit=0`,
    )
    expect(facets.body).toMatchObject({
      total: 4,
      tickets: [],
      facets: {
        free: { counts: { true: 3, false: 1 } },
        archived: { counts: { true: 1, false: 3 } },
        checkedIn: { counts: { true: 1, false: 3 } },
      },
    })
    expect(judgedByClient(ListTicketsResponse, facets.body)).toEqual([])
  })

  test('R195, api 6.7.1: sorted by number unless told otherwise, page by page', async () => {
    const sale = await aSale(app, { definition: FREE })
    const dear = (await aDefinition(app, sale.eventId, { name: 'Balcony' })).id
    const free = await anOrder({
      sale,
      quantity: 3,
      checkout: { buyer: { firstName: 'Zed', lastName: 'Z', email: 'z@example.org' } },
    })
    const paid = await anOrder({
      sale: { eventId: sale.eventId, definitionId: dear },
      quantity: 1,
      seller: admin,
      checkout: { options: { markAsPaid: true } },
    })
    const list = async (query: string) => {
      const { body } = await must(admin, 'GET', `${PATH}?eventId=${sale.eventId}&${query}`)
      return body.tickets.map((each: { ticketNumber: string }) => each.ticketNumber)
    }
    const byNumber = [...free.numbers, ...paid.numbers].sort()
    expect(await list('')).toEqual(byNumber)
    expect(await list('sort=ticketNumber:desc')).toEqual([...byNumber].reverse())
    expect(await list('sort=score:desc')).toEqual(byNumber)
    const [dearest = ''] = paid.numbers
    expect((await list('sort=price:desc'))[0]).toBe(dearest)
    expect((await list('sort=price:asc')).at(-1)).toBe(dearest)
    expect((await list('sort=orderStatus:desc'))[0]).toBe(dearest)
    expect((await list('sort=orderFullName:asc'))[0]).toBe(dearest)
    expect((await list('sort=guestFullName:asc'))[0]).toBe(dearest)
    expect(await list('limit=2&offset=1')).toEqual(byNumber.slice(1, 3))
    const { body } = await must(admin, 'GET', `${PATH}?eventId=${sale.eventId}&limit=1&offset=9`)
    expect(body).toEqual({ total: 4, offset: 9, limit: 1, tickets: [] })
  })

  test('R22, events 9.5.11: the organizer’s, and of their events the staff’s; nobody sees another site’s', async () => {
    const [given, other] = [await anOrder({ quantity: 1 }), await anOrder({ quantity: 1 })]
    expect(refusalOf(await given.guest('GET', PATH))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await anonymous('GET', PATH))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await must((await otherSite()).admin, 'GET', PATH)).body.total).toBe(0)
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [given.eventId] })
    expect((await must(usher, 'GET', PATH)).body.tickets).toMatchObject([{ ticketNumber: given.numbers[0] }])
    expect((await must(usher, 'GET', `${PATH}?eventId=${given.eventId.toUpperCase()}`)).body.total).toBe(1)
    expect(refusalOf(await usher('GET', `${PATH}?eventId=${other.eventId}`))).toEqual([403, 'PERMISSION_DENIED'])
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'] })
    expect(refusalOf(await seller('GET', PATH))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('events 9.5.14: staff whose events are gone do not see everybody’s', async () => {
    const { eventId, numbers } = await anOrder()
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [eventId] })
    await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
    const { tickets } = (await must(usher, 'GET', PATH)).body
    expect(tickets.map((each: { ticketNumber: string }) => each.ticketNumber)).toEqual([...numbers].sort())
  })

  test.each([
    ['eventId=x', 'eventId[0]'],
    ['memberId=x', 'memberId[0]'],
    ['contactId=', 'contactId[0]'],
    ['ticketDefinitionId=1', 'ticketDefinitionId[0]'],
    ['orderStatus=SOLD', 'orderStatus[0]'],
    ['state=IN', 'state[0]'],
    ['facet=price', 'facet[0]'],
    ['fieldset=ALL', 'fieldset[0]'],
    ['sort=colour:asc', 'sort'],
    ['sort=price:up', 'sort'],
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=many', 'limit'],
    ['offset=-1', 'offset'],
    [`searchPhrase=${'x'.repeat(201)}`, 'searchPhrase'],
    [Array.from({ length: 21 }, (_, index) => `orderNumber=A${index}`).join('&'), 'orderNumber'],
    [Array.from({ length: 51 }, (_, index) => `ticketNumber=A${index}`).join('&'), 'ticketNumber'],
    [Array.from({ length: 11 }, () => `ticketDefinitionId=${newGuid()}`).join('&'), 'ticketDefinitionId'],
  ])('R195: %.60s is a 400', async (query, field) => {
    expect(refusalOf(await admin('GET', `${PATH}?${query}`))).toEqual([400, [field]])
  })
})

test('R3, R2: every older and other path leads to the same tickets', async () => {
  const { eventId, numbers } = await anOrder({ quantity: 1 })
  const [number = ''] = numbers
  const { body } = await must(admin, 'GET', `${PATH}/${number}`)
  for (const base of ['/_api/events-ticketing-v1-proxy/v1/tickets', '/_api/wix-events-web/v1/tickets'])
    expect((await admin('GET', `${base}/${number}?eventId=${eventId}`)).body).toEqual(body)
})
