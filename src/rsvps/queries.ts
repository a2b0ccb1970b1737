import type { Db, Fragment } from '../db/connect.ts'
import { textsOf } from '../db/connect.ts'
import { invalid } from '../refusals.ts'
import {
  COMPARISON,
  type CompiledQuery,
  compileQuery,
  EQUALITY,
  escapeLike,
  type QueryFields,
  type WireQuery,
} from '../wire/query.ts'

const MOMENT = { type: 'instant', operators: COMPARISON, sortable: true, required: true } as const

/** What RSVPs can be filtered and sorted by (api 6.5), in queries and searches alike. */
export const RSVP_FIELDS: QueryFields = {
  id: { sql: db => db`rsvps.rsvp_id`, type: 'guid', operators: EQUALITY, sortable: true },
  eventId: { sql: db => db`rsvps.event_id`, type: 'guid', operators: EQUALITY, sortable: true },
  memberId: { sql: db => db`rsvps.member_id`, type: 'guid', operators: EQUALITY, sortable: true },
  contactId: { sql: db => db`rsvps.contact_id`, type: 'guid', operators: EQUALITY, sortable: true },
  status: { sql: db => db`rsvps.status`, type: 'text', operators: EQUALITY, sortable: true },
  createdDate: { sql: db => db`rsvps.created_at`, ...MOMENT },
  updatedDate: { sql: db => db`rsvps.updated_at`, ...MOMENT },
  firstName: { sql: db => db`rsvps.first_name`, type: 'text', operators: COMPARISON, sortable: true },
  lastName: { sql: db => db`rsvps.last_name`, type: 'text', operators: COMPARISON, sortable: true },
  email: { sql: db => db`rsvps.email`, type: 'text', operators: COMPARISON, sortable: true },
  totalGuests: { sql: db => db`rsvps.total_guests`, type: 'integer', operators: COMPARISON, sortable: true },
  checkedInGuestCount: {
    sql: db => db`rsvps.checked_in_guests`,
    type: 'integer',
    operators: COMPARISON,
    sortable: true,
  },
  fullyCheckedIn: {
    sql: db => db`(rsvps.checked_in_guests = rsvps.total_guests)`,
    type: 'boolean',
    operators: EQUALITY,
    sortable: true,
  },
  anonymized: {
    sql: db => db`(rsvps.anonymized_at is not null)`,
    type: 'boolean',
    operators: EQUALITY,
    sortable: true,
  },
}

const LIMIT_MAX = 100

/** @param path `query` or `search`, where it stands in the request */
export function compileRsvpQuery(
  db: Db,
  query: WireQuery | null | undefined,
  now: Date,
  path: 'query' | 'search' | 'paging' = 'query',
): CompiledQuery {
  const rules = {
    path,
    fields: RSVP_FIELDS,
    defaultSort: [{ fieldName: 'createdDate', order: 'ASC' }],
    tieBreaker: (on: Db) => on`rsvps.rsvp_id`,
    limitDefault: 50,
    limitMax: LIMIT_MAX,
    givesCursors: () => true, // paging is by cursor alone here
  } as const
  return compileQuery(db, rules, query, now)
}

/** Words to look for (api 6.6.1). */
export type SearchDetails = {
  mode?: 'OR' | 'AND' | null
  expression?: string | null
  fields?: string[] | null
  fuzzy?: boolean | null
}

/** Each is a text; what lies in it apart is on lines of its own. */
const SEARCHED: Readonly<Record<string, (db: Db) => Fragment>> = {
  email: db => db`rsvps.email`,
  emailDomain: db => db`split_part(rsvps.email, '@', 2)`,
  firstName: db => db`rsvps.first_name`,
  lastName: db => db`rsvps.last_name`,
  'guestList.guests.fullName': db =>
    db`concat_ws(E'\n', rsvps.first_name, rsvps.last_name, array_to_string(rsvps.guest_names, E'\n'))`,
}

/**
 * The condition that an RSVP is found by the words of the expression: each word stands somewhere in one of the fields, in
 * any case of letters. No words find everything.
 * @param path where it stands in the request
 */
export function compileSearch(db: Db, search: SearchDetails | null | undefined, path: string): Fragment {
  const names = search?.fields && search.fields.length > 0 ? search.fields : Object.keys(SEARCHED)
  const texts = names.map((name, index) => {
    const text = Object.hasOwn(SEARCHED, name) ? SEARCHED[name] : undefined
    const known = Object.keys(SEARCHED).join(', ')
    if (!text) throw invalid(`${path}.fields[${index}]`, `is not searched; known: ${known}`, 'INVALID_ENUM_VALUE')
    return text(db)
  })
  const [first, ...others] = wordsOf(search)
  if (first === undefined) return db`true`
  const searched = texts.reduce((all, text) => db`${all} || E'\n' || ${text}`)
  const holds = (word: string) =>
    db`(${searched}) ilike any(${textsOf(search?.fuzzy ? closeTo(word) : [`%${escapeLike(word)}%`])}::text[])`
  const found = others.reduce(
    (all, word) => (search?.mode === 'AND' ? db`${all} and ${holds(word)}` : db`${all} or ${holds(word)}`),
    holds(first),
  )
  return db`(${found})`
}

export function wordsOf(search: SearchDetails | null | undefined): string[] {
  return (search?.expression ?? '').split(/\s+/).filter(word => word !== '')
}

/**
 * Patterns of what is close to a word: one letter is another, is missing, or is one too many. Short words would be close
 * to everything.
 */
function closeTo(word: string): string[] {
  const letters = [...word].map(escapeLike)
  const close =
    letters.length < FUZZY_LENGTH_MIN
      ? []
      : letters.flatMap((_, index) => [
          letters.with(index, '_'),
          letters.toSpliced(index, 1),
          letters.toSpliced(index, 0, '_'),
        ])
  return [...new Set([letters, ...close].map(each => `%${each.join('')}%`))]
}

const FUZZY_LENGTH_MIN = 4
