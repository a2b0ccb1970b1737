import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { keepPicture, testDesk } from '../support/desk.ts'
import { aDevice } from '../support/door.ts'
import { anOrder, notify, type Ordered } from '../support/orders.ts'
import { aDefinition, aSale, checkOut, must, reserveTickets } from '../support/sale.ts'

/* Money and reports of the desk in a real browser. `SCREENSHOTS=folder` keeps pictures. */
const app = await testApp({ serviceFeePercent: '2.5' })
const { admin, setNow, visitor } = app
const desk = await testDesk(app)

/** The day the desk thinks it is: what is sold is sold by its clock. */
const today = new Date()
const daysAgo = (days: number, minutes = 0) => new Date(today.getTime() - days * 86_400_000 + minutes * 60_000)

async function sell(eventId: string, definitionId: string, quantity: number, at: Date): Promise<Ordered> {
  setNow(at)
  const guest = await visitor()
  const reservationId = (await reserveTickets(guest, definitionId, quantity)).body.ticketReservation.id
  const { order } = (await checkOut(guest, { eventId, reservationId })).body
  const ordered = { guest, order, eventId, reservationId, definitionId, orderPageUrl: '' }
  await notify(ordered, 'PAID')
  return ordered
}

const tax = { taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '19' } }
setNow(daysAgo(20))
const { eventId, definitionId } = await aSale(app, { event: { tickets: tax } })
const balcony = await aDefinition(app, eventId, {
  name: 'Balcony',
  feeType: 'FEE_ADDED_AT_CHECKOUT',
  pricingMethod: { fixedPrice: { value: '45.00', currency: 'EUR' } },
})
for (const day of [18, 17, 12, 12, 9, 5, 3, 3, 1]) await sell(eventId, definitionId, 1 + (day % 3), daysAgo(day))
for (const day of [16, 9, 2]) await sell(eventId, balcony.id, 2, daysAgo(day))
const refunded = await sell(eventId, balcony.id, 1, daysAgo(4))
await must(admin, 'POST', `/boxoffice/v1/orders/${refunded.order.orderNumber}/refunds`, {
  amount: { value: '10', currency: 'EUR' },
})
// Paid, then canceled: a person decides about the money.
const canceled = await sell(eventId, definitionId, 2, daysAgo(2))
await must(admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
await anOrder(app, { seller: admin, checkout: { options: { payInPerson: true } } })
const door = await sell(eventId, definitionId, 3, daysAgo(1))
const { tickets } = (
  await must(admin, 'GET', `/events/v1/tickets?eventId=${eventId}&orderNumber=${door.order.orderNumber}`)
).body
for (const [index, { ticketNumber }] of tickets.entries()) {
  setNow(daysAgo(0, -30 + 7 * index))
  if (index === 0) await aDevice(admin, eventId).enter(ticketNumber, { anyway: true })
  else await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [ticketNumber] })
}
setNow(today)

test('reports: the same as chart and as table, of a time that is chosen, and as a file', async () => {
  const { page, complaints, close } = await desk.open('/reports')
  await page.getByRole('heading', { name: 'Reports', level: 1 }).waitFor()
  const sales = page.getByRole('region', { name: 'Sales over time' })
  await sales.locator('svg.recharts-surface').first().waitFor()
  await page.getByRole('region', { name: 'By ticket' }).locator('svg.recharts-surface').first().waitFor()
  await page.getByRole('region', { name: 'Events compared' }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'reports')

  await page.getByRole('radiogroup', { name: 'What the chart shows' }).getByText('Tickets').click()
  await sales.getByText('Table', { exact: true }).click()
  await sales.getByRole('columnheader', { name: 'Tickets canceled' }).waitFor()
  const rows = await sales.getByRole('row').count()
  expect(rows).toBeGreaterThan(5)
  const downloaded = page.waitForEvent('download')
  await sales.getByRole('button', { name: 'Sales over time as a CSV file' }).click()
  const file = await readFile(await (await downloaded).path(), 'utf8')
  expect(file).toContain('From (Europe/Berlin),Currency,Orders,Tickets,Total')
  expect(file.trimEnd().split('\r\n')).toHaveLength(rows)

  const revenue = page.getByRole('region', { name: 'What is left' })
  await revenue.getByRole('row', { name: /^VAT 19 %/ }).waitFor()
  for (const name of ['By ticket', 'By way of selling and paying', 'Events compared'])
    await page.getByRole('region', { name }).getByText('Table', { exact: true }).click()
  await page.getByRole('row', { name: /^Balcony/ }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'reports-tables')

  // Who came in: of all events of the time, then of one that is chosen, by gate.
  const inside = page.getByRole('region', { name: 'Who came in' })
  await inside.getByText('3 guests came in.').waitFor()
  await page.getByRole('combobox', { name: 'Events that guests came to' }).click()
  await page.getByRole('option', { name: 'A concert' }).click()
  await page.keyboard.press('Escape')
  await inside.locator('svg.recharts-surface').first().waitFor()
  await keepPicture(page, 'reports-check-ins')
  await inside.getByText('Table', { exact: true }).click()
  await inside.getByRole('columnheader', { name: 'North' }).waitFor()
  expect(await inside.getByRole('row').count()).toBe(4)

  // A time in which nothing was sold, and one that ends before it begins.
  await page.getByRole('combobox', { name: 'Time' }).click()
  await page.getByRole('option', { name: 'Choose days' }).click()
  await page.getByLabel('First day').fill('2020-01-01')
  await page.getByLabel('Last day').fill('2020-01-31')
  await page.getByText('Nothing was sold in this time').waitFor()
  await page.getByLabel('Last day').fill('2019-12-31')
  await page.getByText('Must not be before the first day.').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.reload()
  expect(await page.getByLabel('First day').inputValue()).toBe('2020-01-01')
  expect(complaints).toEqual([])
  await close()
}, 60_000)

test('reports of an event, in German on a phone in the dark', async () => {
  const { page, complaints, close } = await desk.open(`/events/${eventId}/reports`, {
    width: 390,
    language: 'de',
    colorScheme: 'dark',
    role: 'FINANCE',
  })
  await page.getByRole('region', { name: 'Verkäufe im Verlauf' }).locator('svg.recharts-surface').first().waitFor()
  const inside = page.getByRole('region', { name: 'Wer eingelassen wurde' })
  await inside.locator('svg.recharts-surface').first().waitFor()
  await inside.getByText('3 Gäste wurden eingelassen.').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'event-reports-phone-dark')
  const downloaded = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Gäste mit ihren Antworten' }).click()
  const guests = await readFile(await (await downloaded).path(), 'utf8')
  expect(guests).toContain('Gast;Teilnahme;Vorname;Nachname;E-Mail')
  expect(guests.trimEnd().split('\r\n').length).toBeGreaterThan(20)
  await inside.getByText('Tabelle', { exact: true }).click()
  expect(await inside.getByRole('row').count()).toBe(4)
  expect(complaints).toEqual([])
  await close()
})

test('law 6: money, what is open, and a case that somebody resolves with a note', async () => {
  const { page, complaints, close } = await desk.open('/money')
  const cases = page.getByRole('region', { name: 'To decide' })
  await cases.getByRole('heading', { name: 'Paid, but the order was canceled' }).waitFor()
  await page.getByRole('region', { name: 'Money over time' }).locator('svg.recharts-surface').first().waitFor()
  const due = page.getByRole('region', { name: 'Open now' })
  await due
    .getByRole('row', { name: /^To be paid in person 1 €20.00/ })
    .first()
    .waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'money')

  const link = cases.getByRole('link', { name: `Order ${canceled.order.orderNumber}` })
  expect(await link.getAttribute('href')).toBe(`/dashboard/orders/${canceled.order.orderNumber}`)
  await cases.getByRole('button', { name: 'Resolve with a note' }).click()
  const dialog = page.getByRole('dialog', { name: 'Resolve this case?' })
  await dialog.getByLabel('What was done').fill('Given back in cash')
  expect(await accessibilityViolations(page)).toEqual([])
  // Somebody else is faster: it is said, and what was typed is still there.
  const [open] = (await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body.cases
  await must(admin, 'POST', `/boxoffice/v1/reconciliation/${open.id}/resolve`, { note: 'Done by Kim' })
  await dialog.getByRole('button', { name: 'Resolve', exact: true }).click()
  await dialog.getByRole('alert').waitFor()
  expect(await dialog.getByLabel('What was done').inputValue()).toBe('Given back in cash')
  await keepPicture(page, 'money-case-refused')
  page.once('dialog', asked => asked.accept())
  await dialog.getByRole('button', { name: 'Cancel' }).first().click()
  await dialog.waitFor({ state: 'detached' })

  const again = await sell(eventId, definitionId, 1, today)
  await must(admin, 'POST', `/events/v1/ticket-reservations/${again.reservationId}/cancel`)
  await page.reload()
  await cases.getByRole('button', { name: 'Resolve with a note' }).click()
  await dialog.getByLabel('What was done').fill('Kept: agreed by phone')
  await dialog.getByRole('button', { name: 'Resolve', exact: true }).click()
  await page.getByText('Nothing to decide.').waitFor()
  await cases.getByText('Resolved', { exact: true }).click()
  await cases.getByText(/Kept: agreed by phone/).waitFor()
  await cases.getByText(/Done by Kim/).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  expect(complaints).toEqual([])
  await close()
})

test('who stands at the door sees neither', async () => {
  const { page, close } = await desk.open('/events', { role: 'DOOR' })
  const menu = page.getByRole('navigation', { name: 'Menu' })
  await menu.getByRole('link').first().waitFor()
  expect(await menu.getByRole('link', { name: /Money|Reports/ }).count()).toBe(0)
  await page.goto(`${desk.base}/dashboard/money`)
  await page.getByText('There is nothing at this address').waitFor()
  await close()
})
