import { useCallback, useEffect, useRef, useState } from 'react'
import { ApiError, ask } from '../../shared/api.ts'
import type { Reservation } from './hold.ts'

/** How far a request for tickets is. `WAITING`: the server is too busy; it is asked again by itself. */
export type Reserving =
  | { state: 'IDLE' }
  | { state: 'BUSY' }
  | { state: 'WAITING'; attempt: number }
  | { state: 'REFUSED'; error: ApiError }

/** How often it is asked again where the server is busy, and how long it waits in between, in seconds. */
const ATTEMPTS_MAX = 6
const WAIT_SECONDS_MAX = 8

/**
 * Holds tickets: one request at a time, however often somebody presses. Too busy a server is asked again, within bounds;
 * silence is not, because it may have granted the tickets, which then come back by themselves.
 */
export function useReserve(): {
  reserving: Reserving
  reserve: (tickets: readonly object[]) => Promise<Reservation | null>
  reset: () => void
} {
  const [reserving, setReserving] = useState<Reserving>({ state: 'IDLE' })
  const isRunning = useRef(false)

  const reset = useCallback(() => {
    isRunning.current = false
    setReserving({ state: 'IDLE' })
  }, [])

  useEffect(() => {
    // Who comes back to a page that the browser has kept finds it as it was left: in the middle of it.
    const onShow = ({ persisted }: PageTransitionEvent) => persisted && reset()
    addEventListener('pageshow', onShow)
    return () => removeEventListener('pageshow', onShow)
  }, [reset])

  const reserve = useCallback(async (tickets: readonly object[]) => {
    if (isRunning.current) return null
    isRunning.current = true
    setReserving({ state: 'BUSY' })
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          const { ticketReservation } = await ask<{ ticketReservation: Reservation }>(
            '/events/v1/ticket-reservations',
            {
              method: 'POST',
              body: { ticketReservation: { tickets } },
            },
          )
          return ticketReservation // stays busy: the page is about to be left
        } catch (error) {
          if (!isBusy(error) || attempt === ATTEMPTS_MAX) throw error
          setReserving({ state: 'WAITING', attempt })
          const seconds = Math.min(WAIT_SECONDS_MAX, error.retryAfter ?? attempt)
          await new Promise(resolve => setTimeout(resolve, seconds * 1000 * (0.8 + Math.random() * 0.4)))
        }
      }
    } catch (error) {
      isRunning.current = false
      setReserving({ state: 'REFUSED', error: error instanceof ApiError ? error : new ApiError({ status: 0 }) })
      return null
    }
  }, [])

  return { reserving, reserve, reset }
}

function isBusy(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 503 || error.status === 429)
}
