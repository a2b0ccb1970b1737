import { BulkUpdateTicketsResponse, UpdateTicketResponse } from '@wix/auto_sdk_events_tickets/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { ledgerOf, refusedWithoutTrace } from '../../test/support/ledger.ts'
import { follow } from '../../test/support/orders.ts'
import { readPdf } from '../../test/support/pdf.ts'
import { ADA, aDefinition, aSale, checkOut, FREE, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { linkToken } from '../identities/link.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { sql, siteId, admin, visitor, anonymous, otherSite, setNow } = app
const PATH = '/events/v1/tickets'
const CHECK_IN = `${PATH}/check-in`
const START = '2030-05-01T12:00:00.000Z'
const LATER = '2030-05-01T12:05:00.000Z'
beforeEach(() => setNow(START))

const BUYER = { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' }
const ASSIGNED = { tickets: { guestsAssignedSeparately: true } }

function answers(firstName: string, lastName: string, email: string, more: object[] = []) {
  return {
    inputValues: [
      { inputName: 'firstName', value: firstName },
      { inputName: 'lastName', value: lastName },
      { inputName: 'email', value: email },
      ...more,
    ],
  }
}
const EVE = answers(' Eve ', 'Cole', 'eve@example.org')

/** A visitor's order of free tickets, with the numbers of its tickets in order. */
async function anOrder({ sale, event = {} }: { sale?: Awaited<ReturnType<typeof aSale>>; event?: object } = {}) {
  const { eventId, definitionId } = sale ?? (await aSale(app, { event: { ...event }, definition: FREE }))
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
  const separately = event === ASSIGNED
  const more = separately
    ? { buyer: BUYER, guests: [{ form: ADA }, { form: answers('Bo', 'Dahl', 'bo@example.org') }] }
    : {}
  const { order } = (await checkOut(guest, { eventId, reservationId }, more)).body
  const [first = '', second = ''] = order.tickets.map(({ ticketNumber }: { ticketNumber: string }) => ticketNumber)
  return { eventId, definitionId, guest, reservationId, orderNumber: order.orderNumber as string, first, second }
}

function update(caller: Caller, number: string, body: object) {
  return caller('PATCH', `${PATH}/${number}`, body)
}

function bulk(caller: Caller, eventId: string, ticketNumber: readonly string[], archived: boolean) {
  return caller('PATCH', PATH, { eventId, ticketNumber, archived })
}

async function read(number: string) {
  const fieldsets = '?fieldset=TICKET_DETAILS&fieldset=GUEST_DETAILS&fieldset=GUEST_FORM'
  return (await must(admin, 'GET', `${PATH}/${number}${fieldsets}`)).body.ticket
}

async function fullyCheckedIn({ eventId, orderNumber }: { eventId: string; orderNumber: string }) {
  return (await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${orderNumber}`)).body.order.fullyCheckedIn
}

async function activitiesOf(id: string) {
  const rows = await sql`
    select sequence, kind, actor_kind
      from activities
     where site_id = ${siteId}
       and entity_id = ${id}
     order by sequence`
  return rows.map(({ sequence, kind, actorKind }) => `${sequence} ${kind} ${actorKind}`)
}

async function stockOf(definitionId: string) {
  const [row] = await sql`
    select reserved, sold from inventory where site_id = ${siteId} and ticket_definition_id = ${definitionId}`
  return row
}

describe('archiving one', () => {
  test('R202, R206: hidden and barred, told once for its order, and its place stays taken', async () => {
    const { eventId, definitionId, orderNumber, first, second } = await anOrder()
    setNow(LATER)
    const answer = await update(admin, first, { eventId: eventId.toUpperCase(), archived: true, fields: 'archived' })
    expect(answer.status).toBe(200)
    expect(answer.body.ticket).toEqual({ ...(await read(first)), archived: true })
    expect(judgedByClient(UpdateTicketResponse, answer.body)).toEqual([])
    expect((await read(second)).archived).toBe(false)
    expect(await activitiesOf(first)).toEqual(['1 ticket.issued visitor', '2 ticket.updated admin'])
    expect((await activitiesOf(orderNumber)).slice(2)).toEqual(['3 order.updated admin'])
    expect(await stockOf(definitionId)).toEqual({ reserved: 0, sold: 2 })
    expect(await refusedWithoutTrace(sql, () => admin('POST', CHECK_IN, { eventId, ticketNumber: [first] }))).toEqual([
      428,
      'FAILED_PRECONDITION',
    ])

    const before = await ledgerOf(sql)
    expect((await update(admin, first, { archived: true, fields: ['archived'] })).status).toBe(200) // it is so already
    expect(await ledgerOf(sql)).toEqual(before)

    await must(admin, 'PATCH', `${PATH}/${first}`, { archived: false })
    expect((await admin('POST', CHECK_IN, { eventId, ticketNumber: [first] })).status).toBe(200)
  })

  test('R8, R202: three spellings of a mask; without one an absent `archived` restores', async () => {
    const { first } = await anOrder()
    for (const fields of ['archived', ['archived'], { paths: ['archived'] }]) {
      expect((await update(admin, first, { archived: true, fields })).body.ticket.archived).toBe(true)
      expect((await update(admin, first, {})).body.ticket.archived).toBe(false)
    }
  })

  test('R201: an order whose other tickets are in is complete when the last one is archived, and back again', async () => {
    const order = await anOrder()
    const { eventId, first, second } = order
    await must(admin, 'POST', CHECK_IN, { eventId, ticketNumber: [first] })
    expect(await fullyCheckedIn(order)).toBe(false)
    await must(admin, 'PATCH', `${PATH}/${second}`, { archived: true })
    expect(await fullyCheckedIn(order)).toBe(true)
    await must(admin, 'PATCH', `${PATH}/${second}`, { archived: false })
    expect(await fullyCheckedIn(order)).toBe(false)
    await must(admin, 'PATCH', PATH, { eventId, ticketNumber: [first, second], archived: true })
    expect(await fullyCheckedIn(order)).toBe(false) // with no ticket left nobody is in
    await must(admin, 'PATCH', `${PATH}/${first}`, { archived: false })
    expect(await fullyCheckedIn(order)).toBe(true)
  })

  test('R200, R208: a canceled ticket can be archived; undoing the check-in of an archived one works too', async () => {
    const { eventId, guest, reservationId, first, second } = await anOrder()
    await must(admin, 'POST', CHECK_IN, { eventId, ticketNumber: [first] })
    await must(admin, 'PATCH', `${PATH}/${first}`, { archived: true })
    const undone = await admin('DELETE', `${CHECK_IN}?eventId=${eventId}&ticketNumber=${first}`)
    expect(undone.body.tickets[0]).toMatchObject({ archived: true })
    expect(undone.body.tickets[0]).not.toHaveProperty('checkIn')
    await must(guest, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    const answer = await update(admin, second, { archived: true })
    expect(answer.body.ticket).toMatchObject({ archived: true, canceled: true, ticketNumber: second })
  })
})

describe('another guest', () => {
  test('R202, R203, R205: the names are those of the answers, of this ticket alone', async () => {
    const { eventId, orderNumber, first, second } = await anOrder({ event: ASSIGNED })
    const answer = await update(admin, second, { eventId, guestDetails: { form: EVE }, fields: 'guestDetails.form' })
    expect(answer.status).toBe(200)
    expect(judgedByClient(UpdateTicketResponse, answer.body)).toEqual([])
    expect(answer.body.ticket).toMatchObject({
      guestFullName: 'Eve Cole',
      orderFullName: 'Ada Berg',
      archived: false,
      guestDetails: { guestAssigned: true, firstName: 'Eve', lastName: 'Cole', email: 'eve@example.org', form: EVE },
    })
    expect(await read(second)).toEqual(answer.body.ticket)
    expect((await read(first)).guestFullName).toBe('Ada Berg')
    expect(await activitiesOf(second)).toEqual(['1 ticket.issued visitor', '2 ticket.updated admin'])
    expect((await activitiesOf(orderNumber)).slice(2)).toEqual(['3 order.updated admin'])
    const found = await must(admin, 'GET', `${PATH}?eventId=${eventId}&searchPhrase=eve+cole`)
    expect(found.body.total).toBe(1)
  })

  test('R202: a full update sets both, and without a guest keeps the one that is there', async () => {
    const { first } = await anOrder({ event: ASSIGNED })
    const both = await update(admin, first, { archived: true, guestDetails: { form: EVE } })
    expect(both.body.ticket).toMatchObject({ archived: true, guestFullName: 'Eve Cole' })
    const kept = await update(admin, first, {})
    expect(kept.body.ticket).toMatchObject({ archived: false, guestFullName: 'Eve Cole' })
  })

  test.each<[string, object]>([
    ['no answers', { form: {} }],
    ['an unknown input', { form: answers('Eve', 'Cole', 'eve@example.org', [{ inputName: 'shoe', value: '9' }]) }],
    ['an e-mail address that is none', { form: answers('Eve', 'Cole', 'nowhere') }],
    ['blanks for a name', { form: answers('  ', 'Cole', 'eve@example.org') }],
    ['no guest where the mask names one', {}],
    ['no details where the mask names them', { form: null }],
  ])('R158, R202: %s', async (_, guestDetails) => {
    const { first } = await anOrder({ event: ASSIGNED })
    const body = { guestDetails, fields: ['guestDetails.form'] }
    expect(await refusedWithoutTrace(sql, () => update(admin, first, body))).toEqual([400, 'INVALID_FORM_RESPONSE'])
    const answer = await update(admin, first, body)
    expect(answer.body.details.applicationError.data.problems[0]).toMatchObject({ guest: 0 })
  })

  test('R202, R205: where the buyer stands for all tickets there is no guest to change', async () => {
    const { first } = await anOrder()
    for (const body of [
      { guestDetails: { form: EVE } },
      { guestDetails: { form: EVE }, fields: 'guestDetails' },
      { fields: 'guestDetails.form', archived: true },
    ])
      expect(await refusedWithoutTrace(sql, () => update(admin, first, body))).toEqual([428, 'FAILED_PRECONDITION'])
    const answer = await update(admin, first, { guestDetails: { form: EVE } })
    expect(answer.body.details.applicationError.data).toEqual({ ticketNumber: first, reason: 'GUESTS_NOT_ASSIGNED' })
    expect((await read(first)).guestDetails).toMatchObject({ guestAssigned: false, firstName: 'Ada' })
  })

  test('R191: who was made nameless gets no new name', async () => {
    const { orderNumber, first } = await anOrder({ event: ASSIGNED })
    await must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`)
    const answer = await update(admin, first, { guestDetails: { form: EVE } })
    expect(answer.body.details.applicationError.data.reason).toBe('ANONYMIZED')
  })

  test('an event that is gone has no form to judge by; archiving still works', async () => {
    const { eventId, first } = await anOrder({ event: ASSIGNED })
    await must(admin, 'DELETE', `/events/v3/events/${eventId}`)
    expect(await refusedWithoutTrace(sql, () => update(admin, first, { guestDetails: { form: EVE } }))).toEqual([
      404,
      'EVENT_NOT_FOUND',
    ])
    expect((await update(admin, first, { archived: true })).status).toBe(200)
  })
})

describe('another guest, by whoever bought', () => {
  type Sold = Awaited<ReturnType<typeof anOrder>>
  const link = async ({ eventId, orderNumber }: Pick<Sold, 'eventId' | 'orderNumber'>, site = siteId) => {
    const token = linkToken({ purpose: 'order', siteId: site, number: orderNumber }, app.deps.keys)
    const path = `/orders/${orderNumber}/guest?token=${token}`
    return {
      eventId,
      page: `/orders/${orderNumber}?token=${token}`,
      path,
      of: (number: string) => `${path}&ticket=${number}`,
    }
  }
  /** A page, and a form of it as a browser sends it. */
  const get = (url: string) => app.app.inject({ url })
  const send = (url: string, fields: Record<string, string>) =>
    app.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    })
  const form = (revision: string | number, [firstName, lastName, email]: readonly string[], more = {}) => ({
    revision: String(revision),
    ...Object.fromEntries(
      Object.entries({ firstName, lastName, email }).map(([name, text]) => [`answer.${name}`, text ?? '']),
    ),
    ...more,
  })
  const revisionIn = (markup: string) => /name="revision" value="(\d+)"/.exec(markup)?.[1] ?? 'none'
  const CY = ['Cy', 'Lee', 'cy@example.org'] as const
  const setSwitch = (eventId: string, changeableByBuyer: boolean) =>
    must(admin, 'PATCH', `/boxoffice/v1/events/${eventId}/guest-settings`, { guestSettings: { changeableByBuyer } })

  test('R202, R203, R206: the ticket, its PDF and the door say who comes now, and it is written down who said so', async () => {
    const sold = await anOrder({ event: ASSIGNED })
    const { page, of } = await link(sold)
    const door = `/boxoffice/v1/door/events/${sold.eventId}/list?after=`
    const { cursor } = (await must(admin, 'GET', door.replace('?after=', ''))).body
    expect((await get(page)).body).toContain(`Change the guest of ticket ${sold.second}`)
    const shown = await get(of(sold.second))
    expect([shown.statusCode, shown.body.includes('value="Bo"'), shown.body.includes('bo@example.org')]).toEqual([
      200,
      true,
      true,
    ])

    setNow(LATER)
    const saved = await send(of(sold.second), form(revisionIn(shown.body), CY))
    expect([saved.statusCode, saved.headers.location]).toEqual([303, expect.stringMatching(/&result=guestChanged$/)])
    const after = (await get(String(saved.headers.location).replace(app.deps.publicUrl, ''))).body
    for (const words of ['Saved', 'Cy Lee', 'Ada Berg']) expect(after).toContain(words)
    expect(await read(sold.second)).toMatchObject({
      guestFullName: 'Cy Lee',
      guestDetails: { guestAssigned: true, firstName: 'Cy', email: 'cy@example.org', form: answers(...CY) },
    })
    expect((await read(sold.first)).guestFullName).toBe('Ada Berg')
    const told = (await must(admin, 'GET', door + cursor)).body.entries
    const second = told.find(({ number }: { number: string }) => number === sold.second)
    expect(second).toMatchObject({ guestName: 'Cy Lee', buyerName: 'Ada Berg', state: 'ADMITS' })
    const { ticketPdfUrl } = await read(sold.second)
    const { pages } = await readPdf((await follow(app, ticketPdfUrl)).bytes)
    expect(pages[0]?.lines.join(' ')).toContain('Cy Lee')
    expect(await activitiesOf(sold.second)).toEqual(['1 ticket.issued visitor', '2 ticket.updated visitor'])
    expect((await activitiesOf(sold.orderNumber)).at(-1)).toMatch(/order\.updated visitor$/)
  })

  test('R174, R205: where guests have no answers of their own, the buyer is another, and so are all tickets', async () => {
    const sold = await anOrder()
    const { page, path } = await link(sold)
    expect((await get(page)).body).toContain('Change name and answers')
    const shown = (await get(path)).body
    expect(shown).not.toContain('name="answer.email"') // the organizer's mails go there
    const saved = await send(path, form(revisionIn(shown), ['Cy', 'Lee', 'thief@example.org']))
    expect(saved.headers.location).toMatch(/guestChanged$/)
    for (const number of [sold.first, sold.second])
      expect(await read(number)).toMatchObject({ guestFullName: 'Cy Lee', orderFullName: 'Cy Lee' })
    const orderPath = `/events/v1/events/${sold.eventId}/orders/${sold.orderNumber}?fieldset=DETAILS&fieldset=FORM`
    expect((await must(admin, 'GET', orderPath)).body.order).toMatchObject({
      email: 'ada@example.org',
      checkoutForm: answers('Cy', 'Lee', 'ada@example.org'),
    })
    // Of a ticket alone there is nothing to change then.
    expect((await get((await link(sold)).of(sold.first))).headers.location).toMatch(/guestRefused$/)
  })

  test('R158, R202: the form judges as at the checkout, says so at the field, and keeps what was typed', async () => {
    const sold = await anOrder({ event: ASSIGNED })
    const dropdown = { label: 'Meal', mandatory: true, options: ['Fish', 'Kale'] }
    await must(admin, 'POST', `/events/v1/events/${sold.eventId}/form/control`, { dropdown })
    const { of } = await link(sold)
    const shown = (await get(of(sold.first))).body
    const wrong = form(revisionIn(shown), ['  ', 'Lee', 'no address'])
    const before = await ledgerOf(sql)
    const refused = await send(of(sold.first), wrong)
    expect(refused.statusCode).toBe(422)
    for (const words of ['Please fill this in.', 'Please choose.', 'Enter an e-mail address', 'value="no address"'])
      expect(refused.body).toContain(words)
    expect(await ledgerOf(sql)).toEqual(before)
    const german = await app.app.inject({
      method: 'POST',
      url: `${of(sold.first)}&lang=de`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: 'language=de' },
      payload: new URLSearchParams(wrong).toString(),
    })
    expect(german.body).toContain('Bitte ausfüllen.')
  })

  test('R18: of two tabs the second is told who it is now, and overwrites only by saving again', async () => {
    const sold = await anOrder({ event: ASSIGNED })
    const { of } = await link(sold)
    const revision = revisionIn((await get(of(sold.first))).body)
    await send(of(sold.first), form(revision, CY))
    const stale = await send(of(sold.first), form(revision, ['Di', 'Moe', 'di@example.org']))
    expect(stale.statusCode).toBe(409)
    for (const words of ['It now says: Cy Lee', 'value="Di"', 'changed meanwhile']) expect(stale.body).toContain(words)
    expect((await read(sold.first)).guestFullName).toBe('Cy Lee')
    await send(of(sold.first), form(revisionIn(stale.body), ['Di', 'Moe', 'di@example.org']))
    expect((await read(sold.first)).guestFullName).toBe('Di Moe')
  })

  test.each<[string, (sold: Sold) => Promise<unknown>, (sold: Sold) => string]>([
    ['the event has begun', async () => setNow('2030-06-01T18:00:00.000Z'), sold => sold.first],
    [
      'the ticket was used',
      ({ eventId, first }) => must(admin, 'POST', CHECK_IN, { eventId, ticketNumber: [first] }),
      sold => sold.first,
    ],
    [
      'the ticket was put away',
      ({ first }) => must(admin, 'PATCH', `${PATH}/${first}`, { archived: true }),
      sold => sold.first,
    ],
    [
      'the order was canceled',
      ({ reservationId }) => must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`),
      sold => sold.first,
    ],
    [
      'the event was canceled',
      ({ eventId }) => must(admin, 'POST', `/events/v3/events/${eventId}/cancel`),
      sold => sold.first,
    ],
    ['the organizer does not want it', ({ eventId }) => setSwitch(eventId, false), sold => sold.first],
    [
      'the order was anonymized',
      ({ orderNumber }) => must(admin, 'POST', `/boxoffice/v1/orders/${orderNumber}/anonymize`),
      sold => sold.first,
    ],
  ])('R202, R199: not when %s: the page offers nothing, and refuses what was begun before', async (_, happen, of) => {
    const sold = await anOrder({ event: ASSIGNED })
    const links = await link(sold)
    const url = links.of(of(sold))
    const revision = revisionIn((await get(url)).body)
    await happen(sold)
    const before = await ledgerOf(sql)
    const pages = [await get(url), await send(url, form(revision, CY))]
    expect(pages.map(({ statusCode, headers }) => [statusCode, headers.location])).toEqual(
      pages.map(() => [303, expect.stringMatching(/&result=guestRefused$/)]),
    )
    expect(await ledgerOf(sql)).toEqual(before)
    expect((await get(links.page)).body).not.toContain(`Change the guest of ticket ${of(sold)}`)
    expect((await get(`${links.page}&result=guestRefused`)).body).toContain('can no longer be changed here')
  })

  test('R207: a wrong secret, another order’s ticket, another site’s secret: nothing to see, nothing changed', async () => {
    const [sold, other] = [await anOrder({ event: ASSIGNED }), await anOrder({ event: ASSIGNED })]
    const links = await link(sold)
    const foreign = await link(sold, (await otherSite()).siteId)
    const before = await ledgerOf(sql)
    for (const url of [
      links.of(sold.first).replace('token=', 'token=x'),
      links.of(other.first),
      links.of('nothing'),
      foreign.of(sold.first),
      `/orders/${sold.orderNumber}/guest?ticket=${sold.first}`,
    ])
      for (const answer of [await get(url), await send(url, form(1, CY))])
        expect([url, answer.statusCode]).toEqual([url, 404])
    // What no browser sends of this form.
    for (const fields of [{}, form('x', CY), { revision: '1', 'answer.firstName': 'a'.repeat(5001) }])
      expect((await send(links.of(sold.first), fields)).statusCode).toBe(404)
    expect(await ledgerOf(sql)).toEqual(before)
  })
})

describe('archiving several', () => {
  test('R204, R206: all of them, told once for each order; the guests stay', async () => {
    const sale = await aSale(app, { event: ASSIGNED, definition: FREE })
    const [one, other] = [await anOrder({ sale, event: ASSIGNED }), await anOrder({ sale, event: ASSIGNED })]
    const numbers = [one.first, other.second, one.second, one.first]
    const answer = await bulk(admin, sale.eventId, numbers, true)
    expect(answer.status).toBe(200)
    expect(judgedByClient(BulkUpdateTicketsResponse, answer.body)).toEqual([])
    expect(answer.body.tickets.map((each: { ticketNumber: string }) => each.ticketNumber).sort()).toEqual(
      [one.first, one.second, other.second].sort(),
    )
    for (const ticket of answer.body.tickets) expect(ticket).toMatchObject({ archived: true, canceled: false })
    expect((await read(other.second)).guestFullName).toBe('Bo Dahl')
    expect((await read(other.first)).archived).toBe(false)
    for (const { orderNumber } of [one, other])
      expect((await activitiesOf(orderNumber)).slice(2)).toEqual(['3 order.updated admin'])

    const listed = await must(admin, 'GET', `${PATH}?eventId=${sale.eventId}&state=TICKET_ACTIVE`)
    expect(listed.body.tickets).toMatchObject([{ ticketNumber: other.first }])
    expect((await bulk(admin, sale.eventId, [one.first, other.first], false)).body.tickets).toHaveLength(2)
    expect(await activitiesOf(other.first)).toHaveLength(1) // it was not archived
    expect((await activitiesOf(other.orderNumber)).slice(2)).toEqual(['3 order.updated admin'])
  })

  test('R204: an event may be left out', async () => {
    const [one, other] = [await anOrder(), await anOrder()]
    const { body } = await must(admin, 'PATCH', PATH, { ticketNumber: [one.first, other.first], archived: true })
    expect(body.tickets).toHaveLength(2)
  })

  test('R3, R204: the older paths, which name the event', async () => {
    const { eventId, first, second } = await anOrder()
    const old = `/events/v1/events/${eventId}/tickets`
    expect((await must(admin, 'PATCH', `${old}/${first}`, { archived: true })).body.ticket.archived).toBe(true)
    await must(admin, 'PATCH', old, { ticketNumber: [first, second], archived: true })
    expect((await read(second)).archived).toBe(true)
    const elsewhere = `/events/v1/events/${newGuid()}/tickets`
    expect(refusalOf(await admin('PATCH', `${elsewhere}/${first}`, {}))).toEqual([404, 'TICKET_NOT_FOUND'])
  })
})

describe('what is refused leaves everything as it was', () => {
  test('R209: an unknown number, another event’s, another site’s: none of the tickets', async () => {
    const [mine, other] = [await anOrder(), await anOrder()]
    const site = await otherSite()
    const gone = [404, 'TICKET_NOT_FOUND']
    const attempts: [Caller, string, string[]][] = [
      [admin, mine.eventId, [mine.first, `${mine.orderNumber}XXX`]],
      [admin, mine.eventId, [mine.first, other.first]],
      [admin, newGuid(), [mine.first]],
      [site.admin, mine.eventId, [mine.first]],
    ]
    for (const [caller, eventId, numbers] of attempts) {
      expect(await refusedWithoutTrace(sql, () => bulk(caller, eventId, numbers, true))).toEqual(gone)
      const last = numbers.at(-1) ?? ''
      expect(await refusedWithoutTrace(sql, () => update(caller, last, { eventId, archived: true }))).toEqual(gone)
    }
    expect(await refusedWithoutTrace(sql, () => update(site.admin, mine.first, { archived: true }))).toEqual(gone)
  })

  test('R22, R209: guests and staff cannot, nor who has no token', async () => {
    const { eventId, guest, first } = await anOrder()
    const staff = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS'] })
    for (const caller of [guest, staff]) {
      const denied = [403, 'PERMISSION_DENIED']
      expect(await refusedWithoutTrace(sql, () => update(caller, first, { archived: true }))).toEqual(denied)
      expect(await refusedWithoutTrace(sql, () => bulk(caller, eventId, [first], true))).toEqual(denied)
    }
    expect(refusalOf(await update(anonymous, first, {}))).toEqual([401, 'UNAUTHENTICATED'])
    setNow('2030-05-01T16:00:01.000Z')
    expect(refusalOf(await update(guest, first, {}))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test.each<[string, unknown, string]>([
    ['an event that is no GUID', { eventId: 'x' }, 'eventId'],
    ['a text for archived', { archived: 'yes' }, 'archived'],
    ['a mask that is a number', { fields: 7 }, 'fields'],
    ['a path that cannot be updated', { fields: 'price' }, 'fields'],
    ['a list for the details', { guestDetails: [] }, 'guestDetails'],
    ['a text for the form', { guestDetails: { form: 'Eve' } }, 'guestDetails.form'],
    ['a text for the answers', { guestDetails: { form: { inputValues: 'Eve' } } }, 'guestDetails.form.inputValues'],
    [
      'an answer that is a number',
      { guestDetails: { form: { inputValues: [{ inputName: 'firstName', value: 7 }] } } },
      'guestDetails.form.inputValues[0].value',
    ],
    [
      'an answer of 5001',
      { guestDetails: { form: { inputValues: [{ inputName: 'firstName', value: 'x'.repeat(5001) }] } } },
      'guestDetails.form.inputValues[0].value',
    ],
    [
      '201 answers',
      { guestDetails: { form: { inputValues: Array.from({ length: 201 }, () => ({ inputName: 'a' })) } } },
      'guestDetails.form.inputValues',
    ],
    ['no body', undefined, 'request'],
  ])('one ticket: %s is a 400', async (_, body, field) => {
    expect(await refusedWithoutTrace(sql, () => admin('PATCH', `${PATH}/A`, body))).toEqual([400, [field]])
  })

  test('one ticket: a number of 37 is a 400', async () => {
    expect(refusalOf(await update(admin, 'x'.repeat(37), {}))).toEqual([400, ['ticketNumber']])
  })

  test.each<[string, object, string]>([
    ['an event that is no GUID', { eventId: 'x' }, 'eventId'],
    ['no numbers', { ticketNumber: undefined }, 'ticketNumber'],
    ['a text for numbers', { ticketNumber: 'A' }, 'ticketNumber'],
    ['no number', { ticketNumber: [] }, 'ticketNumber'],
    ['101 numbers', { ticketNumber: Array.from({ length: 101 }, (_, index) => `A${index}`) }, 'ticketNumber'],
    ['an empty number', { ticketNumber: ['A', ''] }, 'ticketNumber[1]'],
    ['nothing about archived', { archived: undefined }, 'archived'],
    ['null for archived', { archived: null }, 'archived'],
    ['a number for archived', { archived: 1 }, 'archived'],
  ])('several: %s is a 400', async (_, more, field) => {
    const body = { eventId: newGuid(), ticketNumber: ['A'], archived: true, ...more }
    expect(await refusedWithoutTrace(sql, () => admin('PATCH', PATH, body))).toEqual([400, [field]])
  })
})

describe('how many are inside', () => {
  async function figures(eventId: string, caller: Caller = admin) {
    return (await must(caller, 'GET', `/boxoffice/v1/events/${eventId}/figures`)).body.figures
  }
  async function facet(eventId: string) {
    const { body } = await must(admin, 'GET', `/events/v1/orders?eventId=${eventId}&facet=status&limit=0`)
    return body.orderFacets.facets.status.counts
  }

  test('R181, R200, R201: the counts follow check-in, its undoing, archiving and canceling', async () => {
    const sale = await aSale(app, { definition: { ...FREE, initialLimit: 10 } })
    const { eventId, definitionId } = sale
    const balcony = await aDefinition(app, eventId, { ...FREE, name: 'Balcony' })
    const [one, two] = [await anOrder({ sale }), await anOrder({ sale })]
    await reserveTickets(await visitor(), balcony.id, 3)
    await must(admin, 'POST', CHECK_IN, { eventId, ticketNumber: [one.first, one.second, two.first] })
    const standard = { ticketDefinitionId: definitionId, name: 'Standard', limit: 10, reserved: 0, overbooked: 0 }
    expect(await figures(eventId)).toEqual({
      reserved: 3,
      sold: 4,
      overbooked: 0,
      tickets: 4,
      checkedIn: 3,
      definitions: [
        { ...standard, sold: 4, tickets: 4, checkedIn: 3 },
        {
          ticketDefinitionId: balcony.id,
          name: 'Balcony',
          reserved: 3,
          sold: 0,
          overbooked: 0,
          tickets: 0,
          checkedIn: 0,
        },
      ],
    })
    expect(await facet(eventId)).toEqual({ FREE: { count: 2, tickets: 4, ticketsCheckIn: 3 } })

    await must(admin, 'DELETE', `${CHECK_IN}?eventId=${eventId}&ticketNumber=${one.first}`)
    expect(await figures(eventId)).toMatchObject({ tickets: 4, checkedIn: 2 })
    await must(admin, 'PATCH', `${PATH}/${one.second}`, { archived: true })
    expect(await figures(eventId)).toMatchObject({ sold: 4, tickets: 3, checkedIn: 1 }) // its place stays taken
    expect((await facet(eventId)).FREE).toMatchObject({ tickets: 4, ticketsCheckIn: 1 })
    await must(admin, 'PATCH', `${PATH}/${one.second}`, { archived: false })
    expect(await figures(eventId)).toMatchObject({ tickets: 4, checkedIn: 2 })

    await must(two.guest, 'POST', `/events/v1/ticket-reservations/${two.reservationId}/cancel`)
    setNow('2030-05-01T12:20:00.000Z') // the hold of the balcony has run out, and nobody wrote that down
    expect(await figures(eventId)).toMatchObject({
      reserved: 0,
      sold: 2,
      tickets: 2,
      checkedIn: 1,
      definitions: [{ sold: 2, tickets: 2, checkedIn: 1 }, { reserved: 0 }],
    })
    expect(await facet(eventId)).toMatchObject({
      FREE: { count: 1, ticketsCheckIn: 1 },
      CANCELED: { count: 1, ticketsCheckIn: 0 },
    })
  })

  test('R67, R129: what was sold beyond the limit on purpose can be seen', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 2 } })
    const settings = { disableTicketLimitValidation: true }
    const tickets = [{ ticketDefinitionId: definitionId, quantity: 5 }]
    const body = { ticketReservation: { tickets, additionalReservationSettings: settings } }
    const held = await must(admin, 'POST', '/events/v1/ticket-reservations', body)
    expect(await figures(eventId)).toMatchObject({
      overbooked: 3,
      reserved: 5,
      definitions: [{ limit: 2, overbooked: 3 }],
    })
    await must(admin, 'DELETE', `/events/v1/ticket-reservations/${held.body.ticketReservation.id}`)
    expect(await figures(eventId)).toMatchObject({ overbooked: 0, reserved: 0 })
  })

  test('a definition that was deleted counts as long as somebody has tickets of it', async () => {
    const { eventId, definitionId, guest, reservationId } = await anOrder()
    await must(admin, 'DELETE', `/events/v3/ticket-definitions/${definitionId}`)
    expect((await figures(eventId)).definitions).toHaveLength(1)
    await must(guest, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
    expect((await figures(eventId)).definitions).toEqual([])
  })

  test('who stands at the door sees those of its events; guests see nothing', async () => {
    const [given, other] = [await anOrder(), await anOrder()]
    const usher = await aStaffMember(app, { permissions: ['CHECK_IN_GUESTS'], events: [given.eventId] })
    const path = (eventId: string) => `/boxoffice/v1/events/${eventId}/figures`
    expect(await figures(given.eventId, usher)).toMatchObject({ tickets: 2 })
    expect(refusalOf(await usher('GET', path(other.eventId)))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await given.guest('GET', path(given.eventId)))).toEqual([403, 'PERMISSION_DENIED'])
    expect(refusalOf(await anonymous('GET', path(given.eventId)))).toEqual([401, 'UNAUTHENTICATED'])
    const site = await otherSite()
    for (const [caller, eventId] of [[admin, newGuid()] as const, [site.admin, given.eventId] as const])
      expect(refusalOf(await caller('GET', path(eventId)))).toEqual([404, 'EVENT_NOT_FOUND'])
    expect(refusalOf(await admin('GET', path('x')))).toEqual([400, ['eventId']])
  })
})
