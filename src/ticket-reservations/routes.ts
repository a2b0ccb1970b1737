import { Type } from 'typebox'
import type { Intake } from '../db/intake.ts'
import { inTransaction } from '../db/transaction.ts'
import { type App, type Deps, isGone } from '../http/app.ts'
import { Guid } from '../wire/shapes.ts'
import { cancelReservation, deleteReservation, getReservation } from './cancel.ts'
import type { TicketReservation, Wanted } from './model.ts'
import {
  NewReservation,
  promotionErrorsOf,
  reservationFromWire,
  TicketReservationOut,
  toWireReservation,
} from './wire.ts'

const PromotionErrorsOut = Type.Object({
  error: Type.Array(Type.Object({ promotionType: Type.String(), code: Type.String(), message: Type.String() })),
})
const Answer = Type.Object({ ticketReservation: TicketReservationOut })
const AnswerWithPromotions = Type.Object({
  ticketReservation: TicketReservationOut,
  promotionErrors: PromotionErrorsOut,
})

/** Ticket reservations v1 (spec/ticketing.md section 7). */
export function ticketReservationRoutes({ sql }: Deps, intake: Intake<Wanted, TicketReservation>) {
  return async (app: App) => {
    const params = Type.Object({ ticketReservationId: Guid })

    app.post(
      '/events/v1/ticket-reservations',
      {
        schema: { body: Type.Object({ ticketReservation: NewReservation }), response: { 200: AnswerWithPromotions } },
        config: { permission: 'TICKET_RESERVATION_CREATE' },
      },
      async request => {
        const { body, identity, now } = request
        const wanted = reservationFromWire(body.ticketReservation, { identity, now })
        const reservation = await intake.submit({
          siteId: identity.siteId,
          wanted,
          contendsFor: wanted.lines[0]?.ticketDefinitionId ?? '',
          isGone: () => isGone(request),
        })
        return {
          ticketReservation: toWireReservation(reservation, now),
          promotionErrors: promotionErrorsOf(reservation),
        }
      },
    )

    app.get(
      '/events/v1/ticket-reservations/:ticketReservationId',
      {
        schema: { params, response: { 200: AnswerWithPromotions } },
        config: { permission: 'TICKET_RESERVATION_READ_OWN' },
      },
      async ({ params, identity, now }) => {
        const reservation = await getReservation(sql, params.ticketReservationId.toLowerCase(), identity)
        return {
          ticketReservation: toWireReservation(reservation, now),
          promotionErrors: promotionErrorsOf(reservation),
        }
      },
    )

    app.post(
      '/events/v1/ticket-reservations/:ticketReservationId/cancel',
      { schema: { params, response: { 200: Answer } }, config: { permission: 'TICKET_RESERVATION_UPDATE_OWN' } },
      async ({ params, identity, now }) => {
        const id = params.ticketReservationId.toLowerCase()
        const reservation = await inTransaction(sql, tx => cancelReservation(tx, id, { identity, now }))
        return { ticketReservation: toWireReservation(reservation, now) }
      },
    )

    app.delete(
      '/events/v1/ticket-reservations/:ticketReservationId',
      { schema: { params, response: { 200: Answer } }, config: { permission: 'TICKET_RESERVATION_DELETE' } },
      async ({ params, identity, now }) => {
        const id = params.ticketReservationId.toLowerCase()
        const reservation = await inTransaction(sql, tx => deleteReservation(tx, id, { identity, now }))
        return { ticketReservation: toWireReservation(reservation, now) }
      },
    )
  }
}
