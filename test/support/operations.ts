import type { App } from '../../src/http/app.ts'
import { isPlainObject } from '../../src/wire/plain-object.ts'

/** A JSON schema of a request, as `GET /openapi.json` has it. */
export type Schema = {
  type?: string
  format?: string
  pattern?: string
  enum?: unknown[]
  nullable?: boolean
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}
export type Operation = {
  method: string
  /** With its parameters in braces. */
  path: string
  params: Schema
  query: Schema
  body: Schema | null
}

/** Every route of the server with the schemas of its requests. */
export function operationsOf(app: App): Operation[] {
  const paths = (app.swagger().paths ?? {}) as unknown as Record<string, Record<string, Described>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      params: objectOf(parameters.filter(each => each.in === 'path')),
      query: objectOf(parameters.filter(each => each.in === 'query')),
      body: requestBody?.content?.['application/json']?.schema ?? null,
    })),
  )
}

type Parameter = { in: string; name: string; schema: Schema; required?: boolean }
type Described = {
  requestBody?: { content?: Record<string, { schema?: Schema }> }
  parameters?: Parameter[]
}

function objectOf(parameters: readonly Parameter[]): Schema {
  return {
    type: 'object',
    properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  }
}

/** Where something is in a body. */
export type Place = readonly (string | number)[]

/** `value` with what lies at a place replaced; with `REMOVED`, without that member. */
export function replaced(value: unknown, [key, ...rest]: Place, by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replaced(item, rest, by) : item))
  if (!isPlainObject(value)) return value
  const inner = replaced(value[key], rest, by)
  const { [key]: _, ...others } = value
  return inner === REMOVED ? others : { ...others, [key]: inner }
}

export const REMOVED = Symbol('removed')
