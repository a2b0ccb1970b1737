import type { Permission } from '../identities/permissions.ts'

type EventTypeInfo = {
  slug: string
  /** How the payload is built: a domain event by what happened, or the bare object of the older ones (api 11.2). */
  kind: 'created' | 'updated' | 'deleted' | 'action' | 'legacy'
  /** What a caller must be allowed to subscribe to it (api 11.3.6). */
  permission: Permission
}

/** The event types of the contract (api 11.4), and `OrderPaid`, which is published for REST alone. */
export const EVENT_TYPES = {
  ...domain('wix.events.v3.event', 'READ_EVENTS', ['created', 'updated', 'deleted']),
  ...actions('wix.events.v3.event', 'READ_EVENTS', ['cloned', 'published', 'canceled', 'started', 'ended', 'reminder']),
  ...legacy('wix.events.events', 'READ_EVENTS', { EventUpdated: 'event_updated' }),
  ...domain('wix.events.v2.policy', 'READ_POLICIES', ['created', 'updated', 'deleted']),
  ...domain('wix.events.staffmembers.v1.staff_member', 'STAFF_MEMBER_READ', ['created', 'updated', 'deleted']),
  ...domain('wix.events.v1.events_settings', 'READ_EVENTS_SETTINGS', ['updated']),
  ...domain('wix.events.notifications.v2.notification_config', 'READ_NOTIFICATION_CONFIG', ['created', 'updated']),
  ...domain('wix.events.guests.v1.guest', 'READ_GUESTS_DETAILS', ['created', 'updated', 'deleted']),
  ...actions('wix.events.guests.v1.guest', 'READ_GUESTS_DETAILS', [
    'guest_checked_in',
    'guest_event_canceled',
    'guest_event_starts',
    'guest_order_canceled',
  ]),
  ...domain('wix.events.v2.rsvp', 'READ_RSVP', ['created', 'updated', 'deleted']),
  ...legacy('wix.events.rsvp.events', 'READ_RSVP', {
    RsvpCreated: 'rsvp_created',
    RsvpUpdated: 'rsvp_updated',
    RsvpDeleted: 'rsvp_deleted',
  }),
  ...domain('wix.events.v3.ticket_definition', 'READ_TICKET_DEFINITIONS', ['created', 'updated', 'deleted']),
  ...actions('wix.events.v3.ticket_definition', 'READ_TICKET_DEFINITIONS', [
    'sale_started',
    'sale_ended',
    'sale_period_updated',
  ]),
  ...domain('wix.events.v1.ticket_reservation', 'TICKET_RESERVATION_READ', ['created', 'updated', 'deleted']),
  ...legacy('wix.events.ticketing.events', 'READ_ORDERS', {
    OrderInitiated: 'order_initiated',
    OrderConfirmed: 'order_confirmed',
    OrderPaid: 'order_paid',
    OrderUpdated: 'order_updated',
    OrderDeleted: 'order_deleted',
  }),
  ...legacy('wix.events.ticketing.events', 'READ_INVOICE', {
    ReservationCreated: 'reservation_created',
    ReservationUpdated: 'reservation_updated',
  }),
  ...legacy('wix.events.ticketing.events', 'READ_TICKET_DEFINITIONS', {
    TicketDefinitionCreated: 'ticket_definition_created',
    TicketDefinitionUpdated: 'ticket_definition_updated',
    TicketDefinitionDeleted: 'ticket_definition_deleted',
  }),
}

export type EventType = keyof typeof EVENT_TYPES

export function isEventType(text: string): text is EventType {
  return Object.hasOwn(EVENT_TYPES, text)
}

/** Whose a domain event is: its type is that and the slug (api 11.4.3). */
export function entityFqdnOf(eventType: EventType): string {
  return eventType.slice(0, -EVENT_TYPES[eventType].slug.length - 1)
}

function domain<Fqdn extends string, Slug extends 'created' | 'updated' | 'deleted'>(
  fqdn: Fqdn,
  permission: Permission,
  slugs: readonly Slug[],
): Record<`${Fqdn}_${Slug}`, EventTypeInfo> {
  return typed(slugs.map(slug => [`${fqdn}_${slug}`, { slug, kind: slug, permission }]))
}

function actions<Fqdn extends string, Slug extends string>(
  fqdn: Fqdn,
  permission: Permission,
  slugs: readonly Slug[],
): Record<`${Fqdn}_${Slug}`, EventTypeInfo> {
  return typed(slugs.map(slug => [`${fqdn}_${slug}`, { slug, kind: 'action', permission }]))
}

function legacy<Prefix extends string, Names extends Record<string, string>>(
  prefix: Prefix,
  permission: Permission,
  names: Names,
): Record<`${Prefix}.${keyof Names & string}`, EventTypeInfo> {
  return typed(Object.entries(names).map(([name, slug]) => [`${prefix}.${name}`, { slug, kind: 'legacy', permission }]))
}

/** The keys are those that the template types above spell. */
function typed<Key extends string>(entries: [string, EventTypeInfo][]): Record<Key, EventTypeInfo> {
  return Object.fromEntries(entries) as Record<Key, EventTypeInfo>
}
