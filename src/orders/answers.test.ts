import { beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Caller, testApp } from '../../test/support/app.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { aSale, checkOut, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import { signToken } from '../identities/tokens.ts'
import { newGuid } from '../ids.ts'

// How order management says no, whatever the method.

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, deps, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))
verifyAfterEach(sql)

async function anOrder(definition: object = FREE) {
  const { eventId, definitionId } = await aSale(app, { definition: { ...definition } })
  const guest = await visitor()
  const reservationId = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
  const { order } = (await checkOut(guest, { eventId, reservationId })).body
  return { eventId, guest, orderNumber: order.orderNumber as string }
}

type Call = (caller: Caller, order: { eventId: string; orderNumber: string }) => Promise<Answer>

/** Each method of order management, asked for something that it takes. */
const METHODS: [string, Call][] = [
  ['List Orders', caller => caller('GET', '/events/v1/orders')],
  ['Get Summary', caller => caller('GET', '/events/v1/orders/summary')],
  [
    'Get Order',
    (caller, { eventId, orderNumber }) => caller('GET', `/events/v1/events/${eventId}/orders/${orderNumber}`),
  ],
  [
    'Update Order',
    (caller, { eventId, orderNumber }) =>
      caller('PATCH', `/events/v1/events/${eventId}/orders/${orderNumber}`, { archived: true }),
  ],
  [
    'Bulk Update Orders',
    (caller, { eventId, orderNumber }) =>
      caller('PATCH', `/events/v1/events/${eventId}/orders`, { orderNumber: [orderNumber], archived: true }),
  ],
  [
    'Confirm Order',
    (caller, { eventId, orderNumber }) =>
      caller('POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber: [orderNumber] }),
  ],
]
const ofOne = METHODS.filter(([name]) => !['List Orders', 'Get Summary'].includes(name))

/** A "no" in the published form (R13); what it says. */
function said({ status, body, headers }: Answer) {
  expect(headers['x-wix-request-id']).toMatch(/\S/)
  expect(Object.keys(body).sort()).toEqual(['details', 'message'])
  const kinds = Object.keys(body.details)
  expect(kinds).toHaveLength(1)
  return [status, kinds[0], body.details.applicationError?.code]
}

describe.each(METHODS)('%s', (_, call) => {
  test('R13, R14, R15: without an identity, and with one that has expired, 401', async () => {
    const order = { eventId: newGuid(), orderNumber: 'A' }
    const claims = { kind: 'visitor', siteId, visitorId: newGuid() } as const
    const authorization = await signToken(deps.keys, 'access', claims, app.now(), 14_400)
    setNow('2030-05-01T16:00:01.000Z')
    const expired: Caller = (method, url, body) => anonymous(method, url, body, { authorization })
    for (const caller of [anonymous, expired])
      expect(said(await call(caller, order))).toEqual([401, 'applicationError', 'UNAUTHENTICATED'])
  })

  test('R16: a site needs nothing installed', async () => {
    const site = await otherSite()
    const { status, body } = await call(site.admin, { eventId: newGuid(), orderNumber: 'A' })
    expect([status, body.details?.applicationError?.code]).toEqual(
      'details' in body ? [404, 'ORDER_NOT_FOUND'] : [200, undefined],
    )
  })
})

describe.each(ofOne)('%s', (name, call) => {
  test('R13, R14, R182: an order that is not there, 404; another site’s is not there', async () => {
    const order = await anOrder()
    for (const [caller, asked] of [
      [admin, { ...order, orderNumber: 'AAAA-AAAA-AA' }],
      [admin, { ...order, eventId: newGuid() }],
      [(await otherSite()).admin, order],
    ] as const)
      expect(said(await call(caller, asked))).toEqual([404, 'applicationError', 'ORDER_NOT_FOUND'])
  })

  test('R13, R14: a path that cannot be one, 400', async () => {
    expect(said(await call(admin, { eventId: 'x', orderNumber: 'A' }))).toEqual([400, 'validationError', undefined])
  })

  test('R14, R15: a guest, 403, other than to read one’s own', async () => {
    const order = await anOrder()
    const answer = await call(order.guest, order)
    if (name === 'Get Order') expect(answer.status).toBe(200)
    else expect(said(answer)).toEqual([403, 'applicationError', 'PERMISSION_DENIED'])
  })
})

test('R13, R14: a state that does not allow it, 428', async () => {
  const waiting = await anOrder({})
  const path = `/events/v1/events/${waiting.eventId}/orders/${waiting.orderNumber}`
  expect(said(await admin('PATCH', path, { archived: true }))).toEqual([
    428,
    'applicationError',
    'ORDER_ACTION_NOT_AVAILABLE',
  ])
})

test('R192: contact and member are ids, or not there', async () => {
  const order = await anOrder()
  const { body } = await must(admin, 'GET', `/events/v1/events/${order.eventId}/orders/${order.orderNumber}`)
  expect(body.order.contactId).toMatch(/^[0-9a-f-]{36}$/)
  expect(body.order).not.toHaveProperty('memberId')
})
