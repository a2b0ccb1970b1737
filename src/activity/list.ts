import type { Db, Fragment } from '../db/connect.ts'
import { addMinutes, addSeconds } from '../time.ts'
import { actorNameOf } from './actor-name.ts'
import { eventIdOf } from './events-of.ts'
import type { EntityKind } from './record.ts'

/** An activity for people: with the event that it is about, and the name that its actor has now. */
export type ListedActivity = {
  xact: number
  activityId: number
  entityKind: EntityKind
  entityId: string
  sequence: number
  kind: string
  data: Record<string, unknown>
  eventId: string | null
  actorKind: string
  actorId: string
  actorName: string | null
  actorAddress: string | null
  occurredAt: Date
}

export type ActivityFilter = {
  siteId: string
  entityKind: EntityKind | null
  entityId: string | null
  eventId: string | null
  actorKind: string | null
  actorId: string | null
  /** What `kind` begins with: `order`, `order.canceled`. */
  kind: string | null
  from: Date | null
  /** Exclusive. */
  to: Date | null
}

export type Place = { xact: number; activityId: number }
export type Listed = {
  activities: ListedActivity[]
  /** Where the next page begins; null at the end. */
  next: Place | null
}

/**
 * What happened at a site, the newest first. It looks at 5,000 activities at most and gives those that are asked for:
 * `activities` may be few, or none, while `next` says that there may be more.
 * @param before where the page before it ended
 * @param limit 1 to 1000
 */
export async function listActivities(
  db: Db,
  filter: ActivityFilter,
  { before, limit }: { before: Place | null; limit: number },
): Promise<Listed> {
  const { siteId, entityKind, entityId, eventId, actorKind, actorId, kind, from, to } = filter
  const earliest = from && (await xactBefore(db, siteId, addMinutes(from, -SLACK_MINUTES)))
  const latest = to && (await xactBefore(db, siteId, addMinutes(to, SLACK_MINUTES)))
  const rows = await db<((ListedActivity | { activityId: null }) & Bounds)[]>`
    with looked_at as materialized (
      select site_id, xact, activity_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id,
             actor_address, occurred_at
        from activities
       where site_id = ${siteId}
         and ${before ? db`(xact, activity_id) < (${before.xact}::bigint, ${before.activityId}::bigint)` : db`true`}
         and ${earliest === null ? db`true` : db`xact >= ${earliest}`}
         and ${latest === null ? db`true` : db`xact <= ${latest}`}
         and ${entityKind && entityId ? db`entity_kind = ${entityKind} and entity_id = ${entityId}` : db`true`}
         and ${actorKind && actorId ? byActor(db, actorKind, actorId) : db`true`}
       order by xact desc, activity_id desc
       limit ${LOOKED_AT_MAX}
    ), found as (
      select xact, activity_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, actor_address,
             occurred_at, ${eventIdOf(db, db`looked_at`)} as event_id
        from looked_at
       where ${entityKind ? db`entity_kind = ${entityKind}` : db`true`}
         and ${actorKind ? db`actor_kind = ${actorKind}` : db`true`}
         and ${kind === null ? db`true` : db`starts_with(kind, ${kind})`}
         and ${from === null ? db`true` : db`occurred_at >= ${from}`}
         and ${to === null ? db`true` : db`occurred_at < ${to}`}
         and ${eventId === null ? db`true` : db`${eventIdOf(db, db`looked_at`)} = ${eventId}`}
       order by xact desc, activity_id desc
       limit ${limit}
    )
    select looked_at.count as looked_at, looked_at.xact as last_xact, looked_at.activity_id as last_id, found.xact,
           found.activity_id, found.entity_kind, found.entity_id, found.sequence, found.kind, found.data,
           found.event_id, found.actor_kind, found.actor_id, found.actor_address, found.occurred_at,
           ${actorNameOf(db, siteId, { kind: db`found.actor_kind`, id: db`found.actor_id` })} as actor_name
      from (
             select count(*) over () as count, xact, activity_id
               from looked_at
              order by xact, activity_id
              limit 1
           ) as looked_at
      left join found on true
     order by found.xact desc, found.activity_id desc`
  const activities = rows
    .filter((row): row is ListedActivity & Bounds => row.activityId !== null)
    .map(({ lookedAt, lastXact, lastId, ...activity }) => activity)
  return { activities, next: nextPlace(activities, rows[0], limit) }
}

type Bounds = { lookedAt: number; lastXact: number; lastId: number }

const LOOKED_AT_MAX = 5000

/** How much later or earlier than its neighbours a transaction may say that something occurred. */
const SLACK_MINUTES = 10

function nextPlace(activities: readonly ListedActivity[], bounds: Bounds | undefined, limit: number): Place | null {
  const last = activities.at(-1)
  if (last && activities.length === limit) return { xact: last.xact, activityId: last.activityId }
  return bounds && bounds.lookedAt === LOOKED_AT_MAX ? { xact: bounds.lastXact, activityId: bounds.lastId } : null
}

/** In words that let the index of the organizer's people answer. */
function byActor(db: Db, actorKind: string, actorId: string): Fragment {
  const named = db`actor_kind = ${actorKind} and actor_id = ${actorId}`
  return OTHERS.has(actorKind) ? named : db`${named} and actor_kind not in ('visitor', 'member', 'clock', 'payment')`
}

const OTHERS: ReadonlySet<string> = new Set(['visitor', 'member', 'clock', 'payment'])

/**
 * About the last transaction of the site whose activities occurred before `moment`: found by halving, for the numbers of
 * transactions grow as time does, and no index of times has to be kept while people buy.
 */
async function xactBefore(db: Db, siteId: string, moment: Date): Promise<number> {
  const [found] = await db<{ xact: number }[]>`
    with recursive halving (low, high) as (
      select -1::bigint, coalesce((select max(xact) from activities where site_id = ${siteId}), 0)
       union all
      select case when probe.is_before then middle else low end, case when probe.is_before then high else middle - 1 end
        from (select low, high, low + (high - low + 1) / 2 as middle from halving where low < high) as next
       cross join lateral (
               select coalesce((
                        select occurred_at
                          from activities
                         where site_id = ${siteId}
                           and xact <= middle
                         order by xact desc, activity_id desc
                         limit 1
                      ) < ${moment}, true) as is_before
             ) as probe
    )
    select low as xact from halving where low >= high`
  return found?.xact ?? 0
}

/** Forgets from where the organizer's people acted more than 90 days ago; the job, which does at most 1,000 at once. */
export async function forgetAddresses(db: Db, now: Date): Promise<number> {
  const forgotten = await db`
    update activities
       set actor_address = null
     where (site_id, xact, activity_id) in (
             select site_id, xact, activity_id
               from activities
              where actor_address is not null
                and occurred_at < ${addSeconds(now, -KEPT_SECONDS)}
              order by occurred_at
              limit 1000
           )`
  return forgotten.count
}

const KEPT_SECONDS = 90 * 86_400
