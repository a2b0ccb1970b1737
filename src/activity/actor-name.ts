import type { Db, Fragment } from '../db/connect.ts'

/** The name that the actor of a row has now, a row named `of` in the statement; null of guests, and of who is gone. */
export function actorNameOf(db: Db, siteId: string, of: Fragment): Fragment {
  return db`case ${of}.actor_kind
             when 'admin' then (
               select name from api_keys where site_id = ${siteId} and api_key_id = ${of}.actor_id::uuid)
             when 'organizer' then (select name from accounts where id = ${of}.actor_id::uuid)
             when 'staff' then (
               select name from staff_members where site_id = ${siteId} and staff_member_id = ${of}.actor_id::uuid)
           end`
}
