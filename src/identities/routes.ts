import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { App, Deps } from '../http/app.ts'
import { newGuid } from '../ids.ts'
import { findSite } from '../sites/store.ts'
import { isPlainObject } from '../wire/plain-object.ts'
import { ACCESS_SECONDS, readToken, signToken, type TokenClaims } from './tokens.ts'

/**
 * The token endpoints (spec/api.md 2.2). The client id of a site is its site id. Errors have OAuth's own shape (2.2.3),
 * and bodies may be JSON or a form, in camelCase or snake_case (2.2.4).
 */
export function identityRoutes({ sql, keys }: Deps) {
  return async (app: App) => {
    const limited = { rateLimit: { max: 600, timeWindow: '1 minute' } }
    const body = Type.Unsafe<Record<string, unknown>>({ type: 'object' })

    app.post('/oauth2/token', { schema: { body }, config: { public: true, ...limited } }, async (request, reply) => {
      const grantType = member(request.body, 'grantType', 'grant_type')
      const clientId = member(request.body, 'clientId', 'client_id')
      switch (grantType) {
        case 'anonymous': {
          const site = await findSite(sql, clientId.toLowerCase())
          if (!site) return oauthError(reply, 401, 'invalid_client', 'No site has this client id.')
          return tokens({ kind: 'visitor', siteId: site.siteId, visitorId: newGuid() }, request.now)
        }
        case 'refresh_token': {
          const refreshToken = member(request.body, 'refreshToken', 'refresh_token')
          const verified = await readToken(keys, 'refresh', refreshToken, request.now)
          if (!verified || (clientId !== '' && verified.claims.siteId !== clientId.toLowerCase()))
            return oauthError(reply, 400, 'invalid_grant', 'The refresh token is not valid for this client.')
          return tokens(verified.claims, request.now, refreshToken)
        }
        case '':
          return oauthError(reply, 400, 'invalid_request', 'grantType is missing.')
        default:
          return oauthError(reply, 400, 'unsupported_grant_type', 'Served here: anonymous, refresh_token.')
      }
    })

    app.post('/oauth2/token-info', { schema: { body }, config: { public: true, ...limited } }, async request => {
      const verified = await readToken(keys, 'access', member(request.body, 'token', 'token'), request.now)
      if (!verified) return { active: false }
      const { claims, issuedAt, expiresAt } = verified
      return {
        active: true,
        ...subjectOf(claims),
        iat: Math.floor(issuedAt / 1000),
        ...(Number.isFinite(expiresAt) && { exp: Math.floor(expiresAt / 1000) }),
        clientId: claims.siteId,
        siteId: claims.siteId,
      }
    })

    async function tokens(claims: TokenClaims, now: Date, refreshToken?: string) {
      return {
        access_token: await signToken(keys, 'access', claimsOf(claims), now, ACCESS_SECONDS),
        refresh_token: refreshToken ?? (await signToken(keys, 'refresh', claimsOf(claims), now, null)),
        expires_in: ACCESS_SECONDS,
        token_type: 'Bearer',
      }
    }
  }
}

/** The claims alone: a verified token also carries the times and use of the token that it was read from. */
function claimsOf(claims: TokenClaims): TokenClaims {
  switch (claims.kind) {
    case 'visitor':
      return { kind: 'visitor', siteId: claims.siteId, visitorId: claims.visitorId }
    case 'member':
      return { kind: 'member', siteId: claims.siteId, visitorId: claims.visitorId, memberId: claims.memberId }
    case 'staff':
      return {
        kind: 'staff',
        siteId: claims.siteId,
        staffMemberId: claims.staffMemberId,
        deviceId: claims.deviceId,
      }
  }
}

function subjectOf(claims: TokenClaims): { subjectType: string; subjectId: string } {
  switch (claims.kind) {
    case 'visitor':
      return { subjectType: 'VISITOR', subjectId: claims.visitorId }
    case 'member':
      return { subjectType: 'MEMBER', subjectId: claims.memberId }
    case 'staff':
      return { subjectType: 'USER', subjectId: claims.staffMemberId }
  }
}

function member(body: unknown, camel: string, snake: string): string {
  const value = isPlainObject(body) ? (body[camel] ?? body[snake]) : undefined
  return typeof value === 'string' ? value : ''
}

function oauthError(reply: FastifyReply, status: number, error: string, description: string): FastifyReply {
  return reply.code(status).send({ error, error_description: description })
}
