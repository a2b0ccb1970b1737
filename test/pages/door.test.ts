import { expect, test } from 'vitest'
import { rsvpCodeUrl } from '../../src/rsvps/links.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { aDevice, bought } from '../support/door.ts'
import { answer, doorPhones, keepPicture, next, typeAsScanner } from '../support/door-phone.ts'
import { anRsvp, aParty } from '../support/rsvps.ts'
import { must } from '../support/sale.ts'

/* The door's app in a real browser, on a phone: scanning, with and without network and server. */
const app = await testApp()
const { admin, setNow } = app
const START = '2030-06-01T17:00:00.000Z'
setNow(START)
const { aLink, aPhone, aShow, aTab, base, camera, openDoor, relay } = await doorPhones(app)

test('R194: the camera reads a ticket: yes, already in, another event, forged, canceled; each in time and for every eye', async () => {
  const sale = await aShow('Lanterns over the Harbour')
  const ticket = await bought(app, { sale, quantity: 3 })
  const other = await bought(app, { sale: await aShow('Another evening') })
  const { context, page, complaints } = await aPhone()
  await page.goto(await aLink())
  await page.getByRole('heading', { name: 'Which event?' }).waitFor()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/check-in')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'events')
  await page.getByRole('button', { name: 'Lanterns' }).click()
  await page.getByLabel(/gate/).fill('North')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'gate')
  await page.getByRole('button', { name: 'Open the door' }).click()
  await page.getByText('of 3 inside').waitFor()
  await page.getByText('Hold the code').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'scanner')

  await camera.show(ticket.codes[0] ?? '')
  expect(await answer(page)).toContain('Welcome Ada Berg Standard')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'green')
  await page.getByText('1 of 3 inside').waitFor()
  await camera.show(null)
  await page.getByRole('region', { name: 'Answer' }).waitFor({ state: 'detached' })
  await page.waitForTimeout(2600) // as long as a code must be away to be another scan

  await camera.show(ticket.codes[0] ?? '')
  expect(await answer(page)).toMatch(/Already inside Ada Berg .* At 07:00 PM, North, by Dora/)
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'amber')
  await next(page)

  await camera.show(other.codes[0] ?? '')
  expect(await answer(page)).toContain('Another event The ticket is for Another evening')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'red')
  await next(page)
  await camera.show((ticket.codes[1] ?? '').replace(/s=.{4}/, 's=AAAA'))
  expect(await answer(page)).toContain('Not valid')
  await next(page)
  await camera.show(null)

  await must(admin, 'PATCH', `/events/v1/events/${sale.eventId}/orders/${ticket.orderNumber}`, { archived: true })
  await typeAsScanner(page, ticket.codes[1] ?? '')
  await expect.poll(() => answer(page)).toContain('Withdrawn')
  const took = await page.evaluate(() => performance.getEntriesByName('door: answer').at(-1)?.duration)
  expect(took).toBeLessThan(300)
  expect(complaints).toEqual([])
  await context.close()
}, 60_000)

test('a hand scanner types anywhere, guests are found on the list, and what was done is taken back; in German', async () => {
  const sale = await aShow('Laternen am Hafen')
  const { codes, numbers } = await bought(app, { sale, quantity: 2 })
  const { context, page, complaints } = await aPhone({ language: 'de' })
  await openDoor(page, 'Laternen')
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toContain('Willkommen Ada Berg')
  await next(page)

  await page.getByRole('button', { name: 'Suche' }).click()
  const field = page.getByRole('searchbox')
  await field.fill('bérg ADA')
  await page.getByText('2 Gäste').waitFor()
  await page.getByText('Drinnen: 19:00, North, Dora').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'search-german')
  await page.waitForTimeout(400) // a person types after a pause
  await field.press('x')
  await page.getByText('0 Gäste').waitFor()
  await page.waitForTimeout(400)
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toContain('Schon drinnen')
  await next(page)
  expect(await field.inputValue()).toBe('bérg ADAx')

  await field.fill(numbers[1] ?? '')
  await page.getByRole('button', { name: /Ada Berg/ }).click()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Einlassen' }).click()
  expect(await answer(page)).toContain('Willkommen')
  await next(page)
  await page.getByText('2 von 2 drinnen').waitFor()

  await page.getByRole('button', { name: 'Letzten zurück' }).click()
  await page.getByRole('dialog', { name: 'Einlass von Ada Berg zurücknehmen?' }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Zurücknehmen' }).click()
  expect(await answer(page)).toContain('Zurückgenommen')
  await next(page)
  await page.getByText('1 von 2 drinnen').waitFor()
  await expect.poll(async () => (await aDevice(admin, sale.eventId).figures()).inside).toBe(1)
  expect(complaints).toEqual([])
  await context.close()
}, 60_000)

test('R194, events 13.5.5: a code of an answer lets in those of its guests who have come, on- and offline; and nobody who waits', async () => {
  const settings = { limit: 3, waitlistEnabled: true }
  const eventId = await aParty(app, { settings, event: { title: 'A house-warming' } })
  const options = { ignoreFormValidation: true, ignoreAdditionalGuestNames: true }
  const along = { additionalGuestDetails: { guestCount: 2, guestNames: ['Bo Berg'] } }
  const { id } = await anRsvp(admin, eventId, along, { options })
  const waiting = await anRsvp(admin, eventId, { email: 'di@example.org', firstName: 'Di' })
  const codeOf = (rsvpId: string) => rsvpCodeUrl({ siteId: app.siteId, rsvpId, eventId }, app.deps)
  const { context, page, complaints } = await aPhone()
  await openDoor(page, 'A house-warming')

  await typeAsScanner(page, codeOf(id))
  expect(await answer(page)).toContain('Who has come? Ada Berg 3 guests are not in yet')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'who-came')
  // Another code meanwhile lets nobody be forgotten.
  await typeAsScanner(page, codeOf(waiting.id))
  await page.getByLabel('Bo Berg').uncheck()
  await page.getByRole('button', { name: 'Let 2 in' }).click()
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  expect(await answer(page)).toContain('Welcome Ada Berg')
  expect(await answer(page)).toContain('2 guests: Ada Berg, Guest of Ada Berg')
  await keepPicture(page, 'two-came')
  await next(page)
  await page.getByText('2 of 3 inside').waitFor()
  const south = aDevice(admin, eventId, { gate: 'South' })
  await expect.poll(async () => (await south.figures()).inside, { timeout: 10_000 }).toBe(2)

  await page.getByRole('button', { name: 'Undo last' }).click()
  await page.getByRole('dialog', { name: 'Take back the check-in of Ada Berg and 1 more?' }).waitFor()
  await page.getByRole('button', { name: 'Take back' }).click()
  await next(page)
  await page.getByText('0 of 3 inside').waitFor()
  await expect.poll(async () => (await south.figures()).inside, { timeout: 10_000 }).toBe(0)

  await context.setOffline(true)
  await page.getByText('Offline').waitFor()
  await typeAsScanner(page, codeOf(waiting.id))
  expect(await answer(page)).toContain('On the waiting list Di Berg')
  expect(await answer(page)).toContain('There is no place for this guest yet.')
  await next(page)
  await typeAsScanner(page, codeOf(id))
  await page.getByRole('button', { name: 'Let all 3 in' }).waitFor()
  await page.getByLabel('Ada Berg', { exact: true }).uncheck()
  await page.getByLabel('Guest of Ada Berg').uncheck()
  await page.getByRole('button', { name: 'Let 1 in' }).click()
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  expect(await answer(page)).toContain('Welcome Bo Berg')
  await next(page)
  // Meanwhile the other gate took somebody of them for Bo: nobody came twice.
  expect(await south.sendOne({ code: codeOf(id), number: `${id}:2` })).toMatchObject({ result: 'ADMITTED' })
  await context.setOffline(false)
  await page.getByText('2 of 3 inside').waitFor()
  expect(await south.figures()).toMatchObject({ inside: 2, openConflicts: 0 })
  // One is left, and comes in without a question; then nobody is.
  await typeAsScanner(page, codeOf(id))
  expect(await answer(page)).toContain('Welcome')
  await next(page)
  await typeAsScanner(page, codeOf(id))
  expect(await answer(page)).toContain('Already inside')
  await next(page)
  await page.getByText('3 of 3 inside').waitFor()
  expect(complaints).toEqual([])
  await context.close()
}, 60_000)

test('without network and server it opens, decides and keeps; each scan arrives once', async () => {
  const sale = await aShow('An island')
  const { codes, numbers } = await bought(app, { sale, quantity: 4 })
  const { context, page } = await aPhone()
  await openDoor(page, 'An island')
  await expect
    .poll(
      () => page.evaluate(`navigator.serviceWorker.getRegistration('/check-in').then(found => found?.active?.state)`),
      {
        timeout: 10_000,
      },
    )
    .toBe('activated')
  const kept = await page.evaluate(`new Promise(resolve => {
    const asked = indexedDB.open('boxoffice-door')
    asked.onsuccess = () => {
      const all = asked.result.transaction('guests').objectStore('guests').getAll()
      all.onsuccess = () => resolve(all.result.map(each => new TextDecoder('latin1').decode(each.data)).join())
    }
  })`)
  expect(kept).not.toMatch(/Ada|Berg/)
  expect(String(kept).length).toBeGreaterThan(200)

  await context.setOffline(true)
  await page.getByText('Offline').waitFor()
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toMatch(/Welcome Ada Berg .* Decided offline/)
  await next(page)
  await page.getByText('1 to send').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'offline')

  // The network is back, and the server is not there: a reload, and a tab that was killed.
  await relay.stop()
  await context.setOffline(false)
  await page.reload()
  await page.getByText('1 to send').waitFor()
  await page.getByText('1 of 4 inside').waitFor()
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toMatch(/Already inside .* North, by Dora/)
  await next(page)
  await typeAsScanner(page, codes[1] ?? '')
  expect(await answer(page)).toContain('Welcome')
  await page.close()
  const again = await aTab(context)
  await again.page.goto(`${base}/check-in`)
  await again.page.getByText('3 to send').waitFor()
  await typeAsScanner(again.page, codes[2] ?? '')
  expect(await answer(again.page)).toContain('Welcome')
  await next(again.page)
  await again.page.getByRole('button', { name: 'Undo last' }).click()
  await again.page.getByRole('button', { name: 'Take back' }).click()
  expect(await answer(again.page)).toContain('Taken back')
  await next(again.page)
  // Somebody buys on the way to the door: genuine, and not on this list; who stands there decides.
  const late = await bought(app, { sale })
  await typeAsScanner(again.page, late.codes[0] ?? '')
  expect(await answer(again.page)).toContain('Not on this list yet The code is genuine')
  await again.page.getByRole('button', { name: 'Let in anyway' }).click()
  await expect.poll(() => answer(again.page)).toContain('Welcome')
  await next(again.page)
  await typeAsScanner(again.page, late.codes[0] ?? '')
  expect(await answer(again.page)).toContain('Already inside')
  await next(again.page)
  const { figures, list } = aDevice(admin, sale.eventId)
  expect((await figures()).inside).toBe(0)

  await relay.start()
  await again.page.getByText('Online').waitFor()
  await again.page.getByText(/to send/).waitFor({ state: 'detached' })
  await again.page.getByText('3 of 5 inside').waitFor()
  const { entries } = await list()
  const inside = entries.filter((entry: { checkIn?: object }) => entry.checkIn)
  expect(inside.map(({ number }: { number: string }) => number)).toEqual(
    [...numbers.slice(0, 2), ...late.numbers].sort(),
  )
  expect(inside[0].checkIn).toMatchObject({ gate: 'North', by: 'Dora' })
  const [row] = await app.sql`
    select count(*)::int as scans
      from door_scans
     where event_id = ${sale.eventId}`
  expect(row).toEqual({ scans: 8 })
  await context.close()
}, 60_000)

test('two phones without a network let the same guest in: which, when and where is shown to both', async () => {
  const sale = await aShow('Two gates')
  const { codes, numbers } = await bought(app, { sale })
  const north = await aPhone()
  const south = await aPhone({ width: 820, height: 1180 })
  await openDoor(north.page, 'Two gates', { gate: 'North' })
  await openDoor(south.page, 'Two gates', { gate: 'South', link: await aLink({ name: 'Emil' }) })
  for (const { context, page } of [north, south]) {
    await context.setOffline(true)
    await page.getByText('Offline').waitFor()
    await typeAsScanner(page, codes[0] ?? '')
    expect(await answer(page)).toContain('Welcome')
    await next(page)
  }
  await north.context.setOffline(false)
  await north.page.getByText('Online').waitFor()
  await north.page.getByText(/to send/).waitFor({ state: 'detached' })
  // Who came first is said by clocks, by how long ago it was; and the server's stands still here.
  setNow(new Date(Date.parse(START) + 60_000))
  await south.context.setOffline(false)
  const notice = south.page.getByRole('list', { name: 'What the server says' })
  await notice.waitFor()
  expect(await notice.innerText()).toMatch(/Ada Berg[\s\S]*let in here, but: Already inside North/)
  await keepPicture(south.page, 'conflict-notice-tablet')
  await notice.getByRole('button', { name: 'Read' }).click()
  await notice.waitFor({ state: 'detached' })

  await south.page.getByRole('button', { name: '1 conflict' }).click()
  await south.page.getByText(/First: 0[67]:\d\d PM, North, Dora/).waitFor()
  await south.page.getByText(/Again: 0[67]:\d\d PM, South, Emil/).waitFor()
  await south.page.getByText(numbers[0] ?? '').waitFor()
  expect(await accessibilityViolations(south.page)).toEqual([])
  await keepPicture(south.page, 'conflicts-tablet')
  await south.page.getByRole('button', { name: 'Seen' }).click()
  await south.page.getByText('There are none.').waitFor()
  setNow(START)
  await Promise.all([north.context.close(), south.context.close()])
}, 60_000)

test('twenty thousand tickets: decided and drawn within 300 ms, and found by name', async () => {
  const sale = await aShow('The stadium')
  const { codes } = await bought(app, { sale })
  const path = `/boxoffice/v1/door/events/${sale.eventId}/list`
  const crowd = Array.from({ length: 20_000 }, (_, at) => ({
    number: `ZZZZ-ZZZZ-Z${String(at).padStart(6, '0')}`,
    kind: 'TICKET',
    state: 'ADMITS',
    orderNumber: 'ZZZZ-ZZZZ-ZZ',
    guestName: `Guest ${at} of Many`,
    buyerName: 'Bo Berg',
    definitionName: 'Standard',
  }))
  relay.alter(path, (body, query) => {
    if (query.has('after')) return body
    const page = JSON.parse(body)
    return JSON.stringify({ ...page, entries: [...page.entries, ...crowd] })
  })
  const { context, page } = await aPhone()
  await openDoor(page, 'The stadium')
  await page.getByText('of 20001 inside').waitFor()
  relay.alter(path, undefined)
  const took = () => page.evaluate(() => performance.getEntriesByName('door: answer').at(-1)?.duration ?? Infinity)
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toContain('Welcome')
  expect(await took()).toBeLessThan(300)
  await next(page)

  await context.setOffline(true)
  await page.getByText('Offline').waitFor()
  for (const at of [7, 8, 9]) {
    await typeAsScanner(page, crowd[at]?.number ?? '')
    expect(await answer(page)).toContain(`Guest ${at} of Many`)
    expect(await took()).toBeLessThan(300)
    await next(page)
  }
  await page.reload()
  await page.getByText('4 of 20001 inside').waitFor()
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('19999 many')
  await page.getByText('1 guest', { exact: true }).waitFor()
  await context.close()
}, 60_000)
