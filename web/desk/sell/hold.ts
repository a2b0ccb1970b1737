import { ApiError } from '../../shared/api.ts'
import type { Amount } from '../../shared/money.ts'
import { askFor } from '../api.ts'
import { type Basket, type Prices, type Sellable, ticketsOf } from './basket.ts'

export type Wanted = { basket: Basket; prices: Prices; definitions: readonly Sellable[]; currency: string }
export type Sold = {
  orderNumber: string
  status: string
  ticketsQuantity: number
  totalPrice: { amount: string; currency: string }
  ticketsPdf?: string
}

/** Holds what was picked, also what guests cannot get by themselves (R28). @throws ApiError */
export async function hold(siteId: string, { basket, prices, definitions, currency }: Wanted): Promise<string> {
  const { ticketReservation } = await askFor<{ ticketReservation: { id: string } }>(
    siteId,
    '/events/v1/ticket-reservations',
    {
      method: 'POST',
      body: {
        ticketReservation: {
          tickets: ticketsOf(basket, definitions, prices, currency),
          // The limit of tickets holds here, too: nobody is sold one that there is not.
          additionalReservationSettings: { enableHiddenTicketReservation: true },
        },
      },
    },
  )
  return ticketReservation.id
}

/** Gives back what is held; that it is held no more already is as good. */
export async function giveBack(siteId: string, reservationId: string): Promise<void> {
  await askFor(siteId, `/events/v1/ticket-reservations/${reservationId}/cancel`, { method: 'POST', body: {} }).catch(
    () => {},
  )
}

/** Writes down that this was taken for a hold; null: nothing is due. @throws ApiError */
export async function take(
  siteId: string,
  { reservationId, method }: { reservationId: string; method: 'cash' | 'card' },
): Promise<{ id: string; due: Amount } | null> {
  try {
    const { posPayment } = await askFor<{ posPayment: { id: string; amount: { amount: string; currency: string } } }>(
      siteId,
      '/boxoffice/v1/pos-payments',
      { method: 'POST', body: { reservationId, method } },
    )
    return { id: posPayment.id, due: { value: posPayment.amount.amount, currency: posPayment.amount.currency } }
  } catch (error) {
    if (error instanceof ApiError && error.data.reason === 'NOTHING_DUE') return null
    throw error
  }
}
