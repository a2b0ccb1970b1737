import { type Static, Type } from 'typebox'
import type { Db } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import { listDefinitionsById } from '../ticket-definitions/available.ts'
import type { TicketDefinition } from '../ticket-definitions/model.ts'
import { DefinitionV1Out, toWireDefinitionV1 } from '../ticket-definitions/wire-v1.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import { TicketDetailsOut, toTicketDetails } from '../tickets/wire.ts'
import { present } from '../wire/plain-object.ts'

export const HeldOut = Type.Array(
  Type.Object({
    quantity: Type.Integer(),
    ticket: DefinitionV1Out,
    ticketDetails: Type.Optional(Type.Array(TicketDetailsOut)),
  }),
)

/** A reservation's lines in the old shape: quantity and definition, also where that was deleted meanwhile (R97). */
export async function toHeldTickets(
  db: Db,
  { siteId, lines }: TicketReservation,
  now: Date,
): Promise<Static<typeof HeldOut>> {
  const ids = [...new Set(lines.map(line => line.ticketDefinitionId))]
  return heldTickets({ lines }, await listDefinitionsById(db, siteId, { ids, now, deletedToo: true }), now)
}

/** The same with definitions that were read already. */
export function heldTickets(
  { lines }: Pick<TicketReservation, 'lines'>,
  definitions: readonly TicketDefinition[],
  now: Date,
): Static<typeof HeldOut> {
  return lines.flatMap(line => {
    const definition = definitions.find(each => each.ticketDefinitionId === line.ticketDefinitionId)
    if (!definition) return []
    const ticket = toWireDefinitionV1(definition, now, { policy: true, dashboard: false })
    const details = present({
      pricingOptionId: line.pricingOptionId,
      priceOverride: line.priceOverride,
      ...toTicketDetails(line),
    })
    return inEntries(line.quantity).map(quantity => ({
      quantity,
      ticket,
      ...(Object.keys(details).length > 0 && {
        ticketDetails: [line.seatId === null ? details : { ...details, capacity: quantity }],
      }),
    }))
  })
}

/** The old shape takes at most 20 tickets in one entry; a line may have 50. */
function inEntries(quantity: number): number[] {
  return Array.from({ length: Math.ceil(quantity / 20) }, (_, index) => Math.min(20, quantity - index * 20))
}

/** What checkout and its old siblings say of a reservation that is not there or not one's own (R157). */
export function reservationNotFound(reservationId: string): Refusal {
  return new Refusal('RESERVATION_NOT_FOUND', 'There is no such reservation.', { reservationId })
}
