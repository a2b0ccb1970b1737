import * as events from '@wix/events'
import { redirects } from '@wix/redirects'
import { ApiKeyStrategy, createClient, OAuthStrategy } from '@wix/sdk'
import type { App } from '../../src/http/app.ts'
import { carriedInto, type Exchange } from '../support/carried.ts'

export type Credentials = { apiKey: string; siteId: string } | { accessToken: string; siteId: string }

/**
 * The unmodified client, and what it exchanged with the server; without one its requests are only kept.
 * @param apiBaseUrl the host that it is told; the vendor's own if none
 */
export function clientOf(
  app: App | null,
  credentials: Credentials,
  { apiBaseUrl, carryTo }: { apiBaseUrl?: string | undefined; carryTo: (path: string) => string },
) {
  const exchanges: Exchange[] = []
  const client = createClient({
    modules: { ...events, redirects },
    auth: strategyOf(credentials),
    ...(apiBaseUrl && { host: { apiBaseUrl } }),
    fetch: carriedInto(app, { carryTo, seen: exchange => exchanges.push(exchange) }),
    useCDN: false,
  })
  return { client: client as unknown as AnyClient, exchanges }
}

/** The client by the names of its methods, for those who go through all of them. */
export type AnyClient = Record<string, Record<string, (...args: unknown[]) => unknown>>

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
