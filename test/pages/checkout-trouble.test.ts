import type { Page, Route } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { closeAbandoned } from '../../src/orders/abandoned.ts'
import { carryOutDue } from '../../src/orders/carry-out-due.ts'
import { PROVIDERS } from '../../src/payments/providers.ts'
import { expireOverdue } from '../../src/ticket-reservations/expire.ts'
import { testApp } from '../support/app.ts'
import { testBrowser } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { aSale, FREE, must, reserveTickets } from '../support/sale.ts'
import { aBuyer, aTab, type Buyer, fillIn } from '../support/shop.ts'

/*
 * What goes wrong between holding tickets and having them: clicks that come twice, ways back, networks and tabs that are
 * lost, banks that say no, nothing, or too much. Each ends on a page that says what happened and what to do, and the
 * database has one order and one charge, or none. Every law is verified after each test.
 */
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const app = await testApp({ publicUrl: base })
const { admin, sql, setNow } = app
const browser = await testBrowser()
await app.app.listen({ port, host: '127.0.0.1' })
const place = { app, browser, base }
const NOON = '2030-05-01T12:00:00.000Z'
beforeEach(() => setNow(NOON))

type Sale = Awaited<ReturnType<typeof aSale>>

/** Somebody on the checkout page, with name and e-mail filled in. */
async function aBuyerAt(sale: Sale): Promise<Buyer> {
  const buyer = await aBuyer(place, sale)
  await buyer.page.goto(base + buyer.checkout)
  await fillIn(buyer.page)
  return buyer
}

async function toTheBank(sale: Sale): Promise<Buyer> {
  const buyer = await aBuyerAt(sale)
  await pay(buyer.page).click()
  await buyer.page.waitForURL(/\/test-payments\//)
  return buyer
}

const pay = (page: Page) => page.getByRole('button', { name: 'Pay €20.00' })
const told = (page: Page) => page.locator('main h2').first().textContent()
const bankSays = (page: Page, name: string) => page.getByRole('button', { name }).click()

/** Lets a page that waits look at once how it is now. */
const lookNow = (page: Page) => page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)

/** What became of an event's sale: orders by status, money that stays, tickets that admit. */
async function books({ eventId }: Sale) {
  const orders = await sql<{ status: string; orderNumber: string }[]>`
    select status, order_number from orders where event_id = ${eventId} order by created_at`
  const [money] = await sql<{ kept: number; payments: number }[]>`
    select coalesce(sum(payments.amount_minor - payments.refunded_minor) filter (where payments.status = 'CAPTURED'), 0)::int as kept,
           count(*)::int as payments
      from payments join orders using (site_id, order_number)
     where event_id = ${eventId}`
  const [tickets] = await sql<{ admit: number }[]>`
    select count(*)::int as admit from tickets where event_id = ${eventId} and canceled_at is null`
  return { orders: orders.map(({ status }) => status), ...money, ...tickets }
}
const BOUGHT = { orders: ['PAID'], kept: 2000, payments: 1, admit: 2 }

/** What the clock does when its time has come. */
async function clockRuns(until: string): Promise<void> {
  setNow(until)
  await expireOverdue(sql, app.now())
  await closeAbandoned(sql, app.now())
  await carryOutDue(sql, app.now(), PROVIDERS)
}

describe('pressed, loaded and opened twice', () => {
  test('R156: two clicks at once make one order, and one payment', async () => {
    const sale = await aSale(app)
    const { page, context } = await aBuyerAt(sale)
    await pay(page).dblclick()
    await page.waitForURL(/\/test-payments\//)
    await bankSays(page, 'Pay €20.00')
    await page.waitForURL(/\/orders\//)
    expect(await told(page)).toBe('Paid')
    expect(await books(sale)).toEqual(BOUGHT)
    await context.close()
  })

  test('R156, R157: two tabs with the same tickets: the second finds the order of the first, and its payment', async () => {
    const sale = await aSale(app)
    const first = await aBuyerAt(sale)
    const second = await aTab(first.context)
    await second.page.goto(base + first.checkout)
    await fillIn(second.page)
    await pay(first.page).click()
    await first.page.waitForURL(/\/test-payments\//)
    await pay(second.page).click()
    await second.page.waitForURL(/\/test-payments\//)
    expect(second.page.url()).toBe(first.page.url())
    await bankSays(first.page, 'Pay €20.00')
    await bankSays(second.page, 'Pay €20.00')
    await second.page.waitForURL(/\/orders\//)
    expect(await told(second.page)).toBe('Paid')
    expect(await books(sale)).toEqual(BOUGHT)
    await first.context.close()
  })

  test('R157: the way back after paying leads to the order, not to a second one', async () => {
    const sale = await aSale(app)
    const { page, context } = await toTheBank(sale)
    await bankSays(page, 'Pay €20.00')
    await page.waitForURL(/\/orders\//)
    await page.goBack()
    await page.goBack()
    await page.waitForURL(/\/orders\//)
    expect(await told(page)).toBe('Paid')
    expect(await books(sale)).toEqual(BOUGHT)
    await context.close()
  })

  test('R157: the way back from the bank leads to the order, which can be paid from there', async () => {
    const sale = await aSale(app)
    const { page, context } = await toTheBank(sale)
    const bank = page.url()
    await page.goBack()
    await page.waitForURL(/\/orders\//)
    expect(await told(page)).toBe('Waiting for payment')
    await page.getByRole('button', { name: 'Pay €20.00 (test)' }).click()
    await page.waitForURL(/\/test-payments\//)
    expect(page.url()).toBe(bank)
    expect(await books(sale)).toEqual({ orders: ['INITIATED'], kept: 0, payments: 1, admit: 0 })
    await context.close()
  })

  test('a reload while it is typed keeps what was typed, and forgets it once it is ordered', async () => {
    const sale = await aSale(app, { definition: FREE })
    const { page, context } = await aBuyerAt(sale)
    await page.reload()
    expect(await page.getByLabel('First name').inputValue()).toBe('Ada')
    await page.getByRole('button', { name: 'Get tickets' }).click()
    await page.waitForURL(/\/orders\//)
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    await context.close()
  })

  test('R157: a reload while it is being ordered finds the order', async () => {
    const sale = await aSale(app)
    const { page, context, checkout } = await aBuyerAt(sale)
    const arrived = Promise.withResolvers<void>()
    await page.route('**/events/v1/checkout', async route => {
      await route.fetch()
      arrived.resolve() // and nobody hears the answer
    })
    await pay(page).click()
    await arrived.promise
    await page.unroute('**/events/v1/checkout')
    await page.goto(base + checkout)
    await page.waitForURL(/\/orders\//)
    expect(await told(page)).toBe('Waiting for payment')
    expect((await books(sale)).orders).toEqual(['INITIATED'])
    await context.close()
  })
})

describe('networks that are lost', () => {
  /** Lets requests to `path` arrive or not, and loses what is answered. */
  async function loseAnswers(
    page: Page,
    path: string,
    { arrives }: { arrives: boolean },
  ): Promise<() => Promise<void>> {
    const lose = async (route: Route) => {
      if (arrives) await route.fetch()
      await route.abort()
    }
    await page.route(path, lose)
    return () => page.unroute(path, lose)
  }

  test.each([
    ['ordering, before it arrives', '**/events/v1/checkout', false],
    ['ordering, after it has arrived', '**/events/v1/checkout', true],
    ['choosing how to pay', '**/boxoffice/v1/orders/*/payment', true],
  ])(
    'R156, R157: while %s: it is said, and the same button goes on, to one order and one payment',
    async (_, path, arrives) => {
      const sale = await aSale(app)
      const { page, context } = await aBuyerAt(sale)
      const found = await loseAnswers(page, path, { arrives })
      await pay(page).click()
      await page.getByRole('heading', { name: 'No connection' }).waitFor()
      await found()
      await page.getByRole('button', { name: /^(Pay €20.00|Try again)$/ }).click()
      await page.waitForURL(/\/test-payments\//)
      await bankSays(page, 'Pay €20.00')
      await page.waitForURL(/\/orders\//)
      expect(await books(sale)).toEqual(BOUGHT)
      await context.close()
    },
  )

  test('while the page looks for the tickets: it is said, and it looks again', async () => {
    const sale = await aSale(app)
    const { page, context, checkout } = await aBuyer(place, sale)
    const path = '**/events/v1/checkout/invoices/*'
    await page.route(path, route => route.abort())
    await page.goto(base + checkout)
    await page.getByRole('heading', { name: 'No connection' }).waitFor()
    await page.unroute(path)
    await page.getByRole('button', { name: 'Try again' }).click()
    await pay(page).waitFor()
    await context.close()
  })

  test('while it waits for the bank: the page goes on looking, and shows the tickets when it can', async () => {
    const sale = await aSale(app)
    const { page, context } = await toTheBank(sale)
    await bankSays(page, 'Hang')
    await page.waitForURL(/\/orders\//)
    expect(await told(page)).toBe('The payment is being processed')
    await context.setOffline(true)
    await lookNow(page)
    await bankDecides(sale, 'PAID')
    expect(await told(page)).toBe('The payment is being processed')
    await context.setOffline(false)
    await lookNow(page)
    await page.locator('.ticket').first().waitFor()
    expect(await told(page)).toBe('Paid')
    expect(await page.getByRole('status').textContent()).toContain('Paid')
    expect(await books(sale)).toEqual(BOUGHT)
    await context.close()
  })
})

/** What the bank says in the end, by its own way. */
async function bankDecides({ eventId }: Sale, result: 'PAID' | 'DECLINED'): Promise<void> {
  const [payment] = await sql<{ paymentId: string }[]>`
    select payment_id from payments join orders using (site_id, order_number) where event_id = ${eventId}`
  const path = `/boxoffice/v1/test-payments/${payment?.paymentId}/notifications`
  await must(admin, 'POST', path, { notificationId: crypto.randomUUID(), result })
}

describe('what the bank says', () => {
  test('R169: declined: the order is given up, which the page says, and where to begin again', async () => {
    const sale = await aSale(app)
    const { page, context, slug } = await toTheBank(sale)
    await bankSays(page, 'Decline')
    await page.waitForURL(/\/orders\//)
    expect(await told(page)).toBe('The payment was declined')
    await page.getByRole('link', { name: 'Choose tickets again' }).click()
    await page.waitForURL(`${base}/event-details/${slug}`)
    expect(await books(sale)).toEqual({ orders: ['DECLINED'], kept: 0, payments: 1, admit: 0 })
    await context.close()
  })

  test('9.1, PENDING: undecided, then no: the page that waits says so by itself', async () => {
    const sale = await aSale(app)
    const { page, context } = await toTheBank(sale)
    await bankSays(page, 'Hang')
    await page.waitForURL(/\/orders\//)
    await bankDecides(sale, 'DECLINED')
    await lookNow(page)
    await page.getByRole('heading', { name: 'The payment was declined' }).waitFor()
    await context.close()
  })

  test('R167: a tab that was closed at the bank: the link of the order leads there again, in any browser', async () => {
    const sale = await aSale(app)
    const { page, context } = await toTheBank(sale)
    await page.getByRole('link', { name: 'Back without paying' }).click()
    await page.waitForURL(/\/orders\//)
    const link = page.url()
    await context.close()
    const elsewhere = await browser.newContext({ locale: 'en' })
    const other = await aTab(elsewhere)
    await other.page.goto(link)
    await other.page.getByRole('button', { name: 'Pay €20.00 (test)' }).click()
    await other.page.waitForURL(/\/test-payments\//)
    await bankSays(other.page, 'Pay €20.00')
    await other.page.waitForURL(/\/orders\//)
    expect(await told(other.page)).toBe('Paid')
    expect(other.complaints).toEqual([])
    expect(await books(sale)).toEqual(BOUGHT)
    await elsewhere.close()
  })

  test('R170, 9.1: paid after the time was over, and the tickets are still there: they are the buyer’s', async () => {
    const sale = await aSale(app)
    const { page, context } = await toTheBank(sale)
    await clockRuns('2030-05-01T12:25:00.000Z')
    await bankSays(page, 'Pay €20.00')
    await page.waitForURL(/\/orders\//)
    expect(await told(page)).toBe('Paid')
    expect(await books(sale)).toEqual(BOUGHT)
    await context.close()
  })

  test('R170, 9.1: paid after the time was over, and somebody else has the tickets: the money goes back, which is said', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 2 } })
    const { page, context } = await toTheBank(sale)
    await clockRuns('2030-05-01T12:25:00.000Z')
    expect((await reserveTickets(await app.visitor(), sale.definitionId, 2)).status).toBe(200)
    await bankSays(page, 'Pay €20.00')
    await page.waitForURL(/\/orders\//)
    await carryOutDue(sql, app.now(), PROVIDERS)
    expect(await books(sale)).toMatchObject({ orders: ['CANCELED'], kept: 0, admit: 0 })
    await page.reload()
    expect(await page.locator('main .notice').first().textContent()).toMatch(/time to pay has run out/)
    await context.close()
  })

  test('R168: paid twice, by two payments: one is kept, the other goes back', async () => {
    const sale = await aSale(app)
    const buyer = await toTheBank(sale)
    const { page, context } = buyer
    const [order] = await sql<
      { orderNumber: string }[]
    >`select order_number from orders where event_id = ${sale.eventId}`
    const again = await must(admin, 'POST', `/boxoffice/v1/orders/${order?.orderNumber}/payments`)
    const second = await aTab(context)
    await second.page.goto(again.body.payment.payUrl)
    await bankSays(page, 'Pay €20.00')
    await page.waitForURL(/\/orders\//)
    await bankSays(second.page, 'Pay €20.00')
    await second.page.waitForURL(/\/orders\//)
    await carryOutDue(sql, app.now(), PROVIDERS)
    expect(await told(second.page)).toBe('Paid')
    expect(await books(sale)).toEqual({ ...BOUGHT, payments: 2 })
    await context.close()
  })
})

describe('nothing to order', () => {
  test('R157: the time runs out on the page: it says so, and leads back to the event', async () => {
    const sale = await aSale(app)
    const { page, context, checkout, slug } = await aBuyer(place, sale)
    setNow('2030-05-01T12:19:59.000Z')
    await page.goto(base + checkout)
    await page.getByRole('heading', { name: 'The time to order has run out' }).waitFor()
    await page.getByRole('link', { name: 'Choose tickets again' }).click()
    await page.waitForURL(`${base}/event-details/${slug}`)
    await context.close()
  })

  test('R157: the time is over when it is ordered: nothing is charged, and the page says so', async () => {
    const sale = await aSale(app)
    const { page, context } = await aBuyerAt(sale)
    setNow('2030-05-01T12:20:00.000Z')
    await pay(page).click()
    await page.getByRole('heading', { name: 'These tickets are not held for you' }).waitFor()
    expect(await books(sale)).toEqual({ orders: [], kept: 0, payments: 0, admit: 0 })
    await context.close()
  })

  test('R24: a browser that has lost its session holds nothing: it says what may have happened', async () => {
    const sale = await aSale(app)
    const { page, context, checkout } = await aBuyerAt(sale)
    await page.evaluate('localStorage.clear()')
    await page.goto(base + checkout)
    await page.getByRole('heading', { name: 'These tickets are not held for you' }).waitFor()
    await context.close()
  })

  test('R133: tickets that are given back are on sale again, and the page leads to the event', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 2 } })
    const { page, context, slug } = await aBuyerAt(sale)
    await page.getByRole('button', { name: 'Give the tickets back' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Give the tickets back' }).click()
    await page.waitForURL(`${base}/event-details/${slug}`)
    expect((await reserveTickets(await app.visitor(), sale.definitionId, 2)).status).toBe(200)
    await context.close()
  })

  test('events 1.11: an event that was canceled meanwhile sells nothing, and the page says so', async () => {
    const sale = await aSale(app)
    const { page, context } = await aBuyerAt(sale)
    await must(admin, 'POST', `/events/v3/events/${sale.eventId}/cancel`)
    await pay(page).click()
    await page.getByRole('heading', { name: 'Tickets are no longer sold' }).waitFor()
    expect((await books(sale)).orders).toEqual([])
    await context.close()
  })

  test.each([
    ['without tickets', '', 'No tickets chosen yet'],
    ['with nonsense for tickets', '?reservationId=%00x', 'No tickets chosen yet'],
    ['with tickets that nobody holds', `?reservationId=${crypto.randomUUID()}`, 'These tickets are not held for you'],
  ])('R157: the page %s says so', async (_, query, headline) => {
    const { eventId } = await aSale(app)
    const { body } = await must(admin, 'GET', `/events/v3/events/${eventId}`)
    const context = await browser.newContext({ locale: 'en' })
    const { page } = await aTab(context)
    await page.goto(`${base}/event-details/${body.event.slug}/ticket-form${query}`)
    await page.getByRole('heading', { name: headline }).waitFor()
    await context.close()
  })

  test('R207: the link of an order with a wrong secret shows nothing, and says where the right one is', async () => {
    const sale = await aSale(app)
    const { page, context } = await toTheBank(sale)
    await page.getByRole('link', { name: 'Back without paying' }).click()
    await page.waitForURL(/\/orders\//)
    await page.goto(page.url().slice(0, -1))
    expect(await page.locator('main').textContent()).toContain('Open the link from your confirmation again')
    await context.close()
  })
})
