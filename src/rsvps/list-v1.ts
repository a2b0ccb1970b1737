import type { Db, Fragment } from '../db/connect.ts'
import { allOf, compileLegacySort, containing, oneOf } from '../wire/legacy-list.ts'
import { COMPARISON, EQUALITY, type Operator, type QueryFields } from '../wire/query.ts'
import { type RsvpSelection, selected } from './store.ts'
import { fromV1Status, type V1Status } from './wire-v1.ts'

export const V1_TAGS = ['FULLY_CHECKED_IN', 'NOT_FULLY_CHECKED_IN', 'MEMBER'] as const
export const V1_FACETS = ['status', 'tag'] as const
export type V1Facet = (typeof V1_FACETS)[number]

/** What the lists of V1 are narrowed by besides a filter (api 6.7). */
export type V1Listing = {
  rsvpIds: readonly string[]
  statuses: readonly V1Status[]
  memberIds: readonly string[]
  contactIds: readonly string[]
  eventCreatorIds: readonly string[]
  tags: readonly (typeof V1_TAGS)[number][]
  searchPhrase: string
}

const LEGACY = ['$contains', '$endsWith'] as const satisfies Operator[]

/** What Query RSVP can filter by, by the names that RSVPs have there. inferred: no page lists them. */
export const V1_FIELDS: QueryFields = {
  id: { sql: db => db`rsvps.rsvp_id`, type: 'guid', operators: EQUALITY },
  eventId: { sql: db => db`rsvps.event_id`, type: 'guid', operators: EQUALITY },
  memberId: { sql: db => db`rsvps.member_id`, type: 'guid', operators: EQUALITY },
  contactId: { sql: db => db`rsvps.contact_id`, type: 'guid', operators: EQUALITY },
  status: {
    sql: db => db`case when rsvps.status = 'WAITLIST' then 'WAITING' else rsvps.status end`,
    type: 'text',
    operators: EQUALITY,
  },
  created: { sql: db => db`rsvps.created_at`, type: 'instant', operators: COMPARISON },
  modified: { sql: db => db`rsvps.updated_at`, type: 'instant', operators: COMPARISON },
  firstName: { sql: db => db`rsvps.first_name`, type: 'text', operators: [...COMPARISON, ...LEGACY] },
  lastName: { sql: db => db`rsvps.last_name`, type: 'text', operators: [...COMPARISON, ...LEGACY] },
  email: { sql: db => db`rsvps.email`, type: 'text', operators: [...COMPARISON, ...LEGACY] },
  totalGuests: { sql: db => db`rsvps.total_guests`, type: 'integer', operators: COMPARISON },
}

export function compileV1Sort(db: Db, sort: string | undefined | null): Fragment {
  return db`${compileLegacySort(db, SORTABLE, sort, 'created:asc')}, rsvps.rsvp_id`
}

const SORTABLE: Parameters<typeof compileLegacySort>[1] = {
  created: db => db`rsvps.created_at`,
  modified: db => db`rsvps.updated_at`,
  status: db => db`rsvps.status`,
  firstName: db => db`rsvps.first_name`,
  lastName: db => db`rsvps.last_name`,
  fullName: db => db`rsvps.first_name || ' ' || rsvps.last_name`,
  email: db => db`rsvps.email`,
}

export function compileListing(db: Db, listing: V1Listing): Fragment {
  const { rsvpIds, statuses, memberIds, contactIds, eventCreatorIds, tags, searchPhrase } = listing
  const fullName = db`(rsvps.first_name || ' ' || rsvps.last_name)`
  const names = db`array_to_string(rsvps.guest_names, E'\n')`
  const isFull = db`rsvps.checked_in_guests = rsvps.total_guests`
  const [full, notFull] = [tags.includes('FULLY_CHECKED_IN'), tags.includes('NOT_FULLY_CHECKED_IN')]
  return allOf(db, db`true`, [
    ...oneOf(db, db`rsvps.rsvp_id`, rsvpIds),
    ...oneOf(db, db`rsvps.status`, statuses.map(fromV1Status)),
    ...oneOf(db, db`rsvps.member_id`, memberIds),
    ...oneOf(db, db`rsvps.contact_id`, contactIds),
    // inferred: no event has a creating user (events 1.4).
    ...(eventCreatorIds.length > 0 ? [db`false`] : []),
    ...(full !== notFull ? [full ? db`(${isFull})` : db`not (${isFull})`] : []),
    ...(tags.includes('MEMBER') ? [db`rsvps.member_id is not null`] : []),
    ...containing(db, [fullName, db`rsvps.email`, names], searchPhrase),
  ])
}

type FacetCount = { count: number; guests: number; guestsCheckIn: number }

/** Of all that the list finds, by status and by tag; what nobody has is counted as none. */
export async function countFacets(
  db: Db,
  selection: RsvpSelection,
): Promise<Record<V1Facet, Record<string, FacetCount>>> {
  const rows = await db<(FacetCount & { status: string; member: boolean; full: boolean })[]>`
    select case when status = 'WAITLIST' then 'WAITING' else status end as status,
           member_id is not null as member,
           checked_in_guests = total_guests as full,
           count(*) as count,
           sum(total_guests) as guests,
           sum(checked_in_guests) as guests_check_in
      from rsvps
     where ${selected(db, selection)}
     group by 1, 2, 3`
  const sumOf = (wanted: (row: (typeof rows)[number]) => boolean): FacetCount =>
    rows.filter(wanted).reduce(
      (sum, row) => ({
        count: sum.count + Number(row.count),
        guests: sum.guests + Number(row.guests),
        guestsCheckIn: sum.guestsCheckIn + Number(row.guestsCheckIn),
      }),
      { count: 0, guests: 0, guestsCheckIn: 0 },
    )
  const ofStatus = (status: V1Status) => sumOf(row => row.status === status)
  return {
    status: { YES: ofStatus('YES'), NO: ofStatus('NO'), WAITING: ofStatus('WAITING') },
    tag: {
      FULLY_CHECKED_IN: sumOf(({ full }) => full),
      NOT_FULLY_CHECKED_IN: sumOf(({ full }) => !full),
      MEMBER: sumOf(({ member }) => member),
    },
  }
}
