import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { type Attempt, takeAttempt } from '../identities/attempts.ts'
import { readLinkToken } from '../identities/link.ts'
import { ROLE_PERMISSIONS, ROLES } from '../identities/permissions.ts'
import { InvalidRequest, invalid, Refusal, violation } from '../refusals.ts'
import { getSite } from '../sites/store.ts'
import { Email, OneOf, Text } from '../wire/shapes.ts'
import { AUTH_PATH, type Auth, CLIENT_HEADER, PASSWORD_LENGTH, signedInBy } from './auth.ts'
import { acceptInvitation, invitationNotUsable, setUpFirstOwner } from './join.ts'
import { type Account, hashOfSecret, isOpen } from './model.ts'
import { findAccount, findAccountByEmail, findInvitationBySecret, listSitesOf } from './store.ts'

const Password = Text(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max)
const Name = Text(1, 100)

const AccountOut = Type.Object({
  id: Type.String(),
  name: Type.String(),
  email: Type.String(),
  twoFactorEnabled: Type.Boolean(),
})
const SiteOfAccountOut = Type.Object({
  siteId: Type.String(),
  name: Type.String(),
  role: OneOf(ROLES),
  permissions: Type.Array(Type.String()),
})

/**
 * Signing in, and what comes before it: the first owner's set-up, invitations. `/boxoffice/v1/auth/*` is better-auth's
 * own API, with its own errors: sign in and out, second factors, passkeys, sessions, a new password.
 */
export function authRoutes({ sql, keys }: Deps, auth: () => Promise<Auth>) {
  return async (app: App) => {
    const signedIn = signedInBy(auth)
    const limited = { public: true, attempt: 'join' } as const

    app.route({
      method: ['GET', 'POST'],
      url: `${AUTH_PATH}/*`,
      exposeHeadRoute: false,
      schema: { hide: true },
      config: { public: true },
      handler: (request, reply) => answerByAuth(request, reply),
    })

    app.get(
      '/boxoffice/v1/account',
      {
        schema: { response: { 200: Type.Object({ account: AccountOut, sites: Type.Array(SiteOfAccountOut) }) } },
        config: { public: true },
      },
      async (request, reply) => {
        const account = await signedInAccount(request)
        if (!account) throw notSignedIn()
        reply.header('cache-control', 'no-store')
        const sites = await listSitesOf(sql, account.accountId)
        return {
          account: toWireAccount(account),
          sites: sites.map(({ siteId, name, role }) => ({
            siteId,
            name,
            role,
            permissions: [...ROLE_PERMISSIONS[role]],
          })),
        }
      },
    )

    app.post(
      '/boxoffice/v1/set-up',
      {
        schema: {
          body: Type.Object({ token: Text(1, 200), name: Name, email: Email, password: Password }),
          response: { 200: Type.Object({ account: AccountOut }) },
        },
        config: limited,
      },
      async ({ body: { token, name, email, password }, now, raw, ip }, reply) => {
        const siteId = readLinkToken(token, { purpose: 'setUp', number: 'owner' }, keys)
        if (siteId === null) throw invalidToken()
        const passwordHash = await hashOf(password)
        const account = await inTransaction(sql, tx => setUpFirstOwner(tx, siteId, { name, email, passwordHash }, now))
        await signIn({ email, password, userAgent: raw.headers['user-agent'] ?? '', ip }, reply)
        return { account: toWireAccount(account) }
      },
    )

    app.post(
      '/boxoffice/v1/invitations/look-up',
      {
        schema: {
          body: Type.Object({ token: Text(1, 200) }),
          response: {
            200: Type.Object({
              invitation: Type.Object({
                email: Type.String(),
                role: OneOf(ROLES),
                siteName: Type.String(),
                hasAccount: Type.Boolean(),
              }),
            }),
          },
        },
        config: limited,
      },
      async ({ body, now }) => {
        const invitation = await findInvitationBySecret(sql, hashOfSecret(body.token))
        if (!invitation || !isOpen(invitation, now)) throw invitationNotUsable()
        const { email, role, siteId } = invitation
        const [site, account] = await Promise.all([getSite(sql, siteId), findAccountByEmail(sql, email)])
        return { invitation: { email, role, siteName: site.name, hasAccount: account !== null } }
      },
    )

    app.post(
      '/boxoffice/v1/invitations/accept',
      {
        schema: {
          body: Type.Object({
            token: Text(1, 200),
            name: Type.Optional(Name),
            password: Type.Optional(Password),
          }),
          response: { 200: Type.Object({ account: AccountOut, siteId: Type.String() }) },
        },
        config: limited,
      },
      async (request, reply) => {
        const { token, name, password } = request.body
        const invitation = await findInvitationBySecret(sql, hashOfSecret(token))
        if (!invitation) throw invitationNotUsable()
        const signedIn = await signedInAccount(request)
        if (!signedIn && (name === undefined || password === undefined)) throw needsPerson({ name, password })
        const who = signedIn
          ? { account: signedIn }
          : { person: { name: name ?? '', passwordHash: await hashOf(password ?? '') } }
        const account = await inTransaction(sql, tx => acceptInvitation(tx, invitation, who, request.now))
        if (!signedIn && password !== undefined)
          await signIn(
            { email: account.email, password, userAgent: request.headers['user-agent'] ?? '', ip: request.ip },
            reply,
          )
        return { account: toWireAccount(account), siteId: invitation.siteId }
      },
    )

    async function hashOf(password: string): Promise<string> {
      const { password: passwords } = await (await auth()).$context
      return passwords.hash(password)
    }

    async function signedInAccount({ headers }: Pick<FastifyRequest, 'headers'>): Promise<Account | null> {
      const found = headers.cookie === undefined ? null : await signedIn(headers)
      return found && (await findAccount(sql, found.accountId))
    }

    /** Who has just proven the address and chosen the password need not type both again. */
    async function signIn(
      { email, password, userAgent, ip }: { email: string; password: string; userAgent: string; ip: string },
      reply: FastifyReply,
    ): Promise<void> {
      const headers = new Headers({ 'user-agent': userAgent, [CLIENT_HEADER]: ip })
      const { api } = await auth()
      const { headers: answered } = await api.signInEmail({
        body: { email, password },
        headers,
        returnHeaders: true,
      })
      reply.header('set-cookie', answered.getSetCookie()).header('cache-control', 'no-store')
    }

    async function answerByAuth(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      const attempt = attemptOf(request)
      if (attempt) await takeAttempt({ sql, keys }, attempt, request.ip)
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers))
        if (value !== undefined && name !== 'content-length') headers.set(name, String(value))
      headers.set(CLIENT_HEADER, request.ip)
      const { options, handler } = await auth()
      const body = request.method === 'POST' ? { body: JSON.stringify(request.body ?? {}) } : {}
      const answer = await handler(
        new Request(`${options.baseURL}${request.url}`, { method: request.method, headers, ...body }),
      )
      if (answer.status === 429)
        throw new Refusal('RESOURCE_EXHAUSTED', 'Too many requests. Wait a moment.', {
          retryAfterSeconds: Number(answer.headers.get('x-retry-after') ?? 60),
        })
      reply.code(answer.status).header('cache-control', 'no-store')
      // Cookies go with it, so no page of another origin may read it.
      reply.removeHeader('access-control-allow-origin')
      for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value)
      const cookies = answer.headers.getSetCookie()
      if (cookies.length > 0) reply.header('set-cookie', cookies)
      return reply.send(answer.body === null ? null : Buffer.from(await answer.arrayBuffer()))
    }
  }
}

/** What of better-auth's API somebody might guess at; null for the rest. */
function attemptOf({ method, url }: Pick<FastifyRequest, 'method' | 'url'>): Attempt | null {
  if (method !== 'POST') return null
  const path = url.slice(AUTH_PATH.length).split('?')[0] ?? ''
  if (/^\/(request-password-reset|forget-password)\b/.test(path)) return 'passwordReset'
  return /^\/(sign-in|two-factor\/(verify|send)|passkey\/verify-auth|reset-password)/.test(path) ? 'signIn' : null
}

function notSignedIn(): Refusal {
  return new Refusal('UNAUTHENTICATED', 'Sign in first.')
}

function toWireAccount({ accountId, name, email, twoFactorEnabled }: Account) {
  return { id: accountId, name, email, twoFactorEnabled }
}

function invalidToken(): InvalidRequest {
  return invalid('token', 'is not the one of the link that was printed', 'LINK_NOT_VALID')
}

function needsPerson(given: Readonly<Record<'name' | 'password', string | undefined>>): InvalidRequest {
  const missing = (['name', 'password'] as const).filter(field => given[field] === undefined)
  return new InvalidRequest(missing.map(field => violation(field, 'must not be empty', 'REQUIRED_FIELD')))
}
