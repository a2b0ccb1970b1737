import type { App } from '../../src/http/app.ts'

/**
 * A `fetch` that carries the requests of the official client straight into the server, whatever host they are for.
 * @param seen is told each request as `METHOD host/path`
 */
export function carriedInto(app: App, seen: (request: string) => void = () => {}): typeof fetch {
  return async (input, init) => {
    const url = new URL(String(input))
    const method = (init?.method ?? 'GET') as 'GET'
    seen(`${method} ${url.host}${url.pathname}`)
    const answer = await app.inject({
      method,
      url: url.pathname + url.search,
      headers: Object.fromEntries(new Headers(init?.headers)),
      ...(typeof init?.body === 'string' && { payload: init.body }),
    })
    return new Response(answer.body, { status: answer.statusCode, headers: { 'content-type': 'application/json' } })
  }
}
