import { Type } from 'typebox'
import { checkVisible } from '../events/show.ts'
import { eventNotFound } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { sendAnswer } from '../memory/answers.ts'
import { eventForGuest, isGuest } from '../memory/guests.ts'
import { loadEvent } from '../memory/load.ts'
import type { Memory } from '../memory/memory.ts'
import { answerOf } from '../memory/remembered.ts'
import { Guid } from '../wire/shapes.ts'
import { AvailabilityOut, availabilityOf } from './availability.ts'

/** How many tickets are left, for pages that show it: of our own API. */
export function availabilityRoutes({ sql }: Deps, memory: Memory) {
  return async (app: App) => {
    app.get(
      '/boxoffice/v1/events/:eventId/availability',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          response: { 200: Type.Object({ availability: AvailabilityOut }) },
        },
        config: { permission: 'READ_EVENTS' },
      },
      async (request, reply) => {
        const { identity, now } = request
        const eventId = request.params.eventId.toLowerCase()
        if (!isGuest(identity)) {
          const loaded = await loadEvent(sql, { siteId: identity.siteId, eventId }, now)
          if (!loaded) throw eventNotFound(eventId)
          checkVisible(identity, loaded.event)
          return { availability: availabilityOf(loaded, now) }
        }
        const known = await eventForGuest(memory, identity, eventId, now)
        if (!known) throw eventNotFound(eventId)
        checkVisible(identity, known.loaded.event)
        const make = () => ({ availability: availabilityOf(known.loaded, now) })
        return sendAnswer(request, reply, answerOf(known, { name: 'availability', now, reply }, make))
      },
    )
  }
}
