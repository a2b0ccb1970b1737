import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerParent } from './child.ts'
import { collectGarbage } from './usage.ts'

/**
 * The baseline of streams: node's own HTTP server, which keeps answers open and writes the same bytes to all of them when
 * somebody asks for it. No routes, no state, no limits, nobody who is slow.
 */
const open = new Set<ServerResponse>()
let message = Buffer.alloc(0)

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.shouldKeepAlive = false
    response.useChunkedEncodingByDefault = false
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(message)
    open.add(response)
    response.once('close', () => open.delete(response))
    return
  }
  response.end('{}')
  setImmediate(() => {
    for (const each of open) each.write(message)
  })
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo // listening on a port, so it has one

answerParent(
  { url: `http://127.0.0.1:${port}` },
  {
    collectGarbage,
    say: (text: string) => {
      message = Buffer.from(text)
    },
  },
  async () => {
    server.close()
    server.closeAllConnections()
  },
)
