import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { anOrder, notify } from '../../test/support/orders.ts'
import { aSale, must, refusalOf, reserveTickets } from '../../test/support/sale.ts'
import { newGuid } from '../ids.ts'

const app = await testApp()
const { visitor, anonymous, otherSite, admin } = app
const path = (reservationId: string) => `/boxoffice/v1/ticket-reservations/${reservationId}/order`

test('R156, R157: whoever holds the tickets finds the one order that was made of them, and what is due', async () => {
  const ordered = await anOrder(app)
  const { orderNumber } = ordered.order
  const { body } = await must(ordered.guest, 'GET', path(ordered.reservationId.toUpperCase()))
  const due = (amount: string) => ({ amount, value: amount, currency: 'EUR' })
  expect(body).toEqual({
    orderNumber,
    orderStatus: 'INITIATED',
    due: due('20.00'),
    orderPageUrl: ordered.orderPageUrl,
  })
  await notify(ordered, 'PAID')
  expect((await must(admin, 'GET', path(ordered.reservationId))).body).toMatchObject({
    orderStatus: 'PAID',
    due: due('0.00'),
  })
})

test('R24: nobody else finds it, nor one that was not made yet', async () => {
  const ordered = await anOrder(app)
  const gone = [404, 'TICKET_RESERVATION_NOT_FOUND']
  expect(refusalOf(await (await visitor())('GET', path(ordered.reservationId)))).toEqual(gone)
  expect(refusalOf(await (await otherSite()).admin('GET', path(ordered.reservationId)))).toEqual(gone)
  expect(refusalOf(await ordered.guest('GET', path(newGuid())))).toEqual(gone)
  expect(refusalOf(await ordered.guest('GET', path('x')))).toEqual([400, ['ticketReservationId']])
  expect(refusalOf(await anonymous('GET', path(ordered.reservationId)))).toEqual([401, 'UNAUTHENTICATED'])
  const { definitionId } = await aSale(app)
  const held = await reserveTickets(ordered.guest, definitionId)
  expect(refusalOf(await ordered.guest('GET', path(held.body.ticketReservation.id)))).toEqual([404, 'ORDER_NOT_FOUND'])
})
