import { ListBookmarksResponse } from '@wix/auto_sdk_events_schedule-bookmarks/schemas'
import { describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aSale, must, refusalOf } from '../../test/support/sale.ts'
import { signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, deps, admin, visitor, anonymous, otherSite, now, setNow } = app
const SCHEDULE = '/events/v1/schedule'

async function aMember(): Promise<Caller> {
  const claims = { kind: 'member', siteId, visitorId: newGuid(), memberId: newGuid() } as const
  const token = await signToken(deps.keys, 'access', claims, now(), 14_400)
  return (method, url, body) => anonymous(method, url, body, { authorization: token })
}

async function anItem(eventId: string, name: string, more: object = {}): Promise<string> {
  const timeSlot = { start: '2030-06-01T18:00:00Z', end: '2030-06-01T19:00:00Z', timeZoneId: 'Europe/Berlin' }
  const { body } = await must(admin, 'POST', `${SCHEDULE}/draft`, { eventId, item: { name, timeSlot, ...more } })
  return body.item.id
}
const publish = (eventId: string) => must(admin, 'POST', `${SCHEDULE}/publish`, { eventId })
const mark = (member: Caller, itemId: string, eventId: string) =>
  member('POST', `${SCHEDULE}/${itemId}/bookmark`, { eventId })
const unmark = (member: Caller, itemId: string, eventId: string) =>
  member('DELETE', `${SCHEDULE}/${itemId}/bookmark?eventId=${eventId}`)
const list = (member: Caller, eventId: string) => must(member, 'GET', `${SCHEDULE}/bookmarks?eventId=${eventId}`)
const namesOf = async (member: Caller, eventId: string) =>
  (await list(member, eventId)).body.items.map(({ name }: { name: string }) => name)

describe('bookmarks of a member', () => {
  test('events 7.1, 7.3: each member has its own, in the order of the schedule; twice is no more than once', async () => {
    const { eventId } = await aSale(app)
    const late = { timeSlot: { start: '2030-06-01T21:00:00Z', end: '2030-06-01T22:00:00Z', timeZoneId: 'UTC' } }
    const [closing, opening] = [await anItem(eventId, 'Closing', late), await anItem(eventId, 'Opening')]
    await publish(eventId)
    const [one, other] = [await aMember(), await aMember()]
    for (const itemId of [closing, closing, opening.toUpperCase()])
      expect(await mark(one, itemId, eventId)).toMatchObject({ status: 200, body: {} })
    expect(await namesOf(one, eventId)).toEqual(['Opening', 'Closing'])
    expect(judgedByClient(ListBookmarksResponse, (await list(one, eventId)).body)).toEqual([])
    expect(await namesOf(other, eventId)).toEqual([])

    for (const _ of [1, 2]) expect(await unmark(one, closing, eventId)).toMatchObject({ status: 200, body: {} })
    expect(await namesOf(one, eventId)).toEqual(['Opening'])
    expect(await namesOf(one, (await aSale(app)).eventId)).toEqual([])
  })

  test('events 7.1: the organizer learns how many have bookmarked an item, and of no other event or site', async () => {
    const { eventId } = await aSale(app)
    const [opening, closing, unwanted] = [
      await anItem(eventId, 'Opening'),
      await anItem(eventId, 'Closing'),
      await anItem(eventId, 'Unwanted'),
    ]
    await publish(eventId)
    for (const items of [[opening, closing], [opening]]) {
      const member = await aMember()
      for (const itemId of items) await mark(member, itemId, eventId)
    }
    const counted = (of: string, caller = admin) => caller('GET', `/boxoffice/v1/events/${of}/schedule-bookmarks`)
    expect((await counted(eventId)).body.bookmarks).toEqual([
      { itemId: opening, count: 2 },
      { itemId: closing, count: 1 },
    ])
    expect((await counted(eventId)).body.bookmarks).not.toContainEqual({ itemId: unwanted, count: 0 })
    expect((await counted((await aSale(app)).eventId)).body).toEqual({ bookmarks: [] })
    expect((await counted(eventId, (await otherSite()).admin)).status).toBe(404)
    expect((await counted(newGuid())).status).toBe(404)
    expect((await counted('no-id')).status).toBe(400)
    for (const caller of [await aMember(), await visitor()]) expect((await counted(eventId, caller)).status).toBe(403)
    expect((await counted(eventId, anonymous)).status).toBe(401)
  })

  test('events 7.4: what is hidden or removed disappears from the list, and comes back when it is shown again', async () => {
    const { eventId } = await aSale(app)
    const itemId = await anItem(eventId, 'Opening')
    await publish(eventId)
    const member = await aMember()
    await mark(member, itemId, eventId)
    for (const hidden of [true, false]) {
      await must(admin, 'PATCH', `${SCHEDULE}/draft/${itemId}`, { eventId, item: { hidden }, fields: 'item.hidden' })
      await publish(eventId)
      expect(await namesOf(member, eventId)).toEqual(hidden ? [] : ['Opening'])
    }
    await must(admin, 'DELETE', `${SCHEDULE}/draft/items?eventId=${eventId}&itemIds=${itemId}`)
    await publish(eventId)
    expect(await namesOf(member, eventId)).toEqual([])
  })

  test('events 6.5.17: they go with their event', async () => {
    const { eventId } = await aSale(app)
    const itemId = await anItem(eventId, 'Opening')
    await publish(eventId)
    const member = await aMember()
    await mark(member, itemId, eventId)
    await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
    expect(await sql`select from schedule_bookmarks where event_id = ${eventId}`).toHaveLength(0)
    expect(await namesOf(member, eventId)).toEqual([])
  })
})

describe('what is refused', () => {
  test('events 7.5: an item that is not there, not published, or of another event', async () => {
    const [{ eventId }, other] = [await aSale(app), await aSale(app)]
    const shown = await anItem(eventId, 'Opening')
    await publish(eventId)
    const draft = await anItem(eventId, 'Not yet')
    const member = await aMember()
    for (const [itemId, event] of [
      [newGuid(), eventId],
      [draft, eventId],
      [shown, other.eventId],
      [shown, newGuid()],
    ] as const)
      expect(await refusedWithoutTrace(sql, () => mark(member, itemId, event))).toEqual([
        404,
        'SCHEDULE_ITEM_NOT_FOUND',
      ])
  })

  test('events 7.2, 7.6: a visitor, and a program without a member; another site’s member finds nothing', async () => {
    const { eventId } = await aSale(app)
    const itemId = await anItem(eventId, 'Opening')
    await publish(eventId)
    const guest = await visitor()
    for (const caller of [guest, admin])
      for (const ask of [
        () => mark(caller, itemId, eventId),
        () => unmark(caller, itemId, eventId),
        () => caller('GET', `${SCHEDULE}/bookmarks?eventId=${eventId}`),
      ])
        expect(await refusedWithoutTrace(sql, ask)).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await mark(anonymous, itemId, eventId))).toEqual([401, 'UNAUTHENTICATED'])

    const claims = {
      kind: 'member',
      siteId: (await otherSite()).siteId,
      visitorId: newGuid(),
      memberId: newGuid(),
    } as const
    const token = await signToken(deps.keys, 'access', claims, now(), 14_400)
    const stranger: Caller = (method, url, body) => anonymous(method, url, body, { authorization: token })
    expect(await refusedWithoutTrace(sql, () => mark(stranger, itemId, eventId))).toEqual([
      404,
      'SCHEDULE_ITEM_NOT_FOUND',
    ])
  })

  test('a member whose token has expired', async () => {
    const member = await aMember()
    const start = now()
    setNow('2030-05-02T12:00:00.000Z')
    try {
      expect(refusalOf(await mark(member, newGuid(), newGuid()))).toEqual([401, 'UNAUTHENTICATED'])
    } finally {
      setNow(start)
    }
  })

  test.each([
    ['no event', {}, ['eventId']],
    ['null', { eventId: null }, ['eventId']],
    ['an id that is none', { eventId: 'x' }, ['eventId']],
    ['a number', { eventId: 7 }, ['eventId']],
    ['no body', undefined, ['request']],
  ])('api 13.1: %s is named by its path', async (_, body, fields) => {
    const member = await aMember()
    const ask = () => member('POST', `${SCHEDULE}/${newGuid()}/bookmark`, body)
    expect(await refusedWithoutTrace(sql, ask)).toEqual([400, fields])
  })

  test('api 13.1: ids in path and query that are none', async () => {
    const member = await aMember()
    expect(refusalOf(await mark(member, 'x', newGuid()))).toEqual([400, ['itemId']])
    expect(refusalOf(await unmark(member, newGuid(), 'x'))).toEqual([400, ['eventId']])
    expect(refusalOf(await member('GET', `${SCHEDULE}/bookmarks`))).toEqual([400, ['eventId']])
  })
})
