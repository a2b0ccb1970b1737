import type { App } from '../../src/http/app.ts'

/** A request as it went over the wire. */
export type Sent = {
  method: string
  /** Path and query. */
  url: string
  headers: Record<string, string>
  body: string | undefined
}
export type Exchange = Sent & { status: number; answer: string }

/**
 * A `fetch` that carries the requests of the official client straight into the server, whatever host they are for.
 * @param app null: the request goes nowhere, and is answered with nothing
 * @param carryTo where in the server a path of the client's is asked for; there, unless said otherwise
 */
export function carriedInto(
  app: App | null,
  {
    seen = () => {},
    carryTo = path => path,
  }: { seen?: (exchange: Exchange) => void; carryTo?: (path: string) => string } = {},
): typeof fetch {
  return async (input, init) => {
    const address = new URL(String(input))
    const request = {
      method: init?.method ?? 'GET',
      url: carryTo(address.pathname) + address.search,
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: typeof init?.body === 'string' ? init.body : undefined,
    }
    const answer = app ? await send(app, request) : { statusCode: 200, body: '{}' }
    seen({ ...request, status: answer.statusCode, answer: answer.body })
    return new Response(answer.body, { status: answer.statusCode, headers: { 'content-type': 'application/json' } })
  }
}

/** Sends a recorded request, or one made of it. */
export function send(app: App, { method, url, headers, body }: Sent) {
  return app.inject({ method: method as 'GET', url, headers, ...(body !== undefined && { payload: body }) })
}
