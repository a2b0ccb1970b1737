import type { Tx } from '../db/connect.ts'
import type { Payment } from '../payments/model.ts'
import { listPaymentsOf } from '../payments/store.ts'
import { Refusal } from '../refusals.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import type { Order } from './model.ts'
import { lockOrderAndHold } from './store.ts'

/** An order with its reservation (null: deleted) and its payments, oldest first. */
export type Sold = { order: Order; reservation: TicketReservation | null; payments: Payment[] }

/**
 * Locks reservation and order, in this order, and reads the payments as they are then.
 * @throws Refusal ORDER_NOT_FOUND; UNAVAILABLE when the order got another reservation meanwhile
 */
export async function lockSold(tx: Tx, siteId: string, orderNumber: string): Promise<Sold> {
  const { order, reservation } = await lockOrderAndHold(tx, siteId, orderNumber)
  if (!order) throw orderNotFound(orderNumber)
  return { order, reservation, payments: await listPaymentsOf(tx, siteId, [orderNumber]) }
}

export function orderNotFound(orderNumber: string): Refusal {
  return new Refusal('ORDER_NOT_FOUND', 'There is no such order.', { orderNumber })
}
