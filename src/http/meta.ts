import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyContextConfig } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Sql } from '../db/connect.ts'
import { Refusal } from '../refusals.ts'
import type { App } from './app.ts'

/**
 * What describes and watches the server: /openapi.json, /docs, /healthz, /readyz, /metrics. Registered first.
 * @returns where figures are registered that `/metrics` shows
 */
export async function registerMeta(app: App, sql: Sql): Promise<Registry> {
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Boxoffice',
        version: '0.1.0',
        description:
          'Event ticketing, compatible with the Wix Events API, and our own API under /boxoffice/v1. ' +
          'Boxoffice is not made or endorsed by Wix.',
      },
      components: {
        securitySchemes: {
          credential: { type: 'apiKey', in: 'header', name: 'authorization' },
          site: { type: 'apiKey', in: 'header', name: 'wix-site-id' },
        },
      },
      security: [{ credential: [], site: [] }],
    },
    transform: ({ schema, url, route }) => ({
      schema: { ...schema, ...whoMayCall(route.config), tags: [resourceOf(url)] },
      url,
    }),
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    theme: {
      title: 'Boxoffice API',
      css: [{ filename: 'plain.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  })

  const described = { schema: { hide: true }, config: { public: true } } as const
  app.get('/openapi.json', described, async () => app.swagger())

  app.get('/healthz', described, async () => ({ status: 'ok' }))

  app.get('/readyz', described, async () => {
    try {
      await sql`select 1`
    } catch (cause) {
      app.log.error({ err: cause }, 'not ready')
      throw new Refusal('UNAVAILABLE', 'The database does not answer.')
    }
    return { status: 'ok' }
  })

  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'boxoffice_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer, by documented route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })

  // Figures of all tenants together: for whoever runs the machine, not for callers from outside.
  app.get('/metrics', described, async (request, reply) => {
    const local = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '')
    if (!local || request.headers['x-forwarded-for'] !== undefined)
      throw new Refusal('PERMISSION_DENIED', 'Metrics are read on the machine itself.')
    return reply.header('content-type', registry.contentType).send(await registry.metrics())
  })
  return registry
}

/** The heading that a path stands under: `/events/v1/ticket-reservations/:id` → `ticket-reservations`. */
function resourceOf(url: string): string {
  if (/\/form\b/.test(url)) return 'form'
  if (/\/orders\b/.test(url)) return 'orders'
  return /^\/(?:events|boxoffice)\/v\d\/(?:bulk\/)?([\w-]+)/.exec(url)?.[1] ?? 'tokens'
}

/** Each operation names the permission that it needs. */
function whoMayCall({ permission, public: isPublic }: FastifyContextConfig = {}) {
  if (isPublic) return { description: 'Public: needs no credential.', security: [] }
  return permission === undefined ? {} : { description: `Permission: \`${permission}\`.`, 'x-permission': permission }
}
