import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { money, toLegacyMoney } from '../money.ts'
import { keptMinor } from '../payments/model.ts'
import { listPaymentsOf } from '../payments/store.ts'
import { getReservation } from '../ticket-reservations/cancel.ts'
import { Guid, LegacyMoneyOut } from '../wire/shapes.ts'
import { orderNotFound } from './sold.ts'
import { findOrder } from './store.ts'
import { orderPageUrl } from './wire.ts'

/**
 * The order that was made of a reservation: for a checkout page that does not know whether its request arrived (a reload
 * in the middle, a second tab, a network that was lost).
 */
export function madeOrderRoutes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/ticket-reservations/:ticketReservationId/order',
      {
        schema: {
          params: Type.Object({ ticketReservationId: Guid }),
          response: {
            200: Type.Object({
              orderNumber: Type.String(),
              orderStatus: Type.String(),
              due: LegacyMoneyOut,
              orderPageUrl: Type.String(),
            }),
          },
        },
        config: { permission: 'TICKET_RESERVATION_READ_OWN' },
      },
      async ({ params, identity }) => {
        const { siteId } = identity
        const reservation = await getReservation(sql, params.ticketReservationId.toLowerCase(), identity)
        const { orderNumber } = reservation
        if (orderNumber === null) throw orderNotFound('')
        const [order, payments] = await Promise.all([
          findOrder(sql, siteId, orderNumber),
          listPaymentsOf(sql, siteId, [orderNumber]),
        ])
        if (!order) throw orderNotFound(orderNumber)
        return {
          orderNumber,
          orderStatus: order.status,
          due: toLegacyMoney(money(order.grandTotalMinor - keptMinor(payments), order.currency)),
          orderPageUrl: orderPageUrl(order, { keys, publicUrl }),
        }
      },
    )
  }
}
