import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Letter, letterMarkup } from '../../src/mail/letter.ts'
import { tellGuests } from '../../src/notifications/tell.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, testBrowser } from '../support/browser.ts'
import { aMailServer, postThrough } from '../support/mail.ts'
import { anOrder } from '../support/orders.ts'
import { FREE, must } from '../support/sale.ts'

/*
 * Mails as phones and desks show them, in a real browser. `SCREENSHOTS=folder` keeps a picture of each, to be looked at.
 */
const app = await testApp()
const { sql, siteId, admin, now } = app
const server = await aMailServer()
const post = postThrough(app, server)
const browser = await testBrowser()

const MAILS: Record<'tickets' | 'a cancelation' | 'right to left', string> = {
  tickets: '',
  'a cancelation': '',
  'right to left': '',
}

beforeAll(async () => {
  await sql`update sites set name = 'Harbour Hall', locale = 'de-DE' where site_id = ${siteId}`
  const definition = { ...FREE, name: 'Balkon, erste Reihe' }
  const { eventId } = await anOrder(app, { definition, quantity: 3 })
  const address = { addressLine: 'Quay 4', city: 'Hamburg', country: 'DE', postalCode: '20457' }
  await sql`
    update events
       set title = 'Lanterns over the Harbour and a very long evening with everybody',
           location = ${sql.json({ name: 'Harbour Hall', type: 'VENUE', locationTbd: false, address })}
     where event_id = ${eventId}`
  await tellGuests(sql, now())
  await post()
  MAILS.tickets = server.taken()[0]?.mail.html ?? ''
  await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
  for (let round = 0; round < 2; round += 1) {
    await tellGuests(sql, now())
    await post()
  }
  MAILS['a cancelation'] = server.taken()[0]?.mail.html ?? ''
  MAILS['right to left'] = letterMarkup(ARABIC)
})

/** A language that is another folder of texts. */
const ARABIC: Letter = {
  language: 'ar',
  direction: 'rtl',
  from: 'Harbour Hall',
  title: 'أمسية موسيقية في الميناء',
  notice: { tone: 'wait', text: 'تغير الموعد أو المكان.' },
  greeting: 'مرحبا آدا،',
  body: 'شكرا لطلبك. التذاكر مرفقة بهذه الرسالة.',
  facts: [
    ['الموعد', '١ يونيو ٢٠٣٠ في ٨:٠٠ م'],
    ['المكان', 'Harbour Hall, Quay 4, 20457 Hamburg'],
  ],
  links: [
    ['كل التذاكر', 'http://127.0.0.1:8080/a'],
    ['الفاتورة', 'http://127.0.0.1:8080/b'],
  ],
  footer: ['تصلك هذه الرسالة لأنك طلبت تذاكر من Harbour Hall.'],
  unsubscribe: ['لا مزيد من هذه الرسائل', 'http://127.0.0.1:8080/c'],
}

type Name = keyof typeof MAILS

describe.each(Object.keys(MAILS) as Name[])('a mail: %s', name => {
  test.each([390, 800].flatMap(width => (['light', 'dark'] as const).map(colorScheme => ({ width, colorScheme }))))(
    'at $width in $colorScheme fits, can be read by everybody, and loads nothing',
    async ({ width, colorScheme }) => {
      const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme })
      const page = await context.newPage()
      const requests: string[] = []
      page.on('request', request => requests.push(request.url()))
      await page.setContent(MAILS[name])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      const ground = await page.evaluate(`getComputedStyle(document.querySelector('.paper')).backgroundColor`)
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(27, 30, 36)' : 'rgb(255, 255, 255)')
      if (process.env.SCREENSHOTS) {
        await mkdir(process.env.SCREENSHOTS, { recursive: true })
        const path = join(process.env.SCREENSHOTS, `mail ${name} ${width} ${colorScheme}.png`)
        await page.screenshot({ path, fullPage: true })
      }
      expect(await accessibilityViolations(page)).toEqual([])
      expect(requests).toEqual([])
      await context.close()
    },
  )
})
