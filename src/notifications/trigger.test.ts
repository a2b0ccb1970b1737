import { TriggerNotificationResponse } from '@wix/auto_sdk_events_notifications/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { refusedWithoutTrace } from '../../test/support/ledger.ts'
import { aMailServer, postThrough, type Received } from '../../test/support/mail.ts'
import { anOrder, follow, notify, type Ordered } from '../../test/support/orders.ts'
import { readPdf } from '../../test/support/pdf.ts'
import { anRsvp, aParty, askForGuests } from '../../test/support/rsvps.ts'
import { ADA, archiveOrder, aSale, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'
import { newGuid } from '../ids.ts'
import { ORDERS_MAX } from './mails.ts'
import { EMAIL_TYPES, FITTING_TARGETS, PUSH_TYPES, TARGETS, type TargetName } from './model.ts'

const app = await testApp()
const { sql, admin, anonymous, visitor, otherSite, setNow } = app
const server = await aMailServer()
const post = postThrough(app, server)
const TRIGGER = '/events/v2/notifications/trigger'
const START = '2030-05-01T12:00:00.000Z'
beforeEach(() => {
  setNow(START)
  server.behave({})
  server.taken()
})

const trigger = (body: object) => must(admin, 'POST', TRIGGER, body)
const refused = (body: unknown, caller = admin) => refusedWithoutTrace(sql, () => caller('POST', TRIGGER, body))
const ofOrder = ({ eventId, order }: Ordered) => ({ eventId, orderNumber: order.orderNumber as string })
const configure = async (eventId: string, notificationConfig: object) =>
  must(admin, 'POST', `/events-notifications/v2/notification-configs/${eventId}`, { notificationConfig })
const jobOf = async ({ order }: Ordered) => {
  const [job] = await sql`
    select state, attempts, progress, failures, due_at
      from jobs
      join mails on mails.site_id = jobs.site_id and mails.mail_id = jobs.job_id
     where mails.order_number = ${order.orderNumber}`
  return job
}

/** Two free tickets of an order whose guests have names and addresses of their own. */
async function aPartyOfTwo(): Promise<Ordered> {
  const guest = (firstName: string, email: string) => ({
    form: {
      inputValues: [
        { inputName: 'firstName', value: firstName },
        { inputName: 'lastName', value: 'Guest' },
        { inputName: 'email', value: email },
      ],
    },
  })
  return anOrder(app, {
    definition: FREE,
    event: { initialType: 'TICKETING', tickets: { guestsAssignedSeparately: true } },
    checkout: {
      buyer: { firstName: 'Ada', lastName: 'Berg', email: 'ada@example.org' },
      guests: [guest('Bo', 'bo@example.org'), guest('Cy', 'cy@example.org')],
    },
  })
}

/** The calendar file that is attached, with its lines unfolded. */
function calendarIn(received: Received | undefined): string {
  const file = received?.mail.attachments.find(({ mimeType }) => mimeType === 'text/calendar')
  const { content = '' } = file ?? {}
  return (typeof content === 'string' ? content : new TextDecoder().decode(content)).replace(/\r?\n /g, '')
}

describe('a confirmation of an order', () => {
  test('events 11.8, 11.10: reaches the buyer, with the tickets attached and links that lead somewhere', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    const answer = await trigger({ emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest: ofOrder(ordered) })
    expect(answer.body).toEqual({})
    expect(judgedByClient(TriggerNotificationResponse, answer.body)).toEqual([])
    expect(server.taken()).toEqual([]) // nobody waits for a mail server
    expect(await post()).toEqual([0, 1])
    const [received, ...others] = server.taken()
    expect(others).toEqual([])
    expect(received).toMatchObject({ from: 'tickets@example.org', to: ['ada@example.org'] })
    const { subject, text = '', html = '', attachments } = received?.mail ?? {}
    expect(subject).toBe('Your tickets: A concert')
    for (const said of [
      'Hello Ada Berg,',
      'Thank you for your order.',
      'June 1, 2030',
      'The hall',
      ordered.order.orderNumber,
    ])
      expect([said, text.includes(said), html.includes(said)]).toEqual([said, true, true])
    const links = [...text.matchAll(/http:\S+/g)].map(([link]) => link)
    expect(links).toHaveLength(3) // tickets, order, calendar
    expect(links).toContain(ordered.orderPageUrl)
    for (const link of links) expect([link, (await follow(app, link)).status]).toEqual([link, 200])
    expect([...html.matchAll(/href="([^"]+)"/g)].map(([, link]) => link?.replaceAll('&amp;', '&'))).toEqual(links)
    expect(attachments).toMatchObject([
      { filename: `tickets-${ordered.order.orderNumber}.pdf` },
      { filename: 'event.ics', mimeType: 'text/calendar' },
    ])
    // The buyer's own entry, which leads to the codes.
    const calendar = calendarIn(received)
    expect(calendar).toContain(`UID:${ordered.order.orderNumber}@boxoffice`)
    expect(calendar).toContain(`URL:${ordered.orderPageUrl}`)
    const { pages } = await readPdf(new Uint8Array(attachments?.[0]?.content as ArrayBuffer))
    expect(pages.map(({ code }) => code)).toEqual([expect.stringContaining('http'), expect.stringContaining('http')])
  })

  test('events 11.4, 11.5: says what the organizer wrote, whatever that is, and only that', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    await configure(ordered.eventId, {
      orderConfirmation: {
        template: {
          subject: 'Come & <see>\r\nBcc: eve@example.org',
          body: 'One <script>alert(1)</script>\nline.\n\nSecond "paragraph".',
          calendarLink: { display: false },
        },
      },
    })
    await trigger({ emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest: ofOrder(ordered) })
    await post()
    const [received] = server.taken()
    expect(received?.to).toEqual(['ada@example.org'])
    expect(received?.mail.subject).toBe('Come & <see> Bcc: eve@example.org')
    expect(received?.mail.text).toContain('One <script>alert(1)</script>\nline.\n\nSecond "paragraph".')
    const html = received?.mail.html ?? ''
    expect(html).not.toContain('<script')
    expect(html).toContain('One &lt;script&gt;alert(1)&lt;/script&gt;<br>line.</p>')
    expect(html).not.toContain('calendar.ics')
    expect(received?.mail.attachments).toHaveLength(1) // the tickets alone
  })

  test('events 11.4: without tickets attached it is the one with a link, in that one’s words', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    await configure(ordered.eventId, {
      orderConfirmation: { template: { subject: 'Attached', includeTickets: false } },
      orderConfirmationWithTicketsLink: { template: { subject: 'Linked' } },
    })
    await trigger({ emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest: ofOrder(ordered) })
    await post()
    const [received] = server.taken()
    expect([received?.mail.subject, received?.mail.attachments]).toEqual(['Linked', []])
    expect(received?.mail.text).toContain('/tickets.pdf?token=')
  })

  test('events 11.11: is sent although sending by itself is off', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    await configure(ordered.eventId, { orderConfirmation: { sendingEnabled: false } })
    await trigger({ emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest: ofOrder(ordered) })
    await post()
    expect(server.taken()).toHaveLength(1)
  })

  test('an order that is put away before its mail is sent gets none', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    await trigger({ emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest: ofOrder(ordered) })
    await archiveOrder(app, ofOrder(ordered))
    await post()
    expect(server.taken()).toEqual([])
    expect(await jobOf(ordered)).toMatchObject({ state: 'DONE', progress: { dropped: 1 } })
  })
})

test('events 11.7, 11.8: an invoice reaches the buyer of an order that was paid, as a link to it', async () => {
  const ordered = await anOrder(app)
  const body = { emailNotificationType: 'EMAIL_INVOICE', orderGuest: ofOrder(ordered) }
  expect(await refused(body)).toEqual([428, 'FAILED_PRECONDITION'])
  await notify(ordered, 'PAID')
  await trigger(body)
  await post()
  const [received] = server.taken()
  expect([received?.to, received?.mail.subject, received?.mail.attachments]).toEqual([
    ['ada@example.org'],
    'Your invoice: A concert',
    [],
  ])
  const [link = ''] = /http:\S+\/invoice\?\S+/.exec(received?.mail.text ?? '') ?? []
  expect((await follow(app, link)).status).toBe(200)
})

describe('the guests of tickets', () => {
  test('events 11.8, 11.10: each holder gets their own ticket, and nothing of the order', async () => {
    const ordered = await aPartyOfTwo()
    const ticketNumber: string[] = ordered.order.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber)
    await trigger({
      emailNotificationType: 'EMAIL_TICKET_CONFIRMATION',
      ticketGuest: { ...ofOrder(ordered), ticketNumber },
    })
    expect(await post()).toEqual([0, 2])
    const received = server.taken()
    expect(received.map(({ to }) => to)).toEqual([['bo@example.org'], ['cy@example.org']])
    for (const [index, { mail }] of received.entries()) {
      const [mine, other] = [ticketNumber[index] ?? '', ticketNumber[1 - index] ?? '']
      expect(mail.text).toContain(index === 0 ? 'Hello Bo Guest,' : 'Hello Cy Guest,')
      expect([mail.text?.includes(mine), mail.text?.includes(other)]).toEqual([true, false])
      expect(mail.text).not.toContain('/orders/')
      const [link = ''] = /http:\S+ticket\.pdf\S+/.exec(mail.text ?? '') ?? []
      expect((await follow(app, link)).status).toBe(200)
      const { pages } = await readPdf(new Uint8Array(mail.attachments[0]?.content as ArrayBuffer))
      expect(pages).toHaveLength(1)
      expect(pages[0]?.lines.join('\n')).toContain(mine)
      const calendar = calendarIn(received[index])
      expect(calendar).toContain(`UID:${ordered.eventId}@boxoffice`)
      expect(calendar).not.toContain('/orders/')
    }
  })

  test('events 11.10: one of them, with or without its order', async () => {
    const ordered = await aPartyOfTwo()
    const { eventId, orderNumber } = ofOrder(ordered)
    const ticketNumber = [ordered.order.tickets[1].ticketNumber]
    for (const target of [
      { eventId, ticketNumber },
      { eventId, ticketNumber, orderNumber },
    ])
      await trigger({ emailNotificationType: 'EMAIL_TICKET_CONFIRMATION', ticketGuest: target })
    await post()
    expect(server.taken().map(({ to }) => to)).toEqual([['cy@example.org'], ['cy@example.org']])
  })

  test('events 11.10: tickets of two orders, or of another than the named one, are a 400 and send nothing', async () => {
    const sale = await aSale(app, { definition: FREE })
    const numbers: string[] = []
    const orders: string[] = []
    for (let index = 0; index < 2; index += 1) {
      const guest = await visitor()
      const reservationId = (await reserveTickets(guest, sale.definitionId)).body.ticketReservation.id
      const bought = { eventId: sale.eventId, reservationId, guests: [{ form: ADA }] }
      const { order } = (await must(guest, 'POST', '/events/v1/checkout', bought)).body
      numbers.push(order.tickets[0].ticketNumber)
      orders.push(order.orderNumber)
    }
    const { eventId } = sale
    for (const ticketGuest of [
      { eventId, ticketNumber: numbers },
      { eventId, ticketNumber: [numbers[0]], orderNumber: orders[1] },
    ])
      expect(await refused({ emailNotificationType: 'EMAIL_TICKET_CONFIRMATION', ticketGuest })).toEqual([
        400,
        ['ticketGuest.ticketNumber'],
      ])
  })

  test('a ticket that does not admit is not confirmed: then none of those that were named', async () => {
    const ordered = await aPartyOfTwo()
    const ticketNumber: string[] = ordered.order.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber)
    await must(admin, 'PATCH', `/events/v1/tickets/${ticketNumber[0]}`, { eventId: ordered.eventId, archived: true })
    const ticketGuest = { eventId: ordered.eventId, ticketNumber }
    const answer = await refused({ emailNotificationType: 'EMAIL_TICKET_CONFIRMATION', ticketGuest })
    expect(answer).toEqual([428, 'FAILED_PRECONDITION'])
  })
})

describe('all guests of an event', () => {
  test('events 11.8, 11.10: everybody who has a place is told that it is canceled, the buyer and the others', async () => {
    const ordered = await aPartyOfTwo()
    const { eventId } = ordered
    const body = { emailNotificationType: 'EMAIL_EVENT_CANCELATION', eventGuests: { eventId } }
    expect(await refused(body)).toEqual([428, 'FAILED_PRECONDITION'])
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`)
    await trigger(body)
    await post()
    const received = server.taken()
    expect(received.map(({ to }) => to)).toEqual([['ada@example.org'], ['bo@example.org'], ['cy@example.org']])
    for (const { mail } of received) {
      expect(mail.subject).toBe('Canceled: A concert')
      expect(mail.text).toContain('This event was canceled.')
      expect(mail.attachments).toEqual([])
    }
  })

  test('events 11.8: a reminder goes out as long as the event is to come', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    const { eventId } = ordered
    const body = { emailNotificationType: 'EMAIL_UPCOMING_EVENT_REMINDER', eventGuests: { eventId } }
    await trigger(body)
    await post()
    expect(server.taken().map(({ to, mail }) => [to, mail.subject])).toEqual([[['ada@example.org'], 'Soon: A concert']])
    setNow('2030-06-01T22:00:00.000Z')
    expect(await refused(body)).toEqual([428, 'FAILED_PRECONDITION'])
    setNow(START)
    await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`)
    expect(await refused(body)).toEqual([428, 'FAILED_PRECONDITION'])
  })

  test('events 11.10: any number of them, piece by piece; who comes later is not told', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: FREE })
    const buy = async (email: string) => {
      const reservationId = (await reserveTickets(admin, definitionId)).body.ticketReservation.id
      const inputValues = [...ADA.inputValues.slice(0, 2), { inputName: 'email', value: email }]
      await must(admin, 'POST', '/events/v1/checkout', { eventId, reservationId, guests: [{ form: { inputValues } }] })
    }
    for (let index = 0; index <= ORDERS_MAX; index += 1)
      await buy(`guest-${String(index).padStart(3, '0')}@example.org`)
    await configure(eventId, { upcomingEventReminder: { template: { includeTickets: false } } })
    await trigger({ emailNotificationType: 'EMAIL_UPCOMING_EVENT_REMINDER', eventGuests: { eventId } })
    setNow('2030-05-01T12:00:01.000Z')
    await buy('late@example.org')
    expect(await post()).toEqual([3, ORDERS_MAX + 1])
    const told = server.taken().map(({ to }) => to.join())
    expect([told.length, new Set(told).size, told.includes('late@example.org')]).toEqual([
      ORDERS_MAX + 1,
      ORDERS_MAX + 1,
      false,
    ])
  })
})

describe('who answered an invitation', () => {
  const GUESTS = [
    { firstName: 'Yes', email: 'yes@example.org' },
    { firstName: 'Waiting', email: 'waiting@example.org', status: 'WAITLIST' },
    { firstName: 'No', email: 'no@example.org', status: 'NO' },
    { firstName: 'Quiet', email: 'quiet@example.org', disableNotifications: true },
  ]

  /** An event for two at most, and its RSVPs by name. */
  async function aFullParty() {
    const settings = { responseType: 'YES_AND_NO', limit: 2, waitlistEnabled: true }
    const eventId = await aParty(app, { settings })
    const ids: Record<string, string> = {}
    for (const guest of [GUESTS[3], GUESTS[0], GUESTS[1], GUESTS[2]])
      ids[guest?.firstName ?? ''] = (await anRsvp(admin, eventId, guest)).id
    return { eventId, ids }
  }

  const told = async () => {
    await post()
    return server.taken().map(({ to }) => to.join().replace('@example.org', ''))
  }

  test('events 11.8, 11.10: is confirmed, with the answer and those who come along', async () => {
    const eventId = await aParty(app)
    await askForGuests(app, eventId)
    const rsvp = await anRsvp(admin, eventId, { additionalGuestDetails: { guestCount: 2, guestNames: ['Bo', 'Cy'] } })
    const body = {
      emailNotificationType: 'EMAIL_RSVP_CONFIRMATION',
      rsvpGuest: { eventId, rsvpId: rsvp.id.toUpperCase() },
    }
    await trigger(body)
    await post()
    const [received, ...others] = server.taken()
    expect(others).toEqual([])
    expect([received?.to, received?.mail.subject]).toEqual([['ada@example.org'], 'Your answer: A party'])
    const text = received?.mail.text ?? ''
    for (const said of ['Hello Ada Berg,', 'June 1, 2030', 'Your answer: You are coming', 'Guests: 3', 'calendar.ics'])
      expect([said, text.includes(said)]).toEqual([said, true])
  })

  test('events 11.13: is told nothing by mail who wants no notifications', async () => {
    const { eventId, ids } = await aFullParty()
    const confirmation = { emailNotificationType: 'EMAIL_RSVP_CONFIRMATION' }
    const quiet = { ...confirmation, rsvpGuest: { eventId, rsvpId: ids.Quiet } }
    expect(await refused(quiet)).toEqual([428, 'FAILED_PRECONDITION'])
    await trigger({ ...confirmation, eventGuests: { eventId } })
    expect(await told()).toEqual(['no', 'waiting', 'yes'])
  })

  test.each([
    ['EMAIL_NEW_SPOTS_AVAILABLE', ['waiting']],
    ['EMAIL_UPCOMING_EVENT_REMINDER', ['yes']],
    ['EMAIL_EVENT_CANCELATION', ['waiting', 'yes']],
  ])('events 11.8: %s reaches those whom it concerns', async (emailNotificationType, whom) => {
    const { eventId, ids } = await aFullParty()
    const isCanceled = emailNotificationType === 'EMAIL_EVENT_CANCELATION'
    if (isCanceled) await must(admin, 'POST', `/events/v3/events/${eventId}/cancel`)
    await trigger({ emailNotificationType, eventGuests: { eventId } })
    expect(await told()).toEqual(whom)
    const no = { emailNotificationType, rsvpGuest: { eventId, rsvpId: ids.No } }
    expect(await refused(no)).toEqual([428, 'FAILED_PRECONDITION'])
  })

  test('events 11.10: an RSVP to another event is not found', async () => {
    const { ids } = await aFullParty()
    const rsvpGuest = { eventId: await aParty(app), rsvpId: ids.Yes }
    const answer = await refused({ emailNotificationType: 'EMAIL_RSVP_CONFIRMATION', rsvpGuest })
    expect(answer).toEqual([404, 'RSVP_NOT_FOUND'])
  })

  test('who says no after all before the mail is sent gets none', async () => {
    const { eventId, ids } = await aFullParty()
    await trigger({ emailNotificationType: 'EMAIL_UPCOMING_EVENT_REMINDER', rsvpGuest: { eventId, rsvpId: ids.Yes } })
    await must(admin, 'PATCH', `/events/v2/rsvps/${ids.Yes}`, { rsvp: { revision: '1', status: 'NO' } })
    expect(await told()).toEqual([])
  })
})

describe('a mail that cannot be sent', () => {
  test('is tried later and later, and arrives once', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    server.behave({ rcpt: 451 })
    await trigger({ emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest: ofOrder(ordered) })
    await expect(post()).rejects.toThrow()
    expect(await jobOf(ordered)).toMatchObject({
      state: 'WAITING',
      attempts: 1,
      dueAt: new Date('2030-05-01T12:00:05.000Z'),
      failures: [{ message: 'the mail server answered 451 to RCPT TO' }],
    })
    server.behave({})
    expect(await post()).toEqual([0, 0])
    setNow('2030-05-01T12:00:05.000Z')
    expect(await post()).toEqual([0, 1])
    expect(await post()).toEqual([0, 0])
    expect(server.taken()).toHaveLength(1)
  })

  test('for good is given up at once, seen as a failed job that names nobody, and sent when a person says so', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    server.behave({ rcpt: 550 })
    await trigger({ emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest: ofOrder(ordered) })
    await expect(post()).rejects.toThrow()
    const { jobs } = (await must(admin, 'GET', '/boxoffice/v1/jobs?state=FAILED')).body
    expect(jobs).toMatchObject([
      { kind: 'notification.mail', failures: [{ message: 'the mail server answered 550 to RCPT TO' }] },
    ])
    const rows = await sql`select jobs::text as row from jobs`
    expect(rows.map(({ row }) => row).join()).not.toMatch(/@example|Ada/)
    server.behave({})
    await must(admin, 'POST', `/boxoffice/v1/jobs/${jobs[0].id}/retry`)
    await post()
    expect(server.taken()).toHaveLength(1)
  })
})

describe('what cannot be triggered', () => {
  const EVERY_TARGET = (eventId: string): Record<TargetName, object> => ({
    rsvpGuest: { eventId, rsvpId: newGuid() },
    orderGuest: { eventId, orderNumber: 'nobody' },
    eventGuests: { eventId },
    ticketGuest: { eventId, ticketNumber: ['nothing'] },
  })
  const UNKNOWN = {
    rsvpGuest: 'RSVP_NOT_FOUND',
    orderGuest: 'ORDER_NOT_FOUND',
    ticketGuest: 'TICKET_NOT_FOUND',
  } as const

  test('events 11.12: a target that is not told such things is a 400, one that is there not a 404', async () => {
    const { eventId } = await aSale(app)
    const targets = EVERY_TARGET(eventId)
    for (const emailNotificationType of EMAIL_TYPES)
      for (const kind of TARGETS.filter(each => !FITTING_TARGETS[emailNotificationType].includes(each)))
        expect(await refused({ emailNotificationType, [kind]: targets[kind] })).toEqual([400, [kind]])
    for (const kind of ['rsvpGuest', 'orderGuest', 'ticketGuest'] as const) {
      const emailNotificationType = 'EMAIL_UPCOMING_EVENT_REMINDER'
      expect(await refused({ emailNotificationType, [kind]: targets[kind] })).toEqual([404, UNKNOWN[kind]])
    }
  })

  test.each(PUSH_TYPES)('events 11.9: %s goes to nobody, and says so', async pushNotificationType => {
    const { eventId } = await aSale(app)
    const answer = await refused({ pushNotificationType, eventGuests: { eventId } })
    expect(answer).toEqual([428, 'PUSH_NOTIFICATIONS_NOT_AVAILABLE'])
    const unknown = await refused({ pushNotificationType, eventGuests: { eventId: newGuid() } })
    expect(unknown).toEqual([404, 'EVENT_NOT_FOUND'])
  })

  const eventId = newGuid()
  const type = { emailNotificationType: 'EMAIL_EVENT_CANCELATION' }
  test.each([
    ['no body', undefined, ['request']],
    ['nothing', {}, ['emailNotificationType', 'pushNotificationType']],
    ['no target', type, [...TARGETS]],
    ['no type', { eventGuests: { eventId } }, ['emailNotificationType', 'pushNotificationType']],
    [
      'two types',
      { ...type, pushNotificationType: 'PUSH_EVENT_UPDATED', eventGuests: { eventId } },
      ['emailNotificationType', 'pushNotificationType'],
    ],
    [
      'two targets',
      { ...type, eventGuests: { eventId }, orderGuest: { eventId, orderNumber: 'x' } },
      ['orderGuest', 'eventGuests'],
    ],
    [
      'a type that is none',
      { emailNotificationType: 'EMAIL_HELLO', eventGuests: { eventId } },
      ['emailNotificationType'],
    ],
    ['a target of another kind', { ...type, eventGuests: eventId }, ['eventGuests']],
    ['no event', { ...type, eventGuests: {} }, ['eventGuests.eventId']],
    ['an event that is none', { ...type, eventGuests: { eventId: 'x' } }, ['eventGuests.eventId']],
    ['no order', { ...type, orderGuest: { eventId } }, ['orderGuest.orderNumber']],
    [
      'a long order number',
      { ...type, orderGuest: { eventId, orderNumber: 'x'.repeat(37) } },
      ['orderGuest.orderNumber'],
    ],
    ['no RSVP', { ...type, rsvpGuest: { eventId, rsvpId: null } }, ['rsvpGuest.rsvpId']],
    ['no ticket', { ...type, ticketGuest: { eventId, ticketNumber: [] } }, ['ticketGuest.ticketNumber']],
    [
      '101 tickets',
      { ...type, ticketGuest: { eventId, ticketNumber: Array(101).fill('x') } },
      ['ticketGuest.ticketNumber'],
    ],
  ])('events 11.10: %s is a 400', async (_, body, fields) => {
    expect(await refused(body)).toEqual([400, fields])
  })

  test('events 11.10: nothing of another event or site is found', async () => {
    const ordered = await anOrder(app, { definition: FREE })
    const other = await otherSite()
    const elsewhere = await aSale(app)
    const mine = ofOrder(ordered)
    const confirmation = { emailNotificationType: 'EMAIL_ORDER_CONFIRMATION' }
    expect(await refused({ ...confirmation, orderGuest: mine }, other.admin)).toEqual([404, 'EVENT_NOT_FOUND'])
    const misplaced = { ...confirmation, orderGuest: { ...mine, eventId: elsewhere.eventId } }
    expect(await refused(misplaced)).toEqual([404, 'ORDER_NOT_FOUND'])
    const ticketGuest = { eventId: elsewhere.eventId, ticketNumber: [ordered.order.tickets[0].ticketNumber] }
    const ticket = { emailNotificationType: 'EMAIL_TICKET_CONFIRMATION', ticketGuest }
    expect(await refused(ticket)).toEqual([404, 'TICKET_NOT_FOUND'])
  })

  test('an order that waits for its money has nothing to confirm, and nobody can be told without an address', async () => {
    const ordered = await anOrder(app)
    const body = { emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest: ofOrder(ordered) }
    expect(await refused(body)).toEqual([428, 'FAILED_PRECONDITION'])
  })

  test('events 11.14: only the organizer triggers', async () => {
    const body = { ...type, eventGuests: { eventId: (await aSale(app)).eventId } }
    const staff = await aStaffMember(app, { permissions: ['SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'] })
    for (const caller of [await visitor(), staff])
      expect(await refused(body, caller)).toEqual([403, 'PERMISSION_DENIED'])
    expect(await refused(body, anonymous)).toEqual([401, 'UNAUTHENTICATED'])
    const expired: typeof admin = (method, url, sent) =>
      anonymous(method, url, sent, { authorization: 'no.such.token' })
    expect(await refused(body, expired)).toEqual([401, 'UNAUTHENTICATED'])
  })
})
