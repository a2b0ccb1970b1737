import type { Answer, Caller, TestApp } from './app.ts'
import { aSale, must } from './sale.ts'

type Element = Record<string, unknown>

/** A row or table of seats that are labeled 1, 2, 3 … */
export function seatsOf(id: number, count: number, more: Element = {}): Element {
  const seats = Array.from({ length: count }, (_, index) => ({ label: String(index + 1) }))
  return { id, type: 'ROW', label: `Row ${id}`, seats, ...more }
}

export function anArea(id: number, capacity: number, more: Element = {}): Element {
  return { id, type: 'AREA', label: 'Standing', capacity, ...more }
}

export async function aPlan(
  { admin }: Pick<TestApp, 'admin'>,
  { eventId, ...plan }: { eventId: string } & Record<string, unknown>,
) {
  const { body } = await must(admin, 'POST', PLANS, { seatingPlan: { eventId, name: 'The hall', ...plan } })
  return body.seatingPlan
}

export const PLANS = '/boxoffice/v1/seating-plans'

/**
 * An event on sale whose only definition has a section of its own: unless said otherwise five seats, `0-1-1` to `0-1-5`.
 */
export async function aSeatedSale(
  app: Pick<TestApp, 'admin'>,
  { elements = [seatsOf(1, 5)], ...sale }: { elements?: Element[] } & Parameters<typeof aSale>[1] = {},
): Promise<{ eventId: string; definitionId: string; planId: string }> {
  const { eventId, definitionId } = await aSale(app, sale)
  const sections = [{ id: 0, label: 'Stalls', ticketDefinitionId: definitionId, elements }]
  return { eventId, definitionId, planId: (await aPlan(app, { eventId, sections })).id }
}

/** A reservation of the named places, or of so many at one. */
export async function reserveSeats(
  caller: Caller,
  definitionId: string,
  seats: string | readonly (string | [string, number])[],
  more: Record<string, unknown> = {},
): Promise<Answer> {
  const tickets = [seats].flat(1).map(seat => {
    const [seatId, quantity] = typeof seat === 'string' ? [seat, 1] : seat
    return { ticketDefinitionId: definitionId, quantity, ticketInfo: { seatId } }
  })
  return caller('POST', '/events/v1/ticket-reservations', { ticketReservation: { tickets, ...more } })
}

/** What guests are told that they can get: `placeId` and how many. */
export async function availablePlaces(caller: Caller, eventId: string): Promise<Record<string, number>> {
  const { body } = await must(caller, 'POST', '/events/v3/ticket-definitions/available/query', {
    query: { filter: { eventId } },
    fields: ['SEATING_DETAILS'],
  })
  const definitions: { seatingDetails?: { places: { placeId: string; availableCapacity: number }[] } }[] =
    body.ticketDefinitions
  const places = definitions.flatMap(({ seatingDetails }) => seatingDetails?.places ?? [])
  return Object.fromEntries(places.map(({ placeId, availableCapacity }) => [placeId, availableCapacity]))
}
