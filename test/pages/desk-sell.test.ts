import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { nameJobs } from '../../src/orders/for-names.ts'
import { runJobs } from '../../src/queue/run.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { keepPicture, testDesk } from '../support/desk.ts'
import { aParty } from '../support/rsvps.ts'
import { aDefinition, aSale, must } from '../support/sale.ts'

/* Selling at the counter and for people who are known by name. */
const app = await testApp()
const desk = await testDesk(app)
const { eventId } = await aSale(app, { definition: { initialLimit: 10 } })
await aDefinition(app, eventId, {
  name: 'Guest list',
  hidden: true,
  pricingMethod: { fixedPrice: { value: '0', currency: 'EUR' } },
})
const ordersOf = async () => {
  const { body } = await must(app.admin, 'GET', `/boxoffice/v1/orders?eventId=${eventId}&sort=created:asc`)
  return body.orders.map((each: { order: Record<string, unknown> }) => each.order)
}

test('R189: at the counter: two tickets for cash, change, tickets to print; given up, they are there again', async () => {
  const { page, complaints, close } = await desk.open(`/events/${eventId}/sell`, { width: 820 })
  await page.getByRole('button', { name: 'One Standard more' }).click()
  await page.getByRole('button', { name: 'One Standard more' }).click()
  await page.getByText('€20.00').waitFor()
  await keepPicture(page, 'counter')
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Charge' }).click()
  const payment = page.getByRole('dialog', { name: 'To pay: €20.00' })
  await payment.getByLabel('Cash received').fill('10')
  await payment.getByText('That is less than is due.').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await payment.waitFor({ state: 'detached' })
  const held = async () =>
    (await must(app.anonymous, 'GET', `/boxoffice/v1/events/${eventId}/availability`)).body.availability.held
  await expect.poll(held).toBe(0)

  await page.getByRole('button', { name: 'Charge' }).click()
  await payment.getByLabel('Cash received').fill('50')
  await payment.getByText('Change: €30.00').waitFor()
  await payment.getByRole('button', { name: 'Add a name or an e-mail address' }).click()
  await payment.getByLabel('First name').fill('Bo')
  await payment.getByText('A name needs first name').waitFor()
  await payment.getByLabel('Last name').fill('Berg')
  await payment.getByLabel('E-mail').fill('bo@example.org')
  await keepPicture(page, 'payment')
  await payment.getByRole('button', { name: 'Cash' }).click()
  await page.getByText('Sold: 2 tickets').waitFor()
  await page.getByText('Change: €30.00').waitFor()
  await page.getByText('The tickets are on their way by mail.').waitFor()
  const [order] = await ordersOf()
  expect(order).toMatchObject({ status: 'PAID', channel: 'OFFLINE_POS', method: 'cash', firstName: 'Bo' })
  const pdf = new URL((await page.getByRole('link', { name: 'Print the tickets' }).getAttribute('href')) ?? '')
  const printed = await app.app.inject({ url: pdf.pathname + pdf.search })
  expect(printed.rawPayload.subarray(0, 5).toString()).toBe('%PDF-')
  await keepPicture(page, 'sold')
  expect(await accessibilityViolations(page)).toEqual([])
  await page.keyboard.press('Enter')
  await page.getByText('0 tickets').waitFor()
  await page.getByText('1 sale at the counter today').waitFor()
  const takings = page.getByRole('region', { name: 'Takings today' }).getByRole('row').last()
  expect(await takings.innerText()).toMatch(/\s2\s+€20\.00\s+€0\.00\s+€20\.00/)
  await keepPicture(page, 'takings')
  expect(await accessibilityViolations(page)).toEqual([])
  expect(complaints).toEqual([])
  await close()
})

test('R28: hidden tickets for names that were pasted; whoever got none stays to be tried again', async () => {
  const { page, complaints, close } = await desk.open(`/events/${eventId}/sell`, { width: 390, language: 'de' })
  await page.getByText('Für jemanden').click()
  await page.getByRole('button', { name: 'Ein Standard mehr' }).click()
  const quantity = page.getByRole('textbox', { name: 'Wie viele: Standard' })
  await quantity.fill('6')
  await page.getByLabel('Namen').fill('Ada Berg ada@example.org\nBerg, Cem')
  await page.getByText('In 1 Zeile fehlt').waitFor()
  await page.getByLabel('Namen').fill('Ada Berg ada@example.org\nBerg, Cem cem@example.org')
  await page.getByRole('button', { name: '2 Bestellungen anlegen' }).click()
  await page.getByText('2 Bestellungen werden angelegt').waitFor()
  await page.getByText('Sie können diese Seite verlassen').waitFor()
  // It goes on without the page, and is found again.
  await page.goto(`${desk.base}/dashboard/jobs`)
  await page.getByText('Läuft').waitFor()
  await runJobs(app.sql, nameJobs, app.now())
  await page.getByRole('link', { name: 'Was aus jeder wurde' }).click()
  await page.getByText('1 Bestellung wurde angelegt').waitFor()
  await page.getByRole('link', { name: (await ordersOf()).at(-1).orderNumber }).waitFor()
  await page.getByRole('button', { name: 'Diese noch einmal versuchen' }).click()
  expect(await page.getByLabel('Namen').inputValue()).toBe('Berg, Cem cem@example.org')
  await keepPicture(page, 'names-phone')
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Ein Guest list mehr' }).click()
  await page.getByRole('button', { name: '1 Bestellung anlegen' }).click()
  await page.getByText('1 Bestellung wird angelegt').waitFor()
  await runJobs(app.sql, nameJobs, app.now())
  await expect.poll(async () => (await ordersOf()).length, { timeout: 10_000 }).toBe(3)
  expect((await ordersOf()).map((order: Record<string, unknown>) => [order.firstName, order.status]).sort()).toEqual([
    ['Ada', 'PAID'],
    ['Bo', 'PAID'],
    ['Cem', 'FREE'],
  ])
  expect(complaints).toEqual([])
  await close()
})

test('guests are found, checked in and taken back, and saved; what goes on in the background is seen', async () => {
  const { page, complaints, close } = await desk.open(`/events/${eventId}/guests`)
  await page.getByText('0 of 9 guests are in').waitFor()
  await page.getByLabel('Search').fill('cem')
  await page.getByRole('button', { name: 'Check in Cem Berg' }).click()
  await page.getByText('1 of 9 guests are in').waitFor({ timeout: 15_000 })
  await page.getByRole('cell', { name: 'Desk' }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'guests')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as CSV' }).click(),
  ])
  expect(await readFile(await download.path(), 'utf8')).toMatch(
    /Cem,Berg,cem@example\.org,1,,[A-Z0-9-]+,[A-Z0-9-]+,Guest list/,
  )
  await page.getByRole('button', { name: 'Undo the check-in of Cem Berg' }).click()
  await page.getByText('0 of 9 guests are in').waitFor({ timeout: 15_000 })
  await page.getByLabel('Search').fill('nobody at all')
  await page.getByText('Nobody like that').waitFor()

  await page.goto(`${desk.base}/dashboard/jobs`)
  await page.getByText('Orders for names').first().waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  expect(complaints).toEqual([])
  await close()
})

test('an event without tickets: somebody is added, and put on the waiting list', async () => {
  const party = await aParty(app)
  const { page, complaints, close } = await desk.open(`/events/${party}/guests`, { width: 390, colorScheme: 'dark' })
  await page.getByText('Nobody comes yet').waitFor()
  await page.getByRole('button', { name: 'Add a guest' }).click()
  const form = page.getByRole('dialog', { name: 'Add a guest' })
  await form.getByLabel('First name').fill('Dora')
  await form.getByLabel('Last name').fill('Dee')
  await form.getByLabel('E-mail').fill('dora@example.org')
  expect(await accessibilityViolations(page)).toEqual([])
  await form.getByRole('button', { name: 'Add a guest' }).click()
  await page.getByText('0 of 1 guest is in').waitFor({ timeout: 15_000 })
  await keepPicture(page, 'party-phone')
  await page.getByRole('button', { name: 'Answer' }).click()
  const answer = page.getByRole('dialog', { name: 'Dora Dee' })
  await answer.getByLabel('Waiting list').check()
  await answer.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Waiting list').waitFor({ timeout: 15_000 })
  expect(await accessibilityViolations(page)).toEqual([])
  expect(complaints).toEqual([])
  await close()
})
