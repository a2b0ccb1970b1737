import * as schemas from '@wix/auto_sdk_events_ticket-definitions/schemas'
import { ApiKeyStrategy, createClient } from '@wix/sdk'
import { describe, expect, test } from 'vitest'
import { modules } from '../../test/journeys/clients.ts'
import { type Answer, testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { carriedInto } from '../../test/support/carried.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { ADA, aDefinition, aSale, checkOut, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { publishedPaths } from '../http/mounts.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { admin, visitor, anonymous, otherSite, sql, siteId, setNow, now } = app
const withFees = await testApp({ serviceFeePercent: '2.5' })

const V1 = '/events/v1/ticket-definitions'
const V2_QUERY = '/events/v2/ticket-definitions/query'
const V3 = '/events/v3/ticket-definitions'
const money = (value: string, currency = 'EUR') => ({ amount: value, value, currency })
const option = (name: string, value: string) => ({ name, price: { value, currency: 'EUR' } })

const create = (eventId: string, definition: unknown = {}, caller = admin) =>
  caller('POST', V1, { eventId, definition: { name: 'Standard', price: money('10'), ...(definition as object) } })
const created = async (eventId: string, definition: object = {}) =>
  (await must(admin, 'POST', V1, { eventId, definition: { name: 'Standard', price: money('10'), ...definition } })).body
    .definition
const update = (id: string, eventId: string, definition: unknown, fields?: unknown) =>
  admin('PATCH', `${V1}/${id}`, { definitionId: id, eventId, definition, fields })
const get = async (id: string, query = '?fieldset=POLICY&fieldset=DASHBOARD') =>
  (await must(admin, 'GET', `${V1}/${id}${query}`)).body.definition
const getV3 = async (id: string) => (await must(admin, 'GET', `${V3}/${id}?fields=SALES_DETAILS`)).body.ticketDefinition
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
  expect(refusalOf(await ask())).toEqual(refusal)
  expect(await state()).toBe(before)
}

describe('create', () => {
  test('R113, R71: what is made in the old shape reads in the new one, member by member', async () => {
    const eventId = await anUnsoldEvent()
    const answer = await create(eventId, {
      description: 'Until March',
      policy: 'No refunds',
      limited: true,
      quantity: 50,
      orderIndex: 7,
      hidden: true,
      wixFeeConfig: { type: 'FEE_INCLUDED' },
      salePeriod: { startDate: '2030-04-01T10:00:42.900+02:00', endDate: '2030-05-31T08:00:59Z', hideNotOnSale: true },
    })
    expect(answer.status).toBe(200)
    expect(judgedByClient(schemas.CreateTicketDefinitionResponse, answer.body)).toEqual([])
    const { definition } = answer.body
    expect(definition).toEqual({
      id: expect.any(String),
      eventId,
      name: 'Standard',
      price: money('10.00'),
      free: false,
      description: 'Until March',
      policy: 'No refunds',
      limitPerCheckout: 20,
      orderIndex: 7,
      dashboard: {
        hidden: true,
        limited: true,
        quantity: 50,
        unsold: 50,
        sold: 0,
        ticketsSold: 0,
        ticketsReserved: 0,
      },
      wixFeeConfig: { type: 'FEE_INCLUDED' },
      salePeriod: { startDate: '2030-04-01T08:00:00.000Z', endDate: '2030-05-31T08:00:00.000Z', hideNotOnSale: true },
      saleStatus: 'SALE_STARTED',
      pricing: { fixedPrice: money('10.00'), pricingType: 'STANDARD' },
    })
    expect(await getV3(definition.id)).toEqual({
      id: definition.id,
      eventId,
      revision: '1',
      createdDate: now().toISOString(),
      updatedDate: now().toISOString(),
      name: 'Standard',
      description: 'Until March',
      policyText: 'No refunds',
      hidden: true,
      limited: true,
      initialLimit: 50,
      actualLimit: 50,
      limitPerCheckout: 20,
      pricingMethod: {
        fixedPrice: { value: '10.00', currency: 'EUR' },
        pricingType: 'STANDARD',
        free: false,
      },
      feeType: 'FEE_INCLUDED',
      salePeriod: {
        startDate: '2030-04-01T08:00:00.000Z',
        endDate: '2030-05-31T08:00:00.000Z',
        displayNotOnSale: false,
      },
      saleStatus: 'SALE_STARTED',
      salesDetails: { unsoldCount: 50, soldCount: 0, reservedCount: 0, soldOut: false },
      sortIndex: 7,
    })
  })

  test('R113: what is made in the new shape reads in the old one', async () => {
    const { eventId, definitionId } = await aSale(app, {
      definition: {
        policyText: 'Be kind',
        initialLimit: 3,
        feeType: 'FEE_ADDED_AT_CHECKOUT',
        salePeriod: { endDate: '2030-05-31T08:00:00Z', displayNotOnSale: true },
        pricingMethod: { guestPrice: { value: '5', currency: 'EUR' } },
      },
    })
    expect(await get(definitionId)).toEqual({
      id: definitionId,
      eventId,
      name: 'Standard',
      description: '',
      price: money('5.00'),
      free: false,
      policy: 'Be kind',
      limitPerCheckout: 3,
      orderIndex: 0,
      dashboard: { hidden: false, limited: true, quantity: 3, unsold: 3, sold: 0, ticketsSold: 0, ticketsReserved: 0 },
      wixFeeConfig: { type: 'FEE_ADDED_AT_CHECKOUT' },
      salePeriod: { endDate: '2030-05-31T08:00:00.000Z', hideNotOnSale: false },
      saleStatus: 'SALE_STARTED',
      pricing: { minPrice: money('5.00'), pricingType: 'DONATION' },
    })
  })

  test('R113: with nothing but a name it is free, in the event’s currency, unlimited, last, and the fee is added', async () => {
    const eventId = await anUnsoldEvent()
    await created(eventId, { price: money('3', 'USD') })
    const { definition } = (await must(admin, 'POST', V1, { eventId, definition: { name: 'x' } })).body
    expect(definition).toEqual({
      id: expect.any(String),
      eventId,
      name: 'x',
      description: '',
      policy: '',
      price: money('0.00', 'USD'),
      free: true,
      limitPerCheckout: 20,
      orderIndex: 1,
      dashboard: { hidden: false, limited: false, sold: 0, ticketsSold: 0, ticketsReserved: 0 },
      wixFeeConfig: { type: 'FEE_ADDED_AT_CHECKOUT' },
      saleStatus: 'SALE_STARTED',
      pricing: { fixedPrice: money('0.00', 'USD'), pricingType: 'STANDARD' },
    })
  })

  test.each([
    ['price', { price: { value: '12.5' } }, { fixedPrice: money('12.50') }],
    ['its old amount', { price: { amount: '12.5', currency: 'EUR' } }, { fixedPrice: money('12.50') }],
    ['pricing', { price: null, pricing: { fixedPrice: money('8') } }, { fixedPrice: money('8.00') }],
    ['both, alike', { price: money('8'), pricing: { fixedPrice: money('8.00') } }, { fixedPrice: money('8.00') }],
    ['a guest price', { price: null, pricing: { minPrice: money('2') } }, { minPrice: money('2.00') }],
    [
      'options',
      { price: null, pricing: { pricingOptions: { options: [option('Adult', '4'), option('Child', '0')] } } },
      {
        pricingOptions: {
          options: [
            { id: expect.any(String), name: 'Adult', price: money('4.00') },
            { id: expect.any(String), name: 'Child', price: money('0.00') },
          ],
        },
      },
    ],
  ])('R113: priced by %s', async (_, given, pricing) => {
    const definition = await created(await anUnsoldEvent(), given)
    const pricingType = 'minPrice' in pricing ? 'DONATION' : 'STANDARD'
    expect(definition.pricing).toEqual({ ...pricing, pricingType })
    expect(judgedByClient(schemas.GetTicketDefinitionResponse, await get(definition.id))).toEqual([])
  })

  test.each([
    ['limited, and how many', { limited: true, quantity: 3 }, 3],
    ['how many', { quantity: 3 }, 3],
    ['none at all', { quantity: 0 }, 0],
    ['not limited, whatever the number', { limited: false, quantity: 3 }, null],
    ['null', { quantity: null }, null],
  ])('R113: the limit by %s', async (_, given, limit) => {
    const { id } = await created(await anUnsoldEvent(), given)
    expect((await getV3(id)).initialLimit ?? null).toBe(limit)
  })

  test('R113, 3.4: FEE_ADDED is the old word of FEE_ADDED_AT_CHECKOUT', async () => {
    const definition = await created(await anUnsoldEvent(), { wixFeeConfig: { type: 'FEE_ADDED' } })
    expect(definition.wixFeeConfig).toEqual({ type: 'FEE_ADDED_AT_CHECKOUT' })
    expect((await getV3(definition.id)).feeType).toBe('FEE_ADDED_AT_CHECKOUT')
  })

  test.each([
    [{ name: undefined }, ['definition.name']],
    [{ name: null }, ['definition.name']],
    [{ name: '' }, ['definition.name']],
    [{ name: 'x'.repeat(31) }, ['definition.name']],
    [{ name: 7 }, ['definition.name']],
    [{ description: 'x'.repeat(501) }, ['definition.description']],
    [{ policy: 'x'.repeat(1001) }, ['definition.policy']],
    [{ quantity: -1 }, ['definition.quantity']],
    [{ quantity: 2_147_483_648 }, ['definition.quantity']],
    [{ quantity: '3' }, ['definition.quantity']],
    [{ limited: true }, ['definition.quantity']],
    [{ orderIndex: 1.5 }, ['definition.orderIndex']],
    [{ orderIndex: 1_000_000_001 }, ['definition.orderIndex']],
    [{ hidden: 'yes' }, ['definition.hidden']],
    [{ wixFeeConfig: { type: 'NO_FEE' } }, ['definition.wixFeeConfig.type']],
    [{ salePeriod: { startDate: 'tomorrow' } }, ['definition.salePeriod.startDate']],
    [{ price: { value: 10, currency: 'EUR' } }, ['definition.price.value']],
    [{ price: { currency: 'EUR' } }, ['definition.price.value']],
    [{ price: money('-1') }, ['definition.price.amount', 'definition.price.value']],
    [{ price: money('9999999999999') }, ['definition.price.value']],
    [{ price: money('1', 'XXQ') }, ['definition.price.currency']],
    [{ price: { value: '1', amount: '2', currency: 'EUR' } }, ['definition.price.amount']],
    [{ price: money('1'), pricing: { fixedPrice: money('2') } }, ['definition.price']],
    [{ price: money('1'), pricing: { pricingOptions: { options: [option('x', '1')] } } }, ['definition.price']],
    [
      { price: null, pricing: { fixedPrice: money('1'), minPrice: money('1') } },
      ['definition.pricing.fixedPrice', 'definition.pricing.minPrice'],
    ],
    [{ price: null, pricing: { pricingOptions: { options: [] } } }, ['definition.pricing.pricingOptions.options']],
    [
      { price: null, pricing: { pricingOptions: { options: [{ price: money('1') }] } } },
      ['definition.pricing.pricingOptions.options[0].name'],
    ],
    [
      { price: null, pricing: { pricingOptions: { options: [option('a', '1'), { name: 'b', price: {} }] } } },
      ['definition.pricing.pricingOptions.options[1].price.value'],
    ],
  ] as [object, string[]][])('R89, R90, R113: %j is refused by %j', async (given, fields) => {
    const eventId = await anUnsoldEvent()
    await expectRefusal(() => create(eventId, given), [400, fields])
  })

  test.each([
    ['no event', { definition: { name: 'x' } }, [400, ['eventId']]],
    ['an id that is none', { eventId: 'x', definition: { name: 'x' } }, [400, ['eventId']]],
    ['an unknown event', { eventId: newGuid(), definition: { name: 'x' } }, [404, 'EVENT_NOT_FOUND']],
    ['no definition', { eventId: newGuid() }, [400, ['definition']]],
    ['no body', undefined, [400, ['request']]],
  ] as [string, unknown, [number, string | string[]]][])('R86: %s', async (_, body, refusal) => {
    await expectRefusal(() => admin('POST', V1, body), refusal)
  })

  test('R86 to R88, R93: the rules of the new shape hold in the old one', async () => {
    const rsvp = await anEvent(sql, siteId, { initialType: 'RSVP' })
    await expectRefusal(() => create(rsvp), [428, 'INVALID_EVENT_TYPE'])
    const eventId = await anUnsoldEvent()
    const startDate = '2030-05-01T10:00:00Z'
    await expectRefusal(
      () => create(eventId, { salePeriod: { startDate, endDate: '2030-05-01T10:00:59Z' } }),
      [428, 'INVALID_SALE_PERIOD'],
    )
    await created(eventId)
    await expectRefusal(() => create(eventId, { price: money('1', 'USD') }), [400, ['definition.price']])
    const other = await otherSite()
    const [theirs] = [await aSale({ admin: other.admin })]
    await expectRefusal(() => create(theirs.eventId), [404, 'EVENT_NOT_FOUND'])
    for (let count = 1; count < 100; count += 1) await created(eventId)
    await expectRefusal(() => create(eventId), [428, 'TICKET_DEFINITIONS_LIMIT_REACHED'])
  })
})

describe('read', () => {
  test('R114: without a fieldset there is the least, with any of them the whole', async () => {
    const eventId = await anUnsoldEvent()
    const { id } = await created(eventId, { description: 'Long', policy: 'None', salePeriod: { hideNotOnSale: true } })
    const least = {
      id,
      eventId,
      name: 'Standard',
      price: money('10.00'),
      free: false,
      limitPerCheckout: 20,
      orderIndex: 0,
    }
    const whole = {
      ...least,
      description: 'Long',
      wixFeeConfig: { type: 'FEE_ADDED_AT_CHECKOUT' },
      salePeriod: { hideNotOnSale: true },
      saleStatus: 'SALE_STARTED',
      pricing: { fixedPrice: money('10.00'), pricingType: 'STANDARD' },
    }
    const dashboard = { hidden: false, limited: false, sold: 0, ticketsSold: 0, ticketsReserved: 0 }
    expect(await get(id, '')).toEqual(least)
    expect(await get(id, '?fieldset=POLICY')).toEqual({ ...whole, policy: 'None' })
    expect(await get(id, '?fieldset=DASHBOARD')).toEqual({ ...whole, dashboard })
    const lists = async (fieldset?: string[]) => [
      (await admin('GET', `${V1}?eventId=${eventId}${(fieldset ?? []).map(each => `&fieldset=${each}`).join('')}`)).body
        .definitions,
      (await admin('POST', `${V1}/query`, { filter: { eventId }, fieldset })).body.definitions,
      (await admin('POST', V2_QUERY, { query: { filter: { eventId } }, fieldset })).body.definitions,
    ]
    expect(await lists()).toEqual([[least], [least], [least]])
    const all = { ...whole, policy: 'None', dashboard }
    expect(await lists(['POLICY', 'DASHBOARD'])).toEqual([[all], [all], [all]])
  })

  test('R61, R63, R114: the dashboard counts what is sold and what is held', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 5 } })
    const guest = await visitor()
    const sold = await reserveTickets(guest, definitionId, 2)
    const reservationId = sold.body.ticketReservation.id
    await must(admin, 'POST', '/events/v1/checkout', {
      eventId,
      reservationId,
      guests: [{ form: ADA }],
      options: { payInPerson: true },
    })
    await reserveTickets(guest, definitionId, 1)
    const definition = await get(definitionId)
    expect(definition).toMatchObject({
      limitPerCheckout: 2,
      dashboard: { quantity: 5, unsold: 2, ticketsSold: 2, ticketsReserved: 1, sold: 3, limited: true },
    })
    expect(judgedByClient(schemas.GetTicketDefinitionResponse, definition)).toEqual([])
  })

  test('R65, R116: never more than 20 at once', async () => {
    const event = { tickets: { ticketLimitPerOrder: 50 } }
    const { definitionId } = await aSale(app, { event, definition: { initialLimit: 100 } })
    expect((await get(definitionId)).limitPerCheckout).toBe(20)
    expect((await getV3(definitionId)).limitPerCheckout).toBe(50)
  })

  test('R98: unknown, deleted and foreign ids are 404', async () => {
    const eventId = await anUnsoldEvent()
    const { id } = await created(eventId)
    await must(admin, 'DELETE', `${V1}?eventId=${eventId}&byId.definitionId=${id}`)
    const other = await otherSite()
    const { definitionId } = await aSale({ admin: other.admin })
    for (const each of [newGuid(), id, definitionId])
      expect(refusalOf(await admin('GET', `${V1}/${each}`))).toEqual([404, 'TICKET_DEFINITION_NOT_FOUND'])
    expect(refusalOf(await admin('GET', `${V1}/x`))).toEqual([400, ['definitionId']])
    expect(refusalOf(await admin('GET', `${V1}/${id}?fieldset=SALES`))).toEqual([400, ['fieldset[0]']])
  })
})

describe('update', () => {
  const full = {
    description: 'Old',
    policy: 'Old',
    quantity: 9,
    hidden: true,
    orderIndex: 4,
    wixFeeConfig: { type: 'FEE_INCLUDED' },
    salePeriod: { startDate: '2030-04-01T00:00:00Z', endDate: '2030-05-31T00:00:00Z', hideNotOnSale: true },
  }

  test('R8, api 8.3: a mask in any spelling names what changes, and there is no revision', async () => {
    const eventId = await anUnsoldEvent()
    const { id } = await created(eventId, full)
    const before = await get(id)
    for (const [index, fields] of [
      'definition.name,description',
      ['definition.name', 'definition.description'],
      { paths: ['name', 'definition.description'] },
    ].entries()) {
      const answer = await update(id, eventId, { name: `N${index}`, description: 'New', policy: 'New' }, fields)
      expect(answer.body.definition).toEqual({ ...before, name: `N${index}`, description: 'New' })
      expect(judgedByClient(schemas.UpdateTicketDefinitionResponse, answer.body)).toEqual([])
    }
    expect((await getV3(id)).revision).toBe('4')
  })

  test.each([
    ['limited', { limited: false }, { limited: false }],
    ['limited', { limited: true }, { quantity: 9, limited: true }],
    ['quantity', { quantity: 4 }, { quantity: 4 }],
    ['quantity', {}, { limited: false }],
    ['hidden', { hidden: false }, { hidden: false }],
  ])('api 8.5: masked by %s, %j makes the dashboard say %j', async (fields, given, dashboard) => {
    const eventId = await anUnsoldEvent()
    const { id } = await created(eventId, full)
    const { body } = await update(id, eventId, given, `definition.${fields}`)
    expect(body.definition.dashboard).toMatchObject(dashboard)
    expect('quantity' in body.definition.dashboard).toBe(body.definition.dashboard.limited)
  })

  test.each([
    [{ endDate: '2030-05-20T10:00:30Z' }, 'salePeriod.endDate', { endDate: '2030-05-20T10:00:00.000Z' }],
    [{}, 'salePeriod.startDate', { startDate: undefined }],
    [{ hideNotOnSale: false }, 'salePeriod.hideNotOnSale', { hideNotOnSale: false }],
    [{ endDate: '2030-05-20T00:00:00Z' }, 'salePeriod', { startDate: undefined, hideNotOnSale: false }],
  ])('api 8.5, R71: %j, masked by %s, changes of the sale period %j', async (salePeriod, fields, changed) => {
    const eventId = await anUnsoldEvent()
    const { id } = await created(eventId, full)
    const before = (await get(id)).salePeriod
    const { body } = await update(id, eventId, { salePeriod }, fields)
    const after =
      fields === 'salePeriod' ? { endDate: '2030-05-20T00:00:00.000Z', ...changed } : { ...before, ...changed }
    expect(body.definition.salePeriod).toEqual(JSON.parse(JSON.stringify(after)))
  })

  test('api 8.4: without a mask all is set; what is absent is cleared, but name, price and place stay', async () => {
    const eventId = await anUnsoldEvent()
    const { id } = await created(eventId, full)
    const { body } = await update(id, eventId, { description: 'New' })
    expect(body.definition).toEqual({
      id,
      eventId,
      policy: '',
      name: 'Standard',
      price: money('10.00'),
      free: false,
      description: 'New',
      limitPerCheckout: 20,
      orderIndex: 4,
      dashboard: { hidden: false, limited: false, sold: 0, ticketsSold: 0, ticketsReserved: 0 },
      wixFeeConfig: { type: 'FEE_ADDED_AT_CHECKOUT' },
      saleStatus: 'SALE_STARTED',
      pricing: { fixedPrice: money('10.00'), pricingType: 'STANDARD' },
    })
    expect((await update(id, eventId, undefined)).body.definition).toEqual({ ...body.definition, description: '' })
  })

  test('R95, R113: what was read can be sent back, and another price replaces the old one', async () => {
    const eventId = await anUnsoldEvent()
    const pricing = { pricingOptions: { options: [option('Adult', '4'), option('Child', '2')] } }
    const { id } = await created(eventId, { price: null, pricing })
    const before = await get(id)
    expect((await update(id, eventId, before)).body.definition).toEqual(before)
    const cheaper = await update(id, eventId, { price: { value: '3' } }, 'definition.price')
    expect(cheaper.body.definition.pricing).toEqual({ fixedPrice: money('3.00'), pricingType: 'STANDARD' })
    expect((await update(id, eventId, cheaper.body.definition)).body.definition).toEqual(cheaper.body.definition)
    const donation = await update(id, eventId, { pricing: { minPrice: money('1') } }, 'definition.pricing')
    expect(donation.body.definition).toMatchObject({ price: money('1.00'), pricing: { pricingType: 'DONATION' } })
    expect((await update(id, eventId, donation.body.definition)).body.definition).toEqual(donation.body.definition)
  })

  test('R91, R113: NO_FEE has no word in the old shape, and stays when none is given', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { feeType: 'NO_FEE' } })
    const { body } = await update(definitionId, eventId, { name: 'New' })
    expect(body.definition).not.toHaveProperty('wixFeeConfig')
    expect((await getV3(definitionId)).feeType).toBe('NO_FEE')
    await update(definitionId, eventId, { wixFeeConfig: {} }, 'wixFeeConfig')
    expect((await getV3(definitionId)).feeType).toBe('NO_FEE')
    await update(definitionId, eventId, { wixFeeConfig: { type: 'FEE_ADDED' } }, 'wixFeeConfig.type')
    expect((await getV3(definitionId)).feeType).toBe('FEE_ADDED_AT_CHECKOUT')
  })

  test('R91: where fees are collected, a price cannot be put on what is sold without a fee', async () => {
    const free = { feeType: 'NO_FEE', pricingMethod: { fixedPrice: { value: '0', currency: 'EUR' } } }
    const { eventId, definitionId } = await aSale(withFees, { definition: free })
    const priced = { definition: { price: money('5') }, eventId, fields: 'price' }
    const answer = await withFees.admin('PATCH', `${V1}/${definitionId}`, priced)
    expect(refusalOf(answer)).toEqual([400, 'INVALID_FEE_TYPE'])
  })

  test('R94, R113: an update in the old shape makes a revision of the new one stale', async () => {
    const { eventId, definitionId } = await aSale(app)
    await must(admin, 'PATCH', `${V1}/${definitionId}`, { eventId, definition: { name: 'New' }, fields: 'name' })
    const stale = { ticketDefinition: { revision: '1', name: 'Newer' } }
    expect(refusalOf(await admin('PATCH', `${V3}/${definitionId}`, stale))).toEqual([409, 'ABORTED'])
    const { name, revision } = await getV3(definitionId)
    expect([name, revision]).toEqual(['New', '2'])
  })

  test('R96: a limit below what is held is taken, and it is sold out', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 5 } })
    await reserveTickets(await visitor(), definitionId, 4)
    const { body } = await update(definitionId, eventId, { quantity: 2 }, 'quantity')
    expect(body.definition).toMatchObject({
      limitPerCheckout: 0,
      dashboard: { quantity: 2, unsold: 0, ticketsReserved: 4 },
    })
  })

  test.each([
    ['a name that is too long', { name: 'x'.repeat(31) }, undefined, [400, ['definition.name']]],
    ['no name, masked', {}, 'definition.name', [400, ['definition.name']]],
    ['no price, masked', {}, 'definition.price', [400, ['definition.price']]],
    ['no pricing, masked', { price: money('1') }, 'definition.pricing', [400, ['definition.price']]],
    ['limited without a number', { limited: true }, undefined, [400, ['definition.quantity']]],
    ['an unknown path', { name: 'x' }, 'definition.colour', [400, ['fields']]],
    ['a path that cannot be changed', { name: 'x' }, 'definition.eventId', [400, ['fields']]],
    ['a path below a text', { name: 'x' }, 'definition.name.first', [400, ['fields']]],
    ['a mask that is none', { name: 'x' }, 7, [400, ['fields']]],
    ['a definition that is a text', 'x', undefined, [400, ['definition']]],
    [
      'a sale without a length',
      { salePeriod: { startDate: '2030-05-01T10:00:00Z', endDate: '2030-05-01T10:00:00Z' } },
      'salePeriod',
      [428, 'INVALID_SALE_PERIOD'],
    ],
  ] as [string, unknown, unknown, [number, string | string[]]][])(
    'R88, api 8.6: %s is refused',
    async (_, given, fields, refusal) => {
      const eventId = await anUnsoldEvent()
      const { id } = await created(eventId)
      await expectRefusal(() => update(id, eventId, given, fields), refusal)
    },
  )

  test('R98, R93: unknown and foreign ids, another event, another currency beside other tickets', async () => {
    const { eventId, definitionId } = await aSale(app)
    await aDefinition(app, eventId)
    const elsewhere = await anUnsoldEvent()
    const theirs = await aSale({ admin: (await otherSite()).admin })
    const notFound: [number, string] = [404, 'TICKET_DEFINITION_NOT_FOUND']
    await expectRefusal(() => update(newGuid(), eventId, { name: 'x' }), notFound)
    await expectRefusal(() => update(definitionId, elsewhere, { name: 'x' }), notFound)
    await expectRefusal(() => update(theirs.definitionId, theirs.eventId, { name: 'x' }), notFound)
    await expectRefusal(() => update('x', eventId, { name: 'x' }), [400, ['definitionId']])
    await expectRefusal(() => update(definitionId, 'x', { name: 'x' }), [400, ['eventId']])
    const dollars = { price: money('1', 'USD') }
    await expectRefusal(() => update(definitionId, eventId, dollars, 'price'), [400, ['definition.price']])
  })
})

describe('delete', () => {
  test('R116, R97: the named ones go, all or none; what was held of them stays', async () => {
    const { eventId, definitionId } = await aSale(app)
    const [second, third] = [await aDefinition(app, eventId), await aDefinition(app, eventId)]
    const held = await reserveTickets(await visitor(), second.id)
    const gone = (ids: string[]) =>
      admin('DELETE', `${V1}?eventId=${eventId}&${ids.map(id => `byId.definitionId=${id}`).join('&')}`)
    await expectRefusal(() => gone([definitionId, newGuid()]), [404, 'TICKET_DEFINITION_NOT_FOUND'])
    const answer = await gone([definitionId.toUpperCase(), second.id])
    expect([answer.status, answer.body]).toEqual([200, {}])
    expect(judgedByClient(schemas.DeleteTicketDefinitionResponse, answer.body)).toEqual([])
    const { definitions } = (await admin('GET', `${V1}?eventId=${eventId}`)).body
    expect(definitions.map((each: { id: string }) => each.id)).toEqual([third.id])
    const path = `/events/v1/ticket-reservations/${held.body.ticketReservation.id}`
    expect((await admin('GET', path)).body.ticketReservation).toMatchObject({ status: 'PENDING' })
    await expectRefusal(() => gone([second.id]), [404, 'TICKET_DEFINITION_NOT_FOUND'])
  })

  test('R116: all of an event go, and none of another', async () => {
    const [one, other] = [await aSale(app), await aSale(app)]
    await aDefinition(app, one.eventId)
    expect((await admin('DELETE', `${V1}?eventId=${one.eventId}&all=true`)).body).toEqual({})
    expect((await admin('GET', `${V1}?eventId=${one.eventId}`)).body.metaData.total).toBe(0)
    expect((await admin('GET', `${V1}?eventId=${other.eventId}`)).body.metaData.total).toBe(1)
    expect((await admin('DELETE', `${V1}?eventId=${one.eventId}&all=true`)).body).toEqual({})
  })

  test('R116: exactly one way, 1 to 100 ids, of this event', async () => {
    const [one, other] = [await aSale(app), await aSale(app)]
    const byId = (...ids: string[]) => ids.map(id => `&byId.definitionId=${id}`).join('')
    const many = byId(...Array.from({ length: 101 }, newGuid))
    const refusals: [string, [number, string | string[]]][] = [
      [`eventId=${one.eventId}`, [400, ['byId', 'all']]],
      [`eventId=${one.eventId}&all=false`, [400, ['byId', 'all']]],
      [`eventId=${one.eventId}&all=true${byId(one.definitionId)}`, [400, ['byId', 'all']]],
      [`eventId=${one.eventId}&byId=x`, [400, ['byId']]],
      [`eventId=${one.eventId}&byId.x=y`, [400, ['byId.definitionId']]],
      [`eventId=${one.eventId}${byId('x')}`, [400, ['byId.definitionId[0]']]],
      [`eventId=${one.eventId}${many}`, [400, ['byId.definitionId']]],
      [`eventId=x&all=true`, [400, ['eventId']]],
      ['all=true', [400, ['eventId']]],
      [`eventId=${newGuid()}&all=true`, [404, 'EVENT_NOT_FOUND']],
      [`eventId=${one.eventId}${byId(other.definitionId)}`, [404, 'TICKET_DEFINITION_NOT_FOUND']],
    ]
    for (const [query, refusal] of refusals) await expectRefusal(() => admin('DELETE', `${V1}?${query}`), refusal)
    const theirs = await aSale({ admin: (await otherSite()).admin })
    await expectRefusal(() => admin('DELETE', `${V1}?eventId=${theirs.eventId}&all=true`), [404, 'EVENT_NOT_FOUND'])
  })
})

describe('change of currency', () => {
  test('R108, R109: the code changes, the numbers stay, until the first order', async () => {
    const { eventId, definitionId } = await aSale(app)
    const answer = await admin('PUT', `${V1}/currency`, { eventId, currency: 'USD' })
    expect([answer.status, answer.body]).toEqual([200, {}])
    expect((await get(definitionId)).price).toEqual(money('10.00', 'USD'))
    const buyer = await visitor()
    const { body } = await reserveTickets(buyer, definitionId)
    await must(buyer, 'GET', `/events/v1/ticket-reservations/${body.ticketReservation.id}`)
    await checkOut(buyer, { eventId, reservationId: body.ticketReservation.id })
    await expectRefusal(() => admin('PUT', `${V1}/currency`, { eventId, currency: 'EUR' }), [428, 'CURRENCY_LOCKED'])
  })

  test.each([
    [{ currency: 'USD' }, [400, ['eventId']]],
    [{ eventId: 'x', currency: 'USD' }, [400, ['eventId']]],
    [{ eventId: newGuid(), currency: 'USD' }, [404, 'EVENT_NOT_FOUND']],
    [{ eventId: newGuid() }, [400, ['currency']]],
    [{ eventId: newGuid(), currency: 'US' }, [400, ['currency']]],
    [{ eventId: newGuid(), currency: 'XXQ' }, [400, ['currency']]],
    [{ eventId: newGuid(), currency: null }, [400, ['currency']]],
  ] as [object, [number, string | string[]]][])('R108: %j is refused', async (body, refusal) => {
    await expectRefusal(() => admin('PUT', `${V1}/currency`, body), refusal)
  })
})

describe('list and query', () => {
  /** Four definitions, made a minute apart. */
  async function four() {
    const eventId = await anUnsoldEvent()
    const start = now().getTime()
    const ids: Record<string, string> = {}
    for (const [index, [name, definition]] of Object.entries({
      'Early bird': { quantity: 5, orderIndex: 3, salePeriod: { endDate: '2030-04-01T00:00:00Z' } },
      Standard: { orderIndex: 1, price: money('20') },
      Guests: { orderIndex: 0, price: null, pricing: { minPrice: money('0') }, hidden: true },
      Press: { orderIndex: 2, price: money('0'), hidden: true, salePeriod: { startDate: '2030-05-20T00:00:00Z' } },
    }).entries()) {
      setNow(new Date(start + index * 60_000))
      ids[name] = (await created(eventId, { ...definition, name })).id
    }
    setNow(new Date(start))
    const names = (answer: Answer) => answer.body.definitions.map((each: { name: string }) => each.name)
    return { eventId, ids, names }
  }
  const ALL = ['Early bird', 'Standard', 'Guests', 'Press']

  test('R115: by state, sale status, event and creator', async () => {
    const { eventId, names } = await four()
    const list = async (query: string) => names(await admin('GET', `${V1}?eventId=${eventId}${query}`))
    expect(await list('')).toEqual(ALL)
    expect(await list('&state=VISIBLE')).toEqual(['Early bird', 'Standard'])
    expect(await list('&state=HIDDEN')).toEqual(['Guests', 'Press'])
    expect(await list('&state=FREE')).toEqual(['Press'])
    expect(await list('&state=PAID')).toEqual(['Early bird', 'Standard', 'Guests'])
    expect(await list('&state=HIDDEN&state=PAID')).toEqual(['Guests'])
    expect(await list('&state=HIDDEN&state=VISIBLE')).toEqual(ALL)
    expect(await list('&saleStatus=SALE_ENDED')).toEqual(['Early bird'])
    expect(await list('&saleStatus=SALE_SCHEDULED&saleStatus=SALE_STARTED')).toEqual(['Standard', 'Guests', 'Press'])
    expect(await list(`&eventCreatorId=${newGuid()}`)).toEqual([])
    const { definitionId, eventId: second } = await aSale(app)
    const both = await admin('GET', `${V1}?eventId=${eventId}&eventId=${second.toUpperCase()}`)
    expect(both.body.metaData.total).toBe(5)
    expect(names(both)).toContain('Standard')
    expect(both.body.definitions.some((each: { id: string }) => each.id === definitionId)).toBe(true)
  })

  test('R74, R115: the organizer’s lists show what hides outside its sale, and say so', async () => {
    const eventId = await anUnsoldEvent()
    await created(eventId, { salePeriod: { endDate: '2030-04-01T00:00:00Z', hideNotOnSale: true } })
    await created(eventId, { salePeriod: { endDate: '2030-04-01T00:00:00Z', hideNotOnSale: false } })
    const hides = (answer: Answer) =>
      answer.body.definitions
        .map((each: { salePeriod: { hideNotOnSale: boolean } }) => each.salePeriod.hideNotOnSale)
        .sort()
    expect(hides(await admin('GET', `${V1}?eventId=${eventId}&fieldset=POLICY`))).toEqual([false, true])
    const filter = { eventId }
    expect(hides(await admin('POST', `${V1}/query`, { filter, fieldset: ['POLICY'] }))).toEqual([false, true])
    expect(hides(await admin('POST', V2_QUERY, { query: { filter }, fieldset: ['POLICY'] }))).toEqual([false, true])
    const guest = await visitor()
    const available = await guest('GET', `/events/v1/checkout/available-tickets?eventId=${eventId}&limit=10`)
    expect(hides(available)).toEqual([false])
    const { body } = await guest('POST', `${V3}/available/query`, { query: { filter } })
    expect(body.ticketDefinitions).toHaveLength(2)
  })

  test('R115, R10: sorted and paged, with the total', async () => {
    const { eventId, ids, names } = await four()
    const list = async (query: string) => names(await admin('GET', `${V1}?eventId=${eventId}&${query}`))
    expect(await list('sort=created:desc')).toEqual([...ALL].reverse())
    expect(await list('sort=orderIndex:asc')).toEqual(['Guests', 'Standard', 'Press', 'Early bird'])
    setNow(new Date(now().getTime() + 3_600_000))
    await must(admin, 'PATCH', `${V1}/${ids.Standard}`, { eventId, definition: {}, fields: 'hidden' })
    expect((await list('sort=modified:desc'))[0]).toBe('Standard')
    const page = await admin('GET', `${V1}?eventId=${eventId}&limit=2&offset=1`)
    expect(names(page)).toEqual(['Standard', 'Guests'])
    expect(page.body.metaData).toEqual({ count: 2, offset: 1, total: 4 })
    expect(judgedByClient(schemas.ListTicketDefinitionsResponse, page.body)).toEqual([])
    const queried = await admin('POST', `${V1}/query`, {
      filter: { eventId },
      limit: 1,
      offset: 3,
      sort: 'created:asc',
    })
    expect(queried.body).toMatchObject({ total: 4, offset: 3, limit: 1, definitions: [{ name: 'Press' }] })
    expect(judgedByClient(schemas.QueryTicketDefinitionsResponse, queried.body)).toEqual([])
    expect((await admin('GET', `${V1}?eventId=${eventId}&limit=0`)).body).toMatchObject({
      metaData: { count: 0, total: 4 },
      definitions: [],
    })
  })

  test('R115: facets count what matches; unknown ones are left out', async () => {
    const { eventId } = await four()
    const facets = {
      saleStatus: { counts: { SALE_ENDED: 1, SALE_STARTED: 2, SALE_SCHEDULED: 1 } },
      state: { counts: { VISIBLE: 2, HIDDEN: 2, FREE: 1, PAID: 3 } },
    }
    const query = 'facet=saleStatus&facet=state&facet=x&limit=0'
    expect((await admin('GET', `${V1}?eventId=${eventId}&${query}`)).body.facets).toEqual(facets)
    const queried = await admin('POST', `${V1}/query`, { filter: { eventId }, facet: ['state'], limit: 0 })
    expect(queried.body.facets).toEqual({ state: facets.state })
    expect((await admin('GET', `${V1}?eventId=${eventId}`)).body).not.toHaveProperty('facets')
  })

  test.each([
    [{ name: 'Press' }, ['Press']],
    [{ name: { $ne: 'Press' } }, ['Early bird', 'Standard', 'Guests']],
    [{ name: { $gte: 'Press' } }, ['Standard', 'Press']],
    [{ name: { $lt: 'Guests' } }, ['Early bird']],
    [{ name: { $hasSome: ['Press', 'Guests'] } }, ['Guests', 'Press']],
    [{ name: { $in: ['Standard'] } }, ['Standard']],
    [{ name: { $contains: 'RES' } }, ['Press']],
    [{ name: { $urlized: 'early' } }, ['Early bird']],
    [{ ticketDefinitionId: { $hasSome: ['Press', 'Standard'] } }, ['Standard', 'Press']],
    [{ ticketDefinitionId: { $ne: 'Press' } }, ['Early bird', 'Standard', 'Guests']],
    [{ $or: [{ name: 'Press' }, { name: 'Guests' }] }, ['Guests', 'Press']],
    [{}, ALL],
  ])('R115: the filter %j finds %j, in both queries', async (filter, found) => {
    const { eventId, ids, names } = await four()
    const named = JSON.parse(JSON.stringify(filter), (key, value) =>
      'ticketDefinitionId' in filter && typeof value === 'string' ? (ids[value] ?? key) : value,
    )
    const within = { $and: [{ eventId }, named] }
    expect(names(await admin('POST', `${V1}/query`, { filter: within }))).toEqual(found)
    expect(names(await admin('POST', V2_QUERY, { query: { filter: within } }))).toEqual(found)
  })

  test.each([
    [{ colour: 'red' }],
    [{ name: { $like: 'x' } }],
    [{ name: { $startsWith: 'x' } }],
    [{ name: 7 }],
    [{ eventId: { $gt: 'x' } }],
    [{ created: '2030-01-01T00:00:00Z' }],
    [{ $or: 'x' }],
  ])('R104, R115: the filter %j is none', async filter => {
    await expectRefusal(() => admin('POST', `${V1}/query`, { filter }), [400, 'FILTER_PARSER_ERROR'])
    await expectRefusal(() => admin('POST', V2_QUERY, { query: { filter } }), [400, 'FILTER_PARSER_ERROR'])
  })

  test.each([
    ['GET', `${V1}?limit=101`, undefined, ['limit']],
    ['GET', `${V1}?limit=-1`, undefined, ['limit']],
    ['GET', `${V1}?offset=x`, undefined, ['offset']],
    ['GET', `${V1}?state=OPEN`, undefined, ['state[0]']],
    ['GET', `${V1}?saleStatus=OPEN`, undefined, ['saleStatus[0]']],
    ['GET', `${V1}?sort=price:asc`, undefined, ['sort']],
    ['GET', `${V1}?sort=created:up`, undefined, ['sort']],
    ['GET', `${V1}?eventId=x`, undefined, ['eventId[0]']],
    ['GET', `${V1}?eventCreatorId=${newGuid()}&eventCreatorId=${newGuid()}`, undefined, ['eventCreatorId']],
    ['GET', `${V1}?fieldset=FULL`, undefined, ['fieldset[0]']],
    ['GET', `${V1}?facet=${'x'.repeat(21)}`, undefined, ['facet[0]']],
    ['GET', `${V1}?${Array.from({ length: 101 }, () => `eventId=${newGuid()}`).join('&')}`, undefined, ['eventId']],
    ['GET', `${V1}?${'saleStatus=SALE_ENDED&'.repeat(6)}`, undefined, ['saleStatus']],
    ['POST', `${V1}/query`, { limit: 101 }, ['limit']],
    ['POST', `${V1}/query`, { limit: '1' }, ['limit']],
    ['POST', `${V1}/query`, { filter: 'x' }, ['filter']],
    ['POST', `${V1}/query`, { sort: 'name:asc' }, ['sort']],
    ['POST', `${V1}/query`, { fieldset: ['FULL'] }, ['fieldset[0]']],
    ['POST', V2_QUERY, { query: { cursorPaging: { cursor: 'x' } } }, ['query.cursorPaging.cursor']],
    ['POST', V2_QUERY, { query: { paging: { limit: 1001 } } }, ['query.paging.limit']],
    ['POST', V2_QUERY, { query: { sort: [{ fieldName: 'eventId' }] } }, ['query.sort[0].fieldName']],
    ['POST', V2_QUERY, { query: { sort: [{ fieldName: 'created', order: 'UP' }] } }, ['query.sort[0].order']],
  ] as const)('R115: %s %s %j is refused', async (method, path, body, fields) => {
    await expectRefusal(() => admin(method, path, body), [400, [...fields]])
  })

  test('R115, api 6.3.3: the second query goes by cursor alone, or by offset', async () => {
    const { eventId, names } = await four()
    const sort = [{ fieldName: 'orderIndex', order: 'DESC' }]
    const first = await admin('POST', V2_QUERY, { query: { filter: { eventId }, sort, cursorPaging: { limit: 3 } } })
    expect(names(first)).toEqual(['Early bird', 'Press', 'Standard'])
    expect(judgedByClient(schemas.QueryTicketDefinitionsV2Response, first.body)).toEqual([])
    const { next: cursor } = first.body.metadata.cursors
    const last = await admin('POST', V2_QUERY, { query: { cursorPaging: { cursor } } })
    expect(names(last)).toEqual(['Guests'])
    expect(last.body.metadata.cursors.next).toBeUndefined()
    const page = await admin('POST', V2_QUERY, { query: { filter: { eventId }, paging: { limit: 1, offset: 2 } } })
    expect(names(page)).toEqual(['Guests'])
    expect(page.body.metadata).toMatchObject({ count: 1, offset: 2, total: 4 })
  })

  test('a site sees its own alone', async () => {
    await aSale(app)
    const other = await otherSite()
    const answers = [
      await other.admin('GET', V1),
      await other.admin('POST', `${V1}/query`, {}),
      await other.admin('POST', V2_QUERY, {}),
    ]
    expect(answers.map(({ body }) => body.definitions)).toEqual([[], [], []])
  })
})

test('R117: each change is told as the same fact as in the new shape, with its definition and event', async () => {
  const eventId = await anUnsoldEvent()
  const { id } = await created(eventId)
  await must(admin, 'PATCH', `${V1}/${id}`, { eventId, definition: { name: 'x' }, fields: 'name' })
  await must(admin, 'DELETE', `${V1}?eventId=${eventId}&all=true`)
  const told = await sql`
    select activities.kind, activities.sequence, definitions.event_id
      from activities
      join ticket_definitions as definitions
        on definitions.site_id = activities.site_id
       and definitions.ticket_definition_id::text = activities.entity_id
     where activities.entity_kind = 'ticket_definition'
       and activities.entity_id = ${id}
     order by activities.sequence`
  expect(told.map(row => [row.kind, row.sequence, row.eventId])).toEqual([
    ['ticket_definition.created', 1, eventId],
    ['ticket_definition.updated', 2, eventId],
    ['ticket_definition.deleted', 3, eventId],
  ])
})

test('R22, R1, R2: each of the eight methods is for who manages definitions, under each of its paths', async () => {
  const { eventId, definitionId } = await aSale(app)
  const guest = await visitor()
  const calls = [
    ['POST', V1, { eventId, definition: { name: 'x' } }],
    ['PATCH', `${V1}/${definitionId}`, { eventId, definition: { name: 'y' }, fields: 'name' }],
    ['GET', `${V1}/${definitionId}`, undefined],
    ['GET', V1, undefined],
    ['POST', `${V1}/query`, {}],
    ['POST', V2_QUERY, {}],
    ['PUT', `${V1}/currency`, { eventId, currency: 'USD' }],
    ['DELETE', `${V1}?eventId=${eventId}&all=true`, undefined],
  ] as const
  for (const [method, documented, body] of calls) {
    const [path = '', query] = documented.split('?')
    const paths = publishedPaths(path).map(each => (query ? `${each}?${query}` : each))
    expect(paths.length).toBeGreaterThanOrEqual(2)
    for (const path of paths) {
      const before = await state()
      expect([path, (await anonymous(method, path, body)).status]).toEqual([path, 401])
      expect([path, (await guest(method, path, body)).status]).toEqual([path, 403])
      expect(await state()).toBe(before)
    }
    for (const path of paths) expect([path, (await admin(method, path, body)).status]).toEqual([path, 200])
  }
})

test('R113, R115, R116: the unmodified client makes, changes, finds and deletes them', async () => {
  const { ticketDefinitions } = createClient({
    modules: { ticketDefinitions: modules.ticketDefinitions },
    auth: ApiKeyStrategy({ apiKey: app.apiKey, siteId }),
    host: { apiBaseUrl: 'tickets.example.com' },
    fetch: carriedInto(app.app),
    validateRequestSchema: true,
  })
  const eventId = await anUnsoldEvent()
  const startDate = new Date('2030-06-01T10:00:00Z')
  const { definition } = await ticketDefinitions.createTicketDefinition(eventId, {
    definition: { name: 'Standard', price: { value: '12.50', currency: 'EUR' }, salePeriod: { startDate } },
  })
  const id = definition?._id ?? ''
  expect(definition).toMatchObject({
    price: { value: '12.50' },
    salePeriod: { startDate },
    saleStatus: 'SALE_SCHEDULED',
  })
  const changed = { definition: { quantity: 8, hidden: true }, fields: ['definition.quantity', 'definition.hidden'] }
  const updated = await ticketDefinitions.updateTicketDefinition(id, eventId, changed)
  expect(updated.definition).toMatchObject({ name: 'Standard', dashboard: { quantity: 8, hidden: true } })
  await ticketDefinitions.changeCurrency({ eventId, currency: 'USD' })
  expect(await ticketDefinitions.getTicketDefinition(id)).toMatchObject({ _id: id, price: { currency: 'USD' } })
  const list = await ticketDefinitions.listTicketDefinitions({
    eventId: [eventId],
    state: ['HIDDEN'],
    fieldset: ['POLICY'],
  })
  expect(list).toMatchObject({ metaData: { total: 1 }, definitions: [{ _id: id, salePeriod: { startDate } }] })
  const query = await ticketDefinitions.queryTicketDefinitions({
    filter: { ticketDefinitionId: { $in: [id] } },
    limit: 5,
  })
  expect(query).toMatchObject({ total: 1, definitions: [{ _id: id }] })
  const page = await ticketDefinitions.queryTicketDefinitionsV2().limit(1).find()
  expect(page.items).toHaveLength(1)
  expect((await page.next()).items).toHaveLength(1)
  await ticketDefinitions.deleteTicketDefinition(eventId, { byId: { definitionId: [id] } })
  const gone = await ticketDefinitions.getTicketDefinition(id).catch((error: unknown) => error)
  expect(gone).toMatchObject({ details: { applicationError: { code: 'TICKET_DEFINITION_NOT_FOUND' } } })
})
