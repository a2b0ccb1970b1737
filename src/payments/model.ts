import { addMinutes } from '../time.ts'

/** Who moves the money: a test bank, a person who takes it by hand, or a gift card of the site's own. */
export type ProviderName = 'test' | 'manual' | 'giftCard'

/** One payment of one order through one provider. */
export type Payment = {
  siteId: string
  paymentId: string
  orderNumber: string
  /** 1, 2, 3 … of its order. */
  ordinal: number
  provider: ProviderName
  /** The card that it takes from; null for any other provider. */
  giftCardId: string | null
  status: 'BEGUN' | 'AUTHORIZED' | 'CAPTURED' | 'DECLINED' | 'VOIDED' | 'REFUNDED'
  amountMinor: number
  refundedMinor: number
  currency: string
  /** Whether it is authorized first and captured later. */
  capturesLater: boolean
  authorizedAt: Date | null
  /** What the provider is to do: written with the decision, done after its commit, tried until it is done. */
  asked: 'CAPTURE' | 'VOID' | 'REFUND' | null
  /** How often that was tried. */
  attempts: number
  /** When the worker next looks at it; null when nothing is asked and nothing authorized. */
  dueAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** What a provider says of a payment, under an id of its own. */
export type Notification = {
  siteId: string
  provider: string
  notificationId: string
  paymentId: string
  result: 'PAID' | 'AUTHORIZED' | 'PENDING' | 'DECLINED'
}

/** How long after it was authorized a payment is captured by itself, where it is: a day before the provider's limit. */
export const CAPTURE_MINUTES = 6 * 24 * 60
/** How long an authorization lasts (section 9.1); what was not captured by then is voided. */
export const AUTHORIZATION_MINUTES = 7 * 24 * 60

/** The payment with something asked of its provider. */
export function asking(payment: Payment, asked: NonNullable<Payment['asked']>, now: Date): Payment {
  return { ...payment, asked, attempts: 0, dueAt: now, updatedAt: now }
}

/** The payment with the money authorized at `now`. */
export function authorized(payment: Payment, now: Date): Payment {
  const dueAt = addMinutes(now, CAPTURE_MINUTES)
  return { ...payment, status: 'AUTHORIZED', authorizedAt: now, asked: null, attempts: 0, dueAt, updatedAt: now }
}

/** The payment with nothing more to be done about it; refunded is all of it or nothing. */
export function settledAs(
  payment: Payment,
  status: 'CAPTURED' | 'DECLINED' | 'VOIDED' | 'REFUNDED',
  now: Date,
): Payment {
  const refundedMinor = status === 'REFUNDED' ? payment.amountMinor : payment.refundedMinor
  return { ...payment, status, refundedMinor, asked: null, dueAt: null, updatedAt: now }
}

/**
 * The payment with its money on the way back: what is captured is refunded, what is authorized voided. Null where there
 * is none of it, or it is on its way already.
 */
export function givenBack(payment: Payment, now: Date): Payment | null {
  if (payment.status === 'CAPTURED' && payment.asked === null) return asking(payment, 'REFUND', now)
  if (payment.status === 'AUTHORIZED' && payment.asked !== 'VOID') return asking(payment, 'VOID', now)
  return null
}

/** Whether the buyer may still pay it. */
export function isOpen({ status, asked }: Payment): boolean {
  return status === 'BEGUN' && asked === null
}

/** Whether its money is here to stay. */
export function isKept({ status, asked }: Payment): boolean {
  return status === 'CAPTURED' && asked !== 'REFUND'
}

/** What these payments have brought, in minor units. */
export function keptMinor(payments: readonly Payment[]): number {
  return payments.filter(isKept).reduce((sum, { amountMinor, refundedMinor }) => sum + amountMinor - refundedMinor, 0)
}

/**
 * What gift cards must get back for `payment` to pay exactly the rest of an order: those that were taken from after it
 * was begun. Null where no such choice makes the total, and the payment buys nothing.
 * @param payments all of the order
 * @see docs/contract.md, R58
 */
export function cardsInExcess(payment: Payment, payments: readonly Payment[], totalMinor: number): Payment[] | null {
  const cards = payments.filter(isKept).sort((one, other) => one.ordinal - other.ordinal)
  let missing = totalMinor - payment.amountMinor
  const excess = cards.filter(card => {
    const brought = keptMinor([card])
    const stays = missing >= brought
    if (stays) missing -= brought
    return !stays
  })
  return missing === 0 ? excess : null
}

/** After so many attempts a person is told; it is still tried. */
export const ATTEMPTS_UNTIL_CASE = 8
