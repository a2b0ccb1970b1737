import { expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { aSale, checkOut, FREE, reserveTickets } from '../../test/support/sale.ts'

const app = await testApp()
const { admin, visitor } = app

test('a free ticket is reserved, checked out and checked in', async () => {
  const { eventId, definitionId } = await aSale(app, { definition: { ...FREE, initialLimit: 10 } })
  const guest = await visitor()
  const held = await reserveTickets(guest, definitionId, 2)
  expect(held.body).toMatchObject({ ticketReservation: { status: 'PENDING' } })
  const reservationId = held.body.ticketReservation.id
  const bought = await checkOut(guest, { eventId, reservationId })
  expect(bought.body).toMatchObject({ order: { status: 'FREE', confirmed: true } })
  const ticketNumber = bought.body.order.tickets.map((t: { ticketNumber: string }) => t.ticketNumber)
  const entry = await admin('POST', '/events/v1/tickets/check-in', { eventId, ticketNumber })
  expect(entry.body.tickets).toHaveLength(2)
})
