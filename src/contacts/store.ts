import type { Tx } from '../db/connect.ts'
import { newGuid } from '../ids.ts'

export type Contact = { firstName: string; lastName: string; email: string }

/** The contact with this e-mail address, found or made, with the newest name (R156). */
export async function upsertContact(tx: Tx, siteId: string, contact: Contact, now: Date): Promise<string> {
  const [row] = await tx<{ contactId: string }[]>`
    insert into contacts (site_id, contact_id, email, first_name, last_name, created_at, updated_at)
    values (
      ${siteId}, ${newGuid()}, lower(${contact.email}), ${contact.firstName}, ${contact.lastName}, ${now}, ${now}
    )
    on conflict (site_id, email) do update
       set first_name = excluded.first_name, last_name = excluded.last_name, updated_at = excluded.updated_at
    returning contact_id`
  if (!row) throw new Error('upserting a contact gave no row back')
  return row.contactId
}
