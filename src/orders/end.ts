import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { openCase } from '../payments/case-store.ts'
import { givenBack, isKept, isOpen, letGo } from '../payments/model.ts'
import { listPaymentsOf, writePayments } from '../payments/store.ts'
import { transition } from '../ticket-reservations/store.ts'
import { cancelTicketsOfOrder } from '../tickets/store.ts'
import { hasEnded, isAwaited, type Order } from './model.ts'
import type { Sold } from './sold.ts'
import { changeOrder, lockOrders } from './store.ts'

/**
 * Cancels the order of a reservation that has ended: its tickets admit nobody any more (R135, R208). Money that was
 * captured for tickets goes on the reconciliation list: whether it is given back is the organizer's to decide (law 6).
 * Where there were no tickets yet it goes back by itself, and what was authorized is let go. The reservation must be
 * locked. An order that has ended already stays as it is.
 */
export async function endOrderOf(
  tx: Tx,
  { siteId, orderNumber, actor, now }: { siteId: string; orderNumber: string; actor: Activity['actor']; now: Date },
): Promise<void> {
  const [order] = await lockOrders(tx, siteId, [orderNumber])
  if (!order || hasEnded(order)) return
  const ended = await changeOrder(tx, order, { status: 'CANCELED', canceledAt: now }, now)
  const tickets = await cancelTicketsOfOrder(tx, { siteId, orderNumber, now })
  await record(tx, [
    orderActivity(ended, 'canceled', { actor, now, data: { was: order.status } }),
    ...tickets.map(ticket => ticketCanceled({ siteId, ...ticket }, { actor, now })),
  ])
  const payments = await listPaymentsOf(tx, siteId, [orderNumber])
  if (order.confirmedAt === null) return giveBackAll(tx, { order, payments }, now)
  const open = payments.filter(isOpen).map(payment => letGo(payment, now))
  await writePayments(tx, siteId, open)
  for (const { paymentId } of payments.filter(isKept))
    await openCase(tx, { siteId, paymentId, reason: 'ORDER_CANCELED' }, now)
}

export function ticketCanceled(
  { siteId, ticketNumber, revision }: { siteId: string; ticketNumber: string; revision: number },
  { actor, now }: By,
): Activity {
  const named = { siteId, entityKind: 'ticket', entityId: ticketNumber, sequence: revision } as const
  return { ...named, kind: 'ticket.canceled', actor, occurredAt: now }
}

/** R169: the money will not come, so the order is DECLINED, its tickets return, and so does what a card has paid. */
export async function giveUp(tx: Tx, sold: Sold, { actor, now }: By): Promise<Order> {
  const { order, reservation } = sold
  if (!isAwaited(order)) return order
  if (reservation) {
    const { siteId, ticketReservationId } = reservation
    const named = [{ ticketReservationId, actor }]
    await transition(tx, { siteId, named, from: ['PENDING'], to: 'CANCELED', now })
  }
  const declined = await changeOrder(tx, order, { status: 'DECLINED' }, now)
  await record(tx, [orderActivity(declined, 'declined', { actor, now })])
  await giveBackAll(tx, sold, now)
  return declined
}

/** Section 9.1: an AUTHORIZED order without its money: its tickets return, and what was authorized is let go. */
export async function voidOrder(tx: Tx, sold: Sold, { actor, now }: By): Promise<Order> {
  const { siteId, ticketReservationId } = sold.order
  const named = [{ ticketReservationId, actor }]
  await transition(tx, { siteId, named, from: ['CONFIRMED'], to: 'CANCELED', now })
  const voided = await changeOrder(tx, sold.order, { status: 'VOIDED' }, now)
  await record(tx, [orderActivity(voided, 'voided', { actor, now })])
  await giveBackAll(tx, sold, now)
  return voided
}

type By = { actor: Activity['actor']; now: Date }

/** Asks for everything to go back that the payments of an order have brought or promised. */
export async function giveBackAll(
  tx: Tx,
  { order, payments }: Pick<Sold, 'order' | 'payments'>,
  now: Date,
): Promise<void> {
  await writePayments(
    tx,
    order.siteId,
    payments.flatMap(payment => givenBack(payment, now) ?? []),
  )
}

export type OrderFact =
  | 'initiated'
  | 'confirmed'
  | 'paid'
  | 'partially_paid'
  | 'pending'
  | 'authorized'
  | 'capture_asked'
  | 'refund_asked'
  | 'updated'
  | 'canceled'
  | 'declined'
  | 'voided'
  | 'anonymized'

/** The activity that made `order` what it is now. */
export function orderActivity(
  order: Pick<Order, 'siteId' | 'orderNumber' | 'revision' | 'status' | 'eventId'>,
  what: OrderFact,
  { actor, now, data }: { actor: Activity['actor']; now: Date; data?: Record<string, unknown> },
): Activity {
  return {
    siteId: order.siteId,
    entityKind: 'order',
    entityId: order.orderNumber,
    sequence: order.revision,
    kind: `order.${what}`,
    data: { eventId: order.eventId, status: order.status, ...data },
    actor,
    occurredAt: now,
  }
}
