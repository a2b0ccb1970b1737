import { Type } from 'typebox'
import { inTransaction } from '../db/transaction.ts'
import type { App, Deps } from '../http/app.ts'
import { invalid } from '../refusals.ts'
import { addMinutes } from '../time.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, Instant, Maybe, Nothing, Text } from '../wire/shapes.ts'
import { problemOfTarget } from './addresses.ts'
import { changeSubscription, createSubscription, removeSubscription } from './change.ts'
import type { EventType } from './event-types.ts'
import { ensureWebhookKeys, rotateWebhookKey } from './keys.ts'
import { replayRange, tellLatest } from './replay.ts'
import { getSubscription, listSubscriptions } from './store.ts'
import {
  allEventTypes,
  EventTypeOut,
  KeysOut,
  NewWebhook,
  readEventTypes,
  toWireKeys,
  toWireWebhook,
  WebhookOut,
  WebhookPatch,
} from './wire.ts'

const PATH = '/boxoffice/v1/webhooks'
const OneWebhook = Type.Object({ webhook: WebhookOut })
const params = Type.Object({ webhookId: Guid })
const config = { permission: 'MANAGE_WEBHOOKS' } as const

/** Who is told what happens, and what the telling is signed with: of our own API, for the organizer. */
export function webhookRoutes({ sql, keys, publicUrl, serviceFeePercent, webhookPrivateHosts: privateHosts }: Deps) {
  const checkUrl = (url: string) => {
    const problem = problemOfTarget(url, { privateHosts })
    if (problem !== null) throw invalid('webhook.url', problem, 'WEBHOOK_TARGET')
    return url
  }
  return async (app: App) => {
    app.post(
      PATH,
      { schema: { body: Type.Object({ webhook: NewWebhook }), response: { 200: OneWebhook } }, config },
      async ({ body: { webhook }, identity, now }) => {
        const wanted = {
          url: checkUrl(webhook.url),
          eventTypes: typesIn(webhook.eventTypes, 'webhook.eventTypes'),
          description: webhook.description ?? '',
        }
        await ensureWebhookKeys(sql, identity.siteId, keys, now)
        const created = await inTransaction(sql, tx => createSubscription(tx, wanted, { identity, now }))
        return { webhook: toWireWebhook(created) }
      },
    )

    app.get(
      PATH,
      { schema: { response: { 200: Type.Object({ webhooks: Type.Array(WebhookOut) }) } }, config },
      async ({ identity }) => ({ webhooks: (await listSubscriptions(sql, identity.siteId)).map(toWireWebhook) }),
    )

    app.get(
      `${PATH}/event-types`,
      { schema: { response: { 200: Type.Object({ eventTypes: Type.Array(EventTypeOut) }) } }, config },
      async () => ({ eventTypes: allEventTypes() }),
    )

    app.get(`${PATH}/public-key`, { schema: { response: { 200: KeysOut } }, config }, async ({ identity, now }) =>
      toWireKeys(await ensureWebhookKeys(sql, identity.siteId, keys, now), now),
    )

    app.post(
      `${PATH}/keys`,
      {
        schema: { body: Maybe(Type.Object({ signsFromDate: Maybe(Instant) })), response: { 200: KeysOut } },
        config,
      },
      async ({ body, identity, now }) => {
        const sent = body?.signsFromDate
        const signsFrom = sent ? new Date(sent) : addMinutes(now, KEY_AHEAD_MINUTES)
        if (signsFrom < now) throw invalid('signsFromDate', 'must not be past', 'PAST')
        if (signsFrom > addMinutes(now, KEY_AHEAD_MINUTES_MAX))
          throw invalid('signsFromDate', 'is too far ahead', 'MAX')
        return toWireKeys(await rotateWebhookKey(sql, { keys, signsFrom }, { identity, now }), now)
      },
    )

    app.get(
      `${PATH}/:webhookId`,
      { schema: { params, response: { 200: OneWebhook } }, config },
      async ({ params, identity }) => ({
        webhook: toWireWebhook(await getSubscription(sql, identity.siteId, params.webhookId.toLowerCase())),
      }),
    )

    app.patch(
      `${PATH}/:webhookId`,
      { schema: { params, body: Type.Object({ webhook: WebhookPatch }), response: { 200: OneWebhook } }, config },
      async ({ params, body: { webhook }, identity, now }) => {
        const { url, eventTypes, description, paused, revision = null } = webhook
        const change = present({
          url: url === undefined ? null : checkUrl(url),
          eventTypes: eventTypes === undefined ? null : typesIn(eventTypes, 'webhook.eventTypes'),
          description: description === undefined ? null : (description ?? ''),
          paused,
        })
        const changed = await inTransaction(sql, tx =>
          changeSubscription(tx, { subscriptionId: params.webhookId.toLowerCase(), revision }, change, {
            identity,
            now,
          }),
        )
        return { webhook: toWireWebhook(changed) }
      },
    )

    app.delete(
      `${PATH}/:webhookId`,
      { schema: { params, response: { 200: Nothing } }, config },
      async ({ params, identity, now }) => {
        await inTransaction(sql, tx => removeSubscription(tx, params.webhookId.toLowerCase(), { identity, now }))
        return {}
      },
    )

    app.post(
      `${PATH}/:webhookId/test`,
      {
        schema: {
          params,
          body: Maybe(Type.Object({ eventType: Maybe(Text(1, 100)) })),
          response: { 200: Type.Object({ deliveries: Type.Integer() }) },
        },
        config,
      },
      async ({ params, body, identity, now }) => {
        const [eventType = null] = body?.eventType ? typesIn([body.eventType], 'eventType') : []
        const at = { identity, now, keys, publicUrl, serviceFeePercent }
        const deliveries = await inTransaction(sql, tx => tellLatest(tx, params.webhookId.toLowerCase(), eventType, at))
        return { deliveries }
      },
    )

    app.post(
      `${PATH}/:webhookId/replay`,
      {
        schema: {
          params,
          body: Type.Object({
            fromDate: Instant,
            untilDate: Maybe(Instant),
            eventTypes: Maybe(Type.Array(Text(1, 100), { minItems: 1, maxItems: 100 })),
          }),
          response: { 200: Type.Object({ jobId: Type.String() }) },
        },
        config,
      },
      async ({ params, body, identity, now }) => {
        const from = new Date(body.fromDate)
        const until = body.untilDate ? new Date(body.untilDate) : now
        if (until <= from) throw invalid('untilDate', 'must be later than fromDate', 'NOT_AFTER')
        const eventTypes = body.eventTypes ? typesIn(body.eventTypes, 'eventTypes') : null
        const jobId = await inTransaction(sql, tx =>
          replayRange(tx, params.webhookId.toLowerCase(), { from, until, eventTypes }, { identity, now }),
        )
        return { jobId }
      },
    )
  }
}

/** A new key signs a day later, unless somebody says when: there must be time to hand it out. */
const KEY_AHEAD_MINUTES = 1440
const KEY_AHEAD_MINUTES_MAX = 90 * 1440

/** @throws InvalidRequest naming the first type that there is not */
function typesIn(sent: readonly string[], field: string): EventType[] {
  const read = readEventTypes(sent)
  if ('types' in read) return read.types
  throw invalid(
    sent.length > 1 || field.includes('Types') ? `${field}[${read.unknown}]` : field,
    'is no event type',
    'UNKNOWN',
  )
}
