import { isPlainObject } from '../../src/wire/plain-object.ts'

/** What this needs of a zod schema of the published client (`build/es/schemas.mjs` of its packages). */
export type ClientSchema = {
  safeParse: (value: unknown) => { success: boolean; error?: { issues: readonly Issue[] } | undefined }
}
type Issue = { path: readonly PropertyKey[]; message: string; errors?: readonly (readonly Issue[])[] }

/**
 * What a schema of the published client has against an answer's body, once that has the shape which the client makes of
 * it; `[]` when nothing. Methods that give back an entity are judged by the entity, not by its envelope.
 */
export function judgedByClient(schema: ClientSchema, body: unknown): string[] {
  return issuesOf(schema, asClientShows(body)).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** What a schema of the published client has against a value in the client's own shape. */
export function issuesOf(schema: ClientSchema, value: unknown): Issue[] {
  return (schema.safeParse(value).error?.issues ?? []).map(issue => ({ ...issue, message: described(issue) }))
}

function described({ message, errors = [] }: Issue): string {
  const alternatives = errors.flat().map(issue => `${issue.path.join('.')}: ${described(issue)}`)
  return `${message}${alternatives.length > 0 ? ` (${alternatives.join('; ')})` : ''}`
}

/**
 * A JSON body as the client hands it to its callers (api 3.2, 3.5): `id` and the two dates renamed at every level,
 * instants as dates, page addresses and images as texts. Rich text stays as it is.
 */
export function asClientShows(value: unknown): unknown {
  if (typeof value === 'string') return INSTANT.test(value) ? new Date(value) : value
  if (Array.isArray(value)) return value.map(asClientShows)
  if (!isPlainObject(value)) return value
  if (Array.isArray(value.nodes)) return value
  if (typeof value.base === 'string' && typeof value.path === 'string') return value.base + value.path
  if (typeof value.id === 'string' && 'width' in value && 'height' in value)
    return `wix:image://v1/${value.id}#originWidth=${value.width}&originHeight=${value.height}`
  const entries = Object.entries(value).map(([name, member]) => [RENAMED.get(name) ?? name, asClientShows(member)])
  return Object.fromEntries(entries)
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['id', '_id'],
  ['createdDate', '_createdDate'],
  ['updatedDate', '_updatedDate'],
])
