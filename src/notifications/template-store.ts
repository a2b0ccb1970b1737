import type { Db } from '../db/connect.ts'
import type { SiteTemplate } from './templates.ts'

/** What the organizer wrote for all events of a site. */
export async function listSiteTemplates(db: Db, siteId: string): Promise<SiteTemplate[]> {
  return db<SiteTemplate[]>`
    select language, name, subject, body
      from mail_templates
     where site_id = ${siteId}
     order by language, name`
}

/** Which mails of a site are not sent by themselves, of those that events have no switch for. */
export async function listMailsOff(db: Db, siteId: string): Promise<readonly string[]> {
  const [row] = await db<{ mailsOff: string[] }[]>`select mails_off from sites where site_id = ${siteId}`
  return row?.mailsOff ?? []
}
