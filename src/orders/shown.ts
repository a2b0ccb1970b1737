import type { Db } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { findEvent } from '../events/store.ts'
import { keptMinor as keptMinorOf, type Payment } from '../payments/model.ts'
import { listPaymentsOf } from '../payments/store.ts'
import { getSite, type Site } from '../sites/store.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import { findReservation } from '../ticket-reservations/store.ts'
import type { Ticket } from '../tickets/model.ts'
import { withOptionNames } from '../tickets/shown.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import type { Order } from './model.ts'
import { findOrder } from './store.ts'

/** An order with everything that its pages show. */
export type ShownOrder = {
  order: Order
  tickets: readonly Ticket[]
  /** null: it was deleted; the books outlive the show. */
  event: StoredEvent | null
  reservation: TicketReservation | null
  /** In the order's own locale. */
  site: Site
  /** What has been paid and not given back, in minor units. */
  keptMinor: number
  /** What went back, and what is on its way back. */
  refundedMinor: number
  refundingMinor: number
}

export async function findShownOrder(db: Db, siteId: string, orderNumber: string): Promise<ShownOrder | null> {
  const order = await findOrder(db, siteId, orderNumber)
  if (!order) return null
  const [tickets, event, reservation, site, payments] = await Promise.all([
    listTicketsOfOrders(db, siteId, [orderNumber]),
    findEvent(db, siteId, order.eventId),
    findReservation(db, siteId, order.ticketReservationId),
    getSite(db, siteId),
    listPaymentsOf(db, siteId, [orderNumber]),
  ])
  const read = order.locale === null ? site : { ...site, locale: order.locale }
  const sum = (of: (payment: Payment) => number) => payments.reduce((total, payment) => total + of(payment), 0)
  return {
    order,
    tickets: await withOptionNames(db, tickets),
    event,
    reservation,
    site: read,
    keptMinor: keptMinorOf(payments),
    refundedMinor: sum(payment => payment.refundedMinor),
    refundingMinor: sum(payment => payment.refundingMinor),
  }
}

/** The zone in which an order's moments are told: the event's, where it has one. */
export function zoneOf({ event, site }: Pick<ShownOrder, 'event' | 'site'>): { locale: string; timeZone: string } {
  return { locale: site.locale, timeZone: event?.timeZone ?? site.timeZone }
}
