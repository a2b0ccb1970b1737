import { type Db, type Fragment, jsonb, type Tx } from '../db/connect.ts'
import { eventNotFound } from '../events/store.ts'
import { Refusal } from '../refusals.ts'
import { type Paged, type PageRead, pageOf } from '../wire/pages.ts'
import { COMPARISON, compileQuery, type QueryRules, type WireQuery } from '../wire/query.ts'
import type { StaffMember } from './model.ts'

type Key = { siteId: string; staffMemberId: string }

export async function findStaffMember(db: Db, { siteId, staffMemberId }: Key): Promise<StaffMember | null> {
  const [row] = await db<StaffMember[]>`
    select ${columns(db)}
      from staff_members
     where site_id = ${siteId}
       and staff_member_id = ${staffMemberId}`
  return row ?? null
}

/** @throws Refusal STAFF_MEMBER_NOT_FOUND */
export async function getStaffMember(db: Db, key: Key): Promise<StaffMember> {
  const staffMember = await findStaffMember(db, key)
  if (!staffMember) throw staffMemberNotFound(key.staffMemberId)
  return staffMember
}

/** The staff member, locked until the transaction ends. @throws Refusal STAFF_MEMBER_NOT_FOUND */
export async function lockStaffMember(tx: Tx, { siteId, staffMemberId }: Key): Promise<StaffMember> {
  const [row] = await tx<StaffMember[]>`
    select ${columns(tx)}
      from staff_members
     where site_id = ${siteId}
       and staff_member_id = ${staffMemberId}
       for update`
  if (!row) throw staffMemberNotFound(staffMemberId)
  return row
}

/** The site of the login link that holds the token with this hash; null when none does. The link does not say it. */
export async function findSiteOfLogin(db: Db, loginHash: Buffer): Promise<string | null> {
  const [row] = await db<{ siteId: string }[]>`
    select site_id
      from staff_members
     where login_hash = ${loginHash}`
  return row?.siteId ?? null
}

/** Whose login link holds the token with this hash, locked until the transaction ends; null when nobody's does. */
export async function lockByLogin(tx: Tx, siteId: string, loginHash: Buffer): Promise<StaffMember | null> {
  const [row] = await tx<StaffMember[]>`
    select ${columns(tx)}
      from staff_members
     where site_id = ${siteId}
       and login_hash = ${loginHash}
       for update`
  return row ?? null
}

export async function insertStaffMember(tx: Tx, staffMember: StaffMember, loginHash: Buffer): Promise<void> {
  await tx`
    insert into staff_members (
      site_id, staff_member_id, revision, name, permissions, event_ids, status, login_hash, extended_fields, created_at,
      updated_at
    ) values (
      ${staffMember.siteId}, ${staffMember.staffMemberId}, ${staffMember.revision}, ${staffMember.name},
      ${staffMember.permissions}, ${staffMember.eventIds}, ${staffMember.status}, ${loginHash},
      ${staffMember.extendedFields && jsonb(tx, staffMember.extendedFields)}, ${staffMember.createdAt},
      ${staffMember.updatedAt}
    )`
}

/** Writes all that can change but the events: what is read of those leaves out deleted ones. */
export async function updateStaffMember(tx: Tx, staffMember: StaffMember): Promise<void> {
  await tx`
    update staff_members
       set revision = ${staffMember.revision},
           name = ${staffMember.name},
           permissions = ${staffMember.permissions},
           status = ${staffMember.status},
           extended_fields = ${staffMember.extendedFields && jsonb(tx, staffMember.extendedFields)},
           updated_at = ${staffMember.updatedAt}
     where site_id = ${staffMember.siteId}
       and staff_member_id = ${staffMember.staffMemberId}`
}

/** @param eventIds null: all events of the site */
export async function setEvents(tx: Tx, { siteId, staffMemberId }: Key, eventIds: string[] | null): Promise<void> {
  await tx`
    update staff_members
       set event_ids = ${eventIds}
     where site_id = ${siteId}
       and staff_member_id = ${staffMemberId}`
}

export async function deleteStaffMember(tx: Tx, { siteId, staffMemberId }: Key): Promise<StaffMember | null> {
  const [row] = await tx<StaffMember[]>`
    delete from staff_members
     where site_id = ${siteId}
       and staff_member_id = ${staffMemberId}
    returning ${columns(tx)}`
  return row ?? null
}

/** @throws Refusal EVENT_NOT_FOUND for the first of `eventIds` that the site does not have */
export async function requireEvents(db: Db, siteId: string, eventIds: readonly string[]): Promise<void> {
  const [missing] = await db<{ eventId: string }[]>`
    select wanted.event_id
      from unnest(${eventIds as string[]}::uuid[]) with ordinality as wanted (event_id, position)
     where not exists (
             select from events
              where events.site_id = ${siteId}
                and events.event_id = wanted.event_id
           )
     order by wanted.position
     limit 1`
  if (missing) throw eventNotFound(missing.eventId)
}

const MOMENT = { type: 'instant', operators: COMPARISON, sortable: true, required: true } as const

/** api 6.5, events 9.5.13. inferred: by name and by event too, for a crew is looked for by those. */
const QUERY: QueryRules = {
  fields: {
    id: {
      sql: db => db`staff_members.staff_member_id`,
      type: 'guid',
      operators: ['$eq', '$ne', '$in', '$nin'],
      sortable: true,
    },
    createdDate: { sql: db => db`staff_members.created_at`, ...MOMENT },
    updatedDate: { sql: db => db`staff_members.updated_at`, ...MOMENT },
    name: {
      sql: db => db`staff_members.name`,
      type: 'text',
      operators: [...COMPARISON, '$contains'],
      sortable: true,
      required: true,
    },
    // Absent where somebody works at all events. As texts, for that is what a list is compared with.
    'specificEvents.events': {
      sql: db => db`staff_members.event_ids::text[]`,
      type: 'guids',
      operators: ['$eq', '$in', '$hasSome', '$hasAll', '$exists'],
    },
  },
  defaultSort: [{ fieldName: 'createdDate', order: 'DESC' }],
  tieBreaker: db => db`staff_members.staff_member_id`,
  limitDefault: 50,
  limitMax: 1000,
}

/** @throws Refusal FILTER_PARSER_ERROR; InvalidRequest for bad paging or sort */
export async function queryStaffMembers(
  db: Db,
  siteId: string,
  wire: WireQuery | null | undefined,
  now: Date,
): Promise<PageRead<StaffMember>> {
  const query = compileQuery(db, QUERY, wire, now)
  const staffMembers = await db<(StaffMember & Paged)[]>`
    select ${columns(db)}, ${query.page.key}
      from staff_members
     where site_id = ${siteId}
       and ${query.where}
     ${query.page.rest}`
  return pageOf(query, staffMembers, await countStaffMembers(db, siteId, query.where))
}

async function countStaffMembers(db: Db, siteId: string, where: Fragment): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*) as count
      from staff_members
     where site_id = ${siteId}
       and ${where}`
  return row?.count ?? 0
}

export function staffMemberNotFound(staffMemberId: string): Refusal {
  return new Refusal('STAFF_MEMBER_NOT_FOUND', 'There is no such staff member.', { staffMemberId })
}

function columns(db: Db): Fragment {
  return db`
    staff_members.site_id, staff_members.staff_member_id, staff_members.revision, staff_members.name,
    staff_members.permissions, staff_members.status, staff_members.extended_fields, staff_members.created_at,
    staff_members.updated_at,
    case
      when staff_members.event_ids is not null
      then array(
             select events.event_id
               from events
              where events.site_id = staff_members.site_id
                and events.event_id = any(staff_members.event_ids)
              order by array_position(staff_members.event_ids, events.event_id)
           )::text[]
    end as event_ids`
}
