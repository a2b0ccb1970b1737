import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anOrder } from '../../test/support/orders.ts'
import { aSale, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'

// What an event goes through from its creation to its end, and what is left of it.

const app = await testApp()
const { admin, visitor, anonymous, sql, siteId, setNow } = app

const V3 = '/events/v3/events'
const NOW = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(NOW))

const DATES = {
  startDate: '2030-06-01T18:00:00.000Z',
  endDate: '2030-06-01T21:00:00.000Z',
  timeZoneId: 'Europe/Berlin',
}
const OPEN = { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'In spring' }
const CONCERT = {
  title: 'Concert',
  location: { name: 'Hall', type: 'VENUE' },
  dateAndTimeSettings: DATES,
  registration: { initialType: 'TICKETING' },
}

const create = (event: object = {}, more: object = {}) =>
  admin('POST', V3, { event: { ...CONCERT, ...event }, ...more })
const anEvent = async (...wanted: Parameters<typeof create>) => {
  const { status, body } = await create(...wanted)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.event
}
const update = (id: string, event: object, fields?: string[]) => admin('PATCH', `${V3}/${id}`, { event, fields })
const statusOf = async (id: string) => (await must(admin, 'GET', `${V3}/${id}`)).body.event.status
const cancel = (id: string) => admin('POST', `${V3}/${id}/cancel`, {})
const publish = (id: string) => admin('POST', `${V3}/${id}/publish`, {})
const remove = (id: string) => admin('DELETE', `${V3}/${id}`)
const query = async (filter: object) =>
  (await must(admin, 'POST', `${V3}/query`, { query: { filter, paging: { limit: 50 } }, includeDrafts: true })).body

async function factsOf(eventId: string) {
  const rows = await sql`
    select kind, data
      from activities
     where site_id = ${siteId}
       and entity_kind = 'event'
       and entity_id = ${eventId}
     order by sequence`
  return rows.map(({ kind, data }) => [kind, data])
}

describe('status', () => {
  test('events 1.2.1: there are five, guests never see the first, and none of them is set by hand', async () => {
    const draft = await anEvent({}, { draft: true })
    const canceled = await anEvent()
    await cancel(canceled.id)
    const events = [
      draft,
      await anEvent(),
      await anEvent({ dateAndTimeSettings: { ...DATES, startDate: NOW } }),
      await anEvent({ dateAndTimeSettings: { ...DATES, startDate: NOW, endDate: NOW } }),
      canceled,
    ]
    const seen = await Promise.all(events.map(({ id }) => statusOf(id)))
    expect(seen).toEqual(['DRAFT', 'UPCOMING', 'STARTED', 'ENDED', 'CANCELED'])
    const guest = await visitor()
    const read = await Promise.all(events.map(({ id }) => guest('GET', `${V3}/${id}`)))
    expect(read.map(({ status }) => status)).toEqual([403, 200, 200, 200, 200])

    for (const { id } of events) {
      const before = await statusOf(id)
      for (const status of seen.filter(other => other !== before))
        expect(refusalOf(await update(id, { status }))).toEqual([400, ['event.status']])
      expect((await update(id, { status: before })).status).toBe(200)
      expect(await statusOf(id)).toBe(before)
    }
    expect((await anEvent({ status: 'CANCELED' })).status).toBe('UPCOMING')
  })

  test('events 1.2.3: without a date an event is upcoming for ever, until it gets one or is canceled', async () => {
    const [dated, off] = [await anEvent({ dateAndTimeSettings: OPEN }), await anEvent({ dateAndTimeSettings: OPEN })]
    setNow('2099-01-01T00:00:00.000Z')
    expect([await statusOf(dated.id), await statusOf(off.id)]).toEqual(['UPCOMING', 'UPCOMING'])
    await update(dated.id, { dateAndTimeSettings: DATES })
    await cancel(off.id)
    expect([await statusOf(dated.id), await statusOf(off.id)]).toEqual(['ENDED', 'CANCELED'])
  })

  test('events 1.2.5: a canceled event is still read and found, and nothing opens it again', async () => {
    const { id, slug } = await anEvent({ title: 'Called off' })
    await cancel(id)
    const guest = await visitor()
    for (const url of [`${V3}/${id}`, `${V3}/slug/${slug}`])
      expect((await must(guest, 'GET', url)).body.event).toMatchObject({ id, status: 'CANCELED' })
    expect((await query({ id, status: 'CANCELED' })).events).toHaveLength(1)
    expect(refusalOf(await publish(id))).toEqual([428, 'INVALID_EVENT_STATUS_TRANSITION'])
    expect(refusalOf(await update(id, { status: 'UPCOMING' }))).toEqual([400, ['event.status']])
    for (const change of [
      { title: 'On again' },
      { dateAndTimeSettings: { ...DATES, startDate: '2030-05-20T18:00:00.000Z' } },
      { registration: { registrationDisabled: false } },
    ])
      expect((await update(id, change)).body.event.status).toBe('CANCELED')
  })

  test('events 1.2.6: a deleted event is returned by no call', async () => {
    const { id, slug } = await anEvent({ title: 'Gone' })
    const { category } = (await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Music' } })).body
    await must(admin, 'POST', `/events/v1/categories/${category.id}/events`, { eventId: [id] })
    const counted = async () =>
      (await must(admin, 'POST', `${V3}/count-by-status`, { filter: { id }, facet: ['status'] })).body
    expect((await counted()).pagingMetadata.total).toBe(1)
    await must(admin, 'DELETE', `${V3}/${id}`)

    const answers = [
      await admin('GET', `${V3}/${id}`),
      await admin('GET', `${V3}/slug/${slug}`),
      await update(id, { title: 'Back' }),
      await publish(id),
      await cancel(id),
      await admin('POST', `${V3}/${id}/clone`, {}),
      await admin('GET', `/events/v1/events/${id}/form`),
      await anonymous('GET', `/boxoffice/v1/events/${id}/calendar.ics?siteId=${siteId}`),
    ]
    expect(answers.map(refusalOf)).toEqual(answers.map(() => [404, 'EVENT_NOT_FOUND']))
    expect(await query({ id })).toMatchObject({ events: [], pagingMetadata: { total: 0 } })
    expect(await counted()).toMatchObject({ pagingMetadata: { total: 0 }, facets: { status: { counts: {} } } })
    expect((await must(admin, 'GET', `${V3}/category/${category.id}`)).body.events).toEqual([])
  })
})

describe('creating', () => {
  test('events 1.7.6: the answer has what is always there, and what was asked for', async () => {
    const bare = await anEvent()
    const more = await anEvent({}, { fields: ['DETAILS', 'REGISTRATION', 'URLS', 'FORM'] })
    const added = Object.keys(more).filter(name => !(name in bare))
    expect(added.toSorted()).toEqual(['calendarUrls', 'eventPageUrl', 'form', 'registration'])
    expect(Object.keys(bare).filter(name => !(name in more))).toEqual([])
  })

  test('events 1.7.7, 1.7.8: the type is said under registration; above it it says nothing', async () => {
    expect(refusalOf(await create({ initialType: 'RSVP', registration: undefined }))).toEqual([
      400,
      ['event.registration'],
    ])
    expect(refusalOf(await create({ initialType: 'RSVP', registration: {} }))).toEqual([
      400,
      ['event.registration.initialType'],
    ])
    for (const initialType of ['RSVP', 'TICKETING']) {
      const event = await anEvent({ registration: { initialType } }, { fields: ['REGISTRATION'] })
      expect(event.registration).toMatchObject({ initialType, type: initialType })
    }
  })

  test('events 1.7.9: the greatest number of guests is of RSVPs; one beside them is ignored', async () => {
    const shown = async (registration: object) =>
      (await anEvent({ registration: { initialType: 'RSVP', ...registration } }, { fields: ['REGISTRATION'] }))
        .registration
    expect((await shown({ rsvp: { limit: 3 } })).rsvp.limit).toBe(3)
    const ignored = await shown({ limit: 3 })
    expect(ignored).not.toHaveProperty('limit')
    expect(ignored.rsvp).not.toHaveProperty('limit')
    const both = await shown({ limit: 3, rsvp: { limit: 5 } })
    expect([both.rsvp.limit, 'limit' in both]).toEqual([5, false])
  })

  test('events 1.7.12, 1.11.3: an event is published without tickets, and sells from the first one on', async () => {
    const draft = await anEvent({}, { draft: true })
    const registrationOf = async (id: string) =>
      (await must(admin, 'GET', `${V3}/${id}?fields=REGISTRATION`)).body.event.registration
    const definitionsOf = async (eventId: string) =>
      (await must(admin, 'POST', '/events/v3/ticket-definitions/query', { query: { filter: { eventId } } })).body
        .ticketDefinitions
    expect(await definitionsOf(draft.id)).toEqual([])
    expect((await must(admin, 'POST', `${V3}/${draft.id}/publish`, {})).body.event.status).toBe('UPCOMING')
    for (const { id } of [draft, await anEvent()]) {
      expect([await definitionsOf(id), (await registrationOf(id)).status]).toEqual([[], 'CLOSED_AUTOMATICALLY'])
      await must(admin, 'POST', '/events/v3/ticket-definitions', {
        ticketDefinition: { eventId: id, name: 'Standard', feeType: 'NO_FEE', ...FREE },
      })
      expect((await registrationOf(id)).status).toBe('OPEN_TICKETS')
    }
  })
})

describe('field sets', () => {
  test('events 1.15.2: the same ones in every call that returns events', async () => {
    const { category } = (await must(admin, 'POST', '/events/v1/categories', { category: { name: 'All' } })).body
    const fields = ['DETAILS', 'REGISTRATION', 'URLS', 'FORM', 'DASHBOARD', 'SEO_SETTINGS', 'AGENDA', 'CATEGORIES']
    const created = (await must(admin, 'POST', V3, { event: CONCERT, draft: true, fields })).body.event
    const { id, slug } = created
    await must(admin, 'POST', `/events/v1/categories/${category.id}/events`, { eventId: [id] })
    const search = fields.map(field => `fields=${field}`).join('&')
    const page = { query: { filter: { id }, paging: { limit: 1 } }, fields }
    const answers = [
      await must(admin, 'PATCH', `${V3}/${id}`, { event: { title: 'Other' }, fields }),
      await must(admin, 'POST', `${V3}/${id}/clone`, { fields }),
      await must(admin, 'POST', `${V3}/${id}/publish`, { fields }),
      await must(admin, 'GET', `${V3}/${id}?${search}`),
      await must(admin, 'GET', `${V3}/slug/${slug}?${search}`),
      await must(admin, 'POST', `${V3}/query`, page),
      await must(admin, 'GET', `${V3}/category/${category.id}?${search}`),
      await must(admin, 'POST', `${V3}/${id}/cancel`, { fields }),
    ]
    const events = [created, ...answers.map(({ body }) => body.event ?? body.events[0])]
    const asked = [
      'agendaSettings',
      'calendarUrls',
      'categories',
      'eventPageUrl',
      'form',
      'registration',
      'seoSettings',
      'summaries',
    ]
    for (const event of events) expect(asked.filter(name => !(name in event))).toEqual([])
  })
})

describe('what is left of it', () => {
  test('orders of a canceled event stay as they are', async () => {
    const bought = await anOrder(app, { definition: FREE })
    const path = `/events/v1/events/${bought.eventId}/orders/${bought.order.orderNumber}?fieldset=DETAILS&fieldset=TICKETS`
    const before = (await must(admin, 'GET', path)).body.order
    expect(refusalOf(await cancel(bought.eventId))).toEqual([200, []])
    expect((await must(admin, 'GET', path)).body.order).toEqual(before)
    expect(before).toMatchObject({ status: 'FREE', tickets: [{ canceled: false }, { canceled: false }] })
  })

  test('events 1.12.4: that it was deleted is a fact with nothing of it but its id', async () => {
    const { id } = await anEvent({ title: 'Private matters' })
    await must(admin, 'DELETE', `${V3}/${id}`)
    expect((await factsOf(id)).at(-1)).toEqual(['event.deleted', {}])
  })

  test('events 1.12.5: orders and tickets of a deleted event stay for the books, and nothing more of it is sold', async () => {
    const bought = await anOrder(app, { definition: FREE })
    const { orderNumber } = bought.order
    const kept = async () => sql`
      select orders.order_number, tickets.ticket_number, tickets.canceled_at
        from orders
        join tickets using (site_id, order_number)
       where order_number = ${orderNumber}
       order by 2`
    const before = await kept()
    expect(before).toHaveLength(2)
    expect(refusalOf(await remove(bought.eventId))).toEqual([200, []])
    expect(await kept()).toEqual(before)
    const guest = await visitor()
    expect((await reserveTickets(guest, bought.definitionId)).status).toBe(404)
  })
})

describe('what an update tells', () => {
  test('events 1.8.13: each that succeeds is one fact, each that is refused none', async () => {
    const { eventId } = await aSale(app)
    await update(eventId, { title: 'One' })
    await update(eventId, { title: '' })
    await update(eventId, { status: 'CANCELED' })
    await update(eventId, { title: 'Two' })
    expect((await factsOf(eventId)).map(([kind]) => kind)).toEqual(['event.created', 'event.updated', 'event.updated'])
  })
})
