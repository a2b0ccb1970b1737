import { useEffect, useState } from 'react'
import { type EventAvailability, listenToEvent } from './live.ts'

/**
 * How many tickets of an event are left, as it changes: `undefined` until the server has said, null when there is no
 * such event (any more).
 * @param eventId null: nobody is asked
 */
export function useAvailability(eventId: string | null): EventAvailability | null | undefined {
  const [known, setKnown] = useState<{ eventId: string; availability: EventAvailability | null }>()
  useEffect(() => {
    if (eventId !== null) return listenToEvent(eventId, availability => setKnown({ eventId, availability }))
  }, [eventId])
  return known?.eventId === eventId ? known.availability : undefined
}
