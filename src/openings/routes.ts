import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import { getEvent } from '../events/store.ts'
import type { App, Deps } from '../http/app.ts'
import { refuseOtherEvents } from '../identities/identity.ts'
import { getSite } from '../sites/store.ts'
import { languageOf } from '../texts/language.ts'
import { Email, Guid, Nothing, OneOf } from '../wire/shapes.ts'
import { askForAlerts } from './ask.ts'
import { ALERT_KINDS } from './model.ts'
import { countWaiting } from './store.ts'

/** What guests want to be told of tickets that they cannot buy yet, or no more: of our own API. */
export function openingRoutes({ sql, keys, publicUrl }: Deps) {
  return async (app: App) => {
    app.post(
      '/boxoffice/v1/sale-openings',
      {
        schema: {
          body: Type.Object({
            ticketDefinitionId: Guid,
            email: Email,
            wants: Type.Array(OneOf(ALERT_KINDS), { minItems: 1, maxItems: 2 }),
          }),
          response: { 200: Nothing },
        },
        config: {
          permission: 'READ_AVAILABLE_TICKET_DEFINITIONS',
          rateLimit: { max: 30, timeWindow: '1 minute' },
        },
      },
      async request => {
        const { body, identity, now } = request
        const { ticketDefinitionId, email, wants } = body
        const locale = languageOf(request, await getSite(sql, identity.siteId))
        const asked = {
          ticketDefinitionId: ticketDefinitionId.toLowerCase(),
          email,
          kinds: [...new Set(wants)],
          locale,
        }
        await inTransaction(sql, tx => askForAlerts(tx, asked, { identity, now, links: { keys, publicUrl } }))
        return {}
      },
    )

    app.get(
      '/boxoffice/v1/sale-openings',
      {
        schema: {
          querystring: Type.Object({ eventId: Guid }),
          response: {
            200: Type.Object({
              saleOpenings: Type.Array(
                Type.Object({ ticketDefinitionId: Type.String(), opening: Type.Integer(), return: Type.Integer() }),
              ),
            }),
          },
        },
        config: { permission: 'READ_EVENT_DASHBOARD' },
      },
      async ({ query, identity }) => {
        const eventId = query.eventId.toLowerCase()
        await getEvent(sql, identity.siteId, eventId)
        refuseOtherEvents(identity, eventId)
        return { saleOpenings: await countWaiting(sql, identity.siteId, eventId) }
      },
    )
  }
}
