import cors from '@fastify/cors'
import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type FastifySerializerCompiler,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify'
import type { StripeSettings } from '../config.ts'
import type { Sql } from '../db/connect.ts'
import { type Attempt, takeAttempt } from '../identities/attempts.ts'
import { identifier, type SignedIn } from '../identities/identify.ts'
import { actsForSite, type Identity } from '../identities/identity.ts'
import type { Keys } from '../identities/keys.ts'
import { allows, type Permission } from '../identities/permissions.ts'
import { Refusal } from '../refusals.ts'
import { readSitePath } from '../sites/hosts.ts'
import type { Clock } from '../time.ts'
import type { Wallet } from '../wallet/keys.ts'
import { parseQueryString } from '../wire/query-string.ts'
import { answerErrors, answerFrameworkError, newRequestId } from './errors.ts'
import { sayEventOfPath, toDocumentedUrl } from './mounts.ts'
import { requestValidator } from './validation.ts'

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** What a feature's routes are given. */
export type Deps = {
  sql: Sql
  keys: Keys
  clock: Clock
  /** Base of links, without a trailing slash. */
  publicUrl: string
  serviceFeePercent: string
  /** Hosts, besides our own, that a buyer may be sent back to after a checkout. */
  callbackHosts: readonly string[]
  /** Hosts of webhooks that may be in a private network. */
  webhookPrivateHosts: readonly string[]
  /** Streams of availability that may be open at once. */
  liveListenersMax: number
  /** The same of one address. */
  liveListenersPerAddressMax: number
  /** The account at Stripe through which guests pay. */
  stripe: StripeSettings | null
  /** What passes for phones are signed with. */
  wallet: Wallet
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set on every route that names a permission. */
    identity: Identity
    /** The moment of this request, read once. */
    now: Date
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed; every route has this or `public`. */
    permission?: Permission
    /** Whether it is served also to who sends no credential; there is no `identity` then. */
    orNobody?: true
    /** Served to anybody, without an identity. */
    public?: true
    /** What it is an attempt of: counted for all processes together (identities/attempts.ts). */
    attempt?: Attempt
  }
}

/** Whether whoever sent the request has hung up: then there is nobody to grant anything to. */
export function isGone({ raw }: Pick<FastifyRequest, 'raw'>): boolean {
  return raw.socket.destroyed
}

/** Whether it names neither a credential nor, as who is signed in does, the site that it is about. */
function saysNobody({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers.authorization === undefined && headers['wix-site-id'] === undefined
}

/** Largest request body, in bytes: the longest legal event with its texts is about 300 kB. */
const BODY_BYTES_MAX = 1_048_576

/** The HTTP server without any route: identities, permissions, validation, errors, request ids. */
export async function createHttpApp(deps: Deps, logger: FastifyBaseLogger, signedIn?: SignedIn): Promise<App> {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: 30_000,
    // A proxy on this machine says who asks; nobody else is believed.
    trustProxy: 'loopback',
    genReqId: newRequestId,
    frameworkErrors: answerFrameworkError,
    rewriteUrl: ({ url = '/' }) => readSitePath(url)?.rest ?? toDocumentedUrl(url),
    routerOptions: { querystringParser: parseQueryString, maxParamLength: 300 },
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.setValidatorCompiler(requestValidator())
  app.setSerializerCompiler(await answerSerializer())
  answerErrors(app)
  app.decorateRequest('identity')
  app.decorateRequest('now')

  app.addHook('onRoute', route => {
    const ours = !/^\/(docs|assets)\b/.test(route.url) && route.method !== 'OPTIONS'
    if (ours && !route.config?.permission && !route.config?.public)
      throw new Error(`${String(route.method)} ${route.url} does not say who may call it`)
  })
  // Only where it is asked for: nobody else waits for it.
  app.addHook('onRoute', route => {
    const { attempt } = route.config ?? {}
    if (attempt === undefined) return
    const take = (request: FastifyRequest) => takeAttempt(deps, attempt, request.ip)
    route.preValidation = [take, ...[route.preValidation ?? []].flat()]
  })
  const safe = await safeHeaders()
  app.addHook('onRequest', (request, reply, done) => {
    request.now = deps.clock()
    reply.headers(safe).header('x-wix-request-id', request.id).header('date', httpDate(request.now))
    done()
  })
  // The plugin's own hook is for preflights alone; what it sets on all other answers is among the safe headers.
  await app.register(async preflights => {
    await preflights.register(cors, ANY_ORIGIN)
  })
  const identify = identifier(deps, signedIn)
  // Not async: of most requests all of it is known, and each promise costs a crowd of readers some of their rate.
  app.addHook('onRequest', (request, _, done) => {
    const { permission, orNobody } = request.routeOptions.config
    if (!permission || (orNobody && saysNobody(request))) return done()
    const admit = (identity: Identity) => {
      request.identity = actsForSite(identity) ? { ...identity, address: request.ip } : identity
      if (!allows(identity, permission))
        throw new Refusal('PERMISSION_DENIED', `This needs the permission ${permission}.`, { permission })
    }
    const identity = identify(request.headers, request.now)
    if (identity instanceof Promise) return identity.then(admit)
    admit(identity)
    done()
  })

  app.addHook('preValidation', (request, _, done) => {
    sayEventOfPath(request)
    done()
  })

  await app.register(formbody)
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_, { ttl }) =>
      new Refusal('RESOURCE_EXHAUSTED', 'Too many requests. Wait a moment.', {
        retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)),
      }),
  })
  return app
}

/**
 * Fastify's own compiler of the schemas of answers, which does its work when the first answer leaves by one: all of them
 * at once are a third of a second of a start.
 */
async function answerSerializer(): Promise<FastifySerializerCompiler<unknown>> {
  const bare = Fastify().get('/', { schema: { response: { 200: {} } } }, async () => '')
  await bare.ready()
  const compile = bare.serializerCompiler
  await bare.close()
  if (compile === undefined) throw new Error('Fastify has no compiler of the schemas of answers')
  return route => {
    let compiled: ReturnType<typeof compile> | undefined
    return answer => {
      compiled ??= compile(route)
      return compiled(answer)
    }
  }
}

/** Date says by which clock deadlines are judged, so that pages count down to them by that. Spelled once a second. */
function httpDate(now: Date): string {
  const second = Math.floor(now.getTime() / 1000)
  if (second !== spelled.second) spelled = { second, text: now.toUTCString() }
  return spelled.text
}

let spelled = { second: 0, text: new Date(0).toUTCString() }

const ANY_ORIGIN = {
  origin: '*',
  exposedHeaders: ['x-wix-request-id', 'etag', 'date', 'retry-after'],
  maxAge: 86_400,
  strictPreflight: false,
}

/**
 * What helmet and cors set, which is the same on every answer: asked once, for setting it anew each time took more than a
 * tenth of the time of a request that is answered from memory.
 */
async function safeHeaders(): Promise<Record<string, string>> {
  const bare = Fastify().get('/', async () => '')
  const safe = Fastify().register(helmet).register(cors, ANY_ORIGIN)
  safe.get('/', async () => '')
  const [without, withAll] = await Promise.all([bare.inject('/'), safe.inject('/')])
  const added = Object.entries(withAll.headers).filter(([name]) => !(name in without.headers))
  await Promise.all([bare.close(), safe.close()])
  return Object.fromEntries(added.map(([name, value]) => [name, String(value)]))
}
