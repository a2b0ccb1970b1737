import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { newGuid } from '../ids.ts'

const { admin, siteId, sql, setNow, otherSite, app, visitor } = await testApp({ lawless: true })

const V3 = '/events/v3/events'
const NOW = '2030-05-01T12:00:00.000Z'

async function anEvent(registration: object = {}, draft = false): Promise<string> {
  const event = {
    title: 'Concert',
    location: { type: 'ONLINE' },
    dateAndTimeSettings: {
      startDate: '2030-06-01T18:00:00Z',
      endDate: '2030-06-01T21:00:00Z',
      timeZoneId: 'Europe/Berlin',
    },
    registration: { initialType: 'TICKETING', ...registration },
  }
  const { status, body } = await admin('POST', V3, { event, draft })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.event.id
}

type Definition = {
  priceMinor?: number | null
  options?: number[]
  currency?: string
  hidden?: boolean
  limit?: number | null
  reserved?: number
  sold?: number
  saleStartAt?: string | null
  saleEndAt?: string | null
  deleted?: boolean
}

/** Rows as src/ticket-definitions/ writes them. */
async function aDefinition(eventId: string, members: Definition = {}): Promise<void> {
  const { priceMinor = 1000, options, currency = 'EUR', hidden = false, limit = 10 } = members
  const ticketDefinitionId = newGuid()
  const pricingOptions = (options ?? []).map(amountMinor => ({ optionId: newGuid(), name: 'One', amountMinor }))
  await sql`
    insert into ticket_definitions (
      site_id, ticket_definition_id, event_id, revision, name, hidden, initial_limit, pricing_kind, price_minor,
      currency, pricing_options, fee_type, sale_start_at, sale_end_at, sort_index, created_at, updated_at, deleted_at,
      sale_told
    )
    values (
      ${siteId}, ${ticketDefinitionId}, ${eventId}, 1, 'Ticket', ${hidden}, ${limit}, ${options ? 'OPTIONS' : 'FIXED'},
      ${options ? null : priceMinor}, ${currency}, ${sql.json(pricingOptions)}, 'NO_FEE',
      ${members.saleStartAt ?? null}, ${members.saleEndAt ?? null}, 0, ${NOW}, ${NOW}, ${members.deleted ? NOW : null},
      'SALE_STARTED'
    )`
  await sql`
    insert into inventory (site_id, ticket_definition_id, actual_limit, reserved, sold)
    values (${siteId}, ${ticketDefinitionId}, ${limit}, ${members.reserved ?? 0}, ${members.sold ?? 0})`
}

async function registrationOf(eventId: string) {
  const { body } = await admin('GET', `${V3}/${eventId}?fields=REGISTRATION`)
  return body.event.registration
}

describe('ticket figures', () => {
  test('R77: prices run over the definitions that guests can see, options included', async () => {
    const eventId = await anEvent()
    await aDefinition(eventId, { priceMinor: 1050 })
    await aDefinition(eventId, { options: [2000, 900, 12_345_600] })
    await aDefinition(eventId, { priceMinor: 1, hidden: true })
    await aDefinition(eventId, { priceMinor: 2, deleted: true })
    const { tickets } = await registrationOf(eventId)
    expect(tickets).toMatchObject({
      lowestPrice: { value: '9.00', currency: 'EUR', formattedValue: '€9.00' },
      highestPrice: { value: '123456.00', currency: 'EUR', formattedValue: '€123,456.00' },
      soldOut: false,
    })
  })

  test('R77: the currency is that of the definitions', async () => {
    const eventId = await anEvent()
    await aDefinition(eventId, { priceMinor: 500, currency: 'JPY' })
    const { tickets } = await registrationOf(eventId)
    expect(tickets).toMatchObject({ currency: 'JPY', lowestPrice: { value: '500', formattedValue: '¥500' } })
  })

  test.each([
    ['no definition', [], false, 'CLOSED_AUTOMATICALLY'],
    ['free capacity', [{ reserved: 4, sold: 5 }], false, 'OPEN_TICKETS'],
    ['no limit', [{ limit: null, sold: 500 }], false, 'OPEN_TICKETS'],
    ['all sold or held', [{ reserved: 4, sold: 6 }, { limit: 0 }], true, 'CLOSED_AUTOMATICALLY'],
    ['one of two free', [{ sold: 10 }, { sold: 9 }], false, 'OPEN_TICKETS'],
    ['a deleted one free', [{ sold: 10 }, { deleted: true }], true, 'CLOSED_AUTOMATICALLY'],
    ['a hidden one free', [{ sold: 10 }, { hidden: true }], false, 'CLOSED_AUTOMATICALLY'],
    ['a sale that has not begun', [{ saleStartAt: '2030-05-01T12:01:00Z' }], false, 'CLOSED_AUTOMATICALLY'],
    ['a sale from this minute', [{ saleStartAt: NOW }], false, 'OPEN_TICKETS'],
    ['a sale that is over', [{ saleEndAt: NOW }], false, 'CLOSED_AUTOMATICALLY'],
  ] as const)('R76, events 3.1.3: with %s', async (_, definitions, soldOut, status) => {
    const eventId = await anEvent()
    for (const definition of definitions) await aDefinition(eventId, definition)
    const registration = await registrationOf(eventId)
    expect([registration.tickets.soldOut, registration.status]).toEqual([soldOut, status])
  })

  test('R77: one page shows each event its own figures', async () => {
    const other = await otherSite()
    const first = await anEvent()
    const second = await anEvent()
    await aDefinition(first, { priceMinor: 100 })
    await aDefinition(second, { priceMinor: 200 })
    const { body } = await admin('POST', `${V3}/query`, {
      query: { filter: { id: { $in: [first, second] } }, paging: { limit: 10 } },
      fields: ['REGISTRATION'],
    })
    const values = body.events.map(
      ({ registration }: { registration: { tickets: { lowestPrice: { value: string } } } }) =>
        registration.tickets.lowestPrice.value,
    )
    expect(values).toEqual(expect.arrayContaining(['1.00', '2.00']))
    expect((await other.admin('GET', `${V3}/${first}?fields=REGISTRATION`)).status).toBe(404)
  })

  test('events 1.8.12: tickets keep their currency; the shown one may be sent back', async () => {
    const eventId = await anEvent()
    await aDefinition(eventId, { currency: 'USD' })
    const change = (currency: string) =>
      admin('PATCH', `${V3}/${eventId}`, { event: { registration: { tickets: { currency } } } })
    expect((await change('USD')).status).toBe(200)
    const { status, body } = await change('CHF')
    expect([status, body.details.validationError.fieldViolations[0]]).toMatchObject([
      400,
      { field: 'event.registration.tickets.currency', ruleName: 'INVALID_EVENT_CONFIGURATION' },
    ])
    const empty = await anEvent()
    await admin('PATCH', `${V3}/${empty}`, { event: { registration: { tickets: { currency: 'CHF' } } } })
    expect((await registrationOf(empty)).tickets.currency).toBe('CHF')
  })
})

describe('registration type and status', () => {
  const rsvp = (members: object) => ({ initialType: 'RSVP', rsvp: members })
  const url = 'https://example.com/tickets'

  test.each([
    ['RSVP', { initialType: 'RSVP' }, 'RSVP', 'OPEN_RSVP'],
    ['RSVP that begins later', rsvp({ startDate: '2030-05-01T12:00:01Z' }), 'RSVP', 'SCHEDULED_RSVP'],
    ['RSVP that has begun', rsvp({ startDate: NOW, endDate: '2030-05-02T00:00:00Z' }), 'RSVP', 'OPEN_RSVP'],
    ['RSVP that is over', rsvp({ endDate: NOW }), 'RSVP', 'CLOSED_AUTOMATICALLY'],
    ['an external address', { external: { url } }, 'EXTERNAL', 'OPEN_EXTERNAL'],
    ['nothing to register for', { registrationDisabled: true, external: { url } }, 'NONE', 'CLOSED_MANUALLY'],
    ['a pause', { initialType: 'RSVP', registrationPaused: true }, 'RSVP', 'CLOSED_MANUALLY'],
  ])('events 3.1.1, 3.1.4: %s', async (_, registration, type, status) => {
    const shown = await registrationOf(await anEvent(registration))
    expect([shown.type, shown.status]).toEqual([type, status])
  })

  test('events 3.1.2: a draft is closed, whatever it has', async () => {
    const eventId = await anEvent({}, true)
    await aDefinition(eventId)
    expect((await registrationOf(eventId)).status).toBe('CLOSED_AUTOMATICALLY')
  })

  test('events 3.1.1: an ended event is closed', async () => {
    const eventId = await anEvent()
    await aDefinition(eventId)
    const before = (await registrationOf(eventId)).status
    setNow('2030-06-01T21:00:00Z')
    const after = (await registrationOf(eventId)).status
    setNow(NOW)
    expect([before, after]).toEqual(['OPEN_TICKETS', 'CLOSED_AUTOMATICALLY'])
  })

  test('events 1.8.4, 1.8.5: an external address and no registration come and go', async () => {
    const eventId = await anEvent()
    const types = []
    for (const registration of [
      { external: { url } },
      { registrationDisabled: true },
      { registrationDisabled: false, external: null },
    ]) {
      const { body } = await admin('PATCH', `${V3}/${eventId}`, { event: { registration }, fields: ['REGISTRATION'] })
      types.push(body.event.registration.type)
    }
    expect(types).toEqual(['EXTERNAL', 'NONE', 'TICKETING'])
  })
})

describe('summaries', () => {
  async function anOrder(eventId: string, members: { status?: string; archived?: boolean; canceled?: boolean } = {}) {
    const { status = 'PAID', archived = false, canceled = false } = members
    const contactId = newGuid()
    await sql`
      insert into contacts (site_id, contact_id, email, first_name, last_name, created_at, updated_at)
      values (${siteId}, ${contactId}, ${`${contactId}@example.com`}, 'A', 'B', ${NOW}, ${NOW})`
    const order = {
      site_id: siteId,
      order_number: contactId,
      event_id: eventId,
      ticket_reservation_id: newGuid(),
      revision: 1,
      status,
      channel: 'ONLINE',
      confirmed_at: status === 'INITIATED' ? null : NOW,
      canceled_at: canceled ? NOW : null,
      archived_at: archived ? NOW : null,
      contact_id: contactId,
      first_name: 'A',
      last_name: 'B',
      email: 'a@example.com',
      guest_forms: [],
      guests_assigned: false,
      fully_checked_in: false,
      invoice: {},
      currency: 'EUR',
      grand_total_minor: 2150,
      revenue_minor: 2000,
      refunded_minor: 0,
      tickets_quantity: 2,
      silent: false,
      marketing_consent: false,
      created_at: NOW,
      updated_at: NOW,
    }
    await sql`insert into orders select (jsonb_populate_record(null::orders, ${sql.json(order)})).*`
  }

  async function ticketsOf(eventId: string) {
    const { body } = await admin('GET', `${V3}/${eventId}?fields=DASHBOARD`)
    return body.event.summaries.tickets
  }

  test('R77, events 1.15.3: confirmed orders count, archived and canceled ones do not', async () => {
    const eventId = await anEvent()
    expect(await ticketsOf(eventId)).toMatchObject({ ticketsSold: 0, totalOrders: 0, currencyLocked: false })
    await anOrder(eventId)
    await anOrder(eventId)
    await anOrder(eventId, { status: 'INITIATED' })
    await anOrder(eventId, { archived: true })
    await anOrder(eventId, { status: 'CANCELED', canceled: true })
    expect(await ticketsOf(eventId)).toEqual({
      ticketsSold: 4,
      totalOrders: 2,
      revenue: { amount: '40.00', value: '40.00', currency: 'EUR' },
      totalSales: { amount: '43.00', value: '43.00', currency: 'EUR' },
      currencyLocked: true,
    })
  })

  test('R77: an order that only began counts for nothing yet', async () => {
    const eventId = await anEvent()
    await anOrder(eventId, { status: 'INITIATED' })
    expect(await ticketsOf(eventId)).toMatchObject({ ticketsSold: 0, totalOrders: 0 })
  })
})

describe('staff', () => {
  test('events 9.5.11: staff see the figures of their own events only, and only with READ_ANALYTICS', async () => {
    const mine = await anEvent()
    const other = await anEvent()
    const summariesFor = async (permissions: string[]) => {
      const staffMember = { name: 'Dora', permissions, specificEvents: { events: [mine] } }
      const staffUrl = '/events/v1/staff-members'
      const { id } = (await admin('POST', staffUrl, { staffMember })).body.staffMember
      const linked = await admin('GET', `${staffUrl}/${id}?fieldsets=LOGIN_LINK`)
      const loginToken = new URL(linked.body.staffMember.loginLink).searchParams.get('token')
      const { accessToken } = (await (await visitor())('POST', `${staffUrl}/login`, { loginToken })).body
      const answer = await app.inject({
        method: 'POST',
        url: `${V3}/query`,
        headers: { authorization: accessToken },
        payload: { query: { filter: { id: { $in: [mine, other] } }, paging: { limit: 5 } }, fields: ['DASHBOARD'] },
      })
      const events: { id: string; summaries?: object }[] = answer.json().events ?? []
      return [answer.statusCode, events.filter(({ summaries }) => summaries).map(({ id: eventId }) => eventId)]
    }
    expect(await summariesFor(['READ_ANALYTICS'])).toEqual([200, [mine]])
    expect(await summariesFor(['CHECK_IN_GUESTS'])).toEqual([403, []])
  })
})

describe('categories', () => {
  test('events 1.15: an event shows the categories that are not hidden, ten at most', async () => {
    const eventId = await anEvent()
    for (let index = 0; index < 12; index += 1) {
      const categoryId = newGuid()
      const states = index === 0 ? ['MANUAL', 'HIDDEN'] : index === 1 ? ['RECURRING_EVENT'] : ['MANUAL']
      const createdAt = `2030-04-01T00:00:${String(index).padStart(2, '0')}.000Z`
      await sql`
        insert into categories (site_id, category_id, revision, name, states, created_at)
        values (${siteId}, ${categoryId}, 1, ${`C${index}`}, ${states}, ${createdAt})`
      await sql`
        insert into category_events (site_id, category_id, event_id, sort_index)
        values (${siteId}, ${categoryId}, ${eventId}, 0)`
    }
    const { body } = await admin('GET', `${V3}/${eventId}?fields=CATEGORIES`)
    const { categories } = body.event.categories
    expect(categories.map(({ name }: { name: string }) => name)).toEqual(
      Array.from({ length: 10 }, (_, index) => `C${index + 1}`),
    )
    expect(categories[0]).toEqual({
      id: expect.any(String),
      name: 'C1',
      createdDate: '2030-04-01T00:00:01.000Z',
      hidden: false,
      type: 'RECURRING_EVENT',
    })
  })
})
