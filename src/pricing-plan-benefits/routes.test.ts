import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aBenefit, aMember } from '../../test/support/promotions.ts'
import { aSale, checkOut, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, admin, visitor, anonymous, otherSite, setNow } = app
const BENEFITS = '/boxoffice/v1/pricing-plan-benefits'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const urlOf = ({ planOrderId, benefitId }: { planOrderId: string; benefitId: string }) =>
  `${BENEFITS}/${planOrderId}/${benefitId}`

/** What a request is refused with, after making sure that no benefit was changed. */
async function refused(request: () => ReturnType<typeof admin>) {
  const stored = async () => {
    const rows = await sql`
      select to_jsonb(benefits) as benefit, to_jsonb(promotions) as promotion
        from pricing_plan_benefits as benefits
        full join promotions using (promotion_id)
       order by 1, 2`
    return rows.map(row => ({ ...row }))
  }
  const before = await stored()
  const answer = await request()
  expect(await stored()).toEqual(before)
  return refusalOf(answer)
}

/** An order of so many tickets that uses the benefit; its reservation. */
async function use(
  benefit: { planOrderId: string; benefitId: string; memberId: string },
  quantity: number,
): Promise<string> {
  const sale = await aSale(app)
  const reservationId = (await reserveTickets(admin, sale.definitionId, quantity)).body.ticketReservation.id
  const { planOrderId, benefitId, memberId } = benefit
  const more = { memberId, paidPlanBenefit: { planOrderId, benefitId } }
  expect((await checkOut(admin, { ...sale, reservationId }, more)).status).toBe(200)
  return reservationId
}

describe('create', () => {
  test('R53: a benefit belongs to a member, under the ids of plan order and benefit', async () => {
    const sent = {
      planOrderId: newGuid(),
      benefitId: newGuid().toUpperCase(),
      planId: newGuid(),
      memberId: newGuid(),
      name: 'Gold',
      rate: '12.50',
      quantityMax: 10,
      startDate: START,
      endDate: '2031-05-01T00:00:00+02:00',
      quantityUsed: 3,
    }
    const { body } = await must(admin, 'POST', BENEFITS, { benefit: sent })
    expect(body.benefit).toEqual({
      ...sent,
      benefitId: sent.benefitId.toLowerCase(),
      rate: '12.5',
      endDate: '2031-04-30T22:00:00.000Z',
      revision: '1',
      createdDate: START,
      updatedDate: START,
      quantityUsed: 0,
    })
    expect((await must(admin, 'GET', urlOf(sent))).body).toEqual(body)
    expect(await refused(() => admin('POST', BENEFITS, { benefit: sent }))).toEqual([409, 'ALREADY_EXISTS'])
    const another = await aBenefit(app, newGuid(), { planOrderId: sent.planOrderId })
    expect(another.benefitId).toMatch(/^[0-9a-f-]{36}$/)
    expect(another).not.toHaveProperty('quantityMax')
  })

  const good = { planOrderId: newGuid(), planId: newGuid(), memberId: newGuid(), name: 'Gold', rate: '50' }
  test.each<[string, object, string[]]>([
    ['nothing', {}, ['benefit']],
    ['null', { benefit: null }, ['benefit']],
    [
      'an empty benefit',
      { benefit: {} },
      ['benefit.planOrderId', 'benefit.planId', 'benefit.memberId', 'benefit.name', 'benefit.rate'],
    ],
    ['a member that is no GUID', { benefit: { ...good, memberId: 'Ada' } }, ['benefit.memberId']],
    ['a plan order of null', { benefit: { ...good, planOrderId: null } }, ['benefit.planOrderId']],
    ['a rate of 0', { benefit: { ...good, rate: '0' } }, ['benefit.rate']],
    ['a rate above 100', { benefit: { ...good, rate: '100.1' } }, ['benefit.rate']],
    ['a rate of three decimals', { benefit: { ...good, rate: '1.005' } }, ['benefit.rate']],
    ['a rate that is a number', { benefit: { ...good, rate: 50 } }, ['benefit.rate']],
    ['an empty name', { benefit: { ...good, name: '' } }, ['benefit.name']],
    ['a long name', { benefit: { ...good, name: 'x'.repeat(101) } }, ['benefit.name']],
    ['no ticket', { benefit: { ...good, quantityMax: 0 } }, ['benefit.quantityMax']],
    ['a bad date', { benefit: { ...good, endDate: '2030-02-30T00:00:00Z' } }, ['benefit.endDate']],
    ['an end at the start', { benefit: { ...good, startDate: START, endDate: START } }, ['benefit.endDate']],
  ])('api 5.2.3: %s is refused by field', async (_, body, fields) => {
    expect(await refused(() => admin('POST', BENEFITS, body))).toEqual([400, fields])
  })
})

describe('read, change, delete', () => {
  test('what is given changes, null clears; what it belongs to stays', async () => {
    const benefit = await aBenefit(app, newGuid(), { quantityMax: 5, endDate: '2031-01-01T00:00:00Z' })
    setNow('2030-05-02T08:00:00.000Z')
    const change = { revision: '1', name: 'Silver', rate: '7', quantityMax: null, endDate: null, memberId: newGuid() }
    const { body } = await must(admin, 'PATCH', urlOf(benefit), { benefit: change })
    const { quantityMax: _, endDate: __, ...kept } = benefit
    expect(body.benefit).toEqual({
      ...kept,
      revision: '2',
      updatedDate: '2030-05-02T08:00:00.000Z',
      name: 'Silver',
      rate: '7',
    })
  })

  test.each<[string, object, [number, string | string[]]]>([
    ['no revision', { name: 'x' }, [400, ['benefit.revision']]],
    ['a stale revision', { revision: '2' }, [409, 'ABORTED']],
    ['a rate of null', { revision: '1', rate: null }, [400, ['benefit.rate']]],
    [
      'an end before the start',
      { revision: '1', startDate: START, endDate: '2029-01-01T00:00:00Z' },
      [400, ['benefit.endDate']],
    ],
  ])('%s is refused, and changes nothing', async (_, benefit, expected) => {
    const stored = await aBenefit(app, newGuid())
    expect(await refused(() => admin('PATCH', urlOf(stored), { benefit }))).toEqual(expected)
  })

  test('R53: a quantity below what is used is refused; what an order that was given up used comes back', async () => {
    const benefit = await aBenefit(app, newGuid(), { quantityMax: 5 })
    await use(benefit, 2)
    const given = await use(benefit, 2)
    expect((await must(admin, 'GET', urlOf(benefit))).body.benefit.quantityUsed).toBe(4)
    const patch = { benefit: { revision: '1', quantityMax: 3 } }
    expect(await refused(() => admin('PATCH', urlOf(benefit), patch))).toEqual([400, ['benefit.quantityMax']])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${given}/cancel`)
    expect((await must(admin, 'PATCH', urlOf(benefit), patch)).body.benefit).toMatchObject({
      quantityMax: 3,
      quantityUsed: 2,
    })
  })

  test('a deleted benefit is gone, and orders keep what it took off', async () => {
    const benefit = await aBenefit(app, newGuid())
    await use(benefit, 1)
    await must(admin, 'DELETE', urlOf(benefit))
    for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { benefit: { revision: '1' } }]] as const)
      expect(await refused(() => admin(method, urlOf(benefit), body))).toEqual([404, 'NOT_FOUND'])
    const { orders } = (await must(admin, 'GET', '/events/v1/orders?fieldset=INVOICE&sort=created:desc&limit=100')).body
    const names = orders.map((each: { invoice: { discount?: { discounts: { paidPlan: { name: string } }[] } } }) =>
      each.invoice.discount?.discounts.map(({ paidPlan }) => paidPlan.name),
    )
    expect(names).toContainEqual(['Gold'])
  })

  test('they are found by member, plan and plan order', async () => {
    const { memberId } = await aMember(app)
    const first = await aBenefit(app, memberId)
    const second = await aBenefit(app, memberId, { planId: first.planId })
    const found = async (filter: object) => {
      const { body } = await must(admin, 'POST', `${BENEFITS}/query`, { query: { filter } })
      return body.benefits.map((each: { benefitId: string }) => each.benefitId).sort()
    }
    expect(await found({ memberId })).toEqual([first.benefitId, second.benefitId].sort())
    expect(await found({ planId: first.planId })).toEqual([first.benefitId, second.benefitId].sort())
    expect(await found({ planOrderId: first.planOrderId })).toEqual([first.benefitId])
  })

  test('R22: only those who manage promotions, and only in their site', async () => {
    const { caller, memberId } = await aMember(app)
    const benefit = await aBenefit(app, memberId)
    const guest = await visitor()
    const other = await otherSite()
    const requests: Parameters<typeof admin>[] = [
      ['GET', urlOf(benefit)],
      ['PATCH', urlOf(benefit), { benefit: { revision: '1', name: 'x' } }],
      ['DELETE', urlOf(benefit)],
    ]
    for (const request of requests) {
      expect(await refused(() => guest(...request))).toEqual([403, 'PERMISSION_DENIED'])
      expect(await refused(() => caller(...request))).toEqual([403, 'PERMISSION_DENIED'])
      expect(await refused(() => anonymous(...request))).toEqual([401, 'UNAUTHENTICATED'])
      expect(await refused(() => other.admin(...request))).toEqual([404, 'NOT_FOUND'])
    }
    for (const request of [
      ['POST', BENEFITS, { benefit: { ...benefit, benefitId: newGuid() } }],
      ['POST', `${BENEFITS}/query`, {}],
    ] as Parameters<typeof admin>[]) {
      expect(await refused(() => guest(...request))).toEqual([403, 'PERMISSION_DENIED'])
      expect(await refused(() => anonymous(...request))).toEqual([401, 'UNAUTHENTICATED'])
    }
    expect(refusalOf(await admin('GET', `${BENEFITS}/7/8`))).toEqual([400, ['planOrderId', 'benefitId']])
  })
})
