import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sqlStateOf } from '../db/transaction.ts'
import { InvalidRequest, Refusal, type RefusalCode } from '../refusals.ts'
import { toViolations } from './validation.ts'

/** Installs the one place that turns refusals and faults into the published envelope (api 5.2, R13). */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = asRefusal(error, request.log)
    if (refusal instanceof InvalidRequest) return sendViolations(reply, refusal)
    if (refusal) return sendRefusal(reply, refusal)
    request.log.error({ err: error }, 'fault')
    return reply.code(500).send({ message: '', details: {} })
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    const allowed = METHODS.filter(method => app.hasRoute({ method, url: path }) || matches(app, method, path))
    if (allowed.length > 0 && !allowed.some(method => method === request.method)) {
      reply.header('allow', allowed.join(', '))
      return sendRefusal(reply, new Refusal('METHOD_NOT_ALLOWED', `${request.method} is not served here.`, { allowed }))
    }
    return sendRefusal(reply, new Refusal('NOT_FOUND', `Nothing is served at ${request.method} ${path}.`))
  })
}

/** What fails before routing (a path that cannot be decoded) gets the same envelope. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-wix-request-id', request.id)
  const refusal = asRefusal(error, request.log)
  if (refusal instanceof Refusal) sendRefusal(reply, refusal)
  else sendRefusal(reply, new Refusal('MALFORMED_REQUEST', error.message))
}

/** A request id of our own for each request (R13). */
export function newRequestId(): string {
  return randomUUID()
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

function matches(app: FastifyInstance, method: (typeof METHODS)[number], url: string): boolean {
  return app.findRoute({ method, url }) !== null
}

function sendRefusal(reply: FastifyReply, { code, message, data, status }: Refusal): FastifyReply {
  if (status === 429 || status === 503) reply.header('retry-after', String(data.retryAfterSeconds ?? 1))
  return reply.code(status).send({ message, details: { applicationError: { code, description: message, data } } })
}

function sendViolations(reply: FastifyReply, { message, violations }: InvalidRequest): FastifyReply {
  const fieldViolations = violations.map(violation => ({ ruleName: '', ...violation }))
  return reply.code(400).send({ message, details: { validationError: { fieldViolations } } })
}

/** What a thrown error says to whoever asked; null for a fault. */
export function asRefusal(error: FastifyError, log: FastifyBaseLogger): Refusal | InvalidRequest | null {
  if (error instanceof Refusal || error instanceof InvalidRequest) return error
  if (error.validation)
    // What is wrong with a request as a whole (it has no body) has no path: then the request itself is named.
    return new InvalidRequest(
      toViolations(error.validation).map(({ field, ...rest }) => ({ field: field || 'request', ...rest })),
    )
  const known = FRAMEWORK_ERRORS[error.code]
  if (known) return new Refusal(known, error.message)
  const sqlState = sqlStateOf(error)
  // 55P03: a lock was not free within 3 s; 57014: the statement took too long; 53300: no connection is free.
  if (sqlState === '55P03' || sqlState === '57014' || sqlState === '53300')
    return new Refusal('UNAVAILABLE', 'Too busy just now. Try again.', { retryAfterSeconds: 1 })
  if (DATABASE_AWAY.test(sqlState ?? '')) {
    log.error({ err: error }, 'the database is away')
    return new Refusal('UNAVAILABLE', 'The database does not answer. Try again.', { retryAfterSeconds: 2 })
  }
  // 22021, 22P05: a NUL character in a text, which PostgreSQL cannot store; 22P02: half a surrogate pair in a document.
  if (sqlState === '22021' || sqlState === '22P05' || (sqlState === '22P02' && isAboutSurrogates(error)))
    return new Refusal('MALFORMED_REQUEST', 'The request holds a character that cannot be stored.')
  if (typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500)
    return new Refusal('MALFORMED_REQUEST', error.message)
  return null
}

/** Connection exceptions (08…), a server that is shutting down or starting (57P01 to 57P03), and the client's own words. */
const DATABASE_AWAY =
  /^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT)$/

function isAboutSurrogates(error: Error): boolean {
  return 'detail' in error && /surrogate/.test(String(error.detail))
}

const FRAMEWORK_ERRORS: Readonly<Record<string, RefusalCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_REQUEST',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_REQUEST',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_REQUEST',
}
