import { GetTicketResponse } from '@wix/auto_sdk_events_tickets/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { ledgerOf } from '../../test/support/ledger.ts'
import { anOrder, follow } from '../../test/support/orders.ts'
import { readPdf } from '../../test/support/pdf.ts'
import { ADA, FREE, must } from '../../test/support/sale.ts'
import { deriveKeys } from '../identities/keys.ts'
import { linkToken } from '../identities/link.ts'
import { newGuid } from '../ids.ts'
import { checkInUrl } from './code.ts'

const app = await testApp()
const { sql, siteId, admin, otherSite, deps, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

/** A free order and its first ticket, as the API shows it. */
async function aTicket(more: Parameters<typeof anOrder>[1] = {}) {
  const sold = await anOrder(app, { definition: FREE, ...more })
  return { ...sold, ticket: sold.order.tickets[0] }
}

async function checkIn({ eventId, ticket }: Awaited<ReturnType<typeof aTicket>>): Promise<void> {
  await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [ticket.ticketNumber] })
}

const SEPARATE = {
  event: { tickets: { guestsAssignedSeparately: true } },
  checkout: {
    buyer: { firstName: 'Grace', lastName: 'Hopper', email: 'grace@example.org' },
    guests: [ADA, { inputValues: ADA.inputValues.map(each => ({ ...each, value: `${each.value}x` })) }].map(form => ({
      form,
    })),
  },
}

describe('the page behind a code', () => {
  test('R194: says what a ticket is for and that it is genuine, of its guest the initials, and checks nobody in', async () => {
    const sold = await aTicket(SEPARATE)
    const before = await ledgerOf(sql)
    const { status, text, headers } = await follow(app, sold.ticket.checkInUrl)
    expect(status).toBe(200)
    expect(text).toContain(`Ticket ${sold.ticket.ticketNumber} A genuine ticket It has not been used yet.`)
    expect(text).toContain('Opening this page checks nobody in')
    expect(text).toContain('A concert June 1, 2030 at 8:00 PM – June 2, 2030 at 12:00 AM The hall')
    expect(text).toContain('Standard Guest (initials) A. B.')
    for (const personal of ['Ada', 'Berg', 'Grace', 'Hopper', 'example.org', '€'])
      expect(text.replace('A genuine ticket', '')).not.toContain(personal)
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' })
    expect(await ledgerOf(sql)).toEqual(before)
  })

  test('R194: a ticket that was used says when, so that nobody pays for it again', async () => {
    const sold = await aTicket()
    setNow('2030-06-01T18:05:00.000Z')
    await checkIn(sold)
    const { text } = await follow(app, sold.ticket.checkInUrl)
    expect(text).toContain('A genuine ticket, already used Checked in on June 1, 2030 at 8:05 PM GMT+2.')
  })

  test('R194, R208: a canceled ticket says so', async () => {
    const sold = await aTicket()
    await must(admin, 'POST', `/events/v1/ticket-reservations/${sold.reservationId}/cancel`)
    const { status, text } = await follow(app, sold.ticket.checkInUrl)
    expect([status, text.includes('Canceled This ticket does not admit anybody.')]).toEqual([200, true])
    expect(text).not.toContain('genuine')
  })

  test('R194: a code that we did not sign, or only a part of one, is told apart from nothing', async () => {
    const { eventId, ticket } = await aTicket()
    const { ticketNumber, checkInUrl: right } = ticket
    const forger = { keys: deriveKeys('another secret of the tests, long enough'), publicUrl: deps.publicUrl }
    const wrong = [
      right.slice(0, -1),
      right.split('?')[0],
      `${right.split('?')[0]}?s=`,
      `${right}&s=again`,
      `${right.split('?')[0]}?s=${'x'.repeat(5000)}`,
      right.replace(eventId, newGuid()),
      right.replace(ticketNumber, 'AAAA-BBBB-CCDDD'),
      checkInUrl({ siteId, ticketNumber, eventId }, forger),
      // Signed by us, and of no ticket: an installation that lost its database.
      checkInUrl({ siteId, ticketNumber: 'AAAA-BBBB-CCDDD', eventId }, deps),
      `${deps.publicUrl}/check-in/x?s=x`,
      `${deps.publicUrl}/check-in/${'x'.repeat(200)}`,
    ]
    const pages = await Promise.all(wrong.map(link => follow(app, link)))
    expect(pages.map(({ status }) => status)).toEqual(wrong.map(() => 404))
    for (const { text } of pages) expect(text).toContain('Nothing to show here')
    expect(pages[0]?.text).toContain('Do not pay for a ticket whose code leads here.')
  })

  test('R194: a scanner that escapes the comma still gets there', async () => {
    const { ticket } = await aTicket()
    expect((await follow(app, ticket.checkInUrl.replace(',', '%2C'))).status).toBe(200)
  })

  test('R194: the code says nothing of a site, and finds its own', async () => {
    const { admin: seller } = await otherSite()
    const there = await anOrder(
      { admin: seller, visitor: async () => seller },
      { definition: FREE, event: {}, checkout: {} },
    )
    const { status, text } = await follow(app, there.order.tickets[0].checkInUrl)
    expect([status, text.includes(there.order.tickets[0].ticketNumber)]).toEqual([200, true])
  })
})

describe('one ticket to print', () => {
  test('R207: its link needs no login, and shows this ticket alone', async () => {
    const sold = await aTicket(SEPARATE)
    const [first, second] = sold.order.tickets
    const { status, headers, bytes } = await follow(app, second.ticketPdfUrl)
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'application/pdf',
      'private, no-store',
    ])
    expect(headers['content-disposition']).toBe(`inline; filename="ticket-${second.ticketNumber}.pdf"`)
    const { title, pages } = await readPdf(bytes)
    expect([title, pages.length, pages[0]?.code]).toEqual([`Ticket ${second.ticketNumber}`, 1, second.checkInUrl])
    const lines = pages[0]?.lines.join('\n') ?? ''
    expect(lines).toContain('Guest\nAdax Bergx')
    expect(lines).toContain('Price\nFree')
    expect(lines).toContain('Buyer\nGrace Hopper')
    expect(lines).not.toContain(first.ticketNumber)
  })

  test('R207: a wrong secret, another ticket’s and the order’s own open nothing', async () => {
    const { order, ticket } = await aTicket()
    const { ticketNumber, ticketPdfUrl } = ticket
    const path = ticketPdfUrl.split('?')[0]
    const tokenOf = (purpose: 'order' | 'tickets' | 'ticket', number: string, site = siteId) =>
      linkToken({ purpose, siteId: site, number }, deps.keys)
    const { siteId: other } = await otherSite()
    const wrong = [
      path,
      `${path}?token=`,
      ticketPdfUrl.slice(0, -1),
      `${path}?token=${tokenOf('ticket', order.tickets[1].ticketNumber)}`,
      `${path}?token=${tokenOf('tickets', order.orderNumber)}`,
      `${path}?token=${tokenOf('order', ticketNumber)}`,
      `${path}?token=${tokenOf('ticket', ticketNumber, other)}`,
      `${deps.publicUrl}/tickets/AAAA-BBBB-CCDDD/ticket.pdf?token=${tokenOf('ticket', 'AAAA-BBBB-CCDDD')}`,
    ]
    const answers = await Promise.all(wrong.map(link => follow(app, link)))
    expect(answers.map(({ status, text }) => `${status} ${text.includes('copy all of it')}`)).toEqual(
      wrong.map(() => '404 true'),
    )
  })

  test('R207, R208: a ticket that does not admit is printed without a code', async () => {
    const sold = await aTicket()
    await must(admin, 'POST', `/events/v1/ticket-reservations/${sold.reservationId}/cancel`)
    const { pages } = await readPdf((await follow(app, sold.ticket.ticketPdfUrl)).bytes)
    expect(pages[0]?.code).toBeNull()
    expect(pages[0]?.lines).toContain('Canceled')
  })

  test('R197, R207: the client takes the links as it expects them; without keys for wallets there is none to them', async () => {
    const { eventId, ticket } = await aTicket()
    const path = `/events/v1/tickets/${ticket.ticketNumber}?eventId=${eventId}`
    const { body } = await must(admin, 'GET', `${path}&fieldset=TICKET_DETAILS`)
    expect(judgedByClient(GetTicketResponse, body)).toEqual([])
    expect(body.ticket.ticketPdfUrl).toContain(`${deps.publicUrl}/tickets/${ticket.ticketNumber}/ticket.pdf?token=`)
    expect(body.ticket).not.toHaveProperty('walletPassUrl')
    expect(body.ticket).not.toHaveProperty('googleWalletUrl')
    for (const form of ['pass.pkpass', 'google-wallet'])
      expect((await follow(app, body.ticket.ticketPdfUrl.replace('ticket.pdf', form))).status).toBe(404)
    expect((await must(admin, 'GET', path)).body.ticket.ticketPdfUrl).toBeUndefined()
  })
})
