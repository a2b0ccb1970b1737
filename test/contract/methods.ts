import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as events from '@wix/events/meta'
import * as schemas from '@wix/events/schemas'
import * as redirects from '@wix/redirects/meta'
import { publishedPaths, toDocumentedUrl } from '../../src/http/mounts.ts'
import { type ClientSchema, membersOf } from './judge.ts'

/** One method of the published client: all of it is read from the installed packages, nothing is typed by hand. */
export type Method = {
  namespace: string
  name: string
  /** `namespace.name` */
  id: string
  verb: string
  /** The documented path, its parameters in braces. */
  path: string
  /** Each published path, the documented one first. */
  paths: string[]
  /** What the client asks for on the vendor's own host (family B), and on any other (family C). */
  onDefaultHost: string
  onOwnHost: string
  /** `ANYTHING` where the client has none. */
  request: ClientSchema
  response: ClientSchema
  /** Paths that the client's types promise to be neither absent nor null wherever what they lie in is there. */
  promised: string[]
  /** Members of the answer's body before the client takes the entity out of it. */
  envelope: string[]
  /** Whether it can also be called without a query, and gives a builder of one. */
  hasBuilder: boolean
}

export const OWN_HOST = 'tickets.example.com'
const TEXTS = new Map<string, string>()
/** What people install: `@wix/redirects` leads a buyer from a page of the organizer's to the checkout (api 14). */
const INSTALLED = ['@wix/events', '@wix/redirects']
const root = createRequire(import.meta.url)
const fromInstalled = createRequire(root.resolve('@wix/events/package.json'))

/** The package behind each namespace. */
const PACKAGES = new Map(
  INSTALLED.flatMap(name => [...textOf(name, /^index\.mjs$/).matchAll(/^import \* as (\w+) from "([^"]+)"/gm)]).map(
    ([, namespace = '', name = '']) => [namespace, name],
  ),
)

/** A schema that takes anything. */
export const ANYTHING: ClientSchema = { safeParse: () => ({ success: true }), def: { type: 'any' } }

export const METHODS: readonly Method[] = Object.entries({ ...events, ...redirects } as unknown as Record<
  string,
  Described
>)
  .flatMap(([namespace, described]) =>
    Object.entries(described).flatMap(([name, describe]) =>
      // The same module exports enumerations.
      typeof describe === 'function' ? [toMethod(namespace, name, describe())] : [],
    ),
  )
  .toSorted((a, b) => a.id.localeCompare(b.id, 'en'))

type Described = Record<string, object | (() => Description)>
type Description = { httpMethod: string; getUrl: (context: { host: string }) => string }

function toMethod(namespace: string, name: string, { httpMethod, getUrl }: Description): Method {
  const pascal = name.charAt(0).toUpperCase() + name.slice(1)
  const known = schemas as unknown as Record<string, Record<string, ClientSchema>>
  const schemaOf = (which: string) => {
    const schema = known[namespace]?.[`${pascal}${which}`]
    if (known[namespace] && !schema) throw new Error(`${namespace}.${name} has no schema of its ${which}`)
    return schema ?? ANYTHING
  }
  const addressOn = (host: string) => getUrl({ host }).replaceAll(/:(\w+)/g, '{$1}')
  const onDefaultHost = addressOn('www.wixapis.com')
  const documented = toDocumentedUrl(onDefaultHost)
  const published = PACKAGES.get(namespace) ?? ''
  const types = textOf(published, /^(?!meta|schemas).*\.d\.mts$/)
  return {
    namespace,
    name,
    id: `${namespace}.${name}`,
    verb: httpMethod,
    path: documented,
    paths: publishedPaths(documented),
    onDefaultHost,
    onOwnHost: addressOn(OWN_HOST),
    request: schemaOf('Request'),
    response: schemaOf('Response'),
    promised: promisedBy(types, name, `typed${pascal}`),
    envelope: envelopeOf(textOf(published, /^meta\.d\.mts$/), name),
    hasBuilder: types.includes(`\ndeclare function typed${pascal}(`),
  }
}

/** `NonNullablePaths<Entity, 'a' | 'b.${number}.c', 3>` of the method's result; queries have it at their typed form. */
function promisedBy(types: string, name: string, typed: string): string[] {
  const declared = [typed, name].map(each => types.indexOf(`\ndeclare function ${each}(`)).find(at => at >= 0)
  if (declared === undefined) throw new Error(`${name} is not declared`)
  const declaration = types.slice(declared, types.indexOf('\n', declared + 1))
  const result = declaration.slice(declaration.indexOf('): Promise<'))
  return [...result.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path.replaceAll(/\$\{number\}/g, '*'))
}

/** The members of the response's interface. */
function envelopeOf(types: string, name: string): string[] {
  const declared = types.slice(types.indexOf(`\ndeclare function ${name}(`))
  const response = /, (\w+\$?\d*)>;/.exec(declared)?.[1] ?? ''
  const from = types.indexOf(`\ninterface ${response.replace(/\$\d+$/, '')} {`)
  const body = types.slice(from, types.indexOf('\n}', from))
  return [...body.matchAll(/^ {4}(\w+)\??:/gm)].map(([, member = '']) => member)
}

/** What the files of a package say whose names match; remembered, for each method of a package asks. */
function textOf(name: string, files: RegExp): string {
  const key = `${name} ${files.source}`
  const text = TEXTS.get(key) ?? readTexts(name, files)
  TEXTS.set(key, text)
  return text
}

function readTexts(name: string, files: RegExp): string {
  const require = INSTALLED.includes(name) ? root : fromInstalled
  const folder = join(dirname(require.resolve(`${name}/package.json`)), 'build/es')
  const named = readdirSync(folder).filter(file => files.test(file))
  return named.map(file => readFileSync(join(folder, file), 'utf8')).join('\n')
}

/** The words that a method's `fields`, `fieldset` or `fieldsets` takes, by its request schema. */
export function fieldsetsOf(schema: ClientSchema): string[] {
  return [...membersOf([schema])].flatMap(([name, inner]) =>
    /^field(s|set|sets)$/.test(name) ? inner.flatMap(wordsOf) : inner.flatMap(fieldsetsOf),
  )
}

function wordsOf(schema: ClientSchema): string[] {
  const { innerType, element, entries } = schema.def
  if (innerType) return wordsOf(innerType)
  if (element) return wordsOf(element)
  return entries ? Object.values(entries) : []
}
