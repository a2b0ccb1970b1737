import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { ADA, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'

// What is later changed of an event or a definition changes nothing of the reservations that are there.

const app = await testApp()
const { sql, siteId, admin, visitor, setNow } = app
const PATH = '/events/v1/ticket-reservations'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const EUR = (value: string) => ({ value, currency: 'EUR' })
const ADULT = '0e0e0e0e-0000-4000-8000-00000000000a'
const OPTIONS = {
  pricingOptions: { optionDetails: [{ optionId: ADULT, name: 'Adult', price: EUR('40.00') }] },
}
const SALE = {
  event: { tickets: { reservationDurationInMinutes: 12, ticketLimitPerOrder: 6 } },
  definition: { pricingMethod: OPTIONS, policyText: 'No dogs.', initialLimit: 20 },
}

async function aHold(guest: Caller, quantity = 5) {
  const { eventId, definitionId } = await aSale(app, SALE)
  const tickets = [{ ticketDefinitionId: definitionId, quantity, ticketInfo: { pricingOptionId: ADULT } }]
  const { body } = await must(guest, 'POST', PATH, { ticketReservation: { tickets } })
  return { eventId, definitionId, id: body.ticketReservation.id as string, held: body }
}

function changeEvent(eventId: string, event: object) {
  return must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event })
}

function changeDefinition(definitionId: string, ticketDefinition: object, revision = '1') {
  const path = `/events/v3/ticket-definitions/${definitionId}`
  return must(admin, 'PATCH', path, { ticketDefinition: { revision, ...ticketDefinition } })
}

describe('later edits change nothing of a reservation', () => {
  test.each<[string, (ids: { eventId: string; definitionId: string }) => Promise<unknown>]>([
    [
      'R120: the event’s hold time',
      ({ eventId }) => changeEvent(eventId, { registration: { tickets: { reservationDurationInMinutes: 30 } } }),
    ],
    [
      'R120: the event’s limit per order',
      ({ eventId }) => changeEvent(eventId, { registration: { tickets: { ticketLimitPerOrder: 1 } } }),
    ],
    ['R120: the event’s title and zone', ({ eventId }) => changeEvent(eventId, { title: 'Another concert' })],
    ['R121: the name', ({ definitionId }) => changeDefinition(definitionId, { name: 'New' })],
    ['R121, R122: the policy', ({ definitionId }) => changeDefinition(definitionId, { policyText: 'Dogs.' })],
    [
      'R121: the price of the option',
      ({ definitionId }) =>
        changeDefinition(definitionId, {
          pricingMethod: { pricingOptions: { optionDetails: [{ optionId: ADULT, name: 'All', price: EUR('99') }] } },
        }),
    ],
    [
      'R121: the way of pricing',
      ({ definitionId }) => changeDefinition(definitionId, { pricingMethod: { fixedPrice: EUR('99') } }),
    ],
    ['R121: hiding', ({ definitionId }) => changeDefinition(definitionId, { hidden: true })],
    [
      'R96, R121: a limit below what is held',
      ({ definitionId }) => changeDefinition(definitionId, { initialLimit: 1 }),
    ],
    [
      'R121: the end of the sale',
      ({ definitionId }) => changeDefinition(definitionId, { salePeriod: { endDate: '2030-05-01T12:00:00Z' } }),
    ],
    [
      'R97, R121: its deletion',
      ({ definitionId }) => must(admin, 'DELETE', `/events/v3/ticket-definitions/${definitionId}`),
    ],
    [
      'R122: a policy of the event',
      ({ eventId }) =>
        must(admin, 'POST', '/events/v2/policies', { policy: { eventId, name: 'Cats', body: 'No cats.' } }),
    ],
  ])('%s', async (_, edit) => {
    const guest = await visitor()
    const { id, held, ...ids } = await aHold(guest)
    expect(held.ticketReservation).toMatchObject({
      expirationDate: '2030-05-01T12:12:00.000Z',
      tickets: [{ ticketName: 'Standard', policy: 'No dogs.', price: EUR('40.00'), subTotal: EUR('200.00') }],
    })
    await edit(ids)
    expect((await must(guest, 'GET', `${PATH}/${id}`)).body).toEqual(held)

    setNow('2030-05-01T12:11:59.000Z') // to the last moment of the hold it is sold as it was held
    const { order } = (
      await must(guest, 'POST', '/events/v1/checkout', {
        eventId: ids.eventId,
        reservationId: id,
        guests: [{ form: ADA }],
      })
    ).body
    expect(order).toMatchObject({
      status: 'INITIATED',
      invoice: {
        grandTotal: { amount: '200.00' },
        items: [{ name: 'Standard - Adult', quantity: 5, price: { amount: '40.00' }, total: { amount: '200.00' } }],
      },
    })
    const url = `/boxoffice/v1/test-payments/${order.snapshotId}/notifications`
    await must(guest, 'POST', url, { notificationId: 'once', result: 'PAID' })
    const listed = await must(admin, 'GET', `/events/v1/tickets?eventId=${ids.eventId}&fieldset=TICKET_DETAILS`)
    expect(listed.body.tickets).toHaveLength(5)
    expect(listed.body.tickets[0]).toMatchObject({ name: 'Standard', policy: 'No dogs.', price: { amount: '40.00' } })
  })

  test('R119, R120: a hold ends when it was told it would, and the next one as the event says then', async () => {
    const guest = await visitor()
    const { eventId, definitionId, id } = await aHold(guest)
    await changeEvent(eventId, { registration: { tickets: { reservationDurationInMinutes: 5 } } })
    setNow('2030-05-01T12:06:00.000Z')
    expect((await must(guest, 'GET', `${PATH}/${id}`)).body.ticketReservation.status).toBe('PENDING')
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 1, ticketInfo: { pricingOptionId: ADULT } }]
    const next = await must(guest, 'POST', PATH, { ticketReservation: { tickets } })
    expect(next.body.ticketReservation.expirationDate).toBe('2030-05-01T12:11:00.000Z')
    setNow('2030-05-01T12:11:00.000Z')
    const statusOf = async (which: string) =>
      (await must(guest, 'GET', `${PATH}/${which}`)).body.ticketReservation.status
    expect([await statusOf(id), await statusOf(next.body.ticketReservation.id)]).toEqual(['PENDING', 'EXPIRED'])
    setNow('2030-05-01T12:12:00.000Z')
    expect(await statusOf(id)).toBe('EXPIRED')
  })

  test('R120: each line shows an empty snapshot; what it held is kept inside, as it was', async () => {
    const guest = await visitor()
    const { eventId, id, held } = await aHold(guest)
    expect(held.ticketReservation.tickets[0].eventSettingsSnapshot).toEqual({})
    const tickets = { reservationDurationInMinutes: 30, ticketLimitPerOrder: 1 }
    await changeEvent(eventId, { registration: { tickets } })
    await must(guest, 'POST', `${PATH}/${id}/cancel`)
    const [row] = await sql`
      select settings from ticket_reservations where site_id = ${siteId} and ticket_reservation_id = ${id}`
    expect(row).toEqual({ settings: { reservationMinutes: 12, ticketLimitPerOrder: 6 } })
  })
})

describe('what a new reservation says', () => {
  test('R122, R123: the policy is the definition’s own; an event that the client names is overwritten', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { policyText: 'No dogs.' } })
    const other = await aSale(app)
    const policy = { eventId, name: 'Cats', body: 'No cats.' }
    await must(admin, 'POST', '/events/v2/policies', { policy })
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 1, eventId: other.eventId }]
    const { body } = await must(await visitor(), 'POST', PATH, { ticketReservation: { tickets } })
    expect(body.ticketReservation.tickets).toMatchObject([{ eventId, policy: 'No dogs.' }])
    const plain = await reserveTickets(await visitor(), other.definitionId)
    expect(plain.body.ticketReservation.tickets[0]).not.toHaveProperty('policy')
  })

  test('R30: extended fields are the organizer’s to read as well', async () => {
    const { definitionId } = await aSale(app)
    const guest = await visitor()
    const { id, visitorId } = (await reserveTickets(guest, definitionId)).body.ticketReservation
    const namespaces = { _user_fields: { note: 'by the window' } }
    await sql`
      update ticket_reservations
         set extended_fields = ${sql.json({ namespaces })}
       where site_id = ${siteId}
         and ticket_reservation_id = ${id}`
    const seenBy = async (caller: Caller) => (await must(caller, 'GET', `${PATH}/${id}`)).body.ticketReservation
    expect(await seenBy(admin)).toMatchObject({ visitorId, extendedFields: { namespaces } })
    expect(await seenBy(guest)).not.toHaveProperty('extendedFields')
    const canceled = await must(guest, 'POST', `${PATH}/${id}/cancel`)
    expect(canceled.body.ticketReservation).not.toHaveProperty('extendedFields')
  })
})

describe('what was bypassed', () => {
  test('R28, R129: the history says that limits and hiding were bypassed, and by whom', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 1, hidden: true } })
    const settings = { disableTicketLimitValidation: true, enableHiddenTicketReservation: true }
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 3 }]
    const body = { ticketReservation: { tickets, additionalReservationSettings: settings } }
    expect(refusalOf(await (await visitor())('POST', PATH, body))).toEqual([403, 'PERMISSION_DENIED'])
    const { id } = (await must(admin, 'POST', PATH, body)).body.ticketReservation
    const plain = (await must(admin, 'POST', PATH, { ticketReservation: { tickets: [await openTicket()] } })).body
    const [key] = await sql`select api_key_id from api_keys where site_id = ${siteId}`
    const activityOf = async (entityId: string) => {
      const [row] = await sql`
        select kind, data, actor_kind, actor_id
          from activities
         where site_id = ${siteId}
           and entity_id = ${entityId}`
      return row
    }
    expect(await activityOf(id)).toMatchObject({
      kind: 'ticket_reservation.created',
      data: { limitsBypassed: true, hiddenAllowed: true },
      actorKind: 'admin',
      actorId: key?.apiKeyId,
    })
    expect(await activityOf(plain.ticketReservation.id)).toMatchObject({
      data: { limitsBypassed: false, hiddenAllowed: false },
    })
  })

  async function openTicket() {
    return { ticketDefinitionId: (await aSale(app)).definitionId, quantity: 1 }
  }
})

describe('places that were taken out', () => {
  test('R137: an archived order’s places are removed from its lines; canceling gives back nothing twice', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 4 } })
    const guest = await visitor()
    const reservationId = (await reserveTickets(guest, definitionId, 3)).body.ticketReservation.id
    const { orderNumber } = (await checkOut(guest, { eventId, reservationId })).body.order
    const line = async () => (await must(admin, 'GET', `${PATH}/${reservationId}`)).body.ticketReservation.tickets[0]
    const sold = async () => {
      const [row] = await sql`
        select sold from inventory where site_id = ${siteId} and ticket_definition_id = ${definitionId}`
      return row?.sold
    }
    expect([await line(), await sold()]).toMatchObject([{ quantity: 3, removedQuantity: 0 }, 3])
    const path = `/events/v1/events/${eventId}/orders/${orderNumber}`
    await must(admin, 'PATCH', path, { archived: true, fields: 'archived' })
    expect([await line(), await sold()]).toMatchObject([{ quantity: 3, removedQuantity: 3 }, 0])
    const others = await must(await visitor(), 'POST', PATH, {
      ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity: 4 }] },
    })
    await must(admin, 'POST', `${PATH}/${reservationId}/cancel`)
    expect(await sold()).toBe(0)
    expect(others.body.ticketReservation.status).toBe('PENDING') // the laws are verified after each test
  })
})
