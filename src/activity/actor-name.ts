import type { Db, Fragment } from '../db/connect.ts'

/**
 * The name that whoever did something has now, by two texts of the statement; null of guests, and of who is gone.
 * @param who.id of an `admin` need not be a GUID: what made the demo was no key
 */
export function actorNameOf(db: Db, siteId: string, { kind, id }: { kind: Fragment; id: Fragment }): Fragment {
  return db`case ${kind}
             when 'admin' then (select name from api_keys where site_id = ${siteId} and api_key_id::text = ${id})
             when 'organizer' then (select name from accounts where id = ${id}::uuid)
             when 'staff' then (
               select name from staff_members where site_id = ${siteId} and staff_member_id = ${id}::uuid)
           end`
}
