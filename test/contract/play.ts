import { publishedPaths, toDocumentedUrl } from '../../src/http/mounts.ts'
import { isPlainObject } from '../../src/wire/plain-object.ts'
import type { TestApp } from '../support/app.ts'
import type { Exchange, Sent } from '../support/carried.ts'
import { issuesOf } from '../support/client-shapes.ts'
import { type AnyClient, type Credentials, clientOf } from './client.ts'
import { type ClientSchema, judge, membersOf, placeOf } from './judge.ts'
import { ANYTHING, type Method, OWN_HOST } from './methods.ts'
import { type Scene, stageFor, type Who } from './stage.ts'

export type Theatre = {
  served: TestApp
  identities: Record<Who, { credentials: Credentials; headers: Record<string, string> }>
}

/** One call through the client: what it was given, what went over the wire, and what is wrong about it. */
export type Performance = { args: readonly unknown[]; exchange: Exchange; problems: string[] }

/**
 * Prepares a scene and plays it as `who`, under one of the method's published paths.
 * @throws Error when the scene cannot be prepared
 */
export async function play(
  { served, identities }: Theatre,
  method: Method,
  { scene, who, path }: { scene: Scene; who: Who; path: string },
): Promise<Performance> {
  const { credentials, headers } = identities[who]
  const args = await scene.call(stageFor(served, who, headers))
  const { apiBaseUrl, carryTo } = routeOf(method, path)
  const mended = (asked: string) => scene.mendPath?.(carryTo(asked), args) ?? carryTo(asked)
  const { client, exchanges } = clientOf(served.app, credentials, { apiBaseUrl, carryTo: mended })
  // The client changes what it is given.
  const call = async () => client[method.namespace]?.[method.name]?.(...structuredClone(args))
  const [returned, refused] = await call().then(
    value => [value, null],
    (error: unknown) => [null, error],
  )
  const [exchange] = exchanges
  if (!exchange) throw new Error(`${method.id} sent nothing: ${refused}`, { cause: refused })
  const problems = refused
    ? [`the client refuses the answer: ${exchange.status} ${exchange.answer.slice(0, 500)}`]
    : [
        ...requestProblems(method, args),
        ...rawProblems(method, exchange),
        ...(isVoid(method) ? [] : judge(method, returned)),
        ...(await builderProblems(client, method, args)),
      ]
  return { args, exchange, problems }
}

/**
 * What the client sends for a method that is called with `args`: the request is made and goes nowhere. Null when it
 * makes none.
 */
export async function requestFor(
  method: Method,
  { credentials, args, mendPath }: { credentials: Credentials; args: readonly unknown[]; mendPath: Scene['mendPath'] },
): Promise<Sent | null> {
  const { client, exchanges } = clientOf(null, credentials, { carryTo: path => mendPath?.(path, args) ?? path })
  const call = async () => client[method.namespace]?.[method.name]?.(...structuredClone(args))
  // It is told that all went well, and may fail to read that out of an empty answer.
  await Promise.allSettled([call()])
  const [sent] = exchanges
  if (!sent) return null
  const { status, answer, ...request } = sent
  return { ...request, url: toDocumentedUrl(request.url) }
}

/** The client on the host on which it asks for `path`, or carried there from its own. */
function routeOf(method: Method, path: string): { apiBaseUrl?: string; carryTo: (asked: string) => string } {
  if (path === method.onDefaultHost) return { carryTo: asked => asked }
  if (path === method.onOwnHost) return { apiBaseUrl: OWN_HOST, carryTo: asked => asked }
  const carryTo = (asked: string) => publishedPaths(toDocumentedUrl(asked))[method.paths.indexOf(path)] ?? asked
  return { apiBaseUrl: OWN_HOST, carryTo }
}

function requestProblems({ request }: Method, args: readonly unknown[]): string[] {
  const names = Object.keys(request.def.shape ?? {})
  const named = Object.fromEntries(names.flatMap((name, index) => (index in args ? [[name, args[index]]] : [])))
  return issuesOf(request, masksAsObjects(request, named)).map(
    ({ path, message }) => `the request, ${placeOf(path)}: ${message}`,
  )
}

/** The client takes masks as lists, and its own request schemas have them as `{paths}`. */
function masksAsObjects(schema: ClientSchema, value: unknown): unknown {
  const members = membersOf([schema])
  if (Array.isArray(value)) return members.has('paths') ? { paths: value } : value
  if (!isPlainObject(value) || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const [known] = members.get(name) ?? []
      return [name, known ? masksAsObjects(known, inner) : inner]
    }),
  )
}

/** What no client's shape shows: the envelope, the names (R5) and the instants (R6) on the wire. */
export function rawProblems(method: Method, { status, answer }: Pick<Exchange, 'status' | 'answer'>): string[] {
  const body: unknown = JSON.parse(answer)
  if (status !== 200 || !isPlainObject(body)) return [`answered ${status} with ${answer.slice(0, 100)}`]
  const members = Object.keys(body)
  if (isVoid(method)) return members.map(name => `${name}: is not in a void answer (R4)`)
  return [
    ...members.filter(name => !method.envelope.includes(name)).map(name => `envelope ${name}: is not in the interface`),
    ...wireProblems(body, []),
  ]
}

function wireProblems(value: unknown, path: PropertyKey[]): string[] {
  if (typeof value === 'string')
    return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) && !/^.{10}T\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)
      ? [`${placeOf(path)}: ${value} is no instant as R6 has them`]
      : []
  if (Array.isArray(value)) return value.flatMap((item, index) => wireProblems(item, [...path, index]))
  if (!isPlainObject(value)) return []
  return [
    ...moneyProblems(value, path),
    ...Object.entries(value).flatMap(([name, inner]) => [
      ...(/^_(id|createdDate|updatedDate)$/.test(name)
        ? [`${placeOf([...path, name])}: is a name of the client (R5)`]
        : []),
      ...wireProblems(inner, [...path, name]),
    ]),
  ]
}

/** The older shape of money has its amount twice (R9). */
function moneyProblems({ amount, value, currency }: Record<string, unknown>, path: PropertyKey[]): string[] {
  const isOlder = typeof amount === 'string' && typeof currency === 'string'
  return isOlder && value !== amount ? [`${placeOf(path)}: amount and value differ (R9)`] : []
}

function isVoid({ response }: Method): boolean {
  return response !== ANYTHING && membersOf([response]).size === 0
}

/** Queries have a second form in the client, a builder: what it finds by the same filter is judged like the list. */
async function builderProblems(client: AnyClient, method: Method, args: readonly unknown[]): Promise<string[]> {
  if (!method.hasBuilder) return []
  const builder = client[method.namespace]?.[method.name]?.(...structuredClone(args.slice(1))) as Builder
  const [query] = args as [{ filter: Record<string, { $eq: unknown }> }]
  const filtered = Object.entries(query.filter).reduce((all, [field, { $eq }]) => all.eq(field, $eq), builder)
  const { items } = await filtered.limit(3).find()
  const list = [...membersOf([method.response])].find(([, [schema]]) => isList(schema))?.[0] ?? ''
  return judge(method, { [list]: items })
    .filter(problem => problem.startsWith(`${list}.`))
    .map(problem => `builder: ${problem}`)
}

type Builder = {
  eq: (field: string, value: unknown) => Builder
  limit: (count: number) => Builder
  find: () => Promise<{ items: unknown[] }>
}

function isList(schema: ClientSchema | undefined): boolean {
  return schema !== undefined && (schema.def.type === 'array' || isList(schema.def.innerType))
}

/** What was asked for in `fields`, `fieldset` or `fieldsets`, wherever it stands. */
export function wordsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsIn)
  if (!isPlainObject(value)) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    /^field(s|set|sets)$/.test(name) && Array.isArray(inner) ? inner.map(String) : wordsIn(inner),
  )
}

/** The members of an answer with their types, whatever their values: equal under every path. */
export function shapeOf({ answer }: Pick<Exchange, 'answer'>): string[] {
  return [...new Set(placesOf(JSON.parse(answer), []))].sort()
}

function placesOf(value: unknown, path: PropertyKey[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => placesOf(item, [...path, index]))
  if (!isPlainObject(value)) return [`${placeOf(path)}: ${typeof value}`]
  return Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...path, name]))
}
