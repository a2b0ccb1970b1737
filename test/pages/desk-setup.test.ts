import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { accessibilityViolations, picture } from '../support/browser.ts'
import { keepPicture, moveUntil, testDesk } from '../support/desk.ts'
import { scanned } from '../support/pdf.ts'
import { aSale, FREE, must, reserveTickets } from '../support/sale.ts'

/* What an event is set up with at the desk: form, schedule, staff, settings. `SCREENSHOTS=folder` keeps pictures. */
const app = await testApp()
const desk = await testDesk(app)

test('events 4.5.5, 4.5.10, 4.5.18: a form is built, looked at and put in order; two people do not overwrite each other', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: FREE })
  const guest = await app.visitor()
  const held = await reserveTickets(guest, definitionId)
  await must(guest, 'POST', '/events/v1/checkout', {
    eventId,
    reservationId: held.body.ticketReservation.id,
    guests: [{ form: { inputValues: NAMES } }],
  })
  const { page, complaints, close } = await desk.open(`/events/${eventId}/form`)
  const preview = page.getByRole('region', { name: 'What guests see' })
  await page.getByText('1 order has answered this form.').waitFor()
  await preview.getByLabel('First name').waitFor()

  // A question is seen by guests' eyes before it is saved, and what is wrong about it is said where it is wrong.
  await addQuestion(page, 'List')
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Which meal?')
  await page.getByLabel('Answers to choose from').fill('Rice')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('At least two answers are needed.').waitFor()
  await page.getByLabel('Answers to choose from').fill('Rice\nFish\nCake')
  await page.getByLabel('An answer is required').check()
  await preview.getByLabel('Which meal?').selectOption('Fish')
  await keepPicture(page, 'setup-form-editing')
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Edit Which meal?' }).waitFor()
  await addQuestion(page, 'Boxes to tick')
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Which days?')
  await page.getByLabel('Answers to choose from').fill('Saturday\nSunday')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Edit Which days?' }).waitFor()
  await addQuestion(page, 'Phone number')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Edit Phone' }).waitFor()
  expect(await asked(eventId)).toEqual(['First name', 'Email', 'Which meal?', 'Which days?', 'Phone'])

  // By keyboard, one place up; nothing else about it changes.
  const before = await formOf(eventId)
  const handle = page.getByRole('button', { name: 'Move Which days?', exact: true })
  await handle.focus()
  await page.keyboard.press('Space')
  await page.getByText(/^Which days\? is at place 2 of 3/).waitFor({ state: 'attached' })
  await moveUntil(page, 'ArrowUp', /^Which days\? is at place 1 of 3/)
  await page.keyboard.press('Space')
  await expect.poll(() => asked(eventId)).toEqual(['First name', 'Email', 'Which days?', 'Which meal?', 'Phone'])
  const inputsOf = (form: Form) =>
    form.controls.flatMap(({ inputs }) => inputs).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  expect(inputsOf(await formOf(eventId))).toEqual(inputsOf(before))

  // Somebody else renames the question that is open here.
  await page.getByRole('button', { name: 'Edit Which meal?' }).click()
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Your dinner?')
  const meal = before.controls.find(({ label }) => label === 'Which meal?')
  const theirs = { dropdown: { label: 'Which dish?', options: ['Soup', 'Stew'] } }
  await must(app.admin, 'PUT', `/events/v1/events/${eventId}/form/controls/${meal?.id}`, theirs)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Somebody else changed this meanwhile').waitFor()
  expect(await asked(eventId)).toContain('Which dish?')
  expect(await page.getByRole('textbox', { name: 'Question', exact: true }).inputValue()).toBe('Your dinner?')
  await keepPicture(page, 'setup-form-conflict')
  await page.getByRole('button', { name: 'Load what they wrote' }).click()
  await expect.poll(() => page.getByLabel('Answers to choose from').inputValue()).toBe('Soup\nStew')
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Your dish?')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Edit Your dish?' }).waitFor()

  // What somebody else asks besides is kept, though nobody here has seen it yet.
  await must(app.admin, 'POST', `/events/v1/events/${eventId}/form/control`, { text: { label: 'Allergies?' } })
  await page.getByRole('button', { name: 'Remove Which days?' }).click()
  await page.getByRole('dialog').getByText('Answers that were given stay').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByLabel('Every guest, once for each ticket').check()
  await page.getByText('Saved.').last().waitFor()
  await expect.poll(async () => (await eventOf(eventId)).registration.tickets.guestsAssignedSeparately).toBe(true)
  expect(await asked(eventId)).toEqual(['First name', 'Email', 'Your dish?', 'Phone', 'Allergies?'])

  // The texts around it: one that was typed is sent alone.
  await page.getByRole('button', { name: 'The checkout' }).click()
  await page.getByLabel('Heading of the form').fill('Who are you?')
  await page.getByRole('button', { name: 'Save the texts' }).click()
  await expect.poll(async () => (await formOf(eventId)).messages.checkout.title).toBe('Who are you?')
  await preview.getByRole('heading', { name: 'Who are you?' }).waitFor()
  await page.getByRole('button', { name: 'Use the original texts again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Use the original texts again' }).click()
  await preview.getByRole('heading', { name: 'Add your details' }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'setup-form')
  expect(complaints).toEqual([])
  await close()

  const dark = await desk.open(`/events/${eventId}/form`, { width: 390, colorScheme: 'dark', language: 'de' })
  await dark.page.getByRole('region', { name: 'Was Gäste sehen' }).getByLabel('First name').waitFor()
  expect(await accessibilityViolations(dark.page)).toEqual([])
  expect(await overflow(dark.page)).toBe(0)
  await keepPicture(dark.page, 'setup-form-phone-dark-de')
  await dark.close()
})

test('events 9.2, 9.4, 9.5.5, 9.5.7: staff get a code that lets them in, and lose it again', async () => {
  const { eventId } = await aSale(app)
  const { page, complaints, close } = await desk.open(`/events/${eventId}/staff`)
  await page.getByText('Nobody works at the door yet').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Add somebody' }).first().click()
  await page.getByRole('button', { name: 'Add and show the code' }).click()
  await page.getByText('This is needed.').waitFor()
  await page.getByRole('textbox', { name: 'Name' }).fill('Tablet at the gate')
  await page.getByLabel('Sell tickets').check()
  await page.getByLabel('Add guests').check()
  await page.getByLabel('Read answers').check()
  expect(await page.getByLabel('See figures').isDisabled()).toBe(true) // four at most
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'setup-staff-add')
  await page.getByRole('button', { name: 'Add and show the code' }).click()
  const code = page.getByRole('dialog', { name: 'Code of Tablet at the gate' })
  const shown = code.getByRole('img', { name: 'Code of Tablet at the gate' })
  await shown.waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'setup-staff-code')

  // The code on the screen is the link below it, and whoever follows that is let in; the page says so by itself.
  const link = (await code.getByText(/\/staff\/login\?token=/).textContent()) ?? ''
  expect(scanned(await picture(desk.browser, await shown.screenshot()))).toBe(link)
  const loginToken = new URL(link).searchParams.get('token')
  const phone = await app.visitor()
  const { body: login } = await must(phone, 'POST', '/events/v1/staff-members/login', { loginToken })
  await code.getByText('Joined').waitFor()

  // A sheet to be printed has nothing of the page on it.
  await page.evaluate('window.print = () => document.body.dataset.printed = "yes"')
  await code.getByRole('button', { name: 'Print' }).click()
  await page.locator('body[data-printed]').waitFor()
  await page.emulateMedia({ media: 'print' })
  await page.getByRole('heading', { name: 'Tablet at the gate' }).waitFor()
  expect(await page.locator('#root').isVisible()).toBe(false)
  expect(scanned(await picture(desk.browser, await page.locator('body > div > section svg').screenshot()))).toBe(link)
  await keepPicture(page, 'setup-staff-sheet')
  await page.emulateMedia({ media: 'screen' })
  await page.evaluate('window.dispatchEvent(new Event("afterprint"))')
  await code.getByRole('button', { name: 'Close' }).click()
  await code.waitFor({ state: 'detached' })

  // Two people change the same one: nothing is overwritten, nothing typed is lost.
  const actions = page.getByRole('button', { name: 'Actions for Tablet at the gate' })
  await actions.click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  const form = page.getByRole('dialog', { name: 'Edit Tablet at the gate' })
  await form.getByLabel('Name').fill('Tablet, main gate')
  const { id } = login.staffMember
  const { revision } = (await must(app.admin, 'GET', `/events/v1/staff-members/${id}`)).body.staffMember
  const theirs = { revision, permissions: ['CHECK_IN_GUESTS'], allEvents: {} }
  await must(app.admin, 'PATCH', `/events/v1/staff-members/${id}`, { staffMember: theirs })
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('Somebody else changed this meanwhile').waitFor()
  expect(await form.getByLabel('Name').inputValue()).toBe('Tablet, main gate')
  await form.getByRole('button', { name: 'Load what they wrote' }).click()
  await expect.poll(() => form.getByLabel('All events').isChecked()).toBe(true)
  await form.getByLabel('Name').fill('Tablet, main gate')
  await form.getByLabel('Chosen events').check()
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This event', { exact: true }).waitFor()
  await page.getByRole('row', { name: /^Tablet, main gate/ }).waitFor()

  await page.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Pause access' }).click()
  await page.getByText('Paused').waitFor()
  const access = { accessToken: login.accessToken }
  expect((await phone('POST', '/events/v1/staff-members/access', access)).status).toBe(428)
  await page.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Let it go on' }).click()
  await page.getByText('Joined').waitFor()
  await must(phone, 'POST', '/events/v1/staff-members/access', access)
  await keepPicture(page, 'setup-staff')
  await page.getByRole('button', { name: /^Actions for/ }).click()
  await page.getByRole('menuitem', { name: 'Remove for ever' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove for ever' }).click()
  await page.getByText('Nobody works at the door yet').waitFor()
  expect((await phone('POST', '/events/v1/staff-members/access', access)).status).toBe(401)
  expect(complaints).toEqual([])
  await close()

  for (const name of ['Ada', 'Bo']) {
    const staffMember = { name, allEvents: {}, permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS'] }
    await must(app.admin, 'POST', '/events/v1/staff-members', { staffMember })
  }
  const dark = await desk.open(`/events/${eventId}/staff`, { width: 390, colorScheme: 'dark', language: 'de' })
  await dark.page.getByPlaceholder('Nach Namen suchen').fill('bo')
  await dark.page.getByRole('button', { name: 'Code von Ada' }).waitFor({ state: 'detached' })
  await dark.page.getByRole('button', { name: 'Code von Bo' }).waitFor()
  expect(await accessibilityViolations(dark.page)).toEqual([])
  expect(await overflow(dark.page)).toBe(0)
  await keepPicture(dark.page, 'setup-staff-phone-dark-de')
  await dark.page.getByRole('button', { name: 'Code von Bo' }).click()
  await dark.page.getByRole('img', { name: 'Code von Bo' }).waitFor()
  expect(await accessibilityViolations(dark.page)).toEqual([])
  await keepPicture(dark.page, 'setup-staff-code-phone-dark-de')
  await dark.close()
})

test('events 6.2, 6.5.4, 6.5.6: a schedule is planned in a draft, moved as a whole, compared and published', async () => {
  const { eventId } = await aSale(app)
  const { page, complaints, close } = await desk.open(`/events/${eventId}/schedule`)
  await page.getByText('Nothing is planned yet').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.getByRole('button', { name: 'Add an item' }).first().click()
  const form = page.getByRole('dialog', { name: 'New item' })
  expect(await form.getByRole('textbox', { name: 'From' }).inputValue()).toBe('2030-06-01T20:00') // 18:00 UTC, in Berlin
  await form.getByRole('textbox', { name: 'Until' }).fill('2030-06-01T19:00')
  await form.getByRole('button', { name: 'Save in the draft' }).click()
  await form.getByText('It must end after it begins.').waitFor()
  await form.getByRole('textbox', { name: 'What' }).fill('Doors open')
  await form.getByRole('textbox', { name: 'Until' }).fill('2030-06-01T20:30')
  await form.getByLabel('Where').fill('Main stage')
  await form.getByLabel('Tags').first().fill('free')
  await page.keyboard.press('Enter')
  await form.getByRole('textbox', { name: 'More about it' }).fill('Bring your ticket.')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'setup-schedule-item')
  await form.getByRole('button', { name: 'Save in the draft' }).click()
  await page.getByText('1 new').waitFor()
  await page.getByRole('button', { name: 'Add an item' }).click()
  await form.getByRole('textbox', { name: 'What' }).fill('Opening act')
  expect(await form.getByRole('textbox', { name: 'From' }).inputValue()).toBe('2030-06-01T20:30') // after what is last
  await form.getByRole('textbox', { name: 'From' }).fill('2030-06-02T21:00')
  expect(await form.getByRole('textbox', { name: 'Until' }).inputValue()).toBe('2030-06-02T22:00') // as long as it was
  await form.getByLabel('Where').fill('Garden')
  await form.getByRole('button', { name: 'Save in the draft' }).click()
  await page.getByText('2 new').waitFor()

  // Guests see nothing of it until it is published, and until the page shows it.
  const seenByGuests = async () =>
    (await must(await app.visitor(), 'GET', `/events/v1/schedule?eventId=${eventId}`)).body.items
  expect(await seenByGuests()).toEqual([])
  await page.getByRole('button', { name: 'Publish' }).click()
  const asked = page.getByRole('dialog', { name: 'Publish the draft?' })
  await asked.getByText('Opening act').waitFor()
  await asked.getByText('The schedule is not shown to guests at the moment').waitFor()
  await keepPicture(page, 'setup-schedule-publish')
  await asked.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Guests see exactly this draft.').waitFor()
  await asked.waitFor({ state: 'detached' })
  expect((await seenByGuests()).map(({ name }: { name: string }) => name)).toEqual(['Doors open', 'Opening act'])
  await page.getByLabel('Guests see the schedule').check()
  await page.getByRole('link', { name: 'Open the page' }).waitFor()
  await expect.poll(async () => (await eventOf(eventId, 'AGENDA')).agendaSettings.enabled).toBe(true)

  // Everything half an hour later; one item is changed by two people at once, one goes.
  await page.getByRole('button', { name: 'Move all' }).click()
  const move = page.getByRole('dialog', { name: 'Move all items' })
  await move.getByLabel('Minutes').fill('30')
  await move.getByText(/^The first item, Doors open, then begins on Saturday, June 1, 2030 at 8:30/).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'setup-schedule-move')
  await move.getByRole('button', { name: 'Move all' }).click()
  await page.getByText('2 changed').waitFor()
  await move.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Edit Doors open' }).click()
  const edit = page.getByRole('dialog', { name: 'Edit Doors open' })
  await edit.getByRole('textbox', { name: 'What' }).fill('Doors and bar open')
  const [doors] = await seenByGuests()
  app.setNow('2030-05-01T12:01:00.000Z')
  const theirs = { eventId, item: { stageName: 'Foyer' }, fields: 'item.stageName' }
  await must(app.admin, 'PATCH', `/events/v1/schedule/draft/${doors.id}`, theirs)
  await edit.getByRole('button', { name: 'Save in the draft' }).click()
  await edit.getByText('Somebody else changed this meanwhile').waitFor()
  expect(await edit.getByRole('textbox', { name: 'What' }).inputValue()).toBe('Doors and bar open')
  await edit.getByRole('button', { name: 'Load what they wrote' }).click()
  await expect.poll(() => edit.getByLabel('Where').inputValue()).toBe('Foyer')
  await edit.getByRole('textbox', { name: 'What' }).fill('Doors and bar open')
  await edit.getByRole('button', { name: 'Save in the draft' }).click()
  await page.getByRole('button', { name: 'Edit Doors and bar open' }).waitFor()
  await page.getByRole('navigation', { name: 'Days' }).getByRole('button', { name: 'Sun, Jun 2' }).click()
  await page.getByRole('button', { name: 'Remove Opening act' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('1 changed, 1 removed').waitFor()
  await page.getByText('Removed', { exact: true }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'setup-schedule')
  await page.getByText('What guests see').click()
  await page.getByText('Opening act').waitFor()
  expect(await page.getByRole('button', { name: 'Edit Opening act' }).count()).toBe(0)
  await page.getByText('Draft', { exact: true }).click()
  await page.getByRole('button', { name: 'Discard the draft' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Discard the draft' }).click()
  await page.getByText('Guests see exactly this draft.').waitFor()
  expect(complaints).toEqual([])
  await close()

  const dark = await desk.open(`/events/${eventId}/schedule`, { width: 390, colorScheme: 'dark', language: 'de' })
  await dark.page.getByText('Doors open').waitFor()
  expect(await accessibilityViolations(dark.page)).toEqual([])
  expect(await overflow(dark.page)).toBe(0)
  await keepPicture(dark.page, 'setup-schedule-phone-dark-de')
  await dark.close()
})

test('events 11.3, 11.6: mails are turned off and worded, reminders timed, doors and gates named', async () => {
  const { eventId } = await aSale(app)
  const { page, complaints, close } = await desk.open(`/events/${eventId}/settings`)
  const mails = page.getByRole('region', { name: 'Mails of this event' })
  const resolve = `/events-notifications/v2/notification-configs/resolve/${eventId}`
  const config = async () => (await must(app.admin, 'GET', resolve)).body.notificationConfig
  await mails.getByRole('switch', { name: 'Thanks for the answer' }).waitFor({ state: 'detached' }) // tickets have no such mail
  await mails.getByRole('switch', { name: 'Invoice' }).uncheck()
  await mails.getByRole('combobox', { name: 'When' }).click()
  await page.getByRole('option', { name: 'Three days before' }).click()
  await mails.getByRole('button', { name: 'Text of: Reminder' }).click()
  await mails.getByRole('textbox', { name: 'Subject' }).fill(' ')
  await mails.getByRole('button', { name: 'Save the mails' }).click()
  await mails.getByText('This is needed.').waitFor()
  await mails.getByRole('textbox', { name: 'Subject' }).fill('See you on Saturday')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'setup-settings')
  await mails.getByRole('button', { name: 'Save the mails' }).click()
  await page.getByText('Saved.').waitFor()
  const { revision, ...stored } = await config()
  expect(stored).toMatchObject({
    invoice: { sendingEnabled: false },
    orderConfirmation: { sendingEnabled: true },
    upcomingEventReminder: { reminderTime: 'BEFORE_3_DAYS', template: { subject: 'See you on Saturday' } },
  })

  // Somebody else changes another mail of the same configuration.
  await mails.getByRole('switch', { name: 'The event is canceled' }).uncheck()
  const theirs = { ...stored, revision, ticketConfirmation: { ...stored.ticketConfirmation, sendingEnabled: false } }
  await must(app.admin, 'POST', resolve.replace('/resolve', ''), { notificationConfig: theirs })
  await mails.getByRole('button', { name: 'Save the mails' }).click()
  await mails.getByText('Somebody else changed this meanwhile').waitFor()
  expect(await mails.getByRole('switch', { name: 'The event is canceled' }).isChecked()).toBe(false)
  await mails.getByRole('button', { name: 'Load what they wrote' }).click()
  await expect.poll(() => mails.getByRole('switch', { name: "A guest's own ticket" }).isChecked()).toBe(false)
  expect((await config()).eventCancelation.sendingEnabled).toBe(true)

  const door = page.getByRole('region', { name: 'Doors and gates' })
  await door.getByLabel('From some time before').check()
  await door.getByRole('textbox', { name: 'Minutes before it begins' }).fill('90')
  await door.getByLabel('Gates').first().fill('North')
  await page.keyboard.press('Enter')
  await door.getByRole('button', { name: 'Save doors and gates' }).click()
  await door.getByText(/^From Jun 1, 2030, 6:30/).waitFor() // 90 minutes before 20:00 in Berlin
  const { doorSettings } = (await must(app.admin, 'GET', `/boxoffice/v1/events/${eventId}/door-settings`)).body
  expect(doorSettings).toMatchObject({ admissionMinutes: 90, gates: ['North'] })

  // What somebody else says of the minutes meanwhile is kept; of the same gates a person decides.
  const doors = `/boxoffice/v1/events/${eventId}/door-settings`
  const nameGate = async (name: string) => {
    await door.getByLabel('Gates').first().fill(name)
    await page.keyboard.press('Enter')
  }
  await nameGate('South')
  app.setNow('2030-05-01T12:05:00.000Z')
  await must(app.admin, 'PATCH', doors, { doorSettings: { admissionMinutes: 45 } })
  await door.getByRole('button', { name: 'Save doors and gates' }).click()
  await door.getByText(/^From Jun 1, 2030, 7:15/).waitFor()
  expect((await must(app.admin, 'GET', doors)).body.doorSettings).toMatchObject({
    admissionMinutes: 45,
    gates: ['North', 'South'],
  })
  await nameGate('West')
  app.setNow('2030-05-01T12:06:00.000Z')
  await must(app.admin, 'PATCH', doors, { doorSettings: { gates: ['Main'] } })
  await door.getByRole('button', { name: 'Save doors and gates' }).click()
  await door.getByText('Somebody else changed this meanwhile').waitFor()
  await door.getByText('Changed last by tests').waitFor()
  await door.getByText('West').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'setup-doors-conflict')
  await door.getByRole('button', { name: 'Load what they wrote' }).click()
  await door.getByText('Main', { exact: true }).waitFor()
  expect(await door.getByText('West').count()).toBe(0)
  expect(complaints).toEqual([])
  await close()

  const dark = await desk.open(`/events/${eventId}/settings`, { width: 390, colorScheme: 'dark', language: 'de' })
  await dark.page.getByRole('button', { name: 'Text von: Bestätigung der Bestellung' }).click()
  expect(await accessibilityViolations(dark.page)).toEqual([])
  expect(await overflow(dark.page)).toBe(0)
  await keepPicture(dark.page, 'setup-settings-phone-dark-de')
  await dark.close()
})

test('events 4.5.8, 4.7.1, 4.7.4: guests who answer read what the organizer wrote, and nothing else of it', async () => {
  const rsvp = { initialType: 'RSVP', rsvp: { responseType: 'YES_AND_NO' } }
  const { body } = await must(app.admin, 'POST', '/events/v3/events', {
    event: {
      title: 'A garden party',
      location: { name: 'The garden', type: 'VENUE' },
      dateAndTimeSettings: { startDate: '2030-06-01T18:00:00Z', endDate: '2030-06-01T22:00:00Z', timeZoneId: 'UTC' },
      registration: rsvp,
    },
  })
  const { id: eventId, slug } = body.event
  const { page, complaints, close } = await desk.open(`/events/${eventId}/form`)
  await addQuestion(page, 'Guests brought along')
  await page.getByRole('textbox', { name: 'How many may be brought along' }).fill('2')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Edit Additional guests' }).waitFor()
  await page
    .getByRole('region', { name: 'What guests see' })
    .getByLabel(/^Additional guests/)
    .waitFor()
  await page.getByRole('button', { name: 'Add a question' }).click()
  await page.getByRole('menuitem', { name: 'Date' }).waitFor()
  expect(await page.getByRole('menuitem', { name: 'Guests brought along' }).count()).toBe(0) // once in a form
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'The answer', exact: true }).click()
  await page.getByLabel('Answer “yes”').fill('Count me in')
  await page.getByRole('button', { name: 'Whoever comes' }).click()
  await page.getByRole('textbox', { name: 'Heading afterwards' }).fill('The grill is warm')
  await page.getByRole('button', { name: 'Save the texts' }).click()
  await page.getByText('Saved.').last().waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  expect(complaints).toEqual([])
  await close()

  const guest = await desk.openSignedOut(`/event-details/${slug}`, { width: 390, language: 'de' })
  await guest.page.getByLabel('Count me in').waitFor()
  await guest.page.getByLabel('Nein, ich kann nicht').waitFor() // ours, in the reader's language
  await guest.page.getByLabel('First name').fill('Ada')
  await guest.page.getByLabel('Last name').fill('Berg')
  await guest.page.getByLabel('Email').fill('ada@example.org')
  await guest.page.getByRole('button', { name: 'Anmelden' }).click()
  await guest.page.getByText('The grill is warm').waitFor()
  await guest.close()
})

type Form = {
  controls: { id: string; label: string; inputs: { name: string }[] }[]
  messages: { checkout: { title: string } }
}

const NAMES = [
  { inputName: 'firstName', value: 'Ada' },
  { inputName: 'lastName', value: 'Berg' },
  { inputName: 'email', value: 'ada@example.org' },
]

async function addQuestion(page: Page, kind: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a question' }).click()
  await page.getByRole('menuitem', { name: kind }).click()
}

async function formOf(eventId: string): Promise<Form> {
  return (await must(app.admin, 'GET', `/events/v1/events/${eventId}/form`)).body.form
}

async function asked(eventId: string): Promise<string[]> {
  return (await formOf(eventId)).controls.map(({ label }) => label)
}

async function eventOf(eventId: string, fields = 'REGISTRATION') {
  return (await must(app.admin, 'GET', `/events/v3/events/${eventId}?fields=${fields}`)).body.event
}

/** How many pixels the page is wider than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}
