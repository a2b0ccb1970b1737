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

export const modules = {
  wixEventsV2: events.wixEventsV2,
  forms: events.forms,
  policies: events.policies,
  schedule: events.schedule,
  categories: events.categories,
  staffMembers: events.staffMembers,
  ticketDefinitions: events.ticketDefinitions,
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

/** The unmodified official client as a new visitor. */
export async function visitor(place: Place) {
  const answer = await fetch(`https://${place.apiBaseUrl}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientId: place.siteId, grantType: 'anonymous' }),
  })
  const tokens = (await answer.json()) as { access_token: string; refresh_token: string }
  return bearer(place, { accessToken: tokens.access_token, refreshToken: tokens.refresh_token })
}

/** The client with tokens that it is given (a visitor's, a staff member's), and `useCDN: false` (api 1.4). */
export function bearer(
  { apiBaseUrl, siteId }: Place,
  { accessToken, refreshToken = '' }: { accessToken: string; refreshToken?: string },
) {
  const hours = Math.floor(Date.now() / 1000) + 4 * 3600
  return createClient({
    modules,
    auth: OAuthStrategy({
      clientId: siteId,
      tokens: {
        accessToken: { value: accessToken, expiresAt: hours },
        refreshToken: { value: refreshToken, role: 'visitor' as never }, // the client exports no such constant
      },
    }),
    host: { apiBaseUrl },
    useCDN: false,
    validateRequestSchema: true,
  })
}
export type Visitor = ReturnType<typeof bearer>
