import { ApiKeyStrategy, createClient } from '@wix/sdk'
import { describe, expect, test } from 'vitest'
import { runJobs } from '../src/queue/run.ts'
import { tagJobs } from '../src/ticket-reservations/tags.ts'
import { modules } from './journeys/clients.ts'
import { testApp } from './support/app.ts'
import { carriedInto } from './support/carried.ts'
import { ADA, aSale, checkOut, FREE, must, reserveTickets } from './support/sale.ts'

// What the unmodified client makes of reservations and tickets on the wire, and what comes back through it.

const app = await testApp()
const { admin, visitor, sql } = app

const { ticketReservations, tickets } = createClient({
  modules: { ticketReservations: modules.ticketReservations, tickets: modules.tickets },
  auth: ApiKeyStrategy({ apiKey: app.apiKey, siteId: app.siteId }),
  host: { apiBaseUrl: 'tickets.example.com' },
  fetch: carriedInto(app.app),
  validateRequestSchema: true,
})

async function anOrder(quantity = 2) {
  const { eventId, definitionId } = await aSale(app, {
    event: { tickets: { guestsAssignedSeparately: true } },
    definition: FREE,
  })
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, quantity)).body.ticketReservation.id
  const buyer = { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' }
  const guests = Array.from({ length: quantity }, () => ({ form: ADA }))
  const { order } = (await checkOut(guest, { eventId, reservationId }, { buyer, guests })).body
  const numbers: string[] = order.tickets.map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber)
  return { eventId, definitionId, guest, reservationId, numbers }
}

describe('the client', () => {
  test('R5, R138, R141: tags reservations and reads them, by its own names for ids and dates', async () => {
    const { reservationId } = await anOrder()
    const tagged = await ticketReservations.bulkUpdateTicketReservationTags([reservationId], {
      assignTags: { tags: { tagIds: ['vip'] }, privateTags: { tagIds: ['till'] } },
    })
    expect(tagged).toMatchObject({
      results: [{ itemMetadata: { _id: reservationId, originalIndex: 0, success: true } }],
      bulkActionMetadata: { totalSuccesses: 1, totalFailures: 0, undetailedFailures: 0 },
    })
    const read = await ticketReservations.getTicketReservation(reservationId)
    expect(read).toMatchObject({
      _id: reservationId,
      _createdDate: app.now(),
      revision: '3',
      tags: { tags: { tagIds: ['vip'] }, privateTags: { tagIds: ['till'] } },
    })

    const filter = { _id: reservationId, _createdDate: { $lte: app.now() }, $or: [{ _updatedDate: app.now() }] }
    const { jobId } = await ticketReservations.bulkUpdateTicketReservationTagsByFilter(filter, {
      assignTags: {},
      unassignTags: { tags: { tagIds: ['vip'] } },
    })
    expect(jobId).toMatch(/^[0-9a-f-]{36}$/)
    await runJobs(sql, tagJobs, app.now())
    const after = await ticketReservations.getTicketReservation(reservationId)
    expect(after.tags).toEqual({ privateTags: { tagIds: ['till'] } })
  })

  test('R7, R8, R202 to R205: updates tickets with masks, and checks in and out by lists', async () => {
    const { eventId, numbers } = await anOrder()
    const [first = '', second = ''] = numbers
    const form = {
      inputValues: [
        { inputName: 'firstName', value: 'Eve' },
        { inputName: 'lastName', value: 'Cole' },
        { inputName: 'email', value: 'eve@example.org' },
      ],
    }
    const updated = await tickets.updateTicket(first, {
      eventId,
      fields: ['guestDetails.form'],
      guestDetails: { form },
    })
    expect(updated.ticket).toMatchObject({ guestFullName: 'Eve Cole', archived: false })
    const both = await tickets.bulkUpdateTickets({ eventId, ticketNumber: numbers, archived: true })
    expect(both.tickets?.map(each => each.archived)).toEqual([true, true])
    const restored = await tickets.updateTicket(second, { eventId, fields: ['archived'], archived: false })
    expect(restored.ticket).toMatchObject({ ticketNumber: second, archived: false, guestFullName: 'Ada Berg' })
    await tickets.bulkUpdateTickets({ eventId, ticketNumber: numbers, archived: false })

    await tickets.checkInTickets(eventId, { ticketNumber: numbers })
    const undone = await tickets.deleteTicketCheckIns(eventId, { ticketNumber: numbers })
    expect(undone.tickets?.map(each => each.checkIn)).toEqual([undefined, undefined])
    const listed = await tickets.listTickets({ eventId: [eventId], ticketNumber: numbers, state: ['NON_CHECKED_IN'] })
    expect(listed.total).toBe(2)
    expect(await tickets.getTicket(first, { eventId, fieldset: ['TICKET_DETAILS', 'GUEST_DETAILS'] })).toMatchObject({
      guestFullName: 'Eve Cole',
    })
  })
})

test('R4: each method answers 200 with a JSON body, also where there is little to say', async () => {
  const { eventId, definitionId, reservationId, numbers } = await anOrder()
  const R = '/events/v1/ticket-reservations'
  const T = '/events/v1/tickets'
  const held = (
    await must(admin, 'POST', R, {
      ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity: 1 }] },
    })
  ).body.ticketReservation.id
  const bulk = '/events/v1/bulk/ticket-reservations/update-tags'
  const calls: Parameters<typeof admin>[] = [
    ['GET', `${R}/${held}`],
    ['POST', bulk, { ids: [held], assignTags: {} }],
    ['POST', `${bulk}-by-filter`, { filter: { id: held }, assignTags: {} }],
    ['POST', `${R}/${held}/cancel`],
    ['DELETE', `${R}/${held}`],
    ['GET', `${T}?eventId=${eventId}`],
    ['GET', `${T}/${numbers[0]}`],
    ['PATCH', `${T}/${numbers[0]}`, { archived: false }],
    ['PATCH', T, { ticketNumber: numbers, archived: false }],
    ['POST', `${T}/check-in`, { eventId, ticketNumber: numbers }],
    ['DELETE', `${T}/check-in?eventId=${eventId}&ticketNumber=${numbers[0]}`],
    ['DELETE', `${R}/${reservationId}`],
  ]
  for (const call of calls) {
    const { status, headers, body } = await admin(...call)
    expect([call[1], status, headers['content-type'], typeof body]).toEqual([
      call[1],
      200,
      'application/json; charset=utf-8',
      'object',
    ])
  }
})

test('R7: unknown and repeated keys of a query are no mistake; a list is a key several times', async () => {
  const { eventId, numbers } = await anOrder()
  const [first, second] = numbers
  const query = `ticketNumber=${first}&ticketNumber=${second}&eventId=${eventId}&whatever=1&filter.a.b=2`
  expect((await must(admin, 'GET', `/events/v1/tickets?${query}`)).body.total).toBe(2)
  const one = await must(admin, 'GET', `/events/v1/tickets/${first}?ticketNumber=${second}&eventId=${eventId}`)
  expect(one.body.ticket.ticketNumber).toBe(first) // the path names it
})

test('R9: reservations have one shape of money, tickets and orders the other, both texts alike', async () => {
  const { eventId, definitionId } = await aSale(app)
  const guest = await visitor()
  const { body } = await reserveTickets(guest, definitionId, 2)
  const [line] = body.ticketReservation.tickets
  expect([line.price, line.subTotal]).toEqual([
    { value: '10.00', currency: 'EUR' },
    { value: '20.00', currency: 'EUR' },
  ])
  const order = await checkOut(
    admin,
    { eventId, reservationId: body.ticketReservation.id },
    {
      options: { payInPerson: true },
    },
  )
  const price = { amount: '10.00', value: '10.00', currency: 'EUR' }
  expect(order.body.order.tickets.map((ticket: { price: unknown }) => ticket.price)).toEqual([price, price])
  expect(order.body.order.totalPrice).toEqual({ amount: '20.00', value: '20.00', currency: 'EUR' })
})
