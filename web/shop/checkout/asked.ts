import { ask } from '../../shared/api.ts'
import type { Amount } from '../../shared/money.ts'

/* What the checkout page asks of the API. */

export type Tax = { type: 'INCLUDED_IN_PRICE' | 'ADDED_AT_CHECKOUT'; name: string; rate: string; amount: Amount }
export type Invoice = {
  items: { id: string; name: string; quantity: number; price: Amount; total: Amount }[]
  discount?: {
    amount: Amount
    discounts: { coupon?: { name: string; code: string }; paidPlan?: { name: string }; amount: Amount }[]
  }
  subTotal: Amount
  tax?: Tax
  fees: { type: string; amount: Amount }[]
  grandTotal: Amount
}
export type Preview = {
  invoice: Invoice
  discountErrors: { error: { code: string }[] }
  expires: string
  reservationStatus: string
  reservationOccupied: boolean
}

export function previewInvoice(
  { reservationId, eventId }: Held,
  { coupon, benefits }: { coupon: string | null; benefits: boolean },
): Promise<Preview> {
  return ask(`/events/v1/checkout/invoices/${reservationId}`, {
    method: 'POST',
    body: {
      eventId,
      ...(coupon !== null && { withDiscount: { couponCode: coupon } }),
      // An empty one takes none of those that the reserved lines name.
      ...(!benefits && { paidPlanBenefit: {} }),
    },
  })
}

export type Held = { reservationId: string; eventId: string }
export type HeldLine = {
  ticketLineItemId: string
  ticketName: string
  quantity: number
  removedQuantity: number
  policy?: string
  ticketInfo: {
    pricingOptionName?: string
    seatInfo?: { sectionLabel: string; areaLabel?: string; tableLabel?: string; rowLabel?: string; seatLabel?: string }
  }
}

export async function readLines(reservationId: string): Promise<HeldLine[]> {
  const { ticketReservation } = await ask<{ ticketReservation: { tickets: HeldLine[] } }>(
    `/events/v1/ticket-reservations/${reservationId}`,
  )
  return ticketReservation.tickets
}

export async function giveBack(reservationId: string): Promise<void> {
  await ask(`/events/v1/ticket-reservations/${reservationId}/cancel`, { method: 'POST' })
}

/** An order and what it waits for. */
export type Made = { orderNumber: string; orderStatus: string; due: Amount; orderPageUrl: string }

/** The order that was made of a reservation. */
export function findMade(reservationId: string): Promise<Made> {
  return ask(`/boxoffice/v1/ticket-reservations/${reservationId}/order`)
}

export async function checkOut({ reservationId, eventId }: Held, answers: object): Promise<Made> {
  const { order, orderPageUrl } = await ask<{
    order: { orderNumber: string; status: string; totalPrice: Amount }
    orderPageUrl: string
  }>('/events/v1/checkout', { method: 'POST', body: { eventId, reservationId, ...answers } })
  return { orderNumber: order.orderNumber, orderStatus: order.status, due: order.totalPrice, orderPageUrl }
}

export async function payByGiftCard(made: Made, code: string): Promise<Made> {
  const path = `/boxoffice/v1/orders/${made.orderNumber}/gift-card-payments`
  return { ...made, ...(await ask<Pick<Made, 'orderStatus' | 'due'>>(path, { method: 'POST', body: { code } })) }
}

/** What the buyer chose, and where it is paid; absent where nothing is to be paid now. */
export function choosePayment({ orderNumber }: Made, method: string) {
  return ask<{ orderStatus: string; payment?: { payUrl?: string } }>(`/boxoffice/v1/orders/${orderNumber}/payment`, {
    method: 'POST',
    body: { method },
  })
}

export function lookUpGiftCard(code: string, currency: string) {
  return ask<{ lastFour: string; balance: Amount }>('/boxoffice/v1/gift-cards/look-up', {
    method: 'POST',
    body: { code, currency },
  })
}
