import { CLOCK } from '../activity/record.ts'
import type { Sql, Tx } from '../db/connect.ts'
import { inTransaction } from '../db/transaction.ts'
import { localMoney, money } from '../money.ts'
import { type DueSummary, takeDueSummaries } from '../sites/organizers.ts'
import { textsIn } from '../texts/texts.ts'
import { wantOrganizerMail } from './mails.ts'

/**
 * The job: tells organizers each morning who ordered and who answered since the last one (events 1.7.5). Where nothing
 * happened, or nobody said who the organizer is, nobody is told.
 * @returns how many sites were looked at
 */
export async function summarize(sql: Sql, now: Date): Promise<number> {
  return inTransaction(sql, async tx => {
    const due = await takeDueSummaries(tx, now)
    for (const site of due) await tellOrganizer(tx, site, now)
    return due.length
  })
}

async function tellOrganizer(tx: Tx, { siteId, locale, since, until }: DueSummary, now: Date): Promise<void> {
  const events = await listNews(tx, siteId, { since, until })
  if (events.length === 0) return
  const { mail: say } = textsIn(locale)
  const facts = events.map(({ title, orders, tickets, totalMinor, currency, yes, no, waiting }): [string, string] => {
    const bought =
      orders === 0 || currency === null
        ? []
        : [
            say('summary.orders', { count: orders }),
            say('summary.tickets', { count: tickets }),
            localMoney(money(totalMinor, currency), locale),
          ]
    const answered = [
      yes > 0 && say('summary.yes', { count: yes }),
      no > 0 && say('summary.no', { count: no }),
      waiting > 0 && say('summary.waiting', { count: waiting }),
    ]
    return [title, [...bought, ...answered].filter(Boolean).join(', ')]
  })
  const fact = `summary/${until.toISOString()}`
  await wantOrganizerMail(tx, { siteId, actor: CLOCK, kind: 'dailySummary', values: {}, facts, fact }, now)
}

type News = {
  title: string
  orders: number
  tickets: number
  totalMinor: number
  currency: string | null
  yes: number
  no: number
  waiting: number
}

/** What was ordered and answered in a time, by event; those with the most first. */
async function listNews(tx: Tx, siteId: string, { since, until }: { since: Date; until: Date }): Promise<News[]> {
  return tx<News[]>`
    with bought as (
      select event_id, currency, count(*) as orders, sum(tickets_quantity)::integer as tickets,
             sum(grand_total_minor)::bigint as total_minor
        from orders
       where site_id = ${siteId}
         and confirmed_at >= ${since}
         and confirmed_at < ${until}
         and canceled_at is null
       group by event_id, currency
    ), answered as (
      select event_id, count(*) filter (where status = 'YES') as yes, count(*) filter (where status = 'NO') as no,
             count(*) filter (where status = 'WAITLIST') as waiting
        from rsvps
       where site_id = ${siteId}
         and created_at >= ${since}
         and created_at < ${until}
       group by event_id
    )
    select events.title, coalesce(bought.orders, 0) as orders, coalesce(bought.tickets, 0) as tickets,
           coalesce(bought.total_minor, 0) as total_minor, bought.currency, coalesce(answered.yes, 0) as yes,
           coalesce(answered.no, 0) as no, coalesce(answered.waiting, 0) as waiting
      from events
      left join bought using (event_id)
      left join answered using (event_id)
     where events.site_id = ${siteId}
       and (bought.event_id is not null or answered.event_id is not null)
     order by coalesce(bought.tickets, 0) + coalesce(answered.yes, 0) desc, events.event_id
     limit ${EVENTS_MAX}`
}

const EVENTS_MAX = 50
