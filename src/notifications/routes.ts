import { type Static, Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { InvalidRequest, invalid, violation } from '../refusals.ts'
import { Guid, Maybe, Nothing, OneOf, Text } from '../wire/shapes.ts'
import { EMAIL_TYPES, FITTING_TARGETS, PUSH_TYPES, TARGETS } from './model.ts'
import { getNotificationConfig } from './store.ts'
import { type Target, triggerNotification } from './trigger.ts'
import { upsertNotificationConfig } from './upsert.ts'
import { NotificationConfigIn, NotificationConfigOut, toWire } from './wire.ts'

const Trigger = Type.Object({
  emailNotificationType: Maybe(OneOf(EMAIL_TYPES)),
  pushNotificationType: Maybe(OneOf(PUSH_TYPES)),
  rsvpGuest: Maybe(Type.Object({ eventId: Guid, rsvpId: Guid })),
  orderGuest: Maybe(Type.Object({ eventId: Guid, orderNumber: Text(1, 36) })),
  eventGuests: Maybe(Type.Object({ eventId: Guid })),
  ticketGuest: Maybe(
    Type.Object({
      eventId: Guid,
      orderNumber: Maybe(Text(1, 36)),
      ticketNumber: Type.Array(Text(1, 100), { minItems: 1, maxItems: 100 }),
    }),
  ),
})

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

    app.post(
      '/events/v2/notifications/trigger',
      { schema: { body: Trigger, response: { 200: Nothing } }, config: { permission: 'MANAGE' } },
      async ({ body, identity, now }) => {
        const wanted = { type: typeOf(body), target: targetOf(body) }
        await inTransaction(sql, tx => triggerNotification(tx, wanted, identity, now))
        return {}
      },
    )
  }
}

/** null: a push notification, of which there is one kind of answer. */
function typeOf(body: Static<typeof Trigger>) {
  onlyOneOf(body, ['emailNotificationType', 'pushNotificationType'])
  return body.emailNotificationType ?? null
}

/** @throws InvalidRequest unless there is one, and it is told such things (events 11.10, 11.12) */
function targetOf(body: Static<typeof Trigger>): Target {
  onlyOneOf(body, TARGETS)
  const { emailNotificationType: type, rsvpGuest, orderGuest, eventGuests, ticketGuest } = body
  const kind = TARGETS.find(name => body[name])
  if (type && kind && !FITTING_TARGETS[type].includes(kind))
    throw invalid(kind, `is not told by ${type}`, 'NOT_THIS_WAY')
  const eventId = (rsvpGuest ?? orderGuest ?? eventGuests ?? ticketGuest)?.eventId.toLowerCase() ?? ''
  if (rsvpGuest) return { kind: 'rsvpGuest', eventId, rsvpId: rsvpGuest.rsvpId.toLowerCase() }
  if (orderGuest) return { kind: 'orderGuest', eventId, orderNumber: orderGuest.orderNumber }
  if (eventGuests) return { kind: 'eventGuests', eventId }
  const ticketNumbers = [...new Set(ticketGuest?.ticketNumber)]
  return { kind: 'ticketGuest', eventId, orderNumber: ticketGuest?.orderNumber || null, ticketNumbers }
}

function onlyOneOf<Name extends string>(body: { [Each in Name]?: unknown }, names: readonly Name[]): void {
  const given = names.filter(name => body[name] !== undefined && body[name] !== null)
  if (given.length === 1) return
  const description = `give exactly one of ${names.join(', ')}`
  const wrong = given.length === 0 ? names : given
  throw new InvalidRequest(wrong.map(field => violation(field, description, 'REQUIRED_ONE_OF_FIELD')))
}
