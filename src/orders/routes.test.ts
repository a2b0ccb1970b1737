import {
  GetCheckoutOptionsResponse,
  GetOrderResponse,
  GetSummaryResponse,
  ListAvailableTicketsResponse,
  ListOrdersResponse,
  QueryAvailableTicketsResponse,
} from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
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
import { publishedPaths } from '../http/mounts.ts'
import { signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, deps, setNow } = app
const PATH = '/events/v1/orders'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))
verifyAfterEach(sql)

const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })

type Sale = { eventId: string; definitionId: string }

/** An order of a new visitor, free unless said otherwise. */
async function anOrder({
  sale,
  definition = FREE,
  quantity = 1,
  checkout = {},
  seller,
}: {
  sale?: Sale
  definition?: object
  quantity?: number
  checkout?: Record<string, unknown>
  seller?: Caller
} = {}) {
  const { eventId, definitionId } = sale ?? (await aSale(app, { definition: { ...definition } }))
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, quantity)).body.ticketReservation.id
  const { order } = (await checkOut(seller ?? guest, { eventId, reservationId }, checkout)).body
  return { eventId, definitionId, guest, reservationId, order, orderNumber: order.orderNumber as string }
}

const pathOf = ({ eventId, orderNumber }: { eventId: string; orderNumber: string }) =>
  `/events/v1/events/${eventId}/orders/${orderNumber}`

describe('Get Order', () => {
  test('R178, R179, E8: bare without fieldsets; each adds its part', async () => {
    const ordered = await anOrder({ quantity: 2 })
    const { order, guest } = ordered
    const { contactId, orderNumber, eventId } = order
    const bare = {
      orderNumber,
      eventId,
      contactId,
      anonymized: false,
      fullyCheckedIn: false,
      status: 'NA_ORDER_STATUS',
    }
    const read = async (...fieldsets: string[]) => {
      const query = fieldsets.map(each => `fieldset=${each}`).join('&')
      const { body } = await must(guest, 'GET', `${pathOf(ordered)}?${query}`)
      expect(judgedByClient(GetOrderResponse, body.order)).toEqual([])
      return body
    }
    const plain = await read()
    expect(plain).toEqual({
      order: bare,
      calendarLinks: { google: expect.stringMatching(/^https:/), ics: expect.stringMatching(/^http/) },
    })
    expect((await read('DETAILS')).order).toEqual({
      ...bare,
      reservationId: ordered.reservationId,
      created: START,
      updated: START,
      firstName: 'Ada',
      lastName: 'Berg',
      fullName: 'Ada Berg',
      email: 'ada@example.org',
      confirmed: true,
      status: 'FREE',
      method: '',
      ticketsQuantity: 2,
      totalPrice: EUR('0.00'),
      ticketsPdf: expect.stringContaining(`/orders/${ordered.orderNumber}/tickets.pdf?token=`), // R207
      archived: false,
      channel: 'ONLINE',
      marketingConsent: false,
    })
    expect((await read('FORM')).order).toEqual({ ...bare, checkoutForm: ADA })
    expect((await read('INVOICE')).order).toEqual({ ...bare, invoice: order.invoice })
    expect((await read('TICKETS')).order).toEqual({ ...bare, tickets: order.tickets }) // R180: all of them, at once
    expect((await read('TICKETS', 'DETAILS', 'FORM', 'INVOICE')).order).toEqual(order)
  })

  test('R25, R182: one’s own and the organizer’s; for everybody else it is not there', async () => {
    const ordered = await anOrder()
    const gone = [404, 'ORDER_NOT_FOUND']
    const site = await otherSite()
    expect(
      (await ordered.guest('GET', pathOf(ordered).replace(ordered.eventId, ordered.eventId.toUpperCase()))).status,
    ).toBe(200)
    expect((await admin('GET', pathOf(ordered))).status).toBe(200)
    for (const caller of [await visitor(), site.admin])
      expect(refusalOf(await caller('GET', pathOf(ordered)))).toEqual(gone)
    for (const eventId of [newGuid(), (await aSale(app)).eventId])
      expect(refusalOf(await admin('GET', pathOf({ ...ordered, eventId })))).toEqual(gone)
    expect(refusalOf(await admin('GET', pathOf({ ...ordered, orderNumber: 'AAAA-AAAA-AA' })))).toEqual(gone)
    expect(refusalOf(await anonymous('GET', pathOf(ordered)))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('R25, R162: a member reads theirs from another device', async () => {
    const memberId = newGuid()
    const memberOn = async (visitorId: string): Promise<Caller> => {
      const claims = { kind: 'member', siteId, visitorId, memberId } as const
      const authorization = await signToken(deps.keys, 'access', claims, app.now(), 14_400)
      return (method, url, body) => anonymous(method, url, body, { authorization })
    }
    const ordered = await anOrder({ seller: admin, checkout: { memberId } })
    expect((await (await memberOn(newGuid()))('GET', pathOf(ordered))).body.order.memberId).toBe(memberId)
  })

  test('events 9.5.11: staff of the event with permission to read orders', async () => {
    const ordered = await anOrder()
    const elsewhere = (await aSale(app)).eventId
    const analyst = await aStaffMember(app, { permissions: ['READ_ANALYTICS'], events: [ordered.eventId] })
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [ordered.eventId] })
    const stranger = await aStaffMember(app, { permissions: ['READ_ANALYTICS'], events: [elsewhere] })
    expect((await analyst('GET', pathOf(ordered))).status).toBe(200)
    expect(refusalOf(await usher('GET', pathOf(ordered)))).toEqual([404, 'ORDER_NOT_FOUND'])
    expect(refusalOf(await stranger('GET', pathOf(ordered)))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('R180: as soon as it is confirmed, an order has all its tickets', async () => {
    const ready = async ({ order, ...named }: Awaited<ReturnType<typeof anOrder>>) => {
      const { body } = await must(admin, 'GET', `${pathOf(named)}?fieldset=TICKETS&fieldset=DETAILS`)
      return [body.order.confirmed, body.order.tickets.length, body.order.ticketsQuantity]
    }
    expect(await ready(await anOrder({ quantity: 3 }))).toEqual([true, 3, 3])
    const paid = await anOrder({ definition: {}, quantity: 2 })
    expect(await ready(paid)).toEqual([false, 0, 2])
    const url = `/boxoffice/v1/test-payments/${paid.order.snapshotId}/notifications`
    await must(paid.guest, 'POST', url, { notificationId: 'paid', result: 'PAID' })
    expect(await ready(paid)).toEqual([true, 2, 2])
  })

  test('9.2: the calendar links lead to the event', async () => {
    const ordered = await anOrder()
    const { google, ics } = (await must(ordered.guest, 'GET', pathOf(ordered))).body.calendarLinks
    const file = await anonymous('GET', ics.replace(deps.publicUrl, ''))
    expect(file.status).toBe(200)
    expect(file.headers['content-type']).toMatch(/^text\/calendar/)
    expect(file.body).toContain(`UID:${ordered.eventId}@boxoffice`)
    expect(file.body).toContain('DTSTART;TZID=Europe/Berlin:20300601T200000')
    const page = new URL(google)
    expect([page.origin, page.pathname]).toEqual(['https://calendar.google.com', '/calendar/render'])
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      action: 'TEMPLATE',
      text: 'A concert',
      dates: '20300601T180000Z/20300601T220000Z',
      location: 'The hall',
    })
  })

  test('an order of a deleted event stays readable, without calendar', async () => {
    const ordered = await anOrder()
    await must(admin, 'DELETE', `/events/v3/events/${ordered.eventId}`)
    const { body } = await must(ordered.guest, 'GET', `${pathOf(ordered)}?fieldset=DETAILS`)
    expect(body.order.status).toBe('FREE')
    expect(body).not.toHaveProperty('calendarLinks')
  })

  test.each([
    [`/events/v1/events/x/orders/A`, 'eventId'],
    [`/events/v1/events/${newGuid()}/orders/${'x'.repeat(37)}`, 'orderNumber'],
    [`/events/v1/events/${newGuid()}/orders/A?fieldset=ALL`, 'fieldset[0]'],
  ])('api 13.1, 6.8.3: %s is a 400', async (path, field) => {
    expect(refusalOf(await admin('GET', path))).toEqual([400, [field]])
  })

  test('R2: every published path leads to the same order', async () => {
    const ordered = await anOrder()
    const { body } = await must(admin, 'GET', pathOf(ordered))
    for (const path of publishedPaths(pathOf(ordered))) expect((await admin('GET', path)).body).toEqual(body)
  })
})

describe('List Orders', () => {
  test('R176, R177, R181: every filter and tag, several ANDed, several values ORed, and the facet', async () => {
    const sale = await aSale(app, { definition: FREE })
    const paidId = (await aDefinition(app, sale.eventId, { name: 'Balcony' })).id
    const dear = { eventId: sale.eventId, definitionId: paidId }
    const memberId = newGuid()
    const buyer = { firstName: 'Zoë', lastName: 'Åkesson', email: 'zoe_1@example.org' }
    const free = await anOrder({ sale, quantity: 2, seller: admin, checkout: { memberId, buyer } })
    const open = await anOrder({ sale: dear })
    const door = await anOrder({ sale: dear, quantity: 3, seller: admin, checkout: { options: { payInPerson: true } } })
    const gone = await anOrder({ sale })
    await must(gone.guest, 'POST', `/events/v1/ticket-reservations/${gone.reservationId}/cancel`)
    const [a, b, c, d] = [free, open, door, gone].map(({ orderNumber }) => orderNumber) as [
      string,
      string,
      string,
      string,
    ]
    const ticketNumber = free.order.tickets.map((each: { ticketNumber: string }) => each.ticketNumber)
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId: sale.eventId, ticketNumber })
    await archiveOrder(app, door)
    const of = async (query: string) => {
      const { body } = await must(admin, 'GET', `${PATH}?eventId=${sale.eventId}&${query}`)
      expect(judgedByClient(ListOrdersResponse, body)).toEqual([])
      const numbers: string[] = body.orders.map((each: { orderNumber: string }) => each.orderNumber)
      expect(body.total).toBe(numbers.length)
      return numbers.sort()
    }
    const cases: [string, string[]][] = [
      ['', [a, b, c, d]],
      [`orderNumber=${a}&orderNumber=${b}`, [a, b]],
      ['status=FREE', [a]],
      ['status=FREE&status=INITIATED', [a, b]],
      ['status=NA_ORDER_STATUS', []],
      [`memberId=${memberId.toUpperCase()}`, [a]],
      [`contactId=${free.order.contactId}`, [a]],
      [`contactId=${free.order.contactId}&status=INITIATED`, []],
      [`eventCreatorId=${newGuid()}`, []],
      ['tag=CONFIRMED', [a, c]],
      ['tag=UNCONFIRMED', [b, d]],
      ['tag=MEMBER', [a]],
      ['tag=ARCHIVED', [c]],
      ['tag=NON_ARCHIVED', [a, b, d]],
      ['tag=CONFIRMED&tag=NON_ARCHIVED', [a]],
      ['tag=FULLY_CHECKED_IN', [a]],
      ['tag=NOT_FULLY_CHECKED_IN', [b, c, d]],
      ['searchPhrase=%C3%85kess', [a]],
      ['searchPhrase=ada+berg', [b, c, d]],
      ['searchPhrase=++ada+berg+', [b, c, d]],
      ['searchPhrase=ZOE_1@', [a]],
      [`searchPhrase=${b.toLowerCase()}`, [b]],
      ['searchPhrase=%25', []],
      ['searchPhrase=__', []],
    ]
    for (const [query, expected] of cases) expect([query, await of(query)]).toEqual([query, expected.sort()])
    const { body } = await must(admin, 'GET', `${PATH}?eventId=${sale.eventId}&facet=status&limit=0`)
    expect(judgedByClient(ListOrdersResponse, body)).toEqual([])
    expect(body).toEqual({
      total: 4,
      offset: 0,
      limit: 0,
      orders: [],
      facets: { status: { counts: { FREE: 1, INITIATED: 1, OFFLINE_PENDING: 1, CANCELED: 1 } } },
      orderFacets: {
        facets: {
          status: {
            counts: {
              FREE: { count: 1, tickets: 2, ticketsCheckIn: 2 },
              INITIATED: { count: 1, tickets: 1, ticketsCheckIn: 0 },
              OFFLINE_PENDING: { count: 1, tickets: 3, ticketsCheckIn: 0 },
              CANCELED: { count: 1, tickets: 1, ticketsCheckIn: 0 },
            },
          },
        },
      },
    })
  })

  test('R176, R178: the oldest first unless told otherwise, page by page, with what is asked for', async () => {
    const sale = await aSale(app, { definition: FREE })
    const numbers: string[] = []
    for (const [minute, firstName] of ['Cid', 'Ann', 'Ben'].entries()) {
      setNow(`2030-05-01T12:0${minute}:00.000Z`)
      const buyer = { firstName, lastName: 'Guest', email: 'guest@example.org' }
      numbers.push((await anOrder({ sale, checkout: { buyer } })).orderNumber)
    }
    const list = async (query: string) => {
      const { body } = await must(admin, 'GET', `${PATH}?eventId=${sale.eventId}&${query}`)
      return body.orders.map((each: { orderNumber: string }) => numbers.indexOf(each.orderNumber))
    }
    expect(await list('')).toEqual([0, 1, 2])
    expect(await list('sort=created:desc')).toEqual([2, 1, 0])
    expect(await list('sort=fullName:asc')).toEqual([1, 2, 0])
    expect(await list('sort=status:asc,created:desc')).toEqual([2, 1, 0])
    expect(await list('limit=1&offset=1')).toEqual([1])
    const { body } = await must(
      admin,
      'GET',
      `${PATH}?eventId=${sale.eventId}&limit=1&fieldset=TICKETS&fieldset=DETAILS`,
    )
    expect(judgedByClient(ListOrdersResponse, body)).toEqual([])
    expect(body).toMatchObject({ total: 3, offset: 0, limit: 1, orders: [{ status: 'FREE', tickets: [{}] }] })
    const bare = (await must(admin, 'GET', `${PATH}?eventId=${sale.eventId}&limit=1`)).body.orders[0]
    expect(Object.keys(bare).sort()).toEqual(
      ['anonymized', 'contactId', 'eventId', 'fullyCheckedIn', 'orderNumber', 'status'].sort(),
    )
    expect((await must(admin, 'GET', PATH)).body.limit).toBe(100)
  })

  test('R22, events 9.5.11: the organizer’s, and of their events the staff’s; nobody sees another site’s', async () => {
    const [given, other] = [await anOrder(), await anOrder()]
    for (const path of [PATH, `${PATH}/summary`]) {
      expect(refusalOf(await given.guest('GET', path))).toEqual([403, 'PERMISSION_DENIED'])
      expect(refusalOf(await anonymous('GET', path))).toEqual([401, 'UNAUTHENTICATED'])
    }
    const site = await otherSite()
    expect((await must(site.admin, 'GET', `${PATH}?orderNumber=${given.orderNumber}`)).body.total).toBe(0)
    expect((await must(site.admin, 'GET', `${PATH}/summary`)).body).toEqual({ sales: [] })
    const seller = await aStaffMember(app, { permissions: ['SELL_TICKETS'], events: [given.eventId] })
    expect((await must(seller, 'GET', PATH)).body.orders).toMatchObject([{ orderNumber: given.orderNumber }])
    expect((await must(seller, 'GET', `${PATH}/summary`)).body.sales).toMatchObject([{ totalOrders: 1 }])
    const upper = given.eventId.toUpperCase()
    expect((await must(seller, 'GET', `${PATH}?eventId=${upper}`)).body.total).toBe(1)
    expect((await must(seller, 'GET', `${PATH}/summary?eventId=${upper}`)).body.sales).toHaveLength(1)
    for (const path of [PATH, `${PATH}/summary`])
      expect(refusalOf(await seller('GET', `${path}?eventId=${other.eventId}`))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test.each([
    ['eventId=x', 'eventId[0]'],
    ['memberId=x', 'memberId[0]'],
    ['contactId=x', 'contactId[0]'],
    ['eventCreatorId=x', 'eventCreatorId[0]'],
    ['status=SOLD', 'status[0]'],
    ['tag=NICE', 'tag[0]'],
    ['fieldset=ALL', 'fieldset[0]'],
    ['facet=colour', 'facet[0]'],
    ['sort=colour:asc', 'sort'],
    ['sort=created:up', 'sort'],
    [`sort=${'x'.repeat(201)}`, 'sort'],
    ['limit=401', 'limit'],
    ['limit=-1', 'limit'],
    ['offset=many', 'offset'],
    ['offset=-1', 'offset'],
    ['offset=1000001', 'offset'],
    [`searchPhrase=${'x'.repeat(201)}`, 'searchPhrase'],
    [`orderNumber=${'x'.repeat(37)}`, 'orderNumber[0]'],
    [times(101, () => `eventId=${newGuid()}`), 'eventId'],
    [times(501, () => 'orderNumber=A'), 'orderNumber'],
    [times(501, () => `memberId=${newGuid()}`), 'memberId'],
    [times(101, () => `contactId=${newGuid()}`), 'contactId'],
    [times(51, () => `eventCreatorId=${newGuid()}`), 'eventCreatorId'],
    [times(21, () => 'facet=status'), 'facet'],
  ])('R176: %.60s is a 400', async (query, field) => {
    expect(refusalOf(await admin('GET', `${PATH}?${query}`))).toEqual([400, [field]])
  })
})

function times(count: number, term: () => string): string {
  return Array.from({ length: count }, term).join('&')
}

describe('the summary', () => {
  test('R190: confirmed orders that are neither canceled nor archived, by currency', async () => {
    const site = await otherSite()
    const sell = async (currency: string, quantity: number, options: object, value = '10.00') => {
      const sale = await aSale(site, { definition: { pricingMethod: { fixedPrice: { value, currency } } } })
      const reservationId = (await reserveTickets(site.admin, sale.definitionId, quantity)).body.ticketReservation.id
      const { order } = (await checkOut(site.admin, { ...sale, reservationId }, { options })).body
      return { ...sale, reservationId, orderNumber: order.orderNumber }
    }
    const first = await sell('EUR', 2, { payInPerson: true })
    await sell('EUR', 1, { markAsPaid: true })
    await sell('USD', 1, { markAsPaid: true }, '7.25')
    await sell('EUR', 5, {}) // INITIATED
    const canceled = await sell('EUR', 5, { markAsPaid: true })
    await must(site.admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    const archived = await sell('EUR', 5, { markAsPaid: true })
    await archiveOrder(site, archived)
    const { body } = await must(site.admin, 'GET', `${PATH}/summary`)
    expect(judgedByClient(GetSummaryResponse, body)).toEqual([])
    const USD = { amount: '7.25', value: '7.25', currency: 'USD' }
    expect(body.sales).toEqual([
      { total: EUR('30.00'), revenue: EUR('30.00'), totalOrders: 2, totalTickets: 3 },
      { total: USD, revenue: USD, totalOrders: 1, totalTickets: 1 },
    ])
    expect((await must(site.admin, 'GET', `${PATH}/summary?eventId=${first.eventId}`)).body.sales).toEqual([
      { total: EUR('20.00'), revenue: EUR('20.00'), totalOrders: 1, totalTickets: 2 },
    ])
    expect((await must(site.admin, 'GET', `${PATH}/summary?eventId=${canceled.eventId}`)).body).toEqual({ sales: [] })
  })

  test('api 13.1: an event that is no GUID', async () => {
    expect(refusalOf(await admin('GET', `${PATH}/summary?eventId=x`))).toEqual([400, ['eventId']])
  })
})

describe('checkout options', () => {
  test('R149: what the site can sell', async () => {
    const site = await otherSite()
    const options = async () => (await must(site.admin, 'GET', '/events/v1/checkout/options')).body
    const none = {
      paymentMethodConfigured: true,
      acceptCoupons: false,
      premiumServices: true,
      paidTickets: false,
      acceptGiftCards: false,
    }
    await aSale(site, { definition: FREE })
    expect(await options()).toEqual(none)
    expect(judgedByClient(GetCheckoutOptionsResponse, none)).toEqual([])
    await aSale(site)
    expect(await options()).toEqual({ ...none, paidTickets: true })
    await sql`update sites set test_payments = false where site_id = ${site.siteId}`
    expect(await options()).toEqual({ ...none, paymentMethodConfigured: false, paidTickets: true })
  })

  test('R22: for every guest, for nobody without a token', async () => {
    expect((await (await visitor())('GET', '/events/v1/checkout/options')).status).toBe(200)
    expect(refusalOf(await anonymous('GET', '/events/v1/checkout/options'))).toEqual([401, 'UNAUTHENTICATED'])
  })
})

describe('available tickets', () => {
  const LIST = '/events/v1/checkout/available-tickets'
  const QUERY = `${LIST}/query`

  async function aProgram() {
    const { eventId, definitionId: first } = await aSale(app, {
      definition: { name: 'Stalls', policyText: 'No dogs.', initialLimit: 30, feeType: 'FEE_ADDED_AT_CHECKOUT' },
    })
    const named = async (name: string, more: object) =>
      (await aDefinition(app, eventId, { name, ...more })).id as string
    setNow('2030-05-01T12:01:00.000Z')
    const balcony = await named('Balcony', { pricingMethod: { fixedPrice: { value: '25', currency: 'EUR' } } })
    const hidden = await named('Friends', { hidden: true })
    const over = { startDate: '2030-04-01T00:00:00Z', endDate: '2030-05-01T00:00:00Z' }
    setNow('2030-05-01T12:02:00.000Z')
    const shown = await named('Early', { salePeriod: { ...over, displayNotOnSale: true } })
    setNow('2030-05-01T12:03:00.000Z')
    const unshown = await named('Earliest', { salePeriod: { ...over, displayNotOnSale: false } })
    return { eventId, first, balcony, hidden, shown, unshown }
  }
  const ids = (body: { definitions: { id: string }[] }) => body.definitions.map(({ id }) => id)

  test('R150: without a limit only the numbers', async () => {
    const { eventId } = await aProgram()
    const expected = { metaData: { count: 0, offset: 0, total: 3 }, definitions: [] }
    expect((await must(await visitor(), 'GET', `${LIST}?eventId=${eventId}`)).body).toEqual(expected)
    expect((await must(await visitor(), 'POST', QUERY, { filter: { eventId } })).body).toEqual(expected)
  })

  test('R65, R74, R151, R153: in the old shape; never hidden, out of sale only where shown or asked for', async () => {
    const { eventId, first, balcony, shown, unshown } = await aProgram()
    const guest = await visitor()
    const { body } = await must(guest, 'GET', `${LIST}?eventId=${eventId}&limit=10`)
    expect(judgedByClient(ListAvailableTicketsResponse, body)).toEqual([])
    expect(body.metaData).toEqual({ count: 3, offset: 0, total: 3 })
    expect(ids(body)).toEqual([first, balcony, shown])
    expect(body.definitions[0]).toEqual({
      id: first,
      price: EUR('10.00'),
      free: false,
      name: 'Stalls',
      description: '',
      limitPerCheckout: 20,
      orderIndex: 0,
      policy: 'No dogs.',
      eventId,
      wixFeeConfig: { type: 'FEE_ADDED_AT_CHECKOUT' },
      saleStatus: 'SALE_STARTED',
      pricing: { fixedPrice: EUR('10.00'), pricingType: 'STANDARD' },
    })
    expect(body.definitions[2]).toMatchObject({
      saleStatus: 'SALE_ENDED',
      salePeriod: { endDate: '2030-05-01T00:00:00.000Z', hideNotOnSale: false },
    })
    const all = await must(guest, 'GET', `${LIST}?eventId=${eventId}&limit=10&state=INCLUDE_HIDDEN_NOT_ON_SALE`)
    expect(ids(all.body)).toEqual([first, balcony, shown, unshown])
    for (const [sort, expected] of [
      ['price:desc', [balcony, first, shown]],
      ['name:asc', [balcony, shown, first]],
      ['orderIndex:desc', [shown, balcony, first]],
      ['created:desc', [shown, balcony, first]],
    ] as const) {
      const sorted = await must(guest, 'GET', `${LIST}?eventId=${eventId}&limit=10&sort=${sort}`)
      expect(ids(sorted.body).slice(0, 1)).toEqual(expected.slice(0, 1))
      expect(new Set(ids(sorted.body))).toEqual(new Set(expected))
    }
    const page = await must(guest, 'GET', `${LIST}?eventId=${eventId}&limit=1&offset=1`)
    expect([ids(page.body), page.body.metaData]).toEqual([[balcony], { count: 1, offset: 1, total: 3 }])
  })

  test('R151, R152: the query filters, and adds policy and dashboard on request, the latter for organizers', async () => {
    const { eventId, first, balcony, shown } = await aProgram()
    const guest = await visitor()
    const query = async (caller: Caller, body: object) => {
      const answer = await must(caller, 'POST', QUERY, { limit: 10, ...body })
      expect(judgedByClient(QueryAvailableTicketsResponse, answer.body)).toEqual([])
      return answer.body
    }
    const filters: [object, string[]][] = [
      [{ eventId }, [first, balcony, shown]],
      [{ eventId: { $in: [eventId, newGuid()] }, name: 'Stalls' }, [first]],
      [{ ticketDefinitionId: { $hasSome: [first, balcony] } }, [first, balcony]],
      [{ eventId, ticketDefinitionId: { $ne: first } }, [balcony, shown]],
      [{ eventId, name: { $contains: 'al' } }, [first, balcony]],
      [{ eventId, name: { $gte: 'F' } }, [first]],
      [{ eventId: newGuid() }, []],
    ]
    for (const [filter, expected] of filters) expect(ids(await query(guest, { filter }))).toEqual(expected)
    const filter = { ticketDefinitionId: first }
    const [bare] = (await query(guest, { filter })).definitions
    expect([bare.policy, bare.dashboard]).toEqual([undefined, undefined])
    const fieldset = ['POLICY', 'DASHBOARD']
    const [asGuest] = (await query(guest, { filter, fieldset })).definitions
    expect([asGuest.policy, asGuest.dashboard]).toEqual(['No dogs.', undefined])
    await must(guest, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: first, quantity: 2 }] },
    })
    const [asAdmin] = (await query(admin, { filter, fieldset })).definitions
    expect(asAdmin.dashboard).toMatchObject({
      hidden: false,
      limited: true,
      quantity: 30,
      unsold: 28,
      ticketsSold: 0,
      ticketsReserved: 2,
      sold: 2,
    })
  })

  test('R151: without an event they are the whole site’s, of no other site, and of no draft', async () => {
    const site = await otherSite()
    const { body: token } = await anonymous('POST', '/oauth2/token', { clientId: site.siteId, grantType: 'anonymous' })
    const guest: Caller = (method, url, body) => anonymous(method, url, body, { authorization: token.access_token })
    const [one, two, draft] = [await aSale(site), await aSale(site), await aSale(site)]
    await sql`update events set published_at = null where event_id = ${draft.eventId}`
    const { body } = await must(guest, 'GET', `${LIST}?limit=100`)
    expect(new Set(ids(body))).toEqual(new Set([one.definitionId, two.definitionId]))
  })

  test('R64: sold out is a limit of 0', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 1 } })
    const guest = await visitor()
    await reserveTickets(guest, definitionId)
    const { body } = await must(guest, 'GET', `${LIST}?eventId=${eventId}&limit=1`)
    expect(body.definitions).toMatchObject([{ limitPerCheckout: 0 }])
  })

  test.each([
    ['eventId=x', 'eventId'],
    ['limit=101', 'limit'],
    ['offset=-1', 'offset'],
    ['sort=colour', 'sort'],
    ['state=ALL', 'state[0]'],
  ])('R151: %s is a 400', async (query, field) => {
    expect(refusalOf(await admin('GET', `${LIST}?${query}`))).toEqual([400, [field]])
  })

  test.each<[string, object, string]>([
    ['limit 1001', { limit: 1001 }, 'limit'],
    ['a text for the limit', { limit: '1' }, 'limit'],
    ['a text for the filter', { filter: 'x' }, 'filter'],
    ['an unknown fieldset', { fieldset: ['ALL'] }, 'fieldset[0]'],
    ['a number for the order', { sort: 7 }, 'sort'],
  ])('R151: %s is a 400', async (_, body, field) => {
    expect(refusalOf(await admin('POST', QUERY, body))).toEqual([400, [field]])
  })

  test.each([{ colour: 'red' }, { eventId: { $gt: newGuid() } }, { name: { $nonsense: 'x' } }])(
    'R104, R151: the filter %j is a 400',
    async filter => {
      expect((await admin('POST', QUERY, { limit: 1, filter })).status).toBe(400)
    },
  )
})
