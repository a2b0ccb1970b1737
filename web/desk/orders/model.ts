import type { InputValue } from '../../shared/form.ts'
import type { Amount } from '../../shared/money.ts'
import type { MailKind } from '../mails/words.ts'

export const ORDER_STATUSES = [
  'INITIATED',
  'PENDING',
  'AUTHORIZED',
  'PARTIALLY_PAID',
  'OFFLINE_PENDING',
  'PAID',
  'FREE',
  'DECLINED',
  'VOIDED',
  'CANCELED',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

export const STATUS_COLOURS: Record<OrderStatus, string> = {
  INITIATED: 'yellow',
  PENDING: 'yellow',
  AUTHORIZED: 'yellow',
  PARTIALLY_PAID: 'yellow',
  OFFLINE_PENDING: 'orange',
  PAID: 'green',
  FREE: 'green',
  DECLINED: 'gray',
  VOIDED: 'gray',
  CANCELED: 'red',
}

/** An order as the contract shows it (R178), as far as the desk does. */
export type Order = {
  orderNumber: string
  eventId: string
  reservationId: string
  created: string
  updated: string
  firstName: string
  lastName: string
  fullName: string
  email?: string
  status: OrderStatus
  method: string
  ticketsQuantity: number
  totalPrice: Amount
  ticketsPdf?: string
  archived: boolean
  anonymized: boolean
  fullyCheckedIn: boolean
  channel: 'ONLINE' | 'OFFLINE_POS'
  marketingConsent: boolean
}

export type Listed = { order: Order; eventTitle?: string; timeZone?: string; checkedIn: number; refunded: Amount }
export type ListAnswer = { total: number; orders: Listed[] }

export type OrderAction =
  | 'CONFIRM'
  | 'CAPTURE'
  | 'VOID'
  | 'REFUND'
  | 'CANCEL'
  | 'ARCHIVE'
  | 'UNARCHIVE'
  | 'EDIT_GUESTS'
  | 'RESEND'
  | 'ANONYMIZE'

/** What each needs, beside that the order allows it. */
export const PERMISSION_OF: Record<OrderAction, string> = {
  CONFIRM: 'MANAGE_ORDERS',
  CAPTURE: 'MANAGE_ORDERS',
  VOID: 'MANAGE_ORDERS',
  REFUND: 'DECIDE_PAYMENTS',
  CANCEL: 'TICKET_RESERVATION_UPDATE',
  ARCHIVE: 'MANAGE_ORDERS',
  UNARCHIVE: 'MANAGE_ORDERS',
  EDIT_GUESTS: 'MANAGE_ORDERS',
  RESEND: 'MANAGE',
  ANONYMIZE: 'ANONYMIZE_ORDERS',
}

export type Answers = { inputValues: InputValue[] }

export type Ticket = {
  ticketNumber: string
  ticketDefinitionId: string
  name: string
  price: Amount
  checkIn?: { created: string }
  guestFullName: string
  guestDetails: { guestAssigned: boolean; email?: string; form?: Answers }
  ticketPdfUrl: string
  ticketDetails?: {
    sectionLabel?: string
    areaLabel?: string
    tableLabel?: string
    rowLabel?: string
    seatLabel?: string
  }
}

export const ADMISSION_COLOURS = {
  VALID: 'indigo',
  CHECKED_IN: 'green',
  CANCELED: 'red',
  ARCHIVED: 'gray',
  NOT_CONFIRMED: 'gray',
} as const
export type Admission = keyof typeof ADMISSION_COLOURS

type Named = { name: string; amount: Amount }
export type Invoice = {
  items: { id: string; quantity: number; name: string; price: Amount; total: Amount }[]
  subTotal: Amount
  discount?: { amount: Amount; code: string; name: string }
  tax?: Named & { type: string; rate: string }
  fees: (Named & { type: string })[]
  grandTotal: Amount
  previewUrl?: string
}

export type Payment = {
  id: string
  provider: 'stripe' | 'test' | 'manual' | 'giftCard'
  status: 'BEGUN' | 'AUTHORIZED' | 'CAPTURED' | 'DECLINED' | 'VOIDED' | 'REFUNDED'
  amount: Amount
  refunded: Amount
  refunding: Amount
  asked?: 'CAPTURE' | 'VOID'
  createdDate: string
  updatedDate: string
}

export type Refund = {
  id: string
  amount: Amount
  status: 'PENDING' | 'DONE' | 'FAILED'
  reason: 'EXCESS' | 'ORGANIZER' | 'ELSEWHERE'
  note?: string
  createdDate: string
  updatedDate: string
}
export type Refunds = { refundable: Amount; refunded: Amount; refunds: Refund[] }

/** One order with all that there is to say of it. */
export type Whole = Listed & {
  order: Order & { checkoutForm: Answers; tickets: Ticket[]; invoice: Invoice }
  revision: string
  orderPageUrl: string
  guestsAssigned: boolean
  silent: boolean
  actions: OrderAction[]
  admissions: { ticketNumber: string; revision: string; admission: Admission }[]
  hold?: { status: string; expirationDate: string }
  payments: Payment[]
  due: Amount
  refundable: Amount
}

export type Mail = {
  id: string
  kind: MailKind
  state: 'WAITING' | 'SENT' | 'DROPPED' | 'FAILED'
  to?: string
  createdDate: string
  sentDate?: string
}

export function wholePath(orderNumber: string): string {
  return `/boxoffice/v1/orders/${orderNumber}`
}

/** Where a ticket's guest sits or stands; '' for anywhere. */
export function seatOf({ ticketDetails = {} }: Ticket): string {
  const { sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel } = ticketDetails
  return [sectionLabel, areaLabel, tableLabel, rowLabel, seatLabel].filter(Boolean).join(' · ')
}
