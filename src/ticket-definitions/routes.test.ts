import * as schemas from '@wix/auto_sdk_events_ticket-definitions-v-2/schemas'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Answer, type Caller, testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import {
  aDefinition,
  archiveOrder,
  aSale,
  checkOut,
  FREE,
  must,
  refusalOf,
  reserveTickets,
} from '../../test/support/sale.ts'
import { inTransaction } from '../db/transaction.ts'
import { publishedPaths } from '../http/mounts.ts'
import { newGuid } from '../ids.ts'
import { DEFINITIONS_MAX } from './model.ts'
import { insertDefinition, lockDefinitionsOfEvent } from './store.ts'

const app = await testApp()
const { admin, visitor, anonymous, otherSite, sql, siteId, setNow, now } = app
const withFees = await testApp({ serviceFeePercent: '2.5' })

const V3 = '/events/v3/ticket-definitions'
const euros = (value: string) => ({ value, currency: 'EUR' })
const fixed = (value: string, currency = 'EUR') => ({ pricingMethod: { fixedPrice: { value, currency } } })
const guest = (value: string) => ({ pricingMethod: { guestPrice: euros(value) } })
const options = (...prices: string[]) => ({
  pricingMethod: {
    pricingOptions: { optionDetails: prices.map((value, index) => ({ name: `Option ${index}`, price: euros(value) })) },
  },
})

const create = (caller: Caller, definition: Record<string, unknown>, fields?: unknown) =>
  caller('POST', V3, {
    ticketDefinition: { name: 'Standard', feeType: 'FEE_INCLUDED', ...fixed('10'), ...definition },
    fields,
  })
const update = (id: string, ticketDefinition: Record<string, unknown>, more = {}) =>
  admin('PATCH', `${V3}/${id}`, { ticketDefinition, ...more })
const get = async (id: string, query = '') => (await must(admin, 'GET', `${V3}/${id}${query}`)).body.ticketDefinition
const anUnsoldEvent = () => anEvent(sql, siteId)

/** Everything that a refusal must leave as it is. */
async function state() {
  const [row] = await sql`
    select (select jsonb_agg(d order by ticket_definition_id) from ticket_definitions as d) as definitions,
           (select jsonb_agg(i order by ticket_definition_id) from inventory as i) as inventory,
           (select count(*) from activities) as activities`
  return JSON.stringify(row)
}

async function expectRefusal(ask: () => Promise<Answer>, refusal: [number, string | string[]]) {
  const before = await state()
  const answer = await ask()
  expect(refusalOf(answer)).toEqual(refusal)
  expect(await state()).toBe(before)
  return answer
}

const kindsOf = async (id: string) =>
  (await sql`select kind, sequence, data from activities where entity_id = ${id} order by sequence`).map(row => [
    row.kind,
    row.sequence,
  ])

describe('create and read', () => {
  test('R85, R64, R71: a definition answers with what it was given, whole minutes, and its numbers when asked', async () => {
    const eventId = await anUnsoldEvent()
    const answer = await create(
      admin,
      {
        eventId,
        name: 'Early bird',
        description: 'Until March',
        policyText: 'No refunds',
        initialLimit: 50,
        salePeriod: {
          startDate: '2030-04-01T10:00:42.900+02:00',
          endDate: '2030-05-31T08:00:59Z',
          displayNotOnSale: true,
        },
        extendedFields: { namespaces: { _user_fields: { colour: 'red' } } },
      },
      ['SALES_DETAILS'],
    )
    expect(answer.status).toBe(200)
    expect(answer.body.ticketDefinition).toEqual({
      id: expect.any(String),
      eventId,
      revision: '1',
      createdDate: now().toISOString(),
      updatedDate: now().toISOString(),
      name: 'Early bird',
      description: 'Until March',
      policyText: 'No refunds',
      hidden: false,
      limited: true,
      initialLimit: 50,
      actualLimit: 50,
      limitPerCheckout: 20,
      pricingMethod: { fixedPrice: euros('10.00'), pricingType: 'STANDARD', free: false },
      feeType: 'FEE_INCLUDED',
      salePeriod: {
        startDate: '2030-04-01T08:00:00.000Z',
        endDate: '2030-05-31T08:00:00.000Z',
        displayNotOnSale: true,
      },
      saleStatus: 'SALE_STARTED',
      salesDetails: { unsoldCount: 50, soldCount: 0, reservedCount: 0, soldOut: false },
      extendedFields: { namespaces: { _user_fields: { colour: 'red' } } },
      sortIndex: 0,
    })
    expect(judgedByClient(schemas.CreateTicketDefinitionResponse, answer.body.ticketDefinition)).toEqual([])
    const { salesDetails, ...rest } = answer.body.ticketDefinition
    expect(await get(rest.id)).toEqual(rest)
  })

  test('R62, R85: without a limit it is unlimited, and what was not asked for is absent', async () => {
    const { definitionId } = await aSale(app)
    const plain = await get(definitionId)
    expect(plain).toMatchObject({ limited: false, limitPerCheckout: 20, hidden: false })
    for (const member of [
      'initialLimit',
      'actualLimit',
      'salePeriod',
      'salesDetails',
      'eventDetails',
      'seatingDetails',
    ])
      expect(plain).not.toHaveProperty(member)
    const { salesDetails } = await get(definitionId, '?fields=SALES_DETAILS')
    expect(salesDetails).toEqual({ soldCount: 0, reservedCount: 0, soldOut: false })
    const nothing = await get(definitionId, '?fields=POLICY&fields=SEATING_DETAILS')
    expect(nothing).toEqual(plain)
  })

  test('R85: EVENT_DETAILS shows the event as the client wants it', async () => {
    const { eventId, definitionId } = await aSale(app, { event: {} })
    await must(admin, 'PATCH', `/events/v3/events/${eventId}`, {
      event: {
        shortDescription: 'Loud',
        location: { address: { city: 'Berlin', country: 'DE', addressLine: 'Platz 1' } },
      },
    })
    const definition = await get(definitionId, '?fields=EVENT_DETAILS&fields=SALES_DETAILS')
    expect(definition.eventDetails).toMatchObject({
      title: 'A concert',
      shortDescription: 'Loud',
      status: 'UPCOMING',
      location: { name: 'The hall', type: 'VENUE', locationTbd: false, address: { city: 'Berlin', country: 'DE' } },
      dateAndTimeSettings: {
        dateAndTimeTbd: false,
        startDate: '2030-06-01T18:00:00.000Z',
        timeZoneId: 'Europe/Berlin',
      },
      eventPageUrl: { base: 'http://127.0.0.1:8080', path: expect.stringMatching(/^\/event-details\/a-concert/) },
    })
    expect(judgedByClient(schemas.GetTicketDefinitionResponse, definition)).toEqual([])
  })

  test.each([
    ['a fixed price', fixed('12.5'), { fixedPrice: euros('12.50'), pricingType: 'STANDARD', free: false }],
    ['nothing', fixed('0'), { fixedPrice: euros('0.00'), pricingType: 'STANDARD', free: true }],
    ['what the guest wants', guest('0'), { guestPrice: euros('0.00'), pricingType: 'DONATION', free: false }],
    ['yen', fixed('1000', 'JPY'), { fixedPrice: { value: '1000', currency: 'JPY' } }],
    ['the most', fixed('9999999999.99'), { fixedPrice: euros('9999999999.99') }],
    ['null beside it', { pricingMethod: { fixedPrice: euros('1'), guestPrice: null } }, { fixedPrice: euros('1.00') }],
    ['options', options('40', '15'), { pricingType: 'STANDARD', free: false }],
    ['options that cost nothing', options('0', '0.00'), { pricingType: 'STANDARD', free: true }],
  ])('5.1, R90: it may cost %s', async (_, pricing, shown) => {
    const { status, body } = await create(admin, { eventId: await anUnsoldEvent(), ...pricing })
    expect([status, body.ticketDefinition?.pricingMethod]).toMatchObject([200, shown])
    expect(judgedByClient(schemas.CreateTicketDefinitionResponse, body.ticketDefinition)).toEqual([])
  })

  test('R92: options get an id, and keep the one that they were given', async () => {
    const optionId = newGuid()
    const pricingMethod = {
      pricingOptions: {
        optionDetails: [
          { name: 'Adult', price: euros('40'), optionId: optionId.toUpperCase() },
          { name: 'Child', price: euros('15') },
        ],
      },
    }
    const { body } = await create(admin, { eventId: await anUnsoldEvent(), pricingMethod })
    const { optionDetails } = body.ticketDefinition.pricingMethod.pricingOptions
    expect(optionDetails).toEqual([
      { optionId, name: 'Adult', price: euros('40.00') },
      { optionId: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'Child', price: euros('15.00') },
    ])
    const again = await update(body.ticketDefinition.id, {
      revision: '1',
      pricingMethod: { pricingOptions: { optionDetails: [...optionDetails, { name: 'Dog', price: euros('1') }] } },
    })
    expect(again.body.ticketDefinition.pricingMethod.pricingOptions.optionDetails.slice(0, 2)).toEqual(optionDetails)
  })

  test('R12, api 3.2.4: what the server owns is ignored, whatever it is', async () => {
    const eventId = await anUnsoldEvent()
    const id = newGuid()
    const owned = { id, _id: id, revision: 7, limited: 'x', saleStatus: 'SALE_ENDED', salesDetails: 3, sortIndex: 99 }
    const { status, body } = await create(admin, { eventId, ...owned })
    expect([status, body.ticketDefinition]).toMatchObject([200, { revision: '1', limited: false, sortIndex: 0 }])
    expect(body.ticketDefinition.id).not.toBe(id)
  })

  test('api 13.1: GUIDs are taken in either case', async () => {
    const eventId = await anUnsoldEvent()
    const { body } = await create(admin, { eventId: eventId.toUpperCase() })
    expect(body.ticketDefinition.eventId).toBe(eventId)
    expect((await get(body.ticketDefinition.id.toUpperCase())).id).toBe(body.ticketDefinition.id)
  })

  test('R70: the sale status follows the clock; its first and its last moment', async () => {
    const { definitionId } = await aSale(app, {
      definition: { salePeriod: { startDate: '2030-05-02T00:00:00Z', endDate: '2030-05-03T00:00:00Z' } },
    })
    const seen: unknown[] = []
    for (const moment of [
      '2030-05-01T23:59:59.999Z',
      '2030-05-02T00:00:00Z',
      '2030-05-02T23:59:59.999Z',
      '2030-05-03T00:00:00Z',
    ]) {
      setNow(moment)
      const { saleStatus, salePeriod } = await get(definitionId)
      expect(salePeriod.displayNotOnSale).toBe(false)
      seen.push(saleStatus)
    }
    setNow('2030-05-01T12:00:00.000Z')
    expect(seen).toEqual(['SALE_SCHEDULED', 'SALE_STARTED', 'SALE_STARTED', 'SALE_ENDED'])
  })

  test('R86: only events of type TICKETING have definitions', async () => {
    const eventId = await anEvent(sql, siteId, { initialType: 'RSVP' })
    await expectRefusal(() => create(admin, { eventId }), [428, 'INVALID_EVENT_TYPE'])
  })

  test('R86: an unknown event and one of another site are 404', async () => {
    const foreign = await anEvent(sql, (await otherSite()).siteId)
    for (const eventId of [newGuid(), foreign])
      await expectRefusal(() => create(admin, { eventId }), [404, 'EVENT_NOT_FOUND'])
  })

  test.each([
    ['ends before it starts', '2030-05-02T10:00:00Z', '2030-05-02T09:59:00Z'],
    ['ends as it starts', '2030-05-02T10:00:00Z', '2030-05-02T10:00:00Z'],
    ['ends within its first minute', '2030-05-02T10:00:01Z', '2030-05-02T10:00:59Z'],
  ])('R88: a sale that %s is refused on create and update', async (_, startDate, endDate) => {
    const { eventId, definitionId } = await aSale(app)
    const salePeriod = { startDate, endDate }
    await expectRefusal(() => create(admin, { eventId, salePeriod }), [428, 'INVALID_SALE_PERIOD'])
    await expectRefusal(() => update(definitionId, { revision: '1', salePeriod }), [428, 'INVALID_SALE_PERIOD'])
  })

  test('R91: where fees are collected, only what is free has NO_FEE', async () => {
    const { eventId, definitionId } = await aSale(withFees)
    const noFee = { eventId, feeType: 'NO_FEE' }
    const refused = [await create(withFees.admin, noFee), await create(withFees.admin, { ...noFee, ...guest('0') })]
    refused.push(
      await withFees.admin('PATCH', `${V3}/${definitionId}`, {
        ticketDefinition: { revision: '1', feeType: 'NO_FEE' },
      }),
    )
    expect(refused.map(refusalOf)).toEqual(Array(3).fill([400, 'INVALID_FEE_TYPE']))
    expect((await withFees.admin('GET', `${V3}/${definitionId}`)).body.ticketDefinition.revision).toBe('1')
    const free = await create(withFees.admin, { ...noFee, ...FREE })
    expect([free.status, free.body.ticketDefinition?.feeType]).toEqual([200, 'NO_FEE'])
    expect((await create(admin, { ...noFee, eventId: await anUnsoldEvent() })).status).toBe(200)
  })

  test('R93: the first definition sets the currency of an event; another one is refused', async () => {
    const { eventId, definitionId } = await aSale(app)
    const other = await aDefinition(app, eventId)
    const refusal: [number, string[]] = [400, ['ticketDefinition.pricingMethod']]
    await expectRefusal(() => create(admin, { eventId, ...fixed('5', 'USD') }), refusal)
    await expectRefusal(() => update(definitionId, { revision: '1', ...fixed('5', 'USD') }), refusal)
    await must(admin, 'DELETE', `${V3}/${other.id}`)
    expect((await update(definitionId, { revision: '1', ...fixed('5', 'USD') })).status).toBe(200)
  })

  test('api 3.2.1: two events may have different currencies', async () => {
    const first = await create(admin, { eventId: await anUnsoldEvent(), ...fixed('5', 'USD') })
    const second = await create(admin, { eventId: await anUnsoldEvent(), ...fixed('5', 'JPY') })
    expect([first.status, second.status]).toEqual([200, 200])
  })
})

describe('bad input', async () => {
  const { eventId, definitionId } = await aSale(app)
  const longer = (length: number) => 'x'.repeat(length)
  const price = 'ticketDefinition.pricingMethod'
  const optionPath = `${price}.pricingOptions.optionDetails`
  const withOption = (option: Record<string, unknown>) => ({
    pricingMethod: { pricingOptions: { optionDetails: [{ name: 'Adult', price: euros('1'), ...option }] } },
  })
  const sameId = newGuid()

  const badMembers: [string, Record<string, unknown>, string | string[]][] = [
    ['an empty name', { name: '' }, 'name'],
    ['a name of 31', { name: longer(31) }, 'name'],
    ['a name that is a number', { name: 5 }, 'name'],
    ['a name that is null', { name: null }, 'name'],
    ['a description of 501', { description: longer(501) }, 'description'],
    ['a policy of 1001', { policyText: longer(1001) }, 'policyText'],
    ['a hidden that is a text', { hidden: 'yes' }, 'hidden'],
    ['a limit below 0', { initialLimit: -1 }, 'initialLimit'],
    ['half a ticket', { initialLimit: 1.5 }, 'initialLimit'],
    ['a limit that is a text', { initialLimit: '5' }, 'initialLimit'],
    ['a limit beyond 32 bits', { initialLimit: 2 ** 31 }, 'initialLimit'],
    ['an unknown fee type (R89)', { feeType: 'FEE' }, 'feeType'],
    ['a fee type that is null', { feeType: null }, ['feeType', 'feeType']], // neither a text nor one of the words
    ['a sale period that is a text', { salePeriod: 'May' }, 'salePeriod'],
    ['a start that is no instant', { salePeriod: { startDate: 'tomorrow' } }, 'salePeriod.startDate'],
    ['30 February', { salePeriod: { endDate: '2030-02-30T00:00:00Z' } }, 'salePeriod.endDate'],
    ['a display that is a text', { salePeriod: { displayNotOnSale: 'no' } }, 'salePeriod.displayNotOnSale'],
    ['a namespace that is a text', { extendedFields: { namespaces: { a: 'b' } } }, 'extendedFields.namespaces.a'],
    ['a price that is null', { pricingMethod: null }, 'pricingMethod'],
    [
      'no way of pricing (R90)',
      { pricingMethod: {} },
      ['fixedPrice', 'guestPrice', 'pricingOptions'].map(way => `pricingMethod.${way}`),
    ],
    [
      'two ways of pricing (R90)',
      { pricingMethod: { fixedPrice: euros('1'), guestPrice: euros('1') } },
      ['pricingMethod.fixedPrice', 'pricingMethod.guestPrice'],
    ],
    [
      'a price without currency',
      { pricingMethod: { fixedPrice: { value: '1' } } },
      'pricingMethod.fixedPrice.currency',
    ],
    ['a price without value', { pricingMethod: { guestPrice: { currency: 'EUR' } } }, 'pricingMethod.guestPrice.value'],
    [
      'a value that is a number (R6)',
      { pricingMethod: { fixedPrice: { value: 5, currency: 'EUR' } } },
      'pricingMethod.fixedPrice.value',
    ],
    ['a value below 0', fixed('-1'), 'pricingMethod.fixedPrice.value'],
    ['a value of five decimals', fixed('1.00001'), 'pricingMethod.fixedPrice.value'],
    ['a value with a comma', fixed('1,50'), 'pricingMethod.fixedPrice.value'],
    ['a value that is too large', fixed('9999999999999'), 'pricingMethod.fixedPrice.value'],
    ['a currency in lower case', fixed('1', 'eur'), 'pricingMethod.fixedPrice.currency'],
    ['a currency that is none', fixed('1', 'QQQ'), 'pricingMethod.fixedPrice.currency'],
    ['a currency of two letters', fixed('1', 'EU'), 'pricingMethod.fixedPrice.currency'],
    ['no options', options(), 'pricingMethod.pricingOptions.optionDetails'],
    ['101 options', options(...Array(101).fill('1')), 'pricingMethod.pricingOptions.optionDetails'],
    ['an option without name', withOption({ name: undefined }), 'pricingMethod.pricingOptions.optionDetails[0].name'],
    ['an option name of 201', withOption({ name: longer(201) }), 'pricingMethod.pricingOptions.optionDetails[0].name'],
    [
      'an option without price',
      withOption({ price: undefined }),
      'pricingMethod.pricingOptions.optionDetails[0].price',
    ],
    [
      'an option id that is none',
      withOption({ optionId: 'adult' }),
      'pricingMethod.pricingOptions.optionDetails[0].optionId',
    ],
  ]
  const clashing: [string, Record<string, unknown>, string[]][] = [
    [
      'options in two currencies',
      {
        pricingMethod: {
          pricingOptions: {
            optionDetails: [
              { name: 'Adult', price: euros('1') },
              { name: 'Child', price: { value: '1', currency: 'USD' } },
            ],
          },
        },
      },
      [`${optionPath}[1].price.currency`],
    ],
    [
      'two options of one id',
      {
        pricingMethod: {
          pricingOptions: {
            optionDetails: [
              { name: 'Adult', price: euros('1'), optionId: sameId },
              { name: 'Child', price: euros('1'), optionId: sameId.toUpperCase() },
            ],
          },
        },
      },
      [optionPath],
    ],
  ]
  const all = [
    ...badMembers.map(
      ([name, members, fields]) => [name, members, [fields].flat().map(field => `ticketDefinition.${field}`)] as const,
    ),
    ...clashing,
  ]

  test.each(all)('%s: create and update name the member, and nothing changes', async (_, members, fields) => {
    await expectRefusal(() => create(admin, { eventId, ...members }), [400, [...fields]])
    await expectRefusal(() => update(definitionId, { revision: '1', ...members }), [400, [...fields]])
  })

  test.each(['eventId', 'name', 'feeType', 'pricingMethod'])('R89: %s is required', async member => {
    const answer = await expectRefusal(
      () => create(admin, { eventId, [member]: undefined }),
      [400, [`ticketDefinition.${member}`]],
    )
    expect(answer.body.details.validationError.fieldViolations[0]).toMatchObject({ violatedRule: 'REQUIRED_FIELD' })
  })

  test('api 5.1: whatever is sent, the answer is a definition that the client takes or a refusal', async () => {
    const { definitionId } = await aSale(app)
    const instant = fc.constantFrom(
      '2030-05-01T00:00:00Z',
      '0001-01-01T00:00:00+14:00',
      '9999-12-31T23:59:59-14:00',
      '',
    )
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, '', '1', definitionId), instant)
    const money = fc.record({
      value: fc.oneof(fc.constantFrom('1', '1.0', '01'), anything),
      currency: fc.constantFrom('EUR', 'JPY', '€€€'),
    })
    const members = fc.record(
      {
        name: anything,
        description: anything,
        hidden: anything,
        initialLimit: fc.oneof(fc.integer(), anything),
        feeType: anything,
        salePeriod: fc.oneof(fc.record({ startDate: instant, endDate: instant }, { requiredKeys: [] }), anything),
        pricingMethod: fc.oneof(
          fc.record({ fixedPrice: money, guestPrice: money, pricingOptions: anything }, { requiredKeys: [] }),
          fc.record({
            pricingOptions: fc.record({ optionDetails: fc.array(fc.record({ name: fc.string(), price: money })) }),
          }),
          anything,
        ),
        extendedFields: fc.oneof(fc.record({ namespaces: anything }), anything),
      },
      { requiredKeys: [] },
    )
    await fc.assert(
      fc.asyncProperty(members, async changes => {
        const { revision } = await get(definitionId)
        const { status, body } = await update(definitionId, { ...changes, revision })
        if (status === 200)
          expect(judgedByClient(schemas.UpdateTicketDefinitionResponse, body.ticketDefinition)).toEqual([])
        else expect([400, 428]).toContain(status)
      }),
      { numRuns: 200 },
    )
  })

  const malformed = 'not-a-guid'
  test.each([
    ['create: no definition', 'POST', V3, {}, ['ticketDefinition']],
    ['create: a definition that is null', 'POST', V3, { ticketDefinition: null }, ['ticketDefinition']],
    ['create: fields that are a text', 'POST', V3, { ticketDefinition: {}, fields: 'X' }, null],
    ['update: no definition', 'PATCH', `${V3}/${definitionId}`, {}, ['ticketDefinition']],
    [
      'update: no revision (R94)',
      'PATCH',
      `${V3}/${definitionId}`,
      { ticketDefinition: {} },
      ['ticketDefinition.revision'],
    ],
    [
      'update: a revision that is null',
      'PATCH',
      `${V3}/${definitionId}`,
      { ticketDefinition: { revision: null } },
      ['ticketDefinition.revision'],
    ],
    [
      'update: a revision that is a number',
      'PATCH',
      `${V3}/${definitionId}`,
      { ticketDefinition: { revision: 1 } },
      ['ticketDefinition.revision'],
    ],
    [
      'update: a revision that is a word',
      'PATCH',
      `${V3}/${definitionId}`,
      { ticketDefinition: { revision: 'one' } },
      ['ticketDefinition.revision'],
    ],
    [
      'update: a mask of what cannot change',
      'PATCH',
      `${V3}/${definitionId}`,
      { ticketDefinition: { revision: '1', name: 'x' }, mask: 'name,eventId' },
      ['mask'],
    ],
    [
      'update: a mask that is a number',
      'PATCH',
      `${V3}/${definitionId}`,
      { ticketDefinition: { revision: '1', name: 'x' }, mask: 5 },
      ['mask'],
    ],
    [
      'update: a malformed id',
      'PATCH',
      `${V3}/${malformed}`,
      { ticketDefinition: { revision: '1' } },
      ['ticketDefinitionId'],
    ],
    ['get: a malformed id', 'GET', `${V3}/${malformed}`, undefined, ['ticketDefinitionId']],
    ['get: six fields', 'GET', `${V3}/${definitionId}?${'fields=A&'.repeat(6)}`, undefined, ['fields']],
    ['delete: a malformed id', 'DELETE', `${V3}/${malformed}`, undefined, ['ticketDefinitionId']],
    ['bulk delete: no filter (R107)', 'POST', '/events/v3/bulk/ticket-definitions/delete', {}, ['filter']],
    [
      'bulk delete: a filter that is null',
      'POST',
      '/events/v3/bulk/ticket-definitions/delete',
      { filter: null },
      ['filter'],
    ],
    ['bulk delete: a list', 'POST', '/events/v3/bulk/ticket-definitions/delete', { filter: [] }, ['filter']],
    ['reorder: no ids', 'POST', `${V3}/reorder`, {}, ['eventId', 'ticketDefinitionId']],
    [
      'reorder: malformed ids',
      'POST',
      `${V3}/reorder`,
      { eventId: 'x', ticketDefinitionId: 5, beforeDefinitionId: 'y' },
      ['eventId', 'ticketDefinitionId', 'beforeDefinitionId'],
    ],
    ['currency: nothing', 'POST', `${V3}/currency`, {}, ['eventId', 'currency']],
    ['currency: two letters', 'POST', `${V3}/currency`, { eventId, currency: 'EU' }, ['currency']],
    ['currency: none of ISO 4217', 'POST', `${V3}/currency`, { eventId, currency: 'QQQ' }, ['currency']],
    ['currency: null', 'POST', `${V3}/currency`, { eventId, currency: null }, ['currency']],
    ['query: a query that is a text', 'POST', `${V3}/query`, { query: 'x' }, ['query']],
    ['query: 11 sort keys (R101)', 'POST', `${V3}/query`, { query: { sort: Array(11).fill({}) } }, ['query.sort']],
    [
      'query: a sort by nothing known',
      'POST',
      `${V3}/query`,
      { query: { sort: [{ fieldName: 'policyText' }] } },
      ['query.sort[0].fieldName'],
    ],
    [
      'query: a sort that goes sideways',
      'POST',
      `${V3}/query`,
      { query: { sort: [{ fieldName: 'name', order: 'UP' }] } },
      ['query.sort[0].order'],
    ],
    ['query: 101 at once (R101)', 'POST', `${V3}/query`, { query: { paging: { limit: 101 } } }, ['query.paging.limit']],
    [
      'query: 101 by cursor (R101)',
      'POST',
      `${V3}/query`,
      { query: { cursorPaging: { limit: 101 } } },
      ['query.cursorPaging.limit'],
    ],
    ['query: fewer than none', 'POST', `${V3}/query`, { query: { paging: { limit: -1 } } }, ['query.paging.limit']],
    [
      'R10: both kinds of paging',
      'POST',
      `${V3}/query`,
      { query: { paging: { limit: 1 }, cursorPaging: { limit: 1 } } },
      ['query.cursorPaging'],
    ],
    [
      'query: a cursor of nobody',
      'POST',
      `${V3}/query`,
      { query: { cursorPaging: { cursor: newGuid() } } },
      ['query.cursorPaging.cursor'],
    ],
    [
      'query: a cursor that is no id',
      'POST',
      `${V3}/available/query`,
      { query: { cursorPaging: { cursor: 'eyJhdCI6MH0' } } },
      ['query.cursorPaging.cursor'],
    ],
    ['count: 21 facets', 'POST', `${V3}/count`, { facet: Array(21).fill('saleStatus') }, ['facet']],
    ['count: a filter that is a text', 'POST', `${V3}/available/count`, { filter: 'x' }, ['filter']],
  ] as const)('%s', async (_, method, url, body, fields) => {
    const before = await state()
    const answer = await admin(method, url, body)
    expect(answer.status).toBe(400)
    if (fields) expect(refusalOf(answer)[1]).toEqual(fields)
    expect(await state()).toBe(before)
  })

  test('api 13.5: lengths count UTF-16 code units, as the client does', async () => {
    await expectRefusal(() => create(admin, { eventId, name: '🎟'.repeat(16) }), [400, ['ticketDefinition.name']])
    expect((await create(admin, { eventId, name: '🎟'.repeat(15) })).status).toBe(200)
  })

  test('api 5.1: a character that cannot be stored is refused, never a fault', async () => {
    const bad = [{ name: 'a\0b' }, { extendedFields: { namespaces: { a: { b: '\0' } } } }, { policyText: '\0' }]
    for (const members of bad)
      await expectRefusal(() => create(admin, { eventId, ...members }), [400, 'MALFORMED_REQUEST'])
    const filter = { name: '\0' }
    await expectRefusal(() => admin('POST', `${V3}/query`, { query: { filter } }), [400, 'MALFORMED_REQUEST'])
    const half = { extendedFields: { namespaces: { a: { b: '\ud800' } } } }
    await expectRefusal(() => create(admin, { eventId, ...half }), [400, 'MALFORMED_REQUEST'])
  })

  test('api 13.1: a malformed GUID says so', async () => {
    const answers = [await admin('GET', `${V3}/${malformed}`), await create(admin, { eventId: malformed })]
    for (const { body } of answers)
      expect(body.details.validationError.fieldViolations[0]).toMatchObject({
        violatedRule: 'FORMAT',
        description: 'is not a valid GUID',
      })
  })

  test.each([
    ['query', (filter: unknown) => ({ query: { filter } })],
    ['available/query', (filter: unknown) => ({ query: { filter } })],
    ['count', (filter: unknown) => ({ filter })],
    ['available/count', (filter: unknown) => ({ filter })],
    ['../bulk/ticket-definitions/delete', (filter: unknown) => ({ filter })],
  ] as const)('R104: %s refuses a filter that it cannot parse', async (path, bodyOf) => {
    const url = path.startsWith('..') ? `/events/v3/${path.slice(3)}` : `${V3}/${path}`
    for (const filter of [
      { policyText: 'x' },
      { name: { $like: 'x' } },
      { name: 5 },
      { name: { $in: 'x' } },
      { saleStatus: { $gt: 'SALE' } },
      { id: { $startsWith: 'a' } },
      { createdDate: { $startsWith: '2030' } },
      { hidden: 'yes' },
      { createdDate: 'yesterday' },
      { initialLimit: 'many' },
      { 'pricingMethod.fixedPrice.value': 'cheap' },
      { pricingMethod: { free: true } },
      { paging: { limit: 1 } },
      { $and: { name: 'x' } },
    ])
      await expectRefusal(() => admin('POST', url, bodyOf(filter)), [400, 'FILTER_PARSER_ERROR'])
  })
})

describe('who may', async () => {
  const { eventId, definitionId } = await aSale(app)
  const { id: otherId } = await aDefinition(app, eventId)
  const definition = { eventId, name: 'x', feeType: 'FEE_INCLUDED', ...fixed('1') }
  const methods: ['POST' | 'PATCH' | 'GET' | 'DELETE', string, unknown?][] = [
    ['POST', V3, { ticketDefinition: definition }],
    ['PATCH', `${V3}/${definitionId}`, { ticketDefinition: { revision: '1', name: 'Mine' } }],
    ['GET', `${V3}/${definitionId}`],
    ['DELETE', `${V3}/${definitionId}`],
    ['POST', `${V3}/reorder`, { eventId, ticketDefinitionId: definitionId, afterDefinitionId: otherId }],
    ['POST', `${V3}/query`, {}],
    ['POST', `${V3}/count`, {}],
    ['POST', '/events/v3/bulk/ticket-definitions/delete', { filter: {} }],
    ['POST', `${V3}/currency`, { eventId, currency: 'USD' }],
  ]
  const open: typeof methods = [
    ['POST', `${V3}/available/query`, {}],
    ['POST', `${V3}/available/count`, {}],
  ]

  test.each(methods)('R22: %s %s is not for visitors, and nobody without a token gets in', async (...request) => {
    const guestCaller = await visitor()
    await expectRefusal(() => guestCaller(...request), [403, 'PERMISSION_DENIED'])
    await expectRefusal(() => anonymous(...request), [401, 'UNAUTHENTICATED'])
  })

  test.each(open)('R105, R22: %s %s is for visitors, not for nobody', async (...request) => {
    expect((await (await visitor())(...request)).status).toBe(200)
    expect(refusalOf(await anonymous(...request))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('R98: unknown, deleted and foreign ids are 404', async () => {
    const foreign = await otherSite()
    const { id: deleted } = await aDefinition(app, eventId)
    await must(admin, 'DELETE', `${V3}/${deleted}`)
    for (const [caller, id] of [
      [admin, newGuid()],
      [admin, deleted],
      [foreign.admin, definitionId],
    ] as const) {
      const refusal: [number, string] = [404, 'TICKET_DEFINITION_NOT_FOUND']
      await expectRefusal(() => caller('GET', `${V3}/${id}`), refusal)
      await expectRefusal(() => caller('DELETE', `${V3}/${id}`), refusal)
      const change = { ticketDefinition: { revision: '1', name: 'Theirs' } }
      await expectRefusal(() => caller('PATCH', `${V3}/${id}`, change), refusal)
    }
  })

  test('api 4: another site sees, moves and deletes nothing of ours', async () => {
    const foreign = await otherSite()
    const before = await state()
    const { body } = await foreign.admin('POST', `${V3}/query`, { query: { filter: { eventId } } })
    expect(body).toMatchObject({ ticketDefinitions: [], metadata: { total: 0 } })
    expect((await foreign.admin('POST', `${V3}/count`, {})).body.metadata.total).toBe(0)
    expect((await foreign.admin('POST', '/events/v3/bulk/ticket-definitions/delete', { filter: {} })).status).toBe(200)
    const reorder = { eventId, ticketDefinitionId: definitionId, afterDefinitionId: otherId }
    expect(refusalOf(await foreign.admin('POST', `${V3}/reorder`, reorder))).toEqual([404, 'EVENT_NOT_FOUND'])
    const currency = { eventId, currency: 'USD' }
    expect(refusalOf(await foreign.admin('POST', `${V3}/currency`, currency))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(await state()).toBe(before)
  })
})

describe('update', () => {
  test('R94, R17: absent members stay, null clears, the revision grows by one and has its activity', async () => {
    const { definitionId } = await aSale(app, {
      definition: {
        description: 'Was',
        policyText: 'Kept',
        initialLimit: 5,
        hidden: true,
        salePeriod: { startDate: '2030-05-02T00:00:00Z', endDate: '2030-05-03T00:00:00Z', displayNotOnSale: true },
      },
    })
    setNow('2030-05-01T13:00:00.000Z')
    const before = await get(definitionId)
    const { body } = await update(definitionId, { revision: '1', name: 'New', description: null, eventId: newGuid() })
    const { description, ...rest } = before
    expect(body.ticketDefinition).toEqual({
      ...rest,
      name: 'New',
      revision: '2',
      updatedDate: '2030-05-01T13:00:00.000Z',
    })
    expect(judgedByClient(schemas.UpdateTicketDefinitionResponse, body.ticketDefinition)).toEqual([])
    const cleared = await update(definitionId, {
      revision: '2',
      policyText: null,
      initialLimit: null,
      hidden: null,
      salePeriod: null,
    })
    const shown = cleared.body.ticketDefinition
    expect(shown).toMatchObject({ revision: '3', hidden: false, limited: false })
    for (const member of ['policyText', 'initialLimit', 'actualLimit', 'salePeriod'])
      expect(shown).not.toHaveProperty(member)
    expect(await kindsOf(definitionId)).toEqual([
      ['ticket_definition.created', 1],
      ['ticket_definition.updated', 2],
      ['ticket_definition.updated', 3],
    ])
    setNow('2030-05-01T12:00:00.000Z')
  })

  test('R94, api 8.2: a sale period changes member by member', async () => {
    const { definitionId } = await aSale(app, {
      definition: {
        salePeriod: { startDate: '2030-05-02T00:00:00Z', endDate: '2030-05-03T00:00:00Z', displayNotOnSale: true },
      },
    })
    const later = await update(definitionId, { revision: '1', salePeriod: { endDate: '2030-05-04T00:00:30Z' } })
    expect(later.body.ticketDefinition.salePeriod).toEqual({
      startDate: '2030-05-02T00:00:00.000Z',
      endDate: '2030-05-04T00:00:00.000Z',
      displayNotOnSale: true,
    })
    const open = await update(definitionId, { revision: '2', salePeriod: { startDate: null, displayNotOnSale: null } })
    expect(open.body.ticketDefinition.salePeriod).toEqual({
      endDate: '2030-05-04T00:00:00.000Z',
      displayNotOnSale: false,
    })
    expect(open.body.ticketDefinition.saleStatus).toBe('SALE_STARTED')
    await expectRefusal(
      () => update(definitionId, { revision: '3', salePeriod: { startDate: '2030-05-04T00:00:00Z' } }),
      [428, 'INVALID_SALE_PERIOD'],
    )
  })

  test('R111: a change of the sale period is told apart', async () => {
    const { definitionId } = await aSale(app)
    await update(definitionId, { revision: '1', name: 'Same sale' })
    await update(definitionId, { revision: '2', salePeriod: { endDate: '2030-05-04T00:00:00Z' } })
    const facts = await sql`
      select data from activities where entity_id = ${definitionId} and sequence > 1 order by sequence`
    expect(facts.map(({ data }) => data.salePeriodChanged)).toEqual([false, true])
  })

  test('api 9.3: extended fields merge key by key, null removes', async () => {
    const { definitionId } = await aSale(app, {
      definition: { extendedFields: { namespaces: { _user_fields: { a: 1, b: 2 }, '@me/app': { c: 3 } } } },
    })
    const { body } = await update(definitionId, {
      revision: '1',
      extendedFields: { namespaces: { _user_fields: { b: null, d: 4 }, '@me/app': null } },
    })
    expect(body.ticketDefinition.extendedFields).toEqual({ namespaces: { _user_fields: { a: 1, d: 4 } } })
    const cleared = await update(definitionId, { revision: '2', extendedFields: null })
    expect(cleared.body.ticketDefinition).not.toHaveProperty('extendedFields')
  })

  test.each([
    ['2', 'a later'],
    ['0', 'an earlier'],
    ['9223372036854775807', 'the largest'],
  ])('R94, R18: revision %s, %s one, is refused', async revision => {
    const { definitionId } = await aSale(app)
    await expectRefusal(() => update(definitionId, { revision, name: 'Stale' }), [409, 'ABORTED'])
  })

  test('R18: of two who update at once, one is refused', async () => {
    const { definitionId } = await aSale(app)
    const answers = await Promise.all(
      ['One', 'Two', 'Three'].map(name => update(definitionId, { revision: '1', name, ...fixed('3') })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect((await get(definitionId)).revision).toBe('2')
  })

  test('R95: another way of pricing replaces the old one', async () => {
    const { definitionId } = await aSale(app)
    const donation = await update(definitionId, { revision: '1', ...guest('5') })
    expect(donation.body.ticketDefinition.pricingMethod).toEqual({
      guestPrice: euros('5.00'),
      pricingType: 'DONATION',
      free: false,
    })
    const tiers = await update(definitionId, { revision: '2', ...options('0', '0') })
    expect(tiers.body.ticketDefinition.pricingMethod).toMatchObject({ pricingType: 'STANDARD', free: true })
    expect(Object.keys(tiers.body.ticketDefinition.pricingMethod).sort()).toEqual([
      'free',
      'pricingOptions',
      'pricingType',
    ])
  })

  test.each([
    ['a text', 'name,ticketDefinition.hidden'],
    ['a list', ['name', 'hidden']],
    ['paths', { paths: ['name', 'hidden'] }],
  ])('R8: a mask as %s leaves out what it does not name', async (_, mask) => {
    const { definitionId } = await aSale(app, { definition: { description: 'Kept' } })
    const change = { revision: '1', name: 'Named', hidden: true, description: 'Not named', feeType: 'NO_FEE' }
    const { body } = await update(definitionId, change, { mask })
    expect(body.ticketDefinition).toMatchObject({
      name: 'Named',
      hidden: true,
      description: 'Kept',
      feeType: 'FEE_INCLUDED',
    })
  })

  test('R96, R67: a limit below what is held is taken; it is sold out, nothing is below zero', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 10 } })
    await must(admin, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity: 6 }] },
    })
    const { body } = await update(definitionId, { revision: '1', initialLimit: 4 }, { fields: ['SALES_DETAILS'] })
    expect(body.ticketDefinition).toMatchObject({
      actualLimit: 4,
      limitPerCheckout: 0,
      salesDetails: { unsoldCount: 0, reservedCount: 6, soldCount: 0, soldOut: true },
    })
    expect((await reserveTickets(await visitor(), definitionId)).status).toBe(428)
    const more = await update(definitionId, { revision: '2', initialLimit: 8 }, { fields: ['SALES_DETAILS'] })
    expect(more.body.ticketDefinition.salesDetails).toEqual({
      unsoldCount: 2,
      soldCount: 0,
      reservedCount: 6,
      soldOut: false,
    })
  })
})

describe('numbers', () => {
  test('R61, R63, R64: held and sold tickets are counted, and leave less for one checkout', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 5 } })
    const buyer = await visitor()
    const held = await must(buyer, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: definitionId, quantity: 2 }] },
    })
    expect(await get(definitionId, '?fields=SALES_DETAILS')).toMatchObject({
      limitPerCheckout: 3,
      salesDetails: { unsoldCount: 3, reservedCount: 2, soldCount: 0, soldOut: false },
    })
    const bought = await checkOut(buyer, { eventId, reservationId: held.body.ticketReservation.id })
    expect(bought.status).toBe(200)
    expect((await get(definitionId, '?fields=SALES_DETAILS')).salesDetails).toEqual({
      unsoldCount: 3,
      reservedCount: 0,
      soldCount: 2,
      soldOut: false,
    })
    expect((await get(definitionId)).revision).toBe('1')
  })

  test('R64: the limit of an order bounds one checkout', async () => {
    const { definitionId } = await aSale(app, { event: { tickets: { ticketLimitPerOrder: 7 } } })
    expect((await get(definitionId)).limitPerCheckout).toBe(7)
  })

  test('R63: with a limit of 0 it is sold out from the start', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 0 } })
    expect(await get(definitionId, '?fields=SALES_DETAILS')).toMatchObject({
      limited: true,
      limitPerCheckout: 0,
      salesDetails: { unsoldCount: 0, soldOut: true },
    })
  })

  test('R69: what is given back, or overdue, is there in the next read', async () => {
    const { definitionId } = await aSale(app, { definition: { initialLimit: 5 } })
    const buyer = await visitor()
    const { body } = await reserveTickets(buyer, definitionId, 3)
    await must(buyer, 'POST', `/events/v1/ticket-reservations/${body.ticketReservation.id}/cancel`, {})
    expect((await get(definitionId, '?fields=SALES_DETAILS')).salesDetails.unsoldCount).toBe(5)
    await reserveTickets(buyer, definitionId, 4)
    setNow('2030-05-01T12:20:00.000Z')
    expect(await get(definitionId, '?fields=SALES_DETAILS')).toMatchObject({
      limitPerCheckout: 5,
      salesDetails: { unsoldCount: 5, reservedCount: 0, soldOut: false },
    })
    setNow('2030-05-01T12:00:00.000Z')
  })

  test('R72, R73: what is hidden, scheduled or over cannot be reserved', async () => {
    const buyer = await visitor()
    for (const definition of [
      { hidden: true },
      { salePeriod: { startDate: '2030-05-02T00:00:00Z' } },
      { salePeriod: { endDate: '2030-05-01T00:00:00Z' } },
    ]) {
      const { definitionId } = await aSale(app, { definition })
      await expectRefusal(() => reserveTickets(buyer, definitionId), [428, expect.any(String)])
    }
  })

  test('R76, R77, events 3.3.2: the event follows its definitions', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 2, ...fixed('30', 'USD') } })
    await aDefinition(app, eventId, { hidden: true, initialLimit: 0, ...fixed('1', 'USD') })
    const registration = async () =>
      (await must(admin, 'GET', `/events/v3/events/${eventId}?fields=REGISTRATION`)).body.event.registration
    expect(await registration()).toMatchObject({
      status: 'OPEN_TICKETS',
      tickets: { currency: 'USD', lowestPrice: { value: '30.00' }, highestPrice: { value: '30.00' }, soldOut: false },
    })
    await aDefinition(app, eventId, {
      initialLimit: 0,
      pricingMethod: {
        pricingOptions: {
          optionDetails: [
            { name: 'Child', price: { value: '5', currency: 'USD' } },
            { name: 'Adult', price: { value: '50', currency: 'USD' } },
          ],
        },
      },
    })
    expect((await registration()).tickets).toMatchObject({
      lowestPrice: { value: '5.00' },
      highestPrice: { value: '50.00' },
    })
    const buyer = await visitor()
    const { body } = await reserveTickets(buyer, definitionId, 2)
    expect(await registration()).toMatchObject({ status: 'CLOSED_AUTOMATICALLY', tickets: { soldOut: true } })
    await must(buyer, 'POST', `/events/v1/ticket-reservations/${body.ticketReservation.id}/cancel`, {})
    expect(await registration()).toMatchObject({ status: 'OPEN_TICKETS', tickets: { soldOut: false } })
  })
})

test('R77, R109: the summary counts what was sold, archived orders excepted; any order locks the currency', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const summary = async () =>
    (await must(admin, 'GET', `/events/v3/events/${eventId}?fields=DASHBOARD`)).body.event.summaries.tickets
  const none = { value: '0.00', amount: '0.00', currency: 'EUR' }
  expect(await summary()).toEqual({
    ticketsSold: 0,
    totalOrders: 0,
    revenue: none,
    totalSales: none,
    currencyLocked: false,
  })
  const buyer = await visitor()
  const { body } = await reserveTickets(buyer, definitionId, 2)
  const bought = await checkOut(buyer, { eventId, reservationId: body.ticketReservation.id })
  expect(await summary()).toMatchObject({ ticketsSold: 2, totalOrders: 1, currencyLocked: true })
  await archiveOrder(app, bought.body.order)
  expect(await summary()).toMatchObject({ ticketsSold: 0, totalOrders: 0, currencyLocked: true })
})

describe('delete', () => {
  test('R97: what is deleted is gone, and what was sold or is held of it stays', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, name: 'Gone', initialLimit: 5 } })
    const buyer = await visitor()
    const first = await reserveTickets(buyer, definitionId)
    await checkOut(buyer, { eventId, reservationId: first.body.ticketReservation.id })
    const second = await reserveTickets(buyer, definitionId)
    const { status, body } = await admin('DELETE', `${V3}/${definitionId}?ticketDefinitionId=${definitionId}`)
    expect([status, body]).toEqual([200, {}])
    expect(judgedByClient(schemas.DeleteTicketDefinitionResponse, body)).toEqual([])
    expect((await admin('GET', `${V3}/${definitionId}`)).status).toBe(404)
    const late = await checkOut(buyer, { eventId, reservationId: second.body.ticketReservation.id })
    expect(late.body).toMatchObject({
      order: { status: 'FREE', tickets: [{ name: 'Gone' }] },
      reservations: [{ ticket: { name: 'Gone' } }],
    })
    expect((await reserveTickets(buyer, definitionId)).status).toBe(404)
    expect(await kindsOf(definitionId)).toEqual([
      ['ticket_definition.created', 1],
      ['ticket_definition.deleted', 2],
    ])
  })

  test('R107: bulk delete takes what matches, each with its activity, and nothing else', async () => {
    const { eventId, definitionId } = await aSale(app)
    const hidden = await Promise.all([1, 2].map(() => aDefinition(app, eventId, { hidden: true })))
    const url = '/events/v3/bulk/ticket-definitions/delete'
    const { body } = await must(admin, 'POST', url, { filter: { eventId, hidden: true } })
    expect(body).toEqual({})
    expect(judgedByClient(schemas.BulkDeleteTicketDefinitionsByFilterResponse, body)).toEqual([])
    for (const { id } of hidden) {
      expect((await admin('GET', `${V3}/${id}`)).status).toBe(404)
      expect(await kindsOf(id)).toHaveLength(2)
    }
    expect((await get(definitionId)).revision).toBe('1')
    expect((await admin('POST', url, { filter: { eventId, hidden: true } })).status).toBe(200)
  })

  test('R107: an empty filter takes all of the site, and of no other', async () => {
    const [mine, theirs] = [await otherSite(), await otherSite()]
    const sale = await aSale(mine)
    const { definitionId } = await aSale(theirs)
    await must(mine.admin, 'POST', '/events/v3/bulk/ticket-definitions/delete', { filter: {} })
    expect((await mine.admin('POST', `${V3}/count`, {})).body.metadata.total).toBe(0)
    expect((await mine.admin('GET', `${V3}/${sale.definitionId}`)).status).toBe(404)
    expect((await theirs.admin('GET', `${V3}/${definitionId}`)).status).toBe(200)
  })
})

describe('reorder', () => {
  const reorder = (body: Record<string, unknown>) => admin('POST', `${V3}/reorder`, body)

  async function fourDefinitions() {
    const eventId = await anUnsoldEvent()
    const ids: string[] = []
    for (const name of ['A', 'B', 'C', 'D']) ids.push((await aDefinition(app, eventId, { name })).id)
    const order = async () => {
      const query = { filter: { eventId }, sort: [{ fieldName: 'sortIndex', direction: 'ASC' }] }
      const { body } = await must(await visitor(), 'POST', `${V3}/available/query`, { query })
      return body.ticketDefinitions.map((each: { name: string }) => each.name).join('')
    }
    return { eventId, ids: ids as [string, string, string, string], order }
  }

  test('R99, R100, R11: before and after, seen by visitors; whoever moved has a new revision', async () => {
    const { eventId, ids, order } = await fourDefinitions()
    const [a, b, c, d] = ids
    expect(await order()).toBe('ABCD')
    const { body } = await reorder({ eventId, ticketDefinitionId: d, beforeDefinitionId: b })
    expect(body).toEqual({})
    expect(judgedByClient(schemas.ReorderTicketDefinitionsResponse, body)).toEqual([])
    expect(await order()).toBe('ADBC')
    const revisions = await Promise.all([a, b, c, d].map(async id => (await get(id)).revision))
    expect(revisions).toEqual(['1', '2', '2', '2'])
    expect(await kindsOf(d)).toEqual([
      ['ticket_definition.created', 1],
      ['ticket_definition.reordered', 2],
    ])
    await reorder({ eventId, ticketDefinitionId: a, afterDefinitionId: c })
    expect(await order()).toBe('DBCA')
    await reorder({ eventId, ticketDefinitionId: a, afterDefinitionId: c })
    expect((await get(a)).revision).toBe('2')
    const { id } = await aDefinition(app, eventId, { name: 'E' })
    expect(await order()).toBe('DBCAE')
    expect((await get(id)).sortIndex).toBe(4)
  })

  test('R99: of two references the last one counts', async () => {
    const { eventId, ids, order } = await fourDefinitions()
    const [a, b, , d] = ids
    await reorder({ eventId, ticketDefinitionId: d, beforeDefinitionId: a, afterDefinitionId: b })
    expect(await order()).toBe('ABDC')
    await reorder({ eventId, ticketDefinitionId: d, afterDefinitionId: b, beforeDefinitionId: a })
    expect(await order()).toBe('DABC')
    await reorder({ eventId, ticketDefinitionId: d, afterDefinitionId: b, beforeDefinitionId: null })
    expect(await order()).toBe('ABDC')
  })

  test('R99: itself, one of another event, unknown, deleted or none is no place to go', async () => {
    const { eventId, ids } = await fourDefinitions()
    const [a, b] = ids
    const { definitionId: elsewhere } = await aSale(app)
    await must(admin, 'DELETE', `${V3}/${b}`)
    for (const body of [
      { ticketDefinitionId: a },
      { ticketDefinitionId: a, beforeDefinitionId: null },
      { ticketDefinitionId: a, beforeDefinitionId: a },
      { ticketDefinitionId: a, afterDefinitionId: elsewhere },
      { ticketDefinitionId: a, afterDefinitionId: newGuid() },
      { ticketDefinitionId: a, afterDefinitionId: b },
      { ticketDefinitionId: elsewhere, afterDefinitionId: a },
      { ticketDefinitionId: newGuid(), afterDefinitionId: a },
    ])
      await expectRefusal(() => reorder({ eventId, ...body }), [400, 'INVALID_REORDER_INSTRUCTION'])
    const unknown = { eventId: newGuid(), ticketDefinitionId: a, afterDefinitionId: ids[2] }
    await expectRefusal(() => reorder(unknown), [404, 'EVENT_NOT_FOUND'])
  })

  test('R99: two who reorder at once take turns, and no place is taken twice', async () => {
    const { eventId, ids } = await fourDefinitions()
    const [a, b, c, d] = ids
    const answers = await Promise.all([
      reorder({ eventId, ticketDefinitionId: a, afterDefinitionId: d }),
      reorder({ eventId, ticketDefinitionId: b, beforeDefinitionId: a }),
      reorder({ eventId, ticketDefinitionId: c, afterDefinitionId: b }),
      create(admin, { eventId }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const { body } = await admin('POST', `${V3}/query`, {
      query: { filter: { eventId }, sort: [{ fieldName: 'sortIndex' }] },
    })
    expect(body.ticketDefinitions.map((each: { sortIndex: number }) => each.sortIndex)).toEqual([0, 1, 2, 3, 4])
  })
})

describe('change currency', () => {
  const changeCurrency = (eventId: string, currency: string) => admin('POST', `${V3}/currency`, { eventId, currency })

  test('R108, R112: the code changes, the numbers stay; one activity and one revision each', async () => {
    const { eventId, definitionId } = await aSale(app)
    const { id } = await aDefinition(app, eventId, options('40', '15.50'))
    const before = (await get(id)).pricingMethod.pricingOptions.optionDetails
    const { body } = await changeCurrency(eventId, 'USD')
    expect(body).toEqual({})
    expect(judgedByClient(schemas.ChangeCurrencyResponse, body)).toEqual([])
    const usd = (value: string) => ({ value, currency: 'USD' })
    expect((await get(definitionId)).pricingMethod.fixedPrice).toEqual(usd('10.00'))
    const tiers = await get(id)
    expect(tiers.revision).toBe('2')
    expect(tiers.pricingMethod.pricingOptions.optionDetails).toEqual([
      { ...before[0], price: usd('40.00') },
      { ...before[1], price: usd('15.50') },
    ])
    await changeCurrency(eventId, 'USD')
    expect((await get(id)).revision).toBe('2')
    await changeCurrency(eventId, 'JPY')
    const yen = (await get(id)).pricingMethod.pricingOptions.optionDetails
    expect(yen.map((option: { price: unknown }) => option.price)).toEqual([
      { value: '40', currency: 'JPY' },
      { value: '16', currency: 'JPY' },
    ])
    expect(await kindsOf(id)).toHaveLength(3)
    expect((await create(admin, { eventId, ...fixed('5', 'JPY') })).status).toBe(200)
  })

  test('R112: what is held, given back or sold is no change of the definition', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 5 } })
    const before = await get(definitionId)
    const buyer = await visitor()
    const first = (await reserveTickets(buyer, definitionId, 3)).body.ticketReservation
    await must(buyer, 'POST', `/events/v1/ticket-reservations/${first.id}/cancel`)
    const second = (await reserveTickets(buyer, definitionId, 3)).body.ticketReservation
    setNow(new Date(now().getTime() + 60_000))
    expect((await checkOut(buyer, { eventId, reservationId: second.id })).status).toBe(200)
    expect(await get(definitionId)).toEqual({ ...before, limitPerCheckout: 2 })
    expect(await kindsOf(definitionId)).toEqual([['ticket_definition.created', 1]])
  })

  test('R108: an event without definitions has nothing to change', async () => {
    expect((await changeCurrency(await anUnsoldEvent(), 'USD')).body).toEqual({})
  })

  test('R109: after the first order the currency is locked', async () => {
    const { eventId, definitionId } = await aSale(app)
    const buyer = await visitor()
    const { body } = await reserveTickets(buyer, definitionId)
    await checkOut(buyer, { eventId, reservationId: body.ticketReservation.id })
    await expectRefusal(() => changeCurrency(eventId, 'USD'), [428, 'CURRENCY_LOCKED'])
  })

  test('R108: a price that the new currency makes too large is refused', async () => {
    const { eventId } = await aSale(app, { definition: fixed('900000000000', 'JPY') })
    await expectRefusal(() => changeCurrency(eventId, 'USD'), [400, ['currency']])
  })

  test('R86: an unknown event is 404', async () => {
    await expectRefusal(() => changeCurrency(newGuid(), 'USD'), [404, 'EVENT_NOT_FOUND'])
  })
})

describe('at once', () => {
  async function eventWith(count: number) {
    const eventId = await anUnsoldEvent()
    for (let index = 0; index < count; index += 1) await must(admin, 'POST', V3, { ticketDefinition: plain(eventId) })
    return eventId
  }
  const plain = (eventId: string) => ({ eventId, name: 'x', feeType: 'FEE_INCLUDED', ...fixed('1') })
  const live = async (eventId: string) => {
    const { body } = await admin('POST', `${V3}/count`, { filter: { eventId } })
    return body.metadata.total
  }

  test('R87: of four who add the hundredth definition at once, one does', async () => {
    const eventId = await eventWith(DEFINITIONS_MAX - 1)
    const answers = await Promise.all(Array.from({ length: 4 }, () => create(admin, { eventId })))
    expect(answers.map(refusalOf).sort()).toEqual([
      [200, []],
      ...Array(3).fill([428, 'TICKET_DEFINITIONS_LIMIT_REACHED']),
    ])
    expect(await live(eventId)).toBe(DEFINITIONS_MAX)
    await expectRefusal(() => create(admin, { eventId }), [428, 'TICKET_DEFINITIONS_LIMIT_REACHED'])
  })

  test('R93: of two first definitions in two currencies, one is refused', async () => {
    const eventId = await anUnsoldEvent()
    const answers = await Promise.all(
      ['EUR', 'USD'].map(currency => create(admin, { eventId, ...fixed('1', currency) })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  test('R93: while one changes the only price to another currency, another one adds a definition in the old', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { eventId, definitionId } = await aSale(app)
      const answers = await Promise.all([
        update(definitionId, { revision: '1', ...fixed('1', 'USD') }),
        create(admin, { eventId }),
        update(definitionId, { revision: '1', ...fixed('1', 'JPY') }),
      ])
      for (const answer of answers) expect([200, 400, 409]).toContain(answer.status)
      const rows = await sql`select distinct currency from ticket_definitions where event_id = ${eventId}`
      expect(rows).toHaveLength(1)
    }
  })

  test('control: without the lock on the event, both see an event without definitions', async () => {
    const eventId = await anUnsoldEvent()
    const bothLooked = Promise.withResolvers<void>()
    let looked = 0
    const createUnlocked = (currency: string) =>
      inTransaction(sql, async tx => {
        const siblings = await lockDefinitionsOfEvent(tx, siteId, eventId)
        looked += 1
        if (looked === 2) bothLooked.resolve()
        await bothLooked.promise
        if (siblings.some(each => each.currency !== currency)) return
        const pricing = { pricingKind: 'FIXED' as const, priceMinor: 1, currency, pricingOptions: [] }
        const texts = {
          name: 'x',
          description: null,
          policyText: null,
          feeType: 'NO_FEE' as const,
          sortIndex: null,
          extendedFields: null,
        }
        const sale = { hidden: false, initialLimit: null, saleStartAt: null, saleEndAt: null, displayNotOnSale: null }
        const definition = { siteId, ticketDefinitionId: newGuid(), eventId, ...pricing, ...texts, ...sale }
        await insertDefinition(tx, definition, now())
      })
    await Promise.all([createUnlocked('EUR'), createUnlocked('USD')])
    const rows = await sql`select currency from ticket_definitions where event_id = ${eventId}`
    expect(rows.map(({ currency }) => currency).sort()).toEqual(['EUR', 'USD'])
    await sql`delete from ticket_definitions where event_id = ${eventId}`
  })

  test('R87: a deleted definition makes room', async () => {
    const eventId = await eventWith(DEFINITIONS_MAX)
    const { body } = await admin('POST', `${V3}/query`, { query: { filter: { eventId }, paging: { limit: 1 } } })
    await must(admin, 'DELETE', `${V3}/${body.ticketDefinitions[0].id}`)
    expect((await create(admin, { eventId })).status).toBe(200)
  })
})

describe('the families of paths', () => {
  test('R1, R2, R110: each of the eleven methods answers alike under each prefix; there is no bulk create', async () => {
    const [bases, bulks] = [publishedPaths(V3), publishedPaths('/events/v3/bulk/ticket-definitions')]
    expect(bases).toEqual([
      V3,
      `/_api/events-ticket-definitions/v3/ticket-definitions`,
      '/events-ticket-definitions/v3/ticket-definitions',
    ])
    const stories = []
    for (const [index, base] of bases.entries()) stories.push(await story(base, bulks[index] ?? ''))
    expect(stories[1]).toEqual(stories[0])
    expect(stories[2]).toEqual(stories[0])
    expect(stories[0]?.statuses).toEqual([...Array(12).fill(200), 404])
  })

  /** All methods once, with ids as their order of appearance. */
  async function story(base: string, bulk: string) {
    const eventId = await anUnsoldEvent()
    const filter = { eventId }
    const sort = [{ fieldName: 'sortIndex' }]
    const ticketDefinition = { eventId, name: 'x', feeType: 'FEE_INCLUDED', ...fixed('1') }
    const answers: Answer[] = []
    const ask = async (...request: Parameters<Caller>) => {
      const answer = await admin(...request)
      answers.push(answer)
      return answer.body
    }
    const { id } = (await ask('POST', base, { ticketDefinition, fields: ['SALES_DETAILS'] })).ticketDefinition
    const { id: other } = (await ask('POST', base, { ticketDefinition })).ticketDefinition
    await ask('GET', `${base}/${id}?fields=EVENT_DETAILS&fields=SALES_DETAILS`)
    await ask('PATCH', `${base}/${id}`, { ticketDefinition: { revision: '1', name: 'y' } })
    await ask('POST', `${base}/reorder`, { eventId, ticketDefinitionId: id, afterDefinitionId: other })
    await ask('POST', `${base}/currency`, { eventId, currency: 'USD' })
    await ask('POST', `${base}/query`, { query: { filter, sort } })
    await ask('POST', `${base}/available/query`, { query: { filter, sort } })
    await ask('POST', `${base}/count`, { filter, facet: ['saleStatus'] })
    await ask('POST', `${base}/available/count`, { filter })
    await ask('DELETE', `${base}/${id}`)
    await ask('POST', `${bulk}/delete`, { filter })
    const bulkCreate = await admin('POST', `${bulk}/create`, {})
    const ids: string[] = []
    const bodies = JSON.stringify(answers.map(({ body }) => body)).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, guid => {
      if (!ids.includes(guid)) ids.push(guid)
      return `#${ids.indexOf(guid)}`
    })
    return { statuses: [...answers, bulkCreate].map(({ status }) => status), bodies }
  }
})
