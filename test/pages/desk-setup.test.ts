import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { keepPicture, testDesk } from '../support/desk.ts'
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
  await page.keyboard.press('ArrowUp')
  await page.getByText(/^Which days\? is at place 1 of 3/).waitFor({ state: 'attached' })
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

  await page.getByRole('button', { name: 'Remove Which days?' }).click()
  await page.getByRole('dialog').getByText('Answers that were given stay').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByLabel('Every guest, once for each ticket').check()
  await page.getByText('Saved.').last().waitFor()
  await expect.poll(async () => (await eventOf(eventId)).registration.tickets.guestsAssignedSeparately).toBe(true)
  expect(await asked(eventId)).toEqual(['First name', 'Email', 'Your dish?', 'Phone'])

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
