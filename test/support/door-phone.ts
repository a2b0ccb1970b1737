import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll } from 'vitest'
import type { TestApp } from './app.ts'
import { testBrowser } from './browser.ts'
import { fakeCamera } from './camera.ts'
import { relayTo } from './relay.ts'
import { aSale, FREE, must } from './sale.ts'

/**
 * Phones with the door's app: their camera is a film that a test holds codes into, and a relay stands before the server,
 * which can be taken away. `SCREENSHOTS=folder` keeps pictures.
 */
export async function doorPhones(app: TestApp) {
  const { admin } = app
  const folder = await mkdtemp(join(tmpdir(), 'boxoffice-door-'))
  afterAll(() => rm(folder, { recursive: true }))
  const camera = await fakeCamera(join(folder, 'film.y4m'))
  const browser = await testBrowser(...camera.switches)
  const relay = await relayTo(await app.app.listen({ port: 0, host: '127.0.0.1' }))
  const { base } = relay

  /** A new staff member's link, as an address of this test's server, and whose it is. */
  async function aLink(more: object = {}): Promise<string> {
    return (await aStaffLink(more)).link
  }

  async function aStaffLink(more: object = {}): Promise<{ link: string; staffMemberId: string }> {
    const path = '/events/v1/staff-members'
    const staffMember = { name: 'Dora', allEvents: {}, permissions: ['CHECK_IN_GUESTS'], ...more }
    const { id } = (await must(admin, 'POST', path, { staffMember })).body.staffMember
    const { loginLink } = (await must(admin, 'GET', `${path}/${id}?fieldsets=LOGIN_LINK`)).body.staffMember
    const { pathname, search } = new URL(loginLink)
    return { link: base + pathname + search, staffMemberId: id }
  }

  async function aPhone({ language = 'en', width = 390, height = 844 } = {}) {
    const context = await browser.newContext({
      locale: language,
      viewport: { width, height },
      permissions: ['camera'],
      reducedMotion: 'reduce',
    })
    return aTab(context)
  }

  /** One more page of a phone, and what it complains about. */
  async function aTab(context: BrowserContext) {
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const complaints: string[] = []
    page.on('console', message => {
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    return { context, page, complaints }
  }

  /** Signs in by a link and opens the door of the named event at a gate. */
  async function openDoor(page: Page, title: string, { gate = 'North', link = '' } = {}): Promise<void> {
    await page.goto(link || (await aLink()))
    await page.getByRole('button', { name: title }).click()
    await page
      .getByRole('dialog')
      .getByLabel(/gate|Eingang/)
      .fill(gate)
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Open the door|Einlass öffnen/ })
      .click()
    await page.getByText('Online').waitFor()
    await page.getByText(/Guest list is loading|Gästeliste lädt/).waitFor({ state: 'detached' })
  }

  async function aShow(title: string, definition: Record<string, unknown> = FREE) {
    const sale = await aSale(app, { event: {}, definition })
    await must(admin, 'PATCH', `/events/v3/events/${sale.eventId}`, { event: { title } })
    return sale
  }

  return { camera, relay, base, aLink, aStaffLink, aPhone, aTab, openDoor, aShow }
}

/** What the answer over everything says. */
export async function answer(page: Page): Promise<string> {
  const shown = page.getByRole('region', { name: /^(Answer|Antwort)$/ })
  await shown.waitFor()
  return (await shown.innerText()).replace(/\s+/g, ' ')
}

export async function next(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Next|Weiter)$/ }).click()
  await page.getByRole('region', { name: /^(Answer|Antwort)$/ }).waitFor({ state: 'detached' })
}

/** As a hand scanner types: a key each five milliseconds, by the clock of whoever presses them, then Enter. */
export async function typeAsScanner(page: Page, text: string): Promise<void> {
  const keyboard = await page.context().newCDPSession(page)
  const start = Date.now() / 1000
  const press = (key: string, at: number) =>
    keyboard.send('Input.dispatchKeyEvent', {
      type: 'keyDown',
      key,
      text: key === 'Enter' ? '\r' : key,
      timestamp: start + at * 0.005,
      ...(key === 'Enter' && { windowsVirtualKeyCode: 13 }),
    })
  await Promise.all([...text, 'Enter'].map(press))
  await keyboard.detach()
}

export async function keepPicture(page: Page, name: string): Promise<void> {
  const pictures = process.env.SCREENSHOTS
  if (!pictures) return
  await mkdir(pictures, { recursive: true })
  await page.screenshot({ path: join(pictures, `${name}.png`) })
}
