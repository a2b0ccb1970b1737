import { GetOrderResponse, ListOrdersResponse } from '@wix/auto_sdk_events_orders/schemas'
import { GetTicketResponse } from '@wix/auto_sdk_events_tickets/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { follow } from '../../test/support/orders.ts'
import { readPdf } from '../../test/support/pdf.ts'
import { archiveOrder, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { inTransaction } from '../db/transaction.ts'
import { newGuid } from '../ids.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned } from './abandoned.ts'
import { anonymizeOrdersOf } from './anonymize.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow } = app
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))
verifyAfterEach(sql)

type Person = { firstName: string; lastName: string; email: string; comment: string }
let people = 0
/** Somebody whom nothing else in the database is called like. */
function aPerson(): Person {
  people += 1
  const n = `q${people}z`
  return { firstName: `Xanthe${n}`, lastName: `Wyvern${n}`, email: `who${n}@example.org`, comment: `Allergic${n}` }
}

function formOf({ firstName, lastName, email, comment }: Person) {
  return {
    inputValues: [
      { inputName: 'firstName', value: firstName },
      { inputName: 'lastName', value: lastName },
      { inputName: 'email', value: email },
      { inputName: 'comment', value: comment },
    ],
  }
}

async function aSaleThatAsks(event: object = {}, definition: object = FREE) {
  const sale = await aSale(app, { event: { ...event }, definition: { ...definition } })
  await must(admin, 'POST', `/events/v1/events/${sale.eventId}/form/control`, { text: { comment: true } })
  return sale
}

/** An order of this person, two free tickets unless said otherwise. */
async function anOrder(
  person: Person,
  {
    sale,
    checkout = {},
    seller,
  }: { sale?: Awaited<ReturnType<typeof aSale>>; checkout?: object; seller?: Caller } = {},
) {
  const { eventId, definitionId } = sale ?? (await aSaleThatAsks())
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
  const bought = { guests: [{ form: formOf(person) }], ...checkout }
  const { status, body } = await checkOut(seller ?? guest, { eventId, reservationId }, bought)
  if (status !== 200) throw new Error(JSON.stringify(body))
  const { order, orderPageUrl } = body
  return { eventId, definitionId, guest, reservationId, orderNumber: order.orderNumber as string, order, orderPageUrl }
}

function anonymize(caller: Caller, orderNumber: string) {
  return caller('POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`)
}

function forget(caller: Caller, contactId: string) {
  return caller('POST', `/boxoffice/v1/contacts/${contactId}/anonymize`)
}

/** Every column of the database in which any of these words stands. */
async function whereSaid(words: readonly string[]): Promise<string[]> {
  const columns = await sql<{ tableName: string; columnName: string }[]>`
    select table_name, column_name
      from information_schema.columns
      join information_schema.tables using (table_schema, table_name)
     where table_schema = 'public'
       and table_type = 'BASE TABLE'
     order by table_name, column_name`
  const patterns = words.map(word => `%${word}%`)
  const found: string[] = []
  for (const { tableName, columnName } of columns) {
    const [row] = await sql`
      select from ${sql(tableName)} where ${sql(columnName)}::text ilike any(${patterns}) limit 1`
    if (row) found.push(`${tableName}.${columnName}`)
  }
  return found
}

async function factsAbout(id: string) {
  const rows = await sql`
    select kind, data - 'eventId' as data, actor_kind
      from activities
     where site_id = ${siteId}
       and entity_id = ${id}
     order by sequence`
  return rows.map(({ kind, data, actorKind }) => `${kind} ${JSON.stringify(data)} ${actorKind}`)
}

describe('one order', () => {
  test('R191: numbers and amounts stay, whoever it was is nowhere in the database', async () => {
    const person = aPerson()
    const options = { payInPerson: true }
    const dear = await aSaleThatAsks({}, {})
    const { order, ...ordered } = await anOrder(person, { sale: dear, checkout: { options }, seller: admin })
    expect(await whereSaid(Object.values(person))).toEqual([
      'contacts.email',
      'contacts.first_name',
      'contacts.last_name',
      'orders.email',
      'orders.first_name',
      'orders.guest_forms',
      'orders.last_name',
      'tickets.email',
      'tickets.first_name',
      'tickets.last_name',
    ])
    setNow('2030-05-01T12:05:00.000Z')
    const answer = await anonymize(admin, ordered.orderNumber)
    expect(answer.status).toBe(200)
    expect(judgedByClient(GetOrderResponse, answer.body.order)).toEqual([])
    const { contactId, email, tickets, ...kept } = order
    expect(answer.body.order).toEqual({
      ...kept,
      firstName: '',
      lastName: '',
      fullName: '',
      checkoutForm: { inputValues: [] },
      anonymized: true,
      updated: '2030-05-01T12:05:00.000Z',
      tickets: tickets.map((ticket: object) => ({
        ...ticket,
        anonymized: true,
        orderFullName: '',
        guestFullName: '',
        guestDetails: { guestAssigned: false, firstName: '', lastName: '', form: { inputValues: [] } },
      })),
    })
    expect(await whereSaid([...Object.values(person), contactId])).toEqual([])
    const [row] = await sql`
      select visitor_id, member_id from orders where order_number = ${ordered.orderNumber}`
    expect(row).toEqual({ visitorId: null, memberId: null })
    expect((await factsAbout(ordered.orderNumber)).at(-1)).toBe('order.anonymized {"status":"OFFLINE_PENDING"} admin')
    expect((await factsAbout(ordered.reservationId)).at(-1)).toBe('ticket_reservation.anonymized {} admin')
    for (const { ticketNumber } of tickets)
      expect((await factsAbout(ticketNumber)).at(-1)).toBe('ticket.anonymized {} admin')
  })

  test('R191: the guests of the tickets too, and what was said of them before', async () => {
    const [buyer, one, two, later] = [aPerson(), aPerson(), aPerson(), aPerson()]
    const sale = await aSaleThatAsks({ tickets: { guestsAssignedSeparately: true } })
    const { comment: _, ...named } = buyer
    const guests = [one, two].map(guest => ({ form: formOf(guest) }))
    const { order, orderNumber } = await anOrder(one, { sale, checkout: { buyer: named, guests } })
    const [first] = order.tickets
    await must(admin, 'PATCH', `/events/v1/tickets/${first.ticketNumber}`, {
      eventId: sale.eventId,
      fields: 'guestDetails.form',
      guestDetails: { form: formOf(later) },
    })
    const words = [named, one, two, later].flatMap(person => Object.values(person))
    expect(await whereSaid(words)).toContain('tickets.form')
    const { body } = await anonymize(admin, orderNumber)
    expect(judgedByClient(GetOrderResponse, body.order)).toEqual([])
    expect(body.order.tickets).toMatchObject([
      { guestDetails: { guestAssigned: true, form: { inputValues: [] } } },
      { guestDetails: { guestAssigned: true } },
    ])
    expect(await whereSaid(words)).toEqual([])
  })

  test('R191: where the buyer came from, and which coupon was used, are told of nobody', async () => {
    const person = aPerson()
    const { eventId, definitionId } = await aSaleThatAsks({}, {})
    const coupon = { code: 'SPRING', name: 'Spring', percentOff: '100', usesPerBuyerMax: 1 }
    await must(admin, 'POST', '/boxoffice/v1/coupons', { coupon: { ...coupon, scope: { group: 'event' } } })
    const { slug } = (await must(admin, 'GET', `/events/v3/events/${eventId}`)).body.event
    const guest = await visitor()
    const reservationId = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    await must(guest, 'POST', '/headless/v1/redirect-session', {
      eventsCheckout: { reservationId, eventSlug: slug },
      preferences: { additionalQueryParameters: { prefill: person.email } },
    })
    const bought = { guests: [{ form: formOf(person) }], discount: { couponCode: 'SPRING' } }
    const { order } = (await checkOut(guest, { eventId, reservationId }, bought)).body
    expect(await whereSaid([person.email, order.contactId])).toEqual(
      expect.arrayContaining(['promotion_uses.contact_id', 'redirect_sessions.query']),
    )
    await must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/anonymize`)
    expect(await whereSaid([...Object.values(person), order.contactId])).toEqual([])
    const [use] = await sql`select quantity, visitor_id from promotion_uses where order_number = ${order.orderNumber}`
    expect(use).toEqual({ quantity: 1, visitorId: null })
  })

  test('R191: it is still an order like any: listed, summed, archived, restored, paid, checked in, canceled', async () => {
    const options = { payInPerson: true }
    const sale = await aSaleThatAsks({}, {})
    const { orderNumber, eventId, reservationId, order } = await anOrder(aPerson(), {
      sale,
      checkout: { options },
      seller: admin,
    })
    await must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`)
    const list = await must(admin, 'GET', `/events/v1/orders?eventId=${eventId}&fieldset=DETAILS&fieldset=TICKETS`)
    expect(judgedByClient(ListOrdersResponse, list.body)).toEqual([])
    expect(list.body.orders).toMatchObject([{ orderNumber, anonymized: true, totalPrice: { amount: '20.00' } }])
    const summary = await must(admin, 'GET', `/events/v1/orders/summary?eventId=${eventId}`)
    expect(summary.body.sales).toMatchObject([{ total: { amount: '20.00' }, totalOrders: 1 }])
    await archiveOrder(app, { eventId, orderNumber })
    await must(admin, 'PATCH', `/events/v1/events/${eventId}/orders/${orderNumber}`, { archived: false })
    await must(admin, 'POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber: [orderNumber] })
    const ticketNumber = order.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber)
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber })
    const query = 'fieldset=TICKET_DETAILS&fieldset=GUEST_DETAILS&fieldset=GUEST_FORM'
    const ticket = await must(admin, 'GET', `/events/v1/tickets/${ticketNumber[0]}?${query}`)
    expect(judgedByClient(GetTicketResponse, ticket.body.ticket)).toEqual([])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    const last = await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${orderNumber}?fieldset=DETAILS`)
    expect(last.body.order).toMatchObject({ status: 'CANCELED', anonymized: true })
  })

  test('R25, R191: who bought it can no longer be told from others', async () => {
    const { guest, eventId, orderNumber, order, reservationId } = await anOrder(aPerson())
    const path = `/events/v1/events/${eventId}/orders/${orderNumber}`
    expect((await guest('GET', path)).status).toBe(200)
    await must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`)
    expect(refusalOf(await guest('GET', path))).toEqual([404, 'ORDER_NOT_FOUND'])
    expect(refusalOf(await guest('GET', `/events/v1/tickets/${order.tickets[0].ticketNumber}`))).toEqual([
      404,
      'TICKET_NOT_FOUND',
    ])
    expect(refusalOf(await guest('GET', `/events/v1/ticket-reservations/${reservationId}`))).toEqual([
      404,
      'TICKET_RESERVATION_NOT_FOUND',
    ])
  })

  test('R19, R174: a second time changes nothing, and nobody gives it another name', async () => {
    const { eventId, orderNumber } = await anOrder(aPerson())
    await must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`)
    const before = await ledgerOf(sql)
    setNow('2030-05-01T13:00:00.000Z')
    expect((await anonymize(admin, orderNumber)).body.order.anonymized).toBe(true)
    expect(await ledgerOf(sql)).toEqual(before)
    const path = `/events/v1/events/${eventId}/orders/${orderNumber}`
    const rename = () => admin('PATCH', path, { checkoutForm: formOf(aPerson()) })
    expect(await refusedWithoutTrace(sql, rename)).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  })

  test('R191: the contact stays as long as another order is its own', async () => {
    const person = aPerson()
    const [one, two] = [await anOrder(person), await anOrder(person)]
    expect(one.order.contactId).toBe(two.order.contactId)
    await must(admin, 'POST', `/boxoffice/v1/orders/${one.orderNumber}/anonymize`)
    expect(await whereSaid([person.email])).toEqual([
      'contacts.email',
      'orders.email',
      'orders.guest_forms',
      'tickets.email',
    ])
    await must(admin, 'POST', `/boxoffice/v1/orders/${two.orderNumber}/anonymize`)
    expect(await whereSaid([person.email])).toEqual([])
  })

  test('R168, R191: money that comes late for it is given back: nobody would get the tickets', async () => {
    const late = await anOrder(aPerson(), { sale: await aSaleThatAsks({}, {}) })
    setNow('2030-05-01T14:00:00.000Z')
    await expireOverdue(sql, app.now())
    await closeAbandoned(sql, app.now())
    expect((await anonymize(admin, late.orderNumber)).body.order).toMatchObject({ status: 'CANCELED' })
    const url = `/boxoffice/v1/test-payments/${late.order.snapshotId}/notifications`
    const { body } = await must(admin, 'POST', url, { notificationId: 'late', result: 'PAID' })
    expect(body).toMatchObject({ orderStatus: 'CANCELED', payment: { status: 'REFUNDED' } })
  })

  test('R191, R207: what its links lead to names nobody either', async () => {
    const person = aPerson()
    const { order, orderPageUrl } = await anOrder(person)
    const links: string[] = [orderPageUrl, order.ticketsPdf, order.tickets[0].ticketPdfUrl]
    const said = async () => {
      const [page, ...papers] = await Promise.all(links.map(link => follow(app, link)))
      const read = await Promise.all(papers.map(({ bytes }) => readPdf(bytes)))
      return JSON.stringify([page?.text, read])
    }
    expect(await said()).toContain(person.lastName)
    await must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/anonymize`)
    const afterwards = await said()
    expect(afterwards).toContain(order.orderNumber)
    for (const word of Object.values(person)) expect(afterwards).not.toContain(word)
  })

  test('R191: of a reservation that is gone', async () => {
    const person = aPerson()
    const { reservationId, orderNumber } = await anOrder(person)
    await must(admin, 'DELETE', `/events/v1/ticket-reservations/${reservationId}`)
    expect((await anonymize(admin, orderNumber)).body.order).toMatchObject({ status: 'CANCELED', anonymized: true })
    expect(await whereSaid(Object.values(person))).toEqual([])
  })
})

describe('a contact', () => {
  test('R191: all of its orders, of every event, and then the contact itself', async () => {
    const person = aPerson()
    const [one, two, canceled] = [await anOrder(person), await anOrder(person), await anOrder(person)]
    await must(canceled.guest, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    const other = aPerson()
    await anOrder(other)
    const answer = await forget(admin, one.order.contactId.toUpperCase())
    expect([answer.status, answer.body]).toEqual([200, { anonymizedOrders: 3 }])
    expect(await whereSaid([...Object.values(person), one.order.contactId])).toEqual([])
    expect(await whereSaid([other.email])).toHaveLength(4)
    for (const { eventId, orderNumber } of [one, two, canceled])
      expect((await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${orderNumber}`)).body.order).toMatchObject(
        {
          anonymized: true,
        },
      )
    expect(refusalOf(await forget(admin, one.order.contactId))).toEqual([404, 'CONTACT_NOT_FOUND'])
    const again = await anOrder(person)
    expect(again.order.contactId).not.toBe(one.order.contactId)
  })

  test('R191: so many orders at a time', async () => {
    const person = aPerson()
    const orders = [await anOrder(person), await anOrder(person), await anOrder(person)]
    const contactId = orders[0]?.order.contactId
    const identity = { kind: 'admin', siteId, apiKeyId: newGuid() } as const
    const some = () =>
      inTransaction(sql, tx => anonymizeOrdersOf(tx, { contactId, limit: 2 }, { identity, now: app.now() }))
    expect([await some(), await some()]).toEqual([
      { count: 2, mayBeMore: true },
      { count: 1, mayBeMore: false },
    ])
    expect(await whereSaid(Object.values(person))).toEqual([])
  })

  test('R191: none of them while one waits for its money, however many there are', async () => {
    const person = aPerson()
    await anOrder(person)
    const open = await anOrder(person, { sale: await aSaleThatAsks({}, {}) })
    const all = () => forget(admin, open.order.contactId)
    expect(await refusedWithoutTrace(sql, all)).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
    expect(await refusedWithoutTrace(sql, () => anonymize(admin, open.orderNumber))).toEqual([
      428,
      'ORDER_ACTION_NOT_AVAILABLE',
    ])
    const identity = { kind: 'admin', siteId, apiKeyId: newGuid() } as const
    const wanted = { contactId: open.order.contactId, limit: 1 }
    const first = inTransaction(sql, tx => anonymizeOrdersOf(tx, wanted, { identity, now: app.now() }))
    await expect(first).rejects.toThrow(`Order ${open.orderNumber} waits for its money.`)
    const url = `/boxoffice/v1/test-payments/${open.order.snapshotId}/notifications`
    await must(open.guest, 'POST', url, { notificationId: 'no', result: 'DECLINED' })
    expect((await all()).body).toEqual({ anonymizedOrders: 2 })
  })
})

describe('who may, and what cannot be asked', () => {
  test('R22: the organizer alone: no guest, no staff member, nobody of another site', async () => {
    const { guest, eventId, orderNumber, order } = await anOrder(aPerson())
    const everything = ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS']
    const staff = await aStaffMember(app, { permissions: everything, events: [eventId] })
    for (const caller of [guest, staff])
      for (const request of [() => anonymize(caller, orderNumber), () => forget(caller, order.contactId)])
        expect(await refusedWithoutTrace(sql, request)).toEqual([403, 'PERMISSION_DENIED'])
    const site = await otherSite()
    expect(await refusedWithoutTrace(sql, () => anonymize(site.admin, orderNumber))).toEqual([404, 'ORDER_NOT_FOUND'])
    expect(await refusedWithoutTrace(sql, () => forget(site.admin, order.contactId))).toEqual([
      404,
      'CONTACT_NOT_FOUND',
    ])
    expect(refusalOf(await anonymize(anonymous, orderNumber))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await forget(anonymous, order.contactId))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test.each<[string, string, [number, unknown]]>([
    ['an unknown order', '/boxoffice/v1/orders/AAAA-AAAA-AA/anonymize', [404, 'ORDER_NOT_FOUND']],
    ['a number of 37', `/boxoffice/v1/orders/${'x'.repeat(37)}/anonymize`, [400, ['orderNumber']]],
    ['an unknown contact', `/boxoffice/v1/contacts/${newGuid()}/anonymize`, [404, 'CONTACT_NOT_FOUND']],
    ['a contact that is no GUID', '/boxoffice/v1/contacts/x/anonymize', [400, ['contactId']]],
  ])('R191: %s', async (_, path, refusal) => {
    expect(await refusedWithoutTrace(sql, () => admin('POST', path))).toEqual(refusal)
  })

  test('R191: the table lets nobody keep a name in an anonymized order', async () => {
    const { orderNumber } = await anOrder(aPerson())
    await must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`)
    const rename = sql`update orders set first_name = 'Ada' where order_number = ${orderNumber}`
    await expect(rename).rejects.toMatchObject({ constraint_name: 'orders_anonymized_name_nobody' })
  })
})
