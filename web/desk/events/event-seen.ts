import { askFor } from '../api.ts'
import type { Seen } from '../parts/as-seen.ts'
import { useSite } from '../site.tsx'
import { useEvent } from './event.tsx'

/**
 * Reads settings that are part of the event, with the state of the event that they are of. That is read first: what is
 * changed in between has another one, and is refused.
 */
export function useEventSeen(): <Answer>(path: string) => Promise<Seen<Answer>> {
  const { siteId } = useSite()
  const { id } = useEvent()
  return async <Answer>(path: string) => {
    const { event } = await askFor<{ event: { updatedDate: string } }>(siteId, `/events/v3/events/${id}`)
    return { mark: event.updatedDate, shown: await askFor<Answer>(siteId, path) }
  }
}
