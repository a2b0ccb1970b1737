import { beforeEach, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aDevice, bought } from '../../test/support/door.ts'
import { ADA, aSale, must, refusalOf } from '../../test/support/sale.ts'
import { aStaffMember } from '../../test/support/staff.ts'

// What docs/door.md says about selling and adding guests, done as staff.

const app = await testApp()
const { setNow } = app
beforeEach(() => setNow('2030-06-01T17:00:00.000Z'))

async function aSeller(permissions: string[], events: string[]) {
  return aStaffMember(app, { permissions: ['CHECK_IN_GUESTS', ...permissions], events })
}

async function hold(staff: Awaited<ReturnType<typeof aSeller>>, eventId: string, quantity: number): Promise<string> {
  const query = { query: { filter: { eventId } }, fields: ['SALES_DETAILS'] }
  const offered = await must(staff, 'POST', '/events/v3/ticket-definitions/available/query', query)
  const [definition] = offered.body.ticketDefinitions
  expect(definition).toMatchObject({ pricingMethod: { fixedPrice: { value: '10.00', currency: 'EUR' } } })
  const tickets = [{ ticketDefinitionId: definition.id, quantity }]
  const held = await must(staff, 'POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets } })
  return held.body.ticketReservation.id
}

test('R189: a seller at the door takes cash, and lets them in at once', async () => {
  const { eventId } = await aSale(app)
  const seller = await aSeller(['SELL_TICKETS'], [eventId])
  const reservationId = await hold(seller, eventId, 2)
  const { posPayment } = (await must(seller, 'POST', '/boxoffice/v1/pos-payments', { reservationId, method: 'cash' }))
    .body
  expect(posPayment.amount).toMatchObject({ value: '20.00', currency: 'EUR' })
  const sale = { eventId, reservationId, paymentDetailsId: posPayment.id }
  const { order } = (await must(seller, 'POST', '/events/v1/pos-checkout', sale)).body
  expect(refusalOf(await seller('POST', '/events/v1/pos-checkout', sale))).toEqual([428, 'RESERVATION_OCCUPIED'])
  const door = aDevice(seller, eventId)
  const scans = order.tickets.map(({ ticketNumber }: { ticketNumber: string }) => ({ number: ticketNumber }))
  const { results } = (await door.send(scans)).body
  expect(results).toMatchObject([1, 2].map(() => ({ result: 'ADMITTED', entry: { guestName: '', state: 'ADMITS' } })))
})

test('R28, R162: a guest is added by name, paid for or not, and the rest is taken later', async () => {
  const { eventId, definitionId } = await aSale(app)
  const adder = await aSeller(['ADD_GUESTS'], [eventId])
  const door = aDevice(adder, eventId)
  const add = async (options: object) => {
    const guest = { eventId, reservationId: await hold(adder, eventId, 1), guests: [{ form: ADA }] }
    const { order } = (await must(adder, 'POST', '/events/v1/checkout', { ...guest, options })).body
    return { number: order.tickets[0].ticketNumber as string, orderNumber: order.orderNumber as string }
  }
  const paid = await add({ markAsPaid: true, ignoreFormValidation: true, silent: true })
  expect(await door.enter(paid.number)).toMatchObject({ result: 'ADMITTED', entry: { guestName: 'Ada Berg' } })
  const owing = await add({ payInPerson: true, ignoreFormValidation: true })
  expect(await door.enter(owing.number)).toMatchObject({ result: 'UNPAID', entry: { due: { value: '10.00' } } })
  await must(adder, 'POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber: [owing.orderNumber] })
  expect(await door.enter(owing.number)).toMatchObject({ result: 'ADMITTED' })

  // Who only lets guests in may do none of it.
  const scanner = await aSeller([], [eventId])
  const [{ maySell, mayAddGuests }] = (await must(scanner, 'GET', '/boxoffice/v1/door/events')).body.events
  expect([maySell, mayAddGuests]).toEqual([false, false])
  const later = await bought(app, { sale: { eventId, definitionId }, checkout: { options: { payInPerson: true } } })
  const confirm = { orderNumber: [later.orderNumber] }
  expect(refusalOf(await scanner('POST', `/events/v1/events/${eventId}/orders/confirm`, confirm))).toEqual([
    403,
    'PERMISSION_DENIED',
  ])
})
