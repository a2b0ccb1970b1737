import { type Static, Type } from 'typebox'
import { formatMinor } from '../money.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut, PageOut } from '../wire/shapes.ts'
import { leftMinor } from './columns.ts'
import { sumBy } from './model.ts'
import type { DueRow, MoneyPoint } from './money-store.ts'
import type { ChannelRow, CheckInPoint, DefinitionRow, EventRow, RevenueRow, SalesPoint } from './store.ts'

/** When the report is of; amounts everywhere are the decimal texts of the currency beside them. */
export const PeriodOut = Type.Object({
  from: InstantOut,
  to: InstantOut,
  /** In whose days and hours it is told: the event's, else the site's. */
  timeZoneId: Type.String(),
  unit: Type.Optional(Type.String()),
})

const Amount = Type.String()
const SOLD = { orders: Type.Integer(), tickets: Type.Integer(), total: Amount, revenue: Amount }
const SALES = { ...SOLD, ticketsCanceled: Type.Integer(), refunded: Amount }
const MOVED = { payments: Type.Integer(), captured: Amount, refunds: Type.Integer(), refunded: Amount }
const currency = Type.String()

export const SalesOut = Type.Object({
  period: PeriodOut,
  startDates: Type.Array(InstantOut),
  sales: Type.Array(
    Type.Object({
      currency,
      ...SALES,
      /** Where something happened; at all other `startDates` nothing did. */
      points: Type.Array(Type.Object({ startDate: InstantOut, ...SALES })),
    }),
  ),
})

export function toWireSales(rows: readonly SalesPoint[]): Static<typeof SalesOut>['sales'] {
  const members = ['orders', 'tickets', 'totalMinor', 'revenueMinor', 'ticketsCanceled', 'refundedMinor'] as const
  return [...sumBy(rows, row => row.currency, members)].map(([currency, sum]) => ({
    currency,
    ...salesOf(sum, currency),
    points: rows
      .filter(row => row.currency === currency)
      .map(row => ({ startDate: row.startAt, ...salesOf(row, currency) })),
  }))
}

function salesOf(sum: Omit<SalesPoint, 'currency' | 'startAt'>, currency: string) {
  const { ticketsCanceled, refundedMinor } = sum
  return { ...soldOf(sum, currency), ticketsCanceled, refunded: formatMinor(refundedMinor, currency) }
}

function soldOf(sum: Pick<SalesPoint, 'orders' | 'tickets' | 'totalMinor' | 'revenueMinor'>, currency: string) {
  const { orders, tickets, totalMinor, revenueMinor } = sum
  return {
    orders,
    tickets,
    total: formatMinor(totalMinor, currency),
    revenue: formatMinor(revenueMinor, currency),
  }
}

export const DefinitionsOut = Type.Object({
  period: PeriodOut,
  ...PageOut,
  definitions: Type.Array(
    Type.Object({
      ticketDefinitionId: Type.String(),
      name: Type.String(),
      eventId: Type.String(),
      eventTitle: Type.Optional(Type.String()),
      currency,
      tickets: Type.Integer(),
      ticketsCanceled: Type.Integer(),
      checkedIn: Type.Integer(),
      subTotal: Amount,
      discounts: Amount,
      tax: Amount,
      fees: Amount,
      total: Amount,
    }),
  ),
})

export function toWireDefinition(row: DefinitionRow): Static<typeof DefinitionsOut>['definitions'][number] {
  const { ticketDefinitionId, name, eventId, eventTitle, currency, tickets, ticketsCanceled, checkedIn } = row
  return {
    ticketDefinitionId,
    name,
    eventId,
    ...present({ eventTitle }),
    currency,
    tickets,
    ticketsCanceled,
    checkedIn,
    subTotal: formatMinor(row.subTotalMinor, currency),
    discounts: formatMinor(row.discountMinor, currency),
    tax: formatMinor(row.taxMinor, currency),
    fees: formatMinor(row.feeMinor, currency),
    total: formatMinor(row.totalMinor, currency),
  }
}

export const ChannelsOut = Type.Object({
  period: PeriodOut,
  channels: Type.Array(
    Type.Object({ currency, channel: Type.String(), method: Type.Optional(Type.String()), ...SOLD, refunded: Amount }),
  ),
})

export function toWireChannel(row: ChannelRow): Static<typeof ChannelsOut>['channels'][number] {
  const { currency, channel, method, refundedMinor } = row
  const refunded = formatMinor(refundedMinor, currency)
  return { currency, channel, ...present({ method }), ...soldOf(row, currency), refunded }
}

export const RevenueOut = Type.Object({
  period: PeriodOut,
  revenue: Type.Array(
    Type.Object({
      currency,
      orders: Type.Integer(),
      tickets: Type.Integer(),
      /** total = subTotal - coupons - benefits + taxAdded + feesAdded */
      subTotal: Amount,
      coupons: Amount,
      benefits: Amount,
      taxAdded: Amount,
      feesAdded: Amount,
      total: Amount,
      /** Of the total: paid by gift cards; by nobody yet. */
      giftCards: Amount,
      open: Amount,
      /** left = total - refunded - (fees - feesRefunded) - (tax - taxRefunded) */
      refunded: Amount,
      fees: Amount,
      feesRefunded: Amount,
      tax: Amount,
      taxRefunded: Amount,
      left: Amount,
      taxes: Type.Array(
        Type.Object({
          name: Type.String(),
          rate: Type.String(),
          type: Type.String(),
          taxable: Amount,
          amount: Amount,
        }),
      ),
    }),
  ),
})

export function toWireRevenue(rows: readonly RevenueRow[]): Static<typeof RevenueOut>['revenue'] {
  const sums = sumBy(rows, row => row.currency, [
    'orders',
    'tickets',
    'subTotalMinor',
    'couponMinor',
    'benefitMinor',
    'taxableMinor',
    'taxMinor',
    'taxAddedMinor',
    'feeMinor',
    'feeAddedMinor',
    'totalMinor',
    'revenueMinor',
    'refundedMinor',
    'feeRefundedMinor',
    'taxRefundedMinor',
    'giftCardMinor',
    'openMinor',
  ])
  return [...sums].map(([currency, sum]) => {
    const amount = (minor: number) => formatMinor(minor, currency)
    return {
      currency,
      orders: sum.orders,
      tickets: sum.tickets,
      subTotal: amount(sum.subTotalMinor),
      coupons: amount(sum.couponMinor),
      benefits: amount(sum.benefitMinor),
      taxAdded: amount(sum.taxAddedMinor),
      feesAdded: amount(sum.feeAddedMinor),
      total: amount(sum.totalMinor),
      giftCards: amount(sum.giftCardMinor),
      open: amount(sum.openMinor),
      refunded: amount(sum.refundedMinor),
      fees: amount(sum.feeMinor),
      feesRefunded: amount(sum.feeRefundedMinor),
      tax: amount(sum.taxMinor),
      taxRefunded: amount(sum.taxRefundedMinor),
      left: amount(leftMinor(sum)),
      taxes: rows
        .filter(row => row.currency === currency)
        .flatMap(({ taxName: name, taxRate: rate, taxType: type, taxableMinor, taxMinor }) =>
          name === null || rate === null || type === null
            ? []
            : [{ name, rate, type, taxable: amount(taxableMinor), amount: amount(taxMinor) }],
        ),
    }
  })
}

/** `gate` is absent: not by the door, or none was said. */
const AtGateOut = Type.Object({ gate: Type.Optional(Type.String()), checkedIn: Type.Integer() })

export const CheckInsOut = Type.Object({
  period: PeriodOut,
  startDates: Type.Array(InstantOut),
  checkedIn: Type.Integer(),
  events: Type.Array(Type.Object({ eventId: Type.String(), title: Type.String(), checkedIn: Type.Integer() })),
  gates: Type.Array(AtGateOut),
  points: Type.Array(Type.Object({ startDate: InstantOut, checkedIn: Type.Integer(), gates: Type.Array(AtGateOut) })),
})

/** Who came in, in all, by event, by gate, and of each unit of time by gate; where most came is first. */
export function toWireCheckIns(
  points: readonly CheckInPoint[],
): Pick<Static<typeof CheckInsOut>, 'checkedIn' | 'events' | 'gates' | 'points'> {
  const titles = new Map(points.map(({ eventId, title }) => [eventId, title]))
  return {
    checkedIn: countOf(points),
    events: [...sumBy(points, ({ eventId }) => eventId, ['checkedIn'])]
      .map(([eventId, { checkedIn }]) => ({ eventId, title: titles.get(eventId) ?? '', checkedIn }))
      .sort((one, other) => other.checkedIn - one.checkedIn),
    gates: gatesOf(points),
    points: [...Map.groupBy(points, ({ startAt }) => startAt.getTime())].map(([start, of]) => ({
      startDate: new Date(start),
      checkedIn: countOf(of),
      gates: gatesOf(of),
    })),
  }
}

function countOf(points: readonly CheckInPoint[]): number {
  return points.reduce((sum, { checkedIn }) => sum + checkedIn, 0)
}

function gatesOf(points: readonly CheckInPoint[]): Static<typeof AtGateOut>[] {
  return [...Map.groupBy(points, ({ gate }) => gate)]
    .map(([gate, of]) => ({ ...present({ gate }), checkedIn: countOf(of) }))
    .sort((one, other) => other.checkedIn - one.checkedIn)
}

export const EventsOut = Type.Object({
  period: PeriodOut,
  ...PageOut,
  events: Type.Array(
    Type.Object({
      eventId: Type.String(),
      title: Type.Optional(Type.String()),
      startDate: Type.Optional(InstantOut),
      currency,
      ...SOLD,
      refunded: Amount,
      ticketsAdmitting: Type.Integer(),
      checkedIn: Type.Integer(),
    }),
  ),
})

export function toWireEvent(row: EventRow): Static<typeof EventsOut>['events'][number] {
  const { eventId, title, startAt: startDate, currency, refundedMinor, ticketsAdmitting, checkedIn } = row
  return {
    eventId,
    ...present({ title, startDate }),
    currency,
    ...soldOf(row, currency),
    refunded: formatMinor(refundedMinor, currency),
    ticketsAdmitting,
    checkedIn,
  }
}

export const MoneyOut = Type.Object({
  period: PeriodOut,
  startDates: Type.Array(InstantOut),
  money: Type.Array(
    Type.Object({
      currency,
      ...MOVED,
      methods: Type.Array(Type.Object({ method: Type.String(), ...MOVED })),
      points: Type.Array(Type.Object({ startDate: InstantOut, ...MOVED })),
    }),
  ),
})

export function toWireMoney(rows: readonly MoneyPoint[]): Static<typeof MoneyOut>['money'] {
  const members = ['payments', 'capturedMinor', 'refunds', 'refundedMinor'] as const
  return [...sumBy(rows, row => row.currency, members)].map(([currency, sum]) => {
    const moved = ({ payments, capturedMinor, refunds, refundedMinor }: typeof sum) => ({
      payments,
      captured: formatMinor(capturedMinor, currency),
      refunds,
      refunded: formatMinor(refundedMinor, currency),
    })
    const own = rows.filter(row => row.currency === currency)
    const methods = [...sumBy(own, row => row.method, members)].sort(([one], [other]) => one.localeCompare(other))
    return {
      currency,
      ...moved(sum),
      methods: methods.map(([method, of]) => ({ method, ...moved(of) })),
      points: [...sumBy(own, row => row.startAt.toISOString(), members)].map(([start, of]) => ({
        startDate: new Date(start),
        ...moved(of),
      })),
    }
  })
}

export const DueOut = Type.Object({
  due: Type.Array(Type.Object({ currency, kind: Type.String(), count: Type.Integer(), amount: Amount })),
  openCases: Type.Array(Type.Object({ reason: Type.String(), count: Type.Integer() })),
})

export function toWireDue({ currency, kind, count, amountMinor }: DueRow): Static<typeof DueOut>['due'][number] {
  return { currency, kind, count, amount: formatMinor(amountMinor, currency) }
}
