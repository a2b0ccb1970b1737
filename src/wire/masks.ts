import { invalid } from '../refusals.ts'

/** The paths of a field mask in any of its three spellings (R8): `"a,b.c"`, `["a","b.c"]`, `{paths: […]}`. */
export function maskPaths(mask: unknown, field: string): string[] {
  const listed =
    typeof mask === 'string'
      ? mask.split(',')
      : Array.isArray(mask)
        ? mask
        : mask === undefined || mask === null
          ? []
          : typeof mask === 'object' && 'paths' in mask && Array.isArray(mask.paths)
            ? mask.paths
            : null
  if (listed === null || listed.length > PATHS_MAX || listed.some(path => typeof path !== 'string'))
    throw invalid(field, 'must be a field mask: a comma-joined text, a list of texts, or {paths}', 'MASK')
  return listed.map((path: string) => path.trim()).filter(path => path !== '')
}

const PATHS_MAX = 200

/**
 * Whether a mask covers `path`; an empty mask covers all of it (api 8.4), a parent covers what is below it.
 */
export function covers(mask: readonly string[], path: string): boolean {
  return mask.length === 0 || mask.some(named => path === named || path.startsWith(`${named}.`))
}
