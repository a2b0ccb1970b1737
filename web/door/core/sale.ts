import { type Basket, pricesOf, type Sellable } from '../../shared/basket.ts'
import { type Ask, giveBack, hold } from '../../shared/counter.ts'
import type { Door } from './door.ts'
import type { Entry } from './wire.ts'

/** Asks as whoever works at this door. */
export function askOf(door: Door): Ask {
  return (path, body) => door.ask(path, body)
}

/** What is on sale now, with the places that are free. @throws ApiError */
export async function findSellables(door: Door, eventId: string): Promise<Sellable[]> {
  const { ticketDefinitions } = await door.ask<{ ticketDefinitions: Sellable[] }>(
    '/events/v3/ticket-definitions/available/query',
    {
      query: { filter: { eventId }, sort: [{ fieldName: 'sortIndex', order: 'ASC' }], paging: { limit: 100 } },
      fields: ['SALES_DETAILS', 'SEATING_DETAILS'],
    },
  )
  return ticketDefinitions.filter(({ saleStatus }) => saleStatus === 'SALE_STARTED')
}

type OrderAnswer = { order: { tickets?: { ticketNumber: string }[] } }

export type NewGuest = { firstName: string; lastName: string; email: string }
/** What an invited guest gets: one of a definition's prices, and a place where there are places. */
export type Gift = { definition: Sellable; optionId: string | null; placeId: string | null }

/** A guest of the organizer's, with a ticket that nobody pays at the door. @returns its number. @throws ApiError */
export async function addGuest(
  door: Door,
  { eventId, guest, gift }: { eventId: string; guest: NewGuest; gift: Gift },
): Promise<string[]> {
  const { definition, optionId, placeId } = gift
  const basket: Basket = [{ definitionId: definition.id, optionId, placeId, quantity: 1 }]
  const minimum = definition.pricingMethod.guestPrice
  const prices = minimum ? { [definition.id]: minimum.value } : {}
  const currency = minimum?.currency ?? pricesOf(definition)[0]?.price?.currency ?? ''
  const ask = askOf(door)
  const reservationId = await hold(ask, { basket, prices, definitions: [definition], currency })
  const inputValues = Object.entries(guest).map(([inputName, value]) => ({ inputName, value }))
  try {
    const { order } = await ask<OrderAnswer>('/events/v1/checkout', {
      eventId,
      reservationId,
      buyer: guest,
      guests: [{ form: { inputValues } }],
      options: { markAsPaid: true, ignoreFormValidation: true },
    })
    return (order.tickets ?? []).map(({ ticketNumber }) => ticketNumber)
  } catch (error) {
    await giveBack(ask, reservationId)
    throw error
  }
}

/** A guest of an event without tickets. @returns its number. @throws ApiError */
export async function addRsvp(door: Door, eventId: string, guest: NewGuest): Promise<string[]> {
  const path = `/boxoffice/v1/door/events/${eventId}/guests`
  const { entries } = await door.ask<{ entries: Entry[] }>(path, guest)
  return entries.map(({ number }) => number)
}
