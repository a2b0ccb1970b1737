import { type Static, Type } from 'typebox'
import { present } from '../wire/plain-object.ts'
import { Revision } from '../wire/revision.ts'
import { AnyObject, Anything, InstantOut, Maybe, Text } from '../wire/shapes.ts'
import { EVENT_TYPES, type EventType, isEventType } from './event-types.ts'
import { signingKeyOf, type WebhookKey } from './key-store.ts'
import type { Delivery, DeliveryInFull } from './log-store.ts'
import type { Subscription } from './model.ts'

const EventTypesIn = Type.Array(Text(1, 100), { minItems: 1, maxItems: 100 })

export const NewWebhook = Type.Object({
  url: Text(1, 2048),
  eventTypes: EventTypesIn,
  description: Maybe(Text(0, 200)),
})

/** Absent members stay. */
export const WebhookPatch = Type.Object({
  url: Type.Optional(Text(1, 2048)),
  eventTypes: Type.Optional(EventTypesIn),
  description: Maybe(Text(0, 200)),
  paused: Type.Optional(Type.Boolean()),
  revision: Maybe(Revision),
})

export const WebhookOut = Type.Object({
  id: Type.String(),
  revision: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  url: Type.String(),
  description: Type.String(),
  eventTypes: Type.Array(Type.String()),
  paused: Type.Boolean(),
  pausedDate: Type.Optional(InstantOut),
  pausedBy: Type.Optional(Type.String()),
  failingSinceDate: Type.Optional(InstantOut),
})

export function toWireWebhook(subscription: Subscription): Static<typeof WebhookOut> {
  return {
    id: subscription.subscriptionId,
    revision: String(subscription.revision),
    createdDate: subscription.createdAt,
    updatedDate: subscription.updatedAt,
    url: subscription.url,
    description: subscription.description,
    eventTypes: [...subscription.eventTypes],
    paused: subscription.pausedAt !== null,
    ...present({
      pausedDate: subscription.pausedAt,
      pausedBy: subscription.pausedBy,
      failingSinceDate: subscription.failingSince,
    }),
  }
}

export const EventTypeOut = Type.Object({ eventType: Type.String(), slug: Type.String(), permission: Type.String() })

export function allEventTypes(): Static<typeof EventTypeOut>[] {
  return Object.entries(EVENT_TYPES).map(([eventType, { slug, permission }]) => ({ eventType, slug, permission }))
}

/** The types, each once, or the place of the first that there is not. */
export function readEventTypes(sent: readonly string[]): { types: EventType[] } | { unknown: number } {
  const unknown = sent.findIndex(text => !isEventType(text))
  return unknown < 0 ? { types: [...new Set(sent.filter(isEventType))] } : { unknown }
}

export const KeysOut = Type.Object({
  /** What whoever verifies today needs. */
  publicKey: Type.String(),
  keys: Type.Array(
    Type.Object({
      id: Type.String(),
      publicKey: Type.String(),
      signsFromDate: InstantOut,
      createdDate: InstantOut,
      signs: Type.Boolean(),
    }),
  ),
})

export function toWireKeys(keys: readonly WebhookKey[], now: Date): Static<typeof KeysOut> {
  const signing = signingKeyOf(keys, now)
  return {
    publicKey: signing?.publicKey ?? '',
    keys: keys.map(key => ({
      id: key.webhookKeyId,
      publicKey: key.publicKey,
      signsFromDate: key.signsFrom,
      createdDate: key.createdAt,
      signs: key === signing,
    })),
  }
}

export const DeliveryOut = Type.Object({
  id: Type.String(),
  webhookId: Type.String(),
  /** The same for every webhook that is told it. */
  eventId: Type.String(),
  eventType: Type.String(),
  entityId: Type.String(),
  state: Type.String(),
  createdDate: InstantOut,
  endedDate: Type.Optional(InstantOut),
  nextAttemptDate: Type.Optional(InstantOut),
  attemptCount: Type.Integer(),
  attempts: Type.Array(
    Type.Object({
      date: Type.String(),
      milliseconds: Type.Integer(),
      status: Type.Optional(Type.Integer()),
      failure: Type.Optional(Type.String()),
      headers: AnyObject,
      body: Type.String(),
    }),
  ),
  request: Type.Optional(
    Type.Object({ eventType: Type.String(), instanceId: Type.String(), identity: Anything, data: Anything }),
  ),
})

export function toWireDelivery(delivery: Delivery): Static<typeof DeliveryOut> {
  return {
    id: delivery.deliveryId,
    webhookId: delivery.subscriptionId,
    eventId: delivery.webhookEventId,
    eventType: delivery.eventType,
    entityId: delivery.entityId,
    state: delivery.state,
    createdDate: delivery.createdAt,
    ...present({ endedDate: delivery.endedAt, nextAttemptDate: delivery.state === 'WAITING' ? delivery.dueAt : null }),
    attemptCount: delivery.attempts,
    attempts: delivery.log.map(({ at, milliseconds, status, failure, headers, body }) => ({
      date: at,
      milliseconds,
      ...present({ status, failure }),
      headers: { ...headers },
      body,
    })),
  }
}

/** The same with what is sent, decoded. */
export function toWireDeliveryInFull(delivery: DeliveryInFull): Static<typeof DeliveryOut> {
  const request = {
    eventType: delivery.eventType,
    instanceId: delivery.siteId,
    identity: JSON.parse(delivery.identity) as unknown,
    data: JSON.parse(delivery.payload) as unknown,
  }
  return { ...toWireDelivery(delivery), request }
}
