import { Type } from 'typebox'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { refuseOtherEvents } from '../identities/identity.ts'
import { present } from '../wire/plain-object.ts'
import { Guid } from '../wire/shapes.ts'
import { countFigures, sumOf } from './figures.ts'

const COUNTS = {
  reserved: Type.Integer(),
  sold: Type.Integer(),
  overbooked: Type.Integer(),
  tickets: Type.Integer(),
  checkedIn: Type.Integer(),
}
const FiguresOut = Type.Object({
  ...COUNTS,
  definitions: Type.Array(
    Type.Object({
      ticketDefinitionId: Type.String(),
      name: Type.String(),
      limit: Type.Optional(Type.Integer()),
      ...COUNTS,
    }),
  ),
})

/** How full an event is, and how many are inside: of our own API, for the organizer and whoever stands at the door. */
export function figuresRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/events/:eventId/figures',
      {
        schema: { params: Type.Object({ eventId: Guid }), response: { 200: Type.Object({ figures: FiguresOut }) } },
        config: { permission: 'READ_TICKETS' },
      },
      async ({ params, identity, now }) => {
        const eventId = params.eventId.toLowerCase()
        await getEvent(sql, identity.siteId, eventId)
        refuseOtherEvents(identity, eventId)
        const figures = await countFigures(sql, { siteId: identity.siteId, eventId, now })
        const definitions = figures.map(({ limit, ...counts }) => ({ ...counts, ...present({ limit }) }))
        return { figures: { ...sumOf(figures), definitions } }
      },
    )
  }
}
