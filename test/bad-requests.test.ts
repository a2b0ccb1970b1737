import { describe, expect, test } from 'vitest'
import { signToken } from '../src/identities/tokens.ts'
import { isGuid, newGuid } from '../src/ids.ts'
import { verify } from '../src/verify.ts'
import { isPlainObject } from '../src/wire/plain-object.ts'
import { type Breach, breachesOf, breachesOfBounds, fieldOf, isEmptyList } from './contract/breaches.ts'
import { METHODS, type Method } from './contract/methods.ts'
import { requestFor, type Theatre } from './contract/play.ts'
import { SCENES } from './contract/scenes.ts'
import { identitiesOf, type Scene, stageFor, type Who } from './contract/stage.ts'
import { putTogether, takenApart, type WireRequest } from './contract/wire-request.ts'
import { testApp } from './support/app.ts'
import { type Sent, send } from './support/carried.ts'
import { fingerprintOf } from './support/fingerprint.ts'
import { type Operation, operationsOf, REMOVED, replaced, type Schema } from './support/operations.ts'
import { aSale } from './support/sale.ts'
import { staffHeaders } from './support/staff.ts'

/*
 * Every method that is served, with its right request as the published client sends it (test/contract/scenes/), and all
 * that can be wrong about it: each member, by the route's own schema and by the client's; who asks; whose things they
 * are. Whatever is refused must leave the site as it was.
 */
const served = await testApp({ lawless: true, serviceFeePercent: '2.5' })
const { app, sql, siteId, deps, now } = served
const theatre: Theatre = { served, identities: await identitiesOf(served) }
const other = await served.otherSite()
const methods = METHODS.filter(({ id }) => SCENES.has(id))

/** Refused by rule with something else than a 400 on the member. */
const OTHERWISE: readonly { of: RegExp; breach: RegExp; because: string }[] = [
  {
    of: /^forms\.updateControl$/,
    breach: /^params id missing$/,
    because: 'api 3.4.1: the client loses the id, and where one control alone can be meant it is that',
  },
  {
    of: /^ticketDefinitionsV2\./,
    breach: /fields\[0\] a word that is none$/,
    because: 'R85: unknown ones are ignored',
  },
  { of: /^categories\.bulkCreate/, breach: /^\[0\]\[0\]/, because: 'events 8.5.1: a bad item is told in its result' },
  { of: /./, breach: /\bfield(s|sets?) more than \d+ items$/, because: 'api 6.8.3: duplicates are harmless' },
  { of: /^policies\.updateP/, breach: /^\[1\]\.eventId/, because: 'events 5.4.5: the event in an update is ignored' },
]

/**
 * Methods that may name what is not there: a list of it is empty, a bulk call tells it item by item (api 10.1), a filter
 * that finds nothing changes nothing, and taking away what is gone is done.
 */
const TAKES_UNKNOWN = /\.(query|count|search|list|getSummary|bulk|deleteBookmark)/

/** Methods whose things a guest has for itself alone (R24 to R26). */
const OF_ITS_OWNER =
  /^(ticketReservations\.(get|cancel)|orders\.(cancelReservation|getInvoice|checkout|updateCheckout|getOrder)|tickets\.getTicket)/

/** A right request of a scene, not sent yet, with whoever may send it. Refusals leave it right. */
type Right = { scene: Scene; who: Who; args: readonly unknown[]; request: WireRequest }

const needed = new Set<(typeof OTHERWISE)[number]>()
const stranger = await visitorOf(siteId)
const foreigners: Record<Who, Record<string, string>> = {
  organizer: { authorization: other.apiKey, 'wix-site-id': other.siteId },
  staff: { authorization: other.apiKey, 'wix-site-id': other.siteId },
  visitor: await visitorOf(other.siteId),
  member: await visitorOf(other.siteId),
}
/** May do nearly all that staff can be given, at another event. */
const elsewhere = await staffHeaders(served, {
  permissions: ['CHECK_IN_GUESTS', 'SELL_TICKETS', 'ADD_GUESTS', 'READ_ANALYTICS'],
  events: [(await aSale(served)).eventId],
})
const expired = {
  authorization: await signToken(
    deps.keys,
    'access',
    { kind: 'visitor', siteId, visitorId: newGuid() },
    new Date(now().getTime() - 5 * 3_600_000),
    4 * 3600,
  ),
}
const operations = new Map(operationsOf(app).map(each => [keyOf(each), each]))

describe.each(methods)('$id', method => {
  const operation = operationOf(method)
  const isPublic = (SCENES.get(method.id) ?? []).some(({ as }) => as.includes('visitor'))
  let prepared: Promise<Right[]> | null = null
  const rights = () => {
    prepared ??= Promise.all((SCENES.get(method.id) ?? []).map(right))
    return prepared
  }

  async function right(scene: Scene): Promise<Right> {
    const [who = 'organizer'] = scene.as
    const { credentials, headers } = theatre.identities[who]
    const args = await scene.call(stageFor(served, who, headers))
    const sent = await requestFor(method, { credentials, args, mendPath: scene.mendPath })
    if (!sent) throw new Error(`${method.id} sent nothing`)
    return { scene, who, args, request: takenApart(operation, sent) }
  }

  const sendAs = (request: WireRequest, headers: Record<string, string>) => {
    const { 'content-type': type } = request.headers
    return answered(
      putTogether(operation, { ...request, headers: { ...(type && { 'content-type': type }), ...headers } }),
    )
  }

  test('R13, R14, api 5.2.3: a member that is wrong is refused by its path, and nothing changes', async () => {
    const tried = new Set<string>()
    const wrong: string[] = []
    const all = await rights()
    await unchanged(async () => {
      for (const { request } of all)
        for (const { part, place, by, what } of breachesIn(request)) {
          const name = `${part} ${fieldOf(place)} ${what}`
          if (tried.has(name)) continue
          tried.add(name)
          if (isOtherwise(name)) continue
          const changed = { ...request, [part]: replaced(request[part], place, by) }
          const answer = await answered(putTogether(operation, changed))
          // What the client puts into the path in place of what is missing is a name that nothing has (api 1.2.6).
          const isNothing = part === 'params' && by === REMOVED && answer.status === 404
          const isRefused = answer.status === 400 && isNamed(fieldOf(place), answer.fields)
          if (!isNothing && !isRefused) wrong.push(`${name}: ${answer.text}`)
        }
    })
    expect(wrong).toEqual([])
  })

  test('R14: what the client’s own schema of the request does not take is refused too', async () => {
    const tried = new Set<string>()
    const wrong: string[] = []
    const all = await rights()
    await unchanged(async () => {
      for (const { scene, who, args } of all)
        for (const { place, by, what } of boundsOf(args)) {
          const name = `${fieldOf(place)} ${what}`
          if (tried.has(name)) continue
          tried.add(name)
          if (isOtherwise(name)) continue
          const { credentials } = theatre.identities[who]
          const bad = replaced(args, place, by) as unknown[]
          const request = await requestFor(method, { credentials, args: bad, mendPath: scene.mendPath })
          // Of some the client itself can make no request.
          const answer = request && (await answered(request))
          if (answer && answer.status !== 400) wrong.push(`${name}: ${answer.text}`)
        }
    })
    expect(wrong).toEqual([])
  })

  test('R14, R22: who does not say who asks, or may not, is refused, and nothing changes', async () => {
    const all = await rights()
    await unchanged(async () => {
      for (const { request } of all) {
        const bare = [{}, { authorization: 'unknown', 'wix-site-id': siteId }, expired]
        for (const headers of bare) {
          const { status, code } = await sendAs(request, headers)
          expect([headers, status, code]).toEqual([headers, 401, 'UNAUTHENTICATED'])
        }
        if (isPublic) continue
        const { status, text } = await sendAs(request, stranger)
        expect(['a visitor', status, text]).toEqual(['a visitor', 403, text])
      }
    })
  })

  test('R14, R24: what is another’s, another event’s or another site’s is not told from what never was', async () => {
    const all = (await rights()).map(({ request, who }) => ({ request, who, unknown: renamed(request) }))
    const namesSomething = all.filter(({ request, unknown }) => JSON.stringify(unknown) !== JSON.stringify(request))
    // A job over nothing is begun all the same.
    await unchanged(async () => {
      for (const { request, who, unknown } of namesSomething) {
        const outsiders = [foreigners[who], ...(isPublic ? [] : [elsewhere])]
        if (who === 'visitor' && OF_ITS_OWNER.test(method.id)) outsiders.push(stranger)
        for (const headers of outsiders) {
          const told = await sendAs(request, headers)
          if (told.text.includes('"PERMISSION_DENIED"')) continue
          const ofNothing = await sendAs(unknown, headers)
          expect([told.status, told.code, told.kept]).toEqual([ofNothing.status, ofNothing.code, ofNothing.kept])
        }
        const { status, text } = await sendAs(unknown, theatre.identities[who].headers)
        if (!TAKES_UNKNOWN.test(method.id)) expect([status >= 400, text]).toEqual([true, text])
      }
    }, ['jobs'])
  })

  test('R7, R12, api 3.1.3, 3.1.5: the request is right, whatever else it says', async () => {
    for (const { request } of await rights()) {
      // In an update null clears (api 8.1); anywhere else it says as little as leaving out (api 3.1.3).
      const body = operation.body ? saidMore(operation.body, request.body, method.verb !== 'PATCH') : request.body
      const more = { ...request, query: { ...request.query, surprise: 'yes' }, body }
      const { status, text } = await answered(putTogether(operation, more))
      expect([status, text]).toEqual([200, text])
    }
  })

  function isOtherwise(name: string): boolean {
    const rule = OTHERWISE.find(({ of, breach }) => of.test(method.id) && breach.test(name))
    if (rule) needed.add(rule)
    return rule !== undefined
  }

  function breachesIn({ params, query, body }: WireRequest): (Breach & { part: 'params' | 'query' | 'body' })[] {
    const within = [
      ...breachesOf(operation.params, params, true).map(each => ({ ...each, part: 'params' as const })),
      ...breachesOf(operation.query, query, true).map(each => ({ ...each, part: 'query' as const })),
      ...(operation.body ? breachesOf(operation.body, body, false) : []).map(each => ({
        ...each,
        part: 'body' as const,
      })),
    ]
    return within.filter(({ place }) => place.length > 0)
  }

  function boundsOf(args: readonly unknown[]): Breach[] {
    const inQuery = method.verb === 'GET' || method.verb === 'DELETE'
    return Object.values(method.request.def.shape ?? {})
      .flatMap((schema, index) => (index in args ? breachesOfBounds([schema], args[index], [index]) : []))
      .filter(({ by }) => !(inQuery && isEmptyList(by)))
  }
})

test('control: what is written is seen', async () => {
  const before = await fingerprintOf(sql, siteId)
  expect(await fingerprintOf(sql, siteId)).toEqual(before)
  const { eventId } = await aSale(served)
  const after = await fingerprintOf(sql, siteId)
  expect(after).not.toEqual(before)
  await served.admin('PATCH', `/events/v3/events/${eventId}`, { event: { title: 'Another' } })
  expect((await fingerprintOf(sql, siteId)).events).not.toBe(after.events)
})

test('every exception is still needed', () => {
  expect(OTHERWISE.filter(rule => !needed.has(rule))).toEqual([])
})

test('after all of it every law holds', async () => {
  expect((await verify(sql)).breaches).toEqual([])
})

/** An answer, which must be none of a broken server, and a refusal in the contract's envelope (R13). */
async function answered(request: Sent) {
  const answer = await send(app, request)
  const { statusCode: status, headers } = answer
  const body = answer.json()
  const { applicationError, validationError } = body.details ?? {}
  const text = answer.body.slice(0, 300)
  expect(status, `${request.method} ${request.url} ${request.body?.slice(0, 500)}: ${text}`).toBeLessThan(500)
  expect(headers['x-wix-request-id']).toEqual(expect.any(String))
  if (status >= 400) {
    expect([Boolean(applicationError), Boolean(validationError)].filter(Boolean)).toHaveLength(1)
    expect([status, Boolean(validationError)]).toEqual([status, status === 400 && !applicationError])
    expect(body.message).not.toBe('')
  }
  const fields: string[] = (validationError?.fieldViolations ?? []).map(({ field }: { field: string }) => field)
  // What an answer says besides the names of things, which a caller has sent or made up.
  const kept = status === 200 ? answer.body.replaceAll(GUIDS, '*') : fields
  return { status, code: applicationError?.code as string | undefined, fields, text, kept }
}

const GUIDS = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** Whether a violation names a member, or something inside it. */
function isNamed(field: string, fields: readonly string[]): boolean {
  return fields.some(each => each === field || each.startsWith(`${field}.`) || each.startsWith(`${field}[`))
}

/** Does what must not change anything of the site. */
async function unchanged(act: () => Promise<void>, but: readonly string[] = []): Promise<void> {
  const fingerprint = async () =>
    Object.entries(await fingerprintOf(sql, siteId)).filter(([table]) => !but.includes(table))
  const before = await fingerprint()
  await act()
  expect(await fingerprint()).toEqual(before)
}

/** The request about things that never were: other ids, numbers and slugs, but the caller's own. */
function renamed({ params, query, body, headers }: WireRequest): WireRequest {
  return {
    params: withOtherNames(params) as WireRequest['params'],
    query: withOtherNames(query) as WireRequest['query'],
    body: withOtherNames(body),
    headers,
  }
}

function withOtherNames(value: unknown, name = ''): unknown {
  if (typeof value === 'string') {
    if (isGuid(value)) return newGuid()
    if (/^(orderNumber|ticketNumber)$/.test(name)) return 'NONE-SUCH-0'
    return /^(slug|\w*Token)$/.test(name) ? 'none-such' : value
  }
  if (Array.isArray(value)) return value.map(item => withOtherNames(item, name))
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withOtherNames(inner, key)]))
}

/** The body with what nobody knows and what the server alone gives, and null for what is absent and may be null. */
function saidMore(schema: Schema, value: unknown, withNulls: boolean): unknown {
  if (Array.isArray(value)) return value.map(item => saidMore(schema.items ?? {}, item, withNulls))
  if (!isPlainObject(value) || !schema.properties) return value
  const known = Object.entries(schema.properties).flatMap(([name, inner]): [string, unknown][] => {
    if (value[name] !== undefined) return [[name, saidMore(inner, value[name], withNulls)]]
    return withNulls && inner.nullable ? [[name, null]] : []
  })
  return { surprise: [1], createdDate: 'never', updatedDate: 7, ...value, ...Object.fromEntries(known) }
}

async function visitorOf(site: string): Promise<{ authorization: string }> {
  const { body } = await served.anonymous('POST', '/oauth2/token', { clientId: site, grantType: 'anonymous' })
  return { authorization: body.access_token }
}

/** @throws Error when the server has no route for a method that has a scene */
function operationOf({ id, verb, path }: Method): Operation {
  const operation = operations.get(keyOf({ method: verb, path }))
  if (!operation) throw new Error(`${id} has no route`)
  return operation
}

function keyOf({ method, path }: { method: string; path: string }): string {
  return `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`
}
