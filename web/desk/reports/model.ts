import type { Period } from './spell.ts'

/** What the API answers (src/reports/wire.ts); amounts are decimals of the currency beside them. */
export type SalesReport = {
  period: Period
  startDates: string[]
  sales: ({ currency: string; points: ({ startDate: string } & Sums)[] } & Sums)[]
}
type Sums = {
  orders: number
  tickets: number
  total: string
  revenue: string
  ticketsCanceled: number
  refunded: string
}
export type DefinitionsReport = { total: number; limit: number; definitions: DefinitionRow[] }
export type DefinitionRow = {
  ticketDefinitionId: string
  name: string
  eventId: string
  eventTitle?: string
  currency: string
  tickets: number
  ticketsCanceled: number
  checkedIn: number
  subTotal: string
  discounts: string
  total: string
}
export type ChannelsReport = { channels: ChannelRow[] }
export type ChannelRow = {
  currency: string
  channel: 'ONLINE' | 'OFFLINE_POS'
  method?: string
  orders: number
  tickets: number
  total: string
  refunded: string
}
export type RevenueReport = { revenue: RevenueRow[] }
export type RevenueRow = Record<
  | 'currency'
  | 'subTotal'
  | 'coupons'
  | 'benefits'
  | 'taxAdded'
  | 'feesAdded'
  | 'total'
  | 'giftCards'
  | 'open'
  | 'refunded'
  | 'fees'
  | 'feesRefunded'
  | 'tax'
  | 'taxRefunded'
  | 'left',
  string
> & { taxes: { name: string; rate: string; type: 'INCLUDED' | 'ADDED_AT_CHECKOUT'; taxable: string; amount: string }[] }
export type EventsReport = { total: number; limit: number; events: EventRow[] }
export type EventRow = {
  eventId: string
  title?: string
  startDate?: string
  currency: string
  orders: number
  tickets: number
  total: string
  refunded: string
  ticketsAdmitting: number
  checkedIn: number
}
export type CheckInsReport = {
  period: Period
  startDates: string[]
  checkedIn: number
  /** Those that most came to are first. */
  events: { eventId: string; title: string; checkedIn: number }[]
  gates: AtGate[]
  points: { startDate: string; checkedIn: number; gates: AtGate[] }[]
}

/** @param gate absent: not by the door, or none was said */
export type AtGate = { gate?: string; checkedIn: number }
