import { Type } from 'typebox'
import type { Db } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { Refusal } from '../refusals.ts'
import { Revision } from '../wire/revision.ts'
import { FieldSet, Guid, Maybe } from '../wire/shapes.ts'
import { FIELDSETS, type Fieldset, SettingsOut, showSettings } from './show.ts'
import { updateSettings } from './update.ts'

const Fields = FieldSet(FIELDSETS)
const Answer = Type.Object({ eventsSettings: SettingsOut })

/** Events settings (events section 10): one object per site, whose id is the site's. */
export function eventsSettingsRoutes({ sql, serviceFeePercent }: Deps) {
  return async (app: App) => {
    app.get(
      '/v1/events-settings',
      {
        schema: { querystring: Type.Object({ fields: Fields }), response: { 200: Answer } },
        config: { permission: 'READ_EVENTS_SETTINGS' },
      },
      async ({ query, identity, now }) => ({ eventsSettings: await show(sql, identity.siteId, query.fields, now) }),
    )

    app.patch(
      '/v1/events-settings/:eventsSettingsId',
      {
        schema: {
          params: Type.Object({ eventsSettingsId: Guid }),
          body: Type.Object({
            eventsSettings: Type.Object({
              revision: Revision,
              paymentSettings: Maybe(
                Type.Object({
                  delayedPaymentCaptureSettings: Maybe(Type.Object({ enabled: Maybe(Type.Boolean()) })),
                }),
              ),
            }),
            fields: Fields,
          }),
          response: { 200: Answer },
        },
        config: { permission: 'UPDATE_EVENTS_SETTINGS' },
      },
      async ({ params, body, identity, now }) => {
        const { siteId } = identity
        if (params.eventsSettingsId.toLowerCase() !== siteId)
          throw new Refusal('NOT_FOUND', 'There are no such settings.', { eventsSettingsId: params.eventsSettingsId })
        const { revision, paymentSettings } = body.eventsSettings
        const delayedCapture = paymentSettings?.delayedPaymentCaptureSettings?.enabled ?? null
        return inTransaction(sql, async tx => {
          await updateSettings(tx, { revision, delayedCapture }, { identity, now })
          return { eventsSettings: await show(tx, siteId, body.fields, now) }
        })
      },
    )

    function show(db: Db, siteId: string, fields: readonly Fieldset[] | null | undefined, now: Date) {
      return showSettings(db, siteId, { fields: fields ?? [], serviceFeePercent, now })
    }
  }
}
