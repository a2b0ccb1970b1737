import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { anOrder, notify, type Ordered } from '../../test/support/orders.ts'
import { FREE, must } from '../../test/support/sale.ts'
import { staffHeaders } from '../../test/support/staff.ts'

const served = await testApp()
const { sql, siteId, admin, setNow } = served
const at = (day: string) => new Date(`2030-${day}T18:00:00.000Z`)

describe('the events of a site, as its organizer looks for them', async () => {
  const other = await served.otherSite()
  const theirs = await anEvent(sql, other.siteId, { title: 'Elsewhere' })
  const event = (title: string, start: string, more: object = {}) =>
    anEvent(sql, siteId, { title, startAt: at(start), endAt: new Date(at(start).getTime() + 3_600_000), ...more })
  const past = await event('Winter Café', '01-10')
  const recent = await event('Spring fair', '04-10')
  const next = await event('Sommerfest', '06-10')
  const later = await event('Autumn CAFE', '09-10')
  const draft = await event('Draft', '07-10', { publishedAt: null })
  const canceled = await event('Rained off', '06-11', { canceledAt: new Date('2030-05-01T12:00:00.000Z') })
  const find = async (query: string) => {
    const { status, body } = await admin('GET', `/boxoffice/v1/events?${query}`)
    expect(status).toBe(200)
    return { ...body, ids: body.events.map(({ id }: { id: string }) => id) }
  }

  test('events 1.14: what is to come stands first, drafts among it, then what is over; with counts and figures', async () => {
    const { ids, total, counts, events } = await find('')
    expect(ids).toEqual([next, draft, later, canceled, recent, past])
    expect(total).toBe(6)
    expect(counts).toEqual({ UPCOMING: 2, DRAFT: 1, ENDED: 2, CANCELED: 1 })
    expect(events[0]).toMatchObject({ registration: { type: 'TICKETING' }, summaries: { tickets: { ticketsSold: 0 } } })
    expect(ids).not.toContain(theirs)
  })

  test('a status and words narrow it, without case and accents; the counts are of all that the words find', async () => {
    expect(await find('status=ENDED')).toMatchObject({ ids: [recent, past], total: 2, counts: { UPCOMING: 2 } })
    expect(await find('q=cafe')).toMatchObject({ ids: [later, past], total: 2, counts: { UPCOMING: 1, ENDED: 1 } })
    expect(await find('q=cafe&status=ENDED')).toMatchObject({ ids: [past], total: 1 })
    expect(await find('q=nothing')).toMatchObject({ ids: [], total: 0, counts: {} })
  })

  test('a month has what takes place in it, a page has its part', async () => {
    const june = 'from=2030-06-01T00:00:00Z&to=2030-07-01T00:00:00Z'
    expect((await find(june)).ids).toEqual([next, canceled])
    // One that goes on into it takes place in it.
    expect((await find('from=2030-06-10T18:30:00Z&to=2030-06-10T20:00:00Z')).ids).toEqual([next])
    expect(await find('limit=2&offset=1')).toMatchObject({ ids: [draft, later], total: 6, limit: 2, offset: 1 })
    expect(await find('limit=0')).toMatchObject({ ids: [], total: 6 })
  })

  test('a category has its own', async () => {
    const { body } = await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Cafés' } })
    await must(admin, 'POST', `/events/v1/categories/${body.category.id}/events`, { eventId: [past, later] })
    expect((await find(`category=${body.category.id}`)).ids).toEqual([later, past])
  })

  test.each([
    ['status=OPEN', 'status'],
    ['category=1', 'category'],
    ['from=June', 'from'],
    ['to=2030-02-30T00:00:00Z', 'to'],
    ['limit=501', 'limit'],
    ['limit=-1', 'limit'],
    ['offset=1000001', 'offset'],
    [`q=${'x'.repeat(101)}`, 'q'],
  ])('%s is refused', async (query, field) => {
    const { status, body } = await admin('GET', `/boxoffice/v1/events?${query}`)
    expect([status, body.details.validationError.fieldViolations[0].field]).toEqual([400, field])
  })

  test('nobody but the organizer looks for drafts or sees what was sold', async () => {
    const visitor = await served.visitor()
    for (const path of ['/boxoffice/v1/events', '/boxoffice/v1/today']) {
      expect((await visitor('GET', path)).status).toBe(403)
      expect((await served.anonymous('GET', path)).status).toBe(401)
    }
    const analyst = served.callerOf(
      await staffHeaders(served, { permissions: ['READ_ANALYTICS'], events: [past, draft] }),
    )
    const ofStaff = await analyst('GET', '/boxoffice/v1/events')
    expect([ofStaff.body.total, ofStaff.body.events[0].id]).toEqual([1, past]) // no draft
    const { body } = await other.admin('GET', '/boxoffice/v1/events')
    expect(body.events.map(({ id }: { id: string }) => id)).toEqual([theirs])
  })
})

describe('today', () => {
  test('begins where the site is, and sums what was ordered since and stands', async () => {
    const archive = ({ eventId, order }: Ordered) =>
      must(admin, 'PATCH', `/events/v1/events/${eventId}/orders/${order.orderNumber}`, { archived: true })
    setNow('2030-05-01T21:30:00.000Z') // half past eleven in Berlin
    await anOrder(served, { definition: FREE })
    setNow('2030-05-01T22:30:00.000Z')
    const paid = await anOrder(served)
    await notify(paid, 'PAID')
    const free = await anOrder(served, { definition: FREE, quantity: 3 })
    await anOrder(served) // nobody has paid it
    await archive(await anOrder(served, { definition: FREE }))
    const { body } = await admin('GET', '/boxoffice/v1/today')
    const soldOf = ({ eventId }: Ordered, tickets: number, value: string) => {
      return { eventId, title: 'A concert', orders: 1, tickets, revenue: { value, currency: 'EUR' } }
    }
    expect(body).toEqual({
      from: '2030-05-01T22:00:00.000Z',
      orders: 2,
      tickets: 5,
      revenue: [{ value: '20.00', currency: 'EUR' }],
      events: [soldOf(free, 3, '0.00'), soldOf(paid, 2, '20.00')],
    })
    const ofOne = await admin('GET', `/boxoffice/v1/today?eventId=${paid.eventId}`)
    expect(ofOne.body).toMatchObject({ orders: 1, tickets: 2, events: [soldOf(paid, 2, '20.00')] })
    expect((await admin('GET', '/boxoffice/v1/today?eventId=1')).status).toBe(400)
    // Staff see what is theirs, and no sums of what is not.
    const analyst = served.callerOf(
      await staffHeaders(served, { permissions: ['READ_ANALYTICS'], events: [paid.eventId] }),
    )
    expect((await analyst('GET', '/boxoffice/v1/today')).body).toEqual(ofOne.body)
    expect((await analyst('GET', `/boxoffice/v1/today?eventId=${free.eventId}`)).status).toBe(403)
  })
})

describe('two who edit one event', () => {
  const update = (eventId: string, title: string, ifUpdatedDate?: unknown) =>
    admin('PATCH', `/events/v3/events/${eventId}`, { event: { title }, ifUpdatedDate })

  test('events 1.8.1: who says which state was seen overwrites no later one; who says nothing wins', async () => {
    const eventId = await anEvent(sql, siteId)
    const { body } = await admin('GET', `/events/v3/events/${eventId}`)
    const seen = body.event.updatedDate
    setNow('2030-05-02T08:00:00.000Z')
    const first = await update(eventId, 'By the first', seen)
    expect(first.status).toBe(200)
    const second = await update(eventId, 'By the second', seen)
    expect([second.status, second.body.details.applicationError]).toEqual([
      409,
      expect.objectContaining({ code: 'ABORTED', data: { updatedDate: first.body.event.updatedDate } }),
    ])
    expect((await admin('GET', `/events/v3/events/${eventId}`)).body.event.title).toBe('By the first')
    setNow('2030-05-02T09:00:00.000Z')
    expect((await update(eventId, 'By the second', first.body.event.updatedDate)).status).toBe(200)
    expect((await update(eventId, 'By whoever')).body.event.title).toBe('By whoever')
    expect((await update(eventId, 'By whoever else', null)).status).toBe(200)
  })

  test.each([['yesterday'], [5], ['']])('a state that is no moment is a 400: %s', async seen => {
    const eventId = await anEvent(sql, siteId)
    const { status, body } = await update(eventId, 'New', seen)
    expect([status, body.details.validationError.fieldViolations[0].field]).toEqual([400, 'ifUpdatedDate'])
  })
})
