import { type Db, jsonb, type Tx } from '../db/connect.ts'
import type { SiteTemplate } from './templates.ts'

/** What the organizer wrote for all events of a site. */
export async function listSiteTemplates(db: Db, siteId: string): Promise<SiteTemplate[]> {
  return db<SiteTemplate[]>`
    select language, name, subject, body, updated_at
      from mail_templates
     where site_id = ${siteId}
     order by language, name`
}

/** Which mails of a site are not sent by themselves, of those that events have no switch for. */
export async function listMailsOff(db: Db, siteId: string): Promise<readonly string[]> {
  const [row] = await db<{ mailsOff: string[] }[]>`select mails_off from sites where site_id = ${siteId}`
  return row?.mailsOff ?? []
}

/** Writes what the organizer wrote, in place of what was there. */
export async function writeSiteTemplates(
  tx: Tx,
  siteId: string,
  templates: readonly Omit<SiteTemplate, 'updatedAt'>[],
  now: Date,
): Promise<void> {
  if (templates.length === 0) return
  await tx`
    insert into mail_templates (site_id, language, name, subject, body, updated_at)
    select ${siteId}, language, name, subject, body, ${now}
      from jsonb_to_recordset(${jsonb(tx, templates)}) as new (language text, name text, subject text, body text)
        on conflict (site_id, language, name)
        do update
       set subject = excluded.subject, body = excluded.body, updated_at = excluded.updated_at`
}

/** What is taken back is said in our words again. */
export async function removeSiteTemplates(
  tx: Tx,
  siteId: string,
  { language, names }: { language: string; names: readonly string[] },
): Promise<void> {
  if (names.length === 0) return
  await tx`
    delete from mail_templates
     where site_id = ${siteId}
       and language = ${language}
       and name = any(${[...names]})`
}
