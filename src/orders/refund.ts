import { type Activity, record } from '../activity/record.ts'
import type { Tx } from '../db/connect.ts'
import { actorOf, type Identity, refuseOtherEvents } from '../identities/identity.ts'
import { formatMinor } from '../money.ts'
import { closeCaseOf } from '../payments/case-store.ts'
import { isKept, keptMinor, leftMinor, type Payment, refunding } from '../payments/model.ts'
import { findRefund } from '../payments/refund-store.ts'
import { writePayments } from '../payments/store.ts'
import { invalid, Refusal } from '../refusals.ts'
import { setRemovedPlaces } from '../ticket-reservations/places.ts'
import { cancelTicketsOfOrder, listTicketsOfOrders } from '../tickets/store.ts'
import { orderActivity, ticketCanceled } from './end.ts'
import { hasEnded, type Order } from './model.ts'
import { lockSold, type Sold } from './sold.ts'
import { changedOrder, writeOrders, writeRefunded } from './store.ts'

export type RefundRequest = {
  orderNumber: string
  /** Names this request, so that it can be repeated. */
  refundId: string | null
  /** null: all that is left. */
  amountMinor: number | null
  note: string | null
  /** Whether its buyer is not told of it by mail. */
  silent: boolean
  /** Tickets of the order that admit nobody from now on; their places return to the stock. */
  ticketNumbers: readonly string[]
}

/**
 * Gives back what was paid for an order, all of it or a part (R48): of an order that stands, which stays PAID, or of one
 * that was canceled. What was paid last goes back first. Only asked for here: `carryOut` does it after the commit.
 * @throws Refusal ORDER_NOT_FOUND, TICKET_NOT_FOUND, ORDER_ACTION_NOT_AVAILABLE (`reason`: STATUS, AMOUNT, TICKETS)
 */
export async function refundOrder(
  tx: Tx,
  wanted: RefundRequest,
  { identity, now }: { identity: Identity; now: Date },
): Promise<Order> {
  const { orderNumber, refundId } = wanted
  const { siteId } = identity
  const sold = await lockSold(tx, siteId, orderNumber)
  const { order, payments } = sold
  refuseOtherEvents(identity, order.eventId)
  const before = refundId && (await findRefund(tx, siteId, refundId))
  if (before && before.orderNumber !== orderNumber)
    throw invalid('refundId', 'must not be that of another order', 'OTHER_ORDER')
  if (before) return order
  if (order.status !== 'PAID' && !hasEnded(order)) throw notAvailable(order, 'STATUS')
  const note = order.anonymizedAt === null ? wanted.note : null // nobody is to be named there again (R191)
  const available = keptMinor(payments)
  const amountMinor = wanted.amountMinor ?? available
  if (available === 0 || amountMinor > available)
    throw notAvailable(order, 'AMOUNT', { available: formatMinor(available, order.currency) })

  const actor = actorOf(identity)
  const changed = await withoutTickets(tx, sold, wanted.ticketNumbers, { actor, now })
  const refunded = lastPaidFirst(payments, amountMinor).map(({ payment, partMinor }, index) => {
    const asked = { amountMinor: partMinor, reason: 'ORGANIZER', note, silent: wanted.silent, askedBy: actor } as const
    return refunding(payment, refundId && index === 0 ? { ...asked, refundId } : asked, now)
  })
  await writePayments(tx, siteId, refunded)
  await writeRefunded(tx, order, amountMinor)
  await record(tx, [orderActivity(changed, 'refund_asked', { actor, now, data: { amountMinor } })])
  for (const { paymentId } of refunded.filter(payment => !isKept(payment)))
    await closeCaseOf(tx, { siteId, paymentId, reason: 'ORDER_CANCELED' }, { actor, note, now })
  return { ...changed, refundedMinor: order.refundedMinor + amountMinor }
}

/** What each payment gives of an amount that together they have. */
function lastPaidFirst(payments: readonly Payment[], amountMinor: number): { payment: Payment; partMinor: number }[] {
  let missing = amountMinor
  return payments.toReversed().flatMap(payment => {
    const partMinor = Math.min(missing, leftMinor(payment))
    missing -= partMinor
    return partMinor > 0 ? [{ payment, partMinor }] : []
  })
}

/** Cancels the named tickets and gives their places back; the order with its next revision. */
async function withoutTickets(
  tx: Tx,
  { order, reservation }: Sold,
  ticketNumbers: readonly string[],
  by: { actor: Activity['actor']; now: Date },
): Promise<Order> {
  const { siteId, orderNumber, ticketReservationId } = order
  const { now } = by
  const tickets = ticketNumbers.length > 0 ? await listTicketsOfOrders(tx, siteId, [orderNumber]) : []
  const admitting = tickets.filter(ticket => ticket.canceledAt === null)
  const named = ticketNumbers.map(ticketNumber => {
    const ticket = tickets.find(each => each.ticketNumber === ticketNumber)
    if (!ticket) throw new Refusal('TICKET_NOT_FOUND', 'The order has no such ticket.', { ticketNumber })
    if (!admitting.includes(ticket) || order.archivedAt) throw notAvailable(order, 'TICKETS', { ticketNumber })
    return ticket
  })
  const stays = admitting.filter(ticket => !named.includes(ticket) && ticket.archivedAt === null)
  const fullyCheckedIn =
    named.length > 0 ? stays.length > 0 && stays.every(each => each.checkedInAt !== null) : order.fullyCheckedIn
  const changed = { ...changedOrder(order, {}, now), fullyCheckedIn }
  await writeOrders(tx, siteId, [changed])
  if (named.length === 0 || !reservation) return changed
  const removed = reservation.lines.map(({ removedQuantity }, lineIndex) => ({
    ticketReservationId,
    lineIndex,
    removedQuantity: removedQuantity + named.filter(each => each.lineIndex === lineIndex).length,
  }))
  await setRemovedPlaces(tx, siteId, removed, by)
  const canceled = await cancelTicketsOfOrder(tx, { siteId, orderNumber, ticketNumbers, now })
  await record(
    tx,
    canceled.map(ticket => ticketCanceled({ siteId, ...ticket }, by)),
  )
  return changed
}

function notAvailable({ orderNumber, status }: Order, reason: string, data: Record<string, unknown> = {}): Refusal {
  return new Refusal('ORDER_ACTION_NOT_AVAILABLE', `Order ${orderNumber} cannot be refunded so.`, {
    orderNumber,
    status,
    action: 'REFUND',
    reason,
    ...data,
  })
}
