import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { readWallet } from '../../src/wallet/keys.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, picture, testBrowser } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { anOrder, notify, orderNow } from '../support/orders.ts'
import { scanned } from '../support/pdf.ts'
import { aSale, checkOut, FREE, must, reserveTickets } from '../support/sale.ts'
import { walletFiles } from '../support/wallet.ts'

/*
 * What the links in answers lead to, in a real browser. `SCREENSHOTS=folder` keeps a picture of each, to be looked at.
 */
const wallet = await readWallet(await walletFiles(), new Date('2030-05-01T12:00:00.000Z'))
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const app = await testApp({ lawless: true, wallet, publicUrl: base })
const { admin, siteId, sql } = app
const browser = await testBrowser()
await app.app.listen({ port, host: '127.0.0.1' })

const LINKS = {
  'an order that waits': '',
  'an order that is paid': '',
  'an order that is canceled': '',
  'an order in Arabic': '',
  'a guest to be changed': '',
  'an invoice': '',
  'a test payment': '',
  'a genuine ticket': '',
  'a ticket that was used': '',
  'a ticket that was canceled': '',
  'nothing behind a code': '',
  'nothing behind a link': '',
}

beforeAll(async () => {
  const address = { addressLine: 'Quay 4', city: 'Hamburg', country: 'DE', postalCode: '20457' }
  await sql`update sites set name = 'Harbour Hall' where site_id = ${siteId}`
  const taxed = { tickets: { taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '19' } } }
  const waiting = await anOrder(app)
  const paid = await anOrder(app, { event: taxed, definition: { name: 'Balcony, first row' }, quantity: 3 })
  await sql`
    update events
       set title = 'Lanterns over the Harbour',
           location = ${sql.json({ name: 'Harbour Hall', type: 'VENUE', locationTbd: false, address })}
     where event_id = ${paid.eventId}`
  await notify(paid, 'PAID')
  const { tickets, invoice } = await orderNow(admin, paid)
  await must(admin, 'POST', '/events/v1/tickets/check-in', {
    eventId: paid.eventId,
    ticketNumber: [tickets[1].ticketNumber],
  })
  const canceled = await anOrder(app, { definition: FREE })
  await must(admin, 'POST', `/events/v1/ticket-reservations/${canceled.reservationId}/cancel`)
  const arabic = await anOrder(app, { definition: { ...FREE, name: 'شرفة – بالغ' }, quantity: 1 })
  await sql`update events set title = 'أمسية موسيقية في الميناء (2030)' where event_id = ${arabic.eventId}`
  const unpaid = `/boxoffice/v1/orders/${waiting.order.orderNumber}/payment`
  const { payment } = (await must(waiting.guest, 'POST', unpaid, { method: 'test' })).body
  Object.assign(LINKS, {
    'a test payment': payment.payUrl,
    'an order that waits': waiting.orderPageUrl,
    'an order that is paid': paid.orderPageUrl,
    'an order that is canceled': canceled.orderPageUrl,
    'an order in Arabic': arabic.orderPageUrl,
    'a guest to be changed': await aGuestPage(),
    'an invoice': invoice.previewUrl,
    'a genuine ticket': tickets[0].checkInUrl,
    'a ticket that was used': tickets[1].checkInUrl,
    'a ticket that was canceled': canceled.order.tickets[0].checkInUrl,
    'nothing behind a code': tickets[0].checkInUrl.slice(0, -3),
    'nothing behind a link': paid.orderPageUrl.slice(0, -3),
  } satisfies typeof LINKS)
})

/** Where the guest of the second of two tickets is changed, of an event that asks each guest for everything. */
async function aGuestPage(): Promise<string> {
  const sale = await aSale(app, { event: { tickets: { guestsAssignedSeparately: true } }, definition: FREE })
  const guest = await app.visitor()
  const reservationId = (await reserveTickets(guest, sale.definitionId, 2)).body.ticketReservation.id
  const answered = (firstName: string) => ({
    form: {
      inputValues: [
        { inputName: 'firstName', value: firstName },
        { inputName: 'lastName', value: 'Berg' },
        { inputName: 'email', value: `${firstName.toLowerCase()}@example.org` },
      ],
    },
  })
  const { order, orderPageUrl } = (
    await checkOut(
      guest,
      { eventId: sale.eventId, reservationId },
      {
        buyer: { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' },
        guests: [answered('Ada'), answered('Bo')],
      },
    )
  ).body
  await must(admin, 'POST', `/events/v1/events/${sale.eventId}/form/control`, {
    dropdown: { label: 'Meal', options: ['Fish', 'Kale'], mandatory: true },
  })
  await must(admin, 'POST', `/events/v1/events/${sale.eventId}/form/control`, {
    checkbox: { label: 'Which days?', options: ['Saturday', 'Sunday'] },
  })
  await must(admin, 'POST', `/events/v1/events/${sale.eventId}/form/control`, { date: { label: 'Born on' } })
  return `${orderPageUrl.replace('?', '/guest?')}&ticket=${order.tickets[1].ticketNumber}`
}

type Link = keyof typeof LINKS
const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }
const LOOKS = [PHONE, DESK].flatMap(size => (['light', 'dark'] as const).map(colorScheme => ({ size, colorScheme })))

/** Opens the page behind a link, and does something with it; what it loads or says in the console is kept. */
async function look(
  link: Link,
  viewport: typeof PHONE,
  doing: (page: Page, seen: { requests: string[]; complaints: string[] }) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport })
  const page = await context.newPage()
  const seen: Parameters<typeof doing>[1] = { requests: [], complaints: [] }
  page.on('request', request => seen.requests.push(request.url()))
  page.on('console', message => seen.complaints.push(message.text()))
  page.on('pageerror', error => seen.complaints.push(String(error)))
  await page.goto(LINKS[link])
  await doing(page, seen)
  await context.close()
}

test.each(Object.keys(LINKS) as Link[])(
  'R167, R194: %s: fits on phone and desk, loads nothing more, and axe finds nothing, in light and dark',
  async link => {
    await look(link, PHONE, async (page, seen) => {
      for (const { size, colorScheme } of LOOKS) {
        await page.setViewportSize(size)
        await page.emulateMedia({ colorScheme })
        await keepScreenshot(page, `${link} ${size.width} ${colorScheme}`)
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(size.width)
        expect(await accessibilityViolations(page)).toEqual([])
      }
      // One that waits looks at itself again, and at nothing else.
      // Beside it, one with tickets has the worker that keeps it.
      expect(new Set(seen.requests.filter(url => !url.endsWith('/orders/worker.js'))).size).toBe(1)
      expect(seen.complaints.filter(complaint => !/status of 404/.test(complaint))).toEqual([])
    })
  },
  60_000,
)

async function keepScreenshot(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS: folder } = process.env
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}.png`), fullPage: true })
}

test('R194: a door reads a code from the screen of a phone, whatever its colours', async () => {
  await look('an order that is paid', PHONE, async page => {
    const codes = page.locator('.qr')
    expect(await codes.count()).toBe(3)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const code = codes.first()
      const read = scanned(await picture(browser, await code.screenshot()))
      expect(read).toMatch(/\/check-in\/[\w-]+,[\w-]{36}\?s=[\w-]{86}$/)
      expect(read).toContain((await code.getAttribute('aria-label'))?.replace('Code of ticket ', ''))
    }
  })
}, 60_000)

test('R167: every link is reached by the keyboard, in order, and can be seen to be', async () => {
  await look('an order that is paid', DESK, async page => {
    const links = await page.locator('a, button').evaluateAll(all => all.map(each => each.getAttribute('href')))
    expect(links.length).toBeGreaterThanOrEqual(7)
    const reached: unknown[] = []
    for (const _ of links) {
      await page.keyboard.press('Tab')
      const [href, outline] = await page.evaluate<[string, string]>(FOCUSED)
      expect(outline).toMatch(/^solid 3px/)
      reached.push(href)
    }
    expect(reached).toEqual(links)
  })
})

const FOCUSED = `(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
  return [document.activeElement.getAttribute('href'), outlineStyle + ' ' + outlineWidth]
})()`

test('R202, R203: by the link alone a buyer says who comes, sees at its field what is wrong, and is told of another tab', async () => {
  await look('a guest to be changed', PHONE, async page => {
    const other = await page.context().newPage()
    await other.goto(page.url())
    await page.getByLabel('First name').fill('Cy')
    await page.getByLabel('Email').fill('nowhere')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Some answers are missing or wrong').waitFor()
    expect(await page.getByLabel('First name').inputValue()).toBe('Cy')
    expect(await page.getByLabel('Email').getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByText('Please choose.').count()).toBe(1)
    await keepScreenshot(page, 'a guest who is wrong 390 light')
    expect(await accessibilityViolations(page)).toEqual([])
    await page.getByLabel('Email').fill('cy@example.org')
    await page.getByLabel('Meal').selectOption('Kale')
    await page.getByLabel('Sunday').check()
    await page.getByLabel('Born on').fill('1999-12-31')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved').waitFor()
    expect(await page.locator('.ticket').nth(1).innerText()).toContain('Cy Berg')
    await keepScreenshot(page, 'a guest who is saved 390 light')

    await other.getByLabel('First name').fill('Di')
    await other.getByLabel('Meal').selectOption('Fish')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByText('It now says: Cy Berg').waitFor()
    expect(await other.getByLabel('First name').inputValue()).toBe('Di')
    await keepScreenshot(other, 'a guest who is stale 390 light')
    await other.getByRole('link', { name: 'Back without saving' }).click()
    await other.getByRole('link', { name: 'Change the guest' }).last().click()
    expect(await other.getByLabel('Meal').inputValue()).toBe('Kale')
    expect(await other.getByLabel('Sunday').isChecked()).toBe(true)
    expect(await other.getByLabel('Born on').inputValue()).toBe('1999-12-31')
    await other.getByRole('link', { name: 'Deutsch' }).click()
    await other.getByRole('button', { name: 'Speichern' }).waitFor()
  })
}, 60_000)

test('R167: once opened, an order and its codes open without a network, until the order is canceled; no other page does', async () => {
  const ordered = await anOrder(app, { definition: FREE })
  const context = await browser.newContext({ viewport: PHONE })
  const page = await context.newPage()
  const note = page.getByText('You are offline')
  const kept = () =>
    page.evaluate<string[]>(
      "caches.open('boxoffice-orders').then(all => all.keys()).then(all => all.map(each => each.url))",
    )
  await page.goto(`${ordered.orderPageUrl}&lang=en`)
  await expect.poll(kept, { timeout: 10_000 }).toEqual([ordered.orderPageUrl])
  expect(await note.isVisible()).toBe(false)
  await page.goto(`${ordered.orderPageUrl.replace('?', '/cancel?')}`) // a page that is not kept
  expect(await kept()).toHaveLength(1)

  await context.setOffline(true)
  await page.goto(ordered.orderPageUrl)
  await note.waitFor()
  expect(await page.locator('.qr').count()).toBe(2)
  const read = scanned(await picture(browser, await page.locator('.qr').first().screenshot()))
  expect(read).toContain('/check-in/')
  expect(await page.locator('.actions').first().isVisible()).toBe(false)
  await keepScreenshot(page, 'an order without a network 390 light')
  expect(await accessibilityViolations(page)).toEqual([])
  await expect(page.goto(ordered.orderPageUrl.slice(0, -3))).rejects.toThrow('net::ERR_')
  await expect(page.goto(ordered.orderPageUrl.replace('?', '/cancel?'))).rejects.toThrow('net::ERR_')

  await context.setOffline(false)
  await must(admin, 'POST', `/events/v1/ticket-reservations/${ordered.reservationId}/cancel`)
  await page.goto(ordered.orderPageUrl)
  await page.getByText('Canceled').first().waitFor()
  await expect.poll(kept).toEqual([])
  await context.setOffline(true)
  await expect(page.goto(ordered.orderPageUrl)).rejects.toThrow('net::ERR_')
  await context.close()
}, 60_000)

test('R167: on paper there are the codes, and nothing to click', async () => {
  await look('an order that is paid', DESK, async page => {
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('.actions').first().isVisible()).toBe(false)
    expect(await page.locator('.qr').first().isVisible()).toBe(true)
  })
})
