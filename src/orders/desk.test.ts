import { describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anOrder, notify, type Ordered, orderNow } from '../../test/support/orders.ts'
import { ADA, aDefinition, archiveOrder, checkOut, FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'

const app = await testApp()
const { admin, sql, anonymous, visitor, otherSite, setNow } = app
const PATH = '/boxoffice/v1/orders'

/** A free order by somebody, of `definitionId`. */
async function bought(
  { eventId, definitionId }: Pick<Ordered, 'eventId' | 'definitionId'>,
  { firstName = 'Ada', lastName = 'Berg', email = 'ada@example.org' },
): Promise<string> {
  const reservationId = (await must(await visitor(), 'POST', '/events/v1/ticket-reservations', one(definitionId))).body
    .ticketReservation.id
  const inputValues = Object.entries({ firstName, lastName, email }).map(([inputName, value]) => ({ inputName, value }))
  const { body } = await checkOut(admin, { eventId, reservationId }, { guests: [{ form: { inputValues } }] })
  return body.order.orderNumber
}
const one = (ticketDefinitionId: string) => ({ ticketReservation: { tickets: [{ ticketDefinitionId, quantity: 1 }] } })

const listed = async (query: string, caller: Caller = admin) => {
  const { body } = await must(caller, 'GET', `${PATH}?${query}`)
  return body.orders.map(({ order }: { order: { orderNumber: string } }) => order.orderNumber)
}
const whole = async ({ order }: Pick<Ordered, 'order'>) =>
  (await must(admin, 'GET', `${PATH}/${order.orderNumber}`)).body
const timeline = async ({ order }: Pick<Ordered, 'order'>, query = '') =>
  (await must(admin, 'GET', `${PATH}/${order.orderNumber}/timeline?${query}`)).body

describe('the organizer finds orders', () => {
  test('R176, R181: across events, by name, address, order and ticket number, and by what a guest of a ticket is called', async () => {
    setNow('2030-05-01T12:00:00.000Z')
    const first = await anOrder(app, {
      definition: FREE,
      quantity: 1,
      event: { tickets: { guestsAssignedSeparately: true } },
      checkout: {
        guests: [
          {
            form: {
              inputValues: [
                { inputName: 'firstName', value: 'Grace' },
                { inputName: 'lastName', value: 'Hopper' },
                { inputName: 'email', value: 'grace@example.net' },
              ],
            },
          },
        ],
        buyer: { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' },
      },
    })
    setNow('2030-05-01T12:00:01.000Z')
    const second = await anOrder(app, { definition: FREE })
    const third = await bought(second, { firstName: 'Çelik', lastName: 'Özil', email: 'oz@example.org' })
    const [n1, n2] = [first.order.orderNumber, second.order.orderNumber]
    const [ticket] = (await orderNow(admin, first)).tickets
    expect(await listed(`eventId=${first.eventId}`)).toEqual([n1])
    expect(await listed(`eventId=${first.eventId}&eventId=${second.eventId}&sort=created:asc`)).toHaveLength(3)
    expect(await listed('searchPhrase=hopper')).toEqual([n1])
    expect(await listed('searchPhrase=grace@example.net')).toEqual([n1])
    expect(await listed(`searchPhrase=${ticket.ticketNumber.toLowerCase()}`)).toEqual([n1])
    expect(await listed(`searchPhrase=${n2}`)).toEqual([n2])
    expect(await listed(`searchPhrase=${encodeURIComponent('OZIL çeli')}`)).toEqual([third])
    expect(await listed('searchPhrase=%25')).toEqual([])
    // The contract's own list does not look into tickets.
    expect((await must(admin, 'GET', '/events/v1/orders?searchPhrase=hopper')).body.orders).toEqual([])
    const { body } = await must(admin, 'GET', `${PATH}?searchPhrase=${n1}`)
    expect(body).toMatchObject({
      total: 1,
      offset: 0,
      limit: 50,
      orders: [
        {
          eventTitle: 'A concert',
          timeZone: 'Europe/Berlin',
          checkedIn: 0,
          refunded: { value: '0.00' },
          order: {
            orderNumber: n1,
            status: 'FREE',
            fullName: 'Ada Berg',
            ticketsQuantity: 1,
            channel: 'ONLINE',
          },
        },
      ],
    })
  })

  test('R177, R186: by status, definition, channel, date and whether they were put away; sorted and paged', async () => {
    setNow('2030-05-02T08:00:00.000Z')
    const paid = await anOrder(app)
    await notify(paid, 'PAID')
    setNow('2030-05-02T09:00:00.000Z')
    const other = await aDefinition(app, paid.eventId, FREE)
    const free = await bought({ eventId: paid.eventId, definitionId: other.id }, { firstName: 'Bo' })
    const of = `eventId=${paid.eventId}`
    const n = paid.order.orderNumber
    expect(await listed(of)).toEqual([free, n])
    expect(await listed(`${of}&sort=fullName:desc`)).toEqual([free, n])
    expect(await listed(`${of}&sort=totalPrice:desc,created:asc`)).toEqual([n, free])
    expect(await listed(`${of}&limit=1&offset=1`)).toEqual([n])
    expect(await listed(`${of}&status=PAID`)).toEqual([n])
    expect(await listed(`${of}&ticketDefinitionId=${other.id}`)).toEqual([free])
    expect(await listed(`${of}&channel=OFFLINE_POS`)).toEqual([])
    expect(await listed(`${of}&from=2030-05-02T08:30:00Z`)).toEqual([free])
    expect(await listed(`${of}&to=2030-05-02T09:00:00Z`)).toEqual([n])
    await archiveOrder(app, { eventId: paid.eventId, orderNumber: free })
    expect(await listed(`${of}&archived=true`)).toEqual([free])
    expect(await listed(`${of}&archived=false`)).toEqual([n])
    const { tickets } = await orderNow(admin, paid)
    await must(admin, 'POST', '/events/v1/tickets/check-in', {
      eventId: paid.eventId,
      ticketNumber: [tickets[0].ticketNumber],
    })
    const { body } = await must(admin, 'GET', `${PATH}?${of}&status=PAID`)
    expect(body.orders[0].checkedIn).toBe(1)
  })

  test.for([
    ['eventId=no-id', 'eventId[0]'],
    ['status=SOLD', 'status[0]'],
    ['channel=PHONE', 'channel[0]'],
    ['ticketDefinitionId=1', 'ticketDefinitionId[0]'],
    ['from=yesterday', 'from'],
    ['to=2030-13-01', 'to'],
    ['archived=maybe', 'archived'],
    ['limit=101', 'limit'],
    ['limit=-1', 'limit'],
    ['offset=1000001', 'offset'],
    [`searchPhrase=${'x'.repeat(201)}`, 'searchPhrase'],
    ['sort=email', 'sort'],
    ['sort=created:up', 'sort'],
  ])('what is asked for as %s is a 400 on %s', async ([query, field]) => {
    expect(refusalOf(await admin('GET', `${PATH}?${query}`))).toEqual([400, [field]])
  })
})

describe('one order, whole', () => {
  test('R178, R183: says what can be done to it as it is, what is due, and what its hold is', async () => {
    const ordered = await anOrder(app)
    expect(await whole(ordered)).toMatchObject({
      order: { orderNumber: ordered.order.orderNumber, status: 'INITIATED', checkoutForm: ADA },
      eventTitle: 'A concert',
      timeZone: 'Europe/Berlin',
      revision: '1',
      orderPageUrl: ordered.orderPageUrl,
      actions: ['CONFIRM', 'CANCEL', 'EDIT_GUESTS'],
      hold: { status: 'PENDING' },
      payments: [{ provider: 'test', status: 'BEGUN', refunding: { value: '0.00' } }],
      admissions: [],
      due: { value: '20.00' },
      refundable: { value: '0.00' },
    })
    await notify(ordered, 'AUTHORIZED')
    expect(await whole(ordered)).toMatchObject({
      actions: ['CAPTURE', 'VOID', 'CANCEL', 'EDIT_GUESTS'],
      hold: { status: 'CONFIRMED' },
    })
    await must(admin, 'POST', `/events/v1/events/orders/${ordered.order.orderNumber}/capture`, {})
    const paid = await whole(ordered)
    expect(paid).toMatchObject({
      order: { status: 'PAID' },
      actions: ['REFUND', 'CANCEL', 'ARCHIVE', 'EDIT_GUESTS', 'RESEND', 'ANONYMIZE'],
      admissions: [{ admission: 'VALID', revision: '1' }, { admission: 'VALID' }],
      due: { value: '0.00' },
      refundable: { value: '20.00' },
    })
    await must(admin, 'POST', `/events/v1/ticket-reservations/${ordered.reservationId}/cancel`)
    expect(await whole(ordered)).toMatchObject({
      actions: ['REFUND', 'ARCHIVE', 'EDIT_GUESTS', 'ANONYMIZE'],
      admissions: [{ admission: 'CANCELED' }, { admission: 'CANCELED' }],
    })
    await must(admin, 'POST', `${PATH}/${ordered.order.orderNumber}/anonymize`)
    await archiveOrder(app, { eventId: ordered.eventId, orderNumber: ordered.order.orderNumber })
    expect((await whole(ordered)).actions).toEqual(['REFUND', 'UNARCHIVE'])
  })

  test('R170: what no longer holds its tickets cannot be confirmed any more', async () => {
    const ordered = await anOrder(app)
    setNow(new Date(app.now().getTime() + 3_600_000))
    expect((await whole(ordered)).actions).toEqual(['EDIT_GUESTS'])
  })

  test('the event may be gone: then nobody can be judged by its form', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    await must(admin, 'DELETE', `/events/v3/events/${ordered.eventId}`)
    const gone = await whole(ordered)
    expect(gone.eventTitle).toBeUndefined()
    expect(gone.actions).not.toContain('EDIT_GUESTS')
  })
})

describe('what happened to an order', () => {
  test('R206, R214: is told the newest first, each once, by whom, with its money and its mails', async () => {
    setNow('2030-05-03T08:00:00.000Z')
    const ordered = await anOrder(app)
    setNow('2030-05-03T08:01:00.000Z')
    await notify(ordered, 'PAID')
    setNow('2030-05-03T08:02:00.000Z')
    const ticketNumber = (await orderNow(admin, ordered)).tickets.map(
      (ticket: { ticketNumber: string }) => ticket.ticketNumber,
    )
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId: ordered.eventId, ticketNumber })
    setNow('2030-05-03T08:03:00.000Z')
    await must(admin, 'POST', `${PATH}/${ordered.order.orderNumber}/refunds`, {
      amount: { value: '5.00', currency: 'EUR' },
      note: 'Secret',
    })
    setNow('2030-05-03T08:04:00.000Z')
    await must(admin, 'PATCH', `/events/v1/events/${ordered.eventId}/orders/${ordered.order.orderNumber}`, {
      archived: true,
    })
    const { happenings, isMore } = await timeline(ordered)
    expect(isMore).toBe(false)
    expect(happenings.map(({ kind }: { kind: string }) => kind)).toEqual([
      'order.updated',
      'mail.wanted',
      'refund.done',
      'order.refund_asked',
      'ticket.checked_in',
      'order.confirmed',
      'ticket.issued',
      'order.initiated',
      'ticket_reservation.created',
    ])
    expect(happenings).toMatchObject([
      { data: { archived: true }, actor: { kind: 'admin', name: 'tests' }, occurredDate: '2030-05-03T08:04:00.000Z' },
      { data: { mail: 'EMAIL_REFUND' } },
      { amount: { value: '5.00', currency: 'EUR' } },
      { amount: { value: '5.00' }, actor: { kind: 'admin', name: 'tests' } },
      { tickets: 2, ticketNumbers: ticketNumber.toSorted() },
      { actor: { kind: 'payment' } },
      { tickets: 2 },
      { actor: { kind: 'visitor' } },
      { actor: { kind: 'visitor' } },
    ])
    expect(JSON.stringify(happenings)).not.toContain('Secret')
    const page = await timeline(ordered, 'limit=2&offset=1')
    expect(page).toEqual({ happenings: happenings.slice(1, 3), isMore: true })
    expect(refusalOf(await admin('GET', `${PATH}/${ordered.order.orderNumber}/timeline?limit=201`))).toEqual([
      400,
      ['limit'],
    ])
  })
})

describe('who may look', () => {
  const paths = (orderNumber: string) => [`${PATH}/${orderNumber}`, `${PATH}/${orderNumber}/timeline`]

  test('no other site, nobody without a token, no guest, and staff at their own events alone', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    const { orderNumber } = ordered.order
    const { admin: stranger } = await otherSite()
    const elsewhere = await anOrder(app, { definition: FREE })
    const staff = await aStaffMember(app, {
      permissions: ['READ_ANALYTICS'],
      events: [elsewhere.eventId],
    })
    for (const path of paths(orderNumber)) {
      expect(refusalOf(await stranger('GET', path))).toEqual([404, 'ORDER_NOT_FOUND'])
      expect(refusalOf(await anonymous('GET', path))).toEqual([401, 'UNAUTHENTICATED'])
      expect(refusalOf(await ordered.guest('GET', path))).toEqual([403, 'PERMISSION_DENIED'])
      expect(refusalOf(await staff('GET', path))).toEqual([403, 'PERMISSION_DENIED'])
    }
    for (const path of paths('NONE-SUCH-00'))
      expect(refusalOf(await admin('GET', path))).toEqual([404, 'ORDER_NOT_FOUND'])
    expect(await listed(`searchPhrase=${orderNumber}`, stranger)).toEqual([])
    expect(await listed('', staff)).toEqual([elsewhere.order.orderNumber])
    expect(refusalOf(await staff('GET', `${PATH}?eventId=${ordered.eventId}`))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await ordered.guest('GET', PATH))).toEqual([403, 'PERMISSION_DENIED'])
  })
})

describe('two people edit the same', () => {
  test('R18, R174: whoever read an older state is told so, and nothing is overwritten', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    const { revision } = await whole(ordered)
    const path = `/events/v1/events/${ordered.eventId}/orders/${ordered.order.orderNumber}`
    const answers = (firstName: string) => ({
      inputValues: [{ inputName: 'firstName', value: firstName }, ...ADA.inputValues.slice(1)],
    })
    await must(admin, 'PATCH', path, { checkoutForm: answers('Eva'), revision })
    expect(
      await refusedWithoutTrace(sql, () => admin('PATCH', path, { checkoutForm: answers('Ida'), revision })),
    ).toEqual([409, 'ABORTED'])
    expect((await whole(ordered)).order.fullName).toBe('Eva Berg')
    // The contract's clients send none.
    await must(admin, 'PATCH', path, { checkoutForm: answers('Ida') })
    expect(refusalOf(await admin('PATCH', path, { archived: true, revision: 'x' }))).toEqual([400, ['revision']])
  })

  test('R18, R202: the same of a ticket', async () => {
    const guest = { form: ADA }
    const ordered = await anOrder(app, {
      definition: FREE,
      event: { tickets: { guestsAssignedSeparately: true } },
      checkout: { guests: [guest, guest], buyer: { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' } },
    })
    const [{ ticketNumber, revision }] = (await whole(ordered)).admissions
    const path = `/events/v1/tickets/${ticketNumber}`
    const change = { guestDetails: { form: ADA }, fields: 'guestDetails.form', eventId: ordered.eventId, revision }
    await must(admin, 'PATCH', path, change)
    expect(await refusedWithoutTrace(sql, () => admin('PATCH', path, change))).toEqual([409, 'ABORTED'])
    expect(refusalOf(await admin('PATCH', path, { ...change, revision: -1 }))).toEqual([400, ['revision']])
    await must(admin, 'PATCH', path, { ...change, revision: null })
  })
})

test('R48: a refund may be told to nobody', async () => {
  const ordered = await anOrder(app)
  await notify(ordered, 'PAID')
  const path = `${PATH}/${ordered.order.orderNumber}/refunds`
  await must(admin, 'POST', path, { amount: { value: '1.00', currency: 'EUR' }, silent: true })
  const mails = `/boxoffice/v1/mails?orderNumber=${ordered.order.orderNumber}`
  expect((await must(admin, 'GET', mails)).body.total).toBe(0)
  await must(admin, 'POST', path, { amount: { value: '1.00', currency: 'EUR' } })
  expect((await must(admin, 'GET', mails)).body.mails).toMatchObject([{ kind: 'EMAIL_REFUND' }])
  expect(refusalOf(await admin('POST', path, { silent: 'no' }))).toEqual([400, ['silent']])
})
