import { expect, test } from 'vitest'
import { linkToken } from '../src/identities/link.ts'
import { PUBLIC_PERMISSIONS, ROLE_PERMISSIONS, ROLES } from '../src/identities/permissions.ts'
import { type Caller, testApp } from './support/app.ts'
import { aParty } from './support/rsvps.ts'
import { aSale, refusalOf } from './support/sale.ts'

/*
 * Every route with every role: who may call it gets past the door, whatever the request is worth then; who may not is
 * told 403 before anything else is looked at. What is expected is read from the permission that the route names, and the
 * routes from the served description, so that a new one is walked as well.
 */
const app = await testApp()
const { anonymous } = app
const PASSWORD = 'correct horse battery'

type Operation = { 'x-permission'?: string; description?: string }

async function signedInAs(
  role: (typeof ROLES)[number],
  called: string = role,
): Promise<{ credentials: Record<string, string>; admin: Caller }> {
  const { siteId, admin } = await app.otherSite()
  const token = linkToken({ purpose: 'setUp', siteId, number: 'owner' }, app.deps.keys)
  const email = `${called.toLowerCase()}@example.org`
  const made = await anonymous('POST', '/boxoffice/v1/set-up', { token, name: role, email, password: PASSWORD })
  const cookie = [made.headers['set-cookie'] ?? []].flat().map(each => String(each).split(';')[0])
  // An owner alone makes others; here each is alone at a site of its own, so the role is written down.
  await app.sql`update memberships set role = ${role} where site_id = ${siteId}`
  return { credentials: { cookie: cookie.join('; '), 'wix-site-id': siteId }, admin }
}

const { body: description } = await anonymous('GET', '/openapi.json')
const operations = Object.entries<Record<string, Operation>>(description.paths).flatMap(([path, byMethod]) =>
  Object.entries(byMethod).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
)
/** What every guest may, an organizer may. */
const PUBLIC_ONES: ReadonlySet<string> = new Set(PUBLIC_PERMISSIONS)
const guarded = operations.filter(({ operation }) => operation['x-permission'])

test('there is something to walk', () => {
  expect(guarded.length).toBeGreaterThan(150)
})

test.for(ROLES)('%s gets through the doors of its own, and through no other', async role => {
  const { credentials } = await signedInAs(role)
  const wrong: string[] = []
  for (const { method, path, operation } of guarded) {
    const permission = operation['x-permission'] ?? ''
    const url = path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000')
    const sent = method === 'GET' || method === 'DELETE' ? undefined : {}
    const { status, body } = await anonymous(method as 'GET', url, sent, credentials)
    const refused = status === 403 && body?.details?.applicationError?.data?.permission === permission
    const mayCall = PUBLIC_ONES.has(permission) || (ROLE_PERMISSIONS[role] as readonly string[]).includes(permission)
    if (refused === mayCall || status === 401 || status >= 500) wrong.push(`${method} ${path} ${permission}: ${status}`)
  }
  expect(wrong).toEqual([])
})

/** Said here once more, in what people do: a list that is changed by mistake is noticed. */
const MAY: Readonly<Record<string, readonly (typeof ROLES)[number][]>> = {
  'POST /boxoffice/v1/invitations': ['OWNER'],
  'POST /boxoffice/v1/api-keys': ['OWNER'],
  'PATCH /boxoffice/v1/site': ['OWNER'],
  'GET /boxoffice/v1/memberships': ['OWNER', 'MANAGER', 'FINANCE'],
  'POST /events/v3/events': ['OWNER', 'MANAGER'],
  'POST /events/v3/ticket-definitions': ['OWNER', 'MANAGER'],
  'GET /boxoffice/v1/events/{eventId}/takings': ['OWNER', 'MANAGER', 'FINANCE'],
  'GET /events/v1/orders': ['OWNER', 'MANAGER', 'FINANCE'],
  'GET /boxoffice/v1/reconciliation': ['OWNER', 'MANAGER', 'FINANCE'],
  'GET /boxoffice/v1/reports/sales': ['OWNER', 'MANAGER', 'FINANCE'],
  'GET /boxoffice/v1/exports/guests': ['OWNER', 'MANAGER', 'FINANCE'],
  'GET /boxoffice/v1/reports/money/export': ['OWNER', 'MANAGER', 'FINANCE'],
  'POST /events/v1/tickets/check-in': ['OWNER', 'MANAGER', 'DOOR'],
  'POST /boxoffice/v1/door/events/{eventId}/scans': ['OWNER', 'MANAGER', 'DOOR'],
  'POST /boxoffice/v1/door/events/{eventId}/guests': ['OWNER', 'MANAGER'],
  'PATCH /boxoffice/v1/events/{eventId}/door-settings': ['OWNER', 'MANAGER'],
}

test.for(Object.entries(MAY))('%s is for %s', async ([route, roles]) => {
  const found = operations.find(({ method, path }) => `${method} ${path}` === route)
  const permission = found?.operation['x-permission']
  expect(permission).toBeDefined()
  expect(
    ROLES.filter(role => (ROLE_PERMISSIONS[role] as readonly (string | undefined)[]).includes(permission)),
  ).toEqual(roles)
})

test('FINANCE takes away who holds tickets, and not who answered: nobody pays there', async () => {
  const { credentials, admin } = await signedInAs('FINANCE', 'bookkeeper')
  const { eventId } = await aSale({ ...app, admin })
  const party = await aParty({ admin })
  const ofGuests = (of: string) =>
    anonymous('GET', `/boxoffice/v1/exports/guests?eventId=${of}`, undefined, credentials)
  expect((await ofGuests(eventId)).status).toBe(200)
  expect(refusalOf(await ofGuests(party))).toEqual([403, 'PERMISSION_DENIED'])
  expect((await admin('GET', `/boxoffice/v1/exports/guests?eventId=${party}`)).status).toBe(200)
})
