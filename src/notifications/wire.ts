import { type Static, Type } from 'typebox'
import { present } from '../wire/plain-object.ts'
import { InstantOut, Maybe, OneOf, Text } from '../wire/shapes.ts'
import {
  EMAIL_TYPES,
  NOTIFICATION_NAMES,
  NOTIFICATIONS,
  type NotificationConfig,
  type NotificationName,
  REMINDER_TIMES,
} from './model.ts'

const LinkIn = Type.Object({ display: Maybe(Type.Boolean()), linkText: Maybe(Text(0, 60)) })
const SettingIn = Type.Object({
  notificationType: Maybe(OneOf(EMAIL_TYPES)), // read-only: whole configurations come back
  template: Maybe(
    Type.Object({
      subject: Maybe(Text(1, 100)),
      body: Maybe(Text(1, 1000)),
      descriptionLink: Maybe(LinkIn),
      calendarLink: Maybe(LinkIn),
      onlineConferencingLink: Maybe(LinkIn),
      includeTickets: Maybe(Type.Boolean()),
    }),
  ),
  reminderTime: Maybe(OneOf(REMINDER_TIMES)),
  sendingEnabled: Maybe(Type.Boolean()),
})

export const NotificationConfigIn = Type.Object({
  revision: Maybe(Type.String({ pattern: '^\\d{1,15}$' })),
  ...byName(() => Maybe(SettingIn)),
})

const LinkOut = Type.Object({ display: Type.Boolean(), linkText: Type.String() })
const SettingOut = Type.Object({
  notificationType: Type.String(),
  template: Type.Optional(
    Type.Object({
      subject: Type.String(),
      body: Type.String(),
      descriptionLink: LinkOut,
      calendarLink: LinkOut,
      onlineConferencingLink: LinkOut,
      includeTickets: Type.Boolean(),
    }),
  ),
  reminderTime: Type.String(),
  sendingEnabled: Type.Boolean(),
})

export const NotificationConfigOut = Type.Object({
  id: Type.String(),
  revision: Type.Optional(Type.String()),
  createdDate: Type.Optional(InstantOut),
  updatedDate: Type.Optional(InstantOut),
  ...byName(() => SettingOut),
})

/** The configuration; without revision and dates where nobody stored it (events 11.2). */
export function toWire({ eventId, notifications, stored }: NotificationConfig): Static<typeof NotificationConfigOut> {
  return {
    id: eventId,
    ...present({
      revision: stored && String(stored.revision),
      createdDate: stored?.createdAt ?? null,
      updatedDate: stored?.updatedAt ?? null,
    }),
    ...byName(name => {
      const { template, ...setting } = notifications[name]
      // An invoice has the switch alone (events 11.7).
      return { notificationType: NOTIFICATIONS[name], ...setting, ...(name !== 'invoice' && { template }) }
    }),
  }
}

function byName<T>(make: (name: NotificationName) => T): Record<NotificationName, T> {
  return Object.fromEntries(NOTIFICATION_NAMES.map(name => [name, make(name)])) as Record<NotificationName, T> // each
}
