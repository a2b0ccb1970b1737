import type { Db } from '../db/connect.ts'

/** Where the organizers of a site read what the site itself has to say to them; nowhere, where nobody said. */
export async function organizerAddresses(db: Db, siteId: string): Promise<string[]> {
  const rows = await db<{ organizerEmail: string }[]>`
    select organizer_email
      from sites
     where site_id = ${siteId}
       and organizer_email is not null`
  return rows.map(row => row.organizerEmail)
}
