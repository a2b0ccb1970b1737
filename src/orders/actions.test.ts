import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { ledgerOf } from '../../test/support/ledger.ts'
import { anOrder, follow, notify, type Ordered, orderNow } from '../../test/support/orders.ts'
import { FREE, must } from '../../test/support/sale.ts'
import { PROVIDERS } from '../payments/providers.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned } from './abandoned.ts'
import { carryOutDue } from './carry-out-due.ts'

/* What the forms of an order's page do, sent as a browser without scripts sends them. */
const app = await testApp()
const { sql, admin, deps, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

type Action = 'payment' | 'gift-card' | 'cancel' | 'resend'

/** The address that a page's form is sent to. */
function addressOf({ orderPageUrl }: Pick<Ordered, 'orderPageUrl'>, action: Action): string {
  const url = new URL(orderPageUrl)
  return `${url.pathname}/${action}${url.search}`
}

async function send(ordered: Pick<Ordered, 'orderPageUrl'>, action: Action, fields: Record<string, string> = {}) {
  return post(addressOf(ordered, action), fields)
}

async function post(url: string, fields: Record<string, string>) {
  const { statusCode, headers, payload } = await app.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  })
  return { status: statusCode, location: headers.location ?? null, headers, markup: payload }
}

async function allowOffline(eventId: string): Promise<void> {
  const paymentSettings = { offlinePayment: true }
  await must(admin, 'PATCH', `/boxoffice/v1/events/${eventId}/payment-settings`, { paymentSettings })
}

async function aCard(value: string): Promise<{ id: string; code: string }> {
  const giftCard = { amount: { value, currency: 'EUR' } }
  const { body } = await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })
  return { id: body.giftCard.id, code: body.code }
}

const pageOf = async (ordered: Ordered, query = '') => (await follow(app, ordered.orderPageUrl + query)).text
const statusNow = async (ordered: Ordered) => (await orderNow(admin, ordered)).status

describe('paying from the page', () => {
  test('R167: whoever holds the link is led to the payment that is open, however often it is asked for', async () => {
    const ordered = await anOrder(app)
    const first = await send(ordered, 'payment', { method: 'test' })
    expect(first.status).toBe(303)
    expect(first.location).toContain(`${deps.publicUrl}/test-payments/${ordered.order.snapshotId}?token=`)
    expect((await send(ordered, 'payment', { method: 'test' })).location).toBe(first.location)
    expect(await sql`select from payments where order_number = ${ordered.order.orderNumber}`).toHaveLength(1)
  })

  test('9.1, manual payment: in person, where the event allows it, and then the page says what to bring', async () => {
    const ordered = await anOrder(app)
    const refused = await send(ordered, 'payment', { method: 'offline' })
    expect(refused.location).toBe(`${ordered.orderPageUrl}&result=paymentChanged`)
    expect(await pageOf(ordered, '&result=paymentChanged')).toContain('The organizer has changed how tickets are paid.')
    await allowOffline(ordered.eventId)
    expect(await pageOf(ordered)).toContain('Pay in person')
    const { location } = await send(ordered, 'payment', { method: 'offline' })
    expect(location).toBe(ordered.orderPageUrl.replace('?', '/return?'))
    expect(await pageOf(ordered)).toContain('Confirmed, to be paid in person')
  })

  test('R167: what can no longer be paid leads back to the page, which says why', async () => {
    const ordered = await anOrder(app)
    await notify(ordered, 'PAID')
    const { status, location } = await send(ordered, 'payment', { method: 'test' })
    expect([status, location]).toEqual([303, ordered.orderPageUrl])
    expect(await pageOf(ordered)).not.toContain('(test)')
  })

  test('R58: a gift card pays as far as it goes, and what is wrong with one is said beside it', async () => {
    const ordered = await anOrder(app)
    const [part, rest] = [await aCard('8.00'), await aCard('50.00')]
    const wrong = await send(ordered, 'gift-card', { code: 'NOPE-NOPE' })
    expect(wrong.location).toBe(`${ordered.orderPageUrl}&result=cardNotFound`)
    expect(await pageOf(ordered, '&result=cardNotFound')).toContain('There is no gift card with this code.')
    await send(ordered, 'gift-card', { code: part.code })
    expect(await pageOf(ordered)).toContain('Partly paid Paid so far: €8.00 To pay: €12.00')
    const empty = await send(ordered, 'gift-card', { code: part.code })
    expect(empty.location).toBe(`${ordered.orderPageUrl}&result=cardEmpty`)
    await send(ordered, 'gift-card', { code: rest.code })
    expect(await statusNow(ordered)).toBe('PAID')
  })

  test('R58: guessing codes ends soon, here and elsewhere together', async () => {
    setNow('2030-05-01T12:10:00.000Z')
    const ordered = await anOrder(app)
    for (let tries = 0; tries < 20; tries += 1) await send(ordered, 'gift-card', { code: `WRONG-${tries}` })
    const { location } = await send(ordered, 'gift-card', { code: 'AAAA-BBBB' })
    expect(location).toBe(`${ordered.orderPageUrl}&result=tooManyTries`)
    const lookUp = { code: 'AAAA-BBBB', currency: 'EUR' }
    expect((await ordered.guest('POST', '/boxoffice/v1/gift-cards/look-up', lookUp)).status).toBe(429)
  })
})

describe('canceling from the page', () => {
  const inPerson = { seller: admin, checkout: { options: { payInPerson: true } } }

  test.each([
    ['FREE', { definition: FREE }],
    ['OFFLINE_PENDING', inPerson],
    ['INITIATED', {}],
  ])(
    'R135, R208, R219: an order that is %s can be given back by its buyer, once, after being asked',
    async (status, how) => {
      const ordered = await anOrder(app, how)
      expect(await statusNow(ordered)).toBe(status)
      expect(await pageOf(ordered)).toContain('Cancel this order')
      const question = await follow(app, deps.publicUrl + addressOf(ordered, 'cancel'))
      expect(question.text).toContain(`Cancel order ${ordered.order.orderNumber}?`)
      expect(await statusNow(ordered)).toBe(status)
      expect((await send(ordered, 'cancel')).location).toBe(ordered.orderPageUrl)
      expect(await statusNow(ordered)).toBe('CANCELED')
      expect((await orderNow(admin, ordered)).tickets.every((ticket: { canceled: boolean }) => ticket.canceled)).toBe(
        true,
      )
      const before = await ledgerOf(sql)
      expect((await send(ordered, 'cancel')).location).toBe(ordered.orderPageUrl)
      expect(await ledgerOf(sql)).toEqual(before)
      expect(await pageOf(ordered)).toContain('Choose tickets again')
    },
  )

  test('R58, R135: what a gift card has paid of it goes back to the card', async () => {
    const ordered = await anOrder(app)
    const card = await aCard('8.00')
    await send(ordered, 'gift-card', { code: card.code })
    expect((await send(ordered, 'cancel')).location).toBe(ordered.orderPageUrl)
    const { body } = await must(admin, 'GET', `/boxoffice/v1/gift-cards/${card.id}`)
    expect(body.giftCard.balance.value).toBe('8.00')
  })

  test.each([
    ['paid', async (ordered: Ordered) => notify(ordered, 'PAID')],
    ['being paid', async (ordered: Ordered) => notify(ordered, 'PENDING')],
    ['over', async () => setNow('2030-05-01T12:20:00.000Z')],
  ])('R135: an order that is %s is the organizer’s to cancel, and the page says so', async (_, becomes) => {
    const ordered = await anOrder(app)
    await becomes(ordered)
    expect(await pageOf(ordered)).not.toContain('Cancel this order')
    const before = await ledgerOf(sql)
    const refused = `${ordered.orderPageUrl}&result=cancelRefused`
    expect((await send(ordered, 'cancel')).location).toBe(refused)
    expect((await app.app.inject(addressOf(ordered, 'cancel'))).headers.location).toBe(refused)
    expect(await ledgerOf(sql)).toEqual(before)
    expect(await pageOf(ordered, '&result=cancelRefused')).toContain('can no longer be canceled here')
  })

  test('R135: nor once somebody is inside, or the event has begun', async () => {
    const inside = await anOrder(app, { definition: FREE })
    const ticketNumber = [inside.order.tickets[0].ticketNumber]
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId: inside.eventId, ticketNumber })
    expect((await send(inside, 'cancel')).location).toContain('cancelRefused')
    const begun = await anOrder(app, { definition: FREE })
    setNow('2030-06-01T18:00:00.000Z')
    expect((await send(begun, 'cancel')).location).toContain('cancelRefused')
  })
})

describe('who may', () => {
  test.each(['payment', 'gift-card', 'cancel'] as const)(
    'R207: %s: a wrong or missing secret is a page with status 404, and changes nothing',
    async action => {
      const ordered = await anOrder(app)
      const other = await anOrder(app)
      const { pathname, search } = new URL(deps.publicUrl + addressOf(ordered, action))
      const fields = { method: 'test', code: 'AAAA-BBBB' }
      const before = await ledgerOf(sql)
      for (const query of ['', '?token=', `${search}x`, new URL(other.orderPageUrl).search]) {
        const { status, headers, markup } = await post(pathname + query, fields)
        expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
        expect(markup).toContain('Open the link from your confirmation again')
      }
      expect(await ledgerOf(sql)).toEqual(before)
    },
  )

  test.each([
    ['payment', {}],
    ['payment', { method: 'gold' }],
    ['gift-card', {}],
    ['gift-card', { code: 'A'.repeat(61) }],
  ] as const)('R207: %s with %j is a page that says so, and changes nothing', async (action, fields) => {
    const ordered = await anOrder(app)
    const before = await ledgerOf(sql)
    expect((await send(ordered, action, fields)).status).toBe(404)
    expect(await ledgerOf(sql)).toEqual(before)
  })
})

describe('the page that waits', () => {
  test('R167: it runs two scripts of ours, named by their hashes, as long as it waits, and afterwards the one that keeps it for a lost network', async () => {
    const ordered = await anOrder(app)
    const policy = async () => String((await follow(app, ordered.orderPageUrl)).headers['content-security-policy'])
    const hashes = /script-src ((?:'sha256-[\w+/=]+' ?)+); connect-src 'self'; worker-src 'self'$/
    const scripts = async () => hashes.exec(await policy())?.[1]?.split(' ')
    const [waiting, keeping, ...more] = (await scripts()) ?? []
    expect([waiting, more]).toEqual([expect.any(String), []])
    await notify(ordered, 'PAID')
    expect(await scripts()).toEqual([keeping])
  })

  test('R170: when nobody pays it reads the same before and after the clock has given the order up', async () => {
    const ordered = await anOrder(app)
    setNow('2030-05-01T12:20:00.000Z')
    expect(await pageOf(ordered)).toContain('The time to pay has run out')
    setNow('2030-05-01T14:00:00.000Z')
    await expireOverdue(sql, app.now())
    await closeAbandoned(sql, app.now())
    await carryOutDue(sql, app.now(), PROVIDERS)
    expect(await statusNow(ordered)).toBe('CANCELED')
    expect(await pageOf(ordered)).toContain('The time to pay has run out')
  })
})

test('R167: whoever holds the link has the tickets mailed once more, three times an hour at most', async () => {
  const ordered = await anOrder(app, { definition: FREE })
  expect(await pageOf(ordered)).toContain('Mail the tickets once more')
  for (const _ of [1, 2, 3]) expect((await send(ordered, 'resend')).location).toContain('result=mailed')
  expect((await send(ordered, 'resend')).location).toContain('result=mailedOften')
  expect(await pageOf(ordered, '&result=mailed')).toContain('The tickets are on their way')
  const mails = await sql`select from mails where order_number = ${ordered.order.orderNumber}`
  expect(mails).toHaveLength(3)
  const url = addressOf(ordered, 'resend').replace(/.$/, last => (last === 'A' ? 'B' : 'A'))
  expect((await post(url, {})).status).toBe(404)
})
