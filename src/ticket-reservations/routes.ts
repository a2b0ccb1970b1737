import { Type } from 'typebox'
import type { Intake } from '../db/intake.ts'
import { inTransaction } from '../db/transaction.ts'
import { type App, type Deps, isGone } from '../http/app.ts'
import { promotionErrorsOf } from '../pricing-plan-benefits/promotion-errors.ts'
import { bulkOf, bulkResults, ItemMetadataOut, itemMetadataOf } from '../wire/bulk.ts'
import { AnyObject, Guid, Maybe } from '../wire/shapes.ts'
import { cancelReservation, deleteReservation, getReservation } from './cancel.ts'
import type { TicketReservation, Wanted } from './model.ts'
import { TagsIn, tagsFromWire } from './tag-wire.ts'
import { changeTags, changeTagsLater } from './tags.ts'
import { NewReservation, reservationFromWire, TicketReservationOut, toWireReservation } from './wire.ts'

const PromotionErrorsOut = Type.Object({
  error: Type.Array(Type.Object({ promotionType: Type.String(), code: Type.String(), message: Type.String() })),
})
const Answer = Type.Object({ ticketReservation: TicketReservationOut })
const AnswerWithPromotions = Type.Object({
  ticketReservation: TicketReservationOut,
  promotionErrors: PromotionErrorsOut,
})
const TagChangeIn = { assignTags: TagsIn, unassignTags: Maybe(TagsIn) }

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
          ticketReservation: toWireReservation(reservation, { identity, now }),
          promotionErrors: await promotionErrorsOf(sql, reservation, now),
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
          ticketReservation: toWireReservation(reservation, { identity, now }),
          promotionErrors: await promotionErrorsOf(sql, reservation, now),
        }
      },
    )

    app.post(
      '/events/v1/ticket-reservations/:ticketReservationId/cancel',
      { schema: { params, response: { 200: Answer } }, config: { permission: 'TICKET_RESERVATION_UPDATE_OWN' } },
      async ({ params, identity, now }) => {
        const id = params.ticketReservationId.toLowerCase()
        const reservation = await inTransaction(sql, tx => cancelReservation(tx, id, { identity, now }))
        return { ticketReservation: toWireReservation(reservation, { identity, now }) }
      },
    )

    app.delete(
      '/events/v1/ticket-reservations/:ticketReservationId',
      { schema: { params, response: { 200: Answer } }, config: { permission: 'TICKET_RESERVATION_DELETE' } },
      async ({ params, identity, now }) => {
        const id = params.ticketReservationId.toLowerCase()
        const reservation = await inTransaction(sql, tx => deleteReservation(tx, id, { identity, now }))
        return { ticketReservation: toWireReservation(reservation, { identity, now }) }
      },
    )

    app.post(
      '/events/v1/bulk/ticket-reservations/update-tags',
      {
        schema: {
          body: Type.Object({ ids: Type.Array(Guid, { minItems: 1, maxItems: 100 }), ...TagChangeIn }),
          response: { 200: bulkOf(Type.Object({ itemMetadata: ItemMetadataOut })) },
        },
        config: { permission: 'TICKET_RESERVATION_UPDATE' },
      },
      async ({ body, identity, now }) => {
        const ids = body.ids.map(id => id.toLowerCase())
        const change = { assign: tagsFromWire(body.assignTags), unassign: tagsFromWire(body.unassignTags) }
        const refusals = await inTransaction(sql, tx => changeTags(tx, { ids, change }, { identity, now }))
        return bulkResults(
          ids.map((id, index) => ({ itemMetadata: itemMetadataOf(id, index, refusals[index] ?? null) })),
        )
      },
    )

    app.post(
      '/events/v1/bulk/ticket-reservations/update-tags-by-filter',
      {
        schema: {
          body: Type.Object({ filter: AnyObject, ...TagChangeIn }),
          response: { 200: Type.Object({ jobId: Type.String() }) },
        },
        config: { permission: 'TICKET_RESERVATION_UPDATE' },
      },
      async ({ body: { filter, assignTags, unassignTags }, identity, now }) => {
        const change = { assign: tagsFromWire(assignTags), unassign: tagsFromWire(unassignTags) }
        return { jobId: await inTransaction(sql, tx => changeTagsLater(tx, { filter, change }, { identity, now })) }
      },
    )
  }
}
