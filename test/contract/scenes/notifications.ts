import { anOrder } from '../../support/orders.ts'
import { anRsvp, aParty } from '../../support/rsvps.ts'
import { aSale, FREE, must } from '../../support/sale.ts'
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
  triggerNotification: [
    organizer(async stage => {
      const { eventId, order } = await anOrder(stage, { definition: FREE })
      const orderGuest = { eventId, orderNumber: order.orderNumber }
      return [{ emailNotificationType: 'EMAIL_ORDER_CONFIRMATION', orderGuest }]
    }),
    organizer(async stage => {
      const { eventId, order } = await anOrder(stage, { definition: FREE })
      const ticketNumber = [order.tickets[0].ticketNumber]
      const ticketGuest = { eventId, orderNumber: order.orderNumber, ticketNumber }
      return [{ emailNotificationType: 'EMAIL_TICKET_CONFIRMATION', ticketGuest }]
    }),
    organizer(async stage => {
      const eventId = await aParty(stage)
      const rsvpGuest = { eventId, rsvpId: (await anRsvp(stage.admin, eventId)).id }
      return [{ emailNotificationType: 'EMAIL_RSVP_CONFIRMATION', rsvpGuest }]
    }),
    organizer(async stage => {
      const eventGuests = { eventId: (await aSale(stage)).eventId }
      return [{ emailNotificationType: 'EMAIL_UPCOMING_EVENT_REMINDER', eventGuests }]
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
