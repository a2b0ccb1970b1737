import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { linkToken } from '../../src/identities/link.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, testBrowser } from '../support/browser.ts'

/* The organizer's desk in a real browser, from the printed link on. `SCREENSHOTS=folder` keeps pictures. */
const app = await testApp()
const browser = await testBrowser()
const base = await app.app.listen({ port: 0, host: '127.0.0.1' })
const PASSWORD = 'correct horse battery'

async function open(path: string, { width = 1280, language = 'en', colorScheme = 'light' as 'light' | 'dark' } = {}) {
  const context = await browser.newContext({ locale: language, viewport: { width, height: 900 }, colorScheme })
  const page = await context.newPage()
  page.setDefaultTimeout(12_000)
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' && !/ 40[13] /.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  await page.goto(base + path)
  return { page, complaints }
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

test('the printed link makes the first owner, who invites a colleague and makes a key', async () => {
  const token = linkToken({ purpose: 'setUp', siteId: app.siteId, number: 'owner' }, app.deps.keys)
  const { page, complaints } = await open(`/dashboard/set-up?token=${token}`)
  await page.getByLabel('Name').fill('Ada Lovelace')
  await page.getByLabel('E-mail').fill('ada@example.org')
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByText('At least 10 characters.').nth(1).waitFor()
  await page.getByLabel('New password').fill(PASSWORD)
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'set-up')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('link', { name: 'Colleagues and keys' }).click()
  await page.getByRole('heading', { name: 'Colleagues', level: 1 }).waitFor()

  await page.getByLabel('E-mail').fill('kim@example.org')
  await page.getByRole('button', { name: 'Invite' }).click()
  const link = await page.getByText(/\/dashboard\/join\?token=/).textContent()
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Reports')
  await page.getByRole('dialog').getByRole('button', { name: 'Make a key' }).click()
  await page.getByText(/^bx_/).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'colleagues')
  expect(complaints).toEqual([])

  const guest = await open(new URL(link ?? '').pathname + new URL(link ?? '').search, { width: 390, language: 'de' })
  await guest.page.getByLabel('Name').fill('Kim')
  await guest.page.getByLabel('Neues Passwort').fill(PASSWORD)
  expect(await accessibilityViolations(guest.page)).toEqual([])
  await keepPicture(guest.page, 'join-phone')
  await guest.page.getByRole('button', { name: 'Annehmen' }).click()
  await guest.page.getByRole('button', { name: 'Menü' }).click()
  await guest.page.getByRole('link', { name: 'Mitarbeitende und Schlüssel' }).waitFor()
  await guest.page.context().close()
  await page.context().close()
})

test('who is signed out is asked to sign in, and comes back to where they were', async () => {
  const { page } = await open('/dashboard/settings', { colorScheme: 'dark' })
  await page.getByLabel('E-mail').fill('ada@example.org')
  await page.locator('input[type=password]').fill('not the password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'sign-in-dark')
  await page.locator('input[type=password]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.getByLabel('Name of the site').fill('Harbour Hall')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'settings-dark')
  await page.getByRole('button', { name: 'Ada Lovelace' }).click()
  await page.getByRole('menuitem', { name: 'Your account' }).click()
  await page.getByText('This device').waitFor()
  await page.getByRole('menu').waitFor({ state: 'detached' })
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'account-dark')
  await page.context().close()
})
