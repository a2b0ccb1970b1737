import type { Db, Fragment } from '../db/connect.ts'
import { isGuid } from '../ids.ts'
import { invalid, Refusal } from '../refusals.ts'
import { decodeCursor, type Page, pageBy, refuseOtherMarks, type SortKey, type Turning } from './pages.ts'
import { isPlainObject } from './plain-object.ts'

/** One member that callers may filter or sort by. */
export type QueryField = {
  /** The SQL expression behind the wire name; `now` for what the clock decides. */
  sql: (db: Db, now: Date) => Fragment
  type: 'text' | 'integer' | 'decimal' | 'boolean' | 'guid' | 'instant' | 'texts' | 'guids'
  operators: readonly Operator[]
  sortable?: boolean
  /** What it is sorted by, where that is another expression: cursors hold its values, which must be short. */
  sortedBy?: (db: Db, now: Date) => Fragment
  /** Never null: lists in its order can be entered in the middle by an index. */
  required?: boolean
  /** The same as `sql = value` in words that the planner can judge and an index can answer, where `sql` is neither. */
  equals?: (db: Db, value: string, now: Date) => Fragment
}
export type QueryFields = Readonly<Record<string, QueryField>>

export type Operator =
  | '$eq'
  | '$ne'
  | '$gt'
  | '$gte'
  | '$lt'
  | '$lte'
  | '$in'
  | '$nin'
  | '$exists'
  | '$isEmpty'
  | '$startsWith'
  | '$hasSome'
  | '$hasAll'
  | '$contains'
  | '$endsWith'
  | '$urlized'

export const EQUALITY = ['$eq', '$ne', '$in', '$nin', '$exists', '$hasSome'] as const satisfies Operator[]
export const COMPARISON = [...EQUALITY, '$gt', '$gte', '$lt', '$lte', '$startsWith', '$isEmpty'] as const

/** A query as it arrives; see `Query` in shapes.ts. */
export type WireQuery = {
  filter?: Record<string, unknown> | null
  sort?: Record<string, unknown>[] | null
  paging?: { limit?: number | null; offset?: number | null } | null
  cursorPaging?: { limit?: number | null; cursor?: string | null } | null
  /** Words to look for, of resources that have that (api 6.6); cursors carry it, its feature compiles it. */
  search?: Record<string, unknown> | null
}

export type CompiledQuery = Turning & {
  /** What the query finds, on whatever page. */
  where: Fragment
  page: Page
}

export type QueryRules = {
  fields: QueryFields
  /** Used when the caller names no sort. */
  defaultSort: readonly { fieldName: string; order: 'ASC' | 'DESC' }[]
  /** SQL of the unique column that makes paging stable (api 6.1.3). */
  tieBreaker: (db: Db) => Fragment
  limitDefault: number
  limitMax: number
  /** The greatest limit of a query that pages by cursor, where that is another. */
  cursorLimitMax?: number
  /** Whether an answer has cursors; without this, unless the caller pages by offset. */
  givesCursors?: (query: WireQuery) => boolean
  /** Where the query stands in the request; `query` where it is not said. */
  path?: string
}

/**
 * The one place where a caller's words become SQL: always as parameters, only over declared fields (api section 6).
 * @throws Refusal FILTER_PARSER_ERROR for an unknown field, operator or value in the filter
 * @throws InvalidRequest for bad paging or sort
 */
export function compileQuery(db: Db, rules: QueryRules, wire: WireQuery | null | undefined, now: Date): CompiledQuery {
  const { path = 'query', limitMax, cursorLimitMax = limitMax, givesCursors = unlessByOffset } = rules
  const { mark, ...query } = continued(wire ?? {}, path)
  if (query.paging && query.cursorPaging)
    throw invalid(`${path}.cursorPaging`, 'must not be given together with paging', 'FIELD_NOT_ALLOWED')
  const paging = query.paging ?? query.cursorPaging
  const limit = paging?.limit ?? rules.limitDefault
  const threshold = query.cursorPaging ? cursorLimitMax : limitMax
  if (limit > threshold) {
    const field = `${path}.${query.paging ? 'paging' : 'cursorPaging'}.limit`
    const description = `must be at most ${threshold}`
    throw invalid(field, description, 'MAX', { threshold })
  }
  const keys = compileSort(db, rules, query.sort, now)
  refuseOtherMarks(mark, keys, path)
  const turning = { query, limit, offset: query.paging?.offset ?? 0, mark, givesCursors: givesCursors(query) }
  return { ...turning, where: compileFilter(db, rules.fields, query.filter, now), page: pageBy(db, keys, turning) }
}

function unlessByOffset({ paging }: WireQuery): boolean {
  return !paging
}

/** @see compileQuery; an absent or empty filter matches everything (api 3.4.3). */
export function compileFilter(db: Db, fields: QueryFields, filter: unknown, now: Date): Fragment {
  const budget = { conditions: CONDITIONS_MAX }
  return filter === undefined || filter === null ? db`true` : compileObject({ db, fields, now, budget }, filter, 0)
}

type Compiler = { db: Db; fields: QueryFields; now: Date; budget: { conditions: number } }

const CONDITIONS_MAX = 200
const DEPTH_MAX = 8
const VALUES_MAX = 500

function compileObject(compiler: Compiler, filter: unknown, depth: number): Fragment {
  if (!isPlainObject(filter)) throw unparsable('a filter must be an object', { filter })
  if (depth > DEPTH_MAX) throw unparsable(`filters nest at most ${DEPTH_MAX} deep`)
  const parts = Object.entries(filter).map(([name, value]) => {
    if (name === '$and' || name === '$or') {
      if (!Array.isArray(value)) throw unparsable(`${name} takes a list of filters`)
      const inner = value.map(part => compileObject(compiler, part, depth + 1))
      return joined(compiler.db, inner, name === '$and' ? 'and' : 'or')
    }
    if (name === '$not') {
      const inner = Array.isArray(value) ? { $and: value } : value
      return compiler.db`not coalesce(${compileObject(compiler, inner, depth + 1)}, false)`
    }
    return compileField(compiler, name, value)
  })
  return joined(compiler.db, parts, 'and')
}

function joined(db: Db, parts: Fragment[], how: 'and' | 'or'): Fragment {
  const [first, ...rest] = parts
  if (first === undefined) return how === 'and' ? db`true` : db`false`
  const all = rest.reduce((left, right) => (how === 'and' ? db`${left} and ${right}` : db`${left} or ${right}`), first)
  return db`(${all})`
}

function compileField(compiler: Compiler, name: string, value: unknown): Fragment {
  const field = Object.hasOwn(compiler.fields, name) ? compiler.fields[name] : undefined
  if (!field) throw unparsable(`cannot filter by "${name}"`, { field: name })
  const conditions: [string, unknown][] =
    isPlainObject(value) && Object.keys(value).length > 0 ? Object.entries(value) : [['$eq', value]]
  const parts = conditions.map(([operator, operand]) => {
    compiler.budget.conditions -= 1
    if (compiler.budget.conditions < 0) throw unparsable(`a filter has at most ${CONDITIONS_MAX} conditions`)
    const known = field.operators.find(candidate => candidate === operator)
    if (!known) throw unparsable(`"${name}" does not take ${operator}`, { field: name })
    return compileCondition(compiler, { name, field, operator: known, operand })
  })
  return joined(compiler.db, parts, 'and')
}

type Condition = { name: string; field: QueryField; operator: Operator; operand: unknown }

function compileCondition({ db, now }: Compiler, { name, field, operator, operand }: Condition): Fragment {
  // A number that does not fit the column is compared all the same.
  const column = field.type === 'integer' ? db`(${field.sql(db, now)})::bigint` : field.sql(db, now)
  const isList = field.type === 'texts' || field.type === 'guids'
  const one = () => operandOf(name, field, operand)
  const many = () => {
    if (!Array.isArray(operand) || operand.length > VALUES_MAX)
      throw unparsable(`${operator} takes a list of at most ${VALUES_MAX} values`, { field: name })
    return operand.map(item => operandOf(name, field, item))
  }
  const among = (values: Operand[]) => {
    const { equals } = field
    if (!equals) return values.length === 1 ? db`${column} = ${values[0] ?? null}` : anyOf(db, column, values)
    return joined(
      db,
      values.map(value => equals(db, String(value), now)),
      'or',
    )
  }
  const like = (pattern: string) => {
    if (field.type !== 'text') throw unparsable(`"${name}" does not take ${operator}`, { field: name })
    return db`${column} ilike ${pattern}`
  }
  switch (operator) {
    case '$eq':
      if (operand === null) return db`${column} is null`
      if (isList)
        return Array.isArray(operand) ? db`${column} = ${listOf(name, field, operand)}` : db`${one()} = any(${column})`
      return among(Array.isArray(operand) ? many() : [one()])
    case '$ne':
      return operand === null ? db`${column} is not null` : db`${column} is distinct from ${one()}`
    case '$gt':
      return db`${column} > ${one()}`
    case '$gte':
      return db`${column} >= ${one()}`
    case '$lt':
      return db`${column} < ${one()}`
    case '$lte':
      return db`${column} <= ${one()}`
    case '$in':
      return isList ? db`${column} && ${listOf(name, field, operand)}` : among(many())
    case '$nin':
      return db`not coalesce(${anyOf(db, column, many())}, false)`
    case '$hasSome':
      return isList ? db`${column} && ${listOf(name, field, operand)}` : among(many())
    case '$hasAll':
      return db`${column} @> ${listOf(name, field, operand)}`
    case '$exists':
      if (typeof operand !== 'boolean') throw unparsable('$exists takes true or false', { field: name })
      return operand ? db`${column} is not null` : db`${column} is null`
    case '$isEmpty':
      if (typeof operand !== 'boolean') throw unparsable('$isEmpty takes true or false', { field: name })
      return operand
        ? db`coalesce(${column}::text, '') in ('', '{}')`
        : db`coalesce(${column}::text, '') not in ('', '{}')`
    case '$startsWith':
      return like(`${escapeLike(textOf(name, operand))}%`)
    case '$endsWith':
      return like(`%${escapeLike(textOf(name, operand))}`)
    case '$contains':
    case '$urlized':
      return like(`%${escapeLike(textOf(name, operand))}%`)
  }
}

function anyOf(db: Db, column: Fragment, values: Operand[]): Fragment {
  return values.length === 0 ? db`false` : db`${column} in ${db(values as string[])}` // the helper's type knows no Date
}

type Operand = string | number | boolean | Date

function operandOf(name: string, field: QueryField, operand: unknown): Operand {
  const expected = (what: string) => unparsable(`"${name}" is compared with ${what}`, { field: name })
  switch (field.type) {
    case 'text':
    case 'texts':
      if (typeof operand !== 'string') throw expected('a text')
      return operand
    case 'guid':
    case 'guids':
      // A text that is no GUID equals none of them; asking is not an error.
      if (typeof operand !== 'string') throw expected('a GUID')
      return isGuid(operand) ? operand.toLowerCase() : NO_GUID
    case 'boolean':
      if (typeof operand !== 'boolean') throw expected('true or false')
      return operand
    case 'integer':
    case 'decimal': {
      const text = typeof operand === 'number' || typeof operand === 'string' ? String(operand) : ''
      const form = field.type === 'integer' ? /^-?\d{1,15}$/ : /^-?\d{1,13}(\.\d{1,10})?$/
      if (!form.test(text)) throw expected(field.type === 'integer' ? 'a whole number' : 'a number')
      return text
    }
    case 'instant': {
      const instant = typeof operand === 'string' ? new Date(operand) : new Date(Number.NaN)
      const year = instant.getUTCFullYear() // what PostgreSQL can compare: 1 to 9999
      if (!(year >= 1 && year <= 9999)) throw expected('an ISO date')
      return instant
    }
  }
}

const NO_GUID = '00000000-0000-0000-0000-000000000000'

function textOf(name: string, operand: unknown): string {
  if (typeof operand !== 'string') throw unparsable(`"${name}" is compared with a text`, { field: name })
  return operand
}

/** What a list is compared with, for PostgreSQL to see as texts. */
function listOf(name: string, field: QueryField, operand: unknown): string[] {
  if (!Array.isArray(operand) || operand.length > VALUES_MAX || operand.some(item => typeof item !== 'string'))
    throw unparsable(`"${name}" is compared with a list of texts`, { field: name })
  return operand.map(item => String(operandOf(name, field, item)))
}

/** `text` as a pattern of `like` that stands for itself. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

function unparsable(description: string, data: Record<string, unknown> = {}): Refusal {
  return new Refusal('FILTER_PARSER_ERROR', description, data)
}

/** By the same field twice is by the first of them. */
function compileSort(db: Db, rules: QueryRules, sort: WireQuery['sort'] | undefined, now: Date): SortKey[] {
  const { path = 'query' } = rules
  const asked = sort && sort.length > 0 ? sort : rules.defaultSort
  const keys = new Map<unknown, SortKey>()
  for (const [index, key] of asked.entries()) {
    const { fieldName: name, order: given, direction }: Record<string, unknown> = key
    const field = typeof name === 'string' && Object.hasOwn(rules.fields, name) ? rules.fields[name] : undefined
    if (!field?.sortable)
      throw invalid(`${path}.sort[${index}].fieldName`, `cannot sort by "${String(name)}"`, 'UNKNOWN')
    const order = given ?? direction ?? 'ASC' // `direction` is what the vendor's own pages send (R11)
    if (order !== 'ASC' && order !== 'DESC')
      throw invalid(`${path}.sort[${index}].order`, 'must be ASC or DESC', 'INVALID_ENUM_VALUE')
    const { type, sql, sortedBy = sql, required = false } = field
    if (!keys.has(name)) keys.set(name, { sql: sortedBy(db, now), type, order, required })
  }
  return [...keys.values(), { sql: rules.tieBreaker(db), type: 'guid', order: 'ASC', required: true }]
}

/** A cursor holds the filter and sort it was born with; those sent along with it are ignored (api 6.3.5). */
function continued(wire: WireQuery, path: string): WireQuery & Pick<Turning, 'mark'> {
  const cursor = wire.cursorPaging?.cursor
  if (!cursor) return { ...wire, mark: null }
  const { limit, mark, ...query } = decodeCursor(cursor, path)
  return { ...query, cursorPaging: { limit: wire.cursorPaging?.limit ?? limit }, mark }
}
