import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Door, DoorState } from './core/door.ts'

export const DoorContext = createContext<Door | null>(null)

export function useDoor(): Door {
  const door = useContext(DoorContext)
  if (!door) throw new Error('there is no door')
  return door
}

export function useDoorState(): DoorState {
  const door = useDoor()
  return useSyncExternalStore(door.subscribe, () => door.state)
}

/** What is open over the scanner: the address's fragment, so that a phone's way back closes it. */
export function useSheet(): [string, (name: string) => void] {
  const sheet = useSyncExternalStore(
    listener => {
      addEventListener('hashchange', listener)
      return () => removeEventListener('hashchange', listener)
    },
    () => location.hash.slice(1),
  )
  return [sheet, openSheet]
}

export function openSheet(name: string): void {
  if (name === location.hash.slice(1)) return
  if (name !== '') location.hash = name
  else history.back()
}

/** Back to the scanner, however many sheets were opened from each other. */
export function closeSheets(): void {
  history.pushState(null, '', location.pathname)
  dispatchEvent(new HashChangeEvent('hashchange'))
}
