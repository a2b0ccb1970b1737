import { type Static, Type } from 'typebox'
import { figuresOf, registrationStatusOf, type StoredEvent, statusOf } from '../events/model.ts'
import type { RsvpCounts } from '../inventory/rsvp-counts.ts'
import { unsoldOf } from '../inventory/store.ts'
import { present } from '../wire/plain-object.ts'
import { InstantOut } from '../wire/shapes.ts'
import { isAvailable, isShown, saleStatusOf, type TicketDefinition } from './model.ts'

const Numbers = {
  sold: Type.Integer(),
  held: Type.Integer(),
  /** Absent: unlimited. */
  unsold: Type.Optional(Type.Integer()),
  soldOut: Type.Boolean(),
  nextChangeDate: Type.Optional(InstantOut),
}

/**
 * How many tickets of an event are left, and when that may change: ours, not the contract's. inferred: R27 keeps the
 * figures of definitions from guests; how many of what is on offer are sold, held and left they may know.
 */
export const AvailabilityOut = Type.Object({
  eventId: Type.String(),
  status: Type.String(),
  registrationStatus: Type.String(),
  ...Numbers,
  nextReleaseDate: Type.Optional(InstantOut),
  ticketDefinitions: Type.Array(
    Type.Object({ id: Type.String(), name: Type.String(), saleStatus: Type.String(), ...Numbers }),
  ),
})

export type Offer = {
  event: StoredEvent
  rsvps: RsvpCounts | undefined
  definitions: readonly TicketDefinition[]
  /** The earliest deadline of a hold that is still ahead. */
  nextRelease: Date | null
}

/** Of what guests are offered, in the order shown; the sums are over that. */
export function availabilityOf(
  { event, rsvps, definitions, nextRelease }: Offer,
  now: Date,
): Static<typeof AvailabilityOut> {
  const offered = definitions
    .filter(each => isAvailable(each, event) && isShown(each, now))
    .sort((one, other) => one.sortIndex - other.sortIndex)
  const changes = offered.flatMap(each => nextChangeOf(each, now) ?? [])
  const tickets = figuresOf(definitions, now)
  const held = sumOf(offered, ({ reserved }) => reserved)
  const unlimited = offered.some(each => each.actualLimit === null)
  return {
    eventId: event.eventId,
    status: statusOf(event, now),
    registrationStatus: registrationStatusOf(event, { tickets, yesGuests: rsvps?.yesGuests ?? 0 }, now),
    sold: sumOf(offered, ({ sold }) => sold),
    held,
    ...(!unlimited && { unsold: sumOf(offered, each => unsoldOf(each) ?? 0) }),
    soldOut: offered.length > 0 && offered.every(each => unsoldOf(each) === 0),
    ...(held > 0 && nextRelease && { nextReleaseDate: nextRelease }),
    ...present({ nextChangeDate: earliest(changes) }),
    ticketDefinitions: offered.map(each => {
      const unsold = unsoldOf(each)
      return {
        id: each.ticketDefinitionId,
        name: each.name,
        saleStatus: saleStatusOf(each, now),
        sold: each.sold,
        held: each.reserved,
        ...present({ unsold, nextChangeDate: nextChangeOf(each, now) }),
        soldOut: unsold === 0,
      }
    }),
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

function sumOf(definitions: readonly TicketDefinition[], number: (definition: TicketDefinition) => number): number {
  return definitions.reduce((sum, each) => sum + number(each), 0)
}

function earliest(moments: readonly Date[]): Date | null {
  return moments.reduce<Date | null>((first, moment) => (first && first <= moment ? first : moment), null)
}
