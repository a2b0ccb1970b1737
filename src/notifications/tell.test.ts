import { beforeEach, describe, expect, test } from 'vitest'
import { type Caller, testApp } from '../../test/support/app.ts'
import { aMailServer, postThrough, type Received } from '../../test/support/mail.ts'
import { anOrder, notify, type Ordered } from '../../test/support/orders.ts'
import { readPdf } from '../../test/support/pdf.ts'
import { anRsvp, aParty } from '../../test/support/rsvps.ts'
import { aSale, checkOut, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { qrPicture } from '../documents/qr.ts'
import { rsvpCodeUrl, rsvpPageUrl } from '../rsvps/links.ts'
import { setOrganizerEmail } from '../sites/store.ts'
import { remindGuests } from './reminders.ts'
import { summarize } from './summary.ts'
import { MOVED_AFTER_SECONDS, tellGuests } from './tell.ts'

const app = await testApp()
const { sql, siteId, admin, setNow, now } = app
const server = await aMailServer()
const post = postThrough(app, server)
const START = '2030-05-01T12:00:00.000Z'
beforeEach(async () => {
  setNow(START)
  server.behave({})
  await told()
})

/** What goes out by itself, of what has happened; each as `to: subject`. */
async function told(): Promise<string[]> {
  return (await sent()).map(({ to, mail }) => `${to.join()}: ${mail.subject}`)
}
async function sent(): Promise<Received[]> {
  for (let round = 0; round < 3; round += 1) {
    await tellGuests(sql, now())
    await post()
  }
  return server.taken()
}
const configure = async (eventId: string, notificationConfig: object) =>
  must(admin, 'POST', `/events-notifications/v2/notification-configs/${eventId}`, { notificationConfig })
const guestForm = (firstName: string, email: string) => ({
  form: {
    inputValues: [
      { inputName: 'firstName', value: firstName },
      { inputName: 'lastName', value: 'Guest' },
      { inputName: 'email', value: email },
    ],
  },
})
const TWO_GUESTS = {
  definition: FREE,
  event: { initialType: 'TICKETING', tickets: { guestsAssignedSeparately: true } },
  checkout: {
    buyer: { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' },
    guests: [guestForm('Bo', 'bo@example.org'), guestForm('Ada', 'ADA@example.org')],
  },
}
/** An order whose buyer's browser asks for a language. */
const anOrderIn = async (language: string): Promise<Ordered> => {
  const guest = await app.visitor()
  const speaking: Caller = (method, url, body) => guest(method, url, body, { 'accept-language': language })
  return anOrder({ ...app, visitor: async () => speaking }, { definition: FREE })
}

/** The database, with the statements noted that write mails and their jobs. */
function noting(written: string[]): Sql {
  const begin = (work: (tx: Tx) => unknown) =>
    sql.begin(tx =>
      work(
        new Proxy(tx, {
          apply: (target, self, [first, ...values]: [unknown, ...unknown[]]) => {
            const statement = Array.isArray(first) ? String(first[0]).trim() : ''
            if (/^insert into (mails|jobs) /.test(statement)) written.push(statement)
            return Reflect.apply(target, self, [first, ...values])
          },
        }),
      ),
    )
  return Object.assign(Object.create(sql), { begin }) as Sql
}

describe('an order', () => {
  test('events 15.3, R168: that is confirmed has its tickets mailed, once, as a PDF, in the buyer’s language', async () => {
    const { order } = await anOrderIn('de')
    const [received, ...others] = await sent()
    expect(others).toEqual([])
    expect(received?.mail.subject).toBe('Ihre Tickets: A concert')
    expect(received?.mail.text).toContain('Guten Tag Ada Berg,\n\nVielen Dank für Ihre Bestellung.')
    expect(received?.mail.text).toContain('Termin: 1. Juni 2030 um 20:00')
    const [pdf] = received?.mail.attachments ?? []
    const { pages, language } = await readPdf(new Uint8Array(pdf?.content as ArrayBuffer))
    expect([pages.length, language]).toEqual([2, 'de'])
    expect(pages[0]?.lines.join(' ')).toContain(order.tickets[0].ticketNumber)
    expect(await told()).toEqual([])
  })

  test('R168: however many there are, their mails are wanted in as many statements as those of one', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const buy = async () => {
      const guest = await app.visitor()
      const held = await reserveTickets(guest, definitionId)
      const answer = await checkOut(guest, { eventId, reservationId: held.body.ticketReservation.id })
      expect(answer.status).toBe(200)
    }
    const counts: number[] = []
    for (const buyers of [1, 4]) {
      for (let buyer = 0; buyer < buyers; buyer += 1) await buy()
      const written: string[] = []
      await tellGuests(noting(written), now())
      counts.push(written.length)
      expect(await told()).toHaveLength(buyers)
    }
    expect(counts).toEqual([2, 2])
  })

  test('R168, events 11.8: whoever has a ticket in their own name gets that one; who bought gets no second mail', async () => {
    await anOrder(app, TWO_GUESTS)
    expect(await told()).toEqual(['ada@example.org: Your tickets: A concert', 'bo@example.org: Your ticket: A concert'])
  })

  test('R168: one that waits for its money is told nothing before it is paid; then the invoice is in the same mail', async () => {
    const ordered = await anOrder(app)
    expect(await told()).toEqual([])
    await notify(ordered, 'PAID')
    const [received, ...others] = await sent()
    expect(others).toEqual([])
    expect(received?.mail.subject).toBe('Your tickets: A concert')
    expect(received?.mail.text).toContain('Invoice:\nhttp://127.0.0.1:8080/orders/')
  })

  test('R169: a declined payment is told, and where to order anew', async () => {
    const ordered = await anOrder(app)
    await notify(ordered, 'DECLINED')
    const [received] = await sent()
    expect(received?.mail.subject).toBe('The payment did not work: A concert')
    expect(received?.mail.text).toContain('The payment was declined')
    expect(received?.mail.text).toMatch(/See the event:\nhttp:\S+\/event-details\/a-concert/)
    expect(received?.mail.attachments).toEqual([])
  })

  test('R183: paid at the door and paid later has its invoice then', async () => {
    const { eventId, order } = await anOrder(app, { seller: admin, checkout: { options: { payInPerson: true } } })
    expect(await told()).toEqual(['ada@example.org: Your tickets: A concert'])
    await must(admin, 'POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber: [order.orderNumber] })
    expect(await told()).toEqual(['ada@example.org: Your invoice: A concert'])
  })

  test('R135: that is canceled tells its buyer; one that nobody paid was never anybody’s', async () => {
    const bought = await anOrder(app, { definition: FREE })
    const unpaid = await anOrder(app)
    await told()
    for (const { reservationId } of [bought, unpaid])
      await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`, {})
    expect(await told()).toEqual(['ada@example.org: Your order was canceled: A concert'])
  })

  test('R166: a silent one is told nothing, whatever becomes of it', async () => {
    const silent = { checkout: { options: { silent: true } } }
    const { reservationId } = await anOrder(app, { definition: FREE, ...silent })
    await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`, {})
    expect(await told()).toEqual([])
  })

  test('events 11.13: what the organizer has turned off is not sent by itself', async () => {
    const first = await anOrder(app, TWO_GUESTS)
    await told()
    await configure(first.eventId, { orderConfirmation: { sendingEnabled: false } })
    const held = await must(first.guest, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: { tickets: [{ ticketDefinitionId: first.definitionId, quantity: 2 }] },
    })
    await must(first.guest, 'POST', '/events/v1/checkout', {
      eventId: first.eventId,
      reservationId: held.body.ticketReservation.id,
      ...TWO_GUESTS.checkout,
    })
    expect(await told()).toEqual(['bo@example.org: Your ticket: A concert'])
  })

  test('a fact that is told twice makes one mail, and one of before nothing', async () => {
    await anOrder(app, { definition: FREE })
    expect(await told()).toHaveLength(1)
    await sql`update activity_followers set cursor = null`
    expect(await told()).toEqual([])
    await sql`update activity_followers set cursor = null, began_at = ${'2030-05-01T12:00:01.000Z'}`
    await sql`delete from mails`
    expect(await told()).toEqual([])
    await sql`update activity_followers set began_at = null`
  })

  test('of four workers at once one tells', async () => {
    await anOrder(app, TWO_GUESTS)
    await Promise.all([1, 2, 3, 4].map(() => tellGuests(sql, now())))
    const rows = await sql`select kind from mails where sent_at is null`
    expect(rows).toHaveLength(2)
  })
})

describe('an answer', () => {
  test('events 13.4.14: is confirmed, in its guest’s language, unless that guest wants no mails', async () => {
    const eventId = await aParty(app)
    const guest = await app.visitor()
    const speaking: Caller = (method, url, body) => guest(method, url, body, { 'accept-language': 'de' })
    await anRsvp(speaking, eventId, { email: 'ada@example.org' })
    await anRsvp(guest, eventId, { email: 'bea@example.org', disableNotifications: true })
    expect(await told()).toEqual(['ada@example.org: Ihre Antwort: A party'])
  })

  test('events 13.4.14, R194: has the code of who comes in it, and its page; who waits gets it with the place', async () => {
    const eventId = await aParty(app, { settings: { limit: 1, waitlistEnabled: true, responseType: 'YES_AND_NO' } })
    const guest = await app.visitor()
    const ada = await anRsvp(guest, eventId, { email: 'ada@example.org' })
    const bea = await anRsvp(guest, eventId, { email: 'bea@example.org' })
    await anRsvp(guest, eventId, { email: 'cy@example.org', status: 'NO' })
    const links = { keys: app.deps.keys, publicUrl: app.deps.publicUrl }
    const filesOf = ({ mail }: Received) => mail.attachments.map(({ filename }) => filename)
    const [toAda, toBea, toCy] = await sent()
    if (!toAda || !toBea || !toCy) throw new Error('a mail is missing')
    const page = rsvpPageUrl({ siteId, rsvpId: ada.id }, links)
    expect(toAda.mail.html).toContain(page.replaceAll('&', '&amp;'))
    expect(toAda.mail.text).toContain(`Show the code for the entrance:\n${page}`)
    expect(toAda.mail.html).toContain('src="cid:code"')
    const [picture, calendar] = toAda.mail.attachments
    expect(picture).toMatchObject({ mimeType: 'image/png', disposition: 'inline', contentId: '<code>' })
    const code = rsvpCodeUrl({ siteId, rsvpId: ada.id, eventId }, links)
    expect(Buffer.from(picture?.content as ArrayBuffer)).toEqual(await qrPicture(code))
    expect(calendar).toMatchObject({ filename: 'event.ics' })
    expect([filesOf(toBea), filesOf(toCy)]).toEqual([[], []])
    expect(toBea.mail.text).toContain(`See your registration:\n${rsvpPageUrl({ siteId, rsvpId: bea.id }, links)}`)
    expect(toCy.mail.text).not.toContain('/rsvps/')
    await must(admin, 'DELETE', `/events/v2/rsvps/${ada.id}`)
    await must(admin, 'PATCH', `/events/v2/rsvps/${bea.id}`, { rsvp: { revision: bea.revision, status: 'YES' } })
    const later = await sent()
    expect(later.map(each => [each.mail.subject, filesOf(each)])).toContainEqual([
      'Your answer: A party',
      ['code.png', 'event.ics'],
    ])
  })

  test('events 13.5.2: who waits is told when places become free, and when the limit is raised, not for each place', async () => {
    const eventId = await aParty(app, { settings: { limit: 2, waitlistEnabled: true } })
    const guest = await app.visitor()
    const first = await anRsvp(guest, eventId, { email: 'ada@example.org' })
    const second = await anRsvp(guest, eventId, { email: 'bea@example.org' })
    await anRsvp(guest, eventId, { email: 'cy@example.org' })
    expect(await told()).toHaveLength(3)
    for (const { id } of [first, second]) await must(admin, 'DELETE', `/events/v2/rsvps/${id}`)
    expect(await told()).toEqual(['cy@example.org: There is room again: A party'])
    setNow('2030-05-01T14:00:00.000Z')
    const raised = { event: { registration: { rsvp: { limit: 5 } } } }
    await must(admin, 'PATCH', `/events/v3/events/${eventId}`, raised)
    expect(await told()).toEqual(['cy@example.org: There is room again: A party'])
  })
})

describe('an event', () => {
  test('events 1.2.4: that is canceled tells everybody who has tickets or an answer, each once', async () => {
    const { eventId } = await anOrder(app, TWO_GUESTS)
    await told()
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`, {})
    expect(await told()).toEqual(['ada@example.org: Canceled: A concert', 'bo@example.org: Canceled: A concert'])
  })

  test('events 1.8.11: that is moved tells its guests where and when it was and is, once for all corrections', async () => {
    const { eventId } = await anOrder(app, { definition: FREE })
    await told()
    const change = (event: object) => must(admin, 'PATCH', `/events/v3/events/${eventId}`, { event })
    await change({ shortDescription: 'Bring a friend.' })
    await change({ location: { name: 'The barn', type: 'VENUE' } })
    expect(await told()).toEqual([])
    await change({ location: { name: 'The old barn', type: 'VENUE' } })
    setNow(new Date(now().getTime() + MOVED_AFTER_SECONDS * 1000))
    const [received, ...others] = await sent()
    expect(others).toEqual([])
    expect(received?.mail.subject).toBe('There is a change: A concert')
    expect(received?.mail.text).toContain('Place: The old barn\nPlace before: The hall')
    expect(received?.mail.text).not.toContain('Date before')
    const dates = { startDate: '2030-06-02T18:00:00Z', endDate: '2030-06-02T22:00:00Z', timeZoneId: 'Europe/Berlin' }
    await change({ dateAndTimeSettings: dates })
    await told()
    setNow(new Date(now().getTime() + MOVED_AFTER_SECONDS * 1000))
    expect((await sent())[0]?.mail.text).toContain('Date before: June 1, 2030 at 8:00 PM')
  })

  test('events 11.6: reminds its guests once, a day before unless said otherwise, also late, not once it has begun', async () => {
    await othersAreOver()
    const { eventId } = await anOrder(app, { definition: FREE })
    const other = await anOrder(app, { definition: FREE })
    await configure(other.eventId, { upcomingEventReminder: { reminderTime: 'BEFORE_1_HOUR' } })
    const never = await anOrder(app, { definition: FREE })
    await configure(never.eventId, { upcomingEventReminder: { sendingEnabled: false } })
    const instant = await anOrder(app, { definition: FREE })
    await configure(instant.eventId, { upcomingEventReminder: { reminderTime: 'INSTANT' } })
    await told()
    const remindedAt = async (moment: string) => {
      setNow(moment)
      return remindGuests(sql, now())
    }
    expect(await remindedAt('2030-05-31T17:59:59.000Z')).toBe(0)
    expect(await remindedAt('2030-06-01T04:00:00.000Z')).toBe(1) // nobody worked for ten hours
    expect(await told()).toEqual(['ada@example.org: Soon: A concert'])
    expect(await remindedAt('2030-06-01T16:59:59.000Z')).toBe(0)
    expect(await remindedAt('2030-06-01T17:30:00.000Z')).toBe(1)
    expect(await told()).toEqual(['ada@example.org: Soon: A concert'])
    expect(await remindedAt('2030-06-01T18:00:00.000Z')).toBe(0)
    const mails = await sql`select fact from mails where kind = 'EMAIL_UPCOMING_EVENT_REMINDER'`
    expect(mails.map(({ fact }) => fact.split('/')[1]).sort()).toEqual([eventId, other.eventId].sort())
  })

  test('events 11.6: whoever publishes after that moment reminds nobody of what they have only just heard of', async () => {
    setNow('2030-06-01T10:00:00.000Z')
    await anOrder(app, { definition: FREE })
    await told()
    setNow('2030-06-01T12:00:00.000Z')
    expect(await remindGuests(sql, now())).toBe(0)
  })
})

/** The events of other tests remind nobody. */
async function othersAreOver() {
  await sql`
    insert into event_reminders (site_id, event_id, start_at, told_at)
    select site_id, event_id, start_at, ${now()} from events`
}

describe('the organizer', () => {
  test('events 1.7.5: is told each morning who ordered and who answered since the last, and nothing if nobody did', async () => {
    await inTransaction(sql, tx => setOrganizerEmail(tx, siteId, 'desk@example.org'))
    setNow('2030-05-11T05:59:00.000Z') // one minute to eight in Berlin
    await summarize(sql, now())
    server.taken()
    setNow('2030-05-11T06:30:00.000Z')
    await summarize(sql, now())
    await told()
    await anOrder(app, { event: {}, definition: FREE, quantity: 3 })
    const eventId = await aParty(app)
    await anRsvp(await app.visitor(), eventId, { email: 'ada@example.org' })
    await told()
    setNow('2030-05-12T05:59:59.000Z')
    await summarize(sql, now())
    expect(await told()).toEqual([])
    setNow('2030-05-12T06:00:00.000Z')
    await Promise.all([summarize(sql, now()), summarize(sql, now())])
    const [received, ...others] = await sent()
    expect(others).toEqual([])
    expect(received).toMatchObject({ to: ['desk@example.org'], mail: { subject: 'Test: what is new' } })
    expect(received?.mail.text).toContain('A concert: 1 order, 3 tickets, €0.00\nA party: 1 person accepted')
    setNow('2030-05-13T06:00:00.000Z')
    await summarize(sql, now())
    expect(await told()).toEqual([])
  })
})
