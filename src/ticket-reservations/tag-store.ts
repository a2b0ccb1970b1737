import { type Activity, record } from '../activity/record.ts'
import { arrayOf, type Db, type Fragment, type Tx, textsOf } from '../db/connect.ts'
import type { QueryFields } from '../wire/query.ts'
import { COMPARISON, EQUALITY, type Operator } from '../wire/query.ts'
import type { Tags } from './tag-model.ts'

/** A reservation as far as its tags go. */
export type Tagged = Tags & { ticketReservationId: string; eventId: string; revision: number }

/** Locks the named reservations in id order. */
export async function lockTagged(tx: Tx, siteId: string, ids: readonly string[]): Promise<Tagged[]> {
  if (ids.length === 0) return []
  return tx<Tagged[]>`
    select ticket_reservation_id, event_id, revision, tags, private_tags
      from ticket_reservations
     where site_id = ${siteId}
       and ticket_reservation_id = any(${[...ids]})
     order by ticket_reservation_id
       for update`
}

/** Writes the tags of locked reservations, raises their revisions and tells of it (R141). */
export async function writeTags(
  tx: Tx,
  siteId: string,
  changed: readonly Tagged[],
  { actor, now }: { actor: Activity['actor']; now: Date },
): Promise<void> {
  if (changed.length === 0) return
  const ids = changed.map(each => each.ticketReservationId)
  await tx`
    update ticket_reservations as reservations
       set tags = changed.tags::text[],
           private_tags = changed.private_tags::text[],
           revision = reservations.revision + 1,
           updated_at = ${now}
      from unnest(
             ${arrayOf(ids)}::uuid[],
             ${textsOf(changed.map(each => textsOf(each.tags)))}::text[],
             ${textsOf(changed.map(each => textsOf(each.privateTags)))}::text[]
           ) as changed (ticket_reservation_id, tags, private_tags)
     where reservations.site_id = ${siteId}
       and reservations.ticket_reservation_id = any(${ids})
       and reservations.ticket_reservation_id = changed.ticket_reservation_id`
  await record(
    tx,
    changed.map(({ ticketReservationId, eventId, revision }) => ({
      siteId,
      entityKind: 'ticket_reservation',
      entityId: ticketReservationId,
      sequence: revision + 1,
      kind: 'ticket_reservation.tags_updated',
      data: { eventId },
      actor,
      occurredAt: now,
    })),
  )
}

/**
 * Looks at the next reservations of a site in id order, however few of them are wanted, so that no look takes long.
 * @param createdBefore only those that were there then: with ones that come meanwhile it might never end
 * @param eventIds only of these events; null: of all
 */
export async function examineNext(
  db: Db,
  siteId: string,
  { after, limit, where, createdBefore, eventIds }: Examination,
): Promise<{ ticketReservationId: string; wanted: boolean }[]> {
  return db`
    select reservations.ticket_reservation_id,
           coalesce(
             reservations.created_at <= ${createdBefore}
               and (${eventIds === null} or reservations.event_id = any(${[...(eventIds ?? [])]}::uuid[]))
               and ${where},
             false
           ) as wanted
      from ticket_reservations as reservations
     where reservations.site_id = ${siteId}
       and reservations.ticket_reservation_id > ${after ?? NO_GUID}::uuid
     order by reservations.ticket_reservation_id
     limit ${limit}`
}

export type Examination = {
  after: string | null
  limit: number
  where: Fragment
  createdBefore: Date
  eventIds: readonly string[] | null
}

/** Smaller than every id that is made. */
const NO_GUID = '00000000-0000-0000-0000-000000000000'

const LISTED = ['$eq', '$in', '$hasSome', '$hasAll', '$isEmpty'] as const satisfies Operator[]

/**
 * What reservations can be filtered by, by the names that they have on the wire; over the alias of `examineNext`.
 * inferred: the published client takes any filter, and no page lists the fields.
 */
export const RESERVATION_FIELDS: QueryFields = {
  id: { sql: db => db`reservations.ticket_reservation_id`, type: 'guid', operators: EQUALITY },
  status: {
    // A hold past its deadline is EXPIRED, whoever wrote that down or not (R130).
    sql: (db, now) => db`
      case
        when reservations.status = 'PENDING' and reservations.expires_at <= ${now}::timestamptz then 'EXPIRED'
        else reservations.status
      end`,
    type: 'text',
    operators: EQUALITY,
  },
  createdDate: { sql: db => db`reservations.created_at`, type: 'instant', operators: COMPARISON },
  updatedDate: { sql: db => db`reservations.updated_at`, type: 'instant', operators: COMPARISON },
  expirationDate: { sql: db => db`reservations.expires_at`, type: 'instant', operators: COMPARISON },
  visitorId: { sql: db => db`reservations.visitor_id`, type: 'guid', operators: EQUALITY },
  memberId: { sql: db => db`reservations.member_id`, type: 'guid', operators: EQUALITY },
  eventId: { sql: db => db`reservations.event_id`, type: 'guid', operators: EQUALITY },
  'tickets.eventId': { sql: db => db`reservations.event_id`, type: 'guid', operators: EQUALITY },
  'tickets.ticketDefinitionId': {
    sql: db => db`array(
      select lines.ticket_definition_id::text
        from ticket_reservation_lines as lines
       where lines.site_id = reservations.site_id
         and lines.ticket_reservation_id = reservations.ticket_reservation_id
    )`,
    type: 'guids',
    operators: LISTED,
  },
  'tags.tags.tagIds': { sql: db => db`reservations.tags`, type: 'texts', operators: LISTED },
  'tags.privateTags.tagIds': { sql: db => db`reservations.private_tags`, type: 'texts', operators: LISTED },
}
