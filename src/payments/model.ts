import { newGuid } from '../ids.ts'
import { addMinutes } from '../time.ts'

/** Who moves the money: Stripe, a test bank, a person who takes it by hand, or a gift card of the site's own. */
export type ProviderName = 'stripe' | 'test' | 'manual' | 'giftCard'

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
  /** What went back of it. */
  refundedMinor: number
  /** What is on its way back: its PENDING refunds. */
  refundingMinor: number
  currency: string
  /** Its id at the provider, where that has one of its own and was told of it. */
  providerRef: string | null
  /** Whether it is authorized first and captured later. */
  capturesLater: boolean
  authorizedAt: Date | null
  /** When its money came; null: it has not. Stays when it went back. */
  capturedAt: Date | null
  /** What the provider is to do: written with the decision, done after its commit, tried until it is done. */
  asked: 'CAPTURE' | 'VOID' | null
  /** How often that was tried. */
  attempts: number
  /** When the worker next looks at it; null when nothing is asked, nothing authorized, and nothing open elsewhere. */
  dueAt: Date | null
  createdAt: Date
  updatedAt: Date
  /** Refunds that a change of it decides; written with it. */
  newRefunds?: readonly NewRefund[]
}

/** One part of a payment that goes back. */
export type Refund = {
  siteId: string
  refundId: string
  paymentId: string
  orderNumber: string
  amountMinor: number
  status: 'PENDING' | 'DONE' | 'FAILED'
  /** EXCESS: it buys nothing; ORGANIZER: somebody decided it; ELSEWHERE: it was made at the provider, without us. */
  reason: 'EXCESS' | 'ORGANIZER' | 'ELSEWHERE'
  note: string | null
  /** Whether its buyer is not told of it. */
  silent: boolean
  askedBy: { kind: string; id: string }
  /** Its id at the provider, once that knows of it. */
  providerRef: string | null
  attempts: number
  /** When the worker next looks at it; null when it is not PENDING, or only a person can do it. */
  dueAt: Date | null
  createdAt: Date
  updatedAt: Date
}
export type NewRefund = Pick<
  Refund,
  | 'refundId'
  | 'paymentId'
  | 'orderNumber'
  | 'amountMinor'
  | 'status'
  | 'reason'
  | 'note'
  | 'silent'
  | 'askedBy'
  | 'providerRef'
>

/** What a provider says of a payment, under an id of its own. */
export type Notification = {
  siteId: string
  provider: string
  notificationId: string
  paymentId: string
  /** VOIDED: nobody can pay it any more, and nobody was told no. */
  result: 'PAID' | 'AUTHORIZED' | 'PENDING' | 'DECLINED' | 'VOIDED'
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

/** The payment as it ended, or as its money came; what was asked of its provider is done. */
export function settledAs(payment: Payment, status: 'CAPTURED' | 'DECLINED' | 'VOIDED', now: Date): Payment {
  const capturedAt = status === 'CAPTURED' ? now : payment.capturedAt
  return { ...payment, status, asked: null, dueAt: null, capturedAt, updatedAt: now }
}

/** The payment with a part of its money on the way back, all that is left unless said otherwise. */
export function refunding(
  payment: Payment,
  {
    amountMinor = leftMinor(payment),
    reason = 'EXCESS',
    note = null,
    silent = false,
    askedBy = { kind: 'clock', id: '' },
    refundId = newGuid(),
  }: Partial<Pick<Refund, 'amountMinor' | 'reason' | 'note' | 'silent' | 'askedBy' | 'refundId'>>,
  now: Date,
): Payment {
  const { paymentId, orderNumber } = payment
  const named = { refundId, paymentId, orderNumber, providerRef: null }
  const refund: NewRefund = { ...named, amountMinor, status: 'PENDING', reason, note, silent, askedBy }
  return {
    ...payment,
    refundingMinor: payment.refundingMinor + amountMinor,
    updatedAt: now,
    newRefunds: [...(payment.newRefunds ?? []), refund],
  }
}

/** The payment after one of its PENDING refunds was done or failed. */
export function refundEnded(
  payment: Payment,
  { amountMinor }: Pick<Refund, 'amountMinor'>,
  isDone: boolean,
  now: Date,
) {
  const refundedMinor = payment.refundedMinor + (isDone ? amountMinor : 0)
  const refundingMinor = payment.refundingMinor - amountMinor
  const status = refundedMinor === payment.amountMinor ? 'REFUNDED' : payment.status
  return { ...payment, status, refundedMinor, refundingMinor, updatedAt: now } satisfies Payment
}

/**
 * The payment with its money on the way back: what is left of what was captured is refunded, what is authorized voided,
 * and what nobody has paid yet is given up. Null where there is none of it, or it is on its way already.
 */
export function givenBack(payment: Payment, now: Date): Payment | null {
  if (isKept(payment)) return refunding(payment, {}, now)
  if (payment.status === 'AUTHORIZED' && payment.asked !== 'VOID') return asking(payment, 'VOID', now)
  return isOpen(payment) ? letGo(payment, now) : null
}

/** An open payment that nobody should make any more. Where its provider never heard of it, that is all there is to it. */
export function letGo(payment: Payment, now: Date): Payment {
  return payment.providerRef === null ? settledAs(payment, 'VOIDED', now) : asking(payment, 'VOID', now)
}

/** Whether the buyer may still pay it. */
export function isOpen({ status, asked }: Payment): boolean {
  return status === 'BEGUN' && asked === null
}

/** Whether there is money of it that is here to stay. */
export function isKept(payment: Payment): boolean {
  return leftMinor(payment) > 0
}

/** What is left of its money, and not on its way back. */
export function leftMinor({ status, amountMinor, refundedMinor, refundingMinor }: Payment): number {
  return status === 'CAPTURED' ? amountMinor - refundedMinor - refundingMinor : 0
}

/** What these payments have brought, in minor units. */
export function keptMinor(payments: readonly Payment[]): number {
  return payments.reduce((sum, payment) => sum + leftMinor(payment), 0)
}

/**
 * What must go back for `payment` to pay exactly the rest of an order: whole gift cards that were taken from after it was
 * begun, and what it brings beyond the total. Null where it brings too little, and buys nothing.
 * @param payments all of the order
 * @see docs/contract.md, R58
 */
export function excessOf(
  payment: Payment,
  payments: readonly Payment[],
  totalMinor: number,
): { cards: Payment[]; ofPaymentMinor: number } | null {
  const cards = payments.filter(isKept).sort((one, other) => one.ordinal - other.ordinal)
  let missing = totalMinor - payment.amountMinor
  const excess = cards.filter(card => {
    const brought = leftMinor(card)
    const stays = missing >= brought
    if (stays) missing -= brought
    return !stays
  })
  // What is only authorized is taken whole or not at all.
  if (missing > 0 || (missing < 0 && payment.status === 'AUTHORIZED')) return null
  return { cards: excess, ofPaymentMinor: -missing || 0 }
}

/** After so many attempts a person is told; it is still tried. */
export const ATTEMPTS_UNTIL_CASE = 8
