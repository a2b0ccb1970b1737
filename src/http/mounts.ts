import { isPlainObject } from '../wire/plain-object.ts'

/**
 * Which other paths lead to a documented one (spec/api.md 1.1 to 1.3, R1 to R3). A route is registered once, under its
 * documented path (family A); what the client calls on the default host (B) and on a self-hosted one (C), and the older
 * spellings, are rewritten to it before routing, so that no answer can depend on the family. What an older path says
 * besides, the event, is handed on as if it had been sent (`sayEventOfPath`).
 */
const ALIASES: readonly (readonly [alias: string, documented: string])[] = [
  // Family C: the client with `apiBaseUrl`.
  ['/_api/events-events-v3-adapter/v3/events', '/events/v3/events'],
  ['/_api/events-events-v3-adapter/v3/bulk/events', '/events/v3/bulk/events'],
  ['/_api/wix-events-web/v1/categories', '/events/v1/categories'],
  ['/_api/wix-events-web/v1/bulk/categories', '/events/v1/bulk/categories'],
  ['/_api/wix-events-web/v1/bulk-async/categories', '/events/v1/bulk-async/categories'],
  ['/_api/wix-events-web/v1/events', '/events/v1/events'],
  ['/_api/wix-events-web/v1/orders', '/events/v1/orders'],
  ['/_api/wix-events-web/v1/checkout', '/events/v1/checkout'],
  ['/_api/wix-events-web/v1/pos-checkout', '/events/v1/pos-checkout'],
  ['/_api/wix-events-web/v1/ticket-definitions', '/events/v1/ticket-definitions'],
  ['/_api/wix-events-web/v1/tickets', '/events/v1/tickets'],
  ['/_api/wix-events-web/v1/schedule', '/events/v1/schedule'],
  ['/_api/wix-events-web/v1/rsvp', '/events/v1/rsvp'],
  ['/_api/events/v1/checkout', '/events/v1/checkout'],
  ['/_api/events/v1/pos-checkout', '/events/v1/pos-checkout'],
  ['/_api/events/v1/ticket-definitions', '/events/v1/ticket-definitions'],
  ['/_api/events/v2/ticket-definition', '/events/v2/ticket-definitions'],
  ['/_api/events-ticketing-v1-proxy/v1/tickets', '/events/v1/tickets'],
  ['/_api/events-ticket-definitions/v3/ticket-definitions', '/events/v3/ticket-definitions'],
  ['/_api/events-ticket-definitions/v3/bulk/ticket-definitions', '/events/v3/bulk/ticket-definitions'],
  ['/_api/events-ticket-reservations/v1/ticket-reservations', '/events/v1/ticket-reservations'],
  ['/_api/events-ticket-reservations/v1/bulk/ticket-reservations', '/events/v1/bulk/ticket-reservations'],
  ['/_api/events-policies/v2/policies', '/events/v2/policies'],
  ['/_api/wix-events-schedule/v1/schedule', '/events/v1/schedule'],
  ['/_api/events-staff-members/v1/staff-members', '/events/v1/staff-members'],
  ['/_api/events-settings/v1/events-settings', '/v1/events-settings'],
  ['/_api/events-notifications/v2/notifications', '/events/v2/notifications'],
  ['/_api/events-notifications/v2/notification-configs', '/events-notifications/v2/notification-configs'],
  ['/_api/events-guests/v2/guests', '/events/v2/guests'],
  ['/_api/events-rsvps/v2/rsvps', '/events/v2/rsvps'],
  ['/_api/events-rsvps/v2/bulk/rsvps', '/events/v2/bulk/rsvps'],
  // Family B: the client on the default host, where it differs from the documented path.
  ['/events-ticket-definitions/v3/ticket-definitions', '/events/v3/ticket-definitions'],
  ['/events-ticket-definitions/v3/bulk/ticket-definitions', '/events/v3/bulk/ticket-definitions'],
  ['/events-policies/v2/policies', '/events/v2/policies'],
  ['/events/v1/settings', '/v1/events-settings'],
  ['/events-notifications/v2/notifications', '/events/v2/notifications'],
  ['/_api/redirects-api/v1/redirect-session', '/headless/v1/redirect-session'],
  // Older documentation.
  ['/redirect-session/v1/redirect-session', '/headless/v1/redirect-session'],
  ['/events-guests/v2/guests', '/events/v2/guests'],
  ['/events/v1/events-staff-members', '/events/v1/staff-members'],
]

const BY_FIRST_SEGMENT = Map.groupBy(ALIASES, ([alias]) => firstSegment(alias))

/** What the older documentation has below an event, and where it is documented now (R3). */
const BELOW_EVENT: Readonly<Record<string, string>> = {
  '/reservation': '/events/v1/checkout/reservations',
  '/checkout': '/events/v1/checkout',
}
const TICKETS_OF_EVENT = /^(?:\/_api\/wix-events-web|\/events)\/v1\/events\/([^/?]+)\/tickets(?=[/?]|$)([^?]*)/

/** The documented address of a request's path and query; one that is no alias stays as it is. */
export function toDocumentedUrl(url: string): string {
  const [ofEvent, , below = ''] = TICKETS_OF_EVENT.exec(url) ?? []
  if (ofEvent !== undefined) return (BELOW_EVENT[below] ?? `/events/v1/tickets${below}`) + url.slice(ofEvent.length)
  for (const [alias, documented] of BY_FIRST_SEGMENT.get(firstSegment(url)) ?? []) {
    if (!url.startsWith(alias)) continue
    const next = url.charAt(alias.length)
    if (next === '' || next === '/' || next === '?') return documented + url.slice(alias.length)
  }
  return url
}

/**
 * Hands the event that an older path names on to the route as if the request had said it: in the query of a GET or
 * DELETE, else in the body. One that it says as well gives way to the path's (api 3.3.5).
 */
export function sayEventOfPath(request: { method: string; originalUrl: string; query: unknown; body: unknown }): void {
  const eventId = TICKETS_OF_EVENT.exec(request.originalUrl)?.[1]
  if (eventId === undefined) return
  const inQuery = request.method === 'GET' || request.method === 'DELETE'
  if (!inQuery) request.body ??= {}
  const said = inQuery ? request.query : request.body
  if (isPlainObject(said)) said.eventId = eventId // anything else is refused by the route's schema
}

/** Every published path of a documented one, itself first: what `docs/contract.md` and the tests go through. */
export function publishedPaths(documentedPath: string): string[] {
  const others = ALIASES.filter(
    ([, documented]) => documentedPath === documented || documentedPath.startsWith(`${documented}/`),
  ).map(([alias, documented]) => alias + documentedPath.slice(documented.length))
  return [documentedPath, ...others]
}

function firstSegment(url: string): string {
  const end = url.indexOf('/', 1)
  return end < 0 ? url : url.slice(0, end)
}
