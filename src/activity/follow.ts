import type { Db, Fragment } from '../db/connect.ts'
import { isGuid } from '../ids.ts'
import { Refusal } from '../refusals.ts'
import type { Activity, EntityKind } from './record.ts'

/** An activity as it was written, with its place in the order of all. */
export type FollowedActivity = Activity & { data: Record<string, unknown>; xact: number; activityId: number }

export type Followed = {
  activities: FollowedActivity[]
  /** Where to go on: after everything that was looked at. Null where nothing has ever happened. */
  cursor: string | null
  /** Whether there was more to look at already; also where `activities` are few, or none, for `kinds` left them out. */
  hasMore: boolean
}

/**
 * What happened after `after`, in the order of the transactions that wrote it: whoever goes on from `cursor` sees every
 * activity once, whatever commits beside it. A transaction that runs for long keeps back what was written after it began
 * (docs/decisions/0020-activities-are-read-by-transaction.md).
 * @param siteId null for those of all sites
 * @param after a cursor; null for the beginning
 * @param limit 1 to 1000
 * @param kinds only these, like `order.confirmed`
 * @param entityKinds only what happened to such entities
 * @throws Refusal HISTORY_ENDED when `after` is of what a restored backup does not know; null from `parseCursor` is the
 *   caller's to refuse
 */
export async function listActivitiesAfter(
  db: Db,
  wanted: {
    siteId: string | null
    after: string | null
    limit: number
    kinds?: readonly string[] | null
    entityKinds?: readonly EntityKind[] | null
  },
): Promise<Followed> {
  const { siteId, limit, kinds = null, entityKinds = null } = wanted
  const after = wanted.after === null ? null : parseCursor(wanted.after)
  if (wanted.after !== null && after === null) throw new TypeError('this is no cursor of activities')
  const rows = await db<(Bounds & (FollowedActivity | { activityId: null }))[]>`
    with present as materialized (${presentHistory(db)}
    ), looked_at as materialized (
      select site_id, xact, activity_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at
        from activities
       where ${siteId === null ? db`sequence >= 1` : db`site_id = ${siteId}`}
         and (xact, activity_id) > (${after?.xact ?? -1}::bigint, ${after?.activityId ?? 0}::bigint)
         and xact < (select horizon from present)
       order by xact, activity_id
       limit ${LOOKED_AT_MAX}
    ), found as (
      select site_id, xact, activity_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at
        from looked_at
       where ${kinds === null ? db`true` : db`kind = any(${[...kinds]})`}
         and ${entityKinds === null ? db`true` : db`entity_kind = any(${[...entityKinds]})`}
       order by xact, activity_id
       limit ${limit}
    )
    select present.history_id, ${isKnown(db, after)} as is_known, last.xact as last_xact, last.activity_id as last_id,
           (select count(*) from looked_at) as looked_at, found.site_id, found.xact, found.activity_id,
           found.entity_kind, found.entity_id, found.sequence, found.kind, found.data,
           jsonb_build_object('kind', found.actor_kind, 'id', found.actor_id) as actor, found.occurred_at
      from present
      left join (select xact, activity_id from looked_at order by xact desc, activity_id desc limit 1) as last on true
      left join found on true
     order by found.xact, found.activity_id`
  const [bounds] = rows
  if (!bounds) throw new Error('no history of activities has begun: keepHistory was not called')
  if (!bounds.isKnown) throw historyEnded()
  const activities = rows
    .filter((row): row is Bounds & FollowedActivity => row.activityId !== null)
    .map(({ historyId, isKnown, lastXact, lastId, lookedAt, ...activity }) => activity)
  const isFull = activities.length === limit
  const last = isFull ? activities.at(-1) : { xact: bounds.lastXact, activityId: bounds.lastId }
  const cursor =
    last?.xact == null || last.activityId == null
      ? wanted.after
      : cursorAt({ historyId: bounds.historyId, xact: last.xact, activityId: last.activityId })
  const isAtEnd = bounds.lookedAt < LOOKED_AT_MAX && last?.activityId === bounds.lastId
  return { activities, cursor, hasMore: !isAtEnd }
}

type Bounds = {
  historyId: string
  isKnown: boolean
  lastXact: number | null
  lastId: number | null
  lookedAt: number
}

/** How many activities one reading looks at, found or not. */
const LOOKED_AT_MAX = 5000

/** A cursor after everything that `listActivitiesAfter` would give now: it begins with what happens next. */
export async function cursorOfNow(db: Db): Promise<string> {
  const [present] = await db<{ historyId: string; horizon: number }[]>`${presentHistory(db)}`
  if (!present) throw new Error('no history of activities has begun: keepHistory was not called')
  return cursorAt({ historyId: present.historyId, xact: present.horizon, activityId: 0 })
}

/** Which activity is the newest that can be read, of all sites; another answer means that there is something new. */
export async function newestActivity(db: Db): Promise<string | null> {
  const [newest] = await db<{ xact: number; activityId: number }[]>`
    with present as materialized (${presentHistory(db)}
    )
    select xact, activity_id
      from activities
     where sequence >= 1
       and xact < (select horizon from present)
     order by xact desc, activity_id desc
     limit 1`
  return newest ? `${newest.xact} ${newest.activityId}` : null
}

/**
 * The history, and the first transaction of this database that was still running when the statement began to read (or
 * the next one to come): what the ones before it wrote can be read. One of another database writes nothing here; which
 * those are is not always told (of other accounts, and on a standby nothing is), and then they are waited for too.
 */
function presentHistory(db: Db): Fragment {
  return db`
      select history_id, xact_offset + (
               select coalesce(
                        min(running.xid),
                        case when pg_is_in_recovery() then pg_snapshot_xmin(pg_current_snapshot())
                             else pg_snapshot_xmax(pg_current_snapshot())
                         end
                      )::text::bigint
                 from pg_snapshot_xip(pg_current_snapshot()) as running (xid)
                where not exists (
                        select
                          from pg_stat_activity
                         where backend_xid = running.xid::xid
                           and datname <> current_database()
                      )
             ) as horizon
        from activity_histories
       where ended_xact is null`
}

export type Position = { historyId: string; xact: number; activityId: number }

function cursorAt({ historyId, xact, activityId }: Position): string {
  return Buffer.from(JSON.stringify([historyId, xact, activityId])).toString('base64url')
}

/** The place that a cursor names; null for what is none of ours. */
export function parseCursor(cursor: string): Position | null {
  if (cursor.length > CURSOR_LENGTH_MAX) return null
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(parsed) || parsed.length !== 3) return null
    const [historyId, xact, activityId] = parsed
    const isOurs = typeof historyId === 'string' && isGuid(historyId) && isNatural(xact) && isNatural(activityId)
    return isOurs ? { historyId, xact, activityId } : null
  } catch {
    return null
  }
}

const CURSOR_LENGTH_MAX = 200

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

/** Whether what was read up to there has happened in the present history too. */
function isKnown(db: Db, after: Position | null) {
  if (after === null) return db`true`
  return db`exists (
             select
               from activity_histories
              where history_id = ${after.historyId}
                and (ended_xact is null or ended_xact >= ${after.xact})
           )`
}

function historyEnded(): Refusal {
  const description = 'What this cursor has seen was undone when a backup was restored. Read everything again.'
  return new Refusal('HISTORY_ENDED', description)
}
