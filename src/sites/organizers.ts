import type { Db, Tx } from '../db/connect.ts'

/** Where the organizers of a site read what the site itself has to say to them; nowhere, where nobody said. */
export async function organizerAddresses(db: Db, siteId: string): Promise<string[]> {
  const rows = await db<{ organizerEmail: string }[]>`
    select organizer_email
      from sites
     where site_id = ${siteId}
       and organizer_email is not null`
  return rows.map(row => row.organizerEmail)
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
       where sites.organizer_email is not null
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
