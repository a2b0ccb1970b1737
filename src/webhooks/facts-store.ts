import type { Activity } from '../activity/record.ts'
import type { Db } from '../db/connect.ts'
import type { Fact } from './model.ts'

/** Those of these events that have guests, in any attendance status (events 1.17.5). */
export async function listWithGuests(db: Db, siteId: string, eventIds: readonly string[]): Promise<Set<string>> {
  if (eventIds.length === 0) return new Set()
  const rows = await db<{ eventId: string }[]>`
    select asked.event_id
      from unnest(${[...eventIds]}::uuid[]) as asked (event_id)
     where exists (select from orders where site_id = ${siteId} and event_id = asked.event_id)
        or exists (select from rsvps where site_id = ${siteId} and event_id = asked.event_id)`
  return new Set(rows.map(({ eventId }) => eventId))
}

/** What the deletion of these said of their last states, by kind and id. */
export async function listLastStates(
  db: Db,
  siteId: string,
  entityIds: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  if (entityIds.length === 0) return new Map()
  const rows = await db<{ entityKind: string; entityId: string; data: Record<string, unknown> }[]>`
    select entity_kind, entity_id, data
      from activities
     where site_id = ${siteId}
       and entity_kind in ('policy', 'staff_member', 'rsvp', 'ticket_reservation')
       and entity_id = any(${[...entityIds]})
       and kind = entity_kind || '.deleted'`
  return new Map(rows.map(({ entityKind, entityId, data }) => [`${entityKind} ${entityId}`, data]))
}

/** Facts by what they are about and their numbers. */
export async function listFacts(
  db: Db,
  siteId: string,
  named: readonly Pick<Activity, 'entityKind' | 'entityId' | 'sequence'>[],
): Promise<Fact[]> {
  if (named.length === 0) return []
  return db<Fact[]>`
    select site_id, activity_id, activities.entity_kind, activities.entity_id, activities.sequence, kind, data,
           jsonb_build_object('kind', actor_kind, 'id', actor_id) as actor, occurred_at
      from activities
      join unnest(
             ${named.map(each => each.entityKind)}::text[], ${named.map(each => each.entityId)}::text[],
             ${named.map(each => each.sequence)}::integer[]
           ) as named (entity_kind, entity_id, sequence)
        on named.entity_kind = activities.entity_kind
       and named.entity_id = activities.entity_id
       and named.sequence = activities.sequence
     where site_id = ${siteId}`
}

/** The latest fact of any of these kinds, among the last ten thousand. */
export async function findLatestFact(db: Db, siteId: string, kinds: readonly string[]): Promise<Fact | null> {
  const [fact] = await db<Fact[]>`
    select site_id, activity_id, entity_kind, entity_id, sequence, kind, data,
           jsonb_build_object('kind', actor_kind, 'id', actor_id) as actor, occurred_at
      from (
        select site_id, activity_id, entity_kind, entity_id, sequence, kind, data, actor_kind, actor_id, occurred_at
          from activities
         where site_id = ${siteId}
         order by xact desc, activity_id desc
         limit 10000
      ) as latest
     where kind = any(${[...kinds]})
     order by activity_id desc
     limit 1`
  return fact ?? null
}

/** Where a reading of facts goes on: after this one. */
export type FactPosition = { xact: number; activityId: number }

/** The facts of these kinds from one moment until before another, in the order in which they could be read. */
export async function listFactsWithin(
  db: Db,
  siteId: string,
  {
    kinds,
    from,
    until,
    after,
    limit,
  }: { kinds: readonly string[]; from: Date; until: Date; after: FactPosition | null; limit: number },
): Promise<(Fact & FactPosition)[]> {
  return db<(Fact & FactPosition)[]>`
    select site_id, xact, activity_id, entity_kind, entity_id, sequence, kind, data,
           jsonb_build_object('kind', actor_kind, 'id', actor_id) as actor, occurred_at
      from activities
     where site_id = ${siteId}
       and kind = any(${[...kinds]})
       and occurred_at >= ${from}
       and occurred_at < ${until}
       and (xact, activity_id) > (${after?.xact ?? -1}::bigint, ${after?.activityId ?? 0}::bigint)
     order by xact, activity_id
     limit ${limit}`
}
