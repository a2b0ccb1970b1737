import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { anOrder, follow } from '../../test/support/orders.ts'
import { readPdf } from '../../test/support/pdf.ts'
import { must } from '../../test/support/sale.ts'

const app = await testApp()
const { sql, siteId, admin, setNow } = app
beforeEach(async () => {
  setNow('2030-05-01T12:00:00.000Z')
  await sql`update sites set locale = 'en-US' where site_id = ${siteId}`
})

const FREE = { pricingMethod: { fixedPrice: { value: '0', currency: 'EUR' } } }

/** An order of somebody whose browser sends these headers. */
async function anOrderOf(headers: Record<string, string>) {
  const guest = await app.visitor()
  const seller: Caller = (method, url, body) => guest(method, url, body, headers)
  return anOrder({ ...app, visitor: async () => seller }, { definition: FREE })
}

const read = async (url: string, headers: Record<string, string> = {}) => {
  const { markup, text, ...answer } = await follow(app, url, headers)
  return { ...answer, markup, text, language: /<html lang="([^"]+)" dir="ltr">/.exec(markup)?.[1] }
}

describe('the language of an order', () => {
  test('R167: is what its buyer read when it was made, on its page, its tickets and their codes', async () => {
    const { order, orderPageUrl } = await anOrderOf({ 'accept-language': 'de-DE,de;q=0.9,en;q=0.5' })
    const page = await read(orderPageUrl)
    expect(page.language).toBe('de')
    expect(page.text).toContain(`Bestellung ${order.orderNumber}`)
    expect(page.text).toContain('1. Juni 2030 um 20:00 – 2. Juni 2030 um 00:00')
    expect(page.text).toContain('Summe 0,00 €')
    const url = `/events/v1/events/${order.eventId}/orders/${order.orderNumber}?fieldset=DETAILS&fieldset=TICKETS`
    const { ticketsPdf, tickets } = (await must(admin, 'GET', url)).body.order
    for (const pdf of [ticketsPdf, tickets[0].ticketPdfUrl]) {
      const { pages, language } = await readPdf((await follow(app, pdf)).bytes)
      expect(language).toBe('de')
      expect(pages[0]?.lines).toContain('Ticketnummer')
    }
  })

  test('R167: is the site’s, with its own dates, where nobody says or the site is written in it', async () => {
    expect((await read((await anOrderOf({})).orderPageUrl)).text).toContain('June 1, 2030 at 8:00 PM')
    await sql`update sites set locale = 'de-AT' where site_id = ${siteId}`
    const { text } = await read((await anOrderOf({ 'accept-language': 'de-DE' })).orderPageUrl)
    expect(text).toContain('Summe € 0,00')
    expect((await read((await anOrderOf({ 'accept-language': 'fr' })).orderPageUrl)).language).toBe('de')
  })

  test('R167: each page is there in every language, and what was chosen is kept', async () => {
    const { orderPageUrl } = await anOrderOf({ 'accept-language': 'de' })
    const { markup } = await read(orderPageUrl)
    const [, search = ''] = /href="([^"]+)" lang="en" hreflang="en"/.exec(markup) ?? []
    const chosen = await read(new URL(search.replaceAll('&amp;', '&'), orderPageUrl).href)
    expect(chosen.language).toBe('en')
    expect(chosen.headers['set-cookie']).toBe('language=en; Path=/; Max-Age=31536000; SameSite=Lax')
    const later = await read(orderPageUrl, { cookie: 'a=b; language=en' })
    expect(later.language).toBe('en')
    expect(later.headers).not.toHaveProperty('set-cookie')
    // A browser that asks for something else by itself has chosen nothing.
    expect((await read(orderPageUrl, { 'accept-language': 'en' })).language).toBe('de')
  })

  test('R194: the page behind a code is in the language of whoever scans it', async () => {
    const { order } = await anOrderOf({ 'accept-language': 'de' })
    const url = order.tickets[0].checkInUrl
    expect((await read(url)).language).toBe('en')
    expect((await read(url, { 'accept-language': 'de' })).text).toContain('Ein echtes Ticket')
    expect((await read(`${url}x`, { 'accept-language': 'de' })).text).toContain('Dieser Code ist nicht von uns.')
  })

  test.each(['xx', '', '"><script>', 'de&lang=en'])('?lang=%s chooses nothing', async lang => {
    const { orderPageUrl } = await anOrderOf({})
    const page = await read(`${orderPageUrl}&lang=${lang}`)
    expect([page.status, page.language]).toEqual([200, 'en'])
    expect(page.headers).not.toHaveProperty('set-cookie')
    expect(page.markup).not.toContain('"><script>')
  })
})
