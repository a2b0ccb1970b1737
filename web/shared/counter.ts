import { ApiError } from './api.ts'
import { type Basket, type Prices, type Sellable, ticketsOf } from './basket.ts'
import type { Amount } from './money.ts'

/* Selling to whoever stands there, at a counter or at a door: hold, take, sell. */

/** Asks as whoever sells. @throws ApiError */
export type Ask = <Answer>(path: string, body: unknown) => Promise<Answer>

export type Wanted = { basket: Basket; prices: Prices; definitions: readonly Sellable[]; currency: string }
export type Sold = {
  orderNumber: string
  status: string
  ticketsQuantity: number
  totalPrice: { amount: string; currency: string }
  ticketsPdf?: string
  tickets?: { ticketNumber: string }[]
}
export type Method = 'cash' | 'card'

/**
 * Holds what was picked. @throws ApiError
 * @param settings of the reservation, beside the tickets: what guests cannot get by themselves (R28)
 */
export async function hold(
  ask: Ask,
  { basket, prices, definitions, currency }: Wanted,
  settings = {},
): Promise<string> {
  const tickets = ticketsOf(basket, definitions, prices, currency)
  const { ticketReservation } = await ask<{ ticketReservation: { id: string } }>('/events/v1/ticket-reservations', {
    ticketReservation: { tickets, ...settings },
  })
  return ticketReservation.id
}

/** Gives back what is held; that it is held no more already is as good, and what is not reached runs out by itself. */
export async function giveBack(ask: Ask, reservationId: string): Promise<void> {
  await ask(`/events/v1/ticket-reservations/${reservationId}/cancel`, {}).catch(() => {})
}

export type Held = {
  reservationId: string
  /** With taxes that are added; null: nothing. */
  due: Amount | null
}

/** Holds what was picked, and says what is due for it. @throws ApiError, and then nothing is held */
export async function holdAndPrice(ask: Ask, wanted: Wanted, settings = {}): Promise<Held> {
  const reservationId = await hold(ask, wanted, settings)
  try {
    // What is due is known as soon as it is written down; another word replaces it.
    const taken = await take(ask, { reservationId, method: 'cash' })
    return { reservationId, due: taken?.due ?? null }
  } catch (error) {
    await giveBack(ask, reservationId)
    throw error
  }
}

/** Writes down that all that is due was taken for a hold; null: nothing is due. @throws ApiError */
async function take(
  ask: Ask,
  { reservationId, method }: { reservationId: string; method: Method },
): Promise<{ id: string; due: Amount } | null> {
  try {
    const { posPayment } = await ask<{ posPayment: { id: string; amount: { amount: string; currency: string } } }>(
      '/boxoffice/v1/pos-payments',
      { reservationId, method },
    )
    return { id: posPayment.id, due: { value: posPayment.amount.amount, currency: posPayment.amount.currency } }
  } catch (error) {
    if (error instanceof ApiError && error.data.reason === 'NOTHING_DUE') return null
    throw error
  }
}

/** Sells what is held. @param method null: nothing is due. @throws ApiError */
export async function sell(
  ask: Ask,
  { eventId, reservationId, method }: { eventId: string; reservationId: string; method: Method | null },
): Promise<Sold> {
  const taken = method && (await take(ask, { reservationId, method }))
  const { order } = await ask<{ order: Sold }>('/events/v1/pos-checkout', {
    eventId,
    reservationId,
    ...(taken && { paymentDetailsId: taken.id }),
  })
  return order
}
