import type { Db, Fragment } from '../db/connect.ts'

/**
 * The id, as text, of the event that a row of `activities` is about, named `of` in the statement; null of what belongs
 * to no event, and of what is gone without having said it. A row each by its key, and only for the kinds that need one.
 */
export function eventIdOf(db: Db, of: Fragment): Fragment {
  return db`coalesce(${of}.data->>'eventId', case ${of}.entity_kind
           when 'event' then ${of}.entity_id
           when 'registration_form' then ${of}.entity_id
           when 'schedule' then ${of}.entity_id
           when 'notification_config' then ${of}.entity_id
           when 'policy' then (
             select event_id::text from policies where site_id = ${of}.site_id and policy_id = ${of}.entity_id::uuid)
           when 'ticket_definition' then (
             select event_id::text
               from ticket_definitions
              where site_id = ${of}.site_id
                and ticket_definition_id = ${of}.entity_id::uuid)
           when 'seating_plan' then (
             select event_id::text
               from seating_plans
              where site_id = ${of}.site_id
                and seating_plan_id = ${of}.entity_id::uuid)
           when 'ticket_reservation' then (
             select event_id::text
               from ticket_reservations
              where site_id = ${of}.site_id
                and ticket_reservation_id = ${of}.entity_id::uuid)
           when 'order' then (
             select event_id::text from orders where site_id = ${of}.site_id and order_number = ${of}.entity_id)
           when 'ticket' then (
             select event_id::text from tickets where site_id = ${of}.site_id and ticket_number = ${of}.entity_id)
           when 'rsvp' then (
             select event_id::text from rsvps where site_id = ${of}.site_id and rsvp_id = ${of}.entity_id::uuid)
         end)`
}
