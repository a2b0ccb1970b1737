import type { GuestForm, OrderStatus } from '../orders/model.ts'

/** The admission of one guest (spec/ticketing.md section 10), with what every answer shows of its order. */
export type Ticket = {
  siteId: string
  ticketNumber: string
  orderNumber: string
  eventId: string
  ticketDefinitionId: string
  lineIndex: number
  ticketIndex: number
  revision: number
  name: string
  priceMinor: number
  currency: string
  policy: string
  firstName: string
  lastName: string
  email: string
  /** null: the buyer's answers stand for this ticket too (R205). */
  form: GuestForm | null
  checkedInAt: Date | null
  checkedInBy: { kind: string; id: string } | null
  archivedAt: Date | null
  canceledAt: Date | null
  createdAt: Date
  updatedAt: Date
  orderStatus: OrderStatus
  orderArchived: boolean
  orderConfirmed: boolean
  orderFirstName: string
  orderLastName: string
  orderForm: GuestForm
  contactId: string
  memberId: string | null
  visitorId: string | null
  anonymized: boolean
  channel: 'ONLINE' | 'OFFLINE_POS'
}
