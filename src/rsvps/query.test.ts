import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aMember } from '../../test/support/promotions.ts'
import { anRsvp, aParty, askForGuests } from '../../test/support/rsvps.ts'
import { must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { admin, visitor, setNow } = app
const guest = await visitor()
const RSVPS = '/events/v2/rsvps'

const PEOPLE = [
  { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' },
  { firstName: 'Bea', lastName: 'Castle', email: 'bea@mail.example.com' },
  { firstName: 'Cleo', lastName: 'Bergmann', email: 'cleo@example.org', status: 'NO' },
  {
    firstName: 'Dan',
    lastName: '100%',
    email: 'dan@example.org',
    additionalGuestDetails: { guestCount: 2, guestNames: ['Emil Falk'] },
  },
]

/** One party with these people, a minute between them. */
async function aFullParty(): Promise<string> {
  const eventId = await aParty(app, { settings: { responseType: 'YES_AND_NO' } })
  await askForGuests(app, eventId)
  for (const [index, person] of PEOPLE.entries()) {
    setNow(new Date(Date.UTC(2030, 4, 1, 21, 58 + index)))
    await anRsvp(admin, eventId, person)
  }
  setNow('2030-05-01T12:00:00.000Z')
  return eventId
}
const eventId = await aFullParty()
const namesOf = (body: { rsvps: { firstName: string }[] }) => body.rsvps.map(({ firstName }) => firstName).join()
const search = async (search: object) => {
  const filter = { eventId }
  return (await must(admin, 'POST', `${RSVPS}/search`, { search: { filter, ...search }, fields: ['DETAILS'] })).body
}

describe('api 6.5: query', () => {
  const query = async (filter: object, more: object = {}) =>
    namesOf(
      (
        await must(admin, 'POST', `${RSVPS}/query`, {
          query: { filter: { eventId, ...filter }, ...more },
          fields: ['DETAILS'],
        })
      ).body,
    )

  test.each([
    [{}, 'Ada,Bea,Cleo,Dan'],
    [{ status: 'NO' }, 'Cleo'],
    [{ status: { $in: ['YES'] } }, 'Ada,Bea,Dan'],
    [{ createdDate: { $gt: '2030-05-01T21:59:00Z' } }, 'Cleo,Dan'],
    [{ memberId: { $exists: true } }, ''],
    [{ contactId: null }, ''],
    [{ fullyCheckedIn: false, totalGuests: { $gte: 2 } }, 'Dan'],
    [{ id: { $nin: [newGuid()] }, firstName: { $startsWith: 'b' } }, 'Bea'],
    [{ $or: [{ firstName: 'Ada' }, { $not: { status: 'YES' } }] }, 'Ada,Cleo'],
  ])('events 13.2: %j', async (filter, expected) => {
    expect(await query(filter)).toBe(expected)
  })

  test('api 6.5: by each sortable field, and by id after it', async () => {
    expect(
      await query(
        {},
        {
          sort: [
            { fieldName: 'status', order: 'ASC' },
            { fieldName: 'createdDate', order: 'DESC' },
          ],
        },
      ),
    ).toBe('Cleo,Dan,Bea,Ada')
    for (const fieldName of ['createdDate', 'updatedDate', 'status', 'fullyCheckedIn'])
      expect((await query({}, { sort: [{ fieldName }] })).split(',')).toHaveLength(4)
  })

  test('api 6.3: a cursor remembers filter and sort; the last page has no next', async () => {
    const first = await must(admin, 'POST', `${RSVPS}/query`, {
      query: { filter: { eventId }, sort: [{ fieldName: 'createdDate', order: 'DESC' }], cursorPaging: { limit: 3 } },
      fields: ['DETAILS'],
    })
    const { cursors, hasNext, count } = first.body.pagingMetadata
    expect([namesOf(first.body), hasNext, count]).toEqual(['Dan,Cleo,Bea', true, 3])
    const cursorPaging = { cursor: cursors.next }
    const next = await must(admin, 'POST', `${RSVPS}/query`, { query: { cursorPaging }, fields: ['DETAILS'] })
    expect([namesOf(next.body), next.body.pagingMetadata.hasNext]).toEqual(['Ada', false])
  })

  test.each([
    [{ query: { filter: { shoeSize: 1 } } }, 'FILTER_PARSER_ERROR'],
    [{ query: { filter: { status: { $gt: 'A' } } } }, 'FILTER_PARSER_ERROR'],
    [{ query: { sort: [{ fieldName: 'shoeSize' }] } }, ['query.sort[0].fieldName']],
    [{ query: { cursorPaging: { limit: 101 } } }, ['query.cursorPaging.limit']],
    [{ query: { cursorPaging: { cursor: 'x' } } }, ['query.cursorPaging.cursor']],
    [{ fields: ['ALL'] }, ['fields[0]']],
  ])('api 6.1.4, 6.3.6: %j is refused', async (body, expected) => {
    expect(refusalOf(await admin('POST', `${RSVPS}/query`, body))).toEqual([400, expected])
  })
})

describe('api 6.6: search', () => {
  test.each([
    [{ expression: 'BERG' }, 'Ada,Cleo'],
    [{ expression: 'ada castle' }, 'Ada,Bea'],
    [{ expression: 'berg cleo', mode: 'AND' }, 'Cleo'],
    [{ expression: 'emil', fields: ['guestList.guests.fullName'] }, 'Dan'],
    [{ expression: 'emil', fields: ['firstName', 'lastName'] }, ''],
    [{ expression: 'mail.', fields: ['emailDomain'] }, 'Bea'],
    [{ expression: 'ada', fields: ['emailDomain'] }, ''],
    [{ expression: '0%' }, 'Dan'],
    [{ expression: '_' }, ''],
    [{ expression: 'castel' }, ''],
    [{ expression: 'cestle', fuzzy: true }, 'Bea'],
    [{ expression: 'casttle', fuzzy: true }, 'Bea'],
    [{ expression: 'catle', fuzzy: true }, 'Bea'],
    [{ expression: 'xda', fuzzy: true }, ''],
    [{ expression: '  ' }, 'Ada,Bea,Cleo,Dan'],
  ])('api 6.6.1: %j', async (details, expected) => {
    expect(namesOf(await search({ search: details }))).toBe(expected)
  })

  test('api 6.6.1, 6.3.3: a cursor remembers the words too', async () => {
    const { pagingMetadata } = await search({ search: { expression: 'berg' }, cursorPaging: { limit: 1 } })
    const next = await must(admin, 'POST', `${RSVPS}/search`, {
      search: { cursorPaging: { cursor: pagingMetadata.cursors.next } },
      fields: ['DETAILS'],
    })
    expect([namesOf(next.body), next.body.pagingMetadata.hasNext]).toEqual(['Cleo', false])
  })

  test.each([
    [
      { type: 'VALUE', fieldPath: 'status' },
      {
        values: {
          results: [
            { value: 'YES', count: 3 },
            { value: 'NO', count: 1 },
          ],
        },
      },
    ],
    [
      { type: 'VALUE', fieldPath: 'status', value: { sortType: 'VALUE', limit: 1 } },
      { values: { results: [{ value: 'NO', count: 1 }] } },
    ],
    [{ type: 'VALUE', fieldPath: 'memberId' }, { values: { results: [] } }],
    [
      {
        type: 'VALUE',
        fieldPath: 'memberId',
        value: { missingValues: 'INCLUDE', includeOptions: { addToBucket: 'guests' } },
      },
      { values: { results: [{ value: 'guests', count: 4 }] } },
    ],
    [
      { type: 'RANGE', fieldPath: 'totalGuests', range: { buckets: [{ to: 2 }, { from: 1 }] } },
      {
        ranges: {
          results: [
            { to: 2, count: 3 },
            { from: 1, count: 1 },
          ],
        },
      },
    ],
    [{ type: 'SCALAR', fieldPath: 'totalGuests', scalar: { type: 'MAX' } }, { scalar: { type: 'MAX', value: 3 } }],
    [{ type: 'SCALAR', fieldPath: 'totalGuests', scalar: { type: 'MIN' } }, { scalar: { type: 'MIN', value: 1 } }],
    [
      { type: 'SCALAR', fieldPath: 'contactId', scalar: { type: 'COUNT_DISTINCT' } },
      { scalar: { type: 'COUNT_DISTINCT', value: 4 } },
    ],
  ])('api 6.6.2: %j', async (aggregation, expected) => {
    const { aggregationData } = await search({
      aggregations: [{ name: 'one', ...aggregation }],
      cursorPaging: { limit: 0 },
    })
    expect(aggregationData.results).toEqual([
      { name: 'one', type: aggregation.type, fieldPath: aggregation.fieldPath, ...expected },
    ])
  })

  test.each([
    ['UTC', ['2030-05-01T00:00:00.000Z', 4]],
    ['Europe/Berlin', ['2030-04-30T22:00:00.000Z', 2], ['2030-05-01T22:00:00.000Z', 2]],
    ['+02:00', ['2030-04-30T22:00:00.000Z', 2], ['2030-05-01T22:00:00.000Z', 2]],
  ] as const)('api 6.6.2: days are those of the time zone: %s', async (timeZone, ...expected) => {
    const histogram = { type: 'DATE_HISTOGRAM', fieldPath: 'createdDate', dateHistogram: { interval: 'DAY' } }
    const { aggregationData } = await search({ aggregations: [histogram], timeZone })
    const { results } = aggregationData.results[0].dateHistogram
    // 21:58 and 21:59 UTC lie before midnight in Berlin, 22:00 and 22:01 after it.
    expect(results.map(({ value, count }: { value: string; count: number }) => [value, count])).toEqual(expected)
  })

  test.each([
    [{ search: { fields: ['shoeSize'], expression: 'x' } }, ['search.search.fields[0]']],
    [{ search: { expression: 'x'.repeat(101) } }, ['search.search.expression']],
    [{ search: { mode: 'NEITHER' } }, ['search.search.mode']],
    [{ timeZone: 'Mars/Olympus', aggregations: [{ type: 'VALUE', fieldPath: 'status' }] }, ['search.timeZone']],
    [{ aggregations: [{ type: 'NESTED', fieldPath: 'status' }] }, ['search.aggregations[0].type']],
    [{ aggregations: [{ type: 'VALUE', fieldPath: 'shoeSize' }] }, ['search.aggregations[0].fieldPath']],
    [{ aggregations: [{ type: 'RANGE', fieldPath: 'status' }] }, ['search.aggregations[0].fieldPath']],
    [
      { aggregations: [{ type: 'RANGE', fieldPath: 'totalGuests', range: { buckets: [{}] } }] },
      ['search.aggregations[0].range.buckets[0].from'],
    ],
    [{ aggregations: [{ type: 'SCALAR', fieldPath: 'totalGuests' }] }, ['search.aggregations[0].scalar.type']],
    [
      { aggregations: [{ type: 'DATE_HISTOGRAM', fieldPath: 'status', dateHistogram: { interval: 'DAY' } }] },
      ['search.aggregations[0].fieldPath'],
    ],
    [{ cursorPaging: { cursor: 'x' } }, ['search.cursorPaging.cursor']],
  ])('api 5.2.3: %j is refused', async (body, expected) => {
    expect(refusalOf(await admin('POST', `${RSVPS}/search`, { search: body }))).toEqual([400, expected])
  })
})

test('events 13.2: count takes a filter and words', async () => {
  const count = async (body: object) => (await must(admin, 'POST', `${RSVPS}/count`, body)).body.count
  expect(await count({ filter: { eventId } })).toBe(4)
  expect(await count({ filter: { eventId, status: 'YES' }, search: { expression: 'berg' } })).toBe(1)
})

test('events 13.5.9: a summary counts people by status, and RSVPs in all', async () => {
  const nobody = await aParty(app)
  const url = `${RSVPS}/summaries?eventId=${nobody}&eventId=${eventId}&eventId=${newGuid()}`
  expect((await must(admin, 'GET', url)).body.summaries).toEqual([
    { eventId: nobody, yesGuestCount: 0, noGuestCount: 0, waitlistGuestCount: 0, totalRsvpCount: 0 },
    { eventId, yesGuestCount: 5, noGuestCount: 1, waitlistGuestCount: 0, totalRsvpCount: 4 },
  ])
  expect(refusalOf(await admin('GET', `${RSVPS}/summaries`))).toEqual([400, ['eventId']])
})

test('events 13.5.10: a member sees its own RSVPs; nobody else has any', async () => {
  const [one, other] = [await aParty(app), await aParty(app)]
  const ada = await aMember(app)
  const mine = await anRsvp(ada.caller, one)
  await anRsvp(guest, one, { email: 'b@example.org' })
  await anRsvp(ada.caller, other)
  const url = `${RSVPS}/current?eventId=${one}`
  const { body } = await must(ada.caller, 'GET', `${url}&fields=CONTACT_DETAILS&paging.limit=10`)
  expect([body.rsvps.length, body.rsvps[0].id, body.rsvps[0].email]).toEqual([1, mine.id, 'ada@example.org'])
  const both = await must(ada.caller, 'GET', `${url}&eventId=${other}&paging.limit=1`)
  const { next } = both.body.pagingMetadata.cursors
  const second = await must(ada.caller, 'GET', `${url}&eventId=${other}&paging.cursor=${next}`)
  // Made at the same moment, so that their order is that of their ids.
  expect(new Set([both, second].map(each => each.body.rsvps[0].eventId))).toEqual(new Set([one, other]))
  expect((await must((await aMember(app)).caller, 'GET', url)).body.rsvps).toEqual([])
  for (const caller of [guest, admin])
    expect(refusalOf(await caller('GET', url))).toEqual([403, 'MEMBER_IDENTITY_NOT_FOUND'])
  expect(refusalOf(await ada.caller('GET', `${RSVPS}/current`))).toEqual([400, ['eventId']])
})

test('events 9.5.11: staff read RSVPs of their events', async () => {
  const dora = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [await aParty(app)] })
  expect((await must(dora, 'POST', `${RSVPS}/query`, {})).body.rsvps).toEqual([])
  const here = await aStaffMember(app, { permissions: ['READ_GUEST_FORM'], events: [eventId] })
  expect((await must(here, 'POST', `${RSVPS}/query`, {})).body.rsvps).toHaveLength(4)
})
