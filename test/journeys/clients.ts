import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import * as events from '@wix/events'
import { ApiKeyStrategy, createClient, OAuthStrategy } from '@wix/sdk'

/** Where a running server is, and who may manage its site. */
export type Place = {
  /** Host and port of its TLS listener: what the official client is given as `apiBaseUrl`. */
  apiBaseUrl: string
  siteId: string
  apiKey: string
}

/** Makes this process trust the server's own authority, as NODE_EXTRA_CA_CERTS would. */
export function trust(caPath: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caPath, 'utf8')])
}

const modules = {
  wixEventsV2: events.wixEventsV2,
  forms: events.forms,
  policies: events.policies,
  schedule: events.schedule,
  categories: events.categories,
  staffMembers: events.staffMembers,
  ticketDefinitionsV2: events.ticketDefinitionsV2,
  ticketReservations: events.ticketReservations,
  orders: events.orders,
  tickets: events.tickets,
}

/** The unmodified official client as the organizer; it checks each request against its own schema before sending it. */
export function organizer({ apiBaseUrl, siteId, apiKey }: Place) {
  return createClient({
    modules,
    auth: ApiKeyStrategy({ apiKey, siteId }),
    host: { apiBaseUrl },
    validateRequestSchema: true,
  })
}
export type Organizer = ReturnType<typeof organizer>

/** The unmodified official client as a new visitor: it is given ready tokens, and `useCDN: false` (api 1.4). */
export async function visitor({ apiBaseUrl, siteId }: Place) {
  const answer = await fetch(`https://${apiBaseUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: siteId, grantType: 'anonymous' }),
  })
  const tokens = (await answer.json()) as { access_token: string; refresh_token: string; expires_in: number }
  return createClient({
    modules,
    auth: OAuthStrategy({
      clientId: siteId,
      tokens: {
        accessToken: { value: tokens.access_token, expiresAt: Math.floor(Date.now() / 1000) + tokens.expires_in },
        refreshToken: { value: tokens.refresh_token, role: 'visitor' as never }, // the client exports no such constant
      },
    }),
    host: { apiBaseUrl },
    useCDN: false,
    validateRequestSchema: true,
  })
}
export type Visitor = Awaited<ReturnType<typeof visitor>>
