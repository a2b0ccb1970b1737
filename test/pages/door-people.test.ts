import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { linkToken } from '../../src/identities/link.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { aDevice, bought } from '../support/door.ts'
import { answer, doorPhones, keepPicture, next } from '../support/door-phone.ts'
import { must } from '../support/sale.ts'

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
