import type { Amount } from '../../shared/money.ts'
import { amountOf, minorOf } from '../../shared/money.ts'
import type { Door } from './door.ts'

/** What can be sold at the door: a definition, or one of its options. */
export type Offer = { key: string; name: string; price: Amount; ticketDefinitionId: string; pricingOptionId?: string }

type Definition = {
  id: string
  name: string
  free: boolean
  price?: Amount
  saleStatus?: string
  pricing?: {
    fixedPrice?: Amount
    pricingOptions?: { options: { id: string; name: string; price: Amount }[] }
  }
}

/** What is on sale now; prices that guests choose themselves are left to the desk. @throws ApiError */
export async function findOffers(door: Door, eventId: string): Promise<Offer[]> {
  const { definitions } = await door.ask<{ definitions: Definition[] }>(
    `/events/v1/checkout/available-tickets?eventId=${eventId}&limit=100&sort=orderIndex:asc`,
  )
  return definitions
    .filter(({ saleStatus }) => saleStatus === undefined || saleStatus === 'SALE_STARTED')
    .flatMap(offersOf)
}

function offersOf({ id, name, price, pricing }: Definition): Offer[] {
  const options = pricing?.pricingOptions?.options ?? []
  if (options.length > 0)
    return options.map(option => ({
      key: `${id} ${option.id}`,
      name: `${name} – ${option.name}`,
      price: option.price,
      ticketDefinitionId: id,
      pricingOptionId: option.id,
    }))
  const fixed = pricing ? pricing.fixedPrice : price
  return fixed ? [{ key: id, name, price: fixed, ticketDefinitionId: id }] : []
}

/** null: nothing is chosen. */
export function totalOf(offers: readonly Offer[], quantities: ReadonlyMap<string, number>): Amount | null {
  const [first] = offers
  if (!first) return null
  const { currency } = first.price
  const minor = offers.reduce((sum, { key, price }) => sum + minorOf(price) * (quantities.get(key) ?? 0), 0)
  return amountOf(minor, currency)
}

export type Held = { reservationId: string }

/** Holds the tickets, so that nobody else gets them while money changes hands. @throws ApiError */
export async function hold(
  door: Door,
  offers: readonly Offer[],
  quantities: ReadonlyMap<string, number>,
): Promise<Held> {
  const tickets = offers.flatMap(({ key, ticketDefinitionId, pricingOptionId }) => {
    const quantity = quantities.get(key) ?? 0
    return quantity === 0
      ? []
      : [{ ticketDefinitionId, quantity, ...(pricingOptionId !== undefined && { ticketInfo: { pricingOptionId } }) }]
  })
  const { ticketReservation } = await door.ask<{ ticketReservation: { id: string } }>(
    '/events/v1/ticket-reservations',
    {
      ticketReservation: { tickets },
    },
  )
  return { reservationId: ticketReservation.id }
}

/** @throws ApiError */
export async function giveBack(door: Door, { reservationId }: Held): Promise<void> {
  await door.ask(`/events/v1/ticket-reservations/${reservationId}/cancel`, {})
}

type OrderAnswer = { order: { tickets?: { ticketNumber: string }[] } }

/**
 * Sells what is held to whoever stands at the door; nothing is taken where it is free.
 * @returns the tickets' numbers
 * @throws ApiError
 */
export async function sell(
  door: Door,
  { eventId, reservationId, method, amount }: Held & { eventId: string; method: 'cash' | 'card'; amount: Amount },
): Promise<string[]> {
  const taken =
    minorOf(amount) === 0
      ? null
      : await door.ask<{ posPayment: { id: string } }>('/boxoffice/v1/pos-payments', { reservationId, method, amount })
  const { order } = await door.ask<OrderAnswer>('/events/v1/pos-checkout', {
    eventId,
    reservationId,
    ...(taken && { paymentDetailsId: taken.posPayment.id }),
  })
  return (order.tickets ?? []).map(({ ticketNumber }) => ticketNumber)
}

export type NewGuest = { firstName: string; lastName: string; email: string }

/** A guest of the organizer's, with a ticket that nobody pays at the door. @returns its number. @throws ApiError */
export async function addGuest(
  door: Door,
  { eventId, reservationId, guest }: Held & { eventId: string; guest: NewGuest },
): Promise<string[]> {
  const inputValues = Object.entries(guest).map(([inputName, value]) => ({ inputName, value }))
  const { order } = await door.ask<OrderAnswer>('/events/v1/checkout', {
    eventId,
    reservationId,
    buyer: guest,
    guests: [{ form: { inputValues } }],
    options: { markAsPaid: true, ignoreFormValidation: true },
  })
  return (order.tickets ?? []).map(({ ticketNumber }) => ticketNumber)
}

/** A guest of an event without tickets. @returns its number. @throws ApiError */
export async function addRsvp(door: Door, eventId: string, guest: NewGuest): Promise<string[]> {
  const { rsvp } = await door.ask<{ rsvp: { id?: string; _id?: string } }>('/events/v2/rsvps', {
    rsvp: { eventId, ...guest, status: 'YES' },
  })
  const id = rsvp.id ?? rsvp._id
  return id === undefined ? [] : [`${id}:1`]
}
