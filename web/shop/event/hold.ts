import { useCallback, useEffect, useState } from 'react'
import { ApiError, ask } from '../../shared/api.ts'
import type { Amount } from '../../shared/money.ts'

/** A ticket reservation as the API answers it to its visitor. */
export type Reservation = {
  id: string
  status: 'PENDING' | 'CONFIRMED' | 'EXPIRED' | 'CANCELED' | 'CANCELED_MANUALLY'
  expirationDate: string
  tickets: readonly {
    ticketDefinitionId: string
    ticketName: string
    quantity: number
    price: Amount
    ticketInfo: { pricingOptionName?: string }
  }[]
}

/** What this browser holds of an event. `LOST`: it held something, and is no longer known as who did. */
export type Hold =
  | { state: 'NONE' | 'UNKNOWN' | 'EXPIRED' | 'LOST' }
  | { state: 'HELD'; reservation: Reservation; givingBack: boolean }

/*
 * Which reservation this browser made last of an event is kept in the browser, so that who comes back, reloads or opens
 * a second tab finds it again. What has become of it only the server knows.
 */
const KEY = 'boxoffice.hold.'

/** Where tickets that are held are turned into an order. */
export function ticketFormPath(eventPath: string, reservationId: string): string {
  return `${eventPath}/ticket-form?reservationId=${reservationId}`
}

export function keepHold(eventId: string, reservationId: string): void {
  store(eventId, reservationId)
}

/** After it was bought or given back. */
export function forgetHold(eventId: string): void {
  store(eventId, null)
}

function store(eventId: string, reservationId: string | null): void {
  try {
    if (reservationId === null) localStorage.removeItem(KEY + eventId)
    else localStorage.setItem(KEY + eventId, reservationId)
  } catch {
    // Where nothing may be kept, the address of the next page has it.
  }
}

function keptHold(eventId: string): string | null {
  try {
    return localStorage.getItem(KEY + eventId)
  } catch {
    return null
  }
}

export function readReservation(reservationId: string): Promise<{ ticketReservation: Reservation }> {
  return ask(`/events/v1/ticket-reservations/${reservationId}`)
}

/** What this browser holds of the event, looked up again whenever somebody comes back to the page. */
export function useHold(eventId: string): { hold: Hold; look: () => void; giveBack: () => Promise<void> } {
  const [hold, setHold] = useState<Hold>({ state: 'UNKNOWN' })

  const look = useCallback(async () => {
    const reservationId = keptHold(eventId)
    if (reservationId === null)
      return setHold(known => (known.state === 'HELD' || known.state === 'UNKNOWN' ? { state: 'NONE' } : known))
    try {
      const { ticketReservation: reservation } = await readReservation(reservationId)
      if (reservation.status === 'PENDING') return setHold({ state: 'HELD', reservation, givingBack: false })
      forgetHold(eventId)
      setHold({ state: reservation.status === 'EXPIRED' ? 'EXPIRED' : 'NONE' })
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) return // offline: whoever comes back looks again
      forgetHold(eventId)
      setHold({ state: 'LOST' })
    }
  }, [eventId])

  useEffect(() => {
    look()
    const onStorage = ({ key }: StorageEvent) => key === KEY + eventId && look()
    const onShow = ({ persisted }: PageTransitionEvent) => persisted && look()
    addEventListener('storage', onStorage)
    addEventListener('pageshow', onShow)
    addEventListener('online', look)
    return () => {
      removeEventListener('storage', onStorage)
      removeEventListener('pageshow', onShow)
      removeEventListener('online', look)
    }
  }, [eventId, look])

  const giveBack = useCallback(async () => {
    if (hold.state !== 'HELD' || hold.givingBack) return
    setHold({ ...hold, givingBack: true })
    try {
      await ask(`/events/v1/ticket-reservations/${hold.reservation.id}/cancel`, { method: 'POST', body: {} })
    } catch (error) {
      // Nobody answered: it is still there, and ends by itself if nothing is done.
      if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) {
        setHold({ ...hold, givingBack: false })
        throw error
      }
    }
    forgetHold(eventId)
    setHold({ state: 'NONE' })
  }, [eventId, hold])

  return { hold, look, giveBack }
}
