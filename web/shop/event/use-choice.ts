import { useCallback, useEffect, useState } from 'react'
import { type Choice, NOTHING, parseChoice } from './choice.ts'

const KEY = 'boxoffice.choice.'

/** What a guest has picked of an event, kept for a reload, the way back and a new start, as long as the tab is open. */
export function useChoice(eventId: string): [Choice, (choice: Choice) => void] {
  const [choice, setChoice] = useState(NOTHING)
  useEffect(() => {
    // After the first rendering, which is the one of the server.
    try {
      const kept = parseChoice(sessionStorage.getItem(KEY + eventId))
      if (kept) setChoice(kept)
    } catch {
      // Nothing may be kept here.
    }
  }, [eventId])
  const change = useCallback(
    (to: Choice) => {
      setChoice(to)
      try {
        sessionStorage.setItem(KEY + eventId, JSON.stringify(to))
      } catch {
        // Then it is gone with a reload.
      }
    },
    [eventId],
  )
  return [choice, change]
}
