import { type Static, Type } from 'typebox'
import { InvalidRequest, type Violation, violation } from '../refusals.ts'
import { present } from '../wire/plain-object.ts'
import { Guid, InstantOut, Maybe, OneOf, Text } from '../wire/shapes.ts'
import { type Element, placesOf, refuseUnclear, type SeatingPlan, type Section } from './model.ts'

/** Letters and digits: a label stands in the id of its place, between hyphens (R79). */
const Label = Type.String({ minLength: 1, maxLength: 4, pattern: '^[\\p{L}\\p{N}]*$' })
const Coordinate = Type.Number({ minimum: -1_000_000, maximum: 1_000_000 })
const bound = { ticketDefinitionId: Maybe(Guid) }
const drawn = { x: Maybe(Coordinate), y: Maybe(Coordinate) }

const SectionIn = Type.Object({
  id: Type.Integer({ minimum: 0, maximum: 9999 }),
  label: Text(1, 20),
  ...bound,
  elements: Type.Array(
    Type.Object({
      id: Type.Integer({ minimum: 0, maximum: 99_999 }),
      type: OneOf(['ROW', 'TABLE', 'AREA']),
      label: Text(1, 50),
      ...bound,
      ...drawn,
      capacity: Maybe(Type.Integer({ minimum: 1, maximum: 50_000 })),
      seats: Maybe(Type.Array(Type.Object({ label: Label, ...bound, ...drawn }), { minItems: 1, maxItems: 1000 })),
    }),
    { minItems: 1, maxItems: 5000 },
  ),
})
const Name = Text(1, 50)
const Sections = Type.Array(SectionIn, { minItems: 1, maxItems: 500 })

export const NewSeatingPlan = Type.Object({ eventId: Guid, name: Name, sections: Sections })
/** Absent members stay; `sections` is replaced as one. */
export const SeatingPlanPatch = Type.Object({
  revision: Type.String({ pattern: '^\\d{1,15}$' }),
  name: Type.Optional(Name),
  sections: Type.Optional(Sections),
})

const boundOut = { ticketDefinitionId: Type.Optional(Type.Union([Type.String(), Type.Null()])) }
const drawnOut = { x: Type.Optional(Type.Number()), y: Type.Optional(Type.Number()) }

/** What a list says of a plan. */
export const SeatingPlanSummaryOut = Type.Object({
  id: Type.String(),
  eventId: Type.String(),
  revision: Type.String(),
  createdDate: InstantOut,
  updatedDate: InstantOut,
  name: Type.String(),
})
export const SeatingPlanOut = Type.Object({
  ...SeatingPlanSummaryOut.properties,
  /** Places, and tickets that they have room for. */
  placesCount: Type.Integer(),
  capacity: Type.Integer(),
  sections: Type.Array(
    Type.Object({
      id: Type.Integer(),
      label: Type.String(),
      ...boundOut,
      elements: Type.Array(
        Type.Object({
          id: Type.Integer(),
          type: Type.String(),
          label: Type.String(),
          ...boundOut,
          ...drawnOut,
          capacity: Type.Optional(Type.Integer()),
          seats: Type.Optional(Type.Array(Type.Object({ label: Type.String(), ...boundOut, ...drawnOut }))),
        }),
      ),
    }),
  ),
})

type SectionWire = Static<typeof SectionIn>
type ElementWire = SectionWire['elements'][number]

/** @throws InvalidRequest for an element that has not what its type asks for, and for what `refuseUnclear` refuses */
export function sectionsFromWire(wire: readonly SectionWire[], path: string): Section[] {
  const violations = wire.flatMap(({ elements }, at) =>
    elements.flatMap((element, index) => violationsOf(element, `${path}[${at}].elements[${index}]`)),
  )
  if (violations.length > 0) throw new InvalidRequest(violations.slice(0, 50))
  const sections = wire.map(section => ({
    id: section.id,
    label: section.label,
    ...boundFrom(section),
    elements: section.elements.map(elementFromWire),
  }))
  refuseUnclear(sections, path)
  return sections
}

function violationsOf({ type, capacity, seats }: ElementWire, path: string): Violation[] {
  const [wanted, other] = type === 'AREA' ? (['capacity', 'seats'] as const) : (['seats', 'capacity'] as const)
  const given = { capacity, seats }
  return [
    ...(given[wanted] == null ? [violation(`${path}.${wanted}`, 'must not be empty', 'REQUIRED_FIELD')] : []),
    ...(given[other] == null
      ? []
      : [violation(`${path}.${other}`, `is not for elements of type ${type}`, 'FIELD_NOT_ALLOWED')]),
  ]
}

function elementFromWire(wire: ElementWire): Element {
  const { id, type, label, capacity, seats } = wire
  const all = { id, label, ...boundFrom(wire), ...present({ x: wire.x, y: wire.y }) }
  if (type === 'AREA') return { ...all, type, capacity: capacity ?? 0 }
  return {
    ...all,
    type,
    seats: (seats ?? []).map(seat => ({
      label: seat.label,
      ...boundFrom(seat),
      ...present({ x: seat.x, y: seat.y }),
    })),
  }
}

/** Absent and null are two things here. */
function boundFrom({ ticketDefinitionId }: { ticketDefinitionId?: string | null }) {
  return ticketDefinitionId === undefined ? {} : { ticketDefinitionId: ticketDefinitionId?.toLowerCase() ?? null }
}

export function toWireSummary(plan: Omit<SeatingPlan, 'sections'>): Static<typeof SeatingPlanSummaryOut> {
  return {
    id: plan.seatingPlanId,
    eventId: plan.eventId,
    revision: String(plan.revision),
    createdDate: plan.createdAt,
    updatedDate: plan.updatedAt,
    name: plan.name,
  }
}

export function toWirePlan(plan: SeatingPlan): Static<typeof SeatingPlanOut> {
  const places = placesOf(plan.sections)
  return {
    ...toWireSummary(plan),
    placesCount: places.length,
    capacity: places.reduce((sum, place) => sum + place.capacity, 0),
    sections: plan.sections,
  }
}
