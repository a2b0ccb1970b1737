import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { testBrowser } from '../support/browser.ts'
import { aSale, FREE, must, reserveTickets } from '../support/sale.ts'

/* What listens on our pages (web/shared/live.ts), in a real browser and on a page of its own. */
const app = await testApp()
const browser = await testBrowser()
const base = await app.app.listen({ port: 0, host: '127.0.0.1' })
const script = stripTypeScriptTypes(await readFile(new URL('../../web/shared/live.ts', import.meta.url), 'utf8'))

test('a page is told what is left; it asks while its stream is cut, and listens again', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 10 } })
  const guest = await app.visitor()
  const page = await browser.newPage()
  await page.route(`${base}/watching`, route =>
    route.fulfill({
      contentType: 'text/html',
      body: `<title>Watching</title><output></output><script type="module">
        import { listenToEvent } from '/live.js'
        const show = state => { document.querySelector('output').textContent = state?.unsold ?? 'gone' }
        listenToEvent('${eventId}', show)
      </script>`,
    }),
  )
  await page.route(`${base}/live.js`, route => route.fulfill({ contentType: 'text/javascript', body: script }))
  const asked: string[] = []
  page.on('request', request => request.url().endsWith('/availability') && asked.push(request.url()))
  const shown = () => page.locator('output').textContent()
  const streams = async () => (await must(app.anonymous, 'GET', '/metrics')).body

  await page.goto(`${base}/watching`)
  await expect.poll(shown).toBe('10')
  await reserveTickets(guest, definitionId, 1)
  await expect.poll(shown).toBe('9')
  expect(asked).toEqual([])

  await page.route('**/stream', route => route.fulfill({ status: 503 }))
  app.app.server.closeAllConnections()
  await expect.poll(() => asked.length).toBeGreaterThan(0)
  await reserveTickets(guest, definitionId, 2)
  await expect.poll(shown).toBe('7')
  expect(await streams()).toMatch(/^boxoffice_live_streams 0$/m)

  await page.unroute('**/stream')
  await page.evaluate('dispatchEvent(new Event("online"))')
  await expect.poll(streams).toMatch(/^boxoffice_live_streams 1$/m)
  const askedUntilNow = asked.length
  await reserveTickets(guest, definitionId, 3)
  await expect.poll(shown).toBe('4')
  expect(asked.length).toBe(askedUntilNow)

  await must(app.admin, 'DELETE', `/events/v3/events/${eventId}`)
  await expect.poll(shown).toBe('gone')
  await page.close()
  await expect.poll(streams).toMatch(/^boxoffice_live_streams 0$/m)
})
