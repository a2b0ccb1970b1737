import type { Db } from '../db/connect.ts'
import { type CompiledQuery, compileQuery, type Operator, type QueryFields, type WireQuery } from '../wire/query.ts'
import { hasStatusSql, statusSql } from './model.ts'

const COMPARED = ['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$hasSome'] as const satisfies Operator[]
const EQUAL = ['$eq', '$ne', '$in', '$hasSome'] as const satisfies Operator[]

const MOMENT = { type: 'instant', operators: COMPARED, sortable: true, required: true } as const

/** What events can be filtered and sorted by (api 6.5). */
export const EVENT_FIELDS: QueryFields = {
  id: { sql: db => db`events.event_id`, type: 'guid', operators: COMPARED, sortable: true },
  title: { sql: db => db`events.title`, type: 'text', operators: COMPARED, sortable: true },
  slug: { sql: db => db`events.slug`, type: 'text', operators: COMPARED, sortable: true },
  createdDate: { sql: db => db`events.created_at`, ...MOMENT },
  updatedDate: { sql: db => db`events.updated_at`, ...MOMENT },
  'dateAndTimeSettings.startDate': {
    sql: db => db`events.start_at`,
    type: 'instant',
    operators: COMPARED,
    sortable: true,
  },
  'dateAndTimeSettings.endDate': {
    sql: db => db`events.end_at`,
    type: 'instant',
    operators: COMPARED,
    sortable: true,
  },
  status: { sql: statusSql, equals: hasStatusSql, type: 'text', operators: EQUAL, sortable: true },
  // inferred: no event has a creating user yet (events 1.4).
  userId: { sql: db => db`null::uuid`, type: 'guid', operators: EQUAL, sortable: true },
  'registration.initialType': { sql: db => db`events.initial_type`, type: 'text', operators: ['$eq'] },
}

/** Without paging a page holds no event, only the total (api 6.3.8); cursors only for those who page by cursor (6.3.1). */
export function compileEventQuery(
  db: Db,
  query: WireQuery | null | undefined,
  now: Date,
  path = 'query',
): CompiledQuery {
  const rules = {
    path,
    fields: EVENT_FIELDS,
    defaultSort: [{ fieldName: 'createdDate', order: 'ASC' }],
    tieBreaker: (on: Db) => on`events.event_id`,
    limitDefault: 0,
    limitMax: 1000,
    givesCursors: ({ cursorPaging }: WireQuery) => Boolean(cursorPaging),
  } as const
  return compileQuery(db, rules, query, now)
}
