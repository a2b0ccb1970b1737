import { type Static, Type } from 'typebox'
import { figuresOf, registrationStatusOf, type StoredEvent, statusOf } from '../events/model.ts'
import type { RsvpCounts } from '../inventory/rsvp-counts.ts'
import { type Releases, unsoldOf } from '../inventory/store.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut } from '../wire/shapes.ts'
import { isAvailable, isShown, saleStatusOf, type TicketDefinition } from './model.ts'
import type { CountedDefinition } from './store.ts'

const OfEvent = { eventId: Type.String(), status: Type.String(), registrationStatus: Type.String() }
const Numbers = {
  sold: Type.Integer(),
  held: Type.Integer(),
  /** Absent: unlimited. */
  unsold: Type.Optional(Type.Integer()),
  soldOut: Type.Boolean(),
  nextChangeDate: Type.Optional(InstantOut),
}
const OfDefinition = { id: Type.String(), name: Type.String(), saleStatus: Type.String(), ...Numbers }
/** Not the same as before: the list of places is not either. Absent where none are sold. */
const SeatsVersion = Type.Optional(Type.String())
/** By then what is held now is sold or back. */
const LastReleaseDate = Type.Optional(InstantOut)

/**
 * How many tickets of an event are left, and when that may change: ours, not the contract's. inferred: R27 keeps the
 * figures of definitions from guests; how many of what is on offer are sold, held and left they may know.
 */
export const AvailabilityOut = Type.Object({
  ...OfEvent,
  ...Numbers,
  nextReleaseDate: Type.Optional(InstantOut),
  lastReleaseDate: LastReleaseDate,
  seatsVersion: SeatsVersion,
  ticketDefinitions: Type.Array(Type.Object(OfDefinition)),
})

/** The same of one definition alone. */
export const DefinitionAvailabilityOut = Type.Object({
  ...OfEvent,
  ...OfDefinition,
  lastReleaseDate: LastReleaseDate,
  seatsVersion: SeatsVersion,
})

export type Offer = {
  event: StoredEvent
  rsvps: RsvpCounts | undefined
  definitions: readonly CountedDefinition[]
  releases: Releases | null
}

/** Of what guests are offered, in the order shown; the sums are over that. */
export function availabilityOf(offer: Offer, now: Date): Static<typeof AvailabilityOut> {
  const { event, definitions, releases } = offer
  const offered = definitions
    .filter(each => isOffered(each, event, now))
    .sort((one, other) => one.sortIndex - other.sortIndex)
  const changes = offered.flatMap(each => nextChangeOf(each, now) ?? [])
  const held = sumOf(offered, ({ reserved }) => reserved)
  const unlimited = offered.some(each => each.actualLimit === null)
  return {
    ...ofEvent(offer, now),
    sold: sumOf(offered, ({ sold }) => sold),
    held,
    ...(!unlimited && { unsold: sumOf(offered, each => unsoldOf(each) ?? 0) }),
    soldOut: offered.length > 0 && offered.every(each => unsoldOf(each) === 0),
    ...(held > 0 && releases && { nextReleaseDate: releases.next, lastReleaseDate: releases.last }),
    ...present({ nextChangeDate: earliest(changes), seatsVersion: seatsVersionOf(offered) }),
    ticketDefinitions: offered.map(each => ofDefinition(each, now)),
  }
}

/** The same of one that is offered. */
export function definitionAvailabilityOf(
  offer: Offer,
  definition: CountedDefinition,
  now: Date,
): Static<typeof DefinitionAvailabilityOut> {
  const { releases } = offer
  return {
    ...ofEvent(offer, now),
    ...ofDefinition(definition, now),
    ...(definition.reserved > 0 && releases && { lastReleaseDate: releases.last }),
    ...present({ seatsVersion: seatsVersionOf([definition]) }),
  }
}

/** Whether guests are shown it at all. */
export function isOffered(definition: TicketDefinition, event: StoredEvent, now: Date): boolean {
  return isAvailable(definition, event) && isShown(definition, now)
}

function ofEvent({ event, rsvps, definitions }: Offer, now: Date) {
  const tickets = figuresOf(definitions, now)
  return {
    eventId: event.eventId,
    status: statusOf(event, now),
    registrationStatus: registrationStatusOf(event, { tickets, yesGuests: rsvps?.yesGuests ?? 0 }, now),
  }
}

function ofDefinition(definition: TicketDefinition, now: Date) {
  const unsold = unsoldOf(definition)
  return {
    id: definition.ticketDefinitionId,
    name: definition.name,
    saleStatus: saleStatusOf(definition, now),
    sold: definition.sold,
    held: definition.reserved,
    ...present({ unsold, nextChangeDate: nextChangeOf(definition, now) }),
    soldOut: unsold === 0,
  }
}

/** When its sale starts or ends next. */
function nextChangeOf(definition: TicketDefinition, now: Date): Date | null {
  switch (saleStatusOf(definition, now)) {
    case 'SALE_SCHEDULED':
      return definition.saleStartAt
    case 'SALE_STARTED':
      return definition.saleEndAt
    case 'SALE_ENDED':
      return null
  }
}

/** Whoever takes or frees a place changes its definition's numbers with it, or lets a hold's deadline pass. */
function seatsVersionOf(definitions: readonly CountedDefinition[]): string | null {
  const seated = definitions.filter(each => each.seated)
  if (seated.length === 0) return null
  return `${sumOf(seated, ({ version }) => version)}.${sumOf(seated, ({ overdueQuantity }) => overdueQuantity)}`
}

function sumOf<T>(definitions: readonly T[], number: (definition: T) => number): number {
  return definitions.reduce((sum, each) => sum + number(each), 0)
}

function earliest(moments: readonly Date[]): Date | null {
  return moments.reduce<Date | null>((first, moment) => (first && first <= moment ? first : moment), null)
}
