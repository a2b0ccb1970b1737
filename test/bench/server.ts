import Fastify from 'fastify'
import { pino } from 'pino'
import { readConfig } from '../../src/config.ts'
import { startServer } from '../../src/serve.ts'

/** The server under load, in a process of its own; beside it an echo of the same framework with nothing behind it. */
const server = await startServer({ ...readConfig(), httpsPort: null }, pino({ level: 'error' }))
const echo = Fastify({ logger: false })
echo.post('/echo', async request => request.body)
await echo.listen({ host: '127.0.0.1', port: 0 })
const address = echo.server.address()

process.send?.({
  httpUrl: server.httpUrl,
  echoUrl: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
  siteId: server.siteId,
  apiKey: server.apiKey,
})

process.on('SIGTERM', async () => {
  await echo.close()
  await server.stop()
  process.exit(0)
})
