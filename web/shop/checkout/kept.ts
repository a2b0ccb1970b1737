import type { Answers, Buyer } from '../../shared/form.ts'

/** What somebody has typed into the checkout of one reservation. */
export type Typed = {
  buyer: Buyer
  guests: readonly Answers[]
  accepted: readonly string[]
  coupon: string | null
  giftCards: readonly GiftCard[]
  method: string | null
}
/** Changes some of it. */
export type SetTyped = (change: (before: Typed) => Typed) => void
export type GiftCard = { code: string; lastFour: string; balanceMinor: number }

/*
 * Kept in this tab until it is ordered, so that a reload or the way back costs nobody what was typed. Where the browser
 * keeps nothing, it is lost with the page.
 */
export function readTyped(reservationId: string): Partial<Typed> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY + reservationId) ?? '{}')
  } catch {
    return {}
  }
}

export function keepTyped(reservationId: string, typed: Typed): void {
  try {
    sessionStorage.setItem(KEY + reservationId, JSON.stringify(typed))
  } catch {
    // Private windows may refuse.
  }
}

export function forgetTyped(reservationId: string): void {
  try {
    sessionStorage.removeItem(KEY + reservationId)
  } catch {
    // As above.
  }
}

const KEY = 'boxoffice.checkout.'
