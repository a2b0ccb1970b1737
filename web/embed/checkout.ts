import { ApiError, ask } from '../shared/api.ts'
import type { ShownEvent } from './event.ts'
import type { Words } from './words.ts'

/** Holds the tickets, and gives the address at which they are bought. @throws ApiError */
export async function checkoutOf({ slug }: ShownEvent, tickets: readonly object[]): Promise<string> {
  const { ticketReservation } = await ask<{ ticketReservation: { id: string } }>('/events/v1/ticket-reservations', {
    method: 'POST',
    body: { ticketReservation: { tickets } },
  })
  const eventsCheckout = { reservationId: ticketReservation.id, eventSlug: slug }
  const here = location.href.split('#')[0] ?? ''
  const session = (more: object) =>
    ask<{ redirectSession: { fullUrl: string } }>('/headless/v1/redirect-session', {
      method: 'POST',
      body: { eventsCheckout, ...more },
    })
  // Where this page is none that the organizer has named (CALLBACK_HOSTS), the way ends at our own thank-you page.
  const { redirectSession } = await session({ callbacks: { thankYouPageUrl: here, postFlowUrl: here } }).catch(
    error => {
      if (error instanceof ApiError && error.status === 400) return session({})
      throw error
    },
  )
  return redirectSession.fullUrl
}

/** To the checkout, which no frame may show: the whole tab goes there, or where a frame may not say so, another one. */
export function leaveFor(url: string): void {
  try {
    ;(window.top ?? window).location.href = url
  } catch {
    window.open(url, '_blank', 'noopener')
  }
}

/** Why tickets could not be held, in words. */
export function refusalIn({ say }: Words, error: unknown): string {
  if (!(error instanceof ApiError)) return say('refusedOther')
  const { available } = error.data
  switch (error.code) {
    case 'TICKET_LIMIT_EXCEEDED':
      return typeof available === 'number' ? say('refusedLeft', { count: available }) : say('refusedGone')
    case 'TICKET_NOT_ON_SALE':
    case 'TICKET_DEFINITION_HIDDEN':
    case 'TICKET_DEFINITION_NOT_FOUND':
    case 'REGISTRATION_CLOSED':
      return say('refusedNotOnSale')
    case 'PERMISSION_DENIED':
      return say('refusedMembers')
    case 'NO_PAYMENT_METHOD_CONFIGURED':
      return say('refusedPayment')
  }
  if (error.status === 0) return say('refusedOffline')
  return error.status === 429 || error.status === 503 ? say('refusedBusy') : say('refusedOther')
}
