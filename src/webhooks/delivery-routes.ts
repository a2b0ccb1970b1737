import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { invalid } from '../refusals.ts'
import { Guid, Instant, OneOf, PageOut, pageIn, Text } from '../wire/shapes.ts'
import { refuseUnreadable } from './change.ts'
import { getDelivery, listDeliveries } from './log-store.ts'
import { DELIVERY_STATES } from './model.ts'
import { giveUpDelivery, replayDelivery } from './replay.ts'
import { DeliveryOut, readEventTypes, toWireDelivery, toWireDeliveryInFull } from './wire.ts'

const PATH = '/boxoffice/v1/webhook-deliveries'
const OneDelivery = Type.Object({ delivery: DeliveryOut })
const params = Type.Object({ deliveryId: Guid })
const config = { permission: 'MANAGE_WEBHOOKS' } as const

/** What was sent to whom, and what was answered; and once more. Of our own API, for the organizer. */
export function webhookDeliveryRoutes({ sql }: Deps) {
  return async (app: App) => {
    app.get(
      PATH,
      {
        schema: {
          querystring: Type.Object({
            webhookId: Type.Optional(Guid),
            state: Type.Optional(OneOf(DELIVERY_STATES)),
            eventType: Type.Optional(Text(1, 100)),
            entityId: Type.Optional(Text(1, 100)),
            fromDate: Type.Optional(Instant),
            untilDate: Type.Optional(Instant),
            ...pageIn(100),
          }),
          response: {
            200: Type.Object({
              ...PageOut,
              deliveries: Type.Array(DeliveryOut),
            }),
          },
        },
        config,
      },
      async ({ query, identity }) => {
        const { webhookId, state, eventType, entityId, fromDate, untilDate, limit = 50, offset = 0 } = query
        if (eventType !== undefined && 'unknown' in readEventTypes([eventType]))
          throw invalid('eventType', 'is no event type', 'UNKNOWN')
        const filter = {
          subscriptionId: webhookId ?? null,
          states: state ? [state] : [],
          eventTypes: eventType === undefined ? [] : [eventType],
          entityId: entityId ?? null,
          from: fromDate === undefined ? null : new Date(fromDate),
          until: untilDate === undefined ? null : new Date(untilDate),
        }
        const { deliveries, total } = await listDeliveries(sql, identity.siteId, filter, { limit, offset })
        return { total, offset, limit, deliveries: deliveries.map(toWireDelivery) }
      },
    )

    app.get(
      `${PATH}/:deliveryId`,
      { schema: { params, response: { 200: OneDelivery } }, config },
      async ({ params, identity }) => {
        const delivery = await getDelivery(sql, identity.siteId, params.deliveryId)
        refuseUnreadable(identity, [delivery.eventType])
        return { delivery: toWireDeliveryInFull(delivery) }
      },
    )

    app.post(
      `${PATH}/:deliveryId/replay`,
      { schema: { params, response: { 200: OneDelivery } }, config },
      async ({ params, identity, now }) => {
        const delivery = await inTransaction(sql, tx => replayDelivery(tx, params.deliveryId, { identity, now }))
        return { delivery: toWireDelivery(delivery) }
      },
    )

    app.post(
      `${PATH}/:deliveryId/give-up`,
      { schema: { params, response: { 200: OneDelivery } }, config },
      async ({ params, identity, now }) => {
        const delivery = await inTransaction(sql, tx => giveUpDelivery(tx, params.deliveryId, { identity, now }))
        return { delivery: toWireDelivery(delivery) }
      },
    )
  }
}
