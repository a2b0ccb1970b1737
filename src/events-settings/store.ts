import type { Db } from '../db/connect.ts'
import { freeSql } from '../ticket-definitions/store.ts'

/** Whether a site ever made an event, and what it offers (events 10.6). */
export async function saleFactsOf(
  db: Db,
  siteId: string,
): Promise<{ firstEventCreated: boolean; sellingTickets: boolean; sellingPaidTickets: boolean }> {
  const [facts] = await db<{ firstEventCreated: boolean; sellingTickets: boolean; sellingPaidTickets: boolean }[]>`
    select exists (
             select from activities where site_id = ${siteId} and entity_kind = 'event'
           ) as first_event_created,
           exists (
             select from ticket_definitions where site_id = ${siteId} and deleted_at is null
           ) as selling_tickets,
           exists (
             select
               from ticket_definitions as definitions
              where site_id = ${siteId}
                and deleted_at is null
                and not ${freeSql(db)}
           ) as selling_paid_tickets`
  if (!facts) throw new Error('asking what a site sells gave no row')
  return facts
}
