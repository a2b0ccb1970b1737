import type { Db, Fragment } from '../db/connect.ts'
import { jsonb } from '../db/connect.ts'
import { sqlStateOf } from '../db/transaction.ts'
import { type InvalidRequest, invalid } from '../refusals.ts'
import { isTimeZone } from '../time.ts'
import { present } from '../wire/plain-object.ts'
import type { QueryField } from '../wire/query.ts'
import { RSVP_FIELDS } from './queries.ts'
import { type RsvpSelection, selected } from './store.ts'

/** What of the found RSVPs is counted (api 6.6.2). */
export type Aggregation = {
  name?: string | null
  type: (typeof AGGREGATION_TYPES)[number]
  fieldPath: string
  value?: {
    sortType?: 'COUNT' | 'VALUE' | null
    sortDirection?: 'ASC' | 'DESC' | null
    limit?: number | null
    missingValues?: 'EXCLUDE' | 'INCLUDE' | null
    includeOptions?: { addToBucket?: string | null } | null
  } | null
  range?: { buckets?: { from?: number | null; to?: number | null }[] | null } | null
  scalar?: { type?: 'COUNT_DISTINCT' | 'MIN' | 'MAX' | null } | null
  dateHistogram?: { interval?: (typeof INTERVALS)[number] | null } | null
}

/** inferred: aggregations of aggregations (NESTED) are not made. */
export const AGGREGATION_TYPES = ['VALUE', 'RANGE', 'SCALAR', 'DATE_HISTOGRAM'] as const
export const INTERVALS = ['YEAR', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'] as const

/** One statement per aggregation, over all that the search finds, whatever the page. */
export async function aggregate(
  db: Db,
  selection: RsvpSelection,
  { aggregations, timeZone }: { aggregations: readonly Aggregation[]; timeZone: string },
) {
  const from: From = { db, matching: selected(db, selection), timeZone: timeZoneOf(timeZone) }
  const planned = aggregations.map((aggregation, index) => ({
    aggregation,
    run: planOf(aggregation, `search.aggregations[${index}]`, from),
  }))
  const results = []
  for (const { aggregation, run } of planned) {
    const { type, fieldPath, name } = aggregation
    results.push({ ...present({ name }), type, fieldPath, ...(await run().catch(refuseTimeZone)) })
  }
  return { results }
}

type From = { db: Db; matching: Fragment; timeZone: string }

/** What is to be asked, once it is known that it can be. @throws InvalidRequest naming the member */
function planOf(aggregation: Aggregation, path: string, from: From): () => Promise<object> {
  const { type, fieldPath } = aggregation
  const name = fieldPath.replace(/^_/, '') // the client's own spelling of `id` and the two dates
  const field = Object.hasOwn(RSVP_FIELDS, name) ? RSVP_FIELDS[name] : undefined
  const unknown = () => invalid(`${path}.fieldPath`, `cannot be aggregated as ${type}`, 'UNKNOWN')
  if (!field) throw unknown()
  const column = field.sql(from.db, NEVER)
  switch (type) {
    case 'VALUE':
      if (field.type === 'instant') throw unknown()
      return () => countValues(from, { column, field, options: aggregation.value ?? {} })
    case 'RANGE': {
      if (field.type !== 'integer') throw unknown()
      const buckets = (aggregation.range?.buckets ?? []).map(({ from, to }) => ({ from: from ?? null, to: to ?? null }))
      if (buckets.length === 0) throw missing(`${path}.range.buckets`)
      const empty = buckets.findIndex(bucket => bucket.from === null && bucket.to === null)
      if (empty >= 0) throw missing(`${path}.range.buckets[${empty}].from`)
      return () => countRanges(from, column, buckets)
    }
    case 'SCALAR': {
      const kind = aggregation.scalar?.type
      if (!kind) throw missing(`${path}.scalar.type`)
      if (kind !== 'COUNT_DISTINCT' && field.type !== 'integer') throw unknown()
      return () => computeScalar(from, column, kind)
    }
    case 'DATE_HISTOGRAM': {
      const interval = aggregation.dateHistogram?.interval
      if (!interval) throw missing(`${path}.dateHistogram.interval`)
      if (field.type !== 'instant') throw unknown()
      return () => countDates(from, column, interval)
    }
  }
}

function missing(field: string): InvalidRequest {
  return invalid(field, 'must not be empty', 'REQUIRED_FIELD')
}

const NEVER = new Date(0) // no field of RSVPs depends on the clock

async function countValues(
  { db, matching }: From,
  { column, field, options }: { column: Fragment; field: QueryField; options: NonNullable<Aggregation['value']> },
) {
  const { sortType, sortDirection, limit, missingValues, includeOptions } = options
  const included = missingValues === 'INCLUDE'
  const nothing = includeOptions?.addToBucket ?? MISSING[field.type] ?? 'N/A'
  const value = db`left(coalesce(${column}::text, ${nothing}), 100)`
  const by = sortType === 'VALUE' ? db`1` : db`2`
  const ascending = sortDirection ? sortDirection === 'ASC' : sortType === 'VALUE'
  const results = await db<{ value: string; count: number }[]>`
    select ${value} as value, count(*) as count
      from rsvps
     where ${matching}
       and (${included}::boolean or ${column} is not null)
     group by 1
     order by ${by} ${ascending ? db`asc` : db`desc`}, 1
     limit ${limit ?? 10}`
  return { values: { results: [...results] } }
}

const MISSING: Partial<Record<QueryField['type'], string>> = { integer: '0', boolean: 'false' }

/** Each RSVP counts in the first bucket that it falls into. */
async function countRanges(
  { db, matching }: From,
  column: Fragment,
  buckets: readonly { from: number | null; to: number | null }[],
) {
  const rows = buckets.map(({ from, to }, index) => ({ index, lower: from, upper: to }))
  const counted = await db<{ index: number; count: number }[]>`
    select bucket.index, count(*) as count
      from rsvps
     cross join lateral (
             select index
               from jsonb_to_recordset(${jsonb(db, rows)}) as buckets (
                      index integer, lower double precision, upper double precision
                    )
              where coalesce(${column} >= buckets.lower, true)
                and coalesce(${column} < buckets.upper, true)
              order by index
              limit 1
           ) as bucket
     where ${matching}
     group by bucket.index`
  const countOf = new Map(counted.map(({ index, count }) => [index, count]))
  return {
    ranges: { results: buckets.map((bucket, index) => ({ ...present(bucket), count: countOf.get(index) ?? 0 })) },
  }
}

async function computeScalar({ db, matching }: From, column: Fragment, type: 'COUNT_DISTINCT' | 'MIN' | 'MAX') {
  const computed = {
    COUNT_DISTINCT: db`count(distinct ${column})`,
    MIN: db`min(${column})`,
    MAX: db`max(${column})`,
  }
  const [row] = await db<{ value: number | null }[]>`
    select ${computed[type]} as value
      from rsvps
     where ${matching}`
  return { scalar: { type, ...present({ value: row?.value }) } }
}

/** How many lie in each interval of the time zone that has any, earliest first; named by its first instant. */
async function countDates({ db, matching, timeZone }: From, column: Fragment, interval: (typeof INTERVALS)[number]) {
  const start = db`date_trunc(${interval.toLowerCase()}::text, ${column} at time zone ${timeZone}::text)`
  const rows = await db<{ start: Date; count: number }[]>`
    select ${start} at time zone ${timeZone}::text as start, count(*) as count
      from rsvps
     where ${matching}
     group by 1
     order by 1
     limit ${BUCKETS_MAX}`
  return { dateHistogram: { results: rows.map(({ start: at, count }) => ({ value: at.toISOString(), count })) } }
}

const BUCKETS_MAX = 200

/** As PostgreSQL reads it: an offset of POSIX counts westwards. */
function timeZoneOf(text: string): string {
  const offset = /^([+-])(\d\d:?\d\d)$/.exec(text)
  if (offset) return (offset[1] === '+' ? '-' : '+') + offset[2]
  if (!isTimeZone(text)) throw invalid('search.timeZone', 'is not a time zone', 'TIME_ZONE')
  return text
}

/** A zone that this runtime knows and the database does not. */
function refuseTimeZone(error: unknown): never {
  if (sqlStateOf(error) === '22023') throw invalid('search.timeZone', 'is not a time zone', 'TIME_ZONE')
  throw error
}
