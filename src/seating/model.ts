import { InvalidRequest, type Violation, violation } from '../refusals.ts'

/** Where the guests of one event sit or stand: ours, for the contract's own plans cannot be made through its API (R78). */
export type SeatingPlan = {
  siteId: string
  seatingPlanId: string
  eventId: string
  revision: number
  name: string
  sections: Section[]
  createdAt: Date
  updatedAt: Date
}

/** Whose tickets are sold for what is below it: absent as above it, null nobody's. */
type Bound = { ticketDefinitionId?: string | null }
/** Where it is drawn, in whatever unit the drawer likes. */
type Drawn = { x?: number; y?: number }

/** @property id the caller's own, like an element's: both are in the ids of the places */
export type Section = Bound & { id: number; label: string; elements: Element[] }
export type Element = Bound &
  Drawn & { id: number; label: string } & (
    | { type: 'ROW' | 'TABLE'; seats: Seat[] }
    | { type: 'AREA'; capacity: number }
  )
type Seat = Bound & Drawn & { label: string }

export type ElementType = Element['type']

/** What can be reserved by its id: a seat, a chair, or an area. */
export type Place = {
  placeId: string
  ticketDefinitionId: string | null
  elementType: ElementType
  sectionLabel: string
  elementLabel: string
  label: string
  capacity: number
}

/** Places of one plan, and tickets that they have room for. */
export const PLACES_MAX = 50_000
export const CAPACITY_MAX = 1_000_000

/** An area is one place, which nobody labels. */
const AREA_LABEL = 'GA'

/** Every place of a plan, in its order: `{sectionId}-{elementId}-{label}` (R79). */
export function placesOf(sections: readonly Section[]): Place[] {
  return sections.flatMap(section =>
    section.elements.flatMap(element => {
      const spots =
        element.type === 'AREA'
          ? [{ label: AREA_LABEL, capacity: element.capacity }]
          : element.seats.map(seat => ({ ...seat, capacity: 1 }))
      return spots.map((spot: Bound & { label: string; capacity: number }) => ({
        placeId: `${section.id}-${element.id}-${spot.label}`,
        ticketDefinitionId: boundTo(spot, element, section),
        elementType: element.type,
        sectionLabel: section.label,
        elementLabel: element.label,
        label: spot.label,
        capacity: spot.capacity,
      }))
    }),
  )
}

/** The nearest that says something. */
function boundTo(...inward: readonly Bound[]): string | null {
  return inward.find(({ ticketDefinitionId }) => ticketDefinitionId !== undefined)?.ticketDefinitionId ?? null
}

/** @throws InvalidRequest for ids and labels that occur twice, and for more than a plan may have */
export function refuseUnclear(sections: readonly Section[], path: string): void {
  const violations: Violation[] = []
  const refuse = (...wrong: Parameters<typeof violation>) => violations.push(violation(...wrong))
  for (const index of repeated(sections.map(({ id }) => id)))
    refuse(`${path}[${index}].id`, 'is the id of an earlier section', 'REPEATED')
  sections.forEach(({ elements }, at) => {
    const inSection = `${path}[${at}].elements`
    for (const index of repeated(elements.map(({ id }) => id)))
      refuse(`${inSection}[${index}].id`, 'is the id of an earlier element of the section', 'REPEATED')
    elements.forEach((element, place) => {
      if (element.type === 'AREA') return
      for (const index of repeated(element.seats.map(({ label }) => label)))
        refuse(
          `${inSection}[${place}].seats[${index}].label`,
          'is the label of an earlier seat of the element',
          'REPEATED',
        )
    })
  })
  const places = placesOf(sections)
  if (places.length > PLACES_MAX)
    refuse(path, `must have at most ${PLACES_MAX} places in all`, 'MAX_SIZE', { threshold: PLACES_MAX })
  if (places.reduce((sum, { capacity }) => sum + capacity, 0) > CAPACITY_MAX)
    refuse(path, `must have room for at most ${CAPACITY_MAX} in all`, 'MAX', { threshold: CAPACITY_MAX })
  if (violations.length > 0) throw new InvalidRequest(violations.slice(0, VIOLATIONS_MAX))
}

const VIOLATIONS_MAX = 50

/** Where what stood earlier in the list stands again. */
function repeated(values: readonly unknown[]): number[] {
  const seen = new Set<unknown>()
  return [...values.keys()].filter(index => {
    const known = seen.has(values[index])
    seen.add(values[index])
    return known
  })
}

/** A place as a reservation finds it. */
export type OfferedPlace = Place & { seatingPlanId: string; ticketDefinitionId: string; taken: number }

/** What a line or a ticket says of its place (R83): the labels, and the plan as `configurationId`. */
export type SeatInfo = {
  sectionLabel: string
  areaLabel?: string
  tableLabel?: string
  rowLabel?: string
  seatLabel?: string
  configurationId: string
}

export function seatInfoOf({ elementType, sectionLabel, elementLabel, label, seatingPlanId }: OfferedPlace): SeatInfo {
  const configurationId = seatingPlanId
  switch (elementType) {
    case 'AREA':
      return { sectionLabel, areaLabel: elementLabel, configurationId }
    case 'TABLE':
      return { sectionLabel, tableLabel: elementLabel, seatLabel: label, configurationId }
    case 'ROW':
      return { sectionLabel, rowLabel: elementLabel, seatLabel: label, configurationId }
  }
}

/** Which place of which definition: the key under which `Places` has it. */
export function placeKey({ ticketDefinitionId, seatId }: { ticketDefinitionId: string; seatId: string }): string {
  return `${ticketDefinitionId}/${seatId}`
}

export type Places = ReadonlyMap<string, OfferedPlace>

/** A place that guests can still get something of (R79). */
export type AvailablePlace = Pick<Place, 'placeId' | 'label' | 'sectionLabel' | 'elementLabel'> & {
  ticketDefinitionId: string
  availableCapacity: number
}
