import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { coverageTable, type Found } from './contract/coverage.ts'
import { DEVIATIONS } from './contract/deviations.ts'
import { judge } from './contract/judge.ts'
import { fieldsetsOf, METHODS, type Method } from './contract/methods.ts'
import { type Performance, play, rawProblems, shapeOf, type Theatre, wordsIn } from './contract/play.ts'
import { SCENES } from './contract/scenes.ts'
import { identitiesOf } from './contract/stage.ts'
import { testApp } from './support/app.ts'

// With a service fee, so that the members that tell of it are judged too.
const served = await testApp({ serviceFeePercent: '2.5' })
const theatre: Theatre = { served, identities: await identitiesOf(served) }
const COVERAGE = new URL('../docs/contract-coverage.md', import.meta.url)

const found = new Map<string, Found>()
const needed = new Set<(typeof DEVIATIONS)[number]>()

describe('api 1.5: the methods', () => {
  const routes = new Set(
    Object.entries(served.app.swagger().paths ?? {}).flatMap(([path, verbs]) =>
      Object.keys(verbs ?? {}).map(verb => routeOf(verb, path)),
    ),
  )
  const isServed = ({ verb, path }: Method) => routes.has(routeOf(verb, path))

  test('there are 135 of them, in the 17 namespaces of the client, and the redirect to the checkout', () => {
    const ofEvents = METHODS.filter(({ namespace }) => namespace !== 'redirects')
    expect(ofEvents).toHaveLength(135)
    expect(new Set(ofEvents.map(({ namespace }) => namespace)).size).toBe(17)
    expect(METHODS.length - ofEvents.length).toBe(1)
  })

  test('each that is served has a scene, and there is no scene of another', () => {
    expect([...SCENES.keys()].sort()).toEqual(
      METHODS.filter(isServed)
        .map(({ id }) => id)
        .sort(),
    )
  })

  test('api 1.3: what the client asks for on its default host and on one of your own is published', () => {
    const unpublished = METHODS.filter(
      ({ paths, onDefaultHost, onOwnHost }) => !paths.includes(onDefaultHost) || !paths.includes(onOwnHost),
    )
    expect(unpublished.map(({ id }) => id)).toEqual([])
  })

  function routeOf(verb: string, path: string): string {
    return `${verb.toUpperCase()} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`
  }
})

test.each(METHODS.filter(({ id }) => SCENES.has(id)))(
  'R1, R2, R4, R5, R6, R9: $id answers the client under each of its paths, and as its schemas and types say',
  async method => {
    const scenes = SCENES.get(method.id) ?? []
    const problems: string[] = []
    const asked = new Set<string>()
    const keep = (performance: Performance) => {
      problems.push(...performance.problems)
      for (const word of wordsIn(performance.args)) asked.add(word)
    }
    for (const scene of scenes)
      for (const who of scene.as) {
        const first = await play(theatre, method, { scene, who, path: method.onOwnHost })
        keep(first)
        const others = who === scene.as[0] ? method.paths.filter(path => path !== method.onOwnHost) : []
        for (const path of others) {
          const other = await play(theatre, method, { scene, who, path })
          keep(other)
          expect([path, shapeOf(other.exchange)]).toEqual([path, shapeOf(first.exchange)])
        }
      }
    const { unexplained, notes } = explained(method, problems)
    expect(unexplained).toEqual([])
    expect(fieldsetsOf(method.request).filter(word => !asked.has(word))).toEqual([])
    found.set(method.id, { as: [...new Set(scenes.flatMap(({ as }) => as))].sort(), notes })
  },
)

/** What is wrong and no deviation allows, and what the others tell. */
function explained(method: Method, problems: readonly string[]) {
  const deviationOf = (problem: string) =>
    DEVIATIONS.find(deviation => deviation.of.test(method.id) && deviation.problem.test(problem))
  const all = [...new Set(problems)].map(problem => ({ problem, deviation: deviationOf(problem) }))
  const notes = new Set<string>()
  for (const { deviation } of all) {
    if (!deviation) continue
    needed.add(deviation)
    notes.add(deviation.note)
  }
  return {
    unexplained: all.filter(({ deviation }) => !deviation).map(({ problem }) => problem),
    notes: [...notes].sort(),
  }
}

describe('the table', () => {
  test('every deviation is still needed', () => {
    expect(DEVIATIONS.filter(deviation => !needed.has(deviation)).map(({ note }) => note)).toEqual([])
  })

  test('docs/contract-coverage.md says what was found here; npm run coverage writes it', async () => {
    const table = coverageTable(METHODS, found)
    if (process.env.UPDATE) await writeFile(COVERAGE, table)
    expect((await readFile(COVERAGE, 'utf8')).split('\n')).toEqual(table.split('\n'))
  })
})

describe('control: the judge sees', () => {
  const method = METHODS.find(({ id }) => id === 'ticketReservations.getTicketReservation') as Method
  const id = '00000000-0000-4000-8000-000000000000'
  const line = { ticketDefinitionId: id, quantity: 2, price: { value: '1.00', currency: 'EUR' } }
  const reservation = { _id: id, revision: '1', _createdDate: new Date(0), status: 'PENDING', tickets: [line] }

  test.each([
    ['nothing in a reservation that is right', {}, null],
    ['a member that nobody knows', { price: '1.00' }, 'price: is not in the schema'],
    ['one inside a list', { tickets: [{ ...line, seat: 'A1' }] }, 'tickets.*.seat: is not in the schema'],
    ['a promised member that is missing', { tickets: undefined }, 'tickets: is missing'],
    ['one inside an object in a list', { tickets: [{ ...line, price: {} }] }, 'tickets.*.price.value: is missing'],
    ['one that is null', { status: null }, 'status: is missing'],
    ['a number where a text belongs', { revision: 1 }, 'revision: Invalid input: expected string, received number'],
    ['a text where a number belongs', { tickets: [{ ...line, quantity: '2' }] }, 'tickets.*.quantity: Invalid input'],
    ['a word that is none', { status: 'HELD' }, 'status: Invalid option'],
    ['an id that is no GUID', { _id: '7' }, '_id: Must be a valid GUID'],
    ['a text where an instant belongs', { _createdDate: '2030-01-01T00:00:00.000Z' }, '_createdDate: Invalid input'],
  ])('%s', (_, change, expected) => {
    expect(judge(method, { ...reservation, ...change })).toEqual(
      expected === null ? [] : expect.arrayContaining([expect.stringContaining(expected)]),
    )
  })

  test('R6, R9: an instant with an offset, a name of the client and two amounts that differ', () => {
    const body = {
      ticketReservation: { _id: id, at: '2030-01-01T00:00:00Z', price: { amount: '1', value: '2', currency: 'EUR' } },
    }
    expect(rawProblems(method, { status: 200, answer: JSON.stringify(body) })).toEqual([
      'ticketReservation._id: is a name of the client (R5)',
      'ticketReservation.at: 2030-01-01T00:00:00Z is no instant as R6 has them',
      'ticketReservation.price: amount and value differ (R9)',
    ])
  })
})
