import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { TestApp } from './app.ts'
import { must, reserveTickets } from './sale.ts'

/** A browser of somebody's own that holds tickets: its visitor's token is where our pages keep it. */
export type Buyer = {
  context: BrowserContext
  page: Page
  reservationId: string
  /** Path of the checkout page. */
  checkout: string
  slug: string
  /** What the browser complained about. */
  complaints: string[]
}

/** Holds `quantity` tickets as a new visitor, in a browser that looks like this. */
export async function aBuyer(
  { app, browser, base }: { app: TestApp; browser: Browser; base: string },
  { eventId, definitionId }: { eventId: string; definitionId: string },
  {
    quantity = 2,
    language = 'en',
    width = 390,
    colorScheme = 'light' as const,
  }: { quantity?: number; language?: string; width?: number; colorScheme?: 'light' | 'dark' } = {},
): Promise<Buyer> {
  const { body: tokens } = await must(app.anonymous, 'POST', '/oauth2/token', {
    clientId: app.siteId,
    grantType: 'anonymous',
  })
  const guest = app.callerOf({ authorization: tokens.access_token })
  const held = await reserveTickets(guest, definitionId, quantity)
  const reservationId: string = held.body.ticketReservation.id
  const { body } = await must(app.admin, 'GET', `/events/v3/events/${eventId}`)
  const context = await browser.newContext({
    locale: language,
    viewport: { width, height: 900 },
    colorScheme,
    reducedMotion: 'reduce',
    storageState: {
      cookies: [],
      origins: [
        {
          origin: base,
          localStorage: [
            {
              name: `boxoffice.visitor.${app.siteId}`,
              value: JSON.stringify({ ...tokens, endsAt: Date.now() + 3_600_000 }),
            },
          ],
        },
      ],
    },
  })
  const { page, complaints } = await aTab(context)
  const slug: string = body.event.slug
  const checkout = `/event-details/${encodeURIComponent(slug)}/ticket-form?reservationId=${reservationId}`
  return { context, page, reservationId, checkout, slug, complaints }
}

/** One more page of a browser, and what it complains about. */
export async function aTab(context: BrowserContext): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', error => complaints.push(String(error)))
  return { page, complaints }
}

/** Fills in name and e-mail, as in a form that asks for nothing else. */
export async function fillIn(page: Page): Promise<void> {
  await page.getByLabel('First name').fill('Ada')
  await page.getByLabel('Last name').fill('Berg')
  await page.getByLabel(/E-?mail/).fill('ada@example.org')
}
