import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { refuseOtherEvents } from '../identities/identity.ts'
import { money, toCommonMoney, toLegacyMoney } from '../money.ts'
import { addMinutes } from '../time.ts'
import { present } from '../wire/plain-object.ts'
import {
  CommonMoneyIn,
  CommonMoneyOut,
  Guid,
  Instant,
  InstantOut,
  LegacyMoneyOut,
  Maybe,
  OneOf,
} from '../wire/shapes.ts'
import { HeldOut, heldTickets } from './held.ts'
import { posCheckOut, takePosPayment } from './pos-checkout.ts'
import { POS_METHODS } from './pos-payments.ts'
import { listTakings, type Taking } from './takings.ts'
import { ORDER_FIELDSETS, OrderOut, toWireOrder } from './wire.ts'

const TakingOut = Type.Object({
  method: Type.String(),
  seller: Type.Object({ kind: Type.String(), id: Type.String(), name: Type.Optional(Type.String()) }),
  orders: Type.Integer(),
  tickets: Type.Integer(),
  taken: CommonMoneyOut,
  refunded: CommonMoneyOut,
})

function toWireTaking(taking: Taking) {
  const { currency, method, sellerKind, sellerId, sellerName, orders, tickets, takenMinor, refundedMinor } = taking
  return {
    method,
    seller: { kind: sellerKind, id: sellerId, ...present({ name: sellerName }) },
    orders,
    tickets,
    taken: toCommonMoney(money(takenMinor, currency)),
    refunded: toCommonMoney(money(refundedMinor, currency)),
  }
}

const DAY_MINUTES = 24 * 60

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

    app.get(
      '/boxoffice/v1/events/:eventId/takings',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          querystring: Type.Object({ from: Type.Optional(Instant), to: Type.Optional(Instant) }),
          response: { 200: Type.Object({ takings: Type.Array(TakingOut) }) },
        },
        config: { permission: 'MANAGE_ORDERS' },
      },
      async ({ params, query, identity, now }) => {
        const event = await getEvent(sql, identity.siteId, params.eventId.toLowerCase())
        refuseOtherEvents(identity, event.eventId)
        const from = query.from === undefined ? addMinutes(now, -DAY_MINUTES) : new Date(query.from)
        const to = query.to === undefined ? addMinutes(now, 1) : new Date(query.to)
        const takings = await listTakings(sql, { siteId: identity.siteId, eventId: event.eventId, from, to })
        return { takings: takings.map(toWireTaking) }
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
