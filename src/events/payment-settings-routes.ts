import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Guid } from '../wire/shapes.ts'
import { setAutoCapture } from './payment-settings.ts'
import { getEvent } from './store.ts'

const PaymentSettings = Type.Object({ autoCapture: Type.Boolean() })
const Answer = Type.Object({ paymentSettings: PaymentSettings })

/** An event's option that the contract speaks of but has no member for (spec/ticketing.md 9.1): of our own API. */
export function eventPaymentSettingsRoutes({ sql }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/events/:eventId/payment-settings'
    const params = Type.Object({ eventId: Guid })
    const config = { permission: 'MANAGE_EVENTS' } as const

    app.get(path, { schema: { params, response: { 200: Answer } }, config }, async ({ params, identity }) => {
      const { autoCapture } = await getEvent(sql, identity.siteId, params.eventId)
      return { paymentSettings: { autoCapture } }
    })

    app.patch(
      path,
      { schema: { params, body: Answer, response: { 200: Answer } }, config },
      async ({ params: { eventId }, body, identity, now }) => {
        const wanted = { eventId, autoCapture: body.paymentSettings.autoCapture }
        const { autoCapture } = await inTransaction(sql, tx => setAutoCapture(tx, wanted, identity, now))
        return { paymentSettings: { autoCapture } }
      },
    )
  }
}
