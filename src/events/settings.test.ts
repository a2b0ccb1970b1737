import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anOrder, notify, orderNow } from '../../test/support/orders.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'

// What an event is set to, and what that does and does not change.

const app = await testApp()
const { admin, visitor, setNow } = app

const V3 = '/events/v3/events'
const NOW = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(NOW))

const DATES = {
  startDate: '2030-06-01T18:00:00.000Z',
  endDate: '2030-06-01T21:00:00.000Z',
  timeZoneId: 'Europe/Berlin',
}
const OPEN = { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'In spring' }

const create = (event: object = {}, more: object = {}) =>
  admin('POST', V3, {
    event: {
      title: 'Concert',
      location: { name: 'Hall', type: 'VENUE' },
      dateAndTimeSettings: DATES,
      registration: { initialType: 'TICKETING' },
      ...event,
    },
    ...more,
  })
const anEvent = async (...wanted: Parameters<typeof create>) => {
  const { status, body } = await create(...wanted)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.event
}
const update = (id: string, event: object, fields?: string[]) => admin('PATCH', `${V3}/${id}`, { event, fields })
const read = async (id: string, ...fields: string[]) =>
  (await must(admin, 'GET', `${V3}/${id}?${fields.map(field => `fields=${field}`).join('&')}`)).body.event

describe('date and time', () => {
  test.each([
    ['1.6.3', { ...DATES, endDate: undefined }, 'an event has no negative duration'],
    ['1.6.4', { ...DATES, timeZoneId: undefined }, 'not supported'],
    ['1.6.5', { ...DATES, endDate: '2030-06-01T17:00:00.000Z' }, 'an event has no negative duration'],
    ['1.6.9', { ...OPEN, dateAndTimeTbdMessage: ' ' }, 'must not be blank'],
  ])('events 1.6.3, 1.6.4, 1.6.5, 1.6.9: what is wrong is said in words (%s)', async (_, settings, words) => {
    const { status, body } = await create({ dateAndTimeSettings: settings })
    const [violation] = body.details.validationError.fieldViolations
    expect([status, violation.description]).toEqual([400, expect.stringContaining(words)])
  })

  test('events 2.2.2: a pattern is no way to say dates; every date is given, or it is not there', async () => {
    const patterns = { recurrenceRule: 'FREQ=WEEKLY;COUNT=3', recurringEvents: { frequency: 'WEEKLY', count: 3 } }
    const event = await anEvent({ title: 'Weekly', dateAndTimeSettings: { ...DATES, ...patterns } })
    expect(event.dateAndTimeSettings).toMatchObject({
      recurrenceStatus: 'ONE_TIME',
      recurringEvents: { individualEventDates: [] },
    })
    const { body } = await must(admin, 'POST', `${V3}/query`, { query: { filter: { title: 'Weekly' } } })
    expect(body.pagingMetadata.total).toBe(1)
  })
})

describe('online conferencing', () => {
  const enabled = { onlineConferencing: { enabled: true } }

  test('events 1.10.1: a meeting or a webinar, of events with a date only', async () => {
    expect(refusalOf(await create({ ...enabled, dateAndTimeSettings: OPEN }))).toEqual([
      400,
      ['event.onlineConferencing.enabled'],
    ])
    const { id } = await anEvent(enabled)
    expect(refusalOf(await update(id, { dateAndTimeSettings: OPEN }))).toEqual([
      400,
      ['event.onlineConferencing.enabled'],
    ])
    for (const type of ['MEETING', 'WEBINAR']) {
      await update(id, { onlineConferencing: { type } })
      expect((await read(id, 'ONLINE_CONFERENCING_SESSION')).onlineConferencing).toMatchObject({ enabled: true, type })
    }
    expect(refusalOf(await update(id, { onlineConferencing: { type: 'PARTY' } }))).toEqual([
      400,
      ['event.onlineConferencing.type'],
    ])
    expect((await update(id, { onlineConferencing: { enabled: false }, dateAndTimeSettings: OPEN })).status).toBe(200)
  })

  test('events 1.10.2, 1.10.3: its session is nobody’s to write, and for those who may read it; none is made', async () => {
    const session = { hostLink: 'https://example.com/host', guestLink: 'https://example.com', sessionCreated: true }
    const { id } = await anEvent({ onlineConferencing: { enabled: true, type: 'WEBINAR', session } })
    await update(id, { onlineConferencing: { session } })
    expect((await read(id, 'ONLINE_CONFERENCING_SESSION')).onlineConferencing).toEqual({
      enabled: true,
      type: 'WEBINAR',
      session: { hostLink: '', guestLink: '', sessionCreated: false },
    })
    expect(await read(id, 'DETAILS', 'REGISTRATION')).not.toHaveProperty('onlineConferencing')
    const guest = await visitor()
    const asked = await guest('GET', `${V3}/${id}?fields=ONLINE_CONFERENCING_SESSION`)
    expect(refusalOf(asked)).toEqual([403, 'PERMISSION_DENIED'])
  })
})

test('events 1.9.7: data for search engines is kept as it was given, with five keywords at most, and nothing is hidden', async () => {
  const advancedSeoData = {
    tags: [{ type: 'meta', props: { name: 'robots', content: 'noindex' }, custom: true, disabled: false }],
    settings: {
      preventAutoRedirect: true,
      keywords: Array.from({ length: 5 }, (_, index) => ({ term: `k${index}`, isMain: index === 0, origin: 'USER' })),
    },
  }
  const { id } = await anEvent({ seoSettings: { advancedSeoData, hidden: true } })
  expect((await read(id, 'SEO_SETTINGS')).seoSettings).toEqual({
    slug: expect.any(String),
    hidden: false,
    advancedSeoData,
  })
  const six = { settings: { keywords: Array.from({ length: 6 }, () => ({ term: 'x' })) } }
  expect(refusalOf(await update(id, { seoSettings: { advancedSeoData: six } }))).toEqual([
    400,
    ['event.seoSettings.advancedSeoData.settings.keywords'],
  ])
  await update(id, { seoSettings: { hidden: true } })
  expect((await read(id, 'SEO_SETTINGS')).seoSettings).toMatchObject({ hidden: false, advancedSeoData })
})

describe('tickets', () => {
  test('events 3.3.3: no member tells of another checkout; ours serves whatever was asked for', async () => {
    const { eventId, definitionId } = await aSale(app, {
      event: { checkoutType: 'ECOMM_PLATFORM', tickets: { checkoutType: 'ECOMM_PLATFORM' } },
      definition: FREE,
    })
    expect(JSON.stringify(await read(eventId, 'REGISTRATION', 'DETAILS', 'DASHBOARD'))).not.toMatch(/checkoutType/i)
    const guest = await visitor()
    const reservationId = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    expect((await checkOut(guest, { eventId, reservationId })).body.order.status).toBe('FREE')
  })

  test('events 3.3.4: definitions carry their kind of fee; a server of one’s own takes none', async () => {
    for (const feeType of ['FEE_INCLUDED', 'FEE_ADDED_AT_CHECKOUT']) {
      const sold = await anOrder(app, { definition: { feeType } })
      const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${sold.definitionId}`)
      expect(body.ticketDefinition.feeType).toBe(feeType)
      const { invoice } = await orderNow(admin, sold)
      expect([invoice.grandTotal.value, invoice.revenue.value]).toEqual(['20.00', '20.00'])
    }
  })

  test('events 3.3.5: settings of the other kind of event are ignored', async () => {
    const rsvp = { limit: 1, waitlistEnabled: true, endDate: '2030-04-01T00:00:00Z' }
    const sale = await aSale(app, { event: { rsvp } })
    const { registration } = await read(sale.eventId, 'REGISTRATION')
    expect([registration.status, 'rsvp' in registration]).toEqual(['OPEN_TICKETS', false])
    const party = await anEvent({
      registration: { initialType: 'RSVP', tickets: { ticketLimitPerOrder: 1, guestsAssignedSeparately: true } },
    })
    const shown = (await read(party.id, 'REGISTRATION')).registration
    expect([shown.status, 'tickets' in shown]).toEqual(['OPEN_RSVP', false])
  })

  test('events 3.3.6: another time to hold tickets is for those who reserve from then on', async () => {
    const { eventId, definitionId } = await aSale(app)
    const guest = await visitor()
    const hold = async () => (await reserveTickets(guest, definitionId)).body.ticketReservation
    const before = await hold()
    await update(eventId, { registration: { tickets: { reservationDurationInMinutes: 5 } } })
    const after = await hold()
    expect([before.expirationDate, after.expirationDate]).toEqual([
      '2030-05-01T12:20:00.000Z',
      '2030-05-01T12:05:00.000Z',
    ])
    const kept = await must(guest, 'GET', `/events/v1/ticket-reservations/${before.id}`)
    expect(kept.body.ticketReservation.expirationDate).toBe(before.expirationDate)
  })

  test('events 3.3.7: another tax is for orders to come', async () => {
    const tax = (rate: string) => ({ taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate } })
    const [paid, waiting] = [
      await anOrder(app, { event: { tickets: tax('10') } }),
      await anOrder(app, { event: { tickets: tax('10') } }),
    ]
    await notify(paid, 'PAID')
    for (const sold of [paid, waiting]) {
      const before = (await orderNow(admin, sold)).invoice
      expect(before.grandTotal.value).toBe('22.00')
      await update(sold.eventId, { registration: { tickets: tax('50') } })
      expect((await orderNow(admin, sold)).invoice).toEqual(before)
      const guest = await visitor()
      const reservationId = (await reserveTickets(guest, sold.definitionId, 2)).body.ticketReservation.id
      const { order } = (await checkOut(guest, { eventId: sold.eventId, reservationId })).body
      expect(order.invoice.grandTotal.value).toBe('30.00')
    }
  })
})

describe('setting up', () => {
  test('events 15.1: form, policy, schedule, category and staff come in any order, before or after publication', async () => {
    const steps: ((eventId: string) => Promise<unknown>)[] = [
      eventId => must(admin, 'POST', `/events/v1/events/${eventId}/form/control`, { text: { label: 'Diet' } }),
      eventId => must(admin, 'POST', '/events/v2/policies', { policy: { eventId, name: 'Refunds', body: 'None.' } }),
      async eventId => {
        const timeSlot = { start: DATES.startDate, end: DATES.endDate }
        await must(admin, 'PATCH', `${V3}/${eventId}`, { event: { agendaSettings: { enabled: true } } })
        await must(admin, 'POST', '/events/v1/schedule/draft', { eventId, item: { name: 'Talk', timeSlot } })
        await must(admin, 'POST', '/events/v1/schedule/publish', { eventId })
      },
      async eventId => {
        const { category } = (await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Music' } })).body
        await must(admin, 'POST', `/events/v1/categories/${category.id}/events`, { eventId: [eventId] })
      },
      eventId =>
        must(admin, 'POST', '/events/v1/staff-members', {
          staffMember: { name: 'Dora', specificEvents: { events: [eventId] }, permissions: ['CHECK_IN_GUESTS'] },
        }),
      eventId => must(admin, 'POST', `${V3}/${eventId}/publish`, {}),
    ]
    for (const order of [steps, steps.toReversed(), [...steps.slice(3), ...steps.slice(0, 3)]]) {
      const { id } = await anEvent({}, { draft: true })
      for (const step of order) await step(id)
      const event = await read(id, 'FORM', 'AGENDA', 'CATEGORIES')
      expect([event.status, event.form.controls.length, event.agendaSettings.enabled]).toEqual(['UPCOMING', 3, true])
      expect(event.categories.categories).toMatchObject([{ name: 'Music' }])
      const policies = await must(admin, 'POST', '/events/v2/policies/query', { query: { filter: { eventId: id } } })
      expect(policies.body.policies).toMatchObject([{ name: 'Refunds' }])
      const items = (await must(admin, 'GET', `/events/v1/schedule?eventId=${id}`)).body.items
      expect(items).toMatchObject([{ name: 'Talk' }])
      await aDefinition(app, id)
      expect((await read(id, 'REGISTRATION')).registration.status).toBe('OPEN_TICKETS')
    }
  })

  test('events 15.4: with RSVPs there are answers instead of tickets, from the same first step on', async () => {
    const { id } = await anEvent({ registration: { initialType: 'RSVP' } }, { draft: true })
    await must(admin, 'POST', `${V3}/${id}/publish`, {})
    const guest = await visitor()
    const rsvp = { eventId: id, firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org', status: 'YES' }
    const made = (await must(guest, 'POST', '/events/v2/rsvps', { rsvp })).body.rsvp
    await must(admin, 'POST', `/events/v2/rsvps/${made.id}/check-in`, {})
    expect((await must(admin, 'GET', `/events/v2/rsvps/${made.id}`)).body.rsvp).toMatchObject({
      status: 'YES',
      fullyCheckedIn: true,
    })
    const ticketDefinition = { eventId: id, name: 'Standard', feeType: 'NO_FEE', ...FREE }
    const refused = await admin('POST', '/events/v3/ticket-definitions', { ticketDefinition })
    expect(refusalOf(refused)).toEqual([428, 'INVALID_EVENT_TYPE'])
  })
})
