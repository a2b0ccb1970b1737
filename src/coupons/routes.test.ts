import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aCoupon } from '../../test/support/promotions.ts'
import { aSale, checkOut, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow } = app
const COUPONS = '/boxoffice/v1/coupons'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(START))

const EUR = (value: string) => ({ value, currency: 'EUR' })

async function storedCoupons() {
  const rows =
    await sql`select to_jsonb(coupons) as coupon, to_jsonb(promotions) as promotion from coupons join promotions on promotion_id = coupon_id order by 1`
  return rows.map(row => ({ ...row }))
}

/** What a request is refused with, after making sure that no coupon was changed. */
async function refused(request: () => ReturnType<typeof admin>) {
  const before = await storedCoupons()
  const answer = await request()
  expect(await storedCoupons()).toEqual(before)
  return refusalOf(answer)
}

/** An order that uses the coupon. */
async function use(code: string): Promise<{ orderNumber: string; reservationId: string }> {
  const sale = await aSale(app)
  const guest = await visitor()
  const reservationId = (await reserveTickets(guest, sale.definitionId)).body.ticketReservation.id
  const { status, body } = await checkOut(guest, { ...sale, reservationId }, { discount: { couponCode: code } })
  expect(status).toBe(200)
  return { orderNumber: body.order.orderNumber, reservationId }
}

describe('create', () => {
  test('R50, R51: a coupon starts active, at revision "1", with its code in upper case', async () => {
    const { eventId, definitionId } = await aSale(app)
    const sent = {
      code: 'sommer-25',
      name: 'Sommer',
      amountOff: EUR('5'),
      appliesPer: 'TICKET',
      scope: { group: 'ticket', entityId: definitionId.toUpperCase() },
      minimumSubTotal: EUR('20.5'),
      startDate: '2030-05-01T14:00:00+02:00',
      endDate: '2030-06-01T00:00:00Z',
      usesMax: 100,
      usesPerBuyerMax: 2,
      id: newGuid(),
      uses: 7,
    }
    const { body } = await must(admin, 'POST', COUPONS, { coupon: sent })
    expect(body.coupon).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      revision: '1',
      createdDate: START,
      updatedDate: START,
      code: 'SOMMER-25',
      name: 'Sommer',
      amountOff: EUR('5.00'),
      appliesPer: 'TICKET',
      scope: { group: 'ticket', entityId: definitionId },
      minimumSubTotal: EUR('20.50'),
      startDate: '2030-05-01T12:00:00.000Z',
      endDate: '2030-06-01T00:00:00.000Z',
      usesMax: 100,
      usesPerBuyerMax: 2,
      active: true,
      uses: 0,
    })
    expect(body.coupon.id).not.toBe(sent.id)
    expect((await must(admin, 'GET', `${COUPONS}/${body.coupon.id.toUpperCase()}`)).body).toEqual(body)
    const ofEvent = await aCoupon(app, { scope: { group: 'event', entityId: eventId } })
    expect(ofEvent).toMatchObject({
      percentOff: '10',
      appliesPer: 'ORDER',
      scope: { group: 'event', entityId: eventId },
    })
    expect((await aCoupon(app, { scope: { group: 'ticket' } })).scope).toEqual({ group: 'ticket' })
    expect((await aCoupon(app)).scope).toEqual({ group: 'event' })
    const told = await sql`select kind, sequence, data from activities where entity_id = ${body.coupon.id}`
    expect([...told]).toEqual([{ kind: 'coupon.created', sequence: 1, data: { code: 'SOMMER-25' } }])
  })

  test('a code is taken once in a site, regardless of case and of how letters are written', async () => {
    const code = 'Café-x'
    await aCoupon(app, { code })
    for (const again of [code, 'CAFÉ-X', 'cafe\u0301-X'])
      expect(
        await refused(() => admin('POST', COUPONS, { coupon: { code: again, name: 'x', percentOff: '1' } })),
      ).toEqual([409, 'ALREADY_EXISTS'])
    const other = await aCoupon(app)
    const patch = { coupon: { revision: '1', code: 'café-X' } }
    expect(await refused(() => admin('PATCH', `${COUPONS}/${other.id}`, patch))).toEqual([409, 'ALREADY_EXISTS'])
    expect((await aCoupon(await otherSite(), { code })).code).toBe('CAFÉ-X')
  })

  test('of ten who want the same code at once, one gets it', async () => {
    const coupon = { code: 'RACED', name: 'x', percentOff: '1' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => admin('POST', COUPONS, { coupon })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)])
  })

  const good = { code: 'GOOD', name: 'x', percentOff: '10' }
  const amount = { code: 'GOOD', name: 'x', amountOff: EUR('5') }
  test.each<[string, object, string[]]>([
    ['nothing', {}, ['coupon']],
    ['null', { coupon: null }, ['coupon']],
    ['an empty coupon', { coupon: {} }, ['coupon.code', 'coupon.name']],
    ['no code', { coupon: { ...good, code: null } }, ['coupon.code']],
    ['an empty code', { coupon: { ...good, code: '' } }, ['coupon.code']],
    ['a code of 21 characters', { coupon: { ...good, code: 'x'.repeat(21) } }, ['coupon.code']],
    ['a code that is longer in upper case', { coupon: { ...good, code: 'ß'.repeat(11) } }, ['coupon.code']],
    ['a code with blanks', { coupon: { ...good, code: 'A B' } }, ['coupon.code']],
    ['a code that is a number', { coupon: { ...good, code: 7 } }, ['coupon.code']],
    ['an empty name', { coupon: { ...good, name: '' } }, ['coupon.name']],
    ['a long name', { coupon: { ...good, name: 'x'.repeat(51) } }, ['coupon.name']],
    ['nothing off', { coupon: { ...good, percentOff: null } }, ['coupon.percentOff']],
    ['0 %', { coupon: { ...good, percentOff: '0.00' } }, ['coupon.percentOff']],
    ['more than 100 %', { coupon: { ...good, percentOff: '100.01' } }, ['coupon.percentOff']],
    ['three decimals', { coupon: { ...good, percentOff: '9.999' } }, ['coupon.percentOff']],
    ['a percentage that is a number', { coupon: { ...good, percentOff: 10 } }, ['coupon.percentOff']],
    ['both', { coupon: { ...good, amountOff: EUR('5') } }, ['coupon.amountOff']],
    ['an amount of 0', { coupon: { ...amount, amountOff: EUR('0') } }, ['coupon.amountOff.value']],
    ['an amount below the minor unit', { coupon: { ...amount, amountOff: EUR('0.001') } }, ['coupon.amountOff.value']],
    [
      'an amount that is too large',
      { coupon: { ...amount, amountOff: EUR('9999999999999') } },
      ['coupon.amountOff.value'],
    ],
    [
      'an amount that is a number',
      { coupon: { ...amount, amountOff: { value: 5, currency: 'EUR' } } },
      ['coupon.amountOff.value'],
    ],
    ['an amount without currency', { coupon: { ...amount, amountOff: { value: '5' } } }, ['coupon.amountOff.currency']],
    [
      'no currency',
      { coupon: { ...amount, amountOff: { value: '5', currency: 'XXQ' } } },
      ['coupon.amountOff.currency'],
    ],
    [
      'two currencies',
      { coupon: { ...amount, minimumSubTotal: { value: '5', currency: 'USD' } } },
      ['coupon.minimumSubTotal.currency'],
    ],
    ['another way to apply', { coupon: { ...good, appliesPer: 'GUEST' } }, ['coupon.appliesPer']],
    ['another scope', { coupon: { ...good, scope: { group: 'site' } } }, ['coupon.scope.group']],
    ['a scope without group', { coupon: { ...good, scope: { entityId: newGuid() } } }, ['coupon.scope.group']],
    [
      'an entity that is no GUID',
      { coupon: { ...good, scope: { group: 'event', entityId: '7' } } },
      ['coupon.scope.entityId'],
    ],
    ['a bad date', { coupon: { ...good, startDate: 'today' } }, ['coupon.startDate']],
    [
      'an end that is no later than the start',
      { coupon: { ...good, startDate: START, endDate: START } },
      ['coupon.endDate'],
    ],
    ['no use', { coupon: { ...good, usesMax: 0 } }, ['coupon.usesMax']],
    ['half a use', { coupon: { ...good, usesMax: 1.5 } }, ['coupon.usesMax']],
    ['a limit that is a text', { coupon: { ...good, usesPerBuyerMax: '1' } }, ['coupon.usesPerBuyerMax']],
    ['active as a text', { coupon: { ...good, active: 'true' } }, ['coupon.active']],
  ])('api 5.2.3: %s is refused by field', async (_, body, fields) => {
    expect(await refused(() => admin('POST', COUPONS, body))).toEqual([400, fields])
  })

  test('R51: what it is for must be there, in this site', async () => {
    const foreign = await aSale(await otherSite())
    const scopes: [object, string][] = [
      [{ group: 'event', entityId: newGuid() }, 'EVENT_NOT_FOUND'],
      [{ group: 'event', entityId: foreign.eventId }, 'EVENT_NOT_FOUND'],
      [{ group: 'ticket', entityId: newGuid() }, 'TICKET_DEFINITION_NOT_FOUND'],
      [{ group: 'ticket', entityId: foreign.definitionId }, 'TICKET_DEFINITION_NOT_FOUND'],
    ]
    const { id } = await aCoupon(app)
    for (const [scope, code] of scopes) {
      expect(await refused(() => admin('POST', COUPONS, { coupon: { ...good, scope } }))).toEqual([404, code])
      const patch = { coupon: { revision: '1', scope } }
      expect(await refused(() => admin('PATCH', `${COUPONS}/${id}`, patch))).toEqual([404, code])
    }
  })
})

describe('read, change, delete', () => {
  test('what is given changes, null clears, the rest stays', async () => {
    const { id, code } = await aCoupon(app, { usesMax: 5, minimumSubTotal: EUR('10'), endDate: '2030-06-01T00:00:00Z' })
    setNow('2030-05-02T08:00:00.000Z')
    const change = { revision: '1', name: 'Autumn', amountOff: EUR('3'), usesMax: null, endDate: null, active: false }
    const { coupon } = (await must(admin, 'PATCH', `${COUPONS}/${id}`, { coupon: change })).body
    expect(coupon).toEqual({
      id,
      code,
      revision: '2',
      createdDate: START,
      updatedDate: '2030-05-02T08:00:00.000Z',
      name: 'Autumn',
      amountOff: EUR('3.00'),
      appliesPer: 'ORDER',
      scope: { group: 'event' },
      minimumSubTotal: EUR('10.00'),
      active: false,
      uses: 0,
    })
    const back = { revision: '2', percentOff: '100', minimumSubTotal: null, active: true, scope: null }
    const { body } = await must(admin, 'PATCH', `${COUPONS}/${id}`, { coupon: back })
    expect(body.coupon).toMatchObject({ revision: '3', percentOff: '100', active: true, scope: { group: 'event' } })
    expect(body.coupon).not.toHaveProperty('amountOff')
    expect(body.coupon).not.toHaveProperty('minimumSubTotal')
    const told = await sql`select kind from activities where entity_id = ${id} order by sequence`
    expect(told.map(({ kind }) => kind)).toEqual(['coupon.created', 'coupon.updated', 'coupon.updated'])
  })

  test.each<[string, object, [number, string | string[]]]>([
    ['no revision', { name: 'x' }, [400, ['coupon.revision']]],
    ['a revision that is no number', { revision: 'x' }, [400, ['coupon.revision']]],
    ['a revision as a number', { revision: 1 }, [400, ['coupon.revision']]],
    ['a stale revision', { revision: '7' }, [409, 'ABORTED']],
    ['a code of null', { revision: '1', code: null }, [400, ['coupon.code']]],
    ['nothing off', { revision: '1', percentOff: null }, [400, ['coupon.percentOff']]],
    ['a limit of 0', { revision: '1', usesMax: 0 }, [400, ['coupon.usesMax']]],
    [
      'an end before the start',
      { revision: '1', startDate: '2030-05-02T00:00:00Z', endDate: '2030-05-01T00:00:00Z' },
      [400, ['coupon.endDate']],
    ],
  ])('%s is refused, and changes nothing', async (_, coupon, expected) => {
    const { id } = await aCoupon(app)
    expect(await refused(() => admin('PATCH', `${COUPONS}/${id}`, { coupon }))).toEqual(expected)
  })

  test('a limit below what is used is refused; what an order that was given up used comes back', async () => {
    const { id, code } = await aCoupon(app)
    await use(code)
    const { reservationId } = await use(code)
    expect((await must(admin, 'GET', `${COUPONS}/${id}`)).body.coupon.uses).toBe(2)
    const patch = { coupon: { revision: '1', usesMax: 1 } }
    expect(await refused(() => admin('PATCH', `${COUPONS}/${id}`, patch))).toEqual([400, ['coupon.usesMax']])
    await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    expect((await must(admin, 'PATCH', `${COUPONS}/${id}`, patch)).body.coupon).toMatchObject({ usesMax: 1, uses: 1 })
  })

  test('a deleted coupon is gone, its code is free, and orders keep what it took off', async () => {
    const { id, code } = await aCoupon(app)
    const { orderNumber } = await use(code)
    await must(admin, 'DELETE', `${COUPONS}/${id}`)
    for (const method of ['GET', 'DELETE'] as const)
      expect(await refused(() => admin(method, `${COUPONS}/${id}`))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(() => admin('PATCH', `${COUPONS}/${id}`, { coupon: { revision: '1' } }))).toEqual([
      404,
      'NOT_FOUND',
    ])
    expect((await aCoupon(app, { code })).id).not.toBe(id)
    const { orders } = (await must(admin, 'GET', `/events/v1/orders?orderNumber=${orderNumber}&fieldset=INVOICE`)).body
    expect(orders[0].invoice.discount).toMatchObject({ code, couponId: id, amount: { amount: '1.00' } })
  })

  test('R50, R55: TAKEN_OFF is what confirmed orders were let off, by currency, and nothing of those that ended', async () => {
    const { id, code } = await aCoupon(app, { percentOff: '25' })
    const unused = await aCoupon(app)
    const asked = { query: { filter: { id: { $in: [id, unused.id] } } } }
    const buy = async (value: string, currency: string, options = {}) => {
      const sale = await aSale(app, { definition: { pricingMethod: { fixedPrice: { value, currency } } } })
      const guest = await visitor()
      const reservationId = (await reserveTickets(guest, sale.definitionId, 2)).body.ticketReservation.id
      const { body } = await checkOut(admin, { ...sale, reservationId }, { discount: { couponCode: code }, options })
      return { reservationId, status: body.order.status }
    }
    const paid = { markAsPaid: true }
    expect((await buy('10.00', 'EUR', paid)).status).toBe('PAID')
    await buy('0.10', 'EUR', paid)
    await buy('100', 'JPY', paid)
    expect((await buy('20.00', 'EUR')).status).toBe('INITIATED')
    const canceled = await buy('30.00', 'EUR', paid)
    await must(admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
    const takenOff = [EUR('5.05'), { value: '50', currency: 'JPY' }]
    const { coupons } = (await must(admin, 'POST', `${COUPONS}/query`, { ...asked, fields: ['TAKEN_OFF'] })).body
    const shown = (wanted: string) => coupons.find((coupon: { id: string }) => coupon.id === wanted)
    expect(shown(id)).toMatchObject({ uses: 4, takenOff })
    expect(shown(unused.id)).toMatchObject({ uses: 0, takenOff: [] })
    expect((await must(admin, 'GET', `${COUPONS}/${id}?fields=TAKEN_OFF`)).body.coupon).toMatchObject({ takenOff })
    for (const fields of [undefined, null, []])
      expect((await must(admin, 'POST', `${COUPONS}/query`, { ...asked, fields })).body.coupons[0]).not.toHaveProperty(
        'takenOff',
      )
    expect((await must(admin, 'GET', `${COUPONS}/${id}`)).body.coupon).not.toHaveProperty('takenOff')
    expect(refusalOf(await admin('POST', `${COUPONS}/query`, { fields: ['COST'] }))).toEqual([400, ['fields[0]']])
    expect(refusalOf(await admin('POST', `${COUPONS}/query`, { fields: 'x' }))).toEqual([400, ['fields']])
    expect(refusalOf(await admin('GET', `${COUPONS}/${id}?fields=COST`))).toEqual([400, ['fields[0]']])
  })

  test('they are found by code, name, scope and whether they are active', async () => {
    const site = await otherSite()
    const { eventId } = await aSale(site)
    const first = await aCoupon(site, { code: 'AAA', scope: { group: 'event', entityId: eventId } })
    const second = await aCoupon(site, { code: 'BBB', name: 'Winter', active: false })
    const found = async (filter: object, more: object = {}) => {
      const { body } = await must(site.admin, 'POST', `${COUPONS}/query`, { query: { filter, ...more } })
      return body.coupons.map((coupon: { id: string }) => coupon.id)
    }
    expect((await found({})).sort()).toEqual([first.id, second.id].sort())
    expect(await found({ code: 'AAA' })).toEqual([first.id])
    expect(await found({ name: { $startsWith: 'Win' } })).toEqual([second.id])
    expect(await found({ active: true })).toEqual([first.id])
    expect(await found({ 'scope.entityId': eventId })).toEqual([first.id])
    expect(await found({}, { sort: [{ fieldName: 'code', order: 'DESC' }], paging: { limit: 1 } })).toEqual([second.id])
    const { metadata } = (await must(site.admin, 'POST', `${COUPONS}/query`, {})).body
    expect(metadata).toMatchObject({ count: 2, total: 2 })
    const bad = { query: { filter: { secret: 1 } } }
    expect(refusalOf(await site.admin('POST', `${COUPONS}/query`, bad))).toEqual([400, 'FILTER_PARSER_ERROR'])
  })

  test('R22: only those who manage promotions, and only in their site', async () => {
    const { id } = await aCoupon(app)
    const { eventId } = await aSale(app)
    const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS', 'ADD_GUESTS'], events: [eventId] })
    const guest = await visitor()
    const requests: Parameters<typeof admin>[] = [
      ['GET', `${COUPONS}/${id}`],
      ['POST', COUPONS, { coupon: { code: 'X', name: 'x', percentOff: '1' } }],
      ['POST', `${COUPONS}/query`, {}],
      ['PATCH', `${COUPONS}/${id}`, { coupon: { revision: '1', name: 'x' } }],
      ['DELETE', `${COUPONS}/${id}`],
    ]
    for (const request of requests) {
      expect(await refused(() => guest(...request))).toEqual([403, 'PERMISSION_DENIED'])
      expect(await refused(() => staff(...request))).toEqual([403, 'PERMISSION_DENIED'])
      expect(await refused(() => anonymous(...request))).toEqual([401, 'UNAUTHENTICATED'])
    }
    const other = await otherSite()
    expect(refusalOf(await other.admin('GET', `${COUPONS}/${id}`))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(() => other.admin('DELETE', `${COUPONS}/${id}`))).toEqual([404, 'NOT_FOUND'])
    const patch = { coupon: { revision: '1', name: 'x' } }
    expect(await refused(() => other.admin('PATCH', `${COUPONS}/${id}`, patch))).toEqual([404, 'NOT_FOUND'])
    expect(refusalOf(await admin('GET', `${COUPONS}/7`))).toEqual([400, ['couponId']])
    setNow('2030-05-01T16:00:01Z')
    expect(await refused(() => guest('GET', `${COUPONS}/${id}`))).toEqual([401, 'UNAUTHENTICATED'])
    expect((await sql`select from coupons where site_id = ${siteId} and coupon_id = ${id}`).count).toBe(1)
  })
})

test('R149: coupons are accepted where the site has one that is valid, or will be', async () => {
  const site = await otherSite()
  const accepts = async () => (await must(site.admin, 'GET', '/events/v1/checkout/options')).body.acceptCoupons
  expect(await accepts()).toBe(false)
  const { id } = await aCoupon(site, { endDate: '2030-05-02T00:00:00Z', active: false })
  expect(await accepts()).toBe(false)
  await must(site.admin, 'PATCH', `${COUPONS}/${id}`, { coupon: { revision: '1', active: true } })
  expect(await accepts()).toBe(true)
  setNow('2030-05-02T00:00:00Z')
  expect(await accepts()).toBe(false)
})
