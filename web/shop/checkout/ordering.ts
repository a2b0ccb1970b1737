import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../../shared/api.ts'
import { minorOf } from '../../shared/money.ts'
import { checkOut, choosePayment, findMade, type Held, type Made, payByGiftCard } from './asked.ts'
import { forgetTyped, type GiftCard } from './kept.ts'

/** What is needed to order. */
export type Answered = { checkout: object; giftCards: readonly GiftCard[]; method: string | null }
export type Ordering = {
  isBusy: boolean
  /** The order, once it is there: whatever happens then, none is made again. */
  made: Made | null
  trouble: ApiError | null
  start: (answered: Answered) => void
}

/**
 * Orders what is held, pays as far as gift cards go, and takes the buyer to wherever the rest is paid. It may be begun
 * again at any point, also where the network was lost on the way: the API makes one order of a reservation, and answers
 * the payment that is open.
 */
export function useOrdering(held: Held): Ordering {
  const [isBusy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<ApiError | null>(null)
  const [made, setMade] = useState<Made | null>(null)
  // A second click comes before the page is drawn again.
  const running = useRef(false)
  useReloadWhenBack()

  async function start(answered: Answered) {
    if (running.current) return
    running.current = true
    setBusy(true)
    setTrouble(null)
    try {
      const leadsTo = await order(held, answered, made, setMade)
      forgetTyped(held.reservationId)
      leadsTo()
      // It stays busy: the page is being left.
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      running.current = false
      setBusy(false)
      setTrouble(error)
    }
  }

  return { isBusy, made, trouble, start }
}

async function order(
  held: Held,
  { checkout, giftCards, method }: Answered,
  before: Made | null,
  setMade: (made: Made) => void,
): Promise<() => void> {
  let made = before ?? (await checkOutOnce(held, checkout))
  setMade(made)
  for (const { code } of giftCards) {
    if (!waits(made)) break
    made = await payByGiftCardOnce(held, made, code)
    setMade(made)
  }
  if (waits(made) && method !== null) {
    const { payment } = await choosePayment(made, method)
    const payUrl = payment?.payUrl
    // The way back from there leads to this page, and on to the order.
    if (payUrl !== undefined) return () => location.assign(payUrl)
  }
  const after = returnAddress(made)
  return () => location.replace(after)
}

/** A second tab, or an earlier try whose answer was lost, may have made it already. */
async function checkOutOnce(held: Held, checkout: object): Promise<Made> {
  try {
    return await checkOut(held, checkout)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RESERVATION_OCCUPIED') return await findMade(held.reservationId)
    throw error
  }
}

/** The same for a card: where its answer was lost, the card is empty and the order says what is due. */
async function payByGiftCardOnce(held: Held, made: Made, code: string): Promise<Made> {
  try {
    return await payByGiftCard(made, code)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 0) throw error
    const now = await findMade(held.reservationId)
    if (!waits(now) || minorOf(now.due) < minorOf(made.due)) return now
    throw error
  }
}

function waits({ orderStatus }: Made): boolean {
  return orderStatus === 'INITIATED' || orderStatus === 'PARTIALLY_PAID'
}

/** Where whoever has paid goes (src/orders/page-routes.ts). */
function returnAddress({ orderPageUrl }: Made): string {
  const address = new URL(orderPageUrl)
  address.pathname += '/return'
  return address.href
}

/** A page that the browser has kept as it was left is busy for ever, and does not know of the order. */
function useReloadWhenBack(): void {
  useEffect(() => {
    const reload = ({ persisted }: PageTransitionEvent) => {
      if (persisted) location.reload()
    }
    addEventListener('pageshow', reload)
    return () => removeEventListener('pageshow', reload)
  }, [])
}
