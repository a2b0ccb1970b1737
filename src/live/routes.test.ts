import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aSeatedSale, reserveSeats, seatsOf } from '../../test/support/seats.ts'
import { listenTo } from '../../test/support/streams.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { admin, visitor, anonymous, sql, siteId, setNow, otherSite } = app
const base = await app.app.listen({ host: '127.0.0.1', port: 0 })
const guest = await visitor()
const LIMITED = { definition: { ...FREE, initialLimit: 10 } }

const ofEvent = (eventId: string) => `/boxoffice/v1/events/${eventId}/availability`
const ofDefinition = (definitionId: string) => `/boxoffice/v1/ticket-definitions/${definitionId}/availability`
const streamOf = (path: string, headers?: Record<string, string>) => listenTo(`${base}${path}/stream`, headers)

describe('who may ask', () => {
  test('anybody, without a credential: the same answer as a guest with one gets', async () => {
    const { eventId } = await aSale(app, LIMITED)
    const [nobody, known] = [await must(anonymous, 'GET', ofEvent(eventId)), await must(guest, 'GET', ofEvent(eventId))]
    expect([nobody.body, nobody.headers.etag]).toEqual([known.body, known.headers.etag])
    const again = await anonymous('GET', ofEvent(eventId.toUpperCase()), undefined, {
      'if-none-match': String(nobody.headers.etag),
    })
    expect(again.status).toBe(304)
  })

  test('whichever site the event is of; but who belongs to a site is told of that one only', async () => {
    const other = await otherSite()
    const { eventId, definitionId } = await aSale(other, LIMITED)
    expect((await must(anonymous, 'GET', ofEvent(eventId))).body.availability.unsold).toBe(10)
    expect((await must(anonymous, 'GET', ofDefinition(definitionId))).body.availability.unsold).toBe(10)
    expect(refusalOf(await guest('GET', ofEvent(eventId)))).toEqual([404, 'EVENT_NOT_FOUND'])
  })

  test('who is signed in says so by naming the site, and is not taken for nobody', async () => {
    const draft = await anEvent(sql, siteId, { publishedAt: null })
    const answer = await anonymous('GET', ofEvent(draft), undefined, { 'wix-site-id': siteId })
    expect(refusalOf(answer)).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('a credential that is no good is not taken for none', async () => {
    const { eventId } = await aSale(app, LIMITED)
    const answer = await anonymous('GET', ofEvent(eventId), undefined, { authorization: 'nonsense' })
    expect(refusalOf(answer)).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('of a draft, of what is hidden, not shown yet, deleted, or never was, nobody is told', async () => {
    const draft = await anEvent(sql, siteId, { publishedAt: null })
    const { eventId, definitionId } = await aSale(app, LIMITED)
    const salePeriod = { startDate: '2030-05-20T12:00:00Z', displayNotOnSale: false }
    const hidden = await aDefinition(app, eventId, { hidden: true })
    const later = await aDefinition(app, eventId, { salePeriod })
    const deleted = await aDefinition(app, eventId)
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${deleted.id}`)
    for (const path of [ofEvent(draft), ofEvent(newGuid()), ofEvent(definitionId)]) {
      expect(refusalOf(await anonymous('GET', path))).toEqual([404, 'EVENT_NOT_FOUND'])
      expect((await streamOf(path)).status).toBe(404)
    }
    for (const id of [hidden.id, later.id, deleted.id, newGuid(), eventId]) {
      expect(refusalOf(await anonymous('GET', ofDefinition(id)))).toEqual([404, 'TICKET_DEFINITION_NOT_FOUND'])
      expect((await streamOf(ofDefinition(id))).status).toBe(404)
    }
    expect(refusalOf(await anonymous('GET', ofEvent('x')))).toEqual([400, ['eventId']])
    expect(refusalOf(await anonymous('GET', ofDefinition('x')))).toEqual([400, ['ticketDefinitionId']])
    expect((await streamOf(ofDefinition('x'))).status).toBe(400)
    expect(refusalOf(await anonymous('POST', `${ofEvent(eventId)}/stream`))).toEqual([405, 'METHOD_NOT_ALLOWED'])
    const head = await fetch(`${base}${ofEvent(eventId)}/stream`, { method: 'HEAD' })
    expect(head.status).toBe(405)
  })
})

describe('what is said', () => {
  test('of one definition: its own numbers, its event’s status, and until when what is held is back', async () => {
    setNow('2030-05-01T12:00:00.000Z')
    const { eventId, definitionId } = await aSale(app, LIMITED)
    const other = await aDefinition(app, eventId, FREE)
    await reserveTickets(guest, definitionId, 10)
    setNow('2030-05-01T12:04:00.000Z')
    await reserveTickets(guest, other.id, 3)
    expect((await must(anonymous, 'GET', ofEvent(eventId))).body.availability).toMatchObject({
      held: 13,
      nextReleaseDate: '2030-05-01T12:20:00.000Z',
      lastReleaseDate: '2030-05-01T12:24:00.000Z',
    })
    expect((await must(anonymous, 'GET', ofDefinition(definitionId))).body).toEqual({
      availability: {
        eventId,
        status: 'UPCOMING',
        registrationStatus: 'OPEN_TICKETS',
        id: definitionId,
        name: 'Standard',
        saleStatus: 'SALE_STARTED',
        sold: 0,
        held: 10,
        unsold: 0,
        soldOut: true,
        lastReleaseDate: '2030-05-01T12:24:00.000Z',
      },
    })
    // Unlimited and nothing held: no `unsold`, no date.
    setNow('2030-05-01T12:30:00.000Z')
    const { availability } = (await must(anonymous, 'GET', ofDefinition(other.id))).body
    expect(Object.keys(availability)).not.toEqual(expect.arrayContaining(['unsold', 'lastReleaseDate']))
    expect(availability).toMatchObject({ held: 0, soldOut: false })
  })

  test('R79: where places are sold, a version that is another one whenever the list of places is', async () => {
    setNow('2030-05-01T12:00:00.000Z')
    const { eventId, definitionId } = await aSeatedSale(app, { elements: [seatsOf(1, 3)], definition: FREE })
    const versions = async () => {
      const [event, definition] = [ofEvent(eventId), ofDefinition(definitionId)].map(path => must(guest, 'GET', path))
      return [(await event)?.body.availability.seatsVersion, (await definition)?.body.availability.seatsVersion]
    }
    const before = await versions()
    expect(before[0]).toMatch(/./)
    expect(await versions()).toEqual(before)
    const { body } = await reserveSeats(guest, definitionId, '0-1-1', {})
    const held = await versions()
    const { expirationDate } = body.ticketReservation
    setNow(expirationDate)
    const lapsed = await versions()
    await reserveSeats(guest, definitionId, '0-1-2', {})
    const other = await versions()
    for (const index of [0, 1]) expect(new Set([before, held, lapsed, other].map(each => each[index])).size).toBe(4)
    const { body: unseated } = await must(guest, 'GET', ofEvent((await aSale(app, LIMITED)).eventId))
    expect(unseated.availability).not.toHaveProperty('seatsVersion')
  })
})

describe('a stream', () => {
  test('begins with the state, as its twin gives it, and goes on with each change', async () => {
    setNow('2030-05-01T12:00:00.000Z')
    const { eventId, definitionId } = await aSale(app, LIMITED)
    const [event, definition] = [await streamOf(ofEvent(eventId)), await streamOf(ofDefinition(definitionId))]
    for (const [stream, path] of [
      [event, ofEvent(eventId)],
      [definition, ofDefinition(definitionId)],
    ] as const) {
      expect(stream.status).toBe(200)
      expect(stream.headers).toMatchObject({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'access-control-allow-origin': '*',
        'x-accel-buffering': 'no',
        connection: 'close',
      })
      expect(stream.headers).not.toHaveProperty('access-control-allow-credentials')
      expect(stream.headers).not.toHaveProperty('content-encoding')
      const twin = await must(anonymous, 'GET', path)
      const first = await stream.next()
      expect([first.event, first.data, `"${first.id}"`]).toEqual(['message', twin.body, twin.headers.etag])
      expect(stream.retry()).toBeGreaterThanOrEqual(2000)
    }
    const { body } = await reserveTickets(guest, definitionId, 4)
    expect((await event.next()).data.availability).toMatchObject({ sold: 0, held: 4, unsold: 6 })
    expect((await definition.next()).data.availability).toMatchObject({ sold: 0, held: 4, unsold: 6 })
    await checkOut(guest, { eventId, reservationId: body.ticketReservation.id })
    expect((await event.next()).data.availability).toMatchObject({ sold: 4, held: 0, unsold: 6 })
    expect((await definition.next()).data.availability).toMatchObject({ sold: 4, held: 0, unsold: 6 })
  })

  test('is resumed: who knows the state is told nothing until it changes, who knows another one is told it', async () => {
    const { eventId, definitionId } = await aSale(app, LIMITED)
    const first = await (await streamOf(ofEvent(eventId))).next()
    const again = await streamOf(ofEvent(eventId), { 'last-event-id': String(first.id) })
    await expect.poll(() => again.comments).toEqual([''])
    expect([again.status, again.messages, typeof again.retry()]).toEqual([200, [], 'number'])
    await reserveTickets(guest, definitionId, 4)
    const changed = await again.next()
    expect(changed.data.availability.held).toBe(4)
    for (const known of [String(first.id), 'nonsense', '']) {
      const late = await streamOf(ofEvent(eventId), { 'last-event-id': known })
      expect(await late.next()).toEqual(changed)
    }
  })

  test('ends with the event: a last state, a last word, and a 204 for who knows both', async () => {
    const { eventId, definitionId } = await aSale(app, LIMITED)
    const streams = [await streamOf(ofEvent(eventId)), await streamOf(ofDefinition(definitionId))]
    for (const stream of streams) await stream.next()
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
    for (const stream of streams) {
      expect((await stream.next()).data.availability.status).toBe('CANCELED')
      expect(await stream.next()).toEqual({ event: 'end', id: undefined, data: { reason: 'CANCELED' } })
      await stream.ended
    }
    const late = await streamOf(ofEvent(eventId))
    const last = await late.next()
    expect(last.data.availability.status).toBe('CANCELED')
    expect((await late.next()).data).toEqual({ reason: 'CANCELED' })
    expect((await streamOf(ofEvent(eventId), { 'last-event-id': String(last.id) })).status).toBe(204)
  })

  test('ends with a last word when what it is of is not offered any more', async () => {
    const { eventId, definitionId } = await aSale(app, LIMITED)
    const [event, definition] = [await streamOf(ofEvent(eventId)), await streamOf(ofDefinition(definitionId))]
    for (const stream of [event, definition]) await stream.next()
    const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${definitionId}`)
    const { revision } = body.ticketDefinition
    await must(admin, 'PATCH', `/events/v3/ticket-definitions/${definitionId}`, {
      ticketDefinition: { revision, hidden: true },
    })
    expect(await definition.next()).toEqual({ event: 'end', id: undefined, data: { reason: 'GONE' } })
    await definition.ended
    expect((await event.next()).data.availability.ticketDefinitions).toEqual([])
    await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
    expect((await event.next()).data).toEqual({ reason: 'GONE' })
    await event.ended
  })

  test('is counted while it is open', async () => {
    const { eventId } = await aSale(app, LIMITED)
    const count = async () => {
      const { body } = await must(anonymous, 'GET', '/metrics')
      return Number(/^boxoffice_live_streams (\d+)$/m.exec(body)?.[1])
    }
    await expect.poll(count).toBe(0)
    const streams = [await streamOf(ofEvent(eventId)), await streamOf(ofEvent(eventId))]
    expect(await count()).toBe(2)
    for (const stream of streams) stream.close()
    await expect.poll(count).toBe(0)
  })
})
