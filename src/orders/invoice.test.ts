import { CheckoutResponse, GetInvoiceResponse } from '@wix/auto_sdk_events_orders/schemas'
import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { judgedByClient } from '../../test/support/client-shapes.ts'
import { verifyAfterEach } from '../../test/support/laws.ts'
import { aDefinition, aSale, checkOut, FREE, must, reserveTickets } from '../../test/support/sale.ts'

const app = await testApp({ serviceFeePercent: '2.5' })
const { sql, admin, visitor } = app
verifyAfterEach(sql)

const EUR = (amount: string) => ({ amount, value: amount, currency: 'EUR' })
const PRICE = (value: string) => ({ pricingMethod: { fixedPrice: { value, currency: 'EUR' } } })
const DONATION = { pricingMethod: { guestPrice: { value: '5.00', currency: 'EUR' } } }
const ADDED = { feeType: 'FEE_ADDED_AT_CHECKOUT' }
const tax = (type: string, more: object = {}) => ({
  tickets: { taxSettings: { type, name: 'VAT', rate: '10', ...more } },
})

async function invoiced({
  event = {},
  definition = {},
  quantity = 1,
}: {
  event?: object
  definition?: object
  quantity?: number
}) {
  const sale = await aSale(app, { event: { ...event }, definition: { ...definition } })
  const guest = await visitor()
  const reservationId: string = (await reserveTickets(guest, sale.definitionId, quantity)).body.ticketReservation.id
  const path = `/events/v1/checkout/invoices/${reservationId}`
  const { body } = await must(guest, 'POST', path, { eventId: sale.eventId })
  expect(judgedByClient(GetInvoiceResponse, body)).toEqual([])
  return { ...sale, guest, reservationId, invoice: body.invoice }
}

describe('tax and service fee of an invoice', () => {
  test('E6, R31, R38, R39, R41, R43, R45, R46: tax and fee added at checkout', async () => {
    const { invoice, definitionId } = await invoiced({
      event: tax('ADDED_AT_CHECKOUT'),
      definition: { ...PRICE('40.00'), ...ADDED },
      quantity: 2,
    })
    const vat = { type: 'ADDED_AT_CHECKOUT', name: 'VAT', rate: '10', taxable: EUR('80.00'), amount: EUR('8.00') }
    const fee = { name: 'WIX_FEE', type: 'FEE_ADDED_AT_CHECKOUT', rate: '2.5', amount: EUR('2.20') }
    expect(invoice).toEqual({
      items: [
        {
          id: definitionId,
          quantity: 2,
          name: 'Standard',
          price: EUR('40.00'),
          total: EUR('80.00'),
          tax: vat,
          fees: [fee],
        },
      ],
      total: EUR('80.00'), // R39
      subTotal: EUR('80.00'),
      tax: vat,
      fees: [fee],
      grandTotal: EUR('90.20'),
      revenue: EUR('88.00'),
    })
  })

  test.each([
    ['3.4: an added fee is the buyer’s', { ...PRICE('100'), ...ADDED }, {}, '102.50', '100.00'],
    ['3.4, R37: an absorbed fee is the seller’s', PRICE('100'), {}, '100.00', '97.50'],
    ['R41, R43: an included tax changes no total', PRICE('110'), tax('INCLUDED_IN_PRICE'), '110.00', '107.25'],
    ['R42, R47: a free ticket bears neither', { ...FREE, ...ADDED }, tax('ADDED_AT_CHECKOUT'), '0.00', '0.00'],
    [
      'R42: a donation is taxed where the event says so',
      { ...DONATION, ...ADDED },
      tax('ADDED_AT_CHECKOUT'),
      '5.64',
      '5.50',
    ],
    [
      'R42: and not where it does not',
      { ...DONATION, ...ADDED },
      tax('ADDED_AT_CHECKOUT', { appliedToDonations: false }),
      '5.13',
      '5.00',
    ],
  ])('%s', async (_, definition, event, grandTotal, revenue) => {
    const { invoice } = await invoiced({ event, definition })
    expect([invoice.grandTotal, invoice.revenue]).toEqual([EUR(grandTotal), EUR(revenue)])
  })

  test('R41: what is taxable in a price that includes the tax', async () => {
    const { invoice } = await invoiced({ event: tax('INCLUDED_IN_PRICE'), definition: PRICE('110'), quantity: 2 })
    expect(invoice.tax).toEqual({
      type: 'INCLUDED',
      name: 'VAT',
      rate: '10',
      taxable: EUR('200.00'),
      amount: EUR('20.00'),
    })
  })

  test('R44: fee and tax are rounded per ticket, then multiplied', async () => {
    const { invoice } = await invoiced({ definition: { ...PRICE('0.50'), ...ADDED }, quantity: 10 })
    expect(invoice.fees[0].amount).toEqual(EUR('0.10')) // 1.25 cents a ticket, not 12.5 cents in all
  })

  test('items of two definitions add up, each with its own fee', async () => {
    const { eventId, definitionId } = await aSale(app, { definition: { ...PRICE('100'), ...ADDED } })
    const absorbed = (await aDefinition(app, eventId, PRICE('10'))).id
    const free = (await aDefinition(app, eventId, FREE)).id
    const guest = await visitor()
    const held = await reserveTickets(guest, [definitionId, absorbed, free], 2)
    const path = `/events/v1/checkout/invoices/${held.body.ticketReservation.id}`
    const { invoice } = (await must(guest, 'POST', path, { eventId })).body
    expect(invoice.items.map((item: { fees: unknown[] }) => item.fees.length)).toEqual([1, 1, 0])
    expect(invoice.fees).toMatchObject([
      { type: 'FEE_INCLUDED', amount: EUR('0.50') },
      { type: 'FEE_ADDED_AT_CHECKOUT', amount: EUR('5.00') },
    ])
    expect([invoice.subTotal, invoice.grandTotal, invoice.revenue]).toEqual([
      EUR('220.00'),
      EUR('225.00'),
      EUR('219.50'),
    ])
  })
})

test('R164: what an online order owes is the invoice with its fee; it keeps it when it is confirmed by hand', async () => {
  const { guest, invoice, ...hold } = await invoiced({
    event: tax('ADDED_AT_CHECKOUT'),
    definition: { ...PRICE('40'), ...ADDED },
  })
  const { body } = await checkOut(guest, hold)
  expect(judgedByClient(CheckoutResponse, body)).toEqual([])
  expect(body.order).toMatchObject({ status: 'INITIATED', totalPrice: EUR('45.10'), invoice })
  const { orderNumber, snapshotId } = body.order
  const [payment] = await sql`select amount_minor from payments where payment_id = ${snapshotId}`
  expect(payment).toEqual({ amountMinor: 4510 })
  const confirm = `/events/v1/events/${hold.eventId}/orders/confirm`
  const [confirmed] = (await must(admin, 'POST', confirm, { orderNumber: [orderNumber] })).body.orders
  expect(confirmed).toMatchObject({ status: 'PAID', invoice })
})

test('R40: an invoice names its page once it is paid, not before', async () => {
  const { guest, ...hold } = await invoiced({ definition: PRICE('40') })
  const { order } = (await checkOut(guest, hold)).body
  expect(order.invoice).not.toHaveProperty('previewUrl')
  const confirm = `/events/v1/events/${hold.eventId}/orders/confirm`
  const [paid] = (await must(admin, 'POST', confirm, { orderNumber: [order.orderNumber] })).body.orders
  expect(paid.invoice.previewUrl).toContain(`http://127.0.0.1:8080/orders/${order.orderNumber}/invoice?token=`)
})

test('R38: 60 tickets of a kind are two items, for the published shape takes 50 in one', async () => {
  const { eventId, definitionId } = await aSale(app, {
    event: { tickets: { ticketLimitPerOrder: 50 } },
    definition: PRICE('1'),
  })
  const body = {
    ticketReservation: {
      tickets: [30, 30].map(quantity => ({ ticketDefinitionId: definitionId, quantity })),
      additionalReservationSettings: { disableTicketLimitValidation: true },
    },
  }
  const reservationId = (await must(admin, 'POST', '/events/v1/ticket-reservations', body)).body.ticketReservation.id
  const answer = await checkOut(admin, { eventId, reservationId }, { options: { payInPerson: true } })
  expect(judgedByClient(CheckoutResponse, answer.body)).toEqual([])
  const { items, subTotal } = answer.body.order.invoice
  expect(answer.body.reservations.map((each: { quantity: number }) => each.quantity)).toEqual([20, 10, 20, 10])
  expect(items.map((item: { quantity: number }) => item.quantity)).toEqual([30, 30])
  expect(subTotal).toEqual(EUR('60.00'))
})

test('law 7: an invoice from before there were discounts is shown as it was', async () => {
  const { guest, ...hold } = await invoiced({ definition: PRICE('40'), quantity: 2 })
  const { order } = (await checkOut(guest, hold)).body
  const [stored] = await sql`select invoice from orders where order_number = ${order.orderNumber}`
  expect(JSON.stringify(stored?.invoice)).not.toContain('discount')
  const path = `/events/v1/events/${hold.eventId}/orders/${order.orderNumber}?fieldset=INVOICE`
  expect((await must(guest, 'GET', path)).body.order.invoice).toEqual(order.invoice)
})

test('R49: a reserved line carries no service fee, which the published schema hides; the invoice has it', async () => {
  const { guest, invoice, reservationId } = await invoiced({ definition: { ...PRICE('40'), ...ADDED } })
  const { ticketReservation } = (await must(guest, 'GET', `/events/v1/ticket-reservations/${reservationId}`)).body
  expect(ticketReservation.tickets[0]).not.toHaveProperty('serviceFee')
  expect(invoice.fees).toMatchObject([{ type: 'FEE_ADDED_AT_CHECKOUT', rate: '2.5' }])
})

test.each([
  ['payInPerson', ADDED],
  ['payInPerson', {}],
  ['markAsPaid', ADDED],
])('R47, R165: no fee with %s', async (option, fee) => {
  const { guest, ...hold } = await invoiced({ event: tax('ADDED_AT_CHECKOUT'), definition: { ...PRICE('40'), ...fee } })
  const { order } = (await checkOut(admin, hold, { options: { [option]: true } })).body
  expect(order.invoice).toMatchObject({ fees: [], grandTotal: EUR('44.00'), revenue: EUR('44.00') })
  expect(order.totalPrice).toEqual(EUR('44.00'))
  expect((await guest('GET', `/events/v1/events/${hold.eventId}/orders/${order.orderNumber}`)).status).toBe(200)
})

test('R190: the summary’s revenue is without fees', async () => {
  const { guest, ...hold } = await invoiced({ definition: { ...PRICE('100'), ...ADDED } })
  const { orderNumber } = (await checkOut(guest, hold)).body.order
  await must(admin, 'POST', `/events/v1/events/${hold.eventId}/orders/confirm`, { orderNumber: [orderNumber] })
  expect((await must(admin, 'GET', `/events/v1/orders/summary?eventId=${hold.eventId}`)).body.sales).toEqual([
    { total: EUR('102.50'), revenue: EUR('100.00'), totalOrders: 1, totalTickets: 1 },
  ])
})
