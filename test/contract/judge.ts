import { isPlainObject } from '../../src/wire/plain-object.ts'
import { issuesOf, type ClientSchema as Judging } from '../support/client-shapes.ts'

/** What this needs of a zod schema of the published client. */
export type ClientSchema = Judging & {
  def: {
    type: string
    shape?: Record<string, ClientSchema>
    catchall?: ClientSchema
    innerType?: ClientSchema
    element?: ClientSchema
    valueType?: ClientSchema
    left?: ClientSchema
    right?: ClientSchema
    options?: readonly ClientSchema[]
    entries?: Record<string, string>
    checks?: readonly { _zod: { def: Check } }[]
  }
}

/** A bound of a schema: of a text's or list's length, of a number, or a form. */
export type Check = { check: string; maximum?: number; minimum?: number; value?: number; format?: string }

/**
 * What the client's schema has against a value that the client handed out, read strictly: a wrong type or form, a member
 * that the schema does not know, and one that the client's types promise and that is not there. Each begins with its
 * place, like `orders.*.invoice.total`; indexes of lists are `*`.
 */
export function judge({ response, promised }: { response: ClientSchema; promised: readonly string[] }, value: unknown) {
  return [
    ...issuesOf(response, value).map(({ path, message }) => `${placeOf(path)}: ${message}`),
    ...unknownMembers([response], value, []).map(path => `${placeOf(path)}: is not in the schema`),
    ...promised.flatMap(path => missing(value, path.split('.'), [])).map(path => `${placeOf(path)}: is missing`),
  ]
}

export function placeOf(path: readonly PropertyKey[]): string {
  return path.map(key => (typeof key === 'number' ? '*' : String(key))).join('.')
}

type Path = readonly PropertyKey[]

/** Where `value` has members that none of the schemas knows. */
function unknownMembers(candidates: readonly ClientSchema[], value: unknown, path: Path): Path[] {
  const parts = candidates.flatMap(innermost)
  if (parts.some(takesAnything)) return []
  if (Array.isArray(value)) {
    const elements = parts.flatMap(({ def }) => def.element ?? [])
    return value.flatMap((item, index) => unknownMembers(elements, item, [...path, index]))
  }
  if (!isPlainObject(value)) return []
  const members = membersOf(parts)
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = members.get(name) ?? members.get(ANY_NAME)
    return known ? unknownMembers(known, inner, [...path, name]) : [[...path, name]]
  })
}

/** The members that an object may have by any of the schemas. */
export function membersOf(candidates: readonly ClientSchema[]): Map<string, ClientSchema[]> {
  const members = new Map<string, ClientSchema[]>()
  const add = (name: string, schema: ClientSchema) => members.set(name, [...(members.get(name) ?? []), schema])
  for (const { def } of candidates.flatMap(innermost)) {
    for (const [name, schema] of Object.entries(def.shape ?? {})) if (schema.def.type !== 'never') add(name, schema)
    if (def.catchall && def.catchall.def.type !== 'never') add(ANY_NAME, def.catchall)
    if (def.type === 'record' && def.valueType) add(ANY_NAME, def.valueType)
  }
  return members
}

const ANY_NAME = ' any'

function takesAnything({ def }: ClientSchema): boolean {
  return def.type === 'any' || def.type === 'unknown'
}

/** A schema without what makes it optional; of alternatives and combinations, each part. */
export function innermost(schema: ClientSchema): ClientSchema[] {
  const { innerType, options, left, right } = schema.def
  const parts = [innerType, left, right, ...(options ?? [])].filter(part => part !== undefined)
  return parts.length > 0 ? parts.flatMap(innermost) : [schema]
}

/** Where `value` lacks what lies at `wanted`, although what that lies in is there. */
function missing(value: unknown, [name, ...rest]: readonly string[], path: Path): Path[] {
  if (name === undefined) return value === undefined || value === null ? [path] : []
  if (value === undefined || value === null) return []
  if (name === '*')
    return Array.isArray(value) ? value.flatMap((item, index) => missing(item, rest, [...path, index])) : []
  // A text or a date where an object was expected is told by the schema.
  return isPlainObject(value) ? missing(value[name], rest, [...path, name]) : []
}
