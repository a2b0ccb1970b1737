import { useSyncExternalStore } from 'react'

let hasEnded = false
const LISTENERS = new Set<() => void>()

/** Says that the API does not know who this is any more (`true`), or knows again. */
export function noticeSession(ended: boolean): void {
  if (hasEnded === ended) return
  hasEnded = ended
  for (const listener of LISTENERS) listener()
}

/** Whether the session has ended under somebody who was at work. */
export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    listener => {
      LISTENERS.add(listener)
      return () => LISTENERS.delete(listener)
    },
    () => hasEnded,
  )
}
