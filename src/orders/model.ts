import type { Answer } from '../forms/answers.ts'
import type { Invoice } from '../pricing/model.ts'

/** The published statuses; the first only says that the status was not asked for (9.1). */
export const ORDER_STATUSES = [
  'NA_ORDER_STATUS',
  'FREE',
  'PENDING',
  'PAID',
  'OFFLINE_PENDING',
  'INITIATED',
  'CANCELED',
  'DECLINED',
  'AUTHORIZED',
  'VOIDED',
  'PARTIALLY_PAID',
] as const
export type OrderStatus = Exclude<(typeof ORDER_STATUSES)[number], 'NA_ORDER_STATUS'>

/** What was bought, whatever its payment status (spec/ticketing.md section 9). */
export type Order = {
  siteId: string
  orderNumber: string
  eventId: string
  ticketReservationId: string
  revision: number
  status: OrderStatus
  channel: 'ONLINE' | 'OFFLINE_POS'
  method: string | null
  confirmedAt: Date | null
  paidAt: Date | null
  /** Who marked it paid without a payment of ours (law 5). */
  markedPaidBy: { kind: string; id: string } | null
  canceledAt: Date | null
  archivedAt: Date | null
  anonymizedAt: Date | null
  /** The payment that was begun for it. */
  snapshotId: string | null
  visitorId: string | null
  memberId: string | null
  /** null: nobody said who; sold at the door, or anonymized. Names and e-mail are then empty. */
  contactId: string | null
  firstName: string
  lastName: string
  email: string
  /** The buyer's answers alone, or one entry per ticket in line order when guests are assigned separately. */
  guestForms: GuestForm[]
  guestsAssigned: boolean
  invoice: Invoice
  currency: string
  grandTotalMinor: number
  revenueMinor: number
  /** What went back of it, or is on its way, though it stood: by the organizer, or at the provider without us. */
  refundedMinor: number
  ticketsQuantity: number
  fullyCheckedIn: boolean
  silent: boolean
  marketingConsent: boolean
  /** BCP 47: what its people read; null: as the site is. */
  locale: string | null
  createdAt: Date
  updatedAt: Date
}

/** Whether it still waits for money. */
export function isAwaited({ status }: Pick<Order, 'status'>): boolean {
  return status === 'INITIATED' || status === 'PENDING' || status === 'PARTIALLY_PAID'
}

/** Whether it has ended without tickets, or lost them. */
export function hasEnded({ status }: Pick<Order, 'status'>): boolean {
  return status === 'CANCELED' || status === 'DECLINED' || status === 'VOIDED'
}

export type GuestForm = { inputValues: Answer[] }

/**
 * What Confirm Order does to an order of this status (R183, R184): `issue` confirms its reservation and issues its
 * tickets, `pay` only marks it paid, `keep` leaves it, null refuses.
 */
export function confirmActionOf(status: OrderStatus): 'issue' | 'pay' | 'keep' | null {
  switch (status) {
    case 'INITIATED':
    case 'PENDING':
      return 'issue'
    case 'OFFLINE_PENDING':
      return 'pay'
    case 'PAID':
    case 'FREE':
      return 'keep'
    case 'AUTHORIZED':
    case 'PARTIALLY_PAID':
    case 'DECLINED':
    case 'CANCELED':
    case 'VOIDED':
      return null
  }
}

/**
 * What archiving an order of this status does to its places, and restoring it in reverse (R186, R187): `move` gives them
 * back and takes them again, `keep` leaves them, for it holds none. null refuses: the order waits for money that would
 * then buy what is put away.
 */
export function archiveActionOf(status: OrderStatus): 'move' | 'keep' | null {
  switch (status) {
    case 'FREE':
    case 'PAID':
    case 'OFFLINE_PENDING':
      return 'move'
    case 'CANCELED':
    case 'DECLINED':
    case 'VOIDED':
      return 'keep'
    case 'INITIATED':
    case 'PENDING':
    case 'AUTHORIZED':
    case 'PARTIALLY_PAID':
      return null // WAITING_STATUSES
  }
}

/** Orders that wait for their money, or for the decision about it: neither put away nor anonymized meanwhile. */
export const WAITING_STATUSES: readonly OrderStatus[] = ['INITIATED', 'PENDING', 'AUTHORIZED', 'PARTIALLY_PAID']
