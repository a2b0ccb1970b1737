import { createServer } from 'node:http'
import { redirects } from '@wix/redirects'
import { createClient, OAuthStrategy } from '@wix/sdk'
import { afterAll, expect, test } from 'vitest'
import { testBrowser } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { testServer } from '../support/server.ts'
import { fillIn } from '../support/shop.ts'
import { modules, organizer } from './clients.ts'

/* An organizer's own site sells through us: it holds tickets and sends its buyer here by the official client. */
const port = await freePort()
const { place, server } = await testServer({ PORT: String(port), BOXOFFICE_DEMO: '1' })
const browser = await testBrowser()

/** A site of the organizer's own: it only says that the buyer is back. */
const site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<h1>Thanks from us</h1>'))
const sitePort = await freePort()
await new Promise<void>(resolve => site.listen(sitePort, '127.0.0.1', resolve))
afterAll(() => site.close())
const own = `http://127.0.0.1:${sitePort}`

test('api 14.1, 14.2, 14.3, R167: from a redirect session over form and payment back to thankYouPageUrl', async () => {
  expect(server.https).not.toBeNull()
  const { wixEventsV2, ticketDefinitionsV2 } = organizer(place)
  const start = new Date(Date.now() + 30 * 86_400_000)
  const event = await wixEventsV2.createEvent(
    {
      title: 'By way of another site',
      location: { name: 'The hall', type: 'VENUE' },
      dateAndTimeSettings: {
        startDate: start,
        endDate: new Date(start.getTime() + 3 * 3_600_000),
        timeZoneId: 'Europe/Berlin',
      },
      registration: { initialType: 'TICKETING' },
    },
    {},
  )
  const definition = await ticketDefinitionsV2.createTicketDefinition(
    {
      eventId: event._id ?? '',
      name: 'Standard',
      feeType: 'FEE_INCLUDED',
      pricingMethod: { fixedPrice: { value: '10.00', currency: 'EUR' } },
    },
    {},
  )

  const tokens = await (
    await fetch(`https://${place.apiBaseUrl}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ clientId: place.siteId, grantType: 'anonymous' }),
    })
  ).json()
  const { access_token, refresh_token } = tokens as Record<string, string>
  const guest = createClient({
    modules: { ...modules, redirects },
    auth: OAuthStrategy({
      clientId: place.siteId,
      tokens: {
        accessToken: { value: access_token ?? '', expiresAt: Math.floor(Date.now() / 1000) + 3600 },
        refreshToken: { value: refresh_token ?? '', role: 'visitor' as never },
      },
    }),
    host: { apiBaseUrl: place.apiBaseUrl },
    useCDN: false,
  })
  const held = await guest.ticketReservations.createTicketReservation({
    tickets: [{ ticketDefinitionId: definition._id ?? '', quantity: 2 }],
  })
  const { redirectSession } = await guest.redirects.createRedirectSession({
    eventsCheckout: { reservationId: held._id ?? '', eventSlug: event.slug ?? '' },
    callbacks: { thankYouPageUrl: `${own}/thanks?from=us`, postFlowUrl: `${own}/back` },
  })

  const context = await browser.newContext({ locale: 'en', viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto(redirectSession?.fullUrl ?? '')
  expect(new URL(page.url()).pathname).toBe(`/event-details/${event.slug}/ticket-form`)
  await fillIn(page)
  await page.getByRole('button', { name: 'Pay €20.00' }).click()
  await page.waitForURL(/\/test-payments\//)
  // Who leaves the bank without paying finds the order, and the way back to where it began.
  await page.getByRole('link', { name: 'Back without paying' }).click()
  const back = page.getByRole('link', { name: `Back to 127.0.0.1:${sitePort}` })
  expect(await back.getAttribute('href')).toBe(`${own}/back`)
  await page.getByRole('button', { name: 'Pay €20.00 (test)' }).click()
  await page.waitForURL(/\/test-payments\//)
  await page.getByRole('button', { name: 'Pay €20.00' }).click()
  await page.waitForURL(`${own}/**`)
  const { pathname, searchParams } = new URL(page.url())
  expect(pathname).toBe('/thanks')
  expect(await page.locator('h1').textContent()).toBe('Thanks from us')
  const orderNumber = searchParams.get('orderNumber') ?? ''
  expect(Object.fromEntries(searchParams)).toEqual({ from: 'us', orderNumber, eventId: event._id })
  const order = await guest.orders.getOrder(
    { eventId: event._id ?? '', orderNumber },
    { fieldset: ['DETAILS', 'TICKETS'] },
  )
  expect(order).toMatchObject({ status: 'PAID', confirmed: true, email: 'ada@example.org' })
  expect(order.tickets).toHaveLength(2)
  await context.close()
}, 90_000)
