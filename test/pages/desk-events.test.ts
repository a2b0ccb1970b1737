import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { mailsToAllJobs } from '../../src/notifications/mails.ts'
import { tellGuests } from '../../src/notifications/tell.ts'
import { runJobs } from '../../src/queue/run.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { keepPicture, moveUntil, testDesk } from '../support/desk.ts'
import { anOrder } from '../support/orders.ts'
import { aPng } from '../support/pictures.ts'
import { aSale, FREE, must } from '../support/sale.ts'
import { aShowcase } from '../support/storefront.ts'

/* Events at the organizer's desk, in a real browser: from an empty site to the first tickets on sale, and on. */
const app = await testApp()
const { admin } = app
const desk = await testDesk(app)

/** Clicks and keys of whoever is at the page, as the page itself notices them. */
async function countEffort(page: Page): Promise<() => Promise<{ clicks: number; keys: number }>> {
  await page.evaluate(`(() => {
    window.effort = { clicks: 0, keys: 0 }
    addEventListener('click', event => { if (event.isTrusted) window.effort.clicks += 1 }, true)
    addEventListener('keydown', () => { window.effort.keys += 1 }, true)
  })()`)
  return () => page.evaluate('window.effort')
}

/** An event that is written down at the same moment as before has not changed, by what stands for its revision. */
function later(): void {
  app.setNow(new Date(app.now().getTime() + 60_000))
}

async function judge(page: Page, name: string): Promise<void> {
  await keepPicture(page, name)
  expect([name, await accessibilityViolations(page)]).toEqual([name, []])
}

test('who has never seen it is on sale with few clicks, leaving in between; and sees what sells', async () => {
  const { page, complaints, close } = await desk.open('')
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
  await keepPicture(page, 'home-empty')
  const effort = await countEffort(page)
  await page.getByRole('link', { name: 'Begin' }).click()
  await page.getByRole('button', { name: 'Save and go on' }).click() // the site as it was set up
  await page.getByLabel('Title').pressSequentially('Lanterns')
  await page.getByLabel('Begins').fill('2030-06-01T20:00')
  await page.getByLabel('Name of the place').pressSequentially('Pier 7')
  await judge(page, 'guide-event')
  await page.getByRole('button', { name: 'Save and go on' }).click()
  await page.getByLabel('Price').pressSequentially('12,5')
  await page.getByLabel('How many there are').pressSequentially('40')
  await keepPicture(page, 'guide-ticket')
  await page.getByRole('button', { name: 'Save and go on' }).click()
  await page.getByText('How guests can pay').waitFor()
  const spent = await effort()

  // Left here, and found again where it was.
  await page.goto(`${desk.base}/dashboard`)
  await page.getByRole('link', { name: 'Go on' }).click()
  await page.getByText('How guests can pay').waitFor()
  await judge(page, 'guide-payment')
  await page.getByRole('button', { name: 'Save and go on' }).click()
  await page.getByText('what guests will see').waitFor()
  await judge(page, 'guide-publish')
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByText('Lanterns is on sale').waitFor()
  await keepPicture(page, 'guide-on-sale')
  // Begin, four times on, a field each, go on, publish: a few minutes.
  expect(spent.clicks).toBeLessThanOrEqual(12)
  expect(spent.keys).toBeLessThanOrEqual(40)

  const { body } = await admin('GET', '/boxoffice/v1/events')
  expect(body.events).toHaveLength(1)
  const [event] = body.events
  expect(event).toMatchObject({
    title: 'Lanterns',
    status: 'UPCOMING',
    dateAndTimeSettings: { startDate: '2030-06-01T18:00:00.000Z', endDate: '2030-06-01T20:00:00.000Z' },
    registration: { status: 'OPEN_TICKETS', tickets: { lowestPrice: { value: '12.50' } } },
  })

  // What sells is seen at once.
  await page.getByRole('link', { name: 'To the event' }).click()
  const live = page.getByRole('region', { name: 'At this moment', exact: true })
  await live
    .getByRole('row', { name: /Admission/ })
    .getByText('40', { exact: true })
    .waitFor()
  const guest = await app.visitor()
  const [definition] = (
    await must(admin, 'POST', '/events/v3/ticket-definitions/query', {
      query: { filter: { eventId: event.id }, paging: { limit: 1 } },
    })
  ).body.ticketDefinitions
  await must(guest, 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: { tickets: [{ ticketDefinitionId: definition.id, quantity: 3 }] },
  })
  await live
    .getByRole('row', { name: /Admission/ })
    .getByText('37', { exact: true })
    .waitFor()
  await page.getByText('<boxoffice-tickets event="lanterns">').waitFor()
  await judge(page, 'overview')
  expect(complaints).toEqual([])
  await close()
}, 90_000)

test('an event is changed with picture and text; two who do so overwrite nothing', async () => {
  const { eventId } = await aSale(app)
  const unknown = { type: 'VIDEO', id: 'v', nodes: [], videoData: { video: { src: { url: 'https://v.example/1' } } } }
  await must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event: { description: { nodes: [unknown] } } })
  const { page, complaints, close } = await desk.open(`/events/${eventId}/facts`)
  await page.getByLabel('In two lines').fill('Two hundred lights on the water.')
  await page.getByText('Something that cannot be edited here').click()
  await page.keyboard.press('ArrowRight')
  const text = page.getByRole('textbox', { name: 'Everything about it' })
  await text.press('Enter')
  await page.keyboard.type('Come early')
  await page.keyboard.press('Shift+Home')
  await page.getByRole('button', { name: 'Bold' }).click()
  // Not a picture, whatever it is called; then one.
  const choose = page.locator('input[type=file]').first()
  await choose.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('<script>') })
  await page.getByText('This is no picture').waitFor()
  await choose.setInputFiles({ name: 'lights.png', mimeType: 'image/png', buffer: aPng({ width: 640, height: 360 }) })
  await page.getByLabel('What the picture shows').fill('Lights')
  later()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()
  const fields = 'fields=DETAILS&fields=TEXTS&fields=REGISTRATION&fields=SEO_SETTINGS'
  const eventNow = async () => (await must(admin, 'GET', `/events/v3/events/${eventId}?${fields}`)).body.event
  expect(await eventNow()).toMatchObject({
    shortDescription: 'Two hundred lights on the water.',
    mainImage: { id: expect.stringMatching(/^media\//), width: 640, height: 360, altText: 'Lights' },
    description: {
      nodes: [
        unknown,
        { type: 'PARAGRAPH', nodes: [{ textData: { text: 'Come early', decorations: [{ type: 'BOLD' }] } }] },
      ],
    },
  })
  await page.getByText('Not saved yet').waitFor({ state: 'detached' })
  await judge(page, 'facts')

  // A colleague saves first: what was typed here stays, and theirs is said.
  await page.getByLabel('Title').fill('Lanterns by me')
  await page.getByLabel('In two lines').fill('By me')
  later()
  await must(admin, 'PATCH', `/events/v3/events/${eventId}`, {
    event: { title: 'Lanterns by them', seoSettings: { slug: 'by-them' } },
  })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const clash = page.getByRole('alert').filter({ hasText: 'Somebody else' })
  await clash.getByText('Lanterns by them').waitFor()
  expect((await eventNow()).title).toBe('Lanterns by them')
  expect(await page.getByLabel('Title').inputValue()).toBe('Lanterns by me')
  await judge(page, 'facts-clash')
  await clash.getByRole('button', { name: 'Keep what I typed, take over the rest' }).click()
  later()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect.poll(eventNow).toMatchObject({ title: 'Lanterns by me', shortDescription: 'By me', slug: 'by-them' })

  // All pictures, where they are shown; one that nobody shows can go, and one is chosen again.
  await page.goto(`${desk.base}/dashboard/pictures`)
  await page.getByRole('link', { name: 'Lanterns by me' }).waitFor()
  await page.getByText('In use').waitFor()
  const upload = page.locator('input[type=file]')
  await upload.setInputFiles({ name: 'b.png', mimeType: 'image/png', buffer: aPng({ width: 64, height: 36 }) })
  await page.getByText('Nowhere').waitFor()
  await judge(page, 'pictures')
  await page.getByRole('button', { name: /^Remove the picture/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('Nowhere').waitFor({ state: 'detached' })
  await page.goto(`${desk.base}/dashboard/events/${eventId}/facts`)
  const social = page.getByRole('group', { name: 'Picture where it is shared' })
  await social.getByRole('button', { name: 'One that is here already' }).click()
  await judge(page, 'kept-pictures')
  await page.getByRole('button', { name: 'Picture 1, 640 × 360' }).click()
  later()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()
  const { mainImage } = await eventNow()
  const shared = String((await app.anonymous('GET', '/event-details/by-them')).body)
  expect(shared).toContain(`<meta property="og:image" content="${mainImage.url}">`)

  // Guests see it, by whichever name they reached the server.
  const guest = await desk.openSignedOut('/event-details/by-them')
  await guest.page.getByRole('img', { name: 'Lights' }).waitFor()
  await expect.poll(() => guest.page.evaluate('document.querySelector("article img").naturalWidth')).toBe(640)
  await guest.page.locator('strong', { hasText: 'Come early' }).waitFor()
  await guest.close()
  expect(complaints).toEqual([])
  await close()
}, 90_000)

test('dates, copies and cancelations: what was planned, on sale and off again', async () => {
  const { page, complaints, close } = await desk.open('/events/new')
  await page.getByRole('button', { name: 'Make the draft' }).click()
  await page.getByText('An event needs a title.').waitFor()
  await page.getByLabel('Title').fill('Choir practice')
  await page.getByLabel('Begins').fill('2030-09-05T19:00')
  await page.getByLabel('Name of the place').fill('Old school')
  await page.getByLabel('It takes place on several dates').check()
  await page.getByLabel('How many dates').fill('3')
  await page.getByLabel('Thursday, September 12, 2030').uncheck()
  await page.getByRole('region', { name: 'How guests will see it' }).getByText('and 1 more date').waitFor()
  await judge(page, 'new')
  await page.getByRole('button', { name: 'Make 2 drafts' }).click()
  await page.getByRole('heading', { name: 'Choir practice', level: 1 }).waitFor()
  await page.getByText('Add the first ticket').waitFor()
  await judge(page, 'overview-draft')
  await page.getByRole('button', { name: 'Publish' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('all of its dates').waitFor()
  await keepPicture(page, 'publish')
  await dialog.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Published.').waitFor()

  // The month has both; the list finds them by a word.
  await page.goto(`${desk.base}/dashboard/events/calendar?month=2030-09`)
  await page
    .getByRole('link', { name: /Choir practice/ })
    .nth(1)
    .waitFor()
  await judge(page, 'calendar')
  await page.goto(`${desk.base}/dashboard/events`)
  await page.getByLabel('Find events').fill('old SCHOOL')
  await page.getByText('Upcoming (2)').waitFor()
  await judge(page, 'list')

  // A copy is a draft at another date, which is deleted again.
  await page.getByRole('button', { name: 'Actions for Choir practice' }).first().click()
  await page.getByRole('menuitem', { name: 'Copy' }).click()
  await dialog.getByLabel('Title').fill('Summer choir')
  expect(await dialog.getByLabel('Begins').inputValue()).toBe('2030-09-19T19:00')
  await keepPicture(page, 'clone')
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await page.getByRole('heading', { name: 'Summer choir', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete the draft' }).click()
  await dialog.getByRole('button', { name: 'Delete the draft' }).click()
  await page.getByText('Deleted.').waitFor()
  const { body } = await admin('GET', '/boxoffice/v1/events?q=choir')
  expect(body.counts).toEqual({ UPCOMING: 2 })

  // Who cancels is told before how many that concerns, and afterwards how far it is.
  const sold = await anOrder(app, { definition: FREE })
  await page.goto(`${desk.base}/dashboard/events/${sold.eventId}`)
  await page.getByRole('button', { name: 'Actions' }).click()
  await page.getByRole('menuitem', { name: 'Cancel the event' }).click()
  await dialog.getByText('1 guest will be told by mail.').waitFor()
  await dialog.getByText('1 order stays as it is.').waitFor()
  await judge(page, 'cancel')
  await dialog.getByRole('button', { name: 'Cancel the event' }).click()
  await page.getByText('0 of 1 mail is sent.').waitFor()
  await tellGuests(app.sql, app.now())
  await runJobs(app.sql, mailsToAllJobs, app.now())
  await page.getByText('0 of 1 mail is sent.').waitFor()
  await app.sql`update mails set sent_at = ${app.now()} where fact like 'event.canceled/%'`
  await page.getByText('1 of 1 mail is sent.').waitFor()
  await judge(page, 'canceled')
  expect(complaints).toEqual([])
  await close()
}, 90_000)

test('categories are made, filled and put in order by keyboard; on a phone, in German, in the dark', async () => {
  const phone = { width: 390, language: 'de', colorScheme: 'dark' as const }
  const { page, complaints, close } = await desk.open('/categories', phone)
  const [first, second] = [await aSale(app), await aSale(app)]
  for (const [{ eventId }, title] of [
    [first, 'Kleine Laterne'],
    [second, 'Große Laterne'],
  ] as const)
    await must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event: { title } })
  await page.getByText('Es gibt noch keine Kategorien.').waitFor()
  await page.getByLabel('Neue Kategorie').fill('Lichter')
  await page.getByRole('button', { name: 'Hinzufügen' }).click()
  await judge(page, 'categories-phone')
  // Somebody else renames it while it is renamed here.
  await page.getByRole('button', { name: 'Lichter umbenennen' }).click()
  const rename = page.getByRole('dialog')
  await rename.getByLabel('Name').fill('Lampen')
  const made = { query: { filter: { name: 'Lichter' } } }
  const [{ id }] = (await must(admin, 'POST', '/events/v1/categories/query', made)).body.categories
  await must(admin, 'PATCH', `/events/v1/categories/${id}`, { category: { name: 'Laternen' } })
  await rename.getByRole('button', { name: 'Umbenennen' }).click()
  await rename.getByRole('button', { name: 'Laden, was dort jetzt steht' }).waitFor()
  expect(await rename.getByLabel('Name').inputValue()).toBe('Lampen')
  await rename.getByRole('button', { name: 'Laden, was dort jetzt steht' }).click()
  await expect.poll(() => rename.getByLabel('Name').inputValue()).toBe('Laternen')
  await rename.getByLabel('Name').fill('Lichter')
  await rename.getByRole('button', { name: 'Umbenennen' }).click()
  await rename.waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Lichter' }).click()
  for (const title of ['Kleine Laterne', 'Große Laterne']) {
    await page.getByRole('combobox', { name: 'Veranstaltung hinzufügen' }).fill(title)
    await page.getByRole('option', { name: title }).click()
    await page.getByRole('button', { name: 'Hinzufügen' }).click()
    await page.getByRole('link', { name: title }).waitFor()
  }
  await page.getByRole('button', { name: 'Große Laterne verschieben' }).focus()
  await page.keyboard.press('Space')
  await page.getByText('Große Laterne ist auf Platz 2 von 2.').waitFor({ state: 'attached' })
  await moveUntil(page, 'ArrowUp', 'Große Laterne ist auf Platz 1 von 2.')
  await page.keyboard.press('Space')
  const [category] = (
    await must(admin, 'POST', '/events/v1/categories/query', { query: { filter: { name: 'Lichter' } } })
  ).body.categories
  const order = async () =>
    (await must(admin, 'GET', `/events/v3/events/category/${category.id}`)).body.events.map(
      ({ id }: { id: string }) => id,
    )
  await expect.poll(order).toEqual([second.eventId, first.eventId])
  await judge(page, 'category-phone')
  await page.goto(`${desk.base}/dashboard/home`)
  await page.getByRole('heading', { name: 'Start', level: 1 }).waitFor()
  await judge(page, 'home-phone-dark')
  await page.goto(`${desk.base}/dashboard/events/${first.eventId}/facts`)
  await page.getByLabel('Titel').waitFor()
  await judge(page, 'facts-phone-dark')
  await page.goto(`${desk.base}/dashboard/events/calendar?month=2030-06`)
  await page.getByRole('link', { name: /Kleine Laterne/ }).waitFor()
  await judge(page, 'calendar-phone-dark')
  expect(complaints).toEqual([])
  await close()
})

test('events 1.9.7, 1.14.1: a draft is looked at before it is published, here and by a colleague, and told to search engines', async () => {
  const { eventId, slug } = await aShowcase(app, { title: 'Before the show', mainImage: null }, undefined, {
    draft: true,
  })
  const { page, complaints, close } = await desk.open(`/events/${eventId}/overview`)
  await page.getByRole('link', { name: 'Preview' }).last().click()
  for (const title of ['On a phone', 'On a computer']) {
    const frame = page.frameLocator(`iframe[title="${title}"]`)
    await frame.getByText('Preview, not published').waitFor()
    await frame.getByRole('button', { name: 'One more: Standing' }).click()
    await frame.getByText('1 ticket · €24.00').filter({ visible: true }).waitFor()
    expect(await frame.getByRole('button', { name: 'Get tickets' }).filter({ visible: true }).isDisabled()).toBe(true)
    await frame.getByText('nothing can be bought').last().waitFor()
  }
  await page.getByRole('button', { name: 'Make a link' }).click()
  const link = await page.getByLabel('Link to the preview').inputValue()
  await judge(page, 'preview')
  const { pathname, search } = new URL(link)
  const colleague = await desk.openSignedOut(pathname + search, { width: 390, language: 'de', colorScheme: 'dark' })
  await colleague.page.getByText('Vorschau, nicht veröffentlicht').waitFor()
  await colleague.page.getByRole('link', { name: 'English' }).click()
  await colleague.page.getByText('Preview, not published').waitFor()
  await judge(colleague.page, 'preview-phone-dark')
  expect(colleague.complaints).toEqual([])
  await colleague.close()

  await page.goto(`${desk.base}/dashboard/events/${eventId}/facts`)
  await page.getByRole('region', { name: 'In a search' }).getByText('Before the show – Test').waitFor()
  await page.getByLabel('Headline there').fill('Lights and brass')
  await page.getByRole('region', { name: 'In a messenger' }).getByText('Lights and brass').waitFor()
  await judge(page, 'seo')
  await page.getByLabel('Ask search engines to leave it out').check()
  later()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()
  await must(admin, 'POST', `/events/v3/events/${eventId}/publish`, {})
  const { body } = await app.anonymous('GET', `/event-details/${slug}`)
  expect(String(body)).toContain('<title>Lights and brass</title>')
  expect(String(body)).toContain('<meta name="robots" content="noindex">')
  expect(complaints).toEqual([])
  await close()
})
