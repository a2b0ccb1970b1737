import type { DeskEvent } from '../events/event.tsx'
import type { Definition } from './definition.ts'
import type { Numbers } from './use-definitions.ts'

/** Whether guests can buy a definition now, and if not why; keys of `desk:tickets.sale`. */
export type Sale =
  | { key: 'draft' | 'canceled' | 'ended' | 'paused' | 'hidden' | 'soldOut' | 'allHeld' | 'on'; moment?: undefined }
  | { key: 'scheduled' | 'over' | 'onUntil'; moment: string }

/** The first thing that keeps guests from buying it, or that nothing does. */
export function saleOf(
  definition: Pick<Definition, 'hidden' | 'saleStatus' | 'salePeriod'>,
  { held, left }: Numbers,
  { status, registration }: Pick<DeskEvent, 'status' | 'registration'>,
): Sale {
  if (status === 'CANCELED') return { key: 'canceled' }
  if (status === 'ENDED') return { key: 'ended' }
  if (definition.hidden) return { key: 'hidden' }
  if (status === 'DRAFT') return { key: 'draft' }
  if (registration?.status === 'CLOSED_MANUALLY') return { key: 'paused' }
  const { startDate, endDate } = definition.salePeriod ?? {}
  if (definition.saleStatus === 'SALE_SCHEDULED' && startDate) return { key: 'scheduled', moment: startDate }
  if (definition.saleStatus === 'SALE_ENDED' && endDate) return { key: 'over', moment: endDate }
  if (left === 0) return { key: held > 0 ? 'allHeld' : 'soldOut' }
  return endDate ? { key: 'onUntil', moment: endDate } : { key: 'on' }
}
