import type { Db, Fragment } from '../db/connect.ts'
import { invalid } from '../refusals.ts'

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
    if (!column) throw invalid('sort', `cannot sort by "${name}"; known: ${Object.keys(columns).join(', ')}`)
    switch (direction.toLowerCase()) {
      case 'asc':
        return db`${column(db)} asc`
      case 'desc':
        return db`${column(db)} desc`
      default:
        throw invalid('sort', 'goes asc or desc')
    }
  })
  return terms.reduce((left, right) => db`${left}, ${right}`)
}
