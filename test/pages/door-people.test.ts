import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { linkToken } from '../../src/identities/link.ts'
import { newGuid } from '../../src/ids.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { aDevice, bought } from '../support/door.ts'
import { answer, doorPhones, keepPicture, next, typeAsScanner } from '../support/door-phone.ts'
import { anRsvp, aParty } from '../support/rsvps.ts'
import { aDefinition, must } from '../support/sale.ts'
import { anArea, aSeatedSale, availablePlaces, seatsOf } from '../support/seats.ts'

/* The door's app in a real browser: who may use it for what, what is left on a phone, and how it becomes a new version. */
const app = await testApp()
const { admin, setNow } = app
setNow('2030-06-01T17:00:00.000Z')
const { aPhone, aShow, aStaffLink, base, openDoor, relay } = await doorPhones(app)

/** How many pieces of guest lists and scans are on the phone. */
function kept(page: Page): Promise<unknown> {
  return page.evaluate(`new Promise(resolve => {
    const asked = indexedDB.open('boxoffice-door')
    asked.onsuccess = () => {
      const counts = ['guests', 'scans'].map(name => asked.result.transaction(name).objectStore(name).count())
      setTimeout(() => resolve(counts.map(({ result }) => result)), 300)
    }
  })`)
}

test('who may sells for cash, adds a guest of the organizer’s, and lets them in', async () => {
  const price = { pricingMethod: { fixedPrice: { value: '12.50', currency: 'EUR' } }, initialLimit: 5 }
  const { eventId } = await aShow('The box office', price)
  const { link } = await aStaffLink({ permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS'] })
  const { context, page, complaints } = await aPhone()
  await openDoor(page, 'The box office', { link })
  await keepPicture(page, 'seller')

  await page.getByRole('button', { name: 'Sell' }).click()
  await page.getByRole('button', { name: 'One Standard more' }).click()
  await page.getByRole('button', { name: 'One Standard more' }).click()
  await page.getByText('To pay: €25.00').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'sell')
  await page.getByRole('button', { name: 'Hold 2 tickets' }).click()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Paid in cash' }).click()
  await page.getByRole('button', { name: 'Let all 2 in now' }).click()
  expect(await answer(page)).toContain('Welcome')
  await page.getByText('2 of 2 inside').waitFor()
  await next(page)

  await page.getByRole('button', { name: 'Sell' }).click()
  for (let more = 0; more < 4; more += 1) await page.getByRole('button', { name: 'One Standard more' }).click()
  await page.getByRole('button', { name: 'Hold 4 tickets' }).click()
  await page.getByText('Fewer tickets are left than you asked for.').waitFor()
  await page.getByRole('button', { name: 'Back' }).click()

  await page.getByRole('button', { name: 'Add a guest' }).click()
  await page.getByLabel('First name').fill('Zoë')
  await page.getByLabel('Last name').fill('Weiß')
  await page.getByLabel('E-mail').fill('zoe@example.org')
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Add the guest' }).click()
  await page.getByRole('button', { name: 'They come in later' }).click()
  await page.getByText('2 of 3 inside').waitFor()
  const { figures } = aDevice(admin, eventId)
  expect(await figures()).toMatchObject({ admits: 3, inside: 2, gates: [{ gate: 'North', entered: 2 }] })
  expect(complaints).toEqual([])
  await context.close()
}, 60_000)

test('R80, R189: places by section and row, with what is free now, and the price of the guest’s choice, in one sale', async () => {
  const price = (value: string) => ({ value, currency: 'EUR' })
  const optionDetails = [
    { name: 'Adult', price: price('20.00') },
    { name: 'Child', price: price('8.00') },
  ]
  const { eventId, definitionId } = await aSeatedSale(app, {
    elements: [seatsOf(1, 2), seatsOf(2, 1), anArea(3, 5)],
    definition: { pricingMethod: { pricingOptions: { optionDetails } } },
  })
  await aDefinition(app, eventId, { name: 'Support', pricingMethod: { guestPrice: price('5.00') } })
  await must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event: { title: 'The theatre' } })
  const { link } = await aStaffLink({ permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS'] })
  const { context, page, complaints } = await aPhone()
  await openDoor(page, 'The theatre', { link })
  await page.getByRole('button', { name: 'Sell' }).click()
  await page.getByRole('button', { name: 'Stalls, Row 1, 1' }).click()
  await page.getByLabel('Price of Stalls, Row 1, 1').selectOption({ label: 'Child · €8.00' })
  await page.getByRole('button', { name: 'One Standing, Adult more' }).click()
  await page.getByRole('button', { name: 'One Support more' }).click()
  await page.getByText('Say what the guest gives').waitFor()
  const gives = page.getByLabel('Price of the guest’s choice')
  await gives.fill('4')
  expect(await page.getByRole('button', { name: 'Hold 3 tickets' }).isDisabled()).toBe(true)
  await page.getByText('At least €5.00').waitFor()
  await gives.fill('7,50')
  await page.getByText('To pay: €35.50').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Remove Stalls, Row 1, 1' }).scrollIntoViewIfNeeded()
  await keepPicture(page, 'sell-places')

  // Somebody was faster.
  const [child] = (await must(admin, 'GET', `/events/v3/ticket-definitions/${definitionId}`)).body.ticketDefinition
    .pricingMethod.pricingOptions.optionDetails
  const seat = {
    ticketDefinitionId: definitionId,
    quantity: 1,
    ticketInfo: { seatId: '0-1-1', pricingOptionId: child.optionId },
  }
  await must(admin, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets: [seat] } })
  await page.getByRole('button', { name: 'Hold 3 tickets' }).click()
  await page.getByText('This place is taken.').waitFor()
  await page.getByRole('button', { name: 'Stalls, Row 1, 1', exact: true }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Stalls, Row 1, 2' }).click()
  await page.getByText('To pay: €47.50').waitFor()
  await page.getByRole('button', { name: 'Hold 3 tickets' }).click()
  await page.getByRole('button', { name: 'Paid by card' }).click()
  await page.getByRole('button', { name: 'Let all 3 in now' }).click()
  await next(page)
  await page.getByText('3 of 3 inside').waitFor()

  await page.getByRole('button', { name: 'Add a guest' }).click()
  await page.getByLabel('First name').fill('Zoë')
  await page.getByLabel('Last name').fill('Weiß')
  await page.getByLabel('E-mail').fill('zoe@example.org')
  await page.getByLabel('Seat').selectOption({ label: 'Stalls, Row 2, 1' })
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Add the guest' }).click()
  await page.getByRole('button', { name: 'They come in later' }).click()
  await page.getByText('3 of 4 inside').waitFor()
  expect(await availablePlaces(admin, eventId)).toEqual({ '0-3-GA': 4 })
  const { entries } = await aDevice(admin, eventId).list()
  const seats = entries.map(({ seat: where }: { seat?: string }) => where ?? '').sort()
  expect(seats).toEqual(['', 'Stalls, Row 1, seat 2', 'Stalls, Row 2, seat 1', 'Stalls, Standing'])
  expect(complaints).toEqual([])
  await context.close()
}, 60_000)

test('R198: guests are scanned out and back in, where that is allowed; a phone without a network knows its own', async () => {
  const sale = await aShow('The long night')
  const { codes } = await bought(app, { sale, quantity: 2 })
  const { eventId } = sale
  const { context, page, complaints } = await aPhone()
  await openDoor(page, 'The long night', { link: (await aStaffLink()).link })
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toContain('Welcome')
  await next(page)
  expect(await page.getByRole('button', { name: 'Out', exact: true }).count()).toBe(0)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('button', { name: 'Scan guests out, too' }).click()
  await page.getByRole('button', { name: 'Back' }).click()
  await page.getByRole('button', { name: 'Out', exact: true }).click()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'out')
  await typeAsScanner(page, codes[0] ?? '')
  await expect.poll(() => answer(page)).toContain('Goodbye Ada Berg')
  await keepPicture(page, 'goodbye')
  await next(page)
  await page.getByText('0 of 2 inside 1 came').waitFor()
  await typeAsScanner(page, codes[1] ?? '')
  expect(await answer(page)).toContain('Was not inside')
  await next(page)

  await page.getByRole('button', { name: 'In', exact: true }).click()
  await typeAsScanner(page, codes[0] ?? '')
  await expect.poll(() => answer(page)).toMatch(/Left before Ada Berg .* Left: 07:00 PM, North, Dora/)
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'left-before')
  await page.getByRole('button', { name: 'Let in anyway' }).click()
  await expect.poll(() => answer(page)).toContain('Welcome back')
  await next(page)
  await page.getByText('1 of 2 inside').waitFor()

  const doorSettings = { reentry: true }
  await must(admin, 'PATCH', `/boxoffice/v1/events/${eventId}/door-settings`, { doorSettings })
  const told = page.waitForResponse(response => new URL(response.url()).pathname === '/boxoffice/v1/door/events')
  await page.reload()
  await (await told).finished()
  await page.getByRole('button', { name: 'Out', exact: true }).click()
  await context.setOffline(true)
  await page.getByText('Offline').waitFor()
  setNow('2030-06-01T17:02:00.000Z') // what is told then happened after what was told before
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toMatch(/Goodbye .* Decided offline/)
  await next(page)
  await page.getByRole('button', { name: 'In', exact: true }).click()
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toMatch(/Welcome back .* Left: .* North, Dora/)
  await keepPicture(page, 'welcome-back')
  await next(page)
  await page.getByRole('button', { name: 'Out', exact: true }).click()
  await typeAsScanner(page, codes[0] ?? '')
  expect(await answer(page)).toContain('Goodbye')
  await next(page)
  await page.getByRole('button', { name: 'Undo last' }).click()
  await page.getByRole('dialog', { name: 'Take back that Ada Berg left?' }).waitFor()
  await page.getByRole('button', { name: 'Take back' }).click()
  expect(await answer(page)).toContain('Taken back')
  await next(page)
  await page.getByText('1 of 2 inside').waitFor()
  await context.setOffline(false)
  await page.getByText('Online').waitFor()
  await page.getByText(/to send/).waitFor({ state: 'detached' })
  const { figures, conflicts } = aDevice(admin, eventId)
  expect(await figures()).toMatchObject({ came: 1, inside: 1 })
  expect(await conflicts()).toEqual([])
  setNow('2030-06-01T17:00:00.000Z')
  expect(complaints).toEqual([])
  await context.close()
}, 60_000)

test('events 13.5.5: a guest is added where nobody buys; an old list says so, and is loaded anew after a backup was restored', async () => {
  const eventId = await aParty(app)
  await must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event: { title: 'The garden party' } })
  await anRsvp(admin, eventId)
  const { link } = await aStaffLink({ permissions: ['CHECK_IN_GUESTS', 'ADD_GUESTS'] })
  const { context, page, complaints } = await aPhone()
  await page.clock.install()
  const path = `/boxoffice/v1/door/events/${eventId}/list`
  const ghost = {
    number: `${newGuid()}:1`,
    kind: 'RSVP',
    state: 'ADMITS',
    guestName: 'Gone Since',
    buyerName: 'Gone Since',
  }
  relay.alter(path, (body, query) => {
    const page = JSON.parse(body)
    return query.has('after') ? body : JSON.stringify({ ...page, entries: [...page.entries, ghost] })
  })
  await openDoor(page, 'The garden party', { link })
  await page.getByText('0 of 2 inside').waitFor()
  relay.alter(path, undefined)
  await page.getByRole('button', { name: 'Add a guest' }).click()
  await page.getByLabel('First name').fill('Zoë')
  await page.getByLabel('Last name').fill('Weiß')
  await page.getByLabel('E-mail').fill('zoe@example.org')
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Add the guest' }).click()
  await page.getByRole('button', { name: 'Let the guest in now' }).click()
  expect(await answer(page)).toContain('Welcome Zoë Weiß')
  await next(page)
  await page.getByText('1 of 3 inside').waitFor()
  await expect.poll(async () => (await aDevice(admin, eventId).figures()).inside).toBe(1)

  await context.setOffline(true)
  await page.getByText('Offline').waitFor()
  expect(await page.getByText('The list is of').count()).toBe(0)
  await page.clock.fastForward('11:00')
  await page.getByText(/The list is of .* Who bought or canceled since is not in it/).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'old-list')

  // A backup was restored: what this phone has heard since did not happen.
  await app.sql`update activity_histories set history_id = ${newGuid()}`
  await context.setOffline(false)
  await page.getByText('Online').waitFor()
  await page.clock.fastForward(5000)
  await page.getByText('1 of 2 inside').waitFor()
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('gone since')
  await page.getByText('0 guests').waitFor()
  await page.clock.fastForward(11_000) // until it looks at its age again
  await page.getByText('The list is of').waitFor({ state: 'detached' })
  expect(complaints).toEqual([])
  await context.close()
}, 60_000)

test('a colleague goes on with the account of the desk; signing out leaves nothing on the phone', async () => {
  await bought(app, { sale: await aShow('By account') })
  const { context, page } = await aPhone({ language: 'de' })
  const token = linkToken({ purpose: 'setUp', siteId: app.siteId, number: 'owner' }, app.deps.keys)
  const person = { token, name: 'Kim', email: 'kim@example.org', password: 'correct horse battery' }
  expect((await page.request.post(`${base}/boxoffice/v1/set-up`, { data: person })).status()).toBe(200)
  await page.goto(`${base}/check-in`)
  await page.getByRole('button', { name: 'Weiter als Kim für Test' }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'sign-in-german')
  await page.getByRole('button', { name: 'Weiter als Kim für Test' }).click()
  await page.getByRole('button', { name: 'By account' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Einlass öffnen' }).click()
  await page.getByText('0 von 1 drinnen').waitFor()
  await expect.poll(() => kept(page)).toEqual([1, 0])

  await page.getByRole('button', { name: 'Menü' }).click()
  await page.getByRole('button', { name: 'Helle Farben' }).click()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'menu-light-german')
  await page.getByRole('button', { name: 'Abmelden' }).click()
  await page
    .getByRole('dialog', { name: /abmelden\?/ })
    .getByRole('button', { name: 'Abmelden' })
    .click()
  await page.getByRole('heading', { name: 'Am Einlass anmelden' }).waitFor()
  expect(await kept(page)).toEqual([0, 0])
  await context.close()
}, 60_000)

test('R194: a code that is opened on a signed-in phone shows its guest and lets nobody in; paused access ends it all', async () => {
  const { codes, eventId } = await bought(app, { sale: await aShow('By its address') })
  const path = new URL(codes[0] ?? '').pathname + new URL(codes[0] ?? '').search
  const { link, staffMemberId } = await aStaffLink()
  const { context, page } = await aPhone()
  await page.goto(base + path)
  await page.getByText('Opening this page checks nobody in').waitFor()

  await openDoor(page, 'By its address', { link })
  await expect
    .poll(() =>
      page.evaluate(`navigator.serviceWorker.getRegistration('/check-in').then(found => found?.active?.state)`),
    )
    .toBe('activated')
  await page.goto(base + path)
  await page.getByRole('heading', { name: 'Ada Berg' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/check-in')
  const { figures } = aDevice(admin, eventId)
  expect((await figures()).inside).toBe(0)
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Check in' }).click()
  expect(await answer(page)).toContain('Welcome')
  await expect.poll(async () => (await figures()).inside).toBe(1)

  const staffMember = { revision: '2', status: 'ACCESS_PAUSED' }
  await must(admin, 'PATCH', `/events/v1/staff-members/${staffMemberId}`, { staffMember })
  await page.getByText('Your access is paused').waitFor()
  expect(await kept(page)).toEqual([0, 0])
  await page.goto(base + path)
  await page.getByText('Opening this page checks nobody in').waitFor()
  await page.goto(link)
  await page.getByText('Your access is paused').waitFor()
  await context.close()
}, 60_000)

test('a new version is offered, and taken when somebody says so', async () => {
  await aShow('Tomorrow’s version')
  const { context, page } = await aPhone()
  await openDoor(page, 'Tomorrow', { link: (await aStaffLink()).link })
  const states = () =>
    page.evaluate(`navigator.serviceWorker.getRegistration('/check-in')
      .then(found => [found?.active?.state, found?.waiting?.state])`)
  await expect.poll(states).toEqual(['activated', undefined])
  const names = () => page.evaluate(`caches.keys().then(names => names.filter(name => !name.endsWith('signed-in')))`)
  const before = await names()

  relay.alter('/check-in/worker.js', body => {
    const [, version = ''] = /[`"']([\w-]{12})[`"']/.exec(body) ?? []
    return body.replace(version, 'tomorrow-111')
  })
  await page.evaluate(`navigator.serviceWorker.getRegistration('/check-in').then(found => found.update())`)
  const offer = page.getByRole('button', { name: 'A new version is ready' })
  await offer.waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await Promise.all([page.waitForEvent('load'), offer.click()])
  await page.getByText('Online').waitFor()
  expect(await names()).toEqual(['boxoffice-door-tomorrow-111'])
  expect(await names()).not.toEqual(before)
  relay.alter('/check-in/worker.js', undefined)
  await context.close()
}, 60_000)
