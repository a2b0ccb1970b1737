import { useAvailability } from '../../shared/use-availability.ts'
import { type DeskEvent, useEvent } from '../events/event.tsx'
import { useSiteQuery } from '../site.tsx'
import { DEFINITIONS_MAX, type Definition } from './definition.ts'

/** What is known of how a definition sells; `left` null: as many as anybody wants. */
export type Numbers = { sold: number; held: number; left: number | null }

/** All definitions of the open event, in their order. */
export function useDefinitions() {
  const { id } = useEvent()
  return useSiteQuery<{ ticketDefinitions: Definition[] }>(
    '/events/v3/ticket-definitions/query',
    {
      query: {
        filter: { eventId: id },
        sort: [{ fieldName: 'sortIndex', order: 'ASC' }],
        cursorPaging: { limit: DEFINITIONS_MAX },
      },
      fields: ['SALES_DETAILS'],
    },
    // The live stream knows nothing of drafts and hidden definitions.
    { refetchInterval: POLL_MS },
  )
}

const POLL_MS = 15_000

/** How each definition of the event sells, as it changes. */
export function useNumbers(event: DeskEvent): (definition: Definition) => Numbers {
  const live = useAvailability(event.id)
  return ({ id, salesDetails }) => {
    const told = live?.ticketDefinitions.find(each => each.id === id)
    if (told) return { sold: told.sold, held: told.held, left: told.unsold ?? null }
    const { soldCount = 0, reservedCount = 0, unsoldCount = null } = salesDetails ?? {}
    return { sold: soldCount, held: reservedCount, left: unsoldCount }
  }
}
