import { QueryGuestsResponse } from '@wix/auto_sdk_events_guests/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { ledgerOf } from '../../test/support/ledger.ts'
import { anRsvp, aParty, askForGuests } from '../../test/support/rsvps.ts'
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
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
const PATH = '/events/v2/guests/query'
const ALL = ['GUEST_DETAILS', 'GUEST_TOTAL']
const START = '2030-05-01T12:00:00.000Z'
const LATER = '2030-05-02T12:00:00.000Z'
beforeEach(() => setNow(START))

/** The guests that a filter finds, with all that can be asked for; the client's own schema must like them. */
async function guestsOf(
  filter: object,
  { caller = admin, ...more }: { caller?: Caller; [member: string]: unknown } = {},
) {
  const { body } = await must(caller, 'POST', PATH, { query: { filter }, fields: ALL, ...more })
  expect(judgedByClient(QueryGuestsResponse, body)).toEqual([])
  return body.guests
}

async function countOf(filter: object): Promise<number> {
  return (await must(admin, 'POST', PATH, { query: { filter, paging: { limit: 0 } } })).body.pagingMetadata.total
}

/** A visitor's order of two free tickets, unless said otherwise. */
async function anOrder({
  event = {},
  definition = FREE,
  checkout = {},
  control,
  seller,
  sale,
}: {
  event?: Record<string, unknown>
  definition?: object
  checkout?: Record<string, unknown>
  control?: object
  seller?: Caller
  sale?: { eventId: string; definitionId: string }
} = {}) {
  const { eventId, definitionId } = sale ?? (await aSale(app, { event, definition: { ...definition } }))
  if (control) await must(admin, 'POST', `/events/v1/events/${eventId}/form/control`, control)
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
  const { status, body } = await checkOut(seller ?? guest, { eventId, reservationId }, checkout)
  if (status !== 200) throw new Error(JSON.stringify(body))
  const { order } = body
  const numbers: string[] = (order.tickets ?? []).map((each: { ticketNumber: string }) => each.ticketNumber)
  return { eventId, definitionId, guest, reservationId, orderNumber: order.orderNumber as string, order, numbers }
}

const BEN = { firstName: 'Ben', lastName: 'Dahl', email: 'ben@example.org' }
function formOf(firstName: string, more: object[] = []) {
  const values = { firstName, lastName: 'Berg', email: `${firstName.toLowerCase()}@example.org` }
  return { inputValues: [...Object.entries(values).map(([inputName, value]) => ({ inputName, value })), ...more] }
}
const SEPARATE = { guestsAssignedSeparately: true }
const byType = (guestType: string) => (guest: { guestType: string }) => guest.guestType === guestType

describe('who is a guest', () => {
  test('events 12.3.2, 12.3.9: one per RSVP, one per order, one per ticket, and how many people are behind each', async () => {
    const party = await aParty(app)
    await askForGuests(app, party)
    const rsvp = await anRsvp(admin, party, { additionalGuestDetails: { guestCount: 2, guestNames: ['Cleo Dahl'] } })
    const { eventId, orderNumber, numbers, order } = await anOrder()
    const [answered, ...others] = await guestsOf({ eventId: party })
    expect(others).toEqual([])
    expect(answered).toMatchObject({
      id: rsvp.id,
      eventId: party,
      rsvpId: rsvp.id,
      guestType: 'RSVP',
      contactId: rsvp.contactId,
      totalGuests: 3,
      revision: '1',
      createdDate: START,
      additionalDetails: { rsvpStatus: 'YES', createdDate: START, updatedDate: START },
    })
    expect(answered).not.toHaveProperty('tickets')
    expect(answered).not.toHaveProperty('orderNumber')
    const bought = await guestsOf({ eventId })
    expect(bought).toHaveLength(3)
    const [buyer] = bought.filter(byType('BUYER'))
    expect(buyer).toMatchObject({ orderNumber, totalGuests: 2, contactId: order.contactId })
    expect(buyer.additionalDetails).toMatchObject({ orderStatus: 'FREE' })
    expect(buyer).not.toHaveProperty('ticketNumber')
    expect(buyer.tickets.map((each: { number: string }) => each.number).sort()).toEqual([...numbers].sort())
    const holders = bought.filter(byType('TICKET_HOLDER'))
    expect(holders.map((each: { ticketNumber: string }) => each.ticketNumber).sort()).toEqual([...numbers].sort())
    for (const holder of holders) {
      expect(holder).toMatchObject({ orderNumber, totalGuests: 1, additionalDetails: { orderStatus: 'FREE' } })
      expect(holder.tickets).toMatchObject([{ number: holder.ticketNumber, name: 'Standard' }])
    }
  })

  test('events 12.3.2: a guest has one id, which stays, leads back to it, and is nobody else’s', async () => {
    const order = await anOrder()
    const rsvp = await anRsvp(admin, await aParty(app))
    const before = [...(await guestsOf({ eventId: order.eventId })), ...(await guestsOf({ rsvpId: rsvp.id }))]
    expect(new Set(before.map(({ id }) => id)).size).toBe(4)
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId: order.eventId, ticketNumber: order.numbers })
    await archiveOrder(app, order)
    for (const { id, guestType, orderNumber, ticketNumber, rsvpId } of before)
      expect(await guestsOf({ id: id.toUpperCase() })).toMatchObject([
        { id, guestType, ...(rsvpId ? { rsvpId } : { orderNumber }), ...(ticketNumber && { ticketNumber }) },
      ])
    expect(await guestsOf({ id: newGuid() })).toEqual([])
  })

  test('events 12.3.4, 12.3.3: YES attends, WAITLIST waits, NO does not, each since it was said', async () => {
    const eventId = await aParty(app, { settings: { limit: 1, waitlistEnabled: true, responseType: 'YES_AND_NO' } })
    const said = async (email: string, status: string) => (await anRsvp(admin, eventId, { email, status })).id
    const [yes, waits, no] = [
      await said('a@example.org', 'YES'),
      await said('b@example.org', 'YES'),
      await said('c@example.org', 'NO'),
    ]
    const found = await guestsOf({ eventId })
    const statuses = new Map(
      found.map((each: { id: string; attendanceStatus: string }) => [each.id, each.attendanceStatus]),
    )
    expect([statuses.get(yes), statuses.get(waits), statuses.get(no)]).toEqual([
      'ATTENDING',
      'IN_WAITLIST',
      'NOT_ATTENDING',
    ])
    setNow(LATER)
    await must(admin, 'PATCH', `/events/v2/rsvps/${yes}`, { rsvp: { revision: '1', status: 'NO' } })
    expect(await guestsOf({ id: yes })).toMatchObject([
      {
        attendanceStatus: 'NOT_ATTENDING',
        attendanceStatusUpdatedDate: LATER,
        updatedDate: LATER,
        revision: '2',
        additionalDetails: { rsvpStatus: 'NO' },
      },
    ])
  })

  test('events 12.3.5: who waits to pay does not attend; once paid, buyer and holders do', async () => {
    const { eventId, order, guest } = await anOrder({ definition: {} })
    expect(await guestsOf({ eventId })).toMatchObject([
      {
        guestType: 'BUYER',
        attendanceStatus: 'NOT_ATTENDING',
        attendanceStatusUpdatedDate: START,
        additionalDetails: { orderStatus: 'INITIATED' },
      },
    ])
    expect((await guestsOf({ eventId }))[0]).not.toHaveProperty('tickets')
    setNow('2030-05-01T12:05:00.000Z')
    const path = `/boxoffice/v1/test-payments/${order.snapshotId}/notifications`
    await must(guest, 'POST', path, { notificationId: newGuid(), result: 'PAID' })
    const paid = await guestsOf({ eventId })
    expect(paid).toHaveLength(3)
    for (const each of paid)
      expect(each).toMatchObject({
        attendanceStatus: 'ATTENDING',
        attendanceStatusUpdatedDate: '2030-05-01T12:05:00.000Z',
        additionalDetails: { orderStatus: 'PAID' },
      })
  })

  test('events 12.3.5: canceled and archived orders and archived tickets stay listed, and do not attend since then', async () => {
    const sale = await aSale(app, { definition: FREE })
    const [canceled, archived, mixed] = [await anOrder({ sale }), await anOrder({ sale }), await anOrder({ sale })]
    setNow(LATER)
    await must(admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    await archiveOrder(app, archived)
    const [out = '', comes = ''] = mixed.numbers
    await must(admin, 'PATCH', `/events/v1/tickets/${out}`, { archived: true })
    const gone = { attendanceStatus: 'NOT_ATTENDING', attendanceStatusUpdatedDate: LATER, updatedDate: LATER }
    const stands = { attendanceStatus: 'ATTENDING', attendanceStatusUpdatedDate: START }
    for (const { orderNumber } of [canceled, archived]) {
      const found = await guestsOf({ orderNumber })
      expect(found).toMatchObject([gone, gone, gone])
      for (const { revision } of found) expect(Number(revision)).toBeGreaterThan(1)
    }
    expect(await guestsOf({ ticketNumber: out })).toMatchObject([gone])
    expect(await guestsOf({ ticketNumber: comes })).toMatchObject([stands])
    expect(await guestsOf({ orderNumber: mixed.orderNumber, guestType: 'BUYER' })).toMatchObject([stands])
    expect(await countOf({ eventId: sale.eventId, attendanceStatus: { $ne: 'ATTENDING' } })).toBe(7)
  })

  test('events 12.3.6: nothing makes, changes or deletes a guest but RSVPs, orders, tickets and check-in', async () => {
    const { eventId } = await anOrder()
    const [{ id }] = await guestsOf({ eventId })
    const before = await ledgerOf(sql)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const)
      for (const path of ['/events/v2/guests', `/events/v2/guests/${id}`])
        expect([method, path, (await admin(method, path, { guest: { id } })).status]).toEqual([method, path, 404])
    expect(await ledgerOf(sql)).toEqual(before)
  })

  test('events 12.3.11: with its RSVP a guest is gone', async () => {
    const eventId = await aParty(app)
    const rsvp = await anRsvp(admin, eventId)
    expect(await countOf({ eventId })).toBe(1)
    await must(admin, 'DELETE', `/events/v2/rsvps/${rsvp.id}`)
    expect(await countOf({ eventId })).toBe(0)
    expect(await guestsOf({ id: rsvp.id })).toEqual([])
  })
})

describe('details', () => {
  test('events 12.3.1, api 6.8.2: details, tickets and totals only when asked for, in the older form too', async () => {
    const { eventId } = await anOrder()
    const optional = (body: { guests: Record<string, unknown>[] }) =>
      ['guestDetails', 'tickets', 'totalGuests'].filter(name => body.guests.every(guest => name in guest))
    const asked = async (query: object, more: object = {}) =>
      optional((await must(admin, 'POST', PATH, { query: { filter: { eventId }, ...query }, ...more })).body)
    expect(await asked({})).toEqual([])
    expect(await asked({}, { fields: [] })).toEqual([])
    expect(await asked({}, { fields: ['GUEST_DETAILS'] })).toEqual(['guestDetails', 'tickets'])
    expect(await asked({}, { fields: ['GUEST_TOTAL', 'GUEST_TOTAL'] })).toEqual(['totalGuests'])
    expect(await asked({ fieldsets: ['guestDetails'] })).toEqual(['guestDetails', 'tickets'])
    expect(await asked({ fieldsets: ['guestDetails'] }, { fields: ['GUEST_TOTAL'] })).toEqual([
      'guestDetails',
      'tickets',
      'totalGuests',
    ])
    const { guests } = (await must(admin, 'POST', PATH, { query: { filter: { eventId } } })).body
    for (const guest of guests) for (const name of optional({ guests: [guest] })) expect(name).toBe('')
    expect(JSON.stringify(guests)).not.toMatch(/Ada|Berg|example\.org/)
  })

  test('events 12.3.7: the buyer’s form, each ticket’s own, or the buyer’s where tickets have none', async () => {
    const { eventId, numbers } = await anOrder({
      event: { tickets: SEPARATE },
      checkout: { buyer: BEN, guests: [{ form: formOf('Cleo') }, { form: formOf('Emil') }] },
    })
    const separate = await guestsOf({ eventId })
    const [buyer] = separate.filter(byType('BUYER'))
    expect(buyer.guestDetails).toMatchObject(BEN)
    expect(buyer.guestDetails.formResponse.inputValues).toContainEqual({ inputName: 'email', value: 'ben@example.org' })
    const holders = separate.filter(byType('TICKET_HOLDER'))
    const names = holders.map((each: { guestDetails: { firstName: string } }) => each.guestDetails.firstName)
    expect(names.sort()).toEqual(['Cleo', 'Emil'])
    for (const { guestDetails, ...holder } of holders) {
      expect(guestDetails.formResponse).toEqual(formOf(guestDetails.firstName))
      // Who they are apart from that nobody knows.
      expect(holder).not.toHaveProperty('contactId')
      expect(numbers).toContain(holder.ticketNumber)
    }
    const together = await guestsOf({ eventId: (await anOrder()).eventId })
    expect(together).toHaveLength(3)
    for (const guest of together) {
      expect(guest.guestDetails).toMatchObject({ firstName: 'Ada', email: 'ada@example.org', formResponse: ADA })
      expect(guest.contactId).toBe(together[0].contactId)
    }
  })

  test('events 12.3.7: phone and address are found among the answers, of orders and RSVPs', async () => {
    const phone = { inputName: 'phone', value: '+49 30 123' }
    const address = { inputName: 'address', value: '', values: ['Main Street 1', 'Berlin'] }
    const sold = await aSale(app, { definition: FREE })
    const party = await aParty(app)
    for (const eventId of [sold.eventId, party])
      for (const control of [{ phone: { label: 'Phone' } }, { address: { full: true } }])
        await must(admin, 'POST', `/events/v1/events/${eventId}/form/control`, control)
    await anOrder({ sale: sold, checkout: { guests: [{ form: formOf('Ada', [phone, address]) }] } })
    await anRsvp(admin, party, { form: { inputValues: [phone, address] } })
    const found = [...(await guestsOf({ eventId: sold.eventId })), ...(await guestsOf({ eventId: party }))]
    expect(found).toHaveLength(4)
    for (const { guestDetails } of found)
      expect(guestDetails).toMatchObject({ phone: '+49 30 123', address: 'Main Street 1, Berlin', firstName: 'Ada' })
  })

  test('events 12.3.8: a ticket’s check-in is its holder’s; the buyer is in when all are', async () => {
    const { eventId, numbers } = await anOrder()
    const [first = '', second = ''] = numbers
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'] })
    setNow(LATER)
    const checkIn = (caller: Caller, number: string) =>
      must(caller, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [number] })
    const inside = async (filter: object) =>
      (await guestsOf({ eventId, 'guestDetails.checkedIn': true, ...filter })).map(
        (each: { guestType: string; ticketNumber?: string }) => each.ticketNumber ?? each.guestType,
      )
    expect(await inside({})).toEqual([])
    await checkIn(usher, first)
    expect(await inside({})).toEqual([first])
    const [holder] = await guestsOf({ ticketNumber: first })
    expect(holder.guestDetails.checkedIn).toBe(true)
    expect(holder.guestDetails.checkInDetails).toEqual([
      { checkedIn: true, checkInDate: LATER, checkedInByStaffMember: expect.any(String) },
    ])
    await checkIn(admin, second)
    expect((await inside({})).sort()).toEqual([...numbers, 'BUYER'].sort())
    const [buyer] = await guestsOf({ eventId, guestType: 'BUYER' })
    expect(buyer.guestDetails.checkInDetails).toHaveLength(2)
    expect(buyer.guestDetails.checkInDetails).toContainEqual({
      checkedIn: true,
      checkInDate: LATER,
      checkedInBy: expect.any(String),
    })
    await must(admin, 'DELETE', `/events/v1/tickets/check-in?eventId=${eventId}&ticketNumber=${first}`)
    expect(await inside({})).toEqual([second])
    expect((await guestsOf({ ticketNumber: first }))[0].guestDetails).toMatchObject({
      checkedIn: false,
      checkInDetails: [{ checkedIn: false }],
    })
  })

  test('events 12.3.8: an RSVP is in when all of its guests are; each has a name and a check-in', async () => {
    const eventId = await aParty(app)
    await askForGuests(app, eventId)
    const { id } = await anRsvp(admin, eventId, {
      additionalGuestDetails: { guestCount: 1, guestNames: ['Cleo Dahl'] },
    })
    await must(admin, 'POST', `/events/v2/rsvps/${id}/check-in`, { guestIds: [2] })
    const [half] = await guestsOf({ eventId })
    expect(half.guestDetails).toMatchObject({
      checkedIn: false,
      checkInDetails: [
        { checkedIn: false, fullName: 'Ada Berg' },
        { checkedIn: true, checkInDate: START, fullName: 'Cleo Dahl' },
      ],
    })
    await must(admin, 'POST', `/events/v2/rsvps/${id}/check-in`, { guestIds: [1] })
    expect(await guestsOf({ eventId, 'guestDetails.checkedIn': { $ne: false } })).toHaveLength(1)
  })

  test('events 12.3.7, R191: of an anonymized order nothing personal is left', async () => {
    const { orderNumber } = await anOrder()
    await must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`)
    const found = await guestsOf({ orderNumber })
    expect(found).toHaveLength(3)
    for (const guest of found) {
      expect(guest).not.toHaveProperty('contactId')
      expect(guest).not.toHaveProperty('memberId')
      expect(guest.guestDetails).toMatchObject({ formResponse: { inputValues: [] } })
      for (const name of ['email', 'firstName', 'lastName']) expect(guest.guestDetails).not.toHaveProperty(name)
    }
    expect(JSON.stringify(found)).not.toMatch(/Ada|Berg|example\.org/)
  })

  test('events 12.3.7, R191: nor of an RSVP whose contact was forgotten', async () => {
    const eventId = await aParty(app)
    const { id, contactId } = await anRsvp(admin, eventId, { firstName: 'Xanthe', email: 'xanthe@example.org' })
    await must(admin, 'POST', `/boxoffice/v1/contacts/${contactId}/anonymize`)
    const found = await guestsOf({ id })
    expect(found).toMatchObject([{ id, totalGuests: 1, attendanceStatus: 'ATTENDING' }])
    expect(found[0].guestDetails).toEqual({
      formResponse: { inputValues: [] },
      checkedIn: false,
      checkInDetails: [{ checkedIn: false }],
    })
    expect(await guestsOf({ contactId })).toEqual([])
  })
})

describe('the query', () => {
  test('api 6.5, events 12.3.10: what guests are filtered by', async () => {
    const party = await aParty(app)
    const rsvp = await anRsvp(admin, party)
    setNow(LATER)
    const { eventId, orderNumber, numbers } = await anOrder()
    const [number = ''] = numbers
    const [buyer] = await guestsOf({ eventId, guestType: 'BUYER' })
    const within = { eventId: { $in: [party, eventId] } }
    const cases: [object, number][] = [
      [{}, 4],
      [{ eventId: party }, 1],
      [{ eventId: { $ne: party } }, 3],
      [{ eventId: 'nonsense' }, 0],
      [{ id: { $in: [rsvp.id, buyer.id] } }, 2],
      [{ rsvpId: rsvp.id }, 1],
      [{ rsvpId: { $exists: false } }, 3],
      [{ rsvpId: null }, 3],
      [{ contactId: buyer.contactId }, 4], // one person, by the same address
      [{ contactId: { $exists: true } }, 4],
      [{ memberId: { $exists: true } }, 0],
      [{ orderNumber }, 3],
      [{ orderNumber: { $in: [orderNumber] } }, 3],
      [{ orderNumber: { $startsWith: orderNumber.slice(0, 4).toLowerCase() } }, 3],
      [{ ticketNumber: number }, 1],
      [{ ticketNumber: { $gte: '' } }, 2],
      [{ guestType: 'BUYER' }, 1],
      [{ guestType: { $in: ['BUYER', 'RSVP'] } }, 2],
      [{ guestType: { $ne: 'BUYER' } }, 3],
      [{ attendanceStatus: 'ATTENDING' }, 4],
      [{ attendanceStatus: { $in: ['IN_WAITLIST', 'NOT_ATTENDING'] } }, 0],
      [{ 'guestDetails.checkedIn': false }, 4],
      [{ 'guestDetails.checkedIn': { $exists: true } }, 4],
      [{ tickets: { $exists: true } }, 3],
      [{ tickets: { $exists: false } }, 1],
      [{ secondaryLanguageCode: { $exists: true } }, 0],
      [{ secondaryLanguageCode: { $ne: 'de' } }, 4],
      [{ createdDate: { $lt: LATER } }, 1],
      [{ createdDate: { $gte: LATER } }, 3],
      [{ updatedDate: { $gt: START } }, 3],
      [{ attendanceStatusUpdatedDate: START }, 1],
      [{ $or: [{ guestType: 'RSVP' }, { ticketNumber: number }] }, 2],
      [{ $not: { guestType: 'RSVP' } }, 3],
    ]
    for (const [filter, expected] of cases)
      expect([filter, await countOf({ $and: [within, filter] })]).toEqual([filter, expected])
    expect((await guestsOf({ $and: [within, { memberId: { $exists: false } }] })).length).toBe(4)
  })

  test('events 12.3.10, api 6.3: fifty at once, by cursor or offset, sorted by the three dates', async () => {
    const eventId = await aParty(app)
    const ids: string[] = []
    for (let index = 0; index < 53; index += 1) {
      setNow(`2030-05-01T12:${String(index % 60).padStart(2, '0')}:00.000Z`)
      ids.push((await anRsvp(admin, eventId, { email: `guest${index}@example.org` })).id)
    }
    const pageOf = async (query: object) => (await must(admin, 'POST', PATH, { query })).body
    const idsOf = ({ guests }: { guests: { id: string }[] }) => guests.map(({ id }) => id)
    const filter = { eventId }
    const first = await pageOf({ filter })
    expect(idsOf(first)).toEqual(ids.slice(0, 50))
    expect(first.pagingMetadata).toMatchObject({ count: 50, total: 53, cursors: { next: expect.any(String) } })
    const rest = await pageOf({ cursorPaging: { cursor: first.pagingMetadata.cursors.next } })
    expect(idsOf(rest)).toEqual(ids.slice(50))
    expect(rest.pagingMetadata.cursors).not.toHaveProperty('next')
    expect(idsOf(await pageOf({ cursorPaging: { cursor: rest.pagingMetadata.cursors.prev } }))).toEqual(
      ids.slice(0, 50),
    )
    const byOffset = await pageOf({ filter, paging: { limit: 2, offset: 51 } })
    expect(idsOf(byOffset)).toEqual(ids.slice(51))
    expect(byOffset.pagingMetadata).toEqual({ count: 2, offset: 51, total: 53, tooManyToCount: false })
    expect(judgedByClient(QueryGuestsResponse, byOffset)).toEqual([])
    for (const fieldName of ['createdDate', 'updatedDate', 'attendanceStatusUpdatedDate']) {
      const sorted = await pageOf({ filter, sort: [{ fieldName, order: 'DESC' }], cursorPaging: { limit: 3 } })
      expect([fieldName, idsOf(sorted)]).toEqual([fieldName, ids.slice(50).reverse()])
    }
  })

  test('events 12.2, events 9.5.11: who acts for the site, and staff of the events they were given', async () => {
    const [given, other] = [await anOrder(), await anOrder()]
    const ask = (caller: Caller, body: object = {}) => caller('POST', PATH, body)
    expect(refusalOf(await ask(anonymous))).toEqual([401, 'UNAUTHENTICATED'])
    expect(refusalOf(await ask(given.guest))).toEqual([403, 'PERMISSION_DENIED'])
    const wrong = (caller: Caller) => caller('POST', PATH, {}, { authorization: 'OauthNG.JWS.nonsense' })
    expect((await wrong(anonymous)).status).toBe(401)
    const stranger = (await otherSite()).admin
    expect(await guestsOf({}, { caller: stranger })).toEqual([])
    const [{ id }] = await guestsOf({ eventId: given.eventId })
    expect(await guestsOf({ id }, { caller: stranger })).toEqual([])
    const staff = (permission: string) => aStaffMember(app, { permissions: [permission], events: [given.eventId] })
    for (const permission of ['CHECK_IN_GUESTS', 'READ_GUEST_FORM']) {
      const usher = await staff(permission)
      expect(await guestsOf({}, { caller: usher })).toHaveLength(3)
      expect(await guestsOf({ eventId: other.eventId }, { caller: usher })).toEqual([])
    }
    const adder = await staff('ADD_GUESTS')
    expect((await must(adder, 'POST', PATH, { fields: ['GUEST_TOTAL'] })).body.guests).toHaveLength(3)
    for (const body of [{ fields: ['GUEST_DETAILS'] }, { query: { fieldsets: ['guestDetails'] } }])
      expect(refusalOf(await ask(adder, body))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await ask(await staff('SELL_TICKETS')))).toEqual([403, 'PERMISSION_DENIED'])
  })

  test('api 6.1.2: without a query, and without a body, the first page of everybody', async () => {
    await anOrder()
    for (const body of [{}, { query: null, fields: null }, { query: {} }, { query: { filter: null, fieldsets: null } }])
      expect((await must(admin, 'POST', PATH, body)).body.guests.length).toBeGreaterThan(0)
  })

  const filtered = (filter: unknown) => ({ query: { filter } })
  test.each<[string, unknown, string | string[]]>([
    ['a query that is a text', { query: 'all' }, ['query']],
    ['a filter that is a text', filtered('all'), ['query.filter']],
    ['an unknown fieldset', { fields: ['GUEST_SECRETS'] }, ['fields[0]']],
    ['a fieldset that is null', { fields: [null] }, ['fields[0]', 'fields[0]']],
    ['fields that are a number', { fields: 7 }, ['fields']],
    ['an unknown older fieldset', { query: { fieldsets: ['secrets'] } }, ['query.fieldsets[0]']],
    ['a limit above the greatest', { query: { paging: { limit: 101 } } }, ['query.paging.limit']],
    ['the same by cursor', { query: { cursorPaging: { limit: 101 } } }, ['query.cursorPaging.limit']],
    ['a limit below nought', { query: { paging: { limit: -1 } } }, ['query.paging.limit']],
    ['a limit in words', { query: { paging: { limit: 'ten' } } }, ['query.paging.limit']],
    ['an offset below nought', { query: { paging: { offset: -1 } } }, ['query.paging.offset']],
    ['two kinds of paging', { query: { paging: {}, cursorPaging: {} } }, ['query.cursorPaging']],
    ['a cursor of somebody else', { query: { cursorPaging: { cursor: 'abc' } } }, ['query.cursorPaging.cursor']],
    ['a cursor too long', { query: { cursorPaging: { cursor: 'a'.repeat(16_001) } } }, ['query.cursorPaging.cursor']],
    ['a sort by a name', { query: { sort: [{ fieldName: 'firstName' }] } }, ['query.sort[0].fieldName']],
    ['a sort by id', { query: { sort: [{ fieldName: 'id' }] } }, ['query.sort[0].fieldName']],
    ['a sort up', { query: { sort: [{ fieldName: 'createdDate', order: 'UP' }] } }, ['query.sort[0].order']],
    ['a filter by e-mail', filtered({ 'guestDetails.email': 'ada@example.org' }), 'FILTER_PARSER_ERROR'],
    ['a filter below a member', filtered({ guestDetails: { checkedIn: true } }), 'FILTER_PARSER_ERROR'],
    ['a number for a GUID', filtered({ id: 7 }), 'FILTER_PARSER_ERROR'],
    ['a prefix of a GUID', filtered({ id: { $startsWith: 'a' } }), 'FILTER_PARSER_ERROR'],
    ['a text for a truth', filtered({ 'guestDetails.checkedIn': 'true' }), 'FILTER_PARSER_ERROR'],
    ['tickets compared', filtered({ tickets: { $eq: true } }), 'FILTER_PARSER_ERROR'],
    ['no date', filtered({ createdDate: { $gt: 'yesterday' } }), 'FILTER_PARSER_ERROR'],
    ['an operator of nobody', filtered({ guestType: { $like: 'B' } }), 'FILTER_PARSER_ERROR'],
    ['too many values', filtered({ id: { $in: Array.from({ length: 501 }, newGuid) } }), 'FILTER_PARSER_ERROR'],
  ])('events 12.3.10: %s is a 400', async (_, body, refused) => {
    expect(refusalOf(await admin('POST', PATH, body))).toEqual([400, refused])
  })
})

test('events 12.3.2: of tickets of two definitions each shows its own, the buyer all', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const balcony = (await aDefinition(app, eventId, { name: 'Balcony', ...FREE })).id
  const guest = await visitor()
  const reservationId = (await reserveTickets(guest, [definitionId, balcony])).body.ticketReservation.id
  await checkOut(guest, { eventId, reservationId })
  const found = await guestsOf({ eventId })
  const named = (type: string) =>
    found
      .filter(byType(type))
      .map((each: { tickets: { name: string }[] }) => each.tickets.map(({ name }) => name).sort())
  expect(named('BUYER')).toEqual([['Balcony', 'Standard']])
  expect(named('TICKET_HOLDER').sort()).toEqual([['Balcony'], ['Standard']])
})
