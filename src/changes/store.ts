import { eventIdOf } from '../activity/events-of.ts'
import type { Db } from '../db/connect.ts'

/** What else a change concerns: its event, and the ticket definitions whose numbers it moves. */
export type Concerned = { eventId: string | null; ticketDefinitionIds: string[] }

/** By activity id, of these activities of the site; a reservation's lines say which definitions it holds or held. */
export async function listConcerned(
  db: Db,
  siteId: string,
  activities: readonly { xact: number; activityId: number }[],
): Promise<Map<number, Concerned>> {
  const rows = await db<(Concerned & { activityId: number })[]>`
    select activities.activity_id, ${eventIdOf(db, db`activities`)} as event_id,
           case activities.entity_kind
             when 'ticket_definition' then array[activities.entity_id]
             when 'ticket_reservation' then array(
               select distinct ticket_definition_id::text
                 from ticket_reservation_lines
                where site_id = activities.site_id
                  and ticket_reservation_id = activities.entity_id::uuid
                order by 1)
             when 'ticket' then array(
               select ticket_definition_id::text
                 from tickets
                where site_id = activities.site_id
                  and ticket_number = activities.entity_id)
             when 'order' then array(
               select distinct ticket_definition_id::text
                 from ticket_reservation_lines
                where site_id = activities.site_id
                  and ticket_reservation_id = (
                        select ticket_reservation_id
                          from orders
                         where site_id = activities.site_id
                           and order_number = activities.entity_id)
                order by 1)
             else '{}'
           end as ticket_definition_ids
      from unnest(
             ${activities.map(({ xact }) => xact)}::bigint[], ${activities.map(each => each.activityId)}::bigint[]
           ) as named (xact, activity_id)
      join activities using (xact, activity_id)
     where activities.site_id = ${siteId}`
  return new Map(rows.map(({ activityId, ...concerned }) => [activityId, concerned]))
}
