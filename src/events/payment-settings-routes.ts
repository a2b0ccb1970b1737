import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Guid, Instant, Maybe } from '../wire/shapes.ts'
import type { StoredEvent } from './model.ts'
import { setPaymentSettings } from './payment-settings.ts'
import { getEvent } from './store.ts'

const SETTINGS = { autoCapture: Type.Boolean(), offlinePayment: Type.Boolean() }
const Answer = Type.Object({ paymentSettings: Type.Object(SETTINGS) })
const Change = Type.Object({
  paymentSettings: Type.Object(Type.Partial(Type.Object(SETTINGS)).properties),
  ifUpdatedDate: Maybe(Instant),
})

/** An event's options that the contract speaks of but has no members for (spec/ticketing.md 9.1): of our own API. */
export function eventPaymentSettingsRoutes({ sql }: Deps) {
  return async (app: App) => {
    const path = '/boxoffice/v1/events/:eventId/payment-settings'
    const params = Type.Object({ eventId: Guid })
    const config = { permission: 'MANAGE_EVENTS' } as const

    app.get(path, { schema: { params, response: { 200: Answer } }, config }, async ({ params, identity }) =>
      toWire(await getEvent(sql, identity.siteId, params.eventId)),
    )

    app.patch(
      path,
      { schema: { params, body: Change, response: { 200: Answer } }, config },
      async ({ params: { eventId }, body: { paymentSettings, ifUpdatedDate }, identity, now }) => {
        const change = { eventId, seen: ifUpdatedDate ? new Date(ifUpdatedDate) : null, ...paymentSettings }
        return toWire(await inTransaction(sql, tx => setPaymentSettings(tx, change, identity, now)))
      },
    )
  }
}

function toWire({ autoCapture, offlinePayment }: StoredEvent) {
  return { paymentSettings: { autoCapture, offlinePayment } }
}
