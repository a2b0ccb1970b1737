import { must } from '../../support/sale.ts'
import { atTheDoor, type Scenes } from '../stage.ts'
import { aReply } from './rsvp-v2.ts'
import { someTickets } from './tickets.ts'

export const guests: Scenes = {
  queryGuests: [
    atTheDoor(async stage => {
      // One event has those who answered, the other a buyer and two who hold tickets, one of them inside.
      const rsvp = await aReply(stage)
      await must(stage.admin, 'POST', `/events/v2/rsvps/${rsvp.id}/check-in`, { guestIds: [2] })
      const { eventId, ticketNumber } = await someTickets(stage, { separately: true })
      await must(stage.admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber: [ticketNumber[0]] })
      return [
        {
          filter: { eventId: { $in: [rsvp.eventId, eventId] } },
          sort: [{ fieldName: '_createdDate', order: 'DESC' }],
          cursorPaging: { limit: 10 },
        },
        { fields: ['GUEST_DETAILS', 'GUEST_TOTAL'] },
      ]
    }),
  ],
}
