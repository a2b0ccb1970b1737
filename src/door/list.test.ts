import { createPublicKey, verify } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDevice, bought } from '../../test/support/door.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { anRsvp, answer, aParty } from '../../test/support/rsvps.ts'
import { ADA, archiveOrder, aSale, checkOut, FREE, must, refusalOf } from '../../test/support/sale.ts'
import { aSeatedSale, reserveSeats } from '../../test/support/seats.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { CLOCK } from '../activity/record.ts'
import { newGuid } from '../ids.ts'
import { moveCheckIns } from '../tickets/check-in.ts'

const app = await testApp()
const { sql, admin, setNow, visitor, otherSite } = app
const NOW = '2030-06-01T17:00:00.000Z'
beforeEach(() => setNow(NOW))

type ListEntry = { number: string; state: string; guestName: string; checkIn?: { gate?: string } }
type Page = { entries: ListEntry[]; removed: string[]; cursor: string; hasMore: boolean }

/** What an app keeps: what it was told, as it was told last. */
function aKeeper(path: string, { limit = 1000 } = {}) {
  const kept = new Map<string, ListEntry>()
  let after = ''
  let pages = 0
  return {
    kept,
    pages: () => pages,
    cursor: () => after,
    /** Asks until there is no more; how many entries it was told. */
    follow: async () => {
      let told = 0
      for (;;) {
        const page: Page = (await must(admin, 'GET', `${path}/list?limit=${limit}${after && `&after=${after}`}`)).body
        pages += 1
        told += page.entries.length
        for (const entry of page.entries) kept.set(entry.number, entry)
        for (const number of page.removed) kept.delete(number)
        after = page.cursor
        if (!page.hasMore) return told
      }
    },
  }
}

describe('who may come', () => {
  test('everybody, page by page, each once; then only what changes', async () => {
    const sale = await aSale(app, { definition: FREE })
    const orders = await Promise.all([5, 4, 3].map(quantity => bought(app, { sale, quantity })))
    await bought(app) // of another event
    const { path } = aDevice(admin, sale.eventId)
    const keeper = aKeeper(path, { limit: 5 })
    expect(await keeper.follow()).toBe(12)
    expect(keeper.pages()).toBe(3)
    expect(new Set(keeper.kept.keys())).toEqual(new Set(orders.flatMap(({ numbers }) => numbers)))
    // The facts of before the first page are not told again.
    expect(await keeper.follow()).toBe(0)

    const more = await bought(app, { sale })
    const [number = ''] = orders[0]?.numbers ?? []
    await aDevice(admin, sale.eventId, { gate: 'South' }).enter(number)
    await keeper.follow()
    expect(keeper.kept.size).toBe(13)
    expect(keeper.kept.get(more.numbers[0] ?? '')).toMatchObject({ state: 'ADMITS', guestName: 'Ada Berg' })
    expect(keeper.kept.get(number)).toMatchObject({ checkIn: { gate: 'South', by: 'tests', date: NOW } })
    await aDevice(admin, sale.eventId).undo(number)
    await keeper.follow()
    expect(keeper.kept.get(number)).not.toHaveProperty('checkIn')
  })

  test('R181, R201, R208: cancellations, archived orders, money that came, other guests', async () => {
    const sale = await aSale(app, { definition: { ...FREE } })
    const paid = await aSale(app, { definition: {} })
    const [canceled, archived] = [await bought(app, { sale, quantity: 2 }), await bought(app, { sale })]
    const unpaid = await bought(app, { sale: paid, quantity: 2, checkout: { options: { payInPerson: true } } })
    const [free, dear] = [aKeeper(aDevice(admin, sale.eventId).path), aKeeper(aDevice(admin, paid.eventId).path)]
    await free.follow()
    await dear.follow()
    const due = { value: '20.00', currency: 'EUR' }
    expect([...dear.kept.values()]).toMatchObject([1, 2].map(() => ({ state: 'UNPAID', due })))

    await must(admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`, {})
    await archiveOrder(app, archived)
    await must(admin, 'POST', `/events/v1/events/${paid.eventId}/orders/confirm`, { orderNumber: [unpaid.orderNumber] })
    await free.follow()
    await dear.follow()
    const statesOf = (numbers: string[]) => numbers.map(number => free.kept.get(number)?.state)
    expect(statesOf(canceled.numbers)).toEqual(['CANCELED', 'CANCELED'])
    expect(statesOf(archived.numbers)).toEqual(['ARCHIVED'])
    expect([...dear.kept.values()].map(({ state }) => state)).toEqual(['ADMITS', 'ADMITS'])
    expect([...dear.kept.values()].every(entry => !('due' in entry))).toBe(true)

    await must(admin, 'PATCH', `/events/v1/events/${sale.eventId}/orders/${archived.orderNumber}`, { archived: false })
    await free.follow()
    expect(statesOf(archived.numbers)).toEqual(['ADMITS'])
    await must(admin, 'POST', `/boxoffice/v1/orders/${archived.orderNumber}/anonymize`, {})
    await free.follow()
    expect(free.kept.get(archived.numbers[0] ?? '')).toMatchObject({ guestName: '', buyerName: '' })
  })

  test('what commits later than what was written after it is not skipped', async () => {
    const sale = await aSale(app, { definition: FREE })
    const [early, held] = [await bought(app, { sale }), await bought(app, { sale })]
    const [first = '', slow = ''] = [early, held].map(({ numbers }) => numbers[0])
    const north = aDevice(admin, sale.eventId)
    const keeper = aKeeper(north.path)
    await keeper.follow()
    const isIn = (number: string) => keeper.kept.get(number)?.checkIn !== undefined
    await sql.begin(async tx => {
      // Written, and not committed yet, while another one comes and goes.
      const change = { ticketNumber: slow, was: null, is: { at: new Date(NOW), by: CLOCK, scanId: null, out: null } }
      await moveCheckIns(tx, { ...sale, siteId: app.siteId, changes: [change] }, { actor: CLOCK, now: new Date(NOW) })
      await north.enter(first)
      await keeper.follow()
      expect([first, slow].map(isIn)).toEqual([false, false])
    })
    await keeper.follow()
    expect([first, slow].map(isIn)).toEqual([true, true])
  })

  test('a ticket that is sold while the list is read comes with it or with what follows', async () => {
    const sale = await aSale(app, { definition: FREE })
    for (let times = 0; times < 3; times += 1) await bought(app, { sale, quantity: 2 })
    const { path } = aDevice(admin, sale.eventId)
    const numbers: string[] = []
    const told = new Set<string>()
    let after = ''
    for (let hasMore = true; hasMore; ) {
      const page: Page = (await must(admin, 'GET', `${path}/list?limit=2${after && `&after=${after}`}`)).body
      for (const { number } of page.entries) told.add(number)
      after = page.cursor
      hasMore = page.hasMore
      if (numbers.length < 8) numbers.push(...(await bought(app, { sale })).numbers)
    }
    const rest: Page = (await must(admin, 'GET', `${path}/list?after=${after}`)).body
    for (const { number } of rest.entries) told.add(number)
    expect(numbers.filter(number => !told.has(number))).toEqual([])
  })

  test('R83, R205: where each sits, by which option it was bought, and for whom', async () => {
    const event = { tickets: { guestsAssignedSeparately: true } }
    const hall = await aSeatedSale(app, { event, definition: FREE })
    const seated = await reserveSeats(admin, hall.definitionId, ['0-1-3'])
    const cy = { inputValues: ADA.inputValues.map(each => ({ ...each, value: each.value.replace('Ada', 'Cy') })) }
    const buyer = { firstName: 'Bo', lastName: 'Dahl', email: 'bo@example.org' }
    const guests = { guests: [{ form: cy }], buyer }
    const hold = { eventId: hall.eventId, reservationId: seated.body.ticketReservation.id }
    expect((await checkOut(admin, hold, guests)).status).toBe(200)
    const seatedEntries = (await aDevice(admin, hall.eventId).list()).entries
    expect(seatedEntries).toMatchObject([{ definitionName: 'Standard', seat: 'Stalls, Row 1, seat 3' }])
    expect(seatedEntries).toMatchObject([{ guestName: 'Cy Berg', buyerName: 'Bo Dahl' }])

    const option = { optionId: newGuid(), name: 'Student', price: { value: '0', currency: 'EUR' } }
    const { eventId, definitionId } = await aSale(app, {
      definition: { pricingMethod: { pricingOptions: { optionDetails: [option] } } },
    })
    const tickets = [
      { ticketDefinitionId: definitionId, quantity: 1, ticketInfo: { pricingOptionId: option.optionId } },
    ]
    const { body } = await must(admin, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    await checkOut(admin, { eventId, reservationId: body.ticketReservation.id })
    expect((await aDevice(admin, eventId).list()).entries).toMatchObject([{ definitionName: 'Standard – Student' }])
  })
})

describe('guests of RSVPs', () => {
  test('events 13.3: each has an entry; those who will not come along are taken out, and those of RSVPs that are gone', async () => {
    const eventId = await aParty(app, { settings: { responseType: 'YES_AND_NO' } })
    const options = { ignoreFormValidation: true, ignoreAdditionalGuestNames: true }
    const come = { additionalGuestDetails: { guestCount: 2, guestNames: ['Bo Berg'] } }
    const { id, revision } = await anRsvp(admin, eventId, come, { options })
    setNow('2030-06-01T17:01:00.000Z')
    const other = await anRsvp(admin, eventId, { email: 'cy@example.org', firstName: 'Cy', status: 'NO' })
    const keeper = aKeeper(aDevice(admin, eventId).path, { limit: 1 })
    await keeper.follow()
    expect([...keeper.kept.values()]).toEqual([
      { number: `${id}:1`, kind: 'RSVP', state: 'ADMITS', guestName: 'Ada Berg', buyerName: 'Ada Berg' },
      { number: `${id}:2`, kind: 'RSVP', state: 'ADMITS', guestName: 'Bo Berg', buyerName: 'Ada Berg' },
      { number: `${id}:3`, kind: 'RSVP', state: 'ADMITS', guestName: '', buyerName: 'Ada Berg' },
      { number: `${other.id}:1`, kind: 'RSVP', state: 'DECLINED', guestName: 'Cy Berg', buyerName: 'Cy Berg' },
    ])
    const rsvp = { revision, additionalGuestDetails: { guestCount: 0, guestNames: [] } }
    await must(admin, 'PATCH', `/events/v2/rsvps/${id}`, { rsvp, options })
    await must(admin, 'DELETE', `/events/v2/rsvps/${other.id}`)
    await anRsvp(admin, await aParty(app), { email: 'else@example.org' })
    await keeper.follow()
    expect([...keeper.kept.keys()]).toEqual([`${id}:1`])
  })

  test('somebody more at the door: with room or beyond it, whatever guests may do themselves', async () => {
    const eventId = await aParty(app, { settings: { limit: 2, waitlistEnabled: true } })
    await anRsvp(admin, eventId)
    const path = `${aDevice(admin, eventId).path}/guests`
    const staff = await aStaffMember(app, { permissions: ['ADD_GUESTS', 'CHECK_IN_GUESTS'], events: [eventId] })
    setNow('2030-06-01T22:30:00.000Z') // it is over
    expect((await answer(await visitor(), eventId, { email: 'late@example.org' })).status).not.toBe(200)
    const bo = { firstName: 'Bo', lastName: 'Berg', email: 'bo@example.org' }
    const { entries } = (await must(staff, 'POST', path, bo)).body
    expect(entries).toEqual([
      { number: expect.any(String), kind: 'RSVP', state: 'ADMITS', guestName: 'Bo Berg', buyerName: 'Bo Berg' },
    ])
    expect(await aDevice(staff, eventId).enter(entries[0].number)).toMatchObject({ result: 'ADMITTED' })
    const cy = { firstName: 'Cy', lastName: 'Berg', email: 'cy@example.org', additionalGuests: 1 }
    const more = (body: unknown, caller = staff, of = path) => refusedWithoutTrace(sql, () => caller('POST', of, body))
    expect(await more(cy)).toEqual([428, 'RSVP_LIMIT_EXCEEDED'])
    expect((await must(staff, 'POST', path, { ...cy, anyway: true })).body.entries).toHaveLength(2)

    for (const [body, fields] of [
      [undefined, ['request']],
      [{}, ['firstName', 'lastName', 'email']],
      [{ ...bo, firstName: '' }, ['firstName']],
      [{ ...bo, lastName: null }, ['lastName']],
      [{ ...bo, email: 'bo at home' }, ['email']],
      [{ ...bo, additionalGuests: 11 }, ['additionalGuests']],
      [{ ...bo, additionalGuests: '1' }, ['additionalGuests']],
      [{ ...bo, anyway: 'yes' }, ['anyway']],
    ] as const)
      expect(await more(body)).toEqual([400, fields])
    const ticketed = (await aSale(app)).eventId
    const of = (event: string) => path.replace(eventId, event)
    expect(await more(bo, admin, of(ticketed))).toEqual([428, 'INVALID_EVENT_TYPE'])
    expect(await more(bo, staff, of(ticketed))).toEqual([403, 'PERMISSION_DENIED'])
    expect(await more(bo, admin, of(newGuid()))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(await more(bo, (await otherSite()).admin)).toEqual([404, 'EVENT_NOT_FOUND'])
    const scanner = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'] })
    for (const caller of [scanner, await visitor()]) expect(await more(bo, caller)).toEqual([403, 'PERMISSION_DENIED'])
    expect(await more(bo, app.anonymous)).toEqual([401, 'UNAUTHENTICATED'])
  })
})

describe('events to stand at', () => {
  test('what goes on and comes next, soonest first; by title what is over too', async () => {
    const site = await otherSite()
    const eventAt = async (title: string, day: string, more: object = {}) => {
      const dates = {
        startDate: `2030-${day}T18:00:00Z`,
        endDate: `2030-${day}T22:00:00Z`,
        timeZoneId: 'Europe/Berlin',
      }
      const { body } = await must(site.admin, 'POST', '/events/v3/events', {
        event: {
          title,
          location: { name: 'The hall', type: 'VENUE' },
          dateAndTimeSettings: dates,
          registration: { initialType: 'TICKETING' },
        },
        ...more,
      })
      return body.event.id as string
    }
    setNow('2030-05-20T12:00:00.000Z')
    const past = await eventAt('Long past 50%', '05-21')
    const before = await eventAt('The day before', '05-31')
    const next = await eventAt('Next', '06-02')
    const tonight = await eventAt('Tonight', '06-01')
    await eventAt('A draft', '06-01', { draft: true })
    const canceled = await eventAt('Canceled', '06-01')
    await must(site.admin, 'POST', `/events/v3/events/${canceled}/cancel`, {})
    const party = await aParty({ ...app, admin: site.admin }, { event: { title: 'A party 50%' } })
    setNow('2030-06-01T09:00:00.000Z')
    const titles = async (query = '') =>
      (await must(site.admin, 'GET', `/boxoffice/v1/door/events${query}`)).body.events.map(
        ({ id }: { id: string }) => id,
      )
    expect(await titles()).toEqual([before, ...[tonight, party].sort(), next])
    setNow('2030-06-01T11:00:00.000Z') // thirteen hours later
    expect(await titles()).toEqual([...[tonight, party].sort(), next])
    expect(await titles('?limit=1')).toHaveLength(1)
    expect(await titles('?q=50%25')).toEqual([party, past])
    expect(await titles('?q=%20next%20')).toEqual([next])
    expect(await titles(`?q=${'x'.repeat(100)}`)).toEqual([])
    for (const query of ['limit=0', 'limit=51', `q=${'x'.repeat(101)}`]) {
      const refused = await site.admin('GET', `/boxoffice/v1/door/events?${query}`)
      expect(refusalOf(refused)).toEqual([400, [query.split('=')[0]]])
    }
  })

  test('R194: what an app has to know before the network is gone', async () => {
    const sale = await aSale(app, { definition: FREE })
    const { codes, numbers } = await bought(app, { sale, quantity: 3 })
    const { eventId } = sale
    const doorSettings = { gates: ['North', 'South'] }
    await must(admin, 'PATCH', `/boxoffice/v1/events/${eventId}/door-settings`, { doorSettings })
    await aDevice(admin, eventId).enter(numbers[0] ?? '')
    const staff = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS'], events: [eventId] })
    const { events, publicKey } = (await must(staff, 'GET', '/boxoffice/v1/door/events')).body
    expect(events).toEqual([
      {
        id: eventId,
        title: 'A concert',
        kind: 'TICKETING',
        startDate: '2030-06-01T18:00:00.000Z',
        endDate: '2030-06-01T22:00:00.000Z',
        timeZoneId: 'Europe/Berlin',
        place: 'The hall',
        admissionOpensDate: '2030-06-01T16:00:00.000Z',
        gates: ['North', 'South'],
        reentry: false,
        admits: 3,
        came: 1,
        inside: 1,
        mayAddGuests: true,
        maySell: true,
      },
    ])
    const [, number, ofEvent, signature] = /\/check-in\/([^,]+),([^?]+)\?s=(.+)$/.exec(codes[1] ?? '') ?? []
    const key = createPublicKey({ key: publicKey, format: 'jwk' })
    const signed = Buffer.from(`boxoffice-ticket:${number}:${ofEvent}`)
    expect(verify(null, signed, key, Buffer.from(signature ?? '', 'base64url'))).toBe(true)
    expect(publicKey).not.toHaveProperty('d')
  })
})

test('who is inside: by definition, by gate, by minute; what does not admit is counted nowhere', async () => {
  const sale = await aSale(app, { definition: FREE })
  const [order, other] = [await bought(app, { sale, quantity: 4 }), await bought(app, { sale, quantity: 2 })]
  const [a = '', b = '', c = ''] = order.numbers
  const [north, south] = [aDevice(admin, sale.eventId), aDevice(admin, sale.eventId, { gate: 'South' })]
  setNow('2030-06-01T16:10:20.000Z')
  await north.enter(a)
  setNow('2030-06-01T17:00:10.000Z')
  await south.enter(b)
  setNow('2030-06-01T17:00:50.000Z')
  await north.enter(c)
  await north.send(other.numbers.map(number => ({ number })))
  await must(admin, 'POST', `/events/v1/ticket-reservations/${other.reservationId}/cancel`, {})
  const figures = {
    admits: 4,
    came: 3,
    inside: 3,
    definitions: [{ ticketDefinitionId: sale.definitionId, name: 'Standard', admits: 4, came: 3, inside: 3 }],
    gates: [
      { gate: 'North', entered: 2, inside: 2 },
      { gate: 'South', entered: 1, inside: 1 },
    ],
    minutes: [
      { date: '2030-06-01T16:10:00.000Z', entered: 1 },
      { date: '2030-06-01T17:00:00.000Z', entered: 2 },
    ],
    openConflicts: 0,
  }
  expect(await north.figures()).toEqual(figures)
  setNow('2030-06-01T18:30:00.000Z')
  expect(await north.figures()).toEqual({ ...figures, minutes: figures.minutes.slice(1) })
  await south.exit(a)
  const outside = { ...figures, inside: 2, minutes: figures.minutes.slice(1) }
  outside.definitions = figures.definitions.map(each => ({ ...each, inside: 2 }))
  outside.gates = figures.gates.map((each, index) => ({ ...each, inside: 1, entered: 2 - index }))
  expect(await north.figures()).toEqual(outside)
})

describe('cursors', () => {
  test('what is none, or of another event, is a 400; of a history that ended a 428', async () => {
    const { eventId } = await bought(app)
    const there = await bought(app)
    const party = await aParty(app)
    const cursorOf = async (of: string) => (await must(admin, 'GET', `${aDevice(admin, of).path}/list`)).body.cursor
    const [, follow] = JSON.parse(Buffer.from(await cursorOf(eventId), 'base64url').toString())
    const spelled = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const bad = [
      'x',
      'x'.repeat(501),
      await cursorOf(there.eventId),
      spelled([eventId, 'x', null]),
      spelled([eventId, follow]),
      spelled([eventId, follow, 7]),
      spelled([eventId, follow, '\u0000']),
      spelled({ eventId }),
    ]
    for (const after of bad)
      expect(refusalOf(await admin('GET', `${aDevice(admin, eventId).path}/list?after=${after}`))).toEqual([
        400,
        ['after'],
      ])
    for (const last of ['0000-01-01T00:00:00.000Z x', `+275760-09-13T00:00:00.000Z ${newGuid()}`, 'x']) {
      const after = spelled([party, follow, last])
      const listed = await admin('GET', `${aDevice(admin, party).path}/list?after=${after}`)
      expect(refusalOf(listed)).toEqual([400, ['after']])
    }
    const ended = Buffer.from(JSON.stringify([newGuid(), 1, 1])).toString('base64url')
    const gone = await admin('GET', `${aDevice(admin, eventId).path}/list?after=${spelled([eventId, ended, null])}`)
    expect(refusalOf(gone)).toEqual([428, 'HISTORY_ENDED'])
    for (const query of ['limit=0', 'limit=1001', 'limit=x'])
      expect(refusalOf(await admin('GET', `${aDevice(admin, eventId).path}/list?${query}`))).toEqual([400, ['limit']])
  })
})
