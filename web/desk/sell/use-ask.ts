import { useCallback } from 'react'
import type { Ask } from '../../shared/counter.ts'
import { askFor } from '../api.ts'
import { useSite } from '../site.tsx'

/** Asks for the site that is shown, as whoever is signed in. */
export function useAsk(): Ask {
  const { siteId } = useSite()
  return useCallback((path, body) => askFor(siteId, path, { method: 'POST', body }), [siteId])
}

/** Also what guests cannot get by themselves (R28); the limit of tickets holds: nobody is sold one that there is not. */
export const BEYOND_GUESTS = { additionalReservationSettings: { enableHiddenTicketReservation: true } }
