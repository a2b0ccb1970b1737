import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Guid } from '../wire/shapes.ts'
import type { StoredEvent } from './model.ts'
import { getEvent, lockEvent } from './store.ts'
import { change } from './transitions.ts'

const SETTINGS = { changeableByBuyer: Type.Boolean() }
const Answer = Type.Object({ guestSettings: Type.Object(SETTINGS) })
const Change = Type.Object({ guestSettings: Type.Object(Type.Partial(Type.Object(SETTINGS)).properties) })

/** Whether buyers may say anew who comes with their tickets: of our own API. */
export function eventGuestSettingsRoutes({ sql }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/events/:eventId/guest-settings'
    const params = Type.Object({ eventId: Guid })
    const config = { permission: 'MANAGE_EVENTS' } as const

    app.get(path, { schema: { params, response: { 200: Answer } }, config }, async ({ params, identity }) =>
      toWire(await getEvent(sql, identity.siteId, params.eventId)),
    )

    app.patch(
      path,
      { schema: { params, body: Change, response: { 200: Answer } }, config },
      async ({ params: { eventId }, body: { guestSettings }, identity, now }) =>
        toWire(
          await inTransaction(sql, async tx => {
            const event = await lockEvent(tx, identity.siteId, eventId)
            const { changeableByBuyer: guestsChangeable = event.guestsChangeable } = guestSettings
            if (event.guestsChangeable === guestsChangeable) return event
            return change(tx, { ...event, guestsChangeable }, 'event.updated', identity, now)
          }),
        ),
    )
  }
}

function toWire({ guestsChangeable }: StoredEvent) {
  return { guestSettings: { changeableByBuyer: guestsChangeable } }
}
