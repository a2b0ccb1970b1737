import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { ACCESS_SECONDS, signToken, type TokenClaims } from '../identities/tokens.ts'
import { InvalidRequest, invalid, Refusal, violation } from '../refusals.ts'
import { baseOf } from '../sites/hosts.ts'
import { present } from '../wire/plain-object.ts'
import { AnyObject, Guid, InstantOut, Maybe, Text } from '../wire/shapes.ts'
import { browserOf } from './browser.ts'
import { allowedCallbacks } from './callbacks.ts'
import { createRedirectSession } from './create.ts'
import { BROWSER_SECONDS, reservationStatusAt, returnUrlOf } from './model.ts'
import { findSessionByBrowser } from './store.ts'

/** What else the method starts where it comes from: nothing that is sold or done here. */
const OTHER_FLOWS = [
  'bookingsCheckout',
  'ecomCheckout',
  'paidPlansCheckout',
  'login',
  'logout',
  'auth',
  'storesProduct',
  'bookingsBook',
  'ecomOrderPaymentRequest',
] as const
const CallbackUrl = Type.String({ maxLength: 2048, format: 'url' })
const QueryParameters = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: 20,
  propertyNames: { maxLength: 100 },
  additionalProperties: { type: 'string', maxLength: 500 },
})
const NewRedirectSession = Type.Object({
  eventsCheckout: Maybe(Type.Object({ reservationId: Guid, eventSlug: Text(1, 150) })),
  ...Object.fromEntries(OTHER_FLOWS.map(flow => [flow, Maybe(AnyObject)])),
  callbacks: Maybe(Type.Object({ thankYouPageUrl: Maybe(CallbackUrl), postFlowUrl: Maybe(CallbackUrl) })),
  preferences: Maybe(Type.Object({ additionalQueryParameters: Maybe(QueryParameters) })),
})

/** The way of a buyer from a site of the organizer's own to our checkout page and back (api 14). */
export function redirectRoutes({ sql, keys, publicUrl, callbackHosts }: Deps) {
  return async (app: App) => {
    const hostsFor = (siteId: string) =>
      new Set([publicUrl, baseOf(siteId, publicUrl)].map(base => new URL(base).hostname).concat(callbackHosts))

    app.post(
      '/headless/v1/redirect-session',
      {
        schema: {
          body: NewRedirectSession,
          response: {
            200: Type.Object({ redirectSession: Type.Object({ id: Type.String(), fullUrl: Type.String() }) }),
          },
        },
        config: { permission: 'CHECKOUT' },
      },
      async ({ body, identity, now }) => {
        refuseOtherFlows(body)
        if (!body.eventsCheckout) throw noFlow()
        const wanted = {
          ticketReservationId: body.eventsCheckout.reservationId.toLowerCase(),
          eventSlug: body.eventsCheckout.eventSlug,
          ...allowedCallbacks(body.callbacks, hostsFor(identity.siteId)),
          query: body.preferences?.additionalQueryParameters ?? {},
        }
        const { session, secret } = await inTransaction(sql, tx => createRedirectSession(tx, wanted, { identity, now }))
        return {
          redirectSession: {
            id: session.redirectSessionId,
            fullUrl: `${baseOf(identity.siteId, publicUrl)}/redirects/${secret}`,
          },
        }
      },
    )

    app.get(
      '/boxoffice/v1/redirect-sessions/current',
      {
        schema: {
          response: {
            200: Type.Object({
              redirectSession: Type.Object({
                id: Type.String(),
                eventId: Type.String(),
                reservationId: Type.String(),
                status: Type.Optional(Type.String()),
                expirationDate: Type.Optional(InstantOut),
                orderNumber: Type.Optional(Type.String()),
                thankYouPageUrl: Type.Optional(Type.String()),
                postFlowUrl: Type.Optional(Type.String()),
                returnUrl: Type.Optional(Type.String()),
              }),
              accessToken: Type.String(),
              expiresIn: Type.Integer(),
            }),
          },
        },
        config: { public: true },
      },
      async (request, reply) => {
        const browser = browserOf(request.headers)
        const usedAfter = new Date(request.now.getTime() - BROWSER_SECONDS * 1000)
        const session =
          browser && (await findSessionByBrowser(sql, { siteId: browser.siteId, browserHash: browser.hash, usedAfter }))
        if (!session?.visitorId) throw new Refusal('UNAUTHENTICATED', 'This browser was not sent here to check out.')
        const { siteId, visitorId, memberId } = session
        const claims: TokenClaims = memberId
          ? { kind: 'member', siteId, visitorId, memberId }
          : { kind: 'visitor', siteId, visitorId }
        reply.header('cache-control', 'no-store')
        return {
          redirectSession: {
            id: session.redirectSessionId,
            eventId: session.eventId,
            reservationId: session.ticketReservationId,
            ...present({
              status: reservationStatusAt(session, request.now),
              expirationDate: session.heldUntil,
              orderNumber: session.orderNumber,
              thankYouPageUrl: session.thankYouPageUrl,
              postFlowUrl: session.postFlowUrl,
              returnUrl: returnUrlOf(session),
            }),
          },
          accessToken: await signToken(keys, 'access', claims, request.now, ACCESS_SECONDS),
          expiresIn: ACCESS_SECONDS,
        }
      },
    )
  }
}

function refuseOtherFlows(body: Readonly<Record<string, unknown>>): void {
  const others = OTHER_FLOWS.filter(flow => body[flow])
  if (others.length === 0) return
  throw new InvalidRequest(
    others.map(field => violation(field, 'is a flow that is not served here; eventsCheckout is', 'FIELD_NOT_ALLOWED')),
  )
}

function noFlow(): InvalidRequest {
  return invalid('eventsCheckout', 'must not be empty', 'REQUIRED_ONE_OF_FIELD')
}
