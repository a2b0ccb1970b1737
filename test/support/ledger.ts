import { expect } from 'vitest'
import type { Sql } from '../../src/db/connect.ts'
import type { Answer } from './app.ts'
import { refusalOf } from './sale.ts'

/** Everything that selling writes, row by row. */
export async function ledgerOf(sql: Sql) {
  const rows = await sql`
    select 'inventory' as kind, to_jsonb(inventory) as content from inventory
    union all select 'reservation', to_jsonb(ticket_reservations) from ticket_reservations
    union all select 'line', to_jsonb(ticket_reservation_lines) from ticket_reservation_lines
    union all select 'place', to_jsonb(seating_places) from seating_places
    union all select 'order', to_jsonb(orders) from orders
    union all select 'promotion', to_jsonb(promotions) from promotions
    union all select 'use', to_jsonb(promotion_uses) from promotion_uses
    union all select 'ticket', to_jsonb(tickets) from tickets
    union all select 'payment', to_jsonb(payments) from payments
    union all select 'notification', to_jsonb(payment_notifications) from payment_notifications
    union all select 'pos payment', to_jsonb(pos_payments) from pos_payments
    union all select 'case', to_jsonb(reconciliation_cases) from reconciliation_cases
    union all select 'refund', to_jsonb(refunds) from refunds
    union all select 'gift card', to_jsonb(gift_cards) from gift_cards
    union all select 'entry', to_jsonb(gift_card_entries) from gift_card_entries
    union all select 'contact', to_jsonb(contacts) from contacts
    union all select 'notifications', to_jsonb(notification_configs) from notification_configs
    union all select 'rsvp', to_jsonb(rsvps) from rsvps
    union all select 'answers', to_jsonb(rsvp_counts) from rsvp_counts
    union all select 'scan', to_jsonb(door_scans) from door_scans
    union all select 'conflict', to_jsonb(door_conflicts) from door_conflicts
    union all select 'job', to_jsonb(jobs) from jobs
    union all select 'item', to_jsonb(job_items) from job_items
    union all select 'activity', to_jsonb(activities) from activities
    order by 1, 2`
  return rows.map(({ kind, content }) => [kind, content])
}

/** What `request` is refused with, after making sure that nothing at all was held, charged or half written. */
export async function refusedWithoutTrace(
  sql: Sql,
  request: () => Promise<Answer>,
): Promise<ReturnType<typeof refusalOf>> {
  const before = await ledgerOf(sql)
  const answer = await request()
  expect(await ledgerOf(sql)).toEqual(before)
  return refusalOf(answer)
}
