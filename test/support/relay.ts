import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

/** Stands before a server, so that a test can take it away, give it back, and answer in its place. */
export type Relay = {
  base: string
  /** The server cannot be reached: nobody listens, and what was open is cut. */
  stop: () => Promise<void>
  start: () => Promise<void>
  /** What is answered instead of what the server says, by path without the query; undefined: as it is. */
  alter: (path: string, change: ((body: string, query: URLSearchParams) => string) | undefined) => void
  /** How often a path was asked for, with this method. */
  countOf: (method: string, path: RegExp) => number
}

export async function relayTo(target: string): Promise<Relay> {
  const changes = new Map<string, (body: string, query: URLSearchParams) => string>()
  const asked: string[] = []
  let server: Server = newServer()
  let port = 0
  await listen()
  afterAll(() => end())

  function newServer(): Server {
    return createServer((asking, answering) => {
      const url = new URL(asking.url ?? '/', target)
      asked.push(`${asking.method} ${url.pathname}`)
      const change = changes.get(url.pathname)
      const headers = { ...asking.headers, ...(change && { 'accept-encoding': 'identity' }) }
      const forwarded = request(url, { method: asking.method, headers }, answered => {
        const { 'content-length': _, ...said } = answered.headers
        if (!change) {
          answering.writeHead(answered.statusCode ?? 502, answered.headers)
          answered.pipe(answering)
          return
        }
        const parts: Buffer[] = []
        answered.on('data', part => parts.push(part))
        answered.on('end', () => {
          answering.writeHead(answered.statusCode ?? 502, said)
          answering.end(change(Buffer.concat(parts).toString('utf8'), url.searchParams))
        })
      })
      forwarded.on('error', () => answering.destroy())
      asking.pipe(forwarded)
    })
  }

  async function listen(): Promise<void> {
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }

  async function end(): Promise<void> {
    const ended = new Promise(resolve => server.close(resolve))
    server.closeAllConnections()
    await ended
  }

  return {
    base: `http://127.0.0.1:${port}`,
    stop: end,
    async start() {
      server = newServer()
      await listen()
    },
    alter: (path, change) => (change ? changes.set(path, change) : changes.delete(path)),
    countOf: (method, path) => asked.filter(each => each.startsWith(`${method} `) && path.test(each)).length,
  }
}
