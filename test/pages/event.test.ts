import type { CDPSession, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, testBrowser } from '../support/browser.ts'
import { must } from '../support/sale.ts'
import { aSeatedSale } from '../support/seats.ts'
import { aShowcase, DESK, hydrated, keepPicture, LOOKS, PHONE, shopOf, TICKETS } from '../support/storefront.ts'

/*
 * The list of events and the page of an event in a real browser: every state at both sizes, light and dark, without
 * anything for axe or the console to say; and what people do with a page: press twice, reload, go back, open a second
 * tab, lose the network. `SCREENSHOTS=folder` keeps a picture of each state, to be looked at.
 */
const app = await testApp()
const { admin, sql, setNow, now } = app
const browser = await testBrowser()
const base = await app.app.listen({ port: 0, host: '127.0.0.1' })
const visit = shopOf(browser, base)
await sql`update sites set name = 'Harbour Hall' where site_id = ${app.siteId}`

const more = (page: Page, name: string) => page.getByRole('button', { name: `One more: ${name}` })
const get = (page: Page) => page.getByRole('button', { name: 'Get tickets' })
const heldIn = async (eventId: string) =>
  (await sql`select status from ticket_reservations where event_id = ${eventId} order by created_at`).map(
    ({ status }) => status,
  )
const cancel = (eventId: string) => must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
const change = (eventId: string, event: object) => must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event })

async function reserveAll(id: string | undefined, quantity: number): Promise<void> {
  await must(await app.visitor(), 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: { tickets: [{ ticketDefinitionId: id, quantity }] },
  })
}

type State = [name: string, prepare: () => Promise<string>, words: string]
const STATES: State[] = [
  [
    'the list',
    async () => {
      await aShowcase(app, { title: 'A quiet evening', mainImage: null }, TICKETS.slice(0, 1))
      const { eventId } = await aShowcase(app)
      const { body } = await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Concerts' } })
      await must(admin, 'POST', `/events/v1/categories/${body.category.id}/events`, { eventId: [eventId] })
      await must(admin, 'POST', '/events/v1/categories', { category: { name: 'Theatre' } })
      return '/'
    },
    'Lanterns over the Harbour',
  ],
  ['a list without a find', async () => '/?q=nothing+like+it', 'Nothing found'],
  [
    'tickets of every kind',
    async () => {
      const { path, eventId } = await aShowcase(app)
      await must(admin, 'POST', '/events/v2/policies', {
        policy: { eventId, name: 'House rules', body: '<p>Be kind.</p>' },
      })
      return path
    },
    'Your price per ticket',
  ],
  [
    'seats',
    async () => {
      const { eventId } = await aSeatedSale(app)
      const { body } = await must(admin, 'GET', `/events/v3/events/${eventId}`)
      return `/event-details/${body.event.slug}`
    },
    'left',
  ],
  [
    'sold out, for now',
    async () => {
      const { path, ids } = await aShowcase(app, {}, [{ ...TICKETS[0], initialLimit: 12 }])
      await reserveAll(ids[0], 12)
      return path
    },
    'All tickets are in baskets; 12 may return within 20 minutes.',
  ],
  ['not on sale yet', async () => (await aShowcase(app, {}, TICKETS.slice(4))).path, 'On sale from'],
  [
    'canceled',
    async () => {
      const { path, eventId } = await aShowcase(app)
      await cancel(eventId)
      return path
    },
    'This event was canceled',
  ],
  [
    'over',
    async () =>
      (
        await aShowcase(app, {
          dateAndTimeSettings: {
            startDate: '2030-04-01T18:00:00Z',
            endDate: '2030-04-01T21:00:00Z',
            timeZoneId: 'Europe/Berlin',
          },
        })
      ).path,
    'This event is over',
  ],
  [
    'closed',
    async () => {
      const { path, eventId } = await aShowcase(app)
      await change(eventId, { registration: { registrationPaused: true } })
      return path
    },
    'Registration is closed',
  ],
  [
    'tickets elsewhere',
    async () => {
      const { path, eventId } = await aShowcase(app)
      await change(eventId, { registration: { external: { url: 'https://tickets.example.org/1' } } })
      return path
    },
    'Tickets are sold elsewhere',
  ],
  [
    'an answer without tickets',
    async () =>
      (
        await aShowcase(
          app,
          {
            registration: { initialType: 'RSVP', rsvp: { responseType: 'YES_AND_NO' } },
          },
          [],
        )
      ).path,
    'Will you come?',
  ],
  ['nothing here', async () => '/event-details/nothing-like-it', 'Nothing here'],
  [
    'right to left',
    async () =>
      (
        await aShowcase(
          app,
          {
            title: 'أمسية موسيقية في الميناء',
            shortDescription: 'موسيقى تحت الفوانيس (2030)',
          },
          [{ ...TICKETS[0], name: 'شرفة – بالغ' }],
        )
      ).path,
    'أمسية',
  ],
]

describe.each(STATES)('%s', (name, prepare, words) => {
  let path: Promise<string> | undefined
  test.each(LOOKS)('at $viewport.width px, $colorScheme', async look => {
    path ??= prepare()
    await using visited = await visit(await path, look)
    const { page, complaints } = visited
    await page.getByText(words).first().waitFor()
    await keepPicture(page, `${name.replaceAll(/\W+/g, '-')}-${look.viewport.width}-${look.colorScheme}`)
    expect(await accessibilityViolations(page)).toEqual([])
    expect(complaints.filter(each => !/404/.test(each) || name !== 'nothing here')).toEqual([])
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect(overflow).toBeLessThanOrEqual(0)
  })
})

test('a page is laid out from right to left without anything that sticks out', async () => {
  const { path } = await aShowcase(app, { title: 'أمسية في الميناء' })
  await using visited = await visit(path)
  const { page } = visited
  await page.evaluate(`document.documentElement.dir = 'rtl'`)
  const [home, languages] = await Promise.all([
    page.getByRole('link', { name: 'Harbour Hall' }).boundingBox(),
    page.getByRole('navigation', { name: 'Language' }).boundingBox(),
  ])
  expect(home?.x).toBeGreaterThan(languages?.x ?? 0)
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
})

test('by keyboard alone: from the list to held tickets', async () => {
  await sql`update events set published_at = null where canceled_at is null`
  const { eventId, path } = await aShowcase(app, { title: 'Keys only' })
  await using visited = await visit('/')
  const { page, complaints } = visited
  const focused = () =>
    page.evaluate<string>(`(document.activeElement?.ariaLabel || document.activeElement?.textContent) ?? ''`)
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab')
      if ((await focused()).startsWith(name)) return
    }
    throw new Error(`${name} cannot be reached`)
  }
  await tabTo('Skip to the content')
  await tabTo('Keys only')
  await page.keyboard.press('Enter')
  await page.waitForURL(base + path)
  await hydrated(page)
  await tabTo('One more: Standing')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Space')
  expect(await page.getByRole('status').allTextContents()).toContain('2 tickets: Standing')
  await tabTo('Get tickets')
  await page.keyboard.press('Enter')
  await page.waitForURL(/ticket-form\?reservationId=/)
  expect(await heldIn(eventId)).toEqual(['PENDING'])
  expect(complaints).toEqual([])
})

test('two tickets of one kind and one that the guest prices are held as they were picked', async () => {
  const { path, ids } = await aShowcase(app)
  await using visited = await visit(path, { viewport: DESK })
  const { page } = visited
  await more(page, 'Balcony, Adult').click()
  await more(page, 'Balcony, Student').click()
  await more(page, 'Supporter').click()
  await get(page).click()
  expect(await page.getByRole('alert').allTextContents()).toContain('Say what you want to pay for “Supporter”.')
  const price = page.getByLabel('Your price per ticket')
  expect(await page.evaluate<string>('document.activeElement?.id')).toBe(`price-${ids[2]}`)
  await price.fill('4')
  expect(await page.getByText('Enter an amount of at least €5.00.').isVisible()).toBe(true)
  await price.fill('7,50')
  expect(await page.getByText('3 tickets · €61.50').first().isVisible()).toBe(true)
  await get(page).click()
  await page.waitForURL(/ticket-form/)
  const lines = await sql`
    select quantity, price_minor, pricing_option_name
      from ticket_reservation_lines
     where ticket_definition_id = any(${ids})
     order by price_minor`
  expect(lines.map(each => [each.quantity, each.priceMinor, each.pricingOptionName])).toEqual([
    [1, 750, null],
    [1, 1800, 'Student'],
    [1, 3600, 'Adult'],
  ])
})

test('pressing twice holds once', async () => {
  const { path, eventId } = await aShowcase(app)
  await using visited = await visit(path)
  const { page } = visited
  await more(page, 'Standing').click()
  await get(page).dblclick()
  await page.waitForURL(/ticket-form/)
  expect(await heldIn(eventId)).toEqual(['PENDING'])
})

test('who comes back, reloads or opens a second tab finds what is held, and gives it back once', async () => {
  const { path, eventId } = await aShowcase(app)
  await using visited = await visit(path)
  const { page } = visited
  await more(page, 'Standing').click()
  await get(page).click()
  await page.waitForURL(/ticket-form/)
  await page.goBack()
  await page.getByText('You hold 1 ticket').waitFor()
  await page.reload()
  await page.getByText('You hold 1 ticket').waitFor()
  const second = await page.context().newPage()
  await second.goto(base + path)
  await second.getByText('You hold 1 ticket').waitFor()
  await keepPicture(second, 'held-390-light')
  expect(await accessibilityViolations(second)).toEqual([])
  await second.getByRole('button', { name: 'Give back and choose again' }).click()
  // The choice is still there in the tab where it was made.
  await second.getByRole('link', { name: 'Choose tickets' }).waitFor()
  await get(page).waitFor()
  expect(await page.getByText('1 ticket · €24.00').last().isVisible()).toBe(true)
  expect(await heldIn(eventId)).toEqual(['CANCELED_MANUALLY'])
})

test('when the time has run out, the page says so and the choice is still there', async () => {
  const { path } = await aShowcase(app)
  await using visited = await visit(path)
  const { page } = visited
  await more(page, 'Standing').click()
  await get(page).click()
  await page.waitForURL(/ticket-form/)
  const before = now()
  // A minute and a few seconds before the end, so that the last announcement but one is heard.
  setNow(new Date(before.getTime() + 19 * 60_000 - 3000))
  await page.goto(base + path)
  await page.getByText('You hold 1 ticket').waitFor()
  await page.getByText('1:00', { exact: true }).waitFor()
  expect(await page.getByRole('alert').allTextContents()).toContain('Your tickets are held for 1 more minute.')
  expect(await page.title()).toMatch(/^\d:\d\d · Lanterns over the Harbour/)
  setNow(new Date(before.getTime() + 20 * 60_000))
  await page.reload()
  await page.getByText('Your time ran out, and the tickets went back').waitFor()
  await keepPicture(page, 'run-out-390-light')
  await get(page).click()
  await page.waitForURL(/ticket-form/)
})

test('a browser that is no longer known says so, and starts anew', async () => {
  const { path } = await aShowcase(app)
  await using visited = await visit(path)
  const { page } = visited
  await more(page, 'Standing').click()
  await get(page).click()
  await page.waitForURL(/ticket-form/)
  await page.evaluate(`localStorage.removeItem('boxoffice.visitor.${app.siteId}')`)
  await page.goto(base + path)
  await page.getByText('We no longer know this browser').waitFor()
  await get(page).click()
  await page.waitForURL(/ticket-form/)
})

test('who was too slow is told how many are left, and goes on with those', async () => {
  const { path, ids } = await aShowcase(app, {}, [{ ...TICKETS[0], initialLimit: 5 }])
  await using visited = await visit(path)
  const { page } = visited
  for (let picked = 0; picked < 5; picked++) await more(page, 'Standing').click()
  // Nothing is told to this page meanwhile.
  await page.route('**/availability**', route => route.abort())
  await page.evaluate(`dispatchEvent(new Event('online'))`)
  await reserveAll(ids[0], 3)
  await get(page).click()
  await page.getByText('Only 2 tickets can still be had').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
})

test('what others take is seen at once, with a choice that can no longer be had made smaller', async () => {
  const { path, ids } = await aShowcase(app, {}, [{ ...TICKETS[0], initialLimit: 5 }])
  await using visited = await visit(path)
  const { page } = visited
  for (let picked = 0; picked < 5; picked++) await more(page, 'Standing').click()
  await reserveAll(ids[0], 3)
  await page.getByText('2 left').waitFor()
  await page.getByText('3 held').waitFor()
  await page.getByText('2 tickets · €48.00').last().waitFor()
})

test('no more can be picked than one order may have', async () => {
  const { path, eventId } = await aShowcase(app)
  await change(eventId, { registration: { tickets: { ticketLimitPerOrder: 2 } } })
  await using visited = await visit(path)
  const { page } = visited
  await more(page, 'Standing').click()
  await more(page, 'Balcony, Adult').click()
  expect(await more(page, 'Standing').getAttribute('aria-disabled')).toBe('true')
  await more(page, 'Standing').click({ force: true })
  expect(await page.getByText('2 tickets · €60.00').last().isVisible()).toBe(true)
})

test('without a network nothing is lost: the page says so, and goes on when it is back', async () => {
  const { path, eventId } = await aShowcase(app)
  await using visited = await visit(path)
  const { page } = visited
  await more(page, 'Standing').click()
  await page.context().setOffline(true)
  await page.getByText('You are offline.').waitFor()
  await get(page).click()
  await page.getByText('The connection broke').waitFor()
  await keepPicture(page, 'offline-390-light')
  expect(await accessibilityViolations(page)).toEqual([])
  await page.context().setOffline(false)
  await page.getByText('You are offline.').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.waitForURL(/ticket-form/)
  expect(await heldIn(eventId)).toEqual(['PENDING'])
})

test('a server that is too busy is asked again by itself', async () => {
  const { path, eventId } = await aShowcase(app)
  await using visited = await visit(path)
  const { page } = visited
  let refused = 0
  await page.route('**/events/v1/ticket-reservations', route =>
    refused++ < 1
      ? route.fulfill({ status: 503, headers: { 'retry-after': '1' }, json: { message: '', details: {} } })
      : route.continue(),
  )
  await more(page, 'Standing').click()
  await get(page).click()
  await page.getByText('Many people are getting tickets right now').waitFor()
  await page.waitForURL(/ticket-form/)
  expect(await heldIn(eventId)).toEqual(['PENDING'])
})

test('another price than the page said is told before anybody goes on', async () => {
  const { path, ids } = await aShowcase(app, {}, TICKETS.slice(0, 1))
  await using visited = await visit(path)
  const { page } = visited
  await more(page, 'Standing').click()
  const { body } = await must(admin, 'GET', `/events/v3/ticket-definitions/${ids[0]}`)
  await must(admin, 'PATCH', `/events/v3/ticket-definitions/${ids[0]}`, {
    ticketDefinition: {
      revision: body.ticketDefinition.revision,
      pricingMethod: { fixedPrice: { value: '30.00', currency: 'EUR' } },
    },
  })
  await get(page).click()
  const dialog = page.getByRole('dialog', { name: 'The price has changed' })
  await dialog.getByText('This page said €24.00; the tickets that are held for you now cost €30.00.').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await dialog.getByRole('link', { name: 'Go on' }).click()
  await page.waitForURL(/ticket-form/)
})

test('an answer to an event without tickets is sent once, and says what became of it', async () => {
  const { path, eventId } = await aShowcase(app, { registration: { initialType: 'RSVP' } }, [])
  await using visited = await visit(path)
  const { page, complaints } = visited
  await page.getByRole('button', { name: 'Register' }).click()
  expect(await page.getByText('Fill this in.').count()).toBe(3)
  await page.getByLabel('First name').fill('Ada')
  await page.getByLabel('Last name').fill('Berg')
  await page.getByLabel(/E-?mail/).fill('ada@example.org')
  await page.getByRole('button', { name: 'Register' }).dblclick()
  await page.getByText('You are registered').waitFor()
  const code = page.getByRole('img', { name: 'Code for the entrance' })
  await expect
    .poll(() => code.evaluate(image => (image as unknown as { naturalWidth: number }).naturalWidth))
    .toBeGreaterThan(300)
  expect(await accessibilityViolations(page)).toEqual([])
  expect(await sql`select status, email from rsvps where event_id = ${eventId}`).toEqual([
    { status: 'YES', email: 'ada@example.org' },
  ])
  expect(await accessibilityViolations(page)).toEqual([])
  expect(complaints).toEqual([])
})

test('a guest asks to be told when a sale opens, and is asked by mail whether that is meant', async () => {
  const { path, ids } = await aShowcase(app, {}, TICKETS.slice(4))
  await using visited = await visit(path)
  const { page } = visited
  await page.getByText('Mail me when the sale opens').click()
  const form = page.getByRole('form', { name: /Mail me when the sale opens/ })
  await form.getByLabel('E-mail').fill('nonsense')
  await form.getByRole('button', { name: 'Tell me' }).click()
  await form.getByText('Enter an e-mail address.').waitFor()
  await form.getByLabel('E-mail').fill('ada@example.org')
  expect(await accessibilityViolations(page)).toEqual([])
  await form.getByRole('button', { name: 'Tell me' }).click()
  await page.getByText('Look into your mail').waitFor()
  const asked = await sql`select address from mails where address = 'ada@example.org' and data::text like '%/%'`
  expect([asked.length > 0, ids.length]).toEqual([true, 1])
})

test('the moment is also said in the zone of whoever is elsewhere', async () => {
  const { path } = await aShowcase(app)
  await using visited = await visit(path, { timezoneId: 'America/New_York' })
  await visited.page.getByText(/Your time: Saturday, June 1, 2030.*2:00.*5:00.*PM.*EDT/).waitFor()
})

test('more events are added to the list, and the address says so', async () => {
  await sql`update events set published_at = null where canceled_at is null`
  for (let night = 1; night <= 26; night++) {
    const day = String(night).padStart(2, '0')
    await aShowcase(
      app,
      {
        title: `Night ${night}`,
        dateAndTimeSettings: {
          startDate: `2030-07-${day}T18:00:00Z`,
          endDate: `2030-07-${day}T21:00:00Z`,
          timeZoneId: 'Europe/Berlin',
        },
      },
      [],
    )
  }
  await using visited = await visit('/')
  const { page } = visited
  expect(await page.getByRole('heading', { level: 2 }).count()).toBe(24)
  await page.getByRole('link', { name: 'More events' }).click()
  await page.getByRole('heading', { name: 'Night 26' }).waitFor()
  expect(new URL(page.url()).search).toBe('?page=2')
  expect(await page.getByRole('heading', { level: 2 }).count()).toBe(26)
  await page.getByLabel('Search events').fill('night 7')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.waitForURL(/\?q=night/)
  await page
    .getByText('4 events found.')
    .or(page.getByText(/events? found/))
    .waitFor()
})

describe('on a slow phone', () => {
  const slow = async (client: CDPSession) => {
    await client.send('Network.enable')
    await client.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: (1.6 * 1024 * 1024) / 8,
      uploadThroughput: (750 * 1024) / 8,
    })
    await client.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  }

  test.each(['/', 'event'])('%s is there within two and a half seconds, and nothing jumps', async which => {
    const { path } = await aShowcase(app)
    const context = await browser.newContext({ viewport: PHONE, locale: 'en-US' })
    await context.route('https://pictures.example/**', route =>
      route.fulfill({
        contentType: 'image/svg+xml',
        body: '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><rect width="1600" height="900" fill="#345"/></svg>',
      }),
    )
    const page = await context.newPage()
    await page.addInitScript(`
      window.largest = 0; window.shifted = 0
      new PerformanceObserver(list => { for (const each of list.getEntries()) window.largest = each.startTime })
        .observe({ type: 'largest-contentful-paint', buffered: true })
      new PerformanceObserver(list => { for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value })
        .observe({ type: 'layout-shift', buffered: true })`)
    await slow(await context.newCDPSession(page))
    await page.goto(base + (which === 'event' ? path : which))
    await hydrated(page)
    await page.waitForTimeout(500)
    const { largest, shifted } = await page.evaluate<{ largest: number; shifted: number }>('({ largest, shifted })')
    await context.close()
    expect(largest).toBeGreaterThan(0)
    expect(largest).toBeLessThan(2500)
    expect(shifted).toBeLessThan(0.05)
  })
})

test('a page loads less than 130 KB of script', async () => {
  const { path } = await aShowcase(app)
  for (const at of ['/', path, `${path}/ticket-form`]) {
    const { body } = await app.anonymous('GET', at)
    const scripts = [...String(body).matchAll(/(?:modulepreload" href|module" src)="([^"]+)"/g)].map(
      ([, address]) => address ?? '',
    )
    const sizes = await Promise.all(
      scripts.map(async url => {
        const { rawPayload, headers } = await app.app.inject({ url, headers: { 'accept-encoding': 'gzip' } })
        expect(headers['content-encoding']).toBe('gzip')
        return rawPayload.length
      }),
    )
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    expect(scripts.length).toBeGreaterThan(3)
    expect(bytes).toBeLessThan(130 * 1024)
  }
})
