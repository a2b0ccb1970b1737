import { type Static, Type } from 'typebox'
import type { StoredEvent } from '../events/model.ts'
import { money, toLegacyMoney } from '../money.ts'
import { keptMinor, type Payment } from '../payments/model.ts'
import { PaymentOut, toWirePayment } from '../payments/wire.ts'
import type { JobItem } from '../queue/items.ts'
import type { Job } from '../queue/model.ts'
import { statusAt, type TicketReservation } from '../ticket-reservations/model.ts'
import { admissionOf, type Ticket } from '../tickets/model.ts'
import type { TicketLinks } from '../tickets/wire.ts'
import { ItemErrorOut } from '../wire/bulk.ts'
import { present } from '../wire/plain-object.ts'
import { AnyObject, InstantOut, LegacyMoneyOut } from '../wire/shapes.ts'
import type { BulkPayload } from './bulk.ts'
import type { Beside } from './list.ts'
import type { Order } from './model.ts'
import { possibleActions } from './possible.ts'
import type { Happening } from './timeline.ts'
import { ORDER_FIELDSETS, OrderOut, orderPageUrl, toWireOrder } from './wire.ts'

export const ListedOut = Type.Object({
  order: OrderOut,
  /** Absent where the event was deleted. */
  eventTitle: Type.Optional(Type.String()),
  timeZone: Type.Optional(Type.String()),
  /** How many of its tickets are inside. */
  checkedIn: Type.Integer(),
  refunded: LegacyMoneyOut,
})

export function toWireListed(order: Order, beside: Beside | undefined, links: TicketLinks): Static<typeof ListedOut> {
  return {
    order: toWireOrder(order, [], ['DETAILS'], links),
    ...present({ eventTitle: beside?.eventTitle, timeZone: beside?.timeZone }),
    checkedIn: beside?.checkedIn ?? 0,
    refunded: toLegacyMoney(money(order.refundedMinor, order.currency)),
  }
}

/** An order with all that there is to say of it, for who works on it. */
export const WholeOut = Type.Object({
  ...ListedOut.properties,
  timeZone: Type.String(),
  /** Of the order; of each ticket it is in `admissions`. Updates may name it (409 where it is stale). */
  revision: Type.String(),
  orderPageUrl: Type.String(),
  locale: Type.Optional(Type.String()),
  /** Whether every ticket has a guest with answers of its own. */
  guestsAssigned: Type.Boolean(),
  silent: Type.Boolean(),
  /** What can be done to it as it is. */
  actions: Type.Array(Type.String()),
  admissions: Type.Array(
    Type.Object({
      ticketNumber: Type.String(),
      revision: Type.String(),
      admission: Type.String(),
    }),
  ),
  hold: Type.Optional(Type.Object({ status: Type.String(), expirationDate: InstantOut })),
  payments: Type.Array(
    Type.Object({
      ...PaymentOut.properties,
      refunding: LegacyMoneyOut,
      /** What the provider was asked to do, and has not done yet. */
      asked: Type.Optional(Type.String()),
    }),
  ),
  /** What is still to be paid; of an order that has ended nothing. */
  due: LegacyMoneyOut,
  /** What can still be given back. */
  refundable: LegacyMoneyOut,
})

type Whole = {
  order: Order
  tickets: readonly Ticket[]
  event: StoredEvent | null
  reservation: TicketReservation | null
  payments: readonly Payment[]
  beside: Beside | undefined
}

export function toWireWhole(
  { order, tickets, event, reservation, payments, beside }: Whole,
  { timeZone, now, ...links }: TicketLinks & { timeZone: string; now: Date },
): Static<typeof WholeOut> {
  const amount = (minor: number) => toLegacyMoney(money(minor, order.currency))
  const keeps = keptMinor(payments)
  const owes = order.status !== 'FREE' && order.paidAt === null && order.canceledAt === null
  return {
    ...toWireListed(order, beside, links),
    order: toWireOrder(order, tickets, ORDER_FIELDSETS, links),
    timeZone,
    revision: String(order.revision),
    orderPageUrl: orderPageUrl(order, links),
    ...present({ locale: order.locale }),
    guestsAssigned: order.guestsAssigned,
    silent: order.silent,
    actions: possibleActions(order, { reservation, payments, eventIsThere: event !== null, now }),
    admissions: tickets.map(ticket => ({
      ticketNumber: ticket.ticketNumber,
      revision: String(ticket.revision),
      admission: admissionOf(ticket),
    })),
    ...(reservation && { hold: { status: statusAt(reservation, now), expirationDate: reservation.expiresAt } }),
    payments: payments.map(payment => ({
      ...toWirePayment(payment),
      refunding: amount(payment.refundingMinor),
      ...present({ asked: payment.asked }),
    })),
    due: amount(owes ? Math.max(0, order.grandTotalMinor - keeps) : 0),
    refundable: amount(keeps),
  }
}

export const HappeningOut = Type.Object({
  occurredDate: InstantOut,
  kind: Type.String(),
  actor: Type.Object({ kind: Type.String(), name: Type.Optional(Type.String()) }),
  /** How many tickets it happened to at once, with the numbers of the first twenty. */
  tickets: Type.Optional(Type.Integer()),
  ticketNumbers: Type.Optional(Type.Array(Type.String())),
  amount: Type.Optional(LegacyMoneyOut),
  data: AnyObject,
})

export function toWireHappening(happening: Happening, currency: string): Static<typeof HappeningOut> {
  const { occurredAt, kind, actorKind, actorName, data, tickets, ticketNumbers } = happening
  const { amountMinor } = data
  return {
    occurredDate: occurredAt,
    kind,
    actor: { kind: actorKind, ...present({ name: actorName }) },
    ...present({ tickets, ticketNumbers }),
    ...(typeof amountMinor === 'number' && { amount: toLegacyMoney(money(amountMinor, currency)) }),
    data: Object.fromEntries(Object.entries(data).filter(([name]) => TOLD.has(name))),
  }
}

/** What is told of a fact; the rest is for programs, or is shown by itself. */
const TOLD: ReadonlySet<string> = new Set([
  'status',
  'was',
  'archived',
  'checkoutForm',
  'guestChanged',
  'priced',
  'buyer',
  'guests',
  'refunded',
  'reason',
  'mail',
  'to',
])

export const BulkOut = Type.Object({
  id: Type.String(),
  action: Type.String(),
  /** WAITING, also while it is worked on; DONE; FAILED: given up. */
  state: Type.String(),
  total: Type.Integer(),
  done: Type.Integer(),
  /** Of those done, how many their state did not allow it. */
  refused: Type.Integer(),
  createdDate: InstantOut,
})

/** One of many that was left as it was. */
export const RefusedOut = Type.Object({ orderNumber: Type.String(), error: ItemErrorOut })

export function toWireRefused({ orderNumber, refusal }: JobItem): Static<typeof RefusedOut> {
  if (orderNumber === null || refusal === null) throw new Error('an order was refused without its number or a reason')
  return { orderNumber, error: refusal }
}

export function toWireBulk({ jobId, payload, state, progress, createdAt }: Job): Static<typeof BulkOut> {
  const { action, orderNumbers } = payload as BulkPayload // of this kind of job
  return {
    id: jobId,
    action,
    state,
    total: orderNumbers.length,
    done: progress.done ?? 0,
    refused: progress.refused ?? 0,
    createdDate: createdAt,
  }
}
