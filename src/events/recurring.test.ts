import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aDefinition, must } from '../../test/support/sale.ts'

const { sql, siteId, admin, visitor, setNow } = await testApp()

const V3 = '/events/v3/events'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const berlin = (day: string, from = '18:00', to = '20:00') => ({
  startDate: `2030-${day}T${from}:00.000Z`,
  endDate: `2030-${day}T${to}:00.000Z`,
  timeZoneId: 'Europe/Berlin',
})
type Dates = ReturnType<typeof berlin>

const wanted = (title: string, [first, ...rest]: Dates[], more: object = {}) => ({
  event: {
    title,
    location: { name: 'The hall', type: 'VENUE' },
    dateAndTimeSettings: { ...first, recurringEvents: { individualEventDates: [first, ...rest] } },
    registration: { initialType: 'TICKETING', tickets: { ticketLimitPerOrder: 7 } },
  },
  ...more,
})
const create = async (...request: Parameters<typeof wanted>) =>
  (await must(admin, 'POST', V3, wanted(...request))).body.event
const categoryOf = (event: { dateAndTimeSettings: { recurringEvents: { categoryId?: string } } }) =>
  event.dateAndTimeSettings.recurringEvents.categoryId
type Shown = {
  id: string
  slug: string
  status: string
  dateAndTimeSettings: { startDate: string; recurrenceStatus: string; recurringEvents: { categoryId?: string } }
}
async function seriesOf(categoryId: string | undefined, caller = admin): Promise<Shown[]> {
  return (await must(caller, 'GET', `${V3}/category/${categoryId}`)).body.events
}
const statusesOf = async (categoryId: string | undefined, caller = admin) =>
  (await seriesOf(categoryId, caller)).map(({ dateAndTimeSettings }) => dateAndTimeSettings.recurrenceStatus)
const draftsTitled = async (title: string) =>
  (
    await must(admin, 'POST', `${V3}/query`, {
      query: { filter: { title }, paging: { limit: 100 }, sort: [{ fieldName: 'dateAndTimeSettings.startDate' }] },
      includeDrafts: true,
    })
  ).body.events as Shown[]

describe('a recurring event', () => {
  test('events 2.1, 2.2.1, 2.2.5 to 2.2.8, 2.2.10: is an event for each date, held together by a hidden category', async () => {
    const main = await create('Yoga in the park on Sundays, all summer long', [
      berlin('06-01'),
      berlin('06-08'),
      berlin('06-15'),
    ])
    const categoryId = categoryOf(main)
    const series = await seriesOf(categoryId)
    expect(series.map(({ dateAndTimeSettings }) => dateAndTimeSettings.startDate)).toEqual([
      '2030-06-01T18:00:00.000Z',
      '2030-06-08T18:00:00.000Z',
      '2030-06-15T18:00:00.000Z',
    ])
    expect(series[0]?.id).toBe(main.id)
    expect(new Set(series.map(categoryOf))).toEqual(new Set([categoryId]))
    const { body } = await must(admin, 'POST', '/events/v1/categories/query', {
      query: { filter: { id: categoryId } },
      fieldset: ['COUNTS'],
    })
    expect(body.categories).toMatchObject([
      {
        id: categoryId,
        name: 'Yoga in the park on Sundays, a',
        states: ['RECURRING_EVENT', 'HIDDEN'],
        counts: { assignedEventsCount: 3, assignedDraftEventsCount: 0 },
      },
    ])
    expect((await must(admin, 'GET', `/events/v1/categories/${main.id}`)).body.categories).toEqual([])
  })

  test('events 8.5.16: its category can be renamed, and stays as long as there is an occurrence', async () => {
    const main = await create('Held together', [berlin('06-01'), berlin('06-08')])
    const categoryId = categoryOf(main)
    const path = `/events/v1/categories/${categoryId}`
    const renamed = await must(admin, 'PATCH', path, { category: { name: 'Together' } })
    expect(renamed.body.category).toMatchObject({ name: 'Together', states: ['RECURRING_EVENT', 'HIDDEN'] })
    const series = await seriesOf(categoryId)
    for (const { id } of series) {
      expect(await refusedWithoutTrace(sql, () => admin('DELETE', path))).toEqual([428, 'CATEGORY_OF_RECURRING_EVENT'])
      expect(await seriesOf(categoryId)).not.toEqual([])
      await must(admin, 'DELETE', `${V3}/${id}`)
    }
    expect(series).toHaveLength(2)
    expect((await admin('DELETE', path)).status).toBe(200)
  })

  test('events 2.2.11: what is read back names no dates, only the category', async () => {
    const main = await create('Reading', [berlin('06-01'), berlin('06-02')])
    const { body } = await must(admin, 'GET', `${V3}/${main.id}`)
    expect(body.event.dateAndTimeSettings.recurringEvents).toEqual({
      individualEventDates: [],
      categoryId: categoryOf(main),
    })
  })

  test('events 2.2.5, 2.2.18, 2.2.19: dates of its own beside the list are one more; the same date twice is two', async () => {
    const { event } = wanted('Extra', [berlin('06-03')])
    const dates = [berlin('06-01'), berlin('06-01'), berlin('06-01', '19:00', '21:00')]
    const dateAndTimeSettings = { ...event.dateAndTimeSettings, recurringEvents: { individualEventDates: dates } }
    const main = (await must(admin, 'POST', V3, { event: { ...event, dateAndTimeSettings } })).body.event
    const series = await seriesOf(categoryOf(main))
    expect(series).toHaveLength(4)
    expect(series.at(-1)?.id).toBe(main.id)
  })

  test('events 2.2.17, 1.9.5: slugs have the local date and time behind the title, numbered where they are taken', async () => {
    const dates = [berlin('06-01'), berlin('06-08'), berlin('06-08'), berlin('12-01')]
    const slugs = async () =>
      (await seriesOf(categoryOf(await create('Late Show', dates)))).map(({ slug }) => slug).sort()
    expect(await slugs()).toEqual([
      'late-show',
      'late-show-2030-06-08-20-00',
      'late-show-2030-06-08-20-00-2',
      'late-show-2030-12-01-19-00',
    ])
    const again = await slugs()
    expect(new Set(again).size).toBe(4)
    expect(again).toContain('late-show-2030-12-01-19-00-2')
  })

  test('events 2.2.16, 4.5.20: each has a form of its own, and tickets of its own', async () => {
    const main = await create('Forms', [berlin('06-01'), berlin('06-08')])
    const [, other] = await seriesOf(categoryOf(main))
    const form = (id = '') => `/events/v1/events/${id}/form`
    const before = (await must(admin, 'GET', form(other?.id))).body.form
    expect((await must(admin, 'GET', form(main.id))).body.form).toEqual(before)
    await must(admin, 'POST', `${form(main.id)}/control`, { text: { label: 'Diet' } })
    expect((await must(admin, 'GET', form(other?.id))).body.form).toEqual(before)

    await aDefinition({ admin }, main.id)
    const { body } = await must(admin, 'POST', '/events/v3/ticket-definitions/query', {
      query: { filter: { eventId: other?.id } },
    })
    expect(body.ticketDefinitions).toEqual([])
  })

  test('events 2.2.9, 2.2.20: of a draft there is no category; publishing one publishes all, and then there is', async () => {
    const main = await create('Drafts', [berlin('06-01'), berlin('06-08')], { draft: true })
    expect(main.dateAndTimeSettings.recurringEvents).toEqual({ individualEventDates: [] })
    const [, other] = await draftsTitled('Drafts')
    const published = (await must(admin, 'POST', `${V3}/${other?.id}/publish`)).body.event
    expect(published).toMatchObject({ id: other?.id, status: 'UPCOMING' })
    const series = await seriesOf(categoryOf(published))
    expect(series.map(({ id, status }) => [id, status])).toEqual([
      [main.id, 'UPCOMING'],
      [other?.id, 'UPCOMING'],
    ])
    expect(await refusedWithoutTrace(sql, () => admin('POST', `${V3}/${main.id}/publish`))).toEqual([
      428,
      'EVENT_ALREADY_PUBLISHED',
    ])
    const facts = await sql`
      select entity_id, sequence, kind
        from activities
       where site_id = ${siteId}
         and entity_id = any(${series.map(({ id }) => id)})
       order by sequence, kind`
    expect(facts.map(({ sequence, kind }) => `${sequence} ${kind}`)).toEqual([
      '1 event.created',
      '1 event.created',
      '2 event.published',
      '2 event.published',
    ])
  })

  test('events 2.2.13: changing, canceling or deleting one touches no other', async () => {
    const main = await create('Alone', [berlin('06-01'), berlin('06-08'), berlin('06-15'), berlin('06-22')])
    const [, canceled, deleted, last] = await seriesOf(categoryOf(main))
    await must(admin, 'PATCH', `${V3}/${main.id}`, { event: { title: 'Not like the others' } })
    await must(admin, 'POST', `${V3}/${canceled?.id}/cancel`)
    await must(admin, 'DELETE', `${V3}/${deleted?.id}`)
    const left = (await must(admin, 'GET', `${V3}/category/${categoryOf(main)}`)).body.events
    expect(left.map(({ title, status }: { title: string; status: string }) => [title, status])).toEqual([
      ['Not like the others', 'UPCOMING'],
      ['Alone', 'CANCELED'],
      ['Alone', 'UPCOMING'],
    ])
    expect(left.at(-1).id).toBe(last?.id)
  })

  test('events 2.2.1, 2.2.14: a thousand dates are one request, and all of them are gone with another', async () => {
    const dates = Array.from({ length: 1000 }, (_, index) => {
      const start = new Date(Date.UTC(2031, 0, 1 + index, 18))
      const end = new Date(start.getTime() + 7_200_000)
      return { startDate: start.toISOString(), endDate: end.toISOString(), timeZoneId: 'Europe/Berlin' }
    })
    const main = await create('Every evening', dates)
    const { pagingMetadata } = (await must(admin, 'GET', `${V3}/category/${categoryOf(main)}?paging.limit=1`)).body
    expect(pagingMetadata.total).toBe(1000)
    const [forms] = await sql`
      select count(*) as count from registration_forms join events using (site_id, event_id)
       where series_id = ${categoryOf(main) ?? ''}`
    expect(forms).toEqual({ count: 1000 })
  })

  test('events 1.13.10: the clone of an occurrence is an event by itself', async () => {
    const main = await create('Original', [berlin('06-01'), berlin('06-08')])
    const clone = (await must(admin, 'POST', `${V3}/${main.id}/clone`)).body.event
    expect(clone.dateAndTimeSettings).toMatchObject({
      recurrenceStatus: 'ONE_TIME',
      recurringEvents: { individualEventDates: [] },
    })
    expect(categoryOf(clone)).toBeUndefined()
  })
})

describe('where an occurrence stands', () => {
  test('events 2.2.12, 1.6.15: the next one, then the last one, as the clock goes, for organizers and guests alike', async () => {
    const main = await create('By the clock', [berlin('06-01'), berlin('06-08')])
    const id = categoryOf(main)
    const seen = async () => {
      const guest = await visitor() // tokens do not last that long
      const statuses = await statusesOf(id)
      expect(await statusesOf(id, guest)).toEqual(statuses)
      const ofGuest = (await must(guest, 'GET', `${V3}/${main.id}`)).body.event
      expect(ofGuest.dateAndTimeSettings.recurrenceStatus).toBe(statuses[0])
      return statuses
    }
    expect(await seen()).toEqual(['RECURRING_UPCOMING', 'RECURRING'])
    setNow('2030-06-01T18:00:00.000Z') // it has begun: the other one is next
    expect(await seen()).toEqual(['RECURRING', 'RECURRING_UPCOMING'])
    setNow('2030-06-08T19:00:00.000Z') // the last one has begun: the first is the last that ended
    expect(await seen()).toEqual(['RECURRING_RECENTLY_ENDED', 'RECURRING'])
    setNow('2030-06-08T20:00:00.000Z')
    expect(await seen()).toEqual(['RECURRING', 'RECURRING_RECENTLY_ENDED'])
  })

  test('events 2.2.12: canceled ones do not count, until all are', async () => {
    const main = await create('Canceled', [berlin('06-01'), berlin('06-08')])
    const id = categoryOf(main)
    const [, other] = await seriesOf(id)
    await must(admin, 'POST', `${V3}/${main.id}/cancel`)
    expect(await statusesOf(id)).toEqual(['RECURRING', 'RECURRING_UPCOMING'])
    setNow('2030-05-01T13:00:00.000Z')
    await must(admin, 'POST', `${V3}/${other?.id}/cancel`)
    expect(await statusesOf(id)).toEqual(['RECURRING', 'RECURRING_RECENTLY_CANCELED'])
  })
})

describe('what is refused', () => {
  const AT = 'event.dateAndTimeSettings.recurringEvents.individualEventDates'
  const first = berlin('06-01')

  test.each([
    ['no zone', { timeZoneId: undefined }, 'timeZoneId'],
    ['no start', { startDate: undefined }, 'startDate'],
    ['no end', { endDate: null }, 'endDate'],
    ['an unknown zone', { timeZoneId: 'Europe/Atlantis' }, 'timeZoneId'],
    ['a start that is no date', { startDate: '2030-02-30T10:00:00Z' }, 'startDate'],
    ['an end before its start', { endDate: '2030-05-31T10:00:00Z' }, 'endDate'],
  ])('events 2.2.3, 1.6.5: %s, by its place in the list', async (_, more, field) => {
    const body = wanted('Wrong', [first, { ...berlin('06-08'), ...more } as Dates])
    expect(await refusedWithoutTrace(sql, () => admin('POST', V3, body))).toEqual([400, [`${AT}[1].${field}`]])
  })

  test('events 2.2.1: a thousand and one dates', async () => {
    const body = wanted(
      'Many',
      Array.from({ length: 1001 }, () => first),
    )
    expect(await refusedWithoutTrace(sql, () => admin('POST', V3, body))).toEqual([400, [AT]])
  })

  test('events 2.2.4: dates that the event itself does not have, or that are to be decided', async () => {
    const { event } = wanted('None', [first])
    const recurringEvents = { individualEventDates: [first] }
    const without = { ...event, dateAndTimeSettings: { recurringEvents } }
    const open = { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon', recurringEvents }
    const ask = (body: object) => refusedWithoutTrace(sql, () => admin('POST', V3, { event: body }))
    expect((await ask(without))[0]).toBe(400)
    expect(await ask({ ...event, dateAndTimeSettings: open })).toEqual([400, [AT]])
  })

  test('events 2.2.15: dates in an update or a clone; what was read is taken back as it is', async () => {
    const main = await create('Extended', [first, berlin('06-08')])
    const { dateAndTimeSettings } = (await must(admin, 'GET', `${V3}/${main.id}`)).body.event
    await must(admin, 'PATCH', `${V3}/${main.id}`, { event: { dateAndTimeSettings } })
    const more = { ...dateAndTimeSettings, recurringEvents: { individualEventDates: [berlin('06-15')] } }
    for (const [method, path] of [
      ['PATCH', `${V3}/${main.id}`],
      ['POST', `${V3}/${main.id}/clone`],
    ] as const)
      expect(
        await refusedWithoutTrace(sql, () => admin(method, path, { event: { dateAndTimeSettings: more } })),
      ).toEqual([400, [AT]])
  })
})
