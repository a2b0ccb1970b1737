import { useEvent } from '../events/event.tsx'

/** How many tickets one order of the open event may have. */
export function usePerOrder(): number {
  return useEvent().registration?.tickets?.ticketLimitPerOrder ?? 20
}
