/** A seating plan as our API says it; whose tickets are for a place is said by the nearest that says anything. */
export type Plan = {
  id: string
  revision: string
  name: string
  placesCount: number
  capacity: number
  sections: Section[]
}
type Bound = { ticketDefinitionId?: string | null }
type Drawn = { x?: number; y?: number }
export type Section = Bound & { id: number; label: string; elements: Element[] }
export type Element = Bound &
  Drawn & {
    id: number
    type: 'ROW' | 'TABLE' | 'AREA'
    label: string
    capacity?: number
    seats?: (Bound & Drawn & { label: string })[]
  }

/** A seat or an area, where it is drawn. */
export type Spot = {
  ticketDefinitionId: string | null
  x: number
  y: number
  capacity: number
  isArea: boolean
  /** How wide an area is drawn. */
  size: number
}

/**
 * Every place of a plan with a point to draw it at: the plan's own, and where it has none in rows from the front to the
 * back, section below section.
 */
export function spotsOf(sections: readonly Section[]): Spot[] {
  const spots: Spot[] = []
  let y = 0
  for (const section of sections) {
    for (const element of section.elements) {
      const bound = (seat?: Bound) =>
        [seat, element, section].find(each => each?.ticketDefinitionId !== undefined)?.ticketDefinitionId ?? null
      if (element.type === 'AREA') {
        const capacity = element.capacity ?? 0
        const size = areaSize(capacity)
        spots.push({
          ticketDefinitionId: bound(),
          x: element.x ?? 0,
          y: element.y ?? y + size / 2,
          capacity,
          isArea: true,
          size,
        })
        y += size + 1
        continue
      }
      const seats = element.seats ?? []
      seats.forEach((seat, index) => {
        const around = element.type === 'TABLE' ? seatAtTable(index, seats.length) : seatInRow(index, seats.length)
        spots.push({
          ticketDefinitionId: bound(seat),
          x: seat.x ?? (element.x ?? 0) + around.x,
          y: seat.y ?? (element.y ?? y) + around.y,
          capacity: 1,
          isArea: false,
          size: 1,
        })
      })
      y += element.type === 'TABLE' ? tableRadius(seats.length) * 2 + 2 : 1.2
    }
    y += 1.5
  }
  return spots
}

/** Twice the room is not twice as wide. */
function areaSize(capacity: number): number {
  return Math.min(30, Math.max(4, Math.sqrt(capacity) / 2))
}

function seatInRow(index: number, count: number) {
  return { x: index - (count - 1) / 2, y: 0 }
}

function tableRadius(count: number): number {
  return Math.max(1, count / 5)
}

function seatAtTable(index: number, count: number) {
  const angle = (index / count) * 2 * Math.PI
  const radius = tableRadius(count)
  return { x: Math.cos(angle) * radius, y: radius + Math.sin(angle) * radius }
}

/** A small plan to begin with, whose two halves are for the first two of these definitions. */
export function examplePlan(eventId: string, definitionIds: readonly string[]) {
  const [front = null, back = front] = definitionIds
  const seats = Array.from({ length: 10 }, (_, index) => ({ label: String(index + 1) }))
  return {
    eventId,
    name: 'Hall',
    sections: [
      {
        id: 1,
        label: 'Stalls',
        ticketDefinitionId: front,
        elements: [
          { id: 1, type: 'ROW', label: 'A', seats },
          { id: 2, type: 'ROW', label: 'B', seats },
        ],
      },
      {
        id: 2,
        label: 'Balcony',
        ticketDefinitionId: back,
        elements: [
          { id: 1, type: 'TABLE', label: 'Table 1', seats: seats.slice(0, 4) },
          { id: 2, type: 'AREA', label: 'Standing', capacity: 50 },
        ],
      },
    ],
  }
}

/** What of a plan is sent when it is made or changed: its name and its sections. @throws SyntaxError for what is no JSON */
export function planFromText(text: string): { name?: unknown; sections?: unknown } {
  const read: unknown = JSON.parse(text)
  // Both the answer of the API and what is in it are plans to people.
  const plan = isObject(read) && isObject(read.seatingPlan) ? read.seatingPlan : read
  if (!isObject(plan)) throw new SyntaxError('not an object')
  return { ...(plan.name !== undefined && { name: plan.name }), sections: plan.sections }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
