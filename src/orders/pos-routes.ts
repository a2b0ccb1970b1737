import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { money, toLegacyMoney } from '../money.ts'
import { CommonMoneyIn, Guid, InstantOut, LegacyMoneyOut, Maybe, OneOf } from '../wire/shapes.ts'
import { HeldOut, heldTickets } from './held.ts'
import { posCheckOut, takePosPayment } from './pos-checkout.ts'
import { POS_METHODS } from './pos-payments.ts'
import { ORDER_FIELDSETS, OrderOut, toWireOrder } from './wire.ts'

/** Selling at the door (R189): what was taken for a reservation, and the order of it. */
export function posRoutes({ sql, keys, publicUrl, wallet }: Deps) {
  return async (app: App) => {
    app.post(
      '/boxoffice/v1/pos-payments',
      {
        schema: {
          body: Type.Object({ reservationId: Guid, method: OneOf(POS_METHODS), amount: Maybe(CommonMoneyIn) }),
          response: {
            200: Type.Object({
              posPayment: Type.Object({
                id: Type.String(),
                reservationId: Type.String(),
                method: Type.String(),
                amount: LegacyMoneyOut,
                takenDate: InstantOut,
              }),
            }),
          },
        },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ body, identity, now }) => {
        const ticketReservationId = body.reservationId.toLowerCase()
        const taken = { ticketReservationId, method: body.method, amount: body.amount ?? null }
        const payment = await inTransaction(sql, tx => takePosPayment(tx, taken, { identity, now }))
        return {
          posPayment: {
            id: payment.posPaymentId,
            reservationId: payment.ticketReservationId,
            method: payment.method,
            amount: toLegacyMoney(money(payment.amountMinor, payment.currency)),
            takenDate: payment.takenAt,
          },
        }
      },
    )

    app.post(
      '/events/v1/pos-checkout',
      {
        schema: {
          body: Type.Object({ eventId: Guid, reservationId: Guid, paymentDetailsId: Maybe(Guid) }),
          response: { 200: Type.Object({ order: OrderOut, reservations: HeldOut }) },
        },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ body, identity, now }) => {
        const wanted = {
          eventId: body.eventId.toLowerCase(),
          ticketReservationId: body.reservationId.toLowerCase(),
          paymentDetailsId: body.paymentDetailsId?.toLowerCase() ?? null,
        }
        const { order, reservation, tickets, definitions } = await inTransaction(sql, tx =>
          posCheckOut(tx, wanted, { identity, now }),
        )
        return {
          order: toWireOrder(order, tickets, ORDER_FIELDSETS, { keys, publicUrl, wallet }),
          reservations: heldTickets(reservation, definitions, now),
        }
      },
    )
  }
}
