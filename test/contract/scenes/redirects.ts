import { aSale, must, reserveTickets } from '../../support/sale.ts'
import { type Scenes, visitor } from '../stage.ts'

export const redirects: Scenes = {
  createRedirectSession: visitor(async stage => {
    const { eventId, definitionId } = await aSale(stage)
    const { slug } = (await must(stage.admin, 'GET', `/events/v3/events/${eventId}`)).body.event
    const { id } = (await reserveTickets(stage.caller, definitionId)).body.ticketReservation
    const page = 'http://127.0.0.1:8080'
    return [
      {
        eventsCheckout: { reservationId: id, eventSlug: slug },
        callbacks: { thankYouPageUrl: `${page}/thanks`, postFlowUrl: `${page}/back` },
        preferences: { additionalQueryParameters: { theme: 'dark' } },
      },
    ]
  }),
}
