import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Guid } from '../wire/shapes.ts'
import { getNotificationConfig } from './store.ts'
import { upsertNotificationConfig } from './upsert.ts'
import { NotificationConfigIn, NotificationConfigOut, toWire } from './wire.ts'

/** Notifications V2 (spec/events.md section 11). */
export function notificationRoutes({ sql }: Deps) {
  return async (app: App) => {
    const params = Type.Object({ notificationConfigId: Guid })
    const response = { 200: Type.Object({ notificationConfig: NotificationConfigOut }) }

    app.get(
      '/events-notifications/v2/notification-configs/resolve/:notificationConfigId',
      { schema: { params, response }, config: { permission: 'READ_NOTIFICATION_CONFIG' } },
      async ({ params, identity }) => {
        const config = await getNotificationConfig(sql, identity.siteId, params.notificationConfigId.toLowerCase())
        return { notificationConfig: toWire(config) }
      },
    )

    app.post(
      '/events-notifications/v2/notification-configs/:notificationConfigId',
      {
        schema: { params, body: Type.Object({ notificationConfig: NotificationConfigIn }), response },
        config: { permission: 'UPDATE_NOTIFICATION_CONFIG' },
      },
      async ({ params, body, identity, now }) => {
        const { revision, ...notifications } = body.notificationConfig
        const wanted = {
          eventId: params.notificationConfigId.toLowerCase(),
          revision: revision ? Number(revision) : null,
          notifications,
        }
        const config = await inTransaction(sql, tx => upsertNotificationConfig(tx, wanted, identity, now))
        return { notificationConfig: toWire(config) }
      },
    )
  }
}
