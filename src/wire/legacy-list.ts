import type { Db, Fragment } from '../db/connect.ts'
import { invalid } from '../refusals.ts'
import { escapeLike } from './query.ts'

/**
 * The `"field:asc,other:desc"` of the old lists (api 6.7.1).
 * @param columns SQL of what may be sorted by
 * @throws InvalidRequest naming `sort`
 */
export function compileLegacySort(
  db: Db,
  columns: Readonly<Record<string, (db: Db) => Fragment>>,
  sort: string | null | undefined,
  defaultSort: string,
): Fragment {
  const terms = (sort?.trim() || defaultSort).split(',').map(term => {
    const [name = '', direction = 'asc'] = term.trim().split(':')
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined
    if (!column) throw invalid('sort', `cannot sort by "${name}"; known: ${Object.keys(columns).join(', ')}`, 'UNKNOWN')
    switch (direction.toLowerCase()) {
      case 'asc':
        return db`${column(db)} asc`
      case 'desc':
        return db`${column(db)} desc`
      default:
        throw invalid('sort', 'goes asc or desc', 'INVALID_ENUM_VALUE')
    }
  })
  return terms.reduce((left, right) => db`${left}, ${right}`)
}

/** The condition that `column` is one of `values`; no condition where none are named. */
export function oneOf(db: Db, column: Fragment, values: readonly string[]): Fragment[] {
  return values.length === 0 ? [] : [db`${column} in ${db([...values])}`]
}

/** The condition that `phrase` stands in one of the columns, in any case of letters; no condition where it is empty. */
export function containing(db: Db, columns: readonly Fragment[], phrase: string): Fragment[] {
  const [first, ...others] = columns.map(column => db`${column} ilike ${`%${escapeLike(phrase)}%`}`)
  if (phrase === '' || first === undefined) return []
  return [db`(${others.reduce((any, condition) => db`${any} or ${condition}`, first)})`]
}

export function allOf(db: Db, first: Fragment, others: readonly Fragment[]): Fragment {
  return others.reduce((all, condition) => db`${all} and ${condition}`, first)
}
