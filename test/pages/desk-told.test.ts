import { expect, test } from 'vitest'
import { tellGuests } from '../../src/notifications/tell.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { keepPicture, testDesk } from '../support/desk.ts'
import { aMailServer, postThrough } from '../support/mail.ts'
import { anOrder } from '../support/orders.ts'
import { FREE, must } from '../support/sale.ts'
import { aTarget, webhooksOf } from '../support/webhooks.ts'

/* The parts of the desk that tell: mails, webhooks, and what happened. */
const app = await testApp({ webhookPrivateHosts: ['localhost'] })
const desk = await testDesk(app)
const mails = await aMailServer()
const post = postThrough(app, mails)
const target = await aTarget()
const hooks = webhooksOf(app, target)
const { order } = await anOrder(app, { definition: FREE })
await tellGuests(app.sql, app.now())
await post()

test('a mail is sent once more; what mails say is changed, seen before, and taken back', async () => {
  expect(mails.taken()).toHaveLength(1)
  const { page, complaints, close } = await desk.open('/mails')
  const row = page.getByRole('row', { name: 'ada@example.org' })
  await row.getByText('Sent', { exact: true }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'outbox')
  await row.getByRole('button', { name: 'Send again' }).click()
  await page.getByText('It is on its way once more.').waitFor()
  await post()
  expect(mails.taken().map(({ to }) => to)).toEqual([['ada@example.org']])

  await page.getByRole('tab', { name: 'What they say' }).click()
  await page.getByRole('button', { name: 'Order confirmed, tickets by link' }).click()
  await page.getByLabel('Subject').fill('Welcome, {{name}}')
  await page.getByText('Welcome, Ada').waitFor()
  await page.getByLabel('Text').fill('We look forward to {{evnt}}.')
  await page.getByText(/There is nothing to fill in for .*evnt/).waitFor()
  await page.getByLabel('Text').fill('We look forward to {{event}}.')
  await page.frameLocator('iframe').getByText('We look forward to').last().waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'templates')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.getByText('Yours').waitFor()
  // Somebody else writes the same one anew.
  await page.getByLabel('Subject').fill('Mine, {{name}}')
  app.setNow(new Date(app.now().getTime() + 1000).toISOString())
  const theirs = { name: 'orderConfirmationWithTicketsLink', subject: 'Theirs, {{name}}' }
  await must(app.admin, 'PATCH', '/boxoffice/v1/mail-templates', { language: 'en', templates: [theirs] })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Somebody else changed this meanwhile').waitFor()
  expect(await page.getByLabel('Subject').inputValue()).toBe('Mine, {{name}}')
  await page.getByRole('button', { name: 'Load what they wrote' }).click()
  await expect.poll(() => page.getByLabel('Subject').inputValue()).toBe('Theirs, {{name}}')
  await page.getByRole('button', { name: 'Back to our words' }).click()
  await page.getByText('Yours').waitFor({ state: 'detached' })
  expect(await page.getByLabel('Subject').inputValue()).not.toContain('Welcome')
  expect(complaints).toEqual([])
  await close()
})

test('a webhook is made, tried, seen to fail and to arrive, paused and removed', async () => {
  const { page, complaints, close } = await desk.open('/webhooks')
  await page.getByText('No program is told anything yet').waitFor()
  await page.getByRole('button', { name: 'Add a webhook' }).click()
  const form = page.getByRole('dialog', { name: 'Add a webhook' })
  await form.getByLabel('Address').fill('https://10.0.0.1/hooks')
  await form.getByRole('button', { name: 'Everything' }).click()
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByRole('alert').getByText('A public https address without a password is needed.').waitFor()
  await form.getByLabel('Address').fill(target.urlOf('/desk'))
  expect(await accessibilityViolations(page)).toEqual([])
  await form.getByRole('button', { name: 'Save' }).click()
  await form.waitFor({ state: 'detached' })

  target.behave('/desk', (_, response) => response.writeHead(500).end('not now'))
  await page.getByRole('button', { name: 'Try it' }).click()
  const drawer = page.getByRole('dialog', { name: target.urlOf('/desk') })
  await drawer.getByText('Waiting').first().waitFor()
  await hooks.run()
  await drawer.getByRole('button', { name: 'ticketing.events.OrderConfirmed' }).click()
  const delivery = page.getByRole('dialog', { name: 'Delivery' })
  await delivery.getByText('not now').waitFor({ timeout: 20_000 })
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'delivery')
  await delivery.getByRole('button', { name: 'Give it up' }).click()
  await delivery.getByText('Given up').waitFor()
  target.behave('/desk', (_, response) => response.writeHead(200).end())
  await delivery.getByRole('button', { name: 'Send again' }).click()
  await page.getByText('It is sent once more.').waitFor()
  await hooks.run()
  await delivery.getByText('Delivered').waitFor({ timeout: 20_000 })
  await page.keyboard.press('Escape')
  await delivery.waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })

  await page.getByRole('switch').press('Space')
  await page.getByText('Paused since').waitFor()
  await keepPicture(page, 'webhooks')
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No program is told anything yet').waitFor()
  expect(complaints).toEqual([])
  await close()
})

test('what happened is found by what it is about, in German on a phone in the dark, and exported', async () => {
  const { page, complaints, close } = await desk.open('/activity', { width: 390, language: 'de', colorScheme: 'dark' })
  await page.getByRole('heading', { name: 'Was geschah', level: 1 }).waitFor()
  await page.getByRole('combobox', { name: 'Worüber' }).click()
  await page.getByRole('option', { name: 'Bestellung' }).click()
  await page.getByLabel('Nummer oder ID').fill(order.orderNumber)
  await page.keyboard.press('Enter')
  await page.getByText('Bestellung: bestätigt').waitFor()
  expect(await page.getByText('Ticketart: angelegt').count()).toBe(0)
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'activity-phone')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Als CSV exportieren' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('activities.csv')
  expect(complaints).toEqual([])
  await close()
})
