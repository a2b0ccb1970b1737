import * as schemas from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anEvent } from '../../test/support/builders.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { aDefinition, aSale, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { publishedPaths } from '../http/mounts.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { admin, visitor, anonymous, otherSite, sql, siteId, setNow } = app
const guest = await visitor()

const LIST = '/events/v1/checkout/available-tickets'
const QUERY = `${LIST}/query`
const OPTIONS = '/events/v1/checkout/options'
const euros = (value: string) => ({ value, amount: value, currency: 'EUR' })
const guestPrice = (value: string) => ({ pricingMethod: { guestPrice: { value, currency: 'EUR' } } })

beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

async function list(search: string, caller = guest) {
  const { body } = await must(caller, 'GET', `${LIST}?limit=100&${search}`)
  expect(judgedByClient(schemas.ListAvailableTicketsResponse, body)).toEqual([])
  return body
}

async function query(body: Record<string, unknown>, caller = guest) {
  const answer = await must(caller, 'POST', QUERY, { limit: 1000, ...body })
  expect(judgedByClient(schemas.QueryAvailableTicketsResponse, answer.body)).toEqual([])
  return answer.body
}

const named = ({ definitions }: { definitions: { name: string }[] }) => definitions.map(({ name }) => name).join(' ')

describe('the list', () => {
  test('R150: without a limit there are only the counts', async () => {
    const { eventId } = await aSale(app)
    const empty = { metaData: { count: 0, offset: 0, total: 1 }, definitions: [] }
    expect((await must(guest, 'GET', `${LIST}?eventId=${eventId}`)).body).toEqual(empty)
    expect((await must(guest, 'POST', QUERY, { filter: { eventId } })).body).toEqual(empty)
  })

  test('R151, R65: the old shape, each amount twice', async () => {
    const { eventId, definitionId } = await aSale(app, {
      definition: {
        name: 'Early',
        description: 'Until March',
        policyText: 'No refunds',
        initialLimit: 5,
        salePeriod: { startDate: '2030-04-01T00:00:00Z', endDate: '2030-06-01T00:00:00Z', displayNotOnSale: true },
      },
    })
    await reserveTickets(guest, definitionId, 2)
    const shown = {
      id: definitionId,
      eventId,
      name: 'Early',
      description: 'Until March',
      price: euros('10.00'),
      free: false,
      limitPerCheckout: 3,
      orderIndex: 0,
      wixFeeConfig: { type: 'FEE_INCLUDED' },
      salePeriod: {
        startDate: '2030-04-01T00:00:00.000Z',
        endDate: '2030-06-01T00:00:00.000Z',
        hideNotOnSale: false,
      },
      saleStatus: 'SALE_STARTED',
      pricing: { fixedPrice: euros('10.00'), pricingType: 'STANDARD' },
    }
    expect(await list(`eventId=${eventId}`)).toEqual({
      metaData: { count: 1, offset: 0, total: 1 },
      definitions: [{ ...shown, policy: 'No refunds' }],
    })
    expect((await query({ filter: { eventId } })).definitions).toEqual([shown])
  })

  test.each([
    ['a guest price', guestPrice('5'), { minPrice: euros('5.00'), pricingType: 'DONATION' }],
    ['nothing', FREE, { fixedPrice: euros('0.00'), pricingType: 'STANDARD' }],
    [
      'options',
      {
        pricingMethod: {
          pricingOptions: { optionDetails: [{ name: 'Adult', price: { value: '4', currency: 'EUR' } }] },
        },
      },
      {
        pricingOptions: { options: [{ id: expect.any(String), name: 'Adult', price: euros('4.00') }] },
        pricingType: 'STANDARD',
      },
    ],
  ])('R151: priced by %s', async (_, definition, pricing) => {
    const { eventId } = await aSale(app, { definition })
    expect((await list(`eventId=${eventId}`)).definitions).toMatchObject([{ pricing }])
  })

  test('R65: never more than 20 at once, and 20 where there is no limit', async () => {
    const event = { tickets: { ticketLimitPerOrder: 50 } }
    const { eventId } = await aSale(app, { event })
    await aDefinition(app, eventId, { initialLimit: 40 })
    await aDefinition(app, eventId, { initialLimit: 0 })
    const { definitions } = await list(`eventId=${eventId}&sort=orderIndex:asc`)
    expect(definitions.map((each: { limitPerCheckout: number }) => each.limitPerCheckout)).toEqual([20, 20, 0])
  })

  test('R151, R10: without an event all of the site; sorted and paged', async () => {
    const own = await otherSite()
    const first = await aSale(own, { definition: { name: 'B', ...guestPrice('1') } })
    setNow('2030-05-01T12:00:01.000Z')
    await aSale(own, { definition: { name: 'A' } })
    setNow('2030-05-01T12:00:02.000Z')
    await aDefinition(own, first.eventId, { name: 'C', ...FREE })
    expect(named(await list('', own.admin))).toBe('B A C')
    expect(named(await list('sort=name:asc', own.admin))).toBe('A B C')
    expect(named(await list('sort=price:desc', own.admin))).toBe('A B C')
    expect(named(await list('sort=orderIndex:desc,name:desc', own.admin))).toBe('C B A')
    expect(named(await query({ sort: 'created:desc' }, own.admin))).toBe('C A B')
    const page = (await must(own.admin, 'GET', `${LIST}?limit=1&offset=1`)).body
    expect([named(page), page.metaData]).toEqual(['A', { count: 1, offset: 1, total: 3 }])
  })

  test('R74: what hides outside its sale is listed then only when asked for', async () => {
    const { eventId } = await aSale(app, { definition: { name: 'Always' } })
    const later = { startDate: '2030-05-01T13:00:00Z' }
    await aDefinition(app, eventId, { name: 'Hides', salePeriod: { ...later, displayNotOnSale: false } })
    await aDefinition(app, eventId, { name: 'Shows', salePeriod: { ...later, displayNotOnSale: true } })
    await aDefinition(app, eventId, { name: 'Over', salePeriod: { endDate: '2030-05-01T12:00:00Z' } })
    const search = `eventId=${eventId}&sort=orderIndex:asc`
    expect(named(await list(search))).toBe('Always Shows')
    expect(named(await list(`${search}&state=INCLUDE_HIDDEN_NOT_ON_SALE`))).toBe('Always Hides Shows Over')
    expect(named(await query({ filter: { eventId }, sort: 'orderIndex:asc' }))).toBe('Always Shows')
    setNow('2030-05-01T13:00:00.000Z')
    expect(named(await list(search))).toBe('Always Hides Shows')
  })

  test('R153, R73: hidden definitions are never listed, whatever is asked, not even to the organizer', async () => {
    const { eventId } = await aSale(app, { definition: { hidden: true } })
    for (const caller of [guest, admin]) {
      expect(named(await list(`eventId=${eventId}&state=INCLUDE_HIDDEN_NOT_ON_SALE`, caller))).toBe('')
      expect(named(await query({ filter: { eventId } }, caller))).toBe('')
    }
  })

  test("inferred: a draft's tickets are for those who may see drafts", async () => {
    const eventId = await anEvent(sql, siteId, { publishedAt: null })
    await aDefinition(app, eventId)
    expect(named(await list(`eventId=${eventId}`))).toBe('')
    expect(named(await list(`eventId=${eventId}`, admin))).toBe('Standard')
  })

  test('a deleted definition is gone, and another site sees none', async () => {
    const { eventId, definitionId } = await aSale(app)
    const foreign = await otherSite()
    expect(named(await list(`eventId=${eventId}`, foreign.admin))).toBe('')
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${definitionId}`)
    expect(named(await list(`eventId=${eventId}`))).toBe('')
  })
})

describe('the query', async () => {
  const own = await otherSite()
  const one = await aSale(own, { definition: { name: 'Adult', policyText: 'No refunds', initialLimit: 5 } })
  const two = await aSale(own, { definition: { name: 'Child' } })

  test.each([
    [{}, 'Adult Child'],
    [{ eventId: one.eventId }, 'Adult'],
    [{ eventId: { $ne: one.eventId } }, 'Child'],
    [{ eventId: { $hasSome: [one.eventId, two.eventId] } }, 'Adult Child'],
    [{ ticketDefinitionId: two.definitionId }, 'Child'],
    [{ ticketDefinitionId: { $in: [one.definitionId, newGuid()] } }, 'Adult'],
    [{ name: 'Adult' }, 'Adult'],
    [{ name: { $ne: 'Adult' } }, 'Child'],
    [{ name: { $lt: 'B' } }, 'Adult'],
    [{ name: { $lte: 'Adult' } }, 'Adult'],
    [{ name: { $gt: 'Adult' } }, 'Child'],
    [{ name: { $gte: 'Adult' } }, 'Adult Child'],
    [{ name: { $hasSome: ['Child'] } }, 'Child'],
    [{ name: { $in: ['Child'] } }, 'Child'],
    [{ name: { $contains: 'hil' } }, 'Child'],
    [{ name: { $urlized: 'adult' } }, 'Adult'],
  ])('R151: %j finds %s', async (filter, names) => {
    expect(named(await query({ filter, sort: 'name:asc' }, own.admin))).toBe(names)
  })

  test('R152: policy and dashboard only when asked for, the dashboard for the organizer only', async () => {
    const filter = { eventId: one.eventId }
    const [plain] = (await query({ filter }, own.admin)).definitions
    expect(plain).not.toHaveProperty('policy')
    expect(plain).not.toHaveProperty('dashboard')
    const [full] = (await query({ filter, fieldset: ['POLICY', 'DASHBOARD'] }, own.admin)).definitions
    expect(full).toMatchObject({
      policy: 'No refunds',
      dashboard: { hidden: false, limited: true, quantity: 5, unsold: 5, sold: 0, ticketsSold: 0, ticketsReserved: 0 },
    })
    const { eventId } = await aSale(app, { definition: { policyText: 'None' } })
    const [seen] = (await query({ filter: { eventId }, fieldset: ['POLICY', 'DASHBOARD'] })).definitions
    expect(seen).toMatchObject({ policy: 'None' })
    expect(seen).not.toHaveProperty('dashboard')
  })
})

test.each([
  ['list: a malformed event', 'GET', `${LIST}?eventId=x`, undefined, ['eventId']],
  ['list: 101 at once', 'GET', `${LIST}?limit=101`, undefined, ['limit']],
  ['list: fewer than none', 'GET', `${LIST}?limit=-1`, undefined, ['limit']],
  ['list: a limit that is a word', 'GET', `${LIST}?limit=many`, undefined, ['limit']],
  ['list: an offset below 0', 'GET', `${LIST}?offset=-1`, undefined, ['offset']],
  ['list: an unknown state', 'GET', `${LIST}?state=ALL`, undefined, ['state[0]']],
  ['list: an unknown sort', 'GET', `${LIST}?sort=policy:asc`, undefined, ['sort']],
  ['list: a sort that goes sideways', 'GET', `${LIST}?sort=name:up`, undefined, ['sort']],
  ['query: 1001 at once', 'POST', QUERY, { limit: 1001 }, ['limit']],
  ['query: a limit that is a text', 'POST', QUERY, { limit: '5' }, ['limit']],
  ['query: an unknown fieldset', 'POST', QUERY, { fieldset: ['ALL'] }, ['fieldset[0]']],
  ['query: a fieldset that is a text', 'POST', QUERY, { fieldset: 'POLICY' }, ['fieldset']],
  ['query: a filter that is a list', 'POST', QUERY, { filter: [] }, ['filter']],
  ['query: a sort that is a list', 'POST', QUERY, { sort: ['name'] }, ['sort']],
  ['query: a filter by nothing known', 'POST', QUERY, { filter: { hidden: true } }, 'FILTER_PARSER_ERROR'],
  ['query: an operator of another field', 'POST', QUERY, { filter: { eventId: { $gt: 'x' } } }, 'FILTER_PARSER_ERROR'],
] as const)('%s is a 400', async (_, method, url, body, refusal) => {
  expect(refusalOf(await guest(method, url, body))).toEqual([400, refusal])
})

test('R22: nobody without a token', async () => {
  expect(refusalOf(await anonymous('GET', LIST))).toEqual([401, 'UNAUTHENTICATED'])
  expect(refusalOf(await anonymous('POST', QUERY, {}))).toEqual([401, 'UNAUTHENTICATED'])
})

test('R2: the same under every published path', async () => {
  const { eventId } = await aSale(app)
  const [documented, ...others] = publishedPaths(LIST)
  expect(others).toContain('/_api/events/v1/checkout/available-tickets')
  for (const base of others) {
    const search = `?limit=5&eventId=${eventId}`
    expect((await guest('GET', base + search)).body).toEqual((await guest('GET', documented + search)).body)
    const body = { limit: 5, filter: { eventId } }
    expect((await guest('POST', `${base}/query`, body)).body).toEqual(
      (await guest('POST', `${documented}/query`, body)).body,
    )
  }
})

test('R149: there are paid tickets when one that costs something is on sale', async () => {
  const own = await otherSite()
  const paid = async () => {
    const { body } = await must(own.admin, 'GET', OPTIONS)
    expect(judgedByClient(schemas.GetCheckoutOptionsResponse, body)).toEqual([])
    return body.paidTickets
  }
  const { eventId } = await aSale(own, { definition: FREE })
  await aDefinition(own, eventId, { hidden: true })
  await aDefinition(own, eventId, { salePeriod: { endDate: '2030-05-01T00:00:00Z' } })
  await aDefinition(own, eventId, {
    pricingMethod: { pricingOptions: { optionDetails: [{ name: 'x', price: { value: '0', currency: 'EUR' } }] } },
  })
  expect(await paid()).toBe(false)
  await aDefinition(own, eventId, guestPrice('0'))
  expect(await paid()).toBe(true)
})
