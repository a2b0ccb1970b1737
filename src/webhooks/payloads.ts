import { toWireDefinition } from '../ticket-definitions/wire.ts'
import { toWireReservation } from '../ticket-reservations/wire.ts'
import { eventContent } from './event-payloads.ts'
import { type EventType, entityFqdnOf } from './event-types.ts'
import { guestContents } from './guest-payloads.ts'
import { toLegacyEvent } from './legacy-event.ts'
import { envelopeOf, eventIdOf, type Fact, identityOf, isOfAnonymizing, positionOf, sequenceOf } from './model.ts'
import { orderContent, reservationChange } from './order-payloads.ts'
import { rsvpContent } from './rsvp-payloads.ts'
import { orderNumberOfTicket, type States, type Telling } from './states.ts'

/** An event of the contract as it is told: everything that a delivery needs but to whom. */
export type WebhookEvent = {
  webhookEventId: string
  eventType: EventType
  entityId: string
  laneKey: string
  activityKind: string
  activityOf: string
  activityNumber: number
  position: number
  about: string | null
  payload: string
  identity: string
  occurredAt: Date
}

/** What is told of these facts, with its payloads: of one fact one event, or one for each guest that it is about. */
export function webhookEventsOf(tellings: readonly Telling[], states: States): WebhookEvent[] {
  return tellings.flatMap(telling => contentsOf(telling, states).map(content => toEvent(telling, content)))
}

/** The entity that an event is about, and what is said of it; null: nothing but that. */
export type Content = { entityId: string; content: unknown; laneKey: string; about: string | null }

function toEvent({ fact, told }: Telling, { entityId, content, laneKey, about }: Content): WebhookEvent {
  const { eventType, guests } = told
  const webhookEventId = eventIdOf(fact, { eventType, entityId })
  const payload = envelopeOf(eventType, content, {
    id: webhookEventId,
    entityFqdn: entityFqdnOf(eventType),
    entityId,
    eventTime: fact.occurredAt,
    anonymizing: isOfAnonymizing(fact),
    modified: fact.data.modified,
    // A guest has no numbers of its own: it changes with orders, tickets and events.
    sequence: guests === null ? sequenceOf(fact, told) : positionOf(fact, told),
  })
  return {
    webhookEventId,
    eventType,
    entityId,
    laneKey,
    activityKind: fact.entityKind,
    activityOf: fact.entityId,
    activityNumber: fact.sequence,
    position: positionOf(fact, told),
    about,
    payload: JSON.stringify(payload),
    identity: JSON.stringify(identityOf(fact.actor)),
    occurredAt: fact.occurredAt,
  }
}

function contentsOf(telling: Telling, states: States): Content[] {
  if (telling.told.guests !== null) return guestContents(telling, states)
  const { fact } = telling
  const laneKey = laneKeyOf(fact, states)
  const about = aboutOf(fact)
  return [{ entityId: fact.entityId, content: contentOf(telling, states), laneKey, about }]
}

/**
 * What is told one after the other: all that is about one purchase, or about one RSVP, or else about one thing. So an
 * order is initiated before its reservation is confirmed, and confirmed after that (R214).
 */
function laneKeyOf({ entityKind, entityId }: Fact, { orders }: States): string {
  switch (entityKind) {
    case 'order':
      return orders.get(entityId)?.ticketReservationId ?? entityId
    case 'ticket':
      return orders.get(orderNumberOfTicket(entityId))?.ticketReservationId ?? entityId
    case 'ticket_reservation':
    case 'rsvp':
      return entityId
    case 'registration_form':
      return `event ${entityId}`
    default:
      return `${entityKind} ${entityId}`
  }
}

/** By what people in it are found when they are to be forgotten. */
export function aboutOf({ entityKind, entityId }: Pick<Fact, 'entityKind' | 'entityId'>): string | null {
  switch (entityKind) {
    case 'order':
    case 'ticket_reservation':
    case 'rsvp':
      return entityId
    case 'ticket':
      return orderNumberOfTicket(entityId)
    default:
      return null
  }
}

function contentOf({ fact, told }: Telling, states: States): unknown {
  const { entityKind, entityId } = fact
  switch (entityKind) {
    case 'event':
      return eventContent(fact, told.eventType, states)
    case 'registration_form':
      return toLegacyEvent(fact, states)
    case 'ticket_definition':
      return definitionContent(fact, told.eventType, states)
    case 'ticket_reservation':
      return reservationContent(fact, told.eventType, states)
    case 'order':
      return orderContent(fact, told.eventType, states)
    case 'rsvp':
      return rsvpContent(fact, told.eventType, states)
    case 'policy':
      return states.others.get(`policy ${entityId}`) ?? lastOf(fact, states)?.policy ?? { id: entityId }
    case 'staff_member':
      return states.others.get(`staff_member ${entityId}`) ?? lastOf(fact, states)?.staffMember ?? { id: entityId }
    default:
      return states.others.get(`${entityKind} ${entityId}`) ?? { id: entityId }
  }
}

/** What its deletion wrote down; undefined where there was none. */
export function lastOf({ entityKind, entityId }: Pick<Fact, 'entityKind' | 'entityId'>, { last }: States) {
  return last.get(`${entityKind} ${entityId}`)
}

function definitionContent(fact: Fact, eventType: EventType, { definitions, viewer }: States): unknown {
  const { entityId: ticketDefinitionId, occurredAt: timestamp, data } = fact
  const definition = definitions.get(ticketDefinitionId)
  const eventId = definition?.eventId ?? data.eventId
  const shown = (salesDetails: boolean) =>
    definition
      ? toWireDefinition(definition, viewer.now, { salesDetails, extendedFields: true })
      : { id: ticketDefinitionId }
  switch (eventType) {
    case 'wix.events.ticketing.events.TicketDefinitionCreated':
      return {
        timestamp,
        ticketDefinitionId,
        eventId,
        ...(data.originatedFrom !== undefined && {
          originatedFrom: { instanceId: fact.siteId, ...(data.originatedFrom as object) }, // written by `cloneEvent`
        }),
      }
    case 'wix.events.ticketing.events.TicketDefinitionUpdated':
    case 'wix.events.ticketing.events.TicketDefinitionDeleted':
      return { timestamp, ticketDefinitionId, eventId }
    case 'wix.events.v3.ticket_definition_sale_started':
    case 'wix.events.v3.ticket_definition_sale_ended':
      return { ticketDefinition: shown(false) }
    case 'wix.events.v3.ticket_definition_sale_period_updated': {
      const { salePeriod = {} } = shown(false) as { salePeriod?: unknown }
      return { afterUpdate: salePeriod }
    }
    default:
      return shown(true)
  }
}

/** A reservation is told in the status that the fact brought about; what comes after has a fact of its own. */
function reservationContent(fact: Fact, eventType: EventType, states: States): unknown {
  const stored = states.reservations.get(fact.entityId)
  const reservation = stored && reservationAt(stored, fact)
  if (
    eventType === 'wix.events.ticketing.events.ReservationCreated' ||
    eventType === 'wix.events.ticketing.events.ReservationUpdated'
  )
    return reservationChange(fact, reservation, states)
  if (!reservation) return lastOf(fact, states)?.reservation ?? { id: fact.entityId }
  return toWireReservation(reservation, { identity: states.viewer.identity, now: fact.occurredAt })
}

function reservationAt<Reservation extends { status: string; revision: number; updatedAt: Date }>(
  stored: Reservation,
  { kind, sequence, occurredAt }: Fact,
): Reservation {
  if (stored.revision <= sequence) return stored
  const status = STATUS_BY_KIND[kind] ?? stored.status
  return { ...stored, status, revision: sequence, updatedAt: occurredAt }
}

const STATUS_BY_KIND: Readonly<Record<string, string>> = {
  'ticket_reservation.created': 'PENDING',
  'ticket_reservation.extended': 'PENDING',
  'ticket_reservation.confirmed': 'CONFIRMED',
  'ticket_reservation.expired': 'EXPIRED',
  'ticket_reservation.canceled': 'CANCELED',
  'ticket_reservation.canceled_manually': 'CANCELED_MANUALLY',
}
