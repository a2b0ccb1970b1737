import { beforeEach, describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { type Purchase, purchases } from '../../test/support/purchases.ts'
import { aSale, checkOut, FREE, must, reserveTickets } from '../../test/support/sale.ts'
import { expireOverdue } from '../ticket-reservations/expire.ts'
import { closeAbandoned, closeHalfPaid } from './abandoned.ts'
import { carryOutDue } from './carry-out-due.ts'

// The two tables of section 9.1, a test for each row.

const app = await testApp()
const { sql, admin, setNow } = app
const { anOrder, tell, stateOf } = purchases(app)
beforeEach(() => setNow('2030-05-01T12:00:00.000Z'))

/** An order that the organizer checks out; as two tickets of two, like all here. */
async function aCheckout(options: object, definition: object = {}): Promise<Purchase> {
  const { eventId, definitionId } = await aSale(app, { definition: { initialLimit: 2, ...definition } })
  const guest = await app.visitor()
  const reservationId: string = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
  const { orderNumber } = (await checkOut(admin, { eventId, reservationId }, { options })).body.order
  return { eventId, definitionId, guest, reservationId, orderNumber, paymentId: '' }
}

async function payByCard(order: Purchase, value: string): Promise<void> {
  const giftCard = { amount: { value, currency: 'EUR' } }
  const { code } = (await must(admin, 'POST', '/boxoffice/v1/gift-cards', { giftCard })).body
  await must(order.guest, 'POST', `/boxoffice/v1/orders/${order.orderNumber}/gift-card-payments`, { code })
}

const confirm = ({ eventId, orderNumber }: Purchase) =>
  must(admin, 'POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber: [orderNumber] })
const decide =
  (verb: 'capture' | 'void') =>
  ({ orderNumber }: Purchase) =>
    must(admin, 'POST', `/events/v1/events/orders/${orderNumber}/${verb}`)
const cancel = ({ reservationId }: Purchase) =>
  must(admin, 'POST', `/events/v1/ticket-reservations/${reservationId}/cancel`)
const bank = (result: string) => (order: Purchase) => tell(order, result)

async function runJobsAt(time: string): Promise<void> {
  setNow(time)
  await expireOverdue(sql, app.now())
  await closeHalfPaid(sql, app.now())
  await closeAbandoned(sql, app.now())
  await carryOutDue(sql, app.now())
}

/** Who brings about each status, from nothing. */
const MADE: Record<string, () => Promise<Purchase>> = {
  INITIATED: () => anOrder(),
  PENDING: () => after(anOrder(), bank('PENDING')),
  AUTHORIZED: () => after(anOrder(), bank('AUTHORIZED')),
  PARTIALLY_PAID: () => after(anOrder(), order => payByCard(order, '8')),
  OFFLINE_PENDING: () => aCheckout({ payInPerson: true }),
  PAID: () => after(anOrder(), bank('PAID')),
  FREE: () => aCheckout({}, FREE),
  DECLINED: () => after(anOrder(), bank('DECLINED')),
  VOIDED: () => after(after(anOrder(), bank('AUTHORIZED')), decide('void')),
}

async function after(order: Promise<Purchase>, ...steps: ((order: Purchase) => Promise<unknown>)[]): Promise<Purchase> {
  const made = await order
  for (const step of steps) await step(made)
  return made
}

describe('what each status means', () => {
  const HELD = [0, 2, 0]
  const SOLD = [0, 0, 2]
  const FREE_AGAIN = [2, 0, 0]

  test.each<[string, boolean, number, string, number[]]>([
    ['INITIATED', false, 0, 'PENDING', HELD],
    ['PENDING', false, 0, 'PENDING', HELD],
    ['AUTHORIZED', false, 0, 'CONFIRMED', SOLD],
    ['PARTIALLY_PAID', false, 0, 'PENDING', HELD],
    ['OFFLINE_PENDING', true, 2, 'CONFIRMED', SOLD],
    ['PAID', true, 2, 'CONFIRMED', SOLD],
    ['FREE', true, 2, 'CONFIRMED', SOLD],
    ['DECLINED', false, 0, 'CANCELED', FREE_AGAIN],
    ['VOIDED', false, 0, 'CANCELED', FREE_AGAIN],
  ])(
    '9.1: %s: confirmed is %s, %d tickets, its reservation %s',
    async (status, isConfirmed, tickets, reservation, stock) => {
      const order = await MADE[status]?.()
      if (!order) throw new Error(`nobody makes ${status}`)
      expect(await stateOf(order)).toMatchObject({ order: [status, isConfirmed, tickets], reservation, stock })
    },
  )

  test.each<[string, (order: Purchase) => Promise<unknown>, string, number]>([
    ['by hand, unpaid', cancel, 'CANCELED_MANUALLY', 0],
    ['by hand, paid', order => after(Promise.resolve(order), bank('PAID'), cancel), 'CANCELED_MANUALLY', 2],
    ['by the clock', () => runJobsAt('2030-05-01T14:00:00.000Z'), 'EXPIRED', 0],
  ])('9.1: CANCELED %s: not confirmed, tickets marked canceled', async (_, end, reservation, issued) => {
    const order = await anOrder()
    await end(order)
    expect(await stateOf(order)).toMatchObject({ order: ['CANCELED', false, 0], reservation, stock: FREE_AGAIN })
    const rows = await sql`select from tickets where order_number = ${order.orderNumber} and canceled_at is not null`
    expect(rows).toHaveLength(issued)
    for (const { id } of (await must(admin, 'GET', '/boxoffice/v1/reconciliation?state=OPEN')).body.cases)
      await must(admin, 'POST', `/boxoffice/v1/reconciliation/${id}/resolve`, {})
  })

  test('9.1: NA_ORDER_STATUS: only says that the status was not asked for', async () => {
    const { eventId, orderNumber } = await anOrder()
    const path = `/events/v1/events/${eventId}/orders/${orderNumber}`
    expect((await must(admin, 'GET', path)).body.order.status).toBe('NA_ORDER_STATUS')
    expect((await must(admin, 'GET', `${path}?fieldset=DETAILS`)).body.order.status).toBe('INITIATED')
  })
})

describe('how one becomes another', () => {
  const statusOf = async (order: Purchase) => (await stateOf(order)).order[0]

  test.each<[string, string, () => Promise<Purchase>]>([
    ['FREE', 'a checkout with nothing to pay', () => aCheckout({}, FREE)],
    ['INITIATED', 'a checkout with something to pay', () => anOrder()],
    ['OFFLINE_PENDING', 'a checkout with payInPerson', () => aCheckout({ payInPerson: true })],
    ['PAID', 'a checkout with markAsPaid', () => aCheckout({ markAsPaid: true })],
  ])('9.1: – → %s: %s', async (status, _, make) => {
    expect(await statusOf(await make())).toBe(status)
  })

  test.each<[string, string, string, (order: Purchase) => Promise<unknown>]>([
    ['INITIATED', 'PAID', 'payment result', bank('PAID')],
    ['INITIATED', 'PENDING', 'payment result', bank('PENDING')],
    ['INITIATED', 'AUTHORIZED', 'payment result', bank('AUTHORIZED')],
    ['INITIATED', 'DECLINED', 'payment result', bank('DECLINED')],
    ['INITIATED', 'PAID', 'Confirm Order', confirm],
    ['PENDING', 'PAID', 'Confirm Order', confirm],
    ['OFFLINE_PENDING', 'PAID', 'Confirm Order', confirm],
    ['PENDING', 'PAID', 'the gateway’s decision', bank('PAID')],
    ['PENDING', 'AUTHORIZED', 'the gateway’s decision', bank('AUTHORIZED')],
    ['PENDING', 'DECLINED', 'the gateway’s decision', bank('DECLINED')],
    ['PENDING', 'PENDING', 'up to two hours without one', () => runJobsAt('2030-05-01T13:59:59.999Z')],
    ['PENDING', 'DECLINED', 'more than two hours without one', () => runJobsAt('2030-05-01T14:00:00.000Z')],
    ['INITIATED', 'INITIATED', 'less than two hours', () => runJobsAt('2030-05-01T13:59:59.999Z')],
    ['INITIATED', 'CANCELED', 'two hours', () => runJobsAt('2030-05-01T14:00:00.000Z')],
    ['INITIATED', 'PARTIALLY_PAID', 'a gift card for a part (R58)', order => payByCard(order, '19.99')],
    ['INITIATED', 'PAID', 'a gift card for all of it (R58)', order => payByCard(order, '20')],
    ['PARTIALLY_PAID', 'PAID', 'a gift card for the rest (R58)', order => payByCard(order, '12')],
    ['PARTIALLY_PAID', 'CANCELED', 'the end of its hold (R58)', () => runJobsAt('2030-05-01T12:20:00.000Z')],
    ['AUTHORIZED', 'PAID', 'Capture Authorized Payment', decide('capture')],
    ['AUTHORIZED', 'AUTHORIZED', 'less than six days', () => runJobsAt('2030-05-07T11:59:59.999Z')],
    ['AUTHORIZED', 'PAID', 'automatic capture before the seven days end', () => runJobsAt('2030-05-07T12:00:00.000Z')],
    ['AUTHORIZED', 'VOIDED', 'Void Authorized Payment', decide('void')],
    [
      'AUTHORIZED',
      'VOIDED',
      'seven days where it is not captured by itself',
      async ({ eventId }) => {
        const paymentSettings = { autoCapture: false }
        await must(admin, 'PATCH', `/boxoffice/v1/events/${eventId}/payment-settings`, { paymentSettings })
        await runJobsAt('2030-05-07T12:00:00.000Z')
        await runJobsAt('2030-05-08T12:00:00.000Z')
      },
    ],
    ['PAID', 'CANCELED', 'its reservation canceled', cancel],
    ['FREE', 'CANCELED', 'its reservation canceled', cancel],
    ['OFFLINE_PENDING', 'CANCELED', 'its reservation canceled', cancel],
    ['AUTHORIZED', 'CANCELED', 'its reservation canceled', cancel],
  ])('9.1: %s → %s: %s', async (from, to, _, trigger) => {
    const order = await MADE[from]?.()
    if (!order) throw new Error(`nobody makes ${from}`)
    expect(await statusOf(order)).toBe(from)
    await trigger(order)
    expect(await statusOf(order)).toBe(to)
  })
})

test('R184, R183: an AUTHORIZED, a VOIDED and a PARTIALLY_PAID order cannot be confirmed', async () => {
  for (const status of ['AUTHORIZED', 'VOIDED', 'PARTIALLY_PAID']) {
    const order = await MADE[status]?.()
    const url = `/events/v1/events/${order?.eventId}/orders/confirm`
    const { status: code, body } = await admin('POST', url, { orderNumber: [order?.orderNumber] })
    expect([code, body.details.applicationError.code]).toEqual([428, 'ORDER_ACTION_NOT_AVAILABLE'])
  }
})

test('R164: expires comes with INITIATED alone', async () => {
  const { eventId, definitionId } = await aSale(app)
  const guest = await app.visitor()
  const bought = async (options: object) => {
    const reservationId: string = (await reserveTickets(guest, definitionId)).body.ticketReservation.id
    return (await checkOut(admin, { eventId, reservationId }, { options })).body
  }
  expect(await bought({})).toMatchObject({ expires: '2030-05-01T12:20:00.000Z', order: { status: 'INITIATED' } })
  for (const options of [{ payInPerson: true }, { markAsPaid: true }])
    expect(await bought(options)).not.toHaveProperty('expires')
})

test('R48, R190: revenue counts the orders that stand, and follows the money that goes back', async () => {
  const sale = await aSale(app, { definition: { initialLimit: 100 } })
  const revenue = async () => {
    const { sales } = (await must(admin, 'GET', `/events/v1/orders/summary?eventId=${sale.eventId}`)).body
    return sales.map((each: { revenue: { value: string }; totalOrders: number }) => [
      each.revenue.value,
      each.totalOrders,
    ])
  }
  const half = await anOrder({ sale })
  await payByCard(half, '8')
  const set = await anOrder({ sale })
  await tell(set, 'AUTHORIZED')
  expect(await revenue()).toEqual([])
  await decide('capture')(set)
  expect(await revenue()).toEqual([['20.00', 1]])
  const twice = await anOrder({ sale })
  const again = await must(twice.guest, 'POST', `/boxoffice/v1/orders/${twice.orderNumber}/payments`)
  await tell(twice, 'PAID')
  await tell({ ...twice, paymentId: again.body.payment.id }, 'PAID') // refunded at once
  expect(await revenue()).toEqual([['40.00', 2]])
  await cancel(twice)
  expect(await revenue()).toEqual([['20.00', 1]])
  const lost = await anOrder({ sale })
  await tell(lost, 'AUTHORIZED')
  await decide('void')(lost)
  expect(await revenue()).toEqual([['20.00', 1]])
})
