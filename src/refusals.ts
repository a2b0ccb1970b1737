/**
 * Every "no" by rule that has a code, with its HTTP status and where that comes from. docs/refusals.md tells callers
 * what to do about each; a test keeps the two in step.
 */
export const refusals = {
  UNAUTHENTICATED: { status: 401, source: 'api 2.1.7, 5.3.6' },
  PERMISSION_DENIED: { status: 403, source: 'api 2.1.7, R22' },
  NOT_FOUND: { status: 404, source: 'R15' },
  METHOD_NOT_ALLOWED: { status: 405, source: 'inferred: RFC 9110' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, source: 'inferred: RFC 9110' },
  PAYLOAD_TOO_LARGE: { status: 413, source: 'inferred: RFC 9110' },
  MALFORMED_REQUEST: { status: 400, source: 'api 5.1' },
  ALREADY_EXISTS: { status: 409, source: 'R15' },
  ABORTED: { status: 409, source: 'R18, inferred' },
  FAILED_PRECONDITION: { status: 428, source: 'R15' },
  RESOURCE_EXHAUSTED: { status: 429, source: 'R15, api 12' },
  UNAVAILABLE: { status: 503, source: 'api 5.1' },
  FILTER_PARSER_ERROR: { status: 400, source: 'api 5.4' },

  HISTORY_ENDED: { status: 428, source: 'our own: the change feed' },

  EVENT_NOT_FOUND: { status: 404, source: 'api 5.3.6, R126' },
  INVALID_SLUG_FORMAT: { status: 400, source: 'api 5.4, inferred status' },
  SLUG_ALREADY_IN_USE: { status: 428, source: 'api 5.4, inferred status' },
  INVALID_EVENT_STATUS_TRANSITION: { status: 428, source: 'api 5.4' },
  EVENT_ALREADY_PUBLISHED: { status: 428, source: 'api 5.4' },

  INVALID_EVENT_CONFIGURATION: { status: 400, source: 'events 4.8' },
  CONTROL_NOT_FOUND: { status: 404, source: 'events 4.8' },
  POLICY_NOT_FOUND: { status: 404, source: 'events 5.4.6, inferred code' },
  POLICIES_LIMIT_REACHED: { status: 428, source: 'api 5.4' },
  INVALID_REORDER_INSTRUCTION: { status: 400, source: 'api 5.4' },
  SCHEDULE_ITEM_NOT_FOUND: { status: 404, source: 'inferred: api 5.3.6' },
  CATEGORY_NOT_FOUND: { status: 404, source: 'inferred: api 5.3.6' },
  CATEGORIES_LIMIT_REACHED: { status: 428, source: 'inferred: events 8.5.7' },
  CATEGORY_OF_RECURRING_EVENT: { status: 428, source: 'inferred: events 8.5.16' },
  STAFF_MEMBER_NOT_FOUND: { status: 404, source: 'inferred: api 5.3.6' },
  STAFF_MEMBER_SUSPENDED: { status: 428, source: 'api 5.4, inferred status' },

  TICKET_DEFINITION_NOT_FOUND: { status: 404, source: 'R98, R126' },
  INVALID_EVENT_TYPE: { status: 428, source: 'R86' },
  TICKET_DEFINITIONS_LIMIT_REACHED: { status: 428, source: 'R87' },
  INVALID_SALE_PERIOD: { status: 428, source: 'R88' },
  INVALID_FEE_TYPE: { status: 400, source: 'R91' },
  CURRENCY_LOCKED: { status: 428, source: 'R109' },

  SEATING_PLAN_NOT_FOUND: { status: 404, source: 'our own: seating plans' },
  SEATING_PLAN_ALREADY_EXISTS: { status: 409, source: 'our own: seating plans' },
  PLACES_TAKEN: { status: 428, source: 'our own: seating plans' },
  TICKETS_WITHOUT_SEATS: { status: 428, source: 'our own: seating plans' },

  TICKET_RESERVATION_NOT_FOUND: { status: 404, source: 'R132' },
  UNSUPPORTED_PRICING_OPTION: { status: 428, source: 'R34, R126' },
  NO_PAYMENT_METHOD_CONFIGURED: { status: 403, source: 'R127' },
  TICKET_LIMIT_EXCEEDED: { status: 428, source: 'R128, inferred' },
  TICKET_DEFINITION_HIDDEN: { status: 428, source: 'R128, inferred' },
  TICKETS_ON_SALE: { status: 428, source: 'our own: sale openings' },
  TICKET_NOT_ON_SALE: { status: 428, source: 'R128, inferred' },
  SEAT_NOT_AVAILABLE: { status: 428, source: 'R82, R128, inferred' },
  REGISTRATION_CLOSED: { status: 428, source: 'R75, R128, inferred' },

  RESERVATION_NOT_FOUND: { status: 404, source: 'R157' },
  RESERVATION_OCCUPIED: { status: 428, source: 'R20, R157' },
  CURRENCY_CHANGED: { status: 428, source: 'R108, R109, inferred' },
  INVALID_FORM_RESPONSE: { status: 400, source: 'R158' },
  COUPON_NOT_FOUND: { status: 428, source: 'R59, inferred' },
  COUPON_NOT_STARTED: { status: 428, source: 'R59, our own' },
  COUPON_EXPIRED: { status: 428, source: 'R59, our own' },
  COUPON_USED_UP: { status: 428, source: 'R59, our own' },
  COUPON_MINIMUM_NOT_REACHED: { status: 428, source: 'R59, our own' },
  COUPON_NOT_APPLICABLE: { status: 428, source: 'R51, R52, R59, our own' },
  PAID_PLAN_BENEFIT_NOT_FOUND: { status: 428, source: 'R59, inferred' },
  PAID_PLAN_BENEFIT_NOT_STARTED: { status: 428, source: 'R59, our own' },
  PAID_PLAN_BENEFIT_EXPIRED: { status: 428, source: 'R59, our own' },
  PAID_PLAN_BENEFIT_USED_UP: { status: 428, source: 'R59, our own' },
  PAID_PLAN_BENEFIT_NOT_APPLICABLE: { status: 428, source: 'R59, our own' },
  ORDER_NOT_FOUND: { status: 404, source: 'R182, inferred' },
  ORDER_ACTION_NOT_AVAILABLE: { status: 428, source: 'R184' },
  PAYMENT_METHOD_NOT_AVAILABLE: { status: 428, source: 'our own: payment methods' },
  ORDER_STATUS_NOT_AUTHORIZED: { status: 428, source: 'R188' },
  PUSH_NOTIFICATIONS_NOT_AVAILABLE: { status: 428, source: 'our own: events 11.9' },
  TICKET_NOT_FOUND: { status: 404, source: 'R199, inferred' },
  RSVP_NOT_FOUND: { status: 404, source: 'api 5.4, 5.3.6' },
  RSVPS_CLOSED: { status: 428, source: 'events 13.4.3, inferred status' },
  RSVPS_NOT_STARTED: { status: 428, source: 'events 13.4.3, inferred status' },
  UNEXPECTED_RSVP_STATUS: { status: 400, source: 'events 13.4.4' },
  INVALID_RSVP_STATUS: { status: 428, source: 'events 13.1, api 5.4, inferred status' },
  GUEST_LIMIT_EXCEEDED: { status: 428, source: 'events 13.4.6, inferred status' },
  ADDITIONAL_GUESTS_MUST_HAVE_NAMES: { status: 400, source: 'events 13.4.7' },
  RSVP_LIMIT_EXCEEDED: { status: 428, source: 'events 13.4.10, inferred status' },
  WAITING_LIST_UNAVAILABLE: { status: 428, source: 'events 13.4.10, inferred status' },
  MEMBER_ALREADY_REGISTERED: { status: 428, source: 'events 13.4.11, inferred status' },
  MEMBER_EMAIL_ALREADY_REGISTERED: { status: 428, source: 'events 13.4.11' },
  MEMBER_IDENTITY_NOT_FOUND: { status: 403, source: 'events 13.5.10, inferred status' },
  GUEST_NOT_FOUND: { status: 400, source: 'events 13.5.5' },
  GUEST_ALREADY_CHECKED_IN: { status: 428, source: 'events 13.5.5' },
  GUEST_NOT_CHECKED_IN: { status: 428, source: 'events 13.5.6' },
  EMPTY_FILTER: { status: 400, source: 'events 13.5.4, inferred status' },

  INVITATION_NOT_USABLE: { status: 428, source: 'our own: accounts' },
  ACCOUNT_EXISTS: { status: 428, source: 'our own: accounts' },
  LAST_OWNER: { status: 428, source: 'our own: accounts' },
  MEMBERSHIP_NOT_FOUND: { status: 404, source: 'our own: accounts' },
  API_KEY_NOT_FOUND: { status: 404, source: 'our own: accounts' },
  SITE_SET_UP_ALREADY: { status: 428, source: 'our own: accounts' },
  HOST_ALREADY_IN_USE: { status: 428, source: 'our own: sites' },
  IMAGE_NOT_USABLE: { status: 400, source: 'our own: media' },
  MEDIA_LIMIT_REACHED: { status: 428, source: 'our own: media' },
  MEDIA_IN_USE: { status: 428, source: 'our own: media' },
  MAIL_NOT_FOUND: { status: 404, source: 'our own: mails' },
  WEBHOOK_NOT_FOUND: { status: 404, source: 'our own: subscriptions to webhooks' },
  WEBHOOKS_LIMIT_REACHED: { status: 428, source: 'our own: subscriptions to webhooks' },
  WEBHOOK_DELIVERY_NOT_FOUND: { status: 404, source: 'our own: deliveries of webhooks' },
  JOB_NOT_FOUND: { status: 404, source: 'our own: work in the background' },
  CONTACT_NOT_FOUND: { status: 404, source: 'our own: anonymization' },
  PAYMENT_NOT_FOUND: { status: 404, source: 'our own: test payments' },
  GIFT_CARD_NOT_FOUND: { status: 404, source: 'our own: R58' },
  GIFT_CARD_NOT_USABLE: { status: 428, source: 'our own: R58' },
} as const satisfies Record<string, { status: number; source: string }>

export type RefusalCode = keyof typeof refusals

/** An expected "no": `http/errors.ts` turns it into the published application error. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly data: Readonly<Record<string, unknown>>
  readonly status: number

  /**
   * @param description one plain sentence for a person; it is published
   * @param status only where the contract has another one for this code in one method (events 13.4.1)
   */
  constructor(
    code: RefusalCode,
    description: string,
    data: Readonly<Record<string, unknown>> = {},
    status: number = refusals[code].status,
  ) {
    super(description)
    this.code = code
    this.data = data
    this.status = status
  }
}

/** In which ways a member of a request can be wrong, in the words of the contract (api 5.2.1). */
export const violatedRules = [
  'VALIDATION',
  'MAX',
  'MIN',
  'MAX_LENGTH',
  'MIN_LENGTH',
  'MAX_SIZE',
  'MIN_SIZE',
  'FORMAT',
  'INVALID_ENUM_VALUE',
  'REQUIRED_FIELD',
  'FIELD_NOT_ALLOWED',
  'REQUIRED_ONE_OF_FIELD',
  'CUSTOM',
] as const

export type ViolatedRule = (typeof violatedRules)[number]

/**
 * What is wrong where the name of the rule does not say it, and that rule: in `data.reason`, of CUSTOM the `ruleName`
 * (api 5.2.2). By these, and by the limits in `data`, pages say in any language what `description` says in English.
 */
export const violationReasons = {
  TYPE: 'VALIDATION',
  SHAPE: 'VALIDATION',
  TOO_DEEP: 'VALIDATION',
  NOT_AFTER: 'VALIDATION',
  PAST: 'VALIDATION',
  PERIOD_TOO_LONG: 'VALIDATION',
  UNIT_TOO_FINE: 'VALIDATION',
  OTHER_CURRENCY: 'VALIDATION',
  OTHER_AMOUNT: 'VALIDATION',
  OTHER_COUNT: 'VALIDATION',
  OTHER_EVENT: 'VALIDATION',
  OTHER_ORDER: 'VALIDATION',
  CONTRADICTION: 'VALIDATION',
  REPEATED: 'VALIDATION',
  UNKNOWN: 'VALIDATION',
  UNKNOWN_PLACEHOLDER: 'VALIDATION',
  NEEDS_ANOTHER: 'VALIDATION',
  NONE_CHOSEN: 'VALIDATION',
  NOT_THIS_WAY: 'VALIDATION',
  LINK_NOT_VALID: 'VALIDATION',
  WEBHOOK_TARGET: 'VALIDATION',
  GUID: 'FORMAT',
  INSTANT: 'FORMAT',
  EMAIL: 'FORMAT',
  URL: 'FORMAT',
  PATTERN: 'FORMAT',
  TIME_ZONE: 'FORMAT',
  CURRENCY: 'FORMAT',
  COUNTRY: 'FORMAT',
  LOCALE: 'FORMAT',
  DECIMALS: 'FORMAT',
  CURSOR: 'FORMAT',
  MASK: 'FORMAT',
  INVALID_EVENT_CONFIGURATION: 'CUSTOM',
  INVALID_CHECK_IN_TIME: 'CUSTOM',
} as const satisfies Record<string, ViolatedRule>

export type ViolationReason = keyof typeof violationReasons
/** A rule whose name says what is wrong. */
type TellingRule = Exclude<ViolatedRule, (typeof violationReasons)[ViolationReason]>

/** One member of a request that is not what was expected (api 5.2). */
export type Violation = {
  /** Dotted wire path with indices: `ticketReservation.tickets[0].quantity`. */
  field: string
  description: string
  violatedRule: ViolatedRule
  /** Only with `CUSTOM`. */
  ruleName?: string
  /** `threshold`: a limit; `reason`: a `ViolationReason`. */
  data: Readonly<Record<string, unknown>>
}

/** @param description what is wrong, in English, to follow the field's name */
export function violation(
  field: string,
  description: string,
  why: TellingRule | ViolationReason,
  data: Readonly<Record<string, unknown>> = {},
): Violation {
  if (!isReason(why)) return { field, description, violatedRule: why, data }
  const violatedRule = violationReasons[why]
  return violatedRule === 'CUSTOM'
    ? { field, description, violatedRule, ruleName: why, data }
    : { field, description, violatedRule, data: { ...data, reason: why } }
}

function isReason(why: TellingRule | ViolationReason): why is ViolationReason {
  return Object.hasOwn(violationReasons, why)
}

/** A request that is wrong in itself, whatever the state of things: 400 with its violations. */
export class InvalidRequest extends Error {
  readonly violations: readonly Violation[]

  constructor(violations: readonly Violation[]) {
    super(violations.map(({ field, description }) => `"${field}" ${description}`).join('; '))
    this.violations = violations
  }
}

/** A request of which one member is wrong; see `violation`. */
export function invalid(...wrong: Parameters<typeof violation>): InvalidRequest {
  return new InvalidRequest([violation(...wrong)])
}

/** Throws the refusal of the first rule that said no, if any did. */
export function refuseIf(refusal: Refusal | InvalidRequest | null): void {
  if (refusal) throw refusal
}
