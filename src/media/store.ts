import { actorNameOf } from '../activity/actor-name.ts'
import type { Db, Tx } from '../db/connect.ts'
import type { Media, Picture } from './model.ts'

/** What a picture is found by. */
export type NamedMedia = Pick<Media, 'siteId' | 'mediaId' | 'format'>

/** Keeps a picture; null where the site has the same one already. */
export async function insertMedia(
  tx: Tx,
  { siteId, mediaId, format, width, height, bytes, hash }: Media & Picture & { hash: Buffer },
  now: Date,
): Promise<Media | null> {
  const [media] = await tx<Media[]>`
    insert into media (site_id, media_id, format, width, height, hash, bytes, created_at)
    values (${siteId}, ${mediaId}, ${format}, ${width}, ${height}, ${hash}, ${bytes}, ${now})
        on conflict on constraint media_once do nothing
    returning site_id, media_id, format, width, height`
  return media ?? null
}

export async function findMediaByHash(db: Db, siteId: string, hash: Buffer): Promise<Media | null> {
  const [media] = await db<Media[]>`
    select site_id, media_id, format, width, height
      from media
     where site_id = ${siteId}
       and hash = ${hash}`
  return media ?? null
}

export async function findBytes(db: Db, { siteId, mediaId, format }: NamedMedia): Promise<Buffer | null> {
  const [media] = await db<{ bytes: Buffer }[]>`
    select bytes
      from media
     where site_id = ${siteId}
       and media_id = ${mediaId}
       and format = ${format}`
  return media?.bytes ?? null
}

/** Bytes of all pictures of a site. */
export async function countBytes(db: Db, siteId: string): Promise<number> {
  const [counted] = await db<{ total: number }[]>`
    select coalesce(sum(octet_length(bytes)), 0)::bigint as total
      from media
     where site_id = ${siteId}`
  return counted?.total ?? 0
}

/** A picture in the list of the site's: how many bytes it has, and who uploaded it when. */
export type ListedMedia = Media & {
  size: number
  createdAt: Date
  actorKind: string | null
  actorName: string | null
}

/** The newest first. */
export async function listMedia(
  db: Db,
  siteId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<ListedMedia[]> {
  const actor = { kind: db`activities.actor_kind`, id: db`activities.actor_id` }
  return db<ListedMedia[]>`
    select media.site_id, media.media_id, media.format, media.width, media.height, octet_length(media.bytes) as size,
           media.created_at, activities.actor_kind, ${actorNameOf(db, siteId, actor)} as actor_name
      from media
      left join activities
        on activities.site_id = media.site_id
       and activities.entity_kind = 'media'
       and activities.entity_id = media.media_id::text
       and activities.sequence = 1
     where media.site_id = ${siteId}
     order by media.created_at desc, media.media_id
     limit ${limit}
    offset ${offset}`
}

export async function countMedia(db: Db, siteId: string): Promise<number> {
  const [row] = await db<{ total: number }[]>`select count(*) as total from media where site_id = ${siteId}`
  return row?.total ?? 0
}

/** Where a picture is shown: as an event's own, or named in a text of an event, a policy or a schedule. */
export type MediaUse = {
  mediaId: string
  kind: 'EVENT' | 'POLICY' | 'SCHEDULE_ITEM'
  eventId: string
  /** Of the event, policy or item. */
  name: string
  /** Of this picture, these among them. */
  total: number
}

/** Uses of pictures, a few of each. */
export async function listUses(db: Db, siteId: string, mediaIds: readonly string[]): Promise<MediaUse[]> {
  return db<MediaUse[]>`
    with wanted as (
      select media_id, 'media/' || ${siteId} || '/' || media_id::text as path
        from unnest(${[...mediaIds]}::uuid[]) as media_id
    ), uses as (
      select events.main_media_id as media_id, 'EVENT' as kind, events.event_id, events.title as name
        from events
       where events.site_id = ${siteId}
         and events.main_media_id = any(${[...mediaIds]}::uuid[])
       union
      select wanted.media_id, 'EVENT', events.event_id, events.title
        from events
        join wanted
          on strpos(lower(coalesce(description::text, '') || coalesce(detailed_description, '') || seo_settings::text),
                    wanted.path) > 0
       where events.site_id = ${siteId}
         and coalesce(description::text, '') || coalesce(detailed_description, '') || seo_settings::text like '%media/%'
       union
      select wanted.media_id, 'POLICY', policies.event_id, policies.name
        from policies
        join wanted on strpos(lower(policies.body), wanted.path) > 0
       where policies.site_id = ${siteId}
         and policies.body like '%media/%'
       union
      select wanted.media_id, 'SCHEDULE_ITEM', schedule_items.event_id, schedule_items.name
        from schedule_items
        join wanted on strpos(lower(schedule_items.description), wanted.path) > 0
       where schedule_items.site_id = ${siteId}
         and schedule_items.description like '%media/%'
    ), counted as (
      select media_id, kind, event_id, name, count(*) over (partition by media_id) as total,
             row_number() over (partition by media_id order by kind, name, event_id) as place
        from uses
    )
    select media_id, kind, event_id, name, total
      from counted
     where place <= ${USES_SHOWN}
     order by media_id, place`
}

const USES_SHOWN = 5

/** A picture, so that nobody chooses or removes it meanwhile. */
export async function lockMedia(tx: Tx, siteId: string, mediaId: string): Promise<NamedMedia | null> {
  const [media] = await tx<NamedMedia[]>`
    select site_id, media_id, format
      from media
     where site_id = ${siteId}
       and media_id = ${mediaId}
       for update`
  return media ?? null
}

export async function deleteMedia(tx: Tx, siteId: string, mediaId: string): Promise<void> {
  await tx`
    delete from media
     where site_id = ${siteId}
       and media_id = ${mediaId}`
}

export async function isKept(db: Db, { siteId, mediaId, format }: NamedMedia): Promise<boolean> {
  const found = await db`
    select
      from media
     where site_id = ${siteId}
       and media_id = ${mediaId}
       and format = ${format}`
  return found.count > 0
}
