import { aSale, must } from '../../support/sale.ts'
import { organizer, type Scenes, type Stage } from '../stage.ts'

export const notifications: Scenes = {
  resolveNotificationConfig: [
    organizer(async stage => [(await aSale(stage)).eventId]),
    organizer(async stage => [(await aStoredConfig(stage)).id]),
  ],
  upsertNotificationConfig: [
    organizer(async stage => [(await aSale(stage)).eventId, MINE]),
    organizer(async stage => {
      const { id, revision } = await aStoredConfig(stage)
      return [id, { ...MINE, revision }]
    }),
  ],
}

const MINE = {
  orderConfirmation: {
    template: {
      subject: 'You are in',
      body: 'See you there.\n\nBring this.',
      descriptionLink: { display: true, linkText: 'The programme' },
      calendarLink: { display: false, linkText: 'Note it down' },
      onlineConferencingLink: { display: false, linkText: 'Watch' },
      includeTickets: true,
    },
    sendingEnabled: false,
  },
  upcomingEventReminder: { reminderTime: 'BEFORE_3_DAYS' },
  invoice: { sendingEnabled: false },
}

async function aStoredConfig(stage: Stage): Promise<{ id: string; revision: string }> {
  const { eventId } = await aSale(stage)
  const path = `/events-notifications/v2/notification-configs/${eventId}`
  return (await must(stage.admin, 'POST', path, { notificationConfig: MINE })).body.notificationConfig
}
