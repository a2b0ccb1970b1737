import type { Db, Tx } from '../db/connect.ts'

/** Where the organizers of a site read what the site itself has to say to them: its owners and managers, and who was named. */
export async function organizerAddresses(db: Db, siteId: string): Promise<string[]> {
  const rows = await db<{ address: string }[]>`
    select lower(organizer_email) as address
      from sites
     where site_id = ${siteId}
       and organizer_email is not null
     union
    select lower(accounts.email)
      from memberships
      join accounts on accounts.id = memberships.account_id
     where memberships.site_id = ${siteId}
       and memberships.role in ('OWNER', 'MANAGER')
     limit 50`
  return rows.map(row => row.address)
}

export type DueSummary = { siteId: string; locale: string; since: Date; until: Date }

/** Eight in the morning, where the site is. */
const HOUR = 8
const SITES_MAX = 100

/** The sites whose morning has come since they were told last, taken: nobody tells them the same again. */
export async function takeDueSummaries(tx: Tx, now: Date): Promise<DueSummary[]> {
  return tx<DueSummary[]>`
    with due as (
      select sites.site_id, sites.locale, sites.summarized_until, morning.until
        from sites
       cross join lateral (
               select (date_trunc('day', ${now}::timestamptz at time zone sites.time_zone - make_interval(hours => ${HOUR}))
                         + make_interval(hours => ${HOUR})) at time zone sites.time_zone as until
             ) as morning
       where (sites.organizer_email is not null
              or exists (select from memberships where memberships.site_id = sites.site_id))
         and (sites.summarized_until is null or sites.summarized_until < morning.until)
       order by sites.site_id
       limit ${SITES_MAX}
         for update of sites skip locked
    )
    update sites
       set summarized_until = due.until
      from due
     where sites.site_id = due.site_id
    returning sites.site_id, due.locale, due.until,
              greatest(due.summarized_until, due.until - interval '7 days') as since`
}
