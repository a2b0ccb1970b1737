import { DEVIATIONS } from './deviations.ts'
import { ANYTHING, type Method } from './methods.ts'
import type { Who } from './stage.ts'

/** What was found of a method that is served. */
export type Found = { as: readonly Who[]; notes: readonly string[] }

/** `docs/contract-coverage.md`: every method of the client, and what was found of those that are served. */
export function coverageTable(methods: readonly Method[], found: ReadonlyMap<string, Found>): string {
  const told = new Set([...found.values()].flatMap(({ notes }) => notes))
  const numbered = DEVIATIONS.map(({ note }) => note).filter(note => told.has(note))
  const sections = [...Map.groupBy(methods, ({ namespace }) => namespace)].map(([namespace, ofNamespace]) =>
    [
      `## ${namespace}`,
      '',
      `${countOf(ofNamespace, found)}. ${prefixesOf(ofNamespace)}`,
      '',
      '| Method | Documented path | Served | Tried under | Called as | Client | Schemas | Notes |',
      '| --- | --- | --- | --- | --- | --- | --- | --- |',
      ...ofNamespace.map(method => rowOf(method, found.get(method.id), numbered)),
    ].join('\n'),
  )
  const notes = numbered.map((note, index) => `${index + 1}. ${note}`).join('\n')
  const ofEvents = methods.filter(({ namespace }) => namespace !== 'redirects')
  return `${INTRODUCTION}\n\n${notes}\n\n${countOf(ofEvents, found)} of \`@wix/events\`.\n\n${sections.join('\n\n')}\n`
}

const INTRODUCTION = `# What is served of the published client

\`test/contract.test.ts\` makes this table (\`npm run coverage\`) and fails when it is not true. It calls each method of
\`@wix/events\` that is served, and the redirect of \`@wix/redirects\`, through the unmodified client, with arguments that
the client's own request schemas take, under every path by which it is published, and has the answers judged by the client's
response schemas, read strictly: no member that they do not know, none missing that the client's types promise, every
fieldset asked for. A is the documented path, B what the client asks for on its default host where that differs, C what it
asks for on a host of your own, + an older spelling. "Client" and "Schemas" say that the client took the answers, and that
its schemas did. What is different on purpose has a note with its rule ([contract.md](contract.md) says why):`

function countOf(methods: readonly Method[], found: ReadonlyMap<string, Found>): string {
  return `Served: ${methods.filter(({ id }) => found.has(id)).length} of ${methods.length}`
}

function rowOf(method: Method, found: Found | undefined, numbered: readonly string[]): string {
  const cells = [
    `\`${method.name}\``,
    `${method.verb} \`${method.path}\``,
    ...(found
      ? [
          'yes',
          familiesOf(method),
          found.as.join(', '),
          'yes',
          method.response === ANYTHING ? 'has none' : 'yes',
          found.notes
            .map(note => numbered.indexOf(note) + 1)
            .sort((a, b) => a - b)
            .join(', '),
        ]
      : ['not yet', '', '', '', '', '']),
  ]
  return `|${cells.map(cell => (cell === '' ? ' |' : ` ${cell} |`)).join('')}`
}

function familiesOf({ paths, path, onDefaultHost, onOwnHost }: Method): string {
  return paths
    .map(each => (each === path ? 'A' : each === onDefaultHost ? 'B' : each === onOwnHost ? 'C' : '+'))
    .sort((a, b) => (a === '+' ? 1 : b === '+' ? -1 : a.localeCompare(b)))
    .join(' ')
}

/** How the other paths of a namespace begin, each with the beginning of the documented path that it stands for. */
function prefixesOf(methods: readonly Method[]): string {
  const pairs = methods.flatMap(({ path, paths }) =>
    paths.slice(1).map(other => {
      const [documented, spelled] = withoutCommonEnd(path, other)
      return `\`${spelled}\` for \`${documented}\``
    }),
  )
  return pairs.length === 0 ? 'No other paths.' : `Other paths: ${[...new Set(pairs)].sort().join(', ')}.`
}

function withoutCommonEnd(a: string, b: string): [string, string] {
  const [left, right] = [a.split('/'), b.split('/')]
  while (left.length > 2 && right.length > 2 && left.at(-1) === right.at(-1)) {
    left.pop()
    right.pop()
  }
  return [left.join('/'), right.join('/')]
}
