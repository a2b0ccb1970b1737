import { ask } from '../shared/api.ts'
import type { DefinitionAvailability, EventAvailability } from '../shared/live.ts'
import type { Amount } from '../shared/money.ts'

/** What an element needs of an event, as the API shows it. */
export type ShownEvent = {
  id: string
  title: string
  location?: { name?: string; locationTbd?: boolean }
  dateAndTimeSettings: {
    dateAndTimeTbd: boolean
    dateAndTimeTbdMessage?: string
    startDate?: string
    endDate?: string
    timeZoneId?: string
    hideEndDate?: boolean
  }
  slug: string
  status: string
  registration: {
    type: string
    status: string
    external?: { url: string }
    tickets?: { ticketLimitPerOrder: number; taxSettings?: { type: string } }
  }
  eventPageUrl?: { base: string; path: string }
}

export type Definition = {
  id: string
  name: string
  description?: string
  limitPerCheckout: number
  pricingMethod: {
    fixedPrice?: Amount
    guestPrice?: Amount
    pricingOptions?: { optionDetails: readonly { optionId: string; name: string; price: Amount }[] }
    free: boolean
  }
  feeType: string
  saleStatus: DefinitionAvailability['saleStatus']
  salePeriod?: { startDate?: string; endDate?: string }
}

/** @param idOrSlug as the page names it @throws ApiError */
export async function readEvent(idOrSlug: string): Promise<ShownEvent> {
  const which = GUID.test(idOrSlug) ? idOrSlug : `slug/${encodeURIComponent(idOrSlug)}`
  const { event } = await ask<{ event: ShownEvent }>(`/events/v3/events/${which}?fields=REGISTRATION&fields=URLS`)
  return event
}

/**
 * What guests are offered, in the organizer's order, which the numbers of what is left are in; both come from memory.
 * @throws ApiError
 */
export async function readDefinitions(eventId: string): Promise<readonly Definition[]> {
  const query = { filter: { eventId }, paging: { limit: 100 } }
  const [{ ticketDefinitions }, left] = await Promise.all([
    ask<{ ticketDefinitions: Definition[] }>('/events/v3/ticket-definitions/available/query', {
      method: 'POST',
      body: { query },
    }),
    ask<{ availability: EventAvailability }>(`/boxoffice/v1/events/${eventId}/availability`).catch(() => null),
  ])
  const order = left?.availability.ticketDefinitions.map(({ id }) => id) ?? []
  return ticketDefinitions.toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id))
}

export const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i
