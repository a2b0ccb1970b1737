import * as events from '@wix/events'
import { ApiKeyStrategy, createClient, OAuthStrategy } from '@wix/sdk'
import type { App } from '../../src/http/app.ts'

/** A request as it went over the wire, and what came back. */
export type Exchange = {
  method: string
  /** Path and query. */
  url: string
  headers: Record<string, string>
  body: string | undefined
  status: number
  answer: string
}

export type Credentials = { apiKey: string; siteId: string } | { accessToken: string; siteId: string }

/**
 * The unmodified client whose requests are carried straight into the server, whatever host they are for.
 * @param carryTo where in the server a path of the client's is asked for
 */
export function carriedClient(
  app: App,
  credentials: Credentials,
  { apiBaseUrl, carryTo }: { apiBaseUrl?: string | undefined; carryTo: (path: string) => string },
) {
  const exchanges: Exchange[] = []
  const carried: typeof fetch = async (input, init) => {
    const address = new URL(String(input))
    const request = {
      method: init?.method ?? 'GET',
      url: carryTo(address.pathname) + address.search,
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: typeof init?.body === 'string' ? init.body : undefined,
    }
    const answer = await send(app, request)
    exchanges.push({ ...request, status: answer.statusCode, answer: answer.body })
    return new Response(answer.body, { status: answer.statusCode, headers: { 'content-type': 'application/json' } })
  }
  const client = createClient({
    modules: events,
    auth: strategyOf(credentials),
    ...(apiBaseUrl && { host: { apiBaseUrl } }),
    fetch: carried,
    useCDN: false,
  })
  return { client: client as unknown as AnyClient, exchanges }
}

/** The client by the names of its methods, for those who go through all of them. */
export type AnyClient = Record<string, Record<string, (...args: unknown[]) => unknown>>

/** Sends a recorded request, or one made of it. */
export function send(app: App, { method, url, headers, body }: Pick<Exchange, 'method' | 'url' | 'headers' | 'body'>) {
  return app.inject({ method: method as 'GET', url, headers, ...(body !== undefined && { payload: body }) })
}

function strategyOf(credentials: Credentials) {
  if ('apiKey' in credentials) return ApiKeyStrategy(credentials)
  // The client compares with the machine's clock, not with the test's.
  const expiresAt = Math.floor(Date.now() / 1000) + 3600
  return OAuthStrategy({
    clientId: credentials.siteId,
    tokens: {
      accessToken: { value: credentials.accessToken, expiresAt },
      refreshToken: { value: '', role: 'visitor' as never }, // the client exports no such constant
    },
  })
}
