import type { Db, Tx } from '../db/connect.ts'
import type { StoredEvent } from './model.ts'

/** Remembers that an event had `slug` until now (events 1.9.8). */
export async function leaveSlug(
  tx: Tx,
  { siteId, eventId, slug }: Pick<StoredEvent, 'siteId' | 'eventId' | 'slug'>,
  now: Date,
): Promise<void> {
  await tx`
    insert into former_slugs (site_id, slug, event_id, left_at)
    values (${siteId}, ${slug}, ${eventId}, ${now})
        on conflict (site_id, slug) do update
       set event_id = excluded.event_id, left_at = excluded.left_at`
}

/** The slug of the event that had `former` last; null when none had, or it wants no redirects (events 1.9.8). */
export async function findSlugAfter(db: Db, siteId: string, former: string): Promise<string | null> {
  const [row] = await db<{ slug: string }[]>`
    select events.slug
      from former_slugs
      join events using (site_id, event_id)
     where former_slugs.site_id = ${siteId}
       and former_slugs.slug = ${former}
       and events.published_at is not null
       and events.seo_settings #>> '{advancedSeoData,settings,preventAutoRedirect}' is distinct from 'true'`
  return row?.slug ?? null
}
