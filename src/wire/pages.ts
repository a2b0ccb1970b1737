import type { Db, Fragment } from '../db/connect.ts'
import { isGuid } from '../ids.ts'
import { invalid } from '../refusals.ts'
import { isPlainObject } from './plain-object.ts'
import type { QueryField, WireQuery } from './query.ts'

// A cursor names the row that a page ends at, by what the list is in order of, and the next page is what lies behind that
// mark, whatever was deleted or added meanwhile (docs/decisions/0031). All queries of the API read their pages so.

/** What a list is in order of, one after the other; the last one is unique. */
export type SortKey = { sql: Fragment; type: QueryField['type']; order: 'ASC' | 'DESC'; required: boolean }

/** What a statement needs in order to read a page. */
export type Page = {
  /** A column `page_key`: where a row stands in the order. */
  key: Fragment
  orderBy: Fragment
  /** From `and`, behind the conditions of the query, to the end of the statement. */
  rest: Fragment
}

/** A row as it was read for a page. */
export type Paged = { pageKey: (string | null)[] | null }

/** Behind which row of a list a page is, or before which when it is read backwards; no values: all from that end. */
type Mark = { values: (string | null)[]; isBack: boolean; position: number }

/** What was asked for, and where in it a page is. */
export type Turning = { query: WireQuery; limit: number; offset: number; mark: Mark | null; givesCursors: boolean }

export function pageBy(db: Db, keys: readonly SortKey[], { limit, offset, mark, givesCursors }: Turning): Page {
  const orderBy = orderOf(db, keys, mark?.isBack ?? false)
  const beyond = mark && mark.values.length > 0 ? beyondMark(db, keys, mark) : db`true`
  // One more row than are shown says whether there is another page.
  const read = givesCursors && limit > 0 ? limit + 1 : limit
  return {
    key: givesCursors ? keyOf(db, keys) : noKey(db),
    orderBy,
    rest: db`
      and ${beyond}
    order by ${orderBy}
    limit ${read}
   offset ${offset}`,
  }
}

/** Rows from a position on, of a list that knows no cursors. */
export function pageByOffset(
  db: Db,
  { orderBy, limit, offset }: { orderBy: Fragment; limit: number; offset: number },
): Page {
  return { key: noKey(db), orderBy, rest: db`order by ${orderBy} limit ${limit} offset ${offset}` }
}

/** As JSON, for the driver reads a missing element of an array as the text NULL. */
function keyOf(db: Db, keys: readonly SortKey[]): Fragment {
  const texts = keys.map(key => textOf(db, key))
  return db`json_build_array(${listed(db, texts)}) as page_key`
}

function noKey(db: Db): Fragment {
  return db`null::json as page_key`
}

export type PageRead<Row> = {
  rows: Row[]
  metadata: { count: number; offset: number; total: number; tooManyToCount: boolean; cursors?: Cursors }
}
export type Cursors = { next?: string; prev?: string }

/**
 * The page that was read by `pageBy`, and `metadata` of an answer: counts, and cursors when the caller pages by cursor
 * (api 6.3). Its offset is how many rows were shown on the way there.
 * @param total how many rows the query finds in all
 */
export function pageOf<Row extends Paged>(turning: Turning, rows: readonly Row[], total: number): PageRead<Row> {
  const { limit, offset, mark, givesCursors } = turning
  const shown = rows.slice(0, limit)
  if (mark?.isBack) shown.reverse()
  const hasMore = rows.length > limit
  const count = shown.length
  const counts = (at: number) => ({ count, offset: at, total, tooManyToCount: false })
  if (!givesCursors) return { rows: shown, metadata: counts(offset) }

  const isBack = mark?.isBack ?? false
  const before = isBack ? hasMore : mark !== null || offset > 0
  const at = mark ? (isBack ? (hasMore ? Math.max(0, mark.position - count) : 0) : mark.position) : offset
  const cursorAt = (row: Row | undefined, way: 'before' | 'after', position: number) =>
    encodeCursor(turning, { values: row?.pageKey ?? [], isBack: way === 'before', position })
  const cursors = {
    ...(limit > 0 && (isBack || hasMore) && { next: cursorAt(shown.at(-1), 'after', at + count) }),
    ...(limit > 0 && before && { prev: cursorAt(shown[0], 'before', at) }),
  }
  return { rows: shown, metadata: { ...counts(at), cursors } }
}

function orderOf(db: Db, keys: readonly SortKey[], isBack: boolean): Fragment {
  return listed(
    db,
    keys.map(({ sql, order }) => ((order === 'ASC') !== isBack ? db`${sql} asc` : db`${sql} desc`)),
  )
}

function listed(db: Db, parts: Fragment[]): Fragment {
  return parts.reduce((left, right) => db`${left}, ${right}`)
}

/** A key as a text that loses nothing and depends on no setting. */
function textOf(db: Db, { sql, type }: SortKey): Fragment {
  return type === 'instant'
    ? db`to_char((${sql}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
    : db`(${sql})::text`
}

/**
 * The condition that a row comes after a mark, in the order of `keys` or against it. What is missing is greater than
 * everything, as PostgreSQL sorts. Each comparison is told twice, as a limit and in detail: with the limit an index can be
 * entered at the mark.
 */
function beyondMark(db: Db, keys: readonly SortKey[], { values, isBack }: Pick<Mark, 'values' | 'isBack'>): Fragment {
  const [key, ...others] = keys
  const [text = null, ...rest] = values
  if (!key) return db`false`
  const { sql, required } = key
  const further = beyondMark(db, others, { values: rest, isBack })
  const goesUp = (key.order === 'ASC') !== isBack
  if (text === null) return goesUp ? db`(${sql} is null and ${further})` : db`(${sql} is not null or ${further})`
  const value = typed(db, key.type, text)
  if (!goesUp) return db`(${sql} <= ${value} and (${sql} < ${value} or ${further}))`
  return required
    ? db`(${sql} >= ${value} and (${sql} > ${value} or ${further}))`
    : db`((${sql} >= ${value} or ${sql} is null) and (${sql} > ${value} or ${sql} is null or ${further}))`
}

/** As a text and then what it is: the driver would make a date of an instant, and lose the microseconds. */
function typed(db: Db, type: SortKey['type'], text: string): Fragment {
  switch (type) {
    case 'integer':
      return db`${text}::text::bigint`
    case 'decimal':
      return db`${text}::text::numeric`
    case 'boolean':
      return db`${text}::text::boolean`
    case 'guid':
      return db`${text}::text::uuid`
    case 'instant':
      return db`${text}::text::timestamptz`
    default:
      return db`${text}::text`
  }
}

function isValueOf(type: SortKey['type'], text: string): boolean {
  switch (type) {
    case 'integer':
      return /^-?\d{1,18}$/.test(text)
    case 'decimal':
      return /^-?\d{1,18}(\.\d{1,30})?$/.test(text)
    case 'boolean':
      return text === 'true' || text === 'false'
    case 'guid':
      return isGuid(text)
    case 'instant': {
      const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text) ? new Date(text) : null
      return instant !== null && instant.getTime() > 0 && instant.toISOString().startsWith(text.slice(0, 19))
    }
    default:
      return !text.includes('\0')
  }
}

type Cursor = WireQuery & { limit: number; mark: Mark }

function encodeCursor({ query, limit }: Turning, { values, isBack, position }: Mark): string {
  const { filter, sort, search } = query
  const cursor = { filter, sort, search, limit, [isBack ? 'before' : 'after']: values, at: position }
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

/**
 * What a cursor stands for: it holds the filter and sort it was born with (api 6.3.5).
 * @throws InvalidRequest for what is none
 */
export function decodeCursor(text: string, path: string): Cursor {
  try {
    const cursor: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (isPlainObject(cursor) && isNatural(cursor.at) && isNatural(cursor.limit)) {
      const { filter, sort, search, limit, before, after, at } = cursor
      const values = before ?? after
      if (Array.isArray(values) && values.every(value => value === null || typeof value === 'string'))
        return {
          filter: isPlainObject(filter) ? filter : null,
          sort: Array.isArray(sort) ? sort.filter(isPlainObject) : null,
          search: isPlainObject(search) ? search : null,
          limit,
          mark: { values, isBack: before !== undefined, position: at },
        }
    }
  } catch {
    // Not one of ours: refused below.
  }
  throw notACursor(path)
}

/** @throws InvalidRequest for a mark that cannot be one in an order by `keys` */
export function refuseOtherMarks(mark: Mark | null, keys: readonly SortKey[], path: string): void {
  const fits = ({ type, required }: SortKey, text: string | null | undefined) =>
    text === null ? !required : text !== undefined && isValueOf(type, text)
  if (!mark || mark.values.length === 0) return
  const isMark = mark.values.length === keys.length && keys.every((key, index) => fits(key, mark.values[index]))
  if (!isMark) throw notACursor(path)
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function notACursor(path: string) {
  return invalid(`${path}.cursorPaging.cursor`, 'is not a cursor of this API', 'CURSOR')
}
