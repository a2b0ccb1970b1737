import { formatMinor } from '../money.ts'
import type { Say, Texts } from '../texts/texts.ts'
import type { Cell, CsvColumn } from '../wire/csv.ts'
import type { DueRow, MoneyPoint } from './money-store.ts'
import type { ChannelRow, CheckInPoint, DefinitionRow, EventRow, RevenueRow, SalesPoint } from './store.ts'

type Key = Parameters<Texts['page']>[0]
type Word = Extract<Key, `csv.${string}`> extends `csv.${infer Name}` ? Name : never

/** Makes the columns of a file: named in its reader's language, moments as a clock on the wall at the event or site. */
export type Columns = ReturnType<typeof columnsIn>

export function columnsIn({ page }: Pick<Texts, 'page'>, timeZone: string) {
  const named = (word: Word) => (page as Say<unknown> & ((key: string) => string))(`csv.${word}`)
  const clock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone }) // 2030-05-01 14:00:00
  return {
    plain: <Row>(word: Word, cell: (row: Row) => Cell): CsvColumn<Row> => ({ header: named(word), cell }),
    amount: <Row extends { currency: string }>(word: Word, minorOf: (row: Row) => number): CsvColumn<Row> => ({
      header: named(word),
      cell: row => ({ decimal: formatMinor(minorOf(row), row.currency) }),
    }),
    moment: <Row>(word: Word, of: (row: Row) => Date | null): CsvColumn<Row> => ({
      header: `${named(word)} (${timeZone})`,
      cell: row => {
        const moment = of(row)
        return moment && clock.format(moment)
      },
    }),
  }
}

export function salesColumns({ plain, amount, moment }: Columns): CsvColumn<SalesPoint>[] {
  return [
    moment('start', row => row.startAt),
    plain('currency', row => row.currency),
    plain('orders', row => row.orders),
    plain('tickets', row => row.tickets),
    amount('total', row => row.totalMinor),
    amount('revenue', row => row.revenueMinor),
    plain('ticketsCanceled', row => row.ticketsCanceled),
    amount('refunded', row => row.refundedMinor),
  ]
}

export function definitionColumns({ plain, amount }: Columns): CsvColumn<DefinitionRow>[] {
  return [
    plain('event', row => row.eventTitle),
    plain('ticketDefinition', row => row.name),
    plain('currency', row => row.currency),
    plain('tickets', row => row.tickets),
    plain('ticketsCanceled', row => row.ticketsCanceled),
    plain('checkedInCount', row => row.checkedIn),
    amount('subTotal', row => row.subTotalMinor),
    amount('discounts', row => row.discountMinor),
    amount('tax', row => row.taxMinor),
    amount('fees', row => row.feeMinor),
    amount('total', row => row.totalMinor),
    plain('eventId', row => row.eventId),
    plain('ticketDefinitionId', row => row.ticketDefinitionId),
  ]
}

export function channelColumns({ plain, amount }: Columns): CsvColumn<ChannelRow>[] {
  return [
    plain('currency', row => row.currency),
    plain('channel', row => row.channel),
    plain('method', row => row.method),
    plain('orders', row => row.orders),
    plain('tickets', row => row.tickets),
    amount('total', row => row.totalMinor),
    amount('revenue', row => row.revenueMinor),
    amount('refunded', row => row.refundedMinor),
  ]
}

export function revenueColumns({ plain, amount }: Columns): CsvColumn<RevenueRow>[] {
  return [
    plain('currency', row => row.currency),
    plain('taxName', row => row.taxName),
    plain('taxRate', row => row.taxRate),
    plain('taxType', row => row.taxType),
    plain('orders', row => row.orders),
    plain('tickets', row => row.tickets),
    amount('subTotal', row => row.subTotalMinor),
    amount('coupons', row => row.couponMinor),
    amount('benefits', row => row.benefitMinor),
    amount('taxable', row => row.taxableMinor),
    amount('tax', row => row.taxMinor),
    amount('fees', row => row.feeMinor),
    amount('total', row => row.totalMinor),
    amount('giftCards', row => row.giftCardMinor),
    amount('open', row => row.openMinor),
    amount('refunded', row => row.refundedMinor),
    amount('left', row => leftMinor(row)),
  ]
}

/** What is the organizer's in the end: the total, less what went back, and of the rest less fees and tax. */
export function leftMinor(row: Omit<RevenueRow, 'currency' | `tax${'Name' | 'Rate' | 'Type'}`>): number {
  return row.totalMinor - row.refundedMinor - netFeesMinor(row) - netTaxMinor(row)
}

export function netFeesMinor(row: Pick<RevenueRow, 'feeMinor' | 'feeRefundedMinor'>): number {
  return row.feeMinor - row.feeRefundedMinor
}

export function netTaxMinor(row: Pick<RevenueRow, 'taxMinor' | 'taxRefundedMinor'>): number {
  return row.taxMinor - row.taxRefundedMinor
}

export function checkInColumns({ plain, moment }: Columns): CsvColumn<CheckInPoint>[] {
  return [
    moment('start', row => row.startAt),
    plain('event', row => row.title),
    plain('gate', row => row.gate),
    plain('checkedInCount', row => row.checkedIn),
    plain('eventId', row => row.eventId),
  ]
}

export function eventColumns({ plain, amount, moment }: Columns): CsvColumn<EventRow>[] {
  return [
    plain('event', row => row.title),
    moment('eventStart', row => row.startAt),
    plain('currency', row => row.currency),
    plain('orders', row => row.orders),
    plain('tickets', row => row.tickets),
    amount('total', row => row.totalMinor),
    amount('revenue', row => row.revenueMinor),
    amount('refunded', row => row.refundedMinor),
    plain('ticketsAdmitting', row => row.ticketsAdmitting),
    plain('checkedInCount', row => row.checkedIn),
    plain('eventId', row => row.eventId),
  ]
}

export function moneyColumns({ plain, amount, moment }: Columns): CsvColumn<MoneyPoint>[] {
  return [
    moment('start', row => row.startAt),
    plain('currency', row => row.currency),
    plain('method', row => row.method),
    plain('payments', row => row.payments),
    amount('captured', row => row.capturedMinor),
    plain('refunds', row => row.refunds),
    amount('refunded', row => row.refundedMinor),
  ]
}

export function dueColumns({ plain, amount }: Columns): CsvColumn<DueRow>[] {
  return [
    plain('currency', row => row.currency),
    plain('kind', row => row.kind),
    plain('count', row => row.count),
    amount('amount', row => row.amountMinor),
  ]
}
