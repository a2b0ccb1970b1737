import { isPlainObject } from './plain-object.ts'

type Tree = { [key: string]: unknown }

/**
 * The request that a GET or DELETE carries in its query string (api 3.3): repeated keys are arrays, dotted keys nest,
 * `.r` holds the whole request as base64url JSON. Keys that would reach a prototype are dropped.
 */
export function parseQueryString(text: string): Tree {
  const tree: Tree = Object.create(null)
  let keys = 0
  for (const [key, value] of new URLSearchParams(text)) {
    keys += 1
    if (keys > KEYS_MAX) break
    if (key === '.r') Object.assign(tree, decodeComplexRequest(value))
    else place(tree, key.split('.'), value)
  }
  return tree
}

const KEYS_MAX = 2000
const DEPTH_MAX = 6
const UNSAFE: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

function place(tree: Tree, path: string[], value: string): void {
  if (path.length > DEPTH_MAX || path.some(part => UNSAFE.has(part) || part === '')) return
  const [last] = path.splice(-1)
  if (last === undefined) return
  let node = tree
  for (const part of path) {
    const next = node[part]
    if (next === undefined) node[part] = Object.create(null)
    else if (!isPlainObject(next)) return
    node = node[part] as Tree // just made or just checked
  }
  const earlier = node[last]
  node[last] = earlier === undefined ? value : Array.isArray(earlier) ? [...earlier, value] : [earlier, value]
}

function decodeComplexRequest(encoded: string): Tree {
  try {
    const request: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
    return isPlainObject(request) ? Object.fromEntries(Object.entries(request).filter(([key]) => !UNSAFE.has(key))) : {}
  } catch {
    return {} // the schema then reports what is missing
  }
}
