import { GetTicketResponse } from '@wix/auto_sdk_events_tickets/schemas'
import { jwtVerify } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { anOrder, follow, notify, orderNow } from '../../test/support/orders.ts'
import { archiveOrder, checkOut, FREE, must } from '../../test/support/sale.ts'
import { anArea, aSeatedSale, reserveSeats, seatsOf } from '../../test/support/seats.ts'
import { ISSUER_ID, PASS_TYPE_ID, readPass, TEAM_ID, unzipped, walletFiles } from '../../test/support/wallet.ts'
import { linkToken } from '../identities/link.ts'
import { readWallet } from '../wallet/keys.ts'

const files = await walletFiles()
const app = await testApp({ wallet: await readWallet(files, new Date('2030-05-01T12:00:00.000Z')) })
const { admin, deps, setNow, siteId } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

async function aTicket(more: Parameters<typeof anOrder>[1] = {}) {
  const sold = await anOrder(app, { definition: FREE, ...more })
  return { ...sold, ticket: sold.order.tickets[0] }
}

const HALL = {
  location: {
    name: 'Harbour Hall',
    type: 'VENUE',
    address: { addressLine: 'Quay 4', city: 'Hamburg', country: 'DE', geocode: { latitude: 53.54, longitude: 9.98 } },
  },
}

describe('Apple Wallet', () => {
  test('R194, R197, R207: a ticket’s pass is signed by the organizer’s certificate and has the ticket’s signed code', async () => {
    const definition = { ...FREE, name: 'Balcony', policyText: 'No refunds.' }
    const sold = await aTicket({ definition })
    await must(admin, 'PATCH', `/events/v3/events/${sold.eventId}`, { event: { ...HALL, title: 'Lanterns' } })
    const { ticket } = await ticketNow(sold)
    const { status, headers, bytes } = await follow(app, ticket.walletPassUrl)
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.apple.pkpass',
      'content-disposition': `inline; filename="ticket-${ticket.ticketNumber}.pkpass"`,
      'cache-control': 'private, no-store',
    })
    const pass = await readPass(bytes, files)
    expect(pass).toMatchObject({
      formatVersion: 1,
      passTypeIdentifier: PASS_TYPE_ID,
      teamIdentifier: TEAM_ID,
      serialNumber: ticket.ticketNumber,
      groupingIdentifier: ticket.orderNumber,
      organizationName: 'Test',
      description: 'Lanterns, Balcony',
      voided: false,
      relevantDate: '2030-06-01T18:00:00.000Z',
      locations: [{ latitude: 53.54, longitude: 9.98 }],
      barcodes: [
        {
          format: 'PKBarcodeFormatQR',
          message: ticket.checkInUrl,
          messageEncoding: 'iso-8859-1',
          altText: ticket.ticketNumber,
        },
      ],
      semantics: {
        eventName: 'Lanterns',
        eventStartDate: '2030-06-01T20:00:00+02:00',
        eventEndDate: '2030-06-02T00:00:00+02:00',
        venueName: 'Harbour Hall',
        venueLocation: { latitude: 53.54, longitude: 9.98 },
        attendeeName: 'Ada Berg',
      },
    })
    for (const color of ['backgroundColor', 'foregroundColor', 'labelColor'])
      expect(pass[color]).toMatch(/^rgb\(\d+, \d+, \d+\)$/)
    expect(fieldsOf(pass)).toMatchObject({
      day: '2030-06-01T20:00:00+02:00',
      event: 'Lanterns',
      date: '2030-06-01T20:00:00+02:00',
      place: 'Harbour Hall',
      ticket: 'Balcony',
      guest: 'Ada Berg',
    })
    expect(fieldsOf(pass)).not.toHaveProperty('seat')
    const back = pass.eventTicket.backFields.map(({ label, value }: Field) => [label, value])
    expect(back).toEqual([
      ['Ticket number', ticket.ticketNumber],
      ['Order', ticket.orderNumber],
      ['Buyer', 'Ada Berg'],
      ['Price', 'Free'],
      ['Place', 'Quay 4, Hamburg, Germany'],
      ['Terms', 'No refunds.'],
      ['To print', ticket.ticketPdfUrl],
    ])
    expect(pass.files).toEqual(
      ['icon', 'logo']
        .flatMap(name => ['.png', '@2x.png', '@3x.png'].map(rest => name + rest))
        .concat('pass.json')
        .sort(),
    )
  })

  test('R83, R197: a seat is told in its parts, an area and a table as what they are', async () => {
    const table = { id: 3, type: 'TABLE', label: '7', seats: [{ label: '2' }] }
    const elements = [seatsOf(1, 2), anArea(2, 10), table]
    const { eventId, definitionId } = await aSeatedSale(app, { definition: FREE, elements })
    const guest = await app.visitor()
    const places = ['0-1-2', '0-2-GA', '0-3-2']
    const reservationId = (await reserveSeats(guest, definitionId, places)).body.ticketReservation.id
    const { order } = (await checkOut(guest, { eventId, reservationId })).body
    const passes = await Promise.all(
      order.tickets.map(async (each: { walletPassUrl: string }) =>
        readPass((await follow(app, each.walletPassUrl)).bytes, files),
      ),
    )
    expect(passes.map(pass => [pass.semantics.seats, fieldsOf(pass).seat])).toEqual([
      [
        [{ seatSection: 'Stalls', seatRow: 'Row 1', seatNumber: '2', seatDescription: 'Standard' }],
        'Stalls, Row 1, seat 2',
      ],
      [[{ seatSection: 'Stalls, Standing', seatDescription: 'Standard' }], 'Stalls, Standing'],
      [
        [{ seatSection: 'Stalls', seatRow: 'table 7', seatNumber: '2', seatDescription: 'Standard' }],
        'Stalls, table 7, seat 2',
      ],
    ])
  })

  test('R208: a ticket that does not admit is void and has no code', async () => {
    const given = await aTicket()
    const away = await aTicket()
    const links = await Promise.all([given, away].map(async sold => (await ticketNow(sold)).ticket.walletPassUrl))
    await must(admin, 'POST', `/events/v1/ticket-reservations/${given.reservationId}/cancel`)
    await archiveOrder(app, { eventId: away.eventId, orderNumber: away.order.orderNumber })
    for (const link of links) {
      const pass = await readPass((await follow(app, link)).bytes, files)
      expect([pass.voided, pass.barcodes]).toEqual([true, undefined])
    }
  })

  test('R207: an event without a date or place says so, and whoever holds a wrong secret gets nothing', async () => {
    const sold = await aTicket()
    const dateAndTimeSettings = { dateAndTimeTbd: true, dateAndTimeTbdMessage: 'In summer' }
    const location = { name: 'To be decided', type: 'VENUE', locationTbd: true }
    await must(admin, 'PATCH', `/events/v3/events/${sold.eventId}`, { event: { dateAndTimeSettings, location } })
    const { walletPassUrl } = (await ticketNow(sold)).ticket
    const pass = await readPass((await follow(app, walletPassUrl)).bytes, files)
    expect(fieldsOf(pass)).toMatchObject({ date: 'In summer', place: 'To be decided' })
    expect(pass).not.toHaveProperty('relevantDate')
    expect(pass.semantics).not.toHaveProperty('eventStartDate')
    const order = linkToken({ purpose: 'order', siteId, number: sold.ticket.ticketNumber }, deps.keys)
    for (const wrong of [
      `${walletPassUrl}x`,
      walletPassUrl.replace(/token=.*/, ''),
      walletPassUrl.replace(/token=.*/, `token=${order}`),
    ])
      expect((await follow(app, wrong)).status).toBe(404)
  })

  test('R180, R207: an order’s tickets come ten at a time, each a pass of its own', async () => {
    const sold = await aTicket({ quantity: 12 })
    const { markup } = await follow(app, sold.orderPageUrl)
    const links = [...markup.matchAll(/href="([^"]+tickets\.pkpasses[^"]*)">([^<]+)</g)]
    expect(links.map(([, , said]) => said)).toEqual([
      'Add tickets 1 to 10 to Apple Wallet',
      'Add tickets 11 to 12 to Apple Wallet',
    ])
    const numbers: string[] = []
    for (const [, link = ''] of links) {
      const { bytes, headers } = await follow(app, link.replaceAll('&amp;', '&'))
      expect(headers['content-type']).toBe('application/vnd.apple.pkpasses')
      const passes = [...unzipped(bytes)]
      expect(passes.length).toBeLessThanOrEqual(10)
      for (const [name, content] of passes) {
        expect(name).toMatch(/^[\w-]+\.pkpass$/)
        numbers.push((await readPass(content, files)).serialNumber)
      }
    }
    expect(numbers).toEqual(sold.order.tickets.map((each: { ticketNumber: string }) => each.ticketNumber))
    const [, first = ''] = links[0] ?? []
    expect((await follow(app, `${first}&part=3`)).status).toBe(404)
    expect((await follow(app, `${first}&part=0`)).status).toBe(404)
    expect((await follow(app, `${first}x`)).status).toBe(404)
  })
})

describe('Google Wallet', () => {
  test('R194, R207: the link leads to Google with a signed ticket, and nobody is asked', async () => {
    const sold = await aTicket()
    await must(admin, 'PATCH', `/events/v3/events/${sold.eventId}`, { event: { ...HALL, title: 'Lanterns' } })
    const { ticket } = await ticketNow(sold)
    const { status, headers } = await follow(app, ticket.googleWalletUrl)
    expect([status, headers['cache-control']]).toEqual([302, 'private, no-store'])
    const [address = '', token = ''] = String(headers.location).split('/save/')
    expect(address).toBe('https://pay.google.com/gp/v')
    expect(String(headers.location).length).toBeLessThan(2_000)
    const { payload, protectedHeader } = await jwtVerify(token, files.googlePublicKey, {
      issuer: files.serviceAccount,
      audience: 'google',
      currentDate: app.now(),
    })
    expect(protectedHeader.alg).toBe('RS256')
    const said = (value: string) => ({ defaultValue: { language: 'en', value } })
    const classId = expect.stringMatching(`^${ISSUER_ID}\\.${sold.eventId}-\\d+$`)
    expect(payload).toMatchObject({
      typ: 'savetowallet',
      payload: {
        eventTicketClasses: [
          {
            id: classId,
            issuerName: 'Test',
            reviewStatus: 'UNDER_REVIEW',
            eventName: said('Lanterns'),
            dateTime: { start: '2030-06-01T20:00:00+02:00', end: '2030-06-02T00:00:00+02:00' },
            venue: { name: said('Harbour Hall'), address: said('Quay 4, Hamburg, Germany') },
          },
        ],
        eventTicketObjects: [
          {
            id: `${ISSUER_ID}.${ticket.ticketNumber}`,
            classId,
            state: 'ACTIVE',
            ticketNumber: ticket.ticketNumber,
            ticketHolderName: 'Ada Berg',
            ticketType: said('Standard'),
            reservationInfo: { confirmationCode: ticket.orderNumber },
            barcode: { type: 'QR_CODE', value: ticket.checkInUrl, alternateText: ticket.ticketNumber },
          },
        ],
      },
    })
  })

  test('R207: an event that has changed is another class, for what is kept at Google stays as it came first', async () => {
    const sold = await aTicket()
    const { googleWalletUrl } = (await ticketNow(sold)).ticket
    const classNow = async () => {
      const { headers } = await follow(app, googleWalletUrl)
      const [, payload = ''] = String(headers.location).split('.').slice(-3)
      return JSON.parse(Buffer.from(payload, 'base64url').toString()).payload.eventTicketClasses[0]
    }
    const before = await classNow()
    await must(admin, 'PATCH', `/events/v3/events/${sold.eventId}`, { event: { title: 'Moved' } })
    const after = await classNow()
    expect([before.eventName.defaultValue.value, after.eventName.defaultValue.value]).toEqual(['A concert', 'Moved'])
    expect(after.id).not.toBe(before.id)
  })

  test('R207: with the longest texts the link is no longer than browsers and servers take', async () => {
    const sold = await aTicket()
    const place = { ...HALL.location, name: '港'.repeat(50), address: { addressLine: '道'.repeat(250), country: 'DE' } }
    await must(admin, 'PATCH', `/events/v3/events/${sold.eventId}`, {
      event: { title: '灯'.repeat(120), location: place },
    })
    const { headers } = await follow(app, (await ticketNow(sold)).ticket.googleWalletUrl)
    expect(String(headers.location).length).toBeLessThan(6_000)
  })

  test('R207, R208: there is none for a ticket that does not admit, nor behind a wrong secret', async () => {
    const sold = await aTicket()
    const { googleWalletUrl } = (await ticketNow(sold)).ticket
    expect((await follow(app, `${googleWalletUrl}x`)).status).toBe(404)
    await must(admin, 'POST', `/events/v1/ticket-reservations/${sold.reservationId}/cancel`)
    const { status, text } = await follow(app, googleWalletUrl)
    expect([status, text]).toEqual([404, expect.stringContaining('There is no ticket for a wallet here.')])
  })
})

test('R197: the client takes the links as it expects them, and pages show them where a ticket admits', async () => {
  const sold = await anOrder(app)
  expect((await follow(app, sold.orderPageUrl)).text).not.toContain('Wallet')
  await notify(sold, 'PAID')
  const { tickets } = await orderNow(admin, sold)
  const { body } = await ticketNow({ ...sold, ticket: tickets[0] })
  const { googleWalletUrl, ...published } = body.ticket
  expect(judgedByClient(GetTicketResponse, { ticket: published })).toEqual([])
  const { markup } = await follow(app, sold.orderPageUrl)
  for (const ticket of tickets) {
    expect(ticket.walletPassUrl).toMatch(/\/pass\.pkpass\?token=/)
    expect(markup).toContain(`href="${ticket.walletPassUrl}"`)
    expect(markup).toContain(`href="${ticket.googleWalletUrl}"`)
  }
  expect(googleWalletUrl).toBe(tickets[0].googleWalletUrl)
  expect(markup).toContain('Add all tickets to Apple Wallet')
})

test('R207: passes of a deleted event cannot be made, and it is said so', async () => {
  const sold = await aTicket()
  const { walletPassUrl } = (await ticketNow(sold)).ticket
  await must(admin, 'DELETE', `/events/v3/events/${sold.eventId}`)
  const { status, text } = await follow(app, walletPassUrl)
  expect([status, text]).toEqual([404, expect.stringContaining('its event is no longer listed')])
})

async function ticketNow({ eventId, ticket }: { eventId: string; ticket: { ticketNumber: string } }) {
  const path = `/events/v1/tickets/${ticket.ticketNumber}?eventId=${eventId}&fieldset=TICKET_DETAILS`
  const { body } = await must(admin, 'GET', path)
  return { body, ticket: body.ticket }
}

type Field = { key: string; label: string; value: string }

/** What is shown on the front, by the fields' keys. */
function fieldsOf({ eventTicket }: { eventTicket: Record<string, Field[]> }): Record<string, string> {
  const { headerFields = [], primaryFields = [], secondaryFields = [], auxiliaryFields = [] } = eventTicket
  const front = [...headerFields, ...primaryFields, ...secondaryFields, ...auxiliaryFields]
  return Object.fromEntries(front.map(({ key, value }) => [key, value]))
}
