import { Temporal } from 'temporal-polyfill'
import type { Db } from '../db/connect.ts'
import { formatMinor } from '../money.ts'
import { getSite } from '../sites/store.ts'
import { netRevenue } from './store.ts'

/**
 * What was ordered since the day began where the site is, and stands: in all, and of the events that sell most.
 * @param eventIds of these alone; none: of all
 */
export async function gatherToday(
  db: Db,
  { siteId, eventIds }: { siteId: string; eventIds: readonly string[] },
  now: Date,
) {
  const { timeZone } = await getSite(db, siteId)
  const from = startOfDay(now, timeZone)
  const rows = await listSalesSince(db, { siteId, eventIds, from })
  const amount = (minor: number, currency: string) => ({ value: formatMinor(minor, currency), currency })
  const byCurrency = Map.groupBy(rows, ({ currency }) => currency)
  const sum = (some: readonly Sales[], figure: 'orders' | 'tickets' | 'revenueMinor') =>
    some.reduce((total, each) => total + each[figure], 0)
  return {
    from,
    orders: sum(rows, 'orders'),
    tickets: sum(rows, 'tickets'),
    revenue: [...byCurrency].map(([currency, some]) => amount(sum(some, 'revenueMinor'), currency)),
    events: rows.slice(0, EVENTS_MAX).map(({ eventId, title, orders, tickets, revenueMinor, currency }) => {
      return { eventId, title: title ?? '', orders, tickets, revenue: amount(revenueMinor, currency) }
    }),
  }
}

const EVENTS_MAX = 5

function startOfDay(now: Date, timeZone: string): Date {
  const there = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone)
  return new Date(there.startOfDay().epochMilliseconds)
}

type Sales = {
  eventId: string
  /** null: the event was deleted. */
  title: string | null
  orders: number
  tickets: number
  revenueMinor: number
  currency: string
}

/** Of each event and currency, those with most tickets first. */
async function listSalesSince(
  db: Db,
  { siteId, eventIds, from }: { siteId: string; eventIds: readonly string[]; from: Date },
): Promise<Sales[]> {
  return db<Sales[]>`
    select sold.event_id, events.title, sold.orders, sold.tickets, sold.revenue_minor, sold.currency
      from (
             select event_id, currency, count(*)::integer as orders,
                    sum(tickets_quantity)::integer as tickets, sum(${netRevenue(db)})::bigint as revenue_minor
               from orders
              where site_id = ${siteId}
                and created_at >= ${from}
                and (${eventIds.length === 0} or event_id = any(${[...eventIds]}::uuid[]))
                and confirmed_at is not null
                and archived_at is null
                and canceled_at is null
              group by event_id, currency
           ) as sold
      left join events
        on events.site_id = ${siteId}
       and events.event_id = sold.event_id
     order by sold.tickets desc, sold.event_id, sold.currency`
}
