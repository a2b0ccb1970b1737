import { ADA, must } from '../../support/sale.ts'
import { atTheDoor, organizer, type Scenes, type Stage, visitor } from '../stage.ts'
import { anOrder, aPaidOrder } from './orders.ts'

const FIELDSETS = ['GUEST_DETAILS', 'TICKET_DETAILS', 'GUEST_FORM']

export const tickets: Scenes = {
  listTickets: atTheDoor(async stage => {
    const { eventId } = await someTickets(stage)
    const facet = ['free', 'archived', 'checkedIn']
    return [{ eventId: [eventId], limit: 10, offset: 0, facet, fieldset: FIELDSETS, sort: 'ticketNumber:asc' }]
  }),
  getTicket: [
    organizer(async stage => {
      const { eventId, ticketNumber } = await someTickets(stage, { separately: true })
      return [ticketNumber[0], { eventId, fieldset: FIELDSETS }]
    }),
    visitor(async stage => {
      // Its own: nobody else's visitor may see it (R26).
      const { eventId, orderNumber } = await anOrder(stage)
      await must(stage.admin, 'POST', `/events/v1/events/${eventId}/orders/confirm`, { orderNumber: [orderNumber] })
      const [ticketNumber] = await ticketNumbersOf(stage, { eventId, orderNumber })
      return [ticketNumber, { eventId, fieldset: FIELDSETS }]
    }),
  ],
  updateTicket: organizer(async stage => {
    const { eventId, ticketNumber } = await someTickets(stage, { separately: true })
    return [ticketNumber[0], { eventId, fields: ['guestDetails'], guestDetails: { form: ADA } }]
  }),
  bulkUpdateTickets: organizer(async stage => {
    const { eventId, ticketNumber } = await someTickets(stage)
    return [{ eventId, ticketNumber, archived: true }]
  }),
  checkInTickets: atTheDoor(async stage => {
    const { eventId, ticketNumber } = await someTickets(stage)
    return [eventId, { ticketNumber }]
  }),
  deleteTicketCheckIns: atTheDoor(async stage => {
    const { eventId, ticketNumber } = await someTickets(stage)
    await must(stage.admin, 'POST', '/events/v1/tickets/check-in', { eventId, ticketNumber })
    return [eventId, { ticketNumber }]
  }),
}

export async function someTickets(stage: Stage, order: { separately?: boolean } = {}) {
  const { eventId, orderNumber } = await aPaidOrder(stage, order)
  return { eventId, orderNumber, ticketNumber: await ticketNumbersOf(stage, { eventId, orderNumber }) }
}

async function ticketNumbersOf(
  { admin }: Stage,
  { eventId, orderNumber }: { eventId: string; orderNumber: string },
): Promise<string[]> {
  const { body } = await must(admin, 'GET', `/events/v1/events/${eventId}/orders/${orderNumber}?fieldset=TICKETS`)
  return body.order.tickets.map((ticket: { ticketNumber: string }) => ticket.ticketNumber)
}
