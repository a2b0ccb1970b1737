import { noticeServerDate } from './clock.ts'
import { addressOf, refreshedToken } from './visitor.ts'

/** What went wrong, as the contract's error envelope says it, or that nobody answered. */
export class ApiError extends Error {
  /** HTTP status; 0: nobody answered. */
  readonly status: number
  /** The application code, such as `NOT_ENOUGH_TICKETS`; null where there is none. */
  readonly code: string | null
  readonly violations: readonly Violation[]
  /** What else the code says, by name. */
  readonly data: Readonly<Record<string, unknown>>
  /** Seconds after which it may be asked again; null when nobody said. */
  readonly retryAfter: number | null

  constructor({ status, body, retryAfter }: { status: number; body?: unknown; retryAfter?: string | null }) {
    const { message = '', details = {} } = (body ?? {}) as Envelope
    super(message)
    this.status = status
    this.code = details.applicationError?.code ?? null
    this.data = details.applicationError?.data ?? {}
    this.violations = (details.validationError?.fieldViolations ?? []).map(violation => ({ data: {}, ...violation }))
    this.retryAfter = retryAfter ? Number(retryAfter) : null
  }
}

/** A member of a request that is not as expected (docs/refusals.md). */
export type Violation = {
  /** `coupon.amountOff.value` */
  field: string
  description: string
  violatedRule?: string
  ruleName?: string
  /** `threshold`, `reason` and what else the words about it name. */
  data: Readonly<Record<string, unknown>>
}

type Envelope = {
  message?: string
  details?: {
    applicationError?: { code: string; data?: Record<string, unknown> }
    validationError?: { fieldViolations: (Omit<Violation, 'data'> & Partial<Violation>)[] }
  }
}

/**
 * Asks our API as this visitor. A network that does not answer within `SECONDS_MAX` counts as lost.
 * @throws ApiError
 */
export async function ask<Answer>(
  path: string,
  { method = 'GET', body, signal }: { method?: string; body?: unknown; signal?: AbortSignal } = {},
): Promise<Answer> {
  const attempt = async (token: string) => {
    const timeout = AbortSignal.timeout(SECONDS_MAX * 1000)
    const askedAt = Date.now()
    const response = await fetch(addressOf(path), {
      method,
      headers: { authorization: token, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    noticeServerDate(response.headers.get('date'), askedAt)
    return response
  }
  try {
    let response = await attempt(await refreshedToken())
    if (response.status === 401) response = await attempt(await refreshedToken({ anew: true }))
    const answer = await response.json().catch(() => undefined)
    if (!response.ok)
      throw new ApiError({ status: response.status, body: answer, retryAfter: response.headers.get('retry-after') })
    return answer as Answer
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error
    throw new ApiError({ status: 0 })
  }
}

const SECONDS_MAX = 30
