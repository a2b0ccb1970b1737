import { type Static, Type } from 'typebox'
import type { Db } from '../db/connect.ts'
import type { Intake } from '../db/intake.ts'
import { inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import { type App, type Deps, isGone } from '../http/app.ts'
import { type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { allowsOver } from '../identities/permissions.ts'
import { InvoiceOut, toWireInvoice } from '../pricing/wire.ts'
import { invalid } from '../refusals.ts'
import { listDefinitionsById } from '../ticket-definitions/available.ts'
import { cancelReservation } from '../ticket-reservations/cancel.ts'
import { statusAt, type TicketReservation, type Wanted } from '../ticket-reservations/model.ts'
import { findReservation } from '../ticket-reservations/store.ts'
import { refuseBypass } from '../ticket-reservations/wire.ts'
import { Decimal, Guid, InstantOut, Maybe, Nothing, Text } from '../wire/shapes.ts'
import { HeldOut, reservationNotFound, toHeldTickets } from './held.ts'
import { invoiceOf } from './invoice.ts'

const LegacyReservationOut = Type.Object({
  id: Type.String(),
  expires: InstantOut,
  reservations: HeldOut,
  invoice: InvoiceOut,
  reservationStatus: Type.String(),
})
const NewLegacyReservation = Type.Object({
  eventId: Guid,
  ticketQuantities: Type.Array(
    Type.Object({
      ticketDefinitionId: Guid,
      quantity: Type.Integer({ minimum: 1, maximum: 50 }),
      priceOverride: Maybe(Decimal),
      ticketDetails: Maybe(
        Type.Array(
          Type.Object({
            seatId: Maybe(Text(0, 36)),
            pricingOptionId: Maybe(Guid),
            priceOverride: Maybe(Decimal),
            capacity: Maybe(Type.Integer({ minimum: 1, maximum: 50 })),
          }),
          { maxItems: 50 },
        ),
      ),
    }),
    { minItems: 1, maxItems: 50 },
  ),
  ignoreLimits: Maybe(Type.Boolean()),
  allowHiddenTickets: Maybe(Type.Boolean()),
})

/** The deprecated way to reserve, over the same store (spec/ticketing.md section 8). */
export function legacyReservationRoutes(
  { sql, serviceFeePercent: feePercent }: Deps,
  intake: Intake<Wanted, TicketReservation>,
) {
  return async (app: App) => {
    app.post(
      '/events/v1/checkout/reservations',
      {
        schema: { body: NewLegacyReservation, response: { 200: LegacyReservationOut } },
        config: { permission: 'CHECKOUT' },
      },
      async request => {
        const { body, identity, now } = request
        const wanted = await legacyWanted(sql, body, { identity, now })
        const reservation = await intake.submit({
          siteId: identity.siteId,
          wanted,
          contendsFor: wanted.lines[0]?.ticketDefinitionId ?? '',
          isGone: () => isGone(request),
        })
        const event = await getEvent(sql, identity.siteId, reservation.eventId)
        return {
          id: reservation.ticketReservationId,
          expires: reservation.expiresAt,
          reservations: await toHeldTickets(sql, reservation, now),
          invoice: toWireInvoice(invoiceOf(reservation.lines, event, feePercent)),
          reservationStatus: `RESERVATION_${statusAt(reservation, now)}`,
        }
      },
    )

    app.delete(
      '/events/v1/checkout/reservations/:id',
      {
        schema: {
          params: Type.Object({ id: Guid }),
          querystring: Type.Object({ eventId: Guid }),
          response: { 200: Nothing },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ params, query, identity, now }) => {
        const id = params.id.toLowerCase()
        const eventId = query.eventId.toLowerCase()
        await inTransaction(sql, async tx => {
          const reservation = await findReservation(tx, identity.siteId, id)
          // R147: its event never changes. R24: whose it is not does not learn that it is there.
          const visible =
            reservation?.eventId === eventId && allowsOver(identity, 'TICKET_RESERVATION_UPDATE', reservation)
          if (!visible) throw reservationNotFound(id)
          await cancelReservation(tx, id, { identity, now })
        })
        return {}
      },
    )
  }
}

/**
 * The legacy request as the one that every reservation is decided by (R143, R144): its `priceOverride` is the guest's
 * own price where the definition asks for one, and needs permission everywhere else.
 */
async function legacyWanted(
  db: Db,
  body: Static<typeof NewLegacyReservation>,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Wanted> {
  const ids = [...new Set(body.ticketQuantities.map(line => line.ticketDefinitionId.toLowerCase()))]
  const definitions = await listDefinitionsById(db, identity.siteId, { ids, now, deletedToo: false })
  const byGuestPrice = new Set(
    definitions.filter(each => each.pricingKind === 'GUEST').map(each => each.ticketDefinitionId),
  )
  refuseOtherEvents(identity, body.eventId.toLowerCase())
  const wanted: Wanted = {
    identity,
    now,
    eventId: body.eventId.toLowerCase(),
    lines: body.ticketQuantities.flatMap((line, index) => {
      const ticketDefinitionId = line.ticketDefinitionId.toLowerCase()
      const own = byGuestPrice.has(ticketDefinitionId)
      return detailsOf(line, `ticketQuantities[${index}]`).map(
        ({ paths, quantity, pricingOptionId, price, seatId }) => ({
          paths,
          ticketDefinitionId,
          quantity,
          pricingOptionId,
          guestPrice: own ? price : null,
          priceOverride: own ? null : price,
          pricingPlan: null,
          seatId,
        }),
      )
    }),
    limitsBypassed: body.ignoreLimits ?? false,
    hiddenAllowed: body.allowHiddenTickets ?? false,
    extendedFields: null,
    tags: [],
    privateTags: [],
  }
  refuseBypass(wanted)
  return wanted
}

type LegacyLine = Static<typeof NewLegacyReservation>['ticketQuantities'][number]

/**
 * What the tickets of one legacy line are: all alike, or as its details say, each of which stands for `capacity` tickets.
 * inferred: one entry stands for the whole line, several must add up to its quantity.
 */
function detailsOf(line: LegacyLine, path: string) {
  const details = line.ticketDetails ?? []
  const whole = details.length <= 1
  const capacities = details.map(({ capacity }) => capacity ?? (whole ? line.quantity : 1))
  if (details.length > 0 && capacities.reduce((sum, capacity) => sum + capacity) !== line.quantity)
    throw invalid(
      `${path}.ticketDetails`,
      `must describe as many tickets as the quantity says: ${line.quantity}`,
      'OTHER_COUNT',
      { count: line.quantity },
    )
  return (whole ? [details[0] ?? {}] : details).map(({ seatId, pricingOptionId, priceOverride }, index) => {
    const detail = `${path}.ticketDetails[${index}]`
    const price = `${priceOverride ? detail : path}.priceOverride`
    return {
      paths: {
        ticketDefinitionId: `${path}.ticketDefinitionId`,
        quantity: whole ? `${path}.quantity` : `${detail}.capacity`,
        guestPrice: price,
        priceOverride: price,
        seatId: `${detail}.seatId`,
      },
      quantity: capacities[index] ?? line.quantity,
      pricingOptionId: pricingOptionId?.toLowerCase() ?? null,
      price: priceOverride ?? line.priceOverride ?? null,
      seatId: seatId || null,
    }
  })
}
