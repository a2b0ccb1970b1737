import { isDeepStrictEqual } from 'node:util'

/**
 * What an update changed of an entity in its published shape: the old value of each member that is another now, by its
 * dotted path; null where there was none. Lists, and what `whole` names, are compared as a whole.
 */
export function modifiedFields(
  before: unknown,
  after: unknown,
  whole: readonly string[] = [],
  path: readonly string[] = [],
): Record<string, unknown> {
  if (isDeepStrictEqual(before, after)) return {}
  const name = path.join('.')
  if (!isBranch(before) && !isBranch(after)) return { [name]: before ?? null }
  if (whole.includes(name)) return { [name]: before ?? null }
  const [was, is] = [before, after].map(each => (isBranch(each) ? each : {}))
  const members = new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])
  return Object.assign(
    {},
    ...[...members].map(member => modifiedFields(was?.[member], is?.[member], whole, [...path, member])),
  )
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
