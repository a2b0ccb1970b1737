import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'

const { admin, visitor, anonymous, otherSite, sql, siteId, setNow, now } = await testApp()

const V3 = '/events/v3/events'
const FIELDS = ['DETAILS', 'TEXTS', 'REGISTRATION', 'FORM', 'SEO_SETTINGS', 'AGENDA', 'DASHBOARD']

const clone = (eventId: string, body?: object) => admin('POST', `${V3}/${eventId}/clone`, body)
const cloned = async (eventId: string, body: object = {}) =>
  (await must(admin, 'POST', `${V3}/${eventId}/clone`, { fields: FIELDS, ...body })).body.event
const anEvent = async (event: object = {}, more: object = {}) => {
  const { body } = await must(admin, 'POST', V3, {
    event: {
      title: 'A concert',
      location: { name: 'The hall', type: 'VENUE' },
      dateAndTimeSettings: dates('2030-06-01T18:00:00.000Z', '2030-06-01T22:00:00.000Z'),
      registration: { initialType: 'TICKETING' },
      ...event,
    },
    fields: FIELDS,
    ...more,
  })
  return body.event
}
const dates = (startDate: string, endDate: string, timeZoneId = 'Europe/Berlin') => ({ startDate, endDate, timeZoneId })
const startAndEnd = ({ dateAndTimeSettings: { startDate, endDate } }: Dated) => [startDate, endDate]
type Dated = { dateAndTimeSettings: { startDate: string; endDate: string } }
const definitionsOf = async (eventId: string) =>
  (
    await must(admin, 'POST', '/events/v3/ticket-definitions/query', {
      query: { filter: { eventId }, sort: [{ fieldName: 'sortIndex' }] },
      fields: ['SALES_DETAILS'],
    })
  ).body.ticketDefinitions

describe('clone an event', () => {
  test('events 1.13.1, 1.13.3, 1.13.4, 1.13.8: its content two weeks later, under a title and a slug of its own', async () => {
    const original = await anEvent({
      shortDescription: 'With a choir',
      description: { nodes: [{ type: 'PARAGRAPH' }] },
      registration: { initialType: 'TICKETING', tickets: { ticketLimitPerOrder: 7, guestsAssignedSeparately: true } },
      agendaSettings: { enabled: true },
    })
    setNow('2030-05-02T08:00:00.000Z')
    const copy = await cloned(original.id)
    const { id, slug, title, createdDate, updatedDate, publishedDate, dateAndTimeSettings, agendaSettings, ...same } =
      copy
    expect(id).not.toBe(original.id)
    expect([title, slug]).toEqual([`${original.title} (1)`, `${original.slug}-1`])
    expect([createdDate, updatedDate, publishedDate]).toEqual(Array(3).fill(now().toISOString()))
    expect(startAndEnd({ dateAndTimeSettings })).toEqual(['2030-06-15T18:00:00.000Z', '2030-06-15T22:00:00.000Z'])
    expect(agendaSettings.enabled).toBe(true)
    for (const member of ['location', 'shortDescription', 'description', 'registration', 'form', 'status'])
      expect([member, same[member]]).toEqual([member, original[member]])
  })

  test('events 1.13.3: the time of day stays across a change of the clocks, and so does the length', async () => {
    const { id } = await anEvent({
      dateAndTimeSettings: dates('2030-10-19T18:00:00.000Z', '2030-10-19T22:00:00.000Z'), // 20:00 in summer
    })
    expect(startAndEnd(await cloned(id))).toEqual(['2030-11-02T19:00:00.000Z', '2030-11-02T23:00:00.000Z'])
    // 02:30 is left out on 31 March 2030: what would be then is an hour later.
    const early = await anEvent({
      dateAndTimeSettings: dates('2030-03-17T01:30:00.000Z', '2030-03-17T02:30:00.000Z'),
    })
    expect(startAndEnd(await cloned(early.id))).toEqual(['2030-03-31T01:30:00.000Z', '2030-03-31T02:30:00.000Z'])
  })

  test('events 1.13.3: what is to be decided stays so', async () => {
    const { id } = await anEvent({ dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' } })
    expect((await cloned(id)).dateAndTimeSettings).toMatchObject({
      dateAndTimeTbd: true,
      dateAndTimeTbdMessage: 'Soon',
    })
  })

  test('events 1.13.4: numbers go on, and long titles are cropped to 120 characters', async () => {
    const title = 'On the numbers of clones'
    const { id } = await anEvent({ title })
    const titles = [await cloned(id), await cloned(id), await cloned(id)].map(event => event.title)
    expect(titles).toEqual([`${title} (1)`, `${title} (2)`, `${title} (3)`])
    const long = await anEvent({ title: 'x'.repeat(120) })
    const cropped = [await cloned(long.id), await cloned(long.id)].map(event => event.title)
    expect(cropped).toEqual([`${'x'.repeat(113)}... (1)`, `${'x'.repeat(113)}... (2)`])
    // A pair of code units is not cut in two.
    const smile = await anEvent({ title: `${'x'.repeat(112)}😀${'y'.repeat(6)}` })
    expect((await cloned(smile.id)).title).toBe(`${'x'.repeat(112)}... (1)`)
  })

  test('events 1.13.5: what the request says overrides what was copied', async () => {
    const original = await anEvent()
    const copy = await cloned(original.id, {
      event: {
        title: original.title,
        location: { name: 'The other hall', type: 'VENUE' },
        dateAndTimeSettings: dates('2031-01-01T18:00:00Z', '2031-01-01T19:00:00Z'),
        seoSettings: { slug: 'the-second-night' },
      },
    })
    expect(copy).toMatchObject({
      title: original.title,
      slug: 'the-second-night',
      location: { name: 'The other hall' },
    })
    expect(startAndEnd(copy)).toEqual(['2031-01-01T18:00:00.000Z', '2031-01-01T19:00:00.000Z'])
  })

  test('events 1.13.6: a draft when asked for, else published, but for the clone of a draft', async () => {
    const { id } = await anEvent()
    const draft = await anEvent({}, { draft: true })
    const statuses = [
      await cloned(id),
      await cloned(id, { draft: true }),
      await cloned(draft.id),
      await cloned(draft.id, { draft: false }),
    ].map(event => event.status)
    expect(statuses).toEqual(['UPCOMING', 'DRAFT', 'DRAFT', 'UPCOMING'])
  })

  test('events 1.13.1, 1.13.2: definitions are copied with new ids, their sale moves along, and nothing is sold', async () => {
    const { eventId, definitionId } = await aSale({ admin }, { definition: { ...FREE, initialLimit: 5 } })
    const options = [{ name: 'Adult', price: { value: '12.00', currency: 'EUR' } }]
    await aDefinition({ admin }, eventId, {
      name: 'Balcony',
      hidden: true,
      pricingMethod: { pricingOptions: { optionDetails: options } },
      salePeriod: { startDate: '2030-05-01T08:00:00Z', endDate: '2030-05-20T08:00:00Z', displayNotOnSale: true },
    })
    const gone = await aDefinition({ admin }, eventId, { name: 'Gone' })
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${gone.id}`)
    const held = (await reserveTickets(admin, definitionId, 2)).body.ticketReservation.id
    await checkOut(admin, { eventId, reservationId: held })

    const copy = await cloned(eventId)
    const [before, after] = [await definitionsOf(eventId), await definitionsOf(copy.id)]
    const unlike = [
      'id',
      'eventId',
      'createdDate',
      'updatedDate',
      'salesDetails',
      'salePeriod',
      'saleStatus',
      'limitPerCheckout',
    ]
    const alike = (definition: object) =>
      Object.fromEntries(Object.entries(definition).filter(([name]) => !unlike.includes(name)))
    expect(after.map(alike)).toEqual(before.map(alike))
    expect(after[1].salePeriod).toEqual({
      startDate: '2030-05-15T08:00:00.000Z',
      endDate: '2030-06-03T08:00:00.000Z',
      displayNotOnSale: true,
    })
    expect(after[0].salesDetails).toEqual({ unsoldCount: 5, soldCount: 0, reservedCount: 0, soldOut: false })
    expect(copy.summaries.tickets).toMatchObject({ ticketsSold: 0, totalOrders: 0, currencyLocked: false })

    // The copies are sold by themselves.
    expect((await reserveTickets(admin, after[0].id, 5)).status).toBe(200)
    expect((await definitionsOf(eventId))[0].salesDetails).toMatchObject({ soldCount: 2, reservedCount: 0 })
  })

  test('events 1.13.1, 3.2: the window for answers moves along, unless the request says otherwise', async () => {
    const { id } = await anEvent({
      registration: {
        initialType: 'RSVP',
        rsvp: { limit: 9, startDate: '2030-05-02T08:00:00Z', endDate: '2030-05-30T08:00:00Z' },
      },
    })
    expect((await cloned(id)).registration.rsvp).toMatchObject({
      limit: 9,
      startDate: '2030-05-16T08:00:00.000Z',
      endDate: '2030-06-13T08:00:00.000Z',
    })
    const rsvp = { startDate: '2030-05-03T08:00:00.000Z' }
    expect((await cloned(id, { event: { registration: { rsvp } } })).registration.rsvp).toMatchObject({
      ...rsvp,
      endDate: '2030-06-13T08:00:00.000Z',
    })
  })

  test('events 1.13.7: one fact says where it comes from, and which definition became which', async () => {
    const { eventId, definitionId } = await aSale({ admin })
    const copy = await cloned(eventId)
    const [definition] = await definitionsOf(copy.id)
    const facts = await sql`
      select sequence, kind, data from activities where site_id = ${siteId} and entity_id = ${copy.id}`
    expect([...facts]).toEqual([
      {
        sequence: 1,
        kind: 'event.cloned',
        data: {
          draft: false,
          derivedFromEventId: eventId,
          ticketDefinitions: { [definitionId]: definition.id },
        },
      },
    ])
  })

  test('events 1.13.9: a canceled event and one that has ended can be cloned', async () => {
    const canceled = await anEvent()
    await must(admin, 'POST', `${V3}/${canceled.id}/cancel`, {})
    const ended = await anEvent({
      dateAndTimeSettings: dates('2030-04-25T18:00:00.000Z', '2030-04-25T22:00:00.000Z'),
    })
    const copies = [await cloned(canceled.id), await cloned(ended.id)]
    expect(copies.map(({ status }) => status)).toEqual(['UPCOMING', 'UPCOMING'])
    expect(copies[0].summaries).not.toHaveProperty('cancellation')
  })

  test('events 1.16: what is wrong is named, and nothing is made', async () => {
    const { id, slug } = await anEvent()
    const events = async () => (await sql`select count(*) as count from events`)[0]?.count
    const before = await events()
    const refused = await Promise.all([
      clone(newGuid()),
      (await otherSite()).admin('POST', `${V3}/${id}/clone`),
      clone('x'),
      clone(id, { event: { title: '' } }),
      clone(id, { event: { title: 'x'.repeat(121) } }),
      clone(id, { event: { registration: { initialType: 'RSVP' } } }),
      clone(id, { event: { dateAndTimeSettings: dates('2031-01-02T18:00:00Z', '2031-01-01T19:00:00Z') } }),
      clone(id, { event: { dateAndTimeSettings: { startDate: '2031-01-02T18:00:00Z' } } }),
      clone(id, { event: { seoSettings: { slug } } }),
      clone(id, { draft: 'yes' }),
      (await visitor())('POST', `${V3}/${id}/clone`),
      anonymous('POST', `${V3}/${id}/clone`),
    ])
    expect(refused.map(refusalOf)).toEqual([
      [404, 'EVENT_NOT_FOUND'],
      [404, 'EVENT_NOT_FOUND'],
      [400, ['eventId']],
      [400, ['event.title']],
      [400, ['event.title']],
      [400, ['event.registration.initialType']],
      [400, ['event.dateAndTimeSettings.endDate']],
      [400, ['event.dateAndTimeSettings.endDate']],
      [428, 'SLUG_ALREADY_IN_USE'],
      [400, ['draft']],
      [403, 'PERMISSION_DENIED'],
      [401, 'UNAUTHENTICATED'],
    ])
    expect(await events()).toBe(before)
  })
})
