import type { StoredEvent } from '../events/model.ts'
import { unsoldOf } from '../inventory/store.ts'
import type { RefusalCode } from '../refusals.ts'
import { isAvailable, saleStatusOf, type TicketDefinition } from '../ticket-definitions/model.ts'
import { addMinutes } from '../time.ts'

/** What a guest can wait for: that the sale opens; that a sold-out definition has tickets again. */
export const ALERT_KINDS = ['OPENING', 'RETURN'] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

/** What one guest wants to be mailed of one definition; what is asked for at once has one id. */
export type Alert = {
  siteId: string
  alertId: string
  kind: AlertKind
  ticketDefinitionId: string
  email: string
  /** BCP 47: what they read. */
  locale: string
}

/** The definition that people wait for. */
export type Queue = {
  siteId: string
  ticketDefinitionId: string
  eventId: string
  soldOutAt: Date | null
  toldAt: Date | null
}

/** Why nobody can wait for that now, or null: there must be something to wait for. */
export function refusalToWait(
  kinds: readonly AlertKind[],
  { definition, event }: { definition: TicketDefinition; event: StoredEvent },
  now: Date,
): RefusalCode | null {
  if (!isAvailable(definition, event)) return 'TICKET_DEFINITION_NOT_FOUND'
  if (isOver(event, now)) return 'REGISTRATION_CLOSED'
  switch (saleStatusOf(definition, now)) {
    case 'SALE_SCHEDULED':
      return null
    case 'SALE_STARTED':
      return kinds.includes('OPENING') || unsoldOf(definition) !== 0 ? 'TICKETS_ON_SALE' : null
    case 'SALE_ENDED':
      return 'TICKET_NOT_ON_SALE'
  }
}

/** Whether an event is one that nobody needs to be told of any more. */
export function isOver({ canceledAt, endAt }: Pick<StoredEvent, 'canceledAt' | 'endAt'>, now: Date): boolean {
  return canceledAt !== null || (endAt !== null && endAt <= now)
}

/**
 * Who is to be told now. While tickets were never seen sold out: whoever waits for the opening. Afterwards those who wait
 * longest, two for each ticket that is left, and the next ones ten minutes later: not everybody buys, and who is told
 * should find one.
 */
export function turnOf(
  { definition, event }: { definition: TicketDefinition; event: StoredEvent },
  { soldOutAt, toldAt }: Pick<Queue, 'soldOutAt' | 'toldAt'>,
  now: Date,
): { kinds: readonly AlertKind[]; limit: number } | 'sold out' | null {
  if (!isAvailable(definition, event) || saleStatusOf(definition, now) !== 'SALE_STARTED') return null
  const unsold = unsoldOf(definition)
  if (unsold === 0) return 'sold out'
  if (soldOutAt === null) return { kinds: ['OPENING'], limit: ALERTS_OF_PIECE }
  if (unsold === null) return { kinds: ALERT_KINDS, limit: ALERTS_OF_PIECE }
  if (toldAt !== null && now < addMinutes(toldAt, MINUTES_BETWEEN)) return null
  return { kinds: ALERT_KINDS, limit: Math.min(ALERTS_OF_PIECE, unsold * TOLD_PER_TICKET) }
}

export const ALERTS_OF_PIECE = 200
const TOLD_PER_TICKET = 2
export const MINUTES_BETWEEN = 10
