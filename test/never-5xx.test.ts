import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newGuid } from '../src/ids.ts'
import { isPlainObject } from '../src/wire/plain-object.ts'
import { testApp } from './support/app.ts'
import { type Operation, operationsOf, REMOVED, replaced, type Schema } from './support/operations.ts'
import { aSale, checkOut, FREE, reserveTickets } from './support/sale.ts'

/*
 * Whatever a client sends is answered, and never with a 5xx: every route of the server gets requests that its own
 * schema made, each with something wrong in it. Ids in them are partly of things that exist, so that a request gets
 * past the first look.
 */
const served = await testApp({ lawless: true })
const { app, admin, siteId } = served
const known = await things()

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  '',
  ' ',
  'undefined',
  '-1',
  '0.00001',
  '99999999999999999999',
  '\u0000',
  '\ud800',
  "'; drop table events; --",
  '%',
  '9999-12-31T23:59:60Z',
  '0000-00-00',
  '+275760-09-13T00:00:00.001Z',
  'x'.repeat(60_000),
  [],
  [[]],
  {},
  { $eq: { $eq: 1 } },
  { __proto__: null, constructor: 1 },
]

/** A request body that the schema takes, with known ids where it wants some; `wanted` says which optional members. */
function sample(schema: Schema, name: string, wanted: () => boolean): unknown {
  if (schema.enum) return schema.enum.find(value => value !== null)
  switch (schema.type) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {}).filter(
        ([key]) => schema.required?.includes(key) || wanted(),
      )
      return Object.fromEntries(members.map(([key, value]) => [key, sample(value, key, wanted)]))
    }
    case 'array':
      return [sample(schema.items ?? {}, name, wanted)]
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'string':
      if (schema.format === 'guid') return known[name] ?? newGuid()
      if (schema.format === 'instant') return '2030-06-01T18:00:00Z'
      if (schema.format === 'email') return 'ada@example.org'
      if (schema.pattern) return '1'
      return known[name] ?? 'x'.repeat(Math.max(1, schema.minLength ?? 1))
    default:
      return {}
  }
}

/** Every place inside a body. */
function placesIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : isPlainObject(value)
      ? Object.entries(value)
      : []
  return [path, ...entries.flatMap(([key, inner]) => placesIn(inner, [...path, key]))]
}

function operations(): Operation[] {
  // What ends things comes last, and the event last of all: else everybody after it finds nothing.
  // What does not end cannot be asked for like this: src/live/routes.test.ts does it.
  const ending = operationsOf(app).filter(({ path }) => !path.endsWith('/stream'))
  return ending.toSorted((a, b) => endingOf(a) - endingOf(b))
}

function endingOf({ method, path }: Operation): number {
  if (path.startsWith('/events/v3/events/')) return method === 'DELETE' || path.endsWith('/cancel') ? 2 : 0
  return method === 'DELETE' || /cancel|delete|confirm/.test(path) ? 1 : 0
}

/** A published event with a free ticket, one of them sold, and what it is all called. */
async function things(): Promise<Record<string, string>> {
  const { eventId, definitionId } = await aSale(served, { definition: { ...FREE, initialLimit: 1000 } })
  const { body } = await reserveTickets(admin, definitionId, 2)
  const reservationId = body.ticketReservation.id
  const { order } = (await checkOut(admin, { eventId, reservationId })).body
  const pending = (await reserveTickets(admin, definitionId)).body.ticketReservation.id
  return {
    eventId,
    ticketDefinitionId: definitionId,
    definitionId,
    reservationId: pending,
    ticketReservationId: pending,
    orderNumber: order.orderNumber,
    ticketNumber: order.tickets[0].ticketNumber,
    clientId: siteId,
    grantType: 'anonymous',
  }
}

const statuses = new Map<number, number>()

test.each(operations())(
  '$method $path answers odd requests with a 4xx at most',
  async ({ method, path, body, query }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 40, maxLength: 40 }),
        fc.nat(),
        fc.option(fc.constantFrom(REMOVED, ...ODD)),
        fc.option(fc.nat()),
        fc.constantFrom(...ODD.filter(value => typeof value !== 'object')),
        async (choices, place, odd, oddParameter, oddText) => {
          let next = 0
          const wanted = () => {
            next += 1
            return choices[next % choices.length] === 0
          }
          const whole = body ? sample(body, '', wanted) : undefined
          const places = placesIn(whole)
          const changed = odd === null || !body ? whole : replaced(whole, places[place % places.length] ?? [], odd)
          const url = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(known[name] ?? newGuid()))
          const search = new URLSearchParams()
          for (const [index, [name, schema]] of Object.entries(query.properties ?? {}).entries()) {
            const isWanted = query.required?.includes(name) || wanted()
            const value = index === oddParameter ? oddText : isWanted ? sample(schema, name, wanted) : null
            if (value !== null) search.append(name, String(value).slice(0, 3000))
          }
          const answer = await admin(method as 'POST', `${url}?${search}`, changed === REMOVED ? undefined : changed)
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
          const told = JSON.stringify({ url: `${url}?${search}`, changed, answer: answer.body }).slice(0, 2000)
          expect(answer.status, told).toBeLessThan(500)
          if (answer.status >= 400) expect(answer.body.details ?? answer.body.error, told).toBeDefined()
        },
      ),
      { numRuns: 60 },
    )
  },
)

test('control: the requests got far enough to be taken, refused by rule and found missing', () => {
  for (const status of [200, 400, 404, 428]) expect(statuses.get(status) ?? 0, `answers ${status}`).toBeGreaterThan(20)
})
