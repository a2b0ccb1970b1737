import { expect, test } from 'vitest'
import { newGuid } from '../../src/ids.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { keepPicture, moveUntil, testDesk } from '../support/desk.ts'
import { aDefinition, aSale, checkOut, must, reserveTickets } from '../support/sale.ts'

/* What an event sells, as organizers make and change it at the desk. `SCREENSHOTS=folder` keeps pictures. */
const app = await testApp()
const { admin, visitor, sql, siteId, setNow } = app
const desk = await testDesk(app)

const ofEvent = async (eventId: string) =>
  (
    await must(admin, 'POST', '/events/v3/ticket-definitions/query', {
      query: { filter: { eventId }, sort: [{ fieldName: 'sortIndex' }] },
      fields: ['SALES_DETAILS'],
    })
  ).body.ticketDefinitions

/** A published event without tickets. */
async function anEmptySale() {
  const { eventId, definitionId } = await aSale(app)
  await must(admin, 'DELETE', `/events/v3/ticket-definitions/${definitionId}`)
  return eventId
}

test('R87, R90, R99, R100: tickets are made, copied, ordered by keyboard, hidden and deleted', async () => {
  const eventId = await anEmptySale()
  const { page, complaints, close } = await desk.open(`/events/${eventId}/tickets`)
  await page.getByText('Nothing is on sale yet').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'tickets-none')

  // What is missing is said at each field, and nothing is sent.
  await page.getByRole('link', { name: 'Make the first ticket' }).click()
  await page.getByRole('button', { name: 'Put it on sale' }).click()
  await page.getByText('Give it a name.').waitFor()
  await page.getByText('Enter an amount, such as 12.50.').waitFor()
  await page.getByText('Enter a whole number, 0 or more.').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'tickets-new-wrong')
  await page.getByLabel('Name').fill('Standard')
  await page.getByLabel('Price of one ticket').fill('12,5')
  await page.getByLabel('Number of tickets').fill('100')
  await page.getByLabel('Sale begins').fill('2030-05-01T10:00')
  await page.getByLabel('Sale ends').fill('2030-05-01T09:00')
  await page.getByRole('button', { name: 'Put it on sale' }).click()
  await page.getByText('The sale must end after it begins.').waitFor()
  await page.getByLabel('Sale begins').fill('')
  await page.getByLabel('Sale ends').fill('2030-06-01T18:00')
  await page.getByText('Time of Europe/Berlin').first().waitFor()
  await page.getByRole('button', { name: 'Put it on sale' }).click()
  await page.getByText('Standard was made.').waitFor()
  await page.getByText('On sale until').waitFor()

  // A copy is made of what is typed anew, and sells nothing before it is saved.
  await page.getByRole('button', { name: 'Actions for Standard' }).click()
  await page.getByRole('menuitem', { name: 'Copy' }).click()
  expect(await page.getByLabel('Name').inputValue()).toBe('Standard (copy)')
  await page.getByLabel('Name').fill('Reduced')
  await page.getByLabel('Several prices').check()
  await page.getByRole('button', { name: 'One more price' }).click()
  await page.getByLabel('Name of price 1').fill('Pupil')
  await page.getByLabel('Amount of price 1').fill('8')
  await page.getByRole('button', { name: 'One more price' }).click()
  await page.getByLabel('Name of price 2').fill('Pensioner')
  await page.getByLabel('Amount of price 2').fill('10')
  await keepPicture(page, 'tickets-options')
  await page.getByRole('button', { name: 'Put it on sale' }).click()
  await page.getByText('€8.00 to €10.00, 2 prices').waitFor()
  expect(await ofEvent(eventId)).toMatchObject([
    {
      name: 'Standard',
      initialLimit: 100,
      pricingMethod: { fixedPrice: { value: '12.50', currency: 'EUR' } },
      salePeriod: { endDate: '2030-06-01T16:00:00.000Z', displayNotOnSale: true },
    },
    {
      name: 'Reduced',
      pricingMethod: {
        pricingOptions: {
          optionDetails: [
            { name: 'Pupil', price: { value: '8.00' } },
            { name: 'Pensioner', price: { value: '10.00' } },
          ],
        },
      },
    },
  ])

  // The order, without a mouse.
  await page.getByRole('button', { name: 'Move Reduced' }).focus()
  await page.keyboard.press('Space')
  await page.getByText(/^Reduced is (taken, )?at place 2/).waitFor({ state: 'attached' })
  await moveUntil(page, 'ArrowUp', 'Reduced is at place 1 of 2.')
  await page.keyboard.press('Space')
  await expect
    .poll(async () => (await ofEvent(eventId)).map(({ name }: { name: string }) => name))
    .toEqual(['Reduced', 'Standard'])
  expect(await page.getByRole('list', { name: 'Tickets in the order' }).getByRole('link').allTextContents()).toEqual([
    'Reduced',
    'Standard',
  ])

  // What is sold and held is told as it happens, and what deleting means before it is done.
  const [reduced, standard] = await ofEvent(eventId)
  const buyer = await visitor()
  const reservationId = (await reserveTickets(buyer, standard.id, 3)).body.ticketReservation.id
  const entry = page.getByRole('listitem').filter({ hasText: 'Standard' })
  await entry.getByText('97').waitFor()
  await checkOut(admin, { eventId, reservationId }, { options: { markAsPaid: true } })
  await reserveTickets(buyer, standard.id, 2)
  await entry.getByText('95').waitFor()
  expect(await entry.locator('dd').allTextContents()).toEqual(['3', '2', '95'])
  await page.getByText('In all 3 sold, 2 held, 195 left').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'tickets')

  await page.getByRole('button', { name: 'Actions for Reduced' }).click()
  await page.getByRole('menuitem', { name: 'Hide from guests' }).click()
  await page.getByText('Hidden from guests').waitFor()
  expect((await ofEvent(eventId))[0]).toMatchObject({ id: reduced.id, hidden: true })
  await page.getByRole('button', { name: 'Currency: EUR' }).click()
  await page.getByText('There are orders in EUR already.').waitFor()
  await page.getByRole('dialog').getByText('Cancel', { exact: true }).click()
  await page.getByRole('button', { name: 'Actions for Standard' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByText('The 3 tickets that were sold stay valid').waitFor()
  await page.getByText('Whoever holds 2 tickets at this moment').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'tickets-delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Standard was deleted.').waitFor()
  expect(await ofEvent(eventId)).toHaveLength(1)
  expect(complaints).toEqual([])
  await close()
})

test('R94, R96: of two who edit one ticket nobody overwrites the other, and nothing typed is lost', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 50 } })
  const buyer = await visitor()
  await reserveTickets(buyer, definitionId, 4)
  const address = `/events/${eventId}/tickets/${definitionId}`
  const first = await desk.open(address, { role: 'MANAGER' })
  const second = await desk.open(address, { colorScheme: 'dark' })
  await second.page.getByText('4 tickets are sold or held: they keep their price.').waitFor()
  await second.page.getByLabel('Price of one ticket').fill('15')
  await second.page.getByLabel('Description').fill('With a drink')
  await second.page.getByLabel('Number of tickets').fill('3')
  await second.page.getByText('That is less than the 4 tickets that are sold or held.').waitFor()

  await first.page.getByLabel('Price of one ticket').fill('20')
  await first.page.getByLabel('Name').fill('Early bird')
  await first.page.getByRole('button', { name: 'Save' }).click()
  await first.page.getByText('Early bird was changed.').waitFor()

  await second.page.getByRole('button', { name: 'Save' }).click()
  const alert = second.page.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile' })
  await alert.waitFor()
  expect(await alert.getByRole('listitem').allTextContents()).toEqual([
    'Name: Early bird',
    'Price: €20.00 (you typed: €15.00)',
  ])
  expect(await ofEvent(eventId)).toMatchObject([
    { name: 'Early bird', initialLimit: 50, pricingMethod: { fixedPrice: { value: '20.00' } } },
  ])
  expect(await second.page.getByLabel('Price of one ticket').inputValue()).toBe('15')
  expect(await second.page.getByLabel('Description').inputValue()).toBe('With a drink')
  expect(await accessibilityViolations(second.page)).toEqual([])
  await keepPicture(second.page, 'tickets-clash-dark')
  await alert.getByRole('button', { name: 'Keep what I typed' }).click()
  expect(await second.page.getByLabel('Name').inputValue()).toBe('Early bird')
  expect(await second.page.getByLabel('Price of one ticket').inputValue()).toBe('15')
  await second.page.getByRole('button', { name: 'Save' }).click()
  await second.page.getByText('Early bird was changed.').waitFor()
  expect(await ofEvent(eventId)).toMatchObject([
    {
      name: 'Early bird',
      description: 'With a drink',
      initialLimit: 3,
      pricingMethod: { fixedPrice: { value: '15.00' } },
      salesDetails: { reservedCount: 4, unsoldCount: 0 },
    },
  ])

  // A revision that somebody made without changing what is shown is nobody's business.
  await aDefinition(app, eventId, { name: 'Other' })
  await first.page.reload()
  await first.page.getByRole('link', { name: 'Early bird' }).click()
  await first.page.getByLabel('Name').fill('Late bird')
  const [, other] = await ofEvent(eventId)
  const reorder = { eventId, ticketDefinitionId: other.id, beforeDefinitionId: definitionId }
  await must(admin, 'POST', '/events/v3/ticket-definitions/reorder', reorder)
  await first.page.getByRole('button', { name: 'Save' }).click()
  await first.page.getByText('Late bird was changed.').waitFor()

  // Leaving asks; who is deleted meanwhile keeps what was typed.
  await second.page.reload()
  await second.page.getByRole('link', { name: 'Late bird' }).click()
  await second.page.getByLabel('Name').fill('Night owl')
  second.page.once('dialog', dialog => dialog.dismiss())
  await second.page.getByRole('link', { name: 'Seats' }).click()
  expect(await second.page.getByLabel('Name').inputValue()).toBe('Night owl')
  await must(admin, 'DELETE', `/events/v3/ticket-definitions/${definitionId}`)
  await second.page.getByRole('button', { name: 'Save' }).click()
  await second.page.getByText('Somebody else deleted this ticket meanwhile.').waitFor()
  expect(await second.page.getByLabel('Name').inputValue()).toBe('Night owl')
  expect([first.complaints, second.complaints]).toEqual([[], []])
  await first.close()
  await second.close()
})

test('events 5.4.2, 5.4.9, 5.4.13: policies are written, ordered, and edited as HTML where the editor knows less', async () => {
  const { eventId } = await aSale(app)
  const { page, complaints, close } = await desk.open(`/events/${eventId}/policies`)
  await page.getByText('Guests have nothing to accept').waitFor()
  for (const name of ['Refunds', 'Privacy']) {
    await page.getByRole('link', { name: 'New policy' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('This is needed.').first().waitFor()
    await page.getByLabel('Name').fill(name)
    await page.getByRole('textbox', { name: 'Text' }).click()
    await page.keyboard.type(`All about ${name}`)
    if (name === 'Refunds') {
      expect(await accessibilityViolations(page)).toEqual([])
      await keepPicture(page, 'policy-new')
    }
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name }).waitFor()
  }
  const policies = async () =>
    (
      await must(admin, 'POST', '/events/v2/policies/query', {
        query: { filter: { eventId }, sort: [{ fieldName: 'sortIndex' }] },
      })
    ).body.policies
  expect((await policies()).map(({ name, body }: { name: string; body: string }) => [name, body])).toEqual([
    ['Privacy', '<p>All about Privacy</p>'],
    ['Refunds', '<p>All about Refunds</p>'],
  ])
  await page.getByRole('button', { name: 'Move Privacy' }).focus()
  await page.keyboard.press('Space')
  await moveUntil(page, 'ArrowDown', 'Privacy is at place 2 of 2.')
  await page.keyboard.press('Space')
  await expect.poll(async () => (await policies())[0].name).toBe('Refunds')
  // What the editor does not know is edited as it is.
  const [refunds] = await policies()
  const table = '<table><tbody><tr><td>30 days</td></tr></tbody></table>'
  await must(admin, 'PATCH', `/events/v2/policies/${refunds.id}`, {
    policy: { revision: refunds.revision, body: table },
  })
  await page.reload()
  await page.getByRole('link', { name: 'Refunds' }).click()
  await page.getByText('This text has parts that the editor does not know').waitFor()
  expect(await page.getByLabel('Text').inputValue()).toBe(table)
  expect(complaints).toEqual([])
  await close()
})

test('R41, R78 to R82: tax, limits and ways to pay; a seating plan with its errors named, then drawn', async () => {
  const { eventId, definitionId } = await aSale(app)
  const { page, complaints, close } = await desk.open(`/events/${eventId}/tickets/sale`)
  await page.getByLabel('Added at checkout').check()
  await page.getByLabel('Tickets in one order').fill('80')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Give the tax a name.').waitFor()
  await page.getByLabel('Tickets in one order').fill('8')
  await page.getByLabel('Name of the tax').fill('VAT')
  await page.getByLabel('Rate').fill('7,5')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').first().waitFor()
  const { registration } = (await must(admin, 'GET', `/events/v3/events/${eventId}?fields=REGISTRATION`)).body.event
  expect(registration.tickets).toMatchObject({
    ticketLimitPerOrder: 8,
    taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '7.5' },
  })
  // Somebody else changes the same, and something else besides.
  setNow(new Date(app.now().getTime() + 60_000))
  await page.getByLabel('Tickets in one order').fill('6')
  const theirs = { ticketLimitPerOrder: 5, reservationDurationInMinutes: 10 }
  await must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event: { registration: { tickets: theirs } } })
  await page.getByRole('button', { name: 'Save' }).click()
  const alert = page.getByRole('alert').filter({ hasText: 'Somebody else changed this meanwhile' })
  await alert.waitFor()
  expect(await alert.getByRole('listitem').allTextContents()).toEqual([
    'Tickets in one order: 5 (you typed: 6)',
    'Minutes to check out: 10',
  ])
  await alert.getByRole('button', { name: 'Load what they wrote' }).click()
  await expect.poll(() => page.getByLabel('Tickets in one order').inputValue()).toBe('5')
  expect(await page.getByLabel('Minutes to check out').inputValue()).toBe('10')
  await page.getByLabel('Guests may pay in person').click()
  await page.getByText('In person, at the event').waitFor()
  const changeable = page.getByLabel('Buyers may change who comes')
  expect(await changeable.isChecked()).toBe(true)
  await changeable.press('Space') // what was saved before may still be said above it
  const guestSettings = async () => (await must(admin, 'GET', `/boxoffice/v1/events/${eventId}/guest-settings`)).body
  await expect.poll(guestSettings).toEqual({ guestSettings: { changeableByBuyer: false } })
  expect(await changeable.isChecked()).toBe(false)
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'sale-settings')

  await page.getByRole('link', { name: 'Seats' }).click()
  await page.getByRole('button', { name: 'Upload a plan' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('The plan as JSON').fill('{ "name": ')
  await dialog.getByRole('button', { name: 'Upload a plan' }).click()
  await dialog.getByText('That is no plan in JSON').waitFor()
  const seats = Array.from({ length: 12 }, (_, index) => ({ label: String(index + 1) }))
  const sections = [
    {
      id: 1,
      label: 'Stalls',
      ticketDefinitionId: definitionId,
      elements: [
        ...['A', 'B', 'C'].map((label, id) => ({ id, type: 'ROW', label, seats })),
        { id: 8, type: 'TABLE', label: 'Table 1', seats: seats.slice(0, 6) },
      ],
    },
    { id: 2, label: 'Standing', elements: [{ id: 1, type: 'AREA', label: 'Floor', capacity: 200 }] },
  ]
  const wrong = [{ ...sections[0], elements: [{ id: 1, type: 'ROW', label: 'A' }] }]
  await dialog.getByLabel('The plan as JSON').fill(JSON.stringify({ name: 'Hall', sections: wrong }))
  await dialog.getByRole('button', { name: 'Upload a plan' }).click()
  await dialog.getByText('seatingPlan.sections[0].elements[0].seats').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'seats-wrong')
  await dialog.getByLabel('The plan as JSON').fill(JSON.stringify({ name: 'Hall', sections }))
  await dialog.getByRole('button', { name: 'Upload a plan' }).click()
  await page.getByRole('img', { name: 'Drawing of the plan Hall' }).waitFor()
  await page.getByText('43 places with room for 242').waitFor()
  await page.getByText('Standard (42)').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'seats')
  const guest = await visitor()
  await must(guest, 'POST', '/events/v1/ticket-reservations', {
    ticketReservation: {
      tickets: [{ ticketDefinitionId: definitionId, quantity: 1, ticketInfo: { seatId: '1-0-1' } }],
    },
  })
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('are sold or held').waitFor()
  expect((await sql`select from seating_plans where event_id = ${eventId}`).count).toBe(1)
  expect(complaints).toEqual([])
  await close()
})

test('R50 to R52, R58: coupons and gift cards, in German on a phone', async () => {
  const { eventId, definitionId } = await aSale(app)
  const { page, complaints, close } = await desk.open('/promotions', { width: 390, language: 'de' })
  await page.getByText('Noch gibt es keine Rabattcodes').waitFor()
  await page.getByRole('link', { name: 'Neuer Rabattcode' }).first().click()
  await page.getByRole('button', { name: 'Speichern' }).click()
  await page.getByText('Geben Sie 1 bis 20 Buchstaben').waitFor()
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill('ßßßßßßßßßßßßß') // twice as long in upper case, which the API alone finds out
  await page.getByLabel('Name').fill('Sommer')
  await page.getByLabel('Prozent Nachlass').fill('12,5')
  await page.getByLabel('Eine Veranstaltung').check()
  await page.getByRole('combobox', { name: 'Veranstaltung' }).fill('concert')
  await page.getByRole('option', { name: 'A concert' }).first().click()
  await page.getByLabel('Bestellungen insgesamt').fill('10')
  await page.getByRole('button', { name: 'Speichern' }).click()
  await page.getByText('Code: Höchstens 20 Zeichen.').waitFor()
  await page.getByText('Höchstens 20 Zeichen.', { exact: true }).waitFor()
  await keepPicture(page, 'coupon-refused-phone-de')
  await page.getByRole('textbox', { name: 'Code', exact: true }).clear()
  await page.getByRole('textbox', { name: 'Code', exact: true }).fill('sommer-25')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'coupon-phone-de')
  await page.getByRole('button', { name: 'Speichern' }).click()
  await page.getByRole('link', { name: 'SOMMER-25' }).waitFor()
  await page.getByText('0 von 10').waitFor()
  await page.getByRole('button', { name: 'SOMMER-25 anhalten' }).click()
  await page.getByText('Angehalten').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'coupons-phone-de')
  expect((await must(admin, 'POST', '/boxoffice/v1/coupons/query', {})).body.coupons).toMatchObject([
    { code: 'SOMMER-25', percentOff: '12.5', usesMax: 10, active: false, scope: { group: 'event' } },
  ])

  await page.getByRole('link', { name: 'Gutscheine', exact: true }).click()
  await page.getByRole('button', { name: 'Gutschein ausgeben' }).click()
  await page.getByLabel('Betrag').fill('50')
  await page.getByRole('dialog').getByRole('button', { name: 'Gutschein ausgeben' }).click()
  await page.getByText('nur dieses eine Mal').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'gift-card-issued-phone-de')
  await page.getByRole('button', { name: 'Ich habe ihn notiert' }).click()
  await page.getByRole('link', { name: /^Gutschein …/ }).click()
  await page.getByRole('button', { name: 'Guthaben aufladen' }).click()
  await page.getByRole('dialog').getByLabel('Betrag').fill('25')
  await page.getByRole('dialog').getByRole('button', { name: 'Guthaben aufladen' }).click()
  await page.getByText('75,00').first().waitFor()
  await page.getByRole('button', { name: 'Sperren' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sperren' }).click()
  await page.getByText('Gesperrt', { exact: true }).waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'gift-card-phone-de')
  await sql`
    insert into opening_queues (site_id, ticket_definition_id, event_id, looked_at)
    values (${siteId}, ${definitionId}, ${eventId}, ${app.now()})`
  await sql`
    insert into opening_alerts (
      site_id, alert_id, kind, ticket_definition_id, email, locale, created_at, confirmed_at
    )
    values (${siteId}, ${newGuid()}, 'RETURN', ${definitionId}, 'bo@example.org', 'de', ${app.now()}, ${app.now()})`
  await page.goto(`${desk.base}/dashboard/events/${eventId}/tickets`)
  await page.getByText('Im Verkauf', { exact: true }).waitFor()
  await page.getByText('1 Person wartet auf freie Tickets').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'tickets-phone-de')
  await page.getByRole('link', { name: 'Standard' }).click()
  expect(await page.getByLabel('Preis eines Tickets').inputValue()).toBe('10,00')
  await keepPicture(page, 'ticket-phone-de')
  expect(complaints).toEqual([])
  await close()

  // Who may read tickets only is shown nothing that changes them.
  const reader = await desk.open(`/events/${eventId}/tickets`, { role: 'FINANCE' })
  await reader.page.getByRole('link', { name: 'Standard' }).waitFor()
  expect(await reader.page.getByRole('button', { name: /Actions|New ticket|Move|Currency/ }).count()).toBe(0)
  expect(await reader.page.getByRole('link', { name: /New ticket|Sale settings|Policies/ }).count()).toBe(0)
  await reader.page.getByRole('link', { name: 'Standard' }).click()
  await reader.page.getByLabel('Price of one ticket').waitFor()
  expect(await reader.page.getByLabel('Price of one ticket').isDisabled()).toBe(true)
  expect(await reader.page.getByRole('button', { name: /Save|Delete/ }).count()).toBe(0)
  await reader.close()
})

test('R53: benefits of pricing plans are made, changed beside a colleague, and removed', async () => {
  const { page, complaints, close } = await desk.open('/promotions/benefits')
  await page.getByText('There are no benefits yet').waitFor()
  await page.getByRole('link', { name: 'New benefit' }).click()
  const [memberId, planId, planOrderId] = [newGuid(), newGuid(), newGuid()]
  await page.getByLabel('Member').fill('Ada')
  await page.getByRole('textbox', { name: 'Plan', exact: true }).fill(planId)
  await page.getByLabel('Plan order').fill(planOrderId)
  await page.getByLabel('Name').fill('Gold members')
  await page.getByLabel('Percent off').fill('12.5')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Enter a GUID').waitFor()
  await page.getByLabel('Member').fill(memberId)
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'benefit')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('link', { name: 'Gold members' }).click()
  const query = async () =>
    (await must(app.admin, 'POST', '/boxoffice/v1/pricing-plan-benefits/query', {})).body.benefits
  const [made] = await query()
  expect(made).toMatchObject({ memberId, planId, planOrderId, rate: '12.5', quantityUsed: 0 })
  await page.getByLabel('Name').fill('Silver members')
  await must(app.admin, 'PATCH', `/boxoffice/v1/pricing-plan-benefits/${planOrderId}/${made.benefitId}`, {
    benefit: { revision: made.revision, name: 'Bronze members' },
  })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('alert').getByText('Bronze members').waitFor()
  await page.getByRole('button', { name: 'Keep what I typed, take over the rest' }).click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Remove Silver members' }).waitFor()
  await page.getByLabel('Member, plan or plan order').fill(newGuid())
  await page.getByText('No benefit of that member').waitFor()
  await page.getByLabel('Member, plan or plan order').fill(memberId)
  await page.getByRole('button', { name: 'Remove Silver members' }).click()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'benefits')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('link', { name: 'Silver members' }).waitFor({ state: 'detached' })
  expect(await query()).toEqual([])
  expect(complaints).toEqual([])
  await close()
})
