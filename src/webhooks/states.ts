import type { Db } from '../db/connect.ts'
import type { StoredEvent } from '../events/model.ts'
import { FIELDSETS as EVENT_FIELDSETS, type Fieldset, type WireEvent } from '../events/schemas.ts'
import { showEvents } from '../events/show.ts'
import { listEventsById } from '../events/store.ts'
import { FIELDSETS as SETTINGS_FIELDSETS, showSettings } from '../events-settings/show.ts'
import type { Guest } from '../guests/model.ts'
import { listGuests } from '../guests/store.ts'
import type { Identity } from '../identities/identity.ts'
import type { Keys } from '../identities/keys.ts'
import { findStored } from '../notifications/store.ts'
import { toWire as toWireConfig } from '../notifications/wire.ts'
import type { Order } from '../orders/model.ts'
import { listOrdersByNumber } from '../orders/store.ts'
import { findPolicy } from '../policies/store.ts'
import { toWire as toWirePolicy } from '../policies/wire.ts'
import type { Rsvp } from '../rsvps/model.ts'
import { listRsvpsById } from '../rsvps/store.ts'
import { getSite, type Site } from '../sites/store.ts'
import { findStaffMember } from '../staff/store.ts'
import { toWire as toWireStaffMember } from '../staff/wire.ts'
import { listDefinitionsById } from '../ticket-definitions/available.ts'
import type { TicketDefinition } from '../ticket-definitions/model.ts'
import type { TicketReservation } from '../ticket-reservations/model.ts'
import { listReservations } from '../ticket-reservations/store.ts'
import type { Ticket } from '../tickets/model.ts'
import { listTicketsOfOrders } from '../tickets/store.ts'
import { pageByOffset } from '../wire/pages.ts'
import { listLastStates, listWithGuests } from './facts-store.ts'
import type { Fact, Told } from './model.ts'

/** What payloads are made with, besides what the facts are about. */
export type Surroundings = { keys: Keys; publicUrl: string; serviceFeePercent: string }

/** What facts are about as it is now, by their ids; what is gone has the last state that its deletion wrote down. */
export type States = {
  site: Site
  /** Who looks: the site itself, which sees everything. */
  viewer: { identity: Identity; now: Date } & Surroundings
  events: ReadonlyMap<string, StoredEvent>
  shownEvents: ReadonlyMap<string, WireEvent>
  /** Events that anybody answered or bought. */
  withGuests: ReadonlySet<string>
  definitions: ReadonlyMap<string, TicketDefinition>
  reservations: ReadonlyMap<string, TicketReservation>
  orders: ReadonlyMap<string, Order>
  tickets: ReadonlyMap<string, Ticket[]>
  rsvps: ReadonlyMap<string, Rsvp>
  guests: readonly Guest[]
  /** Policies, staff members, settings and configurations of mails, in their published shapes. */
  others: ReadonlyMap<string, unknown>
  /** Of what is gone. */
  last: ReadonlyMap<string, Record<string, unknown>>
}

/** One fact, and one of the events that are told of it. */
export type Telling = { fact: Fact; told: Told }

/** Reads what the payloads of these need: a statement or two for each kind of thing, whatever the number. */
export async function loadStates(
  db: Db,
  siteId: string,
  tellings: readonly Telling[],
  { now, ...surroundings }: Surroundings & { now: Date },
  guestsOfEvents: readonly Guest[] = [],
): Promise<States> {
  const idsOf = (kind: Fact['entityKind'], of: (telling: Telling) => boolean = () => true) => [
    ...new Set(tellings.filter(each => each.fact.entityKind === kind && of(each)).map(({ fact }) => fact.entityId)),
  ]
  const identity: Identity = { kind: 'admin', siteId, apiKeyId: '' }
  const ofEntity = ({ told }: Telling) => told.guests === null
  const ofGuests = ({ told }: Telling) => told.guests !== null && told.guests !== 'ALL' && told.guests !== 'ATTENDING'

  const site = await getSite(db, siteId)
  const reservations = byKey(
    await listReservations(db, siteId, idsOf('ticket_reservation')),
    each => each.ticketReservationId,
  )
  const orderNumbers = [
    ...new Set([
      ...idsOf('order'),
      ...idsOf('ticket').map(orderNumberOfTicket),
      ...guestsOfEvents.flatMap(({ orderNumber }) => orderNumber ?? []),
    ]),
  ]
  const orders = byKey(await listOrdersByNumber(db, siteId, orderNumbers), each => each.orderNumber)
  const tickets = await listTicketsOfOrders(db, siteId, idsOf('order', ofEntity))
  const rsvpIds = idsOf('rsvp')
  const rsvps = byKey(await listRsvpsById(db, siteId, rsvpIds), each => each.rsvpId)
  const guests = [
    ...guestsOfEvents,
    ...(await guestsBehind(db, siteId, {
      orderNumbers: [...new Set([...idsOf('order', ofGuests), ...idsOf('ticket', ofGuests).map(orderNumberOfTicket)])],
      rsvpIds: idsOf('rsvp', ofGuests),
    })),
  ]
  const definitionIds = new Set([
    ...idsOf('ticket_definition'),
    ...[...reservations.values()].flatMap(({ lines }) => lines.map(line => line.ticketDefinitionId)),
  ])
  const definitions = byKey(
    await listDefinitionsById(db, siteId, { ids: [...definitionIds], now, deletedToo: true }),
    each => each.ticketDefinitionId,
  )
  const ownEvents = [...idsOf('event', ofEntity), ...idsOf('registration_form')]
  const events = await listEventsById(db, siteId, [...new Set([...ownEvents, ...guests.map(({ eventId }) => eventId)])])
  const shown = await showEvents(
    db,
    events.filter(({ eventId }) => ownEvents.includes(eventId)),
    { identity, now, publicUrl: surroundings.publicUrl, fields: SHOWN },
  )
  return {
    site,
    viewer: { identity, now, ...surroundings },
    events: byKey(events, each => each.eventId),
    shownEvents: byKey(shown, each => each.id),
    withGuests: await listWithGuests(db, siteId, idsOf('event', ofEntity)),
    definitions,
    reservations,
    orders,
    tickets: Map.groupBy(tickets, each => each.orderNumber),
    rsvps,
    guests,
    others: await othersOf(db, siteId, { idsOf, serviceFeePercent: surroundings.serviceFeePercent, now }),
    last: await listLastStates(db, siteId, [
      ...idsOf('policy'),
      ...idsOf('staff_member'),
      ...rsvpIds.filter(id => !rsvps.has(id)),
      ...idsOf('ticket_reservation').filter(id => !reservations.has(id)),
    ]),
  }
}

/** An event in full; what belongs to its session is for who may read that. */
const SHOWN: readonly Fieldset[] = EVENT_FIELDSETS.filter(each => each !== 'ONLINE_CONFERENCING_SESSION')

/** A ticket's number is its order's and three characters (R193). */
export function orderNumberOfTicket(ticketNumber: string): string {
  return ticketNumber.slice(0, -3)
}

/** Buyers and ticket holders of these orders, and the guests of these RSVPs. */
export async function guestsBehind(
  db: Db,
  siteId: string,
  { orderNumbers, rsvpIds }: { orderNumbers: readonly string[]; rsvpIds: readonly string[] },
): Promise<Guest[]> {
  if (orderNumbers.length === 0 && rsvpIds.length === 0) return []
  const where = db`
    (guests.order_number = any(${[...orderNumbers]}) or guests.rsvp_id = any(${[...rsvpIds]}::uuid[]))`
  const all = pageByOffset(db, { orderBy: db`guests.created_at, guests.guest_id`, limit: GUESTS_MAX, offset: 0 })
  return listGuests(db, { siteId, eventIds: null, where }, all)
}

/** Far more than the orders of one piece have. */
const GUESTS_MAX = 100_000

async function othersOf(
  db: Db,
  siteId: string,
  {
    idsOf,
    serviceFeePercent,
    now,
  }: { idsOf: (kind: Fact['entityKind']) => string[]; serviceFeePercent: string; now: Date },
): Promise<Map<string, unknown>> {
  // Of these there are few, and each change is a person's.
  const [policies, staff, configs, settings] = await Promise.all([
    Promise.all(idsOf('policy').map(id => findPolicy(db, { siteId, seesDrafts: true }, id))),
    Promise.all(idsOf('staff_member').map(id => findStaffMember(db, { siteId, staffMemberId: id }))),
    Promise.all(idsOf('notification_config').map(id => findStored(db, siteId, id))),
    Promise.all(
      idsOf('events_settings').map(() =>
        showSettings(db, siteId, { fields: SETTINGS_FIELDSETS, serviceFeePercent, now }),
      ),
    ),
  ])
  return new Map<string, unknown>([
    ...policies.flatMap(each => (each ? [[`policy ${each.policyId}`, toWirePolicy(each)] as const] : [])),
    ...staff.flatMap(each => (each ? [[`staff_member ${each.staffMemberId}`, toWireStaffMember(each)] as const] : [])),
    ...configs.flatMap(each => (each ? [[`notification_config ${each.eventId}`, toWireConfig(each)] as const] : [])),
    ...settings.map(each => [`events_settings ${siteId}`, each] as const),
  ])
}

function byKey<T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  return new Map(list.map(item => [keyOf(item), item]))
}
