import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Entry } from '../../door/core/wire.ts'
import { ApiError } from '../../shared/api.ts'
import { askFor } from '../api.ts'
import { useSite } from '../site.tsx'

const PAGE = 1000
const SECONDS = 8

type Page = { entries: Entry[]; removed: string[]; cursor: string; hasMore: boolean }

/**
 * Everybody who may come to an event, by number: all of them at first, then what changes, every few seconds. It is the
 * list of the door (docs/door.md), so that desk and gates see the same.
 */
export function useGuestList(eventId: string) {
  const { siteId } = useSite()
  const queries = useQueryClient()
  const known = useRef({ entries: new Map<string, Entry>(), cursor: '' })
  const [loaded, setLoaded] = useState(0)
  // Not below what is asked for anew after each change of the site: this asks for what is new by itself.
  const queryKey = ['guest-list', siteId, eventId]
  const query = useQuery<ReadonlyMap<string, Entry>, ApiError>({
    queryKey,
    refetchInterval: SECONDS * 1000,
    structuralSharing: false,
    queryFn: async ({ signal }) => {
      const path = `/boxoffice/v1/door/events/${eventId}/list`
      for (;;) {
        const { cursor } = known.current
        const search = new URLSearchParams({ limit: String(PAGE), ...(cursor && { after: cursor }) })
        try {
          const page = await askFor<Page>(siteId, `${path}?${search}`, { signal })
          const entries = new Map(known.current.entries)
          for (const entry of page.entries) entries.set(entry.number, entry)
          for (const number of page.removed) entries.delete(number)
          known.current = { entries, cursor: page.cursor }
          setLoaded(entries.size)
          if (!page.hasMore) return entries
        } catch (error) {
          // A backup was restored: what was known may never have happened.
          if (!(error instanceof ApiError && error.code === 'HISTORY_ENDED')) throw error
          known.current = { entries: new Map(), cursor: '' }
        }
      }
    },
  })
  return { ...query, loaded, update: () => queries.invalidateQueries({ queryKey }) }
}
