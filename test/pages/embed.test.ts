import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createPlainServer } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { BUILT } from '../../src/web/build.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, testBrowser } from '../support/browser.ts'
import { aDefinition, aSale, checkOut, FREE, must, reserveTickets } from '../support/sale.ts'
import { aSeatedSale } from '../support/seats.ts'

/*
 * Our elements on somebody else's page, in a real browser that keeps no cookies of third parties. The page is of another
 * site (`localhost`, where we are `127.0.0.1`), and its own policy allows no more than docs/embedding.md asks for.
 * `SCREENSHOTS=folder` keeps a picture of each look.
 */
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const app = await testApp({ publicUrl: base, callbackHosts: ['localhost'] })
const { admin, sql, setNow } = app
await app.app.listen({ port, host: '127.0.0.1' })
const browser = await testBrowser('--test-third-party-cookie-phaseout')

const POLICY = `default-src 'none'; script-src ${base}; connect-src ${base}; style-src 'nonce-page'`
let markup = ''
const host = createServer((request, response) => {
  if (request.url === '/framed') return response.setHeader('content-type', 'text/html').end('<iframe src="/"></iframe>')
  response
    .setHeader('content-type', 'text/html; charset=utf-8')
    .setHeader('content-security-policy', POLICY)
    .end(markup)
})
await new Promise<void>(resolve => host.listen(0, 'localhost', resolve))
afterAll(() => new Promise<void>(resolve => host.close(() => resolve())))
const elsewhere = `http://localhost:${(host.address() as AddressInfo).port}`

beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }

type Seen = { page: Page; context: BrowserContext; complaints: string[]; requests: string[] }

/** Opens somebody's page with `body` on it, and does something with it. */
async function onPage(
  body: string,
  doing: (seen: Seen) => Promise<void>,
  {
    lang = 'en',
    query = '',
    before = async () => {},
  }: { lang?: string; query?: string; before?: (seen: Seen) => Promise<unknown> } = {},
): Promise<void> {
  markup = `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>The band</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="page">:root { color-scheme: light dark } body { margin: 1rem; font-family: sans-serif; background: Canvas; color: CanvasText }</style>
<script src="${base}/embed.js" async></script></head><body><main><h1>The band</h1>${body}</main></body></html>`
  const context = await browser.newContext({ viewport: PHONE, locale: 'en-US', timezoneId: 'Europe/Berlin' })
  const page = await context.newPage()
  const seen: Seen = { page, context, complaints: [], requests: [] }
  page.on('request', request => seen.requests.push(`${request.method()} ${request.url()}`))
  page.on('console', message => message.type() === 'error' && seen.complaints.push(message.text()))
  page.on('pageerror', error => seen.complaints.push(String(error)))
  await before(seen)
  await page.goto(`${elsewhere}/${query}`)
  await doing(seen)
  await context.close()
}

/** A sale of so many tickets, with the end of its page's address. */
async function aShow(definition: Record<string, unknown> = {}, more: Parameters<typeof aSale>[1] = {}) {
  const sale = await aSale(app, { ...more, definition: { ...FREE, ...definition } })
  const { body } = await must(admin, 'GET', `/events/v3/events/${sale.eventId}`)
  return { ...sale, slug: String(body.event.slug) }
}

async function buy({ eventId, definitionId }: { eventId: string; definitionId: string }, quantity: number) {
  const guest = await app.visitor()
  const reservationId = (await reserveTickets(guest, definitionId, quantity)).body.ticketReservation.id
  await checkOut(guest, { eventId, reservationId })
}

describe('boxoffice-tickets', () => {
  test('issue 6.6: tickets are picked on a page of somebody else’s, held, and bought on ours; no cookie is needed on the way', async () => {
    const show = await aShow({ name: 'Balcony', initialLimit: 8, description: 'With a view' })
    await onPage(
      `<boxoffice-tickets event="${show.eventId}"></boxoffice-tickets>`,
      async ({ page, context, complaints }) => {
        await page.getByRole('heading', { name: 'A concert' }).waitFor()
        const text = await page.locator('boxoffice-tickets section').innerText()
        for (const said of ['Saturday, June 1, 2030', '8:00', 'The hall', 'Balcony', 'With a view', 'Free'])
          expect(text).toContain(said)
        await page.getByText('Only 8 left').waitFor()
        await page.getByRole('button', { name: 'One more: Balcony' }).click()
        await page.getByRole('button', { name: 'One more: Balcony' }).click()
        await page.getByRole('button', { name: 'One less: Balcony' }).click()
        await page.getByRole('button', { name: 'One more: Balcony' }).click()
        expect(await context.cookies()).toEqual([])
        await page.getByRole('button', { name: 'Get tickets' }).click()
        await page.waitForURL(`${base}/event-details/${show.slug}/ticket-form?reservationId=*`)
        // The checkout knows who comes: it shows what is held.
        await page.getByText('Balcony').first().waitFor()
        const [cookie] = await context.cookies(base)
        expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
        expect(complaints.filter(complaint => !/404/.test(complaint))).toEqual([])
      },
    )
    const [session] = await sessionsOf(show.eventId)
    expect(session).toEqual({
      status: 'PENDING',
      thankYouPageUrl: `${elsewhere}/`,
      postFlowUrl: `${elsewhere}/`,
      quantity: 2,
    })
  }, 60_000)

  test('issue 6.6: who comes back from the checkout is thanked, and a page that is none of the organizer’s gets nobody back', async () => {
    const show = await aShow()
    const element = `<boxoffice-tickets event="${show.slug}"></boxoffice-tickets>`
    const query = `?orderNumber=K7QM-2RTX-9A&eventId=${show.eventId}`
    await onPage(
      element,
      async ({ page }) => {
        await page.getByText('Thank you! Your order is K7QM-2RTX-9A.').waitFor()
      },
      { query },
    )
    await onPage(
      element,
      async ({ page }) => {
        await page.getByRole('button', { name: 'One more: Standard' }).click()
        await page.getByRole('button', { name: 'Get tickets' }).click()
        await page.waitForURL(/\/ticket-form\?reservationId=/)
      },
      {
        // As a page of a host would be answered that is not among those of CALLBACK_HOSTS.
        before: async ({ page }) => {
          await page.route('**/headless/v1/redirect-session', async route => {
            const asked = route.request().postDataJSON()
            const callbacks = asked.callbacks && {
              thankYouPageUrl: 'https://evil.example/',
              postFlowUrl: 'https://evil.example/',
            }
            await route.continue({ postData: JSON.stringify({ ...asked, ...(callbacks && { callbacks }) }) })
          })
        },
      },
    )
    expect(await sessionsOf(show.eventId)).toEqual([
      { status: 'PENDING', thankYouPageUrl: null, postFlowUrl: null, quantity: 1 },
    ])
  }, 60_000)

  test('issue 6.6: inside of a frame, it is the whole tab that goes to the checkout', async () => {
    const show = await aShow()
    await onPage(`<boxoffice-tickets event="${show.eventId}"></boxoffice-tickets>`, async ({ page }) => {
      await page.goto(`${elsewhere}/framed`)
      const frame = page.frameLocator('iframe')
      await frame.getByRole('button', { name: 'One more: Standard' }).click()
      await frame.getByRole('button', { name: 'Get tickets' }).click()
      await page.waitForURL(/\/ticket-form\?reservationId=/)
    })
  }, 60_000)

  test('issue 6.6: several prices, a price of one’s own, and what is added at the checkout', async () => {
    const optionDetails = [
      { name: 'Adult', price: { value: '30.00', currency: 'EUR' } },
      { name: 'Student', price: { value: '12.50', currency: 'EUR' } },
    ]
    const show = await aShow({
      name: 'Stalls',
      pricingMethod: { pricingOptions: { optionDetails } },
      feeType: 'FEE_ADDED_AT_CHECKOUT',
    })
    const guestPrice = { value: '5.00', currency: 'EUR' }
    await aDefinition(app, show.eventId, { name: 'Friends', pricingMethod: { guestPrice } })
    await onPage(`<boxoffice-tickets event="${show.eventId}"></boxoffice-tickets>`, async ({ page }) => {
      await page.getByRole('button', { name: 'One more: Stalls, Student' }).click()
      await page.getByRole('button', { name: 'One more: Stalls, Student' }).click()
      await page.getByRole('button', { name: 'One more: Friends' }).click()
      const total = page.locator('[part="total"]')
      const amount = page.getByLabel('Your price for each ticket, in EUR: Friends')
      expect(await amount.inputValue()).toBe('5.00')
      expect(await total.innerText()).toBe('€30.00')
      await page.getByText('Taxes and fees are added at the checkout.').waitFor()
      await amount.fill('4')
      await page.getByRole('button', { name: 'Get tickets' }).click()
      await page.getByText('Please enter at least €5.00 for Friends.').waitFor()
      await amount.fill('7,50')
      expect(await total.innerText()).toBe('€32.50')
      await page.getByRole('button', { name: 'Get tickets' }).click()
      await page.waitForURL(/\/ticket-form\?reservationId=/)
    })
    const lines = await sql`
      select lines.quantity, lines.price_minor, lines.pricing_option_name
        from ticket_reservation_lines as lines
        join redirect_sessions as sessions using (site_id, ticket_reservation_id)
       where sessions.event_id = ${show.eventId}
       order by lines.price_minor`
    expect([...lines]).toEqual([
      { quantity: 1, priceMinor: 750, pricingOptionName: null },
      { quantity: 2, priceMinor: 1250, pricingOptionName: 'Student' },
    ])
  }, 60_000)

  test('issue 6.6: what is sold meanwhile is seen, what is no longer left is taken out, and what one order holds is said', async () => {
    const show = await aShow({ initialLimit: 6 }, { event: { tickets: { ticketLimitPerOrder: 4 } } })
    await onPage(`<boxoffice-tickets event="${show.eventId}"></boxoffice-tickets>`, async ({ page }) => {
      const more = page.getByRole('button', { name: 'One more: Standard' })
      for (let picked = 0; picked < 4; picked++) await more.click()
      expect(await more.getAttribute('aria-disabled')).toBe('true')
      await more.click({ force: true })
      await page.getByText('One order holds up to 4 tickets.').waitFor()
      await buy(show, 4)
      await page.getByText('Only 2 left').waitFor()
      await page.getByText('Fewer are left than you chose, so your choice was changed: Standard.').waitFor()
      expect(await page.locator('output').innerText()).toBe('2')
      await reserveTickets(await app.visitor(), show.definitionId, 2)
      await page.getByText(/Sold out\. 2 tickets are in baskets and may return by/).waitFor()
      expect(await page.getByRole('button', { name: 'Get tickets' }).count()).toBe(0)
    })
  }, 60_000)

  test('issue 6.6: what cannot be had is said in words', async () => {
    const show = await aShow({ initialLimit: 3 })
    const deaf = { before: ({ page }: Seen) => page.route('**/availability**', route => route.abort()) }
    await onPage(
      `<boxoffice-tickets event="${show.eventId}"></boxoffice-tickets>`,
      async ({ page }) => {
        await page.getByRole('button', { name: 'One more: Standard' }).click()
        await page.getByRole('button', { name: 'One more: Standard' }).click()
        await buy(show, 2)
        await page.getByRole('button', { name: 'Get tickets' }).click()
        await page.getByText('Somebody was faster: only 1 ticket is left.').waitFor()
        await page.getByRole('button', { name: 'One less: Standard' }).click()
        await page.route('**/ticket-reservations', route => route.abort())
        await page.getByRole('button', { name: 'Get tickets' }).click()
        await page.getByText('Nobody answers.').waitFor()
      },
      deaf,
    )
  }, 60_000)

  test('issue 6.6: before and after a sale, without one, and where guests answer or sit, there is something else than a picker', async () => {
    const day = 86_400_000
    const at = (days: number) => new Date(app.now().getTime() + days * day).toISOString()
    const later = await aShow({ salePeriod: { startDate: at(2), endDate: at(9), displayNotOnSale: true } })
    const over = await aShow({ salePeriod: { startDate: at(-9), endDate: at(-2), displayNotOnSale: true } })
    const canceled = await aShow()
    await must(admin, 'POST', `/events/v3/events/${canceled.eventId}/cancel`)
    const seated = await aSeatedSale(app, { definition: FREE })
    const rsvp = (
      await must(admin, 'POST', '/events/v3/events', { event: { ...OPEN, registration: { initialType: 'RSVP' } } })
    ).body.event
    const elements = [later, over, canceled, seated, { eventId: rsvp.id }].map(
      ({ eventId }) => `<boxoffice-tickets event="${eventId}"></boxoffice-tickets>`,
    )
    await onPage(elements.join(''), async ({ page }) => {
      const shown = page.locator('boxoffice-tickets')
      await shown.nth(0).getByText('On sale from May 3, 2030').waitFor()
      await shown.nth(1).getByText('The sale has ended').waitFor()
      await shown.nth(2).getByText('This event was canceled.').waitFor()
      const seats = shown.nth(3).getByRole('link', { name: 'Choose seats' })
      expect(await seats.getAttribute('href')).toMatch(`${base}/event-details/`)
      await shown.nth(4).getByRole('link', { name: 'Answer the invitation' }).waitFor()
      await shown.nth(4).getByText('Some day').waitFor()
      expect(await shown.locator('button:visible').count()).toBe(0)
    })
  }, 60_000)

  test('issue 6.6: an event that is not there, and a server that does not answer, are said, in the language of the page', async () => {
    const draft = (
      await must(admin, 'POST', '/events/v3/events', {
        event: { ...OPEN, registration: { initialType: 'TICKETING' } },
        draft: true,
      })
    ).body.event
    const none = `<boxoffice-tickets event="no-such-event"></boxoffice-tickets><boxoffice-tickets event="${draft.id}"></boxoffice-tickets><boxoffice-tickets></boxoffice-tickets>`
    await onPage(
      none,
      async ({ page }) => {
        await expect.poll(() => page.getByText('Diese Veranstaltung gibt es nicht.').count()).toBe(3)
      },
      { lang: 'de-AT' },
    )
    const show = await aShow()
    await onPage(
      `<boxoffice-tickets event="${show.eventId}"></boxoffice-tickets>`,
      async ({ page }) => {
        await page.getByText('The tickets cannot be shown just now.').waitFor()
        await page.unroute('**/events/v3/**')
        await page.getByRole('button', { name: 'Try again' }).click()
        await page.getByRole('heading', { name: 'A concert' }).waitFor()
      },
      { before: ({ page }) => page.route('**/events/v3/**', route => route.abort()) },
    )
  }, 60_000)

  test('issue 6.6: all of it works by the keyboard, with what has the focus to be seen', async () => {
    const show = await aShow()
    await onPage(`<boxoffice-tickets event="${show.eventId}"></boxoffice-tickets>`, async ({ page }) => {
      await page.getByRole('button', { name: 'Get tickets' }).waitFor()
      const reached: unknown[] = []
      for (const key of ['Tab', 'Tab', 'Enter', 'Tab']) {
        await page.keyboard.press(key)
        reached.push(await page.evaluate(FOCUSED))
      }
      expect(reached).toEqual(
        ['One less: Standard', 'One more: Standard', 'One more: Standard', 'Get tickets'].map(
          name => `${name} solid 3px`,
        ),
      )
      expect(await page.locator('output').innerText()).toBe('1')
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/ticket-form\?reservationId=/)
    })
  }, 60_000)
})

const OPEN = {
  title: 'A party',
  location: { name: 'The garden', type: 'VENUE' },
  dateAndTimeSettings: { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'Some day' },
}

const FOCUSED = `(() => {
  let focused = document.activeElement
  while (focused.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
  const { outlineStyle, outlineWidth } = getComputedStyle(focused)
  return [focused.ariaLabel ?? focused.textContent, outlineStyle, outlineWidth].join(' ')
})()`

describe('boxoffice-counter', () => {
  test('issue 7.3: it goes from five to three when somebody buys, and tells the page', async () => {
    const show = await aShow({ initialLimit: 5 })
    const two = `<p>VIP: <boxoffice-counter definition="${show.definitionId}"></boxoffice-counter></p>
<p>In all: <boxoffice-counter event="${show.slug}" threshold="4" language="de"></boxoffice-counter></p>`
    await onPage(two, async ({ page, requests }) => {
      const [one, all] = [page.locator('boxoffice-counter').nth(0), page.locator('boxoffice-counter').nth(1)]
      await one.getByText('Only 5 left').waitFor()
      await all.getByText('Tickets verfügbar').waitFor()
      expect([await one.getAttribute('state'), await all.getAttribute('state')]).toEqual(['few', 'many'])
      await page.evaluate(LISTEN)
      await buy(show, 2)
      await one.getByText('Only 3 left').waitFor()
      await all.getByText('Nur noch 3 Tickets').waitFor()
      expect(await one.locator('[part="count"]').innerText()).toBe('3')
      // First they are held, then sold; only the last state is sure to be told.
      await expect
        .poll(() => page.evaluate('window.told'))
        .toContainEqual({
          eventId: show.eventId,
          definition: show.definitionId,
          unsold: 3,
          sold: 2,
          held: 0,
          soldOut: false,
          saleStatus: 'SALE_STARTED',
        })
      expect(requests.filter(request => request.endsWith('/availability/stream'))).toHaveLength(1)
      await buy(show, 3)
      await one.getByText('Sold out').waitFor()
    })
  }, 60_000)

  test('issue 6.6: where the stream does not come through, it asks', async () => {
    const show = await aShow({ initialLimit: 5 })
    await onPage(
      `<boxoffice-counter event="${show.eventId}" definition="${show.definitionId}"></boxoffice-counter>`,
      async ({ page }) => {
        await page.getByText('Only 5 left').waitFor()
        await buy(show, 2)
        await page.getByText('Only 3 left').waitFor({ timeout: 15_000 })
      },
      { before: ({ page }) => page.route('**/availability/stream', route => route.fulfill({ status: 503 })) },
    )
  }, 60_000)

  test('issue 6.6: what is not there says so, and an element that is changed or taken away follows', async () => {
    const show = await aShow({ initialLimit: 5 })
    const other = await aDefinition(app, show.eventId, { ...FREE, name: 'Other', initialLimit: 7 })
    const hidden = await aDefinition(app, show.eventId, { ...FREE, name: 'Hidden', hidden: true })
    const ids = ['8f4e0000-0000-4000-8000-000000000001', 'nonsense', '', hidden.id]
    const none = ids.map(id => `<p><boxoffice-counter definition="${id}"></boxoffice-counter></p>`).join('')
    await onPage(
      `${none}<boxoffice-counter definition="${show.definitionId}"></boxoffice-counter>`,
      async ({ page }) => {
        await expect.poll(() => page.getByText('There is no such event.').count()).toBe(4)
        const counter = page.locator('boxoffice-counter').last()
        await counter.getByText('Only 5 left').waitFor()
        await counter.evaluate((element, id) => element.setAttribute('definition', id), String(other.id))
        await counter.getByText('Only 7 left').waitFor()
        await counter.evaluate(element => element.setAttribute('threshold', '3'))
        await counter.getByText('Tickets available').waitFor()
        await counter.evaluate(element => element.remove())
      },
    )
  }, 60_000)
})

const BACKGROUND =
  "getComputedStyle(document.querySelector('boxoffice-tickets').shadowRoot.querySelector('[type=submit]')).backgroundColor"
const LISTEN = `window.told = []; addEventListener('boxoffice:availability', ({ detail }) => told.push(detail))`

describe('how it looks', () => {
  test('issue 6.6: it fits on phone and desk, and axe finds nothing, in light and dark, in English and German', async () => {
    const price = (value: string) => ({ fixedPrice: { value, currency: 'EUR' } })
    const show = await aShow({
      name: 'Stalls',
      initialLimit: 7,
      pricingMethod: price('38.00'),
      description: 'Row 1 to 20',
    })
    const optionDetails = ['Adult', 'Student'].map((name, index) => ({
      name,
      price: { value: `${45 - 20 * index}.00`, currency: 'EUR' },
    }))
    await aDefinition(app, show.eventId, { name: 'Balcony', pricingMethod: { pricingOptions: { optionDetails } } })
    await aDefinition(app, show.eventId, {
      name: 'Friends',
      pricingMethod: { guestPrice: { value: '10.00', currency: 'EUR' } },
    })
    await aDefinition(app, show.eventId, { ...FREE, name: 'Children', initialLimit: 0 })
    await sql`update events set title = 'Lanterns over the Harbour' where event_id = ${show.eventId}`
    const body = `<p>Stalls: <boxoffice-counter definition="${show.definitionId}"></boxoffice-counter></p>
<boxoffice-tickets event="${show.eventId}"></boxoffice-tickets>`
    for (const lang of ['en', 'de'])
      await onPage(
        body,
        async ({ page, complaints }) => {
          const more = page.getByRole('button', { name: /Stalls/ }).nth(1)
          await more.click()
          await more.click()
          for (const size of [PHONE, DESK])
            for (const colorScheme of ['light', 'dark'] as const) {
              await page.setViewportSize(size)
              await page.emulateMedia({ colorScheme })
              await keepScreenshot(page, `embed ${lang} ${size.width} ${colorScheme}`)
              expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width)
              expect(await accessibilityViolations(page)).toEqual([])
            }
          expect(complaints).toEqual([])
        },
        { lang },
      )
  }, 120_000)

  test('issue 6.6: a page gives it its own colours, in light alone where it is light alone', async () => {
    const show = await aShow()
    await onPage(`<boxoffice-tickets event="${show.eventId}" theme="light"></boxoffice-tickets>`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: 'dark' })
      const button = page.getByRole('button', { name: 'Get tickets' })
      await button.waitFor()
      const colours = () => page.evaluate(BACKGROUND)
      expect(await colours()).toBe('rgb(26, 79, 196)')
      await page.evaluate("document.documentElement.style.setProperty('--boxoffice-accent', '#7a1fa2')")
      expect(await colours()).toBe('rgb(122, 31, 162)')
    })
  }, 60_000)
})

test('issue 6.6: the file is small, kept for minutes, and may be loaded by any page', async () => {
  expect(gzipSync(await readFile(join(BUILT, 'embed', 'embed.js'))).length).toBeLessThan(15 * 1024)
  const first = await app.anonymous('GET', '/embed.js')
  expect(first.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  })
  expect(first.body).toContain(app.siteId)
  const again = await app.anonymous('GET', '/embed.js', undefined, { 'if-none-match': String(first.headers.etag) })
  expect([again.status, again.body]).toEqual([304, ''])
  const { siteId } = await app.otherSite()
  const other = await app.anonymous('GET', `/embed.js?site=${siteId}`)
  expect([other.status, other.body.includes(siteId), other.body.includes(app.siteId)]).toEqual([200, true, false])
  expect((await app.anonymous('GET', '/embed.js?site=8f4e0000-0000-4000-8000-000000000001')).status).toBe(404)
  expect((await app.anonymous('GET', '/embed.js?site=nonsense')).status).toBe(400)
})

async function sessionsOf(eventId: string) {
  const rows = await sql`
    select reservations.status, sessions.thank_you_page_url, sessions.post_flow_url, sum(lines.quantity)::integer as quantity
      from redirect_sessions as sessions
      join ticket_reservations as reservations using (site_id, ticket_reservation_id)
      join ticket_reservation_lines as lines using (site_id, ticket_reservation_id)
     where sessions.event_id = ${eventId}
     group by 1, 2, 3`
  return [...rows]
}

async function freePort(): Promise<number> {
  const probe = createPlainServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port: free } = probe.address() as AddressInfo
  await new Promise(resolve => probe.close(resolve))
  return free
}

async function keepScreenshot(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS: folder } = process.env
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}.png`), fullPage: true })
}
