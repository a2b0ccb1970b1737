import Fastify from 'fastify'
import { answerParent } from './child.ts'

/**
 * The baseline: the same HTTP server with nothing behind it. It parses the same requests and answers each with the very
 * object that the real server once answered, as plain JSON: no identity, no validation, no headers but Fastify's own.
 */
export type EchoRoute = { method: 'GET' | 'POST'; path: string; answer: unknown }

const app = Fastify({ logger: false, bodyLimit: 1_048_576, requestTimeout: 30_000 })

answerParent(
  null,
  {
    listen: async (routes: EchoRoute[]) => {
      for (const { method, path, answer } of routes) app.route({ method, url: path, handler: async () => answer })
      return app.listen({ host: '127.0.0.1', port: 0 })
    },
  },
  () => app.close(),
)
