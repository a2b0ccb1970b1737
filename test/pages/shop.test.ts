import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, testBrowser } from '../support/browser.ts'
import { aSale } from '../support/sale.ts'

/* Guests' pages in a real browser: rendered by the server, then taken over by their script. */
const app = await testApp()
const browser = await testBrowser()
const base = await app.app.listen({ port: 0, host: '127.0.0.1' })

async function open(path: string, { language = 'en' } = {}): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ locale: language, viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  await page.goto(base + path, { waitUntil: 'networkidle' })
  return { page, complaints }
}

async function anEventPage(): Promise<{ path: string; title: string }> {
  const { eventId } = await aSale(app)
  const { body } = await app.admin('GET', `/events/v3/events/${eventId}`)
  return { path: `/event-details/${encodeURIComponent(body.event.slug)}`, title: body.event.title }
}

test('an event is there without scripts, and the script takes it over without a word', async () => {
  const { path, title } = await anEventPage()
  const { body, status } = await app.anonymous('GET', path)
  expect([status, body]).toEqual([200, expect.stringContaining(`<h1 dir="auto">${title}</h1>`)])
  const { page, complaints } = await open(path)
  expect(await page.locator('h1').textContent()).toBe(title)
  expect(complaints).toEqual([])
  expect(await accessibilityViolations(page)).toEqual([])
  await page.context().close()
})

test('the language is that of the browser, until the visitor chooses another, and then that', async () => {
  const { path } = await anEventPage()
  const { page } = await open(path, { language: 'de' })
  expect(await page.locator('html').getAttribute('lang')).toBe('de')
  await page.getByRole('link', { name: 'English' }).click()
  await page.goto(`${base}/event-details/nothing-like-it`)
  expect(await page.locator('h1').textContent()).toBe('Nothing here')
  await page.context().close()
})
