import { expect, test } from 'vitest'
import { orderJobs } from '../../src/orders/bulk.ts'
import { runJobs } from '../../src/queue/run.ts'
import { testApp } from '../support/app.ts'
import { accessibilityViolations } from '../support/browser.ts'
import { keepPicture, testDesk } from '../support/desk.ts'
import { anOrder, notify, orderNow } from '../support/orders.ts'
import { checkOut, FREE, must, reserveTickets } from '../support/sale.ts'

/* Orders and what is held, at the organizer's desk. `SCREENSHOTS=folder` keeps pictures. */
const app = await testApp()
const desk = await testDesk(app)
const { admin, sql, now, setNow } = app

const guestNamed = (firstName: string, lastName: string, email: string) => ({
  form: {
    inputValues: Object.entries({ firstName, lastName, email }).map(([inputName, value]) => ({ inputName, value })),
  },
})

test('an order is found by a guest of a ticket, read whole, its guest corrected, its money given back, and it is canceled', {
  timeout: 60_000,
}, async () => {
  setNow('2030-05-01T12:00:00.000Z')
  const ordered = await anOrder(app, {
    event: { tickets: { guestsAssignedSeparately: true } },
    checkout: {
      guests: [guestNamed('Grace', 'Hopper', 'grace@example.net'), guestNamed('Linus', 'Öberg', 'linus@example.net')],
      buyer: { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' },
    },
  })
  await notify(ordered, 'PAID')
  await anOrder(app, { definition: FREE })
  const { orderNumber } = ordered.order

  const { page, complaints, close } = await desk.open('/orders')
  await page.getByRole('heading', { name: 'Orders' }).waitFor()
  await page.getByText('2 orders').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'list')
  await page.getByLabel('Search').fill('oberg')
  await page.getByText('One order').waitFor()
  expect(new URL(page.url()).searchParams.get('q')).toBe('oberg')
  await page.getByLabel('Search').fill('nobody like that')
  await page.getByText('No order is like that.').waitFor()
  await page.getByLabel('Search').fill('oberg')
  await page.getByRole('link', { name: orderNumber }).click()

  await page.getByRole('heading', { name: orderNumber }).waitFor()
  await page.getByText('Confirmed').waitFor()
  await page.getByText('2 tickets issued').waitFor()
  await page.getByText('the payment provider').first().waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'order')

  // Somebody else corrects the same guest meanwhile, and it is said; a check-in meanwhile is nobody's business.
  const [first] = (await orderNow(admin, ordered)).tickets
  const card = page.getByRole('group', { name: first.ticketNumber })
  await card.getByRole('button', { name: 'Edit guest' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('First name').fill('')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('This is needed.').waitFor()
  await dialog.getByLabel('First name').fill('Grace B.')
  await must(admin, 'PATCH', `/events/v1/tickets/${first.ticketNumber}`, {
    eventId: ordered.eventId,
    fields: 'guestDetails.form',
    guestDetails: guestNamed('Gracia', 'Hopper', 'grace@example.net'),
  })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('button', { name: 'Load what they wrote' }).waitFor()
  expect(await dialog.getByLabel('First name').inputValue()).toBe('Grace B.')
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'conflict')
  await dialog.getByRole('button', { name: 'Load what they wrote' }).click()
  await expect.poll(() => dialog.getByLabel('First name').inputValue()).toBe('Gracia')
  await dialog.getByLabel('First name').fill('Grace C.')
  await must(admin, 'POST', '/events/v1/tickets/check-in', {
    eventId: ordered.eventId,
    ticketNumber: [first.ticketNumber],
  })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await card.getByText('Grace C. Hopper').waitFor()
  await card.getByText('Inside').waitFor()
  await card.getByRole('button', { name: 'Undo check-in' }).click()
  await card.getByText('Valid').waitFor()

  // For one ticket, in words of our own, and nobody is mailed.
  await page.getByRole('button', { name: 'Give money back' }).click()
  const refund = page.getByRole('dialog')
  await refund.getByText('€20.00 can still be given back.').waitFor()
  await refund.getByLabel('For single tickets').check()
  await refund.getByLabel(new RegExp(first.ticketNumber)).check()
  expect(await refund.getByLabel('Amount', { exact: true }).inputValue()).toBe('10.00')
  await refund.getByLabel('Amount', { exact: true }).fill('25')
  await refund.getByRole('button', { name: 'Give money back' }).click()
  await refund.getByText('At most €20.00.').waitFor()
  await refund.getByLabel('Amount', { exact: true }).fill('7,50')
  await refund.getByLabel('Reason').fill('Ill')
  await refund.getByLabel('Tell ada@example.org by mail').uncheck()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'refund')
  await refund.getByRole('button', { name: 'Give €7.50 back' }).click()
  await page.getByText('€7.50 given back').first().waitFor()
  await card.getByText('Canceled').waitFor()
  expect((await must(admin, 'GET', `/boxoffice/v1/mails?orderNumber=${orderNumber}`)).body.total).toBe(0)

  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Cancel the order' }).click()
  await page.getByLabel('Give back €12.50, too').waitFor()
  await keepPicture(page, 'cancel')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click()
  await page.getByText('€20.00 given back').first().waitFor()
  const after = (await must(admin, 'GET', `/boxoffice/v1/orders/${orderNumber}`)).body
  expect(after).toMatchObject({
    order: { status: 'CANCELED' },
    refunded: { value: '20.00' },
    refundable: { value: '0.00' },
  })
  await page.getByRole('button', { name: 'Give money back' }).waitFor({ state: 'detached' })
  expect(complaints).toEqual([])
  await close()
})

test('many are marked as paid at once, with progress; what is held shows who, why and until when, and is released', {
  timeout: 60_000,
}, async () => {
  setNow('2030-05-02T12:00:00.000Z')
  const waiting = await anOrder(app)
  const { eventId, definitionId, guest } = waiting
  const refused = waiting.order.orderNumber
  for (const last of ['Ohm', 'Volt']) {
    const reservationId = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    await checkOut(guest, { eventId, reservationId }, { guests: [guestNamed('Georg', last, 'georg@example.org')] })
  }
  const { page, complaints, close } = await desk.open(`/events/${eventId}/orders`, { colorScheme: 'dark' })
  await page.getByText('3 orders').waitFor()
  await page.getByRole('button', { name: 'Filters' }).click()
  await page.getByRole('combobox', { name: 'Ticket' }).waitFor()
  await page.getByLabel('Choose all on this page').check()
  await page.getByText('3 chosen').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'tab-dark')
  await page.getByRole('button', { name: 'Mark as paid' }).click()
  await page.getByText('Mark 3 orders as paid?').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Mark as paid' }).click()
  await page.getByText('You can leave this page').waitFor()
  await page.reload() // what was begun is found again
  await page.getByText('Marking 3 orders as paid').waitFor()
  await keepPicture(page, 'progress-dark')
  // Meanwhile somebody gives one back; it is named, also to who comes back later.
  await must(admin, 'POST', `/events/v1/ticket-reservations/${waiting.reservationId}/cancel`)
  await runJobs(sql, orderJobs, now())
  await page.getByText('3 orders were looked at').waitFor()
  await page.goto(`${desk.base}/dashboard/jobs`)
  await page.getByRole('link', { name: 'What became of each' }).click()
  const left = page.getByRole('list', { name: 'Left as they were' })
  await left.getByText('The order has changed meanwhile').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'refused-dark')
  await left.getByRole('link', { name: refused }).click()
  await page.getByRole('heading', { name: refused }).waitFor()
  await page.goto(`${desk.base}/dashboard/events/${eventId}/orders`)
  await page.getByText('Paid', { exact: true }).first().waitFor()

  await page.getByRole('navigation', { name: 'Parts of the event' }).getByRole('link', { name: 'Held' }).click()
  await page.getByText('Nothing is held just now.').waitFor()
  await reserveTickets(guest, definitionId, 2)
  const order = await reserveTickets(guest, definitionId)
  await checkOut(
    guest,
    { eventId, reservationId: order.body.ticketReservation.id },
    { guests: [guestNamed('Ida', 'Rhodes', 'ida@example.org')] },
  )
  await reserveTickets(admin, definitionId)
  await page.getByText('4 tickets in 3 reservations').waitFor()
  await page.getByText('At the checkout').waitFor()
  await page.getByText('Waits for payment').waitFor()
  await page.getByText('Sold by hand').waitFor()
  expect(await page.getByRole('timer').first().textContent()).toMatch(/^(20:00|19:\d\d)$/)
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'held-dark')
  await page.getByRole('button', { name: 'Release what Ida Rhodes holds' }).click()
  await page.getByText("If the buyer's money comes all the same, it is given back.").waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click()
  await page.getByText('3 tickets in 2 reservations').waitFor()
  expect(complaints).toEqual([])
  await close()
})

test('in German: money that is set aside is taken, what was put away cannot come back without room, and a buyer is forgotten', {
  timeout: 60_000,
}, async () => {
  setNow('2030-05-03T12:00:00.000Z')
  const ordered = await anOrder(app, { definition: { initialLimit: 2 } })
  await notify(ordered, 'AUTHORIZED')
  const { orderNumber } = ordered.order
  const { page, complaints, close } = await desk.open(`/orders/${orderNumber}`, { language: 'de' })
  await page.getByText('Reserviert, nicht eingezogen').waitFor()
  await page.getByRole('button', { name: 'Geld einziehen' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Geld einziehen' }).click()
  await page.getByText('2 Tickets ausgestellt').waitFor()
  await page.getByRole('button', { name: 'Alle 2 einlassen' }).click()
  await page.getByText('2 Tickets eingelassen').waitFor()

  await page.getByRole('button', { name: 'Tickets erneut senden' }).click()
  await page.getByText('Sie gehen an ada@example.org').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Tickets erneut senden' }).click()
  await page.getByText('E-Mail wartet: Bestellbestätigung').waitFor()

  const choose = async (action: string) => {
    await page.getByRole('button', { name: 'Mehr', exact: true }).click()
    await page.getByRole('menuitem', { name: action }).click()
    await page.getByRole('dialog').getByRole('button', { name: action }).click()
  }
  await choose('Archivieren')
  await page.getByText('Archiviert').first().waitFor()
  await reserveTickets(ordered.guest, ordered.definitionId)
  await choose('Wiederherstellen')
  await page.getByText('Nur einer ihrer Plätze ist noch frei.').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  await keepPicture(page, 'refused-german')
  await page.getByRole('dialog').getByRole('button', { name: 'Abbrechen' }).last().click()
  await choose('Anonymisieren')
  await page.getByText('Wer gekauft hat, ist endgültig vergessen.').waitFor()
  await page.getByText('Vergessen, wer gekauft hat').waitFor()
  expect(await page.getByText('ada@example.org').count()).toBe(0)
  expect(complaints).toEqual([])
  await close()
})

test('on a phone, in German, among ten thousand orders; who may not manage them is offered nothing', {
  timeout: 90_000,
}, async () => {
  const { eventId, order } = await anOrder(app, { definition: FREE, quantity: 1 })
  await copies(order.orderNumber, 10_000)
  const phone = await desk.open(`/events/${eventId}/orders`, { width: 390, language: 'de' })
  const { page } = phone
  await page.getByText('10.001 Bestellungen').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await keepPicture(page, 'phone-list')
  const begun = Date.now()
  await page.getByLabel('Suche').fill('käufer 4711')
  await page.getByText('Eine Bestellung').waitFor()
  // Generous, for this machine may be busy; alone it takes a third of a second, of which typing waits 0.3.
  expect(Date.now() - begun).toBeLessThan(5000)
  await page.getByLabel('Suche').fill('')
  await page.getByText('10.001 Bestellungen').waitFor()
  await page.getByRole('button', { name: 'Seite 501' }).click()
  await page.getByText('10.001 bis 10.001 von 10.001').waitFor()
  await page
    .getByRole('link', { name: /^COPY-/ })
    .first()
    .click()
  await page.getByText('Was geschehen ist').waitFor()
  expect(await accessibilityViolations(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await keepPicture(page, 'phone-order')
  expect(phone.complaints).toEqual([])
  await phone.close()

  // Finance gives money back and marks as paid, but cancels nothing, mails nothing and forgets nobody.
  const paid = await anOrder(app)
  await notify(paid, 'PAID')
  const finance = await desk.open(`/orders/${paid.order.orderNumber}`, { role: 'FINANCE' })
  await finance.page.getByRole('button', { name: 'Give money back' }).waitFor()
  expect(await finance.page.getByRole('button', { name: 'Mail the tickets again' }).count()).toBe(0)
  await finance.page.getByRole('button', { name: 'More', exact: true }).click()
  await finance.page.getByRole('menuitem', { name: 'Archive' }).waitFor()
  expect(await finance.page.getByRole('menuitem').count()).toBe(1)
  await finance.close()
})

/** As many more orders like this one, each with its hold, line, tickets and facts: every law holds of them. */
async function copies(orderNumber: string, count: number): Promise<void> {
  const [order] = await sql`select ticket_reservation_id from orders where order_number = ${orderNumber}`
  const reservationId = order?.ticketReservationId
  const numbered = sql`
    select n, md5('hold ' || n)::uuid as hold, 'COPY-' || lpad(n::text, 5, '0') as number
      from generate_series(1, ${count}::int) as n`
  await sql`
    insert into ticket_reservations
    select (jsonb_populate_record(original, jsonb_build_object('ticket_reservation_id', hold, 'order_number', number))).*
      from ticket_reservations as original, (${numbered}) as copy
     where ticket_reservation_id = ${reservationId}`
  await sql`
    insert into ticket_reservation_lines
    select (jsonb_populate_record(original, jsonb_build_object('ticket_reservation_id', hold))).*
      from ticket_reservation_lines as original, (${numbered}) as copy
     where ticket_reservation_id = ${reservationId}`
  await sql`
    insert into orders
    select (jsonb_populate_record(original, jsonb_build_object(
             'order_number', number, 'ticket_reservation_id', hold, 'first_name', 'Käufer', 'last_name', n::text,
             'email', 'buyer' || n || '@example.org', 'created_at', original.created_at - n * interval '1 minute'))).*
      from orders as original, (${numbered}) as copy
     where order_number = ${orderNumber}`
  await sql`
    insert into tickets
    select (jsonb_populate_record(original, jsonb_build_object(
             'order_number', number, 'ticket_number', number || right(ticket_number, 3)))).*
      from tickets as original, (${numbered}) as copy
     where order_number = ${orderNumber}`
  await sql`
    insert into activities (site_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at)
    select site_id, entity_kind,
           case entity_kind when 'order' then number when 'ticket' then number || right(entity_id, 3) else hold::text end,
           sequence, kind, data, actor_kind, actor_id, occurred_at
      from activities, (${numbered}) as copy
     where entity_id = any(${[orderNumber, reservationId]})
        or (entity_kind = 'ticket' and starts_with(entity_id, ${orderNumber}))`
  await sql`
    update inventory
       set sold = sold + ${count} * lines.quantity
      from ticket_reservation_lines as lines
     where lines.ticket_reservation_id = ${reservationId}
       and inventory.ticket_definition_id = lines.ticket_definition_id`
  for (const table of ['orders', 'tickets', 'ticket_reservation_lines']) await sql`analyze ${sql(table)}`
}
