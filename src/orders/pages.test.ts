import { CheckoutResponse, GetOrderResponse } from '@wix/auto_sdk_events_orders/schemas'
import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { anOrder, follow, notify, orderNow } from '../../test/support/orders.ts'
import { readPdf } from '../../test/support/pdf.ts'
import { aDefinition, aSale, checkOut, must } from '../../test/support/sale.ts'
import { anArea, aSeatedSale, reserveSeats, seatsOf } from '../../test/support/seats.ts'
import { readDoorCodeUrl } from '../identities/door-code.ts'
import { type LinkPurpose, linkToken } from '../identities/link.ts'
import { newGuid } from '../ids.ts'
import { textsIn } from '../texts/texts.ts'
import { ORDER_STATUSES, type OrderStatus } from './model.ts'
import { stateOf } from './order-page.ts'
import { findShownOrder } from './shown.ts'

const app = await testApp()
const { sql, siteId, admin, otherSite, deps, setNow } = app
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

const FREE = { pricingMethod: { fixedPrice: { value: '0', currency: 'EUR' } } }
const IN_PERSON = { seller: admin, checkout: { options: { payInPerson: true } } }
const VAT = { tickets: { taxSettings: { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '19' } } }

type Ordered = Awaited<ReturnType<typeof anOrder>>

function linkOf(purpose: LinkPurpose, path: string, { order }: Ordered, site = siteId): string {
  const token = linkToken({ purpose, siteId: site, number: order.orderNumber }, deps.keys)
  return `${deps.publicUrl}/orders/${order.orderNumber}${path}?token=${token}`
}

async function pageOf({ orderPageUrl }: Ordered): Promise<string> {
  const { status, text } = await follow(app, orderPageUrl)
  expect(status).toBe(200)
  return text
}

describe('the order page', () => {
  test('R167, R197: what was bought, when and where, whose, and what it costs', async () => {
    const sold = await anOrder(app, { event: VAT, ...IN_PERSON })
    const { text, markup } = await follow(app, sold.orderPageUrl)
    const { order } = sold
    expect(text).toContain(`Order ${order.orderNumber}`)
    expect(text).toContain('Confirmed, to be paid in person')
    expect(text).toContain('To pay: €23.80')
    expect(text).toContain('A concert June 1, 2030 at 8:00 PM – June 2, 2030 at 12:00 AM The hall')
    expect(text).toContain('Standard 2 × €10.00 €20.00')
    expect(text).toContain('VAT 19% on €20.00 €3.80')
    expect(text).toContain('Total €23.80')
    expect(text).toContain('Buyer Ada Berg E-mail ada@example.org')
    for (const { ticketNumber } of order.tickets) expect(text).toContain(`Ticket number ${ticketNumber}`)
    const links = [...markup.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'))
    const now = await orderNow(admin, sold)
    expect(links).toContain(now.ticketsPdf)
    expect(links).toEqual(
      expect.arrayContaining(now.tickets.map((each: { ticketPdfUrl: string }) => each.ticketPdfUrl)),
    )
    const calendar = links.find(link => link.includes('calendar.ics')) ?? ''
    expect((await follow(app, calendar)).markup).toContain('SUMMARY:A concert')
    expect(links.some(link => link.startsWith('https://calendar.google.com/'))).toBe(true)
    expect(markup.match(/class="qr"/g)).toHaveLength(2)
  })

  test('R167, R193: an order that waits for its money says until when, and has no tickets', async () => {
    const sold = await anOrder(app)
    const text = await pageOf(sold)
    expect(text).toContain('Waiting for payment')
    expect(text).toContain('held for you until May 1, 2030 at 2:20 PM GMT+2.')
    expect(text).toContain('There are no tickets yet.')
    expect(text).not.toContain('All tickets as a PDF')
    setNow('2030-05-01T12:20:00.000Z')
    expect(await pageOf(sold)).toContain('The time to pay has run out')
  })

  test('R180: the tickets are there as soon as checkout has answered', async () => {
    const sold = await anOrder(app, { definition: FREE, quantity: 3 })
    expect(sold.order.tickets).toHaveLength(sold.order.ticketsQuantity)
    const text = await pageOf(sold)
    for (const { ticketNumber } of sold.order.tickets) expect(text).toContain(ticketNumber)
  })

  test.each([
    ['PAID', async () => once(await anOrder(app), sold => notify(sold, 'PAID')), 'Thank you.'],
    ['FREE', async () => anOrder(app, { definition: FREE }), 'There is nothing to pay.'],
    ['PENDING', async () => once(await anOrder(app), sold => notify(sold, 'PENDING')), 'stay held for you meanwhile'],
    ['DECLINED', async () => once(await anOrder(app), sold => notify(sold, 'DECLINED')), 'You can order anew.'],
    [
      'AUTHORIZED',
      async () => once(await anOrder(app), sold => notify(sold, 'AUTHORIZED')),
      'The tickets come then; nobody else gets them.',
    ],
    [
      'VOIDED',
      async () => once(await anOrder(app), sold => notify(sold, 'AUTHORIZED').then(() => voidPayment(sold))),
      'The organizer did not collect the amount that was reserved.',
    ],
    [
      'PARTIALLY_PAID',
      async () => once(await anOrder(app), sold => payByCard(sold, '5')),
      'Paid so far: €5.00 To pay: €15.00 The tickets are yours as soon as the rest has been paid. The tickets are held',
    ],
    ['CANCELED', async () => once(await anOrder(app, IN_PERSON), cancel), 'do not admit anybody'],
  ] as const)('R167: %s in plain words', async (status, make, words) => {
    const sold = await make()
    expect((await orderNow(admin, sold)).status).toBe(status)
    expect(await pageOf(sold)).toContain(words)
  })

  test('R167, R208: tickets of a canceled order stay listed with their numbers, without a code', async () => {
    const sold = await once(await anOrder(app, IN_PERSON), cancel)
    const { text, markup } = await follow(app, sold.orderPageUrl)
    for (const { ticketNumber } of sold.order.tickets) expect(text).toContain(ticketNumber)
    expect(text.match(/Canceled\. This ticket does not admit anybody\./g)).toHaveLength(2)
    expect(markup).not.toContain('class="qr"')
    expect(markup).not.toContain('.pdf')
  })

  test('R167, R186, R187: an order that was put away says so, and its tickets do not admit', async () => {
    const sold = await anOrder(app, IN_PERSON)
    const path = `/events/v1/events/${sold.eventId}/orders/${sold.order.orderNumber}`
    await must(admin, 'PATCH', path, { fields: ['archived'], archived: true })
    expect(await pageOf(sold)).toContain('Withdrawn by the organizer The tickets of this order do not admit anybody.')
    const { pages } = await readPdf((await follow(app, sold.order.ticketsPdf)).bytes)
    expect(pages.map(({ code, lines }) => [code, lines.includes('Withdrawn by the organizer')])).toEqual([
      [null, true],
      [null, true],
    ])
    expect((await follow(app, sold.order.tickets[0].checkInUrl)).text).toContain('Withdrawn by the organizer')
    await must(admin, 'PATCH', path, { fields: ['archived'], archived: false })
    expect((await follow(app, sold.order.tickets[0].checkInUrl)).text).toContain('A genuine ticket')
  })

  test('R191: of an anonymized order the pages say what was bought, and nobody’s name', async () => {
    const sold = await anOrder(app, IN_PERSON)
    await must(admin, 'POST', `/boxoffice/v1/orders/${sold.order.orderNumber}/anonymize`)
    const { ticketsPdf, tickets } = await orderNow(admin, sold)
    const { pages } = await readPdf((await follow(app, ticketsPdf)).bytes)
    const said = [
      await pageOf(sold),
      (await follow(app, tickets[0].checkInUrl)).text,
      ...pages.flatMap(({ lines, spoken }) => [...lines, ...spoken]),
    ].join(' ')
    expect(said).toContain('Standard')
    for (const personal of ['Ada', 'Berg', 'example.org', 'Guest', 'Buyer', 'E-mail', 'initials'])
      expect(said).not.toContain(personal)
  })

  test('R167: a ticket says which price it was bought for, on the page and on paper', async () => {
    const options = [
      { name: 'Adult', price: { value: '20', currency: 'EUR' } },
      { name: 'Student', price: { value: '10', currency: 'EUR' } },
    ]
    const { eventId } = await aSale(app)
    const definition = await aDefinition(app, eventId, {
      pricingMethod: { pricingOptions: { optionDetails: options } },
    })
    const [, student] = definition.pricingMethod.pricingOptions.optionDetails
    const held = await must(admin, 'POST', '/events/v1/ticket-reservations', {
      ticketReservation: {
        tickets: [
          { ticketDefinitionId: definition.id, quantity: 1, ticketInfo: { pricingOptionId: student.optionId } },
        ],
      },
    })
    const sold = await checkOut(
      admin,
      { eventId, reservationId: held.body.ticketReservation.id },
      { options: { payInPerson: true } },
    )
    expect((await follow(app, sold.body.orderPageUrl)).text).toContain('Standard – Student Guest Ada Berg')
    for (const link of [sold.body.order.ticketsPdf, sold.body.order.tickets[0].ticketPdfUrl])
      expect((await readPdf((await follow(app, link)).bytes)).pages[0]?.lines).toContain('Standard – Student')
    expect((await follow(app, sold.body.order.tickets[0].checkInUrl)).text).toContain('Standard – Student')
  })

  test('R167, R83: a ticket says where its guest sits', async () => {
    const elements = [seatsOf(1, 3), seatsOf(2, 3, { label: 'B' }), anArea(3, 10)]
    const { eventId, definitionId } = await aSeatedSale(app, { elements })
    const held = await reserveSeats(admin, definitionId, ['0-1-2', '0-2-3', ['0-3-GA', 1]])
    const { order, orderPageUrl } = (
      await checkOut(
        admin,
        { eventId, reservationId: held.body.ticketReservation.id },
        { options: { payInPerson: true } },
      )
    ).body
    const places = ['Stalls, Row 1, seat 2', 'Stalls, row B, seat 3', 'Stalls, Standing']
    const { text } = await follow(app, orderPageUrl)
    for (const place of places) expect(text).toContain(place)
    const { pages } = await readPdf((await follow(app, order.ticketsPdf)).bytes)
    expect(pages.map(({ lines }) => places.find(place => lines.includes(place)))).toEqual(places)
    expect((await follow(app, order.tickets[2].checkInUrl)).text).toContain('Area Stalls, Standing')
  })

  test('R167: a ticket that was used says when', async () => {
    const sold = await anOrder(app, { definition: FREE, quantity: 1 })
    setNow('2030-06-01T18:05:00.000Z')
    const ticketNumber = [sold.order.tickets[0].ticketNumber]
    await must(admin, 'POST', '/events/v1/tickets/check-in', { eventId: sold.eventId, ticketNumber })
    expect(await pageOf(sold)).toContain('Checked in on June 1, 2030 at 8:05 PM GMT+2.')
  })

  test('R167: each status has words of its own', async () => {
    const sold = await anOrder(app)
    const shown = await findShownOrder(sql, siteId, sold.order.orderNumber)
    if (!shown) throw new Error('the order is gone')
    const statuses = ORDER_STATUSES.filter((status): status is OrderStatus => status !== 'NA_ORDER_STATUS')
    const headlines = statuses.map(status => {
      const state = stateOf({ ...shown, order: { ...shown.order, status } }, textsIn('en'), app.now())
      expect(state.stories.length).toBeGreaterThan(0)
      return `${status} ${state.tone} ${state.headline}`
    })
    expect(headlines).toEqual([
      'FREE good Confirmed',
      'PENDING wait The payment is being processed',
      'PAID good Paid',
      'OFFLINE_PENDING good Confirmed, to be paid in person',
      'INITIATED wait Waiting for payment',
      'CANCELED bad Canceled',
      'DECLINED bad The payment was declined',
      'AUTHORIZED wait The payment is authorized',
      'VOIDED bad The payment was released',
      'PARTIALLY_PAID wait Partly paid',
    ])
  })

  test('R167: dates and money are spelled as the site spells them, and what people typed is only text', async () => {
    const { siteId: other, admin: seller } = await otherSite()
    await sql`update sites set locale = 'de-DE', name = 'Häuser & <Hallen>' where site_id = ${other}`
    const sold = await anOrder(
      { admin: seller, visitor: async () => seller },
      { definition: { name: '<img src=x onerror=alert(1)>' }, checkout: { options: { payInPerson: true } } },
    )
    const { text, markup } = await follow(app, sold.orderPageUrl)
    expect(text).toContain('1. Juni 2030 um 20:00')
    expect(text).toContain('20,00 €')
    expect(text).toContain('Häuser & <Hallen>')
    expect(markup).not.toContain('<img')
    expect(text).toContain('<img src=x onerror=alert(1)>')
  })

  test('R167: the page outlives its event', async () => {
    const sold = await anOrder(app, IN_PERSON)
    await must(admin, 'DELETE', `/events/v3/events/${sold.eventId}`)
    expect(await pageOf(sold)).toContain('The event is no longer listed.')
    expect((await follow(app, (await orderNow(admin, sold)).ticketsPdf)).status).toBe(200)
  })
})

describe('who may look', () => {
  test('R207: a page is kept in no cache, found by no search, told to no other page, and runs nothing but what its policy names', async () => {
    const sold = await once(await anOrder(app), each => notify(each, 'PAID'))
    const now = await orderNow(admin, sold)
    for (const link of [sold.orderPageUrl, now.invoice.previewUrl, now.ticketsPdf, `${sold.orderPageUrl}x`]) {
      const { headers } = await follow(app, link)
      expect(headers).toMatchObject({
        'cache-control': 'private, no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow',
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
      })
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
    const { headers, markup } = await follow(app, sold.orderPageUrl)
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; frame-ancestors 'none'; script-src 'sha256-[\w+/=]{44}'; connect-src 'self'; worker-src 'self'$/,
    )
    expect(markup.match(/<script/g)).toHaveLength(1)
    expect(markup).not.toMatch(/ src=| style=| on\w+=/)
    // Only what has tickets may be kept for when there is no network, and not for ever.
    expect(headers['x-boxoffice-keep-until']).toBe('2030-06-02T22:00:00.000Z')
    for (const link of [now.invoice.previewUrl, `${sold.orderPageUrl}x`, (await anOrder(app)).orderPageUrl])
      expect((await follow(app, link)).headers['x-boxoffice-keep-until']).toBeUndefined()
  })

  test('R207: each link opens what it is for and nothing else, and an unknown order looks like a wrong secret', async () => {
    const sold = await once(await anOrder(app), each => notify(each, 'PAID'))
    const { siteId: other } = await otherSite()
    const right = [
      linkOf('order', '', sold),
      linkOf('tickets', '/tickets.pdf', sold),
      linkOf('invoice', '/invoice', sold),
    ]
    for (const link of right) expect((await follow(app, link)).status).toBe(200)
    const unknown = { ...sold, order: { orderNumber: 'AAAA-BBBB-CC' } }
    const wrong = [
      linkOf('tickets', '', sold),
      linkOf('invoice', '', sold),
      linkOf('order', '/tickets.pdf', sold),
      linkOf('ticket', '/tickets.pdf', sold),
      linkOf('order', '/invoice', sold),
      linkOf('order', '', sold, other),
      linkOf('order', '', unknown),
      linkOf('invoice', '/invoice', unknown),
      linkOf('tickets', '/tickets.pdf', unknown),
      right[0]?.slice(0, -1) ?? '',
      `${deps.publicUrl}/orders/${sold.order.orderNumber}`,
      `${deps.publicUrl}/orders/${sold.order.orderNumber}?token=`,
      `${deps.publicUrl}/orders/${sold.order.orderNumber}?token=${'x'.repeat(500)}`,
      `${right[0]}&token=again`,
      `${deps.publicUrl}/orders/${'x'.repeat(100)}?token=x`,
      `${deps.publicUrl}/orders/%00?token=x`,
    ]
    const bodies = new Set<string>()
    for (const link of wrong) {
      const { status, markup, text } = await follow(app, link)
      expect([link, status]).toEqual([link, 404])
      expect(text).toContain('copy all of it')
      bodies.add(markup)
    }
    expect(bodies.size).toBe(1)
  })
})

describe('tickets to print', () => {
  test('R180, R193, R194, R207: one page for each ticket, in their order, with a code that a door believes', async () => {
    const policyText = 'No refunds.\nDoors open at seven.'
    const sold = await anOrder(app, { definition: { policyText }, quantity: 3, ...IN_PERSON })
    const { order } = sold
    const { status, headers, bytes } = await follow(app, order.ticketsPdf)
    expect([status, headers['content-type']]).toEqual([200, 'application/pdf'])
    expect(headers['content-disposition']).toBe(`inline; filename="tickets-${order.orderNumber}.pdf"`)
    const { title, pages } = await readPdf(bytes)
    expect(title).toBe(`Order ${order.orderNumber}`)
    expect(pages).toHaveLength(3)
    for (const [index, { ticketNumber, checkInUrl }] of order.tickets.entries()) {
      const page = pages[index]
      expect(page?.code).toBe(checkInUrl)
      expect(readDoorCodeUrl(page?.code ?? '', deps.keys)).toEqual({
        kind: 'TICKET',
        number: ticketNumber,
        eventId: sold.eventId,
      })
      expect(page?.spoken).toContain(`Code of ticket ${ticketNumber}`)
      const lines = page?.lines.join('\n')
      for (const said of [
        `${index + 1} / 3`,
        'A concert',
        'June 1, 2030 at 8:00 PM – June 2, 2030 at 12:00 AM',
        'The hall',
        'Standard',
        'Guest\nAda Berg',
        'Price\n€10.00',
        `Ticket number\n${ticketNumber}`,
        `Order\n${order.orderNumber}`,
        'Buyer\nAda Berg',
        `Terms\n${policyText}`,
      ])
        expect(lines).toContain(said)
    }
  })

  test('R193, R207: an order without tickets has no link to them, and none that is made up', async () => {
    const sold = await anOrder(app)
    expect((await orderNow(admin, sold)).ticketsPdf).toBeUndefined()
    const { status, text } = await follow(app, linkOf('tickets', '/tickets.pdf', sold))
    expect(status).toBe(404)
    expect(text).toContain('There are no tickets to print.')
  })

  test('R207, R208: canceled tickets are printed as such, without a code', async () => {
    const sold = await once(await anOrder(app, IN_PERSON), cancel)
    const { pages } = await readPdf((await follow(app, (await orderNow(admin, sold)).ticketsPdf)).bytes)
    expect(pages.map(({ code }) => code)).toEqual([null, null])
    for (const { lines, spoken } of pages) {
      expect(lines).toContain('Canceled')
      expect(lines).toContain('This ticket does not admit anybody.')
      expect(spoken.join()).not.toContain('Code of ticket')
    }
  })

  test('R166, R168: a silent order is like any other, page and tickets too; that it is silent is kept for the mail', async () => {
    const sold = await anOrder(app, { seller: admin, checkout: { options: { payInPerson: true, silent: true } } })
    expect(await pageOf(sold)).toContain('Confirmed, to be paid in person')
    expect((await follow(app, sold.order.ticketsPdf)).status).toBe(200)
    const [stored] = await sql`
      select orders.silent, activities.data
        from orders
        join activities on activities.site_id = orders.site_id and activities.entity_id = orders.order_number
       where orders.order_number = ${sold.order.orderNumber}
         and activities.kind = 'order.confirmed'`
    expect(stored).toMatchObject({ silent: true, data: { silent: true } })
  })
})

describe('the invoice', () => {
  test('R40: there when the order is paid, and only then', async () => {
    const sold = await anOrder(app, { event: VAT })
    expect((await orderNow(admin, sold)).invoice.previewUrl).toBeUndefined()
    expect((await follow(app, linkOf('invoice', '/invoice', sold))).text).toContain('There is no invoice.')
    await notify(sold, 'PAID')
    const now = await orderNow(admin, sold)
    const { status, text, markup } = await follow(app, now.invoice.previewUrl)
    expect(status).toBe(200)
    expect(text).toContain(`Invoice for order ${sold.order.orderNumber}`)
    expect(text).toContain('Seller Test Buyer Ada Berg, ada@example.org')
    expect(text).toContain('Paid May 1, 2030 at 2:00 PM GMT+2 Event A concert')
    expect(text).toContain('Standard 2 × €10.00 €20.00 Subtotal €20.00 VAT 19% on €20.00 €3.80 Total €23.80')
    expect((await follow(app, sold.orderPageUrl)).markup).toContain(now.invoice.previewUrl)
    expect(markup).not.toContain('class="qr"')
    await cancel(sold)
    expect((await orderNow(admin, sold)).invoice.previewUrl).toBeUndefined()
    expect((await follow(app, now.invoice.previewUrl)).text).toContain('This order was canceled.')
  })

  test.each([
    ['free', { definition: FREE }],
    ['to be paid in person', IN_PERSON],
  ])('R40: none for an order that is %s', async (_, order) => {
    const sold = await anOrder(app, order)
    expect((await orderNow(admin, sold)).invoice.previewUrl).toBeUndefined()
    expect((await follow(app, linkOf('invoice', '/invoice', sold))).status).toBe(404)
  })

  test('R40, R55: a discount stands below the subtotal, by its name', async () => {
    const coupon = { code: 'SPRING', name: 'Spring sale', percentOff: '10', appliesPer: 'ORDER' }
    await must(admin, 'POST', '/boxoffice/v1/coupons', { coupon })
    const sold = await anOrder(app, { checkout: { discount: { couponCode: 'SPRING' } } })
    await notify(sold, 'PAID')
    const { text } = await follow(app, (await orderNow(admin, sold)).invoice.previewUrl)
    expect(text).toContain('Subtotal €20.00 Discount Spring sale -€2.00 Total €18.00')
  })

  test('R40: tax that is in the price stands below the total, a fee that is added above it', async () => {
    const included = { tickets: { taxSettings: { type: 'INCLUDED_IN_PRICE', name: 'MwSt', rate: '7' } } }
    const sold = await once(await anOrder(app, { event: included }), each => notify(each, 'PAID'))
    const { text } = await follow(app, (await orderNow(admin, sold)).invoice.previewUrl)
    expect(text).toContain('€20.00 Total €20.00 Includes MwSt 7% on €18.70 €1.30')
    const fee = await testApp({ serviceFeePercent: '2.5' })
    const charged = await anOrder(fee, { definition: { feeType: 'FEE_ADDED_AT_CHECKOUT' } })
    await notify(charged, 'PAID')
    const { text: page } = await follow(fee, (await orderNow(fee.admin, charged)).invoice.previewUrl)
    expect(page).toContain('Subtotal €20.00 Service fee €0.50 Total €20.50')
  })
})

test('R40, R207: the client takes the links as it expects them', async () => {
  const sold = await once(await anOrder(app, { event: VAT }), each => notify(each, 'PAID'))
  const fieldsets = 'fieldset=DETAILS&fieldset=TICKETS&fieldset=INVOICE'
  const { body } = await must(
    admin,
    'GET',
    `/events/v1/events/${sold.eventId}/orders/${sold.order.orderNumber}?${fieldsets}`,
  )
  expect(judgedByClient(GetOrderResponse, body)).toEqual([])
  expect(body.order).toMatchObject({
    ticketsPdf: expect.stringMatching(`^${deps.publicUrl}/orders/${sold.order.orderNumber}/tickets.pdf\\?token=`),
    invoice: {
      previewUrl: expect.stringMatching(`^${deps.publicUrl}/orders/${sold.order.orderNumber}/invoice\\?token=`),
    },
  })
  const inPerson = await anOrder(app, IN_PERSON)
  const { order, orderPageUrl } = inPerson
  expect(judgedByClient(CheckoutResponse, { order, orderPageUrl, reservations: [] })).toEqual([])
})

test('R207: whoever asks for thousands of documents is told to wait, in words', async () => {
  const limited = await testApp()
  const link = `/orders/AAAA-BBBB-CC/invoice?token=${newGuid()}`
  for (let count = 0; count < 600; count += 1) await limited.app.inject(link)
  const answer = await limited.app.inject(link)
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([429, 'text/html; charset=utf-8'])
  expect(answer.payload).toContain('Too busy just now')
})

async function voidPayment({ order }: Ordered): Promise<void> {
  await must(admin, 'POST', `/events/v1/events/orders/${order.orderNumber}/void`, {})
}

async function payByCard({ guest, order }: Ordered, value: string): Promise<void> {
  const giftCard = { amount: { value, currency: 'EUR' } }
  const { code } = (await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })).body
  await must(guest, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/gift-card-payments`, { code })
}

async function cancel({ reservationId }: Ordered): Promise<void> {
  await must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
}

/** The order, after something has happened to it. */
async function once(sold: Ordered, happens: (sold: Ordered) => Promise<void>): Promise<Ordered> {
  await happens(sold)
  return sold
}
