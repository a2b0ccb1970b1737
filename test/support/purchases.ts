import { newGuid } from '../../src/ids.ts'
import type { Caller, TestApp } from './app.ts'
import { aSale, checkOut, must, reserveTickets } from './sale.ts'

/** An order of two tickets at 10.00 EUR that waits for its online payment. */
export type Purchase = {
  eventId: string
  definitionId: string
  guest: Caller
  reservationId: string
  orderNumber: string
  paymentId: string
}

/** Orders, what the test bank says of their payments, and what became of them. */
export function purchases(app: Pick<TestApp, 'admin' | 'visitor' | 'sql'>) {
  const { admin, visitor, sql } = app
  return {
    anOrder: async ({
      sale,
      initialLimit = 2,
    }: {
      sale?: { eventId: string; definitionId: string }
      initialLimit?: number
    } = {}): Promise<Purchase> => {
      const { eventId, definitionId } = sale ?? (await aSale(app, { definition: { initialLimit } }))
      const guest = await visitor()
      const reservationId: string = (await reserveTickets(guest, definitionId, 2)).body.ticketReservation.id
      const { body } = await checkOut(guest, { eventId, reservationId })
      const { orderNumber, snapshotId: paymentId } = body.order
      return { eventId, definitionId, guest, reservationId, orderNumber, paymentId }
    },

    /** What the bank says of a payment, and what order and payment are then: `['PAID', 'CAPTURED']`. */
    tell: async ({ guest, paymentId }: Pick<Purchase, 'guest' | 'paymentId'>, result: string, id = newGuid()) => {
      const path = `/boxoffice/v1/test-payments/${paymentId}/notifications`
      const { body } = await must(guest, 'POST', path, { notificationId: id, result })
      return [body.orderStatus, body.payment.status]
    },

    /** Order, its tickets that admit, reservation, stock, and its payments in the order in which they were begun. */
    stateOf: async ({ eventId, orderNumber, definitionId }: Purchase) => {
      const path = `/events/v1/events/${eventId}/orders/${orderNumber}?fieldset=DETAILS&fieldset=TICKETS`
      const { order } = (await must(admin, 'GET', path)).body
      const held = await admin('GET', `/events/v1/ticket-reservations/${order.reservationId}`)
      const definition = await must(admin, 'GET', `/events/v3/ticket-definitions/${definitionId}?fields=SALES_DETAILS`)
      const { unsoldCount, reservedCount, soldCount } = definition.body.ticketDefinition.salesDetails
      const payments = await sql<{ provider: string; status: string; asked: string | null; amountMinor: number }[]>`
        select provider, status, case when refunding_minor > 0 then 'REFUND' else asked end as asked, amount_minor
          from payments where order_number = ${orderNumber} order by ordinal`
      const tickets = order.tickets.filter((ticket: { canceled: boolean }) => !ticket.canceled).length
      return {
        order: [order.status, order.confirmed, tickets],
        reservation: held.body.ticketReservation?.status,
        stock: [unsoldCount, reservedCount, soldCount],
        payments: payments.map(({ provider, status, asked, amountMinor }) =>
          [provider, status, amountMinor / 100, ...(asked === null ? [] : [asked])].join(' '),
        ),
      }
    },
  }
}
