import { createHash } from 'node:crypto'
import { type Db, jsonb } from '../db/connect.ts'
import { isGuid } from '../ids.ts'
import { invalid } from '../refusals.ts'
import type { PageRead } from '../wire/pages.ts'
import type { WireQuery } from '../wire/query.ts'

type Metadata = PageRead<unknown>['metadata']

/** Characters of a cursor before it is shortened: api 6.3.6. */
const LENGTH_MAX = 16_000

/**
 * `metadata` with cursors of 36 characters, the most that the client takes here (R101); what they stand for is kept for
 * a day at least. The same page of the same query has the same cursor, so that reading again writes nothing.
 */
export async function shortenCursors(
  db: Db,
  metadata: Metadata,
  { siteId, now }: { siteId: string; now: Date },
): Promise<Metadata> {
  if (!metadata.cursors) return metadata
  const cursors = Object.entries(metadata.cursors).map(([name, cursor]) => ({ name, cursorId: idOf(cursor), cursor }))
  if (cursors.some(({ cursor }) => cursor.length > LENGTH_MAX))
    throw invalid('query.filter', 'is too long to be paged through', 'MAX_LENGTH')
  if (cursors.length > 0) await insertCursors(db, cursors, { siteId, now })
  return { ...metadata, cursors: Object.fromEntries(cursors.map(({ name, cursorId }) => [name, cursorId])) }
}

/**
 * The query with what its cursor stands for.
 * @throws InvalidRequest for a cursor that was never given out, or too long ago
 */
export async function lengthenCursor(
  db: Db,
  siteId: string,
  query: WireQuery | null | undefined,
): Promise<WireQuery | null | undefined> {
  const cursorId = query?.cursorPaging?.cursor
  if (!cursorId) return query
  const cursor = isGuid(cursorId) ? await findCursor(db, siteId, cursorId) : null
  if (cursor === null) throw invalid('query.cursorPaging.cursor', 'is not a cursor of this API, or too old', 'CURSOR')
  return { ...query, cursorPaging: { ...query.cursorPaging, cursor } }
}

function idOf(cursor: string): string {
  const hash = createHash('sha256').update(cursor).digest('hex')
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-')
}

/** Takes away up to 100 old ones along with it: the table stays as large as a day's queries. */
async function insertCursors(
  db: Db,
  cursors: readonly { cursorId: string; cursor: string }[],
  { siteId, now }: { siteId: string; now: Date },
): Promise<void> {
  const rows = cursors.map(({ cursorId, cursor }) => ({ cursor_id: cursorId, cursor }))
  const ids = cursors.map(({ cursorId }) => cursorId)
  await db`
    with old as (
      select cursor_id
        from query_cursors
       where site_id = ${siteId}
         and created_at < ${hoursBefore(now, 24)}
         and cursor_id not in ${db(ids)}
       order by created_at
       limit 100
         for update skip locked
    ), deleted as (
      delete from query_cursors
       where site_id = ${siteId}
         and cursor_id in (select cursor_id from old)
    )
    insert into query_cursors (site_id, cursor_id, cursor, created_at)
    select ${siteId}::uuid, cursor_id, cursor, ${now}
      from jsonb_to_recordset(${jsonb(db, rows)}) as new (cursor_id uuid, cursor text)
        on conflict (site_id, cursor_id) do update
       set created_at = excluded.created_at
     where query_cursors.created_at < ${hoursBefore(now, 1)}`
}

async function findCursor(db: Db, siteId: string, cursorId: string): Promise<string | null> {
  const [row] = await db<{ cursor: string }[]>`
    select cursor
      from query_cursors
     where site_id = ${siteId}
       and cursor_id = ${cursorId}`
  return row?.cursor ?? null
}

function hoursBefore(now: Date, hours: number): Date {
  return new Date(now.getTime() - hours * 3_600_000)
}
