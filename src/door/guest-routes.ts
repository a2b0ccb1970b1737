import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { Refusal } from '../refusals.ts'
import { createRsvp, type NewRsvp } from '../rsvps/create.ts'
import { ADDITIONAL_GUESTS_MAX } from '../rsvps/model.ts'
import { Name } from '../rsvps/wire.ts'
import { Email, Guid, Maybe } from '../wire/shapes.ts'
import { boundedByDevice } from './bounds.ts'
import { listRsvpEntries } from './entries.ts'
import { tellEntries } from './told.ts'
import { EntryOut } from './wire.ts'

/** Somebody more at the door of an event with RSVPs, who did not answer before (docs/door.md). */
export function doorGuestRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.post(
      '/boxoffice/v1/door/events/:eventId/guests',
      {
        schema: {
          params: Type.Object({ eventId: Guid }),
          body: Type.Object({
            firstName: Name,
            lastName: Name,
            email: Email,
            additionalGuests: Maybe(Type.Integer({ minimum: 0, maximum: ADDITIONAL_GUESTS_MAX })),
            /** A person at the door takes them beyond the guest limit. */
            anyway: Maybe(Type.Boolean()),
          }),
          response: { 200: Type.Object({ entries: Type.Array(EntryOut) }) },
        },
        config: { ...boundedByDevice(120), permission: 'ADD_GUESTS' },
      },
      async ({ params, body, identity, now }) => {
        const { firstName, lastName, email } = body
        const eventId = params.eventId.toLowerCase()
        const event = await getEvent(sql, identity.siteId, eventId)
        const wanted: NewRsvp = {
          eventId,
          status: 'YES',
          firstName,
          lastName,
          email,
          answers: [],
          additionalGuests: body.additionalGuests ?? 0,
          guestNames: [],
          memberId: null,
          disableNotifications: true,
          marketingConsent: false,
          language: null,
          extendedFields: null,
          // Whether answers are still taken, and what else the form asks, is for those who answer by themselves.
          options: {
            ignoreLimits: body.anyway ?? false,
            ignoreFormValidation: true,
            ignoreResponseStatus: true,
            ignoreAdditionalGuestNames: true,
          },
        }
        const { rsvpId } = await inTransaction(sql, async tx => {
          const { rsvp } = await createRsvp(tx, wanted, { identity, now })
          // Nobody waits at the door.
          if (rsvp.status !== 'YES') throw new Refusal('RSVP_LIMIT_EXCEEDED', 'There is no room for so many guests.')
          return rsvp
        })
        return { entries: await tellEntries(sql, event, await listRsvpEntries(sql, event, [rsvpId])) }
      },
    )
  }
}
