import { describe, expect, test } from 'vitest'
import { testApp } from '../../test/support/app.ts'
import { refusalOf } from '../../test/support/sale.ts'
import { connect } from '../db/connect.ts'
import { forgetAttempts, networkOf, takeAttempt } from '../identities/attempts.ts'
import { linkToken } from '../identities/link.ts'
import type { Refusal } from '../refusals.ts'

const app = await testApp()
const { admin, anonymous, siteId, deps, sql } = app
const PASSWORD = 'correct horse battery'

type Session = Awaited<ReturnType<typeof signIn>>

/** A browser: what it was told to keep, it sends along. */
function browserWith(cookies: readonly string[]) {
  const cookie = cookies.map(each => each.split(';')[0]).join('; ')
  const call = (method: Parameters<typeof anonymous>[0], url: string, body?: unknown, site = siteId) =>
    anonymous(method, url, body, { cookie, 'wix-site-id': site, origin: 'http://127.0.0.1:8080' })
  return { cookie, call }
}

async function signIn(email: string, password = PASSWORD) {
  const { status, headers, body } = await anonymous(
    'POST',
    '/boxoffice/v1/auth/sign-in/email',
    { email, password },
    { origin: 'http://127.0.0.1:8080' },
  )
  const cookies = [headers['set-cookie'] ?? []].flat().map(String)
  return { status, body, ...browserWith(cookies) }
}

function setUpToken(site = siteId): string {
  return linkToken({ purpose: 'setUp', siteId: site, number: 'owner' }, deps.keys)
}

async function anOwner(): Promise<{ siteId: string; owner: Session; email: string }> {
  const site = await app.otherSite()
  const email = `owner-${site.siteId.slice(0, 8)}@example.org`
  const person = { token: setUpToken(site.siteId), name: 'Olga Owner', email, password: PASSWORD }
  expect((await anonymous('POST', '/boxoffice/v1/set-up', person)).status).toBe(200)
  return { siteId: site.siteId, owner: await signIn(email), email }
}

async function aColleague(of: { siteId: string; owner: Session }, role: string, email: string): Promise<Session> {
  const invited = await of.owner.call('POST', '/boxoffice/v1/invitations', { invitation: { email, role } }, of.siteId)
  const token = new URL(invited.body.url).searchParams.get('token')
  const joined = await anonymous('POST', '/boxoffice/v1/invitations/accept', { token, name: 'Kim', password: PASSWORD })
  expect([joined.status, joined.body.siteId]).toEqual([200, of.siteId])
  return await signIn(email)
}

describe('the first owner', () => {
  test('sets up by the link that was printed, once, and is signed in at once', async () => {
    const person = { token: setUpToken(), name: 'Ada Lovelace', email: 'Ada@example.org', password: PASSWORD }
    const made = await anonymous('POST', '/boxoffice/v1/set-up', person)
    expect([made.status, made.body.account]).toEqual([
      200,
      { id: expect.any(String), name: 'Ada Lovelace', email: 'ada@example.org', twoFactorEnabled: false },
    ])
    const { call } = browserWith([made.headers['set-cookie'] ?? []].flat().map(String))
    const me = await call('GET', '/boxoffice/v1/account')
    expect(me.body).toMatchObject({ account: { email: 'ada@example.org' }, sites: [{ siteId, role: 'OWNER' }] })
    const again = await anonymous('POST', '/boxoffice/v1/set-up', { ...person, email: 'eve@example.org' })
    expect(refusalOf(again)).toEqual([428, 'SITE_SET_UP_ALREADY'])
  })

  test('needs the token of that site, a password of ten characters and an address', async () => {
    const { siteId: other } = await app.otherSite()
    const person = { token: setUpToken(other), name: 'Eve', email: 'eve@example.org', password: PASSWORD }
    const attempts = [
      [{ ...person, token: setUpToken(other).slice(0, -1) }, 'token'],
      [{ ...person, token: setUpToken(other).replace(other, siteId) }, 'token'],
      [{ ...person, password: 'short' }, 'password'],
      [{ ...person, email: 'nonsense' }, 'email'],
      [{ ...person, name: '' }, 'name'],
    ] as const
    for (const [body, field] of attempts)
      expect(refusalOf(await anonymous('POST', '/boxoffice/v1/set-up', body))).toEqual([400, [field]])
    expect((await signIn('eve@example.org')).status).toBe(401)
  })
})

describe('a session', () => {
  test('acts for the site that its request names, and for no other', async () => {
    const { owner, siteId: own } = await anOwner()
    expect((await owner.call('GET', '/boxoffice/v1/site', undefined, own)).status).toBe(200)
    expect(refusalOf(await owner.call('GET', '/boxoffice/v1/site', undefined, siteId))).toEqual([
      403,
      'PERMISSION_DENIED',
    ])
  })

  test('is worth nothing without the header that names the site: no other page can send that with our cookie', async () => {
    const { owner } = await anOwner()
    const answer = await anonymous('GET', '/boxoffice/v1/site', undefined, { cookie: owner.cookie })
    expect(refusalOf(answer)).toEqual([400, ['wix-site-id']])
  })

  test('ends when it signs out, and at once when it is revoked from elsewhere', async () => {
    const { owner, siteId: own, email } = await anOwner()
    const elsewhere = await signIn(email)
    const { status } = await owner.call('POST', '/boxoffice/v1/auth/revoke-other-sessions', {}, own)
    expect(status).toBe(200)
    expect(refusalOf(await elsewhere.call('GET', '/boxoffice/v1/site', undefined, own))[0]).toBe(401)
    expect((await owner.call('GET', '/boxoffice/v1/site', undefined, own)).status).toBe(200)
    await owner.call('POST', '/boxoffice/v1/auth/sign-out', {}, own)
    expect(refusalOf(await owner.call('GET', '/boxoffice/v1/site', undefined, own))[0]).toBe(401)
  })

  test('is not to be had with a wrong password, nor by signing up', async () => {
    const { email } = await anOwner()
    expect((await signIn(email, 'not the password')).status).toBe(401)
    const signUp = await anonymous('POST', '/boxoffice/v1/auth/sign-up/email', {
      name: 'Eve',
      email: 'eve2@example.org',
      password: PASSWORD,
    })
    expect(signUp.status).toBe(400)
  })
})

describe('colleagues', () => {
  test('are invited, join by the link once, and may what their role may', async () => {
    const of = await anOwner()
    const door = await aColleague(of, 'DOOR', 'door1@example.org')
    expect((await door.call('GET', '/boxoffice/v1/site', undefined, of.siteId)).status).toBe(200)
    expect(refusalOf(await door.call('GET', '/boxoffice/v1/memberships', undefined, of.siteId))[0]).toBe(403)
    const { body } = await of.owner.call('GET', '/boxoffice/v1/memberships', undefined, of.siteId)
    expect(body.memberships.map(({ email, role }: Record<string, string>) => [email, role])).toEqual([
      [of.email, 'OWNER'],
      ['door1@example.org', 'DOOR'],
    ])
    // Of two who change what a colleague may, the second one is told.
    const [, { accountId, revision }] = body.memberships
    const change = (role: string, seen: unknown) =>
      of.owner.call(
        'PATCH',
        `/boxoffice/v1/memberships/${accountId}`,
        { membership: { role, revision: seen } },
        of.siteId,
      )
    expect((await change('FINANCE', revision)).status).toBe(200)
    expect(refusalOf(await change('MANAGER', revision))).toEqual([409, 'ABORTED'])
    expect(refusalOf(await change('MANAGER', 'x'))).toEqual([400, ['membership.revision']])
    expect((await change('FINANCE', revision)).status).toBe(200) // is so already
  })

  test('are mailed the link; who forgot a password is mailed one to the first site that is theirs, once asked', async () => {
    const of = await anOwner()
    const invitation = { email: 'mailed@example.org', role: 'DOOR' }
    const { body } = await of.owner.call('POST', '/boxoffice/v1/invitations', { invitation }, of.siteId)
    const origin = { origin: 'http://127.0.0.1:8080' }
    const asked = { email: of.email, redirectTo: '/dashboard/reset' }
    expect((await anonymous('POST', '/boxoffice/v1/auth/request-password-reset', asked, origin)).status).toBe(200)
    const nobody = { ...asked, email: 'nobody@example.org' }
    expect((await anonymous('POST', '/boxoffice/v1/auth/request-password-reset', nobody, origin)).status).toBe(200)
    const mails = await app.sql`
      select kind, address, data->>'url' as url
        from mails
       where site_id = ${of.siteId}
       order by created_at, kind`
    expect(mails).toEqual([
      { kind: 'invitation', address: 'mailed@example.org', url: body.url },
      { kind: 'passwordReset', address: of.email, url: expect.stringContaining('/boxoffice/v1/auth/reset-password/') },
    ])
    const token = new URL(mails[1]?.url).pathname.split('/').at(-1)
    const anew = { token, newPassword: 'another horse battery' }
    expect((await anonymous('POST', '/boxoffice/v1/auth/reset-password', anew, origin)).status).toBe(200)
    expect((await signIn(of.email)).status).toBe(401)
    expect((await signIn(of.email, 'another horse battery')).status).toBe(200)
    expect(refusalOf(await of.owner.call('GET', '/boxoffice/v1/site', undefined, of.siteId))[0]).toBe(401)
  })

  test('an invitation that was used, taken back, replaced or is a week old opens nothing', async () => {
    const of = await anOwner()
    const asked = async () => {
      const invitation = { email: 'late@example.org', role: 'MANAGER' }
      const { body } = await of.owner.call('POST', '/boxoffice/v1/invitations', { invitation }, of.siteId)
      return { id: body.invitation.id, token: new URL(body.url).searchParams.get('token') }
    }
    const opens = async (token: string | null) =>
      refusalOf(await anonymous('POST', '/boxoffice/v1/invitations/look-up', { token }))
    const first = await asked()
    const second = await asked()
    expect(await opens(first.token)).toEqual([428, 'INVITATION_NOT_USABLE'])
    await of.owner.call('DELETE', `/boxoffice/v1/invitations/${second.id}`, undefined, of.siteId)
    expect(await opens(second.token)).toEqual([428, 'INVITATION_NOT_USABLE'])
    const third = await asked()
    const before = app.now()
    app.setNow(new Date(before.getTime() + 7 * 86_400_000))
    expect(await opens(third.token)).toEqual([428, 'INVITATION_NOT_USABLE'])
    app.setNow(before)
    expect((await anonymous('POST', '/boxoffice/v1/invitations/look-up', { token: third.token })).body).toEqual({
      invitation: { email: 'late@example.org', role: 'MANAGER', siteName: 'Test', hasAccount: false },
    })
  })

  test('somebody with an account joins another site signed in, and only as who was asked', async () => {
    const [of, other] = [await anOwner(), await anOwner()]
    const invitation = { email: other.email, role: 'FINANCE' }
    const { body } = await of.owner.call('POST', '/boxoffice/v1/invitations', { invitation }, of.siteId)
    const token = new URL(body.url).searchParams.get('token')
    const anew = { token, name: 'Eve', password: PASSWORD }
    expect(refusalOf(await anonymous('POST', '/boxoffice/v1/invitations/accept', anew))).toEqual([
      428,
      'ACCOUNT_EXISTS',
    ])
    const wrong = await of.owner.call('POST', '/boxoffice/v1/invitations/accept', { token })
    expect(refusalOf(wrong)).toEqual([428, 'INVITATION_NOT_USABLE'])
    expect((await other.owner.call('POST', '/boxoffice/v1/invitations/accept', { token })).status).toBe(200)
    const { body: me } = await other.owner.call('GET', '/boxoffice/v1/account')
    expect(me.sites.map(({ role }: { role: string }) => role).sort()).toEqual(['FINANCE', 'OWNER'])
  })

  test('the last owner stays, also when two go at once', async () => {
    const of = await anOwner()
    await aColleague(of, 'OWNER', 'second@example.org')
    const { body } = await of.owner.call('GET', '/boxoffice/v1/memberships', undefined, of.siteId)
    const paths = body.memberships.map(
      ({ accountId }: { accountId: string }) => `/boxoffice/v1/memberships/${accountId}`,
    )
    const gone = await Promise.all(
      paths.map((path: string) => of.owner.call('PATCH', path, { membership: { role: 'MANAGER' } }, of.siteId)),
    )
    const owners = await app.sql`
      select account_id
        from memberships
       where site_id = ${of.siteId}
         and role = 'OWNER'`
    expect(owners).toHaveLength(1)
    expect(gone.filter(({ status }) => status === 200).length).toBe(1)
  })
})

describe('API keys', () => {
  test('may what they were limited to, are shown once, and rotate with a time for both', async () => {
    const scoped = { apiKey: { name: 'Reports', scopes: ['READ_ORDERS', 'READ_TICKETS'] } }
    const { body } = await admin('POST', '/boxoffice/v1/api-keys', scoped)
    const by = (key: string) => (method: 'GET' | 'POST', url: string, sent?: unknown) =>
      anonymous(method, url, sent, { authorization: key, 'wix-site-id': siteId })
    const orders = (key: string) => by(key)('GET', '/events/v1/orders')
    expect((await orders(body.apiKey.key)).status).toBe(200)
    expect(refusalOf(await by(body.apiKey.key)('GET', '/boxoffice/v1/site'))[0]).toBe(403)
    const { body: listed } = await admin('GET', '/boxoffice/v1/api-keys')
    expect(JSON.stringify(listed)).not.toContain(body.apiKey.key)
    const { body: rotated } = await admin('POST', `/boxoffice/v1/api-keys/${body.apiKey.id}/rotate`, {
      graceMinutes: 60,
    })
    expect([(await orders(body.apiKey.key)).status, (await orders(rotated.apiKey.key)).status]).toEqual([200, 200])
    app.setNow(new Date(app.now().getTime() + 61 * 60_000))
    expect([(await orders(body.apiKey.key)).status, (await orders(rotated.apiKey.key)).status]).toEqual([401, 200])
    await admin('DELETE', `/boxoffice/v1/api-keys/${rotated.apiKey.id}`)
    app.setNow(new Date(app.now().getTime() + 6000))
    expect((await orders(rotated.apiKey.key)).status).toBe(401)
  })

  test('a limited one makes none that may more; what is wrong is named', async () => {
    const { body } = await admin('POST', '/boxoffice/v1/api-keys', {
      apiKey: { name: 'Keys', scopes: ['MANAGE_API_KEYS'] },
    })
    const limited = { authorization: body.apiKey.key, 'wix-site-id': siteId }
    const more = { apiKey: { name: 'More', scopes: ['READ_ORDERS'] } }
    expect(refusalOf(await anonymous('POST', '/boxoffice/v1/api-keys', more, limited))[0]).toBe(403)
    for (const [apiKey, field] of [
      [{ name: '' }, 'apiKey.name'],
      [{ name: 'x', scopes: [] }, 'apiKey.scopes'],
      [{ name: 'x', scopes: ['EVERYTHING'] }, 'apiKey.scopes[0]'],
      [{ name: 'x', expirationDate: '2020-01-01T00:00:00Z' }, 'apiKey.expirationDate'],
    ] as const)
      expect(refusalOf(await admin('POST', '/boxoffice/v1/api-keys', { apiKey }))).toEqual([400, [field]])
  })
})

describe('sites', () => {
  test('an owner makes another one, and names both; a program cannot own one', async () => {
    const { owner, siteId: own } = await anOwner()
    const site = { name: 'Second stage', locale: 'de-DE', currency: 'EUR', timeZoneId: 'Europe/Berlin' }
    const made = await owner.call('POST', '/boxoffice/v1/sites', { site }, own)
    const storefrontUrl = `http://127.0.0.1:8080/s/${made.body.site.id}/`
    expect(made.body.site).toMatchObject({ ...site, storefrontUrl, testPayments: false })
    const { id } = made.body.site
    const renamed = { site: { name: 'Main stage', host: 'tickets.example.org' } }
    expect((await owner.call('PATCH', '/boxoffice/v1/site', renamed, id)).body.site).toMatchObject(renamed.site)
    const { revision } = made.body.site
    for (const [seen, refusal] of [
      [revision, [409, 'ABORTED']],
      ['x', [400, ['site.revision']]],
    ] as const)
      expect(
        refusalOf(await owner.call('PATCH', '/boxoffice/v1/site', { site: { name: 'Hers', revision: seen } }, id)),
      ).toEqual(refusal)
    expect((await owner.call('GET', '/boxoffice/v1/site', undefined, id)).body.site.name).toBe('Main stage')
    expect(refusalOf(await owner.call('PATCH', '/boxoffice/v1/site', renamed, own))).toEqual([
      428,
      'HOST_ALREADY_IN_USE',
    ])
    expect(refusalOf(await admin('POST', '/boxoffice/v1/sites', { site }))[0]).toBe(403)
    for (const [changed, field] of [
      [{ locale: 'nonsense!' }, 'site.locale'],
      [{ currency: 'XYZ' }, 'site.currency'],
      [{ timeZoneId: 'Mars/Base' }, 'site.timeZoneId'],
      [{ host: 'UPPER' }, 'site.host'],
    ] as const)
      expect(refusalOf(await owner.call('PATCH', '/boxoffice/v1/site', { site: changed }, id))).toEqual([400, [field]])
  })
})

describe('who guesses', () => {
  const from = (remoteAddress: string, url: string, payload: object) =>
    app.app.inject({ method: 'POST', url, payload, remoteAddress, headers: { origin: 'http://127.0.0.1:8080' } })
  const HERE = '203.0.113.9'

  test.each([
    ['a password', '/boxoffice/v1/auth/sign-in/email', { email: 'ada@example.org', password: 'a wrong password' }, 30],
    ['to whom a password is mailed', '/boxoffice/v1/auth/request-password-reset', { email: 'nobody@example.org' }, 10],
    [
      'the link of the first start',
      '/boxoffice/v1/set-up',
      { token: 'x', name: 'A', email: 'a@b.cd', password: PASSWORD },
      60,
    ],
    ['an invitation', '/boxoffice/v1/invitations/look-up', { token: 'x' }, 60],
    ['a login of staff', '/boxoffice/v1/staff-members/find-site', { loginToken: 'x' }, 120],
  ])(
    'api 12: %s: is told to wait by any process, in the published envelope, and others are not',
    async (_, url, body, max) => {
      await sql`delete from attempts`
      const elsewhere = connect({ ...app.options, connectionsMax: 2 })
      const attempt = { 30: 'signIn', 10: 'passwordReset', 60: 'join', 120: 'staffLogin' } as const
      // All but one by another process, many at once: none is counted twice, none is lost.
      const others = Array.from({ length: max + 4 }, () =>
        takeAttempt({ sql: elsewhere, keys: deps.keys }, attempt[max as 30], HERE).then(
          () => 'taken',
          (error: Refusal) => error.code,
        ),
      )
      const counted = Map.groupBy(await Promise.all(others), each => each)
      expect([counted.get('taken')?.length, counted.get('RESOURCE_EXHAUSTED')?.length]).toEqual([max, 4])
      const refused = await from(HERE, url, body)
      expect(refusalOf({ status: refused.statusCode, body: refused.json(), headers: {} })).toEqual([
        429,
        'RESOURCE_EXHAUSTED',
      ])
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(30)
      expect((await from('203.0.113.10', url, body)).statusCode).not.toBe(429)
      // When the minute is over, it begins anew; what ended is forgotten.
      await sql`update attempts set ends_at = clock_timestamp() - interval '1 second'`
      expect((await from(HERE, url, body)).statusCode).not.toBe(429)
      expect(await sql`select count from attempts where count > 1`).toEqual([])
      await sql`update attempts set ends_at = clock_timestamp() - interval '1 second'`
      expect(await forgetAttempts(sql)).toBeGreaterThan(0)
      expect(await sql`select 1 from attempts`).toEqual([])
      await elsewhere.end()
    },
  )

  test('control: counted by each process for itself, two of them let in twice as many', async () => {
    const { keys } = deps
    const other = { ...keys, links: Buffer.from('as if they shared nothing') }
    const tries = [keys, other].flatMap(each =>
      Array.from({ length: 30 }, () => takeAttempt({ sql, keys: each }, 'signIn', '203.0.113.11')),
    )
    expect(await Promise.all(tries)).toHaveLength(60)
    await sql`delete from attempts`
  })

  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:0:0:1:2:3:4', '2001:db8:0:0'],
    ['2001:db8:1:2:3::', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
  ])('api 12: %s is of the network %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
