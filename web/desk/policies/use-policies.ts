import { useEvent } from '../events/event.tsx'
import { useSiteQuery } from '../site.tsx'

/** What guests accept (events section 5). */
export type Policy = { id: string; revision: string; name: string; body: string }

export const POLICIES_MAX = 3

/** The policies of the open event, as guests see them in order. */
export function usePolicies() {
  const { id } = useEvent()
  return useSiteQuery<{ policies: Policy[] }>('/events/v2/policies/query', {
    query: { filter: { eventId: id }, sort: [{ fieldName: 'sortIndex', order: 'ASC' }] },
  })
}
