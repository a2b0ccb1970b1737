import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { TestApp } from './app.ts'
import { must } from './sale.ts'

/* Guests' pages in a browser, and events to look at. */

export const PHONE = { width: 390, height: 844 }
export const DESK = { width: 1280, height: 900 }
export const LOOKS = [PHONE, DESK].flatMap(viewport =>
  (['light', 'dark'] as const).map(colorScheme => ({ viewport, colorScheme })),
)

/** A page of a visitor who came for the first time, and what the browser had to complain about. */
export type Visit = { page: Page; complaints: string[]; [Symbol.asyncDispose]: () => Promise<void> }

export function shopOf(browser: Browser, base: string) {
  return async (path: string, options: BrowserContextOptions = {}): Promise<Visit> => {
    const context = await browser.newContext({
      locale: 'en-US',
      timezoneId: 'Europe/Berlin',
      viewport: PHONE,
      reducedMotion: 'reduce',
      ...options,
    })
    await context.route('https://pictures.example/**', route =>
      route.fulfill({ contentType: 'image/svg+xml', body: PICTURE }),
    )
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(base + path)
    await hydrated(page).catch(error => {
      throw new Error(`the script of ${path} did not take over: ${complaints.join(' | ')}`, { cause: error })
    })
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
  }
}

/** Until the script has taken the page over. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-ready]').waitFor({ state: 'attached', timeout: 10_000 })
}

/** Keeps a picture, where `SCREENSHOTS` names a folder. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900">
<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#14213d"/><stop offset=".6" stop-color="#7a3b69"/><stop offset="1" stop-color="#f4a259"/></linearGradient></defs>
<rect width="1600" height="900" fill="url(#sky)"/><path d="M0 700h1600v200H0z" fill="#0d1526"/>
${[200, 520, 800, 1130, 1400].map((x, index) => `<circle cx="${x}" cy="${380 + (index % 3) * 90}" r="${34 + index * 5}" fill="#ffd479" opacity=".9"/>`).join('')}
</svg>`

type Content = Record<string, unknown>

/** An event, published unless it is to be a draft, with tickets of each kind, as a guest may find it; members of the event may be others. */
export async function aShowcase(
  { admin }: Pick<TestApp, 'admin'>,
  event: Content = {},
  definitions: Content[] = TICKETS,
  { draft = false }: { draft?: boolean } = {},
) {
  const { body } = await must(admin, 'POST', '/events/v3/events', {
    draft,
    event: {
      title: 'Lanterns over the Harbour',
      shortDescription: 'An evening of brass and strings by the water.',
      detailedDescription: `<h2>The programme</h2><p>Forty musicians play under <strong>two thousand lanterns</strong>. Doors
        open an hour before; warm drinks at the quay.</p><ul><li>Seats under cover on the balcony</li><li>Dogs are welcome</li></ul>
        <script>alert(1)</script>`,
      mainImage: {
        id: 'lanterns',
        url: 'https://pictures.example/lanterns.svg',
        width: 1600,
        height: 900,
        altText: 'Lanterns',
      },
      location: {
        name: 'Harbour Hall',
        type: 'VENUE',
        address: { addressLine: 'Quay 4', city: 'Hamburg', country: 'DE', postalCode: '20457' },
      },
      dateAndTimeSettings: {
        startDate: '2030-06-01T18:00:00Z',
        endDate: '2030-06-01T21:00:00Z',
        timeZoneId: 'Europe/Berlin',
      },
      registration: { initialType: 'TICKETING' },
      ...event,
    },
    fields: ['REGISTRATION'],
  })
  const ids: string[] = []
  for (const definition of definitions) {
    const made = await must(admin, 'POST', '/events/v3/ticket-definitions', {
      ticketDefinition: { eventId: body.event.id, feeType: 'FEE_INCLUDED', ...definition },
    })
    ids.push(made.body.ticketDefinition.id)
  }
  const slug: string = body.event.slug
  return { eventId: body.event.id as string, slug, path: `/event-details/${encodeURIComponent(slug)}`, ids }
}

const eur = (value: string) => ({ value, currency: 'EUR' })

export const TICKETS: Content[] = [
  { name: 'Standing', initialLimit: 300, pricingMethod: { fixedPrice: eur('24.00') } },
  {
    name: 'Balcony',
    description: 'Numbered seats under cover.',
    initialLimit: 8,
    pricingMethod: {
      pricingOptions: {
        optionDetails: [
          { name: 'Adult', price: eur('36.00') },
          { name: 'Student', price: eur('18.00') },
        ],
      },
    },
  },
  { name: 'Supporter', pricingMethod: { guestPrice: eur('5.00') }, policyText: 'Not refundable.' },
  { name: 'Open rehearsal', initialLimit: 50, pricingMethod: { fixedPrice: eur('0') }, feeType: 'NO_FEE' },
  {
    name: 'Late entry',
    initialLimit: 40,
    pricingMethod: { fixedPrice: eur('12.00') },
    salePeriod: { startDate: '2030-05-20T08:00:00Z', endDate: '2030-06-01T18:00:00Z', displayNotOnSale: true },
  },
]
