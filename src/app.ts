import type { FastifyBaseLogger } from 'fastify'
import { categoryRoutes } from './categories/routes.ts'
import { eventRoutes } from './events/routes.ts'
import { formRoutes } from './forms/routes.ts'
import { type App, createHttpApp, type Deps } from './http/app.ts'
import { identityRoutes } from './identities/routes.ts'
import { policyRoutes } from './policies/routes.ts'
import { scheduleRoutes } from './schedule/routes.ts'
import { staffRoutes } from './staff/routes.ts'

/** The HTTP server: every feature's routes, a line each. Other published prefixes: http/mounts.ts. */
export async function createApp(deps: Deps, logger: FastifyBaseLogger): Promise<App> {
  const app = await createHttpApp(deps, logger)
  await app.register(identityRoutes(deps))
  await app.register(eventRoutes(deps))
  await app.register(formRoutes(deps))
  await app.register(policyRoutes(deps))
  await app.register(categoryRoutes(deps))
  await app.register(staffRoutes(deps))
  await app.register(scheduleRoutes(deps))
  return app
}
