import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { listPaymentsOf, openCase } from '../payments/store.ts'
import { cancelTicketsOfOrder } from '../tickets/store.ts'
import type { Order } from './model.ts'
import { changeOrder, lockOrders } from './store.ts'

/**
 * Cancels the order of a reservation that has ended: its tickets admit nobody any more (R135, R208). Money that was
 * captured for it goes on the reconciliation list: whether it is given back is the organizer's to decide (law 6).
 * The reservation must be locked. An order that has ended already stays as it is.
 */
export async function endOrderOf(
  tx: Tx,
  { siteId, orderNumber, actor, now }: { siteId: string; orderNumber: string; actor: Activity['actor']; now: Date },
): Promise<void> {
  const [order] = await lockOrders(tx, siteId, [orderNumber])
  if (!order || order.status === 'CANCELED' || order.status === 'DECLINED' || order.status === 'VOIDED') return
  const ended = await changeOrder(tx, order, { status: 'CANCELED', canceledAt: now }, now)
  const tickets = await cancelTicketsOfOrder(tx, { siteId, orderNumber, now })
  await record(tx, [
    orderActivity(ended, 'canceled', { actor, now, data: { was: order.status } }),
    ...tickets.map(
      ({ ticketNumber, revision }): Activity => ({
        siteId,
        entityKind: 'ticket',
        entityId: ticketNumber,
        sequence: revision,
        kind: 'ticket.canceled',
        actor,
        occurredAt: now,
      }),
    ),
  ])
  for (const payment of await listPaymentsOf(tx, siteId, orderNumber))
    if (payment.status === 'CAPTURED')
      await openCase(tx, { siteId, paymentId: payment.paymentId, reason: 'ORDER_CANCELED' }, now)
}

export type OrderFact = 'initiated' | 'confirmed' | 'paid' | 'pending' | 'updated' | 'canceled' | 'declined'

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
