import { describe, expect, test } from 'vitest'
import { type Answer, testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { publishedPaths } from '../http/mounts.ts'
import { newGuid } from '../ids.ts'

const { admin, visitor, anonymous, otherSite, sql, siteId, setNow, now } = await testApp()
const SCHEDULE = '/events/v1/schedule'

const slot = (start = '10:00', end = '11:00') => ({
  start: `2030-06-01T${start}:00.000Z`,
  end: `2030-06-01T${end}:00.000Z`,
})
const add = (eventId: string, item: object) => admin('POST', `${SCHEDULE}/draft`, { eventId, item })
const anItem = async (eventId: string, item: object = {}) =>
  (await add(eventId, { name: 'Talk', timeSlot: slot(), ...item })).body.item
const publish = (eventId: string) => admin('POST', `${SCHEDULE}/publish`, { eventId })
const discard = (eventId: string) => admin('DELETE', `${SCHEDULE}/draft?eventId=${eventId}`)
const update = (eventId: string, itemId: string, item: object | undefined, fields?: unknown) =>
  admin('PATCH', `${SCHEDULE}/draft/${itemId}`, { itemId, eventId, item, fields })
const remove = (eventId: string, ...itemIds: string[]) =>
  admin('DELETE', `${SCHEDULE}/draft/items?eventId=${eventId}${itemIds.map(id => `&itemIds=${id}`).join('')}`)
const reschedule = (body: object) => admin('POST', `${SCHEDULE}/draft/reschedule`, body)
const list = (query: string) => admin('GET', `${SCHEDULE}?${query}`)
const query = (filter: unknown, more: object = {}) => admin('POST', `${SCHEDULE}/query`, { query: { filter, ...more } })
const draftOf = async (eventId: string) =>
  (await list(`eventId=${eventId}&state=DRAFT&state=VISIBLE&state=HIDDEN`)).body.items
const publishedOf = async (eventId: string) =>
  (await list(`eventId=${eventId}&state=PUBLISHED&state=VISIBLE&state=HIDDEN`)).body.items
const codeOf = ({ status, body }: Answer) => [status, body.details?.applicationError?.code]
const fieldsOf = ({ status, body }: Answer) => [
  status,
  ...body.details.validationError.fieldViolations.map(
    ({ field, violatedRule }: { field: string; violatedRule: string }) => `${field} ${violatedRule}`,
  ),
]
const namesOf = ({ body }: Answer) => body.items.map(({ name }: { name: string }) => name)
const historyOf = async (eventId: string) => {
  const rows = await sql`
    select sequence, kind
      from activities
     where entity_kind = 'schedule'
       and entity_id = ${eventId}
     order by sequence`
  return rows.map(({ sequence, kind }) => `${sequence} ${kind.replace('schedule.', '')}`)
}

describe('add', () => {
  test('events 6.4: an item is a draft, scheduled, visible and in UTC unless told otherwise', async () => {
    const eventId = await anEvent(sql, siteId)
    const { status, body } = await add(eventId.toUpperCase(), {
      id: newGuid(),
      eventId: newGuid(),
      draft: false,
      name: 'Talk',
      timeSlot: { start: '2030-06-01T12:00:00+02:00', end: '2030-06-01T11:00:00Z' },
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      item: {
        id: body.item.id,
        hidden: false,
        name: 'Talk',
        timeSlot: { ...slot(), timeZoneId: 'Etc/UTC' },
        tags: [],
        status: 'SCHEDULED',
        createdDate: now().toISOString(),
        updatedDate: now().toISOString(),
        eventId,
        draft: true,
      },
    })
    expect(await draftOf(eventId)).toEqual([body.item])
    expect(await publishedOf(eventId)).toEqual([])
    expect(await historyOf(eventId)).toEqual(['1 item_added'])
  })

  test('events 6.5.1 and 6.5.2: every member is kept; items may overlap and lie outside the event', async () => {
    const eventId = await anEvent(sql, siteId)
    const full = {
      name: 'n'.repeat(120),
      timeSlot: { start: '1999-01-01T00:00:00.000Z', end: '2099-01-01T00:00:00.000Z', timeZoneId: 'America/New_York' },
      description: 'd'.repeat(10_000),
      stageName: 's'.repeat(30),
      tags: ['1', '2', '3', '4', 't'.repeat(30)],
      hidden: true,
      status: 'CANCELED',
    }
    expect(await anItem(eventId, full)).toMatchObject(full)
    expect(await anItem(eventId, full)).toMatchObject(full)
  })

  test.each([
    ['nothing', {}, ['eventId REQUIRED_FIELD', 'item REQUIRED_FIELD']],
    [
      'an empty item',
      { item: {} },
      ['item.name REQUIRED_FIELD', 'item.timeSlot.start REQUIRED_FIELD', 'item.timeSlot.end REQUIRED_FIELD'],
    ],
    [
      'no slot',
      { item: { name: 'x', timeSlot: null } },
      ['item.timeSlot.start REQUIRED_FIELD', 'item.timeSlot.end REQUIRED_FIELD'],
    ],
    [
      'an end before the start',
      { item: { name: 'x', timeSlot: slot('11:00', '10:00') } },
      ['item.timeSlot.end VALIDATION'],
    ],
    ['an empty slot', { item: { name: 'x', timeSlot: slot('10:00', '10:00') } }, ['item.timeSlot.end VALIDATION']],
    [
      'a zone that is none',
      { item: { name: 'x', timeSlot: { ...slot(), timeZoneId: 'Moon' } } },
      ['item.timeSlot.timeZoneId FORMAT'],
    ],
    ['an empty name', { item: { name: '', timeSlot: slot() } }, ['item.name MIN_LENGTH']],
    ['a long name', { item: { name: 'x'.repeat(121), timeSlot: slot() } }, ['item.name MAX_LENGTH']],
    [
      'a long description',
      { item: { name: 'x', timeSlot: slot(), description: 'x'.repeat(10_001) } },
      ['item.description MAX_LENGTH'],
    ],
    [
      'a long stage',
      { item: { name: 'x', timeSlot: slot(), stageName: 'x'.repeat(31) } },
      ['item.stageName MAX_LENGTH'],
    ],
    [
      'six tags',
      { item: { name: 'x', timeSlot: slot(), tags: ['1', '2', '3', '4', '5', '6'] } },
      ['item.tags MAX_SIZE'],
    ],
    [
      'an empty and a long tag',
      { item: { name: 'x', timeSlot: slot(), tags: ['', 'x'.repeat(31)] } },
      ['item.tags[0] MIN_LENGTH', 'item.tags[1] MAX_LENGTH'],
    ],
    [
      'an unknown status',
      { item: { name: 'x', timeSlot: slot(), status: 'LATE' } },
      ['item.status INVALID_ENUM_VALUE'],
    ],
    [
      'wrong types',
      { item: { name: 1, timeSlot: { start: 5, end: 'tomorrow' }, hidden: 'yes' } },
      ['item.name VALIDATION', 'item.timeSlot.start VALIDATION', 'item.timeSlot.end FORMAT', 'item.hidden VALIDATION'],
    ],
  ])('events 6.4, 6.5.3, api 5.2.3: %s is refused by field', async (_, body, expected) => {
    const eventId = 'item' in body ? await anEvent(sql, siteId) : undefined
    expect(fieldsOf(await admin('POST', `${SCHEDULE}/draft`, { eventId, ...body }))).toEqual([400, ...expected])
    if (eventId) expect([await draftOf(eventId), await historyOf(eventId)]).toEqual([[], []])
  })
})

describe('draft and published schedule', () => {
  test('events 6.2.1, 6.2.2, 6.2.3, 6.2.4, 6.2.5: edits stay in the draft until published; additions, changes and deletions then show', async () => {
    const eventId = await anEvent(sql, siteId)
    const [kept, changed, deleted] = [
      await anItem(eventId, { name: 'Kept' }),
      await anItem(eventId, { name: 'Changed', timeSlot: slot('12:00', '13:00') }),
      await anItem(eventId, { name: 'Deleted', timeSlot: slot('14:00', '15:00') }),
    ]
    expect(await publish(eventId)).toMatchObject({ status: 200, body: {} })
    const published = [kept, changed, deleted].map(item => ({ ...item, draft: false }))
    expect(await publishedOf(eventId)).toEqual(published)
    expect(await draftOf(eventId)).toEqual([kept, changed, deleted])

    await update(eventId, changed.id, { name: 'Changed!' }, 'item.name')
    await remove(eventId, deleted.id)
    const added = await anItem(eventId, { name: 'Added', timeSlot: slot('16:00', '17:00') })
    expect(await publishedOf(eventId)).toEqual(published)
    expect((await list(`eventId=${eventId}`)).body.draftNotPublished).toBe(true)
    const asGuest = await (await visitor())('GET', `${SCHEDULE}?eventId=${eventId}`)
    expect(namesOf(asGuest)).toEqual(['Kept', 'Changed', 'Deleted'])

    await publish(eventId)
    const after = [kept, { ...changed, name: 'Changed!' }, added]
    expect(await publishedOf(eventId)).toEqual(after.map(item => ({ ...item, draft: false })))
    expect(await draftOf(eventId)).toEqual(after)
    expect((await list(`eventId=${eventId}`)).body.draftNotPublished).toBe(false)
    expect(await historyOf(eventId)).toEqual([
      '1 item_added',
      '2 item_added',
      '3 item_added',
      '4 published',
      '5 item_updated',
      '6 items_deleted',
      '7 item_added',
      '8 published',
    ])
  })

  test('events 6.2.3: discarding brings the draft back to what is published', async () => {
    const eventId = await anEvent(sql, siteId)
    const [a, b] = [
      await anItem(eventId, { name: 'a' }),
      await anItem(eventId, { name: 'b', timeSlot: slot('12:00', '13:00') }),
    ]
    await publish(eventId)
    await update(eventId, a.id, { stageName: 'Other' }, ['item.stageName'])
    await remove(eventId, b.id)
    await anItem(eventId, { name: 'c' })
    expect(await discard(eventId)).toMatchObject({ status: 200, body: {} })
    expect(await draftOf(eventId)).toEqual([a, b])
    expect((await list(`eventId=${eventId}`)).body.draftNotPublished).toBe(false)
    expect((await historyOf(eventId)).at(-1)).toBe('7 draft_discarded')
  })

  test('events 6.2.3: discarding what was never published leaves nothing; publishing an emptied draft too', async () => {
    const eventId = await anEvent(sql, siteId)
    await anItem(eventId)
    await discard(eventId)
    expect(await draftOf(eventId)).toEqual([])
    const item = await anItem(eventId)
    await publish(eventId)
    await remove(eventId, item.id)
    await publish(eventId)
    expect(await publishedOf(eventId)).toEqual([])
  })

  test('events 6.2.6: publishing and discarding without pending changes succeed and are no facts', async () => {
    const eventId = await anEvent(sql, siteId)
    expect([(await publish(eventId)).status, (await discard(eventId)).status]).toEqual([200, 200])
    const item = await anItem(eventId)
    await publish(eventId)
    await publish(eventId)
    await update(eventId, item.id, { name: 'Other' }, 'item.name')
    await update(eventId, item.id, { name: item.name }, 'item.name')
    expect((await list(`eventId=${eventId}`)).body.draftNotPublished).toBe(false)
    expect(await historyOf(eventId)).toEqual(['1 item_added', '2 published', '3 item_updated', '4 item_updated'])
  })

  test('edits and publications of one event at once leave whole schedules and a history without gaps', async () => {
    const eventId = await anEvent(sql, siteId)
    const item = await anItem(eventId)
    const answers = await Promise.all([
      publish(eventId),
      add(eventId, { name: 'x', timeSlot: slot() }),
      discard(eventId),
      update(eventId, item.id, { name: 'y' }, 'item.name'),
      reschedule({ eventId, timeZoneId: 'UTC', timeSlotOffset: '60s' }),
      publish(eventId),
      add(eventId, { name: 'z', timeSlot: slot() }),
    ])
    for (const { status } of answers) expect([200, 404]).toContain(status)
    const history = await historyOf(eventId)
    expect(history.map(line => Number(line.split(' ')[0]))).toEqual(history.map((_, index) => index + 1))
    await publish(eventId)
    const asPublished = (await draftOf(eventId)).map((each: object) => ({ ...each, draft: false }))
    expect(await publishedOf(eventId)).toEqual(asPublished)
  })

  test('events 6.5.17: deleting the event deletes both schedules', async () => {
    const eventId = await anEvent(sql, siteId)
    const item = await anItem(eventId)
    await publish(eventId)
    await sql`delete from events where event_id = ${eventId}`
    expect(codeOf(await admin('GET', `${SCHEDULE}/${item.id}?includeDraft=true`))).toEqual([
      404,
      'SCHEDULE_ITEM_NOT_FOUND',
    ])
  })
})

describe('update', () => {
  test.each([
    ['a text', 'item.name,item.timeSlot.end'],
    ['a list', ['item.name', 'item.timeSlot.end']],
    ['{paths}', { paths: ['item.name', 'item.timeSlot.end'] }],
  ])('events 6.5.4, R8: a mask as %s changes what it names', async (_, fields) => {
    const eventId = await anEvent(sql, siteId)
    const item = await anItem(eventId, { stageName: 'Main', tags: ['a'] })
    setNow(new Date(now().getTime() + 60_000))
    const given = { name: 'New', stageName: 'Ignored', timeSlot: slot('09:00', '12:00') }
    const { status, body } = await update(eventId, item.id.toUpperCase(), given, fields)
    expect(status).toBe(200)
    expect(body.item).toEqual({
      ...item,
      name: 'New',
      timeSlot: { ...item.timeSlot, end: slot('09:00', '12:00').end },
      updatedDate: now().toISOString(),
    })
  })

  test('events 6.5.4: who says which state was seen overwrites no other', async () => {
    const eventId = await anEvent(sql, siteId)
    const item = await anItem(eventId)
    const rename = (name: string, ifUpdatedDate: unknown) =>
      admin('PATCH', `${SCHEDULE}/draft/${item.id}`, { eventId, item: { name }, fields: 'item.name', ifUpdatedDate })
    setNow(new Date(now().getTime() + 60_000))
    expect((await rename('First', item.updatedDate)).status).toBe(200)
    expect(codeOf(await rename('Second', item.updatedDate))).toEqual([409, 'ABORTED'])
    expect((await rename('Second', 'yesterday')).status).toBe(400)
    const { body } = await admin('GET', `${SCHEDULE}/${item.id}?includeDraft=true&eventId=${eventId}`)
    expect(body.draft.name).toBe('First')
    for (const ifUpdatedDate of [undefined, null, body.draft.updatedDate])
      expect((await rename('Third', ifUpdatedDate)).status).toBe(200)
  })

  test('api 8.4: an empty mask is a full update that clears what is absent', async () => {
    const eventId = await anEvent(sql, siteId)
    const optional = { description: 'd', stageName: 's', tags: ['t'], hidden: true, status: 'CANCELED' }
    const item = await anItem(eventId, { ...optional, timeSlot: { ...slot(), timeZoneId: 'Europe/Berlin' } })
    for (const fields of [undefined, null, '', [], { paths: [] }]) {
      const { body } = await update(eventId, item.id, { name: 'Bare', timeSlot: slot() }, fields)
      expect(body.item).toEqual({
        id: item.id,
        hidden: false,
        name: 'Bare',
        timeSlot: { ...slot(), timeZoneId: 'Etc/UTC' },
        tags: [],
        status: 'SCHEDULED',
        createdDate: item.createdDate,
        updatedDate: now().toISOString(),
        eventId,
        draft: true,
      })
    }
  })

  test.each([
    [
      'an empty update',
      undefined,
      undefined,
      ['item.name REQUIRED_FIELD', 'item.timeSlot.start REQUIRED_FIELD', 'item.timeSlot.end REQUIRED_FIELD'],
    ],
    ['an unknown path', { name: 'x' }, 'item.color', ['fields FIELD_NOT_ALLOWED']],
    ['a read-only path', { id: newGuid() }, 'item.id', ['fields FIELD_NOT_ALLOWED']],
    ['a mask of a wrong type', { name: 'x' }, 7, ['fields FORMAT']],
    [
      'an end before the stored start',
      { timeSlot: slot('08:00', '09:00') },
      'item.timeSlot.end',
      ['item.timeSlot.end VALIDATION'],
    ],
    ['a bad member that the mask leaves out', { tags: [1] }, 'item.name', ['item.tags[0] VALIDATION']],
  ])('%s is refused and changes nothing', async (_, given, fields, expected) => {
    const eventId = await anEvent(sql, siteId)
    const item = await anItem(eventId)
    expect(fieldsOf(await update(eventId, item.id, given, fields))).toEqual([400, ...expected])
    expect([await draftOf(eventId), await historyOf(eventId)]).toEqual([[item], ['1 item_added']])
  })

  test('an item that the draft of this event does not have is 404', async () => {
    const [eventId, otherId] = [await anEvent(sql, siteId), await anEvent(sql, siteId)]
    const item = await anItem(eventId)
    await publish(eventId)
    const change = { name: 'x' }
    expect(codeOf(await update(otherId, item.id, change, 'item.name'))).toEqual([404, 'SCHEDULE_ITEM_NOT_FOUND'])
    expect(codeOf(await update(eventId, newGuid(), change, 'item.name'))).toEqual([404, 'SCHEDULE_ITEM_NOT_FOUND'])
    await remove(eventId, item.id)
    expect(codeOf(await update(eventId, item.id, change, 'item.name'))).toEqual([404, 'SCHEDULE_ITEM_NOT_FOUND'])
    expect(await publishedOf(eventId)).toMatchObject([{ name: 'Talk' }])
  })
})

describe('delete', () => {
  test('events 6.5.5: unknown ids and those of another event are ignored', async () => {
    const [eventId, otherId] = [await anEvent(sql, siteId), await anEvent(sql, siteId)]
    const [a, b, elsewhere] = [await anItem(eventId), await anItem(eventId), await anItem(otherId)]
    expect(await remove(eventId, a.id.toUpperCase(), newGuid(), elsewhere.id)).toMatchObject({ status: 200, body: {} })
    expect([await draftOf(eventId), await draftOf(otherId)]).toEqual([[b], [elsewhere]])
    await remove(eventId, a.id)
    expect(await historyOf(eventId)).toEqual(['1 item_added', '2 item_added', '3 items_deleted'])
  })

  test('events 6.5.5: 1 to 100 ids', async () => {
    const eventId = await anEvent(sql, siteId)
    expect(fieldsOf(await remove(eventId))).toEqual([400, 'itemIds REQUIRED_FIELD'])
    expect(fieldsOf(await remove(eventId, ...Array.from({ length: 101 }, newGuid)))).toEqual([400, 'itemIds MAX_SIZE'])
    expect((await remove(eventId, ...Array.from({ length: 100 }, newGuid))).status).toBe(200)
    expect(fieldsOf(await remove('undefined', 'x'))).toEqual([400, 'eventId FORMAT', 'itemIds[0] FORMAT'])
  })
})

describe('reschedule', () => {
  test.each([
    ['3600s', '11:00:00.000', '12:00:00.000'],
    ['-1800.5s', '09:29:59.500', '10:29:59.500'],
    ['-1800.-500000000s', '09:29:59.500', '10:29:59.500'],
    [undefined, '10:00:00.000', '11:00:00.000'],
    [null, '10:00:00.000', '11:00:00.000'],
  ])(
    'events 6.5.6: an offset of %s moves both ends of all draft items and sets their zone',
    async (timeSlotOffset, start, end) => {
      const eventId = await anEvent(sql, siteId)
      await anItem(eventId, { name: 'a', timeSlot: { ...slot(), timeZoneId: 'Europe/Berlin' } })
      await publish(eventId)
      await anItem(eventId, { name: 'b' })
      const answer = await reschedule({ eventId, timeZoneId: 'Asia/Tokyo', timeSlotOffset })
      expect(answer).toMatchObject({ status: 200, body: {} })
      const timeSlot = { start: `2030-06-01T${start}Z`, end: `2030-06-01T${end}Z`, timeZoneId: 'Asia/Tokyo' }
      expect(await draftOf(eventId)).toMatchObject([{ timeSlot }, { timeSlot }])
      expect(await publishedOf(eventId)).toMatchObject([{ timeSlot: { ...slot(), timeZoneId: 'Europe/Berlin' } }])
      expect((await historyOf(eventId)).at(-1)).toBe('4 rescheduled')
    },
  )

  test('an empty draft is rescheduled to nothing', async () => {
    const eventId = await anEvent(sql, siteId)
    expect((await reschedule({ eventId, timeZoneId: 'UTC', timeSlotOffset: '999999999999s' })).status).toBe(200)
    expect(await historyOf(eventId)).toEqual([])
  })

  test.each([
    ['no zone', {}, ['timeZoneId REQUIRED_FIELD']],
    ['a zone that is none', { timeZoneId: 'Moon' }, ['timeZoneId FORMAT']],
    ['a long zone', { timeZoneId: 'x'.repeat(101) }, ['timeZoneId MAX_LENGTH']],
    ['no duration', { timeZoneId: 'UTC', timeSlotOffset: '1h' }, ['timeSlotOffset FORMAT']],
    ['a number', { timeZoneId: 'UTC', timeSlotOffset: 60 }, ['timeSlotOffset VALIDATION']],
    ['a way out of the calendar', { timeZoneId: 'UTC', timeSlotOffset: '300000000000s' }, ['timeSlotOffset MAX']],
    ['a way out of it backwards', { timeZoneId: 'UTC', timeSlotOffset: '-300000000000s' }, ['timeSlotOffset MAX']],
  ])('%s is refused and moves nothing', async (_, body, expected) => {
    const eventId = await anEvent(sql, siteId)
    const item = await anItem(eventId)
    expect(fieldsOf(await reschedule({ eventId, ...body }))).toEqual([400, ...expected])
    expect([await draftOf(eventId), await historyOf(eventId)]).toEqual([[item], ['1 item_added']])
  })
})

describe('get', () => {
  test('events 6.5.14: the published item, and with includeDraft its draft', async () => {
    const eventId = await anEvent(sql, siteId)
    const draft = await anItem(eventId)
    const url = `${SCHEDULE}/${draft.id}`
    expect(codeOf(await admin('GET', url))).toEqual([404, 'SCHEDULE_ITEM_NOT_FOUND'])
    expect((await admin('GET', `${url}?includeDraft=true&eventId=${eventId}`)).body).toEqual({ draft })
    await publish(eventId)
    const item = { ...draft, draft: false }
    expect((await admin('GET', `${url}?itemId=${draft.id}`)).body).toEqual({ item })
    expect((await admin('GET', `${url}?includeDraft=true`)).body).toEqual({ item, draft })
    await remove(eventId, draft.id)
    expect((await admin('GET', `${url}?includeDraft=true`)).body).toEqual({ item })
    expect(codeOf(await admin('GET', `${url}?eventId=${newGuid()}`))).toEqual([404, 'SCHEDULE_ITEM_NOT_FOUND'])
  })

  test('api 13.1: "undefined" is no item id', async () => {
    expect(fieldsOf(await admin('GET', `${SCHEDULE}/undefined`))).toEqual([400, 'itemId FORMAT'])
  })
})

describe('list', () => {
  const aProgram = async () => {
    const eventId = await anEvent(sql, siteId)
    await anItem(eventId, { name: 'late', timeSlot: slot('12:00', '13:00'), stageName: 'Main', tags: ['jazz', 'new'] })
    await anItem(eventId, { name: 'long', timeSlot: slot('10:00', '12:00'), stageName: 'Main', tags: ['jazz'] })
    await anItem(eventId, { name: 'short', timeSlot: slot('10:00', '11:00'), stageName: 'Side' })
    const hidden = await anItem(eventId, {
      name: 'hidden',
      timeSlot: slot('08:00', '09:00'),
      hidden: true,
      tags: ['x'],
    })
    await publish(eventId)
    await anItem(eventId, { name: 'planned', timeSlot: slot('07:00', '08:00') })
    return { eventId, hidden }
  }

  test('events 6.5.8 and 6.5.10: published and visible by default, by start and then end', async () => {
    const { eventId } = await aProgram()
    const named = async (states: string) => namesOf(await list(`eventId=${eventId}${states}`))
    expect(await named('')).toEqual(['short', 'long', 'late'])
    expect(await named('&state=HIDDEN')).toEqual(['hidden'])
    expect(await named('&state=DRAFT')).toEqual(['planned', 'short', 'long', 'late'])
    expect(await named('&state=DRAFT&state=HIDDEN')).toEqual(['hidden'])
    expect(await named('&state=PUBLISHED&state=VISIBLE&state=HIDDEN')).toEqual(['hidden', 'short', 'long', 'late'])
    expect(await named('&state=DRAFT&state=PUBLISHED&state=HIDDEN')).toEqual(['hidden', 'hidden'])
  })

  test('events 6.5.7: every filter', async () => {
    const { eventId, hidden } = await aProgram()
    const named = async (filter: string) => namesOf(await list(`eventId=${eventId}&${filter}`))
    expect(await named('tag=new&tag=x')).toEqual(['late'])
    expect(await named('stageName=Side&stageName=Else')).toEqual(['short'])
    expect(await named(`itemId=${hidden.id}&state=HIDDEN&state=VISIBLE`)).toEqual(['hidden'])
    expect(await named('startingFrom=2030-06-01T12:00:00.000Z')).toEqual(['late'])
    expect(await named('startingBefore=2030-06-01T12:00:00.000Z')).toEqual(['short', 'long'])
    expect(await named('startingFrom=2030-06-01T12:00:00%2B02:00&startingBefore=2030-06-01T10:00:00Z')).toEqual([])
    const other = await aProgram()
    const both = await list(`eventId=${eventId}&eventId=${other.eventId}`)
    expect(both.body.total).toBe(6)
  })

  test('events 6.5.9: offset paging with totals, old and new', async () => {
    const { eventId } = await aProgram()
    const { body } = await list(`eventId=${eventId}&paging.limit=1&paging.offset=1`)
    expect(body).toMatchObject({
      items: [{ name: 'long' }],
      facets: {},
      draftNotPublished: true,
      pagingMetadata: { count: 1, offset: 1, total: 3, tooManyToCount: false },
      total: 3,
      limit: 1,
      offset: 1,
    })
    expect(namesOf(await list(`eventId=${eventId}&limit=1&offset=2`))).toEqual(['late'])
    expect((await list(`eventId=${eventId}&limit=0`)).body).toMatchObject({ items: [], total: 3, limit: 0 })
    expect((await list('')).body).toMatchObject({ limit: 100, offset: 0, draftNotPublished: true })
  })

  test('events 6.5.15: facets count all pages by stage and tag', async () => {
    const { eventId } = await aProgram()
    const { body } = await list(`eventId=${eventId}&facet=stageName&facet=tags&facet=tag&paging.limit=1`)
    const tags = { counts: { jazz: 2, new: 1 } }
    expect(body.facets).toEqual({ stageName: { counts: { Main: 2, Side: 1 } }, tags, tag: tags })
  })

  test('what cannot be asked is refused by field', async () => {
    const many = (name: string, count: number) => Array.from({ length: count }, () => `${name}=${newGuid()}`).join('&')
    expect(fieldsOf(await list('eventId=x&state=LOUD&startingFrom=soon&facet=color'))).toEqual([
      400,
      'eventId[0] FORMAT',
      'startingFrom FORMAT',
      'state[0] INVALID_ENUM_VALUE',
      'facet[0] INVALID_ENUM_VALUE',
    ])
    expect(fieldsOf(await list('paging.limit=1001&limit=101&offset=1001'))).toEqual([
      400,
      'paging.limit MAX',
      'limit MAX',
      'offset MAX',
    ])
    expect(fieldsOf(await list(many('eventId', 101)))).toEqual([400, 'eventId MAX_SIZE'])
    expect(fieldsOf(await list(many('itemId', 101)))).toEqual([400, 'itemId MAX_SIZE'])
    expect(fieldsOf(await list('tag=x&'.repeat(51)))).toEqual([400, 'tag MAX_SIZE'])
    expect(fieldsOf(await list('stageName=x&'.repeat(51)))).toEqual([400, 'stageName MAX_SIZE'])
    expect(fieldsOf(await list('facet=tags&'.repeat(21)))).toEqual([400, 'facet MAX_SIZE'])
  })
})

describe('query', () => {
  test('events 6.5.11 and 6.5.12: published items by start and end, filtered, paged by cursor', async () => {
    const eventId = await anEvent(sql, siteId)
    await anItem(eventId, { name: 'b', timeSlot: slot('12:00', '13:00'), stageName: 'Main', hidden: true })
    const a = await anItem(eventId, { name: 'a', description: 'd' })
    await publish(eventId)
    await anItem(eventId, { name: 'planned' })
    const before = new Date(now().getTime() - 1).toISOString()
    expect(namesOf(await query({ eventId }))).toEqual(['a', 'b'])
    for (const filter of [
      { id: a.id },
      { eventId, name: { $lt: 'b' } },
      { eventId, description: { $gte: 'd' } },
      { eventId, stageName: { $ne: 'Main' } },
      { eventId, createdDate: { $gt: before }, updatedDate: { $gte: before }, name: 'a' },
      { $and: [{ eventId }, { stageName: null }] },
      { eventId, 'timeSlot.start': { $lt: slot('12:00').start } },
    ])
      expect(namesOf(await query(filter)), JSON.stringify(filter)).toEqual(['a'])
    const page = await query({ eventId }, { cursorPaging: { limit: 1 }, sort: [{ fieldName: 'name', order: 'DESC' }] })
    expect(namesOf(page)).toEqual(['b'])
    const { cursors } = page.body.pagingMetadata
    const next = await admin('POST', `${SCHEDULE}/query`, {
      query: { cursorPaging: { cursor: cursors.next, limit: 1 } },
    })
    expect([namesOf(next), next.body.pagingMetadata.cursors.next]).toEqual([['a'], undefined])
  })

  test('events 6.5.13: what cannot be asked is refused', async () => {
    for (const filter of [
      { draft: true },
      { name: { $in: ['a'] } },
      { createdDate: 'soon' },
      { updatedDate: '0000-01-01' },
    ])
      expect(codeOf(await query(filter))).toEqual([400, 'FILTER_PARSER_ERROR'])
    expect(fieldsOf(await query({}, { paging: { limit: 101 } }))).toEqual([400, 'query.paging.limit MAX'])
    expect(fieldsOf(await query({}, { sort: [{ fieldName: 'tags' }] }))).toEqual([
      400,
      'query.sort[0].fieldName VALIDATION',
    ])
  })
})

describe('who asks', () => {
  test('events 6.5.16: a visitor gets published, visible items of published events, whatever it asks for', async () => {
    const guest = await visitor()
    const [eventId, unpublished] = [await anEvent(sql, siteId), await anEvent(sql, siteId, { publishedAt: null })]
    const open = await anItem(eventId, { name: 'open', tags: ['t'] })
    const hidden = await anItem(eventId, { name: 'hidden', hidden: true, tags: ['t'] })
    const early = await anItem(unpublished, { name: 'early', tags: ['t'] })
    await publish(eventId)
    await publish(unpublished)
    const planned = await anItem(eventId, { name: 'planned', tags: ['t'] })
    const item = { ...open, draft: false }

    const events = `eventId=${eventId}&eventId=${unpublished}`
    for (const states of ['', '&state=DRAFT', '&state=HIDDEN&state=DRAFT&state=PUBLISHED']) {
      const { body } = await guest('GET', `${SCHEDULE}?${events}${states}&facet=tags`)
      expect(body).toMatchObject({ items: [item], total: 1, facets: { tags: { counts: { t: 1 } } } })
      expect(body).not.toHaveProperty('draftNotPublished')
    }
    const asked = await guest('POST', `${SCHEDULE}/query`, {})
    expect(asked.body.items.every(({ hidden, draft }: { hidden: boolean; draft: boolean }) => !hidden && !draft)).toBe(
      true,
    )
    const filter = { $or: [{ eventId }, { eventId: unpublished }] }
    expect((await guest('POST', `${SCHEDULE}/query`, { query: { filter } })).body.items).toEqual([item])
    expect((await guest('GET', `${SCHEDULE}/${open.id}?includeDraft=true`)).body).toEqual({ item })
    for (const { id } of [hidden, early, planned])
      expect(codeOf(await guest('GET', `${SCHEDULE}/${id}?includeDraft=true`))).toEqual([
        404,
        'SCHEDULE_ITEM_NOT_FOUND',
      ])
    expect((await admin('GET', `${SCHEDULE}/${hidden.id}`)).body.item.hidden).toBe(true)
  })

  test('R22: a visitor changes nothing, and nobody is let in without credentials', async () => {
    const eventId = await anEvent(sql, siteId)
    const item = await anItem(eventId)
    const attempts = [
      ['POST', `${SCHEDULE}/draft`, { eventId, item: { name: 'x', timeSlot: slot() } }],
      ['PATCH', `${SCHEDULE}/draft/${item.id}`, { eventId, item: { name: 'x' }, fields: 'item.name' }],
      ['DELETE', `${SCHEDULE}/draft/items?eventId=${eventId}&itemIds=${item.id}`, undefined],
      ['POST', `${SCHEDULE}/draft/reschedule`, { eventId, timeZoneId: 'UTC' }],
      ['POST', `${SCHEDULE}/publish`, { eventId }],
      ['DELETE', `${SCHEDULE}/draft?eventId=${eventId}`, undefined],
    ] as const
    const guest = await visitor()
    for (const [method, url, body] of attempts) {
      expect(codeOf(await guest(method, url, body))).toEqual([403, 'PERMISSION_DENIED'])
      expect(codeOf(await anonymous(method, url, body))).toEqual([401, 'UNAUTHENTICATED'])
    }
    expect([await draftOf(eventId), await historyOf(eventId)]).toEqual([[item], ['1 item_added']])
  })

  test('an unknown event, or one of another site, is 404 for every change', async () => {
    const other = await otherSite()
    const foreign = await anEvent(sql, other.siteId)
    const theirs = (
      await other.admin('POST', `${SCHEDULE}/draft`, { eventId: foreign, item: { name: 'x', timeSlot: slot() } })
    ).body.item
    await other.admin('POST', `${SCHEDULE}/publish`, { eventId: foreign })
    for (const eventId of [newGuid(), foreign]) {
      const answers = [
        await add(eventId, { name: 'x', timeSlot: slot() }),
        await update(eventId, theirs.id, { name: 'x' }, 'item.name'),
        await remove(eventId, theirs.id),
        await reschedule({ eventId, timeZoneId: 'UTC', timeSlotOffset: '1s' }),
        await publish(eventId),
        await discard(eventId),
      ]
      for (const answer of answers) expect(codeOf(answer)).toEqual([404, 'EVENT_NOT_FOUND'])
      expect((await list(`eventId=${eventId}`)).body.items).toEqual([])
      expect((await query({ eventId })).body.items).toEqual([])
    }
    expect(codeOf(await admin('GET', `${SCHEDULE}/${theirs.id}?includeDraft=true`))).toEqual([
      404,
      'SCHEDULE_ITEM_NOT_FOUND',
    ])
    const kept = await other.admin('GET', `${SCHEDULE}/${theirs.id}?includeDraft=true`)
    expect(kept.body).toEqual({ item: { ...theirs, draft: false }, draft: theirs })
  })

  test('R1: every published path answers alike', async () => {
    const eventId = await anEvent(sql, siteId)
    const item = await anItem(eventId)
    const paths = publishedPaths(`${SCHEDULE}/${item.id}`)
    expect(paths).toContain(`/_api/wix-events-schedule/v1/schedule/${item.id}`)
    for (const path of paths) expect((await admin('GET', `${path}?includeDraft=true`)).body).toEqual({ draft: item })
  })
})
