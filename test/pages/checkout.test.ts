import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, testBrowser } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { aSale, FREE, must } from '../support/sale.ts'
import { aBuyer, fillIn } from '../support/shop.ts'

/* From held tickets to an order, in a real browser. `SCREENSHOTS=folder` keeps a picture of each page. */
const port = await freePort()
const base = `http://127.0.0.1:${port}`
const app = await testApp({ publicUrl: base, serviceFeePercent: '2.5' })
const { admin, sql, setNow } = app
const browser = await testBrowser()
await app.app.listen({ port, host: '127.0.0.1' })
const place = { app, browser, base }
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

type Sale = Awaited<ReturnType<typeof aSale>>

async function ordersOf({ eventId }: Sale): Promise<{ status: string; email: string }[]> {
  return sql`select status, email from orders where event_id = ${eventId}`
}

async function allowOffline({ eventId }: Sale): Promise<void> {
  const paymentSettings = { offlinePayment: true }
  await must(admin, 'PATCH', `/boxoffice/v1/events/${eventId}/payment-settings`, { paymentSettings })
}

async function aGiftCard(value: string): Promise<string> {
  const giftCard = { amount: { value, currency: 'EUR' } }
  return (await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })).body.code
}

/** Everything that a form can ask, for each ticket, of an event with tax, fee, terms, coupons and gift cards. */
async function aFullSale(): Promise<Sale> {
  const sale = await aSale(app, {
    event: {
      tickets: {
        guestsAssignedSeparately: true,
        taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '19' },
      },
    },
    definition: { name: 'Balcony, first row', feeType: 'FEE_ADDED_AT_CHECKOUT', policyText: 'No refunds.' },
  })
  const { eventId } = sale
  await allowOffline(sale)
  for (const name of ['House rules', 'Terms of sale']) {
    const body =
      '<h1>Be kind</h1><p>To <b>everybody</b>.</p><script>document.title = "!"</script><img src=x onerror=alert(1)>'
    await must(admin, 'POST', '/events/v2/policies', { policy: { name, body, eventId } })
  }
  const control = `/events/v1/events/${eventId}/form/control`
  for (const asked of [
    { phone: { mandatory: true } },
    { address: { full: true, mandatory: true } },
    { date: { label: 'Day of birth' } },
    { dropdown: { label: 'Size', options: ['S', 'M'], defaultOptionSelection: { placeholderText: 'None' } } },
    { radioButton: { label: 'Meal', options: ['With meat', 'Without meat'] } },
    { checkbox: { label: 'Extras', options: ['Programme', 'Cushion'] } },
    { text: { label: 'Wishes', multiLine: true } },
  ])
    await must(admin, 'POST', control, asked)
  return sale
}

async function keepScreenshot(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS: folder } = process.env
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}.png`), fullPage: true })
}

/** At this size nothing sticks out, and axe finds nothing, in light and dark. */
async function looksGood(page: Page, name: string): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await keepScreenshot(page, `${name} ${width} ${colorScheme}`)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(await accessibilityViolations(page)).toEqual([])
    }
  }
}

describe('orders', () => {
  test('R163: free tickets are ordered with name and e-mail, and the order says that they are there', async () => {
    const sale = await aSale(app, { definition: FREE })
    const { page, checkout, context, complaints } = await aBuyer(place, sale)
    await page.goto(base + checkout)
    await fillIn(page)
    await page.getByRole('button', { name: 'Get tickets' }).click()
    await page.waitForURL(/\/orders\//)
    expect(await page.locator('h2').first().textContent()).toBe('Confirmed')
    expect(await page.locator('.ticket').count()).toBe(2)
    expect(await ordersOf(sale)).toEqual([{ status: 'FREE', email: 'ada@example.org' }])
    expect(complaints).toEqual([])
    await context.close()
  })

  test('9.1, R47, manual payment: who pays in person pays no fee for paying online, and has the tickets at once', async () => {
    const sale = await aSale(app, { definition: { feeType: 'FEE_ADDED_AT_CHECKOUT' } })
    await allowOffline(sale)
    const { page, checkout, context } = await aBuyer(place, sale)
    await page.goto(base + checkout)
    await fillIn(page)
    await page.getByRole('button', { name: 'Pay €20.50' }).waitFor()
    await page.getByRole('radio', { name: /in person/ }).check()
    expect(await page.locator('aside').textContent()).toContain('Total€20.00')
    await page.getByRole('button', { name: 'Order and pay in person' }).click()
    await page.waitForURL(/\/orders\//)
    expect(await page.locator('main .notice').textContent()).toContain('To pay: €20.00')
    expect(await ordersOf(sale)).toEqual([{ status: 'OFFLINE_PENDING', email: 'ada@example.org' }])
    await context.close()
  })

  test('R50, R56, R58, R154: coupon and gift card change the price at once, and what does not count says why', async () => {
    const sale = await aSale(app, { definition: { initialLimit: 10 } })
    const scope = { group: 'event', entityId: sale.eventId }
    const coupon = { code: 'SPRING', name: 'Spring', percentOff: '50', appliesPer: 'ORDER', scope }
    await must(admin, 'POST', '/boxoffice/v1/coupons', { coupon })
    const code = await aGiftCard('4.00')
    const { page, checkout, context, complaints } = await aBuyer(place, sale)
    await page.goto(base + checkout)
    const tryCode = async (label: string, typed: string) => {
      await page.getByRole('textbox', { name: label }).fill(typed)
      await page.getByRole('button', { name: `Add: ${label}` }).click()
    }
    await tryCode('Coupon code', 'nonsense')
    await page.getByText('There is no such coupon code.').waitFor()
    await page.getByRole('button', { name: 'Pay €20.00' }).waitFor()
    await tryCode('Coupon code', 'spring')
    await page.getByRole('button', { name: 'Pay €10.00' }).waitFor()
    await tryCode('Gift card code', 'nonsense')
    await page.getByText('There is no gift card with this code.').waitFor()
    await tryCode('Gift card code', code)
    await page.getByRole('button', { name: 'Pay €6.00' }).waitFor()
    await tryCode('Gift card code', code.toLowerCase())
    await page.getByText('This gift card is in use here already.').waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Pay €6.00' }).waitFor()
    await page.getByRole('button', { name: /Remove: Coupon/ }).click()
    await page.getByRole('button', { name: 'Pay €16.00' }).waitFor()
    await tryCode('Coupon code', 'SPRING')
    await page.getByRole('button', { name: 'Pay €6.00' }).waitFor()
    await fillIn(page)
    await page.getByRole('button', { name: 'Pay €6.00' }).click()
    await page.waitForURL(/\/test-payments\//)
    await page.getByRole('button', { name: 'Pay €6.00' }).click()
    await page.waitForURL(/\/orders\//)
    expect(await page.locator('h2').first().textContent()).toBe('Paid')
    expect(complaints.filter(complaint => !/status of 404/.test(complaint))).toEqual([])
    await context.close()
  })

  test('R58: a gift card that pays all of it needs no bank', async () => {
    const sale = await aSale(app)
    const code = await aGiftCard('50.00')
    const { page, checkout, context } = await aBuyer(place, sale)
    await page.goto(base + checkout)
    await fillIn(page)
    await page.getByRole('textbox', { name: 'Gift card code' }).fill(code)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Pay by gift card' }).click()
    await page.waitForURL(/\/orders\//)
    expect(await ordersOf(sale)).toEqual([{ status: 'PAID', email: 'ada@example.org' }])
    await context.close()
  })
})

describe('a form that asks for everything', () => {
  test('R158, R160, events 5.1: what is missing is said at its field and above, and the first is focused; then it is ordered', async () => {
    const sale = await aFullSale()
    const { page, checkout, context, complaints } = await aBuyer(place, sale)
    await page.goto(base + checkout)
    await page.getByRole('button', { name: /^Pay/ }).click()
    await page.getByRole('heading', { name: /answers are missing or wrong/ }).waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('buyer-firstName')
    expect(await page.getByRole('alert').textContent()).toContain('answers are missing or wrong')
    expect(await page.getByRole('link', { name: /^Ticket 2 of 2, Street address: / }).isVisible()).toBe(true)
    await looksGood(page, 'checkout with problems')

    const buyer = page.getByRole('region', { name: 'Who buys' })
    await buyer.getByLabel('First name').fill('Ada')
    await buyer.getByLabel('Last name').fill('Berg')
    await buyer.getByLabel('E-mail').fill('ada@example')
    for (const number of [1, 2]) {
      const ticket = page.getByRole('group', { name: `Ticket ${number} of 2` })
      await ticket.getByRole('button', { name: 'This ticket is for the buyer' }).click()
      await ticket.getByLabel(/E-?mail/).fill(`guest${number}@example.org`)
      await ticket.getByLabel('Phone').fill('+49 40 1234')
      await ticket.getByLabel('Street address').fill('Quay 4')
      await ticket.getByLabel('City').fill('Hamburg')
      await ticket.getByLabel('Country').fill('Germany')
      await ticket.getByLabel('Day of birth').fill('1990-05-31')
      await ticket.getByLabel('Without meat').check()
      await ticket.getByLabel('Cushion').check()
      await ticket.getByLabel('Programme').check()
    }
    await page.getByLabel('I have read and accept: House rules').check()
    await page.getByRole('button', { name: /^Pay/ }).click()
    await page.getByRole('heading', { name: '2 answers are missing or wrong' }).waitFor()
    expect(await page.getByRole('region', { name: 'Who buys' }).textContent()).toContain('such as name@example.org')
    await page.getByRole('link', { name: /Terms of sale: Please accept/ }).click()
    await page.keyboard.press('Space')
    await buyer.getByLabel('E-mail').fill('ada@example.org')
    await page.getByRole('button', { name: /^Pay/ }).click()
    await page.waitForURL(/\/test-payments\//)

    const [order] = await sql<
      { guestForms: { inputValues: { inputName: string; value?: string; values?: string[] }[] }[]; email: string }[]
    >`
      select guest_forms, email from orders where event_id = ${sale.eventId}`
    expect(order?.email).toBe('ada@example.org')
    expect(order?.guestForms).toHaveLength(2)
    expect(order?.guestForms[1]?.inputValues).toEqual(
      expect.arrayContaining([
        { inputName: 'email', value: 'guest2@example.org' },
        { inputName: 'address', values: ['Quay 4', 'Hamburg', 'Germany'] },
        { inputName: 'date', value: '1990-05-31' },
        expect.objectContaining({ values: ['Programme', 'Cushion'] }),
      ]),
    )
    expect(complaints).toEqual([])
    await context.close()
  }, 90_000)

  test('events 5.4.13: terms are read in a dialog, as text with structure: nothing of theirs runs or loads', async () => {
    const sale = await aFullSale()
    const { page, checkout, context, complaints } = await aBuyer(place, sale)
    await page.goto(base + checkout)
    await page.getByRole('button', { name: 'Read: House rules' }).click()
    const dialog = page.getByRole('dialog', { name: 'House rules' })
    expect(await dialog.locator('h3').textContent()).toBe('Be kind')
    expect(await dialog.locator('b').textContent()).toBe('everybody')
    expect(await dialog.locator('script, img').count()).toBe(0)
    expect(await accessibilityViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await dialog.count()).toBe(0)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Read')
    expect(complaints).toEqual([])
    await context.close()
  })
})

describe('pages', () => {
  test('WCAG 2.2: every page on the way looks right on phone and desk, in light and dark, and in German', async () => {
    const sale = await aSale(app, { definition: { name: 'Balkon' } })
    await allowOffline(sale)
    await aGiftCard('5.00')
    const { page, checkout, context } = await aBuyer(place, sale, { language: 'de' })
    await page.goto(base + checkout)
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await fillIn(page) // the form's labels are the organizer's
    await looksGood(page, 'checkout in German')
    await page.getByRole('button', { name: 'Jetzt kaufen: 20,00 €' }).click()
    await page.waitForURL(/\/test-payments\//)
    await looksGood(page, 'test payment')
    await page.getByRole('link', { name: 'Zurück, ohne zu zahlen' }).click()
    await page.waitForURL(/\/orders\//)
    await looksGood(page, 'order that waits')
    await page.getByRole('link', { name: 'Bestellung stornieren' }).click()
    await looksGood(page, 'cancel an order')
    await page.getByRole('link', { name: 'Behalten' }).click()
    await page.getByRole('button', { name: '20,00 € zahlen (Test)' }).click()
    await page.waitForURL(/\/test-payments\//)
    await page.getByRole('button', { name: '20,00 € zahlen' }).click()
    await page.waitForURL(/\/orders\//)
    await looksGood(page, 'order that is paid')
    await context.close()
  }, 120_000)

  test('WCAG 2.2: what stands in the way is said on a page that looks right', async () => {
    const sale = await aSale(app)
    const { page, checkout, context } = await aBuyer(place, sale)
    setNow('2030-05-01T12:21:00.000Z')
    await page.goto(base + checkout)
    await page.getByRole('heading', { name: 'The time to order has run out' }).waitFor()
    await looksGood(page, 'time is over')
    await context.close()
  }, 60_000)

  test('nothing jumps while the checkout comes up (CLS below 0.05)', async () => {
    const sale = await aFullSale()
    const { page, checkout, context } = await aBuyer(place, sale)
    await page.addInitScript(`
      globalThis.shifted = 0
      new PerformanceObserver(list => {
        for (const each of list.getEntries()) if (!each.hadRecentInput) globalThis.shifted += each.value
      }).observe({ type: 'layout-shift', buffered: true })`)
    await page.goto(base + checkout)
    await page.getByRole('button', { name: /^Pay/ }).waitFor()
    expect(await page.evaluate<number>('globalThis.shifted')).toBeLessThan(0.05)
    await context.close()
  })
})

describe('by the keyboard alone', () => {
  /** Presses Tab until something of this name is focused. */
  async function tabTo(page: Page, name: RegExp): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab')
      const named = await page.evaluate<string>(NAME_OF_FOCUSED)
      if (name.test(named)) return
    }
    throw new Error(`nothing called ${name} was reached`)
  }
  const NAME_OF_FOCUSED = `(() => {
    const it = document.activeElement
    return it.getAttribute('aria-label') ?? it.labels?.[0]?.textContent ?? it.textContent ?? ''
  })()`

  test('R167, R207: from the held tickets over form, terms and payment to the PDF in hand', async () => {
    const sale = await aSale(app)
    const policy = { name: 'Terms', body: 'Be kind.', eventId: sale.eventId }
    await must(admin, 'POST', '/events/v2/policies', { policy })
    const { page, checkout, context } = await aBuyer(place, sale, { width: 1280 })
    await page.goto(base + checkout)
    await page.getByRole('button', { name: 'Pay €20.00' }).waitFor()
    await tabTo(page, /^First name/)
    await page.keyboard.type('Ada')
    await tabTo(page, /^Last name/)
    await page.keyboard.type('Berg')
    await tabTo(page, /^E-?mail/)
    await page.keyboard.type('ada@example.org')
    await tabTo(page, /accept: Terms/)
    await page.keyboard.press('Space')
    await tabTo(page, /^Pay €20.00/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/test-payments\//)
    await tabTo(page, /^Pay €20.00/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/orders\//)
    await tabTo(page, /All tickets as a PDF/)
    const [pdf] = await Promise.all([page.waitForResponse(/tickets\.pdf/), page.keyboard.press('Enter')])
    expect([pdf.status(), pdf.headers()['content-type']]).toEqual([200, 'application/pdf'])
    await context.close()
  })
})
