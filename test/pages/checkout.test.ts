import { expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, testBrowser } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { aSale, FREE, must } from '../support/sale.ts'
import { aBuyer, fillIn } from '../support/shop.ts'

/* From held tickets to an order, in a real browser. `SCREENSHOTS=folder` keeps a picture of each page. */
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const app = await testApp({ publicUrl: base })
const { admin, sql } = app
const browser = await testBrowser()
await app.app.listen({ port, host: '127.0.0.1' })
const place = { app, browser, base }

async function ordersOf(eventId: string): Promise<{ status: string; email: string }[]> {
  return sql`select status, email from orders where event_id = ${eventId}`
}

test('R163: free tickets are ordered with name and e-mail, and the order says that they are there', async () => {
  const sale = await aSale(app, { definition: FREE })
  const { page, checkout, context, complaints } = await aBuyer(place, sale)
  await page.goto(base + checkout)
  await fillIn(page)
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Get tickets' }).click()
  await page.waitForURL(/\/orders\//)
  expect(await page.locator('h2').first().textContent()).toBe('Confirmed')
  expect(await page.locator('.ticket').count()).toBe(2)
  expect(await ordersOf(sale.eventId)).toEqual([{ status: 'FREE', email: 'ada@example.org' }])
  expect(complaints).toEqual([])
  await context.close()
})

test('9.1, manual payment: who may pay in person orders, and has the tickets at once', async () => {
  const sale = await aSale(app)
  const paymentSettings = { offlinePayment: true }
  await must(admin, 'PATCH', `/boxoffice/v1/events/${sale.eventId}/payment-settings`, { paymentSettings })
  const { page, checkout, context } = await aBuyer(place, sale)
  await page.goto(base + checkout)
  await fillIn(page)
  expect(await page.getByRole('button', { name: 'Pay €20.00' }).isVisible()).toBe(true)
  await page.getByRole('radio', { name: /in person/ }).check()
  await page.getByRole('button', { name: 'Order and pay in person' }).click()
  await page.waitForURL(/\/orders\//)
  expect(await page.locator('h2').first().textContent()).toBe('Confirmed, to be paid in person')
  expect(await ordersOf(sale.eventId)).toEqual([{ status: 'OFFLINE_PENDING', email: 'ada@example.org' }])
  await context.close()
})
