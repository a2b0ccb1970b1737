import { isPlainObject } from '../../src/wire/plain-object.ts'
import { parseQueryString } from '../../src/wire/query-string.ts'
import type { Sent } from '../support/carried.ts'
import type { Operation, Schema } from '../support/operations.ts'

/** A request taken apart, so that single members of it can be changed. */
export type WireRequest = {
  params: Record<string, unknown>
  query: Record<string, unknown>
  body: unknown
  headers: Record<string, string>
}

export function takenApart({ path, query }: Operation, { url, body, headers }: Sent): WireRequest {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/?]+)')}(?:\\?(.*))?$`)
  const [, ...found] = pattern.exec(url) ?? []
  return {
    params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index] ?? '')])),
    query: withLists(query, parseQueryString(found.at(-1) ?? '')),
    body: body === undefined ? undefined : JSON.parse(body),
    headers,
  }
}

/** One element of a list is that, and not the list. */
function withLists(schema: Schema, tree: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).map(([name, value]) => {
      const isList = schema.properties?.[name]?.type === 'array' && !Array.isArray(value)
      return [name, isList ? [value] : value]
    }),
  )
}

export function putTogether({ method, path }: Operation, { params, query, body, headers }: WireRequest): Sent {
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(params[name])))
  const search = new URLSearchParams(textsOf(query, '')).toString()
  return {
    method,
    url: search === '' ? url : `${url}?${search}`,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  }
}

function textsOf(value: unknown, key: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap(item => textsOf(item, key))
  if (isPlainObject(value))
    return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, key === '' ? name : `${key}.${name}`))
  return value === undefined ? [] : [[key, String(value)]]
}
