import type { Db, Tx } from '../db/connect.ts'
import type { Media, Picture } from './model.ts'

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

export async function findBytes(
  db: Db,
  { siteId, mediaId, format }: Pick<Media, 'siteId' | 'mediaId' | 'format'>,
): Promise<Buffer | null> {
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
