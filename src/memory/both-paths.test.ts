import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { ADA, must } from '../../test/support/sale.ts'
import { anArea, PLANS, reserveSeats, seatsOf } from '../../test/support/seats.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'

// What is remembered must read like what the database says, in any state and at once. A guest who asks in the usual way
// is served from memory; the same guest who asks for a list, or names a sort, is not.

const app = await testApp()
const { admin, visitor, sql, setNow, now } = app

test('whatever happens, memory and database give guests the same answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(3), fc.array(happening, { minLength: 6, maxLength: 11 }), async (kind, happenings) => {
      setNow('2030-05-01T12:00:00.000Z')
      const scene = await aScene(kind === 0)
      await compare(scene)
      for (const [what, one, two] of happenings) {
        await HAPPENINGS[what](scene, one, two)
        await compare(scene)
      }
    }),
    { numRuns: 12 },
  )
}, 120_000)

type Scene = { guest: Caller; eventId: string; slug: string; definitions: string[]; reservations: string[] }

async function aScene(draft: boolean): Promise<Scene> {
  const { body } = await must(admin, 'POST', '/events/v3/events', {
    draft,
    event: {
      title: 'A concert',
      location: { name: 'The hall', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: '2030-05-01T14:00:00Z',
        endDate: '2030-05-01T14:30:00Z',
        timeZoneId: 'Europe/Berlin',
      },
      registration: { initialType: 'TICKETING' },
    },
  })
  const scene = {
    guest: await visitor(),
    eventId: body.event.id,
    slug: body.event.slug,
    definitions: [],
    reservations: [],
  }
  for (const [one, two] of [
    [3, 1],
    [4, 0],
    [8, 0],
    [6, 6],
  ] as const)
    await HAPPENINGS.define(scene, one, two)
  return scene
}

const FIELDS = ['DETAILS', 'TEXTS', 'REGISTRATION', 'URLS', 'FORM', 'SEO_SETTINGS', 'AGENDA', 'CATEGORIES']

async function compare({ guest, eventId, slug }: Scene): Promise<void> {
  const fields = FIELDS.map(field => `fields=${field}`).join('&')
  const listed = await must(guest, 'POST', '/events/v3/events/query', {
    query: { filter: { slug }, paging: { limit: 1 } },
    fields: FIELDS,
  })
  const [event] = listed.body.events
  for (const path of [`slug/${slug}`, eventId]) {
    const answer = await guest('GET', `/events/v3/events/${path}?${fields}`)
    if (event) expect(answer).toMatchObject({ status: 200, body: { event } })
    else expect(answer.status).toBe(403)
    if (event) expect(answer.body).toEqual({ event })
  }

  const available = '/events/v3/ticket-definitions/available/query'
  const filter = { eventId }
  const sort = [{ fieldName: 'createdDate', order: 'ASC' }]
  for (const paging of [{}, { paging: { limit: 2, offset: 1 } }, { cursorPaging: { limit: 100 } }]) {
    const [known, read] = [
      { filter, ...paging },
      { filter, ...paging, sort },
    ].map(query => ({ query, fields: ['EVENT_DETAILS'] }))
    const answers = [await must(guest, 'POST', available, known), await must(guest, 'POST', available, read)]
    expect(answers[0]?.body).toEqual(answers[1]?.body)
  }

  // Places may be a moment late where they change more than 20 times a second.
  const placesBy = async (query: object) =>
    (await must(guest, 'POST', available, { query, fields: ['SEATING_DETAILS'] })).body
  const places = await placesBy({ filter, sort })
  await expect.poll(() => placesBy({ filter }), { interval: 10 }).toEqual(places)

  const list = '/events/v1/checkout/available-tickets'
  for (const search of ['', '&limit=100', '&limit=2&offset=1', '&limit=100&state=INCLUDE_HIDDEN_NOT_ON_SALE']) {
    const url = `${list}?eventId=${eventId}${search}`
    expect((await must(guest, 'GET', url)).body).toEqual((await must(guest, 'GET', `${url}&sort=created:asc`)).body)
  }
  const asked = { filter: { eventId: { $eq: eventId } }, limit: 10 }
  expect((await must(guest, 'POST', `${list}/query`, asked)).body).toEqual(
    (await must(guest, 'POST', `${list}/query`, { ...asked, sort: 'created:asc' })).body,
  )

  const availability = `/boxoffice/v1/events/${eventId}/availability`
  const [known, read] = [await guest('GET', availability), await admin('GET', availability)]
  if (!event) return expect(known.status).toBe(403)
  // When holds end, numbers that are pushed do not say: at most a second late.
  for (const { body } of [known, read]) {
    delete body.availability.nextReleaseDate
    delete body.availability.lastReleaseDate
  }
  expect(known.body).toEqual(read.body)
}

const pick = <T>(list: readonly T[], one: number): T | undefined => list[one % Math.max(1, list.length)]
const SALES = [
  null,
  { startDate: '2030-05-01T12:05:00Z', endDate: '2030-05-01T12:40:00Z', displayNotOnSale: false },
  { startDate: '2030-05-01T12:05:00Z', displayNotOnSale: true },
  { endDate: '2030-05-01T12:20:00Z', displayNotOnSale: false },
]
const euros = (value: string) => ({ value, currency: 'EUR' })
const PRICES = [
  { fixedPrice: euros('0') },
  { fixedPrice: euros('12.50') },
  { guestPrice: euros('3.00') },
  {
    pricingOptions: {
      optionDetails: [
        { name: 'Adult', price: euros('0') },
        { name: 'Student', price: euros('8') },
      ],
    },
  },
]

/** Each may be refused; then nothing happened, and the answers are still to be the same. */
const HAPPENINGS = {
  define: async (scene: Scene, one: number, two: number) => {
    const { body } = await admin('POST', '/events/v3/ticket-definitions', {
      ticketDefinition: {
        eventId: scene.eventId,
        name: `Ticket ${scene.definitions.length}`,
        feeType: 'FEE_INCLUDED',
        pricingMethod: pick(PRICES, two),
        hidden: one % 5 === 4,
        ...(one % 3 !== 2 && { initialLimit: one % 7 }),
        salePeriod: pick(SALES, one + two),
      },
    })
    if (body.ticketDefinition) scene.definitions.push(body.ticketDefinition.id)
  },
  change: async (scene: Scene, one: number, two: number) => {
    const url = `/events/v3/ticket-definitions/${pick(scene.definitions, one)}`
    const { body } = await admin('GET', url)
    const changes = [
      { initialLimit: two % 6 },
      { hidden: two % 2 === 0 },
      { salePeriod: pick(SALES, two) },
      { name: 'New' },
    ]
    await admin('PATCH', url, {
      ticketDefinition: { revision: body.ticketDefinition?.revision, ...pick(changes, one + two) },
    })
  },
  remove: (scene: Scene, one: number) =>
    admin('DELETE', `/events/v3/ticket-definitions/${pick(scene.definitions, one)}`),
  publish: (scene: Scene) => admin('POST', `/events/v3/events/${scene.eventId}/publish`, {}),
  cancelEvent: (scene: Scene) => admin('POST', `/events/v3/events/${scene.eventId}/cancel`, {}),
  rename: (scene: Scene, one: number) =>
    admin('PATCH', `/events/v3/events/${scene.eventId}`, { event: { title: `Title ${one}` } }),
  pause: (scene: Scene, one: number) =>
    admin('PATCH', `/events/v3/events/${scene.eventId}`, {
      event: { registration: { registrationPaused: one % 2 === 0 } },
    }),
  categorize: async (scene: Scene, one: number) => {
    const { body } = await must(admin, 'POST', '/events/v1/categories', { category: { name: `Category ${one}` } })
    await must(admin, 'POST', `/events/v1/categories/${body.category.id}/events`, { eventId: [scene.eventId] })
  },
  reserve: async (scene: Scene, one: number, two: number) => {
    const tickets = [{ ticketDefinitionId: pick(scene.definitions, one), quantity: 1 + (two % 3) }]
    const { body } = await scene.guest('POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
    if (body.ticketReservation) scene.reservations.push(body.ticketReservation.id)
  },
  plan: async (scene: Scene, one: number, two: number) => {
    const sections = [
      { id: 0, label: 'Stalls', ticketDefinitionId: pick(scene.definitions, one), elements: [seatsOf(1, 3)] },
      { id: 1, label: 'Floor', ticketDefinitionId: pick(scene.definitions, two), elements: [anArea(1, 3)] },
    ]
    const { body } = await must(admin, 'GET', `${PLANS}?eventId=${scene.eventId}`)
    const [plan] = body.seatingPlans
    const seatingPlan = { eventId: scene.eventId, name: 'Hall', sections, revision: plan?.revision }
    if (!plan) return admin('POST', PLANS, { seatingPlan })
    return one % 4 === 0
      ? admin('DELETE', `${PLANS}/${plan.id}`)
      : admin('PATCH', `${PLANS}/${plan.id}`, { seatingPlan })
  },
  reserveSeats: async (scene: Scene, one: number, two: number) => {
    const seat = pick(['0-1-1', '0-1-2', '1-1-GA'], two) ?? ''
    const { body } = await reserveSeats(scene.guest, pick(scene.definitions, one) ?? '', seat)
    if (body.ticketReservation) scene.reservations.push(body.ticketReservation.id)
  },
  giveBack: (scene: Scene, one: number) =>
    admin('POST', `/events/v1/ticket-reservations/${pick(scene.reservations, one)}/cancel`),
  checkOut: (scene: Scene, one: number) =>
    scene.guest('POST', '/events/v1/checkout', {
      eventId: scene.eventId,
      reservationId: pick(scene.reservations, one),
      guests: [{ form: ADA }],
    }),
  wait: async (_: Scene, one: number, two: number) => {
    const milliseconds = pick([1, 400, 5 * 60_000, 20 * 60_000 - 1, 20 * 60_000], one + two) ?? 0
    setNow(new Date(now().getTime() + milliseconds))
  },
  /** To the last millisecond before something changes by itself, and into it. */
  turn: async (scene: Scene) => {
    const [row] = await sql<{ next: Date | null }[]>`
      select min(moment) as next
        from (
               select expires_at as moment from ticket_reservations
                where event_id = ${scene.eventId} and status = 'PENDING'
                union all
               select unnest(array[sale_start_at, sale_end_at]) from ticket_definitions where event_id = ${scene.eventId}
                union all
               select unnest(array[start_at, end_at]) from events where event_id = ${scene.eventId}
             ) as moments
       where moment > ${now()}`
    if (!row?.next) return
    setNow(new Date(row.next.getTime() - 1))
    await compare(scene)
    setNow(row.next)
  },
  expire: () => expireOverdue(sql, now()),
  byHand: async (scene: Scene, one: number) => {
    // Not by any verb: told by the trigger, and soon rather than at once.
    const title = `By hand ${one} ${Math.random()}`
    await sql`update events set title = ${title} where event_id = ${scene.eventId}`
    await expect
      .poll(async () => {
        const { status, body } = await scene.guest('GET', `/events/v3/events/${scene.eventId}`)
        return status === 403 ? title : body.event.title
      })
      .toBe(title)
  },
} satisfies Record<string, (scene: Scene, one: number, two: number) => Promise<unknown>>

type Name = keyof typeof HAPPENINGS
const once = Object.keys(HAPPENINGS) as Name[]
const often = {
  reserve: 14,
  plan: 4,
  reserveSeats: 10,
  giveBack: 4,
  checkOut: 4,
  wait: 3,
  turn: 6,
  expire: 3,
  publish: 3,
}
const happening = fc.tuple(
  fc.constantFrom(...once, ...Object.entries(often).flatMap(([name, times]) => Array<Name>(times).fill(name as Name))),
  fc.nat(20),
  fc.nat(20),
)
