import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, notify, type Ordered } from '../../test/support/orders.ts'
import { aCoupon } from '../../test/support/promotions.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { ADA, archiveOrder, aSale, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp({ serviceFeePercent: '2.5' })
const { sql, siteId, admin, anonymous, otherSite, setNow, visitor } = app

const PATH = '/boxoffice/v1/exports'
const NAMES = ['orders', 'tickets', 'payments', 'guests'] as const

/** The rows of a file, each by the names of its columns. */
async function rowsOf(name: string, query: string, caller = admin): Promise<Record<string, string>[]> {
  const { body, headers } = await must(caller, 'GET', `${PATH}/${name}?lang=en&${query}`)
  expect(headers['content-type']).toBe('text/csv; charset=utf-8')
  expect(headers['content-disposition']).toBe(`attachment; filename="${name}.csv"`)
  const [head = [], ...rows] = parsed(body)
  return rows.map(row => Object.fromEntries(head.map((column, index) => [column, row[index] ?? ''])))
}

/** RFC 4180, as a spreadsheet reads it. */
function parsed(text: string): string[][] {
  const cells = [...text.replace(/^\uFEFF/, '').matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/g)]
  const rows: string[][] = [[]]
  for (const [, cell = '', end] of cells) {
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

const FORMULA = {
  inputValues: [
    { inputName: 'firstName', value: '=HYPERLINK("http://x","Ada")' },
    { inputName: 'lastName', value: 'Ber,g' },
    { inputName: 'email', value: 'ada@example.org' },
  ],
}
const BERLIN = '2030-05-02 14:00:00'

async function aPaidOrder(given: Parameters<typeof anOrder>[1] = {}): Promise<Ordered> {
  setNow('2030-05-02T12:00:00Z')
  const ordered = await anOrder(app, given)
  await notify(ordered, 'PAID')
  return ordered
}

describe('what is exported', () => {
  test('R37, R191: orders, with what they cost, by the clock of the site; names are no formulas', async () => {
    const coupon = await aCoupon(app, { amountOff: { value: '3', currency: 'EUR' } })
    const discount = { couponCode: coupon.code }
    const { eventId, order } = await aPaidOrder({ checkout: { guests: [{ form: FORMULA }], discount } })
    const amount = { value: '2', currency: 'EUR' }
    await must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/refunds`, { amount })
    expect(await rowsOf('orders', `eventId=${eventId}`)).toEqual([
      {
        'Order number': order.orderNumber,
        'Ordered (Europe/Berlin)': BERLIN,
        Event: 'A concert',
        Status: 'PAID',
        Channel: 'ONLINE',
        'Payment method': 'creditCard',
        'First name': '\'=HYPERLINK("http://x","Ada")',
        'Last name': 'Ber,g',
        'E-mail': 'ada@example.org',
        Tickets: '2',
        Currency: 'EUR',
        'Before discounts': '20.00',
        Discounts: '3.00',
        'Coupon code': coupon.code,
        Tax: '0.00',
        Fees: '0.43',
        Total: '17.00',
        'Given back': '2.00',
        'Confirmed (Europe/Berlin)': BERLIN,
        'Paid (Europe/Berlin)': BERLIN,
        'Canceled (Europe/Berlin)': '',
        'Put away (Europe/Berlin)': '',
        'Wants news': 'false',
        'Event id': eventId,
      },
    ])
    await must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/anonymize`)
    expect(await rowsOf('orders', `eventId=${eventId}`)).toMatchObject([
      { 'First name': '', 'E-mail': '', Total: '17.00' },
    ])
  })

  test('R195: tickets and guests, with what became of them and what was answered', async () => {
    setNow('2030-05-02T12:00:00Z')
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const text = { label: 'Allergies', maxLength: 100, mandatory: false }
    const { id } = (await must(admin, 'POST', `/events/v1/events/${eventId}/form/control`, { text })).body
    const reservationId = (await reserveTickets(await visitor(), definitionId, 2)).body.ticketReservation.id
    const form = { inputValues: [...ADA.inputValues, { inputName: id, value: '+nuts, milk' }] }
    const { order } = (await must(admin, 'POST', '/events/v1/checkout', { eventId, reservationId, guests: [{ form }] }))
      .body
    const [first = {}, second] = await rowsOf('tickets', `eventId=${eventId}`)
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [first['Ticket number']] })
    const shared = { 'Order number': order.orderNumber, Ticket: 'Standard', 'First name': 'Ada', 'Last name': 'Berg' }
    const inside = { ...first, ...shared, Price: '0.00', 'Checked in (Europe/Berlin)': BERLIN, Seat: '' }
    expect(await rowsOf('tickets', `eventId=${eventId}`)).toEqual([inside, second])
    const guest = { Guest: 'TICKET_HOLDER', Attendance: 'ATTENDING', ...shared, Guests: '1', Allergies: "'+nuts, milk" }
    expect(await rowsOf('guests', `eventId=${eventId}`)).toMatchObject([
      { ...guest, 'Checked in (Europe/Berlin)': BERLIN },
      { ...guest, 'Checked in (Europe/Berlin)': '' },
    ])
    // What is asked no more still says what was answered.
    await must(admin, 'DELETE', `/events/v1/events/${eventId}/form/controls/${id}`)
    expect(await rowsOf('guests', `eventId=${eventId}`)).toMatchObject([
      { 'Other answers': `${id}: +nuts, milk` },
      { 'Other answers': `${id}: +nuts, milk` },
    ])
    await archiveOrder(app, { eventId, orderNumber: order.orderNumber })
    expect(await rowsOf('guests', `eventId=${eventId}`)).toMatchObject([
      { Attendance: 'NOT_ATTENDING' },
      { Attendance: 'NOT_ATTENDING' },
    ])
  })

  test('law 19: each movement of money, when it moved, whatever became of its order', async () => {
    const { eventId, order, reservationId } = await aPaidOrder()
    setNow('2030-05-20T12:00:00Z')
    await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    await must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/refunds`, {})
    const paid = { Kind: 'PAYMENT', 'Came in': '20.00', 'Given back': '0.00', 'Payment method': 'test', Why: '' }
    const back = { Kind: 'REFUND', 'Came in': '0.00', 'Given back': '20.00', Why: 'ORGANIZER' }
    expect(await rowsOf('payments', `eventId=${eventId}`)).toMatchObject([
      { 'Moved (Europe/Berlin)': BERLIN, ...paid },
      { 'Moved (Europe/Berlin)': '2030-05-20 14:00:00', ...back },
    ])
    expect(await rowsOf('payments', `eventId=${eventId}&from=2030-05-10T00:00:00Z`)).toMatchObject([back])
    expect(await rowsOf('payments', `eventId=${eventId}&to=2030-05-10T00:00:00Z`)).toMatchObject([paid])
  })

  test('events 12.3.2: who answered to an event that sells no tickets', async () => {
    setNow('2030-05-02T12:00:00Z')
    const eventId = await aParty(app)
    await anRsvp(await visitor(), eventId)
    expect(await rowsOf('guests', `eventId=${eventId}`)).toMatchObject([
      { Guest: 'RSVP', Attendance: 'ATTENDING', 'Order number': '', 'Checked in (Europe/Berlin)': '' },
    ])
  })

  test('who took which list, when, from where and how it was asked for, and nothing of what is in it', async () => {
    const { eventId } = await aPaidOrder()
    const taken = async () =>
      (await must(admin, 'GET', '/boxoffice/v1/activities?entityKind=export&limit=1')).body.activities[0]
    const by = { kind: 'admin', id: expect.any(String), name: 'tests', address: '127.0.0.1' }
    const fact = { kind: 'export.created', sequence: 1, occurredDate: '2030-05-02T12:00:00.000Z', actor: by }
    for (const name of NAMES) {
      await rowsOf(name, `eventId=${eventId.toUpperCase()}&separator=SEMICOLON&secret=x`)
      expect(await taken()).toMatchObject({ ...fact, eventId, data: { list: name, eventId } })
      expect(Object.keys((await taken()).data)).toEqual(['list', 'eventId'])
    }
    await rowsOf('orders', `eventId=${eventId}&eventId=${newGuid()}&status=PAID&from=2030-05-02T12:00:00Z`)
    expect((await taken()).data).toEqual({
      list: 'orders',
      eventIds: [eventId, expect.any(String)],
      status: ['PAID'],
      from: '2030-05-02T12:00:00Z',
    })
    await must(admin, 'GET', `/boxoffice/v1/reports/check-ins/export?eventId=${eventId}&unit=MINUTE`)
    expect(await taken()).toMatchObject({ ...fact, eventId, data: { list: 'check-ins', eventId, unit: 'MINUTE' } })
    // A report that is only looked at is no file.
    await must(admin, 'GET', `/boxoffice/v1/reports/check-ins?eventId=${eventId}&unit=HOUR`)
    expect((await taken()).data).toMatchObject({ unit: 'MINUTE' })
  })

  test('only what was asked for', async () => {
    const { eventId } = await aPaidOrder()
    const of = (query: string) => rowsOf('orders', `eventId=${eventId}&${query}`)
    expect(await of('status=PAID&status=FREE')).toHaveLength(1)
    expect(await of('status=CANCELED')).toEqual([])
    expect(await of('from=2030-05-02T12:00:00Z')).toHaveLength(1)
    expect(await of('to=2030-05-02T12:00:00Z')).toEqual([])
    const other = await otherSite()
    for (const name of ['orders', 'tickets', 'payments'])
      expect(await rowsOf(name, `eventId=${eventId}`, other.admin)).toEqual([])
  })
})

test('a long list is whole: every row once, in the order in which they were made', async () => {
  const { eventId, order } = await aPaidOrder()
  // Many in the same moment: a page ends among them.
  await sql`
    insert into orders (
      site_id, order_number, event_id, ticket_reservation_id, revision, status, channel, contact_id, first_name, last_name,
      email, guest_forms, guests_assigned, invoice, currency, grand_total_minor, revenue_minor, tickets_quantity, silent,
      marketing_consent, created_at, updated_at
    )
    select site_id, 'L-' || n, event_id, gen_random_uuid(), 1, 'DECLINED', channel, contact_id, 'Ada', 'Berg', email, '[]',
           false, invoice, currency, 0, 0, 1, false, false, created_at + (n % 3) * interval '1 second', updated_at
      from orders, generate_series(1, 1700) as n
     where order_number = ${order.orderNumber}`
  try {
    const rows = await rowsOf('orders', `eventId=${eventId}`)
    expect(new Set(rows.map(row => row['Order number'])).size).toBe(1701)
    expect(rows).toHaveLength(1701)
    const moments = rows.map(row => row['Ordered (Europe/Berlin)'])
    expect(moments).toEqual(moments.toSorted())
  } finally {
    await sql`delete from orders where site_id = ${siteId} and order_number like 'L-%'`
  }
})

describe('who may, and what cannot be asked', () => {
  test.each(NAMES)('%s go to the organizer alone', async name => {
    const path = `${PATH}/${name}?eventId=${newGuid()}`
    const staff = await aStaffMember(app, {
      permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'READ_ANALYTICS', 'READ_GUEST_FORM'],
    })
    expect((await anonymous('GET', path)).status).toBe(401)
    for (const caller of [await visitor(), staff])
      expect(refusalOf(await caller('GET', path))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test.each<[string, string, unknown]>([
    ['orders', 'eventId=x', [400, ['eventId[0]']]],
    ['orders', 'status=SOLD', [400, ['status[0]']]],
    ['orders', 'from=now', [400, ['from']]],
    ['tickets', 'from=2030-05-02T00:00:00Z&to=2030-05-01T00:00:00Z', [400, ['to']]],
    ['payments', 'separator=TAB', [400, ['separator']]],
    ['guests', '', [400, ['eventId']]],
    ['guests', `eventId=${newGuid()}`, [404, 'EVENT_NOT_FOUND']],
  ])('%s?%s', async (name, query, refusal) => {
    expect(await refusedWithoutTrace(sql, () => admin('GET', `${PATH}/${name}?${query}`))).toEqual(refusal)
  })
})
