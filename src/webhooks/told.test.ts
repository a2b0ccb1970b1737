import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { type ClientSchema, issuesOf } from '../../test/support/client-shapes.ts'
import { anOrder, notify } from '../../test/support/orders.ts'
import { anRsvp, aParty, askForGuests } from '../../test/support/rsvps.ts'
import { aDefinition, archiveOrder, aSale, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import {
  aReceiver,
  aTarget,
  aWebhook,
  decoded,
  EVERY_TYPE,
  type Handled,
  webhooksOf,
} from '../../test/support/webhooks.ts'
import { tellEventTimes } from '../events/times.ts'
import { tellSales } from '../ticket-definitions/sales.ts'

// Each event type of the contract, fired by what it is about, and taken by the unmodified client of a program.

const app = await testApp({ webhookPrivateHosts: ['localhost'] })
const { sql, siteId, admin, visitor, now, setNow } = app
const target = await aTarget()
const post = webhooksOf(app, target)
await aWebhook(app, target.urlOf('/all'))
const receiver = await aReceiver(app)

const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const seen = new Set<string>()

/** What the handlers are given of what has happened since the last time, in the order of arrival. */
async function told(...namespaces: string[]): Promise<Handled[]> {
  await post.run()
  const all: Handled[] = []
  for (const { body } of target.taken()) {
    const { eventType, data } = decoded(body)
    seen.add(eventType)
    // The published client has no handler for this one.
    if (eventType.endsWith('.OrderPaid')) all.push({ eventType, event: { data } })
    else all.push(await receiver.process(body))
  }
  return all.filter(({ eventType }) => namespaces.length === 0 || namespaces.some(each => eventType.startsWith(each)))
}
const types = (handled: Handled[]) => handled.map(({ eventType }) => eventType.replace('wix.events.', ''))
const one = (handled: Handled[], type: string) => {
  const found = handled.filter(({ eventType }) => eventType === `wix.events.${type}`)
  expect(found.map(({ eventType }) => eventType)).toEqual([`wix.events.${type}`])
  return found[0]?.event
}

/** What the client's own schema has against an entity that a handler was given. */
async function judge(pkg: string, schema: string, entity: unknown): Promise<void> {
  const schemas = (await import(`../../node_modules/@wix/auto_sdk_events_${pkg}/build/es/schemas.mjs`)) as Record<
    string,
    ClientSchema
  >
  const found = schemas[schema]
  if (!found) throw new Error(`no schema ${schema} in ${pkg}`)
  expect(issuesOf(found, entity).map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([])
}

const CONCERT = {
  title: 'A concert',
  location: { name: 'Hall', type: 'VENUE' },
  dateAndTimeSettings: {
    startDate: '2030-06-01T18:00:00.000Z',
    endDate: '2030-06-01T22:00:00.000Z',
    timeZoneId: 'Europe/Berlin',
  },
  registration: { initialType: 'TICKETING' },
}
const anEvent = async (more: object = {}) =>
  (await must(admin, 'POST', '/events/v3/events', { event: CONCERT, ...more })).body.event.id as string

describe('events', () => {
  const V3 = '/events/v3/events'

  test('R210: a draft is created, changed and published; each is told with the event', async () => {
    const id = await anEvent({ draft: true })
    const created = await told()
    expect(types(created)).toEqual(['v3.event_created'])
    const { entity, metadata } = one(created, 'v3.event_created')
    expect(entity).toMatchObject({ _id: id, title: 'A concert', status: 'DRAFT', registration: { type: 'TICKETING' } })
    expect(metadata).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      instanceId: siteId,
      entityFqdn: 'wix.events.v3.event',
      slug: 'created',
      entityId: id,
      eventTime: new Date(START),
      identity: { identityType: 'APP', appId: expect.any(String) },
      triggeredByAnonymizeRequest: false,
      originatedFrom: '',
      entityEventSequence: '10',
    })
    await judge('wix-events-v-2', 'GetEventResponse', entity)

    await must(admin, 'PATCH', `${V3}/${id}`, { event: { title: 'Another' } })
    await must(admin, 'POST', `${V3}/${id}/publish`, {})
    const later = await told()
    expect(types(later)).toEqual(['v3.event_updated', 'v3.event_published'])
    expect(one(later, 'v3.event_updated').entity).toMatchObject({ _id: id, title: 'Another' })
    expect(one(later, 'v3.event_published').data).toMatchObject({
      timestamp: new Date(START),
      eventId: id,
      title: 'Another',
      status: 'UPCOMING',
      location: { name: 'Hall' },
      dateAndTimeSettings: { startDate: new Date(CONCERT.dateAndTimeSettings.startDate) },
      eventPageUrl: expect.stringContaining('/event-details/a-concert'),
    })
  })

  test('R211: what is told of one fact has numbers of its own, which rise', async () => {
    const id = await anEvent()
    const handled = await told()
    expect(types(handled)).toEqual(['v3.event_created', 'v3.event_published'])
    expect(handled.map(({ event }) => event.metadata.entityEventSequence)).toEqual(['10', '11'])
    await must(admin, 'PATCH', `${V3}/${id}`, { event: { title: 'Another' } })
    expect((await told())[0]?.event.metadata.entityEventSequence).toBe('20')
  })

  test('a clone is created, cloned and published, with where its tickets come from', async () => {
    const { eventId, definitionId } = await aSale(app)
    await told()
    const { body } = await must(admin, 'POST', `${V3}/${eventId}/clone`, {})
    const handled = await told()
    expect(types(handled).sort()).toEqual([
      'ticketing.events.TicketDefinitionCreated',
      'v3.event_cloned',
      'v3.event_created',
      'v3.event_published',
      'v3.ticket_definition_created',
    ])
    const { ticketDefinitionId, ...created } = one(handled, 'ticketing.events.TicketDefinitionCreated').data
    expect(created).toMatchObject({
      eventId: body.event.id,
      originatedFrom: { instanceId: siteId, eventId, entityId: definitionId },
    })
    expect(one(handled, 'v3.event_cloned').data).toMatchObject({
      eventId: body.event.id,
      derivedFromEventId: eventId,
      derivedFromInstanceId: siteId,
      ticketDefinitions: { [definitionId]: ticketDefinitionId },
    })
    expect(one(handled, 'v3.event_published').data).toMatchObject({ derivedFromEventId: eventId })
  })

  test('events 1.11.5, 1.17.5: every guest is told that the event was canceled, and it says that there are some', async () => {
    const { eventId, order } = await anOrder(app, { definition: FREE })
    const empty = await anEvent()
    await told()
    for (const id of [eventId, empty]) await must(admin, 'POST', `${V3}/${id}/cancel`, {})
    const handled = await told()
    const canceled = handled.filter(({ eventType }) => eventType.endsWith('event_canceled'))
    expect(
      canceled.filter(({ eventType }) => eventType.startsWith('wix.events.v3')).map(({ event }) => event.data),
    ).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ eventId, title: 'A concert', hasGuests: true }),
        expect.objectContaining({ eventId: empty, hasGuests: false }),
      ]),
    )
    const guests = canceled.filter(({ eventType }) => eventType.includes('guests')).map(({ event }) => event.data)
    expect(guests.map(({ guest }) => guest.guestType).sort()).toEqual(['BUYER', 'TICKET_HOLDER', 'TICKET_HOLDER'])
    expect(guests[0]).toMatchObject({ guest: { orderNumber: order.orderNumber }, event: { title: 'A concert' } })
  })

  test('the deletion of an event says which it was, and nothing else', async () => {
    const id = await anEvent()
    await told()
    await must(admin, 'DELETE', `${V3}/${id}`)
    const deleted = one(await told(), 'v3.event_deleted')
    expect(deleted.entity).toBeUndefined()
    expect(deleted.metadata).toMatchObject({ entityId: id, slug: 'deleted' })
  })

  test('events 1.17.2: a reminder says in how many days, hours and minutes the event starts', async () => {
    const { eventId } = await anOrder(app, { definition: FREE, quantity: 1 })
    await told()
    const durations: unknown[] = []
    const timings: unknown[] = []
    for (const minutes of [10_080, 4320, 1440, 120, 60, 30]) {
      setNow(new Date(Date.parse(CONCERT.dateAndTimeSettings.startDate) - minutes * 60_000))
      await tellEventTimes(sql, now())
      const handled = (await told()).filter(({ event: { data } }) =>
        [data.eventId, data.guest?.eventId].includes(eventId),
      )
      const { startsIn, hasGuests } = one(handled, 'v3.event_reminder').data
      durations.push(startsIn)
      expect(hasGuests).toBe(true)
      timings.push(...new Set(handled.flatMap(({ event: { data } }) => data.timing ?? [])))
    }
    expect(durations).toEqual([
      { days: 7, hours: 0, minutes: 0 },
      { days: 3, hours: 0, minutes: 0 },
      { days: 1, hours: 0, minutes: 0 },
      { days: 0, hours: 2, minutes: 0 },
      { days: 0, hours: 1, minutes: 0 },
      { days: 0, hours: 0, minutes: 30 },
    ])
    expect(timings).toEqual([
      'STARTS_IN_1_WEEK',
      'STARTS_IN_3_DAYS',
      'STARTS_IN_1_DAY',
      'STARTS_IN_2_HOURS',
      'STARTS_IN_1_HOUR',
      'STARTS_IN_30_MINUTES',
    ])
  })

  test('the start and the end of an event are told, its start also to its guests', async () => {
    const { eventId } = await anOrder(app, { definition: FREE, quantity: 1 })
    await told()
    setNow('2030-06-01T22:00:00.000Z')
    await tellEventTimes(sql, now())
    const handled = (await told()).filter(({ event: { data } }) =>
      [data.eventId, data.guest?.eventId].includes(eventId),
    )
    expect(types(handled).sort()).toEqual([
      'guests.v1.guest_guest_event_starts',
      'guests.v1.guest_guest_event_starts',
      'v3.event_ended',
      'v3.event_started',
    ])
    expect(handled.find(({ eventType }) => eventType.includes('guests'))?.event.data.timing).toBe('NOW')
    expect(one(handled, 'v3.event_ended').data).toEqual({ timestamp: now(), eventId, hasGuests: true })
  })

  test('events 1.17.6: a change of the form is told by the older webhook alone, with the event in its older shape', async () => {
    const id = await anEvent()
    await told()
    await must(admin, 'POST', `/events/v1/events/${id}/form/control`, { date: { label: 'When?' } })
    const handled = await told()
    expect(types(handled)).toEqual(['events.EventUpdated'])
    expect(one(handled, 'events.EventUpdated').data).toMatchObject({
      eventId: id,
      title: 'A concert',
      location: { name: 'Hall', type: 'VENUE' },
      scheduleConfig: { startDate: new Date(CONCERT.dateAndTimeSettings.startDate), timeZoneId: 'Europe/Berlin' },
      event: { _id: id, status: 'SCHEDULED', form: { controls: expect.any(Array) } },
    })
  })

  test('events 2.2.20: each occurrence of a recurring event is created and published', async () => {
    const dates = [1, 8].map(day => ({
      startDate: `2030-07-0${day}T18:00:00.000Z`,
      endDate: `2030-07-0${day}T20:00:00.000Z`,
      timeZoneId: 'Europe/Berlin',
    }))
    await must(admin, 'POST', V3, {
      event: {
        ...CONCERT,
        dateAndTimeSettings: { ...dates[0], recurringEvents: { individualEventDates: dates } },
      },
    })
    expect(types(await told()).sort()).toEqual([
      'v3.event_created',
      'v3.event_created',
      'v3.event_published',
      'v3.event_published',
    ])
  })
})

describe('what surrounds an event', () => {
  test('policies are told with what they say, the deleted one as it was last', async () => {
    const eventId = await anEvent()
    await told()
    const { body } = await must(admin, 'POST', '/events/v2/policies', {
      policy: { name: 'P', body: 'Be kind', eventId },
    })
    const { id, revision } = body.policy
    const other = await must(admin, 'POST', '/events/v2/policies', { policy: { name: 'Q', body: 'Q', eventId } })
    const created = await told()
    expect(types(created)).toEqual(['v2.policy_created', 'v2.policy_created'])
    const { entity } = created.find(({ event }) => event.metadata.entityId === id)?.event ?? {}
    expect(entity).toMatchObject({ _id: id, _createdDate: now(), name: 'P', body: 'Be kind', revision: '1' })
    await judge('policies', 'GetPolicyResponse', entity)
    await must(admin, 'PATCH', `/events/v2/policies/${id}`, { policy: { revision, name: 'R' } })
    await must(admin, 'POST', '/events/v2/policies/reorder', {
      policyId: id,
      eventId,
      beforePolicyId: other.body.policy.id,
    })
    await must(admin, 'DELETE', `/events/v2/policies/${id}`)
    const handled = (await told()).filter(({ event }) => event.metadata.entityId === id)
    expect(types(handled)).toEqual(['v2.policy_updated', 'v2.policy_updated', 'v2.policy_deleted'])
    expect(handled.at(-1)?.event.entity).toMatchObject({ _id: id, name: 'R', body: 'Be kind', revision: '3' })
    await judge('policies', 'GetPolicyResponse', handled.at(-1)?.event.entity)
  })

  test('staff members are told', async () => {
    const path = '/events/v1/staff-members'
    const { body } = await must(admin, 'POST', path, { staffMember: { name: 'Dora', allEvents: {} } })
    const { id, revision } = body.staffMember
    await must(admin, 'PATCH', `${path}/${id}`, { staffMember: { revision, name: 'Dori' } })
    await must(admin, 'DELETE', `${path}/${id}`)
    const handled = await told()
    expect(types(handled)).toEqual([
      'staffmembers.v1.staff_member_created',
      'staffmembers.v1.staff_member_updated',
      'staffmembers.v1.staff_member_deleted',
    ])
    for (const { event } of handled) {
      expect(event.entity).toMatchObject({ _id: id, name: 'Dori' })
      await judge('staff-members', 'GetStaffMemberResponse', event.entity)
    }
  })

  test('settings are told in full', async () => {
    const { body } = await must(admin, 'GET', '/v1/events-settings')
    await must(admin, 'PATCH', `/v1/events-settings/${siteId}`, {
      eventsSettings: {
        revision: body.eventsSettings.revision,
        paymentSettings: { delayedPaymentCaptureSettings: { enabled: false } },
      },
    })
    const { entity } = one(await told(), 'v1.events_settings_updated')
    expect(entity).toMatchObject({ _id: siteId, paymentSettings: { ticketSalesEnabled: true }, siteInfo: {} })
    await judge('events-settings', 'GetEventsSettingsResponse', entity)
  })

  test('what the mails of an event say is told', async () => {
    const id = await anEvent()
    await told()
    const path = `/events-notifications/v2/notification-configs/${id}`
    const { body } = await must(admin, 'POST', path, { notificationConfig: { id } })
    const { revision } = body.notificationConfig
    const created = one(await told(), 'notifications.v2.notification_config_created')
    expect(created.entity).toMatchObject({ _id: id, revision: '1' })
    await judge('notifications', 'UpsertNotificationConfigResponse', created.entity)
    await must(admin, 'POST', path, { notificationConfig: { id, revision } })
    expect(one(await told(), 'notifications.v2.notification_config_updated').entity).toMatchObject({ revision: '2' })
  })

  test('events 6.5.18: categories and schedule items have no webhooks', async () => {
    const eventId = await anEvent()
    await told()
    const { body } = await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Rock' } })
    await must(admin, 'POST', `/events/v1/categories/${body.category.id}/events`, { eventId: [eventId] })
    await must(admin, 'POST', '/events/v1/schedule/draft', {
      eventId,
      item: {
        name: 'Doors',
        timeSlot: { start: '2030-06-01T18:00:00.000Z', end: '2030-06-01T19:00:00.000Z', timeZoneId: 'Europe/Berlin' },
      },
    })
    expect(await told()).toEqual([])
  })
})

describe('what is on sale', () => {
  test('R112, R117, R212: definitions are told in both versions, the deleted one as it was last', async () => {
    const eventId = await anEvent()
    await told()
    const { id, revision } = await aDefinition(app, eventId)
    const created = await told()
    expect(types(created)).toEqual(['v3.ticket_definition_created', 'ticketing.events.TicketDefinitionCreated'])
    const { entity } = one(created, 'v3.ticket_definition_created')
    expect(entity).toMatchObject({ _id: id, name: 'Standard', revision: '1' })
    await judge('ticket-definitions-v-2', 'GetTicketDefinitionResponse', entity)
    expect(one(created, 'ticketing.events.TicketDefinitionCreated').data).toEqual({
      timestamp: now(),
      ticketDefinitionId: id,
      eventId,
    })
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${id}`, { ticketDefinition: { revision, name: 'Late' } })
    await must(admin, 'POST', '/events/v3/ticket-definitions/currency', { eventId, currency: 'USD' })
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${id}`)
    const handled = await told()
    expect(types(handled)).toEqual([
      'v3.ticket_definition_updated',
      'ticketing.events.TicketDefinitionUpdated',
      'v3.ticket_definition_updated',
      'ticketing.events.TicketDefinitionUpdated',
      'v3.ticket_definition_deleted',
      'ticketing.events.TicketDefinitionDeleted',
    ])
    const last = one(handled, 'v3.ticket_definition_deleted').entity
    expect(last).toMatchObject({ _id: id, name: 'Late', pricingMethod: { fixedPrice: { currency: 'USD' } } })
    await judge('ticket-definitions-v-2', 'GetTicketDefinitionResponse', last)
  })

  test('api 11.2: an update says what the members were that it changed, and no other', async () => {
    const { eventId, definitionId: id } = await aSale(app, { definition: { name: 'Seat', description: 'Upstairs' } })
    const patch = async (revision: string, change: object) => {
      await told()
      await must(admin, 'PATCH', `/events/v3/ticket-definitions/${id}`, { ticketDefinition: { revision, ...change } })
      return one(await told('wix.events.v3'), 'v3.ticket_definition_updated')
    }
    const salePeriod = { startDate: '2030-05-02T10:00:00.000Z', endDate: '2030-05-30T10:00:00.000Z' }
    const first = await patch('1', { name: 'Chair', description: null, initialLimit: 7, salePeriod })
    expect(first.entity.name).toBe('Chair')
    expect(first.modifiedFields).toEqual({
      name: 'Seat',
      description: 'Upstairs',
      limited: false,
      initialLimit: null,
      actualLimit: null,
      limitPerCheckout: 20,
      'salePeriod.startDate': undefined, // of a moment that was none the client makes that
      'salePeriod.endDate': undefined,
      'salePeriod.displayNotOnSale': null,
    })
    expect(Object.keys(first.modifiedFields)).toContain('salePeriod.startDate')
    const later = { ...salePeriod, endDate: '2030-05-31T10:00:00.000Z' }
    const second = await patch('2', {
      salePeriod: later,
      pricingMethod: { fixedPrice: { value: '12', currency: 'EUR' } },
    })
    expect(second.modifiedFields).toEqual({
      'pricingMethod.fixedPrice.value': '10.00',
      'salePeriod.endDate': new Date('2030-05-30T10:00:00.000Z'),
    })
    expect(await patch('3', { name: 'Chair' })).not.toHaveProperty('modifiedFields')

    await told()
    await must(admin, 'POST', '/events/v3/ticket-definitions/currency', { eventId, currency: 'USD' })
    const exchanged = one(await told('wix.events.v3'), 'v3.ticket_definition_updated')
    expect(exchanged.modifiedFields).toEqual({ 'pricingMethod.fixedPrice.currency': 'EUR' })
  })

  test('R111: another sale period is told twice, as an update and for itself', async () => {
    const { eventId, definitionId: id } = await aSale(app)
    await told()
    const salePeriod = { startDate: '2030-05-02T10:00:00.000Z', endDate: '2030-05-30T10:00:00.000Z' }
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${id}`, {
      ticketDefinition: { revision: '1', salePeriod },
    })
    const handled = await told('wix.events.v3')
    expect(types(handled)).toEqual(['v3.ticket_definition_updated', 'v3.ticket_definition_sale_period_updated'])
    expect(one(handled, 'v3.ticket_definition_sale_period_updated').data).toEqual({
      afterUpdate: {
        startDate: new Date(salePeriod.startDate),
        endDate: new Date(salePeriod.endDate),
        displayNotOnSale: false,
      },
    })
    expect(eventId).not.toBe(id)
  })

  test('R111: that a sale starts and ends is told once, with the definition and without what was sold', async () => {
    const salePeriod = { startDate: '2030-05-02T10:00:00.000Z', endDate: '2030-05-03T10:00:00.000Z' }
    const { definitionId: id } = await aSale(app, { definition: { salePeriod } })
    await told()
    const saleStatuses: string[] = []
    for (const moment of ['2030-05-02T10:00:00.000Z', '2030-05-02T10:05:00.000Z', '2030-05-03T10:00:00.000Z']) {
      setNow(moment)
      await tellSales(sql, now())
      for (const { eventType, event } of await told('wix.events.v3.ticket_definition')) {
        if (event.metadata.entityId !== id) continue
        saleStatuses.push(`${eventType.split('ticket_definition_')[1]} ${event.data.ticketDefinition.saleStatus}`)
        expect(event.data.ticketDefinition.salesDetails).toBeUndefined()
      }
    }
    expect(saleStatuses).toEqual(['sale_started SALE_STARTED', 'sale_ended SALE_ENDED'])
  })

  test('R112: what is sold of a definition tells nothing of it', async () => {
    const { definitionId } = await aSale(app, { definition: FREE })
    await told()
    await reserveTickets(admin, definitionId)
    expect(types(await told('wix.events.v3'))).toEqual([])
  })
})

describe('what is held and bought', () => {
  test('R148, R212: a reservation is told in both versions: held, tagged, given back, and deleted as it was last', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
    await told()
    const { id } = (await reserveTickets(await visitor(), definitionId, 3)).body.ticketReservation
    const created = await told()
    expect(types(created)).toEqual(['v1.ticket_reservation_created', 'ticketing.events.ReservationCreated'])
    const { entity, metadata } = one(created, 'v1.ticket_reservation_created')
    expect(entity).toMatchObject({ _id: id, status: 'PENDING', revision: '1', tickets: [{ quantity: 3 }] })
    expect(metadata.identity).toMatchObject({ identityType: 'ANONYMOUS_VISITOR', anonymousVisitorId: entity.visitorId })
    await judge('ticket-reservations', 'GetTicketReservationResponse', entity)
    expect(one(created, 'ticketing.events.ReservationCreated').data).toEqual({
      timestamp: now(),
      eventId,
      reservationId: id,
      expires: entity.expirationDate,
      status: 'RESERVATION_PENDING',
      quantities: [{ ticketDefinitionId: definitionId, quantity: 3 }],
      counts: [
        { timestamp: now(), ticketDefinitionId: definitionId, confirmedCount: 0, pendingCount: 3, paidExists: true },
      ],
      _updatedDate: now(),
    })

    await must(admin, 'POST', '/events/v1/bulk/ticket-reservations/update-tags', {
      ids: [id],
      assignTags: { tags: { tagIds: ['vip'] } },
    })
    await must(admin, 'POST', `/events/v1/ticket-reservations/${id}/cancel`)
    await must(admin, 'DELETE', `/events/v1/ticket-reservations/${id}`)
    const handled = await told()
    expect(types(handled)).toEqual([
      'v1.ticket_reservation_updated',
      'v1.ticket_reservation_updated',
      'ticketing.events.ReservationUpdated',
      'v1.ticket_reservation_deleted',
    ])
    const last = one(handled, 'v1.ticket_reservation_deleted').entity
    expect(last).toMatchObject({ _id: id, status: 'CANCELED_MANUALLY', revision: '3' })
    await judge('ticket-reservations', 'GetTicketReservationResponse', last)
  })

  test('R166, R214: a free checkout tells the order, its reservation, and that it is confirmed, in that order', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const guest = await visitor()
    const { id } = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation
    await told()
    const { body } = await must(guest, 'POST', '/events/v1/checkout', {
      eventId,
      reservationId: id,
      options: { silent: true },
      guests: [
        {
          form: {
            inputValues: [
              ['firstName', 'Ada'],
              ['lastName', 'Berg'],
              ['email', 'ada@example.org'],
            ].map(([inputName, value]) => ({ inputName, value })),
          },
        },
      ],
    })
    const handled = await told('wix.events.ticketing', 'wix.events.v1')
    expect(types(handled)).toEqual([
      'ticketing.events.OrderInitiated',
      'v1.ticket_reservation_updated',
      'ticketing.events.ReservationUpdated',
      'ticketing.events.OrderConfirmed',
    ])
    expect(one(handled, 'v1.ticket_reservation_updated').entity).toMatchObject({ status: 'CONFIRMED', revision: '2' })
    const { data } = one(handled, 'ticketing.events.OrderConfirmed')
    expect(data).toMatchObject({
      timestamp: now(),
      eventId,
      orderNumber: body.order.orderNumber,
      reservationId: id,
      firstName: 'Ada',
      email: 'ada@example.org',
      status: 'FREE',
      silent: true,
      language: 'en',
      locale: 'en-US',
      invoice: { grandTotal: { amount: '0.00' } },
      tickets: [
        { ticketDefinitionId: definitionId, firstName: 'Ada', confirmed: true, archived: false, canceled: false },
        { ticketDefinitionId: definitionId },
      ],
    })
    expect(data.checkoutForm.inputValues).toContainEqual({ inputName: 'firstName', value: 'Ada' })
  })

  test('R171: a paid order is initiated, with the consent of its buyer, then confirmed and paid', async () => {
    const ordered = await anOrder(app, { checkout: { marketingConsent: true } })
    const first = await told('wix.events.ticketing.events.Order')
    expect(types(first)).toEqual(['ticketing.events.OrderInitiated'])
    expect(first[0]?.event.data).toMatchObject({
      orderNumber: ordered.order.orderNumber,
      status: 'INITIATED',
      marketingConsent: true,
      markedAsPaid: false,
      invoice: { grandTotal: { amount: '20.00', currency: 'EUR' } },
    })
    await notify(ordered, 'PAID')
    const handled = await told('wix.events.ticketing.events.Order')
    expect(types(handled)).toEqual(['ticketing.events.OrderConfirmed', 'ticketing.events.OrderPaid'])
    expect(handled[0]?.event.data).toMatchObject({ status: 'PAID', tickets: [{}, {}] })
  })

  test('R213: who is told of an order finds fewer tickets left', async () => {
    const { definitionId } = await anOrder(app, { definition: { ...FREE, initialLimit: 10 } })
    const { data } = one(await told('wix.events.ticketing.events.Order'), 'ticketing.events.OrderConfirmed')
    const [{ ticketDefinitionId }] = data.tickets
    const { body } = await must(
      admin,
      'GET',
      `/events/v3/ticket-definitions/${ticketDefinitionId}?fields=SALES_DETAILS`,
    )
    expect([ticketDefinitionId, body.ticketDefinition.salesDetails.unsoldCount]).toEqual([definitionId, 8])
  })

  test('R206: a check-in, and an order that is put away, are told as updates of the order', async () => {
    const { eventId, order } = await anOrder(app, { definition: FREE, quantity: 1 })
    await told()
    const [{ ticketNumber }] = order.tickets ?? (await ticketsOf(eventId, order.orderNumber))
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [ticketNumber] })
    const handled = await told()
    expect(one(handled, 'ticketing.events.OrderUpdated').data).toMatchObject({
      orderNumber: order.orderNumber,
      confirmed: true,
      archived: false,
      tickets: [{ ticketNumber, checkIn: { created: now() } }],
    })
    await archiveOrder(app, { eventId, orderNumber: order.orderNumber })
    const archived = await told('wix.events.ticketing.events.Order', 'wix.events.guests')
    expect(one(archived, 'ticketing.events.OrderUpdated').data).toMatchObject({ archived: true })
    const guests = archived.filter(({ eventType }) => eventType.endsWith('guest_updated'))
    expect(guests.map(({ event }) => [event.entity.guestType, event.entity.attendanceStatus]).sort()).toEqual([
      ['BUYER', 'NOT_ATTENDING'],
      ['TICKET_HOLDER', 'NOT_ATTENDING'],
    ])
  })
  const ticketsOf = async (eventId: string, orderNumber: string) =>
    (await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${orderNumber}?fieldset=TICKETS`)).body.order.tickets

  test('an order whose reservation is given back is canceled, and its guests are told', async () => {
    const { order, reservationId } = await anOrder(app, { definition: FREE, quantity: 1 })
    await told()
    await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    const handled = await told()
    expect(one(handled, 'ticketing.events.OrderUpdated').data).toMatchObject({ status: 'CANCELED', confirmed: false })
    const guests = handled.filter(({ eventType }) => eventType.endsWith('guest_order_canceled'))
    expect(guests.map(({ event }) => event.data.guest.guestType).sort()).toEqual(['BUYER', 'TICKET_HOLDER'])
    expect(guests[0]?.event.data).toMatchObject({
      guest: { orderNumber: order.orderNumber },
      order: { orderStatus: 'CANCELED', invoice: { grandTotal: { amount: '0.00' } } },
    })
  })

  test('R191: an anonymized order is told as deleted, by request of a person, and names nobody', async () => {
    const { order } = await anOrder(app, { definition: FREE, quantity: 1 })
    await told()
    await must(admin, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/anonymize`)
    const handled = await told()
    expect(one(handled, 'ticketing.events.OrderDeleted').data).toMatchObject({
      orderNumber: order.orderNumber,
      anonymized: true,
      triggeredByAnonymizeRequest: true,
      orderType: 'UNASSIGNED_TICKETS',
    })
    expect(one(handled, 'v1.ticket_reservation_updated').metadata.triggeredByAnonymizeRequest).toBe(true)
    expect(JSON.stringify(handled)).not.toMatch(/Ada|Berg|ada@/)
  })
})

describe('who comes', () => {
  test('events 13.5.12: RSVPs are told in both versions, the deleted one as it was last, without who it was', async () => {
    const eventId = await aParty(app)
    await askForGuests(app, eventId)
    await told()
    const { id, revision } = await anRsvp(await visitor(), eventId, {
      additionalGuestDetails: { guestCount: 1, guestNames: ['Bob Berg'] },
    })
    const created = await told()
    expect(types(created)).toEqual(['v2.rsvp_created', 'rsvp.events.RsvpCreated', 'guests.v1.guest_created'])
    const { entity } = one(created, 'v2.rsvp_created')
    expect(entity).toMatchObject({ _id: id, firstName: 'Ada', email: 'ada@example.org', totalGuests: 2, status: 'YES' })
    await judge('rsvp-v-2', 'GetRsvpResponse', entity)
    expect(one(created, 'rsvp.events.RsvpCreated').data).toMatchObject({
      eventId,
      rsvpId: id,
      firstName: 'Ada',
      status: 'YES',
      guests: [
        { index: 0, fullName: 'Ada Berg' },
        { index: 1, fullName: 'Bob Berg' },
      ],
    })
    await judgeGuest(one(created, 'guests.v1.guest_created').entity)

    await must(admin, 'PATCH', `/events/v2/rsvps/${id}`, { rsvp: { revision, firstName: 'Eda' } })
    const updated = await told()
    expect(types(updated)).toEqual(['v2.rsvp_updated', 'rsvp.events.RsvpUpdated', 'guests.v1.guest_updated'])
    expect(one(updated, 'v2.rsvp_updated').entity).toMatchObject({ firstName: 'Eda', revision: '2' })

    await must(admin, 'POST', `/events/v2/rsvps/${id}/check-in`, {})
    expect(types(await told('wix.events.guests'))).toEqual([
      'guests.v1.guest_updated',
      'guests.v1.guest_guest_checked_in',
    ])

    await must(admin, 'DELETE', `/events/v2/rsvps/${id}`)
    const deleted = await told()
    expect(types(deleted)).toEqual(['v2.rsvp_deleted', 'rsvp.events.RsvpDeleted', 'guests.v1.guest_deleted'])
    expect(one(deleted, 'v2.rsvp_deleted').entity).toMatchObject({ _id: id, eventId, status: 'YES', totalGuests: 2 })
    await judge('rsvp-v-2', 'GetRsvpResponse', one(deleted, 'v2.rsvp_deleted').entity)
    await judgeGuest(one(deleted, 'guests.v1.guest_deleted').entity)
    expect(JSON.stringify(deleted)).not.toMatch(/Eda|Berg|ada@/)
  })

  async function judgeGuest(entity: unknown): Promise<void> {
    await judge('guests', 'QueryGuestsResponse', { guests: [entity] })
  }

  test('buyers and ticket holders are guests: created with order and tickets, checked in at the door', async () => {
    const { eventId, order } = await anOrder(app, { definition: FREE, quantity: 2 })
    const created = await told('wix.events.guests')
    expect(types(created)).toEqual([
      'guests.v1.guest_created',
      'guests.v1.guest_created',
      'guests.v1.guest_created',
      'guests.v1.guest_updated',
    ])
    expect(created.map(({ event }) => event.entity.guestType).sort()).toEqual([
      'BUYER',
      'BUYER',
      'TICKET_HOLDER',
      'TICKET_HOLDER',
    ])
    for (const { event } of created) await judgeGuest(event.entity)
    const [{ ticketNumber }] = (
      await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${order.orderNumber}?fieldset=TICKETS`)
    ).body.order.tickets
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [ticketNumber] })
    const handled = await told('wix.events.guests')
    const { guest, eventDetails } = one(handled, 'guests.v1.guest_guest_checked_in').data
    expect(guest).toMatchObject({ guestType: 'TICKET_HOLDER', ticketNumber, guestDetails: { checkedIn: true } })
    expect(eventDetails).toMatchObject({ title: 'A concert', status: 'UPCOMING' })
    await judgeGuest(guest)
    const numbers = [...created, ...handled]
      .filter(({ event }) => event.metadata.entityId === guest._id)
      .map(({ event }) => Number(event.metadata.entityEventSequence))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})

test('every event type that the client has a handler for can be subscribed to, and was told above', () => {
  expect(EVERY_TYPE).toEqual(expect.arrayContaining(receiver.known))
  expect(EVERY_TYPE.filter(each => !receiver.known.includes(each))).toEqual(['wix.events.ticketing.events.OrderPaid'])
  expect(EVERY_TYPE.filter(each => !seen.has(each))).toEqual([])
})
