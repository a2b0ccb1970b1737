import { jsonb, type Tx } from '../db/connect.ts'

export type Contact = { firstName: string; lastName: string; email: string }

/**
 * The contacts with these e-mail addresses, found or made, each with the newest name, in one statement. Their rows are
 * locked in the order of their addresses.
 * @returns their ids, in the order given
 */
export async function upsertContacts(
  tx: Tx,
  siteId: string,
  contacts: readonly Contact[],
  now: Date,
): Promise<string[]> {
  if (contacts.length === 0) return []
  const rows = contacts.map(({ email, firstName, lastName }, index) => ({ index, email, firstName, lastName }))
  const found = await tx<{ contactId: string }[]>`
    with given as (
      select index, lower(email) as email, "firstName" as first_name, "lastName" as last_name
        from jsonb_to_recordset(${jsonb(tx, rows)}) as given (
               index integer, email text, "firstName" text, "lastName" text
             )
    ), saved as (
      insert into contacts (site_id, contact_id, email, first_name, last_name, created_at, updated_at)
      select distinct on (email) ${siteId}::uuid, gen_random_uuid(), email, first_name, last_name,
             ${now}::timestamptz, ${now}::timestamptz
        from given
       order by email, index desc
          on conflict (site_id, email) do update
         set first_name = excluded.first_name, last_name = excluded.last_name, updated_at = excluded.updated_at
      returning contact_id, email
    )
    select saved.contact_id
      from given
      join saved using (email)
     order by given.index`
  return found.map(({ contactId }) => contactId)
}

/** Locks a contact: nobody makes an order of it meanwhile. False when there is none. */
export async function lockContact(tx: Tx, siteId: string, contactId: string): Promise<boolean> {
  const locked = await tx`
    select contact_id
      from contacts
     where site_id = ${siteId}
       and contact_id = ${contactId}
       for update`
  return locked.length > 0
}

/** Forgets a locked contact that nothing refers to any more. */
export async function removeContact(tx: Tx, siteId: string, contactId: string): Promise<void> {
  await tx`
    delete from contacts
     where site_id = ${siteId}
       and contact_id = ${contactId}`
}
