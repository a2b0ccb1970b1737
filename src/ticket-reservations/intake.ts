import type { FastifyRequest } from 'fastify'
import type { Asked, Intake } from '../db/intake.ts'
import type { TicketReservation, Wanted } from './model.ts'

export type ReservationIntake = Intake<Wanted, TicketReservation>

/** The request as the intake takes it. */
export function askedFor(wanted: Wanted, { raw }: Pick<FastifyRequest, 'raw'>): Asked<Wanted> {
  return {
    siteId: wanted.identity.siteId,
    wanted,
    contendsFor: wanted.lines[0]?.ticketDefinitionId ?? '',
    isGone: () => raw.socket.destroyed,
  }
}
