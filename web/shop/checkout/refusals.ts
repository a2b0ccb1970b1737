import type { ApiError } from '../../shared/api.ts'

/** What the checkout can be told "no" with, each with words of its own, and what can be done about it. */
const WAYS = {
  RESERVATION_NOT_FOUND: 'chooseAnew',
  TICKET_RESERVATION_NOT_FOUND: 'chooseAnew',
  RESERVATION_OCCUPIED: 'reload',
  EVENT_NOT_FOUND: 'chooseAnew',
  REGISTRATION_CLOSED: 'chooseAnew',
  CURRENCY_CHANGED: 'chooseAnew',
  FAILED_PRECONDITION: 'reload',
  INVALID_FORM_RESPONSE: 'mend',
  COUPON_NOT_FOUND: 'mend',
  COUPON_NOT_STARTED: 'mend',
  COUPON_EXPIRED: 'mend',
  COUPON_USED_UP: 'mend',
  COUPON_MINIMUM_NOT_REACHED: 'mend',
  COUPON_NOT_APPLICABLE: 'mend',
  PAID_PLAN_BENEFIT_NOT_FOUND: 'mend',
  PAID_PLAN_BENEFIT_NOT_STARTED: 'mend',
  PAID_PLAN_BENEFIT_EXPIRED: 'mend',
  PAID_PLAN_BENEFIT_USED_UP: 'mend',
  PAID_PLAN_BENEFIT_NOT_APPLICABLE: 'mend',
  GIFT_CARD_NOT_FOUND: 'mend',
  GIFT_CARD_NOT_USABLE: 'mend',
  NO_PAYMENT_METHOD_CONFIGURED: 'chooseAnew',
  PAYMENT_METHOD_NOT_AVAILABLE: 'mend',
  PERMISSION_DENIED: 'chooseAnew',
  ORDER_NOT_FOUND: 'chooseAnew',
  ORDER_ACTION_NOT_AVAILABLE: 'reload',
  UNAUTHENTICATED: 'reload',
  RESOURCE_EXHAUSTED: 'tryAgain',
  UNAVAILABLE: 'tryAgain',
  /** Nobody answered. */
  OFFLINE: 'tryAgain',
  /** The request itself was wrong, at a field that has no words of its own. */
  INVALID: 'mend',
  /** Something is broken there. */
  FAULT: 'tryAgain',
} as const satisfies Record<string, 'mend' | 'tryAgain' | 'reload' | 'chooseAnew'>

export type RefusalCode = keyof typeof WAYS
export type Way = (typeof WAYS)[RefusalCode]
export const REFUSAL_CODES = Object.keys(WAYS) as RefusalCode[]

/** Under which words an error is told, and what can be done about it. */
export function told({ status, code }: Pick<ApiError, 'status' | 'code'>): { code: RefusalCode; way: Way } {
  const said = code !== null && Object.hasOwn(WAYS, code) ? (code as RefusalCode) : otherwise(status)
  return { code: said, way: WAYS[said] }
}

function otherwise(status: number): RefusalCode {
  if (status === 0) return 'OFFLINE'
  if (status === 429) return 'RESOURCE_EXHAUSTED'
  if (status === 503) return 'UNAVAILABLE'
  return status < 500 ? 'INVALID' : 'FAULT'
}

export type GiftCardReason = 'EMPTY' | 'EXPIRED' | 'DISABLED' | 'CURRENCY'
/** Why a card that is there cannot pay. */
export const GIFT_CARD_REASONS: readonly GiftCardReason[] = ['EMPTY', 'EXPIRED', 'DISABLED', 'CURRENCY']
