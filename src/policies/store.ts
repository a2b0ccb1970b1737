import type { Db, Fragment, Tx } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import { type Paged, type PageRead, pageOf } from '../wire/pages.ts'
import { compileQuery, type QueryRules, type WireQuery } from '../wire/query.ts'
import type { Policy } from './model.ts'

/** Whether policies of drafts are seen too. */
export type Sight = { siteId: string; seesDrafts: boolean }

export async function countPolicies(db: Db, siteId: string, eventId: string): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*) as count
      from policies
     where site_id = ${siteId}
       and event_id = ${eventId}`
  return row?.count ?? 0
}

/** Writes a new policy before all others of its event: newest first until reordered (events 5.4.9). */
export async function insertPolicy(tx: Tx, siteId: string, policy: Policy): Promise<void> {
  await tx`
    insert into policies (site_id, policy_id, event_id, revision, name, body, sort_index, created_at, updated_at)
    select ${siteId}, ${policy.policyId}, ${policy.eventId}, ${policy.revision}, ${policy.name}, ${policy.body},
           coalesce(min(sort_index), 0) - 1, ${policy.createdAt}, ${policy.updatedAt}
      from policies
     where site_id = ${siteId}
       and event_id = ${policy.eventId}`
}

export async function findPolicy(db: Db, { siteId, seesDrafts }: Sight, policyId: string): Promise<Policy | null> {
  const [row] = await db<Policy[]>`
    select ${columns(db)}
      from policies
     where site_id = ${siteId}
       and policy_id = ${policyId}
       and ${visible(db, seesDrafts)}`
  return row ?? null
}

/** @throws Refusal POLICY_NOT_FOUND */
export async function getPolicy(db: Db, sight: Sight, policyId: string): Promise<Policy> {
  const policy = await findPolicy(db, sight, policyId)
  if (!policy) throw policyNotFound(policyId)
  return policy
}

export function policyNotFound(policyId: string): Refusal {
  return new Refusal('POLICY_NOT_FOUND', 'There is no such policy.', { policyId })
}

/** An event's policies in display order. */
export async function listPolicies(db: Db, siteId: string, eventId: string): Promise<Policy[]> {
  return db<Policy[]>`
    select ${columns(db)}
      from policies
     where site_id = ${siteId}
       and event_id = ${eventId}
     order by sort_index, policy_id`
}

/** The ids of an event's policies in display order, locked so that none of them goes while they are moved. */
export async function lockOrder(tx: Tx, siteId: string, eventId: string): Promise<string[]> {
  const rows = await tx<{ policyId: string }[]>`
    select policy_id
      from policies
     where site_id = ${siteId}
       and event_id = ${eventId}
     order by sort_index, policy_id
       for no key update`
  return rows.map(({ policyId }) => policyId)
}

export type PolicyChange = {
  policyId: string
  /** The revision that the caller has seen. */
  revision: number
  /** null: stays as it is. */
  name: string | null
  body: string | null
}

/** Changes what is given and counts the revision up; null, and nothing changed, when `revision` is not current. */
export async function updatePolicy(tx: Tx, siteId: string, change: PolicyChange, now: Date): Promise<Policy | null> {
  const [row] = await tx<Policy[]>`
    update policies
       set name = coalesce(${change.name}, name),
           body = coalesce(${change.body}, body),
           revision = revision + 1,
           updated_at = ${now}
     where site_id = ${siteId}
       and policy_id = ${change.policyId}
       and revision::bigint = ${change.revision}
    returning ${columns(tx)}`
  return row ?? null
}

export async function deletePolicy(tx: Tx, siteId: string, policyId: string): Promise<Policy | null> {
  const [row] = await tx<Policy[]>`
    delete from policies
     where site_id = ${siteId}
       and policy_id = ${policyId}
    returning ${columns(tx)}`
  return row ?? null
}

/** Gives an event's policies the order of `policyIds`, all of them; those whose position changed. */
export async function placePolicies(
  tx: Tx,
  { siteId, eventId, policyIds }: { siteId: string; eventId: string; policyIds: readonly string[] },
  now: Date,
): Promise<Policy[]> {
  return tx<Policy[]>`
    with slots as (
      select policy_id, sort_index, row_number() over (order by sort_index, policy_id) as position
        from policies
       where site_id = ${siteId}
         and event_id = ${eventId}
    )
    update policies
       set sort_index = target.sort_index,
           revision = policies.revision + 1,
           updated_at = ${now}
      from unnest(${policyIds as string[]}::uuid[]) with ordinality as wanted (policy_id, position)
      join slots as source on source.policy_id = wanted.policy_id
      join slots as target on target.position = wanted.position
     where policies.site_id = ${siteId}
       and policies.policy_id = wanted.policy_id
       and source.position <> wanted.position
    returning ${columns(tx)}`
}

/** api 6.5, events 5.4.7 and 5.4.8 */
const QUERY: QueryRules = {
  fields: {
    id: { sql: db => db`policies.policy_id`, type: 'guid', ...comparable() },
    createdDate: { sql: db => db`policies.created_at`, type: 'instant', required: true, ...comparable() },
    updatedDate: { sql: db => db`policies.updated_at`, type: 'instant', required: true, ...comparable() },
    eventId: { sql: db => db`policies.event_id`, type: 'guid', ...comparable() },
    name: { sql: db => db`policies.name`, type: 'text', ...comparable() },
    body: {
      sql: db => db`policies.body`,
      sortedBy: db => db`left(policies.body, 200)`,
      type: 'text',
      ...comparable(),
    },
    revision: { sql: db => db`policies.revision::bigint`, type: 'integer', ...comparable() },
    // Ours: in which order guests see them, which no other query tells (events 5.4.9).
    sortIndex: { sql: db => db`policies.sort_index`, type: 'integer', ...comparable() },
  },
  defaultSort: [{ fieldName: 'createdDate', order: 'DESC' }],
  tieBreaker: db => db`policies.policy_id`,
  limitDefault: 50,
  limitMax: 100,
}

function comparable() {
  const operators = ['$eq', '$ne', '$exists', '$gt', '$gte', '$lt', '$lte', '$in', '$nin'] as const
  return { operators, sortable: true }
}

export async function queryPolicies(
  db: Db,
  { siteId, seesDrafts }: Sight,
  wire: WireQuery | null | undefined,
  now: Date,
): Promise<PageRead<Policy>> {
  const query = compileQuery(db, QUERY, wire, now)
  const matching = db`site_id = ${siteId} and ${visible(db, seesDrafts)} and ${query.where}`
  const policies = await db<(Policy & Paged)[]>`
    select ${columns(db)}, ${query.page.key}
      from policies
     where ${matching}
     ${query.page.rest}`
  const [row] = await db<{ total: number }[]>`
    select count(*) as total
      from policies
     where ${matching}`
  return pageOf(query, policies, row?.total ?? 0)
}

function visible(db: Db, seesDrafts: boolean): Fragment {
  if (seesDrafts) return db`true`
  return db`exists (
    select
      from events
     where events.site_id = policies.site_id
       and events.event_id = policies.event_id
       and events.published_at is not null
  )`
}

function columns(db: Db): Fragment {
  return db`
    policies.policy_id, policies.event_id, policies.revision, policies.name, policies.body, policies.created_at,
    policies.updated_at`
}
