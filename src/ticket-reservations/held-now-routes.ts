import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { visibleEvents } from '../identities/identity.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, InstantOut, ListOf, pageIn } from '../wire/shapes.ts'
import { countHeldNow, type HeldNow, listHeldNow, whyHeld } from './held-now.ts'

const HeldOut = Type.Object({
  id: Type.String(),
  eventId: Type.String(),
  /** Absent where the event was deleted. */
  eventTitle: Type.Optional(Type.String()),
  timeZone: Type.Optional(Type.String()),
  createdDate: InstantOut,
  untilDate: InstantOut,
  why: Type.String(),
  /** Who holds them: kind, and of the organizer's own people the name. */
  by: Type.Object({ kind: Type.String(), name: Type.Optional(Type.String()) }),
  order: Type.Optional(
    Type.Object({
      orderNumber: Type.String(),
      status: Type.String(),
      fullName: Type.String(),
      email: Type.Optional(Type.String()),
    }),
  ),
  tickets: Type.Integer(),
  lines: Type.Array(
    Type.Object({
      ticketName: Type.String(),
      pricingOptionName: Type.Optional(Type.String()),
      /** The labels of its place. */
      seat: Type.Optional(Type.String()),
      quantity: Type.Integer(),
    }),
  ),
})

/** What is held at this moment, by whom, why and until when: of our own API, for who acts for the site. */
export function heldNowRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/held-reservations',
      {
        schema: {
          querystring: Type.Object({
            eventId: ListOf(Guid, 100),
            ...pageIn(100),
          }),
          response: {
            200: Type.Object({
              total: Type.Integer(),
              tickets: Type.Integer(),
              /** When that was; deadlines are counted from here, not from a reader's own clock. */
              now: InstantOut,
              offset: Type.Integer(),
              limit: Type.Integer(),
              reservations: Type.Array(HeldOut),
            }),
          },
        },
        config: { permission: 'TICKET_RESERVATION_READ' },
      },
      async ({ query: { eventId = [], limit = 50, offset = 0 }, identity, now }) => {
        const eventIds = visibleEvents(
          identity,
          eventId.map(id => id.toLowerCase()),
        )
        const which = { siteId: identity.siteId, eventIds, now }
        const [{ reservations: total, tickets }, held] = await Promise.all([
          countHeldNow(sql, which),
          listHeldNow(sql, which, { limit, offset }),
        ])
        return { total, tickets, now, offset, limit, reservations: held.map(toWire) }
      },
    )
  }
}

function toWire(held: HeldNow) {
  const { orderNumber, orderStatus, firstName, lastName, email, eventTitle, timeZone, actorKind, actorName } = held
  return {
    id: held.ticketReservationId,
    eventId: held.eventId,
    ...present({ eventTitle, timeZone }),
    createdDate: held.createdAt,
    untilDate: held.until,
    why: whyHeld(held),
    by: { kind: actorKind ?? 'visitor', ...present({ name: actorName }) },
    ...(orderNumber !== null &&
      orderStatus !== null && {
        order: {
          orderNumber,
          status: orderStatus,
          fullName: `${firstName ?? ''} ${lastName ?? ''}`.trim(),
          ...(email && { email }),
        },
      }),
    tickets: held.tickets,
    lines: held.lines.map(({ ticketName, pricingOptionName, seat, quantity }) => ({
      ticketName,
      ...present({ pricingOptionName, seat }),
      quantity,
    })),
  }
}
