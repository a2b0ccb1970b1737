import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { newGuid } from '../ids.ts'

const { admin, siteId, visitor, sql, setNow, otherSite, anonymous } = await testApp()

const V3 = '/events/v3/events'
const NOW = '2030-05-01T12:00:00.000Z'
const DATES = {
  startDate: '2030-06-01T18:00:00.000Z',
  endDate: '2030-06-01T21:00:00.000Z',
  timeZoneId: 'Europe/Berlin',
}
const CONCERT = {
  title: 'Concert',
  location: { name: 'Hall', type: 'VENUE' },
  dateAndTimeSettings: DATES,
  registration: { initialType: 'TICKETING' },
}
const ALL_FIELDS = [
  'DETAILS',
  'TEXTS',
  'REGISTRATION',
  'URLS',
  'FORM',
  'DASHBOARD',
  'FEED',
  'ONLINE_CONFERENCING_SESSION',
  'SEO_SETTINGS',
  'AGENDA',
  'CATEGORIES',
]
const RICH = { nodes: [{ type: 'PARAGRAPH', id: 'a1', nodes: [{ type: 'TEXT', textData: { text: 'Hi', n: 0.5 } }] }] }

const create = (event: object, more: object = {}) => admin('POST', V3, { event: { ...CONCERT, ...event }, ...more })

async function anEvent(event: object = {}, more: object = {}) {
  const { status, body } = await create(event, more)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.event
}

async function read(id: string, fields: string[] = ALL_FIELDS) {
  const { body } = await admin('GET', `${V3}/${id}?${fields.map(field => `fields=${field}`).join('&')}`)
  return body.event
}

const update = (id: string, event: object, fields?: string[]) =>
  admin('PATCH', `${V3}/${id}`, { event: { id, ...event }, fields })

const codeOf = (body: { details: { applicationError?: { code: string } } }) => body.details.applicationError?.code

function fieldsOf(body: { details: { validationError?: { fieldViolations: { field: string }[] } } }) {
  return body.details.validationError?.fieldViolations.map(({ field }) => field)
}

async function activitiesOf(eventId: string) {
  const rows = await sql`
    select sequence, kind
      from activities
     where site_id = ${siteId}
       and entity_kind = 'event'
       and entity_id = ${eventId}
     order by sequence`
  return rows.map(({ sequence, kind }) => `${sequence} ${kind}`)
}

async function countAll() {
  const [row] = await sql<{ events: number; forms: number }[]>`
    select (select count(*) from events)::integer as events,
           (select count(*) from registration_forms)::integer as forms`
  return row
}

describe('create', () => {
  test('events 1.7.3, 1.15.1: an event is published at once, and answered with the members that are always there', async () => {
    const event = await anEvent({ title: 'At once' })
    expect(event).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      title: 'At once',
      slug: 'at-once',
      location: { name: 'Hall', type: 'VENUE', locationTbd: false },
      dateAndTimeSettings: {
        dateAndTimeTbd: false,
        ...DATES,
        hideEndDate: false,
        showTimeZone: false,
        recurrenceStatus: 'ONE_TIME',
        recurringEvents: { individualEventDates: [] },
        formatted: {
          dateAndTime: 'June 1, 2030, 8:00 – 11:00 PM',
          startDate: 'June 1, 2030',
          startTime: '8:00 PM',
          endDate: 'June 1, 2030',
          endTime: '11:00 PM',
        },
      },
      status: 'UPCOMING',
      createdDate: NOW,
      updatedDate: NOW,
      publishedDate: NOW,
      instanceId: siteId,
      guestListSettings: { displayedPublicly: false },
      eventDisplaySettings: { hideEventDetailsButton: false, hideEventDetailsPage: false },
    })
    expect(await activitiesOf(event.id)).toEqual(['1 event.created'])
  })

  test('events 1.7.3: with draft it waits to be published', async () => {
    const event = await anEvent({}, { draft: true })
    expect([event.status, event.publishedDate]).toEqual(['DRAFT', undefined])
  })

  test('events 1.7.4, 1.7.10, 3.1.5, 3.3: a new event has its form and the defaults', async () => {
    const event = await anEvent({}, { fields: ['REGISTRATION', 'FORM'] })
    expect(event.registration).toEqual({
      type: 'TICKETING',
      status: 'CLOSED_AUTOMATICALLY',
      initialType: 'TICKETING',
      allowedGuestTypes: 'VISITOR_OR_MEMBER',
      registrationPaused: false,
      registrationDisabled: false,
      tickets: {
        guestsAssignedSeparately: false,
        ticketLimitPerOrder: 20,
        currency: 'EUR',
        soldOut: false,
        reservationDurationInMinutes: 20,
      },
    })
    expect(event.form.controls.map(({ id }: { id: string }) => id)).toEqual(['name', 'email'])
    const rsvp = await anEvent({ registration: { initialType: 'RSVP' } }, { fields: ['REGISTRATION'] })
    expect(rsvp.registration).toMatchObject({
      type: 'RSVP',
      status: 'OPEN_RSVP',
      rsvp: { responseType: 'YES_ONLY', waitlistEnabled: false },
    })
    expect(rsvp.registration.tickets).toBeUndefined()
  })

  test('events 1.4: everything that can be written is kept faithfully', async () => {
    const members = {
      shortDescription: 'Short',
      detailedDescription: '<p>Long</p>',
      description: RICH,
      mainImage: { id: 'abc.jpg', url: 'https://example.com/abc.jpg', height: 600, width: 800, altText: 'Stage' },
      guestListSettings: { displayedPublicly: true },
      eventDisplaySettings: { hideEventDetailsButton: true, hideEventDetailsPage: true },
      agendaSettings: { enabled: true },
      onlineConferencing: { enabled: true, type: 'WEBINAR', providerId: '5F3A2C1E-0000-4000-8000-000000000001' },
      seoSettings: { slug: 'my-own', advancedSeoData: { tags: [{ type: 'meta', props: { a: 1 } }], settings: {} } },
      registration: {
        initialType: 'TICKETING',
        allowedGuestTypes: 'MEMBER',
        registrationPaused: true,
        tickets: {
          guestsAssignedSeparately: true,
          ticketLimitPerOrder: 50,
          currency: 'USD',
          reservationDurationInMinutes: 5,
          taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '21.550', appliedToDonations: false },
        },
      },
    }
    const { body } = await create(members, { fields: ALL_FIELDS })
    expect(body.event).toMatchObject({
      ...members,
      slug: 'my-own',
      agendaSettings: {
        enabled: true,
        pageUrl: { base: 'http://127.0.0.1:8080', path: '/event-details/my-own/schedule' },
      },
      onlineConferencing: {
        enabled: true,
        type: 'WEBINAR',
        providerId: '5f3a2c1e-0000-4000-8000-000000000001',
        session: { hostLink: '', guestLink: '', sessionCreated: false },
      },
      eventPageUrl: { base: 'http://127.0.0.1:8080', path: '/event-details/my-own' },
      registration: {
        status: 'CLOSED_MANUALLY',
        tickets: { taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '21.55', appliedToDonations: false } },
      },
    })
    expect(await read(body.event.id)).toEqual(body.event)
  })

  test('api 3.2.4: server-owned and unknown members of a new event are ignored', async () => {
    const mine = newGuid()
    const event = await anEvent({
      id: mine,
      status: 'CANCELED',
      slug: 'not-mine',
      createdDate: '2000-01-01T00:00:00Z',
      revision: '9',
      nonsense: {},
      registration: { initialType: 'TICKETING', limit: 3, type: 'NONE' },
    })
    expect([event.id === mine, event.status, event.slug, event.createdDate]).toEqual([
      false,
      'UPCOMING',
      expect.stringMatching(/^concert/),
      NOW,
    ])
  })

  test.each([
    ['title', { title: undefined }, ['event.title']],
    ['location', { location: undefined }, ['event.location']],
    ['dateAndTimeSettings', { dateAndTimeSettings: undefined }, ['event.dateAndTimeSettings']],
    ['registration', { registration: undefined }, ['event.registration']],
    ['initialType', { registration: {} }, ['event.registration.initialType']],
  ])('events 1.5.1, 1.6.1, 1.7.1, 1.7.2: %s is required', async (_, event, fields) => {
    const before = await countAll()
    const { status, body } = await create(event)
    expect([status, fieldsOf(body)]).toEqual([400, fields])
    expect(await countAll()).toEqual(before)
  })

  const tickets = (members: object) => ({ registration: { initialType: 'TICKETING', tickets: members } })
  const tax = (members: object) => tickets({ taxSettings: members })
  const VAT = { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '7' }
  const dates = (members: object) => ({ dateAndTimeSettings: members })
  const deep = JSON.parse(`${'[1,'.repeat(200)}1${']'.repeat(200)}`)

  async function isRefused(event: object, field: string) {
    const before = await countAll()
    const { status, body } = await create(event)
    expect([status, fieldsOf(body)]).toEqual([400, [`event.${field}`]])
    expect(await countAll()).toEqual(before)
  }

  test.each([
    ['an empty title', { title: '' }, 'title'],
    ['a title of 121', { title: 'x'.repeat(121) }, 'title'],
    ['a title that is a number', { title: 7 }, 'title'],
    ['a short description of 501', { shortDescription: 'x'.repeat(501) }, 'shortDescription'],
    ['a text of 50 001', { detailedDescription: 'x'.repeat(50_001) }, 'detailedDescription'],
    ['a description as plain text', { description: 'Hello' }, 'description'],
    ['a bottomless description', { description: { nodes: deep } }, 'description'],
    [
      'bottomless SEO data',
      { seoSettings: { advancedSeoData: { tags: [{ a: deep }] } } },
      'seoSettings.advancedSeoData',
    ],
    ['an image without size', { mainImage: { id: 'a', height: 1 } }, 'mainImage.width'],
  ])('events 1.4: %s is refused by its path', (_, event, field) => isRefused(event, field))

  test.each([
    ['no place', { location: {} }, 'location.address'],
    ['a name without type', { location: { name: 'Hall' } }, 'location.address'],
    ['an open place without name', { location: { locationTbd: true } }, 'location.address'],
    ['a blank address', { location: { type: 'VENUE', address: { city: ' ' } } }, 'location.address'],
    ['a type of place', { location: { name: 'Hall', type: 'MOON' } }, 'location.type'],
    ['a city of 101', { location: { address: { city: 'x'.repeat(101) } } }, 'location.address.city'],
    ['a country', { location: { address: { country: 'Germany' } } }, 'location.address.country'],
    ['no country of ours', { location: { address: { country: 'QX' } } }, 'location.address.country'],
    ['a name of 51', { location: { name: 'x'.repeat(51), type: 'VENUE' } }, 'location.name'],
  ])('events 1.5.2, 1.5.4, api 13.2: %s is refused by its path', (_, event, field) => isRefused(event, field))

  test.each([
    ['no start', dates({ ...DATES, startDate: undefined }), 'dateAndTimeSettings.startDate'],
    ['no end', dates({ ...DATES, endDate: undefined }), 'dateAndTimeSettings.endDate'],
    ['no zone', dates({ ...DATES, timeZoneId: undefined }), 'dateAndTimeSettings.timeZoneId'],
    ['an end before the start', dates({ ...DATES, endDate: '2030-06-01T17:59:59Z' }), 'dateAndTimeSettings.endDate'],
    ['a date as object', dates({ ...DATES, startDate: {} }), 'dateAndTimeSettings.startDate'],
    ['no date', dates({ ...DATES, startDate: '2030-02-30T00:00:00Z' }), 'dateAndTimeSettings.startDate'],
    ['the year 0', dates({ ...DATES, startDate: '0000-01-01T00:00:00Z' }), 'dateAndTimeSettings.startDate'],
    ['the year 10000', dates({ ...DATES, endDate: '9999-12-31T23:59:59-10:00' }), 'dateAndTimeSettings.endDate'],
    ['an unknown zone', dates({ ...DATES, timeZoneId: 'Mars/Olympus' }), 'dateAndTimeSettings.timeZoneId'],
    [
      'an open date without words',
      dates({ dateAndTimeTbd: true, dateAndTimeTbdMessage: ' ' }),
      'dateAndTimeSettings.dateAndTimeTbdMessage',
    ],
  ])('events 1.6.2, 1.6.3, 1.6.4, 1.6.5, 1.6.6, 1.6.7, 1.6.9: %s is refused by its path', (_, event, field) =>
    isRefused(event, field),
  )

  test.each([
    ['type EXTERNAL', { registration: { initialType: 'EXTERNAL' } }, 'registration.initialType'],
    ['type TICKETS', { registration: { initialType: 'TICKETS' } }, 'registration.initialType'],
    ['type NONE', { registration: { initialType: 'NONE' } }, 'registration.initialType'],
    [
      'an RSVP window',
      {
        registration: {
          initialType: 'RSVP',
          rsvp: { startDate: '2030-05-02T00:00:00Z', endDate: '2030-05-01T00:00:00Z' },
        },
      },
      'registration.rsvp.endDate',
    ],
    [
      'an address that is none',
      { registration: { initialType: 'RSVP', external: { url: 'javascript:alert(1)' } } },
      'registration.external.url',
    ],
  ])('events 1.7.8, 3.1, 3.2: %s is refused by its path', (_, event, field) => isRefused(event, field))

  test.each([
    ['51 tickets per order', tickets({ ticketLimitPerOrder: 51 }), 'registration.tickets.ticketLimitPerOrder'],
    ['0 tickets per order', tickets({ ticketLimitPerOrder: 0 }), 'registration.tickets.ticketLimitPerOrder'],
    ['4 minutes', tickets({ reservationDurationInMinutes: 4 }), 'registration.tickets.reservationDurationInMinutes'],
    ['31 minutes', tickets({ reservationDurationInMinutes: 31 }), 'registration.tickets.reservationDurationInMinutes'],
    ['a currency', tickets({ currency: 'eur' }), 'registration.tickets.currency'],
    ['an empty currency', tickets({ currency: '' }), 'registration.tickets.currency'],
    ['a tax name of 11', tax({ ...VAT, name: 'x'.repeat(11) }), 'registration.tickets.taxSettings.name'],
    ['a tax of 0', tax({ ...VAT, rate: '0' }), 'registration.tickets.taxSettings.rate'],
    ['a tax of 100.001', tax({ ...VAT, rate: '100.001' }), 'registration.tickets.taxSettings.rate'],
    ['four decimals', tax({ ...VAT, rate: '7.0001' }), 'registration.tickets.taxSettings.rate'],
    ['a rate as number', tax({ ...VAT, rate: 7 }), 'registration.tickets.taxSettings.rate'],
    ['a tax without name', tax({ ...VAT, name: undefined }), 'registration.tickets.taxSettings.name'],
  ])('events 3.3.1: %s is refused by its path', (_, event, field) => isRefused(event, field))

  test.each([
    ['a slug of 131', { seoSettings: { slug: 'x'.repeat(131) } }, 'seoSettings.slug'],
    [
      'six keywords',
      { seoSettings: { advancedSeoData: { settings: { keywords: [{}, {}, {}, {}, {}, {}] } } } },
      'seoSettings.advancedSeoData.settings.keywords',
    ],
  ])('events 1.9.2, 1.9.7: %s is refused by its path', (_, event, field) => isRefused(event, field))

  test.each([
    [
      'a conference without date',
      {
        onlineConferencing: { enabled: true },
        dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' },
      },
      'onlineConferencing.enabled',
    ],
  ])('events 1.10.1: %s is refused by its path', (_, event, field) => isRefused(event, field))

  test.each([
    ['a NUL character', { title: 'a\u0000b' }],
    ['a NUL character in a document', { description: { nodes: ['a\u0000b'] } }],
    ['half a surrogate pair in a document', { description: { nodes: ['\ud800'] } }],
  ])('design 3: %s cannot be stored, and that is not our fault', async (_, event) => {
    const { status, body } = await create(event)
    expect([status, codeOf(body)]).toEqual([400, 'MALFORMED_REQUEST'])
  })

  test('events 1.5.2, 1.5.3, 1.5.6, 1.5.7: places that are good enough', async () => {
    const shown = async (location: object) => (await anEvent({ location })).location
    expect(await shown({ name: 'Hall', type: 'VENUE' })).toEqual({ name: 'Hall', type: 'VENUE', locationTbd: false })
    expect(await shown({ name: 'Berlin', locationTbd: true })).toEqual({
      name: 'Berlin',
      type: 'VENUE',
      locationTbd: true,
    })
    expect(await shown({ type: 'ONLINE' })).toEqual({ name: 'Online', type: 'ONLINE', locationTbd: false })
    const address = {
      streetAddress: { number: '235', name: 'W 23rd St' },
      city: 'New York',
      subdivision: 'US-NY',
      postalCode: '10011',
      country: 'US',
    }
    expect(await shown({ address: { ...address, geocode: { latitude: 1.5, longitude: 2 } } })).toEqual({
      type: 'VENUE',
      locationTbd: false,
      address: {
        ...address,
        geocode: { latitude: 1.5, longitude: 2 },
        countryFullname: 'United States',
        formattedAddress: '235 W 23rd St, New York, NY 10011, United States',
      },
    })
    expect((await shown({ address: { formattedAddress: 'Somewhere 1' } })).address).toEqual({
      formattedAddress: 'Somewhere 1',
    })
  })

  test('events 1.6.5, 1.6.9, api 3.5.2: a point in time, an open date, an instant of any zone', async () => {
    const at = '2030-06-01T20:00:00.1234+02:00'
    const point = await anEvent(dates({ ...DATES, startDate: at, endDate: at }))
    expect(point.dateAndTimeSettings).toMatchObject({
      startDate: '2030-06-01T18:00:00.123Z',
      endDate: '2030-06-01T18:00:00.123Z',
    })
    const open = await anEvent(dates({ dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' }), { fields: ['DETAILS'] })
    expect(open.dateAndTimeSettings).toEqual({
      dateAndTimeTbd: true,
      dateAndTimeTbdMessage: 'Soon',
      hideEndDate: false,
      showTimeZone: false,
      recurrenceStatus: 'ONE_TIME',
      recurringEvents: { individualEventDates: [] },
      formatted: { dateAndTime: 'Soon', startDate: '', startTime: '', endDate: '', endTime: '' },
    })
    expect([open.status, open.calendarUrls]).toEqual(['UPCOMING', undefined])
  })

  test('api 4.4: visitors cannot create, change, publish, cancel or delete', async () => {
    const guest = await visitor()
    const { id } = await anEvent()
    const before = await read(id)
    const answers = [
      await guest('POST', V3, { event: CONCERT }),
      await guest('PATCH', `${V3}/${id}`, { event: { title: 'Mine' } }),
      await guest('POST', `${V3}/${id}/publish`, {}),
      await guest('POST', `${V3}/${id}/cancel`, {}),
      await guest('DELETE', `${V3}/${id}`),
      await anonymous('POST', V3, { event: CONCERT }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 401])
    expect(await read(id)).toEqual(before)
  })
})

describe('slugs', () => {
  test('events 1.9.1, 1.9.5: a slug comes from the title, and a taken one gets a number', async () => {
    const slugOf = async (title: string) => (await anEvent({ title })).slug
    expect(await slugOf('Leather Crafting 101')).toBe('leather-crafting-101')
    expect(await slugOf('Leather crafting 101!')).toBe('leather-crafting-101-1')
    expect(await slugOf('LEATHER CRAFTING 101')).toBe('leather-crafting-101-2')
    expect(await slugOf('Fünf Gänge & fooBar')).toBe('fuenf-gaenge-and-foobar')
    expect(await slugOf('你好')).toMatch(/^[a-z0-9-]+$/)
    expect((await slugOf('&'.repeat(120))).length).toBeLessThanOrEqual(130)
  })

  test('events 1.9.5: twenty events of one title made at once get twenty slugs', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => create({ title: 'Rush' })))
    expect(made.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(new Set(made.map(({ body }) => body.event.slug)).size).toBe(20)
  })

  test('events 1.9.6: the slug of a deleted event is free again', async () => {
    const { id } = await anEvent({ title: 'Once only' })
    await admin('DELETE', `${V3}/${id}`)
    expect((await anEvent({ title: 'Once only' })).slug).toBe('once-only')
  })

  test.each(['', 'Two Words', 'a/b', 'a--b', '-a', 'a?b', 'a%b'])('events 1.9.3: "%s" is no slug', async slug => {
    const { id } = await anEvent()
    const before = await read(id)
    const answers = [await create({ seoSettings: { slug } }), await update(id, { seoSettings: { slug } })]
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual(
      Array(2).fill([400, 'INVALID_SLUG_FORMAT']),
    )
    expect(await read(id)).toEqual(before)
  })

  test('events 1.9.2, 1.9.4: a slug of choice must be free, on create and on update', async () => {
    const taken = await anEvent({ seoSettings: { slug: 'Ça-marche' } })
    expect(taken.slug).toBe('Ça-marche')
    const { id, slug } = await anEvent({ title: 'Other' })
    const before = await countAll()
    const answers = [
      await create({ seoSettings: { slug: 'Ça-marche' } }),
      await update(id, { seoSettings: { slug: 'Ça-marche' }, title: 'Changed' }),
    ]
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual(
      Array(2).fill([428, 'SLUG_ALREADY_IN_USE']),
    )
    expect(await countAll()).toEqual(before)
    expect(await read(id, [])).toMatchObject({ slug, title: 'Other' })
    const free = await update(id, { seoSettings: { slug: 'other-2030' } }, ['URLS', 'SEO_SETTINGS'])
    expect(free.body.event).toMatchObject({
      slug: 'other-2030',
      seoSettings: { slug: 'other-2030', hidden: false },
      eventPageUrl: { path: '/event-details/other-2030' },
    })
    expect((await update(id, { seoSettings: { slug: 'other-2030' } })).status).toBe(200)
  })

  test('events 1.9.4: another site may have the same slug', async () => {
    const other = await otherSite()
    await anEvent({ seoSettings: { slug: 'shared' } })
    const { body } = await other.admin('POST', V3, { event: { ...CONCERT, seoSettings: { slug: 'shared' } } })
    expect(body.event.slug).toBe('shared')
  })
})

describe('read', () => {
  test('events 1.14.1, 1.14.2: by id and by slug, unknown ones are 404, ids of the wrong form 400', async () => {
    const { id, slug } = await anEvent({ seoSettings: { slug: 'größe-1' } })
    const bySlug = await admin('GET', `${V3}/slug/${encodeURIComponent(slug)}?slug=x&fields=URLS`)
    expect(bySlug.body.event).toMatchObject({ id, eventPageUrl: { path: '/event-details/größe-1' } })
    expect((await admin('GET', `${V3}/${id.toUpperCase()}?eventId=${id}`)).body.event.id).toBe(id)
    const unknown = [await admin('GET', `${V3}/${newGuid()}`), await admin('GET', `${V3}/slug/nothing-here`)]
    expect(unknown.map(({ status, body }) => [status, codeOf(body)])).toEqual(Array(2).fill([404, 'EVENT_NOT_FOUND']))
    const malformed = await admin('GET', `${V3}/17`)
    expect([malformed.status, fieldsOf(malformed.body)]).toEqual([400, ['eventId']])
  })

  test('design 4: the events of another site are not there', async () => {
    const other = await otherSite()
    const { id, slug } = await anEvent()
    const answers = [
      await other.admin('GET', `${V3}/${id}`),
      await other.admin('GET', `${V3}/slug/${slug}`),
      await other.admin('PATCH', `${V3}/${id}`, { event: { title: 'Mine' } }),
      await other.admin('POST', `${V3}/${id}/publish`, {}),
      await other.admin('POST', `${V3}/${id}/cancel`, {}),
      await other.admin('DELETE', `${V3}/${id}`),
    ]
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual(Array(6).fill([404, 'EVENT_NOT_FOUND']))
    const { body } = await other.admin('POST', `${V3}/query`, { query: { paging: { limit: 10 } } })
    expect(body).toMatchObject({ events: [], pagingMetadata: { total: 0 } })
  })

  test('events 1.14.1, api 4.7: guests see no draft and no fieldset of the organizer', async () => {
    const guest = await visitor()
    const { id, slug } = await anEvent({ title: 'Secret' }, { draft: true })
    const shown = await anEvent()
    const answers = [
      await guest('GET', `${V3}/${id}`),
      await guest('GET', `${V3}/slug/${slug}`),
      await guest('GET', `${V3}/${shown.id}?fields=DASHBOARD`),
      await guest('GET', `${V3}/${shown.id}?fields=ONLINE_CONFERENCING_SESSION`),
      await guest('POST', `${V3}/query`, { includeDrafts: true }),
      await guest('POST', `${V3}/query`, { fields: ['DASHBOARD'] }),
    ]
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual(Array(6).fill([403, 'PERMISSION_DENIED']))
    expect((await guest('GET', `${V3}/${shown.id}?fields=DETAILS&fields=FORM`)).status).toBe(200)
  })

  test('events 1.14.3, api 6.8: fieldsets may repeat, unknown ones and more than 20 are refused', async () => {
    const { id } = await anEvent()
    const event = await read(id, ['URLS', 'URLS'])
    expect([event.eventPageUrl.base, event.registration]).toEqual(['http://127.0.0.1:8080', undefined])
    const unknown = await admin('GET', `${V3}/${id}?fields=EVERYTHING`)
    expect([unknown.status, fieldsOf(unknown.body)]).toEqual([400, ['fields[0]']])
    const many = await admin('GET', `${V3}/${id}?${Array(21).fill('fields=URLS').join('&')}`)
    expect([many.status, fieldsOf(many.body)]).toEqual([400, ['fields']])
    const body = await admin('POST', `${V3}/query`, { fields: ['TEXT'] })
    expect([body.status, fieldsOf(body.body)]).toEqual([400, ['fields[0]']])
  })

  test('events 1.2.2, 1.2.7: the clock alone moves an event on', async () => {
    const { id } = await anEvent()
    const seen = []
    for (const now of ['2030-06-01T17:59:59.999Z', '2030-06-01T18:00:00Z', '2030-06-01T21:00:00Z']) {
      setNow(now)
      const { status, registration } = await read(id)
      seen.push([status, registration.status])
    }
    setNow(NOW)
    expect(seen.map(([status]) => status)).toEqual(['UPCOMING', 'STARTED', 'ENDED'])
    const past = {
      dateAndTimeSettings: { ...DATES, startDate: '2020-01-01T00:00:00Z', endDate: '2020-01-02T00:00:00Z' },
    }
    expect((await anEvent(past)).status).toBe('ENDED')
  })
})

describe('update', () => {
  test('events 1.8.1, 1.8.9, 1.8.13, api 8.1: what is sent is changed, null clears, the rest stays', async () => {
    setNow(NOW)
    const event = await anEvent(
      {
        shortDescription: 'Short',
        description: RICH,
        mainImage: { id: 'a', height: 1, width: 2 },
        guestListSettings: { displayedPublicly: true },
        seoSettings: { advancedSeoData: { tags: [] } },
      },
      { fields: ALL_FIELDS },
    )
    setNow('2030-05-01T13:00:00.000Z')
    const { status, body } = await update(
      event.id,
      { title: 'Renamed', mainImage: null, guestListSettings: null, seoSettings: null, revision: '77', _id: newGuid() },
      ALL_FIELDS,
    )
    setNow(NOW)
    expect(status).toBe(200)
    const { mainImage, calendarUrls, ...rest } = event
    expect(body.event).toEqual({
      ...rest,
      calendarUrls: { ...calendarUrls, google: calendarUrls.google.replace('text=Concert', 'text=Renamed') },
      title: 'Renamed',
      guestListSettings: { displayedPublicly: false },
      seoSettings: { slug: event.slug, hidden: false },
      updatedDate: '2030-05-01T13:00:00.000Z',
    })
    expect(await read(event.id)).toEqual(body.event)
    expect(await activitiesOf(event.id)).toEqual(['1 event.created', '2 event.updated'])
  })

  test('events 1.8.7: a whole event sent back changes nothing', async () => {
    const { id } = await anEvent({
      description: RICH,
      location: { address: { addressLine: 'Allee 1', city: 'Berlin', country: 'DE' } },
      registration: {
        initialType: 'TICKETING',
        tickets: { taxSettings: { type: 'INCLUDED_IN_PRICE', name: 'V', rate: '7' } },
      },
      onlineConferencing: { enabled: true },
    })
    const before = await read(id)
    const { status, body } = await update(id, before, ALL_FIELDS)
    expect([status, body.event]).toEqual([200, before])
  })

  test.each([
    ['status', { status: 'CANCELED' }],
    ['slug', { slug: 'another' }],
    ['form', { form: { controls: [] } }],
    ['form', { form: 'none' }],
    ['summaries', { summaries: { tickets: { ticketsSold: 5 } } }],
  ])('events 1.8.7: a changed %s is refused', async (name, event) => {
    const { id } = await anEvent()
    const before = await read(id)
    const { status, body } = await update(id, { title: 'No', ...event })
    expect([status, fieldsOf(body)]).toEqual([400, [`event.${name}`]])
    expect(await read(id)).toEqual(before)
  })

  test('events 1.6.11, 1.8.2: dates change together, their zone stays', async () => {
    const { id } = await anEvent({ dateAndTimeSettings: { ...DATES, hideEndDate: true, showTimeZone: true } })
    const before = await read(id)
    for (const half of [{ startDate: DATES.startDate }, { endDate: DATES.endDate }, { hideEndDate: false }])
      expect((await update(id, { dateAndTimeSettings: half })).status).toBe(400)
    expect(await read(id)).toEqual(before)
    const moved = { startDate: '2030-07-01T18:00:00.000Z', endDate: '2030-07-02T18:00:00.000Z' }
    const { body } = await update(id, { dateAndTimeSettings: moved })
    expect(body.event.dateAndTimeSettings).toMatchObject({
      ...moved,
      timeZoneId: 'Europe/Berlin',
      hideEndDate: false,
      showTimeZone: false,
    })
  })

  test('events 1.6.10: a date can be opened and decided again; its zone is remembered', async () => {
    const { id } = await anEvent()
    const open = await update(id, { dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Later' } })
    expect(open.body.event.dateAndTimeSettings).toMatchObject({ dateAndTimeTbd: true, timeZoneId: 'Europe/Berlin' })
    expect(open.body.event.dateAndTimeSettings.startDate).toBeUndefined()
    const { timeZoneId, ...instants } = DATES
    const decided = await update(id, { dateAndTimeSettings: instants })
    expect(decided.body.event.dateAndTimeSettings).toMatchObject({ dateAndTimeTbd: false, ...DATES })
    expect(decided.body.event.dateAndTimeSettings.dateAndTimeTbdMessage).toBeUndefined()
  })

  test('events 1.2: moving the dates of an ended event makes it upcoming', async () => {
    const past = { ...DATES, startDate: '2020-01-01T00:00:00Z', endDate: '2020-01-02T00:00:00Z' }
    const { id, status } = await anEvent({ dateAndTimeSettings: past })
    const { body } = await update(id, { dateAndTimeSettings: DATES })
    expect([status, body.event.status]).toEqual(['ENDED', 'UPCOMING'])
  })

  test('events 1.8.3, 1.8.6: the initial type is for life, of either kind', async () => {
    const { id } = await anEvent()
    const before = await read(id)
    const { status, body } = await update(id, { registration: { initialType: 'RSVP' } })
    expect([status, body.details.validationError.fieldViolations]).toEqual([
      400,
      [
        expect.objectContaining({
          field: 'event.registration.initialType',
          violatedRule: 'CUSTOM',
          ruleName: 'INVALID_EVENT_CONFIGURATION',
        }),
      ],
    ])
    expect(await read(id)).toEqual(before)
    expect((await update(id, { registration: { initialType: 'TICKETING' } })).status).toBe(200)
    const answers = await anEvent({ registration: { initialType: 'RSVP' } })
    const other = await update(answers.id, { registration: { initialType: 'TICKETING' } })
    expect([other.status, fieldsOf(other.body)]).toEqual([400, ['event.registration.initialType']])
  })

  test('api 8.2: location and ticket settings merge member by member', async () => {
    const { id } = await anEvent({
      location: { name: 'Hall', type: 'VENUE', address: { city: 'Berlin', postalCode: '10435' } },
      registration: {
        initialType: 'TICKETING',
        tickets: { ticketLimitPerOrder: 5, taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '7' } },
      },
    })
    const { body } = await update(
      id,
      {
        location: { name: 'Barn' },
        registration: { tickets: { guestsAssignedSeparately: true, taxSettings: { rate: '19' } } },
      },
      ['REGISTRATION'],
    )
    expect(body.event).toMatchObject({
      location: { name: 'Barn', type: 'VENUE', address: { city: 'Berlin', postalCode: '10435' } },
      registration: {
        tickets: {
          ticketLimitPerOrder: 5,
          guestsAssignedSeparately: true,
          taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '19', appliedToDonations: true },
        },
      },
    })
    const cleared = await update(
      id,
      { location: { address: null }, registration: { tickets: { taxSettings: null, ticketLimitPerOrder: null } } },
      ['REGISTRATION'],
    )
    expect(cleared.body.event.location).toEqual({ name: 'Barn', type: 'VENUE', locationTbd: false })
    expect(cleared.body.event.registration.tickets).toEqual({
      guestsAssignedSeparately: true,
      ticketLimitPerOrder: 20,
      currency: 'EUR',
      soldOut: false,
      reservationDurationInMinutes: 20,
    })
    const none = await update(id, { location: { name: null } })
    expect([none.status, fieldsOf(none.body)]).toEqual([400, ['event.location.address']])
  })

  test('events 3.2: RSVP settings merge and clear', async () => {
    const { id } = await anEvent({ registration: { initialType: 'RSVP', rsvp: { limit: 10, waitlistEnabled: true } } })
    const rsvp = async (members: object | null) =>
      (await update(id, { registration: { rsvp: members } }, ['REGISTRATION'])).body.event.registration.rsvp
    expect(await rsvp({ responseType: 'YES_AND_NO', startDate: '2030-05-02T02:00:00+02:00' })).toEqual({
      responseType: 'YES_AND_NO',
      limit: 10,
      waitlistEnabled: true,
      startDate: '2030-05-02T00:00:00.000Z',
    })
    expect(await rsvp({ limit: null, startDate: null })).toEqual({ responseType: 'YES_AND_NO', waitlistEnabled: true })
    expect(await rsvp(null)).toEqual({ responseType: 'YES_ONLY', waitlistEnabled: false })
  })

  test('events 1.5.7: an online event that moves to a hall is not called Online any more', async () => {
    const { id } = await anEvent({ location: { type: 'ONLINE' } })
    const { body } = await update(id, { location: { type: 'VENUE', address: { city: 'Berlin' } } })
    expect(body.event.location).toEqual({
      type: 'VENUE',
      locationTbd: false,
      address: { city: 'Berlin', formattedAddress: 'Berlin' },
    })
  })

  test('events 1.8.8: a new title keeps the slug', async () => {
    const { id, slug } = await anEvent({ title: 'First name' })
    expect((await update(id, { title: 'Second name' })).body.event).toMatchObject({ title: 'Second name', slug })
  })

  test.each([
    ['a required member as null', { title: null }, ['event.title']],
    ['a required group as null', { dateAndTimeSettings: null }, ['event.dateAndTimeSettings']],
    ['a wrong type', { agendaSettings: { enabled: 'yes' } }, ['event.agendaSettings.enabled']],
  ])('api 5.2.3: %s is refused by its path', async (_, event, fields) => {
    const { id } = await anEvent()
    const { status, body } = await update(id, event)
    expect([status, fieldsOf(body)]).toEqual([400, fields])
  })

  test('events 1.16: an event that is not there is a 404', async () => {
    const answers = [
      await update(newGuid(), { title: 'x' }),
      await admin('POST', `${V3}/${newGuid()}/publish`, {}),
      await admin('POST', `${V3}/${newGuid()}/cancel`, {}),
      await admin('DELETE', `${V3}/${newGuid()}`),
    ]
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual(Array(4).fill([404, 'EVENT_NOT_FOUND']))
  })
})

describe('publish, cancel, delete', () => {
  test('events 1.11.1, 1.11.2: a draft is published once', async () => {
    const draft = await anEvent({}, { draft: true })
    const published = await admin('POST', `${V3}/${draft.id}/publish`, { eventId: draft.id, fields: ['URLS'] })
    expect(published.body.event).toMatchObject({ status: 'UPCOMING', publishedDate: NOW, eventPageUrl: {} })
    const again = await admin('POST', `${V3}/${draft.id}/publish`)
    expect([again.status, codeOf(again.body)]).toEqual([428, 'EVENT_ALREADY_PUBLISHED'])
    expect(await activitiesOf(draft.id)).toEqual(['1 event.created', '2 event.published'])
  })

  test('events 1.11.1: two who publish at once do it once', async () => {
    const { id } = await anEvent({}, { draft: true })
    const both = await Promise.all([1, 2].map(() => admin('POST', `${V3}/${id}/publish`, {})))
    expect(both.map(({ status }) => status).sort()).toEqual([200, 428])
    expect(await activitiesOf(id)).toEqual(['1 event.created', '2 event.published'])
  })

  test('events 1.11.4, 1.15.3: a canceled event is closed for good and says who did it', async () => {
    const { id } = await anEvent()
    const { body } = await admin('POST', `${V3}/${id}/cancel`, { fields: ['REGISTRATION', 'DASHBOARD'] })
    expect(body.event).toMatchObject({
      status: 'CANCELED',
      registration: { status: 'CLOSED_AUTOMATICALLY' },
      summaries: { cancellation: { canceledDate: NOW, actorType: 'APP' } },
    })
    const answers = [await admin('POST', `${V3}/${id}/cancel`, {}), await admin('POST', `${V3}/${id}/publish`, {})]
    expect(answers.map(({ status, body: refused }) => [status, codeOf(refused)])).toEqual(
      Array(2).fill([428, 'INVALID_EVENT_STATUS_TRANSITION']),
    )
    expect(await activitiesOf(id)).toEqual(['1 event.created', '2 event.canceled'])
  })

  test('events 1.8.10: new dates do not revive a canceled event', async () => {
    const { id } = await anEvent()
    await admin('POST', `${V3}/${id}/cancel`, {})
    const { body } = await update(id, { dateAndTimeSettings: { ...DATES, endDate: '2031-01-01T00:00:00Z' } })
    expect(body.event.status).toBe('CANCELED')
  })

  test('events 1.2: a started event can be canceled, a draft and an ended one cannot', async () => {
    const started = { ...DATES, startDate: '2030-05-01T11:00:00Z' }
    const ended = { ...started, endDate: '2030-05-01T12:00:00Z' }
    const events = [
      await anEvent({ dateAndTimeSettings: started }),
      await anEvent({}, { draft: true }),
      await anEvent({ dateAndTimeSettings: ended }),
    ]
    const [canceled, ...refused] = await Promise.all(events.map(({ id }) => admin('POST', `${V3}/${id}/cancel`, {})))
    expect(canceled?.body.event.status).toBe('CANCELED')
    expect(refused.map(({ status, body }) => [status, codeOf(body)])).toEqual(
      Array(2).fill([428, 'INVALID_EVENT_STATUS_TRANSITION']),
    )
  })

  test('events 1.12.2, 1.12.3: a deleted event is gone with its form, and deleting it twice is a 404', async () => {
    const { id } = await anEvent()
    const deleted = await admin('DELETE', `${V3}/${id}?eventId=${id}`)
    expect([deleted.status, deleted.body]).toEqual([200, { eventId: id }])
    const forms = await sql`select 1 from registration_forms where site_id = ${siteId} and event_id = ${id}`
    expect(forms.length).toBe(0)
    const answers = [await admin('DELETE', `${V3}/${id}`), await admin('GET', `${V3}/${id}`)]
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual(Array(2).fill([404, 'EVENT_NOT_FOUND']))
    expect(await activitiesOf(id)).toEqual(['1 event.created', '2 event.deleted'])
  })
})

describe('calendar file', () => {
  test('events 1.10.4: the link of a published event is served to anybody', async () => {
    const { calendarUrls } = await anEvent({ title: 'Öffentlich' }, { fields: ['DETAILS'] })
    const { pathname, search } = new URL(calendarUrls.ics)
    const { status, body, headers } = await anonymous('GET', pathname + search)
    expect([status, headers['content-type']]).toEqual([200, 'text/calendar; charset=utf-8'])
    expect(body).toContain('\r\nSUMMARY:Öffentlich\r\nLOCATION:Hall\r\n')
  })

  test('events 1.10.4: drafts, open dates, unknown events and other sites have none', async () => {
    const draft = await anEvent({}, { draft: true })
    const open = await anEvent({ dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Soon' } })
    const event = await anEvent()
    const other = await otherSite()
    const file = (id: string, site = siteId) =>
      anonymous('GET', `/boxoffice/v1/events/${id}/calendar.ics?siteId=${site}`)
    const answers = [
      await file(draft.id),
      await file(open.id),
      await file(newGuid()),
      await file(event.id, other.siteId),
      await file(event.id, newGuid()),
    ]
    expect(answers.map(({ status, body }) => [status, codeOf(body)])).toEqual(Array(5).fill([404, 'EVENT_NOT_FOUND']))
    expect((await anonymous('GET', `/boxoffice/v1/events/${event.id}/calendar.ics`)).status).toBe(400)
  })
})
