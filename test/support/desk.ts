import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { linkToken } from '../../src/identities/link.ts'
import type { Role } from '../../src/identities/permissions.ts'
import type { TestApp } from './app.ts'
import { testBrowser } from './browser.ts'

export const PASSWORD = 'correct horse battery'

export type Desk = Awaited<ReturnType<typeof testDesk>>
export type DeskView = { width?: number; language?: string; colorScheme?: 'light' | 'dark'; role?: Role }

/**
 * The desk of `app` in a real browser, for people with an account of the site; served on a port of its own.
 * Pages complain (`complaints`) of errors in the console and of what no code caught.
 */
export async function testDesk(app: TestApp) {
  const browser = await testBrowser()
  const base = await app.app.listen({ port: 0, host: '127.0.0.1' })
  const cookies = new Map<Role, Promise<string>>()

  /** A page of the desk, at `path` below /dashboard, of somebody signed in with a role (default: the owner). */
  async function open(path: string, view: DeskView = {}) {
    const { role = 'OWNER' } = view
    const cookie = cookies.get(role) ?? signUp(app, role)
    cookies.set(role, cookie)
    const [name = '', value = ''] = (await cookie).split(/=(.*)/s)
    return openPage(browser, `${base}/dashboard${path}`, view, { name, value, url: base })
  }

  return {
    base,
    browser,
    open,
    openSignedOut: (path: string, view: DeskView = {}) => openPage(browser, base + path, view),
  }
}

async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, language = 'en', colorScheme = 'light' }: DeskView,
  cookie?: { name: string; value: string; url: string },
) {
  const viewport = { width, height: 900 }
  // Nothing fades in: what is looked at is there.
  const context = await browser.newContext({ locale: language, viewport, colorScheme, reducedMotion: 'reduce' })
  if (cookie) await context.addCookies([cookie])
  const page = await context.newPage()
  page.setDefaultTimeout(12_000)
  const complaints: string[] = []
  page.on('console', message => {
    // What is refused is said so by the browser, too: 4xx of the API, and requests without a network.
    if (message.type() === 'error' && !/status of 4\d\d|ERR_INTERNET_DISCONNECTED/.test(message.text()))
      complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('response', response => {
    // Whoever only looks asks for nothing that is refused, unless it is gone or the session has ended.
    const looks = response.request().method() === 'GET' || response.url().endsWith('/query')
    if (looks && response.status() >= 400 && ![401, 404].includes(response.status()))
      complaints.push(`${response.status()} ${response.request().method()} ${response.url()}`)
  })
  await page.goto(url)
  return { page, complaints, close: () => context.close() }
}

/** Makes an account with `role` at the app's site. @returns its session cookie, `name=value` */
async function signUp({ siteId, deps, admin, anonymous }: TestApp, role: Role): Promise<string> {
  const email = `${role.toLowerCase()}@example.org`
  const named = { name: role === 'OWNER' ? 'Ada Lovelace' : `Kim ${role}`, password: PASSWORD }
  const setUp = async () => {
    const token = linkToken({ purpose: 'setUp', siteId, number: 'owner' }, deps.keys)
    return anonymous('POST', '/boxoffice/v1/set-up', { token, email, ...named })
  }
  const join = async () => {
    const { body } = await admin('POST', '/boxoffice/v1/invitations', { invitation: { email, role } })
    const token = new URL(body.url).searchParams.get('token')
    return anonymous('POST', '/boxoffice/v1/invitations/accept', { token, ...named })
  }
  const made = role === 'OWNER' ? await setUp() : await join()
  const [cookie] = [made.headers['set-cookie'] ?? []].flat()
  if (cookie === undefined) throw new Error(`nobody could be signed up: ${JSON.stringify(made.body)}`)
  return String(cookie).split(';')[0] ?? ''
}

/** Keeps a picture where `SCREENSHOTS=folder` asks for it, to be looked at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** Moves what was taken up with the arrow keys, to an end of its list, as soon as the page has measured the list. */
export async function moveUntil(page: Page, key: 'ArrowUp' | 'ArrowDown', announced: string | RegExp): Promise<void> {
  const told = page.getByText(announced)
  for (let attempt = 0; attempt < 20; attempt += 1) {
    await page.keyboard.press(key)
    try {
      return await told.waitFor({ state: 'attached', timeout: 500 })
    } catch {
      // It was pressed before the page listened.
    }
  }
  throw new Error(`it was never told: ${announced}`)
}
