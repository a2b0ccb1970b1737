import { createHash } from 'node:crypto'
import type { Activity } from '../activity/record.ts'
import { EVENT_TYPES, type EventType } from './event-types.ts'

/** Somebody's program, and what it is told (docs/decisions/0026). */
export type Subscription = {
  siteId: string
  subscriptionId: string
  revision: number
  url: string
  description: string
  eventTypes: readonly EventType[]
  pausedAt: Date | null
  pausedBy: 'ORGANIZER' | 'FAILURES' | null
  failingSince: Date | null
  createdAt: Date
  updatedAt: Date
}

export const DELIVERY_STATES = ['WAITING', 'DELIVERED', 'DROPPED'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** A fact as it was followed: with its data, and the number that says when it was written. */
export type Fact = Activity & { data: Record<string, unknown>; activityId: number }

/** One event of the contract that is to be made of a fact. */
export type Told = {
  eventType: EventType
  /** Of which guests it is told, where it is of guests; see `GuestsOf`. */
  guests: GuestsOf | null
  /** Its place among what is told of the same fact. */
  ordinal: number
}

/**
 * Whose guests: the buyer of an order, the holders of its tickets, the holder of one ticket, the guest of an RSVP; or all
 * of an event, those alone who attend it.
 */
export type GuestsOf = 'BUYER' | 'BUYER_AND_HOLDERS' | 'HOLDER' | 'RSVP' | 'ALL' | 'ATTENDING'

type Data = Readonly<Record<string, unknown>>
type Rule = { eventType: EventType; guests: GuestsOf | null; when: ((data: Data) => boolean) | null }

function tell(eventType: EventType, when: Rule['when'] = null): Rule {
  return { eventType, guests: null, when }
}
function guests(of: GuestsOf, slug: GuestSlug, when: Rule['when'] = null): Rule {
  return { eventType: `wix.events.guests.v1.guest_${slug}`, guests: of, when }
}
type GuestSlug =
  | 'created'
  | 'updated'
  | 'deleted'
  | 'guest_checked_in'
  | 'guest_event_canceled'
  | 'guest_event_starts'
  | 'guest_order_canceled'

const published = tell('wix.events.v3.event_published', ({ draft }) => draft === false)
const reservationUpdated = [
  tell('wix.events.v1.ticket_reservation_updated'),
  tell('wix.events.ticketing.events.ReservationUpdated'),
]
const definitionUpdated = [
  tell('wix.events.v3.ticket_definition_updated'),
  tell('wix.events.ticketing.events.TicketDefinitionUpdated'),
]
const formUpdated = [tell('wix.events.events.EventUpdated')]
const orderUpdated = tell('wix.events.ticketing.events.OrderUpdated')
/** What changes an order's status, or puts it away, changes who of its guests attends. */
const orderOfAll = [orderUpdated, guests('BUYER_AND_HOLDERS', 'updated')]
const rsvpUpdated = [
  tell('wix.events.v2.rsvp_updated'),
  tell('wix.events.rsvp.events.RsvpUpdated'),
  guests('RSVP', 'updated'),
]
const ticketUpdated = [guests('HOLDER', 'updated')]

/** What is told of each kind of fact, in this order; what is not here is told to nobody (api 11.4.1). */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  'event.created': [tell('wix.events.v3.event_created'), published],
  'event.cloned': [tell('wix.events.v3.event_created'), tell('wix.events.v3.event_cloned'), published],
  'event.updated': [tell('wix.events.v3.event_updated')],
  'event.deleted': [tell('wix.events.v3.event_deleted')],
  'event.published': [tell('wix.events.v3.event_published')],
  'event.canceled': [tell('wix.events.v3.event_canceled'), guests('ALL', 'guest_event_canceled')],
  'event.started': [tell('wix.events.v3.event_started'), guests('ATTENDING', 'guest_event_starts')],
  'event.ended': [tell('wix.events.v3.event_ended')],
  'event.reminder': [tell('wix.events.v3.event_reminder'), guests('ATTENDING', 'guest_event_starts')],
  'registration_form.updated': formUpdated,
  'registration_form.control_added': formUpdated,
  'registration_form.control_updated': formUpdated,
  'registration_form.control_deleted': formUpdated,
  'registration_form.messages_updated': formUpdated,
  'policy.created': [tell('wix.events.v2.policy_created')],
  'policy.updated': [tell('wix.events.v2.policy_updated')],
  'policy.reordered': [tell('wix.events.v2.policy_updated')],
  'policy.deleted': [tell('wix.events.v2.policy_deleted')],
  'staff_member.created': [tell('wix.events.staffmembers.v1.staff_member_created')],
  'staff_member.updated': [tell('wix.events.staffmembers.v1.staff_member_updated')],
  'staff_member.deleted': [tell('wix.events.staffmembers.v1.staff_member_deleted')],
  'events_settings.updated': [tell('wix.events.v1.events_settings_updated')],
  'notification_config.created': [tell('wix.events.notifications.v2.notification_config_created')],
  'notification_config.updated': [tell('wix.events.notifications.v2.notification_config_updated')],
  'ticket_definition.created': [
    tell('wix.events.v3.ticket_definition_created'),
    tell('wix.events.ticketing.events.TicketDefinitionCreated'),
  ],
  'ticket_definition.updated': [
    ...definitionUpdated,
    tell('wix.events.v3.ticket_definition_sale_period_updated', data => data.salePeriodChanged === true),
  ],
  'ticket_definition.reordered': definitionUpdated,
  'ticket_definition.deleted': [
    tell('wix.events.v3.ticket_definition_deleted'),
    tell('wix.events.ticketing.events.TicketDefinitionDeleted'),
  ],
  'ticket_definition.sale_started': [tell('wix.events.v3.ticket_definition_sale_started')],
  'ticket_definition.sale_ended': [tell('wix.events.v3.ticket_definition_sale_ended')],
  'ticket_reservation.created': [
    tell('wix.events.v1.ticket_reservation_created'),
    tell('wix.events.ticketing.events.ReservationCreated'),
  ],
  'ticket_reservation.confirmed': reservationUpdated,
  'ticket_reservation.expired': reservationUpdated,
  'ticket_reservation.canceled': reservationUpdated,
  'ticket_reservation.canceled_manually': reservationUpdated,
  'ticket_reservation.extended': reservationUpdated,
  'ticket_reservation.places_removed': reservationUpdated,
  'ticket_reservation.places_restored': reservationUpdated,
  'ticket_reservation.tags_updated': [tell('wix.events.v1.ticket_reservation_updated')],
  'ticket_reservation.anonymized': [tell('wix.events.v1.ticket_reservation_updated')],
  'ticket_reservation.deleted': [tell('wix.events.v1.ticket_reservation_deleted')],
  'order.initiated': [tell('wix.events.ticketing.events.OrderInitiated'), guests('BUYER', 'created')],
  'order.confirmed': [
    tell('wix.events.ticketing.events.OrderConfirmed'),
    tell('wix.events.ticketing.events.OrderPaid', ({ status }) => status === 'PAID'),
    guests('BUYER', 'updated'),
  ],
  'order.paid': [tell('wix.events.ticketing.events.OrderPaid'), ...orderOfAll],
  'order.partially_paid': [orderUpdated, guests('BUYER', 'updated')],
  'order.pending': [orderUpdated, guests('BUYER', 'updated')],
  'order.authorized': [orderUpdated, guests('BUYER', 'updated')],
  'order.updated': [
    orderUpdated,
    guests('BUYER', 'updated', data => !changesHolders(data)),
    guests('BUYER_AND_HOLDERS', 'updated', changesHolders),
  ],
  'order.declined': [orderUpdated, guests('BUYER', 'updated')],
  'order.voided': [orderUpdated, guests('BUYER', 'updated')],
  'order.canceled': [...orderOfAll, guests('BUYER_AND_HOLDERS', 'guest_order_canceled')],
  'order.anonymized': [tell('wix.events.ticketing.events.OrderDeleted'), ...orderOfAll],
  'ticket.issued': [guests('HOLDER', 'created')],
  'ticket.updated': ticketUpdated,
  'ticket.checked_in': [...ticketUpdated, guests('HOLDER', 'guest_checked_in')],
  'ticket.check_in_deleted': ticketUpdated,
  'ticket.canceled': ticketUpdated,
  'ticket.anonymized': ticketUpdated,
  'rsvp.created': [
    tell('wix.events.v2.rsvp_created'),
    tell('wix.events.rsvp.events.RsvpCreated'),
    guests('RSVP', 'created'),
  ],
  'rsvp.updated': rsvpUpdated,
  'rsvp.checked_in': [...rsvpUpdated, guests('RSVP', 'guest_checked_in')],
  'rsvp.check_in_canceled': rsvpUpdated,
  'rsvp.anonymized': rsvpUpdated,
  'rsvp.deleted': [
    tell('wix.events.v2.rsvp_deleted'),
    tell('wix.events.rsvp.events.RsvpDeleted'),
    guests('RSVP', 'deleted'),
  ],
}

function changesHolders(data: Data): boolean {
  return data.archived !== undefined || data.checkoutForm !== undefined
}

/** What is told of a fact to those who want any of these event types. */
export function toldOf({ kind, data }: Pick<Fact, 'kind' | 'data'>, wanted: ReadonlySet<string>): Told[] {
  return (RULES[kind] ?? []).flatMap(({ eventType, guests, when }, ordinal) =>
    wanted.has(eventType) && (when?.(data) ?? true) ? [{ eventType, guests, ordinal }] : [],
  )
}

/** The kinds of facts of which any of these event types is told. */
export function kindsTelling(wanted: ReadonlySet<string>): string[] {
  return Object.entries(RULES).flatMap(([kind, rules]) =>
    rules.some(({ eventType }) => wanted.has(eventType)) ? [kind] : [],
  )
}

/** After these nobody is named any more by what was told of the same before. */
export const FORGETTING_KINDS: readonly string[] = [
  'order.anonymized',
  'ticket.anonymized',
  'ticket_reservation.anonymized',
  'rsvp.anonymized',
  'rsvp.deleted',
]

/** Some facts are of people who are being forgotten (api 11.3.5). */
export function isOfAnonymizing({ kind }: Pick<Fact, 'kind'>): boolean {
  return kind.endsWith('.anonymized')
}

/**
 * The place of what is told of a fact in the history of what that is about. Facts about one thing are written one after
 * the other, so later ones have the higher numbers.
 */
export function positionOf({ activityId }: Pick<Fact, 'activityId'>, { ordinal }: Pick<Told, 'ordinal'>): number {
  return activityId * ORDINALS + ordinal
}

/** `entityEventSequence` (R211): the entity's own numbers, with room for what else is told of the same fact. */
export function sequenceOf({ sequence }: Pick<Fact, 'sequence'>, { ordinal }: Pick<Told, 'ordinal'>): number {
  return sequence * ORDINALS + ordinal
}

const ORDINALS = 10

/** The event's id: the same however often it is made of the fact (R21). */
export function eventIdOf(fact: Pick<Fact, 'siteId' | 'entityKind' | 'entityId' | 'sequence'>, of: Whose): string {
  const name = [fact.siteId, fact.entityKind, fact.entityId, fact.sequence, of.eventType, of.entityId].join(' ')
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
type Whose = { eventType: EventType; entityId: string }

/** Who did it, in the contract's words (api 11.1.4): an API key acts for a program, the clock for nobody. */
export function identityOf({ kind, id }: Activity['actor']) {
  switch (kind) {
    case 'visitor':
      return { identityType: 'ANONYMOUS_VISITOR', anonymousVisitorId: id }
    case 'member':
      return { identityType: 'MEMBER', memberId: id }
    case 'admin':
      return { identityType: 'APP', appId: id }
    case 'staff':
    case 'organizer':
      return { identityType: 'WIX_USER', wixUserId: id }
    default:
      return { identityType: 'UNKNOWN' }
  }
}

/** How long after a failed attempt the next one follows (api 11.3.2). */
export const RETRY_MINUTES: readonly number[] = [1, 10, 60, 120, 120, 120, 240, 240, 240, 480, 480, 720]
export const ATTEMPTS_MAX = RETRY_MINUTES.length + 1

/** After so long without any answer that counts a subscription is paused. */
export const FAILING_DAYS_MAX = 3

/** What was sent and answered is kept for so long. */
export const KEPT_DAYS = 30

/** Of one site. */
export const SUBSCRIPTIONS_MAX = 100

export type Attempt = {
  /** RFC 3339: it is kept in a document. */
  at: string
  milliseconds: number
  /** What the target answered; null: nothing in time. */
  status: number | null
  headers: Readonly<Record<string, string>>
  /** The beginning of what it answered. */
  body: string
  /** Why it counts as failed; null: it does not. */
  failure: string | null
}

/** The last attempts that are kept of one delivery. */
export const ATTEMPTS_KEPT = 20

/** The payload of an event type that is made of `content` (api 11.2). */
export function envelopeOf(
  eventType: EventType,
  content: unknown,
  domain: {
    id: string
    entityFqdn: string
    entityId: string
    eventTime: Date
    anonymizing: boolean
    sequence: number
    modified: unknown
  },
): unknown {
  const { slug, kind } = EVENT_TYPES[eventType]
  if (kind === 'legacy') return content
  const { id, entityFqdn, entityId, eventTime, anonymizing, sequence, modified } = domain
  return {
    id,
    entityFqdn,
    slug,
    entityId,
    eventTime,
    triggeredByAnonymizeRequest: anonymizing,
    originatedFrom: '',
    entityEventSequence: String(sequence),
    ...bodyOf(kind, content, modified),
  }
}

function bodyOf(kind: 'created' | 'updated' | 'deleted' | 'action', content: unknown, modified: unknown) {
  switch (kind) {
    case 'created':
      return { createdEvent: { entity: content } }
    case 'updated':
      return { updatedEvent: { currentEntity: content, ...(modified !== undefined && { modifiedFields: modified }) } }
    case 'deleted':
      return { deletedEvent: content === null ? {} : { deletedEntity: content } }
    case 'action':
      return { actionEvent: { body: content } }
  }
}
